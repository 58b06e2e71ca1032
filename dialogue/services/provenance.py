"""Where a note in the joint room comes from: let go by the owner of a private room, signed, and checked when shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from dialogue.store.notes import Note

_RELEASE = "dialogue/release/1"
_WORDS = "dialogue/released-words/1"
_BY_FACILITATOR = "facilitator"


@dataclass(frozen=True, slots=True)
class Provenance:
    """From which room a note was released, by whom for that room's owner, and when; the signature holds.

    party    the owner of the room; None where facilitators let go a note of their own
    digest   64 hexadecimal digits over the released words: what was signed
    """

    room: Room
    party: Party | None
    by: UUID
    at: datetime
    digest: str
    fingerprint: str
    signature: str = field(repr=False)


def sign(work: UnitOfWork, copy: Note, room: Room, title: str, body: str) -> dict[str, str]:
    """Sign for the owner of ``room`` that these very words may stand in the joint room; goes into the copy's seal."""
    party, values = party_of_room(room), _values(copy, room, _digest(copy, title, body))
    if party is not None:
        return {"room": room.value, **signatures.sign(work, _RELEASE, copy.case_id, party, *values)}
    person = work.person
    signature = signing.sign(person.bundle, _RELEASE, copy.case_id, _BY_FACILITATOR, person.account_id, *values)
    return {
        "room": room.value,
        "fingerprint": person.bundle.public.fingerprint.hex(),
        "signature": signature.hex(),
    }


def fetch_keys(work: UnitOfWork, bodies: Sequence[Mapping[str, Any]]) -> None:
    """Read the keys behind the releases among those bodies in one query."""
    signed = [body["release"] for body in bodies if isinstance(body.get("release"), dict)]
    if signed:
        signatures.fetch_keys(work, signed)


def read(work: UnitOfWork, copy: Note, body: Mapping[str, Any]) -> Provenance | None:
    """The provenance that stands in a note's body; None where it was written in its room.

    raises   SealBroken unless who released it spoke for the owner of that room and signed these very words
    """
    told = body.get("release")
    if told is None:
        return None
    try:
        room, digested = Room(told["room"]), _digest(copy, body["title"], body["body"])
        if copy.room is not Room.JOINT or room not in RELEASABLE:
            raise SealBroken(copy.id)
        party, values = party_of_room(room), _values(copy, room, digested)
        if party is not None:
            signatures.check(work, _RELEASE, copy.case_id, party, copy.author_id, told, *values)
        else:
            _check_facilitator(work, copy, told, values)
        fingerprint, signature = told["fingerprint"], told["signature"]
        return Provenance(room, party, copy.author_id, copy.written_at, digested.hex(), fingerprint, signature)
    except (KeyError, TypeError, ValueError):
        raise SealBroken(copy.id) from None


def _check_facilitator(work: UnitOfWork, copy: Note, told: Mapping[str, Any], values: tuple[Value, ...]) -> None:
    fingerprint = bytes.fromhex(told["fingerprint"])
    known = (copy.author_id, fingerprint)
    sat = known in statements.standings(work, copy.case_id).ever
    key = statements.public_keys(work, {fingerprint}).get(fingerprint)
    if key is None or not sat or known not in statements.desk(work).ever(StaffRole.FACILITATOR):
        raise SealBroken(copy.id)
    signature = bytes.fromhex(told["signature"])
    signing.verify(key.sign, signature, _RELEASE, copy.case_id, _BY_FACILITATOR, copy.author_id, *values)


def _digest(copy: Note, title: str, body: str) -> bytes:
    return digest(_WORDS, copy.case_id, copy.id, title, body)


def _values(copy: Note, room: Room, digested: bytes) -> tuple[Value, ...]:
    return copy.id, room.value, digested, copy.written_at
