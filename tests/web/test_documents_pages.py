"""The pages of documents: brought in one go or in pieces, taken out as something inert, and let go."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from dialogue.domain.documents import MEGABYTE
from dialogue.domain.people import Room
from dialogue.errors import NotFound, SealBroken
from dialogue.services import agenda, documents, handing, readings
from dialogue.services.files import Arrival
from dialogue.services.uploads import bring
from dialogue.store.record import Entry
from dialogue.web import downloads
from tests import samples
from tests.builders import Actor, Table
from tests.web.client import BASE, Client, Page, look_at
from tests.web.sitting import ANA, FARID, MINA, sit

Browser = Callable[[], Client]
PLAN = samples.pdf()


def documents_of(table: Table) -> str:
    return f"/cases/{table.case_id}/documents"


def laid(table: Table, actor: Actor, room: Room, name: str = "plan.pdf", data: bytes = PLAN) -> Any:
    """A document that was brought without the pages."""
    arrival = Arrival(table.instance, table.case_id, name)
    arrival.write(data)
    found = bring(table.instance, table.case_id, name, (arrival.finish(),))
    with table.writing(actor) as work:
        return documents.add(work, table.case_id, room, found, title="Floor plan")


def proposed(table: Table) -> UUID:
    with table.writing(table.company_lead) as work:
        return agenda.propose(work, table.case_id, title="Lockers", background="")


def as_body(fields: dict[str, str], name: str, file: tuple[bytes, str]) -> dict[str, Any]:
    """A form with a file, as a browser writes it; the test client would lay a large one down in a temporary file."""
    lines = [f'--edge\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{fields[key]}\r\n' for key in fields]
    head = f'--edge\r\nContent-Disposition: form-data; name="{name}"; filename="{file[1]}"\r\n'
    body = "".join(lines).encode() + head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + file[0]
    return {"data": body + b"\r\n--edge--\r\n", "content_type": "multipart/form-data; boundary=edge"}


def send(client: Client, page: Page, file: tuple[bytes, str] | None, status: int = 303, **fields: str) -> TestResponse:
    """Send the form with a file as it stands on the page."""
    form = page.form("document") if page.url.endswith("add") else page.form("version")
    told = {name: values[0] for name, values in form.fields.items() if values and name != "file"} | fields
    body = as_body(told, "file", file or (b"", ""))
    answer = client.http.post(page.url, base_url=BASE, **body)
    assert answer.status_code == status, answer.get_data(as_text=True)[-3000:]
    return answer


def stored(table: Table) -> list[Path]:
    return [one.path for one in table.instance.files.every()]


def test_a_document_is_added_looked_at_renewed_and_downloaded(table: Table, browser: Browser) -> None:
    ana = sit(browser, ANA)
    ana.get(f"/cases/{table.case_id}/agenda")
    page = ana.click("Documents")
    assert "There is no document here yet." in page
    page = ana.click("Add a document")
    assert page.form("Add the document").fields["room"] == ["union"]
    assert "Who can read this: only your side, the union's" in page
    answer = send(ana, page, (PLAN, "Plan – Größe.pdf"), title="Floor plan", description="Of hall 2")
    page = ana.get(answer.location)
    assert "The document is in the room." in page
    assert {"Floor plan", "Of hall 2", "Plan – Größe.pdf"} <= set(
        re.findall(r"Floor plan|Of hall 2|Plan – Größe.pdf", page.html)
    )
    assert "Floor plan" not in answer.location

    # The same form once more, as after a lost answer: one document.
    again = send(ana, ana.get(documents_of(table) + "/add"), (PLAN, "b.pdf"), title="Second")
    page = ana.get(documents_of(table) + "/add")
    first = send(ana, page, (PLAN, "c.pdf"), title="Third")
    twice = send(ana, page, (PLAN, "c.pdf"), title="Third")
    assert first.location == twice.location != again.location
    assert len(stored(table)) == 3

    page = ana.get(answer.location)
    page = ana.click("Add a new version")
    send(ana, page, (samples.word(), "plan.docx"))
    page = ana.get(answer.location)
    taken = ana.raw("GET", page.link("Download"))
    assert taken.get_data() == samples.word()
    older = ana.raw("GET", page.link("Plan – Größe.pdf"))
    assert older.get_data() == PLAN
    assert older.headers["Content-Type"] == "application/octet-stream"
    assert older.headers["Content-Disposition"] == (
        "attachment; filename=\"Plan  Groe.pdf\"; filename*=UTF-8''Plan%20%E2%80%93%20Gr%C3%B6%C3%9Fe.pdf"
    )
    assert older.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert older.headers["X-Content-Type-Options"] == "nosniff"
    assert older.headers["Cache-Control"] == "no-store"
    assert older.headers["Content-Length"] == str(len(PLAN))

    mina = sit(browser, MINA)
    assert "Floor plan" not in mina.get(documents_of(table))
    mina.get(answer.location, status=404)
    assert mina.raw("GET", older.request.path).status_code == 404


def test_a_file_that_cannot_be_taken_is_told_beside_the_form_and_leaves_nothing(table: Table, browser: Browser) -> None:
    ana = sit(browser, ANA)
    page = ana.get(documents_of(table) + "/add")
    for file, words in (
        ((b"MZ" + bytes(200_000), "tool.exe"), "Files of this kind are not taken."),
        ((samples.photograph(), "photo.pdf"), "What is in this file is not what its name says"),
        ((b"", "empty.txt"), "This file is empty."),
        (None, "Choose a file."),
    ):
        answer = send(ana, page, file, 422, title="Mine")
        shown = look_at(answer)
        assert words in shown
        assert shown.form("Add the document").fields["title"] == ["Mine"]
    look_at(send(ana, page, (PLAN, "plan.pdf"), 422, title=""))
    look_at(send(ana, page, (samples.word(), "a.docx"), 422, title="Clean", clean="y"))
    assert stored(table) == []


def test_a_file_comes_in_pieces_and_goes_on_where_it_stopped(table: Table, browser: Browser) -> None:
    ana = sit(browser, ANA)
    page = ana.get(documents_of(table) + "/add")
    form = page.form("Add the document")
    upload, token = form.fields["upload"][0], form.fields["csrf_token"][0]
    data = PLAN + bytes(200_000)

    def piece(begins: int, part: bytes, name: str = "plan.pdf", **fields: str) -> TestResponse:
        body = as_body({"csrf_token": token, "upload": upload, **fields}, "piece", (part, name))
        return ana.raw("POST", f"{documents_of(table)}/pieces?from={begins}", **body)

    assert piece(0, data[:100_000]).get_json() == {"come": 100_000}
    repeated = piece(0, data[:100_000])
    assert (repeated.status_code, repeated.get_json()) == (409, {"come": 100_000})
    assert piece(100_000, data[100_000:]).get_json() == {"come": len(data)}
    assert len(stored(table)) == 2
    # The words are missing: what has come is kept while they are asked for.
    shown = look_at(send(ana, page, None, 422, title="", arrived="plan.pdf"))
    assert "Your file is here already" in shown
    answer = send(ana, page, None, title="In pieces", arrived="plan.pdf")
    assert ana.raw("GET", ana.get(answer.location).link("Download")).get_data() == data
    assert len(stored(table)) == 1
    assert send(ana, page, None, title="In pieces", arrived="plan.pdf").location == answer.location

    upload = str(uuid4())
    refused = piece(0, b"MZ" + bytes(70_000), "tool.exe")
    assert refused.status_code == 422
    assert refused.get_json()["sentence"].startswith("Files of this kind are not taken.")
    assert piece(0, bytes(4 * MEGABYTE + 1), "long.csv").status_code == 413 or not stored(table)[1:]
    assert len(stored(table)) == 1


def test_who_may_not_bring_a_file_is_refused_before_a_byte_of_it_is_read(
    table: Table, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    at_first = Arrival.__init__

    def begin(self: Arrival, *rest: Any) -> None:
        begun.append("a file")
        at_first(self, *rest)

    monkeypatch.setattr(Arrival, "__init__", begin)
    url = documents_of(table) + "/add"
    large = as_body({"csrf_token": "x", "title": "T"}, "file", (b"a" * 2 * MEGABYTE, "a.txt"))

    def bring_to(client: Client) -> int:
        return client.raw("POST", url, **large).status_code

    assert bring_to(browser()) == 413
    pieces = {**large, "headers": {"X-Requested-With": "fetch"}}
    assert browser().raw("POST", documents_of(table) + "/pieces?from=0", **pieces).status_code == 401
    assert bring_to(sit(browser, "clara@ilo.example")) == 404
    assert bring_to(sit(browser, "otto@elsewhere.example")) == 404
    # On any other page a file of that size finds no place, whoever brings it.
    ana = sit(browser, ANA)
    note = f"/cases/{table.case_id}/rooms/union/write"
    assert ana.raw("POST", note, **large).status_code == 413
    assert begun == []
    # Without the token the file was read, sealed, and is gone.
    assert bring_to(ana) == 400
    assert begun == ["a file"]
    assert stored(table) == []


def test_a_file_reaches_no_other_page_and_no_temporary_folder(
    table: Table, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Werkzeug would lay down whatever is larger than half a megabyte in the temporary folder, in clear."""

    def spool(*_rest: Any, **_named: Any) -> None:
        raise AssertionError("a file was laid down in clear")

    monkeypatch.setattr("tempfile.SpooledTemporaryFile", spool)
    monkeypatch.setattr("tempfile.TemporaryFile", spool)
    monkeypatch.setattr("werkzeug.formparser.default_stream_factory", spool)
    monkeypatch.setattr("werkzeug.wrappers.request.default_stream_factory", spool)
    ana = sit(browser, ANA)

    page = ana.get(documents_of(table) + "/add")
    text = (samples.CANARY + "\n").encode() * 40_000
    page = ana.get(send(ana, page, (text, "canaries.txt"), title="Birds").location)
    elsewhere = as_body({"csrf_token": "x"}, "file", (bytes(700_000), "a.txt"))
    assert ana.raw("POST", f"/cases/{table.case_id}/rooms/union/write", **elsewhere).status_code == 400

    assert ana.raw("GET", page.link("Download")).get_data() == text
    assert [path for path in stored(table) if samples.CANARY.encode() in path.read_bytes()] == []


def test_a_facilitator_asks_the_lead_looks_and_both_read_the_released_copy(table: Table, browser: Browser) -> None:
    document_id = laid(table, table.union_delegate, Room.UNION_CAUCUS)
    farid = sit(browser, FARID)
    farid.get(f"{documents_of(table)}/{document_id}")
    farid.click("Ask for its release")
    page = farid.submit("Ask the lead", {"remark": "It would help the talks."})
    assert "Farid Lindqvist asked for the release of version 1" in page
    assert not page.offers("Ask for its release")

    mina = sit(browser, MINA)
    assert "Answer whether a caucus document" not in mina.get(f"/cases/{table.case_id}")
    ana = sit(browser, ANA)
    ana.get(f"/cases/{table.case_id}")
    page = ana.click("Answer whether a caucus document may be released")
    assert "It would help the talks." in page
    page = ana.submit("Release this document", status=422)
    page = ana.submit("Release this document", {"read": "y"})
    assert "The union released this document from the room “Union caucus”: Ana Rojas" in page
    assert "Answer whether a caucus document" not in ana.get(f"/cases/{table.case_id}")

    mina.get(documents_of(table))
    page = mina.click("Floor plan")
    assert "The union released this document from the room “Union caucus”: Ana Rojas" in page
    assert not page.offers("Add a new version")
    assert mina.raw("GET", page.link("Download")).get_data() == PLAN
    mina.get(f"{documents_of(table)}/{document_id}", status=404)


def test_what_is_kept_back_tells_the_other_side_nothing(table: Table, browser: Browser) -> None:
    document_id = laid(table, table.union_delegate, Room.UNION_CAUCUS)
    with table.writing(table.facilitator) as work:
        handing.ask(work, table.case_id, document_id, seen_number=1)
    ana = sit(browser, ANA)
    ana.get(f"{documents_of(table)}/{document_id}")
    page = ana.submit("Keep it in its room")
    assert "Ana Rojas kept the document in this room" in page
    assert "no document here" in sit(browser, MINA).get(documents_of(table))


def test_an_altered_file_breaks_off_and_the_alarm_is_recorded(table: Table, browser: Browser) -> None:
    document_id = laid(table, table.union_lead, Room.UNION, "long.pdf", PLAN + bytes(200_000))
    (path,) = stored(table)
    whole = path.read_bytes()
    url = f"{documents_of(table)}/{document_id}/versions/1"
    ana = sit(browser, ANA)
    for altered in (whole[:-1], whole + b"\0", whole[:20] + b"x" + whole[21:]):
        path.write_bytes(altered)
        assert ana.raw("GET", url).status_code == 500
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(SealBroken):
        ana.raw("GET", url)
    path.write_bytes(whole)
    assert ana.raw("GET", url).get_data() == PLAN + bytes(200_000)
    with table.instance.store.session(writes=False) as session:
        assert len(session.scalars(select(Entry).where(Entry.act == "alarm:seal")).all()) == 4


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("plan.pdf", 'attachment; filename="plan.pdf"'),
        ('a"b\\c%.txt', "attachment; filename=\"abc.txt\"; filename*=UTF-8''a%22b%5Cc%25.txt"),
        ("会议.pdf", "attachment; filename=\"document.pdf\"; filename*=UTF-8''%E4%BC%9A%E8%AE%AE.pdf"),
    ],
)
def test_the_name_in_the_header_is_written_for_every_browser(name: str, plain: str) -> None:
    assert downloads.attachment(name, iter([])).headers["Content-Disposition"] == plain


def test_documents_of_the_joint_room_are_named_to_be_read_before_an_item(table: Table, browser: Browser) -> None:
    item = proposed(table)
    laid(table, table.company_delegate, Room.JOINT)
    laid(table, table.union_lead, Room.UNION, "own.pdf")
    ana, mina = sit(browser, ANA), sit(browser, MINA)
    ana.get(f"/cases/{table.case_id}/agenda/{item}")
    page = ana.click("Documents to read before this item")
    assert "Nothing is to be read before this item." in page
    assert len(page.form("To be read before this item").choices["document"]) == 1
    document_id = page.form("To be read before this item").choices["document"][0]
    page = ana.submit("To be read before this item", {"document": document_id})
    assert "Floor plan" in page
    page = mina.get(f"{documents_of(table)}/before/{item}")
    page = mina.click("Floor plan")
    assert mina.raw("GET", page.link("Download")).get_data() == PLAN
    mina.get(f"{documents_of(table)}/before/{item}")
    assert "Nothing is to be read before this item." in mina.submit("Take off")
    sit(browser, "piet@brand.example").get(f"{documents_of(table)}/before/{item}")
    own = laid(table, table.union_lead, Room.UNION, "other.pdf")
    with pytest.raises(NotFound), table.writing(table.union_lead) as work:
        readings.tie(work, table.case_id, item, own)
