"""What an outcome record says: composed from what both parties agree on, and read again from its body."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from dialogue.domain.agenda import ON_THE_TABLE, ItemKind
from dialogue.domain.outcomes import Standing, standing_of
from dialogue.domain.people import Party
from dialogue.domain.positions import Consensus, Stance
from dialogue.errors import Locked, NotAgreed, SealBroken
from dialogue.services import table
from dialogue.services.rooms import Trouble
from dialogue.services.table import ItemWords, PositionShown, TranslationShown, WordingShown
from dialogue.services.unit import UnitOfWork
from dialogue.store.agenda import (
    AgendaItem,
    Translation,
    current_positions,
    current_wordings,
    items_of,
    newest_translations,
    texts_of,
)
from dialogue.store.cases import Case

# Where the words around the items stand in a record.
FRAME = {ItemKind.PREAMBLE: "preamble", ItemKind.CLOSING: "closing"}


@dataclass(frozen=True, slots=True)
class RecordPosition:
    """What one party said to an agreed wording."""

    party: Party
    stance: Stance = field(repr=False)
    reservation: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RecordText:
    """One of the languages in which an agreed wording stands in a record.

    prevails   where the languages differ, this one counts; none does where all count alike
    """

    language: str
    text: str = field(repr=False)
    standing: Standing
    prevails: bool


@dataclass(frozen=True, slots=True)
class RecordItem:
    """One agreed wording as it stands in a record: an item, or the words before or after the items.

    text, language   as both parties agreed on it
    texts            that, and its translations
    """

    item_id: UUID
    number: int
    title: str = field(repr=False)
    text: str = field(repr=False)
    language: str
    texts: tuple[RecordText, ...] = field(repr=False)
    positions: tuple[RecordPosition, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Amended:
    """The signed record that an addendum names: id, number, and the hash that both leads signed, in hexadecimal."""

    outcome_id: UUID
    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Record:
    """The words of an outcome record, its items in the order of the agenda; or those of an addendum.

    prevailing   the language that prevails by the terms that were in force, or "all"
    words        what an addendum says
    """

    language: str
    prevailing: str
    preamble: RecordItem | None = field(repr=False)
    items: tuple[RecordItem, ...] = field(repr=False)
    closing: RecordItem | None = field(repr=False)
    words: str = field(default="", repr=False)
    amends: Amended | None = None

    @property
    def parts(self) -> tuple[RecordItem, ...]:
        """All that both parties agreed on, from the first word to the last."""
        frame = [part for part in (self.preamble,) if part is not None]
        end = [part for part in (self.closing,) if part is not None]
        return (*frame, *self.items, *end)

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language in which something stands in it, the record's own first."""
        others = {text.language for part in self.parts for text in part.texts} - {self.language}
        return (self.language, *sorted(others))

    @property
    def lacks_prevailing(self) -> tuple[RecordItem, ...]:
        """What does not stand, or not in step, in the language that prevails."""
        return tuple(
            part
            for part in self.parts
            if self.prevailing != "all"
            and not any(text.prevails and text.language == self.prevailing for text in part.texts)
        )


@dataclass(frozen=True, slots=True)
class LaidOut:
    """An item on the table with its current wording, and each position held against the very words it names."""

    item: AgendaItem
    words: ItemWords
    wording: WordingShown | None
    translations: tuple[TranslationShown, ...]
    positions: Mapping[Party, PositionShown]
    consensus: Consensus = field(repr=False)


def lay_out(work: UnitOfWork, case: Case) -> list[LaidOut]:
    """Everything on the table, in the order of the agenda, and then the words around it; a fixed number of queries."""
    items = [item for item in items_of(work.session, case.id) if item.state in ON_THE_TABLE]
    items += [item for item in texts_of(work.session, case.id) if item.kind in FRAME]
    words = table.open_items(work, case, items)
    rows = current_wordings(work.session, case.id)
    wordings = {shown.id: shown for shown in table.open_wordings(work, case, rows)}
    found = table.open_positions(work, case, current_positions(work.session, case.id), wordings.values())
    positions = table.by_item(found)
    translations = _translations(work, case, items)
    return [
        _laid_out(item, told, wordings.get(item.wording_id or item.id), translations, positions.get(item.id, []))
        for item, told in zip(items, words, strict=True)
    ]


def on_the_agenda(laid_out: Iterable[LaidOut]) -> list[LaidOut]:
    """The items alone."""
    return [each for each in laid_out if each.item.kind is ItemKind.ITEM]


def compose(
    laid_out: Collection[LaidOut], item_ids: Collection[UUID], *, language: str, prevailing: str
) -> dict[str, Any]:
    """The words of a record: the items chosen, and the words around them as far as both parties agreed on them.

    raises   NotAgreed when one of the items is not in consensus
    """
    agreed = {each.item.id: each for each in laid_out if each.consensus.is_agreement}
    items = {item_id: each for item_id, each in agreed.items() if each.item.kind is ItemKind.ITEM}
    if missing := set(item_ids) - set(items):
        raise NotAgreed(*sorted(missing))
    frame = {FRAME[each.item.kind]: _written(each) for each in agreed.values() if each.item.kind in FRAME}
    return {
        "language": language,
        "prevailing": prevailing,
        "preamble": frame.get("preamble"),
        "closing": frame.get("closing"),
        "items": [_written(each) for each in items.values() if each.item.id in item_ids],
    }


def compose_addendum(words: str, *, language: str, prevailing: str, amends: Amended) -> dict[str, Any]:
    """The words of an addendum: its own, and which record they are added to."""
    return {
        "language": language,
        "prevailing": prevailing,
        "preamble": None,
        "closing": None,
        "items": [],
        "words": words,
        "amends": {"outcome": str(amends.outcome_id), "number": amends.number, "hash": amends.hash},
    }


def read(body: Mapping[str, Any]) -> Record:
    """The record in a body; raises SealBroken where the body is none."""
    try:
        prevailing = body["prevailing"]
        items = tuple(_item(told, prevailing) for told in body["items"])
        preamble, closing = (
            _item(body[place], prevailing) if body[place] is not None else None for place in ("preamble", "closing")
        )
        amends = body.get("amends")
        named = Amended(UUID(amends["outcome"]), amends["number"], amends["hash"]) if amends else None
        return Record(body["language"], prevailing, preamble, items, closing, body.get("words", ""), named)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise SealBroken from None


def is_current(work: UnitOfWork, case: Case, body: Mapping[str, Any]) -> bool:
    """Whether all that stands in a record still has the wording, the positions and the translations that it holds."""
    parts = [told for told in (body["preamble"], *body["items"], body["closing"]) if told is not None]
    items = [item for item in items_of(work.session, case.id) if item.state in ON_THE_TABLE]
    items += texts_of(work.session, case.id)
    wordings = {str(item.id): str(item.wording_id) for item in items}
    newest = {str(row.id) for row in current_positions(work.session, case.id)}
    translations = [row for row, _ in newest_translations(work.session, *(item.id for item in items))] if items else []
    return all(
        wordings.get(told["item"]) == told["wording"]
        and all(said["position"] in newest for said in told["positions"].values())
        and _has_translations(told, translations)
        for told in parts
    )


def _has_translations(told: Mapping[str, Any], newest: Iterable[Translation]) -> bool:
    """Whether it holds every translation of its wording, and none that another one has replaced."""
    held = {one["translation"] for one in told["translations"]}
    known = {str(row.id) for row in newest if str(row.item_id) == told["item"]}
    in_step = {str(row.id) for row in newest if str(row.wording_id) == told["wording"]}
    return in_step <= held <= known


def on_the_table(work: UnitOfWork, case: Case) -> int:
    """How many items both leads admitted and nobody withdrew."""
    return sum(item.state in ON_THE_TABLE for item in items_of(work.session, case.id))


def _translations(
    work: UnitOfWork, case: Case, items: Iterable[AgendaItem]
) -> dict[UUID, tuple[TranslationShown, ...]]:
    """Of each item the newest translation in each language, of the wording on the table or out of step."""
    current = {item.id: item.wording_id for item in items}
    rows = newest_translations(work.session, *current) if current else []
    found: dict[UUID, list[TranslationShown]] = {}
    for (row, _), shown in zip(rows, table.open_translations(work, case, rows, current), strict=True):
        found.setdefault(row.item_id, []).append(shown)
    return {item_id: tuple(shown) for item_id, shown in found.items()}


def _laid_out(
    item: AgendaItem,
    words: ItemWords,
    wording: WordingShown | None,
    translations: Mapping[UUID, tuple[TranslationShown, ...]],
    positions: list[PositionShown],
) -> LaidOut:
    current = table.newest_of_each(positions, item.wording_id)
    readable = wording is not None and wording.trouble is None and words.trouble is None
    together = table.consensus(current, item.wording_id) if readable or wording is None else Consensus.PENDING
    return LaidOut(item, words, wording, translations.get(item.id, ()), current, together)


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
        "translations": [_translated(one) for one in each.translations if _belongs(one)],
        "positions": {party.value: _said(position) for party, position in each.positions.items()},
    }


def _belongs(one: TranslationShown) -> bool:
    """What is out of step and was written before the reader came stays out; nothing else is left out in silence."""
    if one.trouble is Trouble.LOCKED and not one.is_current:
        return False
    if one.trouble is not None:
        raise Locked(one.id) if one.trouble is Trouble.LOCKED else SealBroken(one.id)
    return True


def _translated(one: TranslationShown) -> dict[str, Any]:
    return {
        "translation": str(one.id),
        "wording": one.wording,
        "language": one.language,
        "text": one.text,
        "by": str(one.author_id),
        "standing": (Standing.CURRENT if one.is_current else Standing.OUT_OF_STEP).value,
    }


def _said(position: PositionShown) -> dict[str, str]:
    return {
        "position": str(position.id),
        "stance": position.stance.value if position.stance else "",
        "reservation": position.reservation,
        "by": str(position.account_id),
    }


def _item(told: Mapping[str, Any], prevailing: str) -> RecordItem:
    said = told["positions"]
    texts = [(told["language"], told["text"], Standing.AGREED)]
    texts += [(one["language"], one["text"], Standing(one["standing"])) for one in told["translations"]]
    counts = standing_of([(language, standing) for language, _, standing in texts], prevailing)
    return RecordItem(
        UUID(told["item"]),
        told["number"],
        told["title"],
        told["text"],
        told["language"],
        tuple(
            RecordText(language, text, standing, place == counts)
            for place, (language, text, standing) in enumerate(texts)
        ),
        tuple(
            RecordPosition(party, Stance(said[party.value]["stance"]), said[party.value]["reservation"])
            for party in Party
        ),
    )
