"""What is sealed opens at its place under its key, and nothing else does."""

from dataclasses import replace
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.crypto import envelope
from dialogue.crypto.context import Place, encode
from dialogue.crypto.sealing import RoomKey, epoch_of, keyed_hash, seal, seal_under, unseal, unseal_under
from dialogue.errors import SealBroken

KEY = RoomKey(3, bytes(range(32)))
PLACE = Place(UUID(int=1), "union", "notes", "sealed_body", UUID(int=2))
CONTEXT = encode("dialogue/pins/1", UUID(int=1))
lengths = st.one_of(st.integers(0, 600), st.integers(0, 70_000))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=700))
def test_a_note_comes_back_as_it_was_written(plaintext):
    assert unseal(KEY, seal(KEY, plaintext, PLACE), PLACE) == plaintext
    assert unseal_under(KEY.secret, seal_under(KEY.secret, plaintext, CONTEXT), CONTEXT) == plaintext


def test_every_flipped_byte_is_noticed():
    sealed, under = seal(KEY, b"Our floor is 2%.", PLACE), seal_under(KEY.secret, b"a pin", CONTEXT)

    for position in range(len(sealed)):
        with pytest.raises(SealBroken):
            unseal(KEY, flipped(sealed, position), PLACE)
    for position in range(len(under)):
        with pytest.raises(SealBroken):
            unseal_under(KEY.secret, flipped(under, position), CONTEXT)


def test_every_cut_and_every_addition_is_noticed():
    sealed, under = seal(KEY, b"Our floor is 2%.", PLACE), seal_under(KEY.secret, b"a pin", CONTEXT)

    for blob in [*(sealed[:end] for end in range(len(sealed))), sealed + b"\0", b"\0" + sealed]:
        with pytest.raises(SealBroken):
            unseal(KEY, blob, PLACE)
    for blob in [*(under[:end] for end in range(len(under))), under + b"\0", b"\0" + under]:
        with pytest.raises(SealBroken):
            unseal_under(KEY.secret, blob, CONTEXT)


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(PLACE, case=UUID(int=9)),
        replace(PLACE, room="joint"),
        replace(PLACE, table="drafts"),
        replace(PLACE, column="sealed_title"),
        replace(PLACE, record=UUID(int=9)),
        replace(PLACE, version=2),
    ],
)
def test_a_note_does_not_open_elsewhere(elsewhere):
    with pytest.raises(SealBroken):
        unseal(KEY, seal(KEY, b"Our floor is 2%.", PLACE), elsewhere)


def test_a_note_opens_under_no_other_key_and_in_no_other_epoch():
    sealed = seal(KEY, b"Our floor is 2%.", PLACE)
    other_epoch = sealed[:2] + (4).to_bytes(4, "big") + sealed[6:]

    for key, blob in [
        (RoomKey.fresh(3), sealed),
        (RoomKey(4, KEY.secret), sealed),
        (RoomKey(4, KEY.secret), other_epoch),
        (KEY, other_epoch),
    ]:
        with pytest.raises(SealBroken):
            unseal(key, blob, PLACE)


def test_a_seal_names_its_epoch_version_and_algorithm():
    sealed = seal(RoomKey.fresh(70_000), b"", PLACE)

    assert sealed[:6] == bytes((1, 1)) + (70_000).to_bytes(4, "big")
    assert epoch_of(sealed) == 70_000
    for header in (bytes((0, 1)), bytes((2, 1)), bytes((1, 2)), bytes((1, 0))):
        with pytest.raises(SealBroken):
            epoch_of(header + sealed[2:])
    with pytest.raises(SealBroken):
        epoch_of(sealed[:2] + bytes(4) + sealed[6:])


def test_a_seal_of_a_room_is_no_seal_under_a_key():
    sealed = seal(KEY, b"Our floor is 2%.", PLACE)

    with pytest.raises(SealBroken):
        unseal_under(KEY.secret, bytes((1, 2)) + sealed[6:], PLACE.context(3))
    with pytest.raises(SealBroken):
        epoch_of(seal_under(KEY.secret, b"x", PLACE.context(3)))


def test_a_seal_is_laid_out_as_its_docstring_says():
    sealed, context = seal(KEY, b"Our floor is 2%.", PLACE), PLACE.context(3)
    record_key = HKDF(SHA256(), 32, None, context).derive(KEY.secret)

    padded = AESGCM(record_key).decrypt(sealed[6:18], sealed[18:], context)

    assert padded == (16).to_bytes(4, "big") + b"Our floor is 2%." + bytes(236)


def test_the_same_words_are_never_sealed_alike():
    assert seal(KEY, b"yes", PLACE) != seal(KEY, b"yes", PLACE)


@settings(max_examples=100, deadline=None)
@given(lengths, lengths)
def test_the_length_of_a_note_shows_only_roughly(one, other):
    shown = [len(seal(KEY, b"x" * length, PLACE)) - 34 for length in (one, other)]

    for length, padded in zip((one, other), shown, strict=True):
        assert max(256, length + 4) <= padded <= max(256, (length + 4) * 1.12)
    assert one > 252 or other > 252 or shown[0] == shown[1]


def test_few_lengths_are_told_apart():
    assert len({envelope.padded_length(length) for length in range(1, 100_001)}) < 250


@pytest.mark.parametrize(
    "padded",
    [
        b"",
        b"\0\0",
        bytes(255),
        bytes(257),
        b"\0\0\0\x01" + b"x" + bytes(250) + b"\x01",
        b"\0\0\1\0" + bytes(252),
        b"\xff\xff\xff\xff" + bytes(252),
    ],
)
def test_a_padding_that_was_not_made_here_is_refused(padded):
    with pytest.raises(SealBroken):
        envelope.unpad(padded)


def test_what_is_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(envelope, "LONGEST", 10)

    with pytest.raises(ValueError, match="too long"):
        seal(KEY, bytes(11), PLACE)


def test_a_key_of_another_length_is_refused():
    for wrong in (b"", bytes(31), bytes(33)):
        with pytest.raises(ValueError, match="32 bytes"):
            RoomKey(1, wrong)
        with pytest.raises(ValueError, match="32 bytes"):
            seal_under(wrong, b"", CONTEXT)
        with pytest.raises(ValueError, match="32 bytes"):
            unseal_under(wrong, seal_under(KEY.secret, b"", CONTEXT), CONTEXT)
    for epoch in (0, -1, 2**32):
        with pytest.raises(ValueError, match="epoch"):
            RoomKey(epoch, bytes(32))


def test_a_room_key_does_not_show_itself():
    key = RoomKey.fresh(1)

    assert repr(key) == "RoomKey(epoch=1)"
    assert not hasattr(key, "__dict__")


def test_what_cannot_be_opened_says_where_it_stood_and_not_what_it_was():
    with pytest.raises(SealBroken) as refused:
        unseal(RoomKey.fresh(3), seal(KEY, b"Our floor is 2%.", PLACE), PLACE)

    assert refused.value.args == ("notes", "sealed_body", UUID(int=2))


def test_a_keyed_hash_needs_the_key_and_every_value():
    hashed = keyed_hash(KEY.secret, "dialogue/text-hash/1", "our floor")

    assert len(hashed) == 32
    assert hashed != keyed_hash(bytes(32), "dialogue/text-hash/1", "our floor")
    assert hashed != keyed_hash(KEY.secret, "dialogue/text-hash/1", "our", "floor")
    assert KEY.subkey("dialogue/text-hash/1") != RoomKey(4, KEY.secret).subkey("dialogue/text-hash/1")
    with pytest.raises(ValueError, match="32 bytes"):
        keyed_hash(bytes(16), "x")


def test_the_control_a_cipher_that_does_nothing_is_seen(monkeypatch):
    class Nothing:
        def __init__(self, key):
            pass

        def encrypt(self, _nonce, plaintext, _context):
            return plaintext + bytes(16)

        def decrypt(self, _nonce, sealed, _context):
            return sealed[:-16]

    assert b"Our floor" not in seal(KEY, b"Our floor is 2%.", PLACE)
    monkeypatch.setattr(envelope, "AESGCM", Nothing)
    sealed = seal(KEY, b"Our floor is 2%.", PLACE)
    assert b"Our floor" in sealed
    assert unseal(KEY, flipped(sealed, 30), PLACE) != b"Our floor is 2%."


def flipped(blob, position):
    return blob[:position] + bytes((blob[position] ^ 1,)) + blob[position + 1 :]
