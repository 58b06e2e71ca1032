"""The joint request: both endorse the same version, any edit clears both yeses, and the ILO sees it only then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from dialogue.domain.agenda import Chapter
from dialogue.domain.cases import CaseStatus, Support
from dialogue.domain.people import OrganisationKind, Party, Role
from dialogue.errors import Forbidden, IllegalTransition, NotAgreed, NotFound, OutOfDate, SealBroken, Unfit
from dialogue.services import cases, desk, participants, requests
from dialogue.services.requests import RequestText
from dialogue.store.cases import find_case
from dialogue.store.requests import EndorsedRequest, Endorsement
from tests import builders


def shown(table, actor):
    with table.reading(actor) as work:
        return requests.show(work, table.case_id)


def edit(table, actor, seen=None, **changes):
    present = shown(table, actor)
    with table.writing(actor) as work:
        text = replace(present.text, **changes)
        return requests.edit(work, table.case_id, text, seen=present.number if seen is None else seen)


def endorse(table, actor, version_id=None):
    version_id = version_id or shown(table, actor).version_id
    with table.writing(actor) as work:
        return requests.endorse(work, table.case_id, version_id)


def status_of(table):
    with table.instance.store.session(writes=False) as session:
        return find_case(session, table.case_id).status


# R1: nobody opens a case alone


def test_the_request_stands_before_the_ilo_when_both_have_endorsed_the_same_version(drafted):
    assert endorse(drafted, drafted.company_lead) is False
    assert status_of(drafted) is CaseStatus.INVITED

    assert endorse(drafted, drafted.union_lead) is True

    assert status_of(drafted) is CaseStatus.REQUESTED
    assert shown(drafted, drafted.coordinator).text.issues == builders.ISSUES


def test_an_edit_clears_both_endorsements(drafted):
    endorse(drafted, drafted.company_lead)
    assert shown(drafted, drafted.union_lead).endorsed == {Party.COMPANY}

    edit(drafted, drafted.union_lead, issues="Working time, and access to the canteen.")

    assert shown(drafted, drafted.company_lead).endorsed == frozenset()
    assert endorse(drafted, drafted.union_lead) is False
    assert status_of(drafted) is CaseStatus.INVITED


def test_the_version_that_one_has_read_is_the_one_that_is_endorsed(drafted):
    """The company reads, the union edits, the company's yes to what it read does not count for the edit."""
    read = shown(drafted, drafted.company_lead).version_id
    edit(drafted, drafted.union_lead, issues="Something else.")

    with pytest.raises(OutOfDate):
        endorse(drafted, drafted.company_lead, read)


def test_a_party_endorses_once(drafted):
    endorse(drafted, drafted.company_lead)

    with pytest.raises(OutOfDate):
        endorse(drafted, drafted.company_lead)
    assert status_of(drafted) is CaseStatus.INVITED


def test_a_change_of_the_delegations_is_a_new_version_too(drafted):
    endorse(drafted, drafted.company_lead)

    drafted.seat(drafted.union_delegate, Party.UNION)

    found = shown(drafted, drafted.company_lead)
    assert found.endorsed == frozenset()
    assert [person.name for person in found.people if person.party is Party.UNION] == ["Ana Rojas", "Luc Mensah"]


def test_only_those_who_speak_for_a_party_endorse(drafted):
    drafted.seat(drafted.union_delegate, Party.UNION)
    drafted.seat(drafted.outsider, Party.COMPANY, Role.ADVISER, until=drafted.house.now + timedelta(days=30))
    version_id = shown(drafted, drafted.company_lead).version_id

    for person in (drafted.union_delegate, drafted.outsider):
        with pytest.raises(Forbidden):
            endorse(drafted, person, version_id)
    for stranger in (drafted.coordinator, drafted.facilitator):
        with pytest.raises(NotFound):
            endorse(drafted, stranger, version_id)


def test_a_lead_whose_key_nobody_has_confirmed_endorses_nothing(gathered):
    table = gathered
    with table.writing(table.company_lead) as work:
        table.case_id = cases.open_case(
            work, party=Party.COMPANY, organisation="N", kind=OrganisationKind.BRAND, function="Head"
        )
    with table.writing(table.company_lead) as work:
        requests.edit(
            work, table.case_id, RequestText(issues="Shifts.", support=frozenset({Support.FACILITATION})), seen=0
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
    version_id = shown(table, table.company_lead).version_id

    with pytest.raises(Forbidden):
        endorse(table, table.union_lead, version_id)
    with pytest.raises(NotAgreed):
        endorse(table, table.company_lead, version_id)
    with pytest.raises(NotFound):
        shown(table, table.union_delegate)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"issues": "  "}, "request_issues"), ({"support": frozenset()}, "request_support")],
    ids=["no issue", "no support"],
)
def test_what_is_endorsed_names_an_issue_and_the_support_that_is_asked(drafted, changes, reason):
    edit(drafted, drafted.company_lead, **changes)

    with pytest.raises(Unfit) as refused:
        endorse(drafted, drafted.union_lead)
    assert refused.value.reason == reason


def test_a_row_in_the_database_endorses_nothing(drafted):
    """Somebody who writes the database puts the union's endorsement there; the ILO is told nothing."""
    version_id = shown(drafted, drafted.company_lead).version_id
    with drafted.instance.store.session(writes=True) as session:
        session.add(
            Endorsement(
                id=uuid4(),
                case_id=drafted.case_id,
                version_id=version_id,
                party=Party.UNION,
                account_id=drafted.union_lead.account_id,
                sealed_statement=b"\x01" * 64,
                made_at=drafted.house.now,
            )
        )
        session.commit()

    assert shown(drafted, drafted.company_lead).endorsed == frozenset()
    with pytest.raises(SealBroken):
        endorse(drafted, drafted.company_lead)
    assert status_of(drafted) is CaseStatus.INVITED


def test_an_endorsement_moved_to_another_version_counts_for_nothing(drafted):
    endorse(drafted, drafted.company_lead)
    edit(drafted, drafted.union_lead, issues="Something that the company has not read.")
    newest = shown(drafted, drafted.union_lead).version_id
    with drafted.instance.store.session(writes=True) as session:
        session.scalars(select(Endorsement)).one().version_id = newest
        session.commit()

    assert shown(drafted, drafted.union_lead).endorsed == frozenset()
    with pytest.raises(SealBroken):
        endorse(drafted, drafted.union_lead)


# Editing


def test_both_sides_edit_and_nobody_overwrites_what_he_has_not_seen(drafted):
    first = shown(drafted, drafted.company_lead).number
    assert edit(drafted, drafted.company_lead, background="Three rounds.") == first + 1

    with pytest.raises(OutOfDate):
        edit(drafted, drafted.union_lead, seen=first, background="Two rounds.")

    found = shown(drafted, drafted.union_lead)
    assert found.text.background == "Three rounds."
    assert found.author == "Mina Brandt"
    assert found.previous.background == "Two rounds in the plant."


def test_support_and_chapters_are_sets_that_both_see(drafted):
    asked = frozenset({Support.NEUTRAL_GROUND, Support.TECHNICAL_INPUT})
    edit(drafted, drafted.union_lead, support=asked, chapters=frozenset({Chapter.CONDITIONS}))

    found = shown(drafted, drafted.company_lead).text
    assert (found.support, found.chapters) == (asked, {Chapter.CONDITIONS})


def test_what_both_endorsed_is_what_the_ilo_is_asked(drafted):
    asked = frozenset({Support.NEUTRAL_GROUND})
    edit(drafted, drafted.union_lead, support=asked)
    endorse(drafted, drafted.company_lead)
    endorse(drafted, drafted.union_lead)

    with drafted.instance.store.session(writes=False) as session:
        assert find_case(session, drafted.case_id).support == asked


def test_a_delegate_reads_the_endorsed_request_and_nothing_of_the_drafting(drafted):
    drafted.seat(drafted.union_delegate, Party.UNION)
    assert shown(drafted, drafted.union_delegate).version_id is None

    endorse(drafted, drafted.company_lead)
    endorse(drafted, drafted.union_lead)

    found = shown(drafted, drafted.union_delegate)
    assert (found.text.issues, found.previous, found.author) == (builders.ISSUES, None, "")


def test_an_endorsed_request_is_not_edited_any_more(requested):
    with pytest.raises(IllegalTransition):
        edit(requested, requested.company_lead, issues="And one thing more.")


def test_a_returned_request_is_endorsed_anew_by_both(requested):
    with requested.writing(requested.coordinator) as work:
        desk.give_back(work, requested.case_id, words="Which plant is it?")

    found = shown(requested, requested.union_lead)
    assert found.endorsed == frozenset()
    assert [(kind, words) for kind, words, _ in found.replies] == [("returned", "Which plant is it?")]

    edit(requested, requested.union_lead, issues="Working time in the plant of Aveiro.")
    endorse(requested, requested.union_lead)
    assert status_of(requested) is CaseStatus.INVITED
    with pytest.raises(NotFound):
        shown(requested, requested.coordinator)
    endorse(requested, requested.company_lead)

    assert shown(requested, requested.coordinator).text.issues == "Working time in the plant of Aveiro."
    with requested.instance.store.session(writes=False) as session:
        assert len(session.scalars(select(EndorsedRequest)).all()) == 2
