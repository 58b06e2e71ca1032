"""The catalogue of the ILO's support, which is public; and what a case asks the desk to arrange."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, LargeBinary, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.domain.catalogue import Fee, HelpState, OfferFormat, OfferKind
from dialogue.domain.people import Party
from dialogue.store.base import AccountId, CaseId, Id, InRoom, LongText, Row, Sealed, UtcDateTime, When, enum_column


class OfferVersion(Row):
    """What the office says of one offer from a moment on; the version with the highest number counts."""

    __tablename__ = "offer_versions"
    __table_args__ = (UniqueConstraint("offer_id", "number"),)

    id: Mapped[Id]
    offer_id: Mapped[UUID]
    number: Mapped[int]
    turn: Mapped[int]
    kind: Mapped[OfferKind] = mapped_column(enum_column(OfferKind))
    title: Mapped[str] = mapped_column(String(200))
    provider: Mapped[str] = mapped_column(String(200), default="")
    format: Mapped[OfferFormat] = mapped_column(enum_column(OfferFormat))
    fee: Mapped[Fee] = mapped_column(enum_column(Fee))
    languages: Mapped[str] = mapped_column(String(200), default="")
    begins: Mapped[date | None] = mapped_column(Date)
    ends: Mapped[date | None] = mapped_column(Date)
    contact: Mapped[str] = mapped_column(String(300), default="")
    description_en: Mapped[LongText] = mapped_column(default="")
    description_fr: Mapped[LongText] = mapped_column(default="")
    description_es: Mapped[LongText] = mapped_column(default="")
    is_retired: Mapped[bool] = mapped_column(default=False)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[When]


class HelpRequest(Row, InRoom):
    """Support that a case wants: which and whom to reach, before both leads; then before the desk, with its answer."""

    __tablename__ = "help_requests"

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    state: Mapped[HelpState] = mapped_column(enum_column(HelpState))
    party: Mapped[Party] = mapped_column(enum_column(Party))
    proposed_by: Mapped[AccountId]
    proposed_at: Mapped[When]
    agreed_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sealed_body: Mapped[Sealed]
    sealed_request: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_answer: Mapped[bytes | None] = mapped_column(LargeBinary)


def offers(session: Session, *, retired: bool = False) -> Sequence[OfferVersion]:
    """The newest version of every offer, in the order of the catalogue.

    retired   also those that are not offered any more
    """
    newest = (
        select(OfferVersion.offer_id, func.max(OfferVersion.number).label("number"))
        .group_by(OfferVersion.offer_id)
        .subquery()
    )
    query = select(OfferVersion).join(
        newest, (OfferVersion.offer_id == newest.c.offer_id) & (OfferVersion.number == newest.c.number)
    )
    if not retired:
        query = query.where(OfferVersion.is_retired.is_(False))
    return session.scalars(query.order_by(OfferVersion.turn, OfferVersion.offer_id)).all()


def find_offer(session: Session, offer_id: UUID) -> OfferVersion | None:
    """The newest version of one offer."""
    return session.scalar(
        select(OfferVersion).where(OfferVersion.offer_id == offer_id).order_by(OfferVersion.number.desc()).limit(1)
    )


def offer_versions(session: Session, offer_id: UUID, *, limit: int) -> Sequence[OfferVersion]:
    """What the office has said of one offer, newest first."""
    return session.scalars(
        select(OfferVersion).where(OfferVersion.offer_id == offer_id).order_by(OfferVersion.number.desc()).limit(limit)
    ).all()


def next_turn(session: Session) -> int:
    return (session.scalar(select(func.max(OfferVersion.turn))) or 0) + 1


def help_of(session: Session, case_id: UUID) -> Sequence[HelpRequest]:
    """What was asked of the desk in a case, newest first."""
    return session.scalars(
        select(HelpRequest)
        .where(HelpRequest.case_id == case_id)
        .order_by(HelpRequest.proposed_at.desc(), HelpRequest.id)
    ).all()


def find_help(session: Session, case_id: UUID, help_id: UUID) -> HelpRequest | None:
    return session.scalar(select(HelpRequest).where(HelpRequest.case_id == case_id, HelpRequest.id == help_id))
