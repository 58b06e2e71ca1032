"""What can be done about a commitment as it stands, and when somebody is asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from dialogue.domain.acts import Act
from dialogue.domain.followup import (
    CommitmentState,
    Owner,
    Progress,
    Situation,
    View,
    acts_on,
    asks_at,
    check_answer,
    check_commitment,
    check_report,
    closes,
    usual_reviews,
)
from dialogue.domain.people import Party
from dialogue.errors import Unfit

# What the company's lead can do; the union's commitment is the company's to answer, and the other way round.
TABLE = """
state      owner    proposed_by  waits_for   can
proposed   company  company      -           change withdraw
proposed   union    union        -           change withdraw agree
in_force   company  -            -           change support report
in_force   company  -            union       change support report
in_force   union    -            -           change support
in_force   union    -            company     change support answer
in_force   both     -            company     change support report answer
in_force   both     union        -           change support report withdraw agree
in_force   company  company      -           change support report withdraw
closed     both     -            -           -
withdrawn  both     -            -           -
"""


@pytest.mark.parametrize("line", TABLE.strip().splitlines()[1:])
def test_what_a_side_can_do_about_a_commitment(line: str) -> None:
    state, owner, proposed_by, waits_for, *can = line.split()
    now = Situation(
        CommitmentState(state),
        Owner(owner),
        Party(proposed_by) if proposed_by != "-" else None,
        Party(waits_for) if waits_for != "-" else None,
    )

    assert acts_on(now, Party.COMPANY) == {Act(f"commitment:{word}") for word in can if word != "-"}
    assert acts_on(now, None) == frozenset()


def test_it_closes_only_when_its_owner_says_done_and_the_other_sees_it_so() -> None:
    closing = {(progress, view) for progress in Progress for view in View if closes(progress, view)}
    assert closing == {(Progress.DONE, View.SAME)}


def test_an_owner_is_asked_two_weeks_before_then_on_the_day_and_then_once_a_month() -> None:
    due = datetime(2027, 3, 31, tzinfo=UTC)
    assert asks_at(due, due - timedelta(days=40)) == due - timedelta(days=14)
    assert asks_at(due, due - timedelta(days=14)) == due
    assert asks_at(due, due) == due + timedelta(days=30)


def test_reviews_are_usual_after_six_and_twelve_months_whatever_the_length_of_a_month() -> None:
    completed = date(2026, 8, 31)
    assert usual_reviews(completed, completed) == (date(2027, 2, 28), date(2027, 8, 31))
    assert usual_reviews(completed, date(2027, 3, 1)) == (date(2027, 8, 31),)
    assert usual_reviews(date(2026, 6, 30), date(2026, 6, 30))[0] == date(2026, 12, 30)


def test_words_are_asked_for_where_they_are_needed() -> None:
    today = date(2026, 11, 2)
    check_commitment("Post the lists.", "They hang.", today, today)
    check_report(Progress.DONE, "")
    check_answer(View.SAME, "")
    for wrong in (
        lambda: check_commitment(" ", "They hang.", today, today),
        lambda: check_commitment("Post the lists.", "", today, today),
        lambda: check_commitment("Post the lists.", "They hang.", today - timedelta(days=1), today),
        lambda: check_report(Progress.CANNOT_AS_AGREED, " "),
        lambda: check_answer(View.DIFFERENT, ""),
        lambda: check_report(Progress.DONE, "x" * 6_001),
    ):
        with pytest.raises(Unfit):
            wrong()
