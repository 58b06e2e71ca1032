"""What an outcome record says: composed from what both parties agree on, and read again from its body."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from dialogue.domain.agenda import ON_THE_TABLE
from dialogue.domain.outcomes import check_words
from dialogue.domain.people import Party
from dialogue.domain.positions import Consensus, Stance
from dialogue.errors import NotAgreed, SealBroken
from dialogue.services import table
from dialogue.services.table import ItemWords, PositionShown, WordingShown
from dialogue.services.unit import UnitOfWork
from dialogue.store.agenda import AgendaItem, current_positions, current_wordings, items_of
from dialogue.store.cases import Case


@dataclass(frozen=True, slots=True)
class RecordPosition:
    """What one party said to an agreed wording."""

    party: Party
    stance: Stance = field(repr=False)
    reservation: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RecordItem:
    """One agreed wording as it stands in a record."""

    item_id: UUID
    number: int
    title: str = field(repr=False)
    text: str = field(repr=False)
    language: str
    positions: tuple[RecordPosition, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Record:
    """The words of an outcome record, its items in the order of the agenda.

    prevailing   the language that prevails by the terms that were in force, or "all"
    """

    language: str
    prevailing: str
    preamble: str = field(repr=False)
    items: tuple[RecordItem, ...] = field(repr=False)
    closing: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LaidOut:
    """An item on the table with its current wording, and each position held against the very words it names."""

    item: AgendaItem
    words: ItemWords
    wording: WordingShown | None
    positions: Mapping[Party, PositionShown]
    consensus: Consensus = field(repr=False)


def lay_out(work: UnitOfWork, case: Case) -> list[LaidOut]:
    """Everything on the table, in the order of the agenda; a fixed number of queries."""
    items = [item for item in items_of(work.session, case.id) if item.state in ON_THE_TABLE]
    words = table.open_items(work, case, items)
    rows = current_wordings(work.session, case.id)
    wordings = {shown.id: shown for shown in table.open_wordings(work, case, rows)}
    found = table.open_positions(work, case, current_positions(work.session, case.id), wordings.values())
    positions = table.by_item(found)
    return [
        _laid_out(item, told, wordings.get(item.wording_id or item.id), positions.get(item.id, []))
        for item, told in zip(items, words, strict=True)
    ]


def compose(
    laid_out: Collection[LaidOut],
    item_ids: Collection[UUID],
    *,
    preamble: str,
    closing: str,
    language: str,
    prevailing: str,
) -> dict[str, Any]:
    """The words of a record from the items chosen; raises NotAgreed when one of them is not in consensus."""
    check_words(preamble, closing)
    agreed = {each.item.id: each for each in laid_out if each.consensus.is_agreement}
    if missing := set(item_ids) - set(agreed):
        raise NotAgreed(*sorted(missing))
    return {
        "language": language,
        "prevailing": prevailing,
        "preamble": preamble,
        "closing": closing,
        "items": [_written(each) for each in agreed.values() if each.item.id in item_ids],
    }


def read(body: Mapping[str, Any]) -> Record:
    """The record in a body; raises SealBroken where the body is none."""
    try:
        items = tuple(_item(told) for told in body["items"])
        return Record(body["language"], body["prevailing"], body["preamble"], items, body["closing"])
    except (KeyError, TypeError, ValueError):
        raise SealBroken from None


def is_current(work: UnitOfWork, case: Case, body: Mapping[str, Any]) -> bool:
    """Whether every item of a record still has the wording and the positions that stand in it."""
    wordings = {str(i.id): str(i.wording_id) for i in items_of(work.session, case.id) if i.state in ON_THE_TABLE}
    newest = {str(row.id) for row in current_positions(work.session, case.id)}
    return all(
        wordings.get(told["item"]) == told["wording"]
        and all(said["position"] in newest for said in told["positions"].values())
        for told in body["items"]
    )


def on_the_table(work: UnitOfWork, case: Case) -> int:
    """How many items both leads admitted and nobody withdrew."""
    return sum(item.state in ON_THE_TABLE for item in items_of(work.session, case.id))


def _laid_out(
    item: AgendaItem, words: ItemWords, wording: WordingShown | None, positions: list[PositionShown]
) -> LaidOut:
    current = table.newest_of_each(positions, item.wording_id)
    readable = wording is not None and wording.trouble is None and words.trouble is None
    together = table.consensus(current, item.wording_id) if readable or wording is None else Consensus.PENDING
    return LaidOut(item, words, wording, current, together)


def _written(each: LaidOut) -> dict[str, Any]:
    if each.wording is None:
        raise NotAgreed(each.item.id)
    return {
        "item": str(each.item.id),
        "number": each.item.number,
        "title": each.words.title,
        "wording": str(each.wording.id),
        "text": each.wording.text,
        "language": each.wording.language,
        "positions": {party.value: _said(position) for party, position in each.positions.items()},
    }


def _said(position: PositionShown) -> dict[str, str]:
    return {
        "position": str(position.id),
        "stance": position.stance.value if position.stance else "",
        "reservation": position.reservation,
        "by": str(position.account_id),
    }


def _item(told: Mapping[str, Any]) -> RecordItem:
    said = told["positions"]
    return RecordItem(
        UUID(told["item"]),
        told["number"],
        told["title"],
        told["text"],
        told["language"],
        tuple(
            RecordPosition(party, Stance(said[party.value]["stance"]), said[party.value]["reservation"])
            for party in Party
        ),
    )
