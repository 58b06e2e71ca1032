"""Commitments with what both signed of them, reports and answers; reviews and each side's view."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.domain.cases import CaseStatus
from dialogue.domain.followup import (
    OPEN_COMMITMENTS,
    OPEN_REVIEWS,
    ChangeKind,
    ChangeState,
    CommitmentState,
    Owner,
    ReviewState,
)
from dialogue.domain.people import Party
from dialogue.store.base import AccountId, CaseId, Id, InRoom, Row, Sealed, UtcDateTime, When, enum_column
from dialogue.store.cases import Case


class Commitment(Row, InRoom):
    """One thing that is to be done, as far as the clock must know it; its words are in what both have signed.

    change_id   what is in force: the newest signed by both
    asks_at     when its owner is next asked how far it is
    waits_for   the side whose word to the newest report is waited for
    told_at     when its owner was last written to because that moment had come
    """

    __tablename__ = "commitments"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    number: Mapped[int]
    state: Mapped[CommitmentState] = mapped_column(enum_column(CommitmentState))
    state_since: Mapped[When]
    owner: Mapped[Owner] = mapped_column(enum_column(Owner))
    due_at: Mapped[When]
    asks_at: Mapped[When]
    waits_for: Mapped[Party | None] = mapped_column(enum_column(Party))
    waits_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    change_id: Mapped[UUID | None]


class CommitmentChange(Row, InRoom):
    """Words, owner and day of a commitment, or that it is let go: signed by one lead, then by the other."""

    __tablename__ = "commitment_changes"
    __table_args__ = (UniqueConstraint("commitment_id", "number"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    commitment_id: Mapped[UUID] = mapped_column(ForeignKey("commitments.id", ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[ChangeKind] = mapped_column(enum_column(ChangeKind))
    state: Mapped[ChangeState] = mapped_column(enum_column(ChangeState))
    owner: Mapped[Owner] = mapped_column(enum_column(Owner))
    due_at: Mapped[When]
    item_id: Mapped[UUID | None]
    party: Mapped[Party] = mapped_column(enum_column(Party))
    proposed_by: Mapped[AccountId]
    proposed_at: Mapped[When]
    agreed_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sealed_body: Mapped[Sealed]
    sealed_voice: Mapped[bytes | None] = mapped_column(LargeBinary)


class CommitmentReport(Row, InRoom):
    """What one side reports of a commitment, and what the other answered; each signed, how far it is in the seal."""

    __tablename__ = "commitment_reports"
    __table_args__ = (UniqueConstraint("commitment_id", "number"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    commitment_id: Mapped[UUID] = mapped_column(ForeignKey("commitments.id", ondelete="CASCADE"))
    change_id: Mapped[UUID]
    number: Mapped[int]
    party: Mapped[Party] = mapped_column(enum_column(Party))
    made_by: Mapped[AccountId]
    made_at: Mapped[When]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sealed_body: Mapped[Sealed]
    sealed_answer: Mapped[bytes | None] = mapped_column(LargeBinary)


class CommitmentSupport(Row, InRoom):
    """An offer of the ILO that a lead has noted beside a commitment; which one is in the seal."""

    __tablename__ = "commitment_supports"

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    commitment_id: Mapped[UUID] = mapped_column(ForeignKey("commitments.id", ondelete="CASCADE"), index=True)
    party: Mapped[Party] = mapped_column(enum_column(Party))
    noted_by: Mapped[AccountId]
    noted_at: Mapped[When]
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sealed_body: Mapped[Sealed]


class Review(Row, InRoom):
    """A day on which both look at what has become of the commitments: proposed by one lead, agreed by the other."""

    __tablename__ = "reviews"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    number: Mapped[int]
    state: Mapped[ReviewState] = mapped_column(enum_column(ReviewState))
    due_at: Mapped[When]
    asks_at: Mapped[When]
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    party: Mapped[Party] = mapped_column(enum_column(Party))
    proposed_by: Mapped[AccountId]
    proposed_at: Mapped[When]
    agreed_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sealed_body: Mapped[Sealed]
    sealed_voice: Mapped[bytes | None] = mapped_column(LargeBinary)


class ReviewView(Row, InRoom):
    """How one side sees each commitment at a review, signed."""

    __tablename__ = "review_views"
    __table_args__ = (UniqueConstraint("review_id", "party"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.id", ondelete="CASCADE"))
    party: Mapped[Party] = mapped_column(enum_column(Party))
    account_id: Mapped[AccountId]
    made_at: Mapped[When]
    sealed_body: Mapped[Sealed]


def commitments_of(session: Session, case_id: UUID) -> Sequence[Commitment]:
    """Every commitment of a case, in the order in which they were proposed."""
    return session.scalars(select(Commitment).where(Commitment.case_id == case_id).order_by(Commitment.number)).all()


def find_commitment(session: Session, case_id: UUID, commitment_id: UUID) -> Commitment | None:
    return session.scalar(select(Commitment).where(Commitment.case_id == case_id, Commitment.id == commitment_id))


def next_commitment(session: Session, case_id: UUID) -> int:
    found = session.scalar(select(func.max(Commitment.number)).where(Commitment.case_id == case_id))
    return (found or 0) + 1


def changes_of(session: Session, commitment_ids: Collection[UUID]) -> Sequence[CommitmentChange]:
    """What was ever put to be signed about those, in order, in one query."""
    if not commitment_ids:
        return []
    return session.scalars(
        select(CommitmentChange)
        .where(CommitmentChange.commitment_id.in_(list(commitment_ids)))
        .order_by(CommitmentChange.commitment_id, CommitmentChange.number)
    ).all()


def changes_standing(session: Session, case_id: UUID) -> Sequence[CommitmentChange]:
    """Of every commitment of a case what is in force and what waits for a signature, in one query."""
    in_force = select(Commitment.change_id).where(Commitment.case_id == case_id, Commitment.change_id.is_not(None))
    return session.scalars(
        select(CommitmentChange)
        .where(
            CommitmentChange.case_id == case_id,
            (CommitmentChange.state == ChangeState.PROPOSED) | CommitmentChange.id.in_(in_force),
        )
        .order_by(CommitmentChange.commitment_id, CommitmentChange.number)
    ).all()


def open_change(session: Session, commitment_id: UUID) -> CommitmentChange | None:
    """What waits for the other lead's signature; there is one at most."""
    return session.scalar(
        select(CommitmentChange).where(
            CommitmentChange.commitment_id == commitment_id, CommitmentChange.state == ChangeState.PROPOSED
        )
    )


def reports_of(session: Session, commitment_ids: Collection[UUID]) -> Sequence[CommitmentReport]:
    """Every report on those, in order, in one query."""
    if not commitment_ids:
        return []
    return session.scalars(
        select(CommitmentReport)
        .where(CommitmentReport.commitment_id.in_(list(commitment_ids)))
        .order_by(CommitmentReport.commitment_id, CommitmentReport.number)
    ).all()


def newest_reports(session: Session, case_id: UUID) -> Sequence[CommitmentReport]:
    """The newest report on each commitment of a case, in one query."""
    newest = (
        select(CommitmentReport.commitment_id, func.max(CommitmentReport.number).label("number"))
        .where(CommitmentReport.case_id == case_id)
        .group_by(CommitmentReport.commitment_id)
        .subquery()
    )
    return session.scalars(
        select(CommitmentReport).join(
            newest,
            (CommitmentReport.commitment_id == newest.c.commitment_id) & (CommitmentReport.number == newest.c.number),
        )
    ).all()


def supports_of(session: Session, case_id: UUID) -> Sequence[CommitmentSupport]:
    """What is noted beside the commitments of a case and was not taken off, oldest first."""
    return session.scalars(
        select(CommitmentSupport)
        .where(CommitmentSupport.case_id == case_id, CommitmentSupport.removed_at.is_(None))
        .order_by(CommitmentSupport.noted_at, CommitmentSupport.id)
    ).all()


def find_support(session: Session, commitment_id: UUID, support_id: UUID) -> CommitmentSupport | None:
    return session.scalar(
        select(CommitmentSupport).where(
            CommitmentSupport.commitment_id == commitment_id,
            CommitmentSupport.id == support_id,
            CommitmentSupport.removed_at.is_(None),
        )
    )


def reviews_of(session: Session, case_id: UUID) -> Sequence[Review]:
    """Every review of a case, by its day."""
    return session.scalars(select(Review).where(Review.case_id == case_id).order_by(Review.due_at, Review.number)).all()


def find_review(session: Session, case_id: UUID, review_id: UUID) -> Review | None:
    return session.scalar(select(Review).where(Review.case_id == case_id, Review.id == review_id))


def views_of(session: Session, case_id: UUID) -> Sequence[ReviewView]:
    """What each side put down at the reviews of a case, the first first."""
    return session.scalars(
        select(ReviewView).where(ReviewView.case_id == case_id).order_by(ReviewView.made_at, ReviewView.id)
    ).all()


def is_anything_open(session: Session, case_id: UUID, *, but: UUID | None = None) -> bool:
    """Whether a commitment or a review of the case, other than that one, still waits for something."""
    commitment = select(Commitment.id).where(Commitment.case_id == case_id, Commitment.state.in_(OPEN_COMMITMENTS))
    review = select(Review.id).where(Review.case_id == case_id, Review.state.in_(OPEN_REVIEWS))
    if but is not None:
        commitment, review = commitment.where(Commitment.id != but), review.where(Review.id != but)
    return session.scalar(commitment.limit(1)) is not None or session.scalar(review.limit(1)) is not None


def commitments_to_ask(session: Session, now: datetime, *, limit: int) -> Sequence[Commitment]:
    """Those whose owner is to be asked by now and was not written to since, in completed cases."""
    return session.scalars(
        select(Commitment)
        .join(Case, Case.id == Commitment.case_id)
        .where(
            Case.status == CaseStatus.COMPLETED,
            Commitment.state == CommitmentState.IN_FORCE,
            Commitment.waits_for.is_(None),
            Commitment.asks_at <= now,
            Commitment.told_at.is_(None) | (Commitment.told_at < Commitment.asks_at),
        )
        .order_by(Commitment.asks_at, Commitment.id)
        .limit(limit)
    ).all()


def reviews_to_ask(session: Session, now: datetime, *, limit: int) -> Sequence[Review]:
    """Those that are near and about which nobody was written to, in completed cases."""
    return session.scalars(
        select(Review)
        .join(Case, Case.id == Review.case_id)
        .where(
            Case.status == CaseStatus.COMPLETED,
            Review.state == ReviewState.AGREED,
            Review.asks_at <= now,
            Review.told_at.is_(None) | (Review.told_at < Review.asks_at),
        )
        .order_by(Review.asks_at, Review.id)
        .limit(limit)
    ).all()
