"""What the office's report is made from: of meetings that were held only what stands in clear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from dialogue.domain.cases import BEFORE_THE_ILO
from dialogue.domain.meetings import MeetingKind, MeetingState
from dialogue.store.cases import Case
from dialogue.store.holding import Register
from dialogue.store.meetings import Meeting


@dataclass(frozen=True, slots=True)
class HeldMeeting:
    """One meeting; the last four are None where nobody has kept its register."""

    case_id: UUID
    reference: str
    kind: MeetingKind
    begins_at: datetime
    minutes: int
    began_at: datetime | None
    ended_at: datetime | None
    people: int | None
    languages: str | None


def held_meetings(session: Session, case_id: UUID | None = None) -> Sequence[HeldMeeting]:
    """The meetings held in the cases that have a number, or in one of them, by time."""
    newest = (
        select(Register.meeting_id, func.max(Register.number).label("number")).group_by(Register.meeting_id).subquery()
    )
    query = (
        select(
            Meeting.case_id,
            Case.reference,
            Meeting.kind,
            Meeting.begins_at,
            Meeting.minutes,
            Register.began_at,
            Register.ended_at,
            Register.people,
            Register.languages,
        )
        .join(Case, Case.id == Meeting.case_id)
        .outerjoin(newest, newest.c.meeting_id == Meeting.id)
        .outerjoin(Register, and_(Register.meeting_id == Meeting.id, Register.number == newest.c.number))
        .where(
            Case.reference.is_not(None),
            Case.status.not_in(BEFORE_THE_ILO),
            Meeting.state == MeetingState.HELD,
            Meeting.begins_at.is_not(None),
        )
        .order_by(Meeting.begins_at, Meeting.id)
    )
    if case_id is not None:
        query = query.where(Meeting.case_id == case_id)
    rows: Sequence[Any] = session.execute(query).all()
    return [HeldMeeting(*row) for row in rows]


def reference_of(session: Session, case_id: UUID) -> str | None:
    """The number of a case that the ILO knows."""
    return session.scalar(select(Case.reference).where(Case.id == case_id, Case.status.not_in(BEFORE_THE_ILO)))
