"""The outcome record: assembled from items in consensus, signed by both leads, then unchangeable."""

from __future__ import annotations

from enum import StrEnum

from dialogue.domain.cases import Completion


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
