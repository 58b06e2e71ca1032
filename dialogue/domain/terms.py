"""Terms of confidentiality: a versioned text that both leads agree and every participant accepts."""

from __future__ import annotations

from enum import StrEnum

from dialogue.errors import Unfit


class TermsState(StrEnum):
    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"


class Disclosure(StrEnum):
    """How much may be told outside, from least to most; the lower of two wishes applies."""

    NOTHING = "nothing"
    THAT_IT_TOOK_PLACE = "that_it_took_place"
    AGREED_STATEMENT = "agreed_statement"


RETENTION_MONTHS = range(1, 121)
DEFAULT_RETENTION_MONTHS = 12
DAYS_WITHOUT_TERMS = 90


LONGEST_TEXT = 20_000
DRAFT_OF_TERMS = "terms.propose"


def check_text(text: str) -> None:
    """Raise unless there are words, and within measure."""
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise Unfit("terms_text")


def check_retention(months: int) -> None:
    """Raise unless the retention lies between one month and ten years."""
    if months not in RETENTION_MONTHS:
        raise Unfit("retention")
