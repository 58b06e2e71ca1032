"""The pages of a case: the list, opening one, its overview, its private name, and the ways out."""

from __future__ import annotations

import re
from collections.abc import Callable

from dialogue.domain.acts import Act
from dialogue.services import jointacts
from dialogue.store.cases import find_case
from tests.builders import Table
from tests.on_the_table import admitted, word
from tests.web.client import Client
from tests.web.sitting import ANA, CLARA, LUC, MINA, OTTO, PIET, sit


def test_whoever_has_no_dialogue_is_told_how_to_begin(gathered: Table, browser: Callable[[], Client]) -> None:
    otto = sit(browser, OTTO)

    page = otto.get("/")

    assert "Nothing is waiting for you." in page
    assert "You have no dialogue yet" in page
    assert page.offers("Open a draft")


def test_a_draft_is_opened_for_a_company_and_shows_the_next_three_steps(
    gathered: Table, browser: Callable[[], Client]
) -> None:
    mina = sit(browser, MINA)
    mina.get("/")
    mina.click("Open a draft")

    page = mina.submit(
        "Open the draft", {"kind": "brand", "organisation": "Northfield Apparel", "function": "Head of sourcing"}
    )

    assert page.heading == "Overview"
    assert "you sit with the company, as lead" in page
    assert "Nobody but you can see that it exists" in page
    assert page.offers("Write the request")
    assert page.offers("Invite the other party's lead")


def test_the_menu_says_how_much_waits_and_the_list_leads_there(drafted: Table, browser: Callable[[], Client]) -> None:
    mina = sit(browser, MINA)

    page = mina.get("/")

    assert "Waiting for me (1)" in page
    assert mina.click("Endorse the joint request").heading == "Endorse the joint request"
    assert mina.submit("Endorse version 2").offers("Waiting for me")
    assert "Waiting for me (" not in mina.get("/")


def test_an_empty_form_says_what_to_enter(gathered: Table, browser: Callable[[], Client]) -> None:
    mina = sit(browser, MINA)

    page = mina.post("/cases/open", {}, status=422)

    assert "Choose for whom you speak." in page
    assert "Enter the name of your organisation." in page
    assert "Enter your function." in page


def test_the_ilo_opens_no_case(gathered: Table, browser: Callable[[], Client]) -> None:
    clara = sit(browser, CLARA)

    assert not clara.get("/").offers("Open a draft")
    clara.get("/cases/open", status=404)


def test_a_stranger_finds_nothing_at_any_address_of_a_case(table: Table, browser: Callable[[], Client]) -> None:
    otto = sit(browser, OTTO)
    case = f"/cases/{table.case_id}"

    for rest in ("", "/label", "/leave", "/withdraw", "/request", "/request/edit", "/people", "/people/add"):
        otto.get(case + rest, status=404)


def test_a_lead_in_dialogue_sees_rooms_people_and_the_way_out(table: Table, browser: Callable[[], Client]) -> None:
    mina = sit(browser, MINA)

    page = mina.get(f"/cases/{table.case_id}")

    assert "Confidential. Without prejudice. Not for use in any binding procedure." in page
    assert "2 people sit at the table" in page
    assert "All have accepted the terms" in page
    assert "Ana Rojas" in page
    assert page.offers("Company's own room")
    assert not page.offers("Union's own room")
    assert page.offers("Leave the dialogue")


def test_the_desk_is_not_told_how_many_positions_there_are(table: Table, browser: Callable[[], Client]) -> None:
    word(table, table.company_lead, admitted(table))
    clara, luc = sit(browser, CLARA), sit(browser, LUC)
    assert "Record the party's position on an item" in luc.get(f"/cases/{table.case_id}")

    page = clara.get(f"/cases/{table.case_id}")

    assert "position" not in page.text.lower()
    assert not page.offers("Agenda")
    assert not page.offers("Joint room")


def test_a_name_of_ones_own_is_seen_by_nobody_else(table: Table, browser: Callable[[], Client]) -> None:
    mina, piet = sit(browser, MINA), sit(browser, PIET)

    page = mina.post(f"/cases/{table.case_id}/label", {"words": "Sewing hall"}, form="Keep it")

    assert "Sewing hall" in page
    assert "Sewing hall" in mina.get("/cases")
    assert "Sewing hall" not in piet.get(f"/cases/{table.case_id}").html
    assert "Sewing hall" not in mina.post(f"/cases/{table.case_id}/label", {"words": ""}, form="Keep it").html


def test_leaving_is_explained_before_it_is_done_and_called_an_end(table: Table, browser: Callable[[], Client]) -> None:
    mina, piet = sit(browser, MINA), sit(browser, PIET)
    case = f"/cases/{table.case_id}"

    page = mina.get(f"{case}/leave")
    assert "It is kept for 12 months, as the terms say." in page
    assert not re.search("fail|abandon", page.text, re.I)
    with table.reading(table.company_lead) as work:
        assert find_case(work.session, table.case_id).status == "in_dialogue"  # type: ignore[union-attr]

    mina.submit("End the dialogue now")

    assert "The dialogue has ended." in piet.get(case)
    assert not re.search("fail|abandon", mina.get(case).text, re.I)
    mina.get(f"{case}/leave", status=409)


def test_a_delegate_cannot_end_the_dialogue(table: Table, browser: Callable[[], Client]) -> None:
    piet = sit(browser, PIET)

    assert not piet.get(f"/cases/{table.case_id}").offers("Leave the dialogue")
    piet.get(f"/cases/{table.case_id}/leave", status=403)


def test_taking_a_request_back_says_that_it_is_destroyed(requested: Table, browser: Callable[[], Client]) -> None:
    mina = sit(browser, MINA)

    page = mina.get(f"/cases/{requested.case_id}/leave")
    assert page.heading == "Take the request back"
    assert "is destroyed at once" in page
    mina.submit("Take the request back now")

    mina.get(f"/cases/{requested.case_id}", status=404)


def test_whoever_began_takes_back_and_whoever_was_invited_declines(
    drafted: Table, browser: Callable[[], Client]
) -> None:
    case = f"/cases/{drafted.case_id}"
    mina, ana = sit(browser, MINA), sit(browser, ANA)
    assert mina.get(case).offers("Take the invitation back")
    assert not mina.get(case).offers("Decline the invitation")
    assert ana.get(case).offers("Decline the invitation")
    assert not ana.get(case).offers("Take the invitation back")
    ana.post(f"{case}/decline", form="/decline")

    assert "destroyed" in ana.page  # type: ignore[operator]
    mina.get(f"{case}/withdraw", status=404)


def test_what_is_taken_back_is_gone_for_both(drafted: Table, browser: Callable[[], Client]) -> None:
    case = f"/cases/{drafted.case_id}"
    mina, ana = sit(browser, MINA), sit(browser, ANA)
    mina.get(f"{case}/withdraw")
    mina.submit("Take it back and destroy it")

    mina.get(case, status=404)
    ana.get(case, status=404)
    assert "You have no dialogue yet" in ana.get("/")


def test_the_initiator_learns_that_the_invitation_was_declined_and_no_more(
    drafted: Table, browser: Callable[[], Client]
) -> None:
    case = f"/cases/{drafted.case_id}"
    ana, mina = sit(browser, ANA), sit(browser, MINA)
    ana.post(f"{case}/decline", form="/decline")

    page = mina.get("/cases")

    assert "The invitation was declined." in page
    assert "Ana" not in page.text
    mina.get(case, status=404)
    assert "declined" not in ana.get("/cases").text


def test_either_lead_goes_back_from_concluding(table: Table, browser: Callable[[], Client]) -> None:
    with table.writing(table.company_lead) as work:
        act = jointacts.propose(work, table.case_id, Act.CASE_CONCLUDE)
    with table.writing(table.union_lead) as work:
        jointacts.confirm(work, table.case_id, act)
    mina = sit(browser, MINA)
    mina.get(f"/cases/{table.case_id}")
    mina.click("Go back to the dialogue")

    page = mina.submit("Go back to the dialogue")

    assert "The dialogue goes on where it was." in page
