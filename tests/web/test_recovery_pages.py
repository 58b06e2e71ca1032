"""Coming back without a password or a second factor, in the browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dialogue.services import accounts
from dialogue.services.unit import Actor
from tests.builders import PASSWORD, House
from tests.web.client import Client
from tests.web.sitting import link_to
from tests.web.test_accounts import confirm

MAIL = "maria@union.example"
NEW = "another walk, another lake"


@pytest.fixture
def maria(house: House) -> Actor:
    return house.person("Maria Lopez", MAIL)


@pytest.fixture
def code(house: House, maria: Actor) -> str:
    with house.writing(maria) as work:
        return accounts.new_recovery_code(work)


def ask(house: House, client: Client) -> str:
    client.get("/sign-in")
    client.click("I have forgotten my password or lost my second factor")
    page = client.submit("Send me a link", {"email": MAIL})
    assert "on its way" in page
    return link_to(house, MAIL)


def test_somebody_forgets_the_password_and_comes_back(house: House, client: Client, code: str) -> None:
    client.get(ask(house, client))
    client.click("Choose another password")
    told = {"recovery_code": code, "code": "000000", "password": NEW}
    page = client.submit("Lock my keys with this password", told, status=422)
    assert "That did not open" in page or "do not open" in page or "did not" in page
    page = client.submit("Lock my keys with this password", told | {"code": client.code()})
    assert page.heading == "Write down your recovery code"
    assert code[:4] not in page.html
    assert "Maria Lopez" in confirm(client)

    client.sign_out()
    client.sign_in(MAIL, PASSWORD, status=422)
    assert "Maria Lopez" in client.sign_in(MAIL, NEW)


def test_somebody_loses_the_phone_and_comes_back(house: House, client: Client, code: str) -> None:
    client.get(ask(house, client))
    client.click("Set up another second factor")
    told = {"recovery_code": code, "password": PASSWORD, "kind": "app", "app_code": "000000"}
    page = client.submit("Use this from now on", told, status=422)
    assert "not what the app shows now" in page
    page = client.submit("Use this from now on", told | {"app_code": client.scan()})
    assert "Maria Lopez" in confirm(client)

    client.sign_out()
    assert "Maria Lopez" in client.sign_in(MAIL, PASSWORD)


def test_who_reads_the_mail_as_well_does_not_learn_the_second_factor(
    house: House, client: Client, browser: Callable[[], Client], code: str
) -> None:
    """He knows the password too, and has looked at the link's page before its owner used it."""
    link, thief = ask(house, client), browser()
    thief.get(link)
    thief.click("Set up another second factor")
    thief.scan()

    client.get(link)
    client.click("Set up another second factor")
    told = {"recovery_code": code, "password": PASSWORD, "kind": "app", "app_code": client.scan()}
    client.submit("Use this from now on", told)
    confirm(client)

    assert thief.secret != client.secret
    thief.sign_in(MAIL, PASSWORD, status=422)


def test_the_answer_to_an_unknown_address_is_the_same(house: House, client: Client, maria: Actor) -> None:
    answers = []
    for address in (MAIL, "nobody@elsewhere.example"):
        client.get("/recover")
        page = client.submit("Send me a link", {"email": address})
        answers.append(page.text.replace(address, "…"))
    assert answers[0] == answers[1]


def test_an_unknown_link_opens_nothing(client: Client) -> None:
    for path in ("/recover/nothing", "/recover/nothing/password", "/recover/nothing/second-factor"):
        client.get(path, status=410)


def test_another_link_brings_no_more_guesses(house: House, browser: Callable[[], Client], code: str) -> None:
    first, second = browser(), browser()
    links = [ask(house, first), ask(house, second)]
    told = {"recovery_code": code, "code": "000000", "password": NEW}
    for turn in range(10):
        client = (first, second)[turn % 2]
        client.get(links[turn % 2])
        client.click("Choose another password")
        client.submit("Lock my keys with this password", told, status=422)

    second.submit("Lock my keys with this password", told | {"code": second.code()}, status=422)
    # Signing in has a count of its own.
    assert browser().sign_in(MAIL, PASSWORD).heading == "Write down your recovery code"
