"""Passwords cost what they should, wait their turn, and a recovery code forgives a bad handwriting."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.crypto import passwords
from dialogue.crypto.passwords import STANDARD, TEST, KdfParameters, RecoveryCode, derive, runs
from dialogue.errors import Busy, SealBroken, Unfit

SALT, PEPPER = bytes(range(16)), bytes(range(32))
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
codes = st.binary(min_size=20, max_size=20).map(RecoveryCode)


def test_a_password_gives_its_key_and_no_other():
    key = derive("correct horse battery", SALT, PEPPER, TEST)

    assert len(key) == 32
    assert key == derive("correct horse battery", SALT, PEPPER, TEST)
    for password, salt, pepper, parameters in [
        ("correct horse batterz", SALT, PEPPER, TEST),
        ("correct horse battery", SALT[::-1], PEPPER, TEST),
        ("correct horse battery", SALT, PEPPER[::-1], TEST),
        ("correct horse battery", SALT, PEPPER, KdfParameters(64, 2)),
        ("correct horse battery", SALT, PEPPER, KdfParameters(128, 1)),
    ]:
        assert derive(password, salt, pepper, parameters) != key


def test_a_password_is_the_same_however_the_keyboard_writes_it():
    assert derive("caf\u00e9 \ufb01n \u212b", SALT, PEPPER, TEST) == derive(
        "cafe\u0301 fin A\u030a", SALT, PEPPER, TEST
    )
    assert derive("Cafe", SALT, PEPPER, TEST) != derive("cafe", SALT, PEPPER, TEST)
    assert len(derive("\ud800", SALT, PEPPER, TEST)) == 32


def test_a_short_salt_or_pepper_is_refused():
    for salt, pepper in [(SALT[:15], PEPPER), (SALT, PEPPER[:31]), (SALT, b"")]:
        with pytest.raises(ValueError, match="salt"):
            derive("x", salt, pepper, TEST)


def test_the_standard_is_64_mib_three_passes_one_lane():
    assert STANDARD.encode() == "argon2id$m=65536,t=3,p=1"
    assert not STANDARD.is_test
    assert TEST.is_test
    assert KdfParameters(19 * 1024 - 1).is_test
    assert not KdfParameters(19 * 1024).is_test


def test_parameters_are_read_as_they_were_written():
    for parameters in (STANDARD, TEST, KdfParameters(8, 16), KdfParameters(1_048_576, 1)):
        assert KdfParameters.decode(parameters.encode()) == parameters


@pytest.mark.parametrize(
    "text",
    [
        "",
        "argon2id",
        "argon2i$m=65536,t=3,p=1",
        "argon2id$m=65536,t=3,p=2",
        "argon2id$m=65536,t=0,p=1",
        "argon2id$m=065536,t=3,p=1",
        "argon2id$m=7,t=3,p=1",
        "argon2id$m=1048577,t=3,p=1",
        "argon2id$m=65536,t=17,p=1",
        "argon2id$m=65536,t=3,p=1 ",
        "argon2id$m=65536,t=3,p=1\n",
        "argon2id$m=٦٥,t=3,p=1",
    ],
)
def test_parameters_from_elsewhere_are_refused(text):
    with pytest.raises(SealBroken):
        KdfParameters.decode(text)


def test_more_than_one_lane_is_refused():
    with pytest.raises(ValueError, match="bounds"):
        KdfParameters(lanes=2)


def test_weaker_is_less_memory_or_fewer_passes():
    assert TEST.weaker_than(STANDARD)
    assert KdfParameters(65_535, 9).weaker_than(STANDARD)
    assert KdfParameters(99_999, 2).weaker_than(STANDARD)
    assert not STANDARD.weaker_than(STANDARD)
    assert not KdfParameters(99_999, 4).weaker_than(STANDARD)


def test_two_are_served_and_the_third_is_told_to_come_back(monkeypatch):
    begun, go_on = [], Event()

    class Slow:
        def __init__(self, *_):
            pass

        def derive(self, _password):
            begun.append(1)
            go_on.wait(10)
            return bytes(32)

    monkeypatch.setattr(passwords, "_argon2id", Slow)
    with ThreadPoolExecutor(2) as pool:
        served = [pool.submit(derive, "x", SALT, PEPPER, TEST) for _ in range(2)]
        while len(begun) < 2:
            go_on.wait(0.01)
        with pytest.raises(Busy):
            derive("x", SALT, PEPPER, TEST, wait=0.05)
        go_on.set()
        assert [one.result() for one in served] == [bytes(32)] * 2
    assert derive("x", SALT, PEPPER, TEST, wait=0) == bytes(32)


def test_a_failed_run_gives_its_place_back(monkeypatch):
    def fail(*_):
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(passwords, "_argon2id", fail)
        for _ in range(3):
            with pytest.raises(MemoryError):
                derive("x", SALT, PEPPER, TEST, wait=0)

    assert derive("x", SALT, PEPPER, TEST, wait=0)


def test_twenty_at_once_all_get_their_key():
    before = runs()
    with ThreadPoolExecutor(20) as pool:
        keys = list(pool.map(lambda _: derive("x", SALT, PEPPER, KdfParameters(1024, 1)), range(20)))

    assert len(set(keys)) == 1
    assert runs() == before + 20


def test_a_code_is_eight_groups_and_shows_itself_only_when_asked():
    code = RecoveryCode.fresh()

    assert repr(code) == "RecoveryCode()"
    assert len(code.entropy) == 20
    assert [len(group) for group in code.groups] == [4] * 7 + [5]
    assert code.text == "-".join(code.groups)
    assert set(code.text) <= set(ALPHABET + "-")
    assert code != RecoveryCode.fresh()
    with pytest.raises(ValueError, match="20 bytes"):
        RecoveryCode(bytes(19))


def test_the_first_and_the_last_code():
    assert RecoveryCode(bytes(20)).text == "0000-0000-0000-0000-0000-0000-0000-00000"
    assert RecoveryCode(b"\xff" * 20).text.startswith("ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ")


@settings(max_examples=60, deadline=None)
@given(codes)
def test_a_code_is_read_in_any_handwriting(code):
    confused = code.text.replace("0", "o").replace("1", "l")

    for typed in [
        code.text,
        code.text.lower(),
        code.text.replace("-", ""),
        code.text.replace("-", " "),
        f"  {code.text}\n",
        code.text.replace("-", "–"),
        code.text.replace("-", "\u00a0"),
        confused,
        confused.upper().replace("L", "i"),
    ]:
        assert RecoveryCode.parse(typed) == code


@settings(max_examples=100, deadline=None)
@given(codes, st.integers(0, 32), st.sampled_from(ALPHABET))
def test_a_mistyped_character_is_noticed(code, position, typed):
    text = code.text.replace("-", "")
    mistaken = text[:position] + typed + text[position + 1 :]

    if mistaken == text:
        assert RecoveryCode.parse(mistaken) == code
    else:
        with pytest.raises(Unfit) as refused:
            RecoveryCode.parse(mistaken)
        assert refused.value.reason == "recovery_code"


@settings(max_examples=100, deadline=None)
@given(codes, st.integers(0, 31))
def test_two_neighbours_exchanged_are_noticed(code, position):
    text = code.text.replace("-", "")
    mistaken = text[:position] + text[position + 1] + text[position] + text[position + 2 :]

    if mistaken != text:
        with pytest.raises(Unfit):
            RecoveryCode.parse(mistaken)


@pytest.mark.parametrize("typed", ["", "-", "0" * 32, "0" * 34, "U" + "0" * 32, "é" + "0" * 32, "0" * 32 + "!"])
def test_what_is_no_code_is_refused(typed):
    with pytest.raises(Unfit):
        RecoveryCode.parse(typed)


def test_single_groups_are_confirmed_as_tolerantly():
    code = RecoveryCode(bytes(20))

    assert code.has_group(2, " oO0o ")
    assert not code.has_group(2, "0001")
    assert code.has_group(7, "00000")
    assert not code.has_group(7, "0000")


def test_a_code_has_a_key_for_each_account():
    code = RecoveryCode.fresh()

    assert len(code.key(b"a")) == 32
    assert code.key(b"a") == RecoveryCode.parse(code.text).key(b"a")
    assert code.key(b"a") != code.key(b"b")
    assert code.key(b"a") != RecoveryCode.fresh().key(b"a")
