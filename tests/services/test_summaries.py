"""The joint summary: drafted while people talk, proposed, amended, approved by both leads, and then locked."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import update

from dialogue.domain.acts import Act
from dialogue.domain.meetings import MeetingKind
from dialogue.domain.people import Party
from dialogue.domain.summaries import AmendmentState, SummaryState
from dialogue.errors import Forbidden, IllegalTransition, NotFound, OutOfDate, Unfit
from dialogue.services import summaries
from dialogue.store.summaries import SummaryVersion
from tests import held
from tests.at_once import Deed, at_once
from tests.builders import Table

TEXT = "The parties met.\n\nNight shifts were discussed.\n\nThe next meeting is in March."


def test_a_summary_from_the_first_word_to_the_lock(table: Table) -> None:
    facilitator, company, union = table.facilitator, table.company_lead, table.union_lead
    summary_id = held.begun(table, facilitator)
    assert held.write(table, facilitator, summary_id, TEXT, 0).number == 1
    assert held.look(table, table.union_delegate, summary_id).text == TEXT

    with table.writing(facilitator) as work:
        summaries.propose(work, table.case_id, summary_id, seen=1)
    held.approve(table, company, summary_id)

    # A delegate suggests other words; the drafter takes them over, and the approval of the former words lapses.
    other = TEXT.replace("discussed", "settled")
    with table.writing(table.union_delegate) as work:
        amendment = summaries.amend(work, table.case_id, summary_id, text=other, seen=1, remark="We did agree.")
    shown = held.look(table, facilitator, summary_id).amendments[0]
    assert (shown.state, shown.party, shown.remark) == (AmendmentState.OPEN, Party.UNION, "We did agree.")
    assert ("added", "settled.") in shown.parts
    with table.writing(facilitator) as work:
        assert summaries.take_over(work, table.case_id, summary_id, amendment).number == 2
    shown = held.look(table, company, summary_id)
    assert (shown.text, shown.state, shown.approved_by) == (other, SummaryState.PROPOSED, frozenset())
    assert shown.amendments[0].state is AmendmentState.TAKEN

    held.approve(table, union, summary_id)
    held.approve(table, company, summary_id)
    shown = held.look(table, table.company_delegate, summary_id)
    assert (shown.state, shown.is_locked, shown.holds) == (SummaryState.APPROVED, True, True)
    assert shown.may == frozenset()

    # Nobody changes it any more, not even the facilitator who wrote it.
    for doing in (
        lambda work: summaries.save(work, table.case_id, summary_id, text="No.", base=2),
        lambda work: summaries.propose(work, table.case_id, summary_id, seen=2),
        lambda work: summaries.take_over(work, table.case_id, summary_id, amendment),
    ):
        with pytest.raises(IllegalTransition), table.writing(facilitator) as work:
            doing(work)
    with pytest.raises(IllegalTransition), table.writing(table.union_delegate) as work:
        summaries.amend(work, table.case_id, summary_id, text="No.", seen=2)
    assert held.look(table, company, summary_id).text == other
    assert held.look(table, company, summary_id, version=1).text == TEXT


def test_two_people_who_type_at_once_lose_no_word(unfacilitated: Table) -> None:
    table = unfacilitated
    company, union = table.company_lead, table.union_lead
    summary_id = held.begun(table, company)
    held.write(table, company, summary_id, TEXT, 0)

    told = at_once(
        table,
        (company, _saving(table, summary_id, TEXT.replace("met.", "met in Geneva."))),
        (union, _saving(table, summary_id, TEXT.replace("in March", "on 3 March"))),
    )
    assert sorted(saved.number for saved in told) == [2, 3]

    shown = held.look(table, company, summary_id)
    assert shown.text == "The parties met in Geneva.\n\nNight shifts were discussed.\n\nThe next meeting is on 3 March."
    assert shown.number == 3
    assert [line.number for line in shown.versions] == [3, 2, 1]

    # Where both changed the same place nothing is stored, and both texts come back in one.
    held.write(table, company, summary_id, shown.text.replace("discussed", "put off"), 3)
    clash = held.write(table, union, summary_id, shown.text.replace("discussed", "settled"), 3)
    assert (clash.number, clash.newest) == (None, 4)
    assert "Night shifts were settled.\nNight shifts were put off." in clash.text
    assert held.look(table, union, summary_id).number == 4
    assert held.write(table, union, summary_id, clash.text, clash.newest).number == 5


def _saving(table: Table, summary_id: UUID, text: str) -> Deed:
    return lambda work: summaries.save(work, table.case_id, summary_id, text=text, base=1)


def test_an_approval_is_of_the_words_that_were_read(table: Table) -> None:
    summary_id = held.proposed(table, table.facilitator, TEXT)
    read = held.look(table, table.union_lead, summary_id).hash
    held.write(table, table.facilitator, summary_id, f"{TEXT}\n\nOne more thing.", 1)

    with pytest.raises(IllegalTransition), table.writing(table.union_lead) as work:
        summaries.approve(work, table.case_id, summary_id, seen=read)
    with table.writing(table.facilitator) as work:
        summaries.propose(work, table.case_id, summary_id, seen=2)
    with pytest.raises(OutOfDate), table.writing(table.union_lead) as work:
        summaries.approve(work, table.case_id, summary_id, seen=read)
    with pytest.raises(OutOfDate), table.writing(table.union_delegate) as work:
        summaries.amend(work, table.case_id, summary_id, text="Other words.", seen=1)
    held.approve(table, table.union_lead, summary_id)
    with pytest.raises(IllegalTransition):
        held.approve(table, table.union_lead, summary_id)


def test_an_altered_version_takes_the_approvals_with_it(table: Table) -> None:
    summary_id = held.proposed(table, table.facilitator, TEXT)
    for lead in (table.company_lead, table.union_lead):
        held.approve(table, lead, summary_id)
    with table.house.instance.store.session(writes=True) as session:
        session.execute(
            update(SummaryVersion)
            .where(SummaryVersion.summary_id == summary_id)
            .values(author_id=table.company_lead.account_id)
        )
        session.commit()

    shown = held.look(table, table.union_lead, summary_id)

    assert (shown.trouble, shown.text, shown.holds) == ("broken", "", False)


def test_who_holds_the_pen_and_for_which_meetings(table: Table) -> None:
    caucus = held.meeting(table, table.union_lead, kind=MeetingKind.UNION_CAUCUS)
    with pytest.raises(Forbidden), table.writing(table.company_lead) as work:
        summaries.begin(work, table.case_id, title="On paper", held_on=work.now.date())
    with pytest.raises(NotFound), table.writing(table.facilitator) as work:
        summaries.begin(work, table.case_id, meeting_id=caucus)
    with pytest.raises(Unfit), table.writing(table.facilitator) as work:
        summaries.begin(work, table.case_id, title="On paper", held_on=None)
    with table.writing(table.facilitator) as work:
        paper = summaries.begin(work, table.case_id, title="Lunch in Dhaka", held_on=work.now.date())
    with table.reading(table.union_delegate) as work:
        found = summaries.index(work, table.case_id)
    assert [(line.id, line.about.title) for line in found.lines] == [(paper, "Lunch in Dhaka")]
    assert Act.SUMMARY_DRAFT not in found.may
    with pytest.raises(NotFound), table.reading(table.outsider) as work:
        summaries.index(work, table.case_id)
    with pytest.raises(Forbidden), table.reading(table.coordinator) as work:
        summaries.index(work, table.case_id)


def test_one_meeting_has_one_summary(table: Table) -> None:
    about = held.meeting(table)

    assert held.begun(table, table.facilitator, about) == held.begun(table, table.facilitator, about)
