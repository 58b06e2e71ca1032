"""What somebody is told of: the list, the number in the head of every page, and what has been read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from dialogue.domain.acts import Act
from dialogue.domain.people import Room, StaffRole
from dialogue.domain.tidings import TidingKind
from dialogue.errors import NotFound
from dialogue.services import cases, identity
from dialogue.services.admission import enter
from dialogue.services.identity import Person
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import labels_among
from dialogue.store.tidings import Tiding, count_unread, find_tiding, mark_all_read, tidings_of

PAGE = 30
MOST_COUNTED = 100


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that the reader is told of.

    act    what was done, where it is told by its name, and ``actor`` by whom
    label  neutral words for the case; empty where it is about none
    """

    tiding_id: UUID
    kind: TidingKind
    act: Act | None
    actor: Person | None = field(repr=False)
    room: Room
    case_id: UUID | None
    label: str
    own_label: str | None = field(repr=False)
    at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list, newest first.

    until   up to when the reader has seen it now
    after   where the next page begins; None on the last one
    """

    told: tuple[Told, ...]
    until: datetime | None
    after: UUID | None
    unread: int


def index(work: UnitOfWork, *, after: UUID | None = None) -> Page:
    """What the reader is told of, thirty at a time; ``after`` is the last one of the page before."""
    person = enter(work, Act.CASES_LIST)
    desk = _is_of_the_desk(work)
    last = find_tiding(work.session, person.account_id, after, work.now, desk=desk) if after is not None else None
    before = (last.at, last.id) if last is not None else None
    rows = tidings_of(work.session, person.account_id, work.now, desk=desk, before=before, limit=PAGE + 1)
    shown = rows[:PAGE]
    ids = sorted({row.case_id for row in shown if row.case_id is not None})
    labels, own = labels_among(work.session, ids), cases.own_labels(work, ids)
    people = identity.people(work, {row.actor_id for row in shown if row.actor_id is not None})
    return Page(
        tuple(_told(row, labels, own, people) for row in shown),
        shown[0].at if shown else None,
        shown[-1].id if len(rows) > PAGE else None,
        count(work),
    )


def count(work: UnitOfWork) -> int:
    """How much the reader has not read yet, a hundred at most."""
    person = enter(work, Act.CASES_LIST)
    desk = _is_of_the_desk(work)
    return count_unread(work.session, person.account_id, work.now, desk=desk, most=MOST_COUNTED)


def open_one(work: UnitOfWork, tiding_id: UUID) -> Told:
    """Read one; what it is about is on another page."""
    person = enter(work, Act.CASES_LIST)
    row = find_tiding(work.session, person.account_id, tiding_id, work.now, desk=_is_of_the_desk(work))
    if row is None:
        raise NotFound(tiding_id)
    row.read_at = row.read_at or work.now
    return _told(row, {}, {}, {})


def mark_read(work: UnitOfWork, until: datetime) -> None:
    """Everything that the page showed has been read; what came after it has not."""
    person = enter(work, Act.CASES_LIST)
    mark_all_read(work.session, person.account_id, until, work.now)


def _is_of_the_desk(work: UnitOfWork) -> bool:
    return StaffRole.COORDINATOR in work.person.staff


def _told(row: Tiding, labels: dict[UUID, str], own: dict[UUID, str], people: dict[UUID, Person]) -> Told:
    return Told(
        row.id,
        row.kind,
        Act(row.act) if row.act in set(Act) else None,
        people.get(row.actor_id) if row.actor_id is not None else None,
        row.room,
        row.case_id,
        labels.get(row.case_id, "") if row.case_id is not None else "",
        own.get(row.case_id) if row.case_id is not None else None,
        row.at,
        row.read_at is None,
    )
