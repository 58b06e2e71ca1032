"""The record in three languages: worded, signed, added to, taken out; and what the pages say may be told outside."""

from __future__ import annotations

import io
import itertools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pikepdf
import pypdf
import pytest
from pdfua import validate

from dialogue.domain.agenda import ItemKind
from dialogue.domain.terms import Disclosure
from dialogue.services import outcome_files
from dialogue.store.record import chain_of
from dialogue.web import printed
from tests.builders import Table
from tests.on_the_table import admitted, agreed, conclude, framed
from tests.services.test_outcome_whole import look_item, new_terms, translate
from tests.services.test_outcomes import assemble, sign
from tests.web.client import Client
from tests.web.sitting import ANA, FARID, LUC, MINA, sit

Browser = Callable[[], Client]
MARKS = {
    "en": "Confidential. Without prejudice. Not for use in any binding procedure.",
    "fr": "Confidentiel. Sans préjudice. Ne pas utiliser dans une procédure contraignante.",
    "es": "Confidencial. Sin perjuicio de los derechos de las partes. "
    "No utilizable en ningún procedimiento vinculante.",
}


@pytest.fixture
def signed(table: Table) -> tuple[Table, UUID]:
    """A record in several languages, with words around it, signed by both."""
    new_terms(table, prevailing="fr", disclosure=Disclosure.AGREED_STATEMENT)
    shifts = agreed(table, "Night shifts", "Four weeks ahead, never fewer.", reservation="For one season.")
    wording = look_item(table, shifts)
    translate(table, shifts, wording, "fr", "Quatre semaines à l'avance, jamais moins : c'est l'œuvre de l'été.")
    translate(table, shifts, wording, "es", "Cuatro semanas antes, ¿y la señal? ¡Siempre!")
    canteen = agreed(table, "Łódź canteen", "Officers have access.\n\n" + "They tell the site office before. " * 60)
    admitted(table, "Wages")
    framed(table, ItemKind.PREAMBLE, "The parties met on neutral ground.")
    framed(table, ItemKind.STATEMENT, "We talked about night shifts, and we agree.")
    conclude(table)
    outcome_id = assemble(table, table.company_lead, shifts, canteen)
    sign(table, table.company_lead, outcome_id)
    sign(table, table.union_lead, outcome_id)
    return table, outcome_id


def test_words_around_the_record_and_an_addendum_as_two_leads_live_them(table: Table, browser: Browser) -> None:
    agreed(table, "Night shifts")
    conclude(table)
    case = f"/cases/{table.case_id}"
    mina, ana = sit(browser, MINA), sit(browser, ANA)

    mina.get(f"{case}/outcome")
    page = mina.click("Words before the items")
    assert "Nobody has put any words yet." in page
    mina.click("Put a wording")
    page = mina.submit("Put it on the table", {"text": "They met in Geneva."})
    assert "They met in Geneva." in page
    mina.submit("Record the position", {"stance": "agree"})
    page = ana.get("/")
    assert page.offers("Record the party's position on the words before the items of the record")
    ana.click("Record the party's position on the words before the items of the record")
    page = ana.submit("Record the position", {"stance": "needs_work", "work_needed": "In Turin."})
    ana.click("Put another wording")
    ana.submit("Put it on the table", {"text": "They met in Turin."})
    page = ana.submit("Record the position", {"stance": "agree"})
    mina.get(f"{case}/words/preamble")
    page = mina.submit("Record the position", {"stance": "agree"})
    assert "Both parties agree on these words." in page
    assert not page.offers("Put another wording")
    assert not ana.get("/").offers("Record the party's position on the words before the items of the record")
    mina.click("Translate the wording on the table")
    mina.submit("Put the translation beside the wording", {"language": "fr", "text": "Elles se sont réunies à Turin."})

    mina.get(f"{case}/outcome")
    mina.click("Assemble the record")
    page = mina.submit("Assemble the record")
    assert "They met in Turin." in page
    assert "Français: translation, current" in page
    for client, words in ((mina, "Sign for the company"), (ana, "Sign for the union")):
        client.get(f"{case}/outcome")
        client.click("Open the record")
        client.click("Sign this record")
        page = client.submit(words, {"read": "y"})

    page = ana.click("Draw up an addendum")
    page = ana.submit("Keep as a draft", {"words": "The bus runs"})
    page = ana.submit("Put the addendum to both leads", {"words": "The bus runs on Sundays."})
    assert "Added to record 1, which stays as it is." in page
    assert ana.get("/").offers("Sign the addendum")
    for client, words in ((ana, "Sign for the union"), (mina, "Sign for the company")):
        client.get("/")
        client.click("Sign the addendum")
        page = client.submit(words, {"read": "y"})
    assert "It will not change any more." in page
    assert "Open record 1, to which this is added" in page
    assert "Addendum, record 2" in mina.get(f"{case}/outcome")
    assert not mina.get("/").offers("Sign the addendum")


def test_what_may_be_said_is_said_in_words(signed: tuple[Table, UUID], browser: Browser) -> None:
    table, _ = signed
    outside = f"/cases/{table.case_id}/disclosure"
    mina, ana = sit(browser, MINA), sit(browser, ANA)
    assert "Nothing. Not even that there is a dialogue." in mina.get(outside)
    assert "We talked about night shifts" in mina.get(outside)
    assert ana.get("/").offers("Say how much may be told outside")

    ana.get(outside)
    page = ana.submit("Record the wish", status=422)
    assert "Choose how much may be told outside." in page
    page = ana.submit("Record the wish", {"level": "agreed_statement"})
    assert "What applies now: Nothing." in page
    mina.get(outside)
    page = mina.submit("Record the wish", {"level": "that_it_took_place"})
    assert "Northfield Apparel and Sindicato Textil have met in a Company–Union Dialogue" in page
    assert "word for word" not in page
    page = mina.submit("Record the wish", {"level": "agreed_statement"})
    assert "And the statement on which both parties have agreed, word for word:" in page
    assert not mina.get("/").offers("Say how much may be told outside")
    page = sit(browser, LUC).get(outside)
    assert "word for word" in page
    assert not page.offers("Record the wish")
    sit(browser, "clara@ilo.example").get(outside, status=403)


# Taken out


def taken(client: Client, table: Table, outcome_id: UUID, shape: str, language: str = "en") -> Any:
    address = f"/cases/{table.case_id}/outcome/{outcome_id}/take-out"
    client.get(address)
    client.raw("POST", "/language", data={"code": language, "next": address, "csrf_token": client.token()})
    told = {"acknowledged": "y", "shape": shape, "csrf_token": client.token()}
    return client.raw("POST", address, data=told, headers={"Referer": f"https://localhost{address}"})


def test_the_record_leaves_only_with_a_tick_and_noted_before_its_first_byte(
    signed: tuple[Table, UUID], browser: Browser
) -> None:
    table, outcome_id = signed
    luc = sit(browser, LUC)
    luc.get(f"/cases/{table.case_id}/outcome")
    luc.click("Open the record")
    luc.click("Take it out: PDF, print or file")
    page = luc.submit("Save the file that can be checked", status=422)
    assert "Tick this before you take the record out." in page

    answer = taken(luc, table, outcome_id, "file")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="outcome-record.json"'
    assert answer.headers["Cache-Control"].startswith("no-store")
    assert [point for point in outcome_files.verify(answer.data) if not point.holds] == []
    with table.reading(None) as work:
        last = list(chain_of(work.session, f"{table.case_id.hex}:joint"))[-1]
    assert (last.act, last.object_id, last.actor_id) == (
        "outcome:export",
        outcome_id,
        table.union_delegate.account_id,
    )
    page = taken(luc, table, outcome_id, "page").text
    assert "Quatre semaines" in page
    assert "Where the parties stood" in page


def test_the_pdf_can_be_read_aloud_and_holds_the_words_in_three_languages(
    signed: tuple[Table, UUID], browser: Browser
) -> None:
    farid = sit(browser, FARID)
    for language in MARKS:
        look_into(farid, *signed, language)


def look_into(farid: Client, table: Table, outcome_id: UUID, language: str) -> None:
    answer = taken(farid, table, outcome_id, "pdf", language)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="outcome-record.pdf"'
    data = answer.data
    pages = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(data)).pages]
    whole = " ".join(pages)

    for words in (
        "Four weeks ahead, never fewer.",
        "Quatre semaines à l'avance, jamais moins : c'est l'œuvre de l'été.",
        "Cuatro semanas antes, ¿y la señal? ¡Siempre!",
        "Łódź canteen",
        "For one season.",
        "The parties met on neutral ground.",
        "Mina Brandt",
    ):
        assert words in whole, words
    assert len(pages) > 2
    mark = MARKS[language]
    assert all(mark in page for page in pages), mark
    digits = re.sub(r"\s", "", whole)
    file = json.loads(taken(farid, table, outcome_id, "file", language).data)
    assert file["hash"] in digits
    assert all(signature["fingerprint"] in digits for signature in file["signatures"])
    assert all(signature["signature"] in digits for signature in file["signatures"])
    with table.reading(None) as work:
        entries = [e for e in chain_of(work.session, f"{table.case_id.hex}:joint") if e.digest.hex() in digits]
    assert len(entries) == 1

    check_spoken(data, language)


def check_spoken(data: bytes, language: str) -> None:
    """What of PDF/UA-1 a machine can look at here; what is looked at by nobody stands in docs/formats.md."""
    report = validate(io.BytesIO(data))
    assert [str(finding) for finding in report.findings] == []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        root = pdf.Root
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang) == language
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as meta:
            assert meta["pdfuaid:part"] == "1"
            assert meta["dc:title"]
        elements = list(_elements(root.StructTreeRoot))
        kinds = [str(one.S) for one in elements]
        assert kinds.count("/H1") == 1
        assert {"/H2", "/H3", "/P", "/Table", "/TR", "/TH", "/TD", "/Figure", "/BlockQuote", "/L", "/LI"} <= set(kinds)
        headings = [int(kind[2]) for kind in kinds if re.fullmatch(r"/H\d", kind)]
        assert headings[0] == 1
        assert all(after <= before + 1 for before, after in itertools.pairwise(headings))
        figures = [one for one in elements if str(one.S) == "/Figure"]
        assert all(str(one.get("/Alt", "")).strip() for one in figures)
        assert {str(one.Lang) for one in elements if str(one.S) == "/BlockQuote"} == {"en", "fr", "es"}
        for cell in (one for one in elements if str(one.S) == "/TD"):
            assert len(cell.A.Headers) > 0
        fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
        named = {str(font.BaseFont).partition("+")[2] for font in fonts}
        assert {"Noto-Sans", "Overpass-Bold"} <= named
        for font in fonts:
            described = font.DescendantFonts[0].FontDescriptor
            assert any(name in described for name in ("/FontFile2", "/FontFile3"))
            assert "/ToUnicode" in font
        assert not list(_unmarked(pdf))
        assert "/JavaScript" not in str(root.keys())
        assert "/OpenAction" not in root


def _elements(node: Any) -> Iterator[Any]:
    for child in node.get("/K", []) if isinstance(node.get("/K"), pikepdf.Array) else [node.get("/K")]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from _elements(child)


def _unmarked(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Whatever is painted outside marked content: neither said nor left out on purpose."""
    painting = {"Tj", "TJ", "'", '"', "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do"}
    for number, page in enumerate(pdf.pages, start=1):
        depth = 0
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name in {"BDC", "BMC"}:
                depth += 1
            elif name == "EMC":
                depth -= 1
            elif name in painting and depth == 0:
                yield f"page {number}: {operands} {name}"


def test_without_the_extra_the_page_to_print_serves(
    signed: tuple[Table, UUID], browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, outcome_id = signed
    monkeypatch.setattr(printed, "is_available", lambda: False)
    mina = sit(browser, MINA)
    page = mina.get(f"/cases/{table.case_id}/outcome/{outcome_id}/take-out")
    assert not page.offers("Save as a PDF")

    answer = taken(mina, table, outcome_id, "pdf")

    assert answer.mimetype == "text/html"
    assert "Four weeks ahead" in answer.text
