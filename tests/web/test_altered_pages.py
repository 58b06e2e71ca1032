"""One record that was altered in the database hides nothing else of a page, and is never shown as empty."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, update

from dialogue.store.record import chain_of
from tests.builders import Table
from tests.lived import CONTENT, words
from tests.services.test_tampering import Look
from tests.web.client import BASE, Client, Page, look_at
from tests.web.sitting import ANA, sit

SAID = (
    "This was altered after it was written",
    "This record was altered",
    "An item that you cannot read",
    "Cannot be read",
    "A yes stands here that nobody who speaks for its party has signed",
    "This signature does not fit",
    "The words of that record cannot be opened",
    "The fields are empty because what the note says now cannot be opened",
)
# Pages on which that one record is what everything else there stands on.
WHOLE = {"request_versions": "/request", "terms_versions": "/terms", "note_revisions": "/release"}
# What is not shown either, because it was signed together with the words that were altered, or only they lead to it.
SIGNED_WITH = {
    "questions.sealed_body in input": {words("expert's answer")},
    "questions.sealed_voice in input": {words("question")},
    "item_documents.sealed_body in joint": {words("document name"), words("document title")},
    "recusals.sealed_body in joint": {words("item title")},
}
# Where it is seen, if there are no words of its own.
SEEN_AT = {
    "disclosure_wishes": "/disclosure",
    "endorsements": "/request",
    "item_documents": "/documents/before/",
    "joint_voices": "/together",
    "outcome_signatures": "/outcome/",
    "terms_acceptances": "/terms",
    "questions": "/input",
    "meeting_answers": "/meetings/",
    "meeting_voices": "/meetings/",
    "paper_voices": "/paper",
    "summaries": "/summaries",
}
Pages = dict[str, Page]


def crawl(person: Client, table: Table) -> Pages:
    """Every page of the case that a person reaches by links."""
    found: Pages = {}
    ahead = [f"/cases/{table.case_id}"]
    while ahead:
        path = ahead.pop()
        if path in found:
            continue
        page = look(person, path)
        if page is None or page.status != 200:
            continue
        found[path] = page
        links = {urlsplit(href).path for _, href in page.links}
        ahead += sorted(one for one in links if str(table.case_id) in one)
    return found


def look(person: Client, path: str) -> Page | None:
    """The page as it is, whatever its status."""
    response = person.http.get(path, base_url=BASE)
    if response.status_code in {301, 303, 308} or not response.content_type.startswith("text/html"):
        return None
    return look_at(response)


def shown(page: Page) -> frozenset[str]:
    told = page.text + " ".join(value for form in page.forms for values in form.fields.values() for value in values)
    return frozenset(one for one in CONTENT if one in told)


def flipped(stored: bytes) -> bytes:
    middle = len(stored) // 2
    return stored[:middle] + bytes([stored[middle] ^ 1]) + stored[middle + 1 :]


def put(table: Table, kind: Any, row: Any, column: str, blob: bytes) -> None:
    with table.instance.store.writing.begin() as connection:
        connection.execute(update(kind).where(kind.id == row.id).values({column: blob}))


@dataclass(frozen=True)
class Record:
    """One sealed field that the reader's pages show, and its words among those that were typed."""

    name: str
    kind: Any
    row: Any
    column: str
    words: frozenset[str]

    @property
    def table(self) -> str:
        return str(self.kind.__tablename__)

    def is_seen_at(self, path: str) -> bool:
        return self.table in SEEN_AT and SEEN_AT[self.table] in path


def records(view: Look) -> list[Record]:
    """Of each sealed column in each room that the reader hears, the one with most words."""
    found: dict[str, Record] = {}
    for name, said, kind in view.columns():
        column = name.partition(".")[2]
        rows = view.session.scalars(select(kind)).all() if said == "room" else ()
        for row in rows:
            for sealed in view.in_rooms(row, column) if getattr(row, column) else ():
                body = json.dumps(sealed.open(sealed.stored), ensure_ascii=False)
                typed = frozenset(one for one in CONTENT if one in body)
                if sealed.column not in found or len(typed) > len(found[sealed.column].words):
                    found[sealed.column] = Record(sealed.column, kind, row, column, typed)
    return list(found.values())


def faults(record: Record, before: Page, now: Page) -> list[str]:
    """What is wrong with a page on which something has gone."""
    lost = shown(before) - shown(now)
    if now.status != 200:
        is_whole = record.table in WHOLE and WHOLE[record.table] in before.url and SAID[1] in now
        return [] if is_whole else [f"{record.name}: {before.url} answers {now.status}"]
    hidden = lost - record.words - SIGNED_WITH.get(record.name, set())
    wrong = [f"{record.name}: {before.url} hides {one}" for one in sorted(hidden)]
    if lost and not tells(before, now):
        wrong.append(f"{record.name}: {before.url} shows nothing where words stood")
    return wrong


def tells(before: Page, now: Page) -> bool:
    return any(now.text.count(one) > before.text.count(one) for one in SAID)


def alarms(table: Table) -> int:
    with table.reading(None) as work:
        return sum(entry.act.startswith("alarm:") for entry in chain_of(work.session, "instance"))


@pytest.fixture
def seen(lived_in: Table, browser: Callable[[], Client]) -> Iterator[tuple[list[Record], Pages, Client]]:
    """What the union's lead hears, every page of hers, and her browser."""
    person = sit(browser, ANA)
    pages = crawl(person, lived_in)
    with ExitStack() as stack:
        view = Look(lived_in, stack, {})
        view.works = [work for work in view.works if work.person.account_id == lived_in.union_lead.account_id]
        yield records(view), pages, person


def test_one_altered_record_is_told_wherever_it_stood_and_hides_nothing_else(
    lived_in: Table, seen: tuple[list[Record], Pages, Client]
) -> None:
    found, pages, person = seen
    wrong, silent = [], []
    for record in found:
        stored, before = getattr(record.row, record.column), alarms(lived_in)
        put(lived_in, record.kind, record.row, record.column, flipped(stored))
        is_told = False
        for path, page in pages.items():
            if not (shown(page) & record.words or record.is_seen_at(path)):
                continue
            now = look(person, path)
            assert now is not None, path
            wrong += faults(record, page, now)
            is_told |= tells(page, now)
        if not is_told or alarms(lived_in) == before:
            silent.append(record.name)
        put(lived_in, record.kind, record.row, record.column, stored)

    assert wrong == []
    # The drafting room has the same words, and her page reads them there.
    assert silent == ["requests.sealed_body in request"]
    assert len(found) > 20
    assert_the_look_finds_a_page_that_does_neither(lived_in, *seen)


def assert_the_look_finds_a_page_that_does_neither(
    table: Table, found: list[Record], pages: Pages, person: Client
) -> None:
    """The same page without the sentence about the altered note, and with that sentence alone."""
    record = next(one for one in found if one.name == "note_revisions.sealed_body in joint")
    path = next(one for one in pages if one.endswith("/rooms/joint"))
    put(table, record.kind, record.row, record.column, flipped(getattr(record.row, record.column)))
    now = look(person, path)
    assert now is not None

    assert faults(record, pages[path], now) == []
    assert faults(record, pages[path], replace(now, text=now.text.replace(SAID[0], ""))) != []
    assert faults(record, pages[path], replace(now, text=SAID[0], forms=[])) != []
