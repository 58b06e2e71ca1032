"""When somebody was last here."""

from datetime import UTC, datetime, timedelta

import pytest

from dialogue.domain.visits import last_visit

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes_ago", "last"),
    [
        ([], None),
        ([5], None),
        ([1, 20, 45], None),
        ([31], 31),
        ([5, 20, 51], 51),
        ([2, 4, 600, 605, 2000], 600),
    ],
)
def test_the_last_visit_ended_before_the_present_sitting_began(minutes_ago: list[int], last: int | None) -> None:
    moments = [NOW - timedelta(minutes=ago) for ago in minutes_ago]

    assert last_visit(moments, NOW) == (NOW - timedelta(minutes=last) if last else None)
