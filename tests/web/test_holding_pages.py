"""The pages of a meeting that is held: agenda, register, summary, paper entries, and the office's report."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest

from dialogue.domain.meetings import MeetingKind
from dialogue.domain.reports import safe_cell
from dialogue.services import recusals
from tests import held
from tests.builders import Table
from tests.on_the_table import admitted
from tests.web.client import Client
from tests.web.sitting import ANA, CLARA, FARID, LUC, MINA, sit

Browser = Callable[[], Client]
TEXT = "The parties met.\n\nNight shifts were discussed.\n\nThe next meeting is in March."


@pytest.fixture
def kind() -> str:
    return "sqlite"


def test_a_summary_is_written_amended_and_approved_on_its_pages(browser: Browser, table: Table) -> None:
    held.meeting(table)
    farid, luc, ana, mina = (sit(browser, who) for who in (FARID, LUC, ANA, MINA))
    pages = f"/cases/{table.case_id}/summaries"

    farid.get(pages)
    farid.submit("Begin the summary")
    farid.submit("Save", {"text": TEXT})
    farid.submit("Propose it to both leads")
    luc.get(pages)
    luc.click("Joint meeting of")
    luc.click("Suggest other words")
    luc.submit("Suggest these words", {"text": TEXT.replace("discussed", "settled"), "remark": "We agreed on it."})
    assert "We agreed on it." in luc.page.text
    farid.get(farid.page.url)
    farid.submit("Take it over")
    assert "Night shifts were settled." in farid.page.text

    for who, button in ((ana, "Approve for the union"), (mina, "Approve for the company")):
        who.get("/")
        who.click("Read the joint summary and approve it")
        who.click("Approve this summary")
        who.submit(button, {"read": "y"})
    assert "Nobody can change it any more." in mina.page.text
    assert mina.page.text.count("Checked just now: this key signed these very words.") == 2
    farid.get(farid.page.url)
    assert "Write on" not in farid.page.text


def test_two_who_type_at_one_place_see_both_texts_and_lose_neither(browser: Browser, unfacilitated: Table) -> None:
    table = unfacilitated
    summary_id = held.begun(table, table.company_lead)
    held.write(table, table.company_lead, summary_id, TEXT, 0)
    mina, ana = sit(browser, MINA), sit(browser, ANA)
    page = f"/cases/{table.case_id}/summaries/{summary_id}/write"
    mina.get(page)
    ana.get(page)

    mina.submit("Save", {"text": TEXT.replace("discussed", "put off")})
    ana.submit("Save", {"text": TEXT.replace("discussed", "settled")}, status=409)

    assert "Somebody else wrote at the same place while you did." in ana.page.text
    written = _typed(ana)
    assert "Night shifts were settled.\nNight shifts were put off." in written
    ana.submit("Save", {"text": written.replace("\nNight shifts were put off.", "")})
    mina.get(page)
    mina_text = _typed(mina)
    ana.get(page)
    ana.submit("Save", {"text": mina_text + "\n\nInterpretation was good."})
    mina.submit("Save", {"text": mina_text.replace("The parties met.", "The parties met in Geneva.")})
    assert "both texts are together in the newest version" in mina.page.text
    assert "Interpretation was good." in mina.page.text


def test_a_draft_is_put_together_with_what_was_saved_since_it_began(browser: Browser, unfacilitated: Table) -> None:
    table = unfacilitated
    summary_id = held.begun(table, table.company_lead)
    held.write(table, table.company_lead, summary_id, TEXT, 0)
    ana = sit(browser, ANA)
    page = f"/cases/{table.case_id}/summaries/{summary_id}/write"
    ana.get(page)
    ana.submit("Keep as a draft", {"text": TEXT + "\n\nKept."})
    held.write(table, table.company_lead, summary_id, TEXT.replace("met", "met again"), 1)

    ana.get(page)
    ana.submit("Save")

    assert held.look(table, table.union_lead, summary_id).text == TEXT.replace("met", "met again") + "\n\nKept."


def test_the_agenda_is_set_with_times_and_somebody_keeps_out(browser: Browser, table: Table) -> None:
    item_id = admitted(table)
    admitted(table, "Canteen")
    meeting_id = held.meeting(table, begins_at=table.house.now + timedelta(days=1))
    farid, luc = sit(browser, FARID), sit(browser, LUC)
    page = f"/cases/{table.case_id}/meetings/{meeting_id}/agenda"

    farid.get(page)
    assert "What stands here carries over by itself" in farid.page.text
    farid.click("Set the agenda")
    farid.submit("Set the agenda", {"lines-0-place": "9" * 400, "lines-0-minutes": "x"}, status=422)
    farid.submit(
        "Set the agenda",
        {
            "lines-0-minutes": "30",
            "lines-0-place": "3",
            "lines-1-place": "1",
            "lines-2-place": "2",
            "lines-2-words": "Coffee",
        },
    )
    assert farid.page.text.index("Canteen") < farid.page.text.index("Coffee") < farid.page.text.index("Night shifts")
    assert "Zurich time" in farid.page.text
    luc.get(page)
    luc.click("Keep out of an item")
    luc.submit(
        "Note it",
        {"person": str(table.union_delegate.account_id), "item": str(item_id), "words": "My sister works there."},
    )
    farid.get(f"/cases/{table.case_id}/agenda/{item_id}")
    assert "Luc Mensah keeps out of item 1: Night shifts" in farid.page.text
    with table.reading(table.facilitator) as work:
        assert len(recusals.on_item(work, table.case_id, item_id)) == 1


def test_the_register_is_kept_and_the_office_reads_its_numbers_alone(browser: Browser, table: Table) -> None:
    meeting_id = held.over(table, table.facilitator)
    caucus = held.meeting(table, table.union_lead, kind=MeetingKind.UNION_CAUCUS)
    farid, mina, clara = sit(browser, FARID), sit(browser, MINA), sit(browser, CLARA)

    farid.get("/")
    farid.click("Keep the register of a meeting that is over")
    farid.submit("Keep the register", {"languages": ["en", "es"]}, status=422)
    assert "Tick everybody who came." in farid.page.text
    farid.submit("Keep the register", {"people-0-came": "y", "people-2-came": "y"})
    assert farid.page.text.count("Mina Brandt") == 1
    farid.click("Correct the register")
    farid.submit("Keep the register", {"people-1-came": "y", "words": "The bus was late."})
    assert "What it said before" in farid.page.text
    farid.get(f"/cases/{table.case_id}/meetings/{caucus}/register/keep")
    farid.submit("Keep the register", {"people-0-came": "y"})

    mina.get(f"/cases/{table.case_id}/meetings/{meeting_id}/register")
    assert "The bus was late." in mina.page.text
    mina.get(f"/cases/{table.case_id}/meetings/{caucus}/register", status=404)
    clara.get("/desk")
    clara.click("Report on meetings held")
    assert "Caucuses" in clara.page.text
    for name in ("Mina", "Ana", "Northfield", "Sindicato", "bus was", "Union caucus", "Company caucus"):
        assert name.casefold() not in clara.page.text.casefold()
    told = clara.raw("GET", "/desk/report/table.csv")
    rows = list(csv.reader(io.StringIO(told.get_data(as_text=True).removeprefix("\ufeff"))))
    assert [row[2:6] for row in rows[1:]] == [["Joint meeting", "1", "2:00", "3"], ["Caucuses", "1", "2:00", "1"]]
    assert [row[1] for row in rows[2:]] == [""]
    assert clara.raw("GET", f"/desk/report/{table.case_id}/table.csv").status_code == 200
    assert farid.raw("GET", "/desk/report").status_code == 404


def test_a_paper_entry_is_entered_and_agreed(browser: Browser, table: Table) -> None:
    mina, ana = sit(browser, MINA), sit(browser, ANA)
    mina.get(f"/cases/{table.case_id}/paper/propose")
    said = {"kind": "letter", "happened_on": "2026-11-01", "title": "A letter", "text": "It was *handed over*."}
    mina.submit("Enter it", said)
    assert "A letter" in mina.page.text

    ana.get("/")
    ana.click("Agree to a paper entry")
    ana.submit("Agree that it was so")

    assert "Agreed by both leads" in ana.page.text
    assert "Take it off" not in ana.page.text


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@a", "\tx"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


def _typed(person: Client) -> str:
    """What stands in the box, as a browser would send it."""
    assert person.page is not None
    return person.page.form("Save").fields["text"][0].replace("\r\n", "\n")
