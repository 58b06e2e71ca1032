"""Versions of the joint request, their endorsements, and what the ILO's desk answered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, and_, or_, select
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


class RequestComment(Row, InRoom):
    """What somebody in the drafting room says about one version of the draft."""

    __tablename__ = "request_comments"
    __table_args__ = (Index("ix_request_comments_case_made", "case_id", "made_at"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    version_id: Mapped[UUID] = mapped_column(ForeignKey("request_versions.id", ondelete="CASCADE"))
    author_id: Mapped[AccountId]
    sealed_body: Mapped[Sealed]
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


def versions_among(session: Session, case_id: UUID, version_ids: Collection[UUID]) -> dict[UUID, int]:
    """The numbers of those versions, in one query."""
    if not version_ids:
        return {}
    rows = session.execute(
        select(RequestVersion.id, RequestVersion.number).where(
            RequestVersion.case_id == case_id, RequestVersion.id.in_(version_ids)
        )
    )
    return {row.id: row.number for row in rows}


def endorsements_of(session: Session, version_id: UUID) -> Sequence[Endorsement]:
    return session.scalars(select(Endorsement).where(Endorsement.version_id == version_id)).all()


def endorsed_before(session: Session, case_id: UUID, number: int, party: Party | None = None) -> RequestVersion | None:
    """The last version before ``number`` that somebody, or that party, has endorsed."""
    query = (
        select(RequestVersion)
        .join(Endorsement, Endorsement.version_id == RequestVersion.id)
        .where(RequestVersion.case_id == case_id, RequestVersion.number < number)
    )
    if party is not None:
        query = query.where(Endorsement.party == party)
    return session.scalar(query.order_by(RequestVersion.number.desc()).limit(1))


def version_numbered(session: Session, case_id: UUID, number: int) -> RequestVersion | None:
    return session.scalar(
        select(RequestVersion).where(RequestVersion.case_id == case_id, RequestVersion.number == number)
    )


def endorsed_requests(session: Session, case_id: UUID, *, limit: int) -> Sequence[EndorsedRequest]:
    """What both have endorsed, the newest first: several where one was returned."""
    return session.scalars(
        select(EndorsedRequest)
        .where(EndorsedRequest.case_id == case_id)
        .order_by(EndorsedRequest.made_at.desc(), EndorsedRequest.number.desc())
        .limit(limit)
    ).all()


def newest_request(session: Session, case_id: UUID) -> EndorsedRequest | None:
    return next(iter(endorsed_requests(session, case_id, limit=1)), None)


def comments_on(
    session: Session, case_id: UUID, *, before: tuple[datetime, UUID] | None, limit: int
) -> Sequence[RequestComment]:
    """Newest first, one page.

    before   (made_at, id) of the last comment of the page before
    """
    query = select(RequestComment).where(RequestComment.case_id == case_id)
    if before is not None:
        made_at, last = before
        query = query.where(
            or_(RequestComment.made_at < made_at, and_(RequestComment.made_at == made_at, RequestComment.id < last))
        )
    return session.scalars(query.order_by(RequestComment.made_at.desc(), RequestComment.id.desc()).limit(limit)).all()


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
