"""Who was removed opens nothing that is written afterwards, whatever the order of adds, removals and writes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialogue.domain.people import Party, Role, Room
from dialogue.services import history, notes, participants, requests
from dialogue.services.requests import RequestText
from tests.builders import Table
from tests.thief import Thief

AFTERWARDS = "What the adviser was never to read."


def write(table: Table, room: Room, words: str) -> None:
    with table.writing(table.company_lead) as work:
        notes.write(work, table.case_id, room, title=words, body=words)


def seat_with_the_past_of_the_company_room(table: Table) -> None:
    """The outsider becomes an adviser who may read what was written in the company's room before his time."""
    until = table.house.now + timedelta(days=7)
    table.seat(table.outsider, Party.COMPANY, Role.ADVISER, until=until)
    with table.writing(table.company_lead) as work:
        history.grant(work, table.case_id, table.outsider.account_id, Room.COMPANY)


def read_by_outsider(table: Table, thief: Thief) -> bytes:
    thief.copy()
    return b" ".join(thief.opens(table.outsider.bundle).values())


def test_a_granted_past_does_not_reach_beyond_the_removal(table: Table) -> None:
    write(table, Room.COMPANY, "Before the adviser came.")
    seat_with_the_past_of_the_company_room(table)
    thief = Thief(table.instance.store)
    assert b"Before the adviser came." in read_by_outsider(table, thief)

    with table.writing(table.company_lead) as work:
        participants.remove(work, table.case_id, table.seats[table.outsider.account_id])
    write(table, Room.COMPANY, AFTERWARDS)

    assert AFTERWARDS.encode() not in read_by_outsider(table, thief)


def test_nor_beyond_the_end_date(table: Table) -> None:
    write(table, Room.COMPANY, "Before the adviser came.")
    seat_with_the_past_of_the_company_room(table)
    thief = Thief(table.instance.store)
    assert b"Before the adviser came." in read_by_outsider(table, thief)

    table.house.tick(timedelta(days=8))
    write(table, Room.COMPANY, AFTERWARDS)

    assert AFTERWARDS.encode() not in read_by_outsider(table, thief)


def test_an_adviser_of_the_draft_reads_no_later_draft(drafted: Table) -> None:
    until = drafted.house.now + timedelta(days=7)
    drafted.seat(drafted.outsider, Party.COMPANY, Role.ADVISER, until=until)
    thief = Thief(drafted.instance.store)
    assert b"sewing hall" in read_by_outsider(drafted, thief)

    drafted.house.tick(timedelta(days=8))
    with drafted.reading(drafted.company_lead) as work:
        seen = requests.show(work, drafted.case_id).number
    with drafted.writing(drafted.company_lead) as work:
        requests.edit(work, drafted.case_id, RequestText(issues=AFTERWARDS), seen=seen)

    assert AFTERWARDS.encode() not in read_by_outsider(drafted, thief)


@pytest.mark.parametrize("room", [Room.COMPANY, Room.JOINT, Room.COMPANY_CAUCUS])
def test_a_removed_delegate_reads_nothing_new_in_any_room(table: Table, room: Room) -> None:
    thief = Thief(table.instance.store)
    write(table, room, "While he sat.")
    thief.copy()
    assert b"While he sat." in b" ".join(thief.opens(table.company_delegate.bundle).values())
    table.seat(table.outsider, Party.COMPANY)

    with table.writing(table.company_lead) as work:
        participants.remove(work, table.case_id, table.seats[table.company_delegate.account_id])
    write(table, room, AFTERWARDS)
    thief.copy()

    assert AFTERWARDS.encode() not in b" ".join(thief.opens(table.company_delegate.bundle).values())
