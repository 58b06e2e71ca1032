"""Rows as lines of text and back, for backups that any of the databases can take in."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, TypeDecorator, func, insert, select, update
from sqlalchemy.orm import Session

from dialogue.store.schema import METADATA

# What opens something, alone or with a password: it has backups of its own, and short ones. What is sealed under one
# person's own key stands here too: with no room's keys does it go, only with its own rows.
KEYS = frozenset(
    {
        "accounts",
        "authenticators",
        "calendar_feeds",
        "certificate_readers",
        "certificates",
        "drafts",
        "due_wraps",
        "links",
        "passkeys",
        "pins",
        "printed_codes",
        "private_labels",
        "public_keys",
        "room_epochs",
        "room_wraps",
        "upload_parts",
    }
)
# What nobody misses after a restore, or what must not come back.
LEFT_OUT = frozenset({"heartbeats", "limits", "sessions"})
BATCH = 500


def tables(*, keys: bool) -> list[Table]:
    """The tables of one kind of backup, those first on which others rest."""
    return [table for table in METADATA.sorted_tables if table.name not in LEFT_OUT and (table.name in KEYS) is keys]


def all_tables() -> list[Table]:
    """The tables of both kinds, those first on which others rest."""
    return [table for table in METADATA.sorted_tables if table.name not in LEFT_OUT]


def is_empty(session: Session) -> bool:
    """Whether nobody has used this database yet."""
    return not session.scalar(select(func.count()).select_from(METADATA.tables["accounts"]))


def clear_first_rows(session: Session) -> None:
    """Take away what a fresh database begins with; a backup brings its own."""
    for table in reversed(all_tables()):
        session.execute(table.delete())


def lines_of(session: Session, table: Table) -> Iterator[bytes]:
    """Every row of a table, one line of JSON each."""
    query = select(table).order_by(*table.primary_key.columns)
    for row in session.execute(query.execution_options(yield_per=BATCH)).mappings():
        told = {column.name: _told(row[column]) for column in table.columns}
        yield json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def put(
    session: Session, table: Table, lines: Iterable[bytes], *, without: Collection[UUID], only: Collection[UUID] | None
) -> int:
    """Insert rows from their lines, and give their number.

    without   cases that have been destroyed since: none of their rows comes back but their own
    only      the cases that there are; a row of another one is left out. None: every row
    """
    later, parents = _later(table), _parents(session, table)
    held: list[dict[str, Any]] = []
    done = 0
    for line in lines:
        row = _read(table, line)
        case_id = row.get("case_id")
        is_kept = table.name in {"certificates", "certificate_readers"}
        if case_id is not None and not is_kept and (case_id in without or (only is not None and case_id not in only)):
            continue
        if is_kept and only is not None and case_id not in only:
            continue
        if any(row[name] is not None and row[name] not in there for name, there in parents.items()):
            continue
        held.append(row)
        if len(held) == BATCH:
            done += _insert(session, table, held, later)
            held = []
    return done + _insert(session, table, held, later)


def point(session: Session, table: Table, lines: Iterable[bytes], present: Collection[UUID]) -> None:
    """Set the columns that point to rows of tables that came later, once these are there."""
    for name in _later(table):
        for line in lines:
            row = _read(table, line)
            if row[name] is not None and row["id"] in present:
                session.execute(update(table).where(table.c.id == row["id"]).values({name: row[name]}))


def points_on(table: Table) -> bool:
    """Whether rows of a table point to rows that are inserted after them."""
    return bool(_later(table))


def ids_in(session: Session, table: Table) -> set[UUID]:
    return set(session.scalars(select(table.c.id)))


def _insert(session: Session, table: Table, rows: list[dict[str, Any]], later: Collection[str]) -> int:
    if rows:
        session.execute(insert(table), [row | dict.fromkeys(later) for row in rows])
    return len(rows)


def _parents(session: Session, table: Table) -> dict[str, set[UUID]]:
    """Of a table that names no case itself: the columns that name something of a case, and what of it is there."""
    if "case_id" in table.c:
        return {}
    return {
        column.name: ids_in(session, key.column.table)
        for column in table.columns
        for key in column.foreign_keys
        if "case_id" in key.column.table.c
    }


def _later(table: Table) -> list[str]:
    """The columns that name rows of the same table, or of one that is filled after it."""
    order = [one.name for one in METADATA.sorted_tables]
    return [
        column.name
        for column in table.columns
        for key in column.foreign_keys
        if order.index(key.column.table.name) >= order.index(table.name)
    ]


def _told(value: Any) -> Any:
    match value:
        case bytes():
            return b64encode(value).decode()
        case UUID():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case _:
            return value


def _read(table: Table, line: bytes) -> dict[str, Any]:
    told = json.loads(line)
    return {column.name: _value(column, told[column.name]) for column in table.columns}


def _value(column: Column[Any], told: Any) -> Any:
    inside = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    kind: Any = inside.python_type
    if told is None:
        return None
    if kind is bytes:
        return b64decode(told)
    if kind is UUID:
        return UUID(told)
    if kind in {datetime, date}:
        return kind.fromisoformat(told)
    return told
