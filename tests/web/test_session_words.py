"""What somebody was writing when a session ran out, or a token grew old, is not lost."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask, render_template_string, request

from dialogue.services import drafts
from dialogue.services.unit import Actor
from dialogue.web import kept
from dialogue.web.sessions import COOKIE
from tests.builders import PASSWORD, House, Table
from tests.web.client import Client, look_at

MAIL = "maria@union.example"
WORDS = "Our floor is two per cent & nothing <below> it."
PAGE = (
    "<!doctype html><html lang=en><title>Write</title><h1>Write</h1>"
    '<form method="post"><input type="hidden" name="csrf_token" value="{{ csrf_token() }}">'
    '<input type="hidden" name="seen" value="3"><textarea name="body">{{ body }}</textarea>'
    "<button>Save it</button></form></html>"
)


@pytest.fixture
def written(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A page of a case to write on, without the rest of the house."""
    arrived: list[str] = []
    monkeypatch.setattr(kept, "OFFER_DRAFTS", kept.OFFER_DRAFTS | {"trial.write"})

    @app.route("/cases/<uuid:case_id>/trial/<room>", methods=["GET", "POST"], endpoint="trial.write")
    def write(case_id: UUID, room: str) -> str:
        arrived.extend(request.form.getlist("body"))
        return render_template_string(PAGE, body="")

    return arrived


def address_of(table: Table, actor: Actor) -> str:
    from dialogue.services import identity

    with table.house.reading(actor) as work:
        return identity.people(work, [actor.account_id])[actor.account_id].email


def test_words_typed_when_the_session_ran_out_come_back_as_a_draft(
    table: Table, client: Client, written: list[str]
) -> None:
    email = address_of(table, table.union_lead)
    client.sign_in(email, PASSWORD)
    here = f"/cases/{table.case_id}/trial/joint"
    client.get(here)
    table.house.tick(timedelta(minutes=40))

    page = client.submit("Save it", {"body": WORDS}, status=401)
    assert page.heading == "Sign in to keep what you wrote"
    assert WORDS in page.text
    assert written == []
    page = client.submit(
        "Sign in", {"email": email, "password": "not the right one", "code": client.code()}, status=422, form="/sign-in"
    )
    assert WORDS in page.text
    page = client.submit("Sign in", {"email": email, "password": PASSWORD, "code": client.code()}, form="/sign-in")

    assert page.url == here
    with table.house.reading(table.union_lead) as work:
        assert drafts.find(work, table.case_id, "trial.write:joint") == {"seen": "3", "body": WORDS}


def test_words_that_no_draft_can_hold_are_shown_to_be_copied(house: House, client: Client, written: list[str]) -> None:
    """The case is not this person's, or gone: the words are his all the same."""
    house.person("Maria", MAIL)
    client.sign_in(MAIL, PASSWORD)
    client.get(f"/cases/{UUID(int=7)}/trial/joint")
    house.tick(timedelta(minutes=40))
    client.submit("Save it", {"body": WORDS}, status=401)
    page = client.submit("Sign in", {"email": MAIL, "password": PASSWORD, "code": client.code()}, form="/sign-in")

    assert page.heading == "Your words are still here"
    assert WORDS in page.text
    client.submit("Send it again")
    assert written == [WORDS]


def test_words_for_a_form_without_drafts_are_sent_again_with_every_choice(
    app: Flask, house: House, client: Client
) -> None:
    arrived: list[tuple[str, str]] = []

    @app.route("/trial", methods=["GET", "POST"], endpoint="trial.choose")
    def choose() -> str:
        arrived.extend(request.form.items(multi=True))
        return render_template_string(PAGE, body="")

    house.person("Maria", MAIL)
    client.sign_in(MAIL, PASSWORD)
    client.get("/trial")
    told = {"csrf_token": client.token(), "support": ["ground", "input"], "words": WORDS}
    house.tick(timedelta(minutes=40))
    client.page = look_at(client.raw("POST", "/trial", data=told))
    client.submit("Sign in", {"email": MAIL, "password": PASSWORD, "code": client.code()}, form="/sign-in")
    client.submit("Send it again")

    sent = [pair for pair in arrived if pair[0] != "csrf_token"]
    assert sent == [("support", "ground"), ("support", "input"), ("words", WORDS)]


def test_words_are_sent_nowhere_but_here(app: Flask) -> None:
    with app.test_request_context("/", base_url="https://localhost"):
        for action in ("https://evil.example/", "//evil.example/", "/nowhere", "", "javascript:alert(1)"):
            assert kept.Typed.unpack(kept.Typed((("body", WORDS),), action).pack()) == kept.Typed()
        for nonsense in ("", "x", "{}", "[]", "[[], 1, 2, 3]", '[[["a"]], "/", "", ""]', None):
            assert kept.Typed.unpack(nonsense) == kept.Typed()


def test_words_survive_a_token_of_another_session(house: House, client: Client, written: list[str]) -> None:
    house.person("Maria", MAIL)
    client.sign_in(MAIL, PASSWORD)
    here = f"/cases/{UUID(int=7)}/trial/joint"
    client.get(here)
    page = client.page
    client.sign_out()
    client.sign_in(MAIL, PASSWORD)
    client.page = page

    stale = client.submit("Save it", {"body": WORDS}, status=400)
    assert stale.heading == "Please send it once more"
    assert WORDS in stale.text
    assert written == []


def test_only_our_own_page_offers_to_send_again(house: House, client: Client, written: list[str]) -> None:
    house.person("Maria", MAIL)
    client.sign_in(MAIL, PASSWORD)
    here = f"/cases/{UUID(int=7)}/trial/joint"
    told = {"csrf_token": "old", "seen": "3", "body": WORDS}

    own = client.raw("POST", here, data=told, headers={"Sec-Fetch-Site": "same-origin"})
    unsure = client.raw("POST", here, data=told)

    assert "Send it again" in own.text
    assert 'name="body"' in own.text
    assert "Send it again" not in unsure.text
    assert "Our floor is two per cent &amp; nothing &lt;below&gt; it." in unsure.text


def test_sending_again_arrives(house: House, client: Client, written: list[str]) -> None:
    house.person("Maria", MAIL)
    client.sign_in(MAIL, PASSWORD)
    here = f"/cases/{UUID(int=7)}/trial/joint"
    told = {"csrf_token": "old", "seen": "3", "body": WORDS}
    answer = client.raw("POST", here, data=told, headers={"Sec-Fetch-Site": "same-origin"})

    client.page = look_at(answer)
    client.submit("Send it again")
    assert written == [WORDS]


def test_passwords_are_never_shown_again(house: House, client: Client) -> None:
    house.person("Maria", MAIL)
    client.sign_in(MAIL, PASSWORD)
    told = {"csrf_token": "old", "current": PASSWORD, "new": "another walk by the lake"}
    answer = client.raw("POST", "/account/password", data=told, headers={"Sec-Fetch-Site": "same-origin"})

    assert answer.status_code == 400
    assert "walk by the lake" not in answer.text


def test_a_button_pressed_too_late_leads_back_to_its_page(house: House, client: Client) -> None:
    house.person("Maria", MAIL)
    client.sign_in(MAIL, PASSWORD)
    client.get("/account")
    token = client.token()
    house.tick(timedelta(minutes=40))
    answer = client.raw(
        "POST",
        "/account/sessions/end-others",
        data={"csrf_token": token},
        headers={"Referer": "https://localhost/account"},
    )

    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/sign-in?next=/account")
    assert client.cookie(COOKIE) is None
