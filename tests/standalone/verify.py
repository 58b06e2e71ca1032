#!/usr/bin/env python3
"""Verify an exported record of a dialogue, offline and without the application.

Confidential. Without prejudice. Not for use in any binding procedure.

Needs Python 3.11 or newer and the package "cryptography"; nothing else, and no network.

    python verify.py EXPORT.zip [FINGERPRINT ...]

FINGERPRINT: the fingerprints, in hexadecimal digits, of keys that you have compared with the people themselves.
Without them the signatures are checked against the keys in the export, and the fingerprints are printed.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT, VERSION = "dialogue-record", 1
MARK = "Confidential. Without prejudice. Not for use in any binding procedure."
_SINCE = datetime(1970, 1, 1, tzinfo=UTC)
_KINDS: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
    "number": (int, float),
}


class Wrong(Exception):
    """Something in the export is not what was written."""


# How values are written before they are hashed or signed: tag, length in 8 bytes, payload.


def encode(*values: Any) -> bytes:
    return b"".join(_tagged(value) for value in values)


def _tagged(value: Any) -> bytes:
    tag, payload = _payload(value)
    return tag + len(payload).to_bytes(8, "big") + payload


def _payload(value: Any) -> tuple[bytes, bytes]:
    if value is None:
        return b"N", b""
    if isinstance(value, bool):
        return b"B", bytes((value,))
    if isinstance(value, int):
        return b"I", _whole(value)
    if isinstance(value, str):
        return b"S", value.encode()
    if isinstance(value, bytes):
        return b"Y", value
    if isinstance(value, UUID):
        return b"U", value.bytes
    if isinstance(value, datetime):
        return b"T", _whole((value - _SINCE) // timedelta(microseconds=1))
    if isinstance(value, (list, tuple)):
        return b"L", encode(*value)
    raise TypeError(type(value).__name__)


def _whole(value: int) -> bytes:
    return value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True)


def digest(label: str, *values: Any) -> bytes:
    return hashlib.sha256(encode(label, *values)).digest()


def canonical(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def body_digest(body: Any) -> bytes:
    return digest("dialogue/body/1", canonical(body))


def maybe_uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def maybe_bytes(text: str | None) -> bytes | None:
    return bytes.fromhex(text) if text is not None else None


class Export:
    """One export, opened; each check raises Wrong or says how much it has checked."""

    def __init__(self, source: str | BinaryIO, trusted: frozenset[str] = frozenset()) -> None:
        self.zip = zipfile.ZipFile(source)
        self.trusted = trusted
        self.manifest = self._json("manifest.json")
        self.record = self._json("record.json")
        self.keys: dict[str, Ed25519PublicKey] = {}
        self.owner: dict[str, str] = {}

    def checks(self) -> Iterator[tuple[str, Callable[[], int]]]:
        yield "keys", self.check_keys
        yield "files of the export", self.check_files
        yield "form of the record", self.check_schema
        yield "seat statements", self.check_seats
        yield "signed lists of who hears a room", self.check_epochs
        yield "entries of the record", self.check_chains
        yield "acceptances of terms", self.check_acceptances
        yield "endorsements", self.check_endorsements
        yield "positions", self.check_positions
        yield "yeses to what is done together", self.check_voices
        yield "outcome records and their signatures", self.check_outcomes
        yield "documents", self.check_documents

    # The export itself

    def check_keys(self) -> int:
        for told in self.record["keys"]:
            kem, sign = bytes.fromhex(told["kem"]), bytes.fromhex(told["sign"])
            print_ = digest("dialogue/fingerprint/1", kem, sign).hex()
            if print_ != told["fingerprint"]:
                raise Wrong(f"a key does not have the fingerprint {told['fingerprint']}")
            key = Ed25519PublicKey.from_public_bytes(sign)
            self._signed(key, told["self_signature"], "dialogue/public-keys/1", kem)
            self.keys[print_], self.owner[print_] = key, told["account"]
        if missing := self.trusted - set(self.keys):
            raise Wrong(f"nobody in this record has the key {sorted(missing)[0]}")
        return len(self.keys)

    def check_files(self) -> int:
        """Every file is the one that the exporter signed for, and there is no other."""
        told = dict(self.manifest)
        signature = told.pop("signature")
        if (told["format"], told["version"], told["mark"]) != ("dialogue-export", VERSION, MARK):
            raise Wrong("the manifest is of another format")
        self._by(told["fingerprint"], signature, "dialogue/export/1", hashlib.sha256(canonical(told)).digest())
        if self.owner[told["fingerprint"]] != told["by"]:
            raise Wrong("the manifest is signed by somebody else")
        names = [name for name in self.zip.namelist() if name != "manifest.json"]
        if sorted(names) != sorted(told["files"]):
            raise Wrong("there are other files than those that were exported")
        for name, expected in told["files"].items():
            hashed, size = hashlib.sha256(), 0
            with self.zip.open(name) as source:
                while piece := source.read(1 << 16):
                    hashed.update(piece)
                    size += len(piece)
            if (hashed.hexdigest(), size) != (expected["sha256"], expected["bytes"]):
                raise Wrong(f"{name} was altered")
        if (told["case"], told["at"]) != (self.record["case"]["id"], self.record["exported"]["at"]):
            raise Wrong("manifest and record are of different exports")
        return len(names)

    def check_schema(self) -> int:
        if (self.record["format"], self.record["version"]) != (FORMAT, VERSION):
            raise Wrong(f"this program knows version {VERSION} of {FORMAT}")
        schema = self._json("export-schema-1.json")
        _conforms(self.record, schema, schema, "record")
        return 1

    # What was signed, and the chains

    def check_seats(self) -> int:
        case, previous = self.case, None
        for number, told in enumerate(self.record["seat_statements"], start=1):
            if told["number"] != number or (previous is not None and told["previous"] != previous):
                raise Wrong(f"seat statement {number} does not follow the one before")
            previous = told["digest"]
            if told["withheld"]:
                continue
            hashed = digest(
                "dialogue/seat/1",
                case,
                number,
                told["kind"],
                UUID(told["account_id"]),
                bytes.fromhex(told["fingerprint"]),
                told["party"],
                told["role"],
                told["room"],
                moment(told["until"]),
                UUID(told["signer_id"]),
                bytes.fromhex(told["signer_fingerprint"]),
                bytes.fromhex(told["previous"]),
            )
            if hashed.hex() != told["digest"]:
                raise Wrong(f"seat statement {number} was altered")
            if number == 1:
                begun = digest(
                    "dialogue/case/1", bytes.fromhex(told["signer_fingerprint"]), bytes.fromhex(told["previous"])
                )
                if UUID(bytes=begun[:16], version=4) != case:
                    raise Wrong("the first seat statement did not begin this case")
            self._by(told["signer_fingerprint"], told["signature"], "dialogue/statement-signature/1", hashed)
        return len(self.record["seat_statements"])

    def check_epochs(self) -> int:
        last: dict[str, tuple[int, str]] = {}
        for told in self.record["epochs"]:
            number, before = last.get(told["room"], (0, bytes(32).hex()))
            hashed = digest(
                "dialogue/manifest/1",
                self.case,
                told["room"],
                told["epoch"],
                bytes.fromhex(told["members"]),
                bytes.fromhex(told["commitment"]),
                told["statements_number"],
                bytes.fromhex(told["statements_head"]),
                told["desk_number"],
                bytes.fromhex(told["desk_head"]),
                UUID(told["maker_id"]),
                bytes.fromhex(told["maker_fingerprint"]),
                bytes.fromhex(told["previous"]),
            )
            if (told["epoch"], told["previous"], told["digest"]) != (number + 1, before, hashed.hex()):
                raise Wrong(f"the list of who hears the room {told['room']} was altered at {told['epoch']}")
            self._by(told["maker_fingerprint"], told["signature"], "dialogue/manifest-signature/1", hashed)
            last[told["room"]] = (told["epoch"], told["digest"])
        return len(self.record["epochs"])

    def check_chains(self) -> int:
        count = 0
        heads = {}
        for chain in self.record["chains"]:
            previous = digest("dialogue/genesis/1", chain["chain"])
            for number, told in enumerate(chain["entries"], start=1):
                hashed = digest(
                    "dialogue/link/1",
                    chain["chain"],
                    number,
                    moment(told["at"]),
                    maybe_uuid(told["actor"]),
                    told["act"],
                    maybe_uuid(told["object"]),
                    maybe_bytes(told["sealed_hash"]),
                    previous,
                )
                if told["seq"] != number or hashed.hex() != told["hash"]:
                    raise Wrong(f"entry {number} of the record of the room {chain['room']} was altered")
                previous = hashed
                count += 1
            heads[chain["chain"]] = {"entries": len(chain["entries"]), "head": previous.hex()}
        if heads != self.manifest["heads"]:
            raise Wrong("the record is shorter or longer than when it was exported")
        return count

    # What people signed in words

    def check_acceptances(self) -> int:
        terms = {row["id"]: row for row in self.rows("terms_versions")}
        rows = self.opened("terms_acceptances", "statement")
        for row, said in rows:
            words = _body(terms.get(row["terms_id"]))
            if words is None:
                continue
            values = (self.case, UUID(row["terms_id"]), body_digest(words["terms"]))
            self._by(said["fingerprint"], said["signature"], "dialogue/terms/1", *values)
            self._is(row["account_id"], said["fingerprint"])
        return len(rows)

    def check_endorsements(self) -> int:
        versions = {row["id"]: row for row in self.rows("request_versions")}
        rows = self.opened("endorsements", "statement")
        for row, said in rows:
            version = versions[row["version_id"]]
            words = _body(version)
            if words is not None:
                values = (UUID(version["id"]), version["number"], body_digest(words))
                self._party(row, said, "dialogue/endorsement/1", *values)
        return len(rows)

    def check_positions(self) -> int:
        rows = self.opened("positions", "body")
        for row, said in rows:
            self._party(
                row,
                said,
                "dialogue/position/1",
                UUID(row["item_id"]),
                UUID(row["wording_id"]),
                bytes.fromhex(said["wording"]),
                UUID(row["id"]),
                row["number"],
                moment(row["made_at"]),
                said["stance"],
                said["reason"],
                said["reservation"],
                said["previous"],
            )
        return len(rows)

    def check_voices(self) -> int:
        acts = {row["id"]: row for row in self.rows("joint_acts")}
        rows = self.opened("joint_voices", "statement")
        for row, said in rows:
            act = acts[row["joint_act_id"]]
            about, made_at = maybe_uuid(act["object_id"]), moment(row["made_at"])
            asked = (act["act"], about, act["room"], act["support_asked"], act["months"], made_at)
            self._party(row, said, "dialogue/joint-voice/1", UUID(act["id"]), UUID(row["id"]), *asked)
        return len(rows)

    def check_outcomes(self) -> int:
        outcomes = {row["id"]: row for row in self.rows("outcomes")}
        signed: dict[str, set[str]] = {}
        for row, said in self.opened("outcome_signatures", "statement"):
            outcome = outcomes[row["outcome_id"]]
            body = _body(outcome)
            if body is None:
                raise Wrong(f"outcome record {outcome['number']} does not open")
            record = (self.case, UUID(outcome["id"]), outcome["number"], body_digest(body))
            hashed = digest("dialogue/outcome/1", *record)
            if hashed.hex() != said["hash"]:
                raise Wrong(f"outcome record {outcome['number']} is not what was signed")
            values = (UUID(outcome["id"]), outcome["number"], hashed, moment(row["made_at"]))
            self._party(row, said, "dialogue/outcome-signature/1", *values)
            signed.setdefault(outcome["id"], set()).add(row["party"])
        for outcome in outcomes.values():
            if outcome["state"] == "signed" and signed.get(outcome["id"]) != {"company", "union"}:
                raise Wrong(f"outcome record {outcome['number']} is not signed by both parties")
        return len(outcomes)

    def check_documents(self) -> int:
        documents = self.record["documents"]
        for told in documents:
            if told["trouble"] is None and self.manifest["files"][told["file"]]["sha256"] != told["sha256"]:
                raise Wrong(f"{told['file']} is not the document that was stored")
        return len(documents)

    # The rest

    @property
    def case(self) -> UUID:
        return UUID(self.record["case"]["id"])

    def rows(self, table: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.record["tables"].get(table, [])
        return found

    def opened(self, table: str, column: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """The rows of a table whose sealed column could be opened, with what was in it."""
        return [(row, row["opened"][column]) for row in self.rows(table) if column in row.get("opened", {})]

    def _party(self, row: dict[str, Any], said: dict[str, Any], label: str, *values: Any) -> None:
        """A statement of a party by its lead or deputy."""
        account = UUID(row["account_id"])
        self._by(said["fingerprint"], said["signature"], label, self.case, row["party"], account, *values)
        self._is(row["account_id"], said["fingerprint"])
        if (row["account_id"], said["fingerprint"], row["party"]) not in self._spoke():
            raise Wrong(f"{row['account_id']} never spoke for the {row['party']}")

    def _spoke(self) -> set[tuple[str, str, str]]:
        return {
            (told["account_id"], told["fingerprint"], told["party"])
            for told in self.record["seat_statements"]
            if not told["withheld"] and told["role"] in {"lead", "deputy"}
        }

    def _is(self, account: str, fingerprint: str) -> None:
        if self.owner.get(fingerprint) != account:
            raise Wrong(f"a statement of {account} is signed with somebody else's key")

    def _by(self, fingerprint: str, signature: str, label: str, *values: Any) -> None:
        key = self.keys.get(fingerprint)
        if key is None:
            raise Wrong(f"the key {fingerprint} is not in the export")
        self._signed(key, signature, label, *values)

    @staticmethod
    def _signed(key: Ed25519PublicKey, signature: str, label: str, *values: Any) -> None:
        try:
            key.verify(bytes.fromhex(signature), encode(label, *values))
        except InvalidSignature:
            raise Wrong(f"a signature ({label}) does not hold") from None

    def _json(self, name: str) -> Any:
        if self.zip.namelist().count(name) != 1:
            raise Wrong(f"{name} is missing, or there twice")
        return json.loads(self.zip.read(name))


def _body(row: dict[str, Any] | None) -> Any:
    return row["opened"].get("body") if row is not None else None


def _conforms(value: Any, schema: dict[str, Any], root: dict[str, Any], where: str) -> None:
    """The part of JSON Schema that the published schema uses."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    kinds = schema.get("type")
    if kinds is not None:
        allowed = kinds if isinstance(kinds, list) else [kinds]
        if not any(isinstance(value, _KINDS[kind]) and not _is_bool(value, kind) for kind in allowed):
            raise Wrong(f"{where} is no {' or '.join(allowed)}")
    if "const" in schema and value != schema["const"]:
        raise Wrong(f"{where} is not {schema['const']!r}")
    if "enum" in schema and value not in schema["enum"]:
        raise Wrong(f"{where} is none of {schema['enum']}")
    if isinstance(value, dict):
        _conforms_object(value, schema, root, where)
    if isinstance(value, list) and "items" in schema:
        for number, one in enumerate(value):
            _conforms(one, schema["items"], root, f"{where}[{number}]")


def _conforms_object(value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any], where: str) -> None:
    if missing := [name for name in schema.get("required", []) if name not in value]:
        raise Wrong(f"{where} lacks {missing[0]}")
    known, more = schema.get("properties", {}), schema.get("additionalProperties", True)
    for name, one in value.items():
        if name in known:
            _conforms(one, known[name], root, f"{where}.{name}")
        elif more is False:
            raise Wrong(f"{where} has something unknown: {name}")
        elif isinstance(more, dict):
            _conforms(one, more, root, f"{where}.{name}")


def _is_bool(value: Any, kind: str) -> bool:
    return isinstance(value, bool) and kind in {"integer", "number"}


def verify(source: str | BinaryIO, trusted: frozenset[str] = frozenset()) -> tuple[list[str], str | None]:
    """What was checked, line by line, and what is wrong; None where nothing is."""
    told: list[str] = []
    what = "the file"
    try:
        export = Export(source, trusted)
        for what, check in export.checks():
            told.append(f"{check():6}  {what}")
    except Wrong as wrong:
        return told, str(wrong)
    except (KeyError, TypeError, ValueError, IndexError, OSError, EOFError, RuntimeError, zipfile.BadZipFile) as broken:
        return told, f"{what}: not as it was written ({type(broken).__name__})"
    except Exception as broken:  # zlib.error and whatever else a damaged file brings about
        return told, f"{what}: damaged ({type(broken).__name__})"
    told += [f"        {owner}  {print_}" for print_, owner in sorted(export.owner.items(), key=lambda one: one[1])]
    return told, None


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0].startswith("-"):
        print(__doc__)
        return 2
    told, wrong = verify(arguments[0], frozenset(arguments[1:]))
    print(MARK, *told, sep="\n")
    print(f"WRONG: {wrong}" if wrong else "Everything holds.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
