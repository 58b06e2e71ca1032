"""Holding a meeting: the agenda with times, what carries over, who came, who keeps out, and what the office learns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from dialogue.domain.acts import Act
from dialogue.domain.attendants import AttendantKind
from dialogue.domain.holding import Line, Presence
from dialogue.domain.meetings import MeetingKind, MeetingState
from dialogue.domain.people import Room
from dialogue.domain.reports import ReportKind
from dialogue.domain.waiting import TaskKind
from dialogue.errors import Forbidden, IllegalTransition, NotFound, OutOfDate, Unfit
from dialogue.services import agenda, attendants, programmes, record, recusals, registers, reports, waiting
from dialogue.services.programmes import ProgrammeShown
from dialogue.services.registers import RegisterShown
from dialogue.services.unit import Actor
from dialogue.store.holding import Register
from dialogue.store.meetings import find_meeting
from dialogue.store.waiting import tasks_within
from tests import held
from tests.builders import Table
from tests.on_the_table import admitted, agreed

HOUR = timedelta(hours=1)


def programme(table: Table, by: Actor, meeting_id: UUID) -> ProgrammeShown:
    with table.reading(by) as work:
        return programmes.show(work, table.case_id, meeting_id)


def register(table: Table, by: Actor, meeting_id: UUID) -> RegisterShown:
    with table.reading(by) as work:
        return registers.show(work, table.case_id, meeting_id)


def keep(table: Table, by: Actor, meeting_id: UUID, *people: UUID, seen: int = 0, languages: str = "en es") -> None:
    with table.reading(by) as work:
        begins = registers.show(work, table.case_id, meeting_id).begins_at
    came = [Presence(who, begins, begins + HOUR) for who in people]
    with table.writing(by) as work:
        registers.keep(
            work,
            table.case_id,
            meeting_id,
            seen=seen,
            began_at=begins,
            ended_at=begins + HOUR,
            people=came,
            languages=languages.split(),
        )


def test_an_agenda_with_times_carries_over_what_was_not_settled(table: Table) -> None:
    shifts, canteen, training = admitted(table), admitted(table, "Canteen"), admitted(table, "Training")
    past = table.house.now - timedelta(days=9)
    first = held.meeting(table, begins_at=past)
    # For the first meeting everything that is open stands there by itself.
    assert [line.item.id for line in programme(table, table.union_delegate, first).lines] == [shifts, canteen, training]
    lines = [Line(shifts, 45), Line(None, 15, "Coffee"), Line(canteen, 30), Line(training, 30)]
    with table.writing(table.facilitator) as work:
        programmes.set_lines(work, table.case_id, first, seen=0, start=10, lines=lines)
    shown = programme(table, table.union_delegate, first)
    assert [(line.words, line.begins_at - past) for line in shown.lines] == [
        ("", timedelta(minutes=10)),
        ("Coffee", timedelta(minutes=55)),
        ("", timedelta(minutes=70)),
        ("", timedelta(minutes=100)),
    ]
    assert shown.too_long == 10

    # One is parked, one agreed on by the next meeting; a later one was proposed and never planned.
    with table.writing(table.facilitator) as work:
        agenda.park(work, table.case_id, canteen)
    agreed(table, "Safety")
    late = admitted(table, "Overtime")
    second = held.meeting(table, begins_at=table.house.now + timedelta(days=3))
    shown = programme(table, table.company_lead, second)
    assert [(line.item.id, line.item.carried_from) for line in shown.lines] == [(shifts, past), (training, past)]
    assert [one.id for one in shown.others] == [late]
    assert shown.number == 0

    with table.writing(table.company_lead) as work:
        programmes.set_lines(work, table.case_id, second, seen=0, start=0, lines=[Line(shifts, 60)])
    with pytest.raises(OutOfDate), table.writing(table.union_lead) as work:
        programmes.set_lines(work, table.case_id, second, seen=0, start=0, lines=[Line(late, 60)])
    with pytest.raises(Unfit), table.writing(table.union_lead) as work:
        programmes.set_lines(work, table.case_id, second, seen=1, start=0, lines=[Line(canteen, 60)])
    with pytest.raises(Forbidden), table.writing(table.union_delegate) as work:
        programmes.set_lines(work, table.case_id, second, seen=1, start=0, lines=[Line(late, 60)])
    with pytest.raises(Forbidden), table.reading(table.coordinator) as work:
        programmes.show(work, table.case_id, second)


def test_the_register_tells_both_sides_who_came_and_keeps_what_was_corrected(table: Table) -> None:
    meeting_id = held.over(table, table.facilitator)
    assert TaskKind.KEEP_REGISTER in [one.task.kind for one in _mine(table, table.facilitator)]
    with table.writing(table.company_lead) as work:
        interpreter = attendants.enter(
            work,
            table.case_id,
            kind=AttendantKind.INTERPRETER,
            name="Noor Haddad",
            function="Bangla",
            meetings="All",
            undertaken_on=(table.house.now - timedelta(days=1)).date(),
        )
    company, union = table.company_lead.account_id, table.union_lead.account_id
    keep(table, table.facilitator, meeting_id, company, union)
    keep(table, table.facilitator, meeting_id, company, union, interpreter, seen=1)

    for reader in (table.union_delegate, table.company_delegate, table.coordinator):
        shown = register(table, reader, meeting_id)
        assert [one.comer.name for one in shown.kept.present] == ["Mina Brandt", "Ana Rojas", "Noor Haddad"]
        assert [one.people for one in shown.keepings] == [3, 2]
    assert shown.kept.present[0].left - shown.kept.present[0].arrived == HOUR
    assert TaskKind.KEEP_REGISTER not in [one.task.kind for one in _mine(table, table.facilitator)]
    with table.reading(table.facilitator) as work:
        found = find_meeting(work.session, table.case_id, meeting_id, [MeetingKind.JOINT])
        assert found is not None
        assert found.state is MeetingState.HELD

    with pytest.raises(OutOfDate):
        keep(table, table.facilitator, meeting_id, company, seen=1)
    with pytest.raises(Forbidden):
        keep(table, table.company_lead, meeting_id, company, seen=2)
    with pytest.raises(Unfit):
        keep(table, table.facilitator, meeting_id, table.outsider.account_id, seen=2)
    ahead = held.meeting(table, begins_at=table.house.now + timedelta(days=2))
    with pytest.raises(Unfit):
        keep(table, table.facilitator, ahead, company)


def test_an_undertaking_is_signed_before_the_meeting_that_it_is_for(table: Table) -> None:
    meeting_id = held.meeting(table, begins_at=table.house.now - timedelta(days=3))
    with table.writing(table.union_lead) as work:
        observer = attendants.enter(
            work,
            table.case_id,
            kind=AttendantKind.OBSERVER,
            name="Late Lara",
            function="",
            meetings="All",
            undertaken_on=table.house.now.date(),
        )

    with pytest.raises(Unfit, match="register_undertaking"):
        keep(table, table.facilitator, meeting_id, observer)


def test_without_a_facilitator_either_lead_keeps_the_register(unfacilitated: Table) -> None:
    table = unfacilitated
    meeting_id = held.over(table, table.company_lead)
    assert {TaskKind.KEEP_REGISTER} <= {one.task.kind for one in _mine(table, table.union_lead)}

    keep(table, table.union_lead, meeting_id, table.union_lead.account_id)

    assert register(table, table.company_delegate, meeting_id).kept.people == 1


def test_a_caucus_and_its_register_are_hidden_from_the_other_side(table: Table) -> None:
    caucus = held.over(table, table.facilitator, kind=MeetingKind.UNION_CAUCUS)
    with table.reading(table.company_lead) as work:
        # Each side sees on the page of the case what the ILO's people are waited for: this is not among it.
        assert [task.kind for task in tasks_within(work.session, table.case_id, work.now)] == []
    keep(table, table.facilitator, caucus, table.union_lead.account_id)

    assert register(table, table.union_delegate, caucus).kept.people == 1
    assert {one.who for one in register(table, table.union_delegate, caucus).could_come} == {
        table.union_lead.account_id,
        table.union_delegate.account_id,
        table.facilitator.account_id,
    }
    for other in (table.company_lead, table.coordinator, table.outsider):
        with pytest.raises(NotFound):
            register(table, other, caucus)
    with pytest.raises(NotFound), table.reading(table.company_lead) as work:
        programmes.show(work, table.case_id, caucus)
    with table.reading(table.company_lead) as work:
        entries = record.index(work, table.case_id).entries
    assert not [one for one in entries if one.act in {Act.REGISTER_KEEP, Act.REGISTER_READ} and not one.is_refusal]
    assert all(one.room is not Room.UNION_CAUCUS for one in entries)


def test_an_altered_count_is_found_out(table: Table) -> None:
    meeting_id = held.meeting(table)
    keep(table, table.facilitator, meeting_id, table.union_lead.account_id)
    with table.house.instance.store.session(writes=True) as session:
        session.execute(update(Register).where(Register.meeting_id == meeting_id).values(people=40))
        session.commit()

    assert register(table, table.union_lead, meeting_id).kept.trouble == "broken"


def test_somebody_keeps_out_of_an_item(table: Table) -> None:
    item_id, meeting_id = admitted(table), held.meeting(table, begins_at=table.house.now + timedelta(days=1))
    with table.writing(table.union_delegate) as work:
        own = recusals.say(
            work,
            table.case_id,
            meeting_id,
            account_id=table.union_delegate.account_id,
            item_id=item_id,
            words="My sister works there.",
        )
    with pytest.raises(Forbidden), table.writing(table.company_lead) as work:
        recusals.say(work, table.case_id, meeting_id, account_id=table.union_lead.account_id, item_id=item_id)

    with table.reading(table.company_delegate) as work:
        (shown,) = recusals.on_item(work, table.case_id, item_id)
    assert (shown.person.name, shown.title, shown.words) == ("Luc Mensah", "Night shifts", "My sister works there.")
    assert programme(table, table.facilitator, meeting_id).recusals[0].may_lift
    assert not programme(table, table.company_lead, meeting_id).recusals[0].may_lift
    assert register(table, table.coordinator, meeting_id).recusals == ()

    with table.writing(table.union_lead) as work:
        assert recusals.lift(work, table.case_id, own) == meeting_id
    with table.reading(table.company_delegate) as work:
        assert recusals.on_item(work, table.case_id, item_id) == ()
    assert programme(table, table.company_lead, meeting_id).recusals[0].lifted_at is not None
    with pytest.raises(OutOfDate), table.writing(table.union_lead) as work:
        recusals.lift(work, table.case_id, own)
    with pytest.raises(IllegalTransition), table.writing(table.company_lead) as work:
        cancelled = find_meeting(work.session, table.case_id, meeting_id, [MeetingKind.JOINT])
        assert cancelled is not None
        cancelled.state = MeetingState.CANCELLED
        work.session.flush()
        recusals.say(work, table.case_id, meeting_id, account_id=table.company_lead.account_id, item_id=item_id)


def test_the_office_learns_dates_kinds_hours_people_and_languages_and_nothing_else(table: Table) -> None:
    begins = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
    joint = held.meeting(table, begins_at=begins)
    keep(table, table.facilitator, joint, table.company_lead.account_id, table.union_lead.account_id)
    for kind, by, who in (
        (MeetingKind.UNION_CAUCUS, table.union_lead, table.union_lead),
        (MeetingKind.COMPANY_CAUCUS, table.company_lead, table.company_lead),
    ):
        caucus = held.meeting(table, by, kind=kind, begins_at=begins)
        keep(table, table.facilitator, caucus, who.account_id, languages="fr")

    with table.reading(table.coordinator) as work:
        report = reports.index(work)
        assert reports.of_case(work, table.case_id).lines == report.lines
    meeting, caucuses = report.lines
    assert (meeting.kind, meeting.held_on, meeting.minutes, meeting.people, meeting.languages) == (
        ReportKind.JOINT,
        begins.date(),
        60,
        2,
        ("en", "es"),
    )
    assert (caucuses.kind, caucuses.held_on, caucuses.meetings, caucuses.minutes, caucuses.people) == (
        ReportKind.CAUCUSES,
        None,
        2,
        120,
        2,
    )
    assert (report.total.meetings, report.total.minutes, report.total.languages) == (3, 180, ("en", "es", "fr"))
    for other in (table.company_lead, table.facilitator, table.outsider):
        with pytest.raises(NotFound), table.reading(other) as work:
            reports.index(work)


def _mine(table: Table, actor: Actor) -> list[waiting.MyTask]:
    with table.reading(actor) as work:
        return waiting.for_me(work)
