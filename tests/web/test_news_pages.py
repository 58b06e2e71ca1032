"""News: a number in the head of every page, read by opening it; and when mails about it come."""

from __future__ import annotations

import re
from collections.abc import Callable

from dialogue.services import agenda
from tests.builders import Table
from tests.web.client import Client
from tests.web.sitting import ANA, CLARA, OTTO, sit


def test_news_are_counted_named_opened_and_read(table: Table, browser: Callable[[], Client]) -> None:
    ana = sit(browser, ANA)
    page = ana.get("/news")
    page = ana.submit("Mark all as read") if page.offers("Mark all as read") else page
    assert "app-count" not in head_of(page.html, "/news")

    with table.writing(table.company_lead) as work:
        agenda.propose(work, table.case_id, title="Canary in the canteen", chapter=None)
        agenda.propose(work, table.case_id, title="Canary in the dye house", chapter=None)
    page = ana.get("/account")
    assert '<span class="app-count">(2)</span>' in head_of(page.html, "/news")
    page = ana.get("/news")
    assert page.html.count("Mina Brandt proposed an item") >= 2
    assert "Canary" not in page.html

    opened = ana.submit("Open Mina Brandt proposed an item")
    assert f"/cases/{table.case_id}/agenda" in opened.url
    assert '<span class="app-count">(1)</span>' in head_of(opened.html, "/news")
    ana.get("/news")
    assert "app-count" not in head_of(ana.submit("Mark all as read").html, "/news")


def test_what_comes_after_the_page_was_shown_stays_new(table: Table, browser: Callable[[], Client]) -> None:
    ana = sit(browser, ANA)
    ana.get("/news")
    with table.writing(table.company_lead) as work:
        agenda.propose(work, table.case_id, title="Another one", chapter=None)

    assert '<span class="app-count">(1)</span>' in head_of(ana.submit("Mark all as read").html, "/news")


def test_nobody_opens_the_news_of_another(table: Table, browser: Callable[[], Client]) -> None:
    ana, otto, clara = sit(browser, ANA), sit(browser, OTTO), sit(browser, CLARA)
    action = re.findall(r'action="(/news/[0-9a-f-]+/open)"', ana.get("/news").html)[0]

    assert "There is nothing new for you" in otto.get("/news").html
    for other in (otto, clara):
        other.get("/account")
        assert other.raw("POST", action, data={"csrf_token": other.token()}).status_code == 404


def test_wishes_are_kept_and_what_cannot_be_kept_is_said(table: Table, browser: Callable[[], Client]) -> None:
    ana = sit(browser, ANA)
    assert "At once" in ana.get("/account").html
    ana.get("/account/mail")
    wished = {"rhythm": "daily", "hour": "23", "quiet_from": "22", "quiet_until": "7"}
    assert "This time lies in your quiet hours." in ana.submit("Save", wished, status=422).html
    assert "Choose both hours" in ana.submit("Save", wished | {"hour": "8", "quiet_until": ""}, status=422).html
    page = ana.submit("Save", wished | {"hour": "8", "quiet_until": "7"})
    assert "Once a day, at 08:00; none from 22:00 to 07:00" in page.html


def head_of(html: str, href: str) -> str:
    """The entry of the menu that leads there."""
    return html.partition(f'href="{href}"')[2].partition("</a>")[0]
