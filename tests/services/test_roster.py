"""The office's list: days are honoured in proposing, and nothing noted there gives anybody a key."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialogue.domain.facilitators import Qualified, Region
from dialogue.domain.people import StaffRole
from dialogue.errors import NotFound, OutOfDate, Unfit
from dialogue.services import facilitators, roster
from dialogue.store.participants import ParticipantState
from dialogue.store.qualifications import Qualification
from tests.builders import Table

TOLD = Qualified(("en", "es"), (Region.AMERICAS,))


def note(table: Table, told: Qualified, seen: int = 0) -> None:
    with table.writing(table.coordinator) as work:
        roster.note(work, table.facilitator.account_id, StaffRole.FACILITATOR, told, seen=seen)


def could_be(table: Table) -> list[str]:
    with table.reading(table.company_lead) as work:
        return [one.person.name for one in facilitators.index(work, table.case_id).could_be]


def propose(table: Table) -> None:
    with table.writing(table.company_lead) as work:
        facilitators.propose(work, table.case_id, table.facilitator.account_id)


@pytest.mark.parametrize(
    ("begins", "ends", "is_there"),
    [(None, None, True), (0, 0, True), (-30, -1, False), (1, 30, False), (-30, None, True), (None, -1, False)],
)
def test_who_is_qualified_on_the_day_can_be_proposed_on_it(
    preparing: Table, begins: int | None, ends: int | None, is_there: bool
) -> None:
    today = preparing.house.now.date()
    days = [today + timedelta(days=shift) if shift is not None else None for shift in (begins, ends)]
    note(preparing, Qualified(("en",), (), *days))

    assert (could_be(preparing) == ["Farid Lindqvist"]) is is_there
    if is_there:
        propose(preparing)
    else:
        with pytest.raises(Unfit):
            propose(preparing)


def test_who_sits_stays_when_the_days_are_over(table: Table) -> None:
    note(table, Qualified(ends=table.house.now.date()))
    table.house.tick(timedelta(days=3))

    with table.reading(table.facilitator) as work:
        page = facilitators.index(work, table.case_id)
    assert [one.state for one in page.proposed] == [ParticipantState.CONFIRMED]


def test_parties_see_languages_and_regions(preparing: Table) -> None:
    note(preparing, TOLD)

    with preparing.reading(preparing.union_lead) as work:
        assert [one.told for one in facilitators.index(work, preparing.case_id).could_be] == [TOLD]


def test_only_coordinators_keep_the_list_and_not_over_each_other(preparing: Table) -> None:
    for person in (preparing.company_lead, preparing.facilitator):
        with pytest.raises(NotFound), preparing.writing(person) as work:
            roster.note(work, preparing.facilitator.account_id, StaffRole.FACILITATOR, TOLD, seen=0)
    note(preparing, TOLD)
    with pytest.raises(OutOfDate):
        note(preparing, Qualified())
    note(preparing, Qualified(), seen=1)


def test_the_list_takes_no_day_before_the_first_and_no_unknown_language(preparing: Table) -> None:
    today = preparing.house.now.date()
    for told in (Qualified(begins=today, ends=today - timedelta(days=1)), Qualified(("xx",))):
        with pytest.raises(Unfit):
            note(preparing, told)
    with pytest.raises(NotFound), preparing.writing(preparing.coordinator) as work:
        roster.note(work, preparing.company_lead.account_id, StaffRole.FACILITATOR, TOLD, seen=0)


def test_a_line_in_the_database_makes_nobody_a_facilitator(preparing: Table) -> None:
    with preparing.writing(None) as work:
        work.session.add(
            Qualification(
                account_id=preparing.outsider.account_id,
                role=StaffRole.FACILITATOR,
                noted_by=preparing.coordinator.account_id,
                noted_at=work.now,
            )
        )

    assert could_be(preparing) == ["Farid Lindqvist"]
    with pytest.raises(Unfit), preparing.writing(preparing.company_lead) as work:
        facilitators.propose(work, preparing.case_id, preparing.outsider.account_id)
