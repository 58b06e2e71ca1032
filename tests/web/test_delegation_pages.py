"""From an empty draft to a request that stands before the ILO: who is listed, who joins, who confirms whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

from dialogue.domain.people import Party
from dialogue.services import cases, participants
from tests.builders import Table
from tests.web.client import Client, Page
from tests.web.sitting import ANA, LUC, MINA, PIET, link_to, links_to, sit

INVITED = {
    "name": "Ana Rojas",
    "function": "General secretary",
    "email": ANA,
    "organisation": "Sindicato Textil",
    "kind": "union",
}


def words_on(page: Page) -> list[str]:
    return re.findall(r'app-comparison__word">([^<]+)<', page.html)


def people(table: Table) -> str:
    return f"/cases/{table.case_id}/people"


def open_a_draft(table: Table, mina: Client) -> str:
    """Mina opens a draft, writes it and invites Ana; gives the address of the case."""
    mina.get("/cases/open")
    page = mina.submit(
        "Open the draft", {"kind": "brand", "organisation": "Northfield Apparel", "function": "Head of sourcing"}
    )
    table.case_id = UUID(page.url.rsplit("/", 1)[1])
    mina.click("Write the request")
    mina.submit("Save as version 1", {"issues": "Working time.", "support-facilitation": "y"})
    mina.get(page.url)
    mina.click("Invite the other party's lead")
    mina.submit("Send the invitation", INVITED)
    return page.url


def take_the_place(table: Table, person: Client, address: str) -> None:
    person.get(link_to(table.house, address))
    person.submit("Take the place with this account")


def test_two_leads_come_from_an_empty_draft_to_a_request_that_both_endorse(
    gathered: Table, browser: Callable[[], Client]
) -> None:
    mina, ana = sit(browser, MINA), sit(browser, ANA)
    case = open_a_draft(gathered, mina)
    assert "The invitation has not been opened yet." in mina.get(f"{case}/people")

    take_the_place(gathered, ana, ANA)
    page = ana.get(case)
    assert "Your seat does not stand yet" in page
    assert "Mina Brandt has to confirm that it is really you who sits here." in page
    ana.get(f"{case}/request", status=403)
    ana.get(case)
    hers = words_on(ana.click("Show the words to compare with Mina Brandt"))
    assert not ana.page.offers("The words are the same")  # type: ignore[union-attr]

    assert "Compare words and confirm: Ana Rojas" in mina.get(case)
    page = mina.click("Compare words and confirm: Ana Rojas")
    assert words_on(page) == hers
    assert len(hers) >= 8
    mina.submit("The words are the same: confirm")

    page = ana.get(case)
    assert "Working time." in ana.get(f"{case}/request")
    ana.get(case)
    ana.click("Compare words and accept: Mina Brandt")
    ana.submit("The words are the same: accept")
    for lead in (mina, ana):
        lead.get(case)
        lead.click("Endorse the joint request")
        lead.submit("Endorse version")

    assert "Requested" in ana.get(case)
    assert "The ILO's desk looks at it and answers both of them at once." in mina.get(case)


def test_each_side_sees_names_of_the_other_and_addresses_of_its_own(
    requested: Table, browser: Callable[[], Client]
) -> None:
    page = sit(browser, MINA).get(people(requested))

    assert "Luc Mensah" in page
    assert "Sindicato Textil (Union)" in page
    assert PIET in page.html
    assert LUC not in page.html
    assert ANA not in page.html


def test_an_adviser_needs_a_last_day_that_is_still_to_come(drafted: Table, browser: Callable[[], Client]) -> None:
    mina = sit(browser, MINA)
    adviser = {"name": "Ruth Adler", "function": "Lawyer", "email": "ruth@law.example", "role": "adviser"}

    page = mina.post(f"{people(drafted)}/add", adviser, status=422)
    assert "Enter the last day of the adviser's seat." in page
    page = mina.post(f"{people(drafted)}/add", {**adviser, "until": "2020-01-01"}, status=422)
    assert "Choose a last day that is still to come." in page
    assert page.form("List this person").fields["name"] == ["Ruth Adler"]
    page = mina.post(f"{people(drafted)}/add", {**adviser, "until": "2031-03-31"})

    assert "Ruth Adler" in page
    assert "until 31 March 2031" in page


def test_a_delegates_seat_has_no_end_even_if_a_day_was_typed(drafted: Table, browser: Callable[[], Client]) -> None:
    mina = sit(browser, MINA)
    fields = {"name": "Jo Lang", "function": "Buyer", "email": "jo@brand.example", "role": "delegate"}

    mina.post(f"{people(drafted)}/add", {**fields, "until": "2031-03-31"})

    with drafted.reading(drafted.company_lead) as work:
        listed = participants.index(work, drafted.case_id).of(Party.COMPANY)
    assert [person.until for person in listed] == [None, None]


def test_what_is_no_address_is_said_beside_the_field(drafted: Table, browser: Callable[[], Client]) -> None:
    mina = sit(browser, MINA)
    fields = {"name": "Jo Lang", "function": "Buyer", "email": "jo at brand", "role": "delegate"}

    page = mina.post(f"{people(drafted)}/add", fields, status=422)

    assert "Enter an e-mail address in the form name@example.org." in page
    assert page.form("List this person").fields["email"] == ["jo at brand"]


def test_a_second_organisation_stands_on_ones_own_side_and_can_be_chosen(
    drafted: Table, browser: Callable[[], Client]
) -> None:
    mina = sit(browser, MINA)
    page = mina.post(f"{people(drafted)}/organisation", {"name": "Delta Sewing", "kind": "supplier"})
    assert "Delta Sewing (Supplier)" in page

    mina.get(f"{people(drafted)}/add")
    with drafted.reading(drafted.company_lead) as work:
        delta = next(str(row) for row, _p, _k, name in cases.organisations(work, drafted.case_id) if name[0] == "D")
    fields = {"name": "Jo Lang", "function": "Owner", "email": "jo@delta.example", "role": "deputy"}
    page = mina.submit("List this person", {**fields, "organisation": delta})

    assert "OwnerDelta Sewing" in page


def test_a_union_takes_no_brand_on_its_side(drafted: Table, browser: Callable[[], Client]) -> None:
    ana = sit(browser, ANA)

    page = ana.get(f"{people(drafted)}/organisation")

    assert page.form("Add it").choices["kind"] == ["union", "federation"]


def test_a_new_invitation_closes_the_link_of_the_one_before(gathered: Table, browser: Callable[[], Client]) -> None:
    mina, ana = sit(browser, MINA), sit(browser, ANA)
    open_a_draft(gathered, mina)
    mina.get(people(gathered))
    page = mina.click("Send the invitation again")
    assert page.form("Send a new invitation").fields["email"] == [""]

    mina.submit("Send a new invitation", {"email": ANA})

    newest, first = links_to(gathered.house, ANA)
    ana.get(first, status=410)
    ana.get(newest)


def test_a_wrong_address_is_corrected_and_the_wrong_mailbox_gets_no_place(
    gathered: Table, browser: Callable[[], Client]
) -> None:
    mina, ana, stranger = sit(browser, MINA), sit(browser, ANA), browser()
    wrongly = INVITED | {"email": "ana@elsewhere.example"}
    mina.get("/cases/open")
    page = mina.submit("Open the draft", {"kind": "brand", "organisation": "Northfield", "function": "Buyer"})
    gathered.case_id = UUID(page.url.rsplit("/", 1)[1])
    mina.click("Invite the other party's lead")
    mina.submit("Send the invitation", wrongly)
    mina.get(people(gathered))
    mina.click("Send the invitation again")
    mina.submit("Send a new invitation", {"email": ANA})

    stranger.get(link_to(gathered.house, "ana@elsewhere.example"), status=410)
    take_the_place(gathered, ana, ANA)


def test_a_side_with_one_holder_is_told_what_that_means(drafted: Table, browser: Callable[[], Client]) -> None:
    mina = sit(browser, MINA)

    assert "Your side has one holder of its keys." in mina.get(people(drafted))
    assert "A deputy is a second holder of the keys." in mina.get(f"/cases/{drafted.case_id}")
    drafted.seat(drafted.company_delegate, Party.COMPANY)
    assert "Your side has one holder of its keys." not in mina.get(people(drafted))


def test_somebody_removed_is_out_at_once_and_the_page_said_so(requested: Table, browser: Callable[[], Client]) -> None:
    mina, piet = sit(browser, MINA), sit(browser, PIET)
    piet.get(f"/cases/{requested.case_id}")
    mina.get(people(requested))
    page = mina.click("Remove Piet Vos")
    assert "every session of this person ends at once" in page
    assert "a single person of your side holds its keys" in page

    page = mina.submit("Remove")

    assert "Piet Vos" not in page.form("Sign out").action
    assert "Piet Vos" not in page.text
    page = piet.get(f"/cases/{requested.case_id}")
    assert page.heading == "Sign in"
    sit(browser, PIET).get(f"/cases/{requested.case_id}", status=404)


def test_nobody_removes_people_of_the_other_side(requested: Table, browser: Callable[[], Client]) -> None:
    mina = sit(browser, MINA)
    theirs = requested.seats[requested.union_delegate.account_id]

    assert not mina.get(people(requested)).offers("Remove Luc Mensah")
    mina.get(f"{people(requested)}/{theirs}/remove", status=404)


def test_an_acceptance_for_another_key_than_the_one_shown_is_not_taken(
    drafted: Table, browser: Callable[[], Client]
) -> None:
    drafted.seat(drafted.company_delegate, Party.COMPANY, accepted=False)
    ana = sit(browser, ANA)
    place = drafted.seats[drafted.company_delegate.account_id]
    ana.get(f"{people(drafted)}/{place}/compare")

    page = ana.submit("The words are the same: accept", {"fingerprint": "00" * 32}, status=409)

    assert "This person's key is another one by now." in page
    with drafted.reading(drafted.union_lead) as work:
        piet = next(p for p in participants.index(work, drafted.case_id).people if p.name == "Piet Vos")
    assert piet.state == "stated"


def test_a_delegate_compares_words_with_both_leads_and_presses_nothing(
    drafted: Table, browser: Callable[[], Client]
) -> None:
    drafted.seat(drafted.company_delegate, Party.COMPANY, accepted=False)
    piet, ana = sit(browser, PIET), sit(browser, ANA)
    place = drafted.seats[drafted.company_delegate.account_id]
    page = piet.get(f"/cases/{drafted.case_id}")
    assert "Ana Rojas has to confirm" in page

    his = words_on(piet.click("Show the words to compare with Ana Rojas"))

    assert "You need press nothing here." in piet.page  # type: ignore[operator]
    assert his == words_on(ana.get(f"{people(drafted)}/{place}/compare"))


def test_a_delegate_lists_nobody(requested: Table, browser: Callable[[], Client]) -> None:
    piet = sit(browser, PIET)

    page = piet.get(people(requested))

    assert not page.offers("List a person")
    assert not page.offers("Remove")
    piet.get(f"{people(requested)}/add", status=403)
    piet.get(f"{people(requested)}/invite", status=403)
