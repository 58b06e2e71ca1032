"""Files on their way in: at once or in pieces on a bad line, judged, freed of what they tell, swept if unwanted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from dialogue.domain.acts import Act
from dialogue.domain.cases import GONE
from dialogue.domain.documents import LARGEST, FileKind, check_share, clean_name, kind_of_name
from dialogue.domain.notes import rooms_with_notes
from dialogue.domain.people import PARTY_ROOMS, Room, Seat
from dialogue.errors import OutOfDate, SealBroken, Unfit
from dialogue.services import cleaning, files, rooms
from dialogue.services.admission import acts_open, admit
from dialogue.services.files import SealedFile
from dialogue.services.instance import Instance
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case, statuses_among
from dialogue.store.documents import (
    UploadPart,
    known_files,
    parts_before,
    parts_of,
    stored_share,
    waiting_bytes,
)

# So long a file waits for its next piece, and one that no row knows for its row.
PATIENCE = timedelta(days=1)
SWEEP_EVERY = timedelta(hours=1)
# What one person can have under way at once.
UNDER_WAY = 2 * LARGEST


@dataclass(frozen=True, slots=True)
class Brought:
    """A file that is whole and judged, and not yet anybody's document.

    original   the file as it came, where ``file`` is what was made of it and both are to be kept
    pieces     what was on the way and is not needed any more
    cleaned    whether place and author were taken out of it
    """

    file: SealedFile
    name: str = field(repr=False)
    kind: FileKind
    original: SealedFile | None = None
    pieces: tuple[UUID, ...] = ()
    cleaned: bool = False

    @property
    def kept(self) -> tuple[SealedFile, ...]:
        """Everything that is stored for good."""
        return (self.original, self.file) if self.original is not None else (self.file,)


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep found.

    removed   files that no row knew, and pieces on which nobody went on
    missing   case and id of files that a row knows and the folder does not have
    """

    removed: int
    missing: tuple[tuple[UUID, UUID], ...]


def writable_rooms(work: UnitOfWork, case: Case, seat: Seat) -> tuple[Room, ...]:
    """The rooms into which this seat may bring a document now, its own party's first."""
    own = PARTY_ROOMS.get(seat.party) if seat.party is not None else None
    heard = sorted(rooms_with_notes(seat), key=lambda room: (room is not own, list(Room).index(room)))
    return tuple(room for room in heard if Act.DOCUMENT_ADD in acts_open(work, case, seat, room))


def look_before_bringing(work: UnitOfWork, case_id: UUID) -> None:
    """Refuse whoever may bring nothing into any room of the case, before a byte of the file is taken."""
    case, seat = admit(work, case_id, Act.CASE_READ)
    if not writable_rooms(work, case, seat):
        own = PARTY_ROOMS.get(seat.party, Room.JOINT) if seat.party is not None else Room.JOINT
        admit(work, case_id, Act.DOCUMENT_ADD, room=own)


def take_piece(work: UnitOfWork, case_id: UUID, upload_id: UUID, begins_at: int, piece: SealedFile) -> int:
    """Keep one piece for its sender alone, under a key that only he can open; gives how much has come by now.

    begins_at   where in the file the piece begins
    raises      OutOfDate where something else than this piece comes next; Unfit where it is too much
    """
    case, seat = admit(work, case_id, Act.CASE_READ)
    if not writable_rooms(work, case, seat):
        raise Unfit("files_closed")
    present = parts_of(work.session, seat.account, upload_id)
    come = sum(one.size for one in _opened(work, case.id, present))
    if begins_at != come:
        raise OutOfDate(upload_id)
    if come + piece.size > LARGEST:
        raise Unfit("file_large")
    if waiting_bytes(work.session, seat.account) + piece.stored > UNDER_WAY:
        raise Unfit("files_under_way")
    check_room_left(work, case, seat, (piece,), beside=present)
    row = UploadPart(
        id=piece.id,
        case_id=case.id,
        account_id=seat.account,
        upload_id=upload_id,
        number=len(present) + 1,
        stored_bytes=piece.stored,
        arrived_at=work.now,
    )
    body = {"upload": str(upload_id), "number": row.number, **told(piece)}
    row.sealed_body = rooms.seal_personal(work, body, row.personal_place("body"))
    work.session.add(row)
    work.session.flush()
    return come + piece.size


def come_so_far(work: UnitOfWork, case_id: UUID, upload_id: UUID) -> tuple[SealedFile, ...]:
    """The pieces of one's own file that have come, in their order."""
    case, seat = admit(work, case_id, Act.CASE_READ)
    return tuple(_opened(work, case.id, parts_of(work.session, seat.account, upload_id)))


def bring(
    instance: Instance,
    case_id: UUID,
    name: str,
    pieces: tuple[SealedFile, ...],
    *,
    clean: bool = False,
    keep_original: bool = False,
) -> Brought:
    """Make one file of what has come, judge it, and take place and author out of it where that is asked.

    pieces   one that is the whole file, or several
    raises   Unfit; nothing is left then but the pieces themselves
    """
    name = clean_name(name)
    kind = kind_of_name(name)
    if not pieces:
        raise Unfit("file_missing")
    if clean:
        cleaning.check(kind, sum(piece.size for piece in pieces))
    if len(pieces) == 1:
        files.check_beginning(instance, case_id, name, pieces[0])
        whole = pieces[0]
    else:
        whole = files.joined(instance, case_id, name, pieces)
    spent = tuple(piece.id for piece in pieces if piece.id != whole.id)
    if not clean:
        return Brought(whole, name, kind, pieces=spent)
    try:
        freed = files.keep(instance, case_id, name, cleaning.cleaned(kind, files.in_memory(instance, case_id, whole)))
    except Unfit:
        if spent:
            instance.files.remove(case_id, whole.id)
        raise
    if keep_original:
        return Brought(freed, name, kind, whole, spent, cleaned=True)
    return Brought(freed, name, kind, None, (*spent, whole.id), cleaned=True)


def give_up(instance: Instance, case_id: UUID, brought: Brought, pieces: tuple[SealedFile, ...]) -> None:
    """Take away what was made of the pieces; they themselves wait for the next try."""
    waiting = {piece.id for piece in pieces}
    for file in brought.kept:
        if file.id not in waiting:
            instance.files.remove(case_id, file.id)


def settle(work: UnitOfWork, case: Case, seat: Seat, brought: Brought, upload_id: UUID | None) -> None:
    """Part of the act that makes a document of it: the pieces are forgotten, and taken away once that lasts."""
    present = parts_of(work.session, seat.account, upload_id) if upload_id is not None else ()
    check_room_left(work, case, seat, brought.kept, beside=present)
    for part in present:
        work.session.delete(part)
    work.session.flush()
    stored = {file.id for file in brought.kept}
    for piece in {*brought.pieces, *(part.id for part in present)} - stored:
        work.then.append(partial(work.instance.files.remove, case.id, piece))


def check_room_left(
    work: UnitOfWork, case: Case, seat: Seat, more: tuple[SealedFile, ...], *, beside: Any = ()
) -> None:
    """Raise Unfit where the seat's side has no room left for ``more`` in this case.

    beside   pieces on the way that count as well, as far as they are not the same files
    """
    number, taken = stored_share(work.session, case.id, seat.party)
    known = {file.id for file in more}
    waiting = sum(part.stored_bytes for part in beside if part.id not in known)
    check_share(work.instance.share, number, taken + waiting, sum(file.stored for file in more))


def sweep(instance: Instance, now: datetime) -> Swept:
    """Take away what nobody will ever read: files without a row, pieces that wait too long, all of a case that is gone.

    A file that lies there for less than a day may be one whose row is being written. What a row knows and the folder
    does not have is told: only a backup can bring it back.
    """
    removed = 0
    with instance.store.session(writes=True) as session:
        late = list(parts_before(session, now - PATIENCE))
        for part in late:
            session.delete(part)
        session.commit()
    for part in late:
        instance.files.remove(part.case_id, part.id)
        removed += 1
    # What is there is looked at first: whatever is written meanwhile is known to the rows read after it.
    there = list(instance.files.every())
    with instance.store.session(writes=False) as session:
        known = known_files(session)
        statuses = statuses_among(session, {one.case_id for one in there})
    standing = {case_id for case_id, status in statuses.items() if status not in GONE}
    for one in there:
        is_known = (one.case_id, one.file_id) in known and one.is_whole
        if not is_known and (one.case_id not in standing or one.changed_at < now - PATIENCE):
            one.path.unlink(missing_ok=True)
            removed += 1
    whole = {(one.case_id, one.file_id) for one in there if one.is_whole}
    missing = [
        (case_id, file_id) for case_id, file_id in known - whole if instance.files.size(case_id, file_id) is None
    ]
    return Swept(removed, tuple(sorted(missing)))


def told(file: SealedFile) -> dict[str, Any]:
    """A file as it stands inside a seal."""
    return {
        "file": str(file.id),
        "key": file.key.hex(),
        "size": file.size,
        "stored": file.stored,
        "digest": file.digest.hex(),
    }


def read(body: dict[str, Any]) -> SealedFile:
    """The same back; raises KeyError, TypeError or ValueError where something else stands there."""
    return SealedFile(
        UUID(body["file"]),
        bytes.fromhex(body["key"]),
        int(body["size"]),
        int(body["stored"]),
        bytes.fromhex(body["digest"]),
    )


def _opened(work: UnitOfWork, case_id: UUID, parts: Any) -> list[SealedFile]:
    """What the rows of one's own pieces tell; raises SealBroken for one that was altered or put in another's place."""
    found = []
    for part in parts:
        body = rooms.open_personal(work, part.sealed_body, part.personal_place("body"))
        if (body["upload"], body["number"], body["file"]) != (str(part.upload_id), part.number, str(part.id)):
            raise SealBroken(part.id)
        if part.case_id != case_id:
            raise OutOfDate(part.id)
        found.append(read(body))
    return found
