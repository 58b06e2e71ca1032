"""Meetings that have come about, for tests of what is done at them."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from dialogue.domain.meetings import Ground, MeetingKind, MeetingState
from dialogue.services import meetings, rooms, summaries
from dialogue.services.summaries import Saved, SummaryShown
from dialogue.services.unit import Actor
from dialogue.store.cases import lock_case
from dialogue.store.meetings import Meeting
from tests.builders import Table


def meeting(
    table: Table,
    by: Actor | None = None,
    *,
    kind: MeetingKind = MeetingKind.JOINT,
    begins_at: datetime | None = None,
    minutes: int = 120,
) -> UUID:
    """A meeting with a confirmed time, which began three hours ago unless another beginning is given."""
    with table.writing(by or table.company_lead) as work:
        case = lock_case(work.session, table.case_id)
        assert case is not None
        row = Meeting(
            id=uuid4(),
            case_id=case.id,
            kind=kind,
            state=MeetingState.CONFIRMED,
            ground=Ground.NOT_ASKED,
            sequence=1,
            edition=1,
            proposed_by=work.person.account_id,
            proposed_at=work.now,
            state_since=work.now,
            ground_since=work.now,
        )
        row.take_place(begins_at or table.house.now - timedelta(hours=3), minutes)
        room = row.room
        row.sealed_body = rooms.seal(work, case, room, {"title": "A meeting"}, row.place("body", room))
        work.session.add(row)
    return row.id


def over(table: Table, by: Actor, *, kind: MeetingKind = MeetingKind.JOINT) -> UUID:
    """A meeting of which whoever runs it has said that it was held."""
    meeting_id = meeting(table, by, kind=kind)
    with table.writing(by) as work:
        meetings.hold(work, table.case_id, meeting_id, seen_sequence=1)
    return meeting_id


def begun(table: Table, by: Actor, meeting_id: UUID | None = None) -> UUID:
    """An empty summary of that meeting, or of a new one."""
    about = meeting_id or meeting(table)
    with table.writing(by) as work:
        return summaries.begin(work, table.case_id, meeting_id=about)


def write(table: Table, by: Actor, summary_id: UUID, text: str, base: int) -> Saved:
    with table.writing(by) as work:
        return summaries.save(work, table.case_id, summary_id, text=text, base=base)


def look(table: Table, by: Actor, summary_id: UUID, version: int | None = None) -> SummaryShown:
    with table.reading(by) as work:
        return summaries.show(work, table.case_id, summary_id, version=version)


def proposed(table: Table, by: Actor, text: str) -> UUID:
    """A summary of a new meeting, before both leads."""
    summary_id = begun(table, by)
    write(table, by, summary_id, text, 0)
    with table.writing(by) as work:
        summaries.propose(work, table.case_id, summary_id, seen=1)
    return summary_id


def approve(table: Table, by: Actor, summary_id: UUID) -> None:
    """Approve what stands there, after having looked."""
    seen = look(table, by, summary_id).hash
    with table.writing(by) as work:
        summaries.approve(work, table.case_id, summary_id, seen=seen)
