"""What is new to somebody: everything that others have done since the last time this person was here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from dialogue.domain.acts import Act
from dialogue.domain.people import Room, Seat
from dialogue.domain.record import chains_read_by
from dialogue.domain.visits import last_visit
from dialogue.services import identity
from dialogue.services.identity import Person
from dialogue.services.ledger import chain_name
from dialogue.services.unit import UnitOfWork
from dialogue.store.record import done_since, moments_of

MOST_MOMENTS = 500
MOST_NEWS = 20


@dataclass(frozen=True, slots=True)
class News:
    """What one person has done in one room since, how often, and when last; ``actor`` None where nobody did it."""

    room: Room
    act: Act
    actor: Person | None = field(repr=False)
    count: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Since:
    """What others have done since a visit, the latest first; never of a room that the reader does not hear."""

    visit: datetime
    news: tuple[News, ...]
    goes_on: bool


def last(work: UnitOfWork, case_id: UUID, seat: Seat) -> datetime | None:
    """When this person was here before the present visit, as the record tells it; None for a first visit."""
    memory: dict[UUID, datetime | None] = work.memory.setdefault("last_visit", {})
    if case_id not in memory:
        moments = moments_of(work.session, case_id, seat.account, limit=MOST_MOMENTS)
        memory[case_id] = last_visit(moments, work.now)
    return memory[case_id]


def since(work: UnitOfWork, case_id: UUID, seat: Seat) -> Since | None:
    """What is new to this person in the rooms that the seat hears; None at a first visit."""
    visit = last(work, case_id, seat)
    if visit is None:
        return None
    read = {chain_name(case_id, room): room for room in chains_read_by(seat)}
    found = done_since(work.session, case_id, read, since=visit, but=seat.account, limit=MOST_NEWS + 1)
    people = identity.people(work, {actor for _, _, actor, _, _ in found if actor is not None})
    news = tuple(
        News(read[chain], Act(act), people.get(actor) if actor is not None else None, count, at)
        for chain, act, actor, count, at in found[:MOST_NEWS]
        if act in set(Act)
    )
    return Since(visit, news, len(found) > MOST_NEWS)
