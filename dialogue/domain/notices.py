"""The one notice that a dialogue has come to its end: reference and date, nothing else (R11)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from dialogue.domain.people import Party

WAITS = timedelta(days=7)


def may_go(shown_at: datetime, agreed: Collection[Party], now: datetime) -> bool:
    """It goes when both leads have said yes, or seven days after it was shown to them."""
    return set(agreed) == set(Party) or now >= shown_at + WAITS
