"""Holding a meeting: its agenda with times, the register of who came, and who keeps out of an item."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from dialogue.domain.agenda import ItemState
from dialogue.domain.meetings import MeetingKind, MeetingState, zone_of
from dialogue.domain.people import Role, Seat
from dialogue.domain.positions import Consensus
from dialogue.errors import Unfit

USUAL_MINUTES = 30
LONGEST_LINE = 480
LATEST_START = 240
MOST_LINES = 60
LONGEST_WORDS = 120
LONGEST_REMARK = 500
MOST_PEOPLE = 200
# A register is of one meeting: nobody came before, or left after, by more than this.
WITHIN = timedelta(hours=24)
# What is spoken at meetings; more can be told in the words of the register.
SPOKEN = (
    *("en", "fr", "es", "ar", "bn", "de", "hi", "id", "it", "km", "ko", "my", "nl", "pt", "ru", "si", "ta", "th"),
    *("tr", "ur", "vi", "zh"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a meeting's agenda: an item, or a break with a word for it."""

    item: UUID | None
    minutes: int
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Presence:
    """Who came, and from when to when.

    who   an account, or the paper entry of an interpreter or observer
    """

    who: UUID
    arrived: datetime
    left: datetime


def check_programme(start: int, lines: Sequence[Line]) -> None:
    """Raise Unfit unless every line has a length within measure, no item stands twice, and each break has a word.

    start   minutes between the beginning of the meeting and its first line
    """
    if not 0 <= start <= LATEST_START:
        raise Unfit("programme_start")
    if not lines or len(lines) > MOST_LINES:
        raise Unfit("programme_lines")
    if any(not 1 <= line.minutes <= LONGEST_LINE for line in lines):
        raise Unfit("programme_minutes")
    items = [line.item for line in lines if line.item is not None]
    if len(items) != len(set(items)):
        raise Unfit("programme_twice")
    if any(line.item is None and (not line.words.strip() or len(line.words) > LONGEST_WORDS) for line in lines):
        raise Unfit("programme_break")


def times_of(begins_at: datetime, start: int, lengths: Iterable[int]) -> list[tuple[datetime, datetime]]:
    """When each line begins and ends, one after the other; counted in real time, whatever the clocks do."""
    at = begins_at.astimezone(UTC) + timedelta(minutes=start)
    found = []
    for minutes in lengths:
        found.append((at, at + timedelta(minutes=minutes)))
        at += timedelta(minutes=minutes)
    return found


def is_open(state: ItemState, consensus: Consensus) -> bool:
    """Whether an item still wants a meeting: on the agenda, and not agreed."""
    return state is ItemState.ADMITTED and not consensus.is_agreement


def is_over(state: MeetingState, ends_at: datetime | None, now: datetime) -> bool:
    """Whether what a meeting left open carries over to the next one."""
    if state is MeetingState.HELD:
        return True
    return state is MeetingState.CONFIRMED and ends_at is not None and ends_at <= now


def nearest(moment: datetime, shown: time, zone: str) -> datetime:
    """The moment closest to ``moment`` at which a clock in ``zone`` shows that time; past midnight is the next day."""
    there = moment.astimezone(zone_of(zone))
    days = (there.date() + timedelta(days=by) for by in (-1, 0, 1))
    found = (datetime.combine(day, shown, there.tzinfo).astimezone(UTC) for day in days)
    return min(found, key=lambda one: abs(one - moment))


def check_register(
    began: datetime, ended: datetime, people: Sequence[Presence], planned: datetime, now: datetime
) -> None:
    """Raise Unfit unless somebody came, and every time is in order, near the meeting and not still to come."""
    if not planned - WITHIN <= began < ended <= planned + WITHIN or ended > now:
        raise Unfit("register_times")
    if not people or len(people) > MOST_PEOPLE:
        raise Unfit("register_people")
    if len({one.who for one in people}) != len(people):
        raise Unfit("register_twice")
    if any(not planned - WITHIN <= one.arrived <= one.left <= planned + WITHIN or one.left > now for one in people):
        raise Unfit("register_presence")


def check_spoken(languages: Collection[str], words: str) -> None:
    """Raise Unfit for a language that is on no list, or for words beyond measure."""
    if set(languages) - set(SPOKEN):
        raise Unfit("register_languages")
    if len(words) > LONGEST_REMARK:
        raise Unfit("register_words")


def may_recuse(seat: Seat, person: Seat) -> bool:
    """Whether this seat may note that somebody keeps out: of himself, a lead of his side's people, a facilitator."""
    if seat.account == person.account:
        return True
    if seat.role is Role.FACILITATOR:
        return True
    return seat.speaks and person.party is seat.party


def is_joint(kind: MeetingKind) -> bool:
    """Agenda, recusals and summary are of joint meetings; a caucus has its notes."""
    return kind is MeetingKind.JOINT
