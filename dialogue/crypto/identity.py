"""Who somebody is: the two seeds of an account, their public halves, and words by which people compare them."""

from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import scrypt, shake_256
from os import urandom

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from dialogue.crypto.context import digest, encode
from dialogue.crypto.derivation import derive_key
from dialogue.crypto.sealing import seal_under, unseal_under
from dialogue.crypto.signing import public_half, sign, verify
from dialogue.crypto.wordlist import NOUNS, QUALITIES, WORDS
from dialogue.errors import SealBroken

SEED_BYTES = 32
KEM_PUBLIC_BYTES = 1216
FINGERPRINT_BYTES = 32
COMPARED_WORDS = 10
PRINTED_WORDS = 8

_SELF = "dialogue/public-keys/1"


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """The public halves of an account, as stored in clear; not to be trusted before ``verify``.

    kem             1,216 bytes, X-Wing: ML-KEM-768 1,184 B | X25519 32 B
    sign            32 bytes, Ed25519
    self_signature  64 bytes by ``sign`` over ``kem``
    """

    kem: bytes = field(repr=False)
    sign: bytes = field(repr=False)
    self_signature: bytes = field(repr=False)

    @property
    def fingerprint(self) -> bytes:
        """32 bytes, SHA-256 over both keys: what seat statements and manifests name."""
        return digest("dialogue/fingerprint/1", self.kem, self.sign)

    def verify(self) -> None:
        """SealBroken unless the two keys have their lengths and are signed as belonging together."""
        if len(self.kem) != KEM_PUBLIC_BYTES:
            raise SealBroken
        verify(self.sign, self.self_signature, _SELF, self.kem)


@dataclass(frozen=True, slots=True)
class Bundle:
    """The secret keys of an account; nothing of it is shown.

    kem_seed   32 bytes, X-Wing
    sign_seed  32 bytes, Ed25519
    """

    kem_seed: bytes = field(repr=False)
    sign_seed: bytes = field(repr=False)
    _kem_key: MLKEM768X25519PrivateKey = field(init=False, repr=False, compare=False)
    _public: PublicKeys = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.kem_seed) != SEED_BYTES or len(self.sign_seed) != SEED_BYTES:
            raise ValueError("a bundle has two seeds of 32 bytes")
        kem_key, kem_public = _x_wing(self.kem_seed)
        object.__setattr__(self, "_kem_key", kem_key)
        signature = sign(self, _SELF, kem_public)
        object.__setattr__(self, "_public", PublicKeys(kem_public, public_half(self.sign_seed), signature))

    @classmethod
    def fresh(cls) -> "Bundle":
        """A new random bundle."""
        return cls(urandom(SEED_BYTES), urandom(SEED_BYTES))

    @classmethod
    def unpack(cls, packed: bytes) -> "Bundle":
        """The bundle that ``pack`` wrote; ValueError unless there are 64 bytes."""
        return cls(packed[:SEED_BYTES], packed[SEED_BYTES:])

    def pack(self) -> bytes:
        """64 bytes: X-Wing seed | Ed25519 seed. Only ever to be sealed."""
        return self.kem_seed + self.sign_seed

    @property
    def public(self) -> PublicKeys:
        """The public halves, signed by this bundle; always the same bytes."""
        return self._public

    @property
    def kem_key(self) -> MLKEM768X25519PrivateKey:
        """The parsed private key for ``wrapping``; it goes when the bundle goes."""
        return self._kem_key

    def secret_for(self, label: str) -> bytes:
        """A key that only this person has: pins, personal drafts, labels.

        label    the use, with its version, such as ``"dialogue/pins/1"``
        returns  32 bytes

        Source: RFC 5869.
        """
        return derive_key(self.pack(), encode("dialogue/personal/1", label))


def seal_slot(bundle: Bundle, key: bytes, context: bytes) -> bytes:
    """Lock a bundle with a password's or a recovery code's key; the seal's tag is the only check of that key.

    key      32 bytes from ``passwords.derive`` or ``RecoveryCode.key``
    context  ``encode`` of the account, the kind of slot and what else must not be swapped
    returns  what ``sealing.seal_under`` returns, 286 bytes
    raises   ValueError when the key has a wrong length
    """
    return seal_under(key, bundle.pack(), _slot(context))


def open_slot(blob: bytes, key: bytes, context: bytes) -> Bundle:
    """Open a slot.

    blob     what ``seal_slot`` returned
    key      32 bytes
    context  the same bytes as at sealing
    returns  the bundle
    raises   SealBroken when the key is wrong or the slot was altered or moved
    """
    packed = unseal_under(key, blob, _slot(context))
    if len(packed) != 2 * SEED_BYTES:
        raise SealBroken
    return Bundle.unpack(packed)


def comparison_words(a: bytes, b: bytes, context: bytes = b"") -> tuple[str, ...]:
    """Words that two people read to each other; equal on both sides only when neither key was exchanged on the way.

    a, b     fingerprints, 32 bytes each, in either order
    context  what else both must see alike, such as the case
    returns  10 words out of 256, 80 bits
    raises   ValueError when a fingerprint has another length

    Who exchanges both keys may search for two that give the same words, a birthday search of 2**40 tries on each
    side; scrypt makes each try cost 16 MiB and some 50 ms.

    Source: RFC 7914 (scrypt, N = 2**14, r = 8, p = 1).
    """
    if len(a) != FINGERPRINT_BYTES or len(b) != FINGERPRINT_BYTES:
        raise ValueError("a fingerprint has 32 bytes")
    return _stretched_words(min(a, b), max(a, b), context)


def fingerprint_words(fingerprint: bytes) -> tuple[str, ...]:
    """One fingerprint as words, for a list that is printed or read out.

    fingerprint  32 bytes
    returns      8 words out of 256, for its first 8 bytes
    raises       ValueError when it has another length
    """
    if len(fingerprint) != FINGERPRINT_BYTES:
        raise ValueError("a fingerprint has 32 bytes")
    return _words(fingerprint, PRINTED_WORDS)


def neutral_label(random_bytes: bytes) -> str:
    """A name for a case that says nothing about it, such as "Amber Harbour".

    random_bytes  at least 2
    returns       one of 128 qualities and one of 128 places, 16,384 labels
    raises        ValueError when there are too few bytes
    """
    if len(random_bytes) < 2:
        raise ValueError("a label needs two random bytes")
    return f"{QUALITIES[random_bytes[0] % len(QUALITIES)]} {NOUNS[random_bytes[1] % len(NOUNS)]}"


def _x_wing(seed: bytes) -> tuple[MLKEM768X25519PrivateKey, bytes]:
    """Private key and public bytes of an X-Wing seed (draft-connolly-cfrg-xwing-kem, section 5.2)."""
    expanded = shake_256(seed).digest(96)
    lattice = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    curve = X25519PrivateKey.from_private_bytes(expanded[64:])
    public = lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
    return MLKEM768X25519PrivateKey(lattice, curve), public


@lru_cache(maxsize=512)
def _stretched_words(low: bytes, high: bytes, context: bytes) -> tuple[str, ...]:
    password = encode("dialogue/comparison/1", low, high, context)
    return _words(
        scrypt(password, salt=b"dialogue/comparison/1", n=2**14, r=8, p=1, maxmem=2**26, dklen=32), COMPARED_WORDS
    )


def _words(digits: bytes, count: int) -> tuple[str, ...]:
    return tuple(WORDS[digit] for digit in digits[:count])


def _slot(context: bytes) -> bytes:
    return encode("dialogue/slot/1", context)
