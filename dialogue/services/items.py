"""One item of the agenda: the wording on the table, what it changes, where both parties stand, and what was before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from dialogue.domain.acts import Act
from dialogue.domain.agenda import Chapter, ItemState, acts_on, joint_acts_on
from dialogue.domain.comparison import Part, compare
from dialogue.domain.people import Party, Seat
from dialogue.domain.positions import Consensus, Stance
from dialogue.errors import NotFound, SealBroken
from dialogue.services import audit, cases, identity, table
from dialogue.services.admission import admit
from dialogue.services.cases import CaseHead
from dialogue.services.identity import Person
from dialogue.services.rooms import Trouble
from dialogue.services.table import PositionShown, TranslationShown, WordingShown
from dialogue.services.unit import UnitOfWork
from dialogue.store.agenda import (
    AgendaItem,
    Wording,
    newest_translations,
    newest_wordings,
    positions_on,
    wordings_at,
)
from dialogue.store.cases import Case

HISTORY = 10


@dataclass(frozen=True, slots=True)
class PastWording:
    """An earlier wording with every position that was recorded on it, newest first."""

    wording: WordingShown
    positions: tuple[PositionShown, ...]


@dataclass(frozen=True, slots=True)
class ItemShown:
    """One item with all that lies on the table for it.

    wording          the wording on the table; ``answered`` is the one that it answers
    changes          what became of ``answered`` in ``wording``, word by word
    positions        each party's newest position on the wording on the table
    replaced         positions on the wording on the table that newer ones have replaced, newest first
    translations     in each language the newest one, of the wording on the table or out of step
    past             one page of the wordings before it; ``older`` is the number to go on from
    own_position     id of the position of the reader's party, as its next position has to name it
    people           everybody named on the page
    may, may_jointly what the reader can do alone, and what both leads can do together
    """

    head: CaseHead
    id: UUID
    number: int
    state: ItemState
    chapter: Chapter | None
    title: str = field(repr=False)
    background: str = field(repr=False)
    trouble: Trouble | None
    proposed_by: UUID
    proposed_at: datetime
    admitted_at: Mapping[Party, datetime | None]
    wording: WordingShown | None
    answered: WordingShown | None
    changes: tuple[Part, ...] = field(repr=False)
    positions: Mapping[Party, PositionShown] = field(repr=False)
    replaced: tuple[PositionShown, ...] = field(repr=False)
    consensus: Consensus = field(repr=False)
    reopened: bool
    translations: tuple[TranslationShown, ...] = field(repr=False)
    past: tuple[PastWording, ...] = field(repr=False)
    older: int | None
    own_position: UUID | None
    people: Mapping[UUID, Person] = field(repr=False)
    may: frozenset[Act]
    may_jointly: frozenset[Act]


@dataclass(frozen=True, slots=True)
class WordingsCompared:
    """Two wordings of an item, side by side, and what changed between them.

    last   the number of the wording on the table: there are as many to choose from
    """

    head: CaseHead
    item_id: UUID
    number: int
    title: str = field(repr=False)
    older: WordingShown
    newer: WordingShown
    parts: tuple[Part, ...] = field(repr=False)
    last: int
    people: Mapping[UUID, Person] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Move:
    """One step on an item: a wording was put, or a party recorded its position on it.

    number     of the wording that it is about
    before     what the same party said last before, on this wording or an earlier one of the page
    standing   where each party stood on this wording after the step
    """

    at: datetime
    number: int
    by: UUID
    wording: WordingShown | None
    position: PositionShown | None
    before: Stance | None = field(repr=False)
    standing: Mapping[Party, PositionShown] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Moves:
    """How the parties have moved on one item, in the order in which it happened.

    older   number of the first wording shown where there are earlier ones
    """

    head: CaseHead
    item_id: UUID
    number: int
    title: str = field(repr=False)
    steps: tuple[Move, ...] = field(repr=False)
    older: int | None
    people: Mapping[UUID, Person] = field(repr=False)


def show(work: UnitOfWork, case_id: UUID, item_id: UUID, *, before: int | None = None) -> ItemShown:
    """One item: the wording on the table, what it changes, both positions, and a page of what was before.

    before   number of the last earlier wording of the page before
    """
    case, seat = admit(work, case_id, Act.AGENDA_READ)
    item = table.find(work, case, item_id)
    audit.record(work, Act.AGENDA_READ, case.id, item.id)
    return shown(work, case, seat, item, before)


def shown(work: UnitOfWork, case: Case, seat: Seat, item: AgendaItem, before: int | None = None) -> ItemShown:
    """The same for whatever is agreed by wordings, to somebody who was let in."""
    newest, rows = _chain(work, item, before)
    wordings = {shown.id: shown for shown in table.open_wordings(work, case, [*newest, *rows])}
    position_rows = positions_on(work.session, list(wordings))
    positions = table.open_positions(work, case, position_rows, wordings.values())
    on_the_table = {item.id: item.wording_id}
    translations = table.open_translations(work, case, newest_translations(work.session, item.id), on_the_table)
    opened = _Opened(newest, rows[:HISTORY], len(rows) > HISTORY, wordings, positions, translations)
    return _shown(work, case, seat, item, opened)


def compare_wordings(
    work: UnitOfWork, case_id: UUID, item_id: UUID, *, older: int | None = None, newer: int | None = None
) -> WordingsCompared:
    """Any two wordings of an item, word by word; the two newest where nothing is chosen. The reading is recorded.

    raises   NotFound where the item has no such wordings
    """
    case, seat = admit(work, case_id, Act.AGENDA_READ)
    item = table.find(work, case, item_id)
    last = next((row.number for row in newest_wordings(work.session, item.id, limit=1)), 0)
    first, second = sorted((older or max(last - 1, 0), newer or last))
    found = wordings_at(work.session, item.id, {first, second})
    if len(found) != 2:
        raise NotFound(item_id)
    before, after = table.open_wordings(work, case, found)
    audit.record(work, Act.AGENDA_READ, case.id, item.id)
    return WordingsCompared(
        cases.head(work, case, seat),
        item.id,
        item.number,
        table.open_items(work, case, [item])[0].title,
        before,
        after,
        _changes(before, after),
        last,
        identity.people(work, {before.author_id, after.author_id}),
    )


def moves(work: UnitOfWork, case_id: UUID, item_id: UUID, *, before: int | None = None) -> Moves:
    """How the parties have moved on an item: every wording and every position in their order, a page of wordings.

    before   number of the first wording of the page that is shown; the page before it is wanted
    """
    case, seat = admit(work, case_id, Act.AGENDA_READ)
    item = table.find(work, case, item_id)
    rows = newest_wordings(work.session, item.id, before=before, limit=HISTORY + 1)
    page = list(reversed(rows[:HISTORY]))
    wordings = table.open_wordings(work, case, page)
    found = table.open_positions(work, case, positions_on(work.session, [row.id for row in page]), wordings)
    audit.record(work, Act.AGENDA_READ, case.id, item.id)
    named = {wording.author_id for wording in wordings} | {position.account_id for position in found}
    return Moves(
        cases.head(work, case, seat),
        item.id,
        item.number,
        table.open_items(work, case, [item])[0].title,
        tuple(_steps(wordings, found)),
        page[0].number if len(rows) > HISTORY else None,
        identity.people(work, named),
    )


def _steps(wordings: Sequence[WordingShown], found: Sequence[PositionShown]) -> Iterator[Move]:
    """Each wording and then the positions on it; a new wording leaves no position standing."""
    last: dict[Party, Stance] = {}
    for wording in wordings:
        standing: dict[Party, PositionShown] = {}
        yield Move(wording.made_at, wording.number, wording.author_id, wording, None, None, dict(standing))
        for position in sorted(
            (one for one in found if one.wording_id == wording.id), key=lambda one: (one.made_at, one.number)
        ):
            standing = standing | {position.party: position}
            former = last.get(position.party)
            yield Move(position.made_at, wording.number, position.account_id, None, position, former, standing)
            if position.stance is not None:
                last[position.party] = position.stance


@dataclass(frozen=True, slots=True)
class _Opened:
    """What was read and opened for the page of one item.

    newest   the wording on the table and the one that it answers
    earlier  one page of the chain
    """

    newest: Sequence[Wording]
    earlier: Sequence[Wording]
    goes_on: bool
    wordings: Mapping[UUID, WordingShown]
    positions: Sequence[PositionShown]
    translations: Sequence[TranslationShown]

    def on(self, wording_id: UUID) -> tuple[PositionShown, ...]:
        return tuple(position for position in self.positions if position.wording_id == wording_id)


def _shown(work: UnitOfWork, case: Case, seat: Seat, item: AgendaItem, opened: _Opened) -> ItemShown:
    words = table.open_items(work, case, [item])[0]
    wording, answered = _on_the_table(opened)
    current = table.newest_of_each(opened.positions, item.wording_id)
    together = table.consensus(current, item.wording_id)
    standing = table.situation(work, item, together)
    head = cases.head(work, case, seat)
    past = tuple(PastWording(opened.wordings[row.id], opened.on(row.id)) for row in opened.earlier)
    own = current.get(seat.party) if seat.party is not None else None
    return ItemShown(
        head,
        item.id,
        item.number,
        item.state,
        item.chapter,
        words.title,
        words.background,
        words.trouble,
        item.proposed_by,
        item.proposed_at,
        {party: item.admitted_by(party) for party in Party},
        wording,
        answered,
        _changes(answered, wording),
        current,
        tuple(old for old in opened.on(wording.id) if old not in current.values()) if wording else (),
        together,
        standing.reopened,
        tuple(opened.translations),
        past,
        opened.earlier[-1].number if opened.goes_on else None,
        own.id if own else None,
        identity.people(work, _named(item, opened)),
        head.may & acts_on(standing, seat.party),
        head.may & joint_acts_on(standing) if Act.JOINT_ACT_PROPOSE in head.may else frozenset(),
    )


def _chain(work: UnitOfWork, item: AgendaItem, before: int | None) -> tuple[Sequence[Wording], Sequence[Wording]]:
    """The wording on the table with the one it answers, and one page (and one more) of those before it."""
    newest = newest_wordings(work.session, item.id, limit=2)
    if (newest[0].id if newest else None) != item.wording_id:
        raise SealBroken(item.id)
    if not newest:
        return [], []
    start = newest[0].number if before is None else min(before, newest[0].number)
    return newest, newest_wordings(work.session, item.id, before=start, limit=HISTORY + 1)


def _on_the_table(opened: _Opened) -> tuple[WordingShown | None, WordingShown | None]:
    shown = [opened.wordings[row.id] for row in opened.newest]
    return (shown[0] if shown else None, shown[1] if len(shown) > 1 else None)


def _changes(answered: WordingShown | None, wording: WordingShown | None) -> tuple[Part, ...]:
    if answered is None or wording is None or answered.trouble or wording.trouble:
        return ()
    return compare(answered.text, wording.text)


def _named(item: AgendaItem, opened: _Opened) -> set[UUID]:
    authors = {wording.author_id for wording in opened.wordings.values()}
    authors |= {translation.author_id for translation in opened.translations}
    return {item.proposed_by} | authors | {position.account_id for position in opened.positions}
