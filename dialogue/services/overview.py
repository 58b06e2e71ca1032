"""The page of one case: how far each side has come, what waits for whom, and the ways out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from dialogue.domain.acts import Act
from dialogue.domain.cases import GONE
from dialogue.domain.people import CAUCUS_OF, Party, Role, Room, Seat, rooms_of
from dialogue.domain.waiting import ABOUT_A_CAUCUS, ABOUT_A_MEETING, Progress, Task, TaskKind
from dialogue.services import admission, cases, followup, identity, meetings, visits, waiting
from dialogue.services.admission import admit
from dialogue.services.cases import CaseHead
from dialogue.services.followup import Standings
from dialogue.services.meetings import Next
from dialogue.services.unit import UnitOfWork
from dialogue.services.visits import Since
from dialogue.store.cases import Case, find_case
from dialogue.store.participants import Participant, ParticipantState, participants_of
from dialogue.store.requests import newest_version
from dialogue.store.rooms import due_wraps

_GONE = frozenset({ParticipantState.REMOVED, ParticipantState.DECLINED})
_WAYS_OUT = frozenset({Act.CASE_LEAVE, Act.CASE_WITHDRAW, Act.CASE_DECLINE, Act.CASE_GO_BACK})
# What is asked of a side in its caucus.
_OF_A_CAUCUS = frozenset({TaskKind.ANSWER_RELEASE, TaskKind.ANSWER_DOCUMENT})
# What is told only to those who hear the joint room.
_OF_THE_JOINT_ROOM = frozenset(
    {
        TaskKind.ADMIT_ITEM,
        TaskKind.TAKE_POSITION,
        TaskKind.CONFIRM_JOINT_ACT,
        TaskKind.APPROVE_SUMMARY,
        TaskKind.ANSWER_AMENDMENT,
        TaskKind.AGREE_PAPER,
        TaskKind.ASSEMBLE_OUTCOME,
        TaskKind.SIGN_OUTCOME,
        TaskKind.SIGN_ADDENDUM,
        TaskKind.ANSWER_PREAMBLE,
        TaskKind.ANSWER_CLOSING,
        TaskKind.ANSWER_STATEMENT,
        TaskKind.GIVE_WISH,
        TaskKind.AGREE_COMMITMENT,
        TaskKind.REPORT_COMMITMENT,
        TaskKind.ANSWER_REPORT,
        TaskKind.AGREE_REVIEW,
        TaskKind.HOLD_REVIEW,
        TaskKind.AGREE_HELP,
    }
)


@dataclass(frozen=True, slots=True)
class Awaited:
    """Things of one kind that wait for one side, or for the reader.

    about   the thing, where it is one alone
    names   the people that it is about or for, where it is about people
    own     whether the reader is asked
    """

    kind: TaskKind
    case_id: UUID
    about: UUID | None
    count: int
    since: datetime
    names: tuple[str, ...] = field(repr=False)
    own: bool


@dataclass(frozen=True, slots=True)
class SideShown:
    """One side of the case, or the ILO's people where ``party`` is None.

    lead          the name of a party's lead, of the facilitators who sit for the ILO; empty until there is one
    shows_joint   whether the reader may know how far the work in the joint room is
    """

    party: Party | None
    progress: Progress | None
    lead: str = field(repr=False)
    waiting: tuple[Awaited, ...]
    is_own: bool
    shows_joint: bool


@dataclass(frozen=True, slots=True)
class Counterpart:
    """Somebody with whom the reader compares words."""

    participant_id: UUID
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Former:
    """The dialogue that another one follows.

    case_id   where the reader can open it
    """

    case_id: UUID | None
    label: str
    reference: str | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """The page of a case.

    is_initiator   the reader's side began the case
    is_written     there is a version of the request
    is_alone       nobody else is listed on the reader's side
    compares_with  who has to confirm the reader's own seat, until it stands
    due            rooms that open to the reader once somebody who holds their keys has been here
    ways_out       the acts by which the reader may leave now
    follows        the dialogue before this one, for whoever sat in it, and for the desk
    follow_up      what each side has taken on, by numbers and days; None for whoever does not hear the joint room
    coming         the confirmed meeting that comes first for the reader
    new            what others have done since the reader was last here; None at a first visit
    """

    head: CaseHead
    sides: tuple[SideShown, ...]
    mine: tuple[Awaited, ...]
    since: datetime
    is_initiator: bool
    is_written: bool
    is_alone: bool
    compares_with: Counterpart | None
    due: tuple[Room, ...]
    ways_out: frozenset[Act]
    new: Since | None
    follows: Former | None
    follow_up: Standings | None
    coming: Next | None


@dataclass(frozen=True, slots=True)
class WayOut:
    """What somebody reads before leaving.

    months   how long what is there is kept afterwards, as the terms say; None where there are no terms
    """

    head: CaseHead
    months: int | None


def show(work: UnitOfWork, case_id: UUID) -> CasePage:
    """The page of a case as this seat may see it."""
    case, seat = admit(work, case_id, Act.CASE_READ)
    head = cases.head(work, case, seat)
    rows = admission.listed_for(work, case, seat)
    names = _names(work, rows)
    found = waiting.of_case(work, case, seat)
    tasks = [task for task in found.tasks if _may_know(task, seat)]
    return CasePage(
        head,
        tuple(
            SideShown(
                party,
                found.progress.get(party) if party is not None else None,
                _speakers(party, rows, names),
                _gathered(_of_side(tasks, party, rows), found.mine, names),
                party is seat.party,
                Room.JOINT in rooms_of(seat),
            )
            for party in (*Party, None)
        ),
        _gathered(found.mine, found.mine, names),
        case.status_since,
        seat.party is case.initiator,
        newest_version(work.session, case.id) is not None,
        seat.party is not None and sum(row.party is seat.party for row in rows) == 1,
        _compares_with(seat, rows, names),
        tuple(sorted(due.room for due in due_wraps(work.session, case.id) if due.account_id == seat.account)),
        _ways_out(case, seat, head.may),
        visits.since(work, case.id, seat),
        _follows(work, case, seat),
        followup.standings(work, case, seat),
        meetings.coming(work, case, seat),
    )


def way_out(work: UnitOfWork, case_id: UUID, act: Act) -> WayOut:
    """What somebody is told before taking that way out; refused as the act itself would be."""
    case, seat = admit(work, case_id, act)
    return WayOut(cases.head(work, case, seat), case.retention_months)


def _names(work: UnitOfWork, rows: Iterable[Participant]) -> dict[UUID, str]:
    """The names of the people listed, by their place and by their account."""
    names = {}
    for row in rows:
        name = identity.shown_field(work, row)["name"]
        names[row.id] = name
        if row.account_id is not None:
            names[row.account_id] = name
    return names


def _speakers(party: Party | None, rows: Iterable[Participant], names: Mapping[UUID, str]) -> str:
    if party is not None:
        return next((names[row.id] for row in rows if row.party is party and row.role is Role.LEAD), "")
    sit = [row for row in rows if row.role is Role.FACILITATOR and row.state is ParticipantState.CONFIRMED]
    return ", ".join(names[row.id] for row in sit)


def _may_know(task: Task, seat: Seat) -> bool:
    """Neither side learns whether the other has answered about a facilitator, or what is asked of it in caucus.

    The joint room tells its own ears.
    """
    if task.kind is TaskKind.ANSWER_FACILITATOR:
        return task.party is seat.party
    if task.kind is TaskKind.ANSWER_INQUIRY:
        return Room.DRAFTING in rooms_of(seat)
    if task.kind in {TaskKind.PUT_QUESTION, TaskKind.ANSWER_QUESTION}:
        return Room.INPUT in rooms_of(seat) or task.account == seat.account
    if task.kind in _OF_A_CAUCUS:
        return task.party is not None and CAUCUS_OF[task.party] in rooms_of(seat)
    if task.kind in ABOUT_A_MEETING:
        return Room.LOGISTICS in rooms_of(seat)
    if task.kind in ABOUT_A_CAUCUS:
        return seat.account == task.account or (task.party is not None and CAUCUS_OF[task.party] in rooms_of(seat))
    return task.kind not in _OF_THE_JOINT_ROOM or Room.JOINT in rooms_of(seat)


def _of_side(tasks: Iterable[Task], party: Party | None, rows: Iterable[Participant]) -> list[Task]:
    """What waits for that side: for its lead, or for one of its people."""
    people = {row.account_id for row in rows if row.party is party} - {None}
    places = {row.id for row in rows if row.party is party}
    return [
        task
        for task in tasks
        if (task.party is party if task.party is not None else task.account in people)
        or (task.kind is TaskKind.JOIN and task.about in places)
        or (party is None and task.role is not None)
    ]


def _gathered(tasks: Iterable[Task], mine: Sequence[Task], names: Mapping[UUID, str]) -> tuple[Awaited, ...]:
    """Those of one kind together, but each of the reader's own tasks about a person or a note by itself."""
    groups: dict[tuple[TaskKind, UUID | None], list[Task]] = {}
    for task in tasks:
        by_itself = task.about in names or task.kind in _OF_A_CAUCUS
        apart = task.about if task in mine and by_itself else None
        groups.setdefault((task.kind, apart), []).append(task)
    return tuple(
        Awaited(
            kind,
            group[0].case_id,
            group[0].about if len(group) == 1 else None,
            len(group),
            min(task.since for task in group),
            tuple(
                dict.fromkeys(
                    names[one] for task in group for one in (task.account, task.about) if one and one in names
                )
            ),
            group[0] in mine,
        )
        for (kind, _), group in groups.items()
    )


def _compares_with(seat: Seat, rows: Iterable[Participant], names: Mapping[UUID, str]) -> Counterpart | None:
    own = next((row for row in rows if row.account_id == seat.account), None)
    if own is None or own.party is None or own.state is ParticipantState.CONFIRMED:
        return None
    by_own_side = own.state is ParticipantState.ENROLLED and own.role is not Role.LEAD
    side = own.party if by_own_side else own.party.other
    lead = next((row for row in rows if row.party is side and row.role is Role.LEAD), None)
    return Counterpart(lead.id, names[lead.id]) if lead is not None and lead.account_id is not None else None


def _follows(work: UnitOfWork, case: Case, seat: Seat) -> Former | None:
    """Whoever did not sit in the former dialogue is not told that there was one; the desk knows what reached it."""
    former = find_case(work.session, case.follows_id) if case.follows_id is not None else None
    if former is None or former.status in GONE:
        return None
    if seat.role is Role.COORDINATOR:
        return Former(None, former.label, former.reference) if former.requested_at is not None else None
    sat = any(
        row.account_id == seat.account and row.state not in _GONE for row in participants_of(work.session, former.id)
    )
    return Former(former.id, former.label, former.reference) if sat else None


def _ways_out(case: Case, seat: Seat, may: frozenset[Act]) -> frozenset[Act]:
    """Whoever began the case takes it back, the other declines."""
    other = Act.CASE_DECLINE if seat.party is case.initiator else Act.CASE_WITHDRAW
    return (may & _WAYS_OUT) - {other}
