"""The one notice that a dialogue has come to its end: reference and date, nothing else (R11)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from dialogue.domain.people import Party

WAITS = timedelta(days=7)


class Stage(StrEnum):
    """How far a notice has come."""

    TO_PREPARE = "to_prepare"
    SHOWN = "shown"
    READY = "ready"
    SENT = "sent"


def may_go(shown_at: datetime, agreed: Collection[Party], now: datetime) -> bool:
    """It goes when both leads have said yes, or seven days after it was shown to them."""
    return set(agreed) == set(Party) or now >= shown_at + WAITS


def stage_of(shown_at: datetime, agreed: Collection[Party], sent_at: datetime | None, now: datetime) -> Stage:
    """Where a notice stands that was shown to both leads."""
    if sent_at is not None:
        return Stage.SENT
    return Stage.READY if may_go(shown_at, agreed, now) else Stage.SHOWN
