"""Words full of scripts in every field and name: shown as the words they are, in a page's text and in a browser."""

from __future__ import annotations

import pathlib
import shutil
import threading
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from werkzeug.serving import make_server

from tests import lived
from tests.builders import House
from tests.security import stages
from tests.security.doors import FILES
from tests.security.matrix import Line, lines, path_of, routes
from tests.security.world import SEATS, Files, World
from tests.web.client import look_at

MARK = "zq7"
NO_PAGES = {"static", "pages.exit", "mailbox.index", "health.live", "health.ready"}
CORPUS = (
    f"<script>alert('{MARK}')</script>",
    f"<img src=x onerror=alert('{MARK}')>",
    f"\"><svg/onload=alert('{MARK}')>",
    f"'-alert('{MARK}')-'",
    f"</textarea></title><script>alert('{MARK}')</script>",
    f"[{MARK}](javascript:alert(1))",
    f"<iframe srcdoc='<script>alert(1)</script>'>{MARK}",
    f"<a href=\"jav&#x09;ascript:alert('{MARK}')\">{MARK}</a>",
    f"<style>@import 'https://evil.example/{MARK}';</style><base href='https://evil.example/'>",
    f"<form action=https://evil.example><button>{MARK}</button></form>",
    f"<meta http-equiv=refresh content='0;url=//evil.example'>{MARK}",
    f"{MARK} <math><mtext><mglyph><style><img src=x onerror=alert(1)>",
)
FORBIDDEN = (
    "<script>alert",
    "<img src=x",
    "<svg/onload",
    "<iframe",
    "<base",
    "<meta http-equiv=refresh",
    "<style>@import",
    "<math>",
)


@pytest.fixture(scope="module")
def thorny(sqlite_template: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A case in which everybody and everything is called by words of the corpus."""
    folder, count = tmp_path_factory.mktemp("thorny"), 0
    person = House.person

    def thorn(_field: str = "") -> str:
        nonlocal count
        count += 1
        return CORPUS[count % len(CORPUS)]

    def named(house: House, _name: str, email: str, **more: Any) -> Any:
        return person(house, thorn()[:110], email, **{**more, "organisation": thorn()[:110]})

    with patch.object(lived, "words", thorn), patch.object(House, "person", named):
        world = stages.build(Files(folder, sqlite_template))
    yield world
    world.store.dispose()
    shutil.rmtree(folder, ignore_errors=True)


def _shown() -> list[tuple[Line, str]]:
    """Every page that shows something, with somebody who sees the most of it."""
    seen: dict[tuple[str, tuple[tuple[str, str], ...], str], tuple[Line, str]] = {}
    wanted = ("facilitator", "company_lead", "union_lead", "coordinator", "administrator", "expert")
    for line in lines():
        if line.method != "GET" or line.endpoint in NO_PAGES | FILES:
            continue
        readers = [seat for seat in wanted if line.answers[SEATS.index(seat)] == "200"]
        for seat in readers[:2]:
            seen[line.endpoint, line.chosen, line.stage + seat] = (line, seat)
    return list(seen.values())


def test_every_page_shows_them_as_words(thorny: World) -> None:
    told = 0
    for line, seat in _shown():
        thorny.go_to(line.stage)
        answer = thorny.send(seat, "GET", path_of(thorny, line, routes(thorny.app)[line.key]))
        assert answer.status_code == 200, f"{line.endpoint} {seat}: {answer.status_code}"
        page = look_at(answer)
        told += MARK in page.text
        found = [words for words in FORBIDDEN if words in answer.text]
        assert not found, f"{line.endpoint} as {seat} has {found}"
        assert "evil.example" not in [href for _text, href in page.links]
    assert told > 40


def test_a_form_that_comes_back_shows_them_as_words(thorny: World) -> None:
    """What was typed into a form that is refused stands in it again."""
    told = 0
    for line in lines():
        if line.method != "POST" or "303" not in line.answers or line.endpoint in {"session.sign_in", "recovery.ask"}:
            continue
        seat = SEATS[line.answers.index("303")]
        names = [pair.partition("=")[0] for pair in line.fields.split()]
        if seat == "anonymous" or not names:
            continue
        thorny.changed = True
        thorny.go_to(line.stage)
        thorns = {name: CORPUS[number % len(CORPUS)] * 60 for number, name in enumerate(names)}
        answer = thorny.send(seat, "POST", path_of(thorny, line, routes(thorny.app)[line.key]), thorns)
        if answer.status_code in {422, 409, 400}:
            told += MARK in answer.text
            look_at(answer)
            assert not [words for words in FORBIDDEN if words in answer.text], f"{line.endpoint} as {seat}"
    assert told > 5


# The browser walks off to the next page while the little server still holds an open icon.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_no_browser_runs_any_of_them(thorny: World, chromium: Any) -> None:
    """Looked at in a real browser, with an ear for dialogs, for the policy's reports and for other hosts."""
    thorny.changed = True
    thorny.go_to("talk")
    server = make_server("localhost", 0, thorny.app, threaded=False)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    base, alarms = f"http://localhost:{server.server_port}", []
    context = chromium.new_context()

    def dismiss(dialog: Any) -> None:
        alarms.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    try:
        context.add_init_script(
            "document.addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.violatedDirective))"
        )
        page = context.new_page()
        page.on("dialog", dismiss)
        page.on("console", lambda said: alarms.extend([said.text] if "policy" in said.text.lower() else []))
        page.on("request", lambda sent: alarms.extend([] if sent.url.startswith(base) else [f"asked {sent.url}"]))
        looked = 0
        for line, seat in _shown():
            if line.stage != "talk" or seat not in {"facilitator", "company_lead"}:
                continue
            context.clear_cookies()
            context.add_cookies(
                [
                    {
                        "name": name,
                        "value": value,
                        "url": f"https://localhost:{server.server_port}",
                        "secure": True,
                        "httpOnly": True,
                        "sameSite": "Lax",
                    }
                    for name, _equals, value in (one.partition("=") for one in thorny.cookies[seat].split("; "))
                ]
            )
            came = page.goto(base + path_of(thorny, line, routes(thorny.app)[line.key]), wait_until="load")
            looked += came.status == 200
            assert not alarms, f"{line.endpoint} as {seat}: {alarms}"
        assert looked > 40
        page.set_content(f"<body>{CORPUS[1]}</body>")
        page.wait_for_timeout(200)
        assert alarms, "the ear hears nothing"
    finally:
        context.close()
        server.shutdown()
        thread.join()
