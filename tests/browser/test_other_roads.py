"""The roads that are not straight, each walked in a browser to its end, in one dialogue after the other."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dialogue.demo.story import NOTES
from dialogue.domain.people import Room
from tests.browser.conftest import Demo, served
from tests.browser.test_journey import Person, enrol, tick_and_send

# What remains is that the initiator once asked, and was told no.
LEFT_NOTHING_IN = ("organisations", "request_versions", "endorsements", "seat_statements", "room_epochs", "room_wraps")
EVERYBODY_ELSE = ("Piet Vos", "Laura Nieto", "Luc Mensah", "Jorge Peña", "Farid Lindqvist")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demonstration of its own, whose table is changed."""
    with served(tmp_path_factory.mktemp("roads")) as running:
        yield running


def rows(demo: Demo) -> dict[str, int]:
    with sqlite3.connect(f"file:{demo.folder / 'demo.sqlite'}?mode=ro", uri=True) as database:
        return {table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in LEFT_NOTHING_IN}


def case_of(person: Person) -> str:
    person.go("/cases")
    return str(person.page.locator("main a[href^='/cases/']").first.get_attribute("href"))


def test_an_invitation_is_declined_and_the_desk_never_learns_of_it(sign_in: Callable[..., Any], demo: Demo) -> None:
    company = Person(sign_in("Kofi Adjei"), demo.url)
    other = Person(sign_in(None, width=390), demo.url)
    desk = Person(sign_in("Clara Okafor"), demo.url)
    desk.go("/desk")
    shown, stored = desk.page.locator("main").inner_text(), rows(demo)

    company.go("/cases/open")
    company.send("Open the draft", kind="brand", organisation="Harbour Line Foods", function="Director of people")
    case = company.page.url.removeprefix(demo.url)
    company.go(f"{case}/request/edit")
    company.send("Save as version", issues="Rest between two shifts.", support__neutral_ground=True)
    company.go(f"{case}/people/invite")
    company.send(
        "Send the invitation",
        name="Nadia Osei",
        function="Chair",
        email="nadia@cannery.example",
        organisation="Cannery Workers",
        kind="union",
    )
    assert rows(demo) != stored
    enrol(other, "nadia@cannery.example", "Nadia Osei", "Cannery Workers")
    other.go(f"{case}/decline")
    other.send("Decline")

    assert rows(demo) == stored
    desk.go("/desk")
    assert desk.page.locator("main").inner_text() == shown
    assert desk.page.goto(f"{demo.url}{case}").status == 404
    assert company.page.goto(f"{demo.url}{case}/request").status == 404


def test_terms_change_midway_somebody_joins_late_and_the_facilitator_is_replaced(
    sign_in: Callable[..., Any], demo: Demo
) -> None:
    company = Person(sign_in("Mina Brandt"), demo.url)
    union = Person(sign_in("Ana Rojas", width=390), demo.url)
    case = case_of(union)

    # New terms: nothing new is written until everybody has accepted them.
    company.go(f"{case}/terms/propose")
    company.send("Put these words to the other lead")
    union.go(f"{case}/terms")
    tick_and_send(union, "Agree to these terms")
    union.go(f"{case}/rooms/joint")
    assert union.page.locator("main [name=title]").count() == 0
    union.go(f"{case}/terms")
    assert union.reads("Still missing")
    people = {}
    for name in EVERYBODY_ELSE:
        people[name] = Person(sign_in(name), demo.url)
        people[name].go(f"{case}/terms")
        if people[name].page.locator("main form button").filter(has_text="Accept these terms").count():
            tick_and_send(people[name], "Accept these terms")
    union.go(f"{case}/rooms/joint")
    assert union.page.locator("main [name=title]").count() > 0

    # A delegate joins late and sees what is on the table, and nothing that was written before.
    union.go(f"{case}/people/add")
    union.send("List this person", name="Rosa Diaz", function="Quality", email="rosa@suc.example", role="delegate")
    rosa = Person(sign_in(None), demo.url)
    enrol(rosa, "rosa@suc.example", "Rosa Diaz", "Sindicato Unido")
    for lead in (union, company):
        lead.go(f"{case}/people")
        lead.page.locator("main a").filter(has_text="with Rosa Diaz").first.click()
        lead.look()
        lead.send("The words are the same")
    rosa.go(f"{case}/terms")
    tick_and_send(rosa, "Accept these terms")
    rosa.go(f"{case}/agenda")
    assert rosa.page.locator("main table").count() > 0
    of_the_union = [title for room, _, title, _ in NOTES if room is Room.UNION]
    union.go(f"{case}/rooms/union")
    assert any(union.reads(title) for title in of_the_union)
    rosa.go(f"{case}/rooms/union")
    assert not any(rosa.reads(title) for title in of_the_union)

    # The facilitator is replaced on the path of the first.
    noor, farid = Person(sign_in("Noor van Rijn"), demo.url), people["Farid Lindqvist"]
    company.go(f"{case}/facilitator/propose")
    company.page.get_by_label("Noor van Rijn").check()
    company.send("Propose this person")
    noor.go(f"{case}/facilitator/declare")
    noor.send("Declare this", has="none")
    for lead in (company, union):
        lead.go(f"{case}/facilitator")
        lead.send(r"^\s*Accept")
    noor.go(f"{case}/terms")
    tick_and_send(noor, "Accept these terms")
    farid.go(f"{case}/facilitator/hand-over")
    farid.page.fill("main [name=words]", "Begin with the canteen.")
    farid.send(r"^\s*Hand over")
    farid.go(f"{case}/facilitator")
    farid.follow("Leave this seat")
    farid.page.locator("main form button").last.click()
    farid.page.wait_for_load_state()
    assert farid.page.goto(f"{demo.url}{case}").status == 404
    noor.go(f"{case}/rooms/facilitation")
    assert noor.reads("Begin with the canteen.")
