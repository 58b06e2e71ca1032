"""Interpreters and observers, entered on paper: they attend named meetings and hold no account and no key."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.attendants import AttendantKind, check_entry
from dialogue.domain.people import Party, Room
from dialogue.errors import NotFound, OutOfDate
from dialogue.services import audit, cases, identity, rooms
from dialogue.services.admission import acts_open, admit
from dialogue.services.cases import CaseHead
from dialogue.services.identity import Person
from dialogue.services.rooms import Trouble
from dialogue.services.unit import UnitOfWork
from dialogue.store.participants import Attendant, attendants_of, find_attendant

_ACTS = frozenset({Act.ATTENDANT_ENTER, Act.ATTENDANT_END})


@dataclass(frozen=True, slots=True)
class AttendantShown:
    """One paper entry.

    party   whose interpreter or observer it is; None for one of the ILO or of both
    may_end the reader can end the attendance: whoever has entered it, or the same side
    """

    id: UUID
    kind: AttendantKind
    party: Party | None
    name: str = field(repr=False)
    function: str = field(repr=False)
    meetings: str = field(repr=False)
    undertaken_on: date | None
    entered_by: Person | None = field(repr=False)
    entered_at: datetime
    ended_at: datetime | None
    trouble: Trouble | None
    may_end: bool


@dataclass(frozen=True, slots=True)
class Attendance:
    """Everybody entered for a case, newest first."""

    head: CaseHead
    people: tuple[AttendantShown, ...]
    may: frozenset[Act]


def index(work: UnitOfWork, case_id: UUID) -> Attendance:
    """Who attends without an account, as both sides and the desk see it."""
    return look_before(work, case_id, Act.ATTENDANT_READ)


def look_before(work: UnitOfWork, case_id: UUID, act: Act) -> Attendance:
    """The same for whoever is about to do ``act``; refused as the act itself would be."""
    case, seat = admit(work, case_id, act, room=Room.LOGISTICS)
    rows = attendants_of(work.session, case.id)
    opened = rooms.open_all(
        work, case, Room.LOGISTICS, [(row.sealed_body, row.place("body", Room.LOGISTICS)) for row in rows]
    )
    may = acts_open(work, case, seat, Room.LOGISTICS) & _ACTS
    people = identity.people(work, {row.entered_by for row in rows})
    audit.record(work, Act.ATTENDANT_READ, case.id, room=Room.LOGISTICS)
    return Attendance(
        cases.head(work, case, seat),
        tuple(
            AttendantShown(
                row.id,
                row.kind,
                row.party,
                told.body.get("name", ""),
                told.body.get("function", ""),
                told.body.get("meetings", ""),
                date.fromisoformat(told.body["undertaken_on"]) if told.trouble is None else None,
                people.get(row.entered_by),
                row.entered_at,
                row.ended_at,
                told.trouble,
                Act.ATTENDANT_END in may and row.ended_at is None and row.party is seat.party,
            )
            for row, told in zip(rows, opened, strict=True)
        ),
        may,
    )


def enter(
    work: UnitOfWork,
    case_id: UUID,
    *,
    kind: AttendantKind,
    name: str,
    function: str,
    meetings: str,
    undertaken_on: date,
) -> UUID:
    """Enter somebody who has signed the undertaking on paper; a lead's is of its party, others are of the ILO."""
    case, seat = admit(work, case_id, Act.ATTENDANT_ENTER, room=Room.LOGISTICS)
    check_entry(name, function, meetings, undertaken_on, work.now.date())
    row = Attendant(
        id=uuid4(),
        case_id=case.id,
        kind=kind,
        party=seat.party,
        entered_by=seat.account,
        entered_at=work.now,
    )
    body = {
        "name": name,
        "function": function,
        "meetings": meetings,
        "undertaken_on": undertaken_on.isoformat(),
        "kind": kind.value,
    }
    row.sealed_body = rooms.seal(work, case, Room.LOGISTICS, body, row.place("body", Room.LOGISTICS))
    work.session.add(row)
    work.session.flush()
    audit.record(work, Act.ATTENDANT_ENTER, case.id, row.id, room=Room.LOGISTICS, sealed=row.sealed_body)
    return row.id


def end(work: UnitOfWork, case_id: UUID, attendant_id: UUID) -> None:
    """Say that somebody attends no further meeting; the entry stays."""
    case, seat = admit(work, case_id, Act.ATTENDANT_END, room=Room.LOGISTICS)
    row = find_attendant(work.session, case.id, attendant_id)
    if row is None or row.party is not seat.party:
        raise NotFound(attendant_id)
    if row.ended_at is not None:
        raise OutOfDate(attendant_id)
    row.ended_at = work.now
    work.session.flush()
    audit.record(work, Act.ATTENDANT_END, case.id, row.id, room=Room.LOGISTICS)
