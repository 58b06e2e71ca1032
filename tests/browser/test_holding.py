"""A meeting is minuted in a real browser: two windows type at once, nothing is lost, and both leads approve."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Demo
from tests.browser.test_every_page import AXE


def summary_of(page: Any, demo: Demo) -> str:
    """The address of the summary in the dialogue that has one."""
    page.goto(f"{demo.url}/cases")
    cases = page.eval_on_selector_all("main a[href*='/cases/']", "links => links.map(link => link.href)")
    for case in cases:
        if not re.search(r"/cases/[0-9a-f-]{36}$", case):
            continue
        page.goto(f"{case}/summaries")
        found = page.eval_on_selector_all("main table a", "links => links.map(link => link.href)")
        if found:
            return str(found[0])
    raise AssertionError("no dialogue of the demonstration has a joint summary")


def change(page: Any, before: str, after: str) -> None:
    box = page.locator("textarea[name=text]")
    text = box.input_value()
    assert before in text
    box.fill(text.replace(before, after))


def save(page: Any) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def test_two_windows_type_at_once_and_both_leads_approve(sign_in: Callable[..., Any], demo: Demo) -> None:
    one = sign_in("Farid Lindqvist")
    other = sign_in("Farid Lindqvist")
    address = summary_of(one, demo)
    for page in (one, other):
        page.goto(f"{address}/write")

    change(one, "The parties met in Geneva", "The parties met on neutral ground in Geneva")
    change(other, "takes up the canteen", "takes up the canteen, the heat")
    save(one)
    save(other)
    assert "both texts are together in the newest version" in other.inner_text("main")
    told = other.inner_text("article")
    assert "neutral ground in Geneva" in told
    assert "the canteen, the heat" in told

    for page in (one, other):
        page.goto(f"{address}/write")
    change(one, "two breaks of fifteen minutes are paid", "both breaks are paid")
    change(other, "two breaks of fifteen minutes are paid", "two breaks are paid in full")
    save(one)
    save(other)
    assert "Somebody else wrote at the same place while you did." in other.inner_text("main")
    written = other.locator("textarea[name=text]").input_value()
    assert "both breaks are paid" in written
    assert "two breaks are paid in full" in written
    assert Axe().run(other, options=AXE).response["violations"] == []
    both = written.split("\n")
    settled = "\n".join(line for line in both if "both breaks are paid" not in line)
    other.locator("textarea[name=text]").fill(settled)
    save(other)
    other.get_by_role("button", name="Propose it to both leads").click()

    for name, button in (("Ana Rojas", "Approve for the union"), ("Mina Brandt", "Approve for the company")):
        page = sign_in(name)
        page.goto(address)
        page.get_by_role("button", name="Approve this summary").click()
        page.get_by_label("I have read the summary").check()
        page.get_by_role("button", name=button).click()
    told = page.inner_text("main")
    assert "Nobody can change it any more." in told
    assert told.count("Checked just now: this key signed these very words.") == 2
    other.goto(f"{address}/write")
    assert other.locator("textarea[name=text]").count() == 0
