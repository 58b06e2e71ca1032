"""A party leaves while the outcome record is being signed: four browsers, and what each of them shows afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.conftest import Demo, served
from tests.browser.test_journey import Person


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demonstration of its own: after this nobody sits at its table any more."""
    with served(tmp_path_factory.mktemp("leaving")) as running:
        yield running


def test_a_party_leaves_during_sign_off(sign_in: Callable[..., Any], demo: Demo) -> None:
    company = Person(sign_in("Mina Brandt"), demo.url)
    union = Person(sign_in("Ana Rojas", width=390), demo.url)
    delegate = Person(sign_in("Jorge Peña"), demo.url)
    facilitator = Person(sign_in("Farid Lindqvist"), demo.url)
    union.go("/cases")
    case = str(union.page.locator("main a[href^='/cases/']").first.get_attribute("href"))

    company.go(f"{case}/together/propose?act=case:conclude")
    assert company.reads("The agenda rests: no item, wording or position changes.")
    company.send("Propose it")
    union.go(f"{case}/together")
    union.page.locator(".app-card").filter(has_text="Conclude the dialogue").locator("a").first.click()
    union.look()
    union.send("Yes, for the union")
    facilitator.go(f"{case}/outcome/assemble")
    facilitator.send("Assemble the record")
    company.go(f"{case}/outcome")
    company.follow("Open the record")
    company.follow("Sign this record")
    assert company.reads("the dialogue is kept as one with partial consensus")
    company.send("Sign for the company", read=True)

    union.go(case)
    union.follow("Leave the dialogue")
    assert union.reads("An outcome record that both leads have not signed is no agreement.")
    assert union.reads("What your side wrote in its own room stays your side's")
    union.send("End the dialogue now")

    company.go(case)
    assert company.reads("The dialogue has ended.")
    company.go(f"{case}/outcome")
    assert company.reads("The dialogue ended before both leads had signed. This is no agreement.")
    company.follow("Open the record")
    assert company.page.locator("main a").filter(has_text="Sign this record").count() == 0
    for shared in ("joint", "company_caucus"):
        company.go(f"{case}/rooms/{shared}")
        assert company.reads("Nothing can be written here at the moment.")
    company.go(f"{case}/rooms/company")
    assert company.page.locator("main").get_by_text("Write a note").count() > 0
    assert company.page.goto(f"{demo.url}{case}/rooms/union").status == 404
    delegate.go(f"{case}/rooms/union")
    assert delegate.page.locator("main").get_by_text("Write a note").count() > 0
    facilitator.go(f"{case}/rooms/union_caucus")
    assert facilitator.reads("Nothing can be written here at the moment.")

    union.go(case)
    union.follow("Open a draft that names this dialogue")
    union.send("Open the draft", kind="union", organisation="Sindicato Unido", function="General secretary")
    assert union.reads("Follows the dialogue")
    company.go("/cases")
    assert company.page.locator("main tbody tr").count() == 1
