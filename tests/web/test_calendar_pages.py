"""A calendar program reads one's meetings from a secret address, which works without a session until it is replaced."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from dialogue.domain.meetings import MeetingKind
from tests.builders import Table
from tests.services.test_calendars import meet
from tests.web.client import Client
from tests.web.sitting import ANA, MINA, OTTO, sit


def address_on(page: str) -> str:
    found = re.search(r"https://dialogue\.test(/calendar/[\w-]{43}\.ics)", page)
    assert found is not None
    return found[1]


def test_a_secret_address_is_made_shown_once_replaced_and_taken_away(
    table: Table, browser: Callable[[], Client]
) -> None:
    meet(table, at=(table.house.now + timedelta(days=5)).replace(microsecond=0))
    ana = sit(browser, ANA)
    ana.get("/account/calendar")
    first = address_on(ana.submit("Make a secret address").html)
    assert ".ics" not in ana.get("/account/calendar").html

    program = browser()
    answer = program.raw("GET", first)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="meeting.ics"'
    assert "Set-Cookie" not in answer.headers
    assert answer.text.count("BEGIN:VEVENT") == 1

    ana.get("/account/calendar")
    second = address_on(ana.submit("Make another address").html)
    assert program.raw("GET", second).status_code == 200
    gone, unknown = program.raw("GET", first), program.raw("GET", f"/calendar/{'x' * 43}.ics")
    assert gone.status_code == unknown.status_code == 404
    ana.get("/account/calendar")
    ana.submit("Take the address away")
    assert program.raw("GET", second).status_code == 404


def test_one_meeting_is_a_file_with_a_neutral_name_for_those_who_are_asked(
    table: Table, browser: Callable[[], Client]
) -> None:
    later = (table.house.now + timedelta(days=5)).replace(microsecond=0)
    address = f"/cases/{table.case_id}/meetings/{meet(table, MeetingKind.UNION_CAUCUS, later)}/meeting.ics"

    answer = sit(browser, ANA).raw("GET", address)

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="meeting.ics"'
    assert "caucus" not in answer.text.casefold()
    assert "Canary" not in answer.text
    for other in (MINA, OTTO):
        assert sit(browser, other).raw("GET", address).status_code == 404


def test_nobody_finds_an_address_by_trying(table: Table, browser: Callable[[], Client]) -> None:
    program = browser()

    answers = [program.raw("GET", f"/calendar/{number}.ics").status_code for number in range(242)]

    assert answers[0] == 404
    assert answers[-1] == 429
