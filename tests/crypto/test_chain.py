"""Whoever edits, deletes, inserts or moves an entry of the record is found at its number."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.crypto.chain import Link, first_bad, genesis, link_hash

CHAIN = "union-room"
START = datetime(2026, 3, 4, 9, tzinfo=UTC)


def chain_of(length, chain=CHAIN):
    links, previous = [], genesis(chain)
    for seq in range(1, length + 1):
        at = START + timedelta(minutes=seq)
        link = Link(chain, seq, at, UUID(int=seq), "note:write", UUID(int=100 + seq), bytes(32), previous)
        previous = link_hash(link)
        links.append((link, previous, True))
    return links


def test_an_untouched_chain_holds():
    assert first_bad([]) is None
    assert first_bad(chain_of(1)) is None
    assert first_bad(chain_of(9)) is None
    assert first_bad(iter(chain_of(9))) is None


@pytest.mark.parametrize(
    "edit",
    [
        {"chain": "joint-room"},
        {"seq": 40},
        {"at": START},
        {"actor": UUID(int=77)},
        {"actor": None},
        {"act": "note:read"},
        {"object": UUID(int=77)},
        {"object": None},
        {"sealed_hash": b"\1" * 32},
        {"sealed_hash": None},
        {"previous": bytes(32)},
    ],
)
def test_an_edited_entry_is_named(edit):
    links = chain_of(6)
    edited = replace(links[3][0], **edit)

    assert first_bad([*links[:3], (edited, links[3][1], True), *links[4:]]) == 4


def test_an_entry_edited_with_a_new_hash_shows_at_the_next():
    links = chain_of(6)
    edited = replace(links[3][0], act="note:read")

    assert first_bad([*links[:3], (edited, link_hash(edited), True), *links[4:]]) == 5


def test_an_edited_last_entry_with_a_new_hash_lacks_its_mac():
    links = chain_of(6)
    edited = replace(links[5][0], act="note:read")

    assert first_bad([*links[:5], (edited, link_hash(edited), False)]) == 6
    assert first_bad([*links[:5], (edited, link_hash(edited), True)]) is None


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 8), st.data())
def test_a_deleted_entry_is_named(length, data):
    links = chain_of(length)
    gone = data.draw(st.integers(0, length - 2))

    assert first_bad(links[:gone] + links[gone + 1 :]) == gone + 1


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(7)))
def test_moved_entries_are_named(order):
    links = chain_of(7)
    first = next((seq for seq, index in enumerate(order, start=1) if index != seq - 1), None)

    assert first_bad([links[index] for index in order]) == first


def test_an_entry_put_in_or_doubled_is_named():
    links = chain_of(6)
    between = replace(links[3][0], act="note:read")

    assert first_bad([*links[:3], (between, link_hash(between), True), *links[3:]]) == 5
    assert first_bad([*links[:3], links[2], *links[3:]]) == 4


def test_an_entry_of_another_chain_is_named():
    links, others = chain_of(6), chain_of(6, "joint-room")

    assert first_bad([*links[:3], others[3], *links[4:]]) == 4
    assert first_bad([others[0], *links[1:]]) == 2


def test_a_stored_hash_that_was_changed_is_named():
    links = chain_of(6)

    assert first_bad([*links[:3], (links[3][0], bytes(32), True), *links[4:]]) == 4
    assert first_bad([*links[:3], (links[3][0], b"", True), *links[4:]]) == 4


def test_a_cut_tail_is_not_seen_here():
    assert first_bad(chain_of(6)[:4]) is None


def test_each_chain_has_a_beginning_of_its_own():
    assert genesis(UUID(int=1)) == genesis(str(UUID(int=1)))
    assert genesis("a") != genesis("b")
    assert len(genesis("a")) == 32


def test_a_well_hashed_chain_with_a_gap_or_from_two_rooms_is_named():
    links = chain_of(3)
    after_a_gap = replace(links[2][0], seq=4)
    from_another = replace(links[2][0], chain="joint-room")

    assert first_bad([*links[:2], (after_a_gap, link_hash(after_a_gap), True)]) == 3
    assert first_bad([*links[:2], (from_another, link_hash(from_another), True)]) == 3
