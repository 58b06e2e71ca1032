"""What a browser is told with every answer, and what no other site can make it do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.exceptions import TooManyRequests
from werkzeug.routing import IntegerConverter, Rule

from dialogue.errors import Busy, Forbidden, KeyAlarm, LinkExpired, NotFound, SealBroken, Unfit
from dialogue.web import security
from tests.builders import PASSWORD, House
from tests.security.doors import pages, stored, try_to_sign_in
from tests.web.client import HEADERS, Client, check_headers
from tests.web.sitting import link_to

MAIL = "maria@union.example"
STATIC = Path(__file__).parents[2] / "dialogue" / "web" / "static"
VALUES = {"room": "joint", "token": "t" * 43, "handle": "00" * 32, "filename": "app.css", "form": "notes.write"}
SOME_ID = "00000000-0000-4000-8000-000000000000"
BRINGS_A_FILE = {"documents.add", "documents.piece", "documents.revise"}
# Spelt out: whatever is neither of these takes no more than a page of words, or a few where nobody is signed in.
WORDS, FEW = 1024 * 1024, 64 * 1024


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture
def app(house: House) -> Flask:
    house.now = datetime.now(UTC)
    house.person("Maria Lopez", MAIL)
    app = pages(house)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def client(app: Flask) -> Client:
    return Client(app)


@pytest.fixture
def signed_in(client: Client) -> Client:
    client.sign_in(MAIL, PASSWORD)
    client.get("/account")
    return client


def addresses(app: Flask, method: str) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()):
            values: dict[str, Any] = {name: VALUES.get(name, SOME_ID) for name in rule.arguments}
            values |= {name: 1 for name, kind in rule._converters.items() if isinstance(kind, IntegerConverter)}
            with app.test_request_context(base_url="https://localhost"):
                yield rule, app.url_for(rule.endpoint, **values, _external=False)


# Every answer


def test_every_address_answers_with_the_policy_whatever_it_answers(app: Flask, client: Client) -> None:
    other = Client(app)
    other.sign_in(MAIL, PASSWORD)
    statuses = set()
    for browser in (client, other):
        for method in ("GET", "POST", "PUT", "HEAD", "OPTIONS"):
            for rule, address in addresses(app, method if method in {"GET", "POST"} else "GET"):
                if rule.endpoint in {"pages.exit", "session.sign_out"}:
                    continue
                answer = browser.raw(method, address)
                check_headers(answer)
                statuses.add(answer.status_code)

    assert {200, 303, 400, 404, 405} <= statuses
    assert 500 not in statuses


@pytest.mark.parametrize(
    ("raised", "status"),
    [
        (NotFound, 404),
        (Forbidden, 403),
        (Busy, 503),
        (KeyAlarm, 500),
        (SealBroken, 500),
        (LinkExpired, 410),
        (lambda: Unfit("name"), 422),
        (lambda: TooManyRequests(retry_after=60), 429),
        (lambda: ValueError("the floor is two per cent"), 500),
    ],
)
def test_every_refusal_carries_the_policy_and_nothing_of_its_inside(
    app: Flask, client: Client, raised: Any, status: int
) -> None:
    def broken() -> str:
        raise raised()

    app.view_functions["pages.confidentiality"] = broken
    answer = client.raw("GET", "/confidentiality")

    assert answer.status_code == status
    check_headers(answer)
    assert "two per cent" not in answer.text
    assert "Traceback" not in answer.text
    assert ("Retry-After" in answer.headers) == (status in {429, 503})


def test_the_exit_and_the_sign_out_carry_the_policy_and_clear_the_browser(signed_in: Client) -> None:
    answer = signed_in.raw("POST", "/sign-out", data={"csrf_token": signed_in.token()})
    check_headers(answer)
    # The mark of a known browser stays: without it whoever guesses could keep the owner out.
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    away = signed_in.raw("GET", "/exit")
    check_headers(away)
    assert away.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'


def test_files_carry_the_policy_even_where_there_is_none(client: Client) -> None:
    for address in ("/static/app.css", "/static/none.css", "/static/../app.py", "/static/%2e%2e/app.py", "/static/"):
        check_headers(client.raw("GET", address))
    fresh = client.raw("GET", "/static/app.css")
    again = client.raw("GET", "/static/app.css", headers={"If-None-Match": fresh.headers["ETag"]})

    assert again.status_code == 304
    assert again.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]


def test_nothing_is_loaded_from_elsewhere() -> None:
    """Pages are looked at one by one in the tests of pages; here, what they load."""
    elsewhere = re.compile(rb"""(url\(|@import|fetch\(|import\(|importScripts\(|src\s*=)\s*["'`]?(https?:)?//""")
    looked = [path for path in STATIC.rglob("*") if path.suffix in {".css", ".js", ".svg"}]

    assert len(looked) > 3
    assert [path.name for path in looked if elsewhere.search(path.read_bytes())] == []


# What another site cannot do


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_no_form_of_another_site_is_taken_anywhere(
    app: Flask, house: House, signed_in: Client, headers: dict[str, str]
) -> None:
    token = signed_in.token()
    before = stored(house.instance.store)
    asked = 0
    for _rule, address in addresses(app, "POST"):
        answer = signed_in.raw("POST", address, data={"csrf_token": token, "confirm_password": "x"}, headers=headers)
        assert answer.status_code == 403, address
        asked += 1

    assert asked > 40
    after = stored(house.instance.store)
    for row in (*before["sessions"], *after["sessions"]):
        row.pop("last_seen_at")
    assert after == before


def test_no_form_is_taken_without_its_token(app: Flask, signed_in: Client) -> None:
    for rule, address in addresses(app, "POST"):
        # Of a form with a file not even the token is read before it is known that its sender may bring one.
        refused = 404 if rule.endpoint in BRINGS_A_FILE else 400
        for told in ({}, {"csrf_token": "x"}):
            answer = signed_in.raw("POST", address, data=told)
            assert answer.status_code == refused, address


def test_a_token_in_the_address_is_none(app: Flask, signed_in: Client) -> None:
    token = signed_in.token()

    assert signed_in.raw("POST", "/sign-out", query_string={"csrf_token": token}).status_code == 400


# Names of hosts


@pytest.mark.parametrize(
    ("address", "email", "leads"), [("/register", "new@x.example", "/link/"), ("/recover", MAIL, "/")]
)
@pytest.mark.parametrize("base", ["https://evil.example", "https://localhost"])
def test_links_in_mails_lead_where_the_settings_say_and_never_where_a_request_came_from(
    app: Flask, house: House, base: str, address: str, email: str, leads: str
) -> None:
    browser, headers = app.test_client(), {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    page = browser.get(address, base_url=base, headers=headers).text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = browser.post(address, base_url=base, headers=headers, data={"csrf_token": token, "email": email})

    assert answer.status_code == 200
    assert link_to(house, email).startswith(leads)


def test_redirects_name_no_host(client: Client) -> None:
    answer = client.raw("GET", "/account", headers={"X-Forwarded-Host": "evil.example"})

    assert answer.headers["Location"].startswith("/sign-in")


def test_only_trusted_names_are_answered(house: House) -> None:
    browser = pages(house, trusted_hosts=("dialogue.test",)).test_client()

    assert browser.get("/", base_url="https://dialogue.test").status_code == 200
    for name in ("evil.example", "dialogue.test.evil.example", "xdialogue.test", "dialogue.test:1@evil.example"):
        assert browser.get("/", base_url="https://dialogue.test", headers={"Host": name}).status_code == 400, name


# Bodies


def test_a_visitor_sends_few_words_and_somebody_a_page_of_them(app: Flask, client: Client) -> None:
    client.get("/register")
    told = {"csrf_token": client.token(), "email": "x" * FEW}
    for address in ("/register", f"/cases/{SOME_ID}/rooms/joint/write", "/no-such-page"):
        answer = client.raw("POST", address, data=told)
        assert answer.status_code == 413, address
        check_headers(answer)
        assert "larger than this page takes" in answer.text
    assert client.raw("POST", "/sign-in", data=told).status_code == 422
    assert client.raw("POST", "/sign-in", data=told | {"kept": "x" * WORDS}).status_code == 413

    client.sign_in(MAIL, PASSWORD)
    client.get("/account/details")
    told = {"csrf_token": client.token(), "name": "x" * FEW}
    assert client.raw("POST", "/account/details", data=told).status_code == 422
    assert client.raw("POST", "/account/details", data=told | {"name": "x" * WORDS}).status_code == 413
    assert client.raw("POST", "/language", data=told).status_code == 413


def test_a_body_without_a_length_is_measured_while_it_comes(app: Flask, client: Client) -> None:
    client.get("/register")
    words = f"csrf_token={client.token()}&email=".encode() + b"x" * (2 * FEW)
    for address in ("/register", f"/cases/{SOME_ID}/rooms/joint/write"):
        answer = client.raw(
            "POST",
            address,
            input_stream=BytesIO(words),
            content_type="application/x-www-form-urlencoded",
            environ_overrides={"wsgi.input_terminated": True},
        )
        assert answer.status_code in {303, 413}, address
        check_headers(answer)


def test_what_was_typed_before_a_session_ran_out_comes_through(house: House, signed_in: Client) -> None:
    words = "A long note on working time. " * 3000
    assert FEW < len(words) < WORDS
    token = signed_in.token()
    house.tick(timedelta(minutes=31))
    told = {"csrf_token": token, "title": "Working time", "body": words}
    answer = signed_in.raw("POST", f"/cases/{SOME_ID}/rooms/joint/write", data=told)

    assert answer.status_code == 401
    assert "A long note on working time." in answer.text


def test_each_kind_of_page_has_its_bound() -> None:
    assert security.BODIES == {"session.sign_in": WORDS, "session.sign_out": 4096, "language.switch": 16 * 1024}
    assert (security.PAGE_OF_WORDS, security.FEW_WORDS) == (WORDS, FEW)


def test_the_cookies_are_for_this_host_alone(client: Client) -> None:
    answer = try_to_sign_in(client, MAIL, PASSWORD, client.code())
    lines = answer.headers.getlist("Set-Cookie")

    assert {line.partition("=")[0] for line in lines} >= {"__Host-dialogue", "__Host-known"}
    for line in lines:
        assert line.startswith("__Host-")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(line.split("; ")), line
        assert "Domain" not in line
