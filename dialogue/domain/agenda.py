"""Agenda items: proposed by one, on the agenda when both leads admit them."""

from __future__ import annotations

from enum import StrEnum

from dialogue.domain.acts import Act
from dialogue.domain.lifecycle import Lifecycle


class ItemState(StrEnum):
    PROPOSED = "proposed"
    ADMITTED = "admitted"
    PARKED = "parked"
    WITHDRAWN = "withdrawn"


class Chapter(StrEnum):
    """The chapters of the MNE Declaration that an item may be tied to."""

    GENERAL_POLICIES = "general_policies"
    EMPLOYMENT = "employment"
    TRAINING = "training"
    CONDITIONS = "conditions_of_work_and_life"
    INDUSTRIAL_RELATIONS = "industrial_relations"


ITEM: Lifecycle[ItemState] = Lifecycle(
    {
        (ItemState.PROPOSED, Act.AGENDA_ADMIT): ItemState.ADMITTED,
        (ItemState.PROPOSED, Act.AGENDA_WITHDRAW): ItemState.WITHDRAWN,
        (ItemState.ADMITTED, Act.AGENDA_PARK): ItemState.PARKED,
        (ItemState.ADMITTED, Act.AGENDA_WITHDRAW): ItemState.WITHDRAWN,
        (ItemState.PARKED, Act.AGENDA_RESUME): ItemState.ADMITTED,
        (ItemState.PARKED, Act.AGENDA_WITHDRAW): ItemState.WITHDRAWN,
    }
)

# Items that still want words; the board shows these and the settled ones, not the withdrawn.
ON_THE_TABLE = frozenset({ItemState.ADMITTED, ItemState.PARKED})
