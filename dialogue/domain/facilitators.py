"""Facilitators: what a proposed one declares before anybody answers (R12)."""

from __future__ import annotations

from dialogue.errors import Unfit

LONGEST_INTERESTS = 6_000
DRAFT_OF_DECLARATION = "facilitator.declare"


def check_interests(interests: str) -> None:
    """Raise Unfit unless something is declared: interests, or in so many words that there are none."""
    if not interests.strip() or len(interests) > LONGEST_INTERESTS:
        raise Unfit("interests")
