"""Versions of the joint request, their endorsements, and what the ILO's desk answered."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.domain.people import Party
from dialogue.store.base import AccountId, CaseId, Id, InRoom, Row, Sealed, When, enum_column


class ReplyKind(StrEnum):
    TAKEN_UP = "taken_up"
    RETURNED = "returned"
    NOT_TAKEN_UP = "not_taken_up"


class RequestVersion(Row, InRoom):
    """One version of the draft, in the drafting room; an edit is a new row."""

    __tablename__ = "request_versions"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    number: Mapped[int]
    author_id: Mapped[AccountId]
    sealed_body: Mapped[Sealed]
    made_at: Mapped[When]


class Endorsement(Row, InRoom):
    """One party's signed yes to one version."""

    __tablename__ = "endorsements"
    __table_args__ = (UniqueConstraint("version_id", "party"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    version_id: Mapped[UUID] = mapped_column(ForeignKey("request_versions.id", ondelete="CASCADE"))
    party: Mapped[Party] = mapped_column(enum_column(Party))
    account_id: Mapped[AccountId]
    sealed_statement: Mapped[Sealed]
    made_at: Mapped[When]


class EndorsedRequest(Row, InRoom):
    """The endorsed version, sealed anew in the request room for the ILO's desk."""

    __tablename__ = "requests"

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    number: Mapped[int]
    sealed_body: Mapped[Sealed]
    made_at: Mapped[When]


class Reply(Row, InRoom):
    """The desk's words on a request; both sides read them at once."""

    __tablename__ = "replies"

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    kind: Mapped[ReplyKind] = mapped_column(enum_column(ReplyKind))
    author_id: Mapped[AccountId]
    sealed_body: Mapped[Sealed]
    made_at: Mapped[When]


def newest_version(session: Session, case_id: UUID) -> RequestVersion | None:
    return session.scalar(
        select(RequestVersion).where(RequestVersion.case_id == case_id).order_by(RequestVersion.number.desc()).limit(1)
    )


def versions_of(session: Session, case_id: UUID, *, limit: int = 50) -> Sequence[RequestVersion]:
    """Newest first."""
    return session.scalars(
        select(RequestVersion)
        .where(RequestVersion.case_id == case_id)
        .order_by(RequestVersion.number.desc())
        .limit(limit)
    ).all()


def find_version(session: Session, case_id: UUID, version_id: UUID) -> RequestVersion | None:
    return session.scalar(
        select(RequestVersion).where(RequestVersion.case_id == case_id, RequestVersion.id == version_id)
    )


def endorsements_of(session: Session, version_id: UUID) -> Sequence[Endorsement]:
    return session.scalars(select(Endorsement).where(Endorsement.version_id == version_id)).all()


def newest_request(session: Session, case_id: UUID) -> EndorsedRequest | None:
    return session.scalar(
        select(EndorsedRequest)
        .where(EndorsedRequest.case_id == case_id)
        .order_by(EndorsedRequest.made_at.desc())
        .limit(1)
    )


def replies_of(session: Session, case_id: UUID) -> Sequence[Reply]:
    """Newest first."""
    return session.scalars(select(Reply).where(Reply.case_id == case_id).order_by(Reply.made_at.desc())).all()


def parties_that_endorsed(session: Session, case_id: UUID) -> frozenset[Party]:
    """The parties that endorsed the newest version."""
    newest = (
        select(RequestVersion.id)
        .where(RequestVersion.case_id == case_id)
        .order_by(RequestVersion.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    return frozenset(session.scalars(select(Endorsement.party).where(Endorsement.version_id == newest)))
