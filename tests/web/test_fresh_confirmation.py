"""What weighs much asks for password and code again, keeps what was typed, and goes on under a new cookie."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from dialogue.services.unit import Actor
from dialogue.web.sessions import COOKIE
from tests.builders import PASSWORD, House, Table
from tests.web.client import Client
from tests.web.sitting import MINA, sit

MAIL = "maria@union.example"


@pytest.fixture
def maria(house: House) -> Actor:
    return house.person("Maria Lopez", MAIL)


def test_the_second_factor_is_shown_and_changed_only_after_a_fresh_confirmation(
    house: House, client: Client, maria: Actor
) -> None:
    client.sign_in(MAIL, PASSWORD)
    assert client.get("/account/second-factor").heading == "How you show that it is you"
    house.tick(timedelta(minutes=5))
    page = client.get("/account/second-factor")
    assert page.heading == "Show that it is you"
    page = client.submit("Go on", {"confirm_password": PASSWORD, "confirm_code": "000000"}, status=422)
    assert page.heading == "Show that it is you"
    before = client.cookie(COOKIE)
    page = client.submit("Go on", {"confirm_password": PASSWORD, "confirm_code": client.code()})
    assert page.heading == "How you show that it is you"

    assert client.cookie(COOKIE) != before, "a new id and secret at every step up"
    after = client.cookie(COOKIE)
    assert before is not None
    assert after is not None
    client.set_cookie(COOKIE, before)
    assert client.get("/account").heading == "Sign in", "the session before is over"


def test_an_app_is_replaced_and_the_old_one_opens_nothing(house: House, client: Client, maria: Actor) -> None:
    client.sign_in(MAIL, PASSWORD)
    client.get("/account/second-factor")
    client.click("Add or replace one")
    old = client.secret
    page = client.submit("Use this from now on", {"kind": "app", "app_code": client.scan()})
    assert "It is set up" in page
    new, client.secret = client.secret, old
    client.sign_out()
    client.sign_in(MAIL, PASSWORD, status=422)
    client.secret = new
    assert "Maria Lopez" in client.sign_in(MAIL, PASSWORD)


def test_what_was_to_be_done_is_done_after_the_confirmation(browser: Callable[[], Client], table: Table) -> None:
    """The lead has gone for a coffee before removing a delegate: the page asks, keeps the form, and does it then."""
    lead = sit(browser, MINA)
    lead.get(f"/cases/{table.case_id}/people")
    lead.click("Remove Piet Vos")
    table.house.tick(timedelta(minutes=20))
    page = lead.submit("Remove", status=401)
    assert page.heading == "Show that it is you"
    lead.submit("Go on", {"confirm_password": "a guess at it", "confirm_code": lead.code()}, status=422)
    page = lead.submit("Go on", {"confirm_password": PASSWORD, "confirm_code": lead.code()})
    assert page.url == f"/cases/{table.case_id}/people"
    assert not page.offers("Remove Piet Vos")


def test_the_sessions_of_one_s_own_say_where_they_began_and_can_be_ended(
    house: House, client: Client, maria: Actor
) -> None:
    client.sign_in(MAIL, PASSWORD)
    other = Client(client.http.application)
    other.http.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Android 15; Mobile) Firefox/140.0"
    other.sign_in(MAIL, PASSWORD)
    page = client.get("/account")
    assert "Firefox, Android, from 127.0.0.1" in page
    page = client.submit("End the session")
    assert "That session has ended" in page
    assert other.get("/account").heading == "Sign in"
