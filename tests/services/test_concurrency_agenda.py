"""Two who act on the agenda at the same moment: exactly one result, one entry each, nothing lost; on both databases."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from dialogue.domain.agenda import ItemState
from dialogue.domain.people import Party, Role
from dialogue.domain.positions import Consensus, Stance
from dialogue.services import agenda, audit, positions, wordings
from dialogue.services.unit import UnitOfWork
from dialogue.store.record import chain_of
from tests.at_once import Deed, at_once, kinds
from tests.builders import Table
from tests.on_the_table import admitted, agreed, look, proposed, stand, word


def recorded(table: Table, act: str) -> int:
    with table.reading(None) as work:
        return sum(entry.act == act for entry in chain_of(work.session, f"{table.case_id.hex}:joint"))


def standing(table: Table, item_id: UUID, stance: Stance, **words: str) -> Deed:
    """A position on what lies on the table now."""
    seen = look(table, table.facilitator, item_id)
    assert seen.wording is not None
    wording_id = seen.wording.id

    def deed(work: UnitOfWork) -> Any:
        return positions.record(
            work, table.case_id, item_id, wording_id=wording_id, previous_id=None, stance=stance, **words
        )

    return deed


def wording(table: Table, item_id: UUID, text: str) -> Deed:
    """Words that answer what lies on the table now."""
    present = look(table, table.facilitator, item_id).wording
    answered = present.id if present else None

    def deed(work: UnitOfWork) -> Any:
        return wordings.propose(work, table.case_id, item_id, text=text, language="en", answers_id=answered)

    return deed


@pytest.fixture
def item_id(table: Table) -> UUID:
    made = admitted(table)
    word(table, table.company_lead, made)
    return made


def test_two_last_positions_make_one_consensus(table: Table, item_id: UUID) -> None:
    agree = standing(table, item_id, Stance.AGREE)

    told = at_once(table, (table.company_lead, agree), (table.union_lead, agree))

    assert sorted(told) == [Consensus.AGREED, Consensus.PENDING]
    assert look(table, table.facilitator, item_id).consensus is Consensus.AGREED
    assert recorded(table, "position:record") == 2
    assert all(found.bad is None for found in audit.verify(table.instance))


def test_a_lead_and_the_deputy_record_one_position(table: Table, item_id: UUID) -> None:
    deputy = table.house.person("Dora Vega", "dora@union.example")
    table.seat(deputy, Party.UNION, Role.DEPUTY)
    table.accept_terms(deputy)
    look(table, table.union_lead, item_id)

    told = at_once(
        table,
        (table.union_lead, standing(table, item_id, Stance.AGREE)),
        (deputy, standing(table, item_id, Stance.NEEDS_WORK, reason="Who decides?")),
    )

    assert kinds(told) == ["OutOfDate", "done"]
    shown = look(table, table.facilitator, item_id)
    assert shown.positions[Party.UNION].number == 1
    assert shown.replaced == ()
    assert recorded(table, "position:record") == 1


def test_two_wordings_never_answer_the_same_one(table: Table, item_id: UUID) -> None:
    told = at_once(
        table,
        (table.company_lead, wording(table, item_id, "The company's words.")),
        (table.union_lead, wording(table, item_id, "The union's words.")),
        (table.facilitator, wording(table, item_id, "The facilitator's words.")),
    )

    assert kinds(told) == ["OutOfDate", "OutOfDate", "done"]
    shown = look(table, table.facilitator, item_id)
    assert shown.wording is not None
    assert shown.wording.number == 2
    assert recorded(table, "wording:propose") == 2


def test_a_position_and_a_new_wording_never_miss_each_other(table: Table, item_id: UUID) -> None:
    stand(table, table.company_lead, item_id, Stance.AGREE)

    told = at_once(
        table,
        (table.union_lead, standing(table, item_id, Stance.AGREE)),
        (table.facilitator, wording(table, item_id, "Other words.")),
    )

    shown = look(table, table.union_lead, item_id)
    assert shown.wording is not None
    if kinds(told) == ["NotAgreed", "done"]:
        assert (shown.wording.number, shown.consensus) == (1, Consensus.AGREED)
    else:
        assert kinds(told) == ["OutOfDate", "done"]
        assert (shown.wording.number, shown.consensus) == (2, Consensus.PENDING)


def test_two_leads_who_admit_at_once_put_one_item_on_the_agenda(table: Table) -> None:
    item_id = proposed(table, table.facilitator)

    def admit(work: UnitOfWork) -> ItemState:
        return agenda.admit(work, table.case_id, item_id)

    told = at_once(table, (table.company_lead, admit), (table.union_lead, admit))

    assert sorted(told) == [ItemState.ADMITTED, ItemState.PROPOSED]
    assert look(table, table.facilitator, item_id).state is ItemState.ADMITTED
    assert recorded(table, "agenda:admit") == 2


def test_items_proposed_at_once_get_numbers_of_their_own(table: Table) -> None:
    agreed(table)

    def propose(work: UnitOfWork) -> UUID:
        return agenda.propose(work, table.case_id, title="Canteen")

    told = at_once(table, (table.company_lead, propose), (table.union_lead, propose), (table.facilitator, propose))

    assert kinds(told) == ["done", "done", "done"]
    with table.reading(table.company_lead) as work:
        assert [line.number for line in agenda.board(work, table.case_id).lines] == [1, 2, 3, 4]
