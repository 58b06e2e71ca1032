"""The second factor's rules: which code of an authenticator app counts, and how long a confirmation is fresh."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

STEP_SECONDS = 30
FRESH = timedelta(minutes=5)
PRINTED_CODES = 10
MOST_PASSKEYS = 10
# The code is worth looking up before it is needed.
CHECK_CODE_EVERY = timedelta(days=182)


class FactorKind(StrEnum):
    """What somebody has beside the password. A mail is none: whoever reads the mail would have both."""

    APP = "app"
    PASSKEY = "passkey"
    PRINTED = "printed"


def steps_that_count(now: datetime, last: int) -> tuple[int, ...]:
    """The steps whose code is taken at this moment, newest first: this one and the one before, and none used before.

    last     the last step whose code was taken
    returns  numbers of 30-second steps since 1970

    Source: RFC 6238, sections 4.2 and 5.2.
    """
    step = int(now.timestamp()) // STEP_SECONDS
    return tuple(one for one in (step, step - 1) if one > last)


def is_fresh(confirmed_at: datetime | None, now: datetime) -> bool:
    """Whether somebody has shown password and second factor a moment ago."""
    return confirmed_at is not None and now - confirmed_at < FRESH
