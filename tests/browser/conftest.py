"""A real browser before the real demonstration, served as anybody would serve it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyotp
import pytest

_states: dict[tuple[str, str | None], Any] = {}


@dataclass(frozen=True)
class Demo:
    """The running demonstration and how to sign in."""

    url: str
    people: dict[str, dict[str, Any]]
    folder: Path

    def person(self, name: str) -> dict[str, Any]:
        return self.people[name]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """``dialogue demo --json`` in a folder and on a port of its own."""
    with served(tmp_path_factory.mktemp("demo")) as running:
        yield running


@contextmanager
def served(folder: Path) -> Iterator[Demo]:
    """A demonstration of one's own, for whoever brings it to an end."""
    port = _free_port()
    dialogue = Path(sys.executable).parent / "dialogue"
    command = [dialogue, "demo", "--json", "--port", str(port), "--instance", folder]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DIALOGUE_")}
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    told = json.loads(process.stdout.readline())
    _wait_until_it_answers(told["url"])
    yield Demo(told["url"], {person["name"]: person for person in told["people"]}, folder)
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=20)
    process.stdout.close()


@pytest.fixture
def sign_in(chromium: Any, demo: Demo) -> Iterator[Callable[..., Any]]:
    """Open a browser window and sign in as somebody of the demonstration; gives the page.

    A code is taken once, so a second window of the same person goes on in the session of the first.
    """
    contexts = []

    def open_as(name: str | None, *, width: int = 1280, language: str = "en", **options: Any) -> Any:
        state = _states.get((demo.url, name))
        context = chromium.new_context(viewport={"width": width, "height": 900}, storage_state=state, **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.goto(demo.url)
        if name is not None and state is None:
            person = demo.person(name)
            page.goto(f"{demo.url}/sign-in")
            page.fill("input[name=email]", person["email"])
            page.fill("input[name=password]", person["password"])
            page.fill("input[name=code]", pyotp.TOTP(person["totp_secret"]).now())
            page.locator("main form button[type=submit], main form button:not([type])").first.click()
            page.wait_for_url(lambda url: "/sign-in" not in url)
            keep_session(demo, name, page)
        page.locator(f"button[name=code][value={language}]").first.click()
        page.wait_for_load_state()
        return page

    yield open_as
    for context in contexts:
        context.close()


def keep_session(demo: Demo, name: str, page: Any) -> None:
    """Let the next window of this person go on in the session of this one."""
    _states[demo.url, name] = page.context.storage_state()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(url: str) -> None:
    for _ in range(150):
        try:
            with urllib.request.urlopen(f"{url}/sign-in", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"nothing answers at {url}")
