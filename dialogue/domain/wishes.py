"""When somebody wishes to get mail: at once or once a day, and not in the quiet hours of the own place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dialogue.errors import Unfit

HOURS = range(24)
BETWEEN_MAILS = timedelta(minutes=10)
WAITS_BEFORE_A_REMINDER = timedelta(days=3)
BETWEEN_REMINDERS = timedelta(days=7)


class Rhythm(StrEnum):
    """How often mails come that say nothing but that there is something new."""

    AT_ONCE = "at_once"
    DAILY = "daily"


@dataclass(frozen=True, slots=True)
class Wishes:
    """One person's wishes; hours are those of the clock where the person is.

    hour         at which the one mail of a day comes
    quiet_from   the hour from which no such mail comes, and ``quiet_until`` the one at which they come again;
                 both None where there are no quiet hours
    """

    rhythm: Rhythm = Rhythm.AT_ONCE
    hour: int = 8
    quiet_from: int | None = None
    quiet_until: int | None = None


def check(wishes: Wishes) -> None:
    """Raise Unfit unless these are wishes that can be kept."""
    told = [hour for hour in (wishes.hour, wishes.quiet_from, wishes.quiet_until) if hour is not None]
    if any(hour not in HOURS for hour in told):
        raise Unfit("hour")
    if (wishes.quiet_from is None) != (wishes.quiet_until is None) or (
        wishes.quiet_from is not None and wishes.quiet_from == wishes.quiet_until
    ):
        raise Unfit("quiet_hours")
    if wishes.rhythm is Rhythm.DAILY and _is_quiet(wishes, wishes.hour):
        raise Unfit("hour_is_quiet")


def mail_is_due(wishes: Wishes, zone: str, since: datetime, last: datetime | None, now: datetime) -> bool:
    """Whether a mail about what is new may be written now.

    since   when the oldest thing happened that no mail has told of yet
    last    when the last such mail was written
    """
    place = zone_of(zone)
    if now < since or now < not_quiet(wishes, zone, now):
        return False
    if wishes.rhythm is Rhythm.AT_ONCE:
        return last is None or now - last >= BETWEEN_MAILS
    if last is not None and last.astimezone(place).date() == now.astimezone(place).date():
        return False
    return now >= next_at(wishes.hour, zone, since)


def reminder_is_due(wishes: Wishes, zone: str, since: datetime, last: datetime | None, now: datetime) -> bool:
    """Whether somebody may be reminded of what has waited since that moment; ``last`` is the last reminder."""
    if now - since < WAITS_BEFORE_A_REMINDER or (last is not None and now - last < BETWEEN_REMINDERS):
        return False
    return now >= not_quiet(wishes, zone, now)


def next_at(hour: int, zone: str, moment: datetime) -> datetime:
    """When a clock at that place next shows the full hour, at the moment or after it, in UTC.

    An hour that is left out in spring is the one that follows it; of one that comes twice in autumn it is the first.
    """
    place = zone_of(zone)
    there = moment.astimezone(place)
    for days in range(3):
        on = there.date() + timedelta(days=days)
        found = datetime.combine(on, time(hour), tzinfo=place).astimezone(UTC)
        if found >= moment:
            return found
    raise AssertionError("every hour comes within two days")


def not_quiet(wishes: Wishes, zone: str, moment: datetime) -> datetime:
    """The moment itself, or the end of the quiet hours in which it lies."""
    if wishes.quiet_until is None or not _is_quiet(wishes, moment.astimezone(zone_of(zone)).hour):
        return moment
    return next_at(wishes.quiet_until, zone, moment)


def zone_of(name: str) -> ZoneInfo:
    """The time zone of that name; UTC for one that this machine does not know any more."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _is_quiet(wishes: Wishes, hour: int) -> bool:
    begins, ends = wishes.quiet_from, wishes.quiet_until
    if begins is None or ends is None:
        return False
    return begins <= hour < ends if begins < ends else hour >= begins or hour < ends
