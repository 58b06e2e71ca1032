"""Questions to an expert: both leads sign the same words, one answer reaches both at once, and the seat ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from dialogue.crypto import signing
from dialogue.crypto.context import Value, digest
from dialogue.domain.acts import Act
from dialogue.domain.people import Party, Role, Room, Seat, StaffRole
from dialogue.domain.questions import (
    DRAFT_OF_ANSWER,
    DRAFT_OF_QUESTION,
    OPEN,
    QUESTION,
    QuestionState,
    check_answer,
    check_question,
)
from dialogue.domain.seats import StatementKind
from dialogue.errors import Forbidden, NotFound, OutOfDate, SealBroken, Unfit
from dialogue.services import (
    audit,
    cases,
    drafts,
    identity,
    participants,
    requests,
    rooms,
    roster,
    signatures,
    statements,
    table,
)
from dialogue.services.admission import acts_open, admit
from dialogue.services.cases import CaseHead
from dialogue.services.identity import Person
from dialogue.services.letters import LetterKind
from dialogue.services.rooms import Opened, Trouble
from dialogue.services.roster import Candidate
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.participants import Participant, ParticipantState, find_participant, find_seat
from dialogue.store.questions import Question, find_question, open_questions, questions_of

_QUESTION = "dialogue/question/1"
_ANSWER = "dialogue/answer/1"
_WORDS = "dialogue/question-words/1"
_GONE = {ParticipantState.REMOVED, ParticipantState.DECLINED}

_PUT_ONCE = {QuestionState.PUT, QuestionState.ANSWERED, QuestionState.DECLINED}


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """One question and its answer, the signatures checked; with a ``trouble`` there are no words.

    party       whose lead proposed it; both stand behind it once it is put
    is_overdue  the day for the answer has passed, and the expert's seat with it
    may         what the reader may do about it now
    """

    id: UUID
    state: QuestionState
    text: str = field(repr=False)
    trouble: Trouble | None
    expert: Person | None = field(repr=False)
    until: datetime
    party: Party
    proposed_by: Person | None = field(repr=False)
    proposed_at: datetime
    put_at: datetime | None
    settled_at: datetime | None
    answer: str = field(repr=False)
    answer_trouble: Trouble | None
    is_overdue: bool
    may: frozenset[Act]


@dataclass(frozen=True, slots=True)
class Input:
    """The room of technical input: what is asked and what was answered, newest first."""

    head: CaseHead
    questions: tuple[QuestionShown, ...]
    may: frozenset[Act]


@dataclass(frozen=True, slots=True)
class Experts:
    """Who could be asked.

    suggested   accounts that the ILO's desk suggests for this case
    waits       the words of a question that one lead has proposed and that another one would replace
    """

    head: CaseHead
    could_be: tuple[Candidate, ...] = field(repr=False)
    suggested: frozenset[UUID]
    waits: bool


def index(work: UnitOfWork, case_id: UUID) -> Input:
    """Every question of the case that this seat may read; an expert reads the one that is asked of him."""
    case, seat = admit(work, case_id, Act.INPUT_READ, room=Room.INPUT)
    may = acts_open(work, case, seat, Room.INPUT)
    rows = [
        row
        for row in questions_of(work.session, case.id)
        if seat.role is not Role.EXPERT or (row.expert_id == seat.account and row.state is QuestionState.PUT)
    ]
    shown = _shown(work, case, seat, rows, may)
    audit.record(work, Act.INPUT_READ, case.id, room=Room.INPUT)
    return Input(cases.head(work, case, seat), tuple(shown), may & {Act.QUESTION_PROPOSE})


def look_before_proposing(work: UnitOfWork, case_id: UUID) -> Experts:
    """Who can be asked, for a lead who is about to propose a question."""
    case, seat = admit(work, case_id, Act.QUESTION_PROPOSE)
    return _experts(work, case, seat)


def look_before_suggesting(work: UnitOfWork, case_id: UUID) -> Experts:
    """Whom the desk could suggest; what is asked, the desk does not read."""
    case, seat = admit(work, case_id, Act.EXPERT_SUGGEST)
    return _experts(work, case, seat)


def look_before_answering(work: UnitOfWork, case_id: UUID, question_id: UUID) -> tuple[CaseHead, QuestionShown]:
    """The question, for the expert who is about to answer it."""
    case, seat = admit(work, case_id, Act.QUESTION_ANSWER)
    row = _asked_of(work, case, seat, question_id)
    return cases.head(work, case, seat), _shown(work, case, seat, [row], acts_open(work, case, seat, Room.INPUT))[0]


def suggest(work: UnitOfWork, case_id: UUID, expert_id: UUID) -> None:
    """Name an expert whom the leads may wish to ask; it gives nobody a key, and that person learns nothing of it."""
    case, _ = admit(work, case_id, Act.EXPERT_SUGGEST)
    roster.check_key(work, expert_id, StaffRole.EXPERT)
    row = _place_of(work, case, expert_id)
    if row.state not in _GONE:
        raise OutOfDate(expert_id)
    row.state, row.listed_by, row.listed_at = ParticipantState.LISTED, work.person.account_id, work.now
    row.until = row.removed_at = None
    work.session.flush()
    rooms.forget(work, case.id)
    audit.record(work, Act.EXPERT_SUGGEST, case.id, row.id)
    cases.tell(work, requests.leads_of(work, case), LetterKind.WAITING, about=f"{row.id.hex}:{work.now.isoformat()}")


def propose(work: UnitOfWork, case_id: UUID, *, text: str, expert_id: UUID, until: datetime) -> UUID:
    """Propose a question to an expert. It is put when the other lead signs the same words; other words replace these.

    until    the last moment for the answer, at which the expert's seat ends by itself
    raises   Unfit where a question is put already, where there are no words, or for who cannot be asked today
    """
    case, seat = admit(work, case_id, Act.QUESTION_PROPOSE)
    party = table.party_of(seat)
    check_question(text, until, work.now)
    fingerprint = roster.check_key(work, expert_id, StaffRole.EXPERT)
    for former in open_questions(work.session, case.id):
        if former.state is QuestionState.PUT:
            raise Unfit("question_present")
        _settle(work, case, former, Act.QUESTION_WITHDRAW)
    place = _place_of(work, case, expert_id)
    # Nobody of the ILO learns that there is a question before both have asked it.
    place.state, place.listed_at, place.until, place.removed_at = ParticipantState.LISTED, work.now, until, None
    work.session.flush()
    statements.state(
        work,
        case.id,
        StatementKind.SEAT,
        account=expert_id,
        fingerprint=fingerprint,
        party=None,
        role=Role.EXPERT,
        until=until,
    )
    participants.sign_acceptance(work, case, place, expert_id, fingerprint)
    row = Question(
        id=uuid4(),
        case_id=case.id,
        state=QuestionState.PROPOSED,
        party=party,
        proposed_by=seat.account,
        proposed_at=work.now,
        participant_id=place.id,
        expert_id=expert_id,
        until=until,
    )
    signed = signatures.sign(work, _QUESTION, case.id, party, *_values(row, text, fingerprint))
    body = {"text": text, "expert": fingerprint.hex(), **signed}
    row.sealed_body = rooms.seal(work, case, Room.INPUT, body, row.place("body", Room.INPUT))
    work.session.add(row)
    work.session.flush()
    drafts.discard(work, case.id, DRAFT_OF_QUESTION)
    audit.record(work, Act.QUESTION_PROPOSE, case.id, row.id, room=Room.INPUT, sealed=row.sealed_body)
    others = requests.leads_of(work, case, party.other)
    cases.tell(work, others, LetterKind.WAITING, about=row.id.hex)
    return row.id


def put(work: UnitOfWork, case_id: UUID, question_id: UUID) -> None:
    """Sign the very words that the other lead has proposed: the question is put, and the expert sits until it answers.

    raises   OutOfDate when the question is settled, or the expert's key is another by now
    """
    case, seat = admit(work, case_id, Act.QUESTION_PUT)
    party = table.party_of(seat)
    row = _find(work, case, question_id)
    if row.state is not QuestionState.PROPOSED:
        raise OutOfDate(question_id)
    if row.party is party:
        raise Forbidden(Act.QUESTION_PUT)
    check_question("-", row.until, work.now)
    body = rooms.open_one(work, case, Room.INPUT, row.sealed_body, row.place("body", Room.INPUT))
    _check_words(work, row, body)
    fingerprint = roster.check_key(work, row.expert_id, StaffRole.EXPERT)
    place = find_participant(work.session, case.id, row.participant_id)
    if place is None or fingerprint.hex() != body["expert"]:
        raise OutOfDate(question_id)
    participants.sign_acceptance(work, case, place, row.expert_id, fingerprint)
    signed = signatures.sign(work, _QUESTION, case.id, party, *_values(row, body["text"], fingerprint))
    row.sealed_voice = rooms.seal(work, case, Room.INPUT, signed, row.place("voice", Room.INPUT))
    row.state = QUESTION.after(row.state, Act.QUESTION_PUT)
    row.put_by, row.put_at = seat.account, work.now
    audit.record(work, Act.QUESTION_PUT, case.id, row.id, room=Room.INPUT, sealed=row.sealed_voice)
    audit.record(work, Act.QUESTION_PUT, case.id, row.id)
    cases.tell(work, [row.expert_id], LetterKind.SEAT_CONFIRMED, about=f"{row.id.hex}:expert")


def withdraw(work: UnitOfWork, case_id: UUID, question_id: UUID) -> None:
    """Take a question back before it is answered; either lead can, and the expert's seat ends at once."""
    case, seat = admit(work, case_id, Act.QUESTION_WITHDRAW)
    row = _find(work, case, question_id)
    if row.state not in OPEN:
        raise OutOfDate(question_id)
    was_put = row.state is QuestionState.PUT
    _settle(work, case, row, Act.QUESTION_WITHDRAW)
    audit.record(work, Act.QUESTION_WITHDRAW, case.id, row.id, room=Room.INPUT)
    told = {*requests.leads_of(work, case), *([row.expert_id] if was_put else [])} - {seat.account}
    cases.tell(work, sorted(told), LetterKind.WAITING, about=f"{row.id.hex}:withdrawn")


def decline(work: UnitOfWork, case_id: UUID, question_id: UUID) -> None:
    """Leave the question unanswered, without a reason; the seat ends, and another expert can be asked."""
    case, seat = admit(work, case_id, Act.QUESTION_DECLINE)
    row = _asked_of(work, case, seat, question_id)
    audit.record(work, Act.QUESTION_DECLINE, case.id, row.id, room=Room.INPUT)
    _settle(work, case, row, Act.QUESTION_DECLINE)
    cases.tell(work, requests.leads_of(work, case), LetterKind.WAITING, about=f"{row.id.hex}:declined")


def answer(work: UnitOfWork, case_id: UUID, question_id: UUID, *, text: str) -> None:
    """Answer both parties at the same moment; it is marked as technical input, and the seat ends with it."""
    case, seat = admit(work, case_id, Act.QUESTION_ANSWER)
    row = _asked_of(work, case, seat, question_id)
    check_answer(text)
    body = rooms.open_one(work, case, Room.INPUT, row.sealed_body, row.place("body", Room.INPUT))
    bundle = work.person.bundle
    words = digest(_WORDS, text)
    signature = signing.sign(bundle, _ANSWER, case.id, row.id, seat.account, digest(_WORDS, body["text"]), words)
    told = {"text": text, "fingerprint": bundle.public.fingerprint.hex(), "signature": signature.hex()}
    row.sealed_answer = rooms.seal(work, case, Room.INPUT, told, row.place("answer", Room.INPUT))
    drafts.discard(work, case.id, DRAFT_OF_ANSWER)
    audit.record(work, Act.QUESTION_ANSWER, case.id, row.id, room=Room.INPUT, sealed=row.sealed_answer)
    _settle(work, case, row, Act.QUESTION_ANSWER)
    cases.tell(work, requests.leads_of(work, case), LetterKind.WAITING, about=f"{row.id.hex}:answered")


def _experts(work: UnitOfWork, case: Case, seat: Seat) -> Experts:
    rows = rooms.rows_of(work, case.id)
    suggested = {
        account for account, row in rows.items() if row.role is Role.EXPERT and row.state is ParticipantState.LISTED
    }
    elsewhere = {account for account, row in rows.items() if row.role is not Role.EXPERT}
    could_be = roster.candidates(work, StaffRole.EXPERT)
    return Experts(
        cases.head(work, case, seat),
        tuple(one for one in could_be if one.person.account_id not in elsewhere),
        frozenset(suggested),
        seat.role is not Role.COORDINATOR and bool(open_questions(work.session, case.id)),
    )


def _place_of(work: UnitOfWork, case: Case, expert_id: UUID) -> Participant:
    """The row of an expert in this case, made where there is none; raises Unfit for who has another seat."""
    row = find_seat(work.session, case.id, expert_id)
    if row is not None:
        if row.role is not Role.EXPERT:
            raise Unfit("expert_sits")
        return row
    row = Participant(
        id=uuid4(),
        case_id=case.id,
        account_id=expert_id,
        party=None,
        role=Role.EXPERT,
        state=ParticipantState.REMOVED,
        organisation_id=None,
        listed_by=work.person.account_id,
        listed_at=work.now,
        is_late=True,
    )
    fields = {"name": identity.name_of(work, expert_id), "function": "", "email": ""}
    row.sealed_identity = identity.seal_field(work.instance.secrets, row, "sealed_identity", fields)
    work.session.add(row)
    work.session.flush()
    return row


def _find(work: UnitOfWork, case: Case, question_id: UUID) -> Question:
    row = find_question(work.session, case.id, question_id)
    if row is None:
        raise NotFound(question_id)
    return row


def _asked_of(work: UnitOfWork, case: Case, seat: Seat, question_id: UUID) -> Question:
    row = _find(work, case, question_id)
    if row.expert_id != seat.account:
        raise NotFound(question_id)
    if row.state is not QuestionState.PUT:
        raise OutOfDate(question_id)
    return row


def _settle(work: UnitOfWork, case: Case, row: Question, act: Act) -> None:
    """Bring a question to its end, and the expert's seat with it."""
    row.state = QUESTION.after(row.state, act)
    row.settled_at = work.now
    place = find_participant(work.session, case.id, row.participant_id)
    if place is not None and place.state not in _GONE:
        gone = ParticipantState.DECLINED if act is Act.QUESTION_DECLINE else ParticipantState.REMOVED
        participants.take_away(work, case, place, gone)
    work.session.flush()


def _values(row: Question, text: str, fingerprint: bytes) -> tuple[Value, ...]:
    return row.id, digest(_WORDS, text), row.expert_id, fingerprint, row.until


def _check_words(work: UnitOfWork, row: Question, body: dict[str, Any]) -> None:
    """Raise SealBroken unless its proposer has signed these words, to this expert."""
    try:
        fingerprint = bytes.fromhex(body["expert"])
    except (KeyError, TypeError, ValueError):
        raise SealBroken(row.id) from None
    values = _values(row, body["text"], fingerprint)
    signatures.check(work, _QUESTION, row.case_id, row.party, row.proposed_by, body, *values)


def _check_voice(work: UnitOfWork, row: Question, body: dict[str, Any], voice: dict[str, Any]) -> None:
    """Raise SealBroken unless the other lead has signed the same words, to the same expert."""
    if row.put_by is None:
        raise SealBroken(row.id)
    values = _values(row, body["text"], bytes.fromhex(body["expert"]))
    signatures.check(work, _QUESTION, row.case_id, row.party.other, row.put_by, voice, *values)


def _check_answer(work: UnitOfWork, row: Question, body: dict[str, Any], told: dict[str, Any]) -> None:
    """Raise SealBroken unless the expert whom both have asked signed this answer to these words."""
    if told.get("fingerprint") != body["expert"]:
        raise SealBroken(row.id)
    fingerprint = bytes.fromhex(body["expert"])
    key = statements.public_keys(work, {fingerprint}).get(fingerprint)
    if key is None:
        raise SealBroken(row.id)
    asked, said = digest(_WORDS, body["text"]), digest(_WORDS, told["text"])
    try:
        signature = bytes.fromhex(told["signature"])
    except (KeyError, TypeError, ValueError):
        raise SealBroken(row.id) from None
    signing.verify(key.sign, signature, _ANSWER, row.case_id, row.id, row.expert_id, asked, said)


def _shown(
    work: UnitOfWork, case: Case, seat: Seat, rows: Sequence[Question], may: frozenset[Act]
) -> list[QuestionShown]:
    answered = [row for row in rows if row.sealed_answer is not None]
    joined = [row for row in rows if row.put_at is not None or row.state in _PUT_ONCE]
    opened = rooms.open_all(
        work,
        case,
        Room.INPUT,
        [(row.sealed_body, row.place("body", Room.INPUT)) for row in rows]
        + [(row.sealed_answer or b"", row.place("answer", Room.INPUT)) for row in answered]
        + [(row.sealed_voice or b"", row.place("voice", Room.INPUT)) for row in joined],
    )
    answers = {row.id: told for row, told in zip(answered, opened[len(rows) :], strict=False)}
    voices = {row.id: told for row, told in zip(joined, opened[len(rows) + len(answered) :], strict=True)}
    people = identity.people(work, {row.expert_id for row in rows} | {row.proposed_by for row in rows})
    shown = []
    for row, told in zip(rows, opened, strict=False):
        asked = _genuine(told, partial(_check_words, work, row))
        said = answers.get(row.id, Opened())
        if asked.trouble is None and said.body:
            said = _genuine(said, partial(_check_answer, work, row, asked.body))
        elif said.body:
            said = Opened(trouble=asked.trouble)
        if asked.trouble is None and row.id in voices:
            asked = _joined(asked, _genuine(voices[row.id], partial(_check_voice, work, row, asked.body)))
        shown.append(
            QuestionShown(
                row.id,
                row.state,
                asked.body.get("text", ""),
                asked.trouble,
                people.get(row.expert_id),
                row.until,
                row.party,
                people.get(row.proposed_by),
                row.proposed_at,
                row.put_at,
                row.settled_at,
                said.body.get("text", ""),
                said.trouble,
                row.state is QuestionState.PUT and row.until <= work.now,
                _acts_about(row, seat) & may,
            )
        )
    return shown


def _genuine(told: Opened, check: Callable[[dict[str, Any]], None]) -> Opened:
    if told.trouble is not None:
        return told
    try:
        check(told.body)
    except SealBroken:
        return Opened(trouble=Trouble.BROKEN)
    return told


def _joined(asked: Opened, voice: Opened) -> Opened:
    """A question that both have put; a voice from before the reader's time, as for an expert, is no trouble."""
    return voice if voice.trouble is Trouble.BROKEN else asked


def _acts_about(row: Question, seat: Seat) -> frozenset[Act]:
    if row.state not in OPEN:
        return frozenset()
    if seat.account == row.expert_id:
        return frozenset({Act.QUESTION_ANSWER, Act.QUESTION_DECLINE})
    acts = {Act.QUESTION_WITHDRAW}
    if row.state is QuestionState.PROPOSED and seat.party is not row.party:
        acts.add(Act.QUESTION_PUT)
    return frozenset(acts)
