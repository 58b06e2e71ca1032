"""Thirteen browsers before one application, whose database is put back as often as needed."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from flask import Flask
from pyotp import TOTP
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url
from werkzeug.test import TestResponse

from dialogue.services.unit import Actor
from dialogue.store.engine import Store
from dialogue.web.sessions import COOKIE, VISITOR
from tests.builders import APP_SECRET, House, Table
from tests.web.client import BASE, Client

SEATS = (
    "anonymous",
    "outsider",
    "other_lead",
    "company_lead",
    "company_delegate",
    "union_lead",
    "union_delegate",
    "facilitator",
    "expert",
    "coordinator",
    "administrator",
    "removed",
    "unbound",
)
ADDRESSES = {
    "outsider": "otto@elsewhere.example",
    "other_lead": "nora@other.example",
    "company_lead": "mina@brand.example",
    "company_delegate": "piet@brand.example",
    "union_lead": "ana@union.example",
    "union_delegate": "luc@union.example",
    "facilitator": "farid@ilo.example",
    "expert": "erna@ilo.example",
    "coordinator": "clara@ilo.example",
    "administrator": "adam@ilo.example",
    "removed": "rosa@union.example",
    "unbound": "bela@brand.example",
}
# What a refusal may leave behind: its own record, that somebody was there, and what was counted.
LEFT_BEHIND = ("record_entries", "pins", "limits", "tallies", "alembic_version")
SEEN = {"sessions": {"last_seen_at", "sealed_content", "version"}, "accounts": {"sealed_visits"}}


class Shelf(Protocol):
    """Keeps copies of a database under names."""

    url: str

    def keep(self, store: Store, name: str) -> None: ...

    def put_back(self, store: Store, name: str) -> None: ...


@dataclass
class Files:
    """The shelf for SQLite: a file for each copy."""

    folder: Path
    template: Path

    def __post_init__(self) -> None:
        self.live = self.folder / "live.sqlite"
        shutil.copy(self.template, self.live)
        self.url = f"sqlite:///{self.live}"

    def keep(self, store: Store, name: str) -> None:
        store.dispose()
        with sqlite3.connect(self.live) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        shutil.copy(self.live, self.folder / name)

    def put_back(self, store: Store, name: str) -> None:
        store.dispose()
        for rest in ("-wal", "-shm"):
            Path(f"{self.live}{rest}").unlink(missing_ok=True)
        shutil.copy(self.folder / name, self.live)


@dataclass
class Databases:
    """The shelf for PostgreSQL: a database for each copy."""

    server: str
    template: str
    names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.live = f"live_{uuid4().hex}"
        self._create(self.live, self.template)
        self.url = make_url(self.server).set(database=self.live).render_as_string(hide_password=False)

    def keep(self, store: Store, name: str) -> None:
        store.dispose()
        self.names[name] = f"kept_{uuid4().hex}"
        self._create(self.names[name], self.live)

    def put_back(self, store: Store, name: str) -> None:
        store.dispose()
        self._administer(f'DROP DATABASE "{self.live}" WITH (FORCE)')
        self._create(self.live, self.names[name])

    def _create(self, name: str, template: str) -> None:
        self._administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    def _administer(self, statement: str) -> None:
        engine = create_engine(self.server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@dataclass
class World:
    """An application, thirteen people at their browsers, and the case that they all ask for.

    cookies   what each browser sends along, by seat; everybody is signed in but the visitor
    tokens    what each browser's forms carry
    ids       by stage: what stands in addresses and in hidden fields, by name
    changed   the database is no longer as the stage left it
    """

    shelf: Shelf
    table: Table
    elsewhere: Table
    app: Flask
    people: dict[str, Actor]
    cookies: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    cookies_at: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens_at: dict[str, dict[str, str]] = field(default_factory=dict)
    ids: dict[str, dict[str, str]] = field(default_factory=dict)
    stage: str = ""
    changed: bool = False

    @property
    def store(self) -> Store:
        return self.table.instance.store

    @property
    def at(self) -> dict[str, str]:
        """The names of the present stage."""
        return self.ids[self.stage]

    def go_to(self, stage: str) -> None:
        """Put the database back as it was at a stage, unless it still is."""
        if stage != self.stage or self.changed:
            self.shelf.put_back(self.store, stage)
            self._put_files_back()
            self.app.extensions["dialogue.limiter"].reset()
            self.stage, self.changed = stage, False
            self.cookies, self.tokens = self.cookies_at[stage], self.tokens_at[stage]

    def keep_files(self) -> None:
        """Put a copy of the sealed files aside: at some stage somebody takes the whole case away."""
        copied = self._files_aside
        if self.table.instance.files.folder.exists() and not copied.exists():
            shutil.copytree(self.table.instance.files.folder, copied)

    def _put_files_back(self) -> None:
        if self._files_aside.exists():
            shutil.copytree(self._files_aside, self.table.instance.files.folder, dirs_exist_ok=True)

    @property
    def _files_aside(self) -> Path:
        return self.table.instance.files.folder.with_suffix(".aside")

    def arrive(self, seat: str, browser: Client) -> None:
        """Let that seat's person go on with what this browser holds."""
        browser.get("/confidentiality")
        found = {name: browser.cookie(name) for name in (COOKIE, VISITOR)}
        self.cookies[seat] = "; ".join(f"{name}={value}" for name, value in found.items() if value)
        self.tokens[seat] = browser.token()

    def send(self, seat: str, method: str, path: str, fields: Any = None, **options: Any) -> TestResponse:
        """Send a request as that person's browser would, with the token of its forms where it writes.

        What comes back is forgotten: the next request of this seat begins where this one did.
        """
        headers = {"Cookie": self.cookies[seat], **options.pop("headers", {})}
        if method not in {"GET", "HEAD", "OPTIONS"} and not {"json", "data"} & set(options):
            options["data"] = {"csrf_token": self.tokens[seat], **(fields or {})}
        client = self.app.test_client(use_cookies=False)
        return client.open(path, method=method, base_url=BASE, headers=headers, buffered=True, **options)

    def fingerprint(self) -> str:
        """A hash of everything stored but what a refusal may leave behind."""
        told = sha256()
        with self.store.reading.connect() as connection:
            for table in sorted(inspect(connection).get_table_names()):
                if table in LEFT_BEHIND:
                    continue
                rows = connection.execute(text(f'SELECT * FROM "{table}"')).mappings()
                lines = [[v for k, v in row.items() if k not in SEEN.get(table, ())] for row in rows]
                told.update(table.encode())
                for line in sorted(map(repr, lines)):
                    told.update(line.encode())
        return told.hexdigest()

    def refusals(self) -> int:
        """How many refusals have been recorded, those that are only counted for now among them."""
        entries = "SELECT count(*) FROM record_entries WHERE act LIKE 'refused:%'"
        tallies = "SELECT coalesce(sum(times), 0) FROM tallies WHERE act LIKE 'refused:%'"
        with self.store.reading.connect() as connection:
            return sum(int(connection.execute(text(query)).scalar_one()) for query in (entries, tallies))


class PatientHouse(House):
    """A house whose time hardly moves, so that no session grows old in a long test."""

    def tick(self, by: timedelta = timedelta(milliseconds=1)) -> datetime:
        self.now += by
        return self.now

    def code(self, secret: str = APP_SECRET) -> str:
        """What an authenticator app shows now; nobody signs in twice in its half minute."""
        return TOTP(secret).at(self.now)
