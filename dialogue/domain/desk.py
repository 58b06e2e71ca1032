"""The coordinator's desk: what it checks before the ILO takes a request up, and the words of its answers."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from dialogue.domain.acts import Act
from dialogue.errors import Unfit

LONGEST_WORDS = 6_000
DRAFTS_OF_ANSWERS = {
    Act.CASE_TAKE_UP: "desk.take_up",
    Act.CASE_RETURN: "desk.give_back",
    Act.CASE_NOT_TAKE_UP: "desk.not_take_up",
}


class Check(StrEnum):
    """What the desk has looked at; a request is taken up when all of it is in order."""

    DECLARATION = "declaration"
    SUPPORT = "support"
    MANDATES = "mandates"


def check_all(checked: Collection[Check]) -> None:
    """Raise Unfit unless everything was looked at and found in order."""
    if set(checked) != set(Check):
        raise Unfit("desk_checks")


def check_words(words: str, *, required: bool) -> None:
    """Raise Unfit unless the words to both parties are within measure, and there where they are owed."""
    if len(words) > LONGEST_WORDS or (required and not words.strip()):
        raise Unfit("desk_words")
