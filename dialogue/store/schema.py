"""Every table in one place, and the migrations that bring a database to them."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from dialogue.store import (
    accounts,
    agenda,
    cases,
    jointacts,
    notes,
    outbox,
    outcomes,
    participants,
    record,
    requests,
    rooms,
    terms,
)
from dialogue.store.base import Row

TABLES = (accounts, agenda, cases, jointacts, notes, outbox, outcomes, participants, record, requests, rooms, terms)
METADATA = Row.metadata
_LOCK = 0x6469616C6F677565


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["engine"] = engine
    return config


def migrate(engine: Engine) -> None:
    """Bring the database to the newest revision; two at once wait for each other."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as lock:
            lock.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            try:
                command.upgrade(_config(engine), "head")
            finally:
                lock.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
    else:
        command.upgrade(_config(engine), "head")


def is_current(engine: Engine) -> bool:
    """Whether the database stands at the newest revision."""
    head = ScriptDirectory.from_config(_config(engine)).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
