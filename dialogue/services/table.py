"""What lies on the table: items, wordings and positions, opened and held against what was signed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from dialogue.crypto.context import Value, digest
from dialogue.domain.agenda import ItemSituation
from dialogue.domain.people import Party, Room, Seat
from dialogue.domain.positions import Consensus, Position, Stance, consensus_of
from dialogue.errors import Forbidden, Locked, NotFound, SealBroken
from dialogue.services import rooms, signatures
from dialogue.services.rooms import Opened, Trouble
from dialogue.services.unit import UnitOfWork
from dialogue.store.agenda import AgendaItem, PositionRow, Translation, Wording, find_item
from dialogue.store.cases import Case

_POSITION = "dialogue/position/1"
_WORDING = "dialogue/wording/1"
_Bound = TypeVar("_Bound", AgendaItem, Wording, Translation)


@dataclass(frozen=True, slots=True)
class ItemWords:
    """What an item is called and why it is there."""

    title: str = field(default="", repr=False)
    background: str = field(default="", repr=False)
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class WordingShown:
    """One wording of an item; where it does not open, ``trouble`` says why and there are no words.

    digest   32 bytes over its words and its place: what a position names
    """

    id: UUID
    item_id: UUID
    number: int
    author_id: UUID
    party: Party | None
    answers_id: UUID | None
    language: str
    made_at: datetime
    text: str = field(default="", repr=False)
    remark: str = field(default="", repr=False)
    digest: bytes = field(default=b"", repr=False)
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class TranslationShown:
    """One wording in another language.

    wording      number of the wording that it translates
    is_current   that wording is the one on the table; otherwise the translation is out of step
    """

    id: UUID
    wording: int
    language: str
    author_id: UUID
    party: Party | None
    made_at: datetime
    is_current: bool
    text: str = field(default="", repr=False)
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class PositionShown:
    """A party's position; one that does not open, or that its party did not sign, has no stance."""

    id: UUID
    item_id: UUID
    wording_id: UUID
    party: Party
    number: int
    account_id: UUID
    made_at: datetime
    stance: Stance | None = field(default=None, repr=False)
    reason: str = field(default="", repr=False)
    reservation: str = field(default="", repr=False)
    trouble: Trouble | None = None


def find(work: UnitOfWork, case: Case, item_id: UUID) -> AgendaItem:
    """The item of this case; raises NotFound."""
    item = find_item(work.session, case.id, item_id)
    if item is None:
        raise NotFound(item_id)
    return item


def party_of(seat: Seat) -> Party:
    """The party for which this seat speaks; raises Forbidden where it speaks for none."""
    if seat.party is None or not seat.speaks:
        raise Forbidden(seat.role)
    return seat.party


def item_body(item: AgendaItem, title: str, background: str) -> dict[str, Any]:
    """What is sealed of an item; the columns in clear are said again inside the seal."""
    return {"title": title, "background": background, **_bound_item(item)}


def wording_body(row: Wording, text: str, remark: str) -> dict[str, Any]:
    """What is sealed of a wording."""
    return {"text": text, "remark": remark, **_bound_wording(row)}


def translation_body(row: Translation, wording: WordingShown, text: str) -> dict[str, Any]:
    """What is sealed of a translation, with the very words that it translates."""
    return {"text": text, "words": wording.digest.hex(), **_bound_translation(row)}


def position_body(
    work: UnitOfWork, row: PositionRow, wording: WordingShown, stated: Mapping[str, str | None]
) -> dict[str, Any]:
    """What is sealed of a position: what the party says and its speaker's signature under it.

    stated   "stance", "reason", "reservation", and "previous": the id of the party's position before this one
    """
    values = _position_values(row, wording.digest, stated)
    signed = signatures.sign(work, _POSITION, row.case_id, row.party, *values)
    return {**stated, **signed, "wording": wording.digest.hex()}


def open_items(work: UnitOfWork, case: Case, rows: Sequence[AgendaItem]) -> list[ItemWords]:
    """Open the titles of those items, in their order."""
    return [
        ItemWords(told.body.get("title", ""), told.body.get("background", ""), told.trouble)
        for told in _open(work, case, rows, _bound_item)
    ]


def open_wordings(work: UnitOfWork, case: Case, rows: Sequence[Wording]) -> list[WordingShown]:
    """Open those wordings, in their order."""
    return [
        WordingShown(
            row.id,
            row.item_id,
            row.number,
            row.author_id,
            row.party,
            row.answers_id,
            row.language,
            row.made_at,
            told.body.get("text", ""),
            told.body.get("remark", ""),
            _digest(row, told.body.get("text", "")),
            told.trouble,
        )
        for row, told in zip(rows, _open(work, case, rows, _bound_wording), strict=True)
    ]


def open_translations(
    work: UnitOfWork, case: Case, rows: Sequence[tuple[Translation, int]], current: Mapping[UUID, UUID | None]
) -> list[TranslationShown]:
    """Open those translations, each with the number of its wording.

    current   of each item the wording on the table
    """
    opened = _open(work, case, [row for row, _ in rows], _bound_translation)
    return [
        TranslationShown(
            row.id,
            number,
            row.language,
            row.author_id,
            row.party,
            row.made_at,
            row.wording_id == current.get(row.item_id),
            told.body.get("text", ""),
            told.trouble,
        )
        for (row, number), told in zip(rows, opened, strict=True)
    ]


def open_positions(
    work: UnitOfWork, case: Case, rows: Sequence[PositionRow], wordings: Collection[WordingShown] = ()
) -> list[PositionShown]:
    """Open those positions and check each one's signature: by whom it says, for that party, over these very words.

    wordings   where they are at hand, the words are held against what was signed; otherwise only its digest is
    """
    digests = {wording.id: wording.digest for wording in wordings if wording.trouble is None}
    opened = rooms.open_all(work, case, Room.JOINT, [(row.sealed_body, row.place("body", Room.JOINT)) for row in rows])
    signatures.fetch_keys(work, [told.body for told in opened if told.trouble is None])
    return [
        _position(row, told if told.trouble else _checked(work, row, told, digests.get(row.wording_id)))
        for row, told in zip(rows, opened, strict=True)
    ]


def by_item(positions: Iterable[PositionShown]) -> dict[UUID, list[PositionShown]]:
    """Those positions, sorted to the items that they are about."""
    found: dict[UUID, list[PositionShown]] = {}
    for position in positions:
        found.setdefault(position.item_id, []).append(position)
    return found


def newest_of_each(positions: Iterable[PositionShown], wording_id: UUID | None) -> dict[Party, PositionShown]:
    """Each party's newest position on that wording."""
    found: dict[Party, PositionShown] = {}
    for position in sorted(positions, key=lambda position: position.number):
        if position.wording_id == wording_id:
            found[position.party] = position
    return found


def consensus(positions: Mapping[Party, PositionShown], wording_id: UUID | None) -> Consensus:
    """What the parties' positions on that wording make; one that cannot be read or is not signed is none."""
    stances = {
        party: Position(position.wording_id, position.stance)
        for party, position in positions.items()
        if position.stance is not None
    }
    return consensus_of(stances, wording_id)


def require_readable(positions: Mapping[Party, PositionShown]) -> None:
    """Raise Locked where a decision would rest on a position that the actor has no key for yet."""
    for position in positions.values():
        if position.trouble is Trouble.LOCKED:
            raise Locked(position.id)


def situation(work: UnitOfWork, item: AgendaItem, together: Consensus) -> ItemSituation:
    """What decides which acts are possible on an item."""
    proposer = rooms.rows_of(work, item.case_id).get(item.proposed_by)
    return ItemSituation(
        item.state,
        frozenset(party for party in Party if item.admitted_by(party) is not None),
        proposer.party if proposer is not None else None,
        item.wording_id is not None,
        together,
        item.wording_id is not None and item.reopened_wording_id == item.wording_id,
    )


def _open(
    work: UnitOfWork, case: Case, rows: Sequence[_Bound], bound: Callable[[_Bound], dict[str, Any]]
) -> list[Opened]:
    """Open those rows; one whose columns in clear say anything else than its seal counts as broken."""
    opened = rooms.open_all(work, case, Room.JOINT, [(row.sealed_body, row.place("body", Room.JOINT)) for row in rows])
    return [
        told if told.trouble or bound(row).items() <= told.body.items() else Opened(trouble=Trouble.BROKEN)
        for row, told in zip(rows, opened, strict=True)
    ]


def _bound_item(item: AgendaItem) -> dict[str, Any]:
    return {
        "number": item.number,
        "kind": item.kind.value,
        "by": str(item.proposed_by),
        "chapter": item.chapter.value if item.chapter else None,
    }


def _bound_wording(row: Wording) -> dict[str, Any]:
    return {
        "item": str(row.item_id),
        "number": row.number,
        "by": str(row.author_id),
        "party": row.party.value if row.party else None,
        "answers": str(row.answers_id) if row.answers_id else None,
        "language": row.language,
    }


def _bound_translation(row: Translation) -> dict[str, Any]:
    return {
        "item": str(row.item_id),
        "wording": str(row.wording_id),
        "number": row.number,
        "by": str(row.author_id),
        "party": row.party.value if row.party else None,
        "language": row.language,
    }


def _digest(row: Wording, text: str) -> bytes:
    return digest(_WORDING, row.case_id, row.item_id, row.id, row.number, row.language, text)


def _position_values(row: PositionRow, wording: bytes, stated: Mapping[str, Any]) -> tuple[Value, ...]:
    return (
        row.item_id,
        row.wording_id,
        wording,
        row.id,
        row.number,
        row.made_at,
        stated["stance"],
        stated["reason"],
        stated["reservation"],
        stated["previous"],
    )


def _checked(work: UnitOfWork, row: PositionRow, told: Opened, wording: bytes | None) -> Opened:
    body = told.body
    try:
        named = bytes.fromhex(body["wording"])
        if wording is not None and named != wording:
            raise SealBroken(row.id)
        values = _position_values(row, named, body)
        signatures.check(work, _POSITION, row.case_id, row.party, row.account_id, body, *values)
    except (SealBroken, KeyError, TypeError, ValueError):
        return Opened(trouble=Trouble.BROKEN)
    return told


def _position(row: PositionRow, told: Opened) -> PositionShown:
    body = told.body
    return PositionShown(
        row.id,
        row.item_id,
        row.wording_id,
        row.party,
        row.number,
        row.account_id,
        row.made_at,
        Stance(body["stance"]) if told.trouble is None else None,
        body.get("reason", ""),
        body.get("reservation", ""),
        told.trouble,
    )
