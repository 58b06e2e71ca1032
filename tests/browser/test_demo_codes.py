"""How people of the demonstration get their codes."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyotp

from tests.browser.conftest import Demo


def test_everybody_has_an_app_whose_next_code_can_be_asked_for(demo: Demo) -> None:
    assert all(len(pyotp.TOTP(person["totp_secret"]).now()) == 6 for person in demo.people.values())
    person = demo.person("Kofi Adjei")
    shown = _code(demo, person["email"])
    totp = pyotp.TOTP(person["totp_secret"])
    assert shown.stdout.strip() in {totp.at(datetime.now(UTC), counter_offset=-1), totp.now()}
    assert _code(demo, "nobody@elsewhere.example").returncode == 2


def _code(demo: Demo, email: str) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).parent / "dialogue", "demo", "--instance", demo.folder, "code", email]
    return subprocess.run(command, capture_output=True, text=True, check=False)
