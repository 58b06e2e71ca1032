"""The record of what happened: who, when, what kind, about which thing; verified from its first entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy.orm import Session

from dialogue.crypto.chain import Link, first_bad
from dialogue.domain.acts import Act
from dialogue.domain.events import REFUSED
from dialogue.domain.people import Room
from dialogue.services.instance import Instance
from dialogue.services.ledger import INSTANCE, Pending, chain_name, link_of
from dialogue.services.unit import UnitOfWork
from dialogue.store.record import Entry, chain_of, chains, last_about

ALARMED_AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ChainVerified:
    """What the verification of one chain says; ``bad`` is the number of the first entry that does not hold."""

    chain: str
    entries: int
    bad: int | None


def record(
    work: UnitOfWork,
    act: Act,
    case_id: UUID,
    about: UUID | None = None,
    *,
    room: Room = Room.JOINT,
    sealed: bytes | None = None,
) -> None:
    """Queue an entry for the record of a room; procedural acts stand in the joint record that both read.

    sealed   the sealed blob that the act made; its hash ties the entry to it
    """
    work.entries.append(_pending(work, act.value, case_id, about, room, sealed))


def by_itself(work: UnitOfWork, act: Act, case_id: UUID, about: UUID | None = None) -> None:
    """Queue an entry of the joint record for what the application does when a date has come; nobody acts."""
    work.entries.append(Pending(chain_name(case_id, Room.JOINT), case_id, None, act.value, about, None))


def refuse(work: UnitOfWork, act: Act, case_id: UUID, room: Room = Room.JOINT) -> None:
    """Queue a seated person's refusal; it is written although the unit is undone."""
    work.refusals.append(_refusal(work, act, case_id, room))


def let_in(work: UnitOfWork, act: Act, case_id: UUID, room: Room = Room.JOINT) -> None:
    """Remember what was let in at the door: where it is refused behind it, that is recorded as well."""
    work.let_in = _refusal(work, act, case_id, room)


def event(work: UnitOfWork, what: str, about: UUID | None = None) -> None:
    """Queue an entry of the instance's own chain, for what belongs to no case."""
    actor = work.actor.account_id if work.actor else None
    work.entries.append(Pending(INSTANCE, None, actor, what, about, None))


def alarm_daily(work: UnitOfWork, what: str, about: UUID) -> None:
    """The same for what the worker meets again every few seconds: it is written once a day, not every time."""
    last = last_about(work.session, INSTANCE, what, about)
    if last is None or work.now - last.at >= ALARMED_AGAIN:
        event(work, what, about)


def refuse_stranger(work: UnitOfWork, act: Act) -> None:
    """Queue a stranger's refusal in the instance's chain, whether or not the case exists."""
    actor = work.actor.account_id if work.actor else None
    work.refusals.append(Pending(INSTANCE, None, actor, f"{REFUSED}{act.value}", None, None))


def refuse_at_the_door(work: UnitOfWork, what: str, account_id: UUID | None) -> None:
    """Queue in the instance's chain that somebody could not show to be who he says; nobody acts there yet."""
    work.refusals.append(Pending(INSTANCE, None, None, f"{REFUSED}{what}", account_id, None))


def verify(instance: Instance, names: Sequence[str] | None = None) -> list[ChainVerified]:
    """Follow every chain, or those, from the first entry."""
    with instance.store.session(writes=False) as session:
        return [_verify_one(instance, session, chain) for chain in names or chains(session)]


def _verify_one(instance: Instance, session: Session, chain: str) -> ChainVerified:
    count = 0

    def links(entries: Iterable[Entry]) -> Iterator[tuple[Link, bytes, bool]]:
        nonlocal count
        for entry in entries:
            count += 1
            valid = instance.secrets.audit_mac_valid(entry.mac_key, entry.digest, entry.mac)
            yield link_of(entry), entry.digest, valid

    with closing(chain_of(session, chain)) as entries:
        bad = first_bad(links(entries))
    return ChainVerified(chain, count, bad)


def _refusal(work: UnitOfWork, act: Act, case_id: UUID, room: Room) -> Pending:
    return _pending(work, f"{REFUSED}{act.value}", case_id, None, room, None)


def _pending(
    work: UnitOfWork, act: str, case_id: UUID, about: UUID | None, room: Room, sealed: bytes | None
) -> Pending:
    sealed_hash = sha256(sealed).digest() if sealed is not None else None
    return Pending(chain_name(case_id, room), case_id, work.person.account_id, act, about, sealed_hash)
