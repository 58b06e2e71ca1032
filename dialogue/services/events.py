"""The events of an instance, as administrators and whoever operates it read them: ids and kinds, never content."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from dialogue.domain.acts import Act
from dialogue.domain.events import EventKind, counted, kind_of
from dialogue.services import audit, identity, ledger, unit
from dialogue.services.admission import enter
from dialogue.services.identity import Person
from dialogue.services.instance import Instance
from dialogue.services.ledger import INSTANCE
from dialogue.services.unit import UnitOfWork
from dialogue.store.accounts import accounts_among
from dialogue.store.events import events_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the instance's own chain.

    what    the word that was written down, such as "session:sign_in" or "refused:case:read"
    actor   account of who did it; None where nobody was signed in
    about   account or thing that it is about, where there is one
    more    for how many more of its kind it stands that came within a quarter of an hour
    """

    number: int
    at: datetime
    what: str
    kind: EventKind
    actor: UUID | None
    about: UUID | None
    more: int


@dataclass(frozen=True, slots=True)
class EventsPage:
    """One page, newest first.

    colleagues   the staff among the people in it; nobody else is named to an administrator
    older        number of the last event shown where there are older ones: ``before`` of the next page
    """

    events: tuple[Event, ...]
    colleagues: dict[UUID, Person] = field(repr=False)
    kind: EventKind | None
    older: int | None


@dataclass(frozen=True, slots=True)
class EventsChecked:
    """What following the chain from its first entry says; ``bad`` is the first entry that does not hold."""

    entries: int
    bad: int | None


def index(work: UnitOfWork, *, kind: EventKind | None = None, before: int | None = None) -> EventsPage:
    """One page for an administrator; looking is itself an event."""
    enter(work, Act.EVENT_READ)
    found = listed(work, kind=kind, before=before, limit=PAGE + 1)
    page = found[:PAGE]
    if before is None:
        audit.event(work, Act.EVENT_READ.value)
    return EventsPage(page, _colleagues(work, page), kind, page[-1].number if len(found) > PAGE else None)


def verify(work: UnitOfWork) -> EventsChecked:
    """Follow the chain of the instance from its first entry."""
    enter(work, Act.EVENT_READ)
    [said] = audit.verify(work.instance, [INSTANCE])
    return EventsChecked(said.entries, said.bad)


def listed(
    work: UnitOfWork,
    *,
    kind: EventKind | None = None,
    since: datetime | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> tuple[Event, ...]:
    """The same events for whoever operates the machine, where nobody is signed in; newest first."""
    return tuple(
        Event(row.seq, row.at, word, kind_of(word), row.actor_id, row.object_id, more)
        for row in events_of(work.session, INSTANCE, kind=kind, since=since, before=before, limit=limit)
        for word, more in [counted(row.act)]
    )


def settle(instance: Instance, now: datetime) -> None:
    """Write down how often what came too often has come, once its quarter of an hour is over."""
    with unit.writing(instance, None, now) as work:
        ledger.settle(work.session, instance.secrets, now)
        work.commit()


def _colleagues(work: UnitOfWork, events: Iterable[Event]) -> dict[UUID, Person]:
    named = {account for event in events for account in (event.actor, event.about) if account is not None}
    return {
        account.id: identity.person_shown(work, account)
        for account in accounts_among(work.session, named)
        if account.staff
    }
