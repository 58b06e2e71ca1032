"""Interpreters and observers: entered on paper for named meetings, seen by both sides and the desk, without a key."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from dialogue.domain.attendants import AttendantKind
from dialogue.domain.people import Party
from dialogue.errors import Forbidden, NotFound, OutOfDate, Unfit
from dialogue.services import attendants
from dialogue.services.attendants import AttendantShown
from dialogue.services.unit import Actor
from dialogue.store.participants import Attendant
from tests.builders import START, Table
from tests.thief import Thief


def enter(table: Table, by: Actor, **changes: object) -> UUID:
    told = {
        "kind": AttendantKind.INTERPRETER,
        "name": "Ines Prado",
        "function": "Interpreter, Spanish and English",
        "meetings": "The first two meetings in Geneva",
        "undertaken_on": START.date(),
    } | changes
    with table.writing(by) as work:
        return attendants.enter(work, table.case_id, **told)  # type: ignore[arg-type]


def seen(table: Table, reader: Actor) -> list[AttendantShown]:
    with table.reading(reader) as work:
        return list(attendants.index(work, table.case_id).people)


def test_both_sides_and_the_desk_see_who_attends_what_on_which_undertaking(table: Table) -> None:
    enter(table, table.union_lead)

    for reader in (table.company_delegate, table.union_lead, table.facilitator, table.coordinator):
        found = seen(table, reader)[0]
        assert (found.name, found.meetings, found.undertaken_on, found.party) == (
            "Ines Prado",
            "The first two meetings in Geneva",
            START.date(),
            Party.UNION,
        )


def test_leads_facilitators_and_the_desk_enter_and_nobody_else(table: Table) -> None:
    for person in (table.company_lead, table.facilitator, table.coordinator):
        enter(table, person, kind=AttendantKind.OBSERVER)
    assert [one.party for one in seen(table, table.union_lead)] == [None, None, Party.COMPANY]
    with pytest.raises(Forbidden):
        enter(table, table.company_delegate)
    with pytest.raises(NotFound):
        enter(table, table.outsider)


@pytest.mark.parametrize(
    "changes",
    [{"name": " "}, {"meetings": ""}, {"undertaken_on": START.date() + timedelta(days=60)}, {"name": "x" * 121}],
)
def test_an_entry_says_who_what_and_when_it_was_signed(table: Table, changes: dict[str, object]) -> None:
    with pytest.raises(Unfit):
        enter(table, table.union_lead, **changes)


def test_the_own_side_ends_an_attendance_and_the_entry_stays(table: Table) -> None:
    entry = enter(table, table.union_lead)
    with pytest.raises(NotFound), table.writing(table.company_lead) as work:
        attendants.end(work, table.case_id, entry)
    with table.writing(table.union_lead) as work:
        attendants.end(work, table.case_id, entry)

    assert seen(table, table.company_lead)[0].ended_at is not None
    with pytest.raises(OutOfDate), table.writing(table.union_lead) as work:
        attendants.end(work, table.case_id, entry)


def test_no_name_stands_in_clear_and_an_expert_or_outsider_opens_none(table: Table) -> None:
    enter(table, table.union_lead)
    with table.instance.store.session(writes=False) as session:
        row = session.query(Attendant).one()
        assert b"Ines" not in row.sealed_body
    thief = Thief(table.instance.store)
    thief.copy()
    assert b"Ines Prado" in b" ".join(thief.opens(table.coordinator.bundle).values())
    assert b"Ines Prado" not in b" ".join(thief.opens(table.outsider.bundle).values())
