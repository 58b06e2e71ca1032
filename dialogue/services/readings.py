"""Which documents of the joint room are to be read before an item is talked about."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.documents import MOST_READINGS
from dialogue.domain.people import Room
from dialogue.errors import NotFound, OutOfDate, Unfit
from dialogue.services import audit, cases, documents, rooms
from dialogue.services.admission import acts_open, admit
from dialogue.services.cases import CaseHead
from dialogue.services.documents import FileSaid
from dialogue.services.rooms import Trouble
from dialogue.services.unit import UnitOfWork
from dialogue.store.agenda import find_item
from dialogue.store.documents import ItemDocument, documents_among, documents_in, find_document, find_tie, ties_of


@dataclass(frozen=True, slots=True)
class Reading:
    """A document that somebody has tied to an item."""

    tie_id: UUID
    document_id: UUID
    said: FileSaid


@dataclass(frozen=True, slots=True)
class Unread:
    """A tie that does not open: somebody has tied a document here, and nobody can tell which."""

    tie_id: UUID
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Choice:
    """A document of the joint room that can be tied."""

    document_id: UUID
    title: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Readings:
    """What is to be read before one item; ``choices`` only where the reader may add to it.

    unread   what somebody tied to the item, and does not open
    """

    head: CaseHead
    item_id: UUID
    number: int
    title: str = field(repr=False)
    listed: tuple[Reading, ...]
    unread: tuple[Unread, ...]
    choices: tuple[Choice, ...]
    may_tie: bool


def of_item(work: UnitOfWork, case_id: UUID, item_id: UUID) -> Readings:
    """The documents to be read before an item; a tie that was altered is told, and names none of them."""
    case, seat = admit(work, case_id, Act.AGENDA_READ)
    item = find_item(work.session, case.id, item_id)
    if item is None:
        raise NotFound(item_id)
    place = item.place("body", Room.JOINT)
    title = rooms.open_all(work, case, Room.JOINT, [(item.sealed_body, place)])[0].body.get("title", "")
    ties = ties_of(work.session, case.id, item_id)
    places = [(tie.sealed_body, tie.place("body", Room.JOINT)) for tie in ties]
    named: dict[UUID, UUID] = {}
    unread = []
    for tie, told in zip(ties, rooms.open_all(work, case, Room.JOINT, places), strict=True):
        if told.trouble is not None:
            unread.append(Unread(tie.id, told.trouble))
        elif told.body.get("item") != str(item_id):
            audit.event(work, "alarm:seal", tie.id)
            unread.append(Unread(tie.id, Trouble.BROKEN))
        else:
            named[UUID(told.body["document"])] = tie.id
    found = documents_among(work.session, case.id, Room.JOINT, named)
    said = documents.said_of(work, case, found)
    listed = tuple(
        Reading(named[document.id], document.id, said[version.id])
        for document, version in sorted(found, key=lambda pair: list(named).index(pair[0].id))
    )
    may_tie = Act.DOCUMENT_TIE in acts_open(work, case, seat)
    choices: tuple[Choice, ...] = ()
    if may_tie and len(ties) < MOST_READINGS:
        page = documents_in(work.session, case.id, (Room.JOINT,), before=None, limit=documents.PAGE)
        open_now = documents.said_of(work, case, page)
        choices = tuple(
            Choice(document.id, open_now[version.id].title)
            for document, version in page
            if document.id not in named and open_now[version.id].trouble is None
        )
    audit.record(work, Act.AGENDA_READ, case.id, item.id)
    return Readings(cases.head(work, case, seat), item.id, item.number, title, listed, tuple(unread), choices, may_tie)


def tie(work: UnitOfWork, case_id: UUID, item_id: UUID, document_id: UUID) -> UUID:
    """Say that a document of the joint room is to be read before an item; which one stands in a seal."""
    case, seat = admit(work, case_id, Act.DOCUMENT_TIE)
    item = find_item(work.session, case.id, item_id)
    document = find_document(work.session, case.id, document_id, rooms={Room.JOINT})
    if item is None or document is None:
        raise NotFound(item_id)
    ties = ties_of(work.session, case.id, item.id)
    if len(ties) >= MOST_READINGS:
        raise Unfit("readings_many")
    places = [(one.sealed_body, one.place("body", Room.JOINT)) for one in ties]
    if any(told.body.get("document") == str(document_id) for told in rooms.open_all(work, case, Room.JOINT, places)):
        raise OutOfDate(document_id)
    row = ItemDocument(id=uuid4(), case_id=case.id, item_id=item.id, tied_by=seat.account, tied_at=work.now)
    body = {"item": str(item.id), "document": str(document.id), "by": str(seat.account)}
    row.sealed_body = rooms.seal(work, case, Room.JOINT, body, row.place("body", Room.JOINT))
    work.session.add(row)
    work.session.flush()
    audit.record(work, Act.DOCUMENT_TIE, case.id, item.id, sealed=row.sealed_body)
    return row.id


def untie(work: UnitOfWork, case_id: UUID, tie_id: UUID) -> UUID:
    """Take a document off what is to be read before an item; gives the item."""
    case, _ = admit(work, case_id, Act.DOCUMENT_TIE)
    row = find_tie(work.session, case.id, tie_id)
    if row is None:
        raise NotFound(tie_id)
    work.session.delete(row)
    work.session.flush()
    audit.record(work, Act.DOCUMENT_TIE, case.id, row.item_id)
    return row.item_id
