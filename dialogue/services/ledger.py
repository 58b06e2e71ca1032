"""The pen that writes the record: it chains entries and puts them down in the caller's own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from dialogue.crypto.chain import Link, genesis, link_hash
from dialogue.crypto.secrets import ServerSecrets
from dialogue.domain.people import Room
from dialogue.store.cases import lock_case
from dialogue.store.record import Entry, head_of

INSTANCE = "instance"
MACS = "record_entries.mac"
REFUSED = "refused:"
_INSTANCE_LOCK = 0x6469616C6F677572


@dataclass(frozen=True, slots=True)
class Pending:
    """An entry that waits for the commit; ids and words of the procedure only."""

    chain: str
    case_id: UUID | None
    actor: UUID | None
    act: str
    object: UUID | None
    sealed_hash: bytes | None


def chain_name(case_id: UUID, room: Room) -> str:
    return f"{case_id.hex}:{room.value}"


def append(
    session: Session,
    secrets: ServerSecrets,
    pending: Sequence[Pending],
    now: datetime,
) -> dict[str, tuple[int, bytes]]:
    """Add the entries to their chains, one writer at a time, and give the new head of each chain."""
    _take_turns(session, pending)
    heads: dict[str, tuple[int, bytes]] = {}
    for waiting in pending:
        if waiting.chain not in heads:
            head = head_of(session, waiting.chain)
            heads[waiting.chain] = (head.seq, head.digest) if head else (0, genesis(waiting.chain))
        seq, previous = heads[waiting.chain]
        link = Link(
            waiting.chain, seq + 1, now, waiting.actor, waiting.act, waiting.object, waiting.sealed_hash, previous
        )
        digest = link_hash(link)
        key_id, mac = secrets.audit_mac(digest)
        session.add(
            Entry(
                chain=link.chain,
                seq=link.seq,
                case_id=waiting.case_id,
                at=now,
                actor_id=link.actor,
                act=link.act,
                object_id=link.object,
                sealed_hash=link.sealed_hash,
                previous=previous,
                digest=digest,
                mac=mac,
                mac_key=key_id,
            )
        )
        heads[waiting.chain] = (link.seq, digest)
    session.flush()
    return heads


def link_of(entry: Entry) -> Link:
    """The chained part of a stored entry."""
    return Link(
        entry.chain,
        entry.seq,
        entry.at,
        entry.actor_id,
        entry.act,
        entry.object_id,
        entry.sealed_hash,
        entry.previous,
    )


def vouch_anew(secrets: ServerSecrets, entry: Entry) -> bool:
    """Make an entry's MAC anew under the newest key; False, and nothing changed, where the old one does not hold."""
    digest = link_hash(link_of(entry))
    if digest != entry.digest or not secrets.audit_mac_valid(entry.mac_key, digest, entry.mac):
        return False
    entry.mac_key, entry.mac = secrets.audit_mac(digest)
    return True


def _take_turns(session: Session, pending: Sequence[Pending]) -> None:
    for case_id in sorted({p.case_id for p in pending if p.case_id is not None}):
        lock_case(session, case_id)
    if session.get_bind().dialect.name == "postgresql" and any(p.chain == INSTANCE for p in pending):
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _INSTANCE_LOCK})
