"""Whoever puts a record together later finds it as it was left, with the items that were ticked and no others."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.builders import Table
from tests.on_the_table import agreed, conclude
from tests.web.client import Client, Page
from tests.web.sitting import MINA, sit


def ticked(page: Page) -> list[str]:
    return page.form("Assemble the record").fields.get("items", [])


@pytest.mark.parametrize("count", [2, 1, 0])
def test_a_draft_of_the_record_keeps_what_was_ticked(table: Table, browser: Callable[[], Client], count: int) -> None:
    items = [str(agreed(table, title)) for title in ("Night shifts", "Canteen", "Heat")]
    conclude(table)
    mina = sit(browser, MINA)
    mina.get(f"/cases/{table.case_id}/outcome/assemble")

    page = mina.submit("Keep as a draft", {"items": items[:count], "preamble": "So far."})

    assert page.form("Assemble the record").fields["preamble"] == ["So far."]
    assert sorted(ticked(page)) == sorted(items[:count])
    assert sorted(ticked(mina.get(page.url))) == sorted(items[:count])
