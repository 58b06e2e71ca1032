"""Facilitators and experts: the office's list, and what a proposed one declares before anybody answers (R12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dialogue.domain.people import StaffRole
from dialogue.errors import Unfit

LONGEST_INTERESTS = 6_000
LONGEST_HAND_OVER = 20_000
DRAFT_OF_DECLARATION = "facilitator.declare"
DRAFT_OF_HAND_OVER = "facilitator.hand_over"

QUALIFIED_ROLES = (StaffRole.FACILITATOR, StaffRole.EXPERT)
# The languages that the list can name, as codes; a page names them in the reader's own.
SPOKEN = ("ar", "bn", "de", "en", "es", "fr", "hi", "id", "it", "ja", "km", "ko", "pt", "ru", "sw", "th", "tr", "ur",
          "vi", "zh")  # fmt: skip


class Region(StrEnum):
    """Where somebody on the list works."""

    AFRICA = "africa"
    AMERICAS = "americas"
    ARAB_STATES = "arab_states"
    ASIA_PACIFIC = "asia_pacific"
    EUROPE_CENTRAL_ASIA = "europe_central_asia"


@dataclass(frozen=True, slots=True)
class Qualified:
    """What the office's list says of one person in one role; who has no dates is qualified without an end.

    begins, ends   the first and the last day
    """

    languages: tuple[str, ...] = ()
    regions: tuple[Region, ...] = ()
    begins: date | None = None
    ends: date | None = None

    def on(self, day: date) -> bool:
        """Whether this person can be proposed on that day."""
        return (self.begins is None or self.begins <= day) and (self.ends is None or day <= self.ends)


def check_qualified(told: Qualified) -> None:
    """Raise Unfit unless the list knows the languages, and the days follow each other."""
    if not set(told.languages) <= set(SPOKEN):
        raise Unfit("spoken")
    if told.begins is not None and told.ends is not None and told.ends < told.begins:
        raise Unfit("qualified_days")


def check_interests(interests: str) -> None:
    """Raise Unfit unless something is declared: interests, or in so many words that there are none."""
    if not interests.strip() or len(interests) > LONGEST_INTERESTS:
        raise Unfit("interests")
