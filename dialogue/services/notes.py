"""Notes: what people write down in a room, with every revision kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.comparison import Part, compare
from dialogue.domain.notes import (
    beginning_of,
    check_words,
    draft_of_new,
    draft_of_revision,
    may_revise,
    rooms_with_notes,
)
from dialogue.domain.people import NOTE_ROOMS, Room, Seat
from dialogue.errors import Forbidden, NotFound, OutOfDate
from dialogue.services import audit, cases, drafts, identity, rooms
from dialogue.services.admission import acts_open, admit
from dialogue.services.cases import CaseHead
from dialogue.services.identity import Person
from dialogue.services.rooms import Opened, Trouble
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.notes import Note, NoteRevision, find_note, notes_in, revisions_among, revisions_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note in a room's list; where it does not open, ``trouble`` says why and there are no words."""

    id: UUID
    author: Person = field(repr=False)
    written_at: datetime
    revised_at: datetime | None
    title: str = field(repr=False)
    beginning: str = field(repr=False)
    is_cut: bool
    trouble: Trouble | None


@dataclass(frozen=True, slots=True)
class RoomOfNotes:
    """One page of a room.

    older   id of the last note shown where there are older ones: ``before`` of the next page
    """

    head: CaseHead
    room: Room
    notes: tuple[NoteLine, ...]
    older: UUID | None
    may: frozenset[Act]


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """That somebody revised a note, and when."""

    number: int
    author: Person = field(repr=False)
    written_at: datetime


@dataclass(frozen=True, slots=True)
class NoteShown:
    """One note as one of its revisions tells it.

    shown      the revision shown; ``newest`` is the current one
    """

    head: CaseHead
    id: UUID
    room: Room
    author: Person = field(repr=False)
    written_at: datetime
    shown: int
    newest: int
    title: str = field(repr=False)
    body: str = field(repr=False)
    trouble: Trouble | None
    revisions: tuple[RevisionLine, ...]
    may_revise: bool


@dataclass(frozen=True, slots=True)
class RevisionsCompared:
    """Two revisions of a note, side by side; ``trouble`` where one of them does not open."""

    head: CaseHead
    id: UUID
    room: Room
    older: RevisionLine
    newer: RevisionLine
    older_title: str = field(repr=False)
    newer_title: str = field(repr=False)
    older_body: str = field(repr=False)
    newer_body: str = field(repr=False)
    parts: tuple[Part, ...] = field(repr=False)
    trouble: Trouble | None


def index(work: UnitOfWork, case_id: UUID, room: Room, before: UUID | None = None) -> RoomOfNotes:
    """One page of a room, newest first; that it was read is recorded once, in the room's own record.

    before   the last note of the page before
    """
    case, seat = _enter_room(work, case_id, Act.NOTE_READ, room)
    found = notes_in(work.session, case.id, room, before=_key_of(work, case, room, before), limit=PAGE + 1)
    page = found[:PAGE]
    opened = _open(work, case, room, page)
    people = identity.people(work, {note.author_id for note, _ in page})
    lines = tuple(_line(note, revision, told, people) for (note, revision), told in zip(page, opened, strict=True))
    audit.record(work, Act.NOTE_READ, case.id, room=room)
    return RoomOfNotes(
        cases.head(work, case, seat),
        room,
        lines,
        page[-1][0].id if len(found) > PAGE else None,
        acts_open(work, case, seat, room),
    )


def write(work: UnitOfWork, case_id: UUID, room: Room, *, title: str, body: str) -> UUID:
    """Write a note into a room; what was kept as its draft is forgotten."""
    case, seat = _enter_room(work, case_id, Act.NOTE_WRITE, room)
    check_words(title, body)
    note = Note(id=uuid4(), case_id=case.id, room=room, author_id=seat.account, written_at=work.now, revision=1)
    work.session.add(note)
    work.session.flush()
    revision = _add_revision(work, case, note, title, body)
    drafts.discard(work, case.id, draft_of_new(room))
    audit.record(work, Act.NOTE_WRITE, case.id, note.id, room=room, sealed=revision.sealed_body)
    return note.id


def show(work: UnitOfWork, case_id: UUID, note_id: UUID, *, revision: int | None = None) -> NoteShown:
    """Open a note as it stands, or one of its earlier revisions; the reading itself is recorded."""
    case, seat, note = _enter_note(work, case_id, note_id, Act.NOTE_READ)
    wanted = note.revision if revision is None else revision
    rows = {row.number: row for row in revisions_among(work.session, note.id, {wanted})}
    if wanted not in rows:
        raise NotFound(note_id)
    told = _open(work, case, note.room, [(note, rows[wanted])])[0]
    lines, people = _history(work, note)
    audit.record(work, Act.NOTE_READ, case.id, note.id, room=note.room)
    return NoteShown(
        cases.head(work, case, seat),
        note.id,
        note.room,
        people[note.author_id],
        note.written_at,
        wanted,
        note.revision,
        told.body.get("title", ""),
        told.body.get("body", ""),
        told.trouble,
        lines,
        Act.NOTE_REVISE in acts_open(work, case, seat, note.room) and may_revise(seat, note.room, note.author_id),
    )


def compare_revisions(work: UnitOfWork, case_id: UUID, note_id: UUID, *, older: int, newer: int) -> RevisionsCompared:
    """Two revisions of a note and what changed between them, word by word."""
    case, seat, note = _enter_note(work, case_id, note_id, Act.NOTE_READ)
    rows = revisions_among(work.session, note.id, {older, newer})
    if len(rows) != 2:
        raise NotFound(note_id)
    first, second = _open(work, case, note.room, [(note, row) for row in rows])
    people = identity.people(work, {row.author_id for row in rows})
    before, after = (RevisionLine(row.number, people[row.author_id], row.written_at) for row in rows)
    audit.record(work, Act.NOTE_READ, case.id, note.id, room=note.room)
    bodies = first.body.get("body", ""), second.body.get("body", "")
    return RevisionsCompared(
        cases.head(work, case, seat),
        note.id,
        note.room,
        before,
        after,
        first.body.get("title", ""),
        second.body.get("title", ""),
        *bodies,
        compare(*bodies),
        first.trouble or second.trouble,
    )


def revise(work: UnitOfWork, case_id: UUID, note_id: UUID, *, title: str, body: str, seen_revision: int) -> None:
    """Say a note anew; what it said before is kept.

    seen_revision   the revision that the author had before his eyes
    raises          OutOfDate when somebody has revised the note since then: nothing is lost, both are to be compared
    """
    case, seat, note = _enter_note(work, case_id, note_id, Act.NOTE_REVISE)
    if not may_revise(seat, note.room, note.author_id):
        audit.refuse(work, Act.NOTE_REVISE, case.id, note.room)
        raise Forbidden(Act.NOTE_REVISE)
    check_words(title, body)
    if seen_revision != note.revision:
        raise OutOfDate(note_id)
    note.revision += 1
    revision = _add_revision(work, case, note, title, body)
    drafts.discard(work, case.id, draft_of_revision(note.id))
    audit.record(work, Act.NOTE_REVISE, case.id, note.id, room=note.room, sealed=revision.sealed_body)


def _enter_room(work: UnitOfWork, case_id: UUID, act: Act, room: Room) -> tuple[Case, Seat]:
    """The door to a room with notes. The keys have the last word; a room not heard is not even counted."""
    case, seat = admit(work, case_id, act, room=room if room in NOTE_ROOMS else None)
    if room not in rooms_with_notes(seat):
        raise NotFound(case_id)
    return case, seat


def _enter_note(work: UnitOfWork, case_id: UUID, note_id: UUID, act: Act) -> tuple[Case, Seat, Note]:
    """The door to a note: one in a room that the seat does not hear is as if it were not there."""
    _, seat = admit(work, case_id, Act.CASE_READ)
    note = find_note(work.session, case_id, note_id, rooms=rooms_with_notes(seat))
    case, seat = admit(work, case_id, act, room=note.room if note is not None else None)
    if note is None:
        raise NotFound(note_id)
    return case, seat, note


def _key_of(work: UnitOfWork, case: Case, room: Room, before: UUID | None) -> tuple[datetime, UUID] | None:
    if before is None:
        return None
    note = find_note(work.session, case.id, before, rooms={room})
    if note is None:
        raise NotFound(before)
    return note.written_at, note.id


def _add_revision(work: UnitOfWork, case: Case, note: Note, title: str, body: str) -> NoteRevision:
    row = NoteRevision(
        id=uuid4(),
        case_id=case.id,
        note_id=note.id,
        number=note.revision,
        author_id=work.person.account_id,
        written_at=work.now,
    )
    words = {"title": title, "body": body, **_bound_to(note, row)}
    row.sealed_body = rooms.seal(work, case, note.room, words, row.place("body", note.room))
    work.session.add(row)
    work.session.flush()
    return row


def _open(work: UnitOfWork, case: Case, room: Room, page: Sequence[tuple[Note, NoteRevision]]) -> list[Opened]:
    """Open those revisions; one that was sealed for another note, number or author counts as broken."""
    opened = rooms.open_all(work, case, room, [(row.sealed_body, row.place("body", room)) for _, row in page])
    return [
        told if told.trouble or _bound_to(note, row).items() <= told.body.items() else Opened(trouble=Trouble.BROKEN)
        for (note, row), told in zip(page, opened, strict=True)
    ]


def _bound_to(note: Note, row: NoteRevision) -> dict[str, Any]:
    """What the columns in clear say, said again inside the seal."""
    return {
        "note": str(note.id),
        "number": row.number,
        "by": str(row.author_id),
        "first_by": str(note.author_id),
    }


def _line(note: Note, revision: NoteRevision, told: Opened, people: dict[UUID, Person]) -> NoteLine:
    body = told.body.get("body", "")
    beginning = beginning_of(body)
    return NoteLine(
        note.id,
        people[note.author_id],
        note.written_at,
        revision.written_at if revision.number > 1 else None,
        told.body.get("title", ""),
        beginning,
        beginning != body,
        told.trouble,
    )


def _history(work: UnitOfWork, note: Note) -> tuple[tuple[RevisionLine, ...], dict[UUID, Person]]:
    rows = revisions_of(work.session, note.id)
    people = identity.people(work, {note.author_id, *(row.author_id for row in rows)})
    return tuple(RevisionLine(row.number, people[row.author_id], row.written_at) for row in rows), people
