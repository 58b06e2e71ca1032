"""The unit of work: one person, one moment, one transaction, one commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from dialogue.crypto.identity import Bundle
from dialogue.crypto.sealing import RoomKey
from dialogue.domain.people import Room, StaffRole
from dialogue.errors import Forbidden, KeyAlarm, NotFound, NotSignedIn, Refusal, SealBroken
from dialogue.services import ledger, pins, rows
from dialogue.services.instance import Instance
from dialogue.services.ledger import Pending


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, with the keys that the sign-in has unlocked.

    confirmed_at   when password and second factor were last shown; None counts as never
    """

    account_id: UUID
    bundle: Bundle = field(repr=False)
    staff: frozenset[StaffRole] = frozenset()
    confirmed_at: datetime | None = None


@dataclass
class UnitOfWork:
    """What a service is given: the session, the actor and the moment.

    entries      entries for the record, appended at the one commit
    refusals     entries that are written even though the unit is rolled back, after it has ended
    let_in       the entry for the act that was let in last, should it be refused after the door
    afterwards   what a reading unit leaves to a short writing unit of its own: wraps and re-seals already due
    then         what is done once the commit has lasted: files that no row needs any more are taken away
    keys         room keys opened in this unit; they die with it
    memory       what was verified once in this unit (seats, manifests), by what it is
    """

    instance: Instance
    session: Session
    actor: Actor | None
    now: datetime
    writes: bool
    entries: list[Pending] = field(default_factory=list)
    refusals: list[Pending] = field(default_factory=list)
    let_in: Pending | None = None
    afterwards: list[Callable[[UnitOfWork], None]] = field(default_factory=list)
    then: list[Callable[[], None]] = field(default_factory=list)
    pinned: dict[UUID, pins.Pinned] = field(default_factory=dict)
    keys: dict[tuple[UUID, Room, int], RoomKey] = field(default_factory=dict, repr=False)
    memory: dict[Any, Any] = field(default_factory=dict, repr=False)

    @property
    def person(self) -> Actor:
        """The actor; raises NotSignedIn where there is none."""
        if self.actor is None:
            raise NotSignedIn
        return self.actor

    def commit(self) -> None:
        """Append the record's entries, raise the pins, and make it all last."""
        self.entries.extend(rows.written(self.session, self.actor.account_id if self.actor else None))
        heads = ledger.append(self.session, self.instance.secrets, self.entries, self.now) if self.entries else {}
        self.entries.clear()
        if self.actor is not None:
            for case_id, pinned in self.pinned.items():
                pinned.raise_chains({c: head for c, head in heads.items() if c.startswith(case_id.hex)})
                pins.save(self.session, self.actor.bundle, self.actor.account_id, case_id, pinned)
        self.session.commit()
        while self.then:
            with suppress(OSError):
                self.then.pop(0)()


@contextmanager
def writing(instance: Instance, actor: Actor | None, now: datetime) -> Iterator[UnitOfWork]:
    """A unit that may write; what is not committed is undone. A refusal is recorded after the undoing."""
    work: UnitOfWork | None = None
    try:
        with instance.store.session(writes=True) as session:
            work = UnitOfWork(instance, session, actor, now, writes=True)
            yield work
    except Refusal as refusal:
        if work is not None:
            _record_refusals(work, refusal)
        raise


@contextmanager
def reading(instance: Instance, actor: Actor | None, now: datetime) -> Iterator[UnitOfWork]:
    """A unit that only reads; the record of the reading is written in a short unit of its own before it returns."""
    work: UnitOfWork | None = None
    try:
        with instance.store.session(writes=False) as session:
            work = UnitOfWork(instance, session, actor, now, writes=False)
            yield work
    except Refusal as refusal:
        if work is not None:
            _record_refusals(work, refusal)
        raise
    _write_what_was_left(work)


def _write_what_was_left(read: UnitOfWork) -> None:
    if not (read.entries or read.afterwards):
        return
    with writing(read.instance, read.actor, read.now) as work:
        work.entries.extend(read.entries)
        work.pinned = read.pinned
        for duty in read.afterwards:
            duty(work)
        work.commit()


def _record_refusals(refused: UnitOfWork, refusal: Refusal) -> None:
    if isinstance(refusal, KeyAlarm | SealBroken):
        actor = refused.actor.account_id if refused.actor else None
        what = "alarm:keys" if isinstance(refusal, KeyAlarm) else "alarm:seal"
        refused.refusals.append(Pending(ledger.INSTANCE, None, actor, what, None, None))
    elif isinstance(refusal, Forbidden | NotFound) and not refused.refusals and refused.let_in is not None:
        refused.refusals.append(refused.let_in)
    if not refused.refusals:
        return
    with refused.instance.store.session(writes=True) as session:
        ledger.append(session, refused.instance.secrets, refused.refusals, refused.now)
        session.commit()
