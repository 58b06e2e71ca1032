"""Pages on which seats change: deputies, the next lead, longer seats, questions about people, keys, attendants."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from dialogue.domain.people import Party, Role
from dialogue.services import identity, participants
from dialogue.services.unit import Actor
from dialogue.store.accounts import find_account
from tests.builders import Table
from tests.web.client import Client
from tests.web.sitting import ANA, CLARA, LUC, MINA, PIET, sit

DORA = "dora@union.example"


@pytest.fixture
def dora(table: Table) -> Actor:
    """The union's deputy, accepted by the company."""
    person = table.house.person("Dora Lim", DORA, organisation="Sindicato Textil")
    table.seat(person, Party.UNION, Role.DEPUTY)
    table.accept_terms(person)
    return person


def people(table: Table, rest: str = "") -> str:
    return f"/cases/{table.case_id}/people{rest}"


def propose(table: Table, person: Client, status: int = 200) -> None:
    person.get(f"/cases/{table.case_id}/agenda/propose")
    person.submit("Propose the item", {"title": "Night shifts"}, status=status)


def test_a_deputy_is_let_act_and_says_when_the_lead_is_away(
    table: Table, dora: Actor, browser: Callable[[], Client]
) -> None:
    ana, deputy = sit(browser, ANA), sit(browser, DORA)
    assert "acts beside the lead" in ana.get(people(table))
    assert "acts while the lead is away" in ana.submit("Let act only while I am away")
    propose(table, deputy, status=403)

    deputy.get(people(table))
    assert "You act for your lead now." in deputy.submit("My lead is away: I act")
    propose(table, deputy)
    assert not sit(browser, MINA).get(people(table)).offers("Let act only while I am away")


def test_a_lead_names_the_next_one(table: Table, dora: Actor, browser: Callable[[], Client]) -> None:
    ana = sit(browser, ANA)
    ana.get(people(table))
    page = ana.click("Make lead: Dora Lim")
    assert "The other side has accepted this key already" in page
    page = ana.submit("Make this person the lead")
    assert "The seat of the lead has changed hands" in page
    assert "you sit with the union, as delegate" in page
    assert "you sit with the union, as lead" in sit(browser, DORA).get(people(table))


def test_a_deputy_becomes_the_lead(table: Table, dora: Actor, browser: Callable[[], Client]) -> None:
    deputy = sit(browser, DORA)
    deputy.get(people(table))
    assert "Do this only when your lead does not come back." in deputy.click("Become the lead: Dora Lim")
    assert "you sit with the union, as lead" in deputy.submit("Become the lead")
    sit(browser, LUC).get(people(table, f"/{table.seats[dora.account_id]}/succeed"), status=403)


def test_an_adviser_whose_time_is_over_is_shown_so_and_can_be_given_more(
    table: Table, browser: Callable[[], Client]
) -> None:
    ida = table.house.person("Ida Funk", "ida@law.example")
    table.seat(ida, Party.UNION, Role.ADVISER, until=table.house.now + timedelta(hours=1))
    table.house.tick(timedelta(hours=2))
    ana = sit(browser, ANA)
    assert "Seat ended" in ana.get(people(table))
    ana.click("Later last day: Ida Funk")
    assert "later than the present one" in ana.submit("Sign the longer seat", {"until": "2020-01-01"}, status=422)
    page = ana.submit("Sign the longer seat", {"until": "2031-01-01"})
    assert "The longer seat stands once the other side has accepted it." in page
    assert "Seat ended" not in page


def test_the_other_side_asks_and_a_question_goes_back(table: Table, browser: Callable[[], Client]) -> None:
    nora = table.house.person("Nora Ito", "nora@union.example")
    table.seat(nora, Party.UNION, accepted=False)
    mina, ana = sit(browser, MINA), sit(browser, ANA)
    mina.get(people(table))
    mina.click("Ask about Nora Ito")
    assert "Write what you wish to know." in mina.submit("Ask the other lead", status=422)
    page = mina.submit("Ask the other lead", {"words": "Does she still work in the plant?"})
    assert "The other lead has not answered yet." in page

    assert "Answer what the other side asks about a person" in ana.get(f"/cases/{table.case_id}")
    ana.get(people(table))
    ana.click("Answer about Nora Ito")
    assert "Write an answer." in ana.submit("Answer", status=422)
    ana.submit("Answer", {"words": "Since 2011."})

    assert "Since 2011." in mina.get(people(table, f"/{table.seats[nora.account_id]}/ask"))
    for other in (LUC, CLARA, PIET):
        sit(browser, other).get(people(table, f"/{table.seats[nora.account_id]}/ask"), status=404)


def test_a_side_down_to_one_holder_is_told_at_every_step_and_types_the_code(
    table: Table, browser: Callable[[], Client]
) -> None:
    with table.writing(table.union_lead) as work:
        participants.remove(work, table.case_id, table.seats[table.union_delegate.account_id])
    with table.writing(None) as work:
        account = find_account(work.session, table.union_lead.account_id)
        assert account is not None
        code = identity.lock_with_recovery(account, table.union_lead.bundle)
        account.recovery_confirmed_at = work.now
    ana = sit(browser, ANA)
    for page in ("", "/people", "/agenda", "/together"):
        assert "One person alone holds your side's keys since somebody has left." in ana.get(
            f"/cases/{table.case_id}{page}"
        )
    propose(table, ana, status=409)

    ana.get(people(table))
    ana.click("Type the recovery code")
    assert "This is not a complete recovery code." in ana.submit(
        "The code is at hand: go on", {"recovery_code": "nonsense"}, status=422
    )
    page = ana.submit("The code is at hand: go on", {"recovery_code": "-".join(code.groups)})
    assert "Your side goes on" in page
    assert "since somebody has left" not in page
    assert "List a deputy, so that there are two." in page
    propose(table, ana)


def test_an_interpreter_is_entered_and_ends(table: Table, browser: Callable[[], Client]) -> None:
    ana = sit(browser, ANA)
    ana.get(people(table))
    ana.click("Interpreters and observers")
    ana.click("Enter somebody")
    told = {"kind": "interpreter", "name": "Ines Prado", "meetings": "All in Geneva", "undertaken_on": "2031-01-01"}
    assert "It cannot lie ahead." in ana.submit("Enter this person", told, status=422)
    assert "Ines Prado" in ana.submit("Enter this person", {**told, "undertaken_on": "2026-01-05"})

    page = sit(browser, CLARA).get(f"/cases/{table.case_id}/attendants")
    assert "Undertaking signed on 5 January 2026." in page
    assert not sit(browser, MINA).get(f"/cases/{table.case_id}/attendants").offers("End Ines Prado")
    ana.get(f"/cases/{table.case_id}/attendants")
    assert "The entry stays." in ana.submit("End Ines Prado")


def test_a_deputy_is_listed_to_act_only_when_the_lead_is_away(table: Table, browser: Callable[[], Client]) -> None:
    ana = sit(browser, ANA)
    ana.get(people(table, "/add"))
    person = {"name": "Dora Lim", "function": "Secretary", "email": DORA, "role": "deputy", "stands_in": "away"}
    assert "acts while the lead is away" in ana.submit("List this person", person)
