"""A signature stands for one statement of one person."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.crypto.identity import Bundle
from dialogue.crypto.signing import sign, verify
from dialogue.errors import SealBroken

AMAL, BENOIT = Bundle(b"a" * 32, b"A" * 32), Bundle(b"b" * 32, b"B" * 32)
STATEMENT = ("dialogue/seat/1", UUID(int=1), "union", "lead", datetime(2026, 3, 4, tzinfo=UTC), 1, None)


def test_what_was_stated_is_verified():
    signature = sign(AMAL, *STATEMENT)

    assert len(signature) == 64
    verify(AMAL.public.sign, signature, *STATEMENT)


@pytest.mark.parametrize("place", range(len(STATEMENT)))
def test_another_statement_is_refused(place):
    changed = [*STATEMENT]
    changed[place] = "other"

    with pytest.raises(SealBroken):
        verify(AMAL.public.sign, sign(AMAL, *STATEMENT), *changed)


def test_another_person_a_shorter_and_a_longer_statement_are_refused():
    signature = sign(AMAL, *STATEMENT)

    with pytest.raises(SealBroken):
        verify(BENOIT.public.sign, signature, *STATEMENT)
    with pytest.raises(SealBroken):
        verify(AMAL.public.sign, signature, *STATEMENT[:-1])
    with pytest.raises(SealBroken):
        verify(AMAL.public.sign, signature, *STATEMENT, None)
    with pytest.raises(SealBroken):
        verify(AMAL.public.sign, signature, STATEMENT[0], list(STATEMENT[1:]))


def test_what_is_no_key_or_no_signature_is_refused():
    signature = sign(AMAL, *STATEMENT)

    for public in (b"", bytes(31), bytes(33), AMAL.public.kem):
        with pytest.raises(SealBroken):
            verify(public, signature, *STATEMENT)
    for wrong in (b"", bytes(64), signature[:-1], signature + b"\0"):
        with pytest.raises(SealBroken):
            verify(AMAL.public.sign, wrong, *STATEMENT)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 63), st.integers(1, 255))
def test_a_flipped_byte_of_a_signature_is_noticed(position, mask):
    signature = bytearray(sign(AMAL, *STATEMENT))
    signature[position] ^= mask

    with pytest.raises(SealBroken):
        verify(AMAL.public.sign, bytes(signature), *STATEMENT)
