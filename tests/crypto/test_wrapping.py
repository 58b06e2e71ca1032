"""A room key reaches one member, and all members the same one."""

import pytest

from dialogue.crypto.context import encode
from dialogue.crypto.identity import Bundle, PublicKeys
from dialogue.crypto.sealing import RoomKey
from dialogue.crypto.signing import public_half, sign
from dialogue.crypto.wrapping import check_commitment, commitment, made, unwrap, wrap
from dialogue.errors import SealBroken

AMAL, BENOIT = Bundle(b"a" * 32, b"A" * 32), Bundle(b"b" * 32, b"B" * 32)
KEY, CONTEXT = RoomKey(3, bytes(range(32))), encode("dialogue/wrap-of/1", "case", "union")


def test_a_member_gets_the_room_key():
    before = made()
    wrapped = wrap(KEY, AMAL.public, CONTEXT)

    assert len(wrapped) == 1170
    assert unwrap(AMAL, wrapped, 3, CONTEXT) == KEY
    assert unwrap(Bundle.unpack(AMAL.pack()), wrapped, 3, CONTEXT) == KEY
    assert made() == before + 1
    assert wrapped != wrap(KEY, AMAL.public, CONTEXT)


def test_nobody_else_and_nowhere_else():
    wrapped = wrap(KEY, AMAL.public, CONTEXT)

    for bundle, epoch, context in [
        (BENOIT, 3, CONTEXT),
        (AMAL, 4, CONTEXT),
        (AMAL, 0, CONTEXT),
        (AMAL, 3, encode("dialogue/wrap-of/1", "case", "joint")),
        (AMAL, 3, encode("dialogue/wrap-of/1", "other", "union")),
        (AMAL, 3, b""),
    ]:
        with pytest.raises(SealBroken):
            unwrap(bundle, wrapped, epoch, context)


def test_every_flipped_byte_and_every_cut_of_a_wrap_is_noticed():
    wrapped = wrap(KEY, AMAL.public, CONTEXT)
    flips = (wrapped[:at] + bytes((wrapped[at] ^ 1,)) + wrapped[at + 1 :] for at in range(len(wrapped)))

    for blob in [*flips, *(wrapped[:end] for end in range(0, len(wrapped), 13)), wrapped[:-1], wrapped + b"\0"]:
        with pytest.raises(SealBroken):
            unwrap(AMAL, blob, 3, CONTEXT)


def test_no_wrap_is_made_for_keys_that_do_not_belong_together():
    before = made()

    for public in [
        PublicKeys(BENOIT.public.kem, AMAL.public.sign, AMAL.public.self_signature),
        self_signed(b"\xff" * 1216),
        self_signed(AMAL.public.kem[:1184] + bytes(32)),
        self_signed(AMAL.public.kem[:1215]),
        self_signed(b""),
    ]:
        with pytest.raises(SealBroken):
            wrap(KEY, public, CONTEXT)
    assert made() == before


def test_the_control_self_signed_keys_get_a_wrap():
    assert unwrap(AMAL, wrap(KEY, self_signed(AMAL.public.kem), CONTEXT), 3, CONTEXT) == KEY


def test_a_commitment_fits_one_key_one_epoch_and_one_room():
    committed = commitment(KEY, CONTEXT)

    assert len(committed) == 32
    check_commitment(KEY, CONTEXT, committed)
    for key, context, expected in [
        (RoomKey.fresh(3), CONTEXT, committed),
        (RoomKey(4, KEY.secret), CONTEXT, committed),
        (KEY, b"", committed),
        (KEY, CONTEXT, committed[:-1]),
        (KEY, CONTEXT, b""),
        (KEY, CONTEXT, bytes(32)),
    ]:
        with pytest.raises(SealBroken):
            check_commitment(key, context, expected)


def test_a_key_slipped_in_by_somebody_else_does_not_fit_the_commitment():
    committed = commitment(KEY, CONTEXT)
    slipped_in = unwrap(AMAL, wrap(RoomKey.fresh(3), AMAL.public, CONTEXT), 3, CONTEXT)

    with pytest.raises(SealBroken):
        check_commitment(slipped_in, CONTEXT, committed)


def self_signed(kem):
    return PublicKeys(kem, public_half(b"A" * 32), sign(AMAL, "dialogue/public-keys/1", kem))
