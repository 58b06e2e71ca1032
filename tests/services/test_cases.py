"""The life of a case: nobody learns of a draft, a refusal leaves no trace for the ILO, and everybody can leave."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from dialogue.domain.cases import CaseStatus, Support
from dialogue.domain.desk import Check
from dialogue.domain.people import OrganisationKind, Party, Room
from dialogue.errors import Forbidden, IllegalTransition, NotFound, Refusal, Unfit
from dialogue.services import (
    agenda,
    cases,
    desk,
    facilitators,
    notes,
    notices,
    participants,
    requests,
    terms,
    waiting,
)
from dialogue.services.requests import RequestText
from dialogue.store.cases import find_case
from dialogue.store.schema import METADATA
from tests import builders
from tests.builders import ISSUES
from tests.tell_tale import told_of


def status_of(table):
    with table.instance.store.session(writes=False) as session:
        return find_case(session, table.case_id).status


def rows_of_the_case(table):
    """How many rows each table holds of the case."""
    with table.instance.store.session(writes=False) as session:
        found = {
            name: len(session.execute(select(kind).where(kind.c.case_id == table.case_id)).all())
            for name, kind in METADATA.tables.items()
            if "case_id" in kind.c
        }
    return {name: count for name, count in found.items() if count}


def what_the_desk_sees(table):
    with table.reading(table.coordinator) as work:
        return (desk.index(work), waiting.for_me(work), cases.index(work))


def listed(table, actor):
    with table.reading(actor) as work:
        return {line.case_id: line.status for line in cases.index(work).lines}


# Before the ILO


def test_a_draft_is_seen_by_those_who_prepare_it_and_by_nobody_else(drafted):
    for stranger in (drafted.coordinator, drafted.facilitator, drafted.outsider):
        assert listed(drafted, stranger) == {}
        for look in (requests.show, participants.index, desk.show):
            with pytest.raises(NotFound), drafted.reading(stranger) as work:
                look(work, drafted.case_id)
    assert listed(drafted, drafted.union_lead) == {drafted.case_id: CaseStatus.INVITED}


def test_the_staff_of_the_ilo_begins_no_dialogue(gathered):
    with pytest.raises(NotFound), gathered.writing(gathered.coordinator) as work:
        cases.open_case(
            work, party=Party.UNION, organisation="ILO staff", kind=OrganisationKind.UNION, function="Officer"
        )


def test_a_company_is_a_brand_or_a_supplier(gathered):
    with pytest.raises(Unfit), gathered.writing(gathered.company_lead) as work:
        cases.open_case(work, party=Party.COMPANY, organisation="N", kind=OrganisationKind.UNION, function="Head")


def test_a_declined_invitation_leaves_nothing_that_the_desk_can_see(house):
    table = builders.gathered(house)
    untouched = what_the_desk_sees(table)
    build_a_draft(table)
    assert what_the_desk_sees(table) == untouched

    with table.writing(table.union_lead) as work:
        cases.decline(work, table.case_id)

    assert what_the_desk_sees(table) == untouched
    left = rows_of_the_case(table)
    assert left == {"participants": 1}


def build_a_draft(table):
    """What ``builders.drafted`` does, with people who are there already."""
    with table.writing(table.company_lead) as work:
        table.case_id = cases.open_case(
            work, party=Party.COMPANY, organisation="Northfield", kind=OrganisationKind.BRAND, function="Sourcing"
        )
        table.seats[table.company_lead.account_id] = cases.participant_of(
            work, table.case_id, table.company_lead.account_id
        )
    with table.writing(table.company_lead) as work:
        requests.edit(work, table.case_id, RequestText(issues=ISSUES, support=frozenset(Support)), seen=0)
    with table.writing(table.company_lead) as work:
        union = participants.invite_lead(
            work,
            table.case_id,
            name="Ana Rojas",
            function="General secretary",
            email="ana@union.example",
            organisation="Sindicato",
            kind=OrganisationKind.UNION,
        )
    table.attach(union, table.union_lead)
    table.state(table.company_lead, table.union_lead)
    table.accept(table.union_lead, table.company_lead)


def test_of_a_declined_invitation_the_initiator_learns_that_it_was_declined_and_nothing_else(drafted):
    with drafted.writing(drafted.union_lead) as work:
        cases.decline(work, drafted.case_id)

    assert listed(drafted, drafted.company_lead) == {drafted.case_id: CaseStatus.DECLINED}
    assert listed(drafted, drafted.union_lead) == {}
    for person in (drafted.company_lead, drafted.union_lead):
        with pytest.raises(NotFound), drafted.reading(person) as work:
            requests.show(work, drafted.case_id)


def test_the_initiator_is_told_even_before_the_words_were_compared(house):
    """The other lead has joined, and has not accepted the initiator's key yet."""
    table = builders.gathered(house)
    with table.writing(table.company_lead) as work:
        table.case_id = cases.open_case(
            work, party=Party.COMPANY, organisation="Northfield", kind=OrganisationKind.BRAND, function="Sourcing"
        )
    with table.writing(table.company_lead) as work:
        union = participants.invite_lead(
            work,
            table.case_id,
            name="Ana Rojas",
            function="General secretary",
            email="ana@union.example",
            organisation="Sindicato",
            kind=OrganisationKind.UNION,
        )
    table.attach(union, table.union_lead)
    table.state(table.company_lead, table.union_lead)

    with table.writing(table.union_lead) as work:
        cases.decline(work, table.case_id)

    assert told_of(table.instance, table.company_lead.account_id)[-1] == "declined"


def test_the_invited_decline_and_the_initiator_withdraws(drafted):
    with pytest.raises(Unfit), drafted.writing(drafted.company_lead) as work:
        cases.decline(work, drafted.case_id)
    with pytest.raises(Unfit), drafted.writing(drafted.union_lead) as work:
        cases.withdraw(work, drafted.case_id)

    with drafted.writing(drafted.company_lead) as work:
        cases.withdraw(work, drafted.case_id)

    with drafted.instance.store.session(writes=False) as session:
        assert find_case(session, drafted.case_id) is None
    assert listed(drafted, drafted.company_lead) == {}
    assert rows_of_the_case(drafted) == {}


# Beginning


def test_the_dialogue_begins_with_the_last_acceptance_whosever_it_is(preparing):
    """The facilitator is accepted first, the terms last: it begins in the last delegate's own acceptance."""
    with preparing.writing(preparing.coordinator) as work:
        row = facilitators.propose(work, preparing.case_id, preparing.facilitator.account_id)
    with preparing.writing(preparing.facilitator) as work:
        facilitators.declare(work, preparing.case_id, interests="None.")
    for lead in (preparing.company_lead, preparing.union_lead):
        with preparing.writing(lead) as work:
            facilitators.accept(work, preparing.case_id, row)
    with preparing.writing(preparing.company_lead) as work:
        proposed = terms.propose(work, preparing.case_id, text="Ours.", language="en", retention_months=6)
    with preparing.writing(preparing.union_lead) as work:
        terms.agree(work, preparing.case_id, proposed)
    preparing.accept_terms(preparing.company_delegate, preparing.facilitator)
    assert status_of(preparing) is CaseStatus.PREPARING

    preparing.accept_terms(preparing.union_delegate)

    assert status_of(preparing) is CaseStatus.IN_DIALOGUE
    assert told_of(preparing.instance, preparing.company_delegate.account_id)[-1] == "waiting"


def test_it_begins_with_the_facilitator_where_the_facilitator_comes_last(preparing):
    with preparing.writing(preparing.union_lead) as work:
        proposed = terms.propose(work, preparing.case_id, text="Ours.", language="es", retention_months=6)
    with preparing.writing(preparing.company_lead) as work:
        terms.agree(work, preparing.case_id, proposed)
    preparing.accept_terms(preparing.company_delegate, preparing.union_delegate)
    with preparing.writing(preparing.union_lead) as work:
        row = facilitators.propose(work, preparing.case_id, preparing.facilitator.account_id)
    with preparing.writing(preparing.facilitator) as work:
        facilitators.declare(work, preparing.case_id, interests="None.")
    for lead in (preparing.company_lead, preparing.union_lead):
        with preparing.writing(lead) as work:
            facilitators.accept(work, preparing.case_id, row)
    assert status_of(preparing) is CaseStatus.PREPARING

    preparing.accept_terms(preparing.facilitator)

    assert status_of(preparing) is CaseStatus.IN_DIALOGUE


def test_it_waits_for_a_delegate_whom_the_other_side_has_not_accepted(drafted):
    """A listed person holds the beginning up, until accepted or taken off the list."""
    drafted.seat(drafted.company_delegate, Party.COMPANY)
    drafted.seat(drafted.union_delegate, Party.UNION, accepted=False)
    for lead in (drafted.company_lead, drafted.union_lead):
        with drafted.reading(lead) as work:
            version = requests.show(work, drafted.case_id).version_id
        with drafted.writing(lead) as work:
            requests.endorse(work, drafted.case_id, version)
    with drafted.writing(drafted.coordinator) as work:
        desk.take_up(work, drafted.case_id, checked=Check)
    with drafted.writing(drafted.company_lead) as work:
        proposed = terms.propose(work, drafted.case_id, text="Ours.", language="en", retention_months=6)
    with drafted.writing(drafted.union_lead) as work:
        terms.agree(work, drafted.case_id, proposed)
    drafted.accept_terms(drafted.company_delegate)
    with drafted.writing(drafted.coordinator) as work:
        row = facilitators.propose(work, drafted.case_id, drafted.facilitator.account_id)
    with drafted.writing(drafted.facilitator) as work:
        facilitators.declare(work, drafted.case_id, interests="None.")
    for lead in (drafted.company_lead, drafted.union_lead):
        with drafted.writing(lead) as work:
            facilitators.accept(work, drafted.case_id, row)
    drafted.accept_terms(drafted.facilitator)
    assert status_of(drafted) is CaseStatus.PREPARING

    with drafted.writing(drafted.union_lead) as work:
        participants.remove(work, drafted.case_id, drafted.seats[drafted.union_delegate.account_id])

    assert status_of(drafted) is CaseStatus.IN_DIALOGUE


# Leaving


@pytest.mark.parametrize("side", Party)
def test_either_lead_leaves_at_once_and_gives_no_reason(table, side):
    before = told_of(table.instance, table.lead_of(side.other).account_id)

    with table.writing(table.lead_of(side)) as work:
        cases.leave(work, table.case_id)

    assert status_of(table) is CaseStatus.ENDED
    assert told_of(table.instance, table.lead_of(side.other).account_id) == [*before, "waiting"]


def test_after_leaving_the_shared_rooms_are_read_and_the_own_room_is_still_written(table):
    with table.writing(table.union_delegate) as work:
        kept = notes.write(work, table.case_id, Room.JOINT, title="Shifts", body="Four weeks ahead.")
    with table.writing(table.union_lead) as work:
        cases.leave(work, table.case_id)

    with table.reading(table.company_delegate) as work:
        assert notes.show(work, table.case_id, kept).title == "Shifts"
    with pytest.raises(IllegalTransition), table.writing(table.company_delegate) as work:
        notes.write(work, table.case_id, Room.JOINT, title="After", body="One more thing.")
    with table.writing(table.company_delegate) as work:
        notes.write(work, table.case_id, Room.COMPANY, title="After", body="What we take from it.")
    with pytest.raises(IllegalTransition), table.writing(table.company_lead) as work:
        agenda.propose(work, table.case_id, title="After")


def test_only_those_who_speak_for_a_party_leave_for_it(table):
    for person in (table.union_delegate, table.facilitator, table.coordinator):
        with pytest.raises(Forbidden), table.writing(person) as work:
            cases.leave(work, table.case_id)
    assert status_of(table) is CaseStatus.IN_DIALOGUE


def test_leaving_a_request_takes_it_from_the_desk_with_everything_in_it(requested):
    with requested.writing(requested.union_lead) as work:
        cases.leave(work, requested.case_id)

    assert status_of(requested) is CaseStatus.WITHDRAWN
    with requested.reading(requested.coordinator) as work:
        assert desk.index(work).lines == ()
    with pytest.raises(NotFound), requested.reading(requested.coordinator) as work:
        desk.show(work, requested.case_id)
    assert "requests" not in rows_of_the_case(requested)


def test_the_pages_never_say_failed_or_abandoned():
    words = " ".join(status.value for status in CaseStatus)
    assert not re.search(r"fail|abandon|reject|refus", words)


def test_what_is_over_is_kept_as_long_as_the_terms_say_and_without_terms_ninety_days(table):
    with table.writing(table.company_lead) as work:
        cases.leave(work, table.case_id)
    with table.instance.store.session(writes=False) as session:
        case = find_case(session, table.case_id)
        assert case.retention_until - case.status_since == timedelta(days=365)


def test_without_terms_it_is_ninety_days(preparing):
    with preparing.writing(preparing.company_lead) as work:
        cases.leave(work, preparing.case_id)
    with preparing.instance.store.session(writes=False) as session:
        case = find_case(session, preparing.case_id)
        assert case.retention_until - case.status_since == timedelta(days=90)


# Every state, and no illegal move

DOES = {
    "decline": lambda work, table: cases.decline(work, table.case_id),
    "withdraw": lambda work, table: cases.withdraw(work, table.case_id),
    "take_up": lambda work, table: desk.take_up(work, table.case_id, checked=Check),
    "give_back": lambda work, table: desk.give_back(work, table.case_id, words="Please say more."),
    "not_take_up": lambda work, table: desk.not_take_up(work, table.case_id, words="It is not ours."),
    "leave": lambda work, table: cases.leave(work, table.case_id),
    "go_back": lambda work, table: cases.go_back(work, table.case_id),
    "prepare_notice": lambda work, table: notices.prepare(work, table.case_id),
}
# In which states somebody, whoever it is, can do it.
POSSIBLE = {
    "drafted": {"decline", "withdraw"},
    "requested": {"take_up", "give_back", "not_take_up", "leave"},
    "preparing": {"leave"},
    "in_dialogue": {"leave"},
}


@pytest.mark.parametrize("state", POSSIBLE)
def test_what_the_table_does_not_know_is_refused_to_everybody(house, state):
    found = getattr(builders, state)(house)
    before = status_of(found)
    everybody = (found.company_lead, found.union_lead, found.facilitator, found.coordinator, found.outsider)
    for what, does in DOES.items():
        for person in everybody if what not in POSSIBLE[state] else ():
            with pytest.raises(Refusal), found.writing(person) as work:
                does(work, found)
    assert status_of(found) is before


# Lists and labels


def test_a_private_label_is_for_its_writer_alone(table):
    with table.writing(table.company_lead) as work:
        cases.label(work, table.case_id, words="The sewing hall")

    with table.reading(table.company_lead) as work:
        assert [line.own_label for line in cases.index(work).lines] == ["The sewing hall"]
    with table.reading(table.union_lead) as work:
        assert [line.own_label for line in cases.index(work).lines] == [None]

    with table.writing(table.company_lead) as work:
        cases.label(work, table.case_id, words="")
    with table.reading(table.company_lead) as work:
        assert [line.own_label for line in cases.index(work).lines] == [None]


def test_a_facilitator_who_was_not_accepted_finds_no_trace_in_the_list(preparing):
    with preparing.writing(preparing.coordinator) as work:
        row = facilitators.propose(work, preparing.case_id, preparing.facilitator.account_id)
    assert listed(preparing, preparing.facilitator) == {preparing.case_id: CaseStatus.PREPARING}

    with preparing.writing(preparing.union_lead) as work:
        facilitators.decline(work, preparing.case_id, row)

    assert listed(preparing, preparing.facilitator) == {}


def test_many_cases_come_in_pages_and_each_once(gathered):
    opened = []
    for _ in range(cases.PAGE + 2):
        with gathered.writing(gathered.company_lead) as work:
            opened.append(
                cases.open_case(
                    work, party=Party.COMPANY, organisation="N", kind=OrganisationKind.BRAND, function="Head"
                )
            )
    with gathered.reading(gathered.company_lead) as work:
        first = cases.index(work)
        second = cases.index(work, after=first.after)

    assert [line.case_id for line in (*first.lines, *second.lines)] == opened[::-1]
    assert second.after is None
