"""The folder of sealed files: one file for each id, below its case; nothing here knows a key or a name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

ARRIVING = ".arriving"


@dataclass(frozen=True, slots=True)
class Found:
    """Something that lies in the folder.

    is_whole   False for what had not arrived entirely when somebody stopped writing it
    """

    case_id: UUID
    file_id: UUID
    path: Path
    changed_at: datetime
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Files:
    """Where the sealed files of an instance lie; readable for the application's own user alone."""

    folder: Path

    def path(self, case_id: UUID, file_id: UUID) -> Path:
        """Where a stored file lies, or would lie."""
        return self.folder / case_id.hex / file_id.hex

    def create(self, case_id: UUID, file_id: UUID) -> Incoming:
        """Begin a file; it stands at its place once it is whole and on the disk."""
        path = self.path(case_id, file_id)
        for folder in (self.folder, path.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Incoming(path)

    def open(self, case_id: UUID, file_id: UUID) -> BinaryIO:
        """A stored file for reading; raises FileNotFoundError."""
        return self.path(case_id, file_id).open("rb", buffering=0)

    def size(self, case_id: UUID, file_id: UUID) -> int | None:
        """How many bytes are stored; None where there is no such file."""
        try:
            return self.path(case_id, file_id).stat().st_size
        except FileNotFoundError:
            return None

    def remove(self, case_id: UUID, file_id: UUID) -> None:
        """Take one file away, if it is there."""
        self.path(case_id, file_id).unlink(missing_ok=True)

    def remove_case(self, case_id: UUID) -> None:
        """Take away whatever lies there of a case, files that no row knows of included."""
        with suppress(FileNotFoundError):
            shutil.rmtree(self.folder / case_id.hex)

    def free(self) -> int | None:
        """How many bytes the folder has left; None before there is one."""
        return shutil.disk_usage(self.folder).free if self.folder.is_dir() else None

    def every(self) -> Iterator[Found]:
        """Whatever lies in the folder under a name as this application gives them, case by case."""
        if not self.folder.is_dir():
            return
        for folder in sorted(self.folder.iterdir()):
            case_id = _named(folder.name)
            for path in sorted(folder.iterdir()) if case_id and folder.is_dir() else ():
                file_id = _named(path.name.removesuffix(ARRIVING))
                with suppress(FileNotFoundError):
                    if case_id and file_id:
                        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                        yield Found(case_id, file_id, path, changed, not path.name.endswith(ARRIVING))


class Incoming:
    """A file that is being written; under its own name only once every byte of it is on the disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._under_way = path.with_name(path.name + ARRIVING)
        self._descriptor = os.open(self._under_way, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self.size = 0

    def write(self, data: bytes) -> None:
        """Append; raises OSError where there is no room."""
        left = memoryview(data)
        while left:
            left = left[os.write(self._descriptor, left) :]
        self.size += len(data)

    def finish(self) -> None:
        """Make it last, and give it its name."""
        os.fsync(self._descriptor)
        self._close()
        self._under_way.rename(self._path)
        for folder in (self._path.parent, self._path.parent.parent):
            _sync(folder)

    def discard(self) -> None:
        """Take away what has come so far; nothing happens once it is finished."""
        if self._descriptor >= 0:
            self._close()
            self._under_way.unlink(missing_ok=True)

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        os.close(descriptor)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _named(name: str) -> UUID | None:
    try:
        found = UUID(hex=name)
    except ValueError:
        return None
    return found if found.hex == name else None
