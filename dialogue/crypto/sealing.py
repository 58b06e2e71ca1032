"""Seals: what is said in a room opens in that room, at that place, and nowhere else."""

import hmac
from dataclasses import dataclass, field
from hashlib import sha256
from os import urandom

from dialogue.crypto.context import Place, Value, encode
from dialogue.crypto.derivation import KEY_BYTES, derive_key
from dialogue.crypto.envelope import NONCE_BYTES, SMALLEST, TAG_BYTES, VERSION, lock, unlock
from dialogue.errors import SealBroken

ROOM = 1
UNDER = 2
NEWEST_EPOCH = 2**32 - 1

_HEADER_BYTES = 2
_EPOCH_BYTES = 4
_BOX_BYTES = NONCE_BYTES + SMALLEST + TAG_BYTES


@dataclass(frozen=True, slots=True)
class RoomKey:
    """The key of a room in one epoch.

    epoch   from 1, below 2**32
    secret  32 random bytes, not shown
    """

    epoch: int
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not 1 <= self.epoch <= NEWEST_EPOCH or len(self.secret) != KEY_BYTES:
            raise ValueError("a room key has an epoch from 1 and 32 bytes")

    @classmethod
    def fresh(cls, epoch: int) -> "RoomKey":
        """A new random key for ``epoch``."""
        return cls(epoch, urandom(KEY_BYTES))

    def subkey(self, label: str) -> bytes:
        """A key for another use in this room and epoch than sealing records, such as keyed hashes of texts.

        label    the use, with its version
        returns  32 bytes

        Source: RFC 5869.
        """
        return derive_key(self.secret, encode("dialogue/room-subkey/1", label, self.epoch))


def seal(room_key: RoomKey, plaintext: bytes, place: Place) -> bytes:
    """Encrypt ``plaintext`` so that it opens only under ``room_key`` and at ``place``.

    room_key   32 bytes and the epoch it belongs to
    plaintext  below 2**31 bytes; padded, so that its length is hidden: up to 252 bytes alike, longer to within 12 %
    place      case, room, table, column, record id and version: authenticated, not stored
    returns    version 1 B | algorithm 1 B | epoch 4 B | nonce 12 B | ciphertext | tag 16 B
    raises     ValueError when plaintext is too long

    Source: NIST SP 800-38D (GCM), RFC 5869 (HKDF), Nikitin et al. 2019 (Padmé).
    """
    header = bytes((VERSION, ROOM)) + room_key.epoch.to_bytes(_EPOCH_BYTES, "big")
    return header + lock(room_key.secret, plaintext, place.context(room_key.epoch))


def unseal(room_key: RoomKey, blob: bytes, place: Place) -> bytes:
    """Open what ``seal`` made under the same key, for the same place.

    room_key  the key of the epoch that the blob names, see ``epoch_of``
    blob      version 1 B | algorithm 1 B | epoch 4 B | nonce 12 B | ciphertext | tag 16 B
    place     as at sealing
    returns   the plaintext
    raises    SealBroken when blob, key, epoch or place are not those of the seal
    """
    if epoch_of(blob) != room_key.epoch:
        raise SealBroken(place.table, place.column, place.record)
    try:
        return unlock(room_key.secret, blob[_HEADER_BYTES + _EPOCH_BYTES :], place.context(room_key.epoch))
    except SealBroken:
        raise SealBroken(place.table, place.column, place.record) from None


def epoch_of(blob: bytes) -> int:
    """Which epoch's key opens ``blob``; a claim until it has been opened.

    blob     what ``seal`` returned
    returns  the epoch, from 1
    raises   SealBroken for an unknown version or algorithm and for what is too short or has epoch 0
    """
    box = body_of(blob, ROOM)
    epoch = int.from_bytes(box[:_EPOCH_BYTES], "big")
    if epoch < 1 or len(box) < _EPOCH_BYTES + _BOX_BYTES:
        raise SealBroken
    return epoch


def seal_under(key: bytes, plaintext: bytes, context: bytes) -> bytes:
    """Encrypt what is in no room: session content, pins, slots, personal drafts.

    key        32 bytes
    plaintext  below 2**31 bytes, padded as in ``seal``
    context    ``encode`` of a label and of all that the thing must not be moved away from
    returns    version 1 B | algorithm 1 B | nonce 12 B | ciphertext | tag 16 B
    raises     ValueError when key or plaintext have a wrong length

    Source: NIST SP 800-38D (GCM), RFC 5869 (HKDF), Nikitin et al. 2019 (Padmé).
    """
    return bytes((VERSION, UNDER)) + lock(key, plaintext, _under(context))


def unseal_under(key: bytes, blob: bytes, context: bytes) -> bytes:
    """Open what ``seal_under`` made under the same key and context.

    key      32 bytes
    blob     version 1 B | algorithm 1 B | nonce 12 B | ciphertext | tag 16 B
    context  the same bytes as at sealing
    returns  the plaintext
    raises   SealBroken when blob, key or context are not those of the seal
    """
    return unlock(key, body_of(blob, UNDER), _under(context))


def body_of(blob: bytes, algorithm: int) -> bytes:
    """What follows version and ``algorithm`` in ``blob``; SealBroken when these are others."""
    if blob[:_HEADER_BYTES] != bytes((VERSION, algorithm)):
        raise SealBroken
    return blob[_HEADER_BYTES:]


def keyed_hash(key: bytes, *values: Value) -> bytes:
    """Hash ``values`` so that nobody without ``key`` can try out guesses.

    key      at least 32 bytes, used for nothing else
    values   a label first, then as in ``encode``
    returns  32 bytes, HMAC-SHA256 over ``encode(*values)``
    raises   ValueError when the key is too short

    Source: RFC 2104.
    """
    if len(key) < KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    return hmac.digest(key, encode(*values), sha256)


def _under(context: bytes) -> bytes:
    return encode("dialogue/under/1", context)
