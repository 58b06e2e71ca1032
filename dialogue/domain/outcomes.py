"""The outcome record: assembled from items in consensus, signed by both leads, then unchangeable."""

from __future__ import annotations

from enum import StrEnum

from dialogue.domain.cases import Completion
from dialogue.errors import Unfit

LONGEST_WORDS = 12_000
DRAFT_OF_OUTCOME = "outcome.assemble"


class OutcomeKind(StrEnum):
    RECORD = "record"
    ADDENDUM = "addendum"


class OutcomeState(StrEnum):
    DRAFT = "draft"
    REPLACED = "replaced"
    SIGNED = "signed"


def completion_of(agreed: int, on_the_table: int) -> Completion:
    """How much was agreed.

    agreed        items whose wording stands in the record
    on_the_table  items that both leads admitted and nobody withdrew
    """
    if agreed == 0:
        return Completion.NONE
    return Completion.FULL if agreed == on_the_table else Completion.PARTIAL


def check_words(preamble: str, closing: str) -> None:
    """Raise Unfit unless the words around the agreed ones are within measure."""
    if max(len(preamble), len(closing)) > LONGEST_WORDS:
        raise Unfit("outcome_words")
