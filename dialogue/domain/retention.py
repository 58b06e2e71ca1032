"""How long a dialogue that is over is kept, when its leads are warned, and what moves the date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dialogue.domain.cases import CaseStatus
from dialogue.errors import Unfit

# What is over is destroyed one day; while a dialogue is completed, its follow-up is still going on.
KEPT_FOR_A_TIME = frozenset({CaseStatus.CLOSED, CaseStatus.ENDED, CaseStatus.NOT_TAKEN_UP})

FIRST_WARNING = timedelta(days=60)
LAST_WARNING = timedelta(days=14)
# Where the worker stood still a warning comes late; then the date moves, so that it is a warning all the same.
AFTER_A_LATE_FIRST_WARNING = timedelta(days=21)
LAST_MINUTE = timedelta(days=14)
GRACE = timedelta(days=30)
AFTER_A_HOLD = timedelta(days=30)
EXTENSIONS = (3, 6, 12, 24)
DAYS_IN_A_MONTH = 30.44
# Facilitators' working notes and what people kept for themselves while they wrote go earlier.
NOTES_DAYS = 30


class Rule(StrEnum):
    """Why something was destroyed."""

    RETENTION = "retention"
    TOGETHER = "together"


class Step(StrEnum):
    """What is due for a dialogue that is over."""

    NOTES = "notes"
    GRACE = "grace"
    FIRST_WARNING = "first_warning"
    LAST_WARNING = "last_warning"
    DESTROY = "destroy"


@dataclass(frozen=True, slots=True)
class Clock:
    """The dates of one dialogue that is over.

    until            when it is destroyed
    warned_at        when both leads were warned for the first time about this date
    warned_again_at  the same for the last time
    graced_at        when the date was moved because something was written in the last days before it
    held_since       since when both leads keep everything from being destroyed
    notes_until      when the facilitators' working notes go, and what people kept for themselves
    notes_gone_at    when they went
    written_at       when something was written last, in any of its rooms
    """

    until: datetime
    warned_at: datetime | None = None
    warned_again_at: datetime | None = None
    graced_at: datetime | None = None
    held_since: datetime | None = None
    notes_until: datetime | None = None
    notes_gone_at: datetime | None = None
    written_at: datetime | None = None


def next_step(clock: Clock, now: datetime) -> Step | None:
    """What is due now, one thing at a time; None where nothing is, or both leads hold it."""
    if clock.held_since is not None:
        return None
    if clock.notes_until is not None and clock.notes_gone_at is None and now >= clock.notes_until:
        return Step.NOTES
    if clock.warned_at is None:
        return Step.FIRST_WARNING if now >= clock.until - FIRST_WARNING else None
    if is_last_minute(clock) and now >= clock.until - LAST_MINUTE:
        return Step.GRACE
    if clock.warned_again_at is None:
        return Step.LAST_WARNING if now >= clock.until - LAST_WARNING else None
    return Step.DESTROY if now >= clock.until else None


def is_last_minute(clock: Clock) -> bool:
    """Whether something was written in the last days before the date; it moves the date once, and no second time.

    Otherwise one side alone could put the date off for ever by writing a line every other week.
    """
    return clock.graced_at is None and clock.written_at is not None and clock.written_at > clock.until - LAST_MINUTE


def until_after(step: Step, clock: Clock, now: datetime) -> datetime:
    """The date from that step on; no step brings it nearer."""
    match step:
        case Step.GRACE:
            return max(clock.until, (clock.written_at or now) + GRACE)
        case Step.FIRST_WARNING:
            return _at_least(clock.until, now + AFTER_A_LATE_FIRST_WARNING)
        case Step.LAST_WARNING:
            return _at_least(clock.until, now + LAST_WARNING)
        case _:
            return clock.until


def _at_least(until: datetime, earliest: datetime) -> datetime:
    """The date, or a later one where it would come more than a day too early."""
    return earliest if earliest - until > timedelta(days=1) else until


def check_extension(months: int | None, choices: Sequence[int] = EXTENSIONS) -> None:
    """Raise unless the date is moved by one of the periods that the page offers."""
    if months not in choices:
        raise Unfit("extension")


def months_long(months: int) -> timedelta:
    return timedelta(days=round(months * DAYS_IN_A_MONTH))
