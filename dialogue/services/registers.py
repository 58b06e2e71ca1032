"""The register of a meeting: who came, arrived and left; kept by whoever runs meetings, corrected with its history."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.attendants import AttendantKind
from dialogue.domain.holding import Presence, check_register, check_spoken, is_joint
from dialogue.domain.meetings import PARTY_OF, MeetingKind, MeetingState
from dialogue.domain.people import Party, Role, Room
from dialogue.errors import IllegalTransition, OutOfDate, Unfit
from dialogue.services import audit, cases, convening, identity, meetings, recusals, rooms
from dialogue.services.admission import acts_open
from dialogue.services.cases import CaseHead
from dialogue.services.convening import enter_meeting
from dialogue.services.identity import Person
from dialogue.services.recusals import RecusalShown
from dialogue.services.rooms import Opened, Trouble
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.holding import Register, registers_of
from dialogue.store.meetings import Meeting
from dialogue.store.participants import Attendant, attendants_of

_HAS_BEEN = frozenset({MeetingState.CONFIRMED, MeetingState.HELD})


@dataclass(frozen=True, slots=True)
class Comer:
    """Somebody who can be in the register: one with a seat, or an interpreter or observer entered on paper.

    kind           of a paper entry; None of a seat, and then ``role`` is told
    undertaken_on  the day on which the undertaking was signed on paper
    """

    who: UUID
    name: str = field(repr=False)
    party: Party | None
    role: Role | None
    kind: AttendantKind | None
    undertaken_on: date | None = None


@dataclass(frozen=True, slots=True)
class PresenceShown:
    """Somebody who came, and from when to when."""

    comer: Comer
    arrived: datetime
    left: datetime


@dataclass(frozen=True, slots=True)
class Keeping:
    """The register as somebody kept or corrected it; with a ``trouble`` nobody can say who came."""

    number: int
    keeper: Person | None = field(repr=False)
    made_at: datetime
    began_at: datetime
    ended_at: datetime
    people: int
    languages: tuple[str, ...]
    present: tuple[PresenceShown, ...] = field(repr=False)
    words: str = field(repr=False)
    trouble: Trouble | None


@dataclass(frozen=True, slots=True)
class RegisterShown:
    """The register of one meeting.

    keepings   every keeping of it, the one that holds first; empty where nobody has kept it
    could_come everybody who can be entered
    """

    head: CaseHead
    meeting_id: UUID
    kind: MeetingKind
    room: Room
    begins_at: datetime
    ends_at: datetime
    keepings: tuple[Keeping, ...]
    could_come: tuple[Comer, ...]
    recusals: tuple[RecusalShown, ...]
    may: frozenset[Act]

    @property
    def kept(self) -> Keeping | None:
        return self.keepings[0] if self.keepings else None


def show(work: UnitOfWork, case_id: UUID, meeting_id: UUID) -> RegisterShown:
    """The register as both sides, or those of a caucus, see it, with everything that was corrected in it."""
    return look_before(work, case_id, meeting_id, Act.REGISTER_READ)


def look_before(work: UnitOfWork, case_id: UUID, meeting_id: UUID, act: Act) -> RegisterShown:
    """The same for whoever is about to keep it; refused as keeping it would be."""
    case, seat, meeting = enter_meeting(work, case_id, meeting_id, act)
    begins_at, ends_at = _times(meeting, act)
    rows = registers_of(work.session, case.id, meeting.id)
    opened = _open(work, case, meeting, rows)
    comers = _comers(work, case, meeting)
    known = comers | _former(work, opened, comers)
    people = identity.people(work, {row.keeper_id for row in rows})
    noted = recusals.at_meeting(work, case, seat, meeting.id) if is_joint(meeting.kind) else ()
    may = acts_open(work, case, seat, meeting.room) & {Act.REGISTER_KEEP}
    audit.record(work, Act.REGISTER_READ, case.id, meeting.id, room=meeting.room)
    return RegisterShown(
        cases.head(work, case, seat),
        meeting.id,
        meeting.kind,
        meeting.room,
        begins_at,
        ends_at,
        tuple(
            Keeping(
                row.number,
                people.get(row.keeper_id),
                row.made_at,
                row.began_at,
                row.ended_at,
                row.people,
                tuple(row.languages.split()),
                tuple(_present(one, known) for one in told.body.get("people", ())),
                told.body.get("words", ""),
                told.trouble,
            )
            for row, told in zip(rows, opened, strict=True)
        ),
        tuple(comers.values()),
        noted,
        may if begins_at <= work.now else frozenset(),
    )


def keep(
    work: UnitOfWork,
    case_id: UUID,
    meeting_id: UUID,
    *,
    seen: int,
    began_at: datetime,
    ended_at: datetime,
    people: Sequence[Presence],
    languages: Collection[str] = (),
    words: str = "",
) -> None:
    """Keep the register of a meeting, or correct it: what it said before stays. A meeting whose time is over was held.

    seen     how often it had been kept when the actor looked
    raises   OutOfDate when somebody has kept it meanwhile, Unfit for who can have come to it in no way
    """
    case, seat, meeting = enter_meeting(work, case_id, meeting_id, Act.REGISTER_KEEP)
    begins_at, ends_at = _times(meeting, Act.REGISTER_KEEP)
    rows = registers_of(work.session, case.id, meeting.id)
    if seen != (rows[0].number if rows else 0):
        raise OutOfDate(meeting_id)
    check_register(began_at, ended_at, people, begins_at, work.now)
    check_spoken(languages, words)
    comers = _comers(work, case, meeting)
    comers |= _former(work, _open(work, case, meeting, rows), comers)
    _check_comers(people, comers, began_at)
    row = Register(
        id=uuid4(),
        case_id=case.id,
        meeting_id=meeting.id,
        room=meeting.room,
        number=seen + 1,
        began_at=began_at,
        ended_at=ended_at,
        people=len(people),
        languages=" ".join(sorted(set(languages))),
        keeper_id=seat.account,
        made_at=work.now,
    )
    body = {"people": [_written(one, comers[one.who]) for one in people], "words": words, **_bound_to(row)}
    row.sealed_body = rooms.seal(work, case, meeting.room, body, row.place("body", meeting.room))
    work.session.add(row)
    work.session.flush()
    audit.record(work, Act.REGISTER_KEEP, case.id, meeting.id, room=meeting.room, sealed=row.sealed_body)
    if meeting.state is MeetingState.CONFIRMED and ends_at <= work.now:
        meetings.hold(work, case_id, meeting.id, seen_sequence=meeting.sequence)


def _times(meeting: Meeting, act: Act) -> tuple[datetime, datetime]:
    if meeting.state not in _HAS_BEEN or meeting.begins_at is None or meeting.ends_at is None:
        raise IllegalTransition(meeting.state, act)
    return meeting.begins_at, meeting.ends_at


def _comers(work: UnitOfWork, case: Case, meeting: Meeting) -> dict[UUID, Comer]:
    """Who sits where the meeting is heard, and the interpreters and observers who may have attended it."""
    found = {
        one.account_id: Comer(one.account_id, one.name, one.party, one.role, None)
        for one in convening.sitters(work, case, meeting.room)
    }
    rows = [row for row in attendants_of(work.session, case.id) if _may_have_attended(row, meeting)]
    places = [(row.sealed_body, row.place("body", Room.LOGISTICS)) for row in rows]
    for row, told in zip(rows, rooms.open_all(work, case, Room.LOGISTICS, places), strict=True):
        if told.trouble is None:
            signed_on = date.fromisoformat(told.body["undertaken_on"])
            found[row.id] = Comer(row.id, told.body["name"], row.party, None, row.kind, signed_on)
    return found


def _may_have_attended(row: Attendant, meeting: Meeting) -> bool:
    if meeting.kind in PARTY_OF and row.party not in {None, PARTY_OF[meeting.kind]}:
        return False
    return row.ended_at is None or meeting.begins_at is None or row.ended_at > meeting.begins_at


def _former(work: UnitOfWork, opened: Sequence[Opened], present: Mapping[UUID, Comer]) -> dict[UUID, Comer]:
    """Who stands in the register and has left the dialogue since; for whom there is no name any more, none is told."""
    missing = {UUID(one["who"]): one for told in opened for one in told.body.get("people", ())}
    missing = {who: one for who, one in missing.items() if who not in present}
    names = identity.people(work, [who for who, one in missing.items() if not one["kind"]]) if missing else {}
    return {
        who: Comer(
            who,
            names[who].name if who in names else "",
            None,
            None,
            AttendantKind(one["kind"]) if one["kind"] else None,
        )
        for who, one in missing.items()
    }


def _check_comers(people: Sequence[Presence], comers: Mapping[UUID, Comer], began_at: datetime) -> None:
    if any(one.who not in comers for one in people):
        raise Unfit("register_people")
    signed = [comers[one.who].undertaken_on for one in people]
    if any(day is not None and day > began_at.date() for day in signed):
        raise Unfit("register_undertaking")


def _open(work: UnitOfWork, case: Case, meeting: Meeting, rows: Sequence[Register]) -> list[Opened]:
    """Open those keepings; one whose columns in clear say anything else than its seal counts as broken."""
    places = [(row.sealed_body, row.place("body", meeting.room)) for row in rows]
    return [
        told if told.trouble or _bound_to(row).items() <= told.body.items() else Opened(trouble=Trouble.BROKEN)
        for row, told in zip(rows, rooms.open_all(work, case, meeting.room, places), strict=True)
    ]


def _present(one: Mapping[str, Any], known: Mapping[UUID, Comer]) -> PresenceShown:
    comer = known[UUID(one["who"])]
    return PresenceShown(comer, datetime.fromisoformat(one["arrived"]), datetime.fromisoformat(one["left"]))


def _written(one: Presence, comer: Comer) -> dict[str, Any]:
    return {
        "who": str(one.who),
        "kind": comer.kind.value if comer.kind else "",
        "arrived": one.arrived.isoformat(),
        "left": one.left.isoformat(),
    }


def _bound_to(row: Register) -> dict[str, Any]:
    """What the columns in clear say, said again inside the seal: nobody alters the numbers of the report unseen."""
    return {
        "meeting": str(row.meeting_id),
        "number": row.number,
        "by": str(row.keeper_id),
        "began": row.began_at.isoformat(),
        "ended": row.ended_at.isoformat(),
        "count": row.people,
        "languages": row.languages,
    }
