"""Every page that somebody of the demonstration can reach, looked at in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Demo

AXE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
AN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

LOOKS = [
    ("Ana Rojas", 1280, "en"),
    ("Ana Rojas", 390, "es"),
    ("Mina Brandt", 320, "en"),
    ("Farid Lindqvist", 1280, "fr"),
    ("Clara Okafor", 390, "fr"),
    ("Ines Halvorsen", 390, "en"),
    ("Marie Delcourt", 1280, "es"),
    (None, 320, "fr"),
]


def pages_of(page: Any, url: str) -> Iterator[str]:
    """Follow every link within the demonstration; of pages that differ by an id alone, one for each case."""
    todo, seen = [f"{url}/"], set()
    while todo:
        address = todo.pop(0)
        first_id = AN_ID.search(address)
        kind = AN_ID.sub("…", address) + (first_id.group() if first_id else "")
        if kind in seen or "/static/" in address:
            continue
        seen.add(kind)
        answer = page.goto(address)
        assert answer.status == 200, f"{answer.status} at {kind}"
        yield AN_ID.sub("…", address.removeprefix(url))
        found = page.eval_on_selector_all("a[href]:not([download])", "links => links.map(link => link.href)")
        todo.extend(link.split("#")[0] for link in found if link.startswith(url) and not link.endswith("/exit"))


@pytest.mark.parametrize(("name", "width", "language"), LOOKS)
def test_every_page_is_readable_for_everybody(
    sign_in: Callable[..., Any], demo: Demo, name: str | None, width: int, language: str
) -> None:
    page = sign_in(name, width=width, language=language)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: asked.url.startswith(demo.url) or complaints.append(f"asked {asked.url}"))
    looked_at = 0

    for where in pages_of(page, demo.url):
        looked_at += 1
        found = Axe().run(page, options=AXE)
        faults = [(fault["id"], fault["nodes"][0]["html"][:160]) for fault in found.response["violations"]]
        assert faults == [], where
        assert page.get_attribute("html", "lang") == language, where
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{where} is wider than {width}"
        assert page.locator("h1").count() == 1, where
        if "/cases/…" in where:
            assert page.locator(".app-strip").count() >= 1, where
        assert complaints == [], where

    assert looked_at >= (4 if name is None else 8)
