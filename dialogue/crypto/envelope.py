"""One cipher and one padding for everything that is sealed whole."""

from os import urandom

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dialogue.crypto.derivation import KEY_BYTES, derive_key
from dialogue.errors import SealBroken

VERSION = 1
NONCE_BYTES = 12
TAG_BYTES = 16
LENGTH_BYTES = 4
SMALLEST = 256
LONGEST = 2**31 - 1 - LENGTH_BYTES


def lock(key: bytes, plaintext: bytes, context: bytes) -> bytes:
    """Encrypt under a key of its own for ``context``, which is authenticated as well.

    key        32 bytes
    plaintext  below 2**31 bytes; its length is hidden: everything up to 252 bytes alike, longer to within 12 %
    context    the purpose and the place, begun with a label that no other kind of seal uses
    returns    nonce 12 B | ciphertext | tag 16 B; the ciphertext holds length 4 B | plaintext | zeros
    raises     ValueError when key or plaintext have a wrong length

    Source: NIST SP 800-38D (GCM), RFC 5869 (HKDF), Nikitin et al. 2019 (Padmé).
    """
    nonce = urandom(NONCE_BYTES)
    return nonce + AESGCM(_subkey(key, context)).encrypt(nonce, pad(plaintext), context)


def unlock(key: bytes, box: bytes, context: bytes) -> bytes:
    """Decrypt what ``lock`` made under the same key and context.

    key      32 bytes
    box      nonce 12 B | ciphertext | tag 16 B
    context  the same bytes as at sealing
    returns  the plaintext
    raises   SealBroken when anything differs; ValueError when the key has a wrong length
    """
    cipher = AESGCM(_subkey(key, context))
    if len(box) < NONCE_BYTES + SMALLEST + TAG_BYTES:
        raise SealBroken
    try:
        padded = cipher.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], context)
    except InvalidTag:
        raise SealBroken from None
    return unpad(padded)


def padded_length(length: int) -> int:
    """The length to which ``length`` bytes are padded: 256, or Padmé's next step, at most 12 % more.

    Source: Nikitin et al. 2019, "Reducing Metadata Leakage from Encrypted Files", algorithm 1.
    """
    if length <= SMALLEST:
        return SMALLEST
    exponent = length.bit_length() - 1
    zero_bits = exponent - exponent.bit_length()
    mask = (1 << zero_bits) - 1
    return (length + mask) & ~mask


def pad(plaintext: bytes) -> bytes:
    """Hide the length of ``plaintext``: length 4 B big-endian | plaintext | zeros up to ``padded_length``."""
    if len(plaintext) > LONGEST:
        raise ValueError("too long to be sealed whole")
    framed = len(plaintext).to_bytes(LENGTH_BYTES, "big") + plaintext
    return framed.ljust(padded_length(len(framed)), b"\0")


def unpad(padded: bytes) -> bytes:
    """Take off what ``pad`` put on; SealBroken unless it is exactly that.

    The zeros are compared to the last one: this also ties a short ciphertext to one key, which GCM alone does not.
    """
    end = LENGTH_BYTES + int.from_bytes(padded[:LENGTH_BYTES], "big")
    if len(padded) != padded_length(end) or any(padded[end:]):
        raise SealBroken
    return padded[LENGTH_BYTES:end]


def _subkey(key: bytes, context: bytes) -> bytes:
    if len(key) != KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    return derive_key(key, context)
