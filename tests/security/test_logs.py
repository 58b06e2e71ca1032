"""The log at its most talkative, over a whole case: not a word of content, no password, code, cookie or token."""

from __future__ import annotations

import logging
import pathlib
import re
import shutil
from collections.abc import Iterator

import pytest
import structlog

from dialogue.crypto.secrets import ServerSecrets
from tests import lived
from tests.builders import APP_SECRET, PASSWORD
from tests.security import stages
from tests.security.matrix import fields_of, lines, path_of, routes
from tests.security.world import ADDRESSES, SEATS, Files, World

LOGGERS = ("", "sqlalchemy", "sqlalchemy.engine", "sqlalchemy.pool", "werkzeug", "dialogue", "flask_limiter", "alembic")
WHAT_TO_TYPE = "Fünf Worte die niemand sonst schreibt"


class Everything(logging.Handler):
    """Keeps each line as it would be written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"{record.name} {record.getMessage()} {record.exc_info or ''} {record.args!r}")


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[Everything]:
    heard = Everything()
    before = {name: logging.getLogger(name).level for name in LOGGERS}
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger().addHandler(heard)
    yield heard
    logging.getLogger().removeHandler(heard)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def test_the_most_talkative_log_of_a_whole_case_tells_nothing(
    said: Everything,
    capsys: pytest.CaptureFixture[str],
    sqlite_template: pathlib.Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("talkative")
    world = stages.build(Files(folder, sqlite_template))
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG))
    codes = _walk(world)
    told = "\n".join(said.said) + capsys.readouterr().err
    words = (*lived.CONTENT, *lived.IDENTITIES, WHAT_TO_TYPE, PASSWORD, APP_SECRET, *ADDRESSES.values())
    secret = (*_tokens(world), *codes, *_halves(world), *_keys(world))

    assert len(told) > 100_000
    assert "session.sign_in" in told
    assert [word for word in words if word in told] == []
    assert [f"secret {number}" for number, word in enumerate(secret) if _stands_in(word, told)] == []
    shutil.rmtree(folder, ignore_errors=True)


def _walk(world: World) -> list[str]:
    """Everybody opens every page of his, and writes what the table says; gives the codes that were typed."""
    codes = []
    for line in lines():
        if line.stage not in {"talk", "concluding"}:
            continue
        world.go_to(line.stage)
        rule = routes(world.app).get(line.key)
        done = next((answer for answer in ("200", "303") if answer in line.answers), None)
        if rule is None or done is None:
            continue
        seat = SEATS[line.answers.index(done)]
        fields = fields_of(world, line)
        # The office's own templates are words for everybody, and stand in clear.
        if line.endpoint != "desk.edit_template":
            fields |= {
                name: [WHAT_TO_TYPE] for name in ("text", "body", "words", "remark", "background") if name in fields
            }
        world.send(seat, line.method, path_of(world, line, rule), fields if line.method == "POST" else None)
        world.changed = line.method == "POST"
    world.go_to("talk")
    for code in (world.table.house.code(), "123 456"):
        world.send(
            "anonymous", "POST", "/sign-in", {"email": ADDRESSES["outsider"], "password": PASSWORD, "code": code}
        )
        codes.append(code)
    return codes[:1]


def _tokens(world: World) -> list[str]:
    names = world.ids["talk"]
    return [names["token"], names["invitation"], names["reset"], *world.tokens_at["talk"].values()]


def _halves(world: World) -> list[str]:
    return [value for cookie in world.cookies_at["talk"].values() for value in re.findall(r"=([^;]+)", cookie)]


def _keys(world: World) -> list[str]:
    secrets: ServerSecrets = world.table.instance.secrets
    return [secrets.pepper.hex(), secrets.audit_key.hex(), secrets.session_salt.hex()]


def _stands_in(word: str, told: str) -> bool:
    return re.search(rf"(?<![0-9A-Za-z]){re.escape(word)}(?![0-9A-Za-z])", told) is not None
