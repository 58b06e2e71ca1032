"""Paper entries: what happened outside this place, signed by both leads, and then left as it is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from dialogue.domain.paper import PaperKind, PaperState
from dialogue.domain.people import Party
from dialogue.domain.waiting import TaskKind
from dialogue.errors import Forbidden, IllegalTransition, NotFound, OutOfDate, Unfit
from dialogue.services import paper, waiting
from dialogue.services.paper import EntryShown
from dialogue.services.unit import Actor
from dialogue.store.paper import PaperVoice
from tests.builders import START, Table

LETTER: dict[str, Any] = {
    "kind": PaperKind.LETTER,
    "title": "A letter of the works council",
    "text": "It was handed over in the canteen.",
    "happened_on": START.date(),
}


def entered(table: Table, by: Actor, **said: Any) -> UUID:
    with table.writing(by) as work:
        return paper.propose(work, table.case_id, **LETTER | said)


def agree(table: Table, by: Actor, entry_id: UUID) -> PaperState:
    with table.writing(by) as work:
        return paper.agree(work, table.case_id, entry_id)


def look(table: Table, by: Actor) -> EntryShown:
    with table.reading(by) as work:
        return paper.index(work, table.case_id).entries[0]


def mine(table: Table, actor: Actor) -> list[TaskKind]:
    with table.reading(actor) as work:
        return [one.task.kind for one in waiting.for_me(work)]


def test_an_entry_is_kept_once_both_leads_have_signed_it(table: Table) -> None:
    entry_id = entered(table, table.company_lead)
    assert TaskKind.AGREE_PAPER in mine(table, table.union_lead)
    assert TaskKind.AGREE_PAPER not in mine(table, table.company_lead)
    with pytest.raises(IllegalTransition):
        agree(table, table.company_lead, entry_id)
    with pytest.raises(Forbidden):
        agree(table, table.union_delegate, entry_id)

    assert agree(table, table.union_lead, entry_id) is PaperState.AGREED

    shown = look(table, table.facilitator)
    assert (shown.text, shown.happened_on, shown.holds) == (LETTER["text"], date(2026, 11, 2), True)
    assert shown.may == frozenset()
    assert TaskKind.AGREE_PAPER not in mine(table, table.union_lead)
    for late in (paper.agree, paper.withdraw):
        with pytest.raises(OutOfDate), table.writing(table.union_lead) as work:
            late(work, table.case_id, entry_id)


def test_what_a_facilitator_enters_needs_both_leads(table: Table) -> None:
    entry_id = entered(table, table.facilitator)

    assert agree(table, table.union_lead, entry_id) is PaperState.PROPOSED
    assert look(table, table.company_lead).heard == {Party.UNION}
    assert agree(table, table.company_lead, entry_id) is PaperState.AGREED


def test_either_lead_takes_off_what_was_not_so(table: Table) -> None:
    entry_id = entered(table, table.company_lead)

    with table.writing(table.union_lead) as work:
        paper.withdraw(work, table.case_id, entry_id)

    assert look(table, table.company_lead).state is PaperState.WITHDRAWN


def test_a_word_put_under_another_name_counts_for_nothing(table: Table) -> None:
    entry_id = entered(table, table.company_lead)
    agree(table, table.union_lead, entry_id)
    with table.house.instance.store.session(writes=True) as session:
        session.execute(
            update(PaperVoice)
            .where(PaperVoice.entry_id == entry_id, PaperVoice.party == Party.UNION)
            .values(account_id=table.union_delegate.account_id)
        )
        session.commit()

    shown = look(table, table.company_lead)

    assert shown.state is PaperState.AGREED
    assert not shown.holds


def test_who_may_not_enter_and_what_cannot_be_entered(table: Table) -> None:
    with pytest.raises(Forbidden):
        entered(table, table.union_delegate)
    with pytest.raises(NotFound):
        entered(table, table.outsider)
    with pytest.raises(Forbidden), table.reading(table.coordinator) as work:
        paper.index(work, table.case_id)
    for said in ({"title": " "}, {"text": ""}, {"happened_on": table.house.now.date() + timedelta(days=2)}):
        with pytest.raises(Unfit):
            entered(table, table.union_lead, **said)
