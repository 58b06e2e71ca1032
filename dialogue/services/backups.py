"""Backups as three artefacts: content, keys, and the instance's secrets apart; and the way back into an empty place.

Content alone opens nothing, keys alone say nothing. Keys are kept for thirty days and no longer, so that what was
destroyed is gone from the backups as well by then.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from dialogue.crypto.context import digest
from dialogue.domain.acts import Act
from dialogue.errors import Unfit
from dialogue.services import certificates, retention, unit
from dialogue.services.instance import Instance
from dialogue.services.ledger import INSTANCE, Pending
from dialogue.store import backup
from dialogue.store.cases import find_case
from dialogue.store.schema import revision_of

FORMAT, VERSION = "dialogue-backup", 1
CONTENT, KEYS = "content", "keys"
KEYS_ARE_KEPT = timedelta(days=30)
_STAMP = "%Y%m%dT%H%M%SZ"
_MACED = "dialogue/backup/1"
_FOLDER = "files/"
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Made:
    """What one backup wrote.

    removed   backups of keys that were too old and are gone
    """

    content: Path
    keys: Path
    rows: int
    files: int
    removed: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back.

    destroyed   cases in the content that had been destroyed since: of them only the stub came back
    """

    rows: int
    files: int
    destroyed: tuple[UUID, ...]


def make(instance: Instance, folder: Path, now: datetime) -> Made:
    """Write content and keys as they stand at one moment, each into a file of its own, for the owner alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stamp = now.astimezone(UTC).strftime(_STAMP)
    content, keys = folder / f"{CONTENT}-{stamp}.zip", folder / f"{KEYS}-{stamp}.zip"
    with instance.store.session(writes=False) as session, ExitStack() as stack:
        inside = stack.enter_context(_Archive.writing(content))
        opening = stack.enter_context(_Archive.writing(keys))
        rows = sum(inside.put_table(session, table) for table in backup.tables(keys=False))
        rows += sum(opening.put_table(session, table) for table in backup.tables(keys=True))
        files = sum(
            inside.put_file(f"{found.case_id.hex}/{found.file_id.hex}", found.path) for found in _whole(instance)
        )
        revision = revision_of(session)[0]
        for kind, archive in ((CONTENT, inside), (KEYS, opening)):
            archive.seal(instance, {"kind": kind, "taken_at": now.isoformat(), "revision": revision})
    return Made(content, keys, rows, files, tuple(forget_old_keys(folder, now)))


def forget_old_keys(folder: Path, now: datetime) -> Iterator[Path]:
    """Remove every backup of keys in a folder that is older than they are kept."""
    for path in sorted(folder.glob(f"{KEYS}-*.zip")):
        taken = _stamped(path)
        if taken is not None and now - taken > KEYS_ARE_KEPT:
            path.unlink()
            yield path


def newest(folder: Path, kind: str) -> Path:
    """The newest backup of a kind in a folder; raises Unfit where there is none."""
    found = [path for path in folder.glob(f"{kind}-*.zip") if _stamped(path) is not None]
    if not found:
        raise Unfit(f"backup_no_{kind}")
    return max(found, key=lambda path: path.name)


def restore(instance: Instance, content: Path, keys: Path, now: datetime) -> Restored:
    """Bring a backup into an empty database of the same revision, all of it or nothing.

    Whatever was destroyed between content and keys stays destroyed.
    raises   Unfit where a file is altered, of another place or revision, older than it must be, or something is here
    """
    with _Archive.reading(content) as inside, _Archive.reading(keys) as opening:
        about, with_keys = inside.check(instance, CONTENT), opening.check(instance, KEYS)
        if with_keys["taken_at"] < about["taken_at"]:
            raise Unfit("backup_keys_older")
        with unit.writing(instance, None, now) as work:
            if not backup.is_empty(work.session):
                raise Unfit("backup_not_empty")
            if {about["revision"], with_keys["revision"]} != {revision_of(work.session)[0]}:
                raise Unfit("backup_revision")
            backup.clear_first_rows(work.session)
            gone = {UUID(json.loads(line)["case_id"]) for line in opening.lines("certificates")}
            rows = _put_rows(work.session, inside, opening, gone)
            destroyed = tuple(sorted(gone & _destroy_again(work, gone)))
            work.commit()
        skipped = {case_id.hex for case_id in gone}
        files = sum(
            _put_file(instance, inside, name) for name in inside.files() if name.partition("/")[0] not in skipped
        )
    return Restored(rows, files, destroyed)


def _destroy_again(work: unit.UnitOfWork, gone: set[UUID]) -> set[UUID]:
    """Bring the cases that were destroyed since the content was saved down to their stubs again."""
    done = set()
    for case_id in gone:
        case = find_case(work.session, case_id)
        if case is None or not retention.make_stub(work, case):
            continue
        work.entries.append(
            Pending(
                INSTANCE, None, None, Act.CASE_DESTROY.value, case_id, certificates.digest_of(work.session, case_id)
            )
        )
        done.add(case_id)
    return done


def _put_rows(session: Session, inside: _Archive, opening: _Archive, gone: set[UUID]) -> int:
    done, present = 0, None
    pointing = []
    for table in backup.all_tables():
        archive = opening if table.name in backup.KEYS else inside
        if table.name not in archive.tables:
            raise Unfit("backup_revision")
        done += backup.put(session, table, archive.lines(table.name), without=gone, only=present)
        if table.name == "cases":
            present = backup.ids_in(session, table)
        if backup.points_on(table):
            pointing.append((table, archive))
    for table, archive in pointing:
        backup.point(session, table, archive.lines(table.name), backup.ids_in(session, table))
    return done


def _put_file(instance: Instance, inside: _Archive, name: str) -> int:
    case_id, _, file_id = name.partition("/")
    incoming = instance.files.create(UUID(case_id), UUID(file_id))
    try:
        for piece in inside.pieces(_FOLDER + name):
            incoming.write(piece)
        incoming.finish()
    finally:
        incoming.discard()
    return 1


def _whole(instance: Instance) -> Iterator[Any]:
    return (found for found in instance.files.every() if found.is_whole)


def _stamped(path: Path) -> datetime | None:
    try:
        return datetime.strptime(path.stem.partition("-")[2], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


class _Archive:
    """One file of a backup: what is in it, hashed, and vouched for under the audit key."""

    def __init__(self, file: zipfile.ZipFile, path: Path) -> None:
        self._zip, self._path = file, path
        self.tables: dict[str, dict[str, Any]] = {}
        self._stored: dict[str, str] = {}

    @classmethod
    def writing(cls, path: Path) -> _Archive:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        return cls(zipfile.ZipFile(os.fdopen(descriptor, "wb"), "w", zipfile.ZIP_DEFLATED), path)

    @classmethod
    def reading(cls, path: Path) -> _Archive:
        try:
            return cls(zipfile.ZipFile(path), path)
        except (OSError, zipfile.BadZipFile):
            raise Unfit("backup_altered") from None

    def __enter__(self) -> _Archive:
        return self

    def __exit__(self, *_rest: object) -> None:
        underneath = self._zip.fp
        self._zip.close()
        if underneath is not None:
            underneath.close()

    def put_table(self, session: Session, table: Any) -> int:
        hashed, rows = sha256(), 0
        with self._zip.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as target:
            for line in backup.lines_of(session, table):
                hashed.update(line)
                rows += 1
                target.write(line)
        self.tables[table.name] = {"rows": rows, "sha256": hashed.hexdigest()}
        return rows

    def put_file(self, name: str, path: Path) -> int:
        """A sealed file as it lies there; one that has been taken away meanwhile is left out."""
        try:
            source = path.open("rb")
        except FileNotFoundError:
            return 0
        hashed = sha256()
        entry = zipfile.ZipInfo(_FOLDER + name, (1980, 1, 1, 0, 0, 0))
        with source, self._zip.open(entry, "w", force_zip64=True) as target:
            while piece := source.read(_PIECE):
                hashed.update(piece)
                target.write(piece)
        self._stored[name] = hashed.hexdigest()
        return 1

    def seal(self, instance: Instance, about: dict[str, Any]) -> None:
        told = {"format": FORMAT, "version": VERSION, **about, "tables": self.tables, "files": self._stored}
        key_id, mac = instance.secrets.audit_mac(_digest(told))
        self._zip.writestr(
            "manifest.json", json.dumps(told | {"key": key_id, "mac": mac.hex()}, sort_keys=True, indent=1)
        )

    def check(self, instance: Instance, kind: str) -> dict[str, Any]:
        """What the manifest says, once everything was found to be as it says; raises Unfit."""
        try:
            told = json.loads(self._zip.read("manifest.json"))
            key_id, mac = told.pop("key"), bytes.fromhex(told.pop("mac"))
            if not instance.secrets.audit_mac_valid(key_id, _digest(told), mac):
                raise Unfit("backup_foreign")
            if (told["format"], told["version"], told["kind"]) != (FORMAT, VERSION, kind):
                raise Unfit("backup_foreign")
            self.tables, self._stored = told["tables"], told["files"]
            expected = {f"tables/{name}.jsonl": one["sha256"] for name, one in self.tables.items()}
            expected |= {_FOLDER + name: hashed for name, hashed in self._stored.items()}
            if any(self._hash(name) != hashed for name, hashed in expected.items()):
                raise Unfit("backup_altered")
        except (KeyError, ValueError, TypeError, zipfile.BadZipFile):
            raise Unfit("backup_altered") from None
        return {"taken_at": told["taken_at"], "revision": told["revision"]}

    def lines(self, table: str) -> Iterator[bytes]:
        with self._zip.open(f"tables/{table}.jsonl") as source:
            yield from source

    def files(self) -> list[str]:
        return sorted(self._stored)

    def pieces(self, name: str) -> Iterator[bytes]:
        with self._zip.open(name) as source:
            while piece := source.read(_PIECE):
                yield piece

    def _hash(self, name: str) -> str:
        hashed = sha256()
        for piece in self.pieces(name):
            hashed.update(piece)
        return hashed.hexdigest()


def _digest(told: dict[str, Any]) -> bytes:
    return digest(_MACED, json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")))
