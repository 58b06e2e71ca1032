"""The outcome record: assembled from items in consensus, signed by both leads, then unchangeable."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from dialogue.domain.cases import Completion
from dialogue.domain.terms import ALL_ALIKE
from dialogue.errors import Unfit

LONGEST_WORDS = 12_000
DRAFT_OF_ADDENDUM = "outcome.addend"


class OutcomeKind(StrEnum):
    RECORD = "record"
    ADDENDUM = "addendum"


class OutcomeState(StrEnum):
    DRAFT = "draft"
    REPLACED = "replaced"
    SIGNED = "signed"


class Standing(StrEnum):
    """How a text in one language stands to the wording on which both parties agreed."""

    AGREED = "agreed_words"
    CURRENT = "current"
    OUT_OF_STEP = "out_of_step"


def completion_of(agreed: int, on_the_table: int) -> Completion:
    """How much was agreed.

    agreed        items whose wording stands in the record
    on_the_table  items that both leads admitted and nobody withdrew
    """
    if agreed == 0:
        return Completion.NONE
    return Completion.FULL if agreed == on_the_table else Completion.PARTIAL


def standing_of(texts: Sequence[tuple[str, Standing]], prevailing: str) -> int | None:
    """Which of these texts counts where they differ; None where all count alike.

    texts        language and standing of each; one of them is the wording on which both agreed
    prevailing   a language, or the word for all alike. Where no text in step stands in it, the agreed wording counts
    """
    if prevailing == ALL_ALIKE:
        return None
    in_it = [place for place, (language, _) in enumerate(texts) if language == prevailing]
    in_step = [place for place in in_it if texts[place][1] is not Standing.OUT_OF_STEP]
    agreed = [place for place, (_, standing) in enumerate(texts) if standing is Standing.AGREED]
    return (in_step or agreed)[0]


def check_addendum(words: str) -> None:
    """Raise Unfit unless an addendum says something, within measure."""
    if not words.strip() or len(words) > LONGEST_WORDS:
        raise Unfit("addendum_words")
