"""The migrations lead to the tables that the application knows, one way up, for several at once."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from dialogue import store as package
from dialogue.store.schema import METADATA, is_current


@pytest.fixture
def alembic(store):
    config = Config()
    config.set_main_option("script_location", str(Path(package.__file__).parent / "migrations"))
    config.attributes["engine"] = store.writing
    return config


def test_there_is_one_newest_revision(alembic):
    assert len(ScriptDirectory.from_config(alembic).get_heads()) == 1


def test_the_migrations_make_every_table_as_the_application_knows_it(store):
    with store.reading.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, METADATA) == []


def test_a_database_goes_down_to_nothing_and_up_again(store, alembic):
    command.downgrade(alembic, "base")
    assert set(inspect(store.reading).get_table_names()) <= {"alembic_version"}
    assert not is_current(store.reading)

    command.upgrade(alembic, "head")
    assert set(inspect(store.reading).get_table_names()) == set(METADATA.tables) | {"alembic_version"}


def test_two_who_migrate_at_once_wait_for_each_other(store, alembic):
    command.downgrade(alembic, "base")
    url = store.writing.url.render_as_string(hide_password=False)
    words = (
        "import sys; from dialogue.store.engine import open_store; from dialogue.store.schema import migrate; "
        "migrate(open_store(sys.argv[1]).writing)"
    )

    both = [subprocess.Popen([sys.executable, "-c", words, url]) for _ in range(2)]

    assert [each.wait(timeout=60) for each in both] == [0, 0]
    assert is_current(store.reading)
