"""Notes, their revisions, and the drafts that people have not sent yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, and_, delete, or_, select
from sqlalchemy.orm import Mapped, Session, defer, mapped_column

from dialogue.domain.people import Room
from dialogue.store.base import AccountId, CaseId, Id, InRoom, Row, Sealed, When, enum_column


class Note(Row, InRoom):
    """A note in one room; its words stand in its revisions."""

    __tablename__ = "notes"
    __table_args__ = (Index("ix_notes_room_page", "case_id", "room", "written_at", "id"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    room: Mapped[Room] = mapped_column(enum_column(Room))
    author_id: Mapped[AccountId]
    written_at: Mapped[When]
    revision: Mapped[int]


class NoteRevision(Row, InRoom):
    """What a note said from one moment on."""

    __tablename__ = "note_revisions"
    __table_args__ = (UniqueConstraint("note_id", "number"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    note_id: Mapped[UUID] = mapped_column(ForeignKey("notes.id", ondelete="CASCADE"))
    number: Mapped[int]
    author_id: Mapped[AccountId]
    sealed_body: Mapped[Sealed]
    written_at: Mapped[When]


class Draft(Row, InRoom):
    """What one person is writing and nobody else can read."""

    is_recorded = False
    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("account_id", "case_id", "form"),)

    id: Mapped[Id]
    account_id: Mapped[AccountId]
    case_id: Mapped[CaseId]
    form: Mapped[str] = mapped_column(String(80))
    sealed_body: Mapped[Sealed]
    saved_at: Mapped[When]


def notes_in(
    session: Session,
    case_id: UUID,
    room: Room,
    *,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[tuple[Note, NoteRevision]]:
    """One page of a room with the current revision of each note, newest first.

    before   (written_at, id) of the last note of the page before
    """
    query = (
        select(Note, NoteRevision)
        .join(NoteRevision, (NoteRevision.note_id == Note.id) & (NoteRevision.number == Note.revision))
        .where(Note.case_id == case_id, Note.room == room)
        .order_by(Note.written_at.desc(), Note.id.desc())
        .limit(limit)
    )
    if before is not None:
        at, note_id = before
        query = query.where(or_(Note.written_at < at, and_(Note.written_at == at, Note.id < note_id)))
    return [(note, revision) for note, revision in session.execute(query)]


def newest_seals(session: Session, case_id: UUID, room: Room) -> Sequence[bytes]:
    """The current revision of every note of a room, as it is sealed."""
    return session.scalars(
        select(NoteRevision.sealed_body)
        .join(Note, (NoteRevision.note_id == Note.id) & (NoteRevision.number == Note.revision))
        .where(Note.case_id == case_id, Note.room == room)
    ).all()


def find_note(session: Session, case_id: UUID, note_id: UUID, *, rooms: Collection[Room]) -> Note | None:
    """The note, where it lies in one of those rooms."""
    return session.scalar(select(Note).where(Note.case_id == case_id, Note.id == note_id, Note.room.in_(list(rooms))))


def revisions_of(session: Session, note_id: UUID) -> Sequence[NoteRevision]:
    """Newest first, without what they say."""
    return session.scalars(
        select(NoteRevision)
        .where(NoteRevision.note_id == note_id)
        .order_by(NoteRevision.number.desc())
        .options(defer(NoteRevision.sealed_body))
    ).all()


def revisions_among(session: Session, note_id: UUID, numbers: Collection[int]) -> Sequence[NoteRevision]:
    """Those revisions of a note, oldest first."""
    return session.scalars(
        select(NoteRevision)
        .where(NoteRevision.note_id == note_id, NoteRevision.number.in_(list(numbers)))
        .order_by(NoteRevision.number)
    ).all()


def drafts_by(session: Session, account_id: UUID, case_id: UUID) -> Sequence[Draft]:
    """What one person has not sent yet in a case, oldest first."""
    return session.scalars(
        select(Draft).where(Draft.account_id == account_id, Draft.case_id == case_id).order_by(Draft.saved_at, Draft.id)
    ).all()


def find_draft(session: Session, account_id: UUID, case_id: UUID, form: str) -> Draft | None:
    return session.scalar(
        select(Draft).where(Draft.account_id == account_id, Draft.case_id == case_id, Draft.form == form)
    )


def forget_drafts(session: Session, account_id: UUID) -> None:
    """Delete what only its writer could read, under keys that are no more."""
    session.execute(delete(Draft).where(Draft.account_id == account_id))
