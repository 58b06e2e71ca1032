"""People of the tests' cases at their browsers."""

from __future__ import annotations

from collections.abc import Callable

from dialogue.services import letters
from dialogue.store.outbox import letters as letters_in
from tests.builders import PASSWORD, House
from tests.web.client import Client

MINA, PIET = "mina@brand.example", "piet@brand.example"
ANA, LUC = "ana@union.example", "luc@union.example"
FARID, CLARA, OTTO = "farid@ilo.example", "clara@ilo.example", "otto@elsewhere.example"


def sit(browser: Callable[[], Client], email: str) -> Client:
    """A browser of that person, signed in and in English."""
    person = browser()
    person.sign_in(email, PASSWORD)
    if person.page is not None and person.page.language != "en":
        person.submit("English")
    return person


def link_to(house: House, address: str) -> str:
    """Where the newest mail to an address leads."""
    return links_to(house, address)[0]


def links_to(house: House, address: str) -> list[str]:
    """Where all mails to an address lead, the newest first."""
    with house.reading(None) as work:
        found = [letters.opened(house.instance.secrets, row) for row in letters_in(work.session, limit=50)]
    base = house.instance.base_url
    return [letter.link.removeprefix(base) for letter in found if letter is not None and letter.to == address]
