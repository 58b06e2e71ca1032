"""Agenda items: proposed by one, on the agenda when both leads admit them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from dialogue.domain.acts import Act
from dialogue.domain.lifecycle import Lifecycle
from dialogue.domain.people import Party
from dialogue.domain.positions import Consensus
from dialogue.errors import Unfit


class ItemState(StrEnum):
    PROPOSED = "proposed"
    ADMITTED = "admitted"
    PARKED = "parked"
    WITHDRAWN = "withdrawn"


class ItemKind(StrEnum):
    """What words are agreed for: an item of the agenda, or what is said around the record in both parties' name."""

    ITEM = "item"
    PREAMBLE = "preamble"
    CLOSING = "closing"
    STATEMENT = "statement"


# What each dialogue has once, and nobody proposes or admits: it is there as soon as somebody puts words to it. The
# places below the agenda's first number are theirs.
PLACES = {ItemKind.PREAMBLE: 0, ItemKind.CLOSING: -1, ItemKind.STATEMENT: -2}


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

LONGEST_TITLE = 150
LONGEST_BACKGROUND = 6_000
LONGEST_WORDING = 20_000
LONGEST_REMARK = 3_000

# For somebody who has never been here before, the board marks the positions recorded within this time as moved.
RECENT = timedelta(days=14)


class Change(StrEnum):
    """What has happened to an item since somebody was last here; positions are told by party."""

    PROPOSED = "proposed"
    MOVED_ON = "moved_on"
    WORDED = "worded"


@dataclass(frozen=True, slots=True)
class ItemSituation:
    """What decides which acts are possible on an item.

    admitted_by   the parties whose lead has admitted it
    proposed_by   the party of its proposer; None when a facilitator proposed it
    has_wording   a wording is on the table
    reopened      both leads have reopened the wording on the table
    """

    state: ItemState
    admitted_by: frozenset[Party]
    proposed_by: Party | None
    has_wording: bool
    consensus: Consensus
    reopened: bool

    @property
    def may_be_worded(self) -> bool:
        """An agreed wording is answered by another one only after both leads have reopened it."""
        return self.reopened or not self.consensus.is_agreement


def acts_on(item: ItemSituation, party: Party | None) -> frozenset[Act]:
    """What somebody of ``party`` (None: a facilitator) can do alone to an item as it stands."""
    if item.state is ItemState.PROPOSED:
        return _acts_before_admission(item, party)
    if item.state is ItemState.PARKED:
        return frozenset({Act.AGENDA_RESUME})
    if item.state is ItemState.WITHDRAWN:
        return frozenset()
    acts = {Act.AGENDA_PARK}
    if item.may_be_worded:
        acts.add(Act.WORDING_PROPOSE)
    if item.has_wording:
        acts.add(Act.WORDING_TRANSLATE)
    if item.has_wording and party is not None:
        acts.add(Act.POSITION_RECORD)
    return frozenset(acts)


def joint_acts_on(item: ItemSituation) -> frozenset[Act]:
    """What only both leads together can do to an item as it stands."""
    if item.state not in ON_THE_TABLE:
        return frozenset()
    reopening = {Act.AGENDA_REOPEN} if item.state is ItemState.ADMITTED and not item.may_be_worded else set()
    return frozenset(reopening | {Act.AGENDA_WITHDRAW})


def _acts_before_admission(item: ItemSituation, party: Party | None) -> frozenset[Act]:
    acts = set()
    if item.proposed_by is party:
        acts.add(Act.AGENDA_WITHDRAW)
    if party is not None and party not in item.admitted_by:
        acts.add(Act.AGENDA_ADMIT)
    return frozenset(acts)


def check_item(title: str, background: str) -> None:
    """Raise Unfit unless an item has a title, and title and background are within measure."""
    if not title.strip() or len(title) > LONGEST_TITLE:
        raise Unfit("item_title")
    if len(background) > LONGEST_BACKGROUND:
        raise Unfit("item_background")


def check_wording(text: str, remark: str) -> None:
    """Raise Unfit unless a wording has words, and words and remark are within measure."""
    if not text.strip() or len(text) > LONGEST_WORDING:
        raise Unfit("wording_text")
    if len(remark) > LONGEST_REMARK:
        raise Unfit("wording_remark")


def check_translation(text: str, language: str, wording_in: str) -> None:
    """Raise Unfit unless a translation has words within measure, in another language than the wording."""
    if not text.strip() or len(text) > LONGEST_WORDING:
        raise Unfit("wording_text")
    if language == wording_in:
        raise Unfit("translation_language")


# The words under which an unsent form is kept


DRAFT_OF_ITEM = "agenda.propose"


def draft_of_wording(item_id: UUID) -> str:
    """A wording for this item."""
    return f"agenda.word:{item_id}"


def draft_of_translation(item_id: UUID) -> str:
    """A translation of the wording on the table for this item."""
    return f"agenda.translate:{item_id}"


def draft_of_position(item_id: UUID) -> str:
    """A position on this item."""
    return f"agenda.position:{item_id}"


def draft_of_text(kind: ItemKind) -> str:
    """A wording of what is said around the record."""
    return f"words.word:{kind.value}"


def draft_of_text_translation(kind: ItemKind) -> str:
    """A translation of it."""
    return f"words.translate:{kind.value}"


def draft_of_text_position(kind: ItemKind) -> str:
    """A position on it."""
    return f"words.position:{kind.value}"
