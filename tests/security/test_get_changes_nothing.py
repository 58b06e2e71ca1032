"""To look is not to act: no page that is only opened leaves more behind than the record of the looking."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from dialogue.domain.people import StaffRole
from tests.builders import PASSWORD, House, Table
from tests.security.doors import pages, stored, walk
from tests.web.client import Client
from tests.web.sitting import CLARA, FARID, MINA, OTTO

ADA = "ada@ilo.example"
ROOMS = frozenset({"notes.index"})
# Rows may be added here and never altered.
RECORD = "record_entries"
# What somebody who holds the key does for others at the next visit: keys that were waited for.
DUE = {"room_wraps", "due_wraps"}
# What a person has seen, under that person's key; when somebody was there, and what the page keeps for its next form.
SEEN = {"pins": None, "accounts": {"sealed_visits"}, "sessions": {"last_seen_at", "sealed_content", "version"}}


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture
def app(lived_in: Table) -> Flask:
    lived_in.house.now = max(lived_in.house.now, datetime.now(UTC))
    lived_in.house.person("Ada Lovell", ADA, roles=frozenset({StaffRole.ADMINISTRATOR}))
    return pages(lived_in.house)


def changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """What is there that was not, and is not only the trace of a visit."""
    for table, rows in after.items():
        old = before[table]
        if rows == old or (table in SEEN and SEEN[table] is None):
            continue
        if table == RECORD:
            if any(row not in rows for row in old):
                yield f"{table}: an entry was altered"
            continue
        allowed = SEEN.get(table) or set()
        for left, right in zip(old, rows, strict=False):
            if altered := {name for name in right if left[name] != right[name]} - allowed:
                yield f"{table}: {sorted(altered)}"
        if len(rows) != len(old):
            yield f"{table}: {len(rows) - len(old)} rows more"


def looked(table: Table, browser: Client, method: str, *addresses: str) -> list[str]:
    """What the opening of those pages changed."""
    before = stored(table.instance.store)
    for address in addresses:
        assert browser.raw(method, address).status_code in {200, 303}, address
    return list(changes(before, stored(table.instance.store)))


def test_no_page_that_is_opened_changes_anything_but_the_traces_of_the_visit(lived_in: Table, app: Flask) -> None:
    """Everybody looks at everything once, so that what is due is done; then nothing at all may change."""
    browsers = {email: Client(app) for email in (MINA, FARID, CLARA, OTTO, ADA)}
    for email, browser in browsers.items():
        browser.sign_in(email, PASSWORD)
    before = stored(lived_in.instance.store)
    found = {email: walk(browser, twice=ROOMS) for email, browser in browsers.items()}
    done = {what.partition(":")[0] for what in changes(before, stored(lived_in.instance.store))}
    assert done <= DUE

    changed: list[tuple[str, ...]] = []
    for email, addresses in found.items():
        if looked(lived_in, browsers[email], "GET", *addresses.values()):
            changed += [(one, *looked(lived_in, browsers[email], "GET", one)) for one in addresses.values()]
    assert changed == []
    assert looked(lived_in, browsers[MINA], "HEAD", *found[MINA].values()) == []

    opened = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    reached = {endpoint for addresses in found.values() for endpoint in addresses}
    # The rest is for another stage of a dialogue, for a link from a mail, or for visitors.
    assert len(reached & opened) > len(opened) / 2, sorted(opened - reached)


def test_nobody_writes_by_opening_what_only_takes_forms(lived_in: Table, app: Flask) -> None:
    client = Client(app)
    client.sign_in(MINA, PASSWORD)
    client.get("/")
    before = stored(lived_in.instance.store)
    told = {"csrf_token": client.token(), "body": "words"}
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) or rule.endpoint == "static":
            continue
        values: dict[str, Any] = dict.fromkeys(rule.arguments, lived_in.case_id)
        with app.test_request_context(base_url="https://localhost"):
            address = app.url_for(rule.endpoint, **values, _external=False)
        for headers in ({}, {"X-HTTP-Method-Override": "POST"}):
            answer = client.raw("GET", address, query_string=told | {"_method": "POST"}, headers=headers)
            assert answer.status_code in {404, 405}, rule.endpoint

    assert list(changes(before, stored(lived_in.instance.store))) == []


def test_a_visitor_who_only_looks_leaves_nothing_at_all(house: House) -> None:
    client = Client(pages(house))
    before = stored(house.instance.store)
    for address in ("/", "/sign-in", "/register", "/recover", "/confidentiality", "/healthz", "/link/" + "x" * 43):
        client.raw("GET", address)

    assert stored(house.instance.store) == before
