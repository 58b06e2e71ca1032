"""Which passwords are refused: those that a guess would begin with, as they are or hardly changed."""

from __future__ import annotations

from hashlib import sha256
from importlib.resources import files

import pytest

from dialogue.domain.passwords import MARK_BYTES, check_password
from dialogue.errors import Unfit

ANA = ("Ana María Rojas", "ana.rojas@sindicato-textil.example", "Sindicato Textil")


@pytest.mark.parametrize(
    "password",
    [
        "1qaz2wsx3edc",
        "UNBELIEVABLE",
        "unbelievable",
        "Unbelievable2026!",
        "final fantasy",
        "ｕｎｂｅｌｉｅｖａｂｌｅ",
        "sonyericsson",
        "112233445566",
        "aaaaaaaaaaaabbbb",
        "ILO-Dialogue-2026",
        "Welcome to ILO!!",
        "Contraseña.2026",
        "ana rojas 1987!",
        "SindicatoTextil24",
    ],
)
def test_what_a_guess_begins_with_is_refused(password: str) -> None:
    with pytest.raises(Unfit) as refused:
        check_password(password, about=ANA)
    assert refused.value.reason == "password_known"


@pytest.mark.parametrize(
    "password",
    [
        "a long walk by the lake",
        "unbelievable herons",
        "the union sings at dawn",
        "加班时间是多少小时呢今天吗",
        "k8#Tq!z0p_7vWm",
        "839201745563",
    ],
)
def test_a_few_words_of_ones_own_are_taken(password: str) -> None:
    check_password(password, about=ANA)


def test_the_list_is_long_sorted_and_holds_no_word() -> None:
    told = (files("dialogue.domain") / "known_passwords.bin").read_bytes()
    marks = [told[i : i + MARK_BYTES] for i in range(0, len(told), MARK_BYTES)]

    assert len(marks) > 30_000 and len(told) % MARK_BYTES == 0
    assert marks == sorted(set(marks))
    assert sha256(b"unbelievable").digest()[:MARK_BYTES] in marks
    assert b"unbelievable" not in told
