"""Meetings: proposed, moved, cancelled and held; where they take place, and what they need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.cases import Support
from dialogue.domain.meetings import (
    DRAFT_OF_MEETING,
    MEETING,
    OPEN_DATES,
    OVER,
    ROOM_OF,
    Details,
    Ground,
    MeetingKind,
    MeetingMode,
    MeetingState,
    Offer,
    Venue,
    Voice,
    VoiceKind,
    check_details,
)
from dialogue.domain.people import Room, Seat
from dialogue.errors import IllegalTransition, OutOfDate, SealBroken, Unfit
from dialogue.services import audit, cases, convening, dates, drafts, identity, rooms
from dialogue.services.admission import acts_open, admit
from dialogue.services.cases import CaseHead
from dialogue.services.convening import Sitter, enter_meeting
from dialogue.services.dates import DateShown, PlaceSlot
from dialogue.services.identity import Person
from dialogue.services.rooms import Opened, Trouble
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.meetings import (
    Meeting,
    MeetingBooking,
    MeetingVoice,
    bookings_of,
    kinds_heard_by,
    meetings_of,
    next_meeting,
    open_dates_of,
    timed_meetings,
    voices_of,
)

_ACTS = frozenset(act for act in Act if act.value.startswith("meeting:"))
_CAUCUSES = (MeetingKind.COMPANY_CAUCUS, MeetingKind.UNION_CAUCUS)


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """What a calendar may know of a meeting: no word of it is sealed.

    sequence   raised whenever its time is confirmed, moved or cancelled
    state      CONFIRMED or HELD: it stands; CANCELLED: it is to be taken off
    """

    meeting_id: UUID
    case_id: UUID
    sequence: int
    kind: MeetingKind
    state: MeetingState
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class BookingShown:
    """The ground that the desk has booked; of a former time where ``is_current`` is false."""

    venue: Venue | None
    address: str = field(repr=False)
    link: str = field(repr=False)
    words: str = field(repr=False)
    booked_at: datetime
    booked_by: Person | None = field(repr=False)
    is_current: bool
    trouble: Trouble | None


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """One meeting in the list.

    title      empty where it does not open; ``trouble`` says why
    is_moving  other dates are offered while its time still stands
    """

    id: UUID
    kind: MeetingKind
    room: Room
    state: MeetingState
    begins_at: datetime | None
    ends_at: datetime | None
    proposed_at: datetime
    title: str = field(repr=False)
    mode: MeetingMode | None
    trouble: Trouble | None
    ground: Ground
    is_moving: bool
    is_past: bool


@dataclass(frozen=True, slots=True)
class Meetings:
    """The meetings of a case that exist for the reader.

    kinds   those that the reader can propose
    """

    head: CaseHead
    to_come: tuple[MeetingLine, ...]
    looked_for: tuple[MeetingLine, ...]
    over: tuple[MeetingLine, ...]
    kinds: tuple[MeetingKind, ...]


@dataclass(frozen=True, slots=True)
class MeetingShown:
    """One meeting.

    dates           those that can be answered, the best first
    places          what the clocks show at its time where everybody lives
    absent          who has said that he cannot come at its present time
    cancelling      who has asked to cancel it, and ``cancel_missing`` whose yes to that is waited for
    confirmed_at    when its present time was confirmed, and by whom
    is_altered      something that was said of its present time, or answered to a date that is settled, was altered
    may             what the reader can do about it now
    may_take_back   it can be cancelled at once: nothing is agreed yet, or its time is over
    needs_ground    the desk can be asked for a place
    """

    head: CaseHead
    id: UUID
    kind: MeetingKind
    room: Room
    state: MeetingState
    sequence: int
    edition: int
    begins_at: datetime | None
    ends_at: datetime | None
    minutes: int | None
    proposed_at: datetime
    proposed_by: Person | None = field(repr=False)
    details: Details = field(repr=False)
    trouble: Trouble | None
    ground: Ground
    booking: BookingShown | None = field(repr=False)
    people: tuple[Sitter, ...] = field(repr=False)
    needed: tuple[Voice, ...]
    dates: tuple[DateShown, ...]
    places: tuple[PlaceSlot, ...]
    absent: tuple[Sitter, ...] = field(repr=False)
    cancelling: tuple[Sitter, ...] = field(repr=False)
    cancel_missing: tuple[Voice, ...]
    confirmed_at: datetime | None
    confirmed_by: Sitter | None = field(repr=False)
    is_altered: bool
    is_absent: bool
    is_past: bool
    may: frozenset[Act]
    may_take_back: bool
    needs_ground: bool

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @property
    def is_moving(self) -> bool:
        return self.state is MeetingState.CONFIRMED and bool(self.dates)


@dataclass(frozen=True, slots=True)
class Proposing:
    """What somebody needs to know before proposing a meeting.

    kinds          those that can be proposed
    people         who is asked to a meeting of each kind
    needs_ground   the desk can be asked for a place
    """

    head: CaseHead
    kinds: tuple[MeetingKind, ...]
    people: dict[MeetingKind, tuple[Sitter, ...]] = field(repr=False)
    needs_ground: bool


@dataclass(frozen=True, slots=True)
class Next:
    """The meeting that comes first, for the page of the case; no word of it is opened for that."""

    id: UUID
    kind: MeetingKind
    begins_at: datetime
    ends_at: datetime | None


def index(work: UnitOfWork, case_id: UUID) -> Meetings:
    """Every meeting that exists for the reader; of the other side's caucus not even how many there are."""
    case, seat = admit(work, case_id, Act.MEETING_READ, room=Room.LOGISTICS)
    rows = meetings_of(work.session, case.id, convening.kinds_for(case, seat))
    moving = {row.meeting_id for row in open_dates_of(work.session, [row.id for row in rows])}
    told = _bodies(work, case, rows)
    lines = [_line(work, row, told[row.id], row.id in moving) for row in rows]
    for room in {Room.LOGISTICS, *(row.room for row in rows)}:
        audit.record(work, Act.MEETING_READ, case.id, room=room)
    return Meetings(
        cases.head(work, case, seat),
        tuple(one for one in lines if one.state is MeetingState.CONFIRMED),
        tuple(one for one in lines if one.state is MeetingState.PROPOSED),
        tuple(reversed([one for one in lines if one.state in OVER])),
        _kinds_proposed(work, case, seat),
    )


def look_before_proposing(work: UnitOfWork, case_id: UUID) -> Proposing:
    """Who would be asked; refused as the proposing itself would be."""
    case, seat = admit(work, case_id, Act.MEETING_PROPOSE, room=Room.LOGISTICS)
    kinds = _kinds_proposed(work, case, seat)
    by_room = {room: tuple(convening.sitters(work, case, room)) for room in {ROOM_OF[kind] for kind in kinds}}
    people = {kind: by_room[ROOM_OF[kind]] for kind in kinds}
    return Proposing(cases.head(work, case, seat), kinds, people, _ground_is_asked(case))


def propose(
    work: UnitOfWork,
    case_id: UUID,
    *,
    kind: MeetingKind,
    details: Details,
    offers: Sequence[Offer],
    asks_ground: bool = False,
) -> UUID:
    """Propose a meeting with several dates at once; everybody who hears its room is asked when he can come."""
    case, seat = admit(work, case_id, Act.MEETING_PROPOSE, room=ROOM_OF[kind])
    check_details(details)
    row = Meeting(
        id=uuid4(),
        case_id=case.id,
        kind=kind,
        state=MeetingState.PROPOSED,
        ground=Ground.NOT_ASKED,
        sequence=0,
        edition=1,
        proposed_by=seat.account,
        proposed_at=work.now,
        state_since=work.now,
        ground_since=work.now,
    )
    _ask_for_ground(work, case, row, details, asks_ground=asks_ground)
    row.sealed_body = rooms.seal(work, case, row.room, _body(row, details), row.place("body", row.room))
    work.session.add(row)
    work.session.flush()
    dates.add(work, case, row, offers)
    drafts.discard(work, case.id, DRAFT_OF_MEETING)
    audit.record(work, Act.MEETING_PROPOSE, case.id, row.id, room=row.room, sealed=row.sealed_body)
    convening.tell(work, case, row, "proposed")
    return row.id


def edit(
    work: UnitOfWork,
    case_id: UUID,
    meeting_id: UUID,
    *,
    details: Details,
    seen_edition: int,
    asks_ground: bool = False,
) -> None:
    """Write what a meeting is about, where it is and what it needs anew; its dates are not touched.

    raises   OutOfDate where somebody has written it meanwhile
    """
    case, _, row = enter_meeting(work, case_id, meeting_id, Act.MEETING_EDIT)
    if row.state in OVER or row.edition != seen_edition:
        raise OutOfDate(meeting_id)
    check_details(details)
    _ask_for_ground(work, case, row, details, asks_ground=asks_ground)
    row.edition += 1
    row.sealed_body = rooms.seal(work, case, row.room, _body(row, details), row.place("body", row.room))
    work.session.flush()
    drafts.discard(work, case.id, draft_of_editing(row.id))
    audit.record(work, Act.MEETING_EDIT, case.id, row.id, room=row.room, sealed=row.sealed_body)
    convening.tell(work, case, row, f"edited:{row.edition}")


def show(work: UnitOfWork, case_id: UUID, meeting_id: UUID) -> MeetingShown:
    """One meeting with its dates, everybody's clock and everybody's answer."""
    return look_before(work, case_id, meeting_id, Act.MEETING_READ)


def look_before(work: UnitOfWork, case_id: UUID, meeting_id: UUID, act: Act) -> MeetingShown:
    """The same for whoever is about to do ``act``; refused as the act itself would be."""
    case, seat, row = enter_meeting(work, case_id, meeting_id, act)
    may = acts_open(work, case, seat, row.room) & _ACTS
    people = convening.sitters(work, case, row.room)
    told = _bodies(work, case, [row])[row.id]
    heard = convening.heard(work, case, row, voices_of(work.session, [row.id]))
    said = heard.voices
    by_account = {person.account_id: person for person in people}
    may_confirm = Act.MEETING_CONFIRM in may
    offered = tuple(dates.shown(work, case, row, people, may_confirm=may_confirm)) if row.state not in OVER else ()
    confirmed = next((one for one in reversed(said) if one.kind is VoiceKind.CONFIRM), None)
    audit.record(work, Act.MEETING_READ, case.id, row.id, room=row.room)
    return MeetingShown(
        cases.head(work, case, seat),
        row.id,
        row.kind,
        row.room,
        row.state,
        row.sequence,
        row.edition,
        row.begins_at,
        row.ends_at,
        row.minutes,
        row.proposed_at,
        identity.people(work, [row.proposed_by]).get(row.proposed_by),
        _details(told),
        told.trouble,
        row.ground,
        _booking(work, case, row),
        tuple(people),
        convening.voices_needed(case, row.kind),
        offered,
        dates.places(work, row.begins_at, row.minutes, people) if row.begins_at and row.minutes else (),
        tuple(by_account[account] for account in _who(said, VoiceKind.ABSENT) if account in by_account),
        tuple(by_account[account] for account in _who(said, VoiceKind.CANCEL) if account in by_account),
        _cancel_missing(case, row, said, people),
        confirmed.said_at if confirmed is not None else None,
        by_account.get(confirmed.account_id) if confirmed is not None else None,
        dates.is_settled_altered(work, case, row) or heard.is_altered,
        seat.account in _who(said, VoiceKind.ABSENT),
        _is_past(row, work.now),
        _possible(work, seat, row, said, offered, may),
        _may_take_back(row, work.now, may),
        _ground_is_asked(case) and row.kind not in _CAUCUSES,
    )


def cancel(work: UnitOfWork, case_id: UUID, meeting_id: UUID, *, seen_sequence: int) -> bool:
    """Ask to cancel a meeting, or agree to it; gives whether it is cancelled by that.

    What is only proposed is taken back at once by whoever runs the meetings, and so is a meeting whose time has
    passed without it. Otherwise all who decide must agree, but nobody waits for one who has said that he cannot come.

    raises   OutOfDate where its time was moved, or it is over
    """
    case, seat, row = enter_meeting(work, case_id, meeting_id, Act.MEETING_CANCEL)
    if row.state in OVER or row.sequence != seen_sequence:
        raise OutOfDate(meeting_id)
    said = convening.heard(work, case, row, voices_of(work.session, [row.id])).voices
    may = acts_open(work, case, seat, row.room)
    at_once = _may_take_back(row, work.now, may)
    if row.state is MeetingState.PROPOSED and not at_once:
        raise IllegalTransition(Act.MEETING_CANCEL)
    if seat.account not in _who(said, VoiceKind.CANCEL):
        said = [*said, convening.say(work, case, row, VoiceKind.CANCEL)]
    people = convening.sitters(work, case, row.room)
    is_done = at_once or not _cancel_missing(case, row, said, people)
    audit.record(work, Act.MEETING_CANCEL, case.id, row.id, room=row.room, sealed=said[-1].sealed_body)
    if is_done:
        _end(work, row, Act.MEETING_CANCEL)
        row.sequence += 1
        work.session.flush()
        if row.ground is not Ground.NOT_ASKED:
            convening.tell_the_desk(work, row, f"ground:{row.sequence}")
    convening.tell(work, case, row, f"cancelled:{row.sequence}:{is_done}")
    return is_done


def keep(work: UnitOfWork, case_id: UUID, meeting_id: UUID) -> None:
    """Let a meeting stand that somebody has asked to cancel; raises OutOfDate where nobody asks for it any more."""
    case, _, row = enter_meeting(work, case_id, meeting_id, Act.MEETING_KEEP)
    asked = [one for one in voices_of(work.session, [row.id]) if one.kind is VoiceKind.CANCEL]
    if row.state in OVER or not asked:
        raise OutOfDate(meeting_id)
    for one in asked:
        one.taken_back_at = work.now
    work.session.flush()
    audit.record(work, Act.MEETING_KEEP, case.id, row.id, room=row.room)
    convening.tell(work, case, row, f"kept:{asked[-1].id.hex}")


def stay_away(work: UnitOfWork, case_id: UUID, meeting_id: UUID, *, seen_sequence: int) -> None:
    """Say that one cannot come after all: it shows at once, everybody is told, and no reason is asked for."""
    case, seat, row = enter_meeting(work, case_id, meeting_id, Act.MEETING_ABSENT)
    if row.state is not MeetingState.CONFIRMED or row.sequence != seen_sequence or _is_past(row, work.now):
        raise OutOfDate(meeting_id)
    if seat.account in _who(voices_of(work.session, [row.id]), VoiceKind.ABSENT, row.sequence):
        return
    said = convening.say(work, case, row, VoiceKind.ABSENT)
    audit.record(work, Act.MEETING_ABSENT, case.id, row.id, room=row.room, sealed=said.sealed_body)
    convening.tell(work, case, row, f"absent:{said.id.hex}")


def come_after_all(work: UnitOfWork, case_id: UUID, meeting_id: UUID) -> None:
    """Take back that one cannot come; raises OutOfDate where that was not said of its present time."""
    case, seat, row = enter_meeting(work, case_id, meeting_id, Act.MEETING_COME)
    own = [
        one
        for one in voices_of(work.session, [row.id])
        if (one.kind, one.account_id, one.sequence) == (VoiceKind.ABSENT, seat.account, row.sequence)
    ]
    if row.state is not MeetingState.CONFIRMED or not own:
        raise OutOfDate(meeting_id)
    for one in own:
        one.taken_back_at = work.now
    work.session.flush()
    audit.record(work, Act.MEETING_COME, case.id, row.id, room=row.room)
    convening.tell(work, case, row, f"comes:{own[-1].id.hex}")


def book(
    work: UnitOfWork,
    case_id: UUID,
    meeting_id: UUID,
    *,
    venue: Venue,
    address: str,
    link: str,
    words: str,
    seen_sequence: int,
) -> None:
    """Say which ground the desk has booked for a meeting's time, or that it is another by now.

    raises   OutOfDate where the meeting has been moved or is over, so that the ground would be booked for another time
    """
    case, seat, row = enter_meeting(work, case_id, meeting_id, Act.MEETING_BOOK)
    if row.state is not MeetingState.CONFIRMED or row.sequence != seen_sequence or row.ground is Ground.NOT_ASKED:
        raise OutOfDate(meeting_id)
    if not address.strip() and not link.strip():
        raise Unfit("ground_where")
    check_details(Details(title="-", address=address, link=link, arrival=words))
    booking = MeetingBooking(
        id=uuid4(),
        case_id=case.id,
        meeting_id=row.id,
        sequence=row.sequence,
        booked_by=seat.account,
        booked_at=work.now,
    )
    body = {"venue": venue.value, "address": address, "link": link, "words": words, **_booked(booking)}
    booking.sealed_body = rooms.seal(work, case, row.room, body, booking.place("body", row.room))
    work.session.add(booking)
    row.ground, row.ground_since = Ground.BOOKED, work.now
    work.session.flush()
    drafts.discard(work, case.id, draft_of_booking(row.id))
    audit.record(work, Act.MEETING_BOOK, case.id, row.id, room=row.room, sealed=booking.sealed_body)
    convening.tell(work, case, row, f"booked:{booking.id.hex}")


def hold(work: UnitOfWork, case_id: UUID, meeting_id: UUID, *, seen_sequence: int) -> None:
    """Note that a meeting was held, once its end has passed.

    raises   OutOfDate where it was moved meanwhile, IllegalTransition before its end
    """
    case, _, row = enter_meeting(work, case_id, meeting_id, Act.MEETING_HOLD)
    if row.state is not MeetingState.CONFIRMED or row.sequence != seen_sequence:
        raise OutOfDate(meeting_id)
    if not _is_past(row, work.now):
        raise IllegalTransition(Act.MEETING_HOLD)
    _end(work, row, Act.MEETING_HOLD)
    said = convening.say(work, case, row, VoiceKind.HOLD)
    audit.record(work, Act.MEETING_HOLD, case.id, row.id, room=row.room, sealed=said.sealed_body)


def coming(work: UnitOfWork, case: Case, seat: Seat) -> Next | None:
    """The confirmed meeting that comes first for this seat."""
    row = next_meeting(work.session, case.id, convening.kinds_for(case, seat), work.now)
    if row is None or row.begins_at is None:
        return None
    return Next(row.id, row.kind, row.begins_at, row.ends_at)


def attendees(work: UnitOfWork, case: Case, row: Meeting) -> tuple[UUID, ...]:
    """The accounts of everybody who is asked to a meeting; it needs no key."""
    return tuple(sorted(seat.account for seat in convening.seats_at(work, case, row.room)))


def calendar_of(work: UnitOfWork, account_id: UUID) -> list[CalendarEntry]:
    """Every meeting with a time to which somebody is asked, across all cases, cancelled ones too, by time.

    It needs no key and nobody who is signed in: rows decide, and times and kinds are in clear. Of a caucus only its
    own side and the facilitator get the times.
    """
    found = timed_meetings(work.session, kinds_heard_by(work.session, account_id, work.now))
    return [entry for row in found if (entry := _entry(row)) is not None]


def calendar_entry(work: UnitOfWork, case_id: UUID, meeting_id: UUID) -> CalendarEntry:
    """One meeting as a calendar may know it; raises OutOfDate while it has no time."""
    _, _, row = enter_meeting(work, case_id, meeting_id, Act.MEETING_READ)
    entry = _entry(row)
    if entry is None:
        raise OutOfDate(meeting_id)
    return entry


def draft_of_editing(meeting_id: UUID) -> str:
    """The word under which the words about a meeting are kept until they are sent."""
    return f"meetings.edit:{meeting_id}"


def draft_of_booking(meeting_id: UUID) -> str:
    """The same for what is booked."""
    return f"meetings.book:{meeting_id}"


def _entry(row: Meeting) -> CalendarEntry | None:
    if row.begins_at is None or row.ends_at is None:
        return None
    return CalendarEntry(row.id, row.case_id, row.sequence, row.kind, row.state, row.begins_at, row.ends_at)


def _kinds_proposed(work: UnitOfWork, case: Case, seat: Seat) -> tuple[MeetingKind, ...]:
    return tuple(
        kind
        for kind in convening.kinds_for(case, seat)
        if Act.MEETING_PROPOSE in acts_open(work, case, seat, ROOM_OF[kind])
    )


def _possible(
    work: UnitOfWork,
    seat: Seat,
    row: Meeting,
    said: Sequence[MeetingVoice],
    offered: Sequence[DateShown],
    may: frozenset[Act],
) -> frozenset[Act]:
    """Of what the policy opens to this seat that which makes sense of this meeting now."""
    if row.state in OVER:
        return may & {Act.MEETING_READ}
    is_confirmed, passed = row.state is MeetingState.CONFIRMED, _is_past(row, work.now)
    has_asked = seat.account in _who(said, VoiceKind.CANCEL)
    is_absent = seat.account in _who(said, VoiceKind.ABSENT)
    impossible = {
        Act.MEETING_ANSWER: all(one.is_past for one in offered),
        Act.MEETING_CONFIRM: not any(one.may_confirm for one in offered),
        Act.MEETING_CANCEL: has_asked or not (is_confirmed or _may_take_back(row, work.now, may)),
        Act.MEETING_KEEP: not _who(said, VoiceKind.CANCEL),
        Act.MEETING_ABSENT: not is_confirmed or is_absent or passed,
        Act.MEETING_COME: not is_confirmed or not is_absent or passed,
        Act.MEETING_BOOK: not is_confirmed or row.ground is Ground.NOT_ASKED,
        Act.MEETING_HOLD: not is_confirmed or not passed,
    }
    return frozenset(act for act in may if not impossible.get(act, False))


def _may_take_back(row: Meeting, now: datetime, may: frozenset[Act]) -> bool:
    """Whoever runs the meetings ends at once what nobody has agreed to, and what did not take place."""
    runs_it = Act.MEETING_HOLD in may
    return runs_it and (row.state is MeetingState.PROPOSED or _is_past(row, now)) and row.state not in OVER


def _is_past(row: Meeting, now: datetime) -> bool:
    return row.ends_at is not None and row.ends_at <= now


def _who(said: Sequence[MeetingVoice], kind: VoiceKind, sequence: int | None = None) -> list[UUID]:
    """Who has said that, each once, in the order in which it was said."""
    found = [one.account_id for one in said if one.kind is kind and sequence in {None, one.sequence}]
    return list(dict.fromkeys(found))


def _cancel_missing(
    case: Case, row: Meeting, said: Sequence[MeetingVoice], people: Sequence[Sitter]
) -> tuple[Voice, ...]:
    """Whose yes to the cancelling is waited for: of those who sit here, and who have not said that they cannot come."""
    if not _who(said, VoiceKind.CANCEL):
        return ()
    spoken = set(_who(said, VoiceKind.CANCEL)) | set(_who(said, VoiceKind.ABSENT))
    given = {person.voice for person in people if person.account_id in spoken}
    seated = {person.voice for person in people}
    return tuple(voice for voice in convening.voices_needed(case, row.kind) if voice in seated and voice not in given)


def _end(work: UnitOfWork, row: Meeting, act: Act) -> None:
    row.state, row.state_since = MEETING.after(row.state, act), work.now
    dates.pass_by(work, [one for one in open_dates_of(work.session, [row.id]) if one.state in OPEN_DATES])


def _ground_is_asked(case: Case) -> bool:
    return Support.NEUTRAL_GROUND in case.support


def _ask_for_ground(work: UnitOfWork, case: Case, row: Meeting, details: Details, *, asks_ground: bool) -> None:
    """Ask the desk for a place, or no longer; raises Unfit where there is nothing that it could book."""
    if asks_ground and (not _ground_is_asked(case) or row.kind in _CAUCUSES or details.mode is MeetingMode.REMOTE):
        raise Unfit("meeting_ground")
    if asks_ground is (row.ground is not Ground.NOT_ASKED):
        return
    row.ground, row.ground_since = (Ground.ASKED if asks_ground else Ground.NOT_ASKED), work.now
    if row.state is MeetingState.CONFIRMED:
        convening.tell_the_desk(work, row, f"ground:{row.sequence}:{row.edition}")


def _body(row: Meeting, details: Details) -> dict[str, Any]:
    """What is sealed of a meeting; its kind is said again inside the seal."""
    return {**asdict(details), "languages": [list(pair) for pair in details.languages], "kind": row.kind.value}


def _bodies(work: UnitOfWork, case: Case, rows: Sequence[Meeting]) -> dict[UUID, Opened]:
    """The words of those meetings, room by room."""
    found = {}
    for room in {row.room for row in rows}:
        there = [row for row in rows if row.room is room]
        opened = rooms.open_all(work, case, room, [(row.sealed_body, row.place("body", room)) for row in there])
        for row, told in zip(there, opened, strict=True):
            is_other = told.trouble is None and told.body.get("kind") != row.kind.value
            found[row.id] = Opened(trouble=Trouble.BROKEN) if is_other else told
    return found


def _details(told: Opened) -> Details:
    if told.trouble is not None:
        return Details()
    body = dict(told.body)
    body.pop("kind")
    try:
        return Details(
            **{
                **body,
                "mode": MeetingMode(body["mode"]),
                "venue": Venue(body["venue"]) if body["venue"] else None,
                "languages": tuple((source, target) for source, target in body["languages"]),
            }
        )
    except (KeyError, TypeError, ValueError):
        raise SealBroken from None


def _booked(row: MeetingBooking) -> dict[str, Any]:
    return {"by": str(row.booked_by), "sequence": row.sequence}


def _booking(work: UnitOfWork, case: Case, row: Meeting) -> BookingShown | None:
    rows = bookings_of(work.session, [row.id])
    if not rows:
        return None
    last = rows[-1]
    told = rooms.open_all(work, case, row.room, [(last.sealed_body, last.place("body", row.room))])[0]
    if told.trouble is None and {name: told.body.get(name) for name in _booked(last)} != _booked(last):
        told = Opened(trouble=Trouble.BROKEN)
    return BookingShown(
        Venue(told.body["venue"]) if told.trouble is None else None,
        told.body.get("address", ""),
        told.body.get("link", ""),
        told.body.get("words", ""),
        last.booked_at,
        identity.people(work, [last.booked_by]).get(last.booked_by),
        row.ground is Ground.BOOKED and last.sequence == row.sequence,
        told.trouble,
    )


def _line(work: UnitOfWork, row: Meeting, told: Opened, has_dates: bool) -> MeetingLine:
    details = _details(told)
    return MeetingLine(
        row.id,
        row.kind,
        row.room,
        row.state,
        row.begins_at,
        row.ends_at,
        row.proposed_at,
        details.title,
        details.mode if told.trouble is None else None,
        told.trouble,
        row.ground,
        row.state is MeetingState.CONFIRMED and has_dates,
        _is_past(row, work.now),
    )
