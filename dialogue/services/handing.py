"""Documents let go from a private room into the joint one: asked for, given by the room's owner, or kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.people import Room
from dialogue.domain.releases import ReleaseState, check_remark, party_of_room
from dialogue.errors import IllegalTransition, OutOfDate
from dialogue.services import audit, cases, documents, provenance, requests, rooms
from dialogue.services.admission import admit
from dialogue.services.cases import CaseHead
from dialogue.services.documents import FileSaid, Mark
from dialogue.services.letters import LetterKind
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.documents import (
    Document,
    DocumentRelease,
    DocumentVersion,
    document_asked_for,
    find_document,
    find_version_by_id,
    released_versions,
)


@dataclass(frozen=True, slots=True)
class Letting:
    """What somebody sees before asking for a release, or before letting go.

    number   the version that would be let go; the yes is to this one only
    asked    the facilitator's asking that waits, if there is one
    """

    head: CaseHead
    document_id: UUID
    room: Room
    number: int
    said: FileSaid = field(repr=False)
    asked: Mark | None
    may: frozenset[Act]


def prospect(work: UnitOfWork, case_id: UUID, document_id: UUID, act: Act) -> Letting:
    """The very version of which ``act`` would be; refused as the act itself would be. The reading is recorded."""
    case, seat, document = documents.enter_document(work, case_id, document_id, act)
    _, said = documents.newest_said(work, case, document)
    marks = documents.release_marks(work, case, document)
    audit.record(work, Act.DOCUMENT_READ, case.id, document.id, room=document.room)
    return Letting(
        cases.head(work, case, seat),
        document.id,
        document.room,
        document.newest,
        said,
        next((mark for mark in marks if mark.state is ReleaseState.ASKED), None),
        frozenset({act}),
    )


def ask(work: UnitOfWork, case_id: UUID, document_id: UUID, *, seen_number: int, remark: str = "") -> UUID:
    """Ask the party whose caucus it is to release a document; nobody else learns that anything was asked.

    raises   OutOfDate when there is a newer version by now, IllegalTransition when it is asked for or released already
    """
    case, seat, document = documents.enter_document(work, case_id, document_id, Act.DOCUMENT_ASK)
    check_remark(remark)
    if seen_number != document.newest:
        raise OutOfDate(document_id)
    if document_asked_for(work.session, document.id) is not None or _is_released(work, document):
        raise IllegalTransition(Act.DOCUMENT_ASK)
    row = _row(work, case, document, remark, asked_by=seat.account)
    work.session.flush()
    audit.record(work, Act.DOCUMENT_ASK, case.id, document.id, room=document.room, sealed=row.sealed_body)
    leads = requests.leads_of(work, case, party_of_room(document.room))
    cases.tell(work, leads, LetterKind.WAITING, about=row.id.hex)
    return row.id


def approve(work: UnitOfWork, case_id: UUID, document_id: UUID, *, seen_number: int) -> UUID:
    """Let a document go into the joint room, for the room's owner and signed; gives the document there.

    The same stored file serves both rooms, its key sealed in each; the original stays where it is. A later version of
    what was released before becomes the newest version of the same document in the joint room.

    seen_number   the version that was looked at: the yes is to this one and to no other
    raises        OutOfDate when there is a newer one, IllegalTransition when this one is in the joint room already
    """
    case, seat, document = documents.enter_document(work, case_id, document_id, Act.DOCUMENT_RELEASE)
    admit(work, case_id, Act.DOCUMENT_ADD, room=Room.JOINT)
    if seen_number != document.newest:
        raise OutOfDate(document_id)
    if _is_released(work, document):
        raise IllegalTransition(Act.DOCUMENT_RELEASE)
    origin, said = documents.newest_said(work, case, document)
    there = _released_before(work, case, document)
    row = document_asked_for(work.session, document.id) or _row(work, case, document, "")
    row.number = document.newest
    _settle(work, row, ReleaseState.RELEASED)
    if there is None:
        there = Document(
            id=uuid4(),
            case_id=case.id,
            room=Room.JOINT,
            author_id=seat.account,
            brought_at=work.now,
            newest=0,
        )
        work.session.add(there)
        work.session.flush()
    copy = DocumentVersion(
        id=row.id,
        case_id=case.id,
        document_id=there.id,
        number=there.newest + 1,
        author_id=seat.account,
        file_id=origin.file_id,
        upload_id=None,
        brought_at=work.now,
    )
    words = documents.words_of(said)
    words["release"] = provenance.sign_file(work, copy, document.room, words)
    sealed = documents.put_version(work, case, there, copy, words)
    audit.record(work, Act.DOCUMENT_RELEASE, case.id, document.id, room=document.room, sealed=row.sealed_body)
    audit.record(work, Act.DOCUMENT_RELEASE, case.id, there.id, room=Room.JOINT, sealed=sealed)
    return there.id


def keep(work: UnitOfWork, case_id: UUID, document_id: UUID) -> None:
    """Say no to an asking; the document stays where it is, and nobody outside its room learns of either.

    raises   OutOfDate when nothing waits for an answer any more
    """
    case, _, document = documents.enter_document(work, case_id, document_id, Act.DOCUMENT_KEEP)
    row = document_asked_for(work.session, document.id)
    if row is None:
        raise OutOfDate(document_id)
    _settle(work, row, ReleaseState.KEPT)
    audit.record(work, Act.DOCUMENT_KEEP, case.id, document.id, room=document.room)


def _is_released(work: UnitOfWork, document: Document) -> bool:
    return any(one.number == document.newest for one in released_versions(work.session, document.id))


def _released_before(work: UnitOfWork, case: Case, document: Document) -> Document | None:
    """The document in the joint room that earlier versions of this one have made."""
    for release in released_versions(work.session, document.id)[:1]:
        version = find_version_by_id(work.session, release.id)
        if version is not None and version.case_id == case.id:
            return find_document(work.session, case.id, version.document_id, rooms={Room.JOINT})
    return None


def _row(
    work: UnitOfWork, case: Case, document: Document, remark: str, *, asked_by: UUID | None = None
) -> DocumentRelease:
    row = DocumentRelease(
        id=uuid4(),
        case_id=case.id,
        room=document.room,
        document_id=document.id,
        number=document.newest,
        state=ReleaseState.ASKED,
        asked_by=asked_by,
        made_at=work.now,
    )
    body = {"remark": remark, "document": str(document.id), "by": str(work.person.account_id)}
    row.sealed_body = rooms.seal(work, case, document.room, body, row.place("body", document.room))
    work.session.add(row)
    return row


def _settle(work: UnitOfWork, row: DocumentRelease, state: ReleaseState) -> None:
    row.state = state
    row.settled_by = work.person.account_id
    row.settled_at = work.now
    work.session.flush()
