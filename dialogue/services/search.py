"""Search within the rooms one holds: opened, looked through and forgotten; what was looked for is kept nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import nlargest
from itertools import islice
from typing import Any
from uuid import UUID

from dialogue.domain import search
from dialogue.domain.acts import Act
from dialogue.domain.agenda import ItemKind
from dialogue.domain.people import Room, Seat, rooms_of
from dialogue.domain.search import MOST_HITS, MOST_RECORDS, Order, Piece, Question, Thing
from dialogue.services import audit, cases, rooms
from dialogue.services.admission import acts_open, admit
from dialogue.services.cases import CaseHead
from dialogue.services.rooms import Opened, Trouble
from dialogue.services.unit import UnitOfWork
from dialogue.store.agenda import AgendaItem, PositionRow, Translation, Wording
from dialogue.store.cases import Case
from dialogue.store.catalogue import HelpRequest
from dialogue.store.documents import Document, DocumentRelease, DocumentVersion
from dialogue.store.followup import CommitmentChange, CommitmentReport, CommitmentSupport, Review, ReviewView
from dialogue.store.holding import Programme, Recusal, Register
from dialogue.store.meetings import Meeting, MeetingBooking
from dialogue.store.notes import Note, NoteRevision
from dialogue.store.outcomes import Outcome
from dialogue.store.paper import PaperEntry
from dialogue.store.participants import Attendant, Declaration, SeatInquiry
from dialogue.store.questions import Question as PutQuestion
from dialogue.store.releases import Release
from dialogue.store.requests import EndorsedRequest, Reply, RequestComment, RequestVersion
from dialogue.store.search import (
    Ref,
    Shelf,
    as_it_stands,
    newest_file,
    newest_sent,
    newest_setting,
    newest_version,
    not_endorsed_yet,
    not_replaced,
    of_both,
    of_frames,
    of_items,
    refs_on,
    sealed_on,
    where_it_meets,
)
from dialogue.store.summaries import Summary, SummaryAmendment, SummaryVersion
from dialogue.store.terms import TermsVersion

_AT_ONCE = 500

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of thing that can be found.

    act      what its page asks at the door
    words    the texts in its body, in the order in which they are read
    heading  the text that stands above them, where there is one
    """

    thing: Thing
    shelf: Shelf
    act: Act
    words: Callable[[Body], list[str]]
    heading: str = ""


def _said(*names: str) -> Callable[[Body], list[str]]:
    """The texts that stand under those names; "terms.text" is the text in the terms."""

    def read(body: Body) -> list[str]:
        found: list[str] = []
        for name in names:
            told: Any = body
            for step in name.split("."):
                told = told.get(step) if isinstance(told, Mapping) else None
            if isinstance(told, str) and told:
                found.append(told)
        return found

    return read


def _lines_of(name: str) -> Callable[[Body], list[str]]:
    """The words of each line of a list."""

    def read(body: Body) -> list[str]:
        lines = body.get(name)
        told = [line.get("words") for line in lines if isinstance(line, Mapping)] if isinstance(lines, list) else []
        return [words for words in told if isinstance(words, str) and words]

    return read


def _of_a_record(body: Body) -> list[str]:
    """The words of an outcome record, with those of its items."""
    items = [item for item in body.get("items", []) if isinstance(item, Mapping)]
    reservations = [
        said["reservation"]
        for item in items
        for said in item.get("positions", {}).values()
        if isinstance(said, Mapping) and said.get("reservation")
    ]
    told = [
        body.get("preamble"),
        *(item.get(name) for item in items for name in ("title", "text")),
        body.get("closing"),
    ]
    return [text for text in (*told, *reservations) if isinstance(text, str) and text]


_IN_ITS_ROOM = Shelf(NoteRevision, Note.room, at="written_at", about="note_id", only=as_it_stands())

# One line for each sealed column with words that somebody may look for.
SOURCES: tuple[Source, ...] = (
    Source(
        Thing.REQUEST,
        Shelf(RequestVersion, Room.DRAFTING, only=not_endorsed_yet()),
        Act.REQUEST_READ,
        _said("issues", "background"),
    ),
    Source(
        Thing.REQUEST,
        Shelf(EndorsedRequest, Room.REQUEST, only=newest_sent()),
        Act.REQUEST_READ,
        _said("issues", "background"),
    ),
    Source(Thing.COMMENT, Shelf(RequestComment, Room.DRAFTING), Act.REQUEST_READ, _said("words")),
    Source(Thing.REPLY, Shelf(Reply, Room.REQUEST), Act.REQUEST_READ, _said("words")),
    Source(
        Thing.INQUIRY,
        Shelf(SeatInquiry, Room.DRAFTING, "question", "asked_at", "participant_id"),
        Act.PARTICIPANT_READ,
        _said("words"),
    ),
    Source(
        Thing.INQUIRY,
        Shelf(SeatInquiry, Room.DRAFTING, "answer", "answered_at", "participant_id"),
        Act.PARTICIPANT_READ,
        _said("words"),
    ),
    Source(Thing.DECLARATION, Shelf(Declaration, Room.REQUEST), Act.PARTICIPANT_READ, _said("interests")),
    Source(
        Thing.ATTENDANT,
        Shelf(Attendant, Room.LOGISTICS, at="entered_at"),
        Act.ATTENDANT_READ,
        _said("function", "meetings"),
        "name",
    ),
    Source(Thing.TERMS, Shelf(TermsVersion, Room.TERMS), Act.TERMS_READ, _said("terms.text")),
    Source(
        Thing.ITEM,
        Shelf(AgendaItem, Room.JOINT, at="proposed_at", only=(AgendaItem.kind == ItemKind.ITEM,)),
        Act.AGENDA_READ,
        _said("background"),
        "title",
    ),
    Source(
        Thing.WORDING,
        Shelf(Wording, Room.JOINT, about="item_id", only=of_items(Wording)),
        Act.AGENDA_READ,
        _said("text", "remark"),
    ),
    Source(
        Thing.TRANSLATION,
        Shelf(Translation, Room.JOINT, about="item_id", only=of_items(Translation)),
        Act.AGENDA_READ,
        _said("text"),
    ),
    Source(
        Thing.POSITION,
        Shelf(PositionRow, Room.JOINT, about="item_id", only=of_items(PositionRow)),
        Act.AGENDA_READ,
        _said("reason", "reservation"),
    ),
    *(
        Source(
            Thing.FRAME,
            Shelf(model, Room.JOINT, about=AgendaItem.kind, only=of_frames(model)),
            Act.AGENDA_READ,
            _said("text", "remark", "reason", "reservation"),
        )
        for model in (Wording, Translation, PositionRow)
    ),
    Source(
        Thing.MEETING,
        Shelf(Meeting, where_it_meets(), at="proposed_at", version="edition"),
        Act.MEETING_READ,
        _said("purpose", "address", "arrival", "reading", "access"),
        "title",
    ),
    Source(
        Thing.BOOKING,
        Shelf(
            MeetingBooking,
            where_it_meets(),
            at="booked_at",
            about="meeting_id",
            only=(MeetingBooking.meeting_id == Meeting.id,),
        ),
        Act.MEETING_READ,
        _said("address", "words"),
    ),
    Source(
        Thing.PROGRAMME,
        Shelf(Programme, Room.JOINT, about="meeting_id", only=newest_setting(Programme)),
        Act.PROGRAMME_READ,
        _lines_of("lines"),
    ),
    Source(
        Thing.REGISTER,
        Shelf(Register, Register.room, about="meeting_id", only=newest_setting(Register)),
        Act.REGISTER_READ,
        _said("words"),
    ),
    Source(
        Thing.RECUSAL,
        Shelf(Recusal, Room.JOINT, at="said_at", about="meeting_id", only=(Recusal.lifted_at.is_(None),)),
        Act.PROGRAMME_READ,
        _said("words"),
    ),
    Source(
        Thing.DOCUMENT,
        Shelf(DocumentVersion, Document.room, at="brought_at", about="document_id", only=newest_file()),
        Act.DOCUMENT_READ,
        _said("description", "name"),
        "title",
    ),
    Source(
        Thing.DOCUMENT_RELEASE,
        Shelf(DocumentRelease, DocumentRelease.room, about="document_id"),
        Act.DOCUMENT_READ,
        _said("remark"),
    ),
    Source(Thing.NOTE, _IN_ITS_ROOM, Act.NOTE_READ, _said("body"), "title"),
    Source(Thing.RELEASE, Shelf(Release, Release.room, about="note_id"), Act.NOTE_READ, _said("remark")),
    Source(Thing.QUESTION, Shelf(PutQuestion, Room.INPUT, at="proposed_at"), Act.INPUT_READ, _said("text")),
    Source(Thing.ANSWER, Shelf(PutQuestion, Room.INPUT, "answer", "settled_at"), Act.INPUT_READ, _said("text")),
    Source(Thing.SUMMARY, Shelf(Summary, Room.JOINT, at="begun_at"), Act.SUMMARY_READ, _said(), "title"),
    Source(
        Thing.SUMMARY,
        Shelf(SummaryVersion, Room.JOINT, at="written_at", about="summary_id", only=newest_version()),
        Act.SUMMARY_READ,
        _said("text"),
    ),
    Source(
        Thing.AMENDMENT,
        Shelf(SummaryAmendment, Room.JOINT, about="summary_id"),
        Act.SUMMARY_READ,
        _said("text", "remark"),
    ),
    Source(Thing.PAPER, Shelf(PaperEntry, Room.JOINT, at="proposed_at"), Act.PAPER_READ, _said("text"), "title"),
    Source(
        Thing.COMMITMENT,
        Shelf(CommitmentChange, Room.JOINT, at="proposed_at", about="commitment_id"),
        Act.COMMITMENT_READ,
        _said("measure", "remark"),
        "what",
    ),
    Source(
        Thing.REPORT, Shelf(CommitmentReport, Room.JOINT, about="commitment_id"), Act.COMMITMENT_READ, _said("words")
    ),
    Source(
        Thing.REPORT,
        Shelf(CommitmentReport, Room.JOINT, "answer", "answered_at", "commitment_id"),
        Act.COMMITMENT_READ,
        _said("words"),
    ),
    Source(
        Thing.SUPPORT,
        Shelf(
            CommitmentSupport,
            Room.JOINT,
            at="noted_at",
            about="commitment_id",
            only=(CommitmentSupport.removed_at.is_(None),),
        ),
        Act.COMMITMENT_READ,
        _said("remark"),
        "title",
    ),
    Source(Thing.REVIEW, Shelf(Review, Room.JOINT, at="proposed_at"), Act.COMMITMENT_READ, _said("remark")),
    Source(
        Thing.REVIEW,
        Shelf(ReviewView, Room.JOINT, about="review_id", only=of_both()),
        Act.COMMITMENT_READ,
        lambda body: [*_said("words")(body), *_lines_of("seen")(body)],
    ),
    Source(
        Thing.HELP,
        Shelf(HelpRequest, Room.JOINT, at="proposed_at", only=(HelpRequest.sealed_request.is_(None),)),
        Act.COMMITMENT_READ,
        _said("reach"),
        "title",
    ),
    Source(
        Thing.HELP, Shelf(HelpRequest, Room.LOGISTICS, "request", "agreed_at"), Act.HELP_READ, _said("reach"), "title"
    ),
    Source(Thing.HELP, Shelf(HelpRequest, Room.LOGISTICS, "answer", "settled_at"), Act.HELP_READ, _said("words")),
    Source(Thing.OUTCOME, Shelf(Outcome, Room.JOINT, only=not_replaced()), Act.OUTCOME_READ, _of_a_record),
)


@dataclass(frozen=True, slots=True)
class Hit:
    """One record with what was looked for.

    about   by what its page is called
    """

    thing: Thing
    about: UUID | str
    room: Room
    at: datetime
    heading: tuple[Piece, ...] = field(repr=False)
    snippet: tuple[Piece, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search has found.

    is_cut    there are more than are shown
    searched  how many records were opened; ``unread`` where the oldest were left out
    locked    how many of them were not opened, for want of a key
    broken    how many of them did not open although there is a key
    """

    head: CaseHead
    hits: tuple[Hit, ...]
    is_cut: bool
    unread: bool
    locked: int
    broken: int


def place(work: UnitOfWork, case_id: UUID) -> CaseHead:
    """Where somebody can search; gives the head of the page that asks for what."""
    case, seat = admit(work, case_id, Act.SEARCH_READ)
    return cases.head(work, case, seat)


def find(work: UnitOfWork, case_id: UUID, words: str, order: Order = Order.NEWEST) -> Found:
    """Look for words in everything of a case that the actor can open.

    In the record of each room that was looked through stands that it was, and not for what: so the other side does not
    learn from it what lies in a room that it does not hear.

    raises   Unfit where there is no word to look for
    """
    case, seat = admit(work, case_id, Act.SEARCH_READ)
    question = search.ask(words)
    refs = _refs(work, case, seat)
    told = _Told()
    matches = _matches(work, case, question, refs[:MOST_RECORDS], told)
    if order is Order.NEWEST:
        found = list(islice(matches, MOST_HITS + 1))
    else:
        found = nlargest(MOST_HITS + 1, matches, key=lambda match: match.weight)
    for room in sorted({ref.room for _, ref in refs}):
        audit.record(work, Act.SEARCH_READ, case.id, room=room)
    return Found(
        cases.head(work, case, seat),
        tuple(_shown(question, match) for match in found[:MOST_HITS]),
        len(found) > MOST_HITS,
        len(refs) > MOST_RECORDS,
        told.locked,
        told.broken,
    )


@dataclass(slots=True)
class _Told:
    """How many records could not be looked through."""

    locked: int = 0
    broken: int = 0


def _refs(work: UnitOfWork, case: Case, seat: Seat) -> list[tuple[Source, Ref]]:
    """Everything that the seat may open, newest first; one more than is looked through, where there is more."""
    heard = rooms_of(seat)
    may = {room: acts_open(work, case, seat, room) for room in heard}
    found = [
        (source, ref)
        for source in SOURCES
        for ref in refs_on(
            work.session,
            source.shelf,
            case.id,
            {room for room in heard if source.act in may[room]},
            limit=MOST_RECORDS + 1,
        )
    ]
    found.sort(key=lambda one: (one[1].at, one[1].id), reverse=True)
    return found[: MOST_RECORDS + 1]


@dataclass(frozen=True, slots=True)
class _Match:
    """A record with what is looked for; the heaviest is the best."""

    weight: int
    thing: Thing
    ref: Ref
    heading: str = field(repr=False)
    texts: list[str] = field(repr=False)


def _matches(
    work: UnitOfWork, case: Case, question: Question, refs: Sequence[tuple[Source, Ref]], told: _Told
) -> Iterator[_Match]:
    """Each record with a match, opened so many at a time; what holds no match is forgotten at once."""
    for start in range(0, len(refs), _AT_ONCE):
        some = refs[start : start + _AT_ONCE]
        for (source, ref), opened in zip(some, _open(work, case, some), strict=True):
            if opened.trouble is not None:
                told.locked += opened.trouble is Trouble.LOCKED
                told.broken += opened.trouble is Trouble.BROKEN
                continue
            match = _match(question, source, ref, opened.body)
            if match is not None:
                yield match


def _match(question: Question, source: Source, ref: Ref, body: Body) -> _Match | None:
    heading = body.get(source.heading) if source.heading else ""
    heading = heading if isinstance(heading, str) else ""
    texts = source.words(body)
    folded = search.fold("\n".join((heading, *texts)))
    if not question.is_in(folded):
        return None
    return _Match(question.weight(search.fold(heading), folded), source.thing, ref, heading, texts)


def _shown(question: Question, match: _Match) -> Hit:
    return Hit(
        match.thing,
        match.ref.about,
        match.ref.room,
        match.ref.at,
        search.pieces(question, match.heading, whole=True),
        search.pieces(question, search.first_with(question, match.texts)),
    )


def _open(work: UnitOfWork, case: Case, refs: Sequence[tuple[Source, Ref]]) -> list[Opened]:
    """Open those records, a query for each of their tables and the keys of each of their rooms."""
    sealed: dict[tuple[str, UUID], bytes] = {}
    shelves = {source.shelf.name: source.shelf for source, _ in refs}
    for name, shelf in shelves.items():
        ids = [ref.id for source, ref in refs if source.shelf.name == name]
        sealed |= {(name, one): blob for one, blob in sealed_on(work.session, shelf, ids).items()}
    opened: dict[int, Opened] = {}
    for room in sorted({ref.room for _, ref in refs}):
        here = [number for number, (_, ref) in enumerate(refs) if ref.room is room]
        records = [
            (sealed.get((source.shelf.name, ref.id), b""), source.shelf.place(case.id, ref))
            for source, ref in (refs[number] for number in here)
        ]
        opened |= zip(here, rooms.open_all(work, case, room, records), strict=True)
    return [opened[number] for number in range(len(refs))]
