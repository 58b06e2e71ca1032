"""Documents: files in a room, with a title and every version kept; read by those whose room it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.documents import FileKind, check_words, may_add_version
from dialogue.domain.notes import rooms_with_notes
from dialogue.domain.people import Room, Seat
from dialogue.domain.releases import ReleaseState
from dialogue.errors import Forbidden, IllegalTransition, NotFound, OutOfDate, SealBroken
from dialogue.services import audit, cases, files, identity, provenance, rooms, unit, uploads
from dialogue.services.admission import acts_open, admit
from dialogue.services.cases import CaseHead
from dialogue.services.files import SealedFile
from dialogue.services.identity import Person
from dialogue.services.provenance import Provenance
from dialogue.services.rooms import Opened, Trouble
from dialogue.services.unit import UnitOfWork
from dialogue.services.uploads import Brought
from dialogue.store.cases import Case
from dialogue.store.documents import (
    Document,
    DocumentVersion,
    StoredFile,
    all_versions,
    document_releases_of,
    documents_in,
    find_document,
    find_version,
    version_by_upload,
    versions_of,
)

PAGE = 50


@dataclass(frozen=True, slots=True)
class FileSaid:
    """What a version says of itself; where it does not open, ``trouble`` says why and there are no words.

    file        the stored file and its key; for whoever reads the file within the same request
    size        of what is in it, in bytes
    cleaned     whether place and author were taken out of it
    provenance  of a copy in the joint room: whose room it was released from, checked
    """

    title: str = field(default="", repr=False)
    description: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    kind: FileKind | None = None
    size: int = 0
    digest: str = field(default="", repr=False)
    cleaned: bool = False
    provenance: Provenance | None = None
    trouble: Trouble | None = None
    file: SealedFile | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document in a list, as its newest version tells it."""

    id: UUID
    room: Room
    author: Person = field(repr=False)
    brought_at: datetime
    newest: int
    renewed_at: datetime | None
    said: FileSaid


@dataclass(frozen=True, slots=True)
class Documents:
    """One page of the documents that the reader hears of.

    room     where only one room is shown
    rooms    every room that this reader can meet documents in
    open_to  the rooms into which the reader may bring one now
    older    id of the last document shown where there are older ones: ``before`` of the next page
    """

    head: CaseHead
    room: Room | None
    rooms: tuple[Room, ...]
    open_to: tuple[Room, ...]
    documents: tuple[DocumentLine, ...]
    older: UUID | None


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version of a document."""

    id: UUID
    number: int
    author: Person = field(repr=False)
    brought_at: datetime
    said: FileSaid


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of a document on its way into the joint room, as the room that it comes from knows it."""

    number: int
    state: ReleaseState
    made_at: datetime
    settled_at: datetime | None
    asked_by: Person | None = field(repr=False)
    settled_by: Person | None = field(repr=False)
    remark: str = field(default="", repr=False)
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class DocumentShown:
    """One document with every version, newest first.

    may_revise   whether the reader can add a version
    marks        what became of it on its way into the joint room, newest first
    may          what the reader can do about the document's room
    """

    head: CaseHead
    id: UUID
    room: Room
    author: Person = field(repr=False)
    brought_at: datetime
    versions: tuple[VersionLine, ...]
    may_revise: bool
    marks: tuple[Mark, ...]
    may: frozenset[Act]

    @property
    def newest(self) -> VersionLine:
        return self.versions[0]

    @property
    def asked(self) -> Mark | None:
        """The asking that waits for an answer."""
        return next((mark for mark in self.marks if mark.state is ReleaseState.ASKED), None)

    @property
    def is_released(self) -> bool:
        """Whether the newest version stands in the joint room already."""
        return any(m.state is ReleaseState.RELEASED and m.number == self.newest.number for m in self.marks)


@dataclass(frozen=True, slots=True)
class Bringing:
    """What somebody sees who is about to bring a document: the rooms that are open, the own party's first."""

    head: CaseHead
    rooms: tuple[Room, ...]


@dataclass(frozen=True, slots=True)
class Download:
    """A file on its way to somebody who may read it; the reading is recorded before the first piece is asked for."""

    name: str = field(repr=False)
    size: int
    pieces: Iterator[bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One version with all that is needed to give it out or to check it; for exports of one's own record."""

    document_id: UUID
    number: int
    room: Room
    author_id: UUID
    brought_at: datetime
    said: FileSaid


def index(work: UnitOfWork, case_id: UUID, room: Room | None = None, before: UUID | None = None) -> Documents:
    """One page of the documents in the rooms that the actor hears, or in one of them, newest first.

    before   the last document of the page before
    """
    case, seat = admit(work, case_id, Act.CASE_READ)
    heard = _readable(work, case, seat)
    if not heard or (room is not None and room not in heard):
        admit(work, case_id, Act.DOCUMENT_READ, room=room)
        raise NotFound(case_id)
    shown = (room,) if room is not None else heard
    found = documents_in(work.session, case.id, shown, before=_key_of(work, case, shown, before), limit=PAGE + 1)
    page = found[:PAGE]
    said = said_of(work, case, page)
    people = identity.people(work, {version.author_id for _, version in page} | {one.author_id for one, _ in page})
    lines = tuple(
        DocumentLine(
            document.id,
            document.room,
            people[document.author_id],
            document.brought_at,
            document.newest,
            version.brought_at if version.number > 1 else None,
            said[version.id],
        )
        for document, version in page
    )
    for one in dict.fromkeys(document.room for document, _ in page):
        audit.record(work, Act.DOCUMENT_READ, case.id, room=one)
    older = page[-1][0].id if len(found) > PAGE else None
    open_to = uploads.writable_rooms(work, case, seat)
    return Documents(cases.head(work, case, seat), room, heard, open_to, lines, older)


def prepare(work: UnitOfWork, case_id: UUID) -> Bringing:
    """The rooms into which the actor may bring a document now; refused where there is none."""
    uploads.look_before_bringing(work, case_id)
    case, seat = admit(work, case_id, Act.CASE_READ)
    return Bringing(cases.head(work, case, seat), uploads.writable_rooms(work, case, seat))


def made_by(work: UnitOfWork, case_id: UUID, upload_id: UUID) -> UUID | None:
    """The document that the actor has made with this form already, if it was sent before."""
    case, seat = admit(work, case_id, Act.CASE_READ)
    version = version_by_upload(work.session, seat.account, upload_id)
    return version.document_id if version is not None and version.case_id == case.id else None


def add(
    work: UnitOfWork,
    case_id: UUID,
    room: Room,
    brought: Brought,
    *,
    title: str,
    description: str = "",
    upload_id: UUID | None = None,
) -> UUID:
    """Lay a document into a room: its key is sealed for those who hear it. Sent twice, it is one document.

    upload_id   of the form by which it came
    """
    case, seat = _enter_room(work, case_id, Act.DOCUMENT_ADD, room)
    check_words(title, description)
    if upload_id is not None and (present := version_by_upload(work.session, seat.account, upload_id)) is not None:
        raise OutOfDate(present.document_id)
    document = Document(id=uuid4(), case_id=case.id, room=room, author_id=seat.account, brought_at=work.now, newest=0)
    work.session.add(document)
    sealed = _lay(work, case, seat, document, brought, title, description, upload_id)
    audit.record(work, Act.DOCUMENT_ADD, case.id, document.id, room=room, sealed=sealed)
    return document.id


def revise(
    work: UnitOfWork,
    case_id: UUID,
    document_id: UUID,
    brought: Brought,
    *,
    title: str,
    description: str = "",
    seen_number: int,
    upload_id: UUID | None = None,
) -> None:
    """Lay a newer version upon a document; the older ones are kept.

    seen_number   the version that the actor had before his eyes
    raises        OutOfDate when somebody has laid another upon it since then, or the same form was sent before;
                  IllegalTransition for what was released, which stays as it was let go
    """
    case, seat, document = enter_document(work, case_id, document_id, Act.DOCUMENT_REVISE)
    _refuse_all_but_its_author(work, case, seat, document)
    check_words(title, description)
    if upload_id is not None and version_by_upload(work.session, seat.account, upload_id) is not None:
        raise OutOfDate(document_id)
    if seen_number != document.newest:
        raise OutOfDate(document_id)
    if document.room is Room.JOINT and newest_said(work, case, document)[1].provenance is not None:
        raise IllegalTransition(Act.DOCUMENT_REVISE)
    sealed = _lay(work, case, seat, document, brought, title, description, upload_id)
    audit.record(work, Act.DOCUMENT_REVISE, case.id, document.id, room=document.room, sealed=sealed)


def look_before_revising(work: UnitOfWork, case_id: UUID, document_id: UUID) -> DocumentShown:
    """The document as it stands, for whoever may lay a newer version upon it; refused as that would be."""
    case, seat, document = enter_document(work, case_id, document_id, Act.DOCUMENT_REVISE)
    _refuse_all_but_its_author(work, case, seat, document)
    shown = show(work, case_id, document_id)
    if not shown.may_revise:
        raise IllegalTransition(Act.DOCUMENT_REVISE)
    return shown


def show(work: UnitOfWork, case_id: UUID, document_id: UUID) -> DocumentShown:
    """A document with all its versions; that it was looked at is recorded, as every reading is."""
    case, seat, document = enter_document(work, case_id, document_id, Act.DOCUMENT_READ)
    rows = versions_of(work.session, document.id)
    said = said_of(work, case, [(document, row) for row in rows])
    people = identity.people(work, {document.author_id, *(row.author_id for row in rows)})
    lines = tuple(VersionLine(row.id, row.number, people[row.author_id], row.brought_at, said[row.id]) for row in rows)
    may = acts_open(work, case, seat, document.room)
    is_copy = any(line.said.provenance is not None for line in lines)
    marks = release_marks(work, case, document)
    audit.record(work, Act.DOCUMENT_READ, case.id, document.id, room=document.room)
    return DocumentShown(
        cases.head(work, case, seat),
        document.id,
        document.room,
        people[document.author_id],
        document.brought_at,
        lines,
        Act.DOCUMENT_REVISE in may and not is_copy and may_add_version(seat, document.room, document.author_id),
        marks,
        may,
    )


def take(work: UnitOfWork, case_id: UUID, document_id: UUID, number: int) -> Download:
    """Open one version's file; nothing of it may leave before the unit has ended, for then the reading is recorded.

    raises   SealBroken where the file is gone, or its length is not the one that was sealed; where something within
             it was altered, ``pieces`` raise it on the way and the rest is not given out
    """
    case, _, document = enter_document(work, case_id, document_id, Act.DOCUMENT_TAKE)
    row = find_version(work.session, document.id, number)
    if row is None:
        raise NotFound(document_id)
    said = said_of(work, case, [(document, row)])[row.id]
    if said.trouble is not None or said.file is None:
        raise rooms.refusal_of(said.trouble or Trouble.BROKEN, row.id)
    pieces = _watched(work, row.id, files.chunks(work.instance, case.id, said.file))
    audit.record(work, Act.DOCUMENT_TAKE, case.id, document.id, room=document.room)
    return Download(said.name, said.size, pieces)


def enter_document(work: UnitOfWork, case_id: UUID, document_id: UUID, act: Act) -> tuple[Case, Seat, Document]:
    """The door to a document: one in a room that the seat does not hear is as if it were not there."""
    _, seat = admit(work, case_id, Act.CASE_READ)
    document = find_document(work.session, case_id, document_id, rooms=rooms_with_notes(seat))
    case, seat = admit(work, case_id, act, room=document.room if document is not None else None)
    if document is None:
        raise NotFound(document_id)
    return case, seat, document


def newest_said(work: UnitOfWork, case: Case, document: Document) -> tuple[DocumentVersion, FileSaid]:
    """What a document is now, for an act that rests on it; raises SealBroken or Locked where it does not open."""
    row = find_version(work.session, document.id, document.newest)
    if row is None:
        raise SealBroken(document.id)
    said = said_of(work, case, [(document, row)])[row.id]
    if said.trouble is not None:
        raise rooms.refusal_of(said.trouble, row.id)
    return row, said


def every_version(work: UnitOfWork, case: Case, heard: Sequence[Room]) -> list[StoredVersion]:
    """Every version of every document in those rooms, with what opens its file; for whoever takes his record out."""
    found = all_versions(work.session, case.id, heard)
    said = said_of(work, case, found)
    return [
        StoredVersion(document.id, row.number, document.room, row.author_id, row.brought_at, said[row.id])
        for document, row in found
    ]


def stream(work: UnitOfWork, case: Case, version: StoredVersion) -> Iterator[bytes]:
    """What is in a version's file, piece by piece; raises SealBroken, also while iterating, where it was altered."""
    if version.said.file is None:
        raise rooms.refusal_of(version.said.trouble or Trouble.BROKEN, version.document_id)
    return files.chunks(work.instance, case.id, version.said.file)


def put_version(
    work: UnitOfWork, case: Case, document: Document, row: DocumentVersion, words: Mapping[str, Any]
) -> bytes:
    """Seal a version into its document's room as the newest, as a part of the act that asked for it."""
    body = {**words, **_bound_to(document, row)}
    row.sealed_body = rooms.seal(work, case, document.room, body, row.place("body", document.room))
    document.newest = row.number
    work.session.add(row)
    work.session.flush()
    return row.sealed_body


def words_of(said: FileSaid) -> dict[str, Any]:
    """What a version says, as it goes into another seal."""
    assert said.file is not None
    assert said.kind is not None
    return {
        "title": said.title,
        "description": said.description,
        "name": said.name,
        "kind": said.kind.value,
        "cleaned": said.cleaned,
        **uploads.told(said.file),
    }


def release_marks(work: UnitOfWork, case: Case, document: Document) -> tuple[Mark, ...]:
    """What became of a document on its way into the joint room, newest first."""
    rows = document_releases_of(work.session, case.id, document.room, [document.id])
    opened = rooms.open_all(
        work, case, document.room, [(row.sealed_body, row.place("body", document.room)) for row in rows]
    )
    people = identity.people(work, {one for row in rows for one in (row.asked_by, row.settled_by) if one})
    return tuple(
        Mark(
            row.number,
            row.state,
            row.made_at,
            row.settled_at,
            people.get(row.asked_by) if row.asked_by else None,
            people.get(row.settled_by) if row.settled_by else None,
            told.body.get("remark", ""),
            told.trouble,
        )
        for row, told in zip(rows, opened, strict=True)
    )


def _watched(work: UnitOfWork, version_id: UUID, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces; where one does not open, the unit has long ended, so that the alarm has one of its own."""
    instance, actor, now = work.instance, work.actor, work.now
    try:
        yield from pieces
    except SealBroken:
        with unit.writing(instance, actor, now) as alarm:
            audit.event(alarm, "alarm:seal", version_id)
            alarm.commit()
        raise


def _enter_room(work: UnitOfWork, case_id: UUID, act: Act, room: Room) -> tuple[Case, Seat]:
    case, seat = admit(work, case_id, act, room=room)
    if room not in rooms_with_notes(seat):
        raise NotFound(case_id)
    return case, seat


def _refuse_all_but_its_author(work: UnitOfWork, case: Case, seat: Seat, document: Document) -> None:
    if not may_add_version(seat, document.room, document.author_id):
        audit.refuse(work, Act.DOCUMENT_REVISE, case.id, document.room)
        raise Forbidden(Act.DOCUMENT_REVISE)


def _readable(work: UnitOfWork, case: Case, seat: Seat) -> tuple[Room, ...]:
    heard = rooms_with_notes(seat)
    return tuple(room for room in Room if room in heard and Act.DOCUMENT_READ in acts_open(work, case, seat, room))


def _lay(
    work: UnitOfWork,
    case: Case,
    seat: Seat,
    document: Document,
    brought: Brought,
    title: str,
    description: str,
    upload_id: UUID | None,
) -> bytes:
    """Store the rows of what was brought; an original that is kept is the version before."""
    uploads.settle(work, case, seat, brought, upload_id)
    sealed = b""
    for file in brought.kept:
        work.session.add(
            StoredFile(id=file.id, case_id=case.id, party=seat.party, stored_bytes=file.stored, stored_at=work.now)
        )
        work.session.flush()
        is_last = file.id == brought.file.id
        row = DocumentVersion(
            id=uuid4(),
            case_id=case.id,
            document_id=document.id,
            number=document.newest + 1,
            author_id=seat.account,
            file_id=file.id,
            upload_id=upload_id if is_last else None,
            brought_at=work.now,
        )
        said = FileSaid(
            title, description, brought.name, brought.kind, file.size, "", brought.cleaned and is_last, file=file
        )
        sealed = put_version(work, case, document, row, words_of(said))
    return sealed


def said_of(work: UnitOfWork, case: Case, page: Sequence[tuple[Document, DocumentVersion]]) -> dict[UUID, FileSaid]:
    """What those versions say, room by room; one that was sealed for another document or number counts as broken."""
    said: dict[UUID, FileSaid] = {}
    for room in dict.fromkeys(document.room for document, _ in page):
        here = [(document, row) for document, row in page if document.room is room]
        opened = rooms.open_all(work, case, room, [(row.sealed_body, row.place("body", room)) for _, row in here])
        provenance.fetch_keys(work, [told.body for told in opened])
        for (document, row), told in zip(here, opened, strict=True):
            said[row.id] = _read(work, document, row, told)
    return said


def _read(work: UnitOfWork, document: Document, row: DocumentVersion, told: Opened) -> FileSaid:
    if told.trouble is not None:
        return FileSaid(trouble=told.trouble)
    body = told.body
    try:
        if not _bound_to(document, row).items() <= body.items() or body["file"] != str(row.file_id):
            raise SealBroken(row.id)
        file = uploads.read(body)
        came_from = provenance.read_file(work, row, document.room, body)
        return FileSaid(
            body["title"],
            body["description"],
            body["name"],
            FileKind(body["kind"]),
            file.size,
            file.digest.hex(),
            body["cleaned"],
            came_from,
            None,
            file,
        )
    except (SealBroken, KeyError, TypeError, ValueError):
        audit.event(work, "alarm:seal", row.id)
        return FileSaid(trouble=Trouble.BROKEN)


def _bound_to(document: Document, row: DocumentVersion) -> dict[str, Any]:
    """What the columns in clear say, said again inside the seal."""
    return {
        "document": str(document.id),
        "number": row.number,
        "by": str(row.author_id),
        "first_by": str(document.author_id),
    }


def _key_of(work: UnitOfWork, case: Case, shown: Sequence[Room], before: UUID | None) -> tuple[datetime, UUID] | None:
    if before is None:
        return None
    document = find_document(work.session, case.id, before, rooms=shown)
    if document is None:
        raise NotFound(before)
    return document.brought_at, document.id
