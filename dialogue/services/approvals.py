"""The parties' approvals of a joint summary: signed over the hash of one version, checked whenever they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from dialogue.crypto.context import digest
from dialogue.domain.people import Party, Room
from dialogue.errors import SealBroken
from dialogue.services import identity, rooms, signatures
from dialogue.services.identity import Person
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.summaries import Summary, SummarySignature, signatures_under

_SUMMARY = "dialogue/summary/1"
_SIGNATURE = "dialogue/summary-signature/1"


@dataclass(frozen=True, slots=True)
class Signed:
    """A party's signature under words that both have before them.

    holds   it was made with this key, for this party, over these very words
    """

    party: Party
    person: Person = field(repr=False)
    made_at: datetime
    fingerprint: str
    holds: bool


def hash_of(summary: Summary, about: Mapping[str, Any], version: Mapping[str, Any]) -> bytes:
    """32 bytes over the words of the newest version and over the meeting that it is about: what both leads sign.

    about, version   the bodies of the summary and of its newest version, as they were opened
    """
    words = rooms.body_digest(about), rooms.body_digest(version)
    return digest(_SUMMARY, summary.case_id, summary.id, summary.meeting_id, summary.number, *words)


def add(work: UnitOfWork, case: Case, summary: Summary, party: Party, hashed: bytes) -> SummarySignature:
    """Sign the newest version for ``party`` with the actor's key and seal the signature."""
    row = SummarySignature(
        id=uuid4(),
        case_id=case.id,
        summary_id=summary.id,
        number=summary.number,
        party=party,
        account_id=work.person.account_id,
        made_at=work.now,
    )
    signed = signatures.sign(work, _SIGNATURE, case.id, party, summary.id, summary.number, hashed, row.made_at)
    statement = {"hash": hashed.hex(), **signed}
    row.sealed_statement = rooms.seal(work, case, Room.JOINT, statement, row.place("statement", Room.JOINT))
    work.session.add(row)
    work.session.flush()
    return row


def read(work: UnitOfWork, case: Case, summary: Summary, hashed: bytes) -> tuple[Signed, ...]:
    """The signatures under the newest version, the first one first, held against that hash."""
    rows = signatures_under(work.session, summary.id, summary.number)
    places = [(row.sealed_statement, row.place("statement", Room.JOINT)) for row in rows]
    opened = rooms.open_all(work, case, Room.JOINT, places)
    signatures.fetch_keys(work, [told.body for told in opened if told.trouble is None])
    people = identity.people(work, {row.account_id for row in rows})
    return tuple(
        Signed(
            row.party,
            people[row.account_id],
            row.made_at,
            told.body.get("fingerprint", ""),
            told.trouble is None and _holds(work, row, told.body, hashed),
        )
        for row, told in zip(rows, opened, strict=True)
    )


def _holds(work: UnitOfWork, row: SummarySignature, statement: Mapping[str, Any], hashed: bytes) -> bool:
    values = (row.summary_id, row.number, hashed, row.made_at)
    try:
        signatures.check(work, _SIGNATURE, row.case_id, row.party, row.account_id, statement, *values)
    except SealBroken:
        return False
    return bool(statement.get("hash") == hashed.hex())
