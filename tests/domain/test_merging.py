"""Two people write at once: what both wrote ends in one text, and no word of either is lost."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.domain.merging import Clash, merge

BASE = "The parties met.\n\nNight shifts were discussed.\n\nThe next meeting is in March."


def test_paragraphs_that_one_of_them_left_alone_are_the_others() -> None:
    theirs = BASE.replace("The parties met.", "The parties met in Geneva.")
    mine = BASE.replace("in March", "on 3 March")

    merged = merge(BASE, theirs, mine)

    assert merged.text == (
        "The parties met in Geneva.\n\nNight shifts were discussed.\n\nThe next meeting is on 3 March."
    )
    assert merged.clashes == ()


def test_an_addition_at_the_end_meets_a_change_above_it() -> None:
    merged = merge(BASE, BASE.replace("met", "met again"), f"{BASE}\n\nInterpretation was good.")

    assert merged.text.startswith("The parties met again.")
    assert merged.text.endswith("The next meeting is in March.\n\nInterpretation was good.")
    assert merged.clashes == ()


def test_what_both_changed_stands_one_after_the_other() -> None:
    theirs = BASE.replace("Night shifts were discussed.", "Night shifts were settled.")
    mine = BASE.replace("Night shifts were discussed.", "Night shifts were put off.")

    merged = merge(BASE, theirs, mine)

    assert merged.clashes == (Clash("Night shifts were settled.", "Night shifts were put off."),)
    assert "Night shifts were put off.\nNight shifts were settled." in merged.text


def test_two_endings_are_both_kept() -> None:
    merged = merge(BASE, f"{BASE}\n\nThe union thanked.", f"{BASE}\n\nThe company thanked.")

    assert merged.clashes
    assert "The union thanked." in merged.text
    assert "The company thanked." in merged.text


def test_a_paragraph_that_one_struck_and_the_other_changed_is_for_people_to_settle() -> None:
    theirs = BASE.replace("Night shifts were discussed.\n\n", "")
    mine = BASE.replace("discussed", "discussed at length")

    merged = merge(BASE, theirs, mine)

    assert merged.clashes
    assert "discussed at length" in merged.text


@pytest.mark.parametrize("lines", [3_000])
def test_monotonous_texts_are_put_together_in_time(lines: int) -> None:
    merged = merge("\n" * lines, "\n" * lines + "a", "b" + "\n" * lines)

    assert {"a", "b"} <= set(merged.text.split("\n"))


TEXTS = st.lists(st.sampled_from(["", "one", "two", "three", "four", "one two"]), max_size=9).map("\n".join)


@given(base=TEXTS, theirs=TEXTS, mine=TEXTS)
def test_no_line_that_somebody_wrote_is_lost(base: str, theirs: str, mine: str) -> None:
    merged = Counter(merge(base, theirs, mine).text.split("\n"))
    before = Counter(base.split("\n"))

    assert Counter(theirs.split("\n")) - before <= merged
    assert Counter(mine.split("\n")) - before <= merged


@given(base=TEXTS, theirs=TEXTS, mine=TEXTS)
def test_what_neither_touched_stays_and_without_a_clash_it_is_the_same_whoever_came_first(
    base: str, theirs: str, mine: str
) -> None:
    merged = merge(base, theirs, mine)
    kept = Counter(base.split("\n")) & Counter(theirs.split("\n")) & Counter(mine.split("\n"))

    if not merged.clashes:
        assert merge(base, mine, theirs).text == merged.text
    if theirs == mine == base:
        assert merged.text == base
        assert kept <= Counter(merged.text.split("\n"))


@given(base=TEXTS, other=TEXTS)
def test_who_writes_alone_is_taken_at_his_word(base: str, other: str) -> None:
    assert merge(base, base, other).text == other
    assert merge(base, other, base).text == other
    assert merge(base, other, other).text == other
