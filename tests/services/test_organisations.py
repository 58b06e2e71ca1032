"""One organisation of a side with several leaves alone: its people lose their seats at once, the case goes on."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from dialogue.domain.cases import CaseStatus
from dialogue.domain.people import OrganisationKind, Party, Role, Room
from dialogue.errors import Forbidden, NotFound, OutOfDate, Unfit
from dialogue.services import cases, notes, organisations, participants, requests
from dialogue.store.cases import find_case
from dialogue.store.participants import ParticipantState, SeatStatement, find_seat


def supplier(table, *, role=Role.DELEGATE):
    """A supplier beside the brand, with one person at the table."""
    with table.writing(table.company_lead) as work:
        own = participants.add_organisation(work, table.case_id, name="Delta Mills", kind=OrganisationKind.SUPPLIER)
    with table.writing(table.company_lead) as work:
        row = participants.add(
            work,
            table.case_id,
            role=role,
            name="Otto Fremd",
            function="Plant manager",
            email="otto@elsewhere.example",
            organisation_id=own,
        )
    table.attach(row, table.outsider)
    table.state(table.company_lead, table.outsider)
    table.accept(table.union_lead, table.outsider)
    return own


def leave(table, actor, organisation_id):
    with table.writing(actor) as work:
        organisations.leave(work, table.case_id, organisation_id)


def of_lead(table, party=Party.COMPANY):
    with table.reading(None) as work:
        return find_seat(work.session, table.case_id, table.lead_of(party).account_id).organisation_id


def test_its_people_lose_their_seats_by_signed_removals_and_the_case_goes_on(table):
    own = supplier(table)
    table.accept_terms(table.outsider)
    leave(table, table.company_lead, own)

    with pytest.raises(NotFound), table.reading(table.outsider) as work:
        notes.index(work, table.case_id, Room.JOINT)
    with table.reading(None) as work:
        assert find_seat(work.session, table.case_id, table.outsider.account_id).state is ParticipantState.REMOVED
        last = work.session.scalars(select(SeatStatement).order_by(SeatStatement.number)).all()[-1]
        assert (last.kind.value, last.account_id, last.signer_id) == (
            "remove",
            table.outsider.account_id,
            table.company_lead.account_id,
        )
        assert find_case(work.session, table.case_id).status is CaseStatus.IN_DIALOGUE
    with table.writing(table.union_lead) as work:
        notes.write(work, table.case_id, Room.JOINT, title="On", body="We go on.")
    with table.reading(table.union_lead) as work:
        assert [name for _, _, _, name in cases.organisations(work, table.case_id)] == [
            "Northfield Apparel",
            "Sindicato Textil",
        ]
    with pytest.raises(OutOfDate):
        leave(table, table.company_lead, own)


def test_a_deputy_leaves_with_the_own_organisation(table):
    own = supplier(table, role=Role.DEPUTY)
    table.accept_terms(table.outsider)
    with table.reading(table.outsider) as work:
        shown = organisations.look_before_leaving(work, table.case_id, own)
    assert (shown.name, shown.people, shown.goes_too) == ("Delta Mills", ("Otto Fremd",), True)

    leave(table, table.outsider, own)
    with pytest.raises(NotFound), table.reading(table.outsider) as work:
        cases.participant_of(work, table.case_id, table.outsider.account_id)


def test_the_only_organisation_and_the_leads_own_do_not_leave_alone(table):
    with pytest.raises(Unfit, match="organisation_last"):
        leave(table, table.company_lead, of_lead(table))
    supplier(table)
    with pytest.raises(Unfit, match="organisation_of_lead"):
        leave(table, table.company_lead, of_lead(table))


def test_nobody_takes_the_other_sides_organisation_off_and_no_delegate_the_own(table):
    own = supplier(table)
    with pytest.raises(NotFound):
        leave(table, table.union_lead, own)
    for person in (table.company_delegate, table.facilitator):
        with pytest.raises(Forbidden):
            leave(table, person, own)


def test_in_drafting_the_request_has_a_new_version_without_it(drafted):
    own = supplier(drafted)
    with drafted.reading(drafted.union_lead) as work:
        before = requests.show(work, drafted.case_id)
    with drafted.writing(drafted.union_lead) as work:
        requests.endorse(work, drafted.case_id, before.version_id)

    leave(drafted, drafted.company_lead, own)

    with drafted.reading(drafted.union_lead) as work:
        found = requests.show(work, drafted.case_id)
    assert found.number == before.number + 1
    assert found.endorsed == frozenset()
    assert "Delta Mills" in [one.name for one in before.organisations]
    assert "Delta Mills" not in [one.name for one in found.organisations]
    assert "Otto Fremd" not in [one.name for one in found.people]
