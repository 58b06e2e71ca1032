"""The events of an instance: what belongs to no case, in the kinds that an administrator may be looking for."""

from __future__ import annotations

from enum import StrEnum

ALARM = "alarm:"
REFUSED = "refused:"
TURNED_AWAY = "turned_away:"
# What somebody is refused who knocks at door after door, told as one; and what stands before a number of more.
ANYTHING = "refused:anything"
MANY = "#"


class EventKind(StrEnum):
    """What a reader of the events may be looking for."""

    ALARMS = "alarms"
    REFUSALS = "refusals"
    SESSIONS = "sessions"
    ACCOUNTS = "accounts"
    OFFICE = "office"


# How the words of a kind begin; what begins otherwise is an act of those who run the service.
BEGINS: dict[EventKind, tuple[str, ...]] = {
    EventKind.ALARMS: (ALARM,),
    EventKind.REFUSALS: (REFUSED, TURNED_AWAY),
    EventKind.SESSIONS: ("session:",),
    EventKind.ACCOUNTS: ("account:", "factor:"),
}


def kind_of(what: str) -> EventKind:
    """The kind of an event by its word."""
    return next((kind for kind, words in BEGINS.items() if what.startswith(words)), EventKind.OFFICE)


def counted(what: str) -> tuple[str, int]:
    """The word of an entry, and for how many more of its kind in a quarter of an hour it stands; none by itself."""
    word, _, more = what.partition(MANY)
    return word, int(more) if more.isdecimal() else 0
