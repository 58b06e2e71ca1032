"""What a password must be: long and not well known; no rules of composition."""

from __future__ import annotations

import unicodedata

from dialogue.errors import Unfit

SHORTEST = 12
LONGEST = 256

# Long ones that people and lists come up with; whatever merely repeats itself is caught by its few characters.
_KNOWN = """
    passwordpassword password1234 password12345 passw0rdpassw0rd 123456789012 1234567890123 qwertyuiopas
    qwertyuiop12 qwertyuiop123 qwertyqwerty administrator administrador letmeinletmein iloveyouiloveyou
    welcome12345 changemechangeme changeme1234 motdepasse12 motdepasse123 motdepassemotdepasse contraseña123
    contrasena123 contrasenacontrasena abcdefghijkl abcd1234abcd correcthorsebatterystaple
    internationallabourorganization companyuniondialogue dialogue1234 dialoguedialogue
"""
KNOWN = frozenset(_KNOWN.split())


def check_password(password: str, *, about: tuple[str, ...] = ()) -> None:
    """Raise Unfit with the reason unless the password may be used.

    about   words of the person (name, address) that must not be the whole password
    """
    plain = unicodedata.normalize("NFKC", password)
    if len(plain) < SHORTEST:
        raise Unfit("password_short")
    if len(plain) > LONGEST:
        raise Unfit("password_long")
    folded = "".join(plain.casefold().split())
    if folded in KNOWN or len(set(folded)) < 5 or folded in {"".join(a.casefold().split()) for a in about if a}:
        raise Unfit("password_known")
