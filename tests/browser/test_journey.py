"""Four people at four browsers, from the first draft to a signed outcome and the notice of its end."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pyotp
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Demo
from tests.browser.test_every_page import AXE

PASSWORD = "a quiet table by the window"
WORDING = "The noon break lasts forty minutes, and nobody is called back to the line before it is over."


class Person:
    """Somebody at a browser, who looks at every page before doing anything on it."""

    def __init__(self, page: Any, url: str) -> None:
        self.page, self.url = page, url

    def go(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else f"{self.url}{path}")
        self.look()

    def look(self) -> None:
        found = Axe().run(self.page, options=AXE).response["violations"]
        assert [(fault["id"], fault["nodes"][0]["html"][:120]) for fault in found] == [], self.page.url

    def follow(self, words: str) -> None:
        """Click a link by its words."""
        self.page.locator("main a").filter(has_text=re.compile(words)).first.click()
        self.page.wait_for_load_state()
        self.look()

    def send(self, words: str, **fields: str | bool | list[str]) -> None:
        """Fill in the form that has a button with those words, and press it."""
        button = self.page.locator("main form button").filter(has_text=re.compile(words)).first
        form = button.locator("xpath=ancestor::form")
        for name, value in fields.items():
            self._fill(form, name.replace("__", "-"), value)
        button.click()
        self.page.wait_for_load_state()
        assert self.page.locator(".govuk-error-summary").count() == 0, self.page.locator(
            ".govuk-error-summary"
        ).text_content()
        self.look()

    def reads(self, words: str) -> bool:
        return words in self.page.locator("main").inner_text()

    def _fill(self, form: Any, name: str, value: str | bool | list[str]) -> None:
        field = form.locator(f"[name='{name}']").first
        kind = field.get_attribute("type")
        if isinstance(value, list):
            for one in value:
                form.locator(f"[name='{name}'][value='{one}']").check()
        elif kind in {"radio", "checkbox"} and value is not True:
            form.locator(f"[name='{name}'][value='{value}']").check()
        elif kind == "checkbox":
            field.check()
        elif field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(str(value))
        else:
            field.fill(str(value))


def link_sent_to(person: Person, email: str) -> str:
    """Open the newest mail to an address and give the link in it."""
    person.page.goto(f"{person.url}/mailbox")
    card = person.page.locator("main .app-card, main section").filter(has_text=email).first
    return str(card.locator("a[href*='/link/']").first.get_attribute("href"))


def enrol(person: Person, email: str, name: str, organisation: str) -> None:
    person.go(link_sent_to(person, email))
    secret = person.page.locator(".app-code").first.inner_text().replace(" ", "")
    person.send(
        "Open my account",
        name=name,
        organisation=organisation,
        language="en",
        password=PASSWORD,
        kind="app",
        app_code=pyotp.TOTP(secret).now(),
    )
    groups = [group.strip() for group in person.page.locator(".app-code__group").all_inner_texts()]
    asked = [
        int(re.search(r"Group (\d)", label).group(1))  # type: ignore[union-attr]
        for label in person.page.locator("label").all_inner_texts()
        if "Group" in label
    ]
    person.send("I have written it down", first=groups[asked[0] - 1], second=groups[asked[1] - 1])


def test_four_people_take_a_dialogue_from_the_request_to_a_signed_outcome(
    sign_in: Callable[..., Any], demo: Demo
) -> None:
    company = Person(sign_in(None), demo.url)
    union = Person(sign_in(None, width=390), demo.url)
    coordinator = Person(sign_in("Clara Okafor"), demo.url)
    facilitator = Person(sign_in("Noor van Rijn"), demo.url)

    # The company's lead opens a draft and invites the union's lead.
    company.go("/register")
    company.send("Send me a link", email="iris@millbrook.example")
    enrol(company, "iris@millbrook.example", "Iris Holm", "Millbrook Shoes")
    company.go("/cases/open")
    company.send("Open the draft", kind="brand", organisation="Millbrook Shoes", function="Head of supply")
    case = company.page.url.removeprefix(demo.url)
    company.go(f"{case}/request/edit")
    company.send(
        "Save as version",
        issues="The length of the noon break at the plant.",
        background="One letter from each side.",
        support__neutral_ground=True,
        support__facilitation=True,
    )
    company.go(f"{case}/people/invite")
    company.send(
        "Send the invitation",
        name="Juma Said",
        function="Chair of the plant union",
        email="juma@plantunion.example",
        organisation="Plant Union",
        kind="union",
    )
    enrol(union, "juma@plantunion.example", "Juma Said", "Plant Union")

    # They read each other the same words by telephone, and confirm.
    company.go(f"{case}/people")
    company.follow("Compare")
    theirs = company.page.locator(".app-comparison__word").all_inner_texts()
    company.send("The words are the same")
    union.go(f"{case}/people")
    union.follow("Compare")
    assert union.page.locator(".app-comparison__word").all_inner_texts() == theirs
    union.send("The words are the same")

    # Both endorse the same version; only then does the desk see it.
    coordinator.go("/desk")
    before = coordinator.page.locator("main table").first.inner_text()
    company.go(f"{case}/request/endorse")
    company.send("Endorse version")
    union.go(f"{case}/request/endorse")
    union.send("Endorse version")
    coordinator.go("/desk")
    assert coordinator.page.locator("main table").first.inner_text() != before
    coordinator.go(f"/desk/{case.rpartition('/')[2]}")
    assert coordinator.reads("The length of the noon break")
    _take_up(coordinator, case)

    # A facilitator from the list declares interests and is accepted by both.
    coordinator.go(f"{case}/facilitator/propose")
    coordinator.page.get_by_label("Noor van Rijn").check()
    coordinator.send("Propose")
    facilitator.go(f"{case}/facilitator/declare")
    facilitator.send("Declare this", has="none")
    for lead in (company, union):
        lead.go(f"{case}/facilitator")
        lead.send(r"^\s*Accept")

    # Terms from the office's template; everybody accepts; the dialogue begins by itself.
    company.go(f"{case}/terms/propose")
    company.send("Put these words")
    union.go(f"{case}/terms")
    tick_and_send(union, "Agree")
    facilitator.go(f"{case}/terms")
    tick_and_send(facilitator, "Accept")
    company.go(case)
    assert company.reads("In dialogue")

    # An item, a wording, notes in three rooms, two positions, consensus.
    union.go(f"{case}/agenda/propose")
    union.send("Propose the item", title="Noon break")
    company.go(f"{case}/agenda")
    company.send("Admit")
    company.go(f"{case}/agenda")
    company.follow("Noon break")
    item = company.page.url
    company.go(f"{item}/word")
    company.send("Put it on the table", text=WORDING)
    _write(union, f"{case}/rooms/union", "Our floor", "We would live with thirty-five.")
    _write(facilitator, f"{case}/rooms/union_caucus", "Caucus", "What matters most to you?")
    _write(facilitator, f"{case}/rooms/facilitation", "For myself", "They are close.")
    company.go(f"{case}/rooms/joint")
    assert not company.reads("Our floor")
    refused = company.page.goto(f"{demo.url}{case}/rooms/union")
    assert refused.status == 404
    for lead, stance in ((company, "agree"), (union, "can_live_with_it")):
        lead.go(item)
        lead.send("Record the position", stance=stance)
    company.go(f"{case}/agenda")
    assert company.reads("Consensus")

    # Both conclude together, sign one record, and see the notice before it goes.
    company.go(f"{case}/together/propose?act=case:conclude")
    company.send("Propose it")
    union.go(f"{case}/together")
    union.follow("Read what it means")
    union.send("Yes, for the union")
    company.go(f"{case}/outcome/assemble")
    company.page.locator("main input[type=checkbox]").first.check()
    company.send("Assemble the record")
    for lead in (company, union):
        lead.go(f"{case}/outcome")
        lead.follow("Open the record")
        lead.follow("Sign this record")
        lead.send("Sign for the", read=True)
    union.go(f"{case}/outcome")
    union.follow("Open the record")
    assert union.reads(WORDING)
    coordinator.go(f"{case}/notice")
    coordinator.send(r"^\s*(Prepare|Show)")
    for lead in (company, union):
        lead.go(f"{case}/notice")
        lead.send("Say yes")
    coordinator.go(f"{case}/notice")
    coordinator.send(r"^\s*Send")
    coordinator.page.goto(f"{demo.url}/mailbox")
    assert "employers@groups.example" in coordinator.page.locator("main").inner_text()


def _write(person: Person, path: str, title: str, body: str) -> None:
    person.go(path)
    opener = person.page.locator("main details", has=person.page.locator("[name=title]")).locator("summary").first
    if opener.count() and not person.page.locator("main [name=title]").first.is_visible():
        opener.click()
    person.send("Put the note", title=title, body=body)
    assert person.reads(title)


def _take_up(coordinator: Person, case: str) -> None:
    coordinator.go(f"/desk/{case.rpartition('/')[2]}/take-up")
    coordinator.send(r"^\s*Take it up", declaration=True, support=True, mandates=True)
    coordinator.go(case)
    assert coordinator.reads("CUD-")


def tick_and_send(person: Person, words: str) -> None:
    for box in person.page.locator("main input[type=checkbox]").all():
        box.check()
    person.send(rf"^\s*{words}")
