"""The record as people read it: acts in words, pages by key, and the answer whether it is intact."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, update

from dialogue.domain.acts import Act
from dialogue.domain.people import Room
from dialogue.services import notes
from dialogue.store.record import Entry
from dialogue.web.alarms import MISSING_REASONS
from dialogue.web.labels import LABELS
from tests.builders import PASSWORD, Table
from tests.web.client import Client

EMAILS = {
    "company_lead": "mina@brand.example",
    "union_lead": "ana@union.example",
    "union_delegate": "luc@union.example",
    "coordinator": "clara@ilo.example",
    "outsider": "otto@elsewhere.example",
}

Seat = Callable[[str], Client]


@pytest.fixture
def at(browser: Callable[[], Client], table: Table) -> Seat:
    """A browser of one of the people, signed in and in English."""

    def sit(who: str) -> Client:
        client = browser()
        client.sign_in(EMAILS[who], PASSWORD)
        if client.page is not None and client.page.language != "en":
            client.submit("English")
        return client

    return sit


def record_page(table: Table) -> str:
    return f"/cases/{table.case_id}/record"


def write(table: Table, times: int = 1) -> None:
    for _ in range(times):
        with table.writing(table.union_lead) as work:
            notes.write(work, table.case_id, Room.UNION, title="Wages", body="Our floor is two per cent.")


def test_every_act_has_its_words() -> None:
    assert set(LABELS[Act]) == set(Act)


def test_the_record_says_in_words_who_did_what(table: Table, at: Seat) -> None:
    write(table)
    page = at("union_delegate").get(record_page(table))

    assert page.heading == "Record"
    for words in ("Write a note", "Ana Rojas", "Union's own room", "Begin the dialogue", "entry 1"):
        assert words in page
    assert "Wages" not in page.html
    assert "floor" not in page.html


def test_one_side_does_not_see_that_the_other_wrote(table: Table, at: Seat) -> None:
    write(table)
    page = at("company_lead").get(record_page(table))

    assert "Write a note" not in page
    assert "Union's own room" not in page


def test_refusals_stand_there_and_can_be_looked_for(table: Table, at: Seat) -> None:
    luc = at("union_delegate")
    luc.get(f"/cases/{table.case_id}/together/propose?act=case:suspend", status=403)
    page = luc.get(record_page(table) + "?kind=refusals")

    assert "Propose to do something together refused" in page
    assert "Luc Mensah" in page
    assert "Begin the dialogue" not in page
    assert "Begin the dialogue" in luc.get(record_page(table) + "?kind=acts")
    assert "Read the record" in luc.get(record_page(table) + "?kind=readings")
    page = luc.get(record_page(table) + "?kind=acts&subject=terms")
    assert "Agree to the terms of confidentiality" in page
    assert "Begin the dialogue" not in page
    assert "Begin the dialogue" in luc.get(record_page(table) + "?kind=nonsense&subject=nonsense")


def test_the_record_is_read_page_by_page(table: Table, at: Seat) -> None:
    write(table, 60)
    luc = at("union_delegate")
    first = luc.get(record_page(table) + "?kind=acts")
    second = luc.click("Earlier entries")

    assert first.html.count("<tbody") == 1
    assert second.text != first.text
    assert "kind=acts" in second.url
    assert second.offers("Earlier entries") or "Open a draft" in second
    luc.get(record_page(table) + "?before=company-3", status=404)
    luc.get(record_page(table) + "?before=nonsense", status=404)


def test_a_reader_is_told_whether_the_record_is_intact(table: Table, at: Seat) -> None:
    for _ in range(5):
        with table.writing(table.union_lead) as work:
            notes.write(work, table.case_id, Room.UNION_CAUCUS, title="Wages", body="Our floor is two per cent.")
    luc = at("union_delegate")
    luc.get(record_page(table))
    assert "The record is intact" in luc.click("Check that nothing was changed")

    with table.writing(None) as work:
        chain = f"{table.case_id.hex}:union_caucus"
        work.session.execute(update(Entry).where(Entry.chain == chain, Entry.seq == 3).values(act="note:read"))
    page = luc.get(record_page(table) + "/check")
    assert "The record was altered." in page
    assert "altered from entry 3 on" in page
    assert "The record is intact" in at("company_lead").get(record_page(table) + "/check")


@pytest.mark.parametrize(("who", "code"), [("coordinator", 403), ("outsider", 404)])
def test_the_record_is_closed_to_whoever_hears_no_room(table: Table, at: Seat, who: str, code: int) -> None:
    client = at(who)
    client.get(record_page(table), status=code)
    client.get(record_page(table) + "/check", status=code)


def test_whoever_prints_says_first_that_it_is_confidential_and_both_see_that_it_was_done(
    table: Table, at: Seat
) -> None:
    luc = at("union_delegate")
    luc.get(record_page(table))
    luc.click("Print")
    assert "Nothing protects paper but you." in luc.page
    assert "Tick this before you print." in luc.get(record_page(table) + "/print?asked=1", status=422)
    paper = luc.get(record_page(table) + "/print?asked=1&acknowledged=y")

    assert "Printed by Luc Mensah" in paper
    assert "Not for use in any binding procedure." in paper
    for words in ("Begin the dialogue", "How far each record had come"):
        assert words in paper
    page = at("company_lead").get(record_page(table) + "?kind=exports")
    assert "Print the record" in page
    assert "Luc Mensah" in page
    at("outsider").get(record_page(table) + "/print", status=404)
    at("coordinator").get(record_page(table) + "/print?asked=1&acknowledged=y", status=403)


def test_entries_that_vanish_after_a_visit_are_an_alarm_that_says_what_to_do(table: Table, at: Seat) -> None:
    write(table, 3)
    luc = at("union_delegate")
    luc.get(record_page(table))
    with table.writing(None) as work:
        chain = f"{table.case_id.hex}:union"
        work.session.execute(delete(Entry).where(Entry.chain == chain, Entry.seq >= 3))

    page = luc.get(record_page(table), status=500)
    assert page.heading == "Stopped: something that you have seen before is missing"
    for words in ("What it means", "What not to do", "Whom to call", "record_rolled_back", "The lead of your side"):
        assert words in page
    for told in ("Ana Rojas", "Wages", "Union's own room"):
        assert told not in page
    assert luc.get("/").status == 200
    assert at("company_lead").get(record_page(table)).heading == "Record"


def test_every_alarm_of_a_rollback_has_the_words_for_it() -> None:
    assert {"record_rolled_back", "statements_rolled_back", "epochs_rolled_back", "pin_gone"} <= MISSING_REASONS
