"""The pen that writes the record: it chains entries and puts them down in the caller's own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from dialogue.crypto.chain import Link, genesis, link_hash
from dialogue.crypto.secrets import ServerSecrets
from dialogue.domain.events import ALARM, ANYTHING, MANY, REFUSED, TURNED_AWAY
from dialogue.domain.people import Room
from dialogue.store.cases import lock_case
from dialogue.store.record import Entry, Tally, find_tally, head_of, tallies_until

INSTANCE = "instance"
MACS = "record_entries.mac"
WINDOW = timedelta(minutes=15)
# So many of a kind stand for themselves within a window; of those that follow one entry tells the number.
_SHOWN = {REFUSED: 10, ALARM: 10, TURNED_AWAY: 1}
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
    for waiting in _bounded(session, pending, now):
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


def settle(session: Session, secrets: ServerSecrets, now: datetime) -> None:
    """Tell the numbers of the windows that are over."""
    _lock_instance(session)
    if told := _told(session, now):
        append(session, secrets, told, now)


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
    if any(p.chain == INSTANCE for p in pending):
        _lock_instance(session)


def _lock_instance(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _INSTANCE_LOCK})


def _bounded(session: Session, pending: Sequence[Pending], now: datetime) -> list[Pending]:
    """What is to be written: a flood of trouble must not fill the disk, and must not go unnoticed."""
    if not any(waiting.chain == INSTANCE for waiting in pending):
        return list(pending)
    return _told(session, now) + [waiting for waiting in pending if not _is_one_of_many(session, waiting, now)]


def _is_one_of_many(session: Session, waiting: Pending, now: datetime) -> bool:
    shown = next((most for word, most in _SHOWN.items() if waiting.act.startswith(word)), None)
    if waiting.chain != INSTANCE or shown is None or MANY in waiting.act:
        return False
    # Somebody who knocks at every door fills one window and not one for each door.
    is_known_stranger = waiting.act.startswith(REFUSED) and waiting.actor is not None
    act = ANYTHING if is_known_stranger else waiting.act
    tally = find_tally(session, act, waiting.actor, waiting.object)
    if tally is None:
        tally = Tally(id=uuid4(), act=act, actor_id=waiting.actor, object_id=waiting.object, began_at=now, times=0)
        session.add(tally)
    tally.times += 1
    session.flush()
    return tally.times > shown


def _told(session: Session, now: datetime) -> list[Pending]:
    """An entry for each window that is over and held more than what stands for itself."""
    told = []
    for tally in tallies_until(session, now - WINDOW):
        more = tally.times - next(most for word, most in _SHOWN.items() if tally.act.startswith(word))
        if more > 0:
            told.append(Pending(INSTANCE, None, tally.actor_id, f"{tally.act}{MANY}{more}", tally.object_id, None))
        session.delete(tally)
    session.flush()
    return told
