"""Where sealed words lie: which rows of a table can be searched, in which room, and under which address."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, not_, or_, select
from sqlalchemy.orm import Session, aliased

from dialogue.crypto.context import Place
from dialogue.domain.agenda import ItemKind
from dialogue.domain.followup import ReviewState
from dialogue.domain.meetings import ROOM_OF
from dialogue.domain.outcomes import OutcomeState
from dialogue.domain.people import Room
from dialogue.store.agenda import AgendaItem
from dialogue.store.documents import Document, DocumentVersion
from dialogue.store.followup import Review, ReviewView
from dialogue.store.meetings import Meeting
from dialogue.store.notes import Note, NoteRevision
from dialogue.store.outcomes import Outcome
from dialogue.store.requests import EndorsedRequest, RequestVersion
from dialogue.store.summaries import Summary, SummaryVersion


@dataclass(frozen=True, slots=True)
class Shelf:
    """One sealed column of one table.

    model    the table; its column is called ``sealed_`` and ``column``
    room     where all of its rows lie, or what says so of each
    at       the column that says since when a row is there
    about    the column with the id of what the row belongs to, as its page calls it; or what else its page is called by
    version  the column with the number under which a row is sealed, where there is one
    only     which rows are of today
    """

    model: Any
    room: Any
    column: str = "body"
    at: str = "made_at"
    about: Any = "id"
    version: str = ""
    only: tuple[ColumnElement[bool], ...] = ()

    @property
    def sealed(self) -> Any:
        return getattr(self.model, f"sealed_{self.column}")

    @property
    def name(self) -> str:
        """Table and column, such as "notes.sealed_body"."""
        return f"{self.model.__tablename__}.sealed_{self.column}"

    def place(self, case_id: UUID, ref: Ref) -> Place:
        """Under which address a row was sealed."""
        return Place(
            case=case_id,
            room=ref.room.value,
            table=str(self.model.__tablename__),
            column=self.column,
            record=ref.id,
            version=ref.version,
        )


@dataclass(frozen=True, slots=True)
class Ref:
    """One row of a shelf, without what is sealed in it."""

    id: UUID
    about: UUID | str
    at: datetime
    room: Room
    version: int


def refs_on(session: Session, shelf: Shelf, case_id: UUID, rooms: Collection[Room], *, limit: int) -> Sequence[Ref]:
    """The rows of a case in those rooms, newest first."""
    lies_in_one = isinstance(shelf.room, Room)
    if lies_in_one and shelf.room not in rooms:
        return []
    model, at = shelf.model, getattr(shelf.model, shelf.at)
    columns: list[Any] = [
        model.id,
        getattr(model, shelf.about) if isinstance(shelf.about, str) else shelf.about,
        at,
        literal(shelf.room.value) if lies_in_one else shelf.room,
        getattr(model, shelf.version) if shelf.version else literal(1),
    ]
    conditions: list[ColumnElement[bool]] = [model.case_id == case_id, shelf.sealed.is_not(None), *shelf.only]
    if not lies_in_one:
        conditions.append(shelf.room.in_([room.value for room in rooms]))
    rows = session.execute(select(*columns).where(*conditions).order_by(at.desc(), model.id).limit(limit))
    return [Ref(row[0], row[1], row[2], Room(row[3]), row[4]) for row in rows]


def sealed_on(session: Session, shelf: Shelf, ids: Collection[UUID]) -> dict[UUID, bytes]:
    """What is sealed in those rows, in one query."""
    rows = session.execute(select(shelf.model.id, shelf.sealed).where(shelf.model.id.in_(list(ids))))
    return {row[0]: row[1] for row in rows if row[1] is not None}


def as_it_stands() -> tuple[ColumnElement[bool], ...]:
    """Of a note what it says now."""
    return (and_(NoteRevision.note_id == Note.id, NoteRevision.number == Note.revision),)


def not_endorsed_yet() -> tuple[ColumnElement[bool], ...]:
    """The newest draft of a request, while it is not the one that the ILO has."""
    later, sent = aliased(RequestVersion), aliased(EndorsedRequest)
    is_older = exists().where(later.case_id == RequestVersion.case_id, later.number > RequestVersion.number)
    is_sent = exists().where(sent.case_id == RequestVersion.case_id, sent.number == RequestVersion.number)
    return (not_(or_(is_older, is_sent)),)


def newest_sent() -> tuple[ColumnElement[bool], ...]:
    """The endorsed request that the ILO got last."""
    sent = aliased(EndorsedRequest)
    last = select(func.max(sent.number)).where(sent.case_id == EndorsedRequest.case_id).scalar_subquery()
    return (EndorsedRequest.number == last,)


def newest_version() -> tuple[ColumnElement[bool], ...]:
    """Of a joint summary what it says now."""
    return (exists().where(Summary.id == SummaryVersion.summary_id, Summary.number == SummaryVersion.number),)


def not_replaced() -> tuple[ColumnElement[bool], ...]:
    """Records that another has not taken the place of."""
    return (Outcome.state != OutcomeState.REPLACED,)


def of_items(model: Any) -> tuple[ColumnElement[bool], ...]:
    """What belongs to an item of the agenda."""
    return (model.item_id == AgendaItem.id, AgendaItem.kind == ItemKind.ITEM)


def of_frames(model: Any) -> tuple[ColumnElement[bool], ...]:
    """What belongs to the words around the record; their pages are called by their kind."""
    return (model.item_id == AgendaItem.id, AgendaItem.kind != ItemKind.ITEM)


def newest_file() -> tuple[ColumnElement[bool], ...]:
    """Of a document its newest version."""
    return (DocumentVersion.document_id == Document.id, DocumentVersion.number == Document.newest)


def newest_setting(model: Any) -> tuple[ColumnElement[bool], ...]:
    """Of a meeting's agenda or register the one that holds."""
    later = aliased(model)
    return (not_(exists().where(later.meeting_id == model.meeting_id, later.number > model.number)),)


def where_it_meets() -> ColumnElement[str]:
    """The room in which a meeting is spoken of, by its kind."""
    return case({kind.value: room.value for kind, room in ROOM_OF.items()}, value=Meeting.kind)


def of_both() -> tuple[ColumnElement[bool], ...]:
    """Both sides' views of a review, once both have put theirs down."""
    return (ReviewView.review_id == Review.id, Review.state == ReviewState.HELD)
