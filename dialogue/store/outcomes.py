"""Outcome records and their signatures; completion notices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from dialogue.domain.outcomes import OutcomeKind, OutcomeState
from dialogue.domain.people import Party
from dialogue.store.base import AccountId, CaseId, Id, InRoom, LongText, Row, Sealed, UtcDateTime, When, enum_column


class Outcome(Row, InRoom):
    """One assembled outcome record, or an addendum to one; once both have signed it never changes.

    amends_id   the signed record that an addendum names
    """

    __tablename__ = "outcomes"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    number: Mapped[int]
    kind: Mapped[OutcomeKind] = mapped_column(enum_column(OutcomeKind), default=OutcomeKind.RECORD)
    amends_id: Mapped[UUID | None] = mapped_column(ForeignKey("outcomes.id", ondelete="CASCADE"))
    state: Mapped[OutcomeState] = mapped_column(enum_column(OutcomeState))
    language: Mapped[str] = mapped_column(String(8))
    author_id: Mapped[AccountId]
    sealed_body: Mapped[Sealed]
    made_at: Mapped[When]
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OutcomeSignature(Row, InRoom):
    """One party's signature over the hash of one outcome record."""

    __tablename__ = "outcome_signatures"
    __table_args__ = (UniqueConstraint("outcome_id", "party"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    outcome_id: Mapped[UUID] = mapped_column(ForeignKey("outcomes.id", ondelete="CASCADE"))
    party: Mapped[Party] = mapped_column(enum_column(Party))
    account_id: Mapped[AccountId]
    sealed_statement: Mapped[Sealed]
    made_at: Mapped[When]


class DisclosureWish(Row, InRoom):
    """How much one party wishes to be told outside, signed by who speaks for it; its newest one counts."""

    __tablename__ = "disclosure_wishes"
    __table_args__ = (UniqueConstraint("case_id", "party", "number"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    party: Mapped[Party] = mapped_column(enum_column(Party))
    number: Mapped[int]
    account_id: Mapped[AccountId]
    sealed_body: Mapped[Sealed]
    made_at: Mapped[When]


class Notice(Row):
    """The one notice of a dialogue's end; its words, kept as both leads see them, say reference and date alone."""

    __tablename__ = "notices"

    id: Mapped[Id]
    case_id: Mapped[CaseId] = mapped_column(unique=True)
    prepared_by: Mapped[AccountId]
    shown_at: Mapped[When]
    ended_at: Mapped[When]
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[LongText]
    agreed_by_company: Mapped[datetime | None] = mapped_column(UtcDateTime)
    agreed_by_union: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_count: Mapped[int] = mapped_column(default=0)

    @property
    def agreed(self) -> frozenset[Party]:
        return frozenset(
            party
            for party, at in ((Party.COMPANY, self.agreed_by_company), (Party.UNION, self.agreed_by_union))
            if at is not None
        )


def outcomes_of(session: Session, case_id: UUID, kind: OutcomeKind | None = None) -> Sequence[Outcome]:
    """Newest first."""
    query = select(Outcome).where(Outcome.case_id == case_id).order_by(Outcome.number.desc())
    return session.scalars(query if kind is None else query.where(Outcome.kind == kind)).all()


def newest_wishes(session: Session, case_id: UUID) -> Sequence[DisclosureWish]:
    """Each party's newest wish."""
    later = aliased(DisclosureWish)
    return session.scalars(
        select(DisclosureWish)
        .outerjoin(
            later,
            (later.case_id == DisclosureWish.case_id)
            & (later.party == DisclosureWish.party)
            & (later.number > DisclosureWish.number),
        )
        .where(DisclosureWish.case_id == case_id, later.id.is_(None))
    ).all()


def find_outcome(session: Session, case_id: UUID, outcome_id: UUID) -> Outcome | None:
    return session.scalar(select(Outcome).where(Outcome.case_id == case_id, Outcome.id == outcome_id))


def signatures_of(session: Session, outcome_id: UUID) -> Sequence[OutcomeSignature]:
    return session.scalars(
        select(OutcomeSignature).where(OutcomeSignature.outcome_id == outcome_id).order_by(OutcomeSignature.made_at)
    ).all()


def signatures_among(session: Session, outcome_ids: Sequence[UUID]) -> Sequence[OutcomeSignature]:
    """The signatures under those records, in one query."""
    if not outcome_ids:
        return []
    return session.scalars(select(OutcomeSignature).where(OutcomeSignature.outcome_id.in_(outcome_ids))).all()


def find_notice(session: Session, case_id: UUID) -> Notice | None:
    return session.scalar(select(Notice).where(Notice.case_id == case_id))


def parties_that_signed(session: Session, case_id: UUID) -> frozenset[Party]:
    """The parties that signed the newest outcome record."""
    newest = (
        select(Outcome.id)
        .where(Outcome.case_id == case_id, Outcome.kind == OutcomeKind.RECORD)
        .order_by(Outcome.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    return frozenset(session.scalars(select(OutcomeSignature.party).where(OutcomeSignature.outcome_id == newest)))
