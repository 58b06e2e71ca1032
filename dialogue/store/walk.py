"""Walking through everything of a case, table by table and page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.store.base import Row


def kind_of(table: str) -> Any:
    """The class whose rows stand in a table."""
    return next(mapper.class_ for mapper in Row.registry.mappers if mapper.local_table.name == table)  # type: ignore[attr-defined]


def pages_of(session: Session, kind: Any, case_id: UUID, size: int) -> Iterator[Sequence[Any]]:
    """All rows of a case in one table, in the order of their ids."""
    after: UUID | None = None
    while True:
        query = select(kind).where(kind.case_id == case_id).order_by(kind.id).limit(size)
        page = session.scalars(query if after is None else query.where(kind.id > after)).all()
        if page:
            yield page
            after = page[-1].id
        if len(page) < size:
            return


def parents_of(session: Session, kind: Any, column: str, page: Sequence[Any]) -> Mapping[UUID, Any]:
    """The rows on which those of a page hang, by id, in one query."""
    (key,) = kind.__table__.c[column].foreign_keys
    parent = kind_of(key.column.table.name)
    wanted = {getattr(row, column) for row in page}
    return {row.id: row for row in session.scalars(select(parent).where(parent.id.in_(wanted)))}
