"""What a password must be: long, not well known and not made of what everybody knows; no rules of composition."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files

from dialogue.errors import Unfit

SHORTEST = 12
LONGEST = 256

# How much of a password's SHA-256 stands in the list; how it came about is told in known_passwords.txt beside it.
MARK_BYTES = 6
_LIST = "known_passwords.bin"

# Long ones that people come up with and lists do not have; whatever merely repeats itself is caught by its few letters.
_KNOWN = """
    passwordpassword password1234 password12345 passw0rdpassw0rd 123456789012 1234567890123 qwertyuiopas
    qwertyuiop12 qwertyuiop123 qwertyqwerty administrator administrador letmeinletmein iloveyouiloveyou
    welcome12345 changemechangeme changeme1234 motdepasse12 motdepasse123 motdepassemotdepasse contraseña123
    contrasena123 contrasenacontrasena abcdefghijkl abcd1234abcd correcthorsebatterystaple
"""
KNOWN = frozenset(_KNOWN.split())

# What a guess in this place begins with: words of the procedure, of the house, and for a password itself.
_CONTEXT = """
    international internationale internacional labour labor organization organisation organizacion travail trabajo
    ilo oit bit multi company entreprise empresa union syndicat sindicato dialogue dialogo dialog companyunion
    facilitator facilitateur coordinator helpdesk turin geneva geneve ginebra
    password passwort motdepasse contrasena secret welcome bienvenue bienvenido admin changeme letmein qwerty azerty
"""
CONTEXT = frozenset(_CONTEXT.split())
# So many letters and figures must remain once the words that everybody knows are taken away.
_OWN = 6


def check_password(password: str, *, about: Iterable[str] = ()) -> None:
    """Raise Unfit with the reason unless the password may be used.

    about   what is known of the person: name, address, organisation
    """
    plain = unicodedata.normalize("NFKC", password)
    if len(plain) < SHORTEST:
        raise Unfit("password_short")
    if len(plain) > LONGEST:
        raise Unfit("password_long")
    folded = "".join(plain.casefold().split())
    if len(set(folded)) < 5 or _is_known(folded) or _is_made_of(folded, about):
        raise Unfit("password_known")


def _is_known(folded: str) -> bool:
    """Whether it stands in the lists, as it is or with a few figures and signs behind it."""
    stem = re.sub(r"[\W\d_]{1,6}$", "", folded)
    return any(one in KNOWN or _is_listed(one) for one in {folded, stem} if len(one) >= SHORTEST)


def _is_listed(folded: str) -> bool:
    marks, mark = _marks(), sha256(folded.encode()).digest()[:MARK_BYTES]
    place = bisect_left(
        range(len(marks) // MARK_BYTES), mark, key=lambda i: marks[i * MARK_BYTES : (i + 1) * MARK_BYTES]
    )
    return marks[place * MARK_BYTES : (place + 1) * MARK_BYTES] == mark


def _is_made_of(folded: str, about: Iterable[str]) -> bool:
    """Whether it holds words of the place or of the person, and hardly anything else."""
    whole = rest = _plain(folded)
    own = {word for told in about for word in map(_plain, re.split(r"[\W_]+", told)) if len(word) >= 3}
    for word in sorted(CONTEXT | own, key=len, reverse=True):
        rest = rest.replace(word, " ")
    return rest != whole and len(rest.replace(" ", "")) < _OWN


def _plain(text: str) -> str:
    """Its letters and figures, without accents and capitals."""
    told = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in told if letter.isalnum())


@lru_cache(maxsize=1)
def _marks() -> bytes:
    return (files(__package__) / _LIST).read_bytes()
