"""Signing in and out, and the cookie between."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask_login import current_user
from sqlalchemy import delete, select, update

from dialogue.domain.people import StaffRole
from dialogue.services.unit import Actor
from dialogue.store.accounts import Account, SessionLevel, SignIn
from dialogue.store.record import Entry
from dialogue.web import kept
from dialogue.web.sessions import COOKIE, VISITOR, visit
from tests.builders import PASSWORD, House
from tests.web.client import Client

MAIL = "maria@union.example"


@pytest.fixture
def maria(house: House) -> Actor:
    return house.person("Maria Lopez", MAIL)


def rows(house: House) -> list[SignIn]:
    with house.instance.store.session(writes=False) as session:
        return list(session.scalars(select(SignIn)))


def events(house: House) -> list[str]:
    with house.instance.store.session(writes=False) as session:
        return list(session.scalars(select(Entry.act).where(Entry.chain == "instance").order_by(Entry.seq)))


def test_somebody_signs_in_and_out(house: House, client: Client, maria: Actor) -> None:
    page = client.sign_in(MAIL, PASSWORD)
    assert "Maria Lopez" in page
    cookie = client.cookie(COOKIE)

    client.submit("Sign out")
    assert client.cookie(COOKIE) is None
    assert rows(house) == []
    assert cookie is not None
    client.set_cookie(COOKIE, cookie)
    assert client.get("/account").heading == "Sign in"


def test_the_cookie_is_for_this_host_alone(client: Client, maria: Actor) -> None:
    client.get("/sign-in")
    told = {
        "csrf_token": client.token(),
        "email": MAIL,
        "password": PASSWORD,
        "code": client.code(),
        "next": "",
        "kept": "",
    }
    answer = client.raw("POST", "/sign-in", data=told)

    lines = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith(COOKIE)]
    assert len(lines) == 1
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(lines[0].split("; "))
    assert "Domain" not in lines[0]
    assert "Expires" not in lines[0]
    assert len(urlsafe_b64decode(lines[0].partition("=")[2].partition(";")[0])) == 48


def test_visitors_have_a_signed_cookie_and_no_row(house: House, client: Client) -> None:
    client.get("/")
    assert client.cookie(VISITOR)
    assert client.cookie(COOKIE) is None
    assert rows(house) == []


def test_a_forged_visitors_cookie_is_no_session(house: House, client: Client, maria: Actor) -> None:
    client.set_cookie(VISITOR, urlsafe_b64encode(f'{{"_user_id":"{maria.account_id}"}}'.encode()).decode() + ".x.y")

    assert client.get("/account").heading == "Sign in"


def test_even_a_rightly_signed_visitors_cookie_signs_nobody_in(app: Flask, client: Client, maria: Actor) -> None:
    interface = app.session_interface
    serializer = interface.visitors.get_signing_serializer(app)  # type: ignore[attr-defined]
    client.set_cookie(VISITOR, serializer.dumps({"_user_id": str(maria.account_id), "_fresh": True}))

    assert client.get("/account").heading == "Sign in"


def test_wrong_password_and_unknown_address_read_the_same(client: Client, maria: Actor) -> None:
    mistaken = client.sign_in(MAIL, "not the password at all", status=422).text
    unknown = client.sign_in("who@union.example", "not the password at all", status=422).text

    assert "do not fit together, or there is no such account" in mistaken
    assert mistaken == unknown


def test_who_signs_in_gets_a_new_identity_each_time(client: Client, maria: Actor) -> None:
    client.sign_in(MAIL, PASSWORD)
    first = client.cookie(COOKIE)
    client.sign_out()
    client.sign_in(MAIL, PASSWORD)
    second = client.cookie(COOKIE)

    assert first is not None
    assert second is not None
    assert urlsafe_b64decode(first)[:16] != urlsafe_b64decode(second)[:16]
    assert urlsafe_b64decode(first)[16:] != urlsafe_b64decode(second)[16:]


def test_what_a_visitors_session_held_does_not_enter_the_next(app: Flask, client: Client, maria: Actor) -> None:
    """Whoever planted something in the visitor's session beforehand finds none of it after the sign-in."""
    held: dict[str, object] = {}

    def look() -> str:
        held.update(visit())
        return "seen"

    app.view_functions["account.show"] = look
    interface = app.session_interface
    serializer = interface.visitors.get_signing_serializer(app)  # type: ignore[attr-defined]
    client.set_cookie(VISITOR, serializer.dumps({"planted": "here", "csrf_token": "known beforehand"}))
    client.sign_in(MAIL, PASSWORD)
    client.raw("GET", "/account")

    assert held["_user_id"] == str(maria.account_id)
    assert "planted" not in held
    assert held.get("csrf_token") != "known beforehand"
    assert client.cookie(VISITOR) is None


def test_flask_login_knows_nobody_whom_the_session_does_not_carry(app: Flask, client: Client, maria: Actor) -> None:
    known: list[bool] = []

    def look() -> str:
        known.append(current_user.is_authenticated)
        visit()["_user_id"] = "somebody else"
        return "seen"

    app.view_functions["account.show"] = look
    client.sign_in(MAIL, PASSWORD)
    client.raw("GET", "/account")
    client.raw("GET", "/account")

    assert known == [True, False]


def test_nobody_acts_before_the_sign_in_is_complete(app: Flask, house: House, client: Client, maria: Actor) -> None:
    acting: list[bool] = []

    def look() -> str:
        acting.append(visit().actor is not None)
        return "seen"

    app.view_functions["pages.confidentiality"] = look
    client.sign_in(MAIL, PASSWORD)
    client.raw("GET", "/confidentiality")
    client.sign_out()
    with house.instance.store.session(writes=True) as session:
        session.execute(update(Account).values(recovery_confirmed_at=None))
        session.commit()
    client.sign_in(MAIL, PASSWORD)
    client.raw("GET", "/confidentiality")

    assert acting == [True, False]


@pytest.mark.parametrize("address", ["/account\r\nSet-Cookie: a=b", "/account\n", "/acc\tount", "/account\x00"])
def test_an_address_with_hidden_characters_is_none(app: Flask, address: str) -> None:
    with app.test_request_context("/", base_url="https://localhost"):
        assert kept.safe_path("/account?page=2") == "/account?page=2"
        assert kept.safe_path(address) is None


@pytest.mark.parametrize("place", [0, 20, 47])
def test_a_tampered_cookie_is_an_anonymous_visit(house: House, client: Client, maria: Actor, place: int) -> None:
    client.sign_in(MAIL, PASSWORD)
    halves = bytearray(urlsafe_b64decode(client.cookie(COOKIE) or ""))
    halves[place] ^= 1
    client.set_cookie(COOKIE, urlsafe_b64encode(bytes(halves)).decode())

    page = client.get("/account")
    assert page.heading == "Sign in"
    assert "Your session is over" in page
    assert client.cookie(COOKIE) is None
    assert ("alarm:session" in events(house)) is (place > 16)


@pytest.mark.parametrize("cookie", ["", "x", "é", "\x01", "=" * 64, "a" * 3900])
def test_nonsense_in_the_cookie_breaks_no_page(client: Client, cookie: str) -> None:
    client.set_cookie(COOKIE, cookie)

    assert client.get("/").heading.startswith("A confidential place")


def test_a_deleted_row_is_the_end_and_is_not_written_back(house: House, client: Client, maria: Actor) -> None:
    client.sign_in(MAIL, PASSWORD)
    with house.instance.store.session(writes=True) as session:
        session.execute(delete(SignIn))
        session.commit()

    assert client.get("/account").heading == "Sign in"
    assert rows(house) == []


def test_a_row_deleted_while_the_page_is_made_is_not_written_back(
    app: Flask, house: House, client: Client, maria: Actor
) -> None:
    @app.get("/trial/late")
    def late() -> str:
        from flask import session as content

        content["late"] = "a word"
        with house.instance.store.session(writes=True) as session:
            session.execute(delete(SignIn))
            session.commit()
        return "done"

    client.sign_in(MAIL, PASSWORD)
    answer = client.raw("GET", "/trial/late")

    assert answer.status_code == 200
    assert rows(house) == []
    assert client.cookie(COOKIE) is None


def test_two_requests_at_once_both_keep_what_they_put_down(
    app: Flask, house: House, client: Client, maria: Actor
) -> None:
    @app.get("/trial/outer")
    def outer() -> str:
        from flask import session as content

        other = app.test_client()
        other.set_cookie(COOKIE, client.cookie(COOKIE) or "", domain="localhost", secure=True)
        other.get("/trial/inner", base_url="https://localhost")
        content["outer"] = 1
        return "done"

    @app.get("/trial/inner")
    def inner() -> str:
        from flask import session as content

        content["inner"] = 2
        return "done"

    @app.get("/trial/look")
    def look() -> dict[str, object]:
        from flask import session as content

        return {"outer": content.get("outer"), "inner": content.get("inner")}

    client.sign_in(MAIL, PASSWORD)
    client.raw("GET", "/trial/outer")

    assert client.raw("GET", "/trial/look").json == {"outer": 1, "inner": 2}


def test_a_lifted_level_opens_nothing(house: House, client: Client, maria: Actor) -> None:
    with house.instance.store.session(writes=True) as session:
        session.execute(update(Account).values(recovery_confirmed_at=None))
        session.commit()
    client.sign_in(MAIL, PASSWORD)
    with house.instance.store.session(writes=True) as session:
        session.execute(update(SignIn).values(level=SessionLevel.FULL))
        session.commit()

    assert client.get("/account").heading == "Sign in"


def test_half_an_hour_of_silence_ends_the_session(house: House, client: Client, maria: Actor) -> None:
    client.sign_in(MAIL, PASSWORD)
    house.tick(timedelta(minutes=31))

    page = client.get("/account")
    assert page.heading == "Sign in"
    assert "Your session is over" in page


def test_a_page_that_asks_by_itself_does_not_hold_the_session_open(house: House, client: Client, maria: Actor) -> None:
    client.sign_in(MAIL, PASSWORD)
    for _ in range(4):
        house.tick(timedelta(minutes=8))
        client.raw("GET", "/account", headers={"HX-Request": "true"})

    assert client.get("/account").heading == "Sign in"


def test_after_signing_in_people_are_where_they_wanted_to_be(client: Client, maria: Actor) -> None:
    client.get("/account/details")
    page = client.submit("Sign in", {"email": MAIL, "password": PASSWORD, "code": client.code()}, form="/sign-in")

    assert page.heading == "Your details"


@pytest.mark.parametrize(
    "away",
    [
        "https://evil.example/",
        "//evil.example/account",
        "/\\evil.example",
        "\\\\evil.example",
        "/account\r\nX: y",
        "javascript:alert(1)",
        "/no-such-page",
        "account",
        "/sign-out",
    ],
)
def test_nobody_is_led_away_after_signing_in(client: Client, maria: Actor, away: str) -> None:
    client.get("/sign-in", query_string={"next": away})
    page = client.submit("Sign in", {"email": MAIL, "password": PASSWORD, "code": client.code()}, form="/sign-in")

    assert page.url == "/"


def test_who_is_signed_in_sees_no_sign_in_form(client: Client, maria: Actor) -> None:
    client.sign_in(MAIL, PASSWORD)

    assert client.get("/sign-in?next=/account").heading == "Your account"


def test_changing_the_password_ends_the_session_in_another_browser(browser: Callable[[], Client], maria: Actor) -> None:
    here, there = browser(), browser()
    here.sign_in(MAIL, PASSWORD)
    there.sign_in(MAIL, PASSWORD)
    before = here.cookie(COOKIE)
    here.get("/account/password")
    page = here.submit("Change the password", {"current": PASSWORD, "new": "another walk, another lake"})

    assert "Your password is changed" in page
    assert here.cookie(COOKIE) != before
    assert there.get("/account").heading == "Sign in"
    assert there.sign_in(MAIL, PASSWORD, status=422)
    assert "Maria Lopez" in there.sign_in(MAIL, "another walk, another lake")


def test_own_sessions_are_listed_and_ended_one_by_one(browser: Callable[[], Client], maria: Actor) -> None:
    here, there = browser(), browser()
    here.sign_in(MAIL, PASSWORD)
    there.sign_in(MAIL, PASSWORD)
    page = here.get("/account")
    assert page.text.count("This session") == 1
    here.submit("End the session that began")

    assert there.get("/account").heading == "Sign in"
    assert here.get("/account").heading == "Your account"
    there.sign_in(MAIL, PASSWORD)
    here.get("/account")
    here.submit("End every other session")
    assert there.get("/account").heading == "Sign in"


def test_nobody_ends_the_session_of_somebody_else(house: House, browser: Callable[[], Client], maria: Actor) -> None:
    house.person("Otto", "otto@company.example")
    mine, his = browser(), browser()
    mine.sign_in(MAIL, PASSWORD)
    his.sign_in("otto@company.example", PASSWORD)
    handle = next(row.id_hash.hex() for row in rows(house) if row.account_id != maria.account_id)
    mine.get("/account")

    answer = mine.raw("POST", f"/account/sessions/{handle}/end", data={"csrf_token": mine.token()})
    assert answer.status_code == 404
    assert his.get("/account").heading == "Your account"


def test_leaving_clears_what_the_browser_kept(client: Client, maria: Actor) -> None:
    client.sign_in(MAIL, PASSWORD)
    client.get("/")
    answer = client.raw("POST", "/sign-out", data={"csrf_token": client.token()})
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'

    away = client.raw("GET", "/exit")
    assert away.status_code == 303
    assert "localhost" not in away.headers["Location"]
    assert '"cookies"' in away.headers["Clear-Site-Data"]
    assert away.headers["Referrer-Policy"] == "no-referrer"


def test_until_the_recovery_code_is_confirmed_nothing_else_opens(house: House, client: Client, maria: Actor) -> None:
    with house.instance.store.session(writes=True) as session:
        session.execute(update(Account).values(recovery_confirmed_at=None))
        session.commit()
    page = client.sign_in(MAIL, PASSWORD)

    assert page.heading == "Write down your recovery code"
    for address in ("/", "/account", "/account/details"):
        assert client.get(address).heading == "Write down your recovery code"
    assert client.raw("POST", "/account/sessions/end-others", data={"csrf_token": client.token()}).status_code == 303


def test_the_desk_and_the_administration_are_shown_to_whom_they_belong(house: House, client: Client) -> None:
    house.person("Ada", "ada@ilo.example", roles=frozenset({StaffRole.ADMINISTRATOR}))
    page = client.sign_in("ada@ilo.example", PASSWORD)

    assert page.offers("Administration")
    assert not page.offers("Desk")


def test_when_the_database_is_away_nobody_is_signed_out(house: House, client: Client, maria: Actor) -> None:
    client.sign_in(MAIL, PASSWORD)
    cookie = client.cookie(COOKIE)
    with house.instance.store.writing.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE sessions RENAME TO away")
    client.get("/account", status=503)
    with house.instance.store.writing.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO sessions")

    assert client.cookie(COOKIE) == cookie
    assert client.get("/account").heading == "Your account"
