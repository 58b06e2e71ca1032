"""The life of a case and of an agenda item: every move of the tables, and no other."""

from __future__ import annotations

import pytest

from dialogue.domain.acts import Act
from dialogue.domain.agenda import ITEM, ItemState
from dialogue.domain.cases import ACTIVE, BEFORE_THE_ILO, CASE, GONE, STEP_OF, CaseStatus
from dialogue.errors import IllegalTransition

# from            act                 to
MOVES = """
draft             case:invite         invited
draft             case:withdraw       withdrawn
invited           case:request        requested
invited           case:decline        declined
invited           case:withdraw       withdrawn
requested         case:take_up        preparing
requested         case:return         invited
requested         case:not_take_up    not_taken_up
requested         case:leave          withdrawn
preparing         case:begin          in_dialogue
preparing         case:leave          ended
in_dialogue       case:suspend        suspended
in_dialogue       case:conclude       concluding
in_dialogue       case:leave          ended
suspended         case:resume         in_dialogue
suspended         case:leave          ended
concluding        case:go_back        in_dialogue
concluding        case:complete       completed
concluding        case:leave          ended
completed         case:close          closed
closed            case:destroy        destroyed
ended             case:destroy        destroyed
not_taken_up      case:destroy        destroyed
"""

ITEM_MOVES = """
proposed          agenda:admit        admitted
proposed          agenda:withdraw     withdrawn
admitted          agenda:park         parked
admitted          agenda:withdraw     withdrawn
parked            agenda:resume       admitted
parked            agenda:withdraw     withdrawn
"""

# What the ILO cannot see, what is gone for everybody, and what either lead can leave at any moment.
UNKNOWN_TO_THE_ILO = {"draft", "invited", "declined", "withdrawn"}
GONE_FOR_EVERYBODY = {"declined", "withdrawn", "destroyed"}
LEFT_AT_ANY_MOMENT = {"preparing", "in_dialogue", "suspended", "concluding"}

STEPS = """
draft          request
invited        request
declined       request
withdrawn      request
requested      request
not_taken_up   request
preparing      preparation
in_dialogue    dialogue
suspended      dialogue
ended          dialogue
concluding     conclusion
completed      follow_up
closed         follow_up
destroyed      follow_up
"""


def moves(table: str) -> dict[tuple[str, str], str]:
    return {(start, act): end for start, act, end in map(str.split, table.strip().splitlines())}


@pytest.mark.parametrize("status", CaseStatus)
def test_a_case_makes_the_moves_of_the_table_and_no_other(status: CaseStatus) -> None:
    expected = moves(MOVES)
    for act in Act:
        end = expected.get((status.value, act.value))
        assert CASE.allows(status, act) is (end is not None), (status, act)
        if end is None:
            with pytest.raises(IllegalTransition):
                CASE.after(status, act)
        else:
            assert CASE.after(status, act).value == end


@pytest.mark.parametrize("state", ItemState)
def test_an_item_makes_the_moves_of_its_table_and_no_other(state: ItemState) -> None:
    expected = moves(ITEM_MOVES)
    for act in Act:
        end = expected.get((state.value, act.value))
        if end is None:
            with pytest.raises(IllegalTransition):
                ITEM.after(state, act)
        else:
            assert ITEM.after(state, act).value == end


def test_every_state_is_reached_from_the_draft_and_every_one_but_the_gone_is_left() -> None:
    expected = moves(MOVES)
    reached = {"draft"} | set(expected.values())
    left = {start for start, _ in expected}

    assert reached == {status.value for status in CaseStatus}
    assert left == reached - GONE_FOR_EVERYBODY


def test_either_party_leaves_at_any_moment_while_the_case_is_active() -> None:
    assert {status.value for status in ACTIVE} == LEFT_AT_ANY_MOMENT
    assert {CASE.after(status, Act.CASE_LEAVE) for status in ACTIVE} == {CaseStatus.ENDED}


def test_the_ilo_knows_of_a_case_once_both_have_asked() -> None:
    assert {status.value for status in BEFORE_THE_ILO} == UNKNOWN_TO_THE_ILO
    assert {status.value for status in GONE} == GONE_FOR_EVERYBODY


def test_every_state_stands_at_a_step_of_the_line() -> None:
    expected = dict(map(str.split, STEPS.strip().splitlines()))

    assert {status.value: step.value for status, step in STEP_OF.items()} == expected


def test_the_table_tells_where_a_state_leads() -> None:
    assert CASE.acts_from(CaseStatus.REQUESTED) == (
        Act.CASE_TAKE_UP,
        Act.CASE_RETURN,
        Act.CASE_NOT_TAKE_UP,
        Act.CASE_LEAVE,
    )
    assert CASE.acts_from(CaseStatus.DESTROYED) == ()
    assert CASE.acts == {Act(act) for _, act in moves(MOVES)}
