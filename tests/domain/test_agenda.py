"""What can be done to an agenda item, and by whom, as tables that a lawyer can read."""

import pytest

from dialogue.domain.acts import Act
from dialogue.domain.agenda import (
    ITEM,
    ItemSituation,
    ItemState,
    acts_on,
    check_item,
    check_translation,
    check_wording,
    joint_acts_on,
)
from dialogue.domain.cases import Completion
from dialogue.domain.outcomes import completion_of
from dialogue.domain.people import Party
from dialogue.domain.positions import Consensus
from dialogue.errors import IllegalTransition, Unfit

BOTH = frozenset(Party)

# state      admit     park    resume    withdraw
LIFE = """
proposed   admitted  -       -         withdrawn
admitted   -         parked  -         withdrawn
parked     -         -       admitted  withdrawn
withdrawn  -         -       -         -
"""


@pytest.mark.parametrize("line", LIFE.strip().splitlines())
def test_the_life_of_an_item(line: str) -> None:
    state, *after = line.split()
    acts = (Act.AGENDA_ADMIT, Act.AGENDA_PARK, Act.AGENDA_RESUME, Act.AGENDA_WITHDRAW)

    for act, expected in zip(acts, after, strict=True):
        if expected == "-":
            with pytest.raises(IllegalTransition):
                ITEM.after(ItemState(state), act)
        else:
            assert ITEM.after(ItemState(state), act).value == expected


def situation(
    state: ItemState = ItemState.ADMITTED,
    *,
    admitted_by: frozenset[Party] = BOTH,
    proposed_by: Party | None = Party.COMPANY,
    has_wording: bool = True,
    consensus: Consensus = Consensus.OPEN,
    reopened: bool = False,
) -> ItemSituation:
    return ItemSituation(state, admitted_by, proposed_by, has_wording, consensus, reopened)


def words(acts: frozenset[Act]) -> str:
    return " ".join(sorted(act.value for act in acts)) or "-"


COMPANY_PROPOSED = situation(ItemState.PROPOSED, admitted_by=frozenset({Party.COMPANY}), has_wording=False)
FACILITATOR_PROPOSED = situation(
    ItemState.PROPOSED, admitted_by=frozenset(), proposed_by=None, has_wording=False, consensus=Consensus.NO_WORDING
)


@pytest.mark.parametrize(
    ("item", "company", "union", "facilitator"),
    [
        (COMPANY_PROPOSED, "agenda:withdraw", "agenda:admit", "-"),
        (FACILITATOR_PROPOSED, "agenda:admit", "agenda:admit", "agenda:withdraw"),
        (
            situation(has_wording=False, consensus=Consensus.NO_WORDING),
            "agenda:park wording:propose",
            "agenda:park wording:propose",
            "agenda:park wording:propose",
        ),
        (
            situation(),
            "agenda:park position:record wording:propose wording:translate",
            "agenda:park position:record wording:propose wording:translate",
            "agenda:park wording:propose wording:translate",
        ),
        (
            situation(consensus=Consensus.AGREED),
            "agenda:park position:record wording:translate",
            "agenda:park position:record wording:translate",
            "agenda:park wording:translate",
        ),
        (
            situation(consensus=Consensus.AGREED_WITH_RESERVATION, reopened=True),
            "agenda:park position:record wording:propose wording:translate",
            "agenda:park position:record wording:propose wording:translate",
            "agenda:park wording:propose wording:translate",
        ),
        (situation(ItemState.PARKED), "agenda:resume", "agenda:resume", "agenda:resume"),
        (situation(ItemState.WITHDRAWN), "-", "-", "-"),
    ],
)
def test_what_each_can_do_alone(item: ItemSituation, company: str, union: str, facilitator: str) -> None:
    assert words(acts_on(item, Party.COMPANY)) == company
    assert words(acts_on(item, Party.UNION)) == union
    assert words(acts_on(item, None)) == facilitator


@pytest.mark.parametrize(
    ("item", "together"),
    [
        (COMPANY_PROPOSED, "-"),
        (situation(), "agenda:withdraw"),
        (situation(consensus=Consensus.AGREED), "agenda:reopen agenda:withdraw"),
        (situation(consensus=Consensus.AGREED, reopened=True), "agenda:withdraw"),
        (situation(ItemState.PARKED, consensus=Consensus.AGREED), "agenda:withdraw"),
        (situation(ItemState.WITHDRAWN), "-"),
    ],
)
def test_what_only_both_can_do(item: ItemSituation, together: str) -> None:
    assert words(joint_acts_on(item)) == together


@pytest.mark.parametrize(
    ("title", "background", "reason"),
    [(" ", "", "item_title"), ("x" * 151, "", "item_title"), ("Night shifts", "x" * 6_001, "item_background")],
)
def test_an_item_has_a_title_within_measure(title: str, background: str, reason: str) -> None:
    with pytest.raises(Unfit) as caught:
        check_item(title, background)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("text", "remark", "reason"),
    [("\n", "", "wording_text"), ("x" * 20_001, "", "wording_text"), ("Words.", "x" * 3_001, "wording_remark")],
)
def test_a_wording_has_words_within_measure(text: str, remark: str, reason: str) -> None:
    with pytest.raises(Unfit) as caught:
        check_wording(text, remark)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("text", "language", "reason"),
    [(" ", "fr", "wording_text"), ("x" * 20_001, "fr", "wording_text"), ("Words.", "en", "translation_language")],
)
def test_a_translation_has_words_in_another_language(text: str, language: str, reason: str) -> None:
    with pytest.raises(Unfit) as caught:
        check_translation(text, language, "en")
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("agreed", "on_the_table", "completion"),
    [(0, 0, "none"), (0, 3, "none"), (2, 3, "partial"), (3, 3, "full")],
)
def test_how_much_was_agreed(agreed: int, on_the_table: int, completion: str) -> None:
    assert completion_of(agreed, on_the_table) is Completion(completion)
