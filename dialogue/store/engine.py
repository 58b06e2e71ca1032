"""The database: one embedded by default, PostgreSQL where one machine is not enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from dialogue.store.written import WatchedSession

BUSY_MILLISECONDS = 15_000


@dataclass(frozen=True, slots=True)
class Store:
    """Gives sessions. A reading one never turns into a writing one."""

    reading: Engine
    writing: Engine

    def session(self, *, writes: bool) -> Session:
        if not writes:
            return Session(self.reading, expire_on_commit=False, autoflush=True)
        return WatchedSession(self.writing, expire_on_commit=False, autoflush=True)

    @property
    def is_sqlite(self) -> bool:
        return self.writing.dialect.name == "sqlite"

    def dispose(self) -> None:
        """Close every connection; a forked worker does so before it opens its own."""
        self.writing.dispose()


def open_store(url: str, *, pool_size: int = 5) -> Store:
    """Open the database at ``url``.

    url     ``sqlite:///…`` or ``postgresql+psycopg://…``
    """
    options: dict[str, Any] = {"pool_pre_ping": True, "hide_parameters": True}
    if url.startswith("sqlite"):
        options["connect_args"] = {"timeout": BUSY_MILLISECONDS / 1000, "check_same_thread": False}
    else:
        options["pool_size"] = pool_size
        options["max_overflow"] = pool_size * 2
    engine = create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return Store(engine.execution_options(writes=False), engine.execution_options(writes=True))
    # What a reading unit verifies and what it then opens come from one moment.
    snapshot = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return Store(engine.execution_options(writes=False, **snapshot), engine.execution_options(writes=True))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling loses updates: SQLAlchemy's begin event says BEGIN instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"busy_timeout={BUSY_MILLISECONDS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
