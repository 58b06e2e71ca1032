"""The pages on which something is asked for and let go from a private room."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from dialogue.domain.people import Room
from dialogue.services import notes, releases
from tests.builders import Table
from tests.web.client import Client
from tests.web.sitting import ANA, FARID, MINA, sit

FLOOR = "Our floor is **two** per cent."
Browser = Callable[[], Client]


def wrote(table: Table, room: Room) -> UUID:
    with table.writing(table.union_lead) as work:
        return notes.write(work, table.case_id, room, title="Wages", body=FLOOR)


def page_of(table: Table, note_id: UUID) -> str:
    return f"/cases/{table.case_id}/notes/{note_id}"


def test_a_facilitator_asks_the_lead_reads_what_it_means_and_both_read_the_copy(table: Table, browser: Browser) -> None:
    note_id = wrote(table, Room.UNION_CAUCUS)

    farid = sit(browser, FARID)
    page = farid.get(page_of(table, note_id))
    assert not page.offers("Release this into the joint room")
    page = farid.click("Ask for its release")
    assert "Who can read this: you, other facilitators and the union's side; not the company" in page
    page = farid.submit("Ask the lead", {"remark": "It would help the talks."})
    assert "Farid Lindqvist asked for the release of revision 1" in page
    assert not page.offers("Ask for its release")

    ana = sit(browser, ANA)
    page = ana.get(f"/cases/{table.case_id}")
    page = ana.click("Answer whether a caucus note may be released")
    assert "It would help the talks." in page
    assert "Our floor is two per cent." in page
    assert "It cannot be taken back or changed: what somebody has read stays read." in page
    page = ana.submit("Release these words", status=422)
    assert "Read the words, then confirm that both parties may read them." in page
    page = ana.submit("Release these words", {"read": "y"})
    assert "The union released these words from the room “Union caucus”: Ana Rojas" in page
    assert page.offers("Open the note that it was copied from")
    assert not page.offers("Revise the note")

    mina = sit(browser, MINA)
    assert "Answer whether" not in mina.get(f"/cases/{table.case_id}")
    page = mina.get(f"/cases/{table.case_id}/rooms/joint")
    assert "Released copy" in page
    page = mina.click("Wages")
    assert "The union released these words from the room “Union caucus”: Ana Rojas" in page
    assert "Checked just now: this key signed these very words" in page
    assert not page.offers("Open the note that it was copied from")
    mina.get(page_of(table, note_id), status=404)
    mina.get(page_of(table, note_id) + "/release", status=404)


def test_a_lead_keeps_what_was_asked_for(table: Table, browser: Browser) -> None:
    note_id = wrote(table, Room.UNION_CAUCUS)
    with table.writing(table.facilitator) as work:
        releases.ask(work, table.case_id, note_id, seen_revision=1)

    ana = sit(browser, ANA)
    ana.get(page_of(table, note_id))
    page = ana.submit("Keep it in its room")

    assert "Ana Rojas kept the note in this room" in page
    assert "There are no notes in this room yet." in sit(browser, MINA).get(f"/cases/{table.case_id}/rooms/joint")


def test_words_that_changed_while_somebody_read_are_shown_again(table: Table, browser: Browser) -> None:
    note_id = wrote(table, Room.UNION)
    ana = sit(browser, ANA)
    ana.get(page_of(table, note_id) + "/release")
    with table.writing(table.union_lead) as work:
        notes.revise(work, table.case_id, note_id, title="Wages", body="Our floor is three.", seen_revision=1)

    page = ana.submit("Release these words", {"read": "y"}, status=422)

    assert "Somebody has revised this note since you read it." in page
    assert "Our floor is three." in page
    page = ana.submit("Release these words", {"read": "y"})
    assert "Both parties can read a copy in the joint room." in page
