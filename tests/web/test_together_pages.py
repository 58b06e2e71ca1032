"""The pages of what both leads do together, and of what was written before somebody came."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dialogue.domain.acts import Act
from dialogue.domain.cases import CaseStatus
from dialogue.domain.jointacts import JOINT
from dialogue.domain.people import Party, Role, Room
from dialogue.services import cases, jointacts, notes
from dialogue.store.cases import find_case
from dialogue.web.meanings import MEANINGS
from tests.builders import PASSWORD, Table
from tests.on_the_table import admitted, agreed
from tests.web.client import Client

EMAILS = {
    "company_lead": "mina@brand.example",
    "union_lead": "ana@union.example",
    "union_delegate": "luc@union.example",
    "facilitator": "farid@ilo.example",
    "coordinator": "clara@ilo.example",
    "outsider": "otto@elsewhere.example",
}

Seat = Callable[[str], Client]


@pytest.fixture
def at(browser: Callable[[], Client], table: Table) -> Seat:
    """A browser of one of the people, signed in and in English."""

    def sit(who: str) -> Client:
        client = browser()
        client.sign_in(EMAILS.get(who, who), PASSWORD)
        if client.page is not None and client.page.language != "en":
            client.submit("English")
        return client

    return sit


def together(table: Table) -> str:
    return f"/cases/{table.case_id}/together"


def status(table: Table) -> CaseStatus:
    with table.reading(None) as work:
        case = find_case(work.session, table.case_id)
        assert case is not None
        return case.status


def test_what_a_joint_act_means_is_said_for_each_of_them() -> None:
    assert set(MEANINGS) == set(JOINT)


def test_a_lead_proposes_the_other_reads_what_it_means_and_says_yes(table: Table, at: Seat) -> None:
    mina, ana = at("company_lead"), at("union_lead")
    mina.get(together(table))
    page = mina.click("Suspend the dialogue")
    assert "Whoever can read something now can read it as before." in page
    assert "By proposing it you sign your party's yes." in page
    assert status(table) is CaseStatus.IN_DIALOGUE
    page = mina.submit("Propose it")
    assert "Waiting for the union's lead." in page
    assert not page.offers("Read what it means and answer")

    ana.get(together(table))
    page = ana.click("Read what it means and answer")
    assert "the joint room is not added to" in page
    assert "Yes for the company: Mina Brandt" in page
    assert status(table) is CaseStatus.IN_DIALOGUE
    page = ana.submit("Yes, for the union")
    assert "Both leads have said yes: it is done." in page
    assert "The dialogue is suspended." in page
    assert status(table) is CaseStatus.SUSPENDED
    assert "Resume the dialogue" in page


def test_a_facilitator_proposes_and_says_yes_for_nobody(table: Table, at: Seat) -> None:
    farid = at("facilitator")
    farid.get(together(table))
    page = farid.click("Conclude the dialogue")
    assert "Your proposal is nobody's yes." in page
    page = farid.submit("Propose it")
    assert "Waiting for the company's lead." in page
    assert "Waiting for the union's lead." in page

    ana = at("union_lead")
    ana.get(together(table))
    ana.click("Read what it means and answer")
    assert "Your party's yes is recorded." in ana.submit("Yes, for the union")
    assert status(table) is CaseStatus.IN_DIALOGUE


def test_the_other_lead_can_take_it_off(table: Table, at: Seat) -> None:
    with table.writing(table.company_lead) as work:
        jointacts.propose(work, table.case_id, Act.CASE_SUSPEND)
    ana = at("union_lead")
    ana.get(together(table))
    page = ana.submit("Not this: take it off")

    assert "It is taken off." in page
    assert "Nothing is proposed at the moment." in page
    assert "Taken off" in page


def test_a_delegate_sees_and_has_no_buttons(table: Table, at: Seat) -> None:
    with table.writing(table.company_lead) as work:
        joint = jointacts.propose(work, table.case_id, Act.CASE_SUSPEND)
    luc = at("union_delegate")
    page = luc.get(together(table))
    assert "Suspend the dialogue" in page
    for words in ("Read what it means and answer", "take it off", "Conclude the dialogue"):
        assert not page.offers(words)
    page = luc.get(f"{together(table)}/{joint}/confirm")
    assert not page.offers("Yes, for the union")
    luc.get(f"{together(table)}/propose?act=case:conclude", status=403)


@pytest.mark.parametrize(("who", "code"), [("coordinator", 403), ("outsider", 404)])
def test_it_is_closed_to_whoever_has_no_seat_at_the_table(table: Table, at: Seat, who: str, code: int) -> None:
    client = at(who)
    for address in ("", "/propose?act=case:suspend", "/history"):
        client.get(together(table) + address, status=code)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", 404),
        ("?act=nonsense", 404),
        ("?act=case:leave", 404),
        ("?act=case:resume", 409),
        ("?act=agenda:withdraw", 422),
        ("?act=history:grant&room=union", 422),
        ("?act=history:grant&room=nowhere", 404),
    ],
)
def test_what_cannot_be_proposed_has_no_page(table: Table, at: Seat, query: str, code: int) -> None:
    at("union_lead").get(f"{together(table)}/propose{query}", status=code)


def test_from_the_page_of_an_item_both_leads_withdraw_it(table: Table, at: Seat) -> None:
    item = admitted(table, "Night shifts")
    mina = at("company_lead")
    mina.get(f"/cases/{table.case_id}/agenda/{item}")
    page = mina.click("Propose to withdraw the item")
    assert "Withdraw an item: Night shifts" in page
    mina.submit("Propose it")

    ana = at("union_lead")
    page = ana.get(together(table))
    assert "Withdraw an item: Night shifts" in page
    ana.click("Read what it means and answer")
    ana.submit("Yes, for the union")
    assert "This item was withdrawn." in ana.get(f"/cases/{table.case_id}/agenda/{item}")


def test_from_the_page_of_an_agreed_item_both_leads_reopen_its_words(table: Table, at: Seat) -> None:
    item = agreed(table, "Night shifts")
    ana = at("union_lead")
    ana.get(f"/cases/{table.case_id}/agenda/{item}")
    ana.click("Propose to reopen the words")
    assert "Reopen the agreed words of an item: Night shifts" in ana.submit("Propose it")


def test_what_is_proposed_already_is_not_proposed_again(table: Table, at: Seat) -> None:
    mina, ana = at("company_lead"), at("union_lead")
    mina.get(f"{together(table)}/propose?act=case:suspend")
    ana.get(f"{together(table)}/propose?act=case:suspend")
    mina.submit("Propose it")

    page = ana.submit("Propose it")
    assert "This is proposed already, or done." in page
    assert page.offers("Read what it means and answer")
    assert status(table) is CaseStatus.IN_DIALOGUE


def test_a_proposal_from_before_is_told_to_be_out_of_date(table: Table, at: Seat) -> None:
    with table.writing(table.company_lead) as work:
        joint = jointacts.propose(work, table.case_id, Act.CASE_SUSPEND)
    ana = at("union_lead")
    ana.get(f"{together(table)}/{joint}/confirm")
    with table.writing(table.company_lead) as work:
        cases.leave(work, table.case_id)

    assert ana.submit("Yes, for the union", status=409).heading == "This is not possible now"
    assert "cannot be done any more" in ana.get(together(table))


# What was written before somebody came


def newcomer(table: Table) -> str:
    with table.writing(table.union_lead) as work:
        for room in (Room.UNION, Room.JOINT):
            notes.write(work, table.case_id, room, title="Earlier", body="Said before.")
    nora = table.house.person("Nora Ito", "nora@union.example")
    table.seat(nora, Party.UNION, Role.DELEGATE)
    table.accept_terms(nora)
    return "nora@union.example"


def test_a_lead_opens_the_past_of_its_own_room_with_one_button(table: Table, at: Seat) -> None:
    nora = at(newcomer(table))
    room = f"/cases/{table.case_id}/rooms/union"
    assert "Said before." not in nora.get(room)

    ana = at("union_lead")
    page = ana.get(f"{together(table)}/history")
    assert "Nora Ito" in page
    ana.submit("Open it to Nora Ito: Union's own room")
    assert "Said before." in nora.get(room)
    assert "Said before." not in nora.get(f"/cases/{table.case_id}/rooms/joint")


def test_both_leads_open_the_past_of_the_joint_room(table: Table, at: Seat) -> None:
    nora = at(newcomer(table))
    ana, mina = at("union_lead"), at("company_lead")
    ana.get(f"{together(table)}/history")
    page = ana.click("Propose to open it to Nora Ito: Joint room")
    assert "Nora Ito can read all that was written in the Joint room before" in page
    ana.submit("Propose it")
    mina.get(together(table))
    mina.click("Read what it means and answer")
    mina.submit("Yes, for the company")

    assert "Said before." in nora.get(f"/cases/{table.case_id}/rooms/joint")


def test_nobody_opens_what_is_not_his_to_open(table: Table, at: Seat) -> None:
    newcomer(table)
    page = at("union_delegate").get(f"{together(table)}/history")
    assert "Not yours to open" in page
    page = at("company_lead").get(f"{together(table)}/history")
    assert "Union's own room" not in page.text.partition("Who reads a room")[2]


def test_both_leads_change_the_support_and_the_pages_follow(table: Table, at: Seat) -> None:
    mina, ana = at("company_lead"), at("union_lead")
    assert "Company caucus" in mina.get(f"/cases/{table.case_id}")
    mina.get(together(table))
    mina.click("Change the support asked of the ILO")
    page = mina.submit("Propose it", status=422)
    assert "Choose another." in page
    page = mina.submit(
        "Propose it", {"support-facilitation": [], "support-technical_input": [], "support-neutral_ground": "y"}
    )
    assert "Change the support asked of the ILO: Neutral ground" in page
    ana.get(together(table))
    page = ana.click("Read what it means and answer")
    assert "Without facilitation no facilitator sits here any more" in page
    ana.submit("Yes, for the union")

    page = mina.get(f"/cases/{table.case_id}")
    assert "Company caucus" not in page
    assert "Farid Lindqvist" not in mina.get(f"/cases/{table.case_id}/people")
    at("facilitator").get(f"/cases/{table.case_id}", status=404)
