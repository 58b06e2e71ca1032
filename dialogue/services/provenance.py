"""Where a note or a document in the joint room comes from: let go by a private room's owner, signed, and checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from dialogue.crypto import signing
from dialogue.crypto.context import Value, digest
from dialogue.domain.people import Party, Room, StaffRole
from dialogue.domain.releases import RELEASABLE, party_of_room
from dialogue.errors import SealBroken
from dialogue.services import signatures, statements
from dialogue.services.unit import UnitOfWork
from dialogue.store.documents import DocumentVersion
from dialogue.store.notes import Note

_RELEASE = "dialogue/release/1"
_WORDS = "dialogue/released-words/1"
_DOCUMENT = "dialogue/released-document/1"
_BY_FACILITATOR = "facilitator"


@dataclass(frozen=True, slots=True)
class Provenance:
    """From which room something was released, by whom for that room's owner, and when; the signature holds.

    party    the owner of the room; None where facilitators let go a note of their own
    digest   64 hexadecimal digits over what was released: they were signed
    """

    room: Room
    party: Party | None
    by: UUID
    at: datetime
    digest: str
    fingerprint: str
    signature: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Copy:
    """What lies in the joint room: a note, or one version of a document."""

    id: UUID
    case_id: UUID
    by: UUID
    at: datetime


def sign(work: UnitOfWork, copy: Note, room: Room, title: str, body: str) -> dict[str, str]:
    """Sign for the owner of ``room`` that these very words may stand in the joint room; goes into the copy's seal."""
    note = _note(copy)
    return _sign(work, note, room, _digest(note, title, body))


def sign_file(work: UnitOfWork, copy: DocumentVersion, room: Room, words: Mapping[str, Any]) -> dict[str, str]:
    """The same for a file and what is said of it.

    words   title, description, name and the file's SHA-256 as ``digest``
    """
    version = _version(copy)
    return _sign(work, version, room, _file_digest(version, words))


def fetch_keys(work: UnitOfWork, bodies: Sequence[Mapping[str, Any]]) -> None:
    """Read the keys behind the releases among those bodies in one query."""
    signed = [body["release"] for body in bodies if isinstance(body.get("release"), dict)]
    if signed:
        signatures.fetch_keys(work, signed)


def read(work: UnitOfWork, copy: Note, body: Mapping[str, Any]) -> Provenance | None:
    """The provenance that stands in a note's body; None where it was written in its room.

    raises   SealBroken unless who released it spoke for the owner of that room and signed these very words
    """
    if body.get("release") is None:
        return None
    note = _note(copy)
    return _read(work, note, copy.room, body, lambda: _digest(note, body["title"], body["body"]))


def read_file(work: UnitOfWork, copy: DocumentVersion, lies_in: Room, body: Mapping[str, Any]) -> Provenance | None:
    """The same for a version of a document in the room ``lies_in``."""
    if body.get("release") is None:
        return None
    version = _version(copy)
    return _read(work, version, lies_in, body, lambda: _file_digest(version, body))


def _sign(work: UnitOfWork, copy: _Copy, room: Room, digested: bytes) -> dict[str, str]:
    party, values = party_of_room(room), _values(copy, room, digested)
    if party is not None:
        return {"room": room.value, **signatures.sign(work, _RELEASE, copy.case_id, party, *values)}
    person = work.person
    signature = signing.sign(person.bundle, _RELEASE, copy.case_id, _BY_FACILITATOR, person.account_id, *values)
    return {
        "room": room.value,
        "fingerprint": person.bundle.public.fingerprint.hex(),
        "signature": signature.hex(),
    }


def _read(
    work: UnitOfWork, copy: _Copy, lies_in: Room, body: Mapping[str, Any], digest_of: Callable[[], bytes]
) -> Provenance:
    try:
        told = body["release"]
        room, digested = Room(told["room"]), digest_of()
        if lies_in is not Room.JOINT or room not in RELEASABLE:
            raise SealBroken(copy.id)
        party, values = party_of_room(room), _values(copy, room, digested)
        if party is not None:
            signatures.check(work, _RELEASE, copy.case_id, party, copy.by, told, *values)
        else:
            _check_facilitator(work, copy, told, values)
        fingerprint, signature = told["fingerprint"], told["signature"]
        return Provenance(room, party, copy.by, copy.at, digested.hex(), fingerprint, signature)
    except (KeyError, TypeError, ValueError):
        raise SealBroken(copy.id) from None


def _check_facilitator(work: UnitOfWork, copy: _Copy, told: Mapping[str, Any], values: tuple[Value, ...]) -> None:
    fingerprint = bytes.fromhex(told["fingerprint"])
    known = (copy.by, fingerprint)
    sat = known in statements.standings(work, copy.case_id).ever
    key = statements.public_keys(work, {fingerprint}).get(fingerprint)
    if key is None or not sat or known not in statements.desk(work).ever(StaffRole.FACILITATOR):
        raise SealBroken(copy.id)
    signature = bytes.fromhex(told["signature"])
    signing.verify(key.sign, signature, _RELEASE, copy.case_id, _BY_FACILITATOR, copy.by, *values)


def _note(copy: Note) -> _Copy:
    return _Copy(copy.id, copy.case_id, copy.author_id, copy.written_at)


def _version(copy: DocumentVersion) -> _Copy:
    return _Copy(copy.id, copy.case_id, copy.author_id, copy.brought_at)


def _digest(copy: _Copy, title: str, body: str) -> bytes:
    return digest(_WORDS, copy.case_id, copy.id, title, body)


def _file_digest(copy: _Copy, words: Mapping[str, Any]) -> bytes:
    told = (words[name] for name in ("title", "description", "name", "digest"))
    return digest(_DOCUMENT, copy.case_id, copy.id, *told)


def _values(copy: _Copy, room: Room, digested: bytes) -> tuple[Value, ...]:
    return copy.id, room.value, digested, copy.at
