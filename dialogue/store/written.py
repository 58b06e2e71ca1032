"""Which rows of a case a session has written, until somebody asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session

from dialogue.store.base import InRoom, Row
from dialogue.store.cases import Case

Recorded = InRoom | Case
_KEY = "rows_written"


class WatchedSession(Session):
    """A session that knows which of its flushed rows belong to the record of a case."""


@dataclass(frozen=True, slots=True)
class Written:
    """A row of a case that was written or deleted."""

    case_id: UUID
    table: str
    id: UUID
    row: Recorded
    has_gone: bool


def take(session: Session) -> list[Written]:
    """Every such row that was written or deleted since the last time."""
    session.flush()
    found: dict[int, Written] = session.info.pop(_KEY, {})
    return list(found.values())


def table_of(row: Recorded) -> str:
    """The name of the table where a row stands."""
    return str(inspect(row).mapper.local_table)


def values_of(row: Recorded) -> list[tuple[str, Any]]:
    """The row's columns with what stands in them, in a fixed order."""
    return sorted((column.key, getattr(row, column.key)) for column in inspect(row).mapper.column_attrs)


def rows_of_case(session: Session, case_id: UUID) -> Iterator[Recorded]:
    """Everything of a case whose state is recorded."""
    for mapper in Row.registry.mappers:
        kind = mapper.class_
        if issubclass(kind, InRoom) and kind.is_recorded:
            yield from session.scalars(select(kind).where(kind.case_id == case_id))
    yield from session.scalars(select(Case).where(Case.id == case_id))


def _note(session: Session, *_rest: Any) -> None:
    written: dict[int, Written] = session.info.setdefault(_KEY, {})
    for row in (*session.new, *session.dirty, *session.deleted):
        if _is_recorded(row) and (row not in session.dirty or session.is_modified(row)):
            case_id = row.id if isinstance(row, Case) else row.case_id
            written[id(row)] = Written(case_id, table_of(row), row.id, row, row in session.deleted)


def _forget(session: Session, *_rest: Any) -> None:
    session.info.pop(_KEY, None)


def _is_recorded(row: Any) -> bool:
    return isinstance(row, Case) or (isinstance(row, InRoom) and row.is_recorded)


event.listen(WatchedSession, "before_flush", _note)
event.listen(WatchedSession, "after_soft_rollback", _forget)
