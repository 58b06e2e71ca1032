"""Wraps: a room key made readable to one member, and the commitment that makes it the same for all."""

import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PublicKey, Suite

from dialogue.crypto.context import encode
from dialogue.crypto.derivation import KEY_BYTES, derive_key
from dialogue.crypto.envelope import VERSION
from dialogue.crypto.identity import Bundle, PublicKeys
from dialogue.crypto.sealing import RoomKey, body_of
from dialogue.crypto.tally import Tally
from dialogue.errors import SealBroken

WRAP = 4

_LATTICE_BYTES = 1184
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_made = Tally()


def wrap(room_key: RoomKey, recipient: PublicKeys, context: bytes) -> bytes:
    """Encrypt a room key to one member. Whom to wrap for is decided by seat statements, not here.

    room_key   the key and its epoch
    recipient  the member's public keys, self-signature checked here
    context    ``encode`` of case, room and member
    returns    version 1 B | algorithm 1 B | X-Wing encapsulation 1,120 B | ciphertext 32 B | tag 16 B
    raises     SealBroken when the public keys are not self-signed or no keys at all

    The sender is not authenticated: anybody can make a wrap, so what it holds counts only after
    ``check_commitment`` against a signed manifest.

    Source: RFC 9180 (HPKE, base mode), draft-connolly-cfrg-xwing-kem, RFC 5869, NIST SP 800-38D.
    """
    recipient.verify()
    try:
        lattice = MLKEM768PublicKey.from_public_bytes(recipient.kem[:_LATTICE_BYTES])
        curve = X25519PublicKey.from_public_bytes(recipient.kem[_LATTICE_BYTES:])
        public = MLKEM768X25519PublicKey(lattice, curve)
        sealed = _SUITE.encrypt(room_key.secret, public, info=_info(room_key.epoch, context))
    except ValueError:
        raise SealBroken from None
    _made.add()
    return bytes((VERSION, WRAP)) + sealed


def unwrap(bundle: Bundle, blob: bytes, epoch: int, context: bytes) -> RoomKey:
    """Open a wrap with the member's own bundle.

    bundle   of the member it was made for
    blob     what ``wrap`` returned, 1,170 bytes
    epoch    the epoch that the wrap is stored for, from 1
    context  the same bytes as at wrapping
    returns  the room key, which counts only after ``check_commitment``
    raises   SealBroken when bundle, blob, epoch or context are not those of the wrap
    """
    try:
        secret = _SUITE.decrypt(body_of(blob, WRAP), bundle.kem_key, info=_info(epoch, context))
    except (InvalidTag, ValueError):
        raise SealBroken from None
    if len(secret) != KEY_BYTES:
        raise SealBroken
    return RoomKey(epoch, secret)


def commitment(room_key: RoomKey, context: bytes) -> bytes:
    """A value that fits one room key only and tells nothing about it; it stands in the epoch's manifest.

    room_key  the key and its epoch
    context   ``encode`` of case and room
    returns   32 bytes

    Source: RFC 5869.
    """
    return derive_key(room_key.secret, encode("dialogue/commitment/1", room_key.epoch, context))


def check_commitment(room_key: RoomKey, context: bytes, expected: bytes) -> None:
    """SealBroken unless ``room_key`` is the one that ``expected``, 32 bytes from a signed manifest, was made for."""
    if not hmac.compare_digest(commitment(room_key, context), expected):
        raise SealBroken


def made() -> int:
    """How many wraps this process has made."""
    return int(_made)


def _info(epoch: int, context: bytes) -> bytes:
    return encode("dialogue/wrap/1", epoch, context)
