"""A meeting's agenda with times, made from the open items; what one meeting leaves open carries over to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.agenda import ItemState
from dialogue.domain.holding import USUAL_MINUTES, Line, check_programme, is_joint, is_open, is_over, times_of
from dialogue.domain.meetings import OVER, MeetingKind
from dialogue.domain.people import Room, Seat
from dialogue.domain.positions import Consensus
from dialogue.errors import IllegalTransition, NotFound, OutOfDate, Unfit
from dialogue.services import audit, cases, identity, recusals, rooms, table
from dialogue.services.cases import CaseHead
from dialogue.services.convening import enter_meeting
from dialogue.services.identity import Person
from dialogue.services.recusals import RecusalShown
from dialogue.services.rooms import Opened, Trouble
from dialogue.services.unit import UnitOfWork
from dialogue.store.agenda import AgendaItem, current_positions, items_of
from dialogue.store.cases import Case
from dialogue.store.holding import Programme, programmes_of
from dialogue.store.meetings import Meeting, meetings_of


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item that can stand on a meeting's agenda.

    carried_from   the meeting before this one that left it open; None where none did
    """

    id: UUID
    number: int
    title: str = field(repr=False)
    state: ItemState
    consensus: Consensus = field(repr=False)
    carried_from: datetime | None
    trouble: Trouble | None


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line: an item, or a break with a word for it. As long as the meeting has no time the line has none."""

    item: ItemLine | None
    words: str = field(repr=False)
    minutes: int
    begins_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProgrammeShown:
    """The agenda of one meeting.

    number      how often it was set; 0 where nobody has, and ``lines`` are what carries over by itself
    start       minutes between the beginning of the meeting and the first line
    others      open items that are not on it
    too_long    minutes by which the lines go beyond the end of the meeting
    """

    head: CaseHead
    meeting_id: UUID
    begins_at: datetime | None
    ends_at: datetime | None
    is_over: bool
    number: int
    author: Person | None = field(repr=False)
    made_at: datetime | None
    start: int
    lines: tuple[LineShown, ...]
    others: tuple[ItemLine, ...]
    too_long: int
    trouble: Trouble | None
    recusals: tuple[RecusalShown, ...]
    may: frozenset[Act]


def show(work: UnitOfWork, case_id: UUID, meeting_id: UUID) -> ProgrammeShown:
    """The agenda of a joint meeting as it is set, or as it carries over from the meetings before."""
    return look_before(work, case_id, meeting_id, Act.PROGRAMME_READ)


def look_before(work: UnitOfWork, case_id: UUID, meeting_id: UUID, act: Act) -> ProgrammeShown:
    """The same for whoever is about to set it; refused as the act itself would be."""
    case, seat, meeting = _enter(work, case_id, meeting_id, act)
    rows = {row.meeting_id: row for row in programmes_of(work.session, case.id)}
    opened = _open(work, case, list(rows.values()))
    items = _items(work, case, _carried(work, case, meeting, opened))
    own, told = rows.get(meeting.id), opened.get(meeting.id, Opened())
    start, lines = _set(told.body) if own is not None and not told.trouble else (0, _suggested(items, opened))
    shown = _lines(meeting, start, lines, items)
    head = cases.head(work, case, seat)
    may = head.may & {Act.PROGRAMME_SET, Act.RECUSAL_SAY, Act.RECUSAL_LIFT}
    people = identity.people(work, [own.author_id]) if own is not None else {}
    planned = {line.item for line in lines}
    last = shown[-1].ends_at if shown else None
    over = (last - meeting.ends_at).total_seconds() if last is not None and meeting.ends_at is not None else 0
    audit.record(work, Act.PROGRAMME_READ, case.id, meeting.id)
    return ProgrammeShown(
        head,
        meeting.id,
        meeting.begins_at,
        meeting.ends_at,
        meeting.state in OVER,
        own.number if own else 0,
        people.get(own.author_id) if own else None,
        own.made_at if own else None,
        start,
        shown,
        tuple(one for one in items.values() if one.id not in planned and is_open(one.state, one.consensus)),
        max(0, int(over // 60)),
        told.trouble,
        recusals.at_meeting(work, case, seat, meeting.id),
        may - {Act.PROGRAMME_SET} if meeting.state in OVER else may,
    )


def set_lines(
    work: UnitOfWork, case_id: UUID, meeting_id: UUID, *, seen: int, start: int, lines: Sequence[Line]
) -> None:
    """Set the agenda of a joint meeting that is not over; how it was set before is kept.

    seen     how often it had been set when the actor looked
    raises   OutOfDate when somebody has set it meanwhile, Unfit for an item that is not on the dialogue's agenda
    """
    case, _, meeting = _enter(work, case_id, meeting_id, Act.PROGRAMME_SET)
    if meeting.state in OVER:
        raise IllegalTransition(meeting.state, Act.PROGRAMME_SET)
    check_programme(start, lines)
    present = {row.meeting_id: row for row in programmes_of(work.session, case.id)}.get(meeting.id)
    if seen != (present.number if present else 0):
        raise OutOfDate(meeting_id)
    admitted = {item.id for item in items_of(work.session, case.id) if item.state is ItemState.ADMITTED}
    if not {line.item for line in lines if line.item is not None} <= admitted:
        raise Unfit("programme_item")
    row = Programme(
        id=uuid4(),
        case_id=case.id,
        meeting_id=meeting.id,
        number=seen + 1,
        author_id=work.person.account_id,
        made_at=work.now,
    )
    body = {"start": start, "lines": [_written(line) for line in lines], **_bound_to(row)}
    row.sealed_body = rooms.seal(work, case, Room.JOINT, body, row.place("body", Room.JOINT))
    work.session.add(row)
    work.session.flush()
    audit.record(work, Act.PROGRAMME_SET, case.id, meeting.id, sealed=row.sealed_body)


def _enter(work: UnitOfWork, case_id: UUID, meeting_id: UUID, act: Act) -> tuple[Case, Seat, Meeting]:
    case, seat, meeting = enter_meeting(work, case_id, meeting_id, act)
    if not is_joint(meeting.kind):
        raise NotFound(meeting_id)
    return case, seat, meeting


def _open(work: UnitOfWork, case: Case, rows: Sequence[Programme]) -> dict[UUID, Opened]:
    """What was set for each meeting; what was sealed for another one counts as broken."""
    places = [(row.sealed_body, row.place("body", Room.JOINT)) for row in rows]
    return {
        row.meeting_id: told
        if told.trouble or _bound_to(row).items() <= told.body.items()
        else Opened(trouble=Trouble.BROKEN)
        for row, told in zip(rows, rooms.open_all(work, case, Room.JOINT, places), strict=True)
    }


def _carried(work: UnitOfWork, case: Case, meeting: Meeting, opened: Mapping[UUID, Opened]) -> dict[UUID, datetime]:
    """Of each item that stood on an earlier meeting's agenda the beginning of the last such meeting that is over."""
    found: dict[UUID, datetime] = {}
    for earlier in meetings_of(work.session, case.id, [MeetingKind.JOINT]):
        begins = earlier.begins_at
        if begins is None or earlier.id == meeting.id or not is_over(earlier.state, earlier.ends_at, work.now):
            continue
        if meeting.begins_at is not None and begins >= meeting.begins_at:
            continue
        told = opened.get(earlier.id, Opened())
        if told.body:
            found |= {line.item: begins for line in _set(told.body)[1] if line.item is not None}
    return found


def _items(work: UnitOfWork, case: Case, carried: Mapping[UUID, datetime]) -> dict[UUID, ItemLine]:
    rows = items_of(work.session, case.id)
    words = table.open_items(work, case, rows)
    positions = table.by_item(table.open_positions(work, case, current_positions(work.session, case.id)))
    found = {}
    for row, told in zip(rows, words, strict=True):
        together = _consensus(row, positions)
        from_ = carried.get(row.id) if is_open(row.state, together) else None
        found[row.id] = ItemLine(row.id, row.number, told.title, row.state, together, from_, told.trouble)
    return found


def _consensus(row: AgendaItem, positions: Mapping[UUID, Sequence[table.PositionShown]]) -> Consensus:
    return table.consensus(table.newest_of_each(positions.get(row.id, ()), row.wording_id), row.wording_id)


def _suggested(items: Mapping[UUID, ItemLine], opened: Mapping[UUID, Opened]) -> list[Line]:
    """What stands on the agenda by itself: what carries over; for the first meeting everything that is open."""
    is_first = not any(one.body for one in opened.values())
    wanted = [one for one in items.values() if is_open(one.state, one.consensus)]
    return [Line(one.id, USUAL_MINUTES) for one in wanted if is_first or one.carried_from is not None]


def _set(body: Mapping[str, Any]) -> tuple[int, list[Line]]:
    lines = [Line(UUID(one["item"]) if one["item"] else None, one["minutes"], one["words"]) for one in body["lines"]]
    return body["start"], lines


def _lines(
    meeting: Meeting, start: int, lines: Sequence[Line], items: Mapping[UUID, ItemLine]
) -> tuple[LineShown, ...]:
    lengths = [line.minutes for line in lines]
    times = (
        times_of(meeting.begins_at, start, lengths) if meeting.begins_at is not None else [(None, None)] * len(lines)
    )
    return tuple(
        LineShown(items.get(line.item) if line.item else None, line.words, line.minutes, begins, ends)
        for line, (begins, ends) in zip(lines, times, strict=True)
    )


def _written(line: Line) -> dict[str, Any]:
    return {"item": str(line.item) if line.item else "", "minutes": line.minutes, "words": line.words}


def _bound_to(row: Programme) -> dict[str, Any]:
    """What the columns in clear say, said again inside the seal."""
    return {"meeting": str(row.meeting_id), "number": row.number, "by": str(row.author_id)}
