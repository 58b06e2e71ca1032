"""Items, wordings and positions for tests, put down as the people would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import event

from dialogue.domain.acts import Act
from dialogue.domain.agenda import ItemKind
from dialogue.domain.positions import Consensus, Stance
from dialogue.services import agenda, cases, items, positions, texts, wordings
from dialogue.services.items import ItemShown
from dialogue.services.positions import Said
from dialogue.services.texts import TextShown
from dialogue.services.unit import Actor
from dialogue.store.cases import lock_case
from dialogue.store.engine import Store
from tests.builders import Table

WORDS = "Night shifts are announced four weeks ahead."


def proposed(table: Table, by: Actor, title: str = "Night shifts", background: str = "") -> UUID:
    with table.writing(by) as work:
        return agenda.propose(work, table.case_id, title=title, background=background)


def admitted(table: Table, title: str = "Night shifts") -> UUID:
    """Proposed by the company, admitted by the union."""
    item_id = proposed(table, table.company_lead, title)
    with table.writing(table.union_lead) as work:
        agenda.admit(work, table.case_id, item_id)
    return item_id


def word(table: Table, by: Actor, item_id: UUID, text: str = WORDS, remark: str = "") -> UUID:
    """Put a wording that answers the one on the table."""
    present = look(table, by, item_id).wording
    with table.writing(by) as work:
        return wordings.propose(
            work,
            table.case_id,
            item_id,
            text=text,
            language="en",
            answers_id=present.id if present else None,
            remark=remark,
        )


def look(table: Table, by: Actor, item_id: UUID) -> ItemShown:
    with table.reading(by) as work:
        return items.show(work, table.case_id, item_id)


def stand(
    table: Table, by: Actor, item_id: UUID, stance: Stance, *, reason: str = "", reservation: str = ""
) -> Consensus:
    """Record a position after having looked."""
    seen = look(table, by, item_id)
    assert seen.wording is not None
    with table.writing(by) as work:
        return positions.record(
            work,
            table.case_id,
            item_id,
            wording_id=seen.wording.id,
            previous_id=seen.own_position,
            stance=stance,
            reason=reason,
            reservation=reservation,
        )


def agreed(table: Table, title: str = "Night shifts", text: str = WORDS, reservation: str = "") -> UUID:
    """An item in consensus; the union can live with it where it has a reservation."""
    item_id = admitted(table, title)
    word(table, table.company_lead, item_id, text)
    stand(table, table.company_lead, item_id, Stance.AGREE)
    if reservation:
        stand(table, table.union_lead, item_id, Stance.CAN_LIVE_WITH_IT, reservation=reservation)
    else:
        stand(table, table.union_lead, item_id, Stance.AGREE)
    return item_id


def framed(table: Table, kind: ItemKind, text: str, *, by: Actor | None = None) -> UUID:
    """Words around the record on which both parties agree."""
    author = by or table.company_lead
    seen = text_of(table, author, kind).words
    with table.writing(author) as work:
        present = seen.wording.id if seen is not None and seen.wording is not None else None
        wording = texts.word(work, table.case_id, kind, text=text, language="en", answers_id=present)
    for lead in (table.company_lead, table.union_lead):
        answer(table, lead, kind, Stance.AGREE)
    return wording


def text_of(table: Table, by: Actor, kind: ItemKind) -> TextShown:
    with table.reading(by) as work:
        return texts.show(work, table.case_id, kind)


def answer(table: Table, by: Actor, kind: ItemKind, stance: Stance, reason: str = "") -> Consensus:
    """A party's position on words around the record, after having looked."""
    seen = text_of(table, by, kind).words
    assert seen is not None
    assert seen.wording is not None
    with table.writing(by) as work:
        return texts.stand(
            work,
            table.case_id,
            kind,
            wording_id=seen.wording.id,
            previous_id=seen.own_position,
            said=Said(stance, reason),
        )


def conclude(table: Table) -> None:
    """Both leads have confirmed that it is time to conclude."""
    with table.writing(table.company_lead) as work:
        case = lock_case(work.session, table.case_id)
        assert case is not None
        cases.move(work, case, Act.CASE_CONCLUDE)


def reopen(table: Table, item_id: UUID) -> None:
    """Both leads have confirmed that an agreed wording may be answered."""
    with table.writing(table.union_lead) as work:
        case = lock_case(work.session, table.case_id)
        assert case is not None
        agenda.carry_reopening(work, case, item_id)


@contextmanager
def statements_of(store: Store) -> Iterator[list[str]]:
    """Every SQL statement that runs meanwhile."""
    ran: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        ran.append(statement)

    for engine in (store.reading, store.writing):
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        for engine in (store.reading, store.writing):
            event.remove(engine, "before_cursor_execute", note)
