"""The pages of technical input: proposed by one lead, put by both, answered to both at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dialogue.domain.people import StaffRole
from dialogue.services.unit import Actor
from tests.builders import Table
from tests.web.client import Client
from tests.web.sitting import ANA, CLARA, LUC, MINA, sit

EDDA = "edda@ilo.example"
WORDS = "Which rest periods does Convention No. 171 ask for?"
ANSWER = "Eleven hours; see its Article 3."


@pytest.fixture
def edda(table: Table) -> Actor:
    person = table.house.person("Edda Moor", EDDA, organisation="ILO", roles=frozenset({StaffRole.EXPERT}))
    table.house.list_staff(table.coordinator, person)
    return person


def at(table: Table, rest: str = "") -> str:
    return f"/cases/{table.case_id}/input{rest}"


def test_from_the_suggestion_to_the_answer(table: Table, edda: Actor, browser: Callable[[], Client]) -> None:
    clara, mina, ana, expert = (sit(browser, who) for who in (CLARA, MINA, ANA, EDDA))
    clara.get(f"/cases/{table.case_id}/people")
    clara.click("Suggest an expert")
    page = clara.submit("Suggest this person", {"who": str(edda.account_id)})
    assert "Suggested by the ILO's desk" in page
    clara.get(at(table), status=404)
    expert.get(f"/cases/{table.case_id}", status=404)

    mina.get(f"/cases/{table.case_id}")
    mina.click("At the table")
    mina.click("Technical input")
    page = mina.click("Propose a question")
    assert "suggested by the ILO's desk" in page
    page = mina.submit("Propose this question", status=422)
    assert "Write the question." in page
    asked = {"text": WORDS, "who": str(edda.account_id), "last_day": "2001-01-01"}
    assert "that is still to come" in mina.submit("Propose this question", asked, status=422)
    page = mina.submit("Propose this question", {**asked, "last_day": "2031-01-01"})
    assert WORDS in page
    assert not page.offers("Put this question together")
    expert.get(f"/cases/{table.case_id}", status=404)

    assert "Put the question to the expert together" in ana.get(f"/cases/{table.case_id}")
    page = ana.get(at(table))
    assert "Who can read this: both parties, the facilitator and the expert." in page
    ana.submit("Put this question together")

    expert.get(f"/cases/{table.case_id}")
    expert.get(f"/cases/{table.case_id}/people", status=403)
    table.accept_terms(edda)
    assert "The question opens as soon as somebody of the parties" in expert.get(at(table))
    ana.get(at(table))
    page = expert.get(at(table))
    assert WORDS in page
    expert.click("Answer")
    assert "Write the answer." in expert.submit("Answer both parties", status=422)
    page = expert.submit("Answer both parties", {"text": ANSWER})
    assert "Both parties have your answer." in page
    expert.get(at(table), status=404)

    for reader in (mina, ana, sit(browser, LUC)):
        page = reader.get(at(table))
        assert ANSWER in page
        assert "Technical input of Edda Moor" in page


def test_a_question_is_taken_back(table: Table, edda: Actor, browser: Callable[[], Client]) -> None:
    mina, ana = sit(browser, MINA), sit(browser, ANA)
    mina.get(at(table, "/propose"))
    mina.submit("Propose this question", {"text": WORDS, "who": str(edda.account_id), "last_day": "2031-01-01"})
    ana.get(at(table))
    page = ana.submit("Take the question back")
    assert "Taken back" in page
    assert not page.offers("Put this question together")
    page = sit(browser, LUC).get(at(table))
    assert "Propose a question" not in page


def test_what_was_typed_waits_as_a_draft(table: Table, edda: Actor, browser: Callable[[], Client]) -> None:
    mina = sit(browser, MINA)
    mina.get(at(table, "/propose"))
    mina.submit("Keep as a draft", {"text": WORDS})

    assert WORDS in mina.get(at(table, "/propose")).html
