"""Fields that nobody offered, fields sent twice, and fields full of what breaks careless programs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import Boolean, Enum, Integer, String

from dialogue.store.schema import METADATA
from tests.security.matrix import Line, fields_of, lines, path_of, routes
from tests.security.world import LEFT_BEHIND, SEATS, World

# What somebody might hope that a careless program takes from any form.
WISHES = {
    "id": "00000000-0000-0000-0000-000000000001",
    "case_id": "00000000-0000-0000-0000-000000000001",
    "account_id": "00000000-0000-0000-0000-000000000001",
    "role": "lead",
    "roles": "administrator",
    "staff_roles": "administrator,coordinator",
    "room": "facilitation",
    "party": "union",
    "status": "completed",
    "state": "confirmed",
    "author": "00000000-0000-0000-0000-000000000001",
    "author_id": "00000000-0000-0000-0000-000000000001",
    "version": "99",
    "number": "99",
    "revision": "99",
    "confirmed": "y",
    "bound": "y",
    "is_admin": "y",
    "until": "2099-01-01",
    "created_at": "1999-01-01",
    "sealed_body": "00",
    "level": "full",
}
CORPUS = (
    "' OR '1'='1' -- ",
    "1; DROP TABLE accounts; --",
    "') UNION SELECT lookup FROM accounts --\\",
    "\x00\x1b[31m\r\nSet-Cookie: a=b",
    "9" * 400,
    "-1e999",
    '["a"]',
    "{{7*7}}${7*7}%(name)s{0.__class__}",
    "\ud83d\ude00\u202e\ufeff\u0000".encode("utf-16", "surrogatepass").decode("utf-16"),
)
QUERIES = (
    "act",
    "about",
    "after",
    "before",
    "kind",
    "language",
    "newer",
    "next",
    "older",
    "page",
    "reference",
    "revision",
    "room",
    "status",
    "template",
    "wording",
    "from",
    "to",
    "left",
    "right",
    "place",
    "since",
    "number",
    "version",
)
# A word that is drawn by lot, and keys with ids and times in them.
CHANCE = {"cases.label"}
IDS = re.compile(r"[0-9a-f]{32}|[0-9a-f-]{36}|\d{4}-\d\d-\d\dT?[0-9:.+ ]*")
TELLTALE = ("sqlite3.", "psycopg", "sqlalchemy", "Traceback", "syntax error", "OperationalError", "49\u200b", "jinja2")


def written() -> list[Line]:
    """The lines on which something is written, each route once."""
    seen: dict[tuple[str, str], Line] = {}
    for line in lines():
        if line.method == "POST" and "303" in line.answers:
            seen.setdefault(line.key, line)
    return list(seen.values())


def somebody(line: Line, answer: str) -> str:
    return SEATS[line.answers.index(answer)]


def clear_part(world: World) -> dict[str, list[str]]:
    """What stands in the database in clear and is neither an id, a hash nor a time."""
    told = {}
    with world.store.reading.connect() as connection:
        for table in METADATA.sorted_tables:
            if table.name in LEFT_BEHIND or table.name == "sessions":
                continue
            plain = [
                c for c in table.c if isinstance(c.type, (Enum, Integer, Boolean, String)) and str(c) not in CHANCE
            ]
            if plain:
                rows = connection.execute(table.select().with_only_columns(*plain))
                told[table.name] = sorted(IDS.sub("#", repr(tuple(row))) for row in rows)
    return told


@pytest.fixture
def outcomes(world: World) -> dict[tuple[str, str], Any]:
    return _honest(world)


_KEPT: dict[tuple[str, str], Any] = {}


def _honest(world: World) -> dict[tuple[str, str], Any]:
    """What each form does when it is sent as it is offered; found out once."""
    if not _KEPT:
        for line in written():
            world.go_to(line.stage)
            answer = _send(world, line, {})
            world.changed = True
            _KEPT[line.key] = (answer.status_code, clear_part(world))
    return _KEPT


def _send(world: World, line: Line, more: dict[str, Any], **options: Any) -> Any:
    path = path_of(world, line, routes(world.app)[line.key])
    return world.send(somebody(line, "303"), "POST", path, fields_of(world, line) | more, **options)


def test_what_no_form_offers_changes_nothing(world: World, outcomes: dict[tuple[str, str], Any]) -> None:
    wrong = []
    for line in written():
        world.go_to(line.stage)
        own = fields_of(world, line)
        answer = _send(
            world,
            line,
            {
                name: value
                for name, value in WISHES.items()
                if name not in own and name not in OWN.get(line.endpoint, ())
            },
        )
        world.changed = True
        status, honest = outcomes[line.key]
        if answer.status_code != status or clear_part(world) != honest:
            wrong.append(f"{line.endpoint}: {answer.status_code} {_difference(honest, clear_part(world))}")
    assert not wrong, "\n".join(wrong)


# A field of this form that its line leaves empty.
OWN: dict[str, tuple[str, ...]] = {}


def test_of_a_field_that_comes_twice_the_first_counts_or_none(
    world: World, outcomes: dict[tuple[str, str], Any]
) -> None:
    wrong = []
    for line in written():
        world.go_to(line.stage)
        doubled = {name: [*values, "union"] for name, values in fields_of(world, line).items()}
        answer = _send(world, line, doubled)
        world.changed = True
        status, honest = outcomes[line.key]
        if answer.status_code not in {status, 400, 409, 422}:
            wrong.append(f"{line.endpoint}: {answer.status_code}")
        elif answer.status_code == 303 and clear_part(world) != honest:
            wrong.append(f"{line.endpoint}: {_difference(honest, clear_part(world))}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("nasty", CORPUS, ids=range(len(CORPUS)))
def test_no_form_breaks_on_what_stands_in_it(world: World, nasty: str) -> None:
    wrong = []
    for line in written():
        world.go_to(line.stage)
        if line.endpoint in {"session.sign_in", "recovery.ask", "accounts.register"}:
            continue
        answer = _send(world, line, dict.fromkeys(fields_of(world, line), nasty))
        world.changed = answer.status_code == 303
        wrong += _faults(line, answer)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("nasty", CORPUS[:6], ids=range(6))
def test_no_page_breaks_on_what_its_address_asks(world: World, nasty: str) -> None:
    world.go_to("talk")
    before, wrong, seen = world.fingerprint(), [], set()
    for line in lines():
        if line.method != "GET" or "200" not in line.answers or line.stage != "talk" or line.key in seen:
            continue
        seen.add(line.key)
        path = path_of(world, line, routes(world.app)[line.key]).partition("?")[0]
        answer = world.send(somebody(line, "200"), "GET", path, query_string=dict.fromkeys(QUERIES, nasty))
        wrong += _faults(line, answer)
    assert not wrong, "\n".join(wrong)
    assert len(seen) > 40
    assert world.fingerprint() == before


@pytest.mark.parametrize(
    "body",
    [
        {"json": {"title": ["a", {"b": None}], "csrf_token": 7}},
        {"json": [1, 2, 3]},
        {"data": b"\x00\xff\xfe", "content_type": "application/x-www-form-urlencoded"},
        {
            "data": b'--x\r\nContent-Disposition: form-data; name="title',
            "content_type": "multipart/form-data; boundary=x",
        },
        {
            "data": b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
            "content_type": "text/xml",
        },
    ],
    ids=["object", "list", "bytes", "torn", "xml"],
)
def test_a_body_of_another_kind_is_no_form(world: World, body: dict[str, Any]) -> None:
    """With the token in a header, so that it is not the token alone that refuses it."""
    world.go_to("talk")
    wrong = []
    for line in written():
        if line.stage != "talk":
            continue
        seat = somebody(line, "303")
        path = path_of(world, line, routes(world.app)[line.key])
        answer = world.send(seat, "POST", path, headers={"X-CSRFToken": world.tokens[seat]}, **body)
        world.changed |= answer.status_code == 303
        if "passwd" in answer.text or "root:" in answer.text:
            wrong.append(f"{line.endpoint}: a file was read")
        wrong += _faults(line, answer)
        world.go_to("talk")
    assert not wrong, "\n".join(wrong)


def test_what_is_too_long_is_refused_and_not_cut(world: World) -> None:
    wrong = []
    for line in written():
        world.changed = True
        world.go_to(line.stage)
        own = fields_of(world, line)
        texts = {
            name
            for name in own
            if name
            in {
                "title",
                "background",
                "text",
                "body",
                "name",
                "words",
                "interests",
                "issues",
                "remark",
                "function",
                "organisation",
            }
        }
        if not texts:
            continue
        answer = _send(world, line, dict.fromkeys(texts, "x" * 130_000))
        world.changed = answer.status_code == 303
        if answer.status_code not in {422, 413, 400}:
            wrong.append(f"{line.endpoint}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def _faults(line: Line, answer: Any) -> list[str]:
    found = [word for word in TELLTALE if word in answer.text]
    if answer.status_code >= 500 or found:
        return [f"{line.method} {line.endpoint}: {answer.status_code} {found}"]
    return [f"{line.endpoint}: a header was made"] if "a=b" in str(answer.headers.getlist("Set-Cookie")) else []


def _difference(one: dict[str, list[str]], other: dict[str, list[str]]) -> list[str]:
    return [f"{name}: {set(one[name]) ^ set(other[name])}" for name in one if one[name] != other[name]]
