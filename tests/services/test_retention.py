"""How long a dialogue is kept: warned of, put off by both leads only, and destroyed down to a stub."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from dialogue.domain.acts import Act
from dialogue.domain.cases import CaseStatus
from dialogue.domain.people import Room
from dialogue.domain.retention import Clock, Rule, Step, next_step, until_after
from dialogue.errors import Forbidden, IllegalTransition, NotFound, Refusal
from dialogue.services import (
    audit,
    cases,
    certificates,
    drafts,
    jointacts,
    notes,
    retention,
    rows,
)
from dialogue.store.cases import Case, cases_kept_until
from dialogue.store.record import chain_of
from dialogue.store.rooms import RoomWrap
from dialogue.store.schema import METADATA
from dialogue.store.tidings import Tiding
from tests.builders import START, Table
from tests.powercut import cut_everywhere

DAY = timedelta(days=1)


def attend(table: Table) -> list[Step]:
    """The worker looks once; everything that it did."""
    return [step for _, step in retention.attend(table.instance, table.house.tick)]


def ended(table: Table) -> None:
    with table.writing(table.company_lead) as work:
        cases.leave(work, table.case_id)


def case_of(table: Table) -> Case:
    with table.instance.store.session(writes=False) as session:
        found = session.get(Case, table.case_id)
        assert found is not None
        return found


def together(table: Table, act: Act, **asked: Any) -> bool:
    """The company's lead proposes, the union's lead says yes."""
    with table.writing(table.company_lead) as work:
        row = jointacts.propose(work, table.case_id, act, **asked)
    with table.writing(table.union_lead) as work:
        return jointacts.confirm(work, table.case_id, row)


def told(table: Table) -> int:
    with table.instance.store.session(writes=False) as session:
        return session.scalar(select(func.count()).select_from(Tiding)) or 0


def rows_about(table: Table, case_id: UUID) -> dict[str, int]:
    """How many rows of each table still name the case."""
    with table.instance.store.session(writes=False) as session:
        found = {
            name: session.scalar(select(func.count()).select_from(t).where(t.c.case_id == case_id))
            for name, t in METADATA.tables.items()
            if "case_id" in t.c
        }
    return {name: count for name, count in found.items() if count}


def test_after_two_warnings_to_both_leads_nothing_is_left_but_a_stub_and_a_certificate(table: Table) -> None:
    with table.writing(table.union_lead) as work:
        notes.write(work, table.case_id, Room.UNION, title="Floor", body="Our floor is two per cent.")
    with table.writing(table.facilitator) as work:
        notes.write(work, table.case_id, Room.FACILITATION, title="Mood", body="They listen to each other.")
    with table.writing(table.company_delegate) as work:
        drafts.save(work, table.case_id, "notes.write:company", {"title": "", "body": "half a sentence"})
    ended(table)
    until = case_of(table).retention_until
    assert until is not None
    assert until - table.house.now > 360 * DAY
    assert attend(table) == []

    table.house.tick(30 * DAY)
    assert attend(table) == [Step.NOTES]
    with table.reading(table.facilitator) as work:
        assert notes.index(work, table.case_id, Room.FACILITATION).notes == ()
    assert "drafts" not in rows_about(table, table.case_id)
    with table.instance.store.session(writes=False) as session:
        assert session.scalars(select(RoomWrap).where(RoomWrap.room == Room.FACILITATION)).all() == []
        assert session.scalars(select(RoomWrap).where(RoomWrap.room == Room.UNION)).all() != []
    assert rows.verify(table.instance) == []

    before = told(table)
    table.house.now = until - 60 * DAY
    assert attend(table) == [Step.FIRST_WARNING]
    assert attend(table) == []
    assert told(table) == before + 2
    for lead in (table.company_lead, table.union_lead):
        with table.reading(lead) as work:
            shown = retention.show(work, table.case_id)
        assert (shown.until, shown.may_see, shown.can_be_moved) == (until, True, True)
        with table.writing(lead) as work:
            retention.see(work, table.case_id)
        with table.reading(lead) as work:
            assert not retention.show(work, table.case_id).may_see
    table.house.now = until - 14 * DAY
    assert attend(table) == [Step.LAST_WARNING]
    assert told(table) == before + 4
    with table.reading(table.union_lead) as work:
        assert retention.show(work, table.case_id).may_see
    table.house.now = until - timedelta(minutes=1)
    assert attend(table) == []
    with table.instance.store.session(writes=False) as session:
        last = session.execute(
            text("SELECT digest FROM record_entries WHERE chain = :chain ORDER BY seq DESC LIMIT 1"),
            {"chain": f"{table.case_id.hex}:joint"},
        ).scalar_one()
    table.house.tick(DAY)
    assert attend(table) == [Step.DESTROY]
    assert attend(table) == []

    assert rows_about(table, table.case_id) == {"certificates": 1, "certificate_readers": 2, "record_entries": 1}
    stub = case_of(table)
    assert (stub.status, stub.destroyed_by, stub.reference is not None) == (CaseStatus.DESTROYED, Rule.RETENTION, True)
    assert (stub.completion, stub.retention_until, stub.follows_id) == (None, None, None)
    for lead in (table.company_lead, table.union_lead):
        with table.reading(lead) as work:
            certificate = certificates.show(work, table.case_id)
            assert certificates.index(work).lines[0].number == stub.reference
        assert certificate.holds
        assert (certificate.kept_until, certificate.rule) == (until, Rule.RETENTION)
        assert bytes(last).hex() in {head.head for head in certificate.heads}
        verdict = certificates.verify_file(table.instance, certificate.file)
        assert (verdict.is_ours, verdict.is_stored, verdict.number) == (True, True, stub.reference)
        altered = certificate.file.replace(b'"retention"', b'"together"')
        assert not certificates.verify_file(table.instance, altered).is_ours
        with pytest.raises(NotFound), table.reading(lead) as work:
            retention.show(work, table.case_id)
    for other in (table.company_delegate, table.facilitator, table.coordinator, table.outsider):
        with pytest.raises(NotFound), table.reading(other) as work:
            certificates.show(work, table.case_id)
    assert rows.verify(table.instance) == []
    assert certificates.not_as_issued(table.instance) == []
    assert all(chain.bad is None for chain in audit.verify(table.instance))


def test_only_both_leads_move_the_date_and_only_before_it(table: Table) -> None:
    ended(table)
    table.house.now = case_of(table).retention_until - 20 * DAY  # type: ignore[operator]
    attend(table)
    until = case_of(table).retention_until
    assert until is not None
    with table.writing(table.company_lead) as work:
        asked = jointacts.propose(work, table.case_id, Act.RETENTION_EXTEND, months=6)
    assert case_of(table).retention_until == until
    for somebody in (table.company_lead, table.facilitator, table.union_delegate):
        refused: type[Refusal] | tuple[()] = () if somebody is table.company_lead else Forbidden
        if refused:
            with pytest.raises(refused), table.writing(somebody) as work:
                jointacts.confirm(work, table.case_id, asked)
        else:
            with table.writing(somebody) as work:
                assert not jointacts.confirm(work, table.case_id, asked)
    with table.writing(table.union_lead) as work:
        assert jointacts.confirm(work, table.case_id, asked)
    moved = case_of(table)
    assert moved.retention_until == until + timedelta(days=183)
    assert moved.retention_warned_at is None

    table.house.now = moved.retention_until + DAY
    with pytest.raises(IllegalTransition), table.writing(table.company_lead) as work:
        jointacts.propose(work, table.case_id, Act.RETENTION_EXTEND, months=6)
    assert attend(table) == [Step.FIRST_WARNING]
    late = case_of(table).retention_until
    assert late is not None
    assert late - table.house.now > 20 * DAY, "whoever was warned late is warned in time all the same"


def test_while_both_leads_hold_it_nothing_is_destroyed_and_only_both_lift_it(table: Table) -> None:
    ended(table)
    assert together(table, Act.HOLD_PLACE)
    table.house.tick(3000 * DAY)
    assert attend(table) == []
    with table.reading(table.company_lead) as work:
        assert set(jointacts.index(work, table.case_id).possible) == {Act.HOLD_LIFT}
    with pytest.raises(IllegalTransition), table.writing(table.company_lead) as work:
        jointacts.propose(work, table.case_id, Act.CASE_DESTROY)
    with table.writing(table.union_lead) as work:
        jointacts.propose(work, table.case_id, Act.HOLD_LIFT)
    assert attend(table) == []

    with table.reading(table.company_lead) as work:
        (waiting,) = jointacts.index(work, table.case_id).waiting
    with table.writing(table.company_lead) as work:
        jointacts.confirm(work, table.case_id, waiting.id)
    assert attend(table) == [Step.NOTES, Step.FIRST_WARNING]
    table.house.tick(16 * DAY)
    assert attend(table) == [Step.LAST_WARNING]
    table.house.tick(14 * DAY)
    assert attend(table) == [Step.DESTROY]


def test_both_leads_destroy_earlier_and_neither_alone(table: Table) -> None:
    ended(table)
    with table.writing(table.company_lead) as work:
        row = jointacts.propose(work, table.case_id, Act.CASE_DESTROY)
    assert case_of(table).status is CaseStatus.ENDED
    with table.writing(table.union_lead) as work:
        assert jointacts.confirm(work, table.case_id, row)
        assert certificates.is_issued(work, table.case_id)

    assert case_of(table).destroyed_by is Rule.TOGETHER
    assert rows_about(table, table.case_id) == {"certificates": 1, "certificate_readers": 2, "record_entries": 1}
    assert rows.verify(table.instance) == []
    with table.reading(table.company_lead) as work:
        assert certificates.show(work, table.case_id).rule is Rule.TOGETHER
        assert [line.case_id for line in cases.index(work).lines] == []


def test_what_is_written_in_the_last_days_is_kept_for_a_while_longer_once() -> None:
    until = START + 100 * DAY
    warned = Clock(until, until - 60 * DAY, until - 14 * DAY)
    last_minute = Clock(until, until - 60 * DAY, until - 14 * DAY, written_at=until - DAY)

    assert next_step(warned, until) is Step.DESTROY
    assert next_step(Clock(until, until, until, held_since=until), until + 900 * DAY) is None
    assert next_step(last_minute, until) is Step.GRACE
    assert until_after(Step.GRACE, last_minute, until) == until + 29 * DAY
    again = Clock(until + 29 * DAY, warned.warned_at, None, until, written_at=until + 28 * DAY)
    assert next_step(again, until + 15 * DAY) is Step.LAST_WARNING
    once = Clock(until + 29 * DAY, warned.warned_at, until + 15 * DAY, until, written_at=until + 28 * DAY)
    assert next_step(once, until + 29 * DAY) is Step.DESTROY


def test_a_note_of_the_last_days_moves_the_date_and_both_leads_are_told(table: Table) -> None:
    ended(table)
    until = case_of(table).retention_until
    assert until is not None
    for moment in (until - 300 * DAY, until - 60 * DAY, until - 14 * DAY):
        table.house.now = moment
        attend(table)
    with table.writing(table.union_delegate) as work:
        notes.write(work, table.case_id, Room.UNION, title="Late", body="Something that came up at the last minute.")
    before = told(table)
    table.house.now = until + timedelta(seconds=1)

    assert attend(table) == [Step.GRACE]
    assert told(table) == before + 2
    assert case_of(table).retention_until > until + 15 * DAY  # type: ignore[operator]
    assert attend(table) == []


def test_a_power_cut_leaves_a_dialogue_whole_or_destroyed(table: Table, kind: str) -> None:
    if kind != "sqlite":
        pytest.skip("the cut is the same on both; copies of PostgreSQL's tables are slow")
    ended(table)
    until = case_of(table).retention_until
    assert until is not None
    for moment in (until - 300 * DAY, until - 60 * DAY, until - 14 * DAY):
        table.house.now = moment
        attend(table)
    now = until + DAY

    def deed() -> None:
        retention._attend_to(table.instance, table.case_id, now)

    cuts, between = cut_everywhere(table.instance.store, deed)

    assert cuts > 10
    assert not any(between)
    assert case_of(table).status is CaseStatus.DESTROYED


def test_a_date_that_somebody_wrote_into_the_database_destroys_nothing(table: Table) -> None:
    ended(table)
    with table.instance.store.session(writes=True) as session:
        session.execute(
            text("UPDATE cases SET retention_until = :t, retention_warned_at = :t, retention_warned_again_at = :t"),
            {"t": (START - DAY).isoformat(sep=" ") if table.instance.store.is_sqlite else START - DAY},
        )
        session.commit()

    assert attend(table) == []
    assert case_of(table).status is CaseStatus.ENDED

    # It comes by again every few seconds, and says so once a day.
    assert attend(table) == []
    assert alarms(table) == 1
    table.house.now += DAY
    assert attend(table) == []
    assert alarms(table) == 2


def alarms(table: Table) -> int:
    with table.instance.store.session(writes=False) as session:
        return sum(entry.act == "alarm:keys" for entry in chain_of(session, "instance"))


def test_what_was_warned_of_waits_unlooked_at_until_its_next_day(table: Table) -> None:
    ended(table)
    until = case_of(table).retention_until
    assert until is not None
    table.house.now = until - 59 * DAY
    assert attend(table) == [Step.NOTES, Step.FIRST_WARNING]

    def looked_at(days: int) -> int:
        with table.instance.store.session(writes=False) as session:
            return len(cases_kept_until(session, until - days * DAY))

    assert [looked_at(days) for days in (58, 15, 14, 0)] == [0, 0, 1, 1]
