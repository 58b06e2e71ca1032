"""The completion notice's page, as the desk and both leads use it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from dialogue.services import cases
from tests.builders import Table
from tests.web.client import Client
from tests.web.sitting import ANA, CLARA, LUC, MINA, sit


@pytest.fixture
def ended(table: Table) -> Table:
    with table.writing(table.union_lead) as work:
        cases.leave(work, table.case_id)
    return table


def at(table: Table) -> str:
    return f"/cases/{table.case_id}/notice"


def test_prepared_shown_agreed_and_sent_once(ended: Table, browser: Callable[[], Client]) -> None:
    clara, mina, ana = sit(browser, CLARA), sit(browser, MINA), sit(browser, ANA)
    assert "Not prepared yet" in mina.get(at(ended))
    page = clara.get(at(ended))
    assert "employers@example.org" in page
    page = clara.submit("Show it to both leads")
    assert not page.offers("Send the notice")

    words = mina.get(at(ended))
    assert "A company–union dialogue has come to its end." in words
    page = mina.submit("Say yes for the company")
    assert "You have said yes" in page
    assert not page.offers("Say yes for the company")
    ana.get(at(ended))
    page = ana.submit("Say yes for the union")
    assert "Ready to go" in page

    clara.get(at(ended))
    page = clara.submit("Send the notice")
    assert "The notice is on its way to both secretariats." in page
    page = clara.submit("Send it once more, unchanged")
    assert "It was sent once more, word for word the same." in page
    assert not mina.get(at(ended)).offers("Say yes for the company")


def test_after_seven_days_the_desk_can_send_it(ended: Table, browser: Callable[[], Client]) -> None:
    clara = sit(browser, CLARA)
    clara.get(at(ended))
    page = clara.submit("Show it to both leads")
    assert "without both answers it can go from" in page
    ended.house.tick(timedelta(days=7))

    clara = sit(browser, CLARA)
    assert clara.get(at(ended)).offers("Send the notice")


def test_it_is_for_leads_and_the_desk_at_the_end(ended: Table, browser: Callable[[], Client]) -> None:
    sit(browser, LUC).get(at(ended), status=403)


def test_there_is_none_while_the_parties_talk(table: Table, browser: Callable[[], Client]) -> None:
    sit(browser, MINA).get(at(table), status=409)
