"""Sealed files: sealed while they arrive, opened while they leave; never whole in memory, never in clear on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import BinaryIO
from uuid import UUID, uuid4

from dialogue.crypto.context import encode
from dialogue.crypto.streams import StreamSealer, fresh_file_key, open_stream
from dialogue.domain.documents import HEAD, LARGEST
from dialogue.errors import SealBroken, Unfit
from dialogue.services import filekinds
from dialogue.services.instance import Instance
from dialogue.store.files import Incoming

_FILE = "dialogue/file/1"


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file as it lies in the folder, and what opens it.

    id       its name in the folder
    key      32 bytes; whoever has them reads the file: they live in a room's seal, and nowhere else
    size     of what is in it
    stored   of what lies on the disk
    digest   SHA-256 of what is in it
    """

    id: UUID
    key: bytes = field(repr=False)
    size: int
    stored: int
    digest: bytes = field(repr=False)


class Arrival:
    """One file on its way in: what is written to it is sealed at once, under a key of its own.

    name      as its sender calls it; where its beginning is not what the name tells, nothing more is stored.
              None for a piece, which is judged once all are there
    largest   how many bytes are taken
    """

    def __init__(self, instance: Instance, case_id: UUID, name: str | None = None, largest: int = LARGEST) -> None:
        self.id = uuid4()
        self.size = 0
        self._case_id, self._files = case_id, instance.files
        self._name, self._largest = name, largest
        self._key = fresh_file_key()
        self._sealer = StreamSealer(self._key, _context(case_id, self.id))
        self._digest = hashlib.sha256()
        self._head = bytearray()
        self._is_judged = name is None
        self._incoming: Incoming | None = None
        self._refusal: Unfit | None = None
        self._finished: SealedFile | None = None

    def write(self, data: bytes) -> int:
        """Take more of it; once it is refused, the rest is let go."""
        self.size += len(data)
        if self._refusal is None and data:
            with self._stopping():
                self._take(data)
        return len(data)

    def finish(self) -> SealedFile:
        """Make it last under its own name.

        raises   Unfit where it is empty, too large, no longer fits on the disk, or is not what its name says
        """
        if self._refusal is None and self._finished is None:
            with self._stopping():
                self._finished = self._ended()
        if self._refusal is not None:
            raise self._refusal
        assert self._finished is not None
        return self._finished

    def discard(self) -> None:
        """Take away whatever has come of it."""
        self.stop(self._refusal or Unfit("file_given_up"))
        self._files.remove(self._case_id, self.id)

    def stop(self, refusal: Unfit) -> None:
        """Refuse it, and take away what was stored so far."""
        self._refusal = refusal
        if self._incoming is not None:
            self._incoming.discard()

    @contextmanager
    def _stopping(self) -> Iterator[None]:
        """What goes wrong on the way is told to the sender at the end: he is still speaking."""
        try:
            yield
        except Unfit as refusal:
            self.stop(refusal)
        except OSError:
            self.stop(Unfit("files_disk"))

    def _take(self, data: bytes) -> None:
        if self.size > self._largest:
            raise Unfit("file_large")
        if not self._is_judged and len(self._head) < HEAD:
            self._head += data[: HEAD - len(self._head)]
            if len(self._head) == HEAD:
                self._judge()
        self._digest.update(data)
        if self._incoming is None:
            self._incoming = self._files.create(self._case_id, self.id)
            self._incoming.write(self._sealer.header)
        if sealed := self._sealer.update(data):
            self._incoming.write(sealed)

    def _ended(self) -> SealedFile:
        if self._incoming is None:
            raise Unfit("file_empty")
        self._judge()
        self._incoming.write(self._sealer.finish())
        self._incoming.finish()
        return SealedFile(self.id, self._key, self.size, self._incoming.size, self._digest.digest())

    def _judge(self) -> None:
        if not self._is_judged:
            filekinds.check(self._name or "", bytes(self._head))
            self._is_judged = True


def chunks(instance: Instance, case_id: UUID, file: SealedFile) -> Iterator[bytes]:
    """What is in a stored file, piece by piece, each authenticated before it is given out.

    returns  an iterator; the file is open already, so that one that is taken away meanwhile is read to its end
    raises   SealBroken where there is no such file or its length is not the stored one, at once; and while iterating
             wherever something was altered: what came before is genuine but not the whole, and must be thrown away
    """
    try:
        source = instance.files.open(case_id, file.id)
    except FileNotFoundError:
        raise SealBroken(file.id) from None
    pieces = _opened(source, case_id, file)
    if source.seek(0, 2) != file.stored:
        source.close()
        raise SealBroken(file.id)
    source.seek(0)
    try:
        first = next(pieces)
    except StopIteration:
        raise SealBroken(file.id) from None
    return chain([first], pieces)


def in_memory(instance: Instance, case_id: UUID, file: SealedFile) -> bytes:
    """The whole of a file that is known to be small."""
    return b"".join(chunks(instance, case_id, file))


def keep(instance: Instance, case_id: UUID, name: str, data: bytes) -> SealedFile:
    """Store what was made in memory, under a key of its own."""
    arrival = Arrival(instance, case_id, name)
    arrival.write(data)
    return arrival.finish()


def joined(instance: Instance, case_id: UUID, name: str, pieces: Sequence[SealedFile]) -> SealedFile:
    """One file out of its pieces, under a key of its own; the pieces stay until somebody takes them away.

    raises   Unfit where the whole is too large, or is not what its name says
    """
    arrival = Arrival(instance, case_id, name)
    try:
        for piece in pieces:
            for data in chunks(instance, case_id, piece):
                arrival.write(data)
        return arrival.finish()
    except BaseException:
        arrival.discard()
        raise


def check_beginning(instance: Instance, case_id: UUID, name: str, file: SealedFile) -> None:
    """Raise Unfit unless a stored file begins as its name says."""
    head = bytearray()
    with closing(_opened(instance.files.open(case_id, file.id), case_id, file)) as pieces:
        for data in pieces:
            head += data
            if len(head) >= HEAD:
                break
    filekinds.check(name, bytes(head[:HEAD]))


def _opened(source: BinaryIO, case_id: UUID, file: SealedFile) -> Generator[bytes]:
    with source:
        yield from open_stream(file.key, _context(case_id, file.id), source)


def _context(case_id: UUID, file_id: UUID) -> bytes:
    return encode(_FILE, case_id, file_id)
