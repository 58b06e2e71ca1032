"""What the tests of defences share: a case at every stage, with a browser for every kind of seat."""

from __future__ import annotations

import pathlib
import shutil
from collections.abc import Iterator

import pytest

from tests.security import stages
from tests.security.world import Databases, Files, World


@pytest.fixture(scope="session")
def world(sqlite_template: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The world on SQLite; played once."""
    folder = tmp_path_factory.mktemp("world")
    played = stages.build(Files(folder, sqlite_template))
    yield played
    played.store.dispose()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_world(postgres_url: str, postgres_template: str) -> Iterator[World]:
    """The same on PostgreSQL."""
    played = stages.build(Databases(postgres_url, postgres_template))
    yield played
    played.store.dispose()
