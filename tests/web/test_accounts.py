"""From the first page to an account, and what its holder finds there."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from dialogue.domain.people import StaffRole
from dialogue.services import accounts, letters, links
from dialogue.store.accounts import LinkPurpose
from dialogue.store.outbox import letters as letters_in
from tests.builders import PASSWORD, House
from tests.web.client import Client, Page

MAIL = "maria@union.example"


def link_to(house: House, address: str) -> str:
    """Where the newest mail to an address leads."""
    with house.reading(None) as work:
        found = [letters.opened(house.instance.secrets, row) for row in letters_in(work.session, limit=20)]
    link = next(letter.link for letter in found if letter is not None and letter.to == address)
    return link.removeprefix(house.instance.base_url)


def ask(house: House, client: Client, address: str = MAIL) -> str:
    client.get("/")
    client.click("Open an account")
    client.submit("Send me a link", {"email": address})
    return link_to(house, address)


def fill_in(client: Client, **other: str) -> Page:
    details = {"name": "Maria Lopez", "timezone": "America/Lima", "language": "en", "password": PASSWORD}
    details |= {"kind": "app", "app_code": client.scan()}
    return client.submit("Open my account", details | other)


def confirm(client: Client, words: str = "I have written it down") -> Page:
    """Type the two groups that are asked for."""
    page = client.page
    assert page is not None
    groups = re.findall(r'app-code__group">(\w+)<', page.html)
    first, second = (groups[int(number) - 1] for number in re.findall(r"Group (\d) of your code", page.text))
    return client.submit(words, {"first": first.lower(), "second": f" {second} "})


def test_somebody_comes_from_nowhere_to_an_account(house: House, client: Client) -> None:
    client.get(ask(house, client))
    page = fill_in(client)
    assert page.heading == "Write down your recovery code"
    page = confirm(client)

    assert page.url == "/"
    assert "Your recovery code is confirmed" in page
    assert "Maria Lopez" in page
    page = client.get("/account")
    assert "Lima (Peru)" in page
    assert MAIL in page
    client.sign_out()
    assert "Maria Lopez" in client.sign_in(MAIL, PASSWORD)


def test_known_and_unknown_addresses_get_the_same_page(house: House, client: Client) -> None:
    house.person("Maria", MAIL)
    client.get("/register")
    known = client.submit("Send me a link", {"email": MAIL}).text
    client.get("/register")
    unknown = client.submit("Send me a link", {"email": "x@union.example"}).text

    assert known.replace(MAIL, "") == unknown.replace("x@union.example", "")


@pytest.mark.parametrize("address", ["", "maria", "maria@", "a b@union.example", "maria@union", "m@@union.example"])
def test_what_is_no_address_is_asked_for_again(client: Client, address: str) -> None:
    client.get("/register")
    page = client.submit("Send me a link", {"email": address}, status=422)

    assert "Enter" in page
    assert page.heading == "Open an account"


def test_a_link_that_does_not_open_says_what_to_do(house: House, client: Client) -> None:
    path = ask(house, client)
    house.tick(timedelta(days=8))

    assert "sign in" in client.get(path, status=410).text
    assert client.get("/link/unknown", status=410).heading == "This link does not open any more"


def test_a_weak_password_is_refused_beside_its_field_and_the_name_stays(house: House, client: Client) -> None:
    client.get(ask(house, client))
    for weak in ("too short", "password1234", "Maria  Lopez"):
        details = {"name": "Maria Lopez", "timezone": "America/Lima", "language": "fr", "password": weak}
        page = client.submit("Open my account", details, status=422)
        assert "password" in page.text
        assert page.form("Open my account").fields["name"] == ["Maria Lopez"]
        assert weak not in page.html.replace("Maria Lopez", "")


def test_wrong_groups_of_the_code_are_told_and_the_code_stays(house: House, client: Client) -> None:
    client.get(ask(house, client))
    code = re.findall(r'app-code__group">(\w+)<', fill_in(client).html)
    page = client.submit("I have written it down", {"first": "AAAA", "second": "BBBB"}, status=422)

    assert re.findall(r'app-code__group">(\w+)<', page.html) == code
    assert "not the ones of your code" in page
    assert confirm(client).url == "/"
    assert client.get("/recovery-code").heading == "Your account"


def test_who_left_before_confirming_gets_another_code_at_the_next_sign_in(house: House, client: Client) -> None:
    client.get(ask(house, client))
    first = re.findall(r'app-code__group">(\w+)<', fill_in(client).html)
    client.submit("Go on later")
    page = client.sign_in(MAIL, PASSWORD)
    second = re.findall(r'app-code__group">(\w+)<', page.html)

    assert page.heading == "Write down your recovery code"
    assert second
    assert second != first
    assert "Maria Lopez" in confirm(client)


def test_a_new_recovery_code_is_shown(house: House, client: Client) -> None:
    house.person("Maria Lopez", MAIL)
    client.sign_in(MAIL, PASSWORD)
    client.get("/account")
    client.click("Replace Recovery code")
    page = client.submit("Show me a new code")

    assert page.heading == "Write down your recovery code"
    assert "Maria Lopez" in confirm(client)


def test_details_change(house: House, client: Client) -> None:
    house.person("Maria Lopez", MAIL)
    client.sign_in(MAIL, PASSWORD)
    client.get("/account/details")
    page = client.submit("Save", {"name": "", "organisation": "Textile Workers"}, status=422)
    assert "Enter your name" in page
    page = client.submit("Save", {"name": "M. Lopez", "timezone": "Asia/Dhaka", "language": "es"})

    assert page.language == "es"
    assert "M. Lopez" in page
    assert "Textile Workers" in page
    assert "Daca" in page


def test_a_wrong_present_password_changes_nothing(house: House, client: Client) -> None:
    house.person("Maria Lopez", MAIL)
    client.sign_in(MAIL, PASSWORD)
    client.get("/account/password")
    page = client.submit(
        "Change the password", {"current": "wrong but long", "new": "another walk, another lake"}, status=422
    )
    assert "not the password that you have now" in page
    page = client.submit("Change the password", {"current": PASSWORD, "new": "short"}, status=422)
    assert "at least 12 characters" in page

    assert client.get("/account").heading == "Your account"


def test_an_invitation_to_the_staff_leads_to_an_account_with_the_role(house: House, client: Client) -> None:
    ada = house.person("Ada", "ada@ilo.example", roles=frozenset({StaffRole.ADMINISTRATOR}))
    roles = frozenset({StaffRole.COORDINATOR})
    with house.writing(ada) as work:
        link = accounts.invite_staff(work, email="co@ilo.example", name="Co Ordinator", roles=roles)
    page = client.get(link.removeprefix(house.instance.base_url))

    assert page.form("Open my account").fields["name"] == ["Co Ordinator"]
    fill_in(client, name="Co Ordinator")
    assert confirm(client).offers("Desk")


def test_who_is_signed_in_takes_the_place_of_an_invitation_with_that_account(house: House, client: Client) -> None:
    house.person("Maria Lopez", MAIL)
    with house.writing(None) as work:
        token = links.create(work, LinkPurpose.JOIN, email="other@union.example")
    client.sign_in(MAIL, PASSWORD)

    client.get(f"/link/{token}", status=410)


def test_the_language_changes_and_the_page_stays(house: House, client: Client) -> None:
    client.get("/confidentiality", headers={"Accept-Language": "es, en;q=0.5"})
    assert client.page is not None
    assert client.page.language == "es"
    page = client.submit("Français")
    assert (page.url, page.language) == ("/confidentiality", "fr")

    house.person("Maria Lopez", MAIL, language="es")
    assert client.sign_in(MAIL, PASSWORD).language == "es"
    client.get("/account/details")
    page = client.submit("English")
    assert (page.url, page.language) == ("/account/details", "en")
    client.sign_out()
    assert client.sign_in(MAIL, PASSWORD).language == "en"


def test_nobody_is_led_away_by_the_language_switch(client: Client) -> None:
    client.get("/")
    for away in ("https://evil.example/", "//evil.example", "/nowhere"):
        answer = client.raw("POST", "/language", data={"csrf_token": client.token(), "code": "fr", "next": away})
        assert answer.headers["Location"] == "/"


def test_every_public_page_is_in_order(client: Client) -> None:
    for address in ("/", "/sign-in", "/register", "/confidentiality"):
        client.get(address)


def test_two_browsers_do_not_share_a_visit(house: House, browser: Callable[[], Client]) -> None:
    house.person("Maria Lopez", MAIL)
    here, there = browser(), browser()
    here.sign_in(MAIL, PASSWORD)

    assert there.get("/account").heading == "Sign in"


def test_an_address_is_changed_once_its_mailbox_has_answered(house: House, client: Client) -> None:
    house.person("Maria Lopez", MAIL)
    house.person("Otto", "otto@elsewhere.example")
    client.sign_in(MAIL, PASSWORD)
    client.get("/account/address")
    client.submit("Send me a link", {"email": "Maria.New@union.example"})
    link = link_to(house, "maria.new@union.example")
    assert "maria.new@union.example" in client.get(link)
    other = Client(client.http.application)
    other.sign_in("otto@elsewhere.example", PASSWORD)
    other.get(link, status=410)
    page = client.submit("Use this address")
    assert "maria.new@union.example" in page
    client.get(link, status=410)
    client.sign_out()
    client.sign_in(MAIL, PASSWORD, status=422)
    assert "Maria Lopez" in client.sign_in("maria.new@union.example", PASSWORD)


def test_an_address_of_somebody_else_gets_no_link_and_the_same_answer(house: House, client: Client) -> None:
    house.person("Maria Lopez", MAIL)
    house.person("Otto", "otto@elsewhere.example")
    client.sign_in(MAIL, PASSWORD)
    answers = []
    for address in ("free@union.example", "otto@elsewhere.example"):
        client.get("/account/address")
        answers.append(client.submit("Send me a link", {"email": address}).text.replace(address, "…"))
    assert answers[0] == answers[1]
    with pytest.raises(StopIteration):
        link_to(house, "otto@elsewhere.example")
