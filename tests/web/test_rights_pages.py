"""Who may do what, and when: the page and the document, both made from the rules that are asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask

from tests.builders import Table
from tests.web.client import Client
from tests.web.sitting import ANA, CLARA, FARID, MINA, sit

DOCUMENT = Path(__file__).parents[2] / "docs" / "who-may-do-what.md"
PAGE = "/who-may-do-what"


def test_everybody_who_is_signed_in_finds_it_at_the_foot_of_every_page(
    gathered: Table, browser: Callable[[], Client]
) -> None:
    for email in (MINA, ANA, CLARA, FARID):
        person = sit(browser, email)
        person.get("/")
        page = person.click("Who may do what, and when")
        for words in ("Record a party's position", "Take the request up", "Outside any dialogue", "Invite staff"):
            assert words in page


def test_a_visitor_is_asked_to_sign_in(client: Client) -> None:
    assert client.get(PAGE).heading == "Sign in"


def test_it_can_be_asked_for_one_seat_in_one_state(gathered: Table, browser: Callable[[], Client]) -> None:
    mina = sit(browser, MINA)
    page = mina.get(PAGE + "?role=delegate&status=in_dialogue")
    assert "Write a note" in page
    for words in (
        "Record a party's position",
        "Take the request up",
        "Sign the outcome record",
        "Outside any dialogue",
    ):
        assert words not in page
    assert "Nothing is open to this seat in this state." in mina.get(PAGE + "?role=coordinator&status=draft") or (
        "Open the dialogue" in mina.page
    )
    assert "Take the request up" in mina.get(PAGE + "?role=nonsense&status=nonsense")


def test_it_is_told_in_the_readers_language(gathered: Table, browser: Callable[[], Client]) -> None:
    ana = sit(browser, ANA)
    ana.get(PAGE)
    page = ana.submit("Français")

    assert page.language == "fr"
    assert "Inscrire" in page or "position" in page


def test_the_document_is_what_the_rules_say_today(app: Flask) -> None:
    made = app.test_cli_runner().invoke(args=["dialogue", "policy"])
    if made.exit_code == 2:
        from dialogue.cli import group

        app.cli.add_command(group)
        made = app.test_cli_runner().invoke(args=["dialogue", "policy"])

    assert made.exit_code == 0, made.output
    assert "| Record a party's position | Lead, Deputy who stands in for the lead | In dialogue |" in made.output
    assert DOCUMENT.read_text() == made.output, "run: dialogue policy > docs/who-may-do-what.md"
