"""Meetings on neutral ground: several dates at once, confirmed when every decisive voice accepts the same one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dialogue.domain.acts import Act
from dialogue.domain.lifecycle import Lifecycle
from dialogue.domain.people import CAUCUS_OF, Party, Role, Room
from dialogue.errors import Unfit

LONGEST_TITLE = 120
LONGEST_WORDS = 3_000
LONGEST_LINE = 300
MOST_DATES = 12
SHORTEST, LONGEST = 15, 12 * 60
DRAFT_OF_MEETING = "meetings.propose"


class MeetingKind(StrEnum):
    JOINT = "joint"
    COMPANY_CAUCUS = "company_caucus"
    UNION_CAUCUS = "union_caucus"
    LOGISTICS = "logistics"


class MeetingState(StrEnum):
    """A meeting that is moved stays CONFIRMED for its former time until a new one is confirmed."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    HELD = "held"
    CANCELLED = "cancelled"


class MeetingMode(StrEnum):
    IN_PERSON = "in_person"
    REMOTE = "remote"
    BOTH = "both"


class Venue(StrEnum):
    """Whose ground it is."""

    ILO = "ilo"
    NEUTRAL = "neutral"
    LINK = "link"


class Ground(StrEnum):
    """Whether the ILO's desk is asked for a place, and whether there is one."""

    NOT_ASKED = "not_asked"
    ASKED = "asked"
    BOOKED = "booked"


class DateState(StrEnum):
    """OFFERED until every decisive voice accepts it, then ACCEPTED; CHOSEN or PASSED once one date is confirmed."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    CHOSEN = "chosen"
    PASSED = "passed"


class Answer(StrEnum):
    YES = "yes"
    IF_NEED_BE = "if_need_be"
    NO = "no"


class VoiceKind(StrEnum):
    """What somebody says of a meeting as a whole."""

    CONFIRM = "confirm"
    CANCEL = "cancel"
    ABSENT = "absent"
    HOLD = "hold"


ROOM_OF: dict[MeetingKind, Room] = {
    MeetingKind.JOINT: Room.LOGISTICS,
    MeetingKind.LOGISTICS: Room.LOGISTICS,
    MeetingKind.COMPANY_CAUCUS: Room.COMPANY_CAUCUS,
    MeetingKind.UNION_CAUCUS: Room.UNION_CAUCUS,
}
MEETING_ROOMS = (Room.LOGISTICS, Room.COMPANY_CAUCUS, Room.UNION_CAUCUS)
PARTY_OF: dict[MeetingKind, Party] = {
    kind: party for kind, room in ROOM_OF.items() for party in Party if CAUCUS_OF[party] is room
}
# Nothing about these changes any more.
OVER = frozenset({MeetingState.HELD, MeetingState.CANCELLED})
OPEN_DATES = frozenset({DateState.OFFERED, DateState.ACCEPTED})

MEETING: Lifecycle[MeetingState] = Lifecycle(
    {
        (MeetingState.PROPOSED, Act.MEETING_CONFIRM): MeetingState.CONFIRMED,
        (MeetingState.CONFIRMED, Act.MEETING_CONFIRM): MeetingState.CONFIRMED,
        (MeetingState.PROPOSED, Act.MEETING_CANCEL): MeetingState.CANCELLED,
        (MeetingState.CONFIRMED, Act.MEETING_CANCEL): MeetingState.CANCELLED,
        (MeetingState.CONFIRMED, Act.MEETING_HOLD): MeetingState.HELD,
    }
)

# Whose word counts for a date: each party through whoever speaks for it, and the facilitator.
Voice = Party | Role


def kinds_heard(rooms: Collection[Room]) -> tuple[MeetingKind, ...]:
    """The kinds of meetings that exist for somebody who hears those rooms."""
    return tuple(kind for kind in MeetingKind if ROOM_OF[kind] in rooms)


def decisive_voices(kind: MeetingKind, *, facilitated: bool) -> tuple[Voice, ...]:
    """Who has to accept a date: both parties, in a caucus the one, and the facilitator where there is one."""
    parties = (PARTY_OF[kind],) if kind in PARTY_OF else tuple(Party)
    return (*parties, Role.FACILITATOR) if facilitated else parties


def voice_of(party: Party | None, role: Role, *, speaks: bool) -> Voice | None:
    """The voice that this seat is when dates are decided; None for whoever only says when he can come."""
    if party is not None:
        return party if speaks else None
    return Role.FACILITATOR if role is Role.FACILITATOR else None


class Acceptance(StrEnum):
    """What the decisive voices make of one date."""

    AGREED = "agreed"
    REFUSED = "refused"
    OPEN = "open"


def acceptance_of(decisive: Iterable[Voice], answers: Mapping[Voice, Answer]) -> Acceptance:
    """AGREED once every decisive voice says yes or if need be; silence is not a yes, and one no is enough."""
    given = [answers.get(voice) for voice in decisive]
    if Answer.NO in given:
        return Acceptance.REFUSED
    return Acceptance.OPEN if None in given else Acceptance.AGREED


# Times where people are


class Hour(IntEnum):
    """What a slot is for somebody's day; the greater, the worse."""

    WORKING = 0
    WAKING = 1
    NIGHT = 2


WORK_BEGINS, WORK_ENDS = 8, 18
DAY_BEGINS, DAY_ENDS = 7, 22
WEEKEND = frozenset({5, 6})
# Where people rest on other days than Saturday and Sunday, by country; Monday is 0.
RESTS: dict[str, frozenset[int]] = {
    **dict.fromkeys(
        ("BD", "BH", "DZ", "EG", "IL", "IQ", "JO", "KW", "LY", "MV", "OM", "PS", "QA", "SA", "SD", "SY", "YE"),
        frozenset({4, 5}),
    ),
    "AF": frozenset({3, 4}),
    "BN": frozenset({4, 6}),
    "IN": frozenset({6}),
    "IR": frozenset({4}),
    "NP": frozenset({5}),
}


@dataclass(frozen=True, slots=True)
class LocalSlot:
    """A slot as the clock on somebody's wall shows it.

    begins, ends   with the offset of that place on that day
    is_weekend     it begins or ends on a day on which that place rests
    """

    zone: str
    begins: datetime
    ends: datetime
    hour: Hour
    is_weekend: bool


def local_slot(begins_at: datetime, minutes: int, zone: str, weekend: Collection[int] = WEEKEND) -> LocalSlot:
    """One slot in one place; the length is counted in real time, so that a change of clocks does not alter it.

    weekend   days of rest there, Monday being 0
    """
    there = zone_of(zone)
    start = begins_at.astimezone(UTC)
    begins, ends = start.astimezone(there), (start + timedelta(minutes=minutes)).astimezone(there)
    is_weekend = begins.weekday() in weekend or ends.weekday() in weekend
    if _within(begins, ends, WORK_BEGINS, WORK_ENDS) and not is_weekend:
        hour = Hour.WORKING
    elif _within(begins, ends, DAY_BEGINS, DAY_ENDS):
        hour = Hour.WAKING
    else:
        hour = Hour.NIGHT
    return LocalSlot(zone, begins, ends, hour, is_weekend)


def instant(local: datetime, zone: str) -> datetime:
    """The moment, in UTC, at which a clock in ``zone`` shows ``local``.

    raises   Unfit where the clock never shows it, or shows it twice, because it is put forward or back
    """
    there = zone_of(zone)
    first, second = (local.replace(tzinfo=there, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return first
    shown = {moment.astimezone(there).replace(tzinfo=None) for moment in (first, second)}
    raise Unfit("time_twice" if shown == {local.replace(fold=0)} else "time_never")


@lru_cache(maxsize=600)
def zone_of(name: str) -> ZoneInfo:
    """The time zone of that name; raises Unfit where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise Unfit("zone") from None


def _within(begins: datetime, ends: datetime, first: int, last: int) -> bool:
    """Whether both ends lie between two hours of one day of that place."""
    if begins.date() != ends.date():
        return False
    return begins.hour >= first and (ends.hour, ends.minute, ends.second) <= (last, 0, 0)


# Which date suits best


@dataclass(frozen=True, slots=True)
class Candidate:
    """One date with everything that its place in the list is decided by.

    answers   of the decisive voices that have answered
    others    of everybody else who has answered
    hours     what the slot is for each person's day
    """

    id: UUID
    begins_at: datetime
    decisive: tuple[Voice, ...]
    answers: Mapping[Voice, Answer] = field(repr=False)
    others: Sequence[Answer] = field(repr=False)
    hours: Sequence[Hour] = field(repr=False)

    @property
    def acceptance(self) -> Acceptance:
        return acceptance_of(self.decisive, self.answers)

    @property
    def missing(self) -> tuple[Voice, ...]:
        """Whose answer is still waited for."""
        return tuple(voice for voice in self.decisive if voice not in self.answers)


def best_first(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The dates in the order in which they suit, the best first.

    A date to which a decisive voice says no comes last. Before it: the fewest decisive answers missing, the fewest
    decisive "if need be", the fewest others who cannot, the fewest others for whom it is "if need be", the fewest
    people whose night it is, the fewest outside their working hours; and what still ties, by time.
    """
    return sorted(candidates, key=_suits)


def _suits(one: Candidate) -> tuple[int | datetime, ...]:
    decisive = [one.answers[voice] for voice in one.decisive if voice in one.answers]
    return (
        decisive.count(Answer.NO),
        len(one.missing),
        decisive.count(Answer.IF_NEED_BE),
        list(one.others).count(Answer.NO),
        list(one.others).count(Answer.IF_NEED_BE),
        sum(hour is Hour.NIGHT for hour in one.hours),
        sum(hour is not Hour.WORKING for hour in one.hours),
        one.begins_at,
    )


# What may be proposed


@dataclass(frozen=True, slots=True)
class Offer:
    """One date as it is offered."""

    begins_at: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class Details:
    """Everything about a meeting that is said in words; it is only ever in the meeting's room.

    languages   pairs (from, to) of interpretation
    """

    title: str = field(default="", repr=False)
    purpose: str = field(default="", repr=False)
    mode: MeetingMode = MeetingMode.IN_PERSON
    venue: Venue | None = None
    address: str = field(default="", repr=False)
    link: str = field(default="", repr=False)
    languages: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    access: str = field(default="", repr=False)
    reading: str = field(default="", repr=False)
    arrival: str = field(default="", repr=False)


def check_details(details: Details) -> None:
    """Raise Unfit unless the words are within measure and the link is one that a browser may open."""
    if not details.title.strip() or len(details.title) > LONGEST_TITLE:
        raise Unfit("meeting_title")
    words = (details.purpose, details.access, details.reading, details.arrival, details.address)
    if any(len(one) > LONGEST_WORDS for one in words):
        raise Unfit("meeting_words")
    if len(details.link) > LONGEST_LINE or (details.link and not details.link.startswith("https://")):
        raise Unfit("meeting_link")
    if any(source == target for source, target in details.languages):
        raise Unfit("meeting_languages")


def check_offers(offers: Sequence[Offer], now: datetime, present: Collection[datetime] = ()) -> None:
    """Raise Unfit unless there are some dates, not too many, each to come, of a fit length, and none twice.

    present   the beginnings of what is offered already
    """
    if not offers:
        raise Unfit("dates_none")
    if len(offers) + len(present) > MOST_DATES:
        raise Unfit("dates_many")
    if any(one.begins_at <= now for one in offers):
        raise Unfit("dates_past")
    if any(not SHORTEST <= one.minutes <= LONGEST for one in offers):
        raise Unfit("dates_length")
    beginnings = [one.begins_at for one in offers]
    if len(set(beginnings)) < len(beginnings) or set(beginnings) & set(present):
        raise Unfit("dates_twice")
