"""Every address is public by name, or asks for sign-in."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.routing import Rule

import config as settings
from dialogue.app import create_app
from dialogue.services.instance import Instance
from dialogue.store.engine import Store
from dialogue.web.security import PUBLIC
from tests import builders

# Spelt out: a name that enters the application's own list must be entered here as well.
OPEN = {
    "static",
    "home.index",
    "session.sign_in",
    "session.sign_out",
    "accounts.register",
    "accounts.follow",
    "recovery.ask",
    "recovery.choose",
    "recovery.new_password",
    "recovery.new_factor",
    "recovery.new_keys",
    "language.switch",
    "pages.confidentiality",
    "pages.exit",
    "health.live",
    "health.ready",
    "mailbox.index",
    "calendar.feed",
}
VALUES = {"case_id": uuid4(), "room": "joint", "token": "t", "handle": "00", "filename": "app.css"}


@pytest.fixture
def app(make_sqlite) -> Flask:  # type: ignore[no-untyped-def]
    store: Store = make_sqlite()
    instance: Instance = builders.house_at(store).instance
    return create_app(settings.testing("sqlite://"), instance=instance)


def test_nothing_is_public_that_is_not_spelt_out() -> None:
    assert PUBLIC == OPEN


def test_every_public_name_is_that_of_a_page(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= PUBLIC


def test_every_other_address_asks_for_sign_in(app: Flask) -> None:
    asked = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN:
            continue
        for method in {"GET", "POST"} & (rule.methods or set()):
            answer = app.test_client().open(
                address(app, rule),
                method=method,
                base_url="https://localhost",
                headers={"Sec-Fetch-Site": "same-origin"},
            )
            assert answer.status_code == 303, f"{method} {rule.endpoint} answers {answer.status_code}"
            assert "/sign-in" in answer.headers["Location"], rule.endpoint
            asked += 1
    assert asked > 5


def test_no_address_of_a_stranger_does_anything(app: Flask) -> None:
    """With a form in hand and a token of the visitor, it is still the sign-in that answers."""
    browser = app.test_client()
    page = browser.get("/sign-in", base_url="https://localhost").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN or "POST" not in (rule.methods or set()):
            continue
        told = {"csrf_token": token, "body": "a word or two"}
        answer = browser.post(address(app, rule), base_url="https://localhost", data=told)
        assert answer.status_code in {303, 401}, f"{rule.endpoint} answers {answer.status_code}"


def address(app: Flask, rule: Rule) -> str:
    values: dict[str, Any] = {name: VALUES.get(name, uuid4()) for name in rule.arguments}
    with app.test_request_context(base_url="https://localhost"):
        from flask import url_for

        return url_for(rule.endpoint, **values)
