"""Destruction: the keys of a case first, then its rows, down to a stub; and the pages that this has freed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from dialogue.domain.people import Room
from dialogue.store.base import InRoom, Row
from dialogue.store.cases import Case
from dialogue.store.documents import DocumentVersion, StoredFile
from dialogue.store.engine import Store
from dialogue.store.notes import Draft
from dialogue.store.rooms import DueWrap, RoomEpoch, RoomWrap
from dialogue.store.traces import remove_traces

# Where wrapped keys stand; on PostgreSQL these are written anew once rows were deleted, so that no page keeps them.
KEY_TABLES = (RoomWrap.__tablename__, RoomEpoch.__tablename__, DueWrap.__tablename__)


def destroy_keys(session: Session, case_id: UUID, room: Room | None = None) -> None:
    """Delete every wrapped key of a case, or of one of its rooms; of a room the signed manifests stay."""
    wraps = delete(RoomWrap).where(RoomWrap.case_id == case_id)
    dues = delete(DueWrap).where(DueWrap.case_id == case_id)
    if room is not None:
        wraps, dues = wraps.where(RoomWrap.room == room), dues.where(DueWrap.room == room)
    session.execute(wraps)
    session.execute(dues)
    if room is None:
        session.execute(delete(RoomEpoch).where(RoomEpoch.case_id == case_id))


def destroy_room(session: Session, case_id: UUID, room: Room) -> list[UUID]:
    """Delete the keys of one room and everything that was sealed in it; each row's going is noted in the record.

    returns   the stored files on which no document rests any more
    """
    destroy_keys(session, case_id, room)
    for rows in _in_room(session, case_id, room):
        for row in rows:
            session.delete(row)
        session.flush()
    unused = session.scalars(
        select(StoredFile).where(
            StoredFile.case_id == case_id, ~exists().where(DocumentVersion.file_id == StoredFile.id)
        )
    ).all()
    for file in unused:
        session.delete(file)
    session.flush()
    return [file.id for file in unused]


def destroy_personal_drafts(session: Session, case_id: UUID) -> None:
    """Delete what people kept for themselves while they wrote."""
    session.execute(delete(Draft).where(Draft.case_id == case_id))


def remove_all_but_the_stub(session: Session, case: Case) -> None:
    """Delete everything of a case but its own row and its certificate, with every trace of who did what in it."""
    case.follows_id = None
    session.flush()
    remove_traces(session, case, keep_seats_of=None, keep_case=True)


def free_pages(store: Store) -> None:
    """Have the database let go of what was deleted.

    SQLite overwrites deleted rows; its log is emptied here. PostgreSQL keeps what was deleted in the pages of a table
    until they are used again: the tables with keys are written anew, the others are freed for being written over.
    """
    with store.writing.connect() as connection:
        if store.is_sqlite:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
            return
    with store.writing.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            connection.execute(text("SET lock_timeout = '5s'"))
            connection.execute(text("VACUUM (FULL) " + ", ".join(KEY_TABLES)))
            connection.execute(text("VACUUM"))
        except DBAPIError:
            # Somebody is reading; the next hour is soon enough, for the rows themselves have gone.
            return
        finally:
            connection.execute(text("RESET lock_timeout"))


def _in_room(session: Session, case_id: UUID, room: Room) -> Iterator[list[Row]]:
    """Every row of a room, those that hang on another one first."""
    hanging: list[Row] = []
    heads: list[Row] = []
    for mapper in Row.registry.mappers:
        kind: Any = mapper.class_
        if issubclass(kind, InRoom) and "room" in inspect(kind).columns:
            heads.extend(session.scalars(select(kind).where(kind.case_id == case_id, kind.room == room)))
    wanted = {(type(row).__tablename__, row.id) for row in heads}  # type: ignore[attr-defined]
    for mapper in Row.registry.mappers:
        kind = mapper.class_
        if not issubclass(kind, InRoom):
            continue
        for column in inspect(kind).columns:
            for key in column.foreign_keys:
                ids = [id_ for table, id_ in wanted if table == key.column.table.name and key.column.name == "id"]
                if ids:
                    hanging.extend(session.scalars(select(kind).where(column.in_(ids))))
    yield hanging
    yield [row for row in heads if row not in hanging]
