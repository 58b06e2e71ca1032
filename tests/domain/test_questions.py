"""The life of a question to an expert, as a table; and what is asked and answered within measure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dialogue.domain.acts import Act
from dialogue.domain.questions import OPEN, QUESTION, QuestionState, check_answer, check_question
from dialogue.errors import IllegalTransition, Unfit

LIFE = """
           put       withdraw   decline   answer
proposed   put       withdrawn  -         -
put        -         withdrawn  declined  answered
answered   -         -          -         -
declined   -         -          -         -
withdrawn  -         -          -         -
"""
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def test_what_becomes_of_a_question() -> None:
    acts, *lines = [line.split() for line in LIFE.strip().splitlines()]
    assert [line[0] for line in lines] == ["proposed", "put", "answered", "declined", "withdrawn"]
    assert {line[0] for line in lines} == {state.value for state in QuestionState}
    for state, *cells in lines:
        for act, after in zip(acts, cells, strict=True):
            if after == "-":
                with pytest.raises(IllegalTransition):
                    QUESTION.after(QuestionState(state), Act(f"question:{act}"))
            else:
                assert QUESTION.after(QuestionState(state), Act(f"question:{act}")) == after
    assert {state.value for state in OPEN} == {"proposed", "put"}


@pytest.mark.parametrize(
    ("words", "days", "fits"),
    [("How long?", 1, True), ("x" * 6_000, 1, True), ("x" * 6_001, 1, False), (" ", 1, False), ("How long?", 0, False)],
)
def test_a_question_has_words_and_a_day_to_come(words: str, days: int, fits: bool) -> None:
    if fits:
        check_question(words, NOW + timedelta(days=days), NOW)
    else:
        with pytest.raises(Unfit):
            check_question(words, NOW + timedelta(days=days), NOW)


def test_an_answer_has_words_within_measure() -> None:
    check_answer("x" * 20_000)
    for words in ("", "   ", "x" * 20_001):
        with pytest.raises(Unfit):
            check_answer(words)
