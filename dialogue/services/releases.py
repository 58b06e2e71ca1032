"""Releases: from a private room into the joint one, in the exact words that the room's owner lets go."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.people import Room
from dialogue.domain.releases import ReleaseState, check_remark, draft_of_asking, party_of_room
from dialogue.errors import IllegalTransition, OutOfDate
from dialogue.services import audit, cases, drafts, notes, provenance, requests, rooms
from dialogue.services.admission import admit
from dialogue.services.cases import CaseHead
from dialogue.services.letters import LetterKind
from dialogue.services.notes import ReleaseMark
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.notes import Note
from dialogue.store.releases import Release, asked_for, is_released


@dataclass(frozen=True, slots=True)
class Letting:
    """What somebody reads before asking for a release, or before letting go.

    revision   what the note says now; the yes is to these words only
    asked      the facilitator's asking that waits, if there is one
    """

    head: CaseHead
    note_id: UUID
    room: Room
    revision: int
    title: str = field(repr=False)
    body: str = field(repr=False)
    asked: ReleaseMark | None
    may: frozenset[Act]


def prospect(work: UnitOfWork, case_id: UUID, note_id: UUID, act: Act) -> Letting:
    """The exact text of which ``act`` would be; refused as the act itself would be. The reading is recorded."""
    case, seat, note = notes.enter_note(work, case_id, note_id, act)
    body = notes.current(work, case, note)
    marks = notes.release_marks(work, case, note.room, [note.id], with_remarks=True).get(note.id, ())
    audit.record(work, Act.NOTE_READ, case.id, note.id, room=note.room)
    return Letting(
        cases.head(work, case, seat),
        note.id,
        note.room,
        note.revision,
        body["title"],
        body["body"],
        next((mark for mark in marks if mark.state is ReleaseState.ASKED), None),
        frozenset({act}),
    )


def ask(work: UnitOfWork, case_id: UUID, note_id: UUID, *, seen_revision: int, remark: str = "") -> UUID:
    """Ask the party whose caucus it is to release a note; nobody else learns that anything was asked.

    raises   OutOfDate when the note says something else by now, IllegalTransition when that is asked for or released
    """
    case, seat, note = notes.enter_note(work, case_id, note_id, Act.RELEASE_ASK)
    check_remark(remark)
    if seen_revision != note.revision:
        raise OutOfDate(note_id)
    if asked_for(work.session, note.id) is not None or is_released(work.session, note.id, note.revision):
        raise IllegalTransition(Act.RELEASE_ASK)
    row = _row(work, case, note, remark, asked_by=seat.account)
    work.session.flush()
    drafts.discard(work, case.id, draft_of_asking(note.id))
    audit.record(work, Act.RELEASE_ASK, case.id, note.id, room=note.room, sealed=row.sealed_body)
    cases.tell(work, requests.leads_of(work, case, party_of_room(note.room)), LetterKind.WAITING, about=row.id.hex)
    return row.id


def approve(work: UnitOfWork, case_id: UUID, note_id: UUID, *, seen_revision: int) -> UUID:
    """Let a note go into the joint room, for the room's owner and signed; gives the copy. The original stays.

    seen_revision   what the note said when it was read: the yes is to these words and to no others
    raises          OutOfDate when the note was revised since then, IllegalTransition when these words are there already
    """
    case, seat, note = notes.enter_note(work, case_id, note_id, Act.RELEASE_APPROVE)
    admit(work, case_id, Act.NOTE_WRITE, room=Room.JOINT)
    if seen_revision != note.revision:
        raise OutOfDate(note_id)
    if is_released(work.session, note.id, note.revision):
        raise IllegalTransition(Act.RELEASE_APPROVE)
    said = notes.current(work, case, note)
    row = asked_for(work.session, note.id) or _row(work, case, note, "")
    row.revision = note.revision
    _settle(work, row, ReleaseState.RELEASED)
    copy = Note(id=row.id, case_id=case.id, room=Room.JOINT, author_id=seat.account, written_at=work.now, revision=1)
    signed = provenance.sign(work, copy, note.room, said["title"], said["body"])
    laid = notes.put(work, case, copy, said["title"], said["body"], release=signed)
    audit.record(work, Act.RELEASE_APPROVE, case.id, note.id, room=note.room, sealed=row.sealed_body)
    audit.record(work, Act.RELEASE_APPROVE, case.id, copy.id, room=Room.JOINT, sealed=laid.sealed_body)
    return copy.id


def keep(work: UnitOfWork, case_id: UUID, note_id: UUID) -> None:
    """Say no to an asking; the note stays where it is, and nobody outside its room learns of either.

    raises   OutOfDate when nothing waits for an answer any more
    """
    case, _, note = notes.enter_note(work, case_id, note_id, Act.RELEASE_KEEP)
    row = asked_for(work.session, note.id)
    if row is None:
        raise OutOfDate(note_id)
    _settle(work, row, ReleaseState.KEPT)
    audit.record(work, Act.RELEASE_KEEP, case.id, note.id, room=note.room)


def _row(work: UnitOfWork, case: Case, note: Note, remark: str, *, asked_by: UUID | None = None) -> Release:
    row = Release(
        id=uuid4(),
        case_id=case.id,
        room=note.room,
        note_id=note.id,
        revision=note.revision,
        state=ReleaseState.ASKED,
        asked_by=asked_by,
        made_at=work.now,
    )
    body = {"remark": remark, "note": str(note.id), "by": str(work.person.account_id)}
    row.sealed_body = rooms.seal(work, case, note.room, body, row.place("body", note.room))
    work.session.add(row)
    return row


def _settle(work: UnitOfWork, row: Release, state: ReleaseState) -> None:
    row.state = state
    row.settled_by = work.person.account_id
    row.settled_at = work.now
    work.session.flush()
