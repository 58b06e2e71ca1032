"""The page on which one organisation of a side leaves alone."""

from __future__ import annotations

from collections.abc import Callable

from dialogue.domain.people import OrganisationKind
from dialogue.services import participants
from tests.builders import Table
from tests.web.client import Client
from tests.web.sitting import ANA, MINA, PIET, sit


def test_the_lead_reads_what_it_means_before_an_organisation_leaves(
    table: Table, browser: Callable[[], Client]
) -> None:
    with table.writing(table.company_lead) as work:
        own = participants.add_organisation(work, table.case_id, name="Delta Mills", kind=OrganisationKind.SUPPLIER)
    mina, people = sit(browser, MINA), f"/cases/{table.case_id}/people"
    page = mina.get(people)
    assert "Delta Mills (Supplier)" in page
    assert page.offers("Leaves the table: Delta Mills")
    assert not page.offers("Leaves the table: Northfield Apparel")
    page = mina.get(f"/cases/{table.case_id}/organisations/{own}/leave")
    assert "The dialogue goes on with the other organisations of your side." in page
    page = mina.submit("It leaves")
    assert "The organisation has left." in page
    assert "Delta Mills" not in page
    assert not page.offers("Leaves the table")

    sit(browser, ANA).get(f"/cases/{table.case_id}/organisations/{own}/leave", status=404)
    sit(browser, PIET).get(f"/cases/{table.case_id}/organisations/{own}/leave", status=403)
