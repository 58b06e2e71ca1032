"""The agenda: items proposed by one and admitted by both, and the board that shows where the parties stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.agenda import (
    DRAFT_OF_ITEM,
    ITEM,
    ON_THE_TABLE,
    RECENT,
    Change,
    Chapter,
    ItemKind,
    ItemSituation,
    ItemState,
    acts_on,
    check_item,
    joint_acts_on,
)
from dialogue.domain.meetings import MeetingKind
from dialogue.domain.people import Party, Room
from dialogue.domain.positions import Consensus
from dialogue.errors import Forbidden, IllegalTransition, NotAgreed, OutOfDate
from dialogue.services import admission, audit, cases, drafts, identity, requests, rooms, table, visits
from dialogue.services.cases import CaseHead
from dialogue.services.identity import Person
from dialogue.services.letters import LetterKind
from dialogue.services.rooms import Trouble
from dialogue.services.table import ItemWords, PositionShown
from dialogue.services.unit import UnitOfWork
from dialogue.store.agenda import (
    AgendaItem,
    current_positions,
    items_of,
    last_item_number,
    positions_on,
    wordings_put,
)
from dialogue.store.cases import Case
from dialogue.store.meetings import last_held


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One item and where the parties stand to its current wording.

    wording   number of the wording on the table
    moved     the parties whose position on it is newer than the board's ``since``
    changes   what else others have done to it since then; nothing for who is here for the first time
    news      the positions that others have recorded on it since then
    missing   on a proposed item the parties that have not admitted it; otherwise those without a current position
    may       what the reader can do to it alone
    """

    id: UUID
    number: int
    state: ItemState
    chapter: Chapter | None
    title: str = field(repr=False)
    trouble: Trouble | None
    proposer: Person | None = field(repr=False)
    proposed_at: datetime
    wording: int | None
    positions: Mapping[Party, PositionShown] = field(repr=False)
    consensus: Consensus = field(repr=False)
    moved: frozenset[Party]
    changes: frozenset[Change]
    news: tuple[Party, ...]
    missing: tuple[Party, ...]
    may: frozenset[Act]


@dataclass(frozen=True, slots=True)
class Board:
    """The whole agenda in its order.

    since   the end of the last joint meeting, where one was held; else the reader's last visit, or some days ago
    visit   the reader's last visit; None at a first one
    has_met a joint meeting was held, and ``since`` is its end
    """

    head: CaseHead
    lines: tuple[BoardLine, ...]
    since: datetime
    visit: datetime | None
    has_met: bool

    @property
    def changed(self) -> tuple[BoardLine, ...]:
        """The lines on which something is new to the reader."""
        return tuple(line for line in self.lines if line.changes or line.news)

    def in_state(self, *states: ItemState) -> tuple[BoardLine, ...]:
        """The lines of the items in one of those states."""
        return tuple(line for line in self.lines if line.state in states)


def propose(
    work: UnitOfWork, case_id: UUID, *, title: str, background: str = "", chapter: Chapter | None = None
) -> UUID:
    """Propose an item. A lead who proposes admits it for its party; a facilitator's item needs both leads."""
    case, seat = admission.admit(work, case_id, Act.AGENDA_PROPOSE)
    check_item(title, background)
    number = last_item_number(work.session, case.id) + 1
    item = AgendaItem(
        id=uuid4(),
        case_id=case.id,
        number=number,
        turn=number,
        kind=ItemKind.ITEM,
        state=ItemState.PROPOSED,
        chapter=chapter,
        proposed_by=seat.account,
        proposed_at=work.now,
        state_since=work.now,
    )
    if seat.party is not None:
        item.admit(seat.party, work.now)
    body = table.item_body(item, title, background)
    item.sealed_body = rooms.seal(work, case, Room.JOINT, body, item.place("body", Room.JOINT))
    work.session.add(item)
    work.session.flush()
    drafts.discard(work, case.id, DRAFT_OF_ITEM)
    audit.record(work, Act.AGENDA_PROPOSE, case.id, item.id, sealed=item.sealed_body)
    _tell_leads(work, case, item, but=seat.party)
    return item.id


def admit(work: UnitOfWork, case_id: UUID, item_id: UUID) -> ItemState:
    """Admit a proposed item for the actor's party; when both have, it is on the agenda."""
    case, seat = admission.admit(work, case_id, Act.AGENDA_ADMIT)
    party = table.party_of(seat)
    item = table.find(work, case, item_id)
    admitted = ITEM.after(item.state, Act.AGENDA_ADMIT)
    if item.admitted_by(party) is not None:
        raise IllegalTransition(item.state, Act.AGENDA_ADMIT)
    item.admit(party, work.now)
    if all(item.admitted_by(each) is not None for each in Party):
        _move(work, item, admitted)
    audit.record(work, Act.AGENDA_ADMIT, case.id, item.id)
    return item.state


def park(work: UnitOfWork, case_id: UUID, item_id: UUID) -> None:
    """Lay an item aside; its wordings and positions stay as they are."""
    _move_alone(work, case_id, item_id, Act.AGENDA_PARK)


def resume(work: UnitOfWork, case_id: UUID, item_id: UUID) -> None:
    """Take a parked item up again."""
    _move_alone(work, case_id, item_id, Act.AGENDA_RESUME)


def order(work: UnitOfWork, case_id: UUID, item_id: UUID, *, neighbour: UUID) -> None:
    """Let two items that follow each other on the agenda change places; their numbers and words stay.

    neighbour   the item above or below, as the person saw it
    raises      OutOfDate when the two are not neighbours any more
    """
    case, _ = admission.admit(work, case_id, Act.AGENDA_ORDER)
    table.find(work, case, item_id)
    on_the_table = [item for item in items_of(work.session, case.id) if item.state in ON_THE_TABLE]
    found = next(
        (pair for pair in pairwise(on_the_table) if {pair[0].id, pair[1].id} == {item_id, neighbour}),
        None,
    )
    if found is None:
        raise OutOfDate(item_id)
    above, below = found
    above.turn, below.turn = below.turn, above.turn
    work.session.flush()
    audit.record(work, Act.AGENDA_ORDER, case.id, item_id)


def withdraw(work: UnitOfWork, case_id: UUID, item_id: UUID) -> None:
    """Take back an item that is proposed and not yet admitted; its proposer's side can.

    raises   NotAgreed for an item on the agenda, which both leads withdraw together, Forbidden for the other side's
    """
    case, seat = admission.admit(work, case_id, Act.AGENDA_WITHDRAW)
    item = table.find(work, case, item_id)
    withdrawn = ITEM.after(item.state, Act.AGENDA_WITHDRAW)
    if item.state is not ItemState.PROPOSED:
        raise NotAgreed(item_id)
    if Act.AGENDA_WITHDRAW not in acts_on(table.situation(work, item, Consensus.NO_WORDING), seat.party):
        raise Forbidden(Act.AGENDA_WITHDRAW)
    _move(work, item, withdrawn)
    audit.record(work, Act.AGENDA_WITHDRAW, case.id, item.id)


def carry_withdrawal(work: UnitOfWork, case: Case, item_id: UUID) -> None:
    """Withdraw an item from the agenda, after both leads have said so; the joint act is what is recorded."""
    item = table.find(work, case, item_id)
    if item.state is ItemState.PROPOSED:
        raise IllegalTransition(item.state, Act.AGENDA_WITHDRAW)
    _move(work, item, ITEM.after(item.state, Act.AGENDA_WITHDRAW))


def carry_reopening(work: UnitOfWork, case: Case, item_id: UUID) -> None:
    """Let the agreed wording of an item be answered by another one, after both leads have said so.

    raises   IllegalTransition where there is no agreed wording to reopen
    """
    item = table.find(work, case, item_id)
    rows = positions_on(work.session, [item.wording_id] if item.wording_id else [])
    current = table.newest_of_each(table.open_positions(work, case, rows), item.wording_id)
    table.require_readable(current)
    if Act.AGENDA_REOPEN not in joint_acts_on(
        table.situation(work, item, table.consensus(current, item.wording_id)),
    ):
        raise IllegalTransition(item.state, Act.AGENDA_REOPEN)
    item.reopened_wording_id = item.wording_id
    work.session.flush()


def board(work: UnitOfWork, case_id: UUID) -> Board:
    """The whole agenda with both parties' positions, and what is new to the reader.

    A fixed number of queries, however many items there are.
    """
    case, seat = admission.admit(work, case_id, Act.AGENDA_READ)
    visit = visits.last(work, case.id, seat)
    met = last_held(work.session, case.id, MeetingKind.JOINT)
    since = met.ends_at if met is not None and met.ends_at is not None else visit or work.now - RECENT
    seen = _Seen(seat.account, visit, since)
    head = cases.head(work, case, seat)
    items = items_of(work.session, case.id)
    words = table.open_items(work, case, items)
    positions = table.by_item(table.open_positions(work, case, current_positions(work.session, case.id)))
    put = wordings_put(work.session, case.id)
    people = identity.people(work, {item.proposed_by for item in items})
    audit.record(work, Act.AGENDA_READ, case.id)
    lines = (
        _line(work, head, item, told, positions.get(item.id, ()), put.get(item.id), people.get(item.proposed_by), seen)
        for item, told in zip(items, words, strict=True)
    )
    return Board(head, tuple(lines), seen.since, visit, met is not None)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the reader knows already: everything before the last visit, and what the reader did."""

    reader: UUID
    visit: datetime | None
    since: datetime

    def is_new(self, at: datetime, by: UUID | None = None) -> bool:
        return self.visit is not None and at > self.visit and by != self.reader


def _line(
    work: UnitOfWork,
    head: CaseHead,
    item: AgendaItem,
    told: ItemWords,
    positions: Iterable[PositionShown],
    put: tuple[int, UUID, datetime] | None,
    proposer: Person | None,
    seen: _Seen,
) -> BoardLine:
    current = table.newest_of_each(positions, item.wording_id)
    together = table.consensus(current, item.wording_id)
    standing = table.situation(work, item, together)
    return BoardLine(
        item.id,
        item.number,
        item.state,
        item.chapter,
        told.title,
        told.trouble,
        proposer,
        item.proposed_at,
        put[0] if put else None,
        current,
        together,
        frozenset(party for party, position in current.items() if position.made_at > seen.since),
        frozenset(_changes(item, put, seen)),
        tuple(party for party in Party if party in current and _is_news(current[party], seen)),
        _missing(standing, current),
        head.may & acts_on(standing, head.party),
    )


def _changes(item: AgendaItem, put: tuple[int, UUID, datetime] | None, seen: _Seen) -> Iterator[Change]:
    if seen.is_new(item.proposed_at, item.proposed_by):
        yield Change.PROPOSED
    if item.state_since > item.proposed_at and seen.is_new(item.state_since):
        yield Change.MOVED_ON
    if put is not None and seen.is_new(put[2], put[1]):
        yield Change.WORDED


def _is_news(position: PositionShown, seen: _Seen) -> bool:
    return seen.is_new(position.made_at, position.account_id)


def _missing(item: ItemSituation, current: Mapping[Party, PositionShown]) -> tuple[Party, ...]:
    if item.state is ItemState.PROPOSED:
        return tuple(party for party in Party if party not in item.admitted_by)
    if item.state is not ItemState.ADMITTED or not item.has_wording:
        return ()
    return tuple(party for party in Party if party not in current)


def _move_alone(work: UnitOfWork, case_id: UUID, item_id: UUID, act: Act) -> None:
    case, _ = admission.admit(work, case_id, act)
    item = table.find(work, case, item_id)
    _move(work, item, ITEM.after(item.state, act))
    audit.record(work, act, case.id, item.id)


def _move(work: UnitOfWork, item: AgendaItem, state: ItemState) -> None:
    item.state = state
    item.state_since = work.now
    work.session.flush()


def _tell_leads(work: UnitOfWork, case: Case, item: AgendaItem, *, but: Party | None) -> None:
    waited_for = [lead for party in Party if party is not but for lead in requests.leads_of(work, case, party)]
    cases.tell(work, waited_for, LetterKind.WAITING, about=item.id.hex)
