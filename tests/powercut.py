"""A machine that stops between two statements, again and again, one statement later each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event, text

from dialogue.store.engine import Store
from dialogue.store.schema import METADATA

Rows = dict[str, list[str]]


class PowerCut(BaseException):
    """Nobody may catch it: whoever did would be running on."""


@dataclass
class Fuse:
    """Blows before a statement that writes, once those before it are used up: what only reads changes nothing.

    left    how many more statements may write
    keeps   what was written lasts at once, statement by statement: a machine that knows no transactions
    """

    left: int = 10**9
    keeps: bool = False

    def before_statement(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if _writes(statement):
            self.left -= 1
            if self.left < 0:
                raise PowerCut

    def after_statement(self, connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if self.keeps and _writes(statement):
            connection.connection.dbapi_connection.commit()


@contextmanager
def fused(store: Store, *, keeps: bool = False) -> Iterator[Fuse]:
    """Let every statement that writes pass through a fuse."""
    fuse = Fuse(keeps=keeps)
    listeners = (("before_cursor_execute", fuse.before_statement), ("after_cursor_execute", fuse.after_statement))
    for name, listener in listeners:
        event.listen(store.writing, name, listener)
    try:
        yield fuse
    finally:
        for name, listener in listeners:
            event.remove(store.writing, name, listener)


def stored(store: Store) -> Rows:
    """Every row of every table as it stands."""
    with store.session(writes=False) as session:
        return {
            table: sorted(repr(tuple(row)) for row in session.execute(text(f'SELECT * FROM "{table}"')))
            for table in METADATA.tables
        }


def changed(before: Rows, after: Rows) -> set[str]:
    """The tables that are not what they were."""
    return {table for table, rows in before.items() if rows != after[table]}


def cut_everywhere(store: Store, deed: Callable[[], object], *, keeps: bool = False) -> tuple[int, list[set[str]]]:
    """Begin a deed over and over, each time with the power for one more statement, until it is done.

    returns   how often it was cut, and the tables that each cut left changed: none, where it leaves before or after
    """
    between = []
    before = stored(store)
    with fused(store, keeps=keeps) as fuse:
        for cuts in range(1000):
            fuse.left = cuts
            try:
                deed()
            except PowerCut:
                between.append(changed(before, stored(store)))
                if between[-1]:
                    return cuts, between
                continue
            return cuts, between
    raise AssertionError("the deed never ends")


def _writes(statement: str) -> bool:
    return statement.lstrip()[:6].upper() in {"INSERT", "UPDATE", "DELETE"}
