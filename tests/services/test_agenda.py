"""The agenda: what one proposes, both admit, and everybody at the table sees."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from dialogue.domain.agenda import Chapter, ItemState
from dialogue.domain.people import Party
from dialogue.domain.positions import Consensus, Stance
from dialogue.errors import (
    Forbidden,
    IllegalTransition,
    NotAgreed,
    NotFound,
    OutOfDate,
    SealBroken,
    Unfit,
)
from dialogue.services import agenda, items, positions, wordings
from dialogue.services.rooms import Trouble
from dialogue.services.unit import Actor
from dialogue.store.agenda import find_item, find_wording
from dialogue.store.cases import lock_case
from dialogue.store.record import chain_of
from tests.builders import Table
from tests.on_the_table import WORDS, admitted, agreed, look, proposed, reopen, stand, statements_of, word


def state_of(table: Table, item_id: UUID) -> ItemState:
    return look(table, table.company_lead, item_id).state


def acts_recorded(table: Table) -> list[str]:
    with table.reading(None) as work:
        return [entry.act for entry in chain_of(work.session, f"{table.case_id.hex}:joint")]


# Proposing and admitting


def test_a_leads_item_joins_the_agenda_when_the_other_lead_admits_it(table: Table) -> None:
    item_id = proposed(table, table.company_lead)
    assert state_of(table, item_id) is ItemState.PROPOSED

    with table.writing(table.union_lead) as work:
        assert agenda.admit(work, table.case_id, item_id) is ItemState.ADMITTED

    assert state_of(table, item_id) is ItemState.ADMITTED
    assert acts_recorded(table).count("agenda:admit") == 1


def test_a_facilitators_item_needs_both_leads(table: Table) -> None:
    item_id = proposed(table, table.facilitator)

    with table.writing(table.union_lead) as work:
        assert agenda.admit(work, table.case_id, item_id) is ItemState.PROPOSED
    with table.writing(table.company_lead) as work:
        assert agenda.admit(work, table.case_id, item_id) is ItemState.ADMITTED


def test_nobody_admits_twice_or_what_is_on_the_agenda_already(table: Table) -> None:
    item_id = proposed(table, table.company_lead)

    with pytest.raises(IllegalTransition), table.writing(table.company_lead) as work:
        agenda.admit(work, table.case_id, item_id)
    with table.writing(table.union_lead) as work:
        agenda.admit(work, table.case_id, item_id)
    with pytest.raises(IllegalTransition), table.writing(table.union_lead) as work:
        agenda.admit(work, table.case_id, item_id)


@pytest.mark.parametrize("who", ["company_delegate", "union_delegate", "facilitator"])
def test_only_a_lead_admits(table: Table, who: str) -> None:
    item_id = proposed(table, table.company_lead)

    with pytest.raises(Forbidden), table.writing(getattr(table, who)) as work:
        agenda.admit(work, table.case_id, item_id)


@pytest.mark.parametrize("who", ["company_delegate", "union_delegate"])
def test_a_delegate_proposes_nothing(table: Table, who: str) -> None:
    with pytest.raises(Forbidden), table.writing(getattr(table, who)) as work:
        agenda.propose(work, table.case_id, title="Canteen")


@pytest.mark.parametrize("who", ["coordinator", "outsider"])
def test_the_agenda_is_closed_to_whoever_does_not_sit_at_the_table(table: Table, who: str) -> None:
    item_id = admitted(table)
    actor: Actor = getattr(table, who)

    with pytest.raises((Forbidden, NotFound)), table.reading(actor) as work:
        agenda.board(work, table.case_id)
    with pytest.raises((Forbidden, NotFound)), table.reading(actor) as work:
        items.show(work, table.case_id, item_id)


def test_an_item_needs_a_title(table: Table) -> None:
    with pytest.raises(Unfit), table.writing(table.company_lead) as work:
        agenda.propose(work, table.case_id, title="  ")


def test_an_item_of_another_case_is_not_there(table: Table) -> None:
    with pytest.raises(NotFound), table.reading(table.company_lead) as work:
        items.show(work, table.case_id, uuid4())


# Withdrawing, parking, resuming


def test_a_proposed_item_is_withdrawn_by_its_own_side_only(table: Table) -> None:
    item_id = proposed(table, table.company_lead)

    with pytest.raises(Forbidden), table.writing(table.union_lead) as work:
        agenda.withdraw(work, table.case_id, item_id)
    with pytest.raises(Forbidden), table.writing(table.facilitator) as work:
        agenda.withdraw(work, table.case_id, item_id)
    with table.writing(table.company_lead) as work:
        agenda.withdraw(work, table.case_id, item_id)

    assert state_of(table, item_id) is ItemState.WITHDRAWN


def test_an_item_on_the_agenda_is_withdrawn_by_both_together(table: Table) -> None:
    item_id = admitted(table)

    with pytest.raises(NotAgreed), table.writing(table.company_lead) as work:
        agenda.withdraw(work, table.case_id, item_id)
    with table.writing(table.company_lead) as work:
        case = lock_case(work.session, table.case_id)
        assert case is not None
        agenda.carry_withdrawal(work, case, item_id)

    assert state_of(table, item_id) is ItemState.WITHDRAWN


def test_a_parked_item_rests_until_it_is_resumed(table: Table) -> None:
    item_id = admitted(table)
    wording_id = word(table, table.company_lead, item_id)

    with table.writing(table.facilitator) as work:
        agenda.park(work, table.case_id, item_id)
    with pytest.raises(IllegalTransition):
        stand(table, table.union_lead, item_id, Stance.AGREE)
    with pytest.raises(IllegalTransition):
        word(table, table.union_lead, item_id)
    with table.writing(table.union_lead) as work:
        agenda.resume(work, table.case_id, item_id)

    shown = look(table, table.union_lead, item_id)
    assert shown.state is ItemState.ADMITTED
    assert shown.wording is not None
    assert shown.wording.id == wording_id


# Wordings


def test_a_wording_answers_the_one_on_the_table_and_shows_what_it_changes(table: Table) -> None:
    item_id = admitted(table)
    first = word(table, table.company_lead, item_id, "Shifts are announced two weeks ahead.")
    word(table, table.union_lead, item_id, "Shifts are announced four weeks ahead.", remark="Two are too few.")

    shown = look(table, table.facilitator, item_id)

    assert shown.wording is not None
    assert shown.answered is not None
    assert (shown.wording.number, shown.wording.answers_id, shown.wording.party) == (2, first, Party.UNION)
    assert shown.wording.remark == "Two are too few."
    assert [part for part in shown.changes if part[0] != "same"] == [("removed", "two"), ("added", "four")]
    assert [past.wording.text for past in shown.past] == ["Shifts are announced two weeks ahead."]
    assert shown.people[table.union_lead.account_id].name == "Ana Rojas"


def test_an_item_that_is_only_proposed_takes_no_wording(table: Table) -> None:
    item_id = proposed(table, table.company_lead)

    with pytest.raises(IllegalTransition):
        word(table, table.company_lead, item_id)


def test_a_wording_that_answers_an_earlier_one_is_out_of_date_and_the_other_stays(table: Table) -> None:
    item_id = admitted(table)
    first = word(table, table.company_lead, item_id)
    word(table, table.union_lead, item_id, "Quite other words.")

    with pytest.raises(OutOfDate), table.writing(table.facilitator) as work:
        wordings.propose(work, table.case_id, item_id, text="Mine.", language="en", answers_id=first)

    shown = look(table, table.facilitator, item_id)
    assert shown.wording is not None
    assert shown.wording.text == "Quite other words."


def test_a_delegate_proposes_no_wording(table: Table) -> None:
    item_id = admitted(table)

    with pytest.raises(Forbidden):
        word(table, table.union_delegate, item_id)


def test_agreed_words_are_answered_only_after_both_have_reopened_them(table: Table) -> None:
    item_id = agreed(table)

    with pytest.raises(NotAgreed):
        word(table, table.facilitator, item_id, "Other words.")
    reopen(table, item_id)
    assert look(table, table.company_lead, item_id).reopened
    word(table, table.facilitator, item_id, "Other words.")

    shown = look(table, table.company_lead, item_id)
    assert (shown.consensus, shown.positions, shown.reopened) == (Consensus.PENDING, {}, False)


def test_a_reopening_is_for_the_words_that_were_agreed_and_not_for_the_next_ones(table: Table) -> None:
    item_id = agreed(table)
    reopen(table, item_id)
    word(table, table.union_lead, item_id, "Other words.")
    stand(table, table.company_lead, item_id, Stance.AGREE)
    stand(table, table.union_lead, item_id, Stance.AGREE)

    with pytest.raises(NotAgreed):
        word(table, table.company_lead, item_id, "Yet other words.")


def test_there_is_nothing_to_reopen_where_nothing_is_agreed(table: Table) -> None:
    item_id = admitted(table)
    word(table, table.company_lead, item_id)

    with pytest.raises(IllegalTransition):
        reopen(table, item_id)


def test_the_chain_of_wordings_is_shown_page_by_page(table: Table) -> None:
    item_id = admitted(table)
    for number in range(1, 14):
        word(table, table.company_lead, item_id, f"Wording {number}.")

    first = look(table, table.union_lead, item_id)
    with table.reading(table.union_lead) as work:
        second = items.show(work, table.case_id, item_id, before=first.older)

    assert [past.wording.number for past in first.past] == list(range(12, 2, -1))
    assert [past.wording.number for past in second.past] == [2, 1]
    assert second.older is None
    assert second.wording is not None
    assert second.wording.number == 13


def test_a_wording_whose_row_says_anything_else_than_its_seal_is_broken(table: Table) -> None:
    item_id = admitted(table)
    wording_id = word(table, table.company_lead, item_id)
    with table.writing(None) as work:
        row = find_wording(work.session, table.case_id, wording_id)
        assert row is not None
        row.author_id = table.union_lead.account_id

    shown = look(table, table.facilitator, item_id)

    assert shown.wording is not None
    assert (shown.wording.trouble, shown.wording.text) == (Trouble.BROKEN, "")


def test_an_item_that_points_back_to_an_earlier_wording_raises_the_alarm(table: Table) -> None:
    item_id = agreed(table)
    first = look(table, table.union_lead, item_id).wording
    reopen(table, item_id)
    word(table, table.union_lead, item_id, "Other words.")
    with table.writing(None) as work:
        row = find_item(work.session, table.case_id, item_id)
        assert row is not None
        assert first is not None
        row.wording_id = first.id

    with pytest.raises(SealBroken):
        look(table, table.company_lead, item_id)
    with pytest.raises(SealBroken), table.writing(table.company_lead) as work:
        wordings.propose(work, table.case_id, item_id, text="Mine.", language="en", answers_id=first.id)


# The board


def looked_at(table: Table, by: Actor) -> agenda.Board:
    with table.reading(by) as work:
        return agenda.board(work, table.case_id)


def test_the_board_shows_both_parties_and_what_moved(table: Table) -> None:
    item_id = admitted(table, "Overtime")
    word(table, table.company_lead, item_id)
    stand(table, table.company_lead, item_id, Stance.AGREE)
    looked_at(table, table.union_delegate)
    table.house.tick(timedelta(days=3))
    stand(table, table.union_lead, item_id, Stance.NEEDS_WORK, reason="Who decides?")
    waiting = proposed(table, table.facilitator, "Canteen")

    board = looked_at(table, table.union_delegate)

    overtime, canteen = board.lines
    assert (overtime.id, overtime.title, overtime.number, overtime.consensus) == (
        item_id,
        "Overtime",
        1,
        Consensus.OPEN,
    )
    assert {party: position.stance for party, position in overtime.positions.items()} == {
        Party.COMPANY: Stance.AGREE,
        Party.UNION: Stance.NEEDS_WORK,
    }
    assert overtime.moved == {Party.UNION}
    assert overtime.missing == ()
    assert (canteen.id, canteen.state, canteen.missing) == (waiting, ItemState.PROPOSED, tuple(Party))
    assert canteen.proposer is not None
    assert canteen.proposer.name == "Farid Lindqvist"
    assert board.in_state(ItemState.ADMITTED) == (overtime,)


def test_what_moved_is_counted_from_the_readers_last_visit(table: Table) -> None:
    item_id = admitted(table)
    word(table, table.company_lead, item_id)
    stand(table, table.company_lead, item_id, Stance.AGREE)

    for passed, moved in ((timedelta(days=13), {Party.COMPANY}), (timedelta(days=2), set())):
        table.house.tick(passed)
        with table.reading(table.union_lead) as work:
            assert agenda.board(work, table.case_id).lines[0].moved == moved


def test_the_board_says_who_is_waited_for(table: Table) -> None:
    item_id = admitted(table)
    word(table, table.company_lead, item_id)
    stand(table, table.union_lead, item_id, Stance.AGREE)

    with table.reading(table.union_lead) as work:
        line = agenda.board(work, table.case_id).lines[0]

    assert line.missing == (Party.COMPANY,)
    assert line.consensus is Consensus.PENDING


def test_the_board_costs_the_same_with_two_items_and_with_two_hundred(table: Table) -> None:
    first, _ = agreed(table, "One"), agreed(table, "Two")
    few = cost(table, first)
    with table.writing(table.company_lead) as work:
        more = [agenda.propose(work, table.case_id, title=f"Item {number}") for number in range(198)]
    with table.writing(table.union_lead) as work:
        for item_id in more:
            agenda.admit(work, table.case_id, item_id)
            words = wordings.propose(work, table.case_id, item_id, text=WORDS, language="en", answers_id=None)
            positions.record(
                work, table.case_id, item_id, wording_id=words, previous_id=None, stance=Stance.CAN_LIVE_WITH_IT
            )

    assert cost(table, first) == few


def test_an_item_costs_the_same_with_two_wordings_and_with_many(table: Table) -> None:
    item_id = admitted(table)
    for number in range(2):
        word(table, table.company_lead, item_id, f"Wording {number}.")
        stand(table, table.union_lead, item_id, Stance.AGREE)
    few = cost(table, item_id)
    for number in range(30):
        word(table, table.company_lead, item_id, f"Other wording {number}.")
        stand(table, table.union_lead, item_id, Stance.AGREE)

    assert cost(table, item_id) == few


def cost(table: Table, item_id: UUID) -> dict[str, int]:
    found = {}
    with statements_of(table.instance.store) as ran, table.reading(table.union_lead) as work:
        agenda.board(work, table.case_id)
    found["board"] = len(ran)
    with statements_of(table.instance.store) as ran, table.reading(table.union_lead) as work:
        items.show(work, table.case_id, item_id)
    found["item"] = len(ran)
    return found


def test_a_newcomer_reads_what_is_on_the_table_and_nothing_before(table: Table) -> None:
    item_id = admitted(table)
    word(table, table.company_lead, item_id, "The first words.")
    stand(table, table.company_lead, item_id, Stance.NEEDS_WORK, reason="Too short.")
    word(table, table.union_lead, item_id, "The words on the table.")
    stand(table, table.company_lead, item_id, Stance.AGREE)
    newcomer = table.house.person("Nora Neu", "nora@union.example")
    table.seat(newcomer, Party.UNION)
    table.accept_terms(newcomer)

    with table.reading(table.union_lead) as work:
        agenda.board(work, table.case_id)
    shown = look(table, newcomer, item_id)

    assert shown.title == "Night shifts"
    assert shown.wording is not None
    assert shown.wording.text == "The words on the table."
    assert shown.positions[Party.COMPANY].stance is Stance.AGREE
    assert [(past.wording.trouble, past.wording.text) for past in shown.past] == [(Trouble.LOCKED, "")]
    assert [position.trouble for position in shown.past[0].positions] == [Trouble.LOCKED]
    assert shown.changes == ()


def test_every_act_on_the_agenda_stands_in_the_record_once(table: Table) -> None:
    item_id = admitted(table)
    word(table, table.company_lead, item_id)
    with table.writing(table.company_lead) as work:
        agenda.park(work, table.case_id, item_id)

    acts = [act for act in acts_recorded(table) if act.startswith(("agenda:", "wording:")) and act != "agenda:read"]

    assert acts == ["agenda:propose", "agenda:admit", "wording:propose", "agenda:park"]


def test_what_people_wrote_is_in_no_repr(table: Table) -> None:
    item_id = agreed(table, "A title to be kept", "Words to be kept", reservation="A reservation to be kept")
    with table.reading(table.union_lead) as work:
        board = agenda.board(work, table.case_id)
    shown = look(table, table.union_lead, item_id)

    told = repr(board) + repr(shown)

    assert "to be kept" not in told
    assert "can_live_with_it" not in told


def test_a_chapter_may_be_named(table: Table) -> None:
    with table.writing(table.union_lead) as work:
        item_id = agenda.propose(work, table.case_id, title="Training", chapter=Chapter.TRAINING)

    assert look(table, table.company_lead, item_id).chapter is Chapter.TRAINING
