"""Leaving, no consensus, partial consensus, and talking again: who reads and writes what afterwards."""

from __future__ import annotations

from uuid import UUID

import pytest

from dialogue.domain.acts import Act
from dialogue.domain.cases import CaseStatus, Completion
from dialogue.domain.outcomes import OutcomeState
from dialogue.domain.people import OrganisationKind, Party, Room
from dialogue.domain.positions import Stance
from dialogue.domain.waiting import TaskKind
from dialogue.errors import Forbidden, IllegalTransition, NotFound, Refusal, Unfit
from dialogue.services import agenda, cases, items, jointacts, notes, outcomes, overview, positions, record, waiting
from dialogue.services.unit import Actor
from dialogue.store.cases import find_case
from tests.builders import Table
from tests.on_the_table import admitted, agreed, look, stand, word


def together(table: Table, act: Act) -> None:
    with table.writing(table.company_lead) as work:
        joint = jointacts.propose(work, table.case_id, act)
    with table.writing(table.union_lead) as work:
        assert jointacts.confirm(work, table.case_id, joint)


def leave(table: Table, by: Actor) -> None:
    with table.writing(by) as work:
        cases.leave(work, table.case_id)


def status(table: Table) -> CaseStatus:
    with table.reading(table.company_lead) as work:
        return overview.show(work, table.case_id).head.status


def wrote(table: Table, by: Actor, room: Room) -> UUID:
    with table.writing(by) as work:
        return notes.write(work, table.case_id, room, title="Wages", body="Our floor is two per cent.")


def assembled(table: Table, *item_ids: UUID) -> UUID:
    with table.writing(table.facilitator) as work:
        return outcomes.assemble(work, table.case_id, item_ids=item_ids, language="en")


def sign(table: Table, by: Actor, outcome_id: UUID) -> OutcomeState:
    with table.reading(by) as work:
        seen = outcomes.show(work, table.case_id, outcome_id).hash
    with table.writing(by) as work:
        return outcomes.sign(work, table.case_id, outcome_id, seen=seen)


# Leaving


@pytest.mark.parametrize("leaver", ["company_lead", "union_lead"])
@pytest.mark.parametrize("state", ["in_dialogue", "suspended", "concluding"])
def test_either_lead_leaves_in_any_active_state_at_once(table: Table, state: str, leaver: str) -> None:
    if state == "suspended":
        together(table, Act.CASE_SUSPEND)
    if state == "concluding":
        together(table, Act.CASE_CONCLUDE)
    assert status(table).value == state

    leave(table, getattr(table, leaver))

    assert_ended(table)


def test_either_lead_leaves_while_the_dialogue_is_prepared(preparing: Table) -> None:
    leave(preparing, preparing.union_lead)

    assert_ended(preparing)


def assert_ended(table: Table) -> None:
    assert status(table) is CaseStatus.ENDED
    with table.reading(table.company_lead) as work:
        case = find_case(work.session, table.case_id)
        assert case is not None
        assert case.ended_at == case.status_since
        assert case.retention_until is not None
        assert case.completion is None
    for lead in (table.company_lead, table.union_lead):
        with pytest.raises(IllegalTransition):
            leave(table, lead)


def test_only_a_lead_leaves_for_its_party(table: Table) -> None:
    for person in (table.company_delegate, table.facilitator, table.coordinator):
        with pytest.raises(Forbidden):
            leave(table, person)
    with pytest.raises(NotFound):
        leave(table, table.outsider)
    assert status(table) is CaseStatus.IN_DIALOGUE


def test_after_the_end_everybody_reads_what_he_read_and_only_the_own_room_is_written(table: Table) -> None:
    item_id = agreed(table)
    written = {
        Room.JOINT: wrote(table, table.company_lead, Room.JOINT),
        Room.COMPANY: wrote(table, table.company_lead, Room.COMPANY),
        Room.UNION: wrote(table, table.union_lead, Room.UNION),
        Room.UNION_CAUCUS: wrote(table, table.union_lead, Room.UNION_CAUCUS),
        Room.FACILITATION: wrote(table, table.facilitator, Room.FACILITATION),
    }
    leave(table, table.union_lead)

    reads = {
        "company_lead": {Room.JOINT, Room.COMPANY},
        "company_delegate": {Room.JOINT, Room.COMPANY},
        "union_lead": {Room.JOINT, Room.UNION, Room.UNION_CAUCUS},
        "facilitator": {Room.JOINT, Room.UNION_CAUCUS, Room.FACILITATION},
        "coordinator": set(),
    }
    for name, rooms in reads.items():
        person = getattr(table, name)
        for room, note_id in written.items():
            if room in rooms:
                with table.reading(person) as work:
                    assert notes.show(work, table.case_id, note_id).body == "Our floor is two per cent."
            else:
                with pytest.raises(NotFound), table.reading(person) as work:
                    notes.show(work, table.case_id, note_id)
            if room in {Room.COMPANY, Room.UNION} and room in rooms:
                wrote(table, person, room)
            else:
                with pytest.raises(Refusal):
                    wrote(table, person, room)
    assert look(table, table.company_lead, item_id).may == frozenset()
    assert look(table, table.company_lead, item_id).may_jointly == frozenset()


def test_after_the_end_nothing_is_put_agreed_or_done_together_any_more(table: Table) -> None:
    item_id = admitted(table)
    wording = word(table, table.company_lead, item_id)
    with table.writing(table.company_lead) as work:
        joint = jointacts.propose(work, table.case_id, Act.CASE_SUSPEND)
    leave(table, table.company_lead)

    tries = (
        lambda work: agenda.propose(work, table.case_id, title="More"),
        lambda work: agenda.park(work, table.case_id, item_id),
        lambda work: positions.record(
            work, table.case_id, item_id, wording_id=wording, previous_id=None, stance=Stance.AGREE
        ),
        lambda work: jointacts.confirm(work, table.case_id, joint),
        lambda work: jointacts.propose(work, table.case_id, Act.CASE_RESUME),
        lambda work: outcomes.assemble(work, table.case_id, item_ids=(), language="en"),
    )
    for attempt in tries:
        with pytest.raises(IllegalTransition), table.writing(table.union_lead) as work:
            attempt(work)


def test_after_the_end_nobody_is_waited_for_at_the_table(table: Table) -> None:
    item_id = admitted(table)
    word(table, table.company_lead, item_id)
    with table.writing(table.company_lead) as work:
        jointacts.propose(work, table.case_id, Act.CASE_SUSPEND)
        jointacts.propose(work, table.case_id, Act.AGENDA_WITHDRAW, about=item_id)
    kinds = {TaskKind.TAKE_POSITION, TaskKind.CONFIRM_JOINT_ACT}
    with table.reading(table.union_lead) as work:
        assert kinds <= {mine.task.kind for mine in waiting.for_me(work)}

    leave(table, table.company_lead)

    with table.reading(table.union_lead) as work:
        assert [mine.task.kind for mine in waiting.for_me(work) if mine.task.case_id == table.case_id] == []


def test_a_party_that_leaves_during_sign_off_leaves_no_agreement_behind(table: Table) -> None:
    item_id = agreed(table)
    together(table, Act.CASE_CONCLUDE)
    outcome_id = assembled(table, item_id)
    assert sign(table, table.company_lead, outcome_id) is OutcomeState.DRAFT

    leave(table, table.union_lead)

    with table.reading(table.company_lead) as work:
        shown = outcomes.show(work, table.case_id, outcome_id)
    assert shown.state is OutcomeState.DRAFT
    assert shown.signed_by == {Party.COMPANY}
    assert shown.may == frozenset()
    with pytest.raises(IllegalTransition):
        sign(table, table.union_lead, outcome_id)
    with table.reading(table.company_lead) as work:
        case = find_case(work.session, table.case_id)
        assert case is not None
        assert case.completion is None
        left = [entry for entry in record.index(work, table.case_id).entries if entry.act is Act.CASE_LEAVE]
    assert [entry.actor.name for entry in left if entry.actor] == ["Ana Rojas"]


# No consensus and partial consensus


def test_a_record_of_some_items_completes_with_partial_consensus(table: Table) -> None:
    settled, open_item = agreed(table, "Night shifts"), admitted(table, "Wages")
    word(table, table.company_lead, open_item)
    stand(table, table.union_lead, open_item, Stance.CANNOT_AGREE, reason="Too low.")
    together(table, Act.CASE_CONCLUDE)
    outcome_id = assembled(table, settled)

    assert sign(table, table.company_lead, outcome_id) is OutcomeState.DRAFT
    assert sign(table, table.union_lead, outcome_id) is OutcomeState.SIGNED

    with table.reading(table.union_delegate) as work:
        shown = outcomes.show(work, table.case_id, outcome_id)
        left_open = items.show(work, table.case_id, open_item)
    assert shown.completion is Completion.PARTIAL
    assert left_open.wording is not None
    assert not left_open.consensus.is_agreement
    assert status(table) is CaseStatus.COMPLETED


def test_both_leads_complete_without_a_record_and_neither_can_alone(table: Table) -> None:
    together(table, Act.CASE_CONCLUDE)
    with table.writing(table.union_lead) as work:
        joint = jointacts.propose(work, table.case_id, Act.CASE_COMPLETE)
    assert status(table) is CaseStatus.CONCLUDING

    with table.writing(table.company_lead) as work:
        assert jointacts.confirm(work, table.case_id, joint)

    with table.reading(table.company_lead) as work:
        case = find_case(work.session, table.case_id)
        assert case is not None
        assert case.completion is Completion.NONE
        assert case.retention_until is None


# Talking again


def again(table: Table, by: Actor, *, kind: OrganisationKind = OrganisationKind.UNION) -> UUID:
    party = Party.UNION if kind in {OrganisationKind.UNION, OrganisationKind.FEDERATION} else Party.COMPANY
    with table.writing(by) as work:
        return cases.open_case(
            work, party=party, organisation="One of them", kind=kind, function="Lead", follows=table.case_id
        )


def test_a_new_dialogue_names_the_old_before_those_who_sat_in_it(table: Table) -> None:
    leave(table, table.company_lead)

    new = again(table, table.union_lead)

    with table.reading(table.union_lead) as work:
        former = overview.show(work, new).follows
        old = overview.show(work, table.case_id).head
    assert former is not None
    assert (former.case_id, former.label, former.reference) == (table.case_id, old.label, old.reference)
    with pytest.raises(NotFound), table.reading(table.company_lead) as work:
        overview.show(work, new)
    with table.reading(table.company_lead) as work:
        assert overview.show(work, table.case_id).follows is None


def test_whoever_did_not_sit_in_the_old_one_is_not_told_of_it(drafted: Table) -> None:
    with drafted.writing(drafted.company_lead) as work:
        case = find_case(work.session, drafted.case_id)
        assert case is not None
        own = cases.open_case(
            work,
            party=Party.COMPANY,
            organisation="Northfield Apparel",
            kind=OrganisationKind.BRAND,
            function="Head of sourcing",
        )
        case.follows_id = own

    with drafted.reading(drafted.company_lead) as work:
        assert overview.show(work, drafted.case_id).follows is not None
    with drafted.reading(drafted.union_lead) as work:
        assert overview.show(work, drafted.case_id).follows is None


def test_only_a_lead_of_that_side_names_a_dialogue_that_is_over(table: Table) -> None:
    with pytest.raises(IllegalTransition):
        again(table, table.union_lead)
    leave(table, table.company_lead)
    with pytest.raises(Unfit):
        again(table, table.union_lead, kind=OrganisationKind.BRAND)
    with pytest.raises(Forbidden):
        again(table, table.union_delegate)
    with pytest.raises(NotFound):
        again(table, table.outsider)


def test_a_request_that_is_taken_back_names_nothing_any_more(requested: Table) -> None:
    with requested.writing(requested.company_lead) as work:
        case = find_case(work.session, requested.case_id)
        assert case is not None
        case.follows_id = UUID(int=7)

    leave(requested, requested.union_lead)

    with requested.house.reading(None) as work:
        case = find_case(work.session, requested.case_id)
        assert case is not None
        assert (case.status, case.follows_id) == (CaseStatus.WITHDRAWN, None)
