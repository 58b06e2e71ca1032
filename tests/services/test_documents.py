"""Documents: brought into a room, kept in every version, let go by their owner, and read by nobody else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pikepdf
import pytest
from PIL import Image
from sqlalchemy import select, update

from dialogue.crypto import streams
from dialogue.domain.acts import Act
from dialogue.domain.documents import MEGABYTE, Share, clean_name
from dialogue.domain.people import Room
from dialogue.domain.releases import ReleaseState
from dialogue.errors import Forbidden, IllegalTransition, NotBound, NotFound, OutOfDate, SealBroken, Unfit
from dialogue.services import audit, cases, cleaning, documents, filekinds, files, handing, rooms, rows, uploads
from dialogue.services.files import Arrival, SealedFile
from dialogue.services.rooms import Trouble
from dialogue.services.uploads import Brought
from dialogue.store.documents import DocumentVersion, StoredFile, UploadPart
from dialogue.store.files import Files, Incoming
from dialogue.store.record import Entry
from tests import samples
from tests.builders import Actor, Table
from tests.powercut import PowerCut, fused


@dataclass
class _Folder:
    """What an arrival needs of an instance."""

    files: Files


TEXT = f"Line one\n{samples.CANARY}\n".encode()


def brought(table: Table, name: str = "floor plan.txt", data: bytes = TEXT, **how: bool) -> Brought:
    """A file that has come in one go."""
    arrival = Arrival(table.instance, table.case_id, name)
    arrival.write(data)
    return uploads.bring(table.instance, table.case_id, name, (arrival.finish(),), **how)


def add(table: Table, actor: Actor, room: Room, what: Brought | None = None, title: str = "Floor plan") -> UUID:
    with table.writing(actor) as work:
        return documents.add(work, table.case_id, room, what or brought(table), title=title, description="Hall 2")


def taken(table: Table, actor: Actor, document_id: UUID, number: int = 1) -> bytes:
    with table.reading(actor) as work:
        download = documents.take(work, table.case_id, document_id, number)
    data = b"".join(download.pieces)
    assert len(data) == download.size
    return data


def stored(table: Table) -> set[Path]:
    return {one.path for one in table.instance.files.every()}


def test_a_document_is_read_by_those_whose_room_it_is_and_by_nobody_else(table: Table) -> None:
    document_id = add(table, table.union_delegate, Room.UNION)

    assert taken(table, table.union_lead, document_id) == TEXT
    with table.reading(table.union_lead) as work:
        shown = documents.show(work, table.case_id, document_id)
        listed = documents.index(work, table.case_id)
    assert (shown.newest.said.title, shown.newest.said.name) == ("Floor plan", "floor plan.txt")
    assert [line.said.title for line in listed.documents] == ["Floor plan"]
    assert not shown.may_revise
    for other in (table.company_lead, table.facilitator, table.coordinator, table.outsider):
        with pytest.raises(NotFound), table.reading(other) as work:
            documents.take(work, table.case_id, document_id, 1)
    with table.reading(table.company_lead) as work:
        assert documents.index(work, table.case_id).documents == ()
    with pytest.raises(NotFound), table.reading(table.company_lead) as work:
        documents.index(work, table.case_id, Room.UNION)
    with pytest.raises(NotFound), table.writing(table.company_lead) as work:
        documents.add(work, table.case_id, Room.UNION, brought(table), title="Uninvited")


def test_with_every_right_and_without_the_rooms_key_a_document_stays_shut(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    document_id = add(table, table.union_delegate, Room.UNION)
    monkeypatch.setattr(documents, "rooms_with_notes", lambda _seat: frozenset(Room))
    monkeypatch.setattr("dialogue.services.admission.require", lambda *_rest: None)

    with table.reading(table.company_lead) as work:
        shown = documents.show(work, table.case_id, document_id)

    assert shown.newest.said.trouble is Trouble.LOCKED
    assert shown.newest.said.file is None


def test_the_reading_of_a_file_is_recorded_before_its_first_byte_leaves(table: Table) -> None:
    document_id = add(table, table.union_lead, Room.UNION)
    with table.reading(table.union_delegate) as work:
        download = documents.take(work, table.case_id, document_id, 1)

    with table.instance.store.session(writes=False) as session:
        acts = session.scalars(select(Entry.act).where(Entry.object_id == document_id).order_by(Entry.seq)).all()
    assert Act.DOCUMENT_TAKE.value in acts
    assert next(download.pieces)


def test_a_newer_version_is_shown_and_the_older_ones_are_kept(table: Table) -> None:
    document_id = add(table, table.union_lead, Room.UNION)
    with table.writing(table.union_lead) as work:
        newer = brought(table, "plan.docx", samples.word())
        documents.revise(work, table.case_id, document_id, newer, title="Floor plan, again", seen_number=1)

    with table.reading(table.union_delegate) as work:
        shown = documents.show(work, table.case_id, document_id)
    assert [(line.number, line.said.title) for line in shown.versions] == [(2, "Floor plan, again"), (1, "Floor plan")]
    assert taken(table, table.union_delegate, document_id) == TEXT
    assert taken(table, table.union_delegate, document_id, 2) == samples.word()
    with pytest.raises(OutOfDate), table.writing(table.union_lead) as work:
        documents.revise(work, table.case_id, document_id, brought(table), title="Late", seen_number=1)
    with pytest.raises(Forbidden), table.writing(table.union_delegate) as work:
        documents.revise(work, table.case_id, document_id, brought(table), title="Another's", seen_number=2)
    with pytest.raises(NotFound), table.reading(table.union_lead) as work:
        documents.take(work, table.case_id, document_id, 3)


def test_a_document_comes_before_both_only_when_its_owner_lets_it_go(table: Table) -> None:
    document_id = add(table, table.union_delegate, Room.UNION_CAUCUS)
    with table.writing(table.facilitator) as work:
        handing.ask(work, table.case_id, document_id, seen_number=1, remark="It would help the other side to see.")
    for nobody in (table.facilitator, table.union_delegate):
        with pytest.raises(Forbidden), table.writing(nobody) as work:
            handing.approve(work, table.case_id, document_id, seen_number=1)
    with pytest.raises(NotFound), table.writing(table.company_lead) as work:
        handing.approve(work, table.case_id, document_id, seen_number=1)

    with table.writing(table.union_lead) as work:
        copy_id = handing.approve(work, table.case_id, document_id, seen_number=1)

    assert taken(table, table.company_delegate, copy_id) == TEXT
    with table.reading(table.company_delegate) as work:
        there = documents.show(work, table.case_id, copy_id)
    came_from = there.newest.said.provenance
    assert came_from is not None
    assert (came_from.room, came_from.by) == (Room.UNION_CAUCUS, table.union_lead.account_id)
    assert not there.may_revise
    with table.reading(table.union_delegate) as work:
        here = documents.show(work, table.case_id, document_id)
    assert [(mark.number, mark.state) for mark in here.marks] == [(1, ReleaseState.RELEASED)]
    assert here.is_released
    with pytest.raises(IllegalTransition), table.writing(table.union_lead) as work:
        handing.approve(work, table.case_id, document_id, seen_number=1)
    with pytest.raises(IllegalTransition), table.writing(table.union_lead) as work:
        documents.revise(work, table.case_id, copy_id, brought(table), title="Slipped in", seen_number=1)

    # A later version, let go as well, is the newest of the same document there.
    with table.writing(table.union_delegate) as work:
        documents.revise(work, table.case_id, document_id, brought(table, data=b"second"), title="P", seen_number=1)
    with pytest.raises(OutOfDate), table.writing(table.union_lead) as work:
        handing.approve(work, table.case_id, document_id, seen_number=1)
    with table.writing(table.union_lead) as work:
        assert handing.approve(work, table.case_id, document_id, seen_number=2) == copy_id
    assert taken(table, table.company_lead, copy_id, 2) == b"second"


def test_what_is_kept_back_stays_where_it_is(table: Table) -> None:
    document_id = add(table, table.union_delegate, Room.UNION_CAUCUS)
    with table.writing(table.facilitator) as work:
        handing.ask(work, table.case_id, document_id, seen_number=1)
    with pytest.raises(IllegalTransition), table.writing(table.facilitator) as work:
        handing.ask(work, table.case_id, document_id, seen_number=1)
    with table.writing(table.union_lead) as work:
        handing.keep(work, table.case_id, document_id)

    with pytest.raises(OutOfDate), table.writing(table.union_lead) as work:
        handing.keep(work, table.case_id, document_id)
    with table.reading(table.company_lead) as work:
        assert documents.index(work, table.case_id).documents == ()


def test_a_release_that_its_owner_never_signed_is_not_shown(table: Table) -> None:
    """A member of both rooms lays a copy there with a signature of his own."""
    document_id = add(table, table.union_lead, Room.UNION)
    with table.writing(table.union_lead) as work:
        copy_id = handing.approve(work, table.case_id, document_id, seen_number=1)
    with table.writing(table.union_delegate) as work:
        case = cases.admit(work, table.case_id, Act.CASE_READ)[0]
        version = work.session.scalars(select(DocumentVersion).where(DocumentVersion.document_id == copy_id)).one()
        body = rooms.open_one(work, case, Room.JOINT, version.sealed_body, version.place("body", Room.JOINT))
        body["name"] = "another name.txt"
        version.sealed_body = rooms.seal(work, case, Room.JOINT, body, version.place("body", Room.JOINT))

    with table.reading(table.company_lead) as work:
        assert documents.show(work, table.case_id, copy_id).newest.said.trouble is Trouble.BROKEN
    with pytest.raises(SealBroken), table.reading(table.company_lead) as work:
        documents.take(work, table.case_id, copy_id, 1)


def test_every_cut_swap_extension_and_flipped_byte_of_a_stored_file_is_refused(table: Table) -> None:
    long = os.urandom(3 * streams.CHUNK_BYTES + 1000)
    first = add(table, table.union_lead, Room.UNION, brought(table, "a.csv", TEXT))
    second = add(table, table.union_lead, Room.UNION, brought(table, "b.pdf", samples.pdf() + long))
    with table.reading(table.union_lead) as work:
        case, _ = cases.admit(work, table.case_id, Act.CASE_READ)
        known = {one.document_id: one for one in documents.every_version(work, case, [Room.UNION])}
        assert b"".join(documents.stream(work, case, known[second])) == samples.pdf() + long
    path = table.instance.files.path(table.case_id, known[second].said.file.id)
    whole = path.read_bytes()
    sealed_chunk = streams.CHUNK_BYTES + 16
    swapped = bytearray(whole)
    begins = streams.HEADER_BYTES
    swapped[begins : begins + sealed_chunk], swapped[begins + sealed_chunk : begins + 2 * sealed_chunk] = (
        whole[begins + sealed_chunk : begins + 2 * sealed_chunk],
        whole[begins : begins + sealed_chunk],
    )
    cuts = [0, 1, begins, begins + 1, begins + sealed_chunk, begins + 2 * sealed_chunk, len(whole) - 1]
    flips = [0, 1, 5, begins, begins + sealed_chunk + 7, len(whole) - 1]
    altered = [whole[:cut] for cut in cuts]
    altered += [whole + b"\0", whole + whole[begins:], bytes(swapped)]
    altered += [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in flips]
    altered += [table.instance.files.path(table.case_id, known[first].said.file.id).read_bytes()]
    for data in altered:
        path.write_bytes(data)
        with pytest.raises(SealBroken):
            taken(table, table.union_lead, second)
        # The length in the row does not help: the stream itself says where it ends.
        with pytest.raises(SealBroken):
            file = replace(known[second].said.file, stored=len(data))
            b"".join(files.chunks(table.instance, table.case_id, file))
    path.unlink()
    with pytest.raises(SealBroken):
        taken(table, table.union_lead, second)
    path.write_bytes(whole)
    assert taken(table, table.union_lead, second) == samples.pdf() + long


def test_an_altered_row_is_told_and_does_not_hide_the_others(table: Table) -> None:
    first = add(table, table.union_lead, Room.UNION, title="First")
    add(table, table.union_lead, Room.UNION, title="Second")
    with table.instance.store.session(writes=True) as session:
        versions = {one.document_id: one for one in session.scalars(select(DocumentVersion))}
        other = next(one.file_id for key, one in versions.items() if key != first)
        session.execute(update(DocumentVersion).where(DocumentVersion.document_id == first).values(file_id=other))
        session.commit()

    with table.reading(table.union_lead) as work:
        listed = documents.index(work, table.case_id)
    assert [(line.said.title, line.said.trouble) for line in listed.documents] == [
        ("Second", None),
        ("", Trouble.BROKEN),
    ]
    assert "document_versions" in {one.table for one in rows.verify(table.instance)}


def test_a_file_in_pieces_goes_on_where_the_line_broke(table: Table) -> None:
    upload_id = uuid4()
    data = samples.pdf() + os.urandom(300_000)
    pieces = [data[:100_000], data[100_000:200_000], data[200_000:]]

    def send(begins_at: int, piece: bytes, actor: Actor = table.union_delegate) -> int:
        arrival = Arrival(table.instance, table.case_id)
        arrival.write(piece)
        with table.writing(actor) as work:
            return uploads.take_piece(work, table.case_id, upload_id, begins_at, arrival.finish())

    assert send(0, pieces[0]) == 100_000
    with pytest.raises(OutOfDate):
        send(0, pieces[0])
    with pytest.raises(OutOfDate):
        send(150_000, pieces[1])
    assert send(100_000, pieces[1]) == 200_000
    assert send(200_000, pieces[2]) == len(data)
    # Another's pieces are another's, even under the same id.
    assert send(0, b"own", table.union_lead) == 3
    with table.reading(table.union_delegate) as work:
        come = uploads.come_so_far(work, table.case_id, upload_id)
    whole = uploads.bring(table.instance, table.case_id, "minutes.pdf", come)
    with table.writing(table.union_delegate) as work:
        document_id = documents.add(work, table.case_id, Room.UNION, whole, title="Minutes", upload_id=upload_id)
    assert taken(table, table.union_lead, document_id) == data
    # Sent once more, it is still one document.
    again = brought(table)
    with pytest.raises(OutOfDate), table.writing(table.union_delegate) as work:
        documents.add(work, table.case_id, Room.UNION, again, title="Minutes", upload_id=upload_id)
    with table.reading(table.union_delegate) as work:
        assert documents.made_by(work, table.case_id, upload_id) == document_id
        assert len(documents.index(work, table.case_id).documents) == 1
    with table.reading(table.union_lead) as work:
        assert documents.made_by(work, table.case_id, upload_id) is None
    # Of the pieces nothing is left but what somebody else sent, and what was refused until it is swept.
    with table.instance.store.session(writes=False) as session:
        assert [part.account_id for part in session.scalars(select(UploadPart))] == [table.union_lead.account_id]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("tool.exe", b"MZ" + bytes(300), "file_kind"),
        ("noending", b"words", "file_kind"),
        ("page.html", b"<html>", "file_kind"),
        ("holiday.pdf", samples.photograph(), "file_content"),
        ("holiday.png", samples.photograph(), "file_content"),
        ("letter.docx", samples.open_document(), "file_content"),
        ("letter.odt", samples.word(), "file_content"),
        ("sheet.xlsx", samples.word(), "file_content"),
        ("letter.docx", b"PK\x03\x04" + bytes(100), "file_content"),
        ("notes.txt", samples.pdf(), "file_content"),
        ("notes.csv", b"a;b\x00c", "file_content"),
        ("nothing.txt", b"", "file_empty"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_while_it_arrives(
    name: str, data: bytes, reason: str, tmp_path: Path
) -> None:
    own_folder = _Folder(Files(tmp_path))
    arrival = Arrival(own_folder, uuid4(), name)  # type: ignore[arg-type]
    arrival.write(data)

    with pytest.raises(Unfit) as refused:
        arrival.finish()
    assert refused.value.reason == reason
    assert list(own_folder.files.every()) == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("letter.PDF", samples.pdf()),
        ("letter.docx", samples.word()),
        ("letter.odt", samples.open_document()),
        ("sheet.ods", samples.open_document("spreadsheet")),
        ("photo.jpeg", samples.photograph()),
        ("photo.png", samples.photograph("PNG")),
        ("photo.webp", samples.photograph("WEBP")),
        ("notes.txt", "Größe; naïve\r\n".encode()),
        ("old.csv", "Größe;12\r\n".encode("cp1252")),
        ("excel.txt", "Größe".encode("utf-16")),
    ],
)
def test_what_people_bring_is_taken(name: str, data: bytes) -> None:
    assert filekinds.check(name, data)


def test_a_files_name_loses_what_could_mislead() -> None:
    assert clean_name("C:\\Users\\ana\\plan.pdf") == "plan.pdf"
    assert clean_name("../../etc/passwd.txt") == "passwd.txt"
    assert clean_name("invoice\u202efdp.txt\n") == "invoicefdp.txt"
    assert clean_name("a" * 400 + ".pdf").endswith("a.pdf")
    assert len(clean_name("a" * 400 + ".pdf")) == 120


def test_a_photograph_tells_no_place_and_stands_upright() -> None:
    freed = cleaning.cleaned(filekinds.check("p.jpg", samples.photograph()), samples.photograph())

    with Image.open(BytesIO(freed)) as picture:
        assert picture.size == (100, 200)
        assert dict(picture.getexif()) == {}
    assert samples.CANARY.encode() in samples.photograph()
    assert samples.CANARY.encode() not in freed


def test_a_pdf_tells_no_author() -> None:
    freed = cleaning.cleaned(filekinds.check("p.pdf", samples.pdf()), samples.pdf())

    with pikepdf.open(BytesIO(freed)) as pdf:
        assert len(pdf.pages) == 1
        assert "/Metadata" not in pdf.Root
        assert dict(pdf.docinfo) == {}
    assert samples.AUTHOR.encode() in samples.pdf()
    assert samples.AUTHOR.encode() not in freed


def test_a_picture_that_would_fill_the_memory_is_not_unfolded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "MOST_DOTS", 19_999)

    with pytest.raises(Unfit) as refused:
        cleaning.cleaned(filekinds.check("p.png", samples.photograph("PNG")), samples.photograph("PNG"))
    assert refused.value.reason == "clean_large"


def test_the_original_is_kept_only_where_that_is_asked(table: Table) -> None:
    cleaned_alone = brought(table, "photo.jpg", samples.photograph(), clean=True)
    first = add(table, table.union_lead, Room.UNION, cleaned_alone, title="Alone")
    both = brought(table, "photo.jpg", samples.photograph(), clean=True, keep_original=True)
    second = add(table, table.union_lead, Room.UNION, both, title="Both")

    with table.reading(table.union_lead) as work:
        alone, kept = (documents.show(work, table.case_id, one) for one in (first, second))
    assert [(one.number, one.said.cleaned) for one in alone.versions] == [(1, True)]
    assert [(one.number, one.said.cleaned) for one in kept.versions] == [(2, True), (1, False)]
    assert taken(table, table.union_lead, second, 1) == samples.photograph()
    assert len(stored(table)) == 3
    with pytest.raises(Unfit):
        brought(table, "letter.docx", samples.word(), clean=True)


def test_one_side_never_takes_the_others_room(table: Table) -> None:
    small = replace(table.house, instance=replace(table.instance, share=Share(2 * MEGABYTE, 2)))
    full = replace(table, house=small)
    add(full, table.union_lead, Room.UNION, brought(full, "a.pdf", samples.pdf() + os.urandom(MEGABYTE)))

    with pytest.raises(Unfit) as refused:
        add(full, table.union_lead, Room.UNION, brought(full, "b.pdf", samples.pdf() + os.urandom(MEGABYTE)))
    assert refused.value.reason == "files_full"
    add(full, table.union_lead, Room.UNION)
    with pytest.raises(Unfit) as refused:
        add(full, table.union_delegate, Room.JOINT)
    assert refused.value.reason == "files_many"
    add(full, table.company_lead, Room.COMPANY)


def test_what_belongs_to_nobody_is_swept_and_what_is_missing_is_told(table: Table) -> None:
    document_id = add(table, table.union_lead, Room.UNION)
    kept = stored(table)
    (file_path,) = kept
    forgotten = brought(table)
    begun = Arrival(table.instance, table.case_id, "half.txt")
    begun.write(os.urandom(10).hex().encode() * 20_000)
    piece = Arrival(table.instance, table.case_id)
    piece.write(b"first half")
    with table.writing(table.union_lead) as work:
        uploads.take_piece(work, table.case_id, uuid4(), 0, piece.finish())
    of_no_case = Arrival(table.instance, uuid4(), "x.txt")
    of_no_case.write(TEXT)
    gone = table.instance.files.path(of_no_case._case_id, of_no_case.finish().id)
    now = table.house.now
    for path in stored(table):
        os.utime(path, (now.timestamp(), now.timestamp()))

    assert uploads.sweep(table.instance, now).removed == 1
    assert not gone.exists()
    assert table.instance.files.path(table.case_id, forgotten.file.id) in stored(table)
    later = uploads.sweep(table.instance, now + timedelta(days=1, hours=1))
    assert (later.removed, later.missing) == (3, ())
    assert stored(table) == kept
    assert taken(table, table.union_lead, document_id) == TEXT

    file_path.unlink()
    (missing,) = uploads.sweep(table.instance, now).missing
    assert missing == (table.case_id, UUID(hex=file_path.name))


def test_what_is_drafted_and_taken_back_leaves_no_file(drafted: Table) -> None:
    add(drafted, drafted.company_lead, Room.COMPANY)
    assert stored(drafted)

    with drafted.writing(drafted.company_lead) as work:
        cases.withdraw(work, drafted.case_id)

    assert stored(drafted) == set()
    shutil.rmtree(drafted.instance.files.folder, ignore_errors=True)


def test_a_refused_unit_leaves_the_file_to_whoever_brought_it(table: Table) -> None:
    """A file has its key in a room only with the commit; until then whoever brought it takes it away again."""
    what = brought(table)
    with pytest.raises(Unfit), table.writing(table.union_lead) as work:
        documents.add(work, table.case_id, Room.UNION, what, title="x" * 200)
    uploads.give_up(table.instance, table.case_id, what, ())

    assert stored(table) == set()
    with table.instance.store.session(writes=False) as session:
        assert session.scalars(select(StoredFile)).all() == []
    assert all(chain.bad is None for chain in audit.verify(table.instance))


def test_before_the_terms_bind_somebody_only_the_own_room_is_open(preparing: Table) -> None:
    with preparing.reading(preparing.union_lead) as work:
        assert documents.prepare(work, preparing.case_id).rooms == (Room.UNION,)
    with pytest.raises((NotBound, NotFound, IllegalTransition)), preparing.writing(preparing.union_lead) as work:
        documents.add(work, preparing.case_id, Room.JOINT, brought(preparing), title="Early")
    with pytest.raises(NotFound), preparing.reading(preparing.outsider) as work:
        documents.prepare(work, preparing.case_id)
    with pytest.raises(NotFound), preparing.reading(preparing.coordinator) as work:
        documents.prepare(work, preparing.case_id)
    assert isinstance(brought(preparing).file, SealedFile)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_machine_that_stops_at_any_byte_loses_nothing_and_leaves_nothing_half(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before each write, sync and renaming of a file, one after the other, and before each statement of the commit."""
    text = (TEXT * 3000)[: 3 * streams.CHUNK_BYTES]
    left = 10**9

    def cut() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise PowerCut

    def before(does: Callable[..., Any]) -> Callable[..., Any]:
        def done(*rest: Any, **named: Any) -> Any:
            cut()
            return does(*rest, **named)

        return done

    for name in ("open", "write", "fsync", "close"):
        monkeypatch.setattr(f"dialogue.store.files.os.{name}", before(getattr(os, name)))
    monkeypatch.setattr(Path, "rename", before(Path.rename))
    # Whoever is cut off tidies nothing up.
    monkeypatch.setattr(Incoming, "discard", lambda _self: None)
    there = 0
    with fused(table.instance.store) as fuse:
        for step in range(45):
            left, fuse.left = step, max(step - 12, 0) if step > 12 else 10**9
            with suppress(PowerCut):
                add(table, table.union_lead, Room.UNION, brought(table, data=text), title=f"At step {step}")
            left, fuse.left = 10**9, 10**9
            with table.reading(table.union_lead) as work:
                found = documents.index(work, table.case_id).documents
            assert len(found) in {there, there + 1}
            if len(found) > there:
                assert taken(table, table.union_lead, found[0].id) == text
            there = len(found)
    assert there > 0
    swept = uploads.sweep(table.instance, table.house.now + timedelta(days=60))
    assert swept.removed > 5
    assert swept.missing == ()
    assert len(stored(table)) == there
