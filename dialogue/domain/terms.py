"""Terms of confidentiality: a versioned text that both leads agree and every participant accepts."""

from __future__ import annotations

from collections.abc import Collection
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


class Pledge(StrEnum):
    """What everybody undertakes in every version of the terms (R8); no version is without one of them."""

    NOT_IN_BINDING_PROCEDURES = "not_in_binding_procedures"
    NO_RETALIATION = "no_retaliation"


class LateJoiners(StrEnum):
    """What somebody who joins later may read of what the shared rooms held before (R5)."""

    WHEN_BOTH_SHARE = "when_both_share"
    ON_THE_TABLE = "on_the_table"


# The word for "every language counts alike" where otherwise the code of the one that prevails stands.
ALL_ALIKE = "all"

RETENTION_MONTHS = range(1, 121)
DEFAULT_RETENTION_MONTHS = 12
DAYS_WITHOUT_TERMS = 90


LONGEST_TEXT = 20_000
DRAFT_OF_TERMS = "terms.propose"


def check_text(text: str) -> None:
    """Raise unless there are words, and within measure."""
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise Unfit("terms_text")


def check_prevailing(code: str, languages: Collection[str]) -> None:
    """Raise unless one of ``languages`` prevails, or all count alike."""
    if code != ALL_ALIKE and code not in languages:
        raise Unfit("prevailing")


def check_history_may_be_shared(rule: LateJoiners) -> None:
    """Raise where the parties have agreed that nobody reads what was written before he came."""
    if rule is LateJoiners.ON_THE_TABLE:
        raise Unfit("late_joiners")


def check_retention(months: int) -> None:
    """Raise unless the retention lies between one month and ten years."""
    if months not in RETENTION_MONTHS:
        raise Unfit("retention")
