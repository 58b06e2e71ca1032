"""Searching a dialogue at a browser: asked by a form, answered with marked places, left behind nowhere."""

from __future__ import annotations

from collections.abc import Callable

from dialogue.domain.people import Room
from dialogue.services import notes
from tests import on_the_table
from tests.builders import Table
from tests.web.client import Client
from tests.web.sitting import ANA, CLARA, OTTO, sit


def test_what_was_looked_for_is_marked_where_it_stands_and_kept_nowhere(
    table: Table, browser: Callable[[], Client]
) -> None:
    item = on_the_table.admitted(table, "Rest <b>days</b> & night shifts")
    with table.writing(table.union_lead) as work:
        notes.write(work, table.case_id, Room.UNION, title="Rest", body="Night <i>shifts</i> wear people out.")
    ana = sit(browser, ANA)

    page = ana.get(f"/cases/{table.case_id}")
    page = ana.click("Search")
    assert "only you, and only on this page" in page
    assert "Write what to look for." in ana.submit("Search", {"words": " "}, status=422)
    assert "Write one word at least" in ana.submit("Search", {"words": "?!"}, status=422)

    page = ana.submit("Search", {"words": "shift REST"})
    assert "2 places" in page and "Union's own room" in page and "Joint room" in page
    assert "<mark>Rest</mark> &lt;b&gt;days&lt;/b&gt; &amp; night <mark>shift</mark>s" in page.html
    assert "Night &lt;i&gt;<mark>shift</mark>s&lt;/i&gt; wear" in page.html
    assert f"/cases/{table.case_id}/agenda/{item}" in page.html
    assert page.url.endswith("/search") and "REST" not in str(page.headers)
    assert "shift REST" not in ana.get(f"/cases/{table.case_id}/search").html

    assert "Nothing found" in ana.submit("Search", {"words": "zebra", "order": "best"})
    assert "Search the rooms that one hears" in ana.get(f"/cases/{table.case_id}/record")

    sit(browser, OTTO).get(f"/cases/{table.case_id}/search", status=404)
    clara = sit(browser, CLARA)
    clara.get(f"/cases/{table.case_id}/search")
    assert "Nothing found" in clara.submit("Search", {"words": "shift"})
