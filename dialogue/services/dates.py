"""Dates for a meeting: several offered at once, answered by everybody, one of them confirmed by those who decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.meetings import (
    MEETING,
    OPEN_DATES,
    OVER,
    Acceptance,
    Answer,
    Candidate,
    DateState,
    Ground,
    Hour,
    LocalSlot,
    MeetingState,
    Offer,
    Voice,
    VoiceKind,
    best_first,
    check_offers,
    local_slot,
)
from dialogue.domain.people import Role
from dialogue.errors import IllegalTransition, NotAgreed, OutOfDate, Unfit
from dialogue.services import audit, convening, rooms
from dialogue.services.convening import Sitter, enter_meeting
from dialogue.services.rooms import Opened, Trouble
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.meetings import Meeting, MeetingAnswer, MeetingDate, answers_of, dates_of, open_dates_of


@dataclass(frozen=True, slots=True)
class PlaceSlot:
    """One date as the clocks of one time zone show it, and who lives there.

    is_own   the reader is one of them
    """

    slot: LocalSlot
    names: tuple[str, ...] = field(repr=False)
    is_own: bool


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """What one person says to one date; ``answer`` None where nothing was said, or where it does not open."""

    person: Sitter = field(repr=False)
    answer: Answer | None = field(repr=False)
    trouble: Trouble | None
    is_own: bool


@dataclass(frozen=True, slots=True)
class DateShown:
    """One date with everybody's clock and everybody's answer.

    missing      the decisive voices that have not answered
    refusing     those that cannot
    may_confirm  everybody who decides accepts it, and the reader may say so
    is_past      it has begun
    """

    id: UUID
    state: DateState
    begins_at: datetime
    minutes: int
    places: tuple[PlaceSlot, ...]
    answers: tuple[AnswerShown, ...] = field(repr=False)
    own: Answer | None = field(repr=False)
    acceptance: Acceptance
    missing: tuple[Voice, ...]
    refusing: tuple[Voice, ...]
    may_confirm: bool
    is_past: bool

    @property
    def ends_at(self) -> datetime:
        return self.begins_at + timedelta(minutes=self.minutes)


def offer(work: UnitOfWork, case_id: UUID, meeting_id: UUID, *, offers: Sequence[Offer]) -> None:
    """Offer more dates; for a meeting that has its time these are the dates to which it may be moved.

    Whoever offers a date can come to it: that is the first answer. The time that is confirmed stays until another is.
    """
    case, _, meeting = enter_meeting(work, case_id, meeting_id, Act.MEETING_OFFER)
    if meeting.state in OVER:
        raise OutOfDate(meeting_id)
    rows = add(work, case, meeting, offers)
    audit.record(work, Act.MEETING_OFFER, case.id, meeting.id, room=meeting.room)
    convening.tell(work, case, meeting, f"offered:{rows[0].id.hex}")


def add(work: UnitOfWork, case: Case, meeting: Meeting, offers: Sequence[Offer]) -> list[MeetingDate]:
    """Lay dates beside those that are open, each with the yes of whoever offers it; raises Unfit."""
    present = {row.begins_at for row in open_dates_of(work.session, [meeting.id])}
    if meeting.state is MeetingState.CONFIRMED and any(one.begins_at == meeting.begins_at for one in offers):
        raise Unfit("dates_same")
    check_offers(offers, work.now, present)
    rows = [
        MeetingDate(
            id=uuid4(),
            case_id=case.id,
            meeting_id=meeting.id,
            state=DateState.OFFERED,
            begins_at=one.begins_at,
            minutes=one.minutes,
            offered_by=work.person.account_id,
            offered_at=work.now,
            state_since=work.now,
        )
        for one in offers
    ]
    work.session.add_all(rows)
    work.session.flush()
    for row in rows:
        _put_answer(work, case, meeting, row, None, Answer.YES)
    _settle(work, case, meeting, rows)
    return rows


def answer(work: UnitOfWork, case_id: UUID, meeting_id: UUID, *, answers: Mapping[UUID, Answer]) -> None:
    """Say to each of those dates whether one can come; an earlier answer is replaced.

    raises   OutOfDate where one of the dates cannot be answered any more
    """
    case, seat, meeting = enter_meeting(work, case_id, meeting_id, Act.MEETING_ANSWER)
    offered = {row.id: row for row in open_dates_of(work.session, [meeting.id]) if row.begins_at > work.now}
    if not answers:
        raise Unfit("answers_none")
    if meeting.state in OVER or not set(answers) <= set(offered):
        raise OutOfDate(meeting_id)
    given = {row.date_id: row for row in answers_of(work.session, list(answers)) if row.account_id == seat.account}
    for date_id, said in answers.items():
        _put_answer(work, case, meeting, offered[date_id], given.get(date_id), said)
    newly = _settle(work, case, meeting, list(offered.values()))
    audit.record(work, Act.MEETING_ANSWER, case.id, meeting.id, room=meeting.room)
    for row in newly:
        convening.tell(work, case, meeting, f"accepted:{row.id.hex}")


def confirm(work: UnitOfWork, case_id: UUID, meeting_id: UUID, date_id: UUID) -> None:
    """Make a date the meeting's time, once both sides and the facilitator accept it; the other dates are passed by.

    raises   OutOfDate where the date is not open any more, NotAgreed where a voice that decides is missing
    """
    case, _, meeting = enter_meeting(work, case_id, meeting_id, Act.MEETING_CONFIRM)
    rows = open_dates_of(work.session, [meeting.id])
    chosen = next((row for row in rows if row.id == date_id), None)
    if chosen is None:
        raise OutOfDate(meeting_id)
    if chosen.begins_at <= work.now:
        raise Unfit("dates_past")
    seen = _opened(work, case, meeting, [chosen])
    people = convening.sitters(work, case, meeting.room)
    if _candidate(case, meeting, chosen, seen, people).acceptance is not Acceptance.AGREED:
        raise NotAgreed(date_id)
    former = [row for row in dates_of(work.session, [meeting.id]) if row.state is DateState.CHOSEN]
    for row in (*rows, *former):
        row.state, row.state_since = DateState.PASSED, work.now
    chosen.state = DateState.CHOSEN
    meeting.state, meeting.state_since = MEETING.after(meeting.state, Act.MEETING_CONFIRM), work.now
    meeting.take_place(chosen.begins_at, chosen.minutes)
    meeting.sequence += 1
    if meeting.ground is not Ground.NOT_ASKED:
        meeting.ground, meeting.ground_since = Ground.ASKED, work.now
        convening.tell_the_desk(work, meeting, f"ground:{meeting.sequence}")
    work.session.flush()
    said = convening.say(work, case, meeting, VoiceKind.CONFIRM)
    audit.record(work, Act.MEETING_CONFIRM, case.id, meeting.id, room=meeting.room, sealed=said.sealed_body)
    convening.tell(work, case, meeting, f"confirmed:{meeting.sequence}")


def stay(work: UnitOfWork, case_id: UUID, meeting_id: UUID) -> None:
    """Move a meeting after all not: the dates that were offered for that are passed by, its time stays."""
    case, _, meeting = enter_meeting(work, case_id, meeting_id, Act.MEETING_OFFER)
    rows = open_dates_of(work.session, [meeting.id])
    if meeting.state is not MeetingState.CONFIRMED or not rows:
        raise IllegalTransition(Act.MEETING_OFFER)
    pass_by(work, rows)
    audit.record(work, Act.MEETING_KEEP, case.id, meeting.id, room=meeting.room)
    convening.tell(work, case, meeting, f"stays:{rows[0].id.hex}")


def pass_by(work: UnitOfWork, rows: Sequence[MeetingDate]) -> None:
    """Let dates go that nobody answers any more."""
    for row in rows:
        row.state, row.state_since = DateState.PASSED, work.now
    work.session.flush()


def shown(
    work: UnitOfWork, case: Case, meeting: Meeting, people: Sequence[Sitter], *, may_confirm: bool
) -> list[DateShown]:
    """The dates that can be answered, the best first, as the reader sees them."""
    rows = open_dates_of(work.session, [meeting.id])
    seen = _opened(work, case, meeting, rows)
    order = best_first(_candidate(case, meeting, row, seen, people) for row in rows)
    found = {row.id: row for row in rows}
    return [_shown(work, found[one.id], one, seen, people, may_confirm=may_confirm) for one in order]


def is_settled_altered(work: UnitOfWork, case: Case, meeting: Meeting) -> bool:
    """Whether an answer was altered to the date that was chosen, or to one that was passed by; they are not shown."""
    settled = [row for row in dates_of(work.session, [meeting.id]) if row.state not in OPEN_DATES]
    return any(told.trouble is Trouble.BROKEN for _, told in _opened(work, case, meeting, settled).values())


def places(work: UnitOfWork, begins_at: datetime, minutes: int, people: Sequence[Sitter]) -> tuple[PlaceSlot, ...]:
    """What the clocks show where those people live, from west to east."""
    own = work.person.account_id
    zones: dict[str, list[Sitter]] = {}
    for person in people:
        zones.setdefault(person.zone, []).append(person)
    found = [
        PlaceSlot(
            local_slot(begins_at, minutes, zone, there[0].rests),
            tuple(person.name for person in there),
            any(person.account_id == own for person in there),
        )
        for zone, there in zones.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.slot.begins.utcoffset() or timedelta(), one.slot.zone)))


_Seen = dict[tuple[UUID, UUID], tuple[MeetingAnswer, Opened]]


def _opened(work: UnitOfWork, case: Case, meeting: Meeting, rows: Sequence[MeetingDate]) -> _Seen:
    """The answers to those dates by date and person, each held against what it was given to."""
    dates = {row.id: row for row in rows}
    given = answers_of(work.session, list(dates))
    opened = rooms.open_all(
        work, case, meeting.room, [(row.sealed_body, row.place("body", meeting.room)) for row in given]
    )
    return {
        (row.date_id, row.account_id): (row, _genuine(row, dates[row.date_id], told))
        for row, told in zip(given, opened, strict=True)
    }


def _genuine(row: MeetingAnswer, offered: MeetingDate, told: Opened) -> Opened:
    """An answer to another time, or by somebody else, is none."""
    if told.trouble is None and {**told.body, "answer": ""} != _body(row, offered, ""):
        return Opened(trouble=Trouble.BROKEN)
    return told


def _body(row: MeetingAnswer, offered: MeetingDate, said: str) -> dict[str, object]:
    return {
        "answer": said,
        "by": str(row.account_id),
        "begins_at": offered.begins_at.isoformat(),
        "minutes": offered.minutes,
    }


def _put_answer(
    work: UnitOfWork,
    case: Case,
    meeting: Meeting,
    offered: MeetingDate,
    row: MeetingAnswer | None,
    said: Answer,
) -> None:
    if row is None:
        row = MeetingAnswer(
            id=uuid4(),
            case_id=case.id,
            meeting_id=meeting.id,
            date_id=offered.id,
            account_id=work.person.account_id,
        )
    row.given_at = work.now
    body = _body(row, offered, said.value)
    row.sealed_body = rooms.seal(work, case, meeting.room, body, row.place("body", meeting.room))
    work.session.add(row)
    work.session.flush()


def _settle(work: UnitOfWork, case: Case, meeting: Meeting, rows: Sequence[MeetingDate]) -> list[MeetingDate]:
    """Note which of those dates everybody who decides accepts by now; gives those that are so from this moment on."""
    people, seen = convening.sitters(work, case, meeting.room), _opened(work, case, meeting, rows)
    newly = []
    for row in rows:
        is_agreed = _candidate(case, meeting, row, seen, people).acceptance is Acceptance.AGREED
        state = DateState.ACCEPTED if is_agreed else DateState.OFFERED
        if row.state is not state:
            row.state, row.state_since = state, work.now
            newly += [row] if is_agreed else []
    work.session.flush()
    return newly


def _candidate(case: Case, meeting: Meeting, row: MeetingDate, seen: _Seen, people: Sequence[Sitter]) -> Candidate:
    """A date as it is put in order; for a party its lead's answer counts, the deputy's only where there is none."""
    decisive: dict[Voice, tuple[tuple[bool, datetime], Answer]] = {}
    others = []
    for person in people:
        found = seen.get((row.id, person.account_id))
        said = _said(found[1]) if found is not None else None
        if found is None or said is None:
            continue
        weight = (person.role is not Role.DEPUTY, found[0].given_at)
        if person.voice is None:
            others.append(said)
        elif person.voice not in decisive or decisive[person.voice][0] < weight:
            decisive[person.voice] = (weight, said)
    needed = convening.voices_needed(case, meeting.kind)
    hours: list[Hour] = [local_slot(row.begins_at, row.minutes, one.zone, one.rests).hour for one in people]
    answers = {voice: said for voice, (_, said) in decisive.items() if voice in needed}
    return Candidate(row.id, row.begins_at, needed, answers, others, hours)


def _said(told: Opened) -> Answer | None:
    word = told.body.get("answer")
    return Answer(word) if told.trouble is None and word in set(Answer) else None


def _shown(
    work: UnitOfWork,
    row: MeetingDate,
    one: Candidate,
    seen: _Seen,
    people: Sequence[Sitter],
    *,
    may_confirm: bool,
) -> DateShown:
    own = work.person.account_id
    answers = []
    for person in people:
        told = seen[row.id, person.account_id][1] if (row.id, person.account_id) in seen else Opened()
        answers.append(AnswerShown(person, _said(told), told.trouble, person.account_id == own))
    is_past = row.begins_at <= work.now
    return DateShown(
        row.id,
        row.state,
        row.begins_at,
        row.minutes,
        places(work, row.begins_at, row.minutes, people),
        tuple(answers),
        next((given.answer for given in answers if given.is_own), None),
        one.acceptance,
        one.missing,
        tuple(voice for voice, said in one.answers.items() if said is Answer.NO),
        may_confirm and one.acceptance is Acceptance.AGREED and not is_past,
        is_past,
    )
