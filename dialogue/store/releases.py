"""Releases of notes from private rooms: asked for, given, or kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.domain.people import Room
from dialogue.domain.releases import ReleaseState
from dialogue.store.base import CaseId, Id, InRoom, Row, Sealed, UtcDateTime, When, enum_column


class Release(Row, InRoom):
    """One note's way into the joint room, as the room from which it comes knows it.

    The copy in the joint room is a note with the same id; it knows nothing of this row.
    """

    __tablename__ = "releases"

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    room: Mapped[Room] = mapped_column(enum_column(Room))
    note_id: Mapped[UUID] = mapped_column(ForeignKey("notes.id", ondelete="CASCADE"), index=True)
    revision: Mapped[int]
    state: Mapped[ReleaseState] = mapped_column(enum_column(ReleaseState))
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[When]
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sealed_body: Mapped[Sealed]


def releases_of(session: Session, case_id: UUID, room: Room, note_ids: Collection[UUID]) -> Sequence[Release]:
    """What became of those notes of a room, newest first, in one query."""
    if not note_ids:
        return []
    return session.scalars(
        select(Release)
        .where(Release.case_id == case_id, Release.room == room, Release.note_id.in_(list(note_ids)))
        .order_by(Release.made_at.desc(), Release.id)
    ).all()


def asked_for(session: Session, note_id: UUID) -> Release | None:
    """The asking that waits for an answer."""
    return session.scalar(
        select(Release)
        .where(Release.note_id == note_id, Release.state == ReleaseState.ASKED)
        .order_by(Release.made_at.desc())
        .limit(1)
    )


def is_released(session: Session, note_id: UUID, revision: int) -> bool:
    """Whether that revision of a note was let go."""
    query = select(Release.id).where(Release.note_id == note_id, Release.revision == revision)
    return session.scalar(query.where(Release.state == ReleaseState.RELEASED).limit(1)) is not None


def originals_of(
    session: Session, case_id: UUID, copies: Collection[UUID], rooms: Collection[Room]
) -> dict[UUID, UUID]:
    """Of those copies in the joint room the notes that they come from, where they lie in one of those rooms."""
    if not copies:
        return {}
    rows = session.execute(
        select(Release.id, Release.note_id).where(
            Release.case_id == case_id,
            Release.id.in_(list(copies)),
            Release.room.in_(list(rooms)),
            Release.state == ReleaseState.RELEASED,
        )
    )
    return {row.id: row.note_id for row in rows}
