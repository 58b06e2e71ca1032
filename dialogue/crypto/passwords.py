"""What a person knows: the password, made expensive to guess, and the recovery code."""

import re
import unicodedata
from dataclasses import dataclass, field
from os import urandom
from threading import BoundedSemaphore

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from dialogue.crypto.context import encode
from dialogue.crypto.derivation import KEY_BYTES, derive_key
from dialogue.crypto.tally import Tally
from dialogue.errors import Busy, SealBroken, Unfit

SALT_BYTES = 16
AT_ONCE = 2

_FORM = re.compile(r"argon2id\$m=([1-9][0-9]{0,6}),t=([1-9][0-9]?),p=1")
_LEAST_MEMORY_KIB = 19 * 1024
_MOST_MEMORY_KIB = 1024 * 1024
_MOST_ITERATIONS = 16

_places = BoundedSemaphore(AT_ONCE)
_runs = Tally()


@dataclass(frozen=True, slots=True)
class KdfParameters:
    """What one guess of a password costs.

    memory_kib  8 to 1,048,576 KiB
    iterations  1 to 16 passes
    lanes       1: with more, two sign-ins at once hang inside the library
    """

    memory_kib: int = 65536
    iterations: int = 3
    lanes: int = 1

    def __post_init__(self) -> None:
        fit = 8 <= self.memory_kib <= _MOST_MEMORY_KIB and 1 <= self.iterations <= _MOST_ITERATIONS
        if not fit or self.lanes != 1:
            raise ValueError("password parameters out of bounds")

    def encode(self) -> str:
        """The form stored beside a slot, such as ``argon2id$m=65536,t=3,p=1``."""
        return f"argon2id$m={self.memory_kib},t={self.iterations},p={self.lanes}"

    @classmethod
    def decode(cls, text: str) -> "KdfParameters":
        """Read what ``encode`` wrote; SealBroken for anything else or out of bounds."""
        if not (found := _FORM.fullmatch(text)):
            raise SealBroken
        try:
            return cls(int(found[1]), int(found[2]))
        except ValueError:
            raise SealBroken from None

    def weaker_than(self, other: "KdfParameters") -> bool:
        """Whether a guess costs less memory or fewer passes than with ``other``."""
        return self.memory_kib < other.memory_kib or self.iterations < other.iterations

    @property
    def is_test(self) -> bool:
        """Whether this is below 19 MiB, the least that anybody recommends: fit for tests, refused in production."""
        return self.memory_kib < _LEAST_MEMORY_KIB


STANDARD = KdfParameters()
TEST = KdfParameters(memory_kib=64, iterations=1)


def fresh_salt() -> bytes:
    """16 random bytes for one password slot."""
    return urandom(SALT_BYTES)


def derive(password: str, salt: bytes, pepper: bytes, parameters: KdfParameters, wait: float = 5.0) -> bytes:
    """Turn a password into the key of its slot. At most two runs at a time in a process.

    password    as typed; normalised with NFKC, then UTF-8
    salt        at least 16 bytes, one for each slot
    pepper      32 bytes from the server secrets
    parameters  what a guess costs
    wait        seconds to wait for a place
    returns     32 bytes
    raises      Busy when no place became free in time; ValueError when salt or pepper are too short

    Source: RFC 9106 (Argon2id, version 0x13).
    """
    if len(salt) < SALT_BYTES or len(pepper) < KEY_BYTES:
        raise ValueError("a salt has 16 bytes, a pepper 32")
    if not _places.acquire(timeout=wait):
        raise Busy
    try:
        _runs.add()
        return _argon2id(parameters, salt, pepper).derive(
            unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
        )
    finally:
        _places.release()


def runs() -> int:
    """How many derivations this process has begun."""
    return int(_runs)


ENTROPY_BYTES = 20
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_CHARACTERS = 33
_GROUP = 4
_GROUPS = 8
_CONFUSED = str.maketrans("OIL", "011")
_BETWEEN = re.compile(r"[\s\-‐‑‒–—−_.]+")


@dataclass(frozen=True, slots=True)
class RecoveryCode:
    """160 random bits, written down by the person and by nobody else; not shown in a repr.

    entropy  20 bytes
    """

    entropy: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.entropy) != ENTROPY_BYTES:
            raise ValueError("a recovery code has 20 bytes")

    @classmethod
    def fresh(cls) -> "RecoveryCode":
        """A new random code."""
        return cls(urandom(ENTROPY_BYTES))

    @classmethod
    def parse(cls, text: str) -> "RecoveryCode":
        """Read a code as typed: any case, blanks and dashes anywhere, O for 0, I or L for 1.

        text     32 characters and the check character
        returns  the code
        raises   Unfit("recovery_code") when a character is missing, too many, mistyped or exchanged with its neighbour
        """
        typed = _tidy(text)
        if len(typed) != _CHARACTERS or any(character not in ALPHABET for character in typed):
            raise Unfit("recovery_code")
        digits = [ALPHABET.index(character) for character in typed]
        if digits.pop() != _check_digit(digits):
            raise Unfit("recovery_code")
        return cls(sum(digit << 5 * place for place, digit in enumerate(reversed(digits))).to_bytes(ENTROPY_BYTES))

    @property
    def groups(self) -> tuple[str, ...]:
        """Eight groups of four characters; the last has a fifth, the check character."""
        number = int.from_bytes(self.entropy)
        digits = [number >> 5 * place & 31 for place in reversed(range(_CHARACTERS - 1))]
        characters = "".join(ALPHABET[digit] for digit in digits)
        groups = [characters[start : start + _GROUP] for start in range(0, len(characters), _GROUP)]
        groups[-1] += ALPHABET[_check_digit(digits)]
        return tuple(groups)

    @property
    def text(self) -> str:
        """The groups with dashes between."""
        return "-".join(self.groups)

    def has_group(self, number: int, typed: str) -> bool:
        """Whether ``typed``, as tolerantly as in ``parse``, is group ``number``, 0 to 7."""
        return _tidy(typed) == self.groups[number]

    def key(self, context: bytes) -> bytes:
        """The key of the recovery slot; no pepper, so that a lost master key loses nobody his rooms.

        context  ``encode`` of the account
        returns  32 bytes

        Source: RFC 5869.
        """
        return derive_key(self.entropy, encode("dialogue/recovery/1", context))


def _argon2id(parameters: KdfParameters, salt: bytes, pepper: bytes) -> Argon2id:
    return Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=parameters.iterations,
        lanes=parameters.lanes,
        memory_cost=parameters.memory_kib,
        secret=pepper,
    )


def _tidy(typed: str) -> str:
    return _BETWEEN.sub("", typed).upper().translate(_CONFUSED)


def _check_digit(digits: list[int]) -> int:
    """A weighted sum over GF(32), modulus x**5 + x**2 + 1: no single mistake and no exchange of neighbours fits."""
    total = 0
    for digit in [*digits, 0]:
        total = total << 1 ^ (0b100101 if total & 0b10000 else 0) ^ digit
    return total
