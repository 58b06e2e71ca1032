"""The parties' signatures under an outcome record: made over its hash, checked whenever they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from dialogue.crypto.context import digest
from dialogue.domain.people import Party, Room
from dialogue.errors import SealBroken
from dialogue.services import identity, rooms, signatures
from dialogue.services.identity import Person
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.outcomes import Outcome, OutcomeSignature, signatures_of

_RECORD = "dialogue/outcome/1"
SIGNATURE = "dialogue/outcome-signature/1"


@dataclass(frozen=True, slots=True)
class SignatureShown:
    """A party's signature under a record.

    account_id   who signed: what stands under the signature names it
    holds        it was made with this key, for this party, over this very record
    """

    party: Party
    account_id: UUID
    person: Person = field(repr=False)
    made_at: datetime
    fingerprint: str
    signature: str = field(repr=False)
    holds: bool


def hash_of(outcome: Outcome, body: Mapping[str, Any]) -> bytes:
    """32 bytes over the words of a record, its number, its id and its case: what both leads sign."""
    return hash_over(outcome.case_id, outcome.id, outcome.number, body)


def hash_over(case_id: UUID, outcome_id: UUID, number: int, body: Mapping[str, Any]) -> bytes:
    """The same for a record that has left this place."""
    return digest(_RECORD, case_id, outcome_id, number, rooms.body_digest(body))


def add(work: UnitOfWork, case: Case, outcome: Outcome, party: Party, hashed: bytes) -> OutcomeSignature:
    """Sign a record for ``party`` with the actor's key and seal the signature."""
    row = OutcomeSignature(
        id=uuid4(),
        case_id=case.id,
        outcome_id=outcome.id,
        party=party,
        account_id=work.person.account_id,
        made_at=work.now,
    )
    signed = signatures.sign(work, SIGNATURE, case.id, party, outcome.id, outcome.number, hashed, row.made_at)
    statement = {"hash": hashed.hex(), **signed}
    row.sealed_statement = rooms.seal(work, case, Room.JOINT, statement, row.place("statement", Room.JOINT))
    work.session.add(row)
    work.session.flush()
    return row


def read(work: UnitOfWork, case: Case, outcome: Outcome, hashed: bytes) -> tuple[SignatureShown, ...]:
    """The signatures under a record, the first one first, held against that hash."""
    rows = signatures_of(work.session, outcome.id)
    places = [(row.sealed_statement, row.place("statement", Room.JOINT)) for row in rows]
    opened = rooms.open_all(work, case, Room.JOINT, places)
    people = identity.people(work, {row.account_id for row in rows})
    return tuple(
        SignatureShown(
            row.party,
            row.account_id,
            people[row.account_id],
            row.made_at,
            told.body.get("fingerprint", ""),
            told.body.get("signature", ""),
            told.trouble is None and _holds(work, outcome, row, told.body, hashed),
        )
        for row, told in zip(rows, opened, strict=True)
    )


def _holds(
    work: UnitOfWork, outcome: Outcome, row: OutcomeSignature, statement: Mapping[str, Any], hashed: bytes
) -> bool:
    values = (outcome.id, outcome.number, hashed, row.made_at)
    try:
        signatures.check(work, SIGNATURE, row.case_id, row.party, row.account_id, statement, *values)
    except SealBroken:
        return False
    return bool(statement.get("hash") == hashed.hex())
