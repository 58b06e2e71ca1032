"""Whoever writes the database behind the application makes no key, and learns no word that is said afterwards."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import delete, select

from dialogue.domain.people import Party, Role, Room, StaffRole
from dialogue.errors import Forbidden, KeyAlarm, NotFound
from dialogue.services import facilitators, notes, participants, record, terms
from dialogue.services.unit import Actor
from dialogue.store.rooms import RoomEpoch, RoomWrap
from dialogue.store.terms import TermsAcceptance
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
        table.case_id, Party.COMPANY, (table.union_lead, Party.UNION, Role.LEAD), (lead, Party.COMPANY, Role.DELEGATE)
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


def test_a_seat_that_only_a_row_tells_of_gets_nothing(table: Table, hostile: Hostile) -> None:
    hostile.write(hostile.seat_row(table.case_id, Party.COMPANY, Role.LEAD))
    hostile.write(hostile.due(table.case_id, Room.COMPANY), hostile.due(table.case_id, Room.JOINT))
    write(table, table.company_lead, Room.COMPANY)
    with table.reading(table.company_lead) as work:
        notes.index(work, table.case_id, Room.JOINT)

    assert not learns(table, hostile)
    for look in (participants.index, record.index):
        with pytest.raises(KeyAlarm), table.reading(hostile.me) as work:
            look(work, table.case_id)


def test_a_coordinator_whom_no_coordinator_has_signed_for_gets_nothing(table: Table, hostile: Hostile) -> None:
    impostor = replace(hostile.me, staff=frozenset({StaffRole.COORDINATOR}))

    with pytest.raises(NotFound), table.reading(impostor) as work:
        participants.index(work, table.case_id)


def test_who_has_followed_an_invitation_knows_only_the_lead_who_will_call(table: Table) -> None:
    with table.writing(table.union_lead) as work:
        row = participants.add(
            work, table.case_id, role=Role.DELEGATE, name="Otto Fremd", function="", email="otto@elsewhere.example"
        )
    table.attach(row, table.outsider)

    with table.reading(table.outsider) as work:
        assert {person.name for person in participants.index(work, table.case_id).people} == {"Otto Fremd", "Ana Rojas"}
    with table.reading(table.outsider) as work:
        assert not facilitators.index(work, table.case_id).proposed
    for closed in (record.index, terms.show):
        with pytest.raises((Forbidden, NotFound)), table.reading(table.outsider) as work:
            closed(work, table.case_id)


def test_an_undertaking_that_nobody_signed_opens_no_room(table: Table, hostile: Hostile) -> None:
    table.seat(table.outsider, Party.UNION)
    with table.instance.store.session(writes=True) as session:
        given = session.scalars(select(TermsAcceptance)).first()
        assert given is not None
        session.add(
            TermsAcceptance(
                id=uuid4(),
                case_id=table.case_id,
                terms_id=given.terms_id,
                account_id=table.outsider.account_id,
                sealed_statement=given.sealed_statement,
                made_at=given.made_at,
            )
        )
        session.add(hostile.due(table.case_id, Room.JOINT))
        session.commit()
    with table.reading(table.company_lead) as work:
        notes.index(work, table.case_id, Room.JOINT)
    write(table, table.company_lead, Room.JOINT)

    assert not learns(table, hostile)
