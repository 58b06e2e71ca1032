"""Files sealed piece by piece, so that none need be held whole and none can be cut, extended or re-ordered."""

from collections.abc import Iterable, Iterator
from itertools import chain
from os import urandom
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dialogue.crypto.context import encode
from dialogue.crypto.derivation import KEY_BYTES, derive_key
from dialogue.crypto.envelope import LENGTH_BYTES, TAG_BYTES, VERSION, padded_length
from dialogue.errors import SealBroken

STREAM = 5
CHUNK_BYTES = 64 * 1024
HEADER_BYTES = 9

_PAYLOAD_BYTES = CHUNK_BYTES - LENGTH_BYTES
_SEALED_BYTES = CHUNK_BYTES + TAG_BYTES
_PREFIX_BYTES = 7


def fresh_file_key() -> bytes:
    """32 random bytes for one file; to be sealed in the room."""
    return urandom(KEY_BYTES)


class StreamSealer:
    """Seals one file while it arrives; the parts in order, header first, are the sealed file.

    key      32 bytes, ``fresh_file_key``
    context  ``encode`` of all that the file must not be moved away from
    raises   ValueError when the key has a wrong length

    The sealed file is: version 1 B | algorithm 1 B | nonce prefix 7 B | chunks of 65,536 B and tag 16 B, the last
    one shorter or equal. A chunk holds length 4 B | data | zeros; its nonce is prefix 7 B | counter 4 B | last 1 B.
    Zeros follow the data so that the length is hidden as in ``envelope.padded_length``.

    Source: Hoang, Reyhanitabar, Rogaway, Vizár 2015 (STREAM), NIST SP 800-38D, RFC 5869, Nikitin et al. 2019.
    """

    def __init__(self, key: bytes, context: bytes) -> None:
        self.header = bytes((VERSION, STREAM)) + urandom(_PREFIX_BYTES)
        self._chunks = _Chunks(key, context, self.header)
        self._held = bytearray()
        self._length = 0
        self._finished = False

    def update(self, data: bytes) -> bytes:
        """Take more of the file.

        data     any length
        returns  the sealed chunks that are complete, often none
        raises   ValueError after ``finish``
        """
        self._refuse_when_finished()
        self._held += data
        self._length += len(data)
        sealed = bytearray()
        while len(self._held) > _PAYLOAD_BYTES:
            sealed += self._seal_next(_PAYLOAD_BYTES, last=False)
        return bytes(sealed)

    def finish(self) -> bytes:
        """End the file: the rest of it, the padding, and the mark of the last chunk; ValueError a second time."""
        self._refuse_when_finished()
        self._finished = True
        room = padded_length(self._length) - (self._length - len(self._held))
        sealed = bytearray()
        while room > _PAYLOAD_BYTES:
            sealed += self._seal_next(_PAYLOAD_BYTES, last=False)
            room -= _PAYLOAD_BYTES
        return bytes(sealed + self._seal_next(room, last=True))

    def _seal_next(self, room: int, *, last: bool) -> bytes:
        data = bytes(self._held[:room])
        del self._held[:room]
        return self._chunks.seal(len(data).to_bytes(LENGTH_BYTES, "big") + data.ljust(room, b"\0"), last=last)

    def _refuse_when_finished(self) -> None:
        if self._finished:
            raise ValueError("the stream is finished")


def open_stream(key: bytes, context: bytes, source: Iterable[bytes] | BinaryIO) -> Iterator[bytes]:
    """Open a sealed file chunk by chunk.

    key      32 bytes
    context  the same bytes as at sealing
    source   the sealed file, header first, as a binary file or in pieces of any size
    returns  the file in pieces of at most 65,532 bytes, each authenticated before it is given out
    raises   SealBroken, while iterating, at the first chunk that was altered, moved or added, and when the file ends
             before its last chunk; what came before is genuine but not the whole, so the reader must throw it away

    Source: Hoang, Reyhanitabar, Rogaway, Vizár 2015 (STREAM).
    """
    pieces = _pieces(source)
    held = bytearray()
    while len(held) < HEADER_BYTES:
        held += _next_or_broken(pieces)
    header = bytes(held[:HEADER_BYTES])
    del held[:HEADER_BYTES]
    if header[:2] != bytes((VERSION, STREAM)):
        raise SealBroken
    chunks = _Chunks(key, context, header)
    padding = False
    for piece in chain((b"",), pieces):
        held += piece
        while len(held) > _SEALED_BYTES:
            data, padding = _payload(chunks.open(bytes(held[:_SEALED_BYTES]), last=False), after_padding=padding)
            del held[:_SEALED_BYTES]
            if data:
                yield data
    data, _ = _payload(chunks.open(bytes(held), last=True), after_padding=padding)
    if data:
        yield data


class _Chunks:
    """The cipher of one stream and the number of its next chunk."""

    def __init__(self, key: bytes, context: bytes, header: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError("a file key has 32 bytes")
        self._context = encode("dialogue/stream/1", context, header)
        self._cipher = AESGCM(derive_key(key, self._context))
        self._prefix = header[-_PREFIX_BYTES:]
        self._counter = 0

    def seal(self, chunk: bytes, *, last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(last), chunk, self._context)

    def open(self, sealed: bytes, *, last: bool) -> bytes:
        if len(sealed) < LENGTH_BYTES + TAG_BYTES:
            raise SealBroken
        try:
            return self._cipher.decrypt(self._nonce(last), sealed, self._context)
        except InvalidTag:
            raise SealBroken from None

    def _nonce(self, last: bool) -> bytes:
        nonce = self._prefix + self._counter.to_bytes(4, "big") + bytes((last,))
        self._counter += 1
        return nonce


def _payload(chunk: bytes, *, after_padding: bool) -> tuple[bytes, bool]:
    """The data of an opened chunk, and whether only padding may follow."""
    end = LENGTH_BYTES + int.from_bytes(chunk[:LENGTH_BYTES], "big")
    if end > len(chunk) or any(chunk[end:]) or (after_padding and end > LENGTH_BYTES):
        raise SealBroken
    return chunk[LENGTH_BYTES:end], end < len(chunk)


def _pieces(source: Iterable[bytes] | BinaryIO) -> Iterator[bytes]:
    if not hasattr(source, "read"):
        yield from source
        return
    while piece := source.read(_SEALED_BYTES):
        yield piece


def _next_or_broken(pieces: Iterator[bytes]) -> bytes:
    for piece in pieces:
        return piece
    raise SealBroken
