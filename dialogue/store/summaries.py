"""Joint summaries: every version, the amendments to it, and the signatures under it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, defer, mapped_column

from dialogue.domain.people import Party
from dialogue.domain.summaries import AmendmentState, SummaryState
from dialogue.store.base import AccountId, CaseId, Id, InRoom, Row, Sealed, UtcDateTime, When, enum_column


class Summary(Row, InRoom):
    """The joint summary of one meeting; its words stand in its versions.

    meeting_id   None where the meeting was held on paper; then ``sealed_body`` says which it was
    number       of the newest version
    """

    __tablename__ = "summaries"
    __table_args__ = (UniqueConstraint("meeting_id"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"))
    state: Mapped[SummaryState] = mapped_column(enum_column(SummaryState))
    number: Mapped[int]
    begun_by: Mapped[AccountId]
    begun_at: Mapped[When]
    state_since: Mapped[When]
    sealed_body: Mapped[Sealed]


class SummaryVersion(Row, InRoom):
    """What a summary said from one moment on."""

    __tablename__ = "summary_versions"
    __table_args__ = (UniqueConstraint("summary_id", "number"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    summary_id: Mapped[UUID] = mapped_column(ForeignKey("summaries.id", ondelete="CASCADE"))
    number: Mapped[int]
    author_id: Mapped[AccountId]
    sealed_body: Mapped[Sealed]
    written_at: Mapped[When]


class SummaryAmendment(Row, InRoom):
    """Other words for one version, as somebody of a party suggests them."""

    __tablename__ = "summary_amendments"

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    summary_id: Mapped[UUID] = mapped_column(ForeignKey("summaries.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    state: Mapped[AmendmentState] = mapped_column(enum_column(AmendmentState))
    party: Mapped[Party] = mapped_column(enum_column(Party))
    author_id: Mapped[AccountId]
    made_at: Mapped[When]
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sealed_body: Mapped[Sealed]


class SummarySignature(Row, InRoom):
    """One party's signature over the hash of one version; one of an earlier version counts no more."""

    __tablename__ = "summary_signatures"
    __table_args__ = (UniqueConstraint("summary_id", "number", "party"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    summary_id: Mapped[UUID] = mapped_column(ForeignKey("summaries.id", ondelete="CASCADE"))
    number: Mapped[int]
    party: Mapped[Party] = mapped_column(enum_column(Party))
    account_id: Mapped[AccountId]
    sealed_statement: Mapped[Sealed]
    made_at: Mapped[When]


def summaries_of(session: Session, case_id: UUID) -> Sequence[Summary]:
    """Newest first."""
    return session.scalars(
        select(Summary).where(Summary.case_id == case_id).order_by(Summary.begun_at.desc(), Summary.id)
    ).all()


def find_summary(session: Session, case_id: UUID, summary_id: UUID) -> Summary | None:
    return session.scalar(select(Summary).where(Summary.case_id == case_id, Summary.id == summary_id))


def summary_of_meeting(session: Session, case_id: UUID, meeting_id: UUID) -> Summary | None:
    return session.scalar(select(Summary).where(Summary.case_id == case_id, Summary.meeting_id == meeting_id))


def versions_of(session: Session, summary_id: UUID) -> Sequence[SummaryVersion]:
    """Newest first, without what they say."""
    return session.scalars(
        select(SummaryVersion)
        .where(SummaryVersion.summary_id == summary_id)
        .order_by(SummaryVersion.number.desc())
        .options(defer(SummaryVersion.sealed_body))
    ).all()


def versions_among(session: Session, summary_id: UUID, numbers: Collection[int]) -> Sequence[SummaryVersion]:
    """Those versions, oldest first, in one query."""
    return session.scalars(
        select(SummaryVersion)
        .where(SummaryVersion.summary_id == summary_id, SummaryVersion.number.in_(list(numbers)))
        .order_by(SummaryVersion.number)
    ).all()


def amendments_to(session: Session, summary_id: UUID) -> Sequence[SummaryAmendment]:
    """Newest first."""
    return session.scalars(
        select(SummaryAmendment)
        .where(SummaryAmendment.summary_id == summary_id)
        .order_by(SummaryAmendment.made_at.desc(), SummaryAmendment.id)
    ).all()


def open_amendments(session: Session, summary_id: UUID) -> Sequence[SummaryAmendment]:
    """Those that nobody has answered, oldest first."""
    return session.scalars(
        select(SummaryAmendment)
        .where(SummaryAmendment.summary_id == summary_id, SummaryAmendment.state == AmendmentState.OPEN)
        .order_by(SummaryAmendment.made_at, SummaryAmendment.id)
    ).all()


def find_amendment(session: Session, summary_id: UUID, amendment_id: UUID) -> SummaryAmendment | None:
    return session.scalar(
        select(SummaryAmendment).where(SummaryAmendment.summary_id == summary_id, SummaryAmendment.id == amendment_id)
    )


def signatures_under(session: Session, summary_id: UUID, number: int) -> Sequence[SummarySignature]:
    """The signatures under one version, the first one first."""
    return session.scalars(
        select(SummarySignature)
        .where(SummarySignature.summary_id == summary_id, SummarySignature.number == number)
        .order_by(SummarySignature.made_at, SummarySignature.id)
    ).all()


def parties_that_approved(session: Session, summary_ids: Collection[UUID]) -> dict[UUID, frozenset[Party]]:
    """Of each summary the parties whose signature stands under its newest version, in one query."""
    rows = session.execute(
        select(Summary.id, SummarySignature.party)
        .join(
            SummarySignature,
            (SummarySignature.summary_id == Summary.id) & (SummarySignature.number == Summary.number),
        )
        .where(Summary.id.in_(list(summary_ids)))
    ).all()
    return {each: frozenset(row.party for row in rows if row.id == each) for each in summary_ids}
