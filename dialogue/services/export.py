"""Export: a party's own record of a dialogue as one ZIP, written while it leaves and stored nowhere here."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.resources import files as resources
from typing import IO, Any, cast
from uuid import UUID

from dialogue.crypto import signing
from dialogue.crypto.chain import genesis
from dialogue.domain.acts import Act
from dialogue.domain.outcomes import OutcomeState
from dialogue.domain.people import Room
from dialogue.errors import Locked, SealBroken
from dialogue.services import audit, cases, documents, exported, outcome_files, rooms, signoffs, unit
from dialogue.services.admission import admit
from dialogue.services.cases import CaseHead
from dialogue.services.exported import Taken
from dialogue.services.instance import Instance
from dialogue.services.unit import Actor, UnitOfWork
from dialogue.store.outcomes import outcomes_of

FORMAT, VERSION = "dialogue-record", 1
MARK = "Confidential. Without prejudice. Not for use in any binding procedure."
SCHEMA = "export-schema-1.json"
_EXPORT = "dialogue/export/1"
_TEXTS = resources("dialogue.services") / "export_texts"
# Every file in an export has the same date, that of no file here.
_DATED = (1980, 1, 1, 0, 0, 0)
_ENOUGH = 1 << 16

Put = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Prospect:
    """What is about to leave, before it does."""

    head: CaseHead


def prospect(work: UnitOfWork, case_id: UUID) -> Prospect:
    """Let only those in who may take their side's record out."""
    case, seat = admit(work, case_id, Act.CASE_EXPORT)
    return Prospect(cases.head(work, case, seat))


def begin(work: UnitOfWork, case_id: UUID) -> dict[int, UUID]:
    """Record that it is taken out; to be committed before the first byte leaves. Gives the signed outcome records."""
    case, seat = admit(work, case_id, Act.CASE_EXPORT)
    audit.record(work, Act.CASE_EXPORT, case.id)
    if Room.JOINT not in exported.taken(case, seat).heard:
        return {}
    return {row.number: row.id for row in outcomes_of(work.session, case.id) if row.state is OutcomeState.SIGNED}


def name_of(at: datetime) -> str:
    """The file's name: a date and nothing else."""
    return f"export-{at:%Y-%m-%d}.zip"


def pieces(
    instance: Instance, actor: Actor, now: datetime, case_id: UUID, papers: Mapping[int, bytes] | None = None
) -> Iterator[bytes]:
    """The ZIP, piece by piece, as it is written; what was begun in another unit is read as it stands now.

    papers   outcome records on paper, by their number, where these can be made
    """
    with unit.reading(instance, actor, now) as work:
        case, seat = admit(work, case_id, Act.CASE_EXPORT)
        yield from _Writer(work, exported.taken(case, seat), papers or {}).run()


class _Sink:
    """What a ZIP is written into when nobody can go back in it."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: bytes, /) -> int:
        self._held += data
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def __len__(self) -> int:
        return len(self._held)

    def take(self) -> bytes:
        data = bytes(self._held)
        self._held.clear()
        return data


class _Writer:
    """Writes one export; holds a page of rows at a time and never the whole."""

    def __init__(self, work: UnitOfWork, taken: Taken, papers: Mapping[int, bytes]) -> None:
        self._work, self._taken, self._papers = work, taken, papers
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(cast(IO[bytes], self._sink), "w", zipfile.ZIP_DEFLATED)
        self._zip.comment = MARK.encode()
        self._files: dict[str, dict[str, Any]] = {}
        self._heads: dict[str, dict[str, Any]] = {}
        self._signers: set[str] = set()

    def run(self) -> Iterator[bytes]:
        for name, text in (("README.txt", "README.txt"), ("verify.py", "verify.py.txt"), (SCHEMA, SCHEMA)):
            yield from self._file(name, iter([(_TEXTS / text).read_bytes()]))
        listed: list[dict[str, Any]] = []
        yield from self._documents(listed)
        yield from self._outcomes()
        yield from self._file("record.json", self._record(listed))
        yield from self._manifest()
        self._zip.close()
        yield self._sink.take()

    def _file(self, name: str, data: Iterator[bytes]) -> Iterator[bytes]:
        hashed, size = sha256(), 0
        entry = zipfile.ZipInfo(name, _DATED)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        with self._zip.open(entry, "w", force_zip64=True) as target:
            for piece in data:
                hashed.update(piece)
                size += len(piece)
                target.write(piece)
                if len(self._sink) >= _ENOUGH:
                    yield self._sink.take()
        self._files[name] = {"sha256": hashed.hexdigest(), "bytes": size}
        yield self._sink.take()

    # What is in it

    def _documents(self, listed: list[dict[str, Any]]) -> Iterator[bytes]:
        work, case = self._work, self._taken.case
        numbers: dict[UUID, int] = {}
        for version in documents.every_version(work, case, sorted(self._taken.heard)):
            number = numbers.setdefault(version.document_id, len(numbers) + 1)
            ending = f".{version.said.kind.value}" if version.said.kind is not None else ""
            name = f"documents/{number:04}-{version.number}{ending}"
            told = {"document": str(version.document_id), "number": version.number, "room": version.room.value}
            try:
                data = documents.stream(work, case, version)
            except (SealBroken, Locked) as refusal:
                word = "broken" if isinstance(refusal, SealBroken) else "locked"
                listed.append(told | {"file": None, "sha256": None, "trouble": word})
                continue
            yield from self._file(name, data)
            listed.append(told | {"file": name, "sha256": version.said.digest, "trouble": None})

    def _outcomes(self) -> Iterator[bytes]:
        """The signed records in the form in which each can be checked by itself."""
        work, case = self._work, self._taken.case
        for outcome in reversed(outcomes_of(work.session, case.id)):
            if outcome.state is not OutcomeState.SIGNED:
                continue
            told = rooms.open_all(work, case, Room.JOINT, [(outcome.sealed_body, outcome.place("body", Room.JOINT))])[0]
            if told.trouble is not None:
                continue
            hashed = signoffs.hash_of(outcome, told.body)
            signed = signoffs.read(work, case, outcome, hashed)
            package = outcome_files.package(work, outcome, told.body, hashed, signed)
            yield from self._file(f"outcomes/{outcome.number}.json", iter([_written(package)]))
            if outcome.number in self._papers:
                yield from self._file(f"outcomes/{outcome.number}.pdf", iter([self._papers[outcome.number]]))

    def _record(self, listed: list[dict[str, Any]]) -> Iterator[bytes]:
        work, taken = self._work, self._taken
        statements, manifests = exported.seat_statements(work, taken), exported.epochs(work, taken)
        self._signers = exported.fingerprints(statements, manifests)
        self._signers.add(work.person.bundle.public.fingerprint.hex())
        head = {
            "format": FORMAT,
            "version": VERSION,
            "mark": MARK,
            "exported": {
                "at": work.now.isoformat(),
                "by": str(work.person.account_id),
                "for": taken.seat.party.value if taken.seat.party else None,
                "rooms": sorted(room.value for room in taken.heard),
            },
            "case": exported.case_columns(taken.case),
            "people": exported.people(work, taken),
            "seat_statements": statements,
            "epochs": manifests,
            "documents": listed,
            "personal": exported.personal(work, taken),
        }
        yield _written(head).rstrip()[:-1] + b',"tables":{'
        for place, (name, rows) in enumerate(exported.tables(work, taken)):
            yield (b"," if place else b"") + json.dumps(name).encode() + b":"
            yield from _array(self._noting(rows))
        yield b'},"chains":['
        for place, (room, chain, entries) in enumerate(exported.chains(work.session, taken)):
            yield (b"," if place else b"") + _part({"room": room.value, "chain": chain}) + b',"entries":'
            yield from _array(self._counting(chain, entries))
            yield b"}"
        yield b'],"keys":' + _plain(exported.keys(work, self._signers)) + b"}\n"

    def _noting(self, rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """The rows as they come; by which keys something in them is signed is remembered."""
        for row in rows:
            self._signers |= set(_fingerprints_in(row["opened"]))
            yield row

    def _counting(self, chain: str, entries: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        self._heads[chain] = {"entries": 0, "head": genesis(chain).hex()}
        for entry in entries:
            self._heads[chain] = {"entries": entry["seq"], "head": entry["hash"]}
            yield entry

    def _manifest(self) -> Iterator[bytes]:
        """Which files these are, signed by whoever took them out: it says whether one of them was altered since."""
        person = self._work.person
        told: dict[str, Any] = {
            "format": "dialogue-export",
            "version": VERSION,
            "mark": MARK,
            "case": str(self._taken.case.id),
            "at": self._work.now.isoformat(),
            "by": str(person.account_id),
            "fingerprint": person.bundle.public.fingerprint.hex(),
            "files": self._files.copy(),
            "heads": self._heads,
        }
        told["signature"] = signing.sign(person.bundle, _EXPORT, sha256(_plain(told)).digest()).hex()
        yield from self._file("manifest.json", iter([_written(told)]))


def _array(rows: Iterator[Mapping[str, Any]]) -> Iterator[bytes]:
    yield b"["
    for place, row in enumerate(rows):
        yield (b",\n" if place else b"\n") + _plain(row)
    yield b"]"


def _part(told: Mapping[str, Any]) -> bytes:
    return _plain(told)[:-1]


def _plain(told: Any) -> bytes:
    """The one form in which something is hashed: sorted, without spaces."""
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _written(told: Any) -> bytes:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def _fingerprints_in(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        for name, value in told.items():
            if name == "fingerprint" and isinstance(value, str):
                yield value
            yield from _fingerprints_in(value)
    elif isinstance(told, list):
        for value in told:
            yield from _fingerprints_in(value)
