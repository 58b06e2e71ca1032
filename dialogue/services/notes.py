"""Notes: what people write down in a room, with every revision kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
from dialogue.domain.releases import RELEASABLE, ReleaseState
from dialogue.errors import Forbidden, IllegalTransition, NotFound, OutOfDate, SealBroken
from dialogue.services import audit, cases, drafts, identity, provenance, rooms
from dialogue.services.admission import acts_open, admit
from dialogue.services.cases import CaseHead
from dialogue.services.identity import Person
from dialogue.services.provenance import Provenance
from dialogue.services.rooms import Opened, Trouble
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.notes import Note, NoteRevision, find_note, notes_in, revisions_among, revisions_of
from dialogue.store.releases import originals_of, releases_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class ReleaseMark:
    """What became of a note on its way into the joint room, as the room that it comes from knows it.

    id         of the copy in the joint room, once the note is released
    revision   what the note said when it was asked for, or released
    """

    id: UUID
    revision: int
    state: ReleaseState
    made_at: datetime
    settled_at: datetime | None
    asked_by: Person | None = field(repr=False)
    settled_by: Person | None = field(repr=False)
    remark: str = field(default="", repr=False)
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note in a room's list; where it does not open, ``trouble`` says why and there are no words.

    provenance   of a copy in the joint room: whose room it was released from, checked
    release      the last word on the note's own way into the joint room
    """

    id: UUID
    author: Person = field(repr=False)
    written_at: datetime
    revised_at: datetime | None
    title: str = field(repr=False)
    beginning: str = field(repr=False)
    is_cut: bool
    trouble: Trouble | None
    provenance: Provenance | None
    release: ReleaseMark | None


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

    shown        the revision shown; ``newest`` is the current one
    provenance   of a copy in the joint room: whose room it was released from, checked
    original     the note that the copy was made of, for those who hear its room
    releases     what became of the note on its way into the joint room, newest first
    may          what the reader can do about the note's room
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
    provenance: Provenance | None
    original: UUID | None
    releases: tuple[ReleaseMark, ...]
    may: frozenset[Act]

    @property
    def is_released(self) -> bool:
        """Whether what the note says now stands in the joint room already."""
        return any(mark.state is ReleaseState.RELEASED and mark.revision == self.newest for mark in self.releases)


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
    marks = release_marks(work, case, room, [note.id for note, _ in page])
    people = identity.people(work, {note.author_id for note, _ in page})
    lines = tuple(
        _line(work, note, revision, told, people, marks.get(note.id, ()))
        for (note, revision), told in zip(page, opened, strict=True)
    )
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
    revision = put(work, case, note, title, body)
    drafts.discard(work, case.id, draft_of_new(room))
    audit.record(work, Act.NOTE_WRITE, case.id, note.id, room=room, sealed=revision.sealed_body)
    return note.id


def show(work: UnitOfWork, case_id: UUID, note_id: UUID, *, revision: int | None = None) -> NoteShown:
    """Open a note as it stands, or one of its earlier revisions; the reading itself is recorded."""
    case, seat, note = enter_note(work, case_id, note_id, Act.NOTE_READ)
    wanted = note.revision if revision is None else revision
    rows = {row.number: row for row in revisions_among(work.session, note.id, {wanted})}
    if wanted not in rows:
        raise NotFound(note_id)
    told = _open(work, case, note.room, [(note, rows[wanted])])[0]
    lines, people = _history(work, note)
    may = acts_open(work, case, seat, note.room)
    came_from = _provenance(work, note, told)
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
        Act.NOTE_REVISE in may and came_from is None and may_revise(seat, note.room, note.author_id),
        came_from,
        originals_of(work.session, case.id, [note.id], rooms_with_notes(seat)).get(note.id) if came_from else None,
        release_marks(work, case, note.room, [note.id], with_remarks=True).get(note.id, ()),
        may,
    )


def compare_revisions(work: UnitOfWork, case_id: UUID, note_id: UUID, *, older: int, newer: int) -> RevisionsCompared:
    """Two revisions of a note and what changed between them, word by word."""
    case, seat, note = enter_note(work, case_id, note_id, Act.NOTE_READ)
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
    raises          OutOfDate when somebody has revised the note since then: nothing is lost, both are to be compared;
                    IllegalTransition for what was released, which stays as it was let go
    """
    case, seat, note = enter_note(work, case_id, note_id, Act.NOTE_REVISE)
    if not may_revise(seat, note.room, note.author_id):
        audit.refuse(work, Act.NOTE_REVISE, case.id, note.room)
        raise Forbidden(Act.NOTE_REVISE)
    check_words(title, body)
    if seen_revision != note.revision:
        raise OutOfDate(note_id)
    if note.room is Room.JOINT and "release" in current(work, case, note):
        raise IllegalTransition(Act.NOTE_REVISE)
    note.revision += 1
    revision = _add_revision(work, case, note, title, body)
    drafts.discard(work, case.id, draft_of_revision(note.id))
    audit.record(work, Act.NOTE_REVISE, case.id, note.id, room=note.room, sealed=revision.sealed_body)


def put(
    work: UnitOfWork, case: Case, note: Note, title: str, body: str, *, release: Mapping[str, str] | None = None
) -> NoteRevision:
    """Lay a new note into its room, as a part of the act that asked for it.

    release   what ``provenance.sign`` gave, for a copy of what was said elsewhere
    """
    work.session.add(note)
    work.session.flush()
    return _add_revision(work, case, note, title, body, release)


def current(work: UnitOfWork, case: Case, note: Note) -> dict[str, Any]:
    """What a note says now, for an act that rests on it; raises SealBroken or Locked where it does not open."""
    row = revisions_among(work.session, note.id, {note.revision})[0]
    told = _open(work, case, note.room, [(note, row)])[0]
    if told.trouble is not None:
        raise rooms.refusal_of(told.trouble, note.id)
    return told.body


def release_marks(
    work: UnitOfWork, case: Case, room: Room, note_ids: Collection[UUID], *, with_remarks: bool = False
) -> dict[UUID, tuple[ReleaseMark, ...]]:
    """Of each note of a private room what became of it on its way into the joint room, newest first."""
    rows = releases_of(work.session, case.id, room, note_ids) if room in RELEASABLE else []
    places = [(row.sealed_body, row.place("body", room)) for row in rows] if with_remarks else []
    opened = rooms.open_all(work, case, room, places) if places else [Opened()] * len(rows)
    people = (
        identity.people(work, {one for row in rows for one in (row.asked_by, row.settled_by) if one}) if rows else {}
    )
    marks: dict[UUID, tuple[ReleaseMark, ...]] = {}
    for row, told in zip(rows, opened, strict=True):
        mark = ReleaseMark(
            row.id,
            row.revision,
            row.state,
            row.made_at,
            row.settled_at,
            people.get(row.asked_by) if row.asked_by else None,
            people.get(row.settled_by) if row.settled_by else None,
            told.body.get("remark", ""),
            told.trouble,
        )
        marks[row.note_id] = (*marks.get(row.note_id, ()), mark)
    return marks


def _enter_room(work: UnitOfWork, case_id: UUID, act: Act, room: Room) -> tuple[Case, Seat]:
    """The door to a room with notes. The keys have the last word; a room not heard is not even counted."""
    case, seat = admit(work, case_id, act, room=room if room in NOTE_ROOMS else None)
    if room not in rooms_with_notes(seat):
        raise NotFound(case_id)
    return case, seat


def enter_note(work: UnitOfWork, case_id: UUID, note_id: UUID, act: Act) -> tuple[Case, Seat, Note]:
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


def _add_revision(
    work: UnitOfWork, case: Case, note: Note, title: str, body: str, release: Mapping[str, str] | None = None
) -> NoteRevision:
    row = NoteRevision(
        id=uuid4(),
        case_id=case.id,
        note_id=note.id,
        number=note.revision,
        author_id=work.person.account_id,
        written_at=work.now,
    )
    words: dict[str, Any] = {"title": title, "body": body, **_bound_to(note, row)}
    if release is not None:
        words["release"] = dict(release)
    row.sealed_body = rooms.seal(work, case, note.room, words, row.place("body", note.room))
    work.session.add(row)
    work.session.flush()
    return row


def _open(work: UnitOfWork, case: Case, room: Room, page: Sequence[tuple[Note, NoteRevision]]) -> list[Opened]:
    """Open those revisions; one that was sealed for another note, number or author counts as broken."""
    opened = rooms.open_all(work, case, room, [(row.sealed_body, row.place("body", room)) for _, row in page])
    provenance.fetch_keys(work, [told.body for told in opened])
    return [
        told if told.trouble or _is_bound(work, note, row, told.body) else Opened(trouble=Trouble.BROKEN)
        for (note, row), told in zip(page, opened, strict=True)
    ]


def _is_bound(work: UnitOfWork, note: Note, row: NoteRevision, body: Mapping[str, Any]) -> bool:
    """Whether a revision is the one that its columns tell of, and was released where it says that it was."""
    if not _bound_to(note, row).items() <= body.items():
        return False
    try:
        provenance.read(work, note, body)
    except SealBroken:
        return False
    return True


def _provenance(work: UnitOfWork, note: Note, told: Opened) -> Provenance | None:
    return provenance.read(work, note, told.body) if told.trouble is None else None


def _bound_to(note: Note, row: NoteRevision) -> dict[str, Any]:
    """What the columns in clear say, said again inside the seal."""
    return {
        "note": str(note.id),
        "number": row.number,
        "by": str(row.author_id),
        "first_by": str(note.author_id),
    }


def _line(
    work: UnitOfWork,
    note: Note,
    revision: NoteRevision,
    told: Opened,
    people: dict[UUID, Person],
    marks: Sequence[ReleaseMark],
) -> NoteLine:
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
        _provenance(work, note, told),
        marks[0] if marks else None,
    )


def _history(work: UnitOfWork, note: Note) -> tuple[tuple[RevisionLine, ...], dict[UUID, Person]]:
    rows = revisions_of(work.session, note.id)
    people = identity.people(work, {note.author_id, *(row.author_id for row in rows)})
    return tuple(RevisionLine(row.number, people[row.author_id], row.written_at) for row in rows), people
