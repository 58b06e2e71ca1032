"""A bundle is one person's, its slots open with one key, and two people can tell an exchanged one."""

import pytest

from dialogue.crypto import identity
from dialogue.crypto.context import encode
from dialogue.crypto.identity import (
    Bundle,
    PublicKeys,
    comparison_words,
    fingerprint_words,
    neutral_label,
    open_slot,
    seal_slot,
)
from dialogue.crypto.sealing import seal_under
from dialogue.crypto.wordlist import NOUNS, QUALITIES, WORDS
from dialogue.errors import SealBroken

AMAL, BENOIT = Bundle(b"a" * 32, b"A" * 32), Bundle(b"b" * 32, b"B" * 32)
KEY, CONTEXT = bytes(range(32)), encode("dialogue/slot-of/1", "amal", "password")


def test_a_bundle_is_packed_and_unpacked():
    bundle = Bundle.fresh()

    assert len(bundle.pack()) == 64
    assert Bundle.unpack(bundle.pack()) == bundle
    assert Bundle.unpack(bundle.pack()).public == bundle.public
    assert bundle != Bundle.fresh()
    for packed in (b"", bytes(63), bytes(65)):
        with pytest.raises(ValueError, match="32 bytes"):
            Bundle.unpack(packed)


def test_a_bundle_shows_nothing_of_itself():
    assert repr(AMAL) == "Bundle()"
    assert not hasattr(AMAL, "__dict__")
    assert repr(AMAL.public) == "PublicKeys()"


def test_public_keys_belong_together():
    public = AMAL.public

    public.verify()
    assert (len(public.kem), len(public.sign), len(public.self_signature)) == (1216, 32, 64)
    assert len(public.fingerprint) == 32
    for exchanged in [
        PublicKeys(BENOIT.public.kem, public.sign, public.self_signature),
        PublicKeys(public.kem, BENOIT.public.sign, public.self_signature),
        PublicKeys(public.kem, public.sign, BENOIT.public.self_signature),
        PublicKeys(public.kem[:-1], public.sign, public.self_signature),
        PublicKeys(public.kem, public.sign[:-1], public.self_signature),
        PublicKeys(public.kem, public.sign, b""),
    ]:
        with pytest.raises(SealBroken):
            exchanged.verify()


def test_a_fingerprint_depends_on_both_keys():
    fingerprints = {
        Bundle(kem, sign).public.fingerprint for kem in (b"a" * 32, b"b" * 32) for sign in (b"A" * 32, b"B" * 32)
    }

    assert len(fingerprints) == 4


def test_a_personal_key_depends_on_the_use_and_on_both_seeds():
    keys = {AMAL.secret_for("a"), AMAL.secret_for("b"), Bundle(b"a" * 32, b"B" * 32).secret_for("a")}

    assert len(keys | {Bundle(b"b" * 32, b"A" * 32).secret_for("a")}) == 4
    assert AMAL.secret_for("a") == Bundle.unpack(AMAL.pack()).secret_for("a")


def test_a_slot_opens_with_its_key_only():
    slot = seal_slot(AMAL, KEY, CONTEXT)

    assert len(slot) == 286
    assert open_slot(slot, KEY, CONTEXT) == AMAL
    with pytest.raises(SealBroken):
        open_slot(slot, KEY[::-1], CONTEXT)
    with pytest.raises(SealBroken):
        open_slot(slot, KEY, encode("dialogue/slot-of/1", "benoit", "password"))
    with pytest.raises(SealBroken):
        open_slot(slot, KEY, encode("dialogue/slot-of/1", "amal", "recovery"))


def test_every_flipped_or_missing_byte_of_a_slot_is_noticed():
    slot = seal_slot(AMAL, KEY, CONTEXT)
    flips = (slot[:at] + bytes((slot[at] ^ 1,)) + slot[at + 1 :] for at in range(len(slot)))

    for blob in [*flips, *(slot[:end] for end in range(len(slot))), slot + b"\0"]:
        with pytest.raises(SealBroken):
            open_slot(blob, KEY, CONTEXT)


def test_another_seal_under_the_same_key_is_no_slot():
    with pytest.raises(SealBroken):
        open_slot(seal_under(KEY, AMAL.pack(), CONTEXT), KEY, CONTEXT)
    with pytest.raises(SealBroken):
        open_slot(seal_under(KEY, bytes(63), encode("dialogue/slot/1", CONTEXT)), KEY, CONTEXT)


def test_both_read_the_same_words_and_see_an_exchanged_key():
    amal, benoit, mallory = AMAL.public.fingerprint, BENOIT.public.fingerprint, Bundle.fresh().public.fingerprint

    words = comparison_words(amal, benoit)

    assert len(words) == 10
    assert words == comparison_words(benoit, amal)
    assert words != comparison_words(amal, mallory)
    assert words != comparison_words(mallory, benoit)
    assert words != comparison_words(amal, benoit, b"another case")
    for wrong in (b"", bytes(31), bytes(33)):
        with pytest.raises(ValueError, match="32 bytes"):
            comparison_words(amal, wrong)
        with pytest.raises(ValueError, match="32 bytes"):
            fingerprint_words(wrong)


def test_trying_out_words_is_expensive(monkeypatch):
    tries = []
    monkeypatch.setattr(identity, "scrypt", lambda *_, **cost: tries.append(cost) or bytes(32))

    comparison_words(bytes(32), b"\1" * 32, b"a place of its own")

    assert [(cost["n"], cost["r"], cost["p"]) for cost in tries] == [(16384, 8, 1)]


def test_the_words_of_one_fingerprint_are_its_first_bytes():
    assert fingerprint_words(bytes(range(32))) == (
        "acorn",
        "actor",
        "album",
        "alpha",
        "amber",
        "angel",
        "apple",
        "april",
    )


def test_the_words_are_short_plain_and_different():
    assert len(WORDS) == len(set(WORDS)) == 256
    assert all(word.isascii() and word.isalpha() and word.islower() and 3 <= len(word) <= 8 for word in WORDS)
    assert list(WORDS) == sorted(WORDS)
    assert len({word[:4] for word in WORDS}) == 256


def test_a_label_says_nothing_and_is_drawn_evenly():
    drawn = {neutral_label(bytes((first, second))) for first in range(256) for second in range(256)}

    assert len(QUALITIES) == len(NOUNS) == 128
    assert len(drawn) == 128 * 128
    assert neutral_label(b"\0\0") == "Amber Arch"
    assert all(len(label.split()) == 2 and label.istitle() for label in drawn)
    with pytest.raises(ValueError, match="two"):
        neutral_label(b"\0")
