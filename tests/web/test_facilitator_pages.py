"""The pages of the facilitator: proposed, declared, and answered by each lead apart."""

from __future__ import annotations

from collections.abc import Callable

from dialogue.domain.people import Room, StaffRole
from dialogue.services import facilitators, notes
from dialogue.services.unit import Actor
from tests.builders import Table
from tests.web.client import Client
from tests.web.sitting import ANA, CLARA, FARID, LUC, MINA, sit


def at(table: Table, rest: str = "") -> str:
    return f"/cases/{table.case_id}/facilitator{rest}"


def propose(table: Table, person: Client) -> None:
    person.get(at(table, "/propose"))
    person.submit("Propose this person", {"who": str(table.facilitator.account_id)})


def test_from_the_list_to_the_seat(preparing: Table, browser: Callable[[], Client]) -> None:
    clara, farid, mina, ana = (sit(browser, who) for who in (CLARA, FARID, MINA, ANA))
    clara.get(at(preparing))
    clara.click("Propose a facilitator")
    page = clara.submit("Propose this person", status=422)
    assert "Choose whom you propose as facilitator." in page
    propose(preparing, clara)

    page = mina.get(at(preparing))
    assert "Has not declared interests yet" in page
    assert not page.offers("Accept for the company")
    assert page.offers("Decline")

    page = farid.get(at(preparing))
    assert "you read the request and nothing else" in page
    farid.click("Declare your interests")
    page = farid.submit("Declare this", {"has": "some"}, status=422)
    assert "Write what both parties should know." in page
    farid.submit("Declare this", {"has": "some", "interests": "I taught at the union's school in 2019."})

    page = mina.get(at(preparing))
    assert "I taught at the union's school in 2019." in page
    page = mina.submit("Accept for the company")
    assert "Accepted for your party." in page
    assert "The other party's answer is shown once both have answered." in page
    assert not page.offers("Accept for the company")

    page = ana.get(at(preparing))
    assert "Your party has accepted" not in page
    page = ana.submit("Accept for the union")
    assert "Accepted by both parties" in page
    assert "Accepted by both parties" in farid.get(at(preparing))


def test_no_interest_is_declared_in_words(preparing: Table, browser: Callable[[], Client]) -> None:
    propose(preparing, sit(browser, ANA))
    farid = sit(browser, FARID)
    farid.get(at(preparing, "/declare"))
    farid.submit("Declare this", {"has": "none"})

    assert "None." in sit(browser, LUC).get(at(preparing))


def test_a_no_gives_no_reason_and_names_nobody(preparing: Table, browser: Callable[[], Client]) -> None:
    propose(preparing, sit(browser, CLARA))
    mina, ana = sit(browser, MINA), sit(browser, ANA)
    ana.get(at(preparing))
    page = ana.submit("Decline")
    assert "Declined, without a reason." in page

    page = mina.get(at(preparing))
    assert "Not accepted by both parties: Farid Lindqvist. No reason was asked, and none is kept." in page
    assert page.link("Propose a facilitator")
    sit(browser, FARID).get(at(preparing), status=404)


def test_delegates_look_and_do_not_answer(preparing: Table, browser: Callable[[], Client]) -> None:
    propose(preparing, sit(browser, CLARA))
    page = sit(browser, LUC).get(at(preparing))

    assert "Both leads answer, each for itself." in page
    assert not page.offers("Decline")
    sit(browser, LUC).get(at(preparing, "/propose"), status=403)


def test_a_second_proposal_waits_for_the_first_answer(preparing: Table, browser: Callable[[], Client]) -> None:
    propose(preparing, sit(browser, CLARA))

    assert "Somebody is proposed, or sits, already." in sit(browser, MINA).get(at(preparing, "/propose"))


def another(table: Table) -> Actor:
    rosa = table.house.person(
        "Rosa Abe", "rosa@ilo.example", organisation="ILO", roles=frozenset({StaffRole.FACILITATOR})
    )
    table.house.list_staff(table.coordinator, rosa)
    return rosa


def test_a_facilitator_is_replaced_hands_over_and_leaves(table: Table, browser: Callable[[], Client]) -> None:
    rosa = another(table)
    farid, mina, ana, new = (sit(browser, who) for who in (FARID, MINA, ANA, "rosa@ilo.example"))
    farid.get(f"/cases/{table.case_id}/rooms/facilitation")
    with table.writing(table.facilitator) as work:
        notes.write(work, table.case_id, Room.FACILITATION, title="Mood", body="Ask about the canteen first.")

    page = mina.get(at(table))
    assert "If somebody else is to facilitate" in page
    page = mina.click("Propose a successor")
    assert "Farid Lindqvist sits as facilitator and stays until both leads have accepted a successor." in page
    mina.submit("Propose this person", {"who": str(rosa.account_id)})
    new.get(at(table, "/declare"))
    new.submit("Declare this", {"has": "none"})
    for lead, words in ((mina, "Accept for the company"), (ana, "Accept for the union")):
        lead.get(at(table))
        lead.submit(words)
    table.accept_terms(rosa)

    page = farid.get(at(table))
    assert "Hands over" in page
    page = farid.get(at(table, f"/{table.seats[table.facilitator.account_id]}/leave"))
    assert "1 note in the facilitators' room is open to this person alone." in page
    page = farid.submit("Leave this seat", status=422)
    assert "Tick that you give these notes up" in page

    farid.get(at(table, "/hand-over"))
    farid.submit("Hand over", {"words": "The union's lead prefers mornings."})
    page = farid.get(at(table, f"/{table.seats[table.facilitator.account_id]}/leave"))
    assert "Rosa Abe goes on as facilitator." in page
    assert "The facilitators' notes stay open to whoever goes on." in page
    farid.submit("Leave this seat")
    farid.get(at(table), status=404)

    room = new.get(f"/cases/{table.case_id}/rooms/facilitation")
    assert "Ask about the canteen first." in room
    assert "The union's lead prefers mornings." in room
    page = ana.get(at(table))
    assert "Sat here earlier" in page
    assert "What was written before" in ana.click("Who can open what was written before")


def test_a_lead_ends_the_seat_of_who_is_ill_and_is_told_what_is_lost(
    table: Table, browser: Callable[[], Client]
) -> None:
    rosa = another(table)
    with table.writing(table.facilitator) as work:
        notes.write(work, table.case_id, Room.FACILITATION, title="Mood", body="Ask about the canteen first.")
    ana = sit(browser, ANA)
    place = f"/{table.seats[table.facilitator.account_id]}/release"
    ana.get(at(table, place), status=422)
    with table.writing(table.coordinator) as work:
        row = facilitators.propose(work, table.case_id, rosa.account_id)
    with table.writing(rosa) as work:
        facilitators.declare(work, table.case_id, interests="None.")
    for lead in (table.company_lead, table.union_lead):
        with table.writing(lead) as work:
            facilitators.accept(work, table.case_id, row)

    ana.get(at(table))
    page = ana.click("End this seat")
    assert "nobody can ever read it again" in page
    ana.submit("End this seat", status=422)
    page = ana.submit("End this seat", {"gives_up": "y"})
    assert "The seat has ended." in page
    sit(browser, FARID).get(at(table), status=404)


def test_where_facilitation_was_not_asked_nobody_is_proposed(
    unfacilitated: Table, browser: Callable[[], Client]
) -> None:
    sit(browser, CLARA).get(at(unfacilitated, "/propose"), status=409)
