"""Who comes to a meeting, whose word decides, and the door to one: what all acts about meetings share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from babel.core import get_global

from dialogue.domain.acts import Act
from dialogue.domain.cases import Support
from dialogue.domain.meetings import (
    RESTS,
    WEEKEND,
    MeetingKind,
    Voice,
    VoiceKind,
    decisive_voices,
    kinds_heard,
    voice_of,
)
from dialogue.domain.people import NEEDS_FACILITATION, Party, Role, Room, Seat, StaffRole, hears, rooms_of
from dialogue.errors import NotFound
from dialogue.services import cases, identity, rooms, statements
from dialogue.services.admission import admit
from dialogue.services.letters import LetterKind
from dialogue.services.rooms import Opened, Trouble
from dialogue.services.unit import UnitOfWork
from dialogue.store.accounts import accounts_among
from dialogue.store.cases import Case
from dialogue.store.meetings import Meeting, MeetingVoice, find_meeting


@dataclass(frozen=True, slots=True)
class Sitter:
    """Somebody who is asked to a meeting.

    voice   whose word this person gives when dates are decided; None where it decides nothing
    zone    the name of the time zone in which this person lives, and ``rests`` the days of rest there
    """

    account_id: UUID
    name: str = field(repr=False)
    party: Party | None
    role: Role
    voice: Voice | None
    zone: str
    rests: frozenset[int]


def enter_meeting(work: UnitOfWork, case_id: UUID, meeting_id: UUID, act: Act) -> tuple[Case, Seat, Meeting]:
    """The door to a meeting: one in a room that the seat does not hear is as if it were not there."""
    _, seat = admit(work, case_id, Act.CASE_READ)
    row = find_meeting(work.session, case_id, meeting_id, kinds_heard(rooms_of(seat)))
    case, seat = admit(work, case_id, act, room=row.room if row is not None else None)
    if row is None:
        raise NotFound(meeting_id)
    return case, seat, row


def is_facilitated(case: Case) -> bool:
    """Whether a facilitator runs the meetings of this case; otherwise the leads do."""
    return Support.FACILITATION in case.support


def kinds_for(case: Case, seat: Seat) -> tuple[MeetingKind, ...]:
    """The kinds of meetings that exist for this seat in this case."""
    heard = {room for room in rooms_of(seat) if is_facilitated(case) or room not in NEEDS_FACILITATION}
    return kinds_heard(heard)


def seats_at(work: UnitOfWork, case: Case, room: Room) -> list[Seat]:
    """Who is asked to a meeting in that room: both sides' people, or the one side's, and the facilitator."""
    return [
        seat
        for seat, _ in rooms.seats_now(work, case)
        if hears(room, seat) and (seat.party is not None or seat.role is Role.FACILITATOR)
    ]


def sitters(work: UnitOfWork, case: Case, room: Room) -> list[Sitter]:
    """The same with names and time zones: side by side, whoever decides first."""
    seats = {seat.account: seat for seat in seats_at(work, case, room)}
    found = []
    for account in accounts_among(work.session, seats):
        seat = seats[account.id]
        name = identity.person_shown(work, account).name
        voice = voice_of(seat.party, seat.role, speaks=seat.speaks)
        zone = account.timezone
        found.append(Sitter(account.id, name, seat.party, seat.role, voice, zone, rests_in(zone)))
    return sorted(found, key=_order)


def rests_in(zone: str) -> frozenset[int]:
    """The days of rest of the country in which a time zone lies."""
    return RESTS.get(get_global("zone_territories").get(zone, ""), WEEKEND)


def voices_needed(case: Case, kind: MeetingKind) -> tuple[Voice, ...]:
    return decisive_voices(kind, facilitated=is_facilitated(case))


def say(work: UnitOfWork, case: Case, meeting: Meeting, kind: VoiceKind) -> MeetingVoice:
    """Note what the actor says of a meeting as a whole, sealed together with what it is said of."""
    row = MeetingVoice(
        id=uuid4(),
        case_id=case.id,
        meeting_id=meeting.id,
        kind=kind,
        sequence=meeting.sequence,
        account_id=work.person.account_id,
        said_at=work.now,
    )
    row.sealed_body = rooms.seal(work, case, meeting.room, _said(row, meeting), row.place("body", meeting.room))
    work.session.add(row)
    work.session.flush()
    return row


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a meeting at its present time.

    voices      those that were sealed as they stand there, or before the reader's keys begin
    is_altered  there is one that was not, and that counts for nothing
    """

    voices: list[MeetingVoice]
    is_altered: bool


def heard(work: UnitOfWork, case: Case, meeting: Meeting, rows: Sequence[MeetingVoice]) -> Said:
    """Hold what was said of a meeting at its present time against how it was sealed."""
    current = [row for row in rows if row.sequence == meeting.sequence]
    opened = rooms.open_all(
        work, case, meeting.room, [(row.sealed_body, row.place("body", meeting.room)) for row in current]
    )
    voices = [row for row, told in zip(current, opened, strict=True) if _holds(row, meeting, told)]
    return Said(voices, len(voices) < len(current))


def tell(work: UnitOfWork, case: Case, meeting: Meeting, about: str) -> None:
    """Let everybody who is asked to a meeting know that something about it waits, but not the actor."""
    own = work.person.account_id
    accounts = [seat.account for seat in seats_at(work, case, meeting.room) if seat.account != own]
    cases.tell(
        work,
        accounts,
        LetterKind.WAITING,
        about=f"{meeting.id.hex}:{about}",
        case_id=meeting.case_id,
        room=meeting.room,
    )


def tell_the_desk(work: UnitOfWork, meeting: Meeting, about: str) -> None:
    """Let the coordinators know that ground is asked for, or is needed no longer."""
    accounts = sorted(statements.desk(work).of(StaffRole.COORDINATOR))
    cases.tell(
        work,
        accounts,
        LetterKind.WAITING,
        about=f"{meeting.id.hex}:{about}",
        case_id=meeting.case_id,
        room=meeting.room,
    )


def _order(one: Sitter) -> tuple[int, bool, str]:
    sides: dict[Party | None, int] = {Party.COMPANY: 0, Party.UNION: 1, None: 2}
    return sides[one.party], one.voice is None, one.name


def _said(row: MeetingVoice, meeting: Meeting) -> dict[str, object]:
    return {
        "says": row.kind.value,
        "by": str(row.account_id),
        "sequence": row.sequence,
        "begins_at": meeting.begins_at.isoformat() if meeting.begins_at is not None else None,
        "minutes": meeting.minutes,
    }


def _holds(row: MeetingVoice, meeting: Meeting, told: Opened) -> bool:
    if told.trouble is not None:
        return told.trouble is Trouble.LOCKED
    return told.body == _said(row, meeting)
