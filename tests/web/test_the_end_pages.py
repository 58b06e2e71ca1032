"""Leaving during sign-off, as three people live it; and the pages that say what an end means before it comes."""

from __future__ import annotations

from collections.abc import Callable

from dialogue.domain.acts import Act
from dialogue.domain.people import Room
from dialogue.services import cases, jointacts, notes, outcomes
from tests.builders import Table
from tests.on_the_table import admitted, agreed, conclude
from tests.web.client import Client
from tests.web.sitting import ANA, FARID, LUC, MINA, sit

Browser = Callable[[], Client]


def test_a_party_leaves_during_sign_off(table: Table, browser: Browser) -> None:
    agreed(table, "Night shifts")
    admitted(table, "Wages")
    with table.writing(table.union_lead) as work:
        notes.write(work, table.case_id, Room.UNION, title="Our floor", body="Two per cent.")
    conclude(table)
    case = f"/cases/{table.case_id}"

    farid = sit(browser, FARID)
    farid.get(f"{case}/outcome/assemble")
    farid.submit("Assemble the record")

    mina = sit(browser, MINA)
    mina.get(f"{case}/outcome")
    mina.click("Open the record")
    page = mina.click("Sign this record")
    assert "the dialogue is kept as one with partial consensus" in page
    assert "Whoever can read something now can read it as before" in page
    assert "Nothing is destroyed before both leads have closed the dialogue" in page
    page = mina.submit("Sign for the company", {"read": "y"})
    assert "Waiting for signatures" in page

    ana = sit(browser, ANA)
    ana.get(case)
    page = ana.click("Leave the dialogue")
    assert "An outcome record that both leads have not signed is no agreement." in page
    assert "What your side wrote in its own room stays your side's" in page
    assert "It is kept for 12 months, as the terms say." in page
    page = ana.submit("End the dialogue now")
    assert "Your side has left. The dialogue has ended; no reason is asked or given." in page

    page = mina.get(f"{case}/outcome")
    assert "Not signed by both" in page
    assert "The dialogue ended before both leads had signed. This is no agreement." in page
    assert "The union has not signed." in page
    page = mina.click("Open the record")
    assert "it cannot be signed any more" in page
    assert not page.offers("Sign this record")
    assert not mina.get(case).offers("Leave the dialogue")
    assert "The dialogue has ended." in mina.get(case)
    page = mina.get(f"{case}/rooms/joint")
    assert "Nothing can be written here at the moment." in page
    mina.get(f"{case}/rooms/union", status=404)
    page = sit(browser, LUC).get(f"{case}/rooms/union")
    assert "Our floor" in page
    assert page.offers("Put the note into the room")
    for words in ("failed", "abandoned"):
        assert words not in mina.get(case).text.lower()

    page = ana.get(case)
    page = ana.click("Open a draft that names this dialogue")
    assert "The new dialogue names the former one" in page
    page = ana.submit(
        "Open the draft", {"kind": "brand", "organisation": "Sindicato Textil", "function": "Lead"}, status=422
    )
    assert "Choose the side on which you sat in the dialogue that this one follows." in page
    page = ana.submit("Open the draft", {"kind": "union"})
    assert "Follows the dialogue" in page


def test_a_suspension_says_what_it_means_before_it_is_confirmed(table: Table, browser: Browser) -> None:
    with table.writing(table.company_lead) as work:
        joint = jointacts.propose(work, table.case_id, Act.CASE_SUSPEND)
    ana = sit(browser, ANA)

    page = ana.get(f"/cases/{table.case_id}/together/{joint}/confirm")
    assert "The agenda rests: no item, wording or position changes, and the joint room is not added to." in page
    assert "Whoever can read something now can read it as before." in page
    assert "Nothing can be released from a private room until then" in page
    ana.submit("Yes, for the union")

    page = ana.get(f"/cases/{table.case_id}")
    assert "The dialogue is suspended." in page
    page = ana.get(f"/cases/{table.case_id}/together")
    page = ana.click("Resume the dialogue")
    assert "The joint room can be written in again." in page


def test_no_consensus_is_told_before_both_complete(table: Table, browser: Browser) -> None:
    conclude(table)
    ana = sit(browser, ANA)

    ana.get(f"/cases/{table.case_id}/together")
    page = ana.click("Complete the dialogue without an outcome record")

    assert "kept as one without consensus" in page
    assert "Wordings and positions bind nobody." in page
    assert "Nothing is destroyed before both leads have closed the dialogue" in page
    assert "It cannot be undone." in page


def test_a_record_without_items_says_that_it_holds_no_agreement(table: Table, browser: Browser) -> None:
    admitted(table, "Wages")
    conclude(table)
    with table.writing(table.company_lead) as work:
        outcome_id = outcomes.assemble(work, table.case_id, item_ids=(), language="en")

    page = sit(browser, MINA).get(f"/cases/{table.case_id}/outcome/{outcome_id}/sign")

    assert "It holds no agreed item: the dialogue is kept as one without consensus." in page


def test_leaving_outside_sign_off_says_that_there_is_no_record(table: Table, browser: Browser) -> None:
    page = sit(browser, ANA).get(f"/cases/{table.case_id}/leave")

    assert "no agreement can be read into the positions" in page
    assert "writes nothing new in the caucuses" in page
    with table.writing(table.company_lead) as work:
        cases.leave(work, table.case_id)
