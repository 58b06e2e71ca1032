"""Questions about a listed person: the other lead asks before accepting, the own lead answers; never for the ILO."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.people import Party, Room
from dialogue.errors import Forbidden, NotFound, OutOfDate, Unfit
from dialogue.services import audit, cases, drafts, identity, participants, requests, rooms, table
from dialogue.services.admission import admit
from dialogue.services.cases import CaseHead
from dialogue.services.identity import Person
from dialogue.services.letters import LetterKind
from dialogue.services.participants import Listed
from dialogue.services.rooms import Trouble
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.participants import (
    Participant,
    SeatInquiry,
    find_inquiry,
    find_participant,
    inquiries_about,
)

LONGEST = 2_000
DRAFT_OF_INQUIRY = "delegation.ask"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question about a person and its answer, as far as they open."""

    id: UUID
    party: Party
    asked_by: Person | None = field(repr=False)
    asked_at: datetime
    question: str = field(repr=False)
    answered_by: Person | None = field(repr=False)
    answered_at: datetime | None
    answer: str = field(repr=False)
    trouble: Trouble | None
    may_answer: bool


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Everything asked about one person, oldest first."""

    head: CaseHead
    person: Listed
    asked: tuple[Asked, ...]
    may_ask: bool


def show(work: UnitOfWork, case_id: UUID, participant_id: UUID) -> Inquiry:
    """What was asked and answered about one person, for those who prepare the request on both sides."""
    case, seat = admit(work, case_id, Act.PARTICIPANT_READ)
    if not rooms.listens_to(seat, Room.DRAFTING):
        raise NotFound(participant_id)
    shown = participants.index(work, case_id)
    person = next((one for one in shown.people if one.participant_id == participant_id), None)
    if person is None or person.party is None:
        raise NotFound(participant_id)
    rows = inquiries_about(work.session, case.id, participant_id)
    answered = [row for row in rows if row.sealed_answer is not None]
    opened = rooms.open_all(
        work,
        case,
        Room.DRAFTING,
        [(row.sealed_question, row.place("question", Room.DRAFTING)) for row in rows]
        + [(row.sealed_answer or b"", row.place("answer", Room.DRAFTING)) for row in answered],
    )
    answers = {row.id: told for row, told in zip(answered, opened[len(rows) :], strict=True)}
    people = identity.people(work, {one for row in rows for one in (row.asked_by, row.answered_by) if one is not None})
    may_answer = Act.SEAT_ANSWER in shown.head.may and seat.party is person.party
    asked = []
    for row, told in zip(rows, opened, strict=False):
        said = answers.get(row.id)
        asked.append(
            Asked(
                row.id,
                row.party,
                people.get(row.asked_by),
                row.asked_at,
                told.body.get("words", ""),
                people.get(row.answered_by) if row.answered_by is not None else None,
                row.answered_at,
                said.body.get("words", "") if said is not None else "",
                told.trouble or (said.trouble if said is not None else None),
                may_answer and row.answered_at is None,
            )
        )
    return Inquiry(
        shown.head, person, tuple(asked), Act.SEAT_ASK in shown.head.may and seat.party is person.party.other
    )


def ask(work: UnitOfWork, case_id: UUID, participant_id: UUID, *, words: str) -> UUID:
    """Ask the other lead about a person of its side; nobody is accepted or refused by that."""
    case, seat = admit(work, case_id, Act.SEAT_ASK)
    party = table.party_of(seat)
    person = _find(work, case, participant_id)
    if person.party is not party.other:
        raise Forbidden(Act.SEAT_ASK)
    _check(words)
    row = SeatInquiry(
        id=uuid4(),
        case_id=case.id,
        participant_id=person.id,
        party=party,
        asked_by=seat.account,
        asked_at=work.now,
    )
    row.sealed_question = rooms.seal(work, case, Room.DRAFTING, {"words": words}, row.place("question", Room.DRAFTING))
    work.session.add(row)
    work.session.flush()
    drafts.discard(work, case.id, DRAFT_OF_INQUIRY)
    audit.record(work, Act.SEAT_ASK, case.id, person.id, room=Room.DRAFTING, sealed=row.sealed_question)
    cases.tell(work, requests.leads_of(work, case, party.other), LetterKind.WAITING, about=row.id.hex)
    return row.id


def answer(work: UnitOfWork, case_id: UUID, inquiry_id: UUID, *, words: str) -> None:
    """Answer what the other side asks about a person of one's own; raises OutOfDate where that was done already."""
    case, seat = admit(work, case_id, Act.SEAT_ANSWER)
    row = find_inquiry(work.session, case.id, inquiry_id)
    if row is None:
        raise NotFound(inquiry_id)
    if row.party is table.party_of(seat):
        raise Forbidden(Act.SEAT_ANSWER)
    if row.answered_at is not None:
        raise OutOfDate(inquiry_id)
    _check(words)
    row.sealed_answer = rooms.seal(work, case, Room.DRAFTING, {"words": words}, row.place("answer", Room.DRAFTING))
    row.answered_by, row.answered_at = seat.account, work.now
    work.session.flush()
    drafts.discard(work, case.id, DRAFT_OF_INQUIRY)
    audit.record(work, Act.SEAT_ANSWER, case.id, row.participant_id, room=Room.DRAFTING, sealed=row.sealed_answer)
    cases.tell(work, requests.leads_of(work, case, row.party), LetterKind.WAITING, about=f"{row.id.hex}:answer")


def _find(work: UnitOfWork, case: Case, participant_id: UUID) -> Participant:
    row = find_participant(work.session, case.id, participant_id)
    if row is None or row.state in participants.GONE:
        raise NotFound(participant_id)
    return row


def _check(words: str) -> None:
    if not words.strip() or len(words) > LONGEST:
        raise Unfit("inquiry_words")
