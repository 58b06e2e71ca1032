"""New keys, in the browser: everything lost, and the way back to the table."""

from __future__ import annotations

from collections.abc import Callable

from dialogue.domain.people import StaffRole
from tests.builders import PASSWORD, Table
from tests.web.client import Client
from tests.web.sitting import ANA, LUC, link_to, sit
from tests.web.test_accounts import confirm

NEW = "another walk, another lake"


def words_in(html: str) -> list[str]:
    return [part.partition("<")[0] for part in html.split('class="app-comparison__word">')[1:]]


def test_a_delegate_loses_everything_and_the_lead_signs_for_the_new_keys(
    browser: Callable[[], Client], table: Table
) -> None:
    luc = browser()
    luc.get("/recover")
    luc.submit("Send me a link", {"email": LUC})
    luc.get(link_to(table.house, LUC))
    luc.click("Make new keys")
    told = {"known": "", "code": "000000", "password": NEW, "kind": "app"}
    luc.submit("Make new keys", told | {"app_code": luc.scan()}, status=422)
    luc.submit("Make new keys", told | {"known": PASSWORD, "app_code": luc.scan()})
    luc.submit("English")
    confirm(luc)
    people = f"/cases/{table.case_id}/people"
    luc.get(people)
    own = luc.click("See who signs for the new keys")
    assert "You have new keys" in own

    ana = sit(browser, ANA)
    assert "Compare words with somebody who has made new keys" in ana.get("/") or "Sign for the new keys" in ana.get(
        "/"
    )
    ana.get(people)
    page = ana.click("See who signs for the new keys")
    assert words_in(page.html)
    assert " ".join(words_in(page.html)) in " ".join(words_in(own.html))
    assert "You have signed" in ana.submit("The words are the same")


def test_somebody_whose_keys_may_be_known_makes_new_ones(browser: Callable[[], Client], table: Table) -> None:
    luc = sit(browser, LUC)
    luc.get("/account")
    luc.click("Somebody else may have my keys")
    luc.submit("Make new keys", {"password": "short"}, status=422)
    page = luc.submit("Make new keys", {"password": NEW})
    assert page.heading == "Write down your recovery code"


def test_an_administrator_begins_a_reset(browser: Callable[[], Client], table: Table) -> None:
    table.house.person("Ines", "ines@ilo.example", roles=frozenset({StaffRole.ADMINISTRATOR}))
    ines = sit(browser, "ines@ilo.example")
    ines.get("/staff")
    page = ines.submit("Begin a reset", form=f"/{table.coordinator.account_id}/reset")
    assert "A link is on its way" in page
    clara = browser()
    assert clara.get(link_to(table.house, "clara@ilo.example")).heading == "Make new keys"
