"""Where no facilitation was asked no page speaks of a facilitator who would read something."""

from __future__ import annotations

from collections.abc import Callable

from tests.builders import Table
from tests.web.client import Client
from tests.web.sitting import ANA, sit

PAGES = ("/agenda/propose", "/rooms/joint", "/terms", "/terms/propose", "/attendants", "")


def readers(person: Client, path: str) -> str:
    """What the page says about who can read this."""
    page = person.get(path)
    return " ".join(part[:160] for part in page.text.split("Who can read this: ")[1:])


def test_without_facilitation_the_readers_are_the_two_parties(
    unfacilitated: Table, browser: Callable[[], Client]
) -> None:
    ana = sit(browser, ANA)

    said = [readers(ana, f"/cases/{unfacilitated.case_id}{page}") for page in PAGES]

    assert any(said)
    assert not any("facilitator" in words for words in said)
    assert "both parties" in readers(ana, f"/cases/{unfacilitated.case_id}/agenda/propose")


def test_with_facilitation_the_facilitator_is_named(table: Table, browser: Callable[[], Client]) -> None:
    ana = sit(browser, ANA)

    assert "both parties and the facilitator" in readers(ana, f"/cases/{table.case_id}/agenda/propose")
