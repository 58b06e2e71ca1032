"""No two lists of values are written alike."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum, StrEnum
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dialogue.crypto.context import Place, digest, encode


class Room(StrEnum):
    JOINT = "joint"


class Party(str, Enum):  # noqa: UP042
    UNION = "union"


PLACE = Place(UUID(int=1), "joint", "notes", "sealed_body", UUID(int=2))

single = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=8),
    st.binary(max_size=8),
    st.uuids(),
    st.datetimes(timezones=st.just(UTC)),
)
values = st.lists(st.recursive(single, lambda inner: st.lists(inner, max_size=3), max_leaves=6), max_size=4)


def typed(value):
    """The value with its type, so that Python's own ``True == 1`` does not blur what must differ."""
    if isinstance(value, list | tuple):
        return ("sequence", tuple(typed(member) for member in value))
    return (type(value).__name__, value)


@settings(max_examples=200, deadline=None)
@given(values, values)
@example([True], [1])
@example([False], [0])
@example(["a"], [b"a"])
@example(["ab", "c"], ["a", "bc"])
@example([["a"], "b"], [["a", "b"]])
@example([[]], [])
@example([None], [""])
@example([[["a"]]], [["a"]])
@example([UUID(int=0)], [bytes(16)])
@example([0], [datetime(1970, 1, 1, tzinfo=UTC)])
@example([-1], [255])
@example([128], [-128])
def test_two_lists_are_written_alike_only_when_they_are_the_same(one, other):
    assert (encode(*one) == encode(*other)) == (typed(one) == typed(other))


def test_the_control_joined_strings_do_collide():
    assert "ab" + "c" == "a" + "bc"
    assert encode("ab", "c") != encode("a", "bc")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "4e 0000000000000000"),
        (True, "42 0000000000000001 01"),
        (False, "42 0000000000000001 00"),
        (0, "49 0000000000000001 00"),
        (-1, "49 0000000000000001 ff"),
        (127, "49 0000000000000001 7f"),
        (128, "49 0000000000000002 0080"),
        (-129, "49 0000000000000002 ff7f"),
        ("é", "53 0000000000000002 c3a9"),
        (b"\x00", "59 0000000000000001 00"),
        (UUID(int=5), "55 0000000000000010 00000000000000000000000000000005"),
        (datetime(1970, 1, 1, 0, 0, 1, 2, tzinfo=UTC), "54 0000000000000003 0f4242"),
        ([1, "a"], "4c 0000000000000014 49000000000000000101 53000000000000000161"),
    ],
)
def test_a_value_is_written_as_the_docstring_says(value, written):
    assert encode(value) == bytes.fromhex(written)


def test_an_enum_is_its_value_and_a_tuple_is_a_list():
    assert encode(Room.JOINT, Party.UNION) == encode("joint", "union")
    assert encode(("a", 1)) == encode(["a", 1])


def test_a_moment_is_the_same_in_every_zone_and_refused_without_one():
    noon = datetime(2026, 3, 4, 12, 0, 0, 1, tzinfo=UTC)

    assert encode(noon) == encode(noon.astimezone(timezone(timedelta(hours=5, minutes=30))))
    assert encode(noon) != encode(noon + timedelta(microseconds=1))
    with pytest.raises(ValueError, match="time zone"):
        encode(noon.replace(tzinfo=None))


@pytest.mark.parametrize("value", [1.5, {"a": 1}, {1}, object(), bytearray(b"a"), range(3)])
def test_what_has_no_tag_is_refused(value):
    with pytest.raises(TypeError):
        encode(value)


def test_a_place_differs_in_each_of_its_parts():
    contexts = {
        PLACE.context(1),
        PLACE.context(2),
        replace(PLACE, case=UUID(int=3)).context(1),
        replace(PLACE, room="union").context(1),
        replace(PLACE, table="drafts").context(1),
        replace(PLACE, column="sealed_title").context(1),
        replace(PLACE, record=UUID(int=3)).context(1),
        replace(PLACE, version=2).context(1),
        replace(PLACE, case=PLACE.record, record=PLACE.case).context(1),
    }

    assert len(contexts) == 9


def test_a_digest_depends_on_its_label():
    assert len(digest("dialogue/a/1", "x")) == 32
    assert digest("dialogue/a/1", "x") != digest("dialogue/b/1", "x")
