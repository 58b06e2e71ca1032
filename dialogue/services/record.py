"""The record of what happened, as those read it who hear the rooms that it is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from dialogue.domain.acts import Act
from dialogue.domain.events import REFUSED
from dialogue.domain.people import Room
from dialogue.domain.record import Kind, Subject, chains_read_by
from dialogue.errors import NotFound
from dialogue.services import audit, cases, identity
from dialogue.services.admission import admit
from dialogue.services.cases import CaseHead
from dialogue.services.identity import Person
from dialogue.services.ledger import chain_name
from dialogue.services.unit import UnitOfWork
from dialogue.store.record import Entry, entries_at, entries_of, heads_of

PAGE = 50
PRINTED = 1_000


@dataclass(frozen=True, slots=True)
class EntryShown:
    """One entry.

    number      its place in the record of its room
    actor       None where the application acted by itself, or where the entry names nobody who is known
    act         None where the entry holds a word that the application never writes
    """

    room: Room
    number: int
    at: datetime
    actor: Person | None = field(repr=False)
    act: Act | None
    is_refusal: bool


@dataclass(frozen=True, slots=True)
class ChainHead:
    """How far the record of one room has come; whoever notes the digest can see later that nothing was cut off.

    seen   how far the reader had seen it before: at the door that entry was found to be the same; None at first sight
    """

    room: Room
    number: int
    at: datetime
    digest: str
    seen: int | None


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One page of the record of all rooms that the seat hears.

    older   (room, number) of the last entry shown where there are older ones: ``before`` of the next page
    """

    head: CaseHead
    entries: tuple[EntryShown, ...]
    heads: tuple[ChainHead, ...]
    older: tuple[Room, int] | None
    kind: Kind | None
    subject: Subject | None


@dataclass(frozen=True, slots=True)
class ChainChecked:
    """What following one room's record from its first entry says; ``bad`` is the first entry that does not hold."""

    room: Room
    entries: int
    bad: int | None


@dataclass(frozen=True, slots=True)
class RecordChecked:
    """The same for all rooms that the seat hears."""

    head: CaseHead
    chains: tuple[ChainChecked, ...]

    @property
    def is_intact(self) -> bool:
        return all(chain.bad is None for chain in self.chains)


def index(
    work: UnitOfWork,
    case_id: UUID,
    before: tuple[Room, int] | None = None,
    kind: Kind | None = None,
    subject: Subject | None = None,
) -> RecordPage:
    """One page, newest first. What happened in a room that the seat does not hear is not even counted.

    before   the last entry of the page before
    """
    return _page(work, case_id, Act.RECORD_READ, before, kind, subject, PAGE)


def printed(work: UnitOfWork, case_id: UUID, before: tuple[Room, int] | None = None) -> RecordPage:
    """The record as it is put on paper, a thousand entries at a time; that it was, stands in the record itself."""
    return _page(work, case_id, Act.RECORD_EXPORT, before, None, None, PRINTED)


def may_print(work: UnitOfWork, case_id: UUID) -> CaseHead:
    """Let only those in who may print the record; gives the head of the page that asks them first."""
    case, seat = admit(work, case_id, Act.RECORD_EXPORT)
    return cases.head(work, case, seat)


def _page(
    work: UnitOfWork,
    case_id: UUID,
    act: Act,
    before: tuple[Room, int] | None,
    kind: Kind | None,
    subject: Subject | None,
    length: int,
) -> RecordPage:
    case, seat = admit(work, case_id, act)
    read = {chain_name(case.id, room): room for room in chains_read_by(seat)}
    found = entries_of(
        work.session,
        case.id,
        read,
        before=_key_of(work, case.id, read, before),
        limit=length + 1,
        kind=kind,
        subject=subject,
    )
    page = found[:length]
    people = identity.people(work, {entry.actor_id for entry in page if entry.actor_id is not None})
    heads = _heads(work, case.id, read)
    audit.record(work, act, case.id)
    return RecordPage(
        cases.head(work, case, seat),
        tuple(_shown(entry, read[entry.chain], people) for entry in page),
        heads,
        (read[page[-1].chain], page[-1].seq) if len(found) > length else None,
        kind,
        subject,
    )


def verify(work: UnitOfWork, case_id: UUID) -> RecordChecked:
    """Follow the record of every room that the seat hears from its first entry.

    A cut tail is not seen by this but at the door: what this person has seen before is compared at each visit.
    """
    case, seat = admit(work, case_id, Act.RECORD_READ)
    read = {chain_name(case.id, room): room for room in sorted(chains_read_by(seat))}
    said = audit.verify(work.instance, list(read)) if read else []
    _heads(work, case.id, read)
    audit.record(work, Act.RECORD_READ, case.id)
    checked = tuple(ChainChecked(read[one.chain], one.entries, one.bad) for one in said if one.entries)
    return RecordChecked(cases.head(work, case, seat), checked)


def _heads(work: UnitOfWork, case_id: UUID, read: dict[str, Room]) -> tuple[ChainHead, ...]:
    """How far each chain has come. From now on the reader has seen it so far, and a shorter one is an alarm."""
    pinned = work.pinned[case_id]
    heads = heads_of(work.session, read)
    seen = {chain: number for chain, (number, _) in pinned.chains.items()}
    pinned.raise_chains({entry.chain: (entry.seq, entry.digest) for entry in heads})
    return tuple(
        ChainHead(read[entry.chain], entry.seq, entry.at, entry.digest.hex(), seen.get(entry.chain)) for entry in heads
    )


def _key_of(
    work: UnitOfWork, case_id: UUID, read: dict[str, Room], before: tuple[Room, int] | None
) -> tuple[datetime, str, int] | None:
    if before is None:
        return None
    room, number = before
    chain = chain_name(case_id, room)
    entries = entries_at(work.session, [(chain, number)]) if chain in read else []
    if not entries:
        raise NotFound(case_id)
    return entries[0].at, chain, number


def _shown(entry: Entry, room: Room, people: dict[UUID, Person]) -> EntryShown:
    is_refusal = entry.act.startswith(REFUSED)
    actor = people.get(entry.actor_id) if entry.actor_id is not None else None
    return EntryShown(room, entry.seq, entry.at, actor, _act(entry.act.removeprefix(REFUSED)), is_refusal)


def _act(word: str) -> Act | None:
    try:
        return Act(word)
    except ValueError:
        return None
