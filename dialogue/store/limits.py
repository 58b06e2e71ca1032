"""How often something was tried: counts under names that tell nobody whose they are, shared by all workers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from limits.storage import Storage
from sqlalchemy import Engine, case, delete, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from dialogue.store.base import Hash, Row, When
from dialogue.store.engine import Store, open_store

FILE = "limits.sqlite"
SWEPT_EVERY = timedelta(minutes=5)
_DAWN = datetime(1970, 1, 1, tzinfo=UTC)


class Count(Row):
    """How often one thing was tried by one person or from one place, until the window ends."""

    __tablename__ = "limits"

    name: Mapped[Hash] = mapped_column(primary_key=True)
    tries: Mapped[int]
    ends_at: Mapped[When] = mapped_column(index=True)


class SqlStorage(Storage):
    """Keeps the counts of the limits library in a table.

    engine   of the database itself, or of the file beside it
    conceal  makes the library's key, which has addresses in clear, into a name that tells nobody
    clock    gives the moment of now, in UTC
    """

    STORAGE_SCHEME = ["dialogue"]

    def __init__(
        self,
        uri: str | None = None,
        wrap_exceptions: bool = False,
        *,
        engine: Engine,
        conceal: Callable[[str], bytes],
        clock: Callable[[], datetime],
        **_options: Any,
    ) -> None:
        super().__init__(uri, wrap_exceptions)
        self._engine = engine
        self._conceal = conceal
        self._clock = clock
        self._is_ready = False
        self._sweep_at = _DAWN

    @property
    def base_exceptions(self) -> type[Exception]:
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count in one statement, so that no two workers read the same number; below nothing there is no count."""
        now = self._clock()
        insert = (sqlite if self._is_sqlite else postgresql).insert
        fresh = insert(Count).values(
            name=self._conceal(key), tries=max(amount, 0), ends_at=now + timedelta(seconds=expiry)
        )
        is_over = Count.ends_at <= now
        more = Count.tries + amount
        counted = fresh.on_conflict_do_update(
            index_elements=[Count.name],
            set_={
                "tries": case((is_over, fresh.excluded.tries), (more < 0, 0), else_=more),
                "ends_at": case((is_over, fresh.excluded.ends_at), else_=Count.ends_at),
            },
        ).returning(Count.tries)
        self._prepare()
        with self._engine.begin() as connection:
            if not self._is_sqlite:
                # A count may be lost with the machine; nobody waits for the disk because of it.
                connection.execute(text("SET LOCAL synchronous_commit TO off"))
            tries: int = connection.execute(counted).scalar_one()
            if now >= self._sweep_at:
                connection.execute(delete(Count).where(Count.ends_at <= now))
                self._sweep_at = now + SWEPT_EVERY
        return tries

    def get(self, key: str) -> int:
        found = self._find(key)
        return found[0] if found else 0

    def get_expiry(self, key: str) -> float:
        found = self._find(key)
        return (found[1] if found else self._clock()).timestamp()

    def check(self) -> bool:
        """Whether the counts can be reached."""
        try:
            self._find("")
        except SQLAlchemyError:
            return False
        return True

    def reset(self) -> int:
        """Forget every count."""
        self._prepare()
        with self._engine.begin() as connection:
            return connection.execute(delete(Count)).rowcount

    def clear(self, key: str) -> None:
        """Forget one count."""
        self._prepare()
        with self._engine.begin() as connection:
            connection.execute(delete(Count).where(Count.name == self._conceal(key)))

    @property
    def _is_sqlite(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    def _find(self, key: str) -> tuple[int, datetime] | None:
        query = select(Count.tries, Count.ends_at).where(
            Count.name == self._conceal(key), Count.ends_at > self._clock()
        )
        self._prepare()
        with self._engine.begin() as connection:
            row = connection.execute(query).first()
        return (row.tries, row.ends_at) if row is not None else None

    def _prepare(self) -> None:
        """The file beside a database is nobody's dialogue and has no revisions: it is made when it is first needed."""
        if self._is_sqlite and not self._is_ready:
            with self._engine.begin() as connection:
                Row.metadata.create_all(connection, [Row.metadata.tables[Count.__tablename__]])
            self._is_ready = True


def open_counts(store: Store) -> Engine:
    """Where the counts of that database stand: with PostgreSQL in it, with SQLite in a file of their own beside it.

    One file has one writer at a time: counting a try must not wait for somebody who writes a note.
    """
    if not store.is_sqlite:
        return store.writing
    beside = Path(store.writing.url.database or FILE).with_name(FILE)
    return open_store(f"sqlite:///{beside}").writing
