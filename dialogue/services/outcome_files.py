"""A signed outcome record as a file that anybody can check, without this application and long after it."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from dialogue.crypto import signing
from dialogue.crypto.identity import PublicKeys, fingerprint_words
from dialogue.domain.people import Party, Role, Room, StaffRole
from dialogue.domain.seats import DeskList, Standings, Statement, StatementKind, read_chain
from dialogue.errors import KeyAlarm, SealBroken
from dialogue.services import rooms, signoffs, statements
from dialogue.services.signoffs import SignatureShown
from dialogue.services.unit import UnitOfWork
from dialogue.store.outcomes import Outcome
from dialogue.store.participants import statements_of

FORMAT = "dialogue/outcome-file/1"
MARK = "Confidential. Without prejudice. Not for use in any binding procedure."


class Point(StrEnum):
    """What is looked at in such a file, one after the other."""

    FORMAT = "format"
    HASH = "hash"
    KEYS = "keys"
    SIGNATURE = "signature"
    NAMED_KEY = "named_key"
    SEATS = "seats"
    SPEAKS = "speaks"
    AMENDS = "amends"


@dataclass(frozen=True, slots=True)
class Checked:
    """One point, and whether it holds.

    party    whose signature or key it is about, where it is about one
    words    the key as words that two people can compare
    detail   an id, a hash or a fingerprint that belongs to it
    """

    point: Point
    holds: bool
    party: Party | None = None
    words: tuple[str, ...] = ()
    detail: str = ""


class _Unreadable(Exception):
    """The file lacks something that every such file has."""


def package(
    work: UnitOfWork, outcome: Outcome, body: Mapping[str, Any], hashed: bytes, signed: Sequence[SignatureShown]
) -> dict[str, Any]:
    """Everything with which a record can be checked by itself: its words, its hash, both signatures, the keys behind
    them, and the signed statements that gave those keys their seats. Nobody's name is among it but in the words.

    body     as it was opened
    hashed   32 bytes, ``signoffs.hash_of``
    signed   both signatures
    returns  an object for JSON, as docs/formats.md describes it
    """
    rows = statements_of(work.session, outcome.case_id)
    prints = {bytes.fromhex(one.fingerprint) for one in signed} | {row.signer_fingerprint for row in rows}
    return {
        "format": FORMAT,
        "mark": MARK,
        "case": str(outcome.case_id),
        "outcome": str(outcome.id),
        "number": outcome.number,
        "kind": outcome.kind.value,
        "words": rooms.written(dict(body)).decode(),
        "hash": hashed.hex(),
        "signatures": [_signature(one) for one in signed],
        "seats": [_seat(statements.statement_of(row), row.signature) for row in rows],
        "keys": {print_.hex(): _key(key) for print_, key in sorted(statements.public_keys(work, prints).items())},
    }


def verify(data: bytes, named: Mapping[Party, str] | None = None) -> list[Checked]:
    """Check such a file with nothing but what stands in it, and what somebody knows of the parties' keys.

    data     the file
    named    of a party the fingerprint that somebody was given on another way, or its first digits
    returns  every point that was looked at; the record is what both parties signed only where all of them hold
    """
    try:
        told = _Told.read(data)
    except (_Unreadable, KeyError, TypeError, ValueError, AttributeError):
        return [Checked(Point.FORMAT, holds=False)]
    found = [Checked(Point.FORMAT, holds=True, detail=told.kind)]
    found.append(Checked(Point.HASH, told.hash_fits, detail=told.hash.hex()))
    found.append(Checked(Point.KEYS, told.keys_fit))
    standings = told.standings()
    found.append(Checked(Point.SEATS, standings is not None, detail=str(len(told.seats))))
    for party in Party:
        found.extend(told.check(party, standings, (named or {}).get(party)))
    if told.amends is not None:
        found.append(Checked(Point.AMENDS, holds=told.kind == "addendum", detail=told.amends))
    return found


@dataclass(frozen=True, slots=True)
class _Told:
    """A file, read."""

    case: UUID
    outcome: UUID
    number: int
    kind: str
    words: str
    body: dict[str, Any]
    hash: bytes
    signatures: list[dict[str, Any]]
    seats: list[tuple[Statement, bytes]]
    keys: dict[bytes, PublicKeys]

    @classmethod
    def read(cls, data: bytes) -> _Told:
        told = json.loads(data)
        if told["format"] != FORMAT:
            raise _Unreadable
        body = json.loads(told["words"])
        case = UUID(told["case"])
        return cls(
            case,
            UUID(told["outcome"]),
            int(told["number"]),
            str(told["kind"]),
            told["words"],
            dict(body),
            bytes.fromhex(told["hash"]),
            [dict(one) for one in told["signatures"]],
            [_read_seat(case, one) for one in told["seats"]],
            {bytes.fromhex(print_): _read_key(key) for print_, key in told["keys"].items()},
        )

    @property
    def amends(self) -> str | None:
        named = self.body.get("amends")
        return f"{named['outcome']} {named['hash']}" if isinstance(named, dict) else None

    @property
    def hash_fits(self) -> bool:
        """The words are spelled in the one way, say the same number and kind, and give the hash."""
        says = (self.body.get("number"), self.body.get("kind"))
        is_spelled = rooms.written(self.body).decode() == self.words
        computed = signoffs.hash_over(self.case, self.outcome, self.number, self.body)
        return is_spelled and says == (self.number, self.kind) and computed == self.hash

    @property
    def keys_fit(self) -> bool:
        """Each key fits its fingerprint, and its two halves are signed as belonging together."""
        try:
            for key in self.keys.values():
                key.verify()
        except SealBroken:
            return False
        return all(key.fingerprint == print_ for print_, key in self.keys.items())

    def standings(self) -> Standings | None:
        """What the chain of seat statements says; None where it does not hold.

        The office's list of its own staff is not in the file. Whom it lists takes no part for a party.
        """
        signatures = {statement.number: signature for statement, signature in self.seats}

        def check(statement: Statement) -> None:
            print_ = statement.signer_fingerprint
            if statement.number == 1 and statements.case_begun_by(print_, statement.previous) != self.case:
                raise KeyAlarm("case_begun_by_another", self.case)
            hashed = statements.seat_digest(statement)
            signing.verify(self.keys[print_].sign, signatures[statement.number], statements.SIGNED, hashed)

        chain = [statement for statement, _ in self.seats]
        try:
            known = read_chain(self.case, chain, _desk_of(chain), digest=statements.seat_digest, verify=check)
        except (KeyAlarm, SealBroken, KeyError, ValueError):
            return None
        return known[-1]

    def check(self, party: Party, standings: Standings | None, named: str | None) -> list[Checked]:
        """One party's signature, its key, and its signer's seat."""
        one = next((signed for signed in self.signatures if signed.get("party") == party.value), None)
        if one is None:
            return [Checked(Point.SIGNATURE, holds=False, party=party)]
        try:
            print_, account = bytes.fromhex(one["fingerprint"]), UUID(one["account"])
            words = fingerprint_words(print_)
            values = (self.outcome, self.number, self.hash, datetime.fromisoformat(one["made_at"]))
            signature = bytes.fromhex(one["signature"])
            key = self.keys[print_].sign
            signing.verify(key, signature, signoffs.SIGNATURE, self.case, party.value, account, *values)
        except (SealBroken, KeyError, TypeError, ValueError):
            return [Checked(Point.SIGNATURE, holds=False, party=party)]
        found = [Checked(Point.SIGNATURE, holds=True, party=party, words=words, detail=print_.hex())]
        if named is not None:
            fits = len(named) >= SHORTEST_NAMED and print_.hex().startswith(named.lower())
            found.append(Checked(Point.NAMED_KEY, fits, party, words, print_.hex()))
        spoke = standings is not None and (account, print_, party) in standings.spoke
        return [*found, Checked(Point.SPEAKS, spoke, party)]


# So many hexadecimal digits of a fingerprint are enough to name a key: 64 bits, as many as the printed words.
SHORTEST_NAMED = 16


def _desk_of(chain: Sequence[Statement]) -> DeskList:
    """The ILO's people whom the chain itself names."""
    listed = {(one.account, one.fingerprint, StaffRole.FACILITATOR) for one in chain if one.role is Role.FACILITATOR}
    signed = {
        (one.signer, one.signer_fingerprint, StaffRole.COORDINATOR)
        for one in chain
        if one.role is Role.FACILITATOR or one.kind is StatementKind.VOUCH
    }
    return DeskList(frozenset(listed | signed))


def _signature(one: SignatureShown) -> dict[str, Any]:
    return {
        "party": one.party.value,
        "account": str(one.account_id),
        "made_at": one.made_at.isoformat(),
        "fingerprint": one.fingerprint,
        "signature": one.signature,
    }


def _key(key: PublicKeys) -> dict[str, str]:
    halves = {"kem": key.kem, "sign": key.sign, "self_signature": key.self_signature}
    return {name: b64encode(half).decode() for name, half in halves.items()}


def _read_key(told: Mapping[str, str]) -> PublicKeys:
    return PublicKeys(*(b64decode(told[name], validate=True) for name in ("kem", "sign", "self_signature")))


def _seat(one: Statement, signature: bytes) -> dict[str, Any]:
    return {
        "number": one.number,
        "kind": one.kind.value,
        "account": str(one.account),
        "fingerprint": one.fingerprint.hex(),
        "party": one.party.value if one.party else None,
        "role": one.role.value,
        "room": one.room.value if one.room else None,
        "until": one.until.isoformat() if one.until else None,
        "signer": str(one.signer),
        "signer_fingerprint": one.signer_fingerprint.hex(),
        "previous": one.previous.hex(),
        "signature": signature.hex(),
    }


def _read_seat(case: UUID, told: Mapping[str, Any]) -> tuple[Statement, bytes]:
    statement = Statement(
        case,
        int(told["number"]),
        StatementKind(told["kind"]),
        UUID(told["account"]),
        bytes.fromhex(told["fingerprint"]),
        Party(told["party"]) if told["party"] else None,
        Role(told["role"]),
        Room(told["room"]) if told["room"] else None,
        datetime.fromisoformat(told["until"]) if told["until"] else None,
        UUID(told["signer"]),
        bytes.fromhex(told["signer_fingerprint"]),
        bytes.fromhex(told["previous"]),
    )
    return statement, bytes.fromhex(told["signature"])
