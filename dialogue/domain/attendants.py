"""Interpreters and observers: they attend named meetings on an undertaking on paper, without account or key (R5)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from dialogue.errors import Unfit

LONGEST_NAME = 120
LONGEST_WORDS = 1_000


class AttendantKind(StrEnum):
    INTERPRETER = "interpreter"
    OBSERVER = "observer"


def check_entry(name: str, function: str, meetings: str, undertaken_on: date, today: date) -> None:
    """Raise Unfit unless the entry says who attends what, and that the undertaking has been signed."""
    if not name.strip() or len(name) > LONGEST_NAME:
        raise Unfit("attendant_name")
    if len(function) > LONGEST_NAME:
        raise Unfit("attendant_function")
    if not meetings.strip() or len(meetings) > LONGEST_WORDS:
        raise Unfit("attendant_meetings")
    if undertaken_on > today:
        raise Unfit("attendant_undertaken")
