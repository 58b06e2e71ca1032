"""Support is a set that only both leads together change; what it needs appears and disappears with it (R3)."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from dialogue.domain.acts import Act
from dialogue.domain.cases import CaseStatus, Support
from dialogue.domain.people import Room
from dialogue.errors import Forbidden, IllegalTransition, NotFound, OutOfDate, Unfit
from dialogue.services import cases, facilitators, jointacts, notes, overview, terms
from dialogue.store.cases import find_case
from dialogue.store.jointacts import JointAct
from dialogue.store.participants import SeatStatement
from tests.tell_tale import told_who

GROUND = frozenset({Support.NEUTRAL_GROUND})


def propose(table, actor, support):
    with table.writing(actor) as work:
        return jointacts.propose(work, table.case_id, Act.SUPPORT_CHANGE, support=frozenset(support))


def confirm(table, actor, joint):
    with table.writing(actor) as work:
        return jointacts.confirm(work, table.case_id, joint)


def case_of(table):
    with table.instance.store.session(writes=False) as session:
        return find_case(session, table.case_id)


def head_of(table, actor):
    with table.reading(actor) as work:
        return overview.show(work, table.case_id).head


def test_one_lead_alone_changes_nothing(table):
    propose(table, table.company_lead, GROUND)

    assert case_of(table).support == frozenset(Support)


def test_without_facilitation_the_facilitator_sits_no_more_and_the_caucuses_are_closed(table):
    with table.writing(table.facilitator) as work:
        notes.write(work, table.case_id, Room.COMPANY_CAUCUS, title="Floor", body="Two per cent.")
    assert confirm(table, table.union_lead, propose(table, table.company_lead, GROUND))

    assert case_of(table).support == GROUND
    assert case_of(table).status is CaseStatus.IN_DIALOGUE
    with pytest.raises(NotFound), table.reading(table.facilitator) as work:
        cases.participant_of(work, table.case_id, table.facilitator.account_id)
    for room in (Room.COMPANY_CAUCUS, Room.FACILITATION):
        with pytest.raises(NotFound), table.reading(table.company_lead) as work:
            notes.index(work, table.case_id, room)
    assert Room.COMPANY_CAUCUS not in head_of(table, table.company_lead).rooms
    with table.instance.store.session(writes=False) as session:
        last = session.scalars(select(SeatStatement).order_by(SeatStatement.number)).all()[-1]
    assert (last.kind.value, last.account_id) == ("remove", table.facilitator.account_id)
    assert last.signer_id == table.union_lead.account_id
    with table.writing(table.company_lead) as work:
        notes.write(work, table.case_id, Room.JOINT, title="On", body="We go on by ourselves.")


def test_facilitation_asked_for_later_opens_the_way_to_a_facilitator(unfacilitated):
    table = unfacilitated
    with pytest.raises(IllegalTransition), table.writing(table.coordinator) as work:
        facilitators.propose(work, table.case_id, table.facilitator.account_id)
    wished = case_of(table).support | {Support.FACILITATION}
    assert confirm(table, table.company_lead, propose(table, table.union_lead, wished))

    with table.writing(table.coordinator) as work:
        facilitators.propose(work, table.case_id, table.facilitator.account_id)
    assert case_of(table).status is CaseStatus.IN_DIALOGUE
    assert Room.UNION_CAUCUS in head_of(table, table.union_lead).rooms


def test_in_preparation_a_dialogue_that_waited_only_for_a_facilitator_begins_without(preparing):
    table = preparing
    with table.writing(table.company_lead) as work:
        proposed = terms.propose(work, table.case_id, text="Ours.", language="en", retention_months=6)
    with table.writing(table.union_lead) as work:
        terms.agree(work, table.case_id, proposed)
    table.accept_terms(table.company_delegate, table.union_delegate)
    assert case_of(table).status is CaseStatus.PREPARING

    confirm(table, table.union_lead, propose(table, table.company_lead, GROUND))
    assert case_of(table).status is CaseStatus.IN_DIALOGUE


def test_the_desk_is_told_that_there_is_something_to_do(table):
    joint = propose(table, table.company_lead, GROUND)
    confirm(table, table.union_lead, joint)

    assert told_who(table.instance, f"waiting:{joint.hex}:") >= {table.coordinator.account_id}


@pytest.mark.parametrize(("support", "reason"), [(frozenset(), "support_none"), (Support, "support_same")])
def test_a_set_is_another_one_and_never_empty(table, support, reason):
    with pytest.raises(Unfit, match=reason):
        propose(table, table.company_lead, support)


def test_only_leads_propose_it_and_one_at_a_time(table):
    for person in (table.facilitator, table.company_delegate, table.coordinator):
        with pytest.raises(Forbidden):
            propose(table, person, GROUND)
    propose(table, table.company_lead, GROUND)
    with pytest.raises(OutOfDate):
        propose(table, table.union_lead, {Support.TECHNICAL_INPUT})


def test_a_yes_to_one_set_is_none_to_another_that_somebody_writes_into_the_database(table):
    joint = propose(table, table.company_lead, GROUND)
    with table.instance.store.session(writes=True) as session:
        session.execute(update(JointAct).values(support_asked="technical_input"))
        session.commit()

    assert not confirm(table, table.union_lead, joint)
    assert case_of(table).support == frozenset(Support)
