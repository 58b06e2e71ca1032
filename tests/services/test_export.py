"""A party's own record, taken out and checked by a program that knows nothing of this application."""

from __future__ import annotations

import ast
import io
import json
import sys
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select

from dialogue.crypto import signing
from dialogue.domain.acts import Act
from dialogue.domain.people import Room
from dialogue.errors import Forbidden, NotFresh
from dialogue.services import documents, drafts, export, exported, notes, unit, uploads
from dialogue.services.files import Arrival
from dialogue.store.record import Entry
from dialogue.store.schema import METADATA
from tests.architecture.test_columns import contract
from tests.builders import Actor, Table
from tests.standalone import verify

HERE = Path(__file__).parents[2]
OURS, THEIRS = "Was wir einander anvertrauen", "Was die andere Seite nie liest"


@pytest.fixture
def written(completed: Table) -> Table:
    """A dialogue with a signed outcome record, with a note and a document of each side's own and of both."""
    table = completed
    for actor, room, words in (
        (table.union_lead, Room.JOINT, OURS),
        (table.company_lead, Room.COMPANY, OURS),
        (table.union_lead, Room.UNION, THEIRS),
        (table.facilitator, Room.UNION_CAUCUS, THEIRS),
        (table.facilitator, Room.FACILITATION, THEIRS),
    ):
        with table.writing(actor) as work:
            notes.write(work, table.case_id, room, title=f"{words}: Titel", body=f"{words}: {room.value}")
        if room in {Room.JOINT, Room.COMPANY, Room.UNION}:
            arrival = Arrival(table.instance, table.case_id, "plan.txt")
            arrival.write(f"{words}: Datei\n".encode() * 40_000)
            brought = uploads.bring(table.instance, table.case_id, "plan.txt", (arrival.finish(),))
            with table.writing(actor) as work:
                documents.add(work, table.case_id, room, brought, title=f"{words}: Plan", description="")
    for actor, words in ((table.company_lead, OURS), (table.company_delegate, THEIRS)):
        with table.writing(actor) as work:
            drafts.save(work, table.case_id, "notes.write:company", {"title": "", "body": f"{words}: halb"})
    return table


def taken_out(table: Table, actor: Actor) -> bytes:
    """What the page does: record first, then let it leave."""
    with table.writing(actor) as work:
        export.begin(work, table.case_id)
    fresh = table.house.fresh(actor)
    assert fresh is not None
    return b"".join(export.pieces(table.instance, fresh, table.house.tick(), table.case_id))


def altered(archive: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same archive with one file changed, as somebody would who has no key."""
    source, target = zipfile.ZipFile(io.BytesIO(archive)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as changed:
        for entry in source.infolist():
            data = source.read(entry)
            changed.writestr(entry, change(data) if entry.filename == name else data)
    return target.getvalue()


def wrong(archive: bytes) -> str | None:
    return verify.verify(io.BytesIO(archive))[1]


def test_a_party_takes_out_its_own_record_and_nothing_of_the_others(written: Table) -> None:
    archive = taken_out(written, written.company_lead)

    opened = zipfile.ZipFile(io.BytesIO(archive))
    everything = b"".join(opened.read(name) for name in opened.namelist()).decode()
    assert f"{OURS}: joint" in everything
    assert f"{OURS}: company" in everything
    assert f"{OURS}: Datei" in everything
    assert f"{OURS}: halb" in everything
    assert f"{OURS}: Plan" in everything
    assert THEIRS not in everything
    record = json.loads(opened.read("record.json"))
    assert {note["room"] for note in record["tables"]["notes"]} == {"joint", "company"}
    assert {chain["room"] for chain in record["chains"]} & {"union", "union_caucus", "facilitation"} == set()
    assert "ana@union.example" not in everything
    for name in ("README.txt", "verify.py", "record.json", "manifest.json", "export-schema-1.json"):
        assert export.MARK.encode() in opened.read(name), name
    assert opened.comment == export.MARK.encode()
    assert not [name for name in opened.namelist() if OURS in name or "plan" in name]
    checked, trouble = verify.verify(io.BytesIO(archive))
    assert trouble is None
    counts = {line[8:]: int(line[:6]) for line in checked if line[:6].strip().isdigit()}
    assert counts["outcome records and their signatures"] == 1
    assert counts["positions"] >= 2
    assert counts["yeses to what is done together"] == 2
    assert counts["endorsements"] == 2
    assert counts["acceptances of terms"] >= 4
    assert counts["documents"] == 2
    assert counts["entries of the record"] > 40
    print_ = written.union_lead.bundle.public.fingerprint.hex()
    assert verify.verify(io.BytesIO(archive), frozenset({print_}))[1] is None
    assert verify.verify(io.BytesIO(archive), frozenset({"00" * 32}))[1] is not None


def test_one_byte_altered_anywhere_is_said(written: Table) -> None:
    archive = taken_out(written, written.union_lead)
    names = zipfile.ZipFile(io.BytesIO(archive)).namelist()
    assert {"record.json", "manifest.json", "documents/0001-1.txt"} < set(names)
    for name in names:
        for place in (0, 0.37, 0.71, 0.999):

            def flip(data: bytes, place: float = place) -> bytes:
                at = min(int(len(data) * place), len(data) - 1)
                return data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]

            assert wrong(altered(archive, name, flip)) is not None, (name, place)
    assert wrong(archive[:-200]) is not None
    assert wrong(altered(archive, "README.txt", lambda data: data)) is None


def resealed(archive: bytes, actor: Actor, change: Callable[[dict], None]) -> bytes:  # type: ignore[type-arg]
    """An archive whose exporter has changed the record himself and signed the manifest again."""
    opened = zipfile.ZipFile(io.BytesIO(archive))
    record, manifest = json.loads(opened.read("record.json")), json.loads(opened.read("manifest.json"))
    change(record)
    data = json.dumps(record).encode()
    manifest["files"]["record.json"] = {"sha256": sha256(data).hexdigest(), "bytes": len(data)}
    del manifest["signature"]
    signed = sha256(verify.canonical(manifest)).digest()
    manifest["signature"] = signing.sign(actor.bundle, "dialogue/export/1", signed).hex()
    archive = altered(archive, "record.json", lambda _: data)
    return altered(archive, "manifest.json", lambda _: json.dumps(manifest).encode())


def test_not_even_the_exporter_alters_what_others_signed(written: Table) -> None:
    lead = written.company_lead
    archive = taken_out(written, lead)
    assert wrong(resealed(archive, lead, lambda _: None)) is None

    def outcome(record: dict) -> None:  # type: ignore[type-arg]
        (row,) = record["tables"]["outcomes"]
        row["opened"]["body"]["items"] = []

    def position(record: dict) -> None:  # type: ignore[type-arg]
        record["tables"]["positions"][0]["opened"]["body"]["stance"] = "cannot_agree"

    def terms(record: dict) -> None:  # type: ignore[type-arg]
        record["tables"]["terms_versions"][0]["opened"]["body"]["terms"]["text"] = "Everybody may tell everything."

    def joint(record: dict) -> list[dict]:  # type: ignore[type-arg]
        (entries,) = [chain["entries"] for chain in record["chains"] if chain["room"] == "joint"]
        return entries

    def entry(record: dict) -> None:  # type: ignore[type-arg]
        joint(record)[3]["act"] = "case:leave"

    def cut(record: dict) -> None:  # type: ignore[type-arg]
        joint(record).pop()

    def seat(record: dict) -> None:  # type: ignore[type-arg]
        record["seat_statements"][2]["until"] = "2030-01-01T00:00:00+00:00"

    def member(record: dict) -> None:  # type: ignore[type-arg]
        record["epochs"][0]["members"] = record["epochs"][0]["members"][96:]

    def version(record: dict) -> None:  # type: ignore[type-arg]
        record["version"] = 2

    for change in (outcome, position, terms, entry, cut, seat, member, version):
        assert wrong(resealed(archive, lead, change)) is not None, change.__name__


def test_the_export_stands_in_the_record_before_its_first_byte_and_only_leads_make_one(written: Table) -> None:
    with pytest.raises(Forbidden), written.writing(written.company_delegate) as work:
        export.begin(work, written.case_id)
    with pytest.raises(NotFresh), unit.writing(written.instance, written.union_lead, written.house.tick()) as work:
        export.begin(work, written.case_id)
    with written.writing(written.union_lead) as work:
        export.begin(work, written.case_id)

    with written.instance.store.session(writes=False) as session:
        found = session.scalars(select(Entry).where(Entry.act == Act.CASE_EXPORT.value)).all()
    assert [(entry.chain.partition(":")[2], entry.actor_id) for entry in found] == [
        ("joint", written.union_lead.account_id)
    ]


def test_it_leaves_in_pieces_and_lies_nowhere(written: Table, tmp_path: Path) -> None:
    before = {path for path in written.instance.files.folder.rglob("*") if path.is_file()}
    fresh = written.house.fresh(written.union_lead)
    assert fresh is not None
    sizes = [len(piece) for piece in export.pieces(written.instance, fresh, written.house.tick(), written.case_id)]

    assert max(sizes) < 512 * 1024
    assert len(sizes) > 5
    assert {path for path in written.instance.files.folder.rglob("*") if path.is_file()} == before
    assert not list(tmp_path.glob("*.zip"))


def test_every_table_of_a_case_is_in_the_export_or_left_out_for_a_reason() -> None:
    of_cases = {name for name, table in METADATA.tables.items() if "case_id" in table.c}
    placed, left_out = set(exported.PLACED), set(exported.LEFT_OUT)

    assert placed | left_out == of_cases
    assert not placed & left_out
    in_rooms = {name.partition(".")[0] for name, said in contract().items() if said == "room"}
    assert in_rooms <= placed
    assert all(reason for reason in exported.LEFT_OUT.values())


def test_the_verifier_imports_nothing_of_this_project_and_is_the_one_that_travels_along() -> None:
    source = (HERE / "tests/standalone/verify.py").read_text()
    imported = {
        name.name.partition(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import)
        for name in node.names
    } | {str(node.module).partition(".")[0] for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)}
    texts = HERE / "dialogue/services/export_texts"

    assert imported <= {*sys.stdlib_module_names, "cryptography"}
    assert (texts / "verify.py.txt").read_text() == source
    assert (texts / "export-schema-1.json").read_text() == (HERE / "docs/export-schema-1.json").read_text()
