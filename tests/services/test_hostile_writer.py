"""Whoever writes the database behind the application makes no key, and learns no word that is said afterwards."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from dialogue.domain.people import Party, Role, Room
from dialogue.errors import KeyAlarm, Refusal
from dialogue.services import notes
from dialogue.services.unit import Actor
from dialogue.store.rooms import RoomEpoch, RoomWrap
from tests.builders import Table
from tests.hostile import Hostile
from tests.thief import Thief

WORDS = "Only for those who sit here."


@pytest.fixture
def hostile(table: Table) -> Hostile:
    return Hostile(table.instance.store, table.outsider, table.house.now)


def write(table: Table, person: Actor, room: Room) -> None:
    with table.writing(person) as work:
        notes.write(work, table.case_id, room, title=WORDS, body=WORDS)


def learns(table: Table, hostile: Hostile) -> bool:
    thief = Thief(table.instance.store)
    thief.copy()
    return WORDS.encode() in b" ".join(thief.opens(hostile.me.bundle).values())


def test_a_chain_that_somebody_else_began_is_an_alarm_even_at_a_first_visit(table: Table, hostile: Hostile) -> None:
    lead = table.company_lead
    hostile.replace_chain(
        table.case_id, (table.union_lead, Party.UNION, Role.LEAD), (lead, Party.COMPANY, Role.DELEGATE)
    )
    hostile.forget_visits(table.case_id, lead.account_id)
    hostile.execute(delete(RoomWrap), delete(RoomEpoch))

    with pytest.raises(KeyAlarm):
        write(table, lead, Room.COMPANY)
    assert not learns(table, hostile)


def test_a_visit_that_was_forgotten_is_an_alarm(table: Table, hostile: Hostile) -> None:
    hostile.forget_visits(table.case_id, table.company_lead.account_id)

    with pytest.raises(KeyAlarm):
        write(table, table.company_lead, Room.COMPANY)


def test_who_has_never_come_may_come_for_the_first_time(table: Table) -> None:
    write(table, table.company_delegate, Room.COMPANY)


def _later_a_seat_that_only_a_row_tells_of_gets_nothing(table: Table, hostile: Hostile) -> None:
    hostile.write(hostile.seat_row(table.case_id, Party.COMPANY, Role.LEAD))
    hostile.write(hostile.due(table.case_id, Room.COMPANY), hostile.due(table.case_id, Room.JOINT))
    write(table, table.company_lead, Room.COMPANY)
    with table.reading(table.company_lead) as work:
        notes.index(work, table.case_id, Room.JOINT)

    assert not learns(table, hostile)
    with pytest.raises(Refusal), table.reading(hostile.me) as work:
        notes.index(work, table.case_id, Room.COMPANY)
