"""Counts what a service costs: the SQL statements it sends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from dialogue.store.engine import Store


@contextmanager
def statements_of(store: Store) -> Iterator[list[str]]:
    """Every statement sent to the database while inside."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    engines = {id(engine): engine for engine in (store.reading, store.writing)}
    for engine in engines.values():
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        for engine in engines.values():
            event.remove(engine, "before_cursor_execute", note)
