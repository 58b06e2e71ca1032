"""A declined invitation at the browsers: what the desk, the administrators and the database know before and after."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from dialogue.domain.people import StaffRole
from dialogue.store.schema import METADATA
from tests.builders import Table
from tests.web.client import Client
from tests.web.sitting import ANA, CLARA, MINA, sit
from tests.web.test_delegation_pages import open_a_draft, take_the_place

ADA = "ada@ilo.example"
# What any signing in and any page looked at leaves, whatever it is about.
OF_THE_HOUSE = {"accounts", "authenticators", "sessions", "tallies"}


def dump(table: Table) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    with table.instance.store.session(writes=False) as session:
        return {
            name: [dict(row) for row in session.execute(select(kind)).mappings()]
            for name, kind in METADATA.tables.items()
        }


def main_of(page_html: str) -> str:
    """What a page says between head and foot, without what is new on every look."""
    found = re.search(r"<main.*?</main>", page_html, re.DOTALL)
    assert found is not None
    return re.sub(r'value="[^"]*"', "", found.group(0))


def test_of_an_invitation_that_was_declined_the_ilo_sees_no_trace(
    gathered: Table, browser: Callable[[], Client]
) -> None:
    gathered.house.person("Ada Admin", ADA, roles=frozenset({StaffRole.ADMINISTRATOR}))
    mina, ana, clara, ada = (sit(browser, who) for who in (MINA, ANA, CLARA, ADA))
    looks = [(clara, "/"), (clara, "/cases"), (clara, "/desk"), (ada, "/staff")]
    seen = [main_of(person.get(page).html) for person, page in looks]
    before = dump(gathered)

    case = open_a_draft(gathered, mina)
    take_the_place(gathered, ana, ANA)
    mina.get(case)
    mina.click("Compare words and confirm: Ana Rojas")
    mina.submit("The words are the same: confirm")
    ana.get(f"{case}/request")
    ana.submit("Put this comment", {"words": "We do not wish to talk about this."})
    assert [main_of(person.get(page).html) for person, page in looks] == seen
    for page in (case, f"{case}/request", f"/desk{case.removeprefix('/cases')}"):
        clara.get(page, status=404)
    ana.get(f"{case}/decline")
    ana.submit("Decline")

    assert [main_of(person.get(page).html) for person, page in looks] == seen
    assert "The invitation was declined." in mina.get("/cases")
    ana.get(case, status=404)
    after = dump(gathered)
    added = {name: [row for row in rows if row not in before[name]] for name, rows in after.items()}
    told = {name: rows for name, rows in added.items() if rows and name not in OF_THE_HOUSE}
    assert set(told) == {"cases", "participants", "tidings", "record_entries"}
    assert [row["status"].value for row in told["cases"]] == ["declined"]
    assert len(told["participants"]) == len(told["tidings"]) == 1
    assert gathered.case_id.hex not in repr(told["tidings"][0]).replace("-", "")
    assert {row["case_id"] for row in told["record_entries"]} == {None}
    assert {row["act"].split(":")[0] for row in told["record_entries"]} <= {"session", "refused"}
