"""When somebody was last here: the end of the sitting before this one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

# As long as nobody stays away longer than this, it is one and the same visit.
SITTING = timedelta(minutes=30)


def last_visit(moments: Iterable[datetime], now: datetime) -> datetime | None:
    """The last moment before the present visit; None for who is here for the first time.

    moments   when the person read or did something, newest first
    """
    later = now
    for moment in moments:
        if later - moment > SITTING:
            return moment
        later = moment
    return None
