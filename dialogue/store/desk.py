"""What the desk looks up over all cases that are the ILO's: numbers, and where the completion notices stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from dialogue.domain.cases import BEFORE_THE_ILO, CaseStatus
from dialogue.store.cases import Case
from dialogue.store.outcomes import Notice

_HAS_A_NOTICE = (CaseStatus.COMPLETED, CaseStatus.CLOSED, CaseStatus.ENDED)


@dataclass(frozen=True, slots=True)
class CaseDates:
    """Of one case only what is counted."""

    status: CaseStatus
    support_asked: str
    requested_at: datetime
    taken_up_at: datetime | None
    ended_at: datetime | None


def dates_before_the_desk(session: Session) -> Sequence[CaseDates]:
    """State, support and dates of everything that has reached the ILO and was not taken back, in one query."""
    query = select(Case.status, Case.support_asked, Case.requested_at, Case.taken_up_at, Case.ended_at).where(
        Case.requested_at.is_not(None), Case.status.not_in(BEFORE_THE_ILO)
    )
    return [
        CaseDates(status, support, requested_at, taken_up_at, ended_at)
        for status, support, requested_at, taken_up_at, ended_at in session.execute(query)
        if requested_at is not None
    ]


def notices_of_the_desk(
    session: Session, *, unsent: bool, before: tuple[datetime, UUID] | None, limit: int
) -> Sequence[tuple[Case, Notice | None]]:
    """The cases that have come to their end, each with its notice where there is one; newest state first, one page.

    unsent   only those whose notice has not gone
    """
    query = (
        select(Case, Notice)
        .outerjoin(Notice, Notice.case_id == Case.id)
        .where(Case.status.in_(_HAS_A_NOTICE), Case.reference.is_not(None))
    )
    if unsent:
        query = query.where(Notice.sent_at.is_(None))
    if before is not None:
        since, case_id = before
        query = query.where(or_(Case.status_since < since, and_(Case.status_since == since, Case.id < case_id)))
    query = query.order_by(Case.status_since.desc(), Case.id.desc()).limit(limit)
    return [(case, notice) for case, notice in session.execute(query)]


def count_unsent(session: Session) -> int:
    """How many notices have not gone yet."""
    query = select(func.count()).select_from(Case).outerjoin(Notice, Notice.case_id == Case.id)
    query = query.where(Case.status.in_(_HAS_A_NOTICE), Case.reference.is_not(None), Notice.sent_at.is_(None))
    return session.scalar(query) or 0
