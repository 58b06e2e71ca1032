"""What belongs to a meeting that is held: its agenda with times, the register of who came, and who kept out of what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.domain.people import Room
from dialogue.store.base import AccountId, CaseId, Id, InRoom, Row, Sealed, UtcDateTime, When, enum_column


class Programme(Row, InRoom):
    """One setting of a meeting's agenda; the newest is the one that holds."""

    __tablename__ = "programmes"
    __table_args__ = (UniqueConstraint("meeting_id", "number"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"))
    number: Mapped[int]
    author_id: Mapped[AccountId]
    sealed_body: Mapped[Sealed]
    made_at: Mapped[When]


class Register(Row, InRoom):
    """The register of a meeting as somebody kept or corrected it; the newest is the one that holds.

    people      how many came: a number for the office's report, and no name
    languages   codes of the languages in which people spoke, with blanks between
    """

    __tablename__ = "registers"
    __table_args__ = (UniqueConstraint("meeting_id", "number"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"))
    room: Mapped[Room] = mapped_column(enum_column(Room))
    number: Mapped[int]
    began_at: Mapped[When]
    ended_at: Mapped[When]
    people: Mapped[int]
    languages: Mapped[str] = mapped_column(String(200))
    keeper_id: Mapped[AccountId]
    sealed_body: Mapped[Sealed]
    made_at: Mapped[When]


class Recusal(Row, InRoom):
    """That somebody keeps out of an item at a meeting; who and which item is sealed."""

    __tablename__ = "recusals"

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), index=True)
    said_by: Mapped[AccountId]
    said_at: Mapped[When]
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sealed_body: Mapped[Sealed]


def programmes_of(session: Session, case_id: UUID) -> Sequence[Programme]:
    """The newest setting for each meeting of a case, in one query."""
    newest = (
        select(Programme.meeting_id, func.max(Programme.number).label("number"))
        .where(Programme.case_id == case_id)
        .group_by(Programme.meeting_id)
        .subquery()
    )
    return session.scalars(
        select(Programme).join(
            newest, (newest.c.meeting_id == Programme.meeting_id) & (newest.c.number == Programme.number)
        )
    ).all()


def registers_of(session: Session, case_id: UUID, meeting_id: UUID) -> Sequence[Register]:
    """Every keeping of one meeting's register, newest first."""
    return session.scalars(
        select(Register)
        .where(Register.case_id == case_id, Register.meeting_id == meeting_id)
        .order_by(Register.number.desc())
    ).all()


def newest_registers(session: Session, meeting_ids: Collection[UUID] | None = None) -> Sequence[Register]:
    """The register that holds for each of those meetings, or for every meeting, in one query."""
    query = select(Register.meeting_id, func.max(Register.number).label("number")).group_by(Register.meeting_id)
    if meeting_ids is not None:
        query = query.where(Register.meeting_id.in_(list(meeting_ids)))
    newest = query.subquery()
    return session.scalars(
        select(Register)
        .join(newest, (newest.c.meeting_id == Register.meeting_id) & (newest.c.number == Register.number))
        .order_by(Register.began_at, Register.id)
    ).all()


def recusals_at(session: Session, case_id: UUID, meeting_id: UUID) -> Sequence[Recusal]:
    """Oldest first, those lifted again among them."""
    return session.scalars(
        select(Recusal)
        .where(Recusal.case_id == case_id, Recusal.meeting_id == meeting_id)
        .order_by(Recusal.said_at, Recusal.id)
    ).all()


def recusals_of(session: Session, case_id: UUID) -> Sequence[Recusal]:
    """Those that hold in a case, oldest first."""
    return session.scalars(
        select(Recusal).where(Recusal.case_id == case_id, Recusal.lifted_at.is_(None)).order_by(Recusal.said_at)
    ).all()


def find_recusal(session: Session, case_id: UUID, recusal_id: UUID) -> Recusal | None:
    return session.scalar(select(Recusal).where(Recusal.case_id == case_id, Recusal.id == recusal_id))
