"""What waits for whom: for one person across all cases, and for each side of one case."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from dialogue.domain.acts import Act
from dialogue.domain.agenda import ItemState
from dialogue.domain.people import Party, Role, Seat, StaffRole
from dialogue.domain.waiting import ABOUT_A_CAUCUS, ABOUT_A_MEETING, DONE_BY, Progress, Task, TaskKind
from dialogue.services import cases, rooms, statements
from dialogue.services.admission import acts_open, enter
from dialogue.services.unit import UnitOfWork
from dialogue.store.agenda import items_of, positions_taken
from dialogue.store.cases import Case, labels_among
from dialogue.store.outcomes import find_notice, parties_that_signed
from dialogue.store.participants import ParticipantState, participants_of
from dialogue.store.requests import parties_that_endorsed
from dialogue.store.waiting import tasks_for, tasks_within

PAGE = 50
# What the policy decides by a room is not among the acts of a case; who is asked for it hears that room.
_ABOUT_A_ROOM = {TaskKind.ACCEPT_TERMS, TaskKind.ANSWER_RELEASE, TaskKind.ANSWER_DOCUMENT, TaskKind.KEEP_REGISTER}
_GONE = {ParticipantState.REMOVED, ParticipantState.DECLINED}


@dataclass(frozen=True, slots=True)
class MyTask:
    """One thing that waits for the reader, with what the reader calls the case."""

    task: Task
    label: str
    own_label: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sides:
    """One case: how far each side has come, and what waits for whom."""

    progress: dict[Party, Progress]
    tasks: tuple[Task, ...]
    mine: tuple[Task, ...]

    def waiting_for(self, party: Party) -> tuple[Task, ...]:
        """What that side's lead is waited for."""
        return tuple(task for task in self.tasks if task.party is party)

    def waiting_for_role(self, role: Role) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if task.role is role)


def for_me(work: UnitOfWork) -> list[MyTask]:
    """What the reader can do next across all cases, oldest first, the first fifty."""
    person = enter(work, Act.CASES_LIST)
    desk = StaffRole.COORDINATOR in person.staff
    found = tasks_for(work.session, person.account_id, work.now, desk=desk, limit=PAGE)
    ids = list({task.case_id for task in found})
    labels, own = labels_among(work.session, ids), cases.own_labels(work, ids)
    return [MyTask(task, labels[task.case_id], own.get(task.case_id)) for task in found]


def count_for_me(work: UnitOfWork) -> int:
    """How many things wait for the reader across all cases, fifty at most."""
    person = enter(work, Act.CASES_LIST)
    desk = StaffRole.COORDINATOR in person.staff
    return len(tasks_for(work.session, person.account_id, work.now, desk=desk, limit=PAGE))


def of_case(work: UnitOfWork, case: Case, seat: Seat) -> Sides:
    """What waits for whom in one case; nothing that the policy would refuse is offered to the reader."""
    found = tuple(tasks_within(work.session, case.id, work.now))
    may = acts_open(work, case, seat)
    mine = tuple(task for task in found if _is_for(task, seat) and _may_do(task, may))
    return Sides({party: _progress(work, case, party) for party in Party}, found, mine)


def _is_for(task: Task, seat: Seat) -> bool:
    if task.party is not None:
        return seat.party is task.party and seat.speaks
    if task.account is not None:
        return task.account == seat.account
    return task.role is seat.role


def _may_do(task: Task, may: frozenset[Act]) -> bool:
    if task.kind in _ABOUT_A_ROOM | ABOUT_A_MEETING | ABOUT_A_CAUCUS:
        return True
    return DONE_BY.get(task.kind) in may


def _progress(work: UnitOfWork, case: Case, party: Party) -> Progress:
    rows = [row for row in participants_of(work.session, case.id) if row.party is party and row.state not in _GONE]
    bound = rooms.bound_accounts(work, case.id)
    items = [item for item in items_of(work.session, case.id) if item.state is ItemState.ADMITTED and item.wording_id]
    taken = Counter(positions_taken(work.session, case.id))
    notice = find_notice(work.session, case.id)
    return Progress(
        party,
        people=len(rows),
        confirmed=sum(row.state is ParticipantState.CONFIRMED for row in rows),
        bound=sum(row.account_id in bound for row in rows),
        endorsed=case.requested_at is not None or party in parties_that_endorsed(work.session, case.id),
        facilitator_accepted=party in _accepted_facilitator(work, case.id),
        wordings=len(items),
        positions=taken[party],
        signed=party in parties_that_signed(work.session, case.id),
        notice_agreed=notice is not None and party in notice.agreed,
    )


def _accepted_facilitator(work: UnitOfWork, case_id: UUID) -> frozenset[Party]:
    """Both, once the facilitator sits; before that no side learns of the other's answer."""
    found = statements.standings(work, case_id)
    seated = [s for s in found.people.values() if s.role is Role.FACILITATOR and found.is_confirmed(s.account)]
    return frozenset(Party) if seated else frozenset()
