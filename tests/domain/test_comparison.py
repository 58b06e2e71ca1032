"""Two wordings compared: what a reader sees struck through and underlined."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.domain.comparison import compare, excerpts

TEXTS = st.text(alphabet="ab ,.\n", max_size=60)


def test_a_changed_word_is_removed_and_added_and_the_rest_stays() -> None:
    parts = compare("Overtime is paid twice a month.", "Overtime is paid once a month.")

    assert parts == (
        ("same", "Overtime is paid"),
        ("same", " "),
        ("removed", "twice"),
        ("added", "once"),
        ("same", " a month."),
    )


def test_a_sentence_put_in_front_leaves_the_others_alone() -> None:
    parts = compare("Wages are paid on Friday.", "This holds from May. Wages are paid on Friday.")

    assert parts == (("added", "This holds from May."), ("same", " Wages are paid on Friday."))


def test_a_sentence_added_at_the_end_leaves_the_others_alone() -> None:
    parts = compare("Wages are paid on Friday.", "Wages are paid on Friday. In cash.")

    assert parts == (("same", "Wages are paid on Friday."), ("added", " In cash."))


def test_a_word_taken_from_the_beginning_leaves_its_space_with_it() -> None:
    assert compare("All wages are paid.", "wages are paid.") == (("removed", "All "), ("same", "wages are paid."))


def test_a_new_line_break_is_a_change_and_a_wider_space_is_none() -> None:
    assert [kind for kind, _ in compare("One. Two.", "One.\nTwo.")] == ["same", "removed", "added", "same"]
    assert [kind for kind, _ in compare("One. Two.", "One.   Two.")] == ["same"]


def test_equal_texts_have_nothing_marked() -> None:
    assert compare("The same.", "The same.") == (("same", "The same."),)
    assert compare("", "") == ()


@given(TEXTS, TEXTS)
def test_the_parts_read_as_either_text_again(before: str, after: str) -> None:
    parts = compare(before, after)

    assert "".join(text for kind, text in parts if kind != "removed") == after
    assert "".join(text for kind, text in parts if kind != "added").split() == before.split()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a " * 10_000, "a " * 9_999 + "b"),
        ("a b " * 5_000, "b a " * 5_000),
        ("\n" * 20_000, "\n" * 19_999 + "x"),
        (" " * 20_000 + "x", " " * 20_000 + "y"),
    ],
)
def test_long_and_monotonous_texts_keep_nobody_waiting(before: str, after: str) -> None:
    started = perf_counter()

    compare(before, after)

    assert perf_counter() - started < 2


LONG = "A sentence that goes on for a while without saying anything new. " * 2


def test_of_a_long_text_the_paragraphs_with_changes_are_shown_under_their_headings() -> None:
    before = f"# Terms\n\n{LONG}\n\n## 1\n\nThree is old.\n\n{LONG}\n\n## 2\n\n{LONG}"

    parts = excerpts(compare(before, before.replace("old", "new")))

    assert "".join(text for _, text in parts) == "[…]\n\n## 1\n\nThree is old.new.\n\n[…]"


def test_between_two_changes_the_gap_keeps_both_paragraphs() -> None:
    before = f"One is old.\n\n{LONG}\n\n## 2\n\nTwo is old."

    parts = excerpts(compare(before, before.replace("old", "new")))

    assert "".join(text for kind, text in parts if kind != "removed") == "One is new.\n\n[…]\n\n## 2\n\nTwo is new."


def test_of_a_short_text_nothing_is_left_out() -> None:
    parts = excerpts(compare("One.\n\nTwo is old.", "One.\n\nTwo is new."))

    assert "".join(text for kind, text in parts if kind != "added") == "One.\n\nTwo is old."


def test_a_long_text_without_changes_is_told_by_its_gap_alone() -> None:
    assert excerpts(compare(LONG, LONG)) == (("same", "[…]"),)
