"""What every request passes, and what every answer carries."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask

import config as settings
from dialogue.app import create_app
from dialogue.errors import NotFound
from dialogue.web.sessions import COOKIE
from tests.builders import PASSWORD, House
from tests.web.client import HEADERS, Client, check_headers

MAIL = "maria@union.example"


@pytest.fixture
def broken_pages(app: Flask) -> None:
    """Pages that refuse and pages that break, added before anybody comes."""
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.get("/confidentiality/broken")
    def broken() -> str:
        raise ValueError("the floor is two per cent")

    @app.get("/confidentiality/not-yours")
    def not_yours() -> str:
        raise NotFound("the id of something")


@pytest.fixture
def signed_in(broken_pages: None, house: House, client: Client) -> Client:
    house.person("Maria Lopez", MAIL)
    client.sign_in(MAIL, PASSWORD)
    client.get("/account")
    return client


def test_every_kind_of_answer_carries_the_headers(signed_in: Client) -> None:
    seen = {}
    for method, address in (
        ("GET", "/account"),
        ("GET", "/no-such-page"),
        ("POST", "/account"),
        ("GET", "/sign-in"),
        ("POST", "/sign-out"),
        ("GET", "/static/app.css"),
        ("GET", "/static/no-such.css"),
        ("GET", "/confidentiality/broken"),
        ("OPTIONS", "/account"),
        ("HEAD", "/account"),
    ):
        answer = signed_in.raw(method, address)
        check_headers(answer)
        seen[address, method] = answer.status_code
    assert set(seen.values()) == {200, 303, 400, 404, 405, 500}


def test_files_may_be_kept_and_pages_never(client: Client) -> None:
    assert "max-age=31536000" in client.raw("GET", "/static/app.css").headers["Cache-Control"]
    assert client.raw("GET", "/").headers["Cache-Control"] == "no-store"


def test_without_tls_no_browser_is_told_to_insist_on_it(app: Flask) -> None:
    answer = app.test_client().get("/", base_url="http://localhost")

    assert "Strict-Transport-Security" not in answer.headers
    assert answer.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://localhost"},
    ],
)
def test_another_site_can_do_nothing_even_with_the_right_token(signed_in: Client, headers: dict[str, str]) -> None:
    told = {"csrf_token": signed_in.token()}
    answer = signed_in.raw("POST", "/sign-out", data=told, headers=headers)

    assert answer.status_code == 403
    assert "came from another site" in answer.text
    assert signed_in.get("/account").heading == "Your account"


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "https://localhost"}, {}])
def test_our_own_page_can(signed_in: Client, headers: dict[str, str]) -> None:
    answer = signed_in.raw("POST", "/sign-out", data={"csrf_token": signed_in.token()}, headers=headers)

    assert answer.status_code == 303
    assert signed_in.cookie(COOKIE) is None


@pytest.mark.parametrize("address", ["/sign-in", "/register", "/sign-out", "/language", "/account/sessions/end-others"])
def test_no_form_goes_without_its_token(signed_in: Client, address: str) -> None:
    assert signed_in.raw("POST", address, data={"code": "fr"}).status_code == 400
    assert signed_in.raw("POST", address, data={"csrf_token": "x"}).status_code == 400


def test_a_token_of_another_session_is_none(house: House, app: Flask, signed_in: Client) -> None:
    other = Client(app)
    other.get("/sign-in")

    assert signed_in.raw("POST", "/sign-out", data={"csrf_token": other.token()}).status_code == 400


def test_who_is_not_signed_in_is_asked_to(client: Client) -> None:
    answer = client.raw("GET", "/account")

    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/sign-in?next=/account")


def test_a_script_of_the_page_is_told_without_a_page(client: Client) -> None:
    for header in ({"HX-Request": "true"}, {"X-Requested-With": "fetch"}):
        answer = client.raw("GET", "/account", headers=header)
        assert answer.status_code == 401
        assert "<html" not in answer.text


def test_the_unknown_and_the_forbidden_look_the_same(signed_in: Client) -> None:
    unknown = signed_in.get("/confidentiality/nothing", status=404)
    forbidden = signed_in.get("/confidentiality/not-yours", status=404)

    def without_what_is_ours(html: str) -> str:
        html = re.sub(r'name="(csrf_token|next)" value="[^"]*"', "", html)
        return re.sub(r'name="csrf-token" content="[^"]*"', "", html)

    assert without_what_is_ours(unknown.html) == without_what_is_ours(forbidden.html)
    assert unknown.heading == "There is nothing at this address"


def test_what_breaks_shows_nothing_of_its_inside(signed_in: Client, capsys: pytest.CaptureFixture[str]) -> None:
    page = signed_in.get("/confidentiality/broken", status=500)
    logged = capsys.readouterr().err

    assert page.heading == "Something went wrong on our side"
    assert "ValueError" not in page.html
    assert "two per cent" not in page.html + logged
    line = json.loads(logged.splitlines()[-1])
    assert (line["event"], line["kind"]) == ("request.failed", "ValueError")
    assert "confidentiality/broken" not in logged


def test_too_much_at_once_is_refused_with_a_sentence(signed_in: Client) -> None:
    told = {"csrf_token": signed_in.token(), "name": "x" * 2_000_000}
    answer = signed_in.raw("POST", "/account/details", data=told)

    assert answer.status_code == 413
    assert "larger than this page takes" in answer.text


def test_a_name_that_is_not_ours_is_not_served(house: House) -> None:
    config = settings.testing("sqlite://", trusted_hosts=("dialogue.test",))
    app = create_app(config, instance=house.instance, clock=house.tick)
    browser = app.test_client()

    assert browser.get("/", base_url="https://dialogue.test").status_code == 200
    for method in ("GET", "POST"):
        answer = browser.open("/", method=method, base_url="https://evil.example")
        assert answer.status_code == 400
        assert "evil.example" not in answer.text
        assert answer.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]


def test_only_as_many_proxies_are_believed_as_there_are(house: House) -> None:
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    believed = create_app(settings.testing("sqlite://", proxies=1), instance=house.instance, clock=house.tick)
    alone = create_app(settings.testing("sqlite://"), instance=house.instance, clock=house.tick)

    assert "Strict-Transport-Security" in believed.test_client().get("/", headers=told).headers
    assert "Strict-Transport-Security" not in alone.test_client().get("/", headers=told).headers


def test_a_line_in_the_log_tells_which_page_and_never_whose(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    from dataclasses import replace

    config = replace(settings.testing("sqlite://"), environment=settings.Environment.DEMO)
    app = create_app(config, instance=house.instance, clock=house.tick)
    house.person("Maria Lopez", MAIL)
    client = Client(app)
    client.sign_in(MAIL, PASSWORD)
    client.get("/account?about=wages")
    client.get("/link/" + "secret-token" * 3, status=410)
    logged = capsys.readouterr().err
    lines = [json.loads(line) for line in logged.splitlines()]

    assert {"session.sign_in", "account.show", "accounts.follow"} <= {line["endpoint"] for line in lines}
    assert all(
        set(line) <= {"event", "level", "timestamp", "request", "endpoint", "method", "status", "ms"} for line in lines
    )
    for word in ("wages", "secret-token", "Maria", "maria", "union.example", "/account", "127.0.0.1"):
        assert word not in logged
