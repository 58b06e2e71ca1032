"""Pins: what a person has seen of a case, kept under that person's own key and only ever raised.

A list of all cases that the person has ever visited stands in the account from its first day, sealed in the same way:
a pin that was deleted does not look like a first visit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from dialogue.crypto.context import encode
from dialogue.crypto.identity import Bundle
from dialogue.crypto.sealing import seal_under, unseal_under
from dialogue.domain.people import Party, Room
from dialogue.errors import KeyAlarm
from dialogue.store.accounts import put_visits, visits_of
from dialogue.store.participants import statement_digest
from dialogue.store.record import entries_at
from dialogue.store.rooms import Pin, digests_at, find_pin

_KEY = "dialogue/pins/1"
_VISITS = "dialogue/visits/1"
_ID_BYTES = 16


@dataclass(slots=True)
class Pinned:
    """The heads that one person has seen in one case.

    leads        fingerprint of each party's lead
    statements   number and digest of the last seat statement
    desk         number and digest of the last staff statement
    epochs       for each room the highest epoch and the digest of its manifest
    chains       for each chain of the record its head
    """

    leads: dict[Party, bytes] = field(default_factory=dict)
    statements: tuple[int, bytes] = (0, bytes(32))
    desk: tuple[int, bytes] = (0, bytes(32))
    epochs: dict[Room, tuple[int, bytes]] = field(default_factory=dict)
    chains: dict[str, tuple[int, bytes]] = field(default_factory=dict)

    def raise_statements(self, number: int, digest: bytes, leads: Mapping[Party, bytes]) -> None:
        if number >= self.statements[0]:
            self.statements = (number, digest)
            self.leads = dict(leads)

    def raise_desk(self, number: int, digest: bytes) -> None:
        if number >= self.desk[0]:
            self.desk = (number, digest)

    def raise_epoch(self, room: Room, epoch: int, digest: bytes) -> None:
        if epoch >= self.epochs.get(room, (0, b""))[0]:
            self.epochs[room] = (epoch, digest)

    def raise_chains(self, heads: Mapping[str, tuple[int, bytes]]) -> None:
        for chain, head in heads.items():
            if head[0] >= self.chains.get(chain, (0, b""))[0]:
                self.chains[chain] = head


def load(session: Session, bundle: Bundle, account_id: UUID, case_id: UUID) -> Pinned:
    """What the person has pinned; nothing at a first visit.

    raises   SealBroken when the pin was altered, KeyAlarm when it has gone
    """
    return _pinned(session, bundle, account_id, case_id, find_pin(session, account_id, case_id))


def _pinned(session: Session, bundle: Bundle, account_id: UUID, case_id: UUID, row: Pin | None) -> Pinned:
    if row is None:
        if case_id in _visits(session, bundle, account_id):
            raise KeyAlarm("pin_gone", case_id)
        return Pinned()
    told = json.loads(unseal_under(bundle.secret_for(_KEY), row.sealed_pin, encode(_KEY, account_id, case_id)))
    return Pinned(
        leads={Party(party): bytes.fromhex(print_) for party, print_ in told["leads"].items()},
        statements=(told["statements"][0], bytes.fromhex(told["statements"][1])),
        desk=(told["desk"][0], bytes.fromhex(told["desk"][1])),
        epochs={Room(room): (number, bytes.fromhex(digest)) for room, (number, digest) in told["epochs"].items()},
        chains={chain: (seq, bytes.fromhex(digest)) for chain, (seq, digest) in told["chains"].items()},
    )


def save(session: Session, bundle: Bundle, account_id: UUID, case_id: UUID, pinned: Pinned) -> None:
    """Put the pins down, never lower than what another request of the same person has pinned meanwhile."""
    row = find_pin(session, account_id, case_id)
    present = _pinned(session, bundle, account_id, case_id, row)
    present.raise_statements(*pinned.statements, pinned.leads)
    present.raise_desk(*pinned.desk)
    for room, (epoch, digest) in pinned.epochs.items():
        present.raise_epoch(room, epoch, digest)
    present.raise_chains(pinned.chains)
    told = json.dumps(
        {
            "leads": {party.value: print_.hex() for party, print_ in present.leads.items()},
            "statements": [present.statements[0], present.statements[1].hex()],
            "desk": [present.desk[0], present.desk[1].hex()],
            "epochs": {room.value: [number, digest.hex()] for room, (number, digest) in present.epochs.items()},
            "chains": {chain: [seq, digest.hex()] for chain, (seq, digest) in present.chains.items()},
        }
    )
    sealed = seal_under(bundle.secret_for(_KEY), told.encode(), encode(_KEY, account_id, case_id))
    if row is None:
        visited = _visits(session, bundle, account_id, to_change=True)
        put_visits(session, account_id, _sealed_visits(bundle, account_id, visited | {case_id}))
        session.add(Pin(account_id=account_id, case_id=case_id, sealed_pin=sealed))
    else:
        row.sealed_pin = sealed


def no_visits(bundle: Bundle, account_id: UUID) -> bytes:
    """What a new account begins with: a sealed list of no case."""
    return _sealed_visits(bundle, account_id, frozenset())


def check(session: Session, case_id: UUID, pinned: Pinned) -> None:
    """Raise KeyAlarm when the database no longer holds what the person has already seen."""
    number, digest = pinned.statements
    if number and statement_digest(session, case_id, number) != digest:
        raise KeyAlarm("statements_rolled_back", case_id)
    epochs = digests_at(session, case_id, [(room, epoch) for room, (epoch, _) in pinned.epochs.items()])
    if any(epochs.get((room, epoch)) != seen for room, (epoch, seen) in pinned.epochs.items()):
        raise KeyAlarm("epochs_rolled_back", case_id)
    entries = entries_at(session, [(chain, seq) for chain, (seq, _) in pinned.chains.items()])
    found = {entry.chain: entry.digest for entry in entries}
    if any(found.get(chain) != seen for chain, (_, seen) in pinned.chains.items()):
        raise KeyAlarm("record_rolled_back", case_id)


def _visits(session: Session, bundle: Bundle, account_id: UUID, *, to_change: bool = False) -> frozenset[UUID]:
    sealed = visits_of(session, account_id, to_change=to_change)
    if sealed is None:
        raise KeyAlarm("visits_gone", account_id)
    told = unseal_under(bundle.secret_for(_VISITS), sealed, encode(_VISITS, account_id))
    return frozenset(UUID(bytes=told[i : i + _ID_BYTES]) for i in range(0, len(told), _ID_BYTES))


def _sealed_visits(bundle: Bundle, account_id: UUID, visited: frozenset[UUID]) -> bytes:
    told = b"".join(case_id.bytes for case_id in sorted(visited))
    return seal_under(bundle.secret_for(_VISITS), told, encode(_VISITS, account_id))
