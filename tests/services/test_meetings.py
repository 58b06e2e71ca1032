"""Meetings: several dates at once, everybody's clock, and confirmed only when all who decide accept the same date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from dialogue.domain.acts import Act
from dialogue.domain.meetings import (
    Answer,
    DateState,
    Details,
    Ground,
    MeetingKind,
    MeetingMode,
    MeetingState,
    Offer,
    Venue,
)
from dialogue.domain.people import Party, Role
from dialogue.domain.waiting import TaskKind
from dialogue.errors import Forbidden, IllegalTransition, NotAgreed, NotFound, OutOfDate, Unfit
from dialogue.services import cases, dates, meetings, overview, terms, waiting
from dialogue.services.admission import admit
from dialogue.services.meetings import MeetingShown
from dialogue.services.rooms import Trouble
from dialogue.services.unit import Actor
from dialogue.store.meetings import Meeting, MeetingAnswer, MeetingBooking, MeetingDate, MeetingVoice
from tests.at_once import at_once, kinds
from tests.builders import Table
from tests.thief import Thief

TITLE = "Heron-17 overtime roster"
PLACE = "Maison Kestrel, 3 rue du Lac"
LINK = "https://meet.example.org/kestrel-9"


def _plan(**words: object) -> Details:
    told = {
        "title": TITLE,
        "purpose": "Purpose-heron-22",
        "mode": MeetingMode.BOTH,
        "venue": Venue.NEUTRAL,
        "address": PLACE,
        "link": LINK,
        "languages": (("en", "es"), ("es", "en")),
        "access": "Access-heron: step-free",
        "reading": "Reading-heron: the payroll tables",
        "arrival": "Arrival-heron: ring at the side door",
    }
    return Details(**{**told, **words})  # type: ignore[arg-type]


def _propose(
    table: Table,
    by: Actor,
    kind: MeetingKind = MeetingKind.JOINT,
    *,
    days: Iterable[int] = (10, 11),
    asks_ground: bool = False,
    **words: object,
) -> UUID:
    offers = [Offer(_day(table, day), 120) for day in days]
    with table.writing(by) as work:
        return meetings.propose(
            work, table.case_id, kind=kind, details=_plan(**words), offers=offers, asks_ground=asks_ground
        )


def _day(table: Table, days: int) -> datetime:
    return (table.house.now + timedelta(days=days)).replace(hour=14, minute=0, second=0, microsecond=0)


def _show(table: Table, actor: Actor, meeting: UUID) -> MeetingShown:
    with table.reading(actor) as work:
        return meetings.show(work, table.case_id, meeting)


def _answer(table: Table, actor: Actor, meeting: UUID, *said: Answer) -> None:
    """Answer the dates in their order of time."""
    offered = sorted(_show(table, actor, meeting).dates, key=lambda one: one.begins_at)
    with table.writing(actor) as work:
        dates.answer(
            work, table.case_id, meeting, answers={one.id: word for one, word in zip(offered, said, strict=True)}
        )


def _confirm(table: Table, actor: Actor, meeting: UUID, place: int = 0) -> None:
    offered = sorted(_show(table, actor, meeting).dates, key=lambda one: one.begins_at)
    with table.writing(actor) as work:
        dates.confirm(work, table.case_id, meeting, offered[place].id)


def _confirmed(table: Table, kind: MeetingKind = MeetingKind.JOINT, **words: object) -> UUID:
    meeting = _propose(table, table.facilitator, kind, **words)  # type: ignore[arg-type]
    for lead in (table.company_lead, table.union_lead):
        if kind is MeetingKind.JOINT or lead is table.union_lead:
            _answer(table, lead, meeting, Answer.YES, Answer.IF_NEED_BE)
    _confirm(table, table.facilitator, meeting)
    return meeting


def test_a_date_is_confirmed_when_both_leads_and_the_facilitator_accept_it(table: Table) -> None:
    meeting = _propose(table, table.facilitator)
    first, second = sorted(_show(table, table.union_delegate, meeting).dates, key=lambda one: one.begins_at)
    assert first.missing == (Party.COMPANY, Party.UNION)
    assert [answer.answer for answer in first.answers if answer.person.role is Role.FACILITATOR] == [Answer.YES]

    _answer(table, table.company_lead, meeting, Answer.NO, Answer.IF_NEED_BE)
    _answer(table, table.union_delegate, meeting, Answer.YES, Answer.NO)
    with table.writing(table.facilitator) as work, pytest.raises(NotAgreed):
        dates.confirm(work, table.case_id, meeting, second.id)
    _answer(table, table.union_lead, meeting, Answer.YES, Answer.YES)

    seen = _show(table, table.union_lead, meeting)
    assert [one.id for one in seen.dates] == [second.id, first.id]
    assert [one.may_confirm for one in seen.dates] == [True, False]
    assert seen.dates[1].refusing == (Party.COMPANY,)
    with table.writing(table.union_lead) as work:
        dates.confirm(work, table.case_id, meeting, second.id)

    seen = _show(table, table.company_delegate, meeting)
    assert (seen.state, seen.begins_at, seen.sequence) == (MeetingState.CONFIRMED, second.begins_at, 1)
    assert seen.confirmed_by is not None and seen.confirmed_by.party is Party.UNION
    assert seen.details == _plan()
    assert seen.dates == ()


def test_a_meeting_is_moved_by_new_dates_and_its_time_stays_until_then(table: Table) -> None:
    meeting = _confirmed(table, asks_ground=True)
    former = _show(table, table.union_lead, meeting)
    assert former.ground is Ground.ASKED
    with table.writing(table.coordinator) as work:
        meetings.book(
            work, table.case_id, meeting, venue=Venue.ILO, address="Room-heron-4", link="", words="", seen_sequence=1
        )
    booked = _show(table, table.company_delegate, meeting).booking
    assert booked is not None and booked.is_current and booked.address == "Room-heron-4"

    with table.writing(table.facilitator) as work, pytest.raises(Unfit):
        dates.offer(work, table.case_id, meeting, offers=[Offer(former.begins_at, 60)])  # type: ignore[arg-type]
    with table.writing(table.facilitator) as work:
        dates.offer(work, table.case_id, meeting, offers=[Offer(_day(table, 30), 90)])
    assert _show(table, table.union_lead, meeting).is_moving
    with table.writing(table.facilitator) as work:
        dates.stay(work, table.case_id, meeting)
    assert not _show(table, table.union_lead, meeting).is_moving

    with table.writing(table.facilitator) as work:
        dates.offer(work, table.case_id, meeting, offers=[Offer(_day(table, 31), 90)])
    for lead in (table.company_lead, table.union_lead):
        assert _show(table, lead, meeting).begins_at == former.begins_at
        _answer(table, lead, meeting, Answer.YES)
    _confirm(table, table.company_lead, meeting)
    moved = _show(table, table.union_delegate, meeting)
    assert (moved.sequence, moved.minutes, moved.ground) == (2, 90, Ground.ASKED)
    assert moved.begins_at == _day(table, 31)
    assert moved.booking is not None and not moved.booking.is_current
    with table.writing(table.coordinator) as work, pytest.raises(OutOfDate):
        meetings.book(work, table.case_id, meeting, venue=Venue.ILO, address="x", link="", words="", seen_sequence=1)


def test_a_meeting_is_cancelled_when_all_who_decide_agree(table: Table) -> None:
    meeting = _confirmed(table)

    def cancel(actor: Actor) -> bool:
        with table.writing(actor) as work:
            return meetings.cancel(work, table.case_id, meeting, seen_sequence=1)

    assert not cancel(table.union_lead)
    seen = _show(table, table.company_lead, meeting)
    assert seen.cancel_missing == (Party.COMPANY, Role.FACILITATOR)
    assert Act.MEETING_KEEP in seen.may
    with table.writing(table.company_lead) as work:
        meetings.keep(work, table.case_id, meeting)
    assert _show(table, table.union_lead, meeting).cancelling == ()

    assert not cancel(table.union_lead)
    with table.writing(table.union_delegate) as work, pytest.raises(Forbidden):
        meetings.cancel(work, table.case_id, meeting, seen_sequence=1)
    assert not cancel(table.facilitator)
    assert cancel(table.company_lead)
    seen = _show(table, table.union_delegate, meeting)
    assert (seen.state, seen.sequence, seen.may) == (MeetingState.CANCELLED, 2, frozenset({Act.MEETING_READ}))
    with table.writing(table.facilitator) as work, pytest.raises(OutOfDate):
        dates.offer(work, table.case_id, meeting, offers=[Offer(_day(table, 31), 90)])


def test_nobody_waits_for_a_facilitator_who_has_fallen_ill(table: Table) -> None:
    meeting = _confirmed(table)
    with table.writing(table.facilitator) as work:
        meetings.stay_away(work, table.case_id, meeting, seen_sequence=1)
    seen = _show(table, table.company_delegate, meeting)
    assert [person.account_id for person in seen.absent] == [table.facilitator.account_id]

    with table.writing(table.union_lead) as work:
        assert not meetings.cancel(work, table.case_id, meeting, seen_sequence=1)
    assert _show(table, table.union_lead, meeting).cancel_missing == (Party.COMPANY,)
    with table.writing(table.company_lead) as work:
        assert meetings.cancel(work, table.case_id, meeting, seen_sequence=1)


def test_a_proposal_is_taken_back_at_once_by_whoever_runs_the_meetings_alone(table: Table) -> None:
    meeting = _propose(table, table.facilitator)
    with table.writing(table.union_lead) as work, pytest.raises(IllegalTransition):
        meetings.cancel(work, table.case_id, meeting, seen_sequence=0)
    with table.writing(table.facilitator) as work:
        assert meetings.cancel(work, table.case_id, meeting, seen_sequence=0)


def test_a_caucus_is_closed_to_the_other_party_and_not_even_counted(table: Table) -> None:
    meeting = _confirmed(table, MeetingKind.UNION_CAUCUS)
    assert _show(table, table.union_delegate, meeting).details == _plan()
    assert {person.party for person in _show(table, table.facilitator, meeting).people} == {Party.UNION, None}

    for other in (table.company_lead, table.company_delegate, table.coordinator):
        with table.reading(other) as work:
            found = meetings.index(work, table.case_id)
            assert found.to_come == found.looked_for == found.over == ()
            assert meetings.calendar_of(work, other.account_id) == []
        for knock in (
            lambda work: meetings.show(work, table.case_id, meeting),
            lambda work: meetings.calendar_entry(work, table.case_id, meeting),
        ):
            with table.reading(other) as work, pytest.raises(NotFound):
                knock(work)
    with table.writing(table.company_lead) as work, pytest.raises(NotFound):
        dates.answer(work, table.case_id, meeting, answers={uuid4(): Answer.YES})
    with table.reading(table.union_delegate) as work:
        [entry] = meetings.calendar_of(work, table.union_delegate.account_id)
        assert (entry.meeting_id, entry.kind, entry.sequence) == (meeting, MeetingKind.UNION_CAUCUS, 1)
        assert not {"title", "address"} & set(dir(entry))
    with table.writing(table.facilitator) as work, pytest.raises(Unfit):
        meetings.propose(
            work,
            table.case_id,
            kind=MeetingKind.UNION_CAUCUS,
            details=_plan(),
            offers=[Offer(_day(table, 9), 60)],
            asks_ground=True,
        )


def test_where_facilitation_was_not_asked_the_leads_propose_and_the_desk_books(unfacilitated: Table) -> None:
    table = unfacilitated
    meeting = _propose(table, table.union_lead, days=(10,), asks_ground=True)
    with table.writing(table.union_lead) as work, pytest.raises(NotFound):
        meetings.propose(work, table.case_id, kind=MeetingKind.UNION_CAUCUS, details=_plan(), offers=[])
    seen = _show(table, table.company_lead, meeting)
    assert seen.needed == (Party.COMPANY, Party.UNION)
    assert seen.dates[0].missing == (Party.COMPANY,)
    _answer(table, table.company_lead, meeting, Answer.IF_NEED_BE)
    _confirm(table, table.company_lead, meeting)
    with table.writing(table.coordinator) as work:
        meetings.book(
            work, table.case_id, meeting, venue=Venue.NEUTRAL, address="Here", link="", words="", seen_sequence=1
        )

    table.house.tick(timedelta(days=9))
    with table.writing(table.union_lead) as work, pytest.raises(IllegalTransition):
        meetings.hold(work, table.case_id, meeting, seen_sequence=1)
    table.house.tick(timedelta(days=2))
    with table.writing(table.union_delegate) as work, pytest.raises(Forbidden):
        meetings.hold(work, table.case_id, meeting, seen_sequence=1)
    with table.writing(table.company_lead) as work:
        meetings.hold(work, table.case_id, meeting, seen_sequence=1)
    assert _show(table, table.union_lead, meeting).state is MeetingState.HELD


def test_of_two_who_confirm_at_once_one_is_told_that_it_is_done(table: Table) -> None:
    meeting = _propose(table, table.facilitator)
    for lead in (table.company_lead, table.union_lead):
        _answer(table, lead, meeting, Answer.YES, Answer.YES)
    first, second = (one.id for one in _show(table, table.facilitator, meeting).dates)

    told = at_once(
        table,
        (table.company_lead, lambda work: dates.confirm(work, table.case_id, meeting, first)),
        (table.union_lead, lambda work: dates.confirm(work, table.case_id, meeting, second)),
    )

    assert kinds(told) == ["OutOfDate", "done"]
    with table.instance.store.session(writes=False) as session:
        states = sorted(session.scalars(select(MeetingDate.state)))
        assert states == [DateState.CHOSEN, DateState.PASSED]
        assert session.scalars(select(Meeting.sequence)).all() == [1]


def test_an_answer_counts_for_the_very_time_to_which_it_was_given(table: Table) -> None:
    """Somebody who writes the database moves a date under the answers."""
    meeting = _propose(table, table.facilitator, days=(10,))
    for lead in (table.company_lead, table.union_lead):
        _answer(table, lead, meeting, Answer.YES)
    with table.instance.store.session(writes=True) as session:
        row = session.scalars(select(MeetingDate)).one()
        row.begins_at += timedelta(hours=3)
        session.commit()

    [offered] = _show(table, table.union_lead, meeting).dates
    assert not offered.may_confirm
    assert {answer.trouble for answer in offered.answers if answer.person.voice} == {Trouble.BROKEN}
    with table.writing(table.union_lead) as work, pytest.raises(NotAgreed):
        dates.confirm(work, table.case_id, meeting, offered.id)


def test_somebody_who_comes_later_knows_where_the_next_meeting_is(table: Table) -> None:
    meeting = _confirmed(table)
    person = table.house.person("Tessa Late", "tessa@union.example", organisation="Union")
    table.seat(person, Party.UNION)
    table.accept_terms(person)
    with table.reading(table.facilitator) as work:
        cases.head(work, *admit(work, table.case_id, Act.CASE_READ))

    seen = _show(table, person, meeting)
    assert seen.details == _plan()
    assert seen.confirmed_by is not None


def test_what_is_still_to_come_is_called_off_when_a_party_leaves(table: Table) -> None:
    held = _confirmed(table)
    table.house.tick(timedelta(days=12))
    coming, looked_for = _confirmed(table), _propose(table, table.facilitator)
    with table.writing(table.union_lead) as work:
        cases.leave(work, table.case_id)

    with table.reading(table.company_lead) as work:
        found = {line.id: line.state for line in meetings.index(work, table.case_id).over}
        entries = {one.meeting_id: one for one in meetings.calendar_of(work, table.company_lead.account_id)}
    assert found == {coming: MeetingState.CANCELLED, looked_for: MeetingState.CANCELLED}
    assert (entries[coming].state, entries[coming].sequence) == (MeetingState.CANCELLED, 2)
    assert (entries[held].state, entries[held].sequence) == (MeetingState.CONFIRMED, 1)
    with table.writing(table.company_lead) as work, pytest.raises(IllegalTransition):
        meetings.cancel(work, table.case_id, held, seen_sequence=1)


def test_in_the_database_stand_times_and_kinds_and_not_a_word(table: Table) -> None:
    meeting = _confirmed(table, asks_ground=True)
    with table.writing(table.coordinator) as work:
        meetings.book(
            work, table.case_id, meeting, venue=Venue.ILO, address="Room-heron-4", link="", words="", seen_sequence=1
        )
    with table.writing(table.facilitator) as work:
        meetings.edit(work, table.case_id, meeting, details=_plan(title="Heron-18 other words"), seen_edition=1)
    with table.writing(table.facilitator) as work, pytest.raises(OutOfDate):
        meetings.edit(work, table.case_id, meeting, details=_plan(), seen_edition=1)

    thief = Thief(table.instance.store)
    thief.copy()
    written = b"".join(sealed for _, sealed in thief.records)
    with table.instance.store.session(writes=False) as session:
        for kind in (Meeting, MeetingDate, MeetingAnswer, MeetingVoice, MeetingBooking):
            for row in session.scalars(select(kind)):
                shown = {column.key: getattr(row, column.key) for column in kind.__table__.columns}
                written += repr(shown).encode()
    for canary in (b"eron", b"Kestrel", b"kestrel", b"if_need_be"):
        assert canary not in written
    words = b"".join(thief.opens(table.union_delegate.bundle).values())
    assert b"Heron-18 other words" in words and b"Room-heron-4" in words and b"if_need_be" in words
    assert b"Heron" not in b"".join(thief.opens(table.outsider.bundle).values())


def test_a_deputy_decides_where_the_lead_has_not_answered(table: Table) -> None:
    deputy = table.house.person("Dora Stand", "dora@union.example", organisation="Union")
    table.seat(deputy, Party.UNION, Role.DEPUTY)
    table.accept_terms(deputy)
    meeting = _propose(table, table.facilitator, days=(10,))
    _answer(table, table.company_lead, meeting, Answer.YES)
    _answer(table, deputy, meeting, Answer.YES)
    assert _show(table, deputy, meeting).dates[0].may_confirm

    _answer(table, table.union_lead, meeting, Answer.NO)
    _answer(table, deputy, meeting, Answer.IF_NEED_BE)
    [offered] = _show(table, deputy, meeting).dates
    assert (offered.refusing, offered.may_confirm) == ((Party.UNION,), False)


def _waits(table: Table, actor: Actor) -> set[TaskKind]:
    with table.reading(actor) as work:
        return {found.task.kind for found in waiting.for_me(work)}


def test_nothing_waits_that_is_not_possible_now(table: Table) -> None:
    meeting = _propose(table, table.facilitator, days=(10,), asks_ground=True)
    caucus = _propose(table, table.facilitator, MeetingKind.UNION_CAUCUS, days=(9,))
    both = {TaskKind.ANSWER_DATES, TaskKind.ANSWER_CAUCUS_DATES}
    assert _waits(table, table.union_delegate) == both
    assert _waits(table, table.company_delegate) == {TaskKind.ANSWER_DATES}
    assert _waits(table, table.coordinator) == _waits(table, table.facilitator) == set()
    with table.reading(table.company_lead) as work:
        shown = overview.show(work, table.case_id)
    assert {found.kind for side in shown.sides for found in side.waiting} == {TaskKind.ANSWER_DATES}

    with table.writing(table.union_lead) as work:
        proposed = terms.propose(work, table.case_id, text="Shorter.", language="en", retention_months=12)
    with table.writing(table.company_lead) as work:
        terms.agree(work, table.case_id, proposed)
    assert _waits(table, table.company_delegate) == {TaskKind.ACCEPT_TERMS}
    table.accept_terms(table.company_delegate, table.union_delegate, table.facilitator)
    for lead in (table.company_lead, table.union_lead):
        _answer(table, lead, meeting, Answer.YES)
    _answer(table, table.union_lead, caucus, Answer.NO)
    assert _waits(table, table.facilitator) == {TaskKind.CONFIRM_DATE}

    _confirm(table, table.facilitator, meeting)
    assert _waits(table, table.facilitator) == set()
    assert _waits(table, table.coordinator) == {TaskKind.BOOK_GROUND}
    assert _waits(table, table.company_delegate) == set()
    with table.writing(table.company_lead) as work:
        meetings.cancel(work, table.case_id, meeting, seen_sequence=1)
    assert _waits(table, table.company_lead) == set()
    assert _waits(table, table.union_lead) == _waits(table, table.facilitator) == {TaskKind.AGREE_CANCEL}
    with table.writing(table.facilitator) as work:
        meetings.stay_away(work, table.case_id, meeting, seen_sequence=1)
    assert _waits(table, table.facilitator) == set()
    table.house.tick(timedelta(days=11))
    assert TaskKind.HOLD_MEETING in _waits(table, table.facilitator)
