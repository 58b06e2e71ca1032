"""What is followed up after a dialogue: signed by both, reported by its owner, answered by the other side."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from dialogue.domain.acts import Act
from dialogue.domain.cases import CaseStatus
from dialogue.domain.followup import ChangeState, CommitmentState, Owner, Progress, ReviewState, View
from dialogue.domain.people import Party
from dialogue.domain.waiting import TaskKind
from dialogue.errors import Forbidden, IllegalTransition, NotFound, OutOfDate, Unfit
from dialogue.services import commitments, duedays, followup, outcomes, reviews, rows, waiting
from dialogue.services.reviews import Seen
from dialogue.services.rooms import Trouble
from dialogue.services.unit import Actor
from dialogue.store.cases import find_case
from dialogue.store.followup import Commitment, CommitmentChange, CommitmentReport
from dialogue.store.tidings import Tiding
from tests import followed
from tests.builders import Table
from tests.services.test_invariant_dump import dump, found_in


def in_days(table: Table, days: int) -> date:
    return (table.house.now + timedelta(days=days)).date()


def proposed(table: Table, by: Actor, owner: Owner, days: int = 60, what: str = "Post overtime a week ahead.") -> UUID:
    with table.writing(by) as work:
        return commitments.propose(
            work,
            table.case_id,
            what=what,
            measure="The lists hang at both gates on every Monday.",
            owner=owner,
            day=in_days(table, days),
        )


def page(table: Table, reader: Actor, commitment: UUID) -> followup.CommitmentPage:
    with table.reading(reader) as work:
        return followup.show(work, table.case_id, commitment)


def signed(table: Table, commitment: UUID, by: Actor) -> bool:
    proposal = page(table, by, commitment).commitment.proposal
    assert proposal is not None
    with table.writing(by) as work:
        return commitments.agree(work, table.case_id, commitment, seen=proposal.id)


def reported(table: Table, commitment: UUID, by: Actor, progress: Progress, words: str = "") -> UUID:
    current = page(table, by, commitment).commitment.current
    assert current is not None
    with table.writing(by) as work:
        return commitments.report(work, table.case_id, commitment, seen=current.id, progress=progress, words=words)


def answered(table: Table, commitment: UUID, by: Actor, report: UUID, view: View, words: str = "") -> bool:
    with table.writing(by) as work:
        return commitments.answer(work, table.case_id, commitment, seen=report, view=view, words=words)


def tasks_of(table: Table, person: Actor) -> set[TaskKind]:
    with table.reading(person) as work:
        return {mine.task.kind for mine in waiting.for_me(work)} - {TaskKind.AGREE_NOTICE, TaskKind.PREPARE_NOTICE}


def status_of(table: Table) -> CaseStatus:
    with table.reading(table.union_lead) as work:
        case = find_case(work.session, table.case_id)
        assert case is not None
        return case.status


def test_a_commitment_from_the_first_words_to_the_day_on_which_it_closes_the_dialogue(completed: Table) -> None:
    table, company, union = completed, completed.company_lead, completed.union_lead
    with table.reading(union) as work:
        (item, title), *_ = followup.proposing(work, table.case_id).items
    assert title == "Working time in the sewing hall"
    with table.writing(union) as work:
        first = commitments.propose(
            work,
            table.case_id,
            what="Post overtime a week ahead.",
            measure="The lists hang at both gates.",
            owner=Owner.COMPANY,
            day=in_days(table, 60),
            item_id=item,
        )
    assert tasks_of(table, company) == {TaskKind.AGREE_COMMITMENT}
    with pytest.raises(OutOfDate):
        signed(table, first, union)

    # The company answers with another day; only then both sign, and the first words are history.
    was = page(table, company, first).commitment.proposal
    assert was is not None
    with table.writing(company) as work:
        commitments.change(
            work,
            table.case_id,
            first,
            seen=was.id,
            what=was.words.what,
            measure=was.words.measure,
            owner=Owner.COMPANY,
            day=in_days(table, 90),
            item_id=item,
            remark="The new lists are printed in April.",
        )
    with pytest.raises(OutOfDate), table.writing(company) as work:
        commitments.agree(work, table.case_id, first, seen=was.id)
    assert signed(table, first, union) is False
    shown = page(table, table.facilitator, first)
    assert shown.commitment.state is CommitmentState.IN_FORCE and not shown.commitment.may
    assert shown.commitment.due_on == in_days(table, 90)
    assert [change.words.item_title for change in shown.changes] == [title, title]
    assert tasks_of(table, company) == tasks_of(table, union) == set()

    # Two weeks before the day its owner is asked, and only its owner.
    table.house.tick(timedelta(days=77))
    assert tasks_of(table, company) == {TaskKind.REPORT_COMMITMENT} and tasks_of(table, union) == set()
    with pytest.raises(Forbidden):
        reported(table, first, union, Progress.DONE)
    with pytest.raises(Unfit):
        reported(table, first, company, Progress.CANNOT_AS_AGREED)
    report = reported(table, first, company, Progress.UNDER_WAY, "One gate of two.")
    assert tasks_of(table, company) == set() and tasks_of(table, union) == {TaskKind.ANSWER_REPORT}
    with pytest.raises(Unfit):
        answered(table, first, union, report, View.DIFFERENT)
    answered(table, first, union, report, View.DIFFERENT, "We have seen none.")
    assert status_of(table) is CaseStatus.COMPLETED and tasks_of(table, union) == set()

    # On the day it is asked again; what is done, and seen so by both, closes it and the dialogue with it.
    table.house.tick(timedelta(days=14))
    assert tasks_of(table, company) == {TaskKind.REPORT_COMMITMENT}
    done = reported(table, first, company, Progress.DONE)
    with pytest.raises(OutOfDate):
        answered(table, first, union, report, View.SAME)
    assert page(table, union, first).closes
    assert answered(table, first, union, done, View.SAME) is True
    assert status_of(table) is CaseStatus.CLOSED
    last = page(table, table.company_delegate, first)
    assert [told.progress for told in last.reports] == [Progress.DONE, Progress.UNDER_WAY]
    assert last.reports[1].answer is not None and last.reports[1].answer.words == "We have seen none."
    assert not last.commitment.may
    with pytest.raises(IllegalTransition):
        proposed(table, company, Owner.UNION)


def test_nothing_that_waits_is_cut_off_when_the_last_commitment_closes(completed: Table) -> None:
    table, company, union = completed, completed.company_lead, completed.union_lead
    both, other = (proposed(table, company, Owner.BOTH) for _ in range(2))
    waits = proposed(table, union, Owner.COMPANY, what="Open the canteen to union officers.")
    for one in (both, other):
        signed(table, one, union)
    for one in (both, other):
        done = reported(table, one, union, Progress.DONE)
        if one is other:
            with table.writing(company) as work:
                review = reviews.propose(work, table.case_id, day=in_days(table, 30))
            with table.writing(union) as work:
                reviews.agree(work, table.case_id, review)
            proposal = page(table, company, waits).commitment.proposal
            assert proposal is not None
            with table.writing(company) as work:
                commitments.withdraw(work, table.case_id, waits, seen=proposal.id)
        assert answered(table, one, company, done, View.SAME) is False
    assert status_of(table) is CaseStatus.COMPLETED

    # The review is what is left; with the second side's view it is held, and then nothing is open.
    table.house.tick(timedelta(days=20))
    assert TaskKind.HOLD_REVIEW in tasks_of(table, company) & tasks_of(table, union)
    with table.writing(company) as work:
        assert reviews.hold(work, table.case_id, review, seen=(), words="It went well.") is False
    with table.reading(union) as work:
        theirs = followup.index(work, table.case_id).reviews[0]
        assert theirs.has_seen == {Party.COMPANY} and theirs.views == ()
        assert reviews.holding(work, table.case_id, review).closes
    with table.writing(union) as work:
        assert reviews.hold(work, table.case_id, review, seen=()) is True
    assert status_of(table) is CaseStatus.CLOSED
    with table.reading(union) as work:
        theirs = followup.index(work, table.case_id).reviews[0]
    assert theirs.state is ReviewState.HELD and [view.words for view in theirs.views] == ["It went well.", ""]


def test_both_can_change_the_words_or_let_it_go_and_neither_can_alone(completed: Table) -> None:
    table, company, union = completed, completed.company_lead, completed.union_lead
    kept = proposed(table, company, Owner.UNION)
    other = proposed(table, company, Owner.COMPANY)
    signed(table, kept, union)
    signed(table, other, union)
    current = page(table, company, kept).commitment.current
    assert current is not None
    report = reported(table, kept, union, Progress.CANNOT_AS_AGREED, "The hall is being rebuilt.")
    answered(table, kept, company, report, View.SAME)
    assert page(table, union, kept).commitment.state is CommitmentState.IN_FORCE

    with table.writing(union) as work:
        commitments.let_go(work, table.case_id, kept, seen=current.id, remark="There is no hall any more.")
    still = page(table, company, kept).commitment
    assert still.state is CommitmentState.IN_FORCE and still.current == current
    assert Act.COMMITMENT_AGREE in still.may and Act.COMMITMENT_AGREE not in page(table, union, kept).commitment.may
    assert signed(table, kept, company) is False
    closed = page(table, company, kept)
    assert closed.commitment.state is CommitmentState.CLOSED
    assert closed.changes[0].words.remark == "There is no hall any more."
    assert status_of(table) is CaseStatus.COMPLETED


def test_whoever_writes_into_the_database_makes_no_report_and_no_later_day(completed: Table) -> None:
    table, company, union = completed, completed.company_lead, completed.union_lead
    ids = [proposed(table, company, Owner.COMPANY) for _ in range(2)]
    for one in ids:
        signed(table, one, union)
        reported(table, one, company, Progress.UNDER_WAY, "Half of it.")
    with table.writing(None) as work:
        first, second = work.session.scalars(select(CommitmentReport).order_by(CommitmentReport.made_at))
        first.sealed_body, second.sealed_body = second.sealed_body, first.sealed_body
        row = work.session.get(Commitment, ids[0])
        assert row is not None
        row.due_at += timedelta(days=30)

    with table.reading(union) as work:
        shown = {one.id: one for one in followup.index(work, table.case_id).commitments}
    for one in shown.values():
        assert one.report is not None and one.report.trouble is Trouble.BROKEN and one.report.progress is None
    assert shown[ids[0]].trouble is Trouble.BROKEN and shown[ids[1]].trouble is None


def test_nobody_signs_for_the_other_side_by_writing_that_it_has_signed(completed: Table) -> None:
    table = completed
    wished = proposed(table, table.company_lead, Owner.UNION)
    with table.writing(None) as work:
        row = work.session.get(Commitment, wished)
        change = work.session.scalars(select(CommitmentChange)).one()
        assert row is not None
        change.state, change.agreed_by, change.settled_at = ChangeState.AGREED, table.union_lead.account_id, work.now
        change.sealed_voice = change.sealed_body
        row.state, row.change_id = CommitmentState.IN_FORCE, change.id

    shown = page(table, table.company_lead, wished).commitment
    assert shown.trouble is Trouble.BROKEN
    assert shown.current is not None and shown.current.words.what == ""


def test_the_follow_up_is_for_those_who_hear_the_joint_room(completed: Table) -> None:
    table = completed
    kept = proposed(table, table.company_lead, Owner.COMPANY)
    for stranger in (table.outsider, table.coordinator):
        with pytest.raises((NotFound, Forbidden)), table.reading(stranger) as work:
            followup.show(work, table.case_id, kept)
    with pytest.raises(Forbidden):
        proposed(table, table.union_delegate, Owner.COMPANY)
    with table.reading(table.union_delegate) as work:
        assert not followup.index(work, table.case_id).commitments[0].may
        newest = outcomes.index(work, table.case_id).lines[0].id
    with pytest.raises(Unfit), table.writing(table.company_lead) as work:
        commitments.propose(
            work,
            table.case_id,
            what="x",
            measure="y",
            owner=Owner.BOTH,
            day=in_days(table, 9),
            item_id=newest,
        )


def test_each_side_says_at_a_review_how_it_sees_each_commitment(completed: Table) -> None:
    table, company, union = completed, completed.company_lead, completed.union_lead
    kept = proposed(table, company, Owner.COMPANY)
    signed(table, kept, union)
    with table.writing(union) as work:
        review = reviews.propose(work, table.case_id, day=in_days(table, 10), remark="In the plant.")
    assert TaskKind.AGREE_REVIEW in tasks_of(table, company)
    with table.writing(company) as work:
        reviews.agree(work, table.case_id, review)
    with pytest.raises(OutOfDate), table.writing(company) as work:
        reviews.hold(work, table.case_id, review, seen=())
    said = {company: (Progress.UNDER_WAY, "One gate."), union: (Progress.NOT_BEGUN, "None.")}
    for lead, (progress, words) in said.items():
        with table.writing(lead) as work:
            assert not reviews.hold(work, table.case_id, review, seen=[Seen(kept, progress, words)])
    with table.reading(table.facilitator) as work:
        held = followup.index(work, table.case_id).reviews[0]
    assert held.state is ReviewState.HELD
    assert [(view.party, view.seen[0].progress) for view in held.views] == [
        (Party.COMPANY, Progress.UNDER_WAY),
        (Party.UNION, Progress.NOT_BEGUN),
    ]


def test_a_thief_of_the_database_reads_no_word_of_what_is_followed_up(completed: Table) -> None:
    followed.follow(completed)
    with completed.reading(completed.union_lead) as work:
        first, *_ = followup.index(work, completed.case_id).commitments
    assert first.current is not None and first.current.words.what in followed.CONTENT

    assert found_in(dump(completed.instance.store), followed.CONTENT) == set()


def test_the_clock_tells_who_is_asked_once_and_needs_nobodys_key(completed: Table) -> None:
    table, company, union = completed, completed.company_lead, completed.union_lead
    kept = proposed(table, company, Owner.COMPANY)
    signed(table, kept, union)
    with table.writing(union) as work:
        review = reviews.propose(work, table.case_id, day=in_days(table, 60))
    with table.writing(company) as work:
        reviews.agree(work, table.case_id, review)
    assert duedays.tell(table.instance, table.house.tick()) == 0
    table.house.tick(timedelta(days=50))

    def told(person: Actor) -> int:
        with table.reading(person) as work:
            return len(work.session.scalars(select(Tiding).where(Tiding.account_id == person.account_id)).all())

    before = {lead.account_id: told(lead) for lead in (company, union)}
    assert duedays.tell(table.instance, table.house.tick()) == 2
    assert duedays.tell(table.instance, table.house.tick()) == 0
    assert told(company) - before[company.account_id] == 2
    assert told(union) - before[union.account_id] == 1
    assert rows.verify(table.instance) == []
