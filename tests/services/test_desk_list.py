"""The office's signed list of its own people, and what a shorter list means for the cases."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from dialogue.domain.people import Room, StaffRole
from dialogue.errors import KeyAlarm
from dialogue.services import notes, statements
from dialogue.store.participants import DeskStatement
from tests.builders import Table


def write(table: Table, room: Room = Room.JOINT) -> None:
    with table.writing(table.company_lead) as work:
        notes.write(work, table.case_id, room, title="Shifts", body="Four weeks ahead.")


def test_a_facilitator_who_leaves_the_list_leaves_the_cases_valid(table: Table) -> None:
    with table.writing(table.coordinator) as work:
        statements.list_staff(work, table.facilitator.account_id, StaffRole.FACILITATOR, removes=True)

    write(table)
    with table.reading(table.facilitator) as work:
        assert [line.title for line in notes.index(work, table.case_id, Room.JOINT).notes] == ["Shifts"]


def test_a_list_cut_behind_the_application_is_an_alarm(table: Table) -> None:
    second = table.house.person("Nia Sow", "nia@ilo.example", roles=frozenset({StaffRole.COORDINATOR}))
    table.house.list_staff(table.coordinator, second)
    with table.writing(table.coordinator) as work:
        statements.list_staff(work, second.account_id, StaffRole.COORDINATOR, removes=True)
    write(table)
    with table.instance.store.session(writes=True) as session:
        session.execute(delete(DeskStatement).where(DeskStatement.removes))
        session.commit()

    with pytest.raises(KeyAlarm):
        write(table)
