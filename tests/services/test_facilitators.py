"""A facilitator whom both accept: from the office's list, interests declared first, each answer for itself (R12)."""

from __future__ import annotations

import pytest

from dialogue.domain.acts import Act
from dialogue.domain.cases import Support
from dialogue.domain.people import PARTY_ROOMS, Party, StaffRole
from dialogue.errors import Forbidden, IllegalTransition, NotFound, OutOfDate, Unfit
from dialogue.services import desk, facilitators, notes, participants, record, requests, terms
from dialogue.store.participants import ParticipantState, find_participant
from tests import builders
from tests.builders import ISSUES
from tests.tell_tale import told_of


@pytest.fixture
def other(preparing):
    """A second facilitator on the office's list."""
    person = preparing.house.person(
        "Rosa Abe", "rosa@ilo.example", organisation="ILO", roles=frozenset({StaffRole.FACILITATOR})
    )
    preparing.house.list_staff(preparing.coordinator, person)
    return person


def propose(table, by, who=None):
    with table.writing(by) as work:
        return facilitators.propose(work, table.case_id, (who or table.facilitator).account_id)


def declare(table, interests="None.", who=None):
    with table.writing(who or table.facilitator) as work:
        facilitators.declare(work, table.case_id, interests=interests)


def accept(table, by, row, **seen):
    with table.writing(by) as work:
        facilitators.accept(work, table.case_id, row, **seen)


def decline(table, by, row):
    with table.writing(by) as work:
        facilitators.decline(work, table.case_id, row)


def shown(table, reader):
    with table.reading(reader) as work:
        return facilitators.index(work, table.case_id)


def state_of(table, row):
    with table.instance.store.session(writes=False) as session:
        return find_participant(session, table.case_id, row).state


# Proposed from the list


@pytest.mark.parametrize("proposer", ["company_lead", "union_lead", "coordinator"])
def test_either_lead_or_the_desk_proposes_somebody_from_the_list(preparing, proposer):
    row = propose(preparing, getattr(preparing, proposer))

    found = shown(preparing, preparing.union_lead)
    assert [(one.participant_id, one.name, one.state) for one in found.proposed] == [
        (row, "Farid Lindqvist", ParticipantState.STATED)
    ]
    assert found.could_be == ()


def test_who_is_not_on_the_list_is_not_proposed(preparing):
    """Neither an outsider, nor somebody whose account says facilitator and whom no coordinator has signed for."""
    unlisted = preparing.house.person("Nina Volk", "nina@ilo.example", roles=frozenset({StaffRole.FACILITATOR}))
    for person in (preparing.outsider, preparing.union_delegate, preparing.coordinator, unlisted):
        with pytest.raises(Unfit):
            propose(preparing, preparing.company_lead, person)
    assert [one.person.name for one in shown(preparing, preparing.company_lead).could_be] == ["Farid Lindqvist"]


def test_only_leads_and_the_desk_see_who_could_be_proposed(preparing, other):
    for person in (preparing.company_lead, preparing.coordinator):
        assert [one.person.name for one in shown(preparing, person).could_be] == ["Farid Lindqvist", "Rosa Abe"]
    assert shown(preparing, preparing.company_delegate).could_be == ()
    with pytest.raises(Forbidden):
        propose(preparing, preparing.company_delegate)


def test_nobody_is_proposed_where_facilitation_was_not_asked(house):
    table = builders.preparing(house, frozenset({Support.TECHNICAL_INPUT}))

    with pytest.raises(IllegalTransition):
        propose(table, table.coordinator)


def test_one_is_proposed_at_a_time(preparing, other):
    propose(preparing, preparing.coordinator)

    with pytest.raises(Unfit):
        propose(preparing, preparing.company_lead, other)


def test_a_proposed_facilitator_reads_the_request_and_nothing_else(preparing):
    propose(preparing, preparing.union_lead)

    with preparing.reading(preparing.facilitator) as work:
        assert requests.show(work, preparing.case_id).text.issues == ISSUES
    for look in (terms.show, desk.show):
        with pytest.raises(NotFound), preparing.reading(preparing.facilitator) as work:
            look(work, preparing.case_id)
    for room in PARTY_ROOMS.values():
        with pytest.raises(NotFound), preparing.reading(preparing.facilitator) as work:
            notes.index(work, preparing.case_id, room)


# Interests first


def test_a_facilitator_without_declared_interests_cannot_be_accepted(preparing):
    row = propose(preparing, preparing.coordinator)

    for lead in (preparing.company_lead, preparing.union_lead):
        with pytest.raises(Unfit) as refused:
            accept(preparing, lead, row)
        assert refused.value.reason == "interests_not_declared"


def test_having_none_is_declared_in_words(preparing):
    propose(preparing, preparing.coordinator)

    with pytest.raises(Unfit):
        declare(preparing, "   ")
    declare(preparing, "None.")
    assert shown(preparing, preparing.union_lead).proposed[0].interests == "None."


def test_only_the_proposed_declares(preparing, other):
    propose(preparing, preparing.coordinator)

    for person in (preparing.company_lead, preparing.coordinator):
        with pytest.raises(Forbidden):
            declare(preparing, who=person)
    with pytest.raises(NotFound):
        declare(preparing, who=other)


def test_both_parties_and_the_desk_read_the_declaration(preparing):
    propose(preparing, preparing.coordinator)
    declare(preparing, "I taught at the union's school in 2019.")

    for person in (preparing.company_lead, preparing.union_delegate, preparing.coordinator, preparing.facilitator):
        assert shown(preparing, person).proposed[0].interests == "I taught at the union's school in 2019."


def test_an_answer_is_an_answer_to_the_declaration_that_was_read(preparing):
    row = propose(preparing, preparing.coordinator)
    declare(preparing)
    read = shown(preparing, preparing.company_lead).proposed[0].declaration_id
    declare(preparing, "I remember now: my brother works for the supplier.")

    with pytest.raises(OutOfDate):
        accept(preparing, preparing.company_lead, row, seen=read)
    accept(
        preparing,
        preparing.company_lead,
        row,
        seen=shown(preparing, preparing.company_lead).proposed[0].declaration_id,
    )


# Each for itself, without a reason


def test_it_takes_both(preparing):
    row = propose(preparing, preparing.coordinator)
    declare(preparing)

    accept(preparing, preparing.company_lead, row)
    assert state_of(preparing, row) is ParticipantState.STATED
    accept(preparing, preparing.union_lead, row)
    assert state_of(preparing, row) is ParticipantState.CONFIRMED


def test_neither_learns_of_the_others_answer_before_the_own(preparing):
    row = propose(preparing, preparing.coordinator)
    declare(preparing)
    accept(preparing, preparing.company_lead, row)

    def answers(reader):
        return shown(preparing, reader).proposed[0].accepted_by

    assert answers(preparing.company_lead) == {Party.COMPANY}
    assert answers(preparing.union_lead) == frozenset()
    assert answers(preparing.coordinator) == frozenset()
    assert answers(preparing.facilitator) == frozenset()
    accept(preparing, preparing.union_lead, row)
    assert answers(preparing.union_lead) == {Party.COMPANY, Party.UNION}


def acts_recorded(table, reader):
    with table.reading(reader) as work:
        return [entry.act for entry in record.index(work, table.case_id).entries]


def test_the_record_that_both_read_does_not_tell_either(preparing):
    row = propose(preparing, preparing.coordinator)
    declare(preparing)
    accept(preparing, preparing.company_lead, row)

    assert Act.FACILITATOR_ACCEPT in acts_recorded(preparing, preparing.company_lead)
    assert Act.FACILITATOR_ACCEPT not in acts_recorded(preparing, preparing.union_lead)
    decline(preparing, preparing.union_lead, row)
    assert Act.FACILITATOR_DECLINE not in acts_recorded(preparing, preparing.company_lead)
    assert Act.FACILITATOR_DECLINE in acts_recorded(preparing, preparing.union_lead)


def test_one_leads_no_lets_another_be_proposed(preparing, other):
    row = propose(preparing, preparing.coordinator)
    declare(preparing)
    accept(preparing, preparing.company_lead, row)
    before = told_of(preparing.instance, preparing.company_lead.account_id)

    decline(preparing, preparing.union_lead, row)

    found = shown(preparing, preparing.company_lead)
    assert (found.proposed, found.declined) == ((), ("Farid Lindqvist",))
    assert told_of(preparing.instance, preparing.company_lead.account_id) == [*before, "waiting"]
    with pytest.raises(OutOfDate):
        accept(preparing, preparing.company_lead, row)
    with pytest.raises(NotFound):
        shown(preparing, preparing.facilitator)

    second = propose(preparing, preparing.union_lead, other)
    declare(preparing, who=other)
    for lead in (preparing.company_lead, preparing.union_lead):
        accept(preparing, lead, second)
    assert state_of(preparing, second) is ParticipantState.CONFIRMED


def test_a_lead_can_decline_before_anything_is_declared(preparing):
    row = propose(preparing, preparing.coordinator)

    decline(preparing, preparing.company_lead, row)

    assert state_of(preparing, row) is ParticipantState.DECLINED


def test_who_is_proposed_again_declares_again_and_is_answered_again(preparing):
    row = propose(preparing, preparing.coordinator)
    declare(preparing)
    accept(preparing, preparing.company_lead, row)
    decline(preparing, preparing.union_lead, row)

    assert propose(preparing, preparing.union_lead) == row

    found = shown(preparing, preparing.company_lead).proposed[0]
    assert (found.interests, found.accepted_by) == (None, frozenset())
    with pytest.raises(Unfit):
        accept(preparing, preparing.company_lead, row)
    declare(preparing, "Still none.")
    accept(preparing, preparing.company_lead, row)
    assert state_of(preparing, row) is ParticipantState.STATED


def test_delegates_facilitators_and_the_desk_answer_for_nobody(preparing):
    row = propose(preparing, preparing.coordinator)
    declare(preparing)

    for person in (preparing.union_delegate, preparing.facilitator, preparing.coordinator):
        with pytest.raises(Forbidden):
            accept(preparing, person, row)
        with pytest.raises(Forbidden):
            decline(preparing, person, row)


def test_a_party_answers_once(preparing):
    row = propose(preparing, preparing.coordinator)
    declare(preparing)
    accept(preparing, preparing.company_lead, row)

    with pytest.raises(OutOfDate):
        accept(preparing, preparing.company_lead, row)


def test_other_people_are_not_answered_for_as_facilitators(preparing):
    with pytest.raises(NotFound):
        decline(preparing, preparing.company_lead, preparing.seats[preparing.union_delegate.account_id])
    with preparing.reading(preparing.company_lead) as work:
        assert len(participants.index(work, preparing.case_id).people) == 4
