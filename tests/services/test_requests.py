"""The joint request: both endorse the same version, any edit clears both yeses, and the ILO sees it only then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from dialogue.domain.agenda import Chapter
from dialogue.domain.cases import CaseStatus, Support
from dialogue.domain.people import OrganisationKind, Party, Role
from dialogue.errors import Forbidden, IllegalTransition, NotAgreed, NotFound, OutOfDate, SealBroken, Unfit
from dialogue.services import cases, comments, desk, participants, requests
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
    assert found.earlier.text.background == "Two rounds in the plant."


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
    assert (found.text.issues, found.earlier, found.author) == (builders.ISSUES, None, "")


def test_an_endorsed_request_is_not_edited_any_more(requested):
    with pytest.raises(IllegalTransition):
        edit(requested, requested.company_lead, issues="And one thing more.")


def test_a_returned_request_is_endorsed_anew_by_both(requested):
    with requested.writing(requested.coordinator) as work:
        desk.give_back(work, requested.case_id, words="Which plant is it?")

    found = shown(requested, requested.union_lead)
    assert found.endorsed == frozenset()
    assert [(kind, words) for kind, words, *_ in found.replies] == [("returned", "Which plant is it?")]

    edit(requested, requested.union_lead, issues="Working time in the plant of Aveiro.")
    endorse(requested, requested.union_lead)
    assert status_of(requested) is CaseStatus.INVITED
    with pytest.raises(NotFound):
        shown(requested, requested.coordinator)
    endorse(requested, requested.company_lead)

    assert shown(requested, requested.coordinator).text.issues == "Working time in the plant of Aveiro."
    with requested.instance.store.session(writes=False) as session:
        assert len(session.scalars(select(EndorsedRequest)).all()) == 2


# What changed since it was endorsed


def test_each_compares_with_what_the_own_party_has_endorsed(drafted):
    first = shown(drafted, drafted.company_lead).number
    endorse(drafted, drafted.company_lead)
    edit(drafted, drafted.union_lead, issues="Working time.")
    edit(drafted, drafted.union_lead, issues="Working time and canteen.")

    found = shown(drafted, drafted.company_lead).earlier
    assert (found.number, found.endorsed, found.text.issues) == (first, {Party.COMPANY}, builders.ISSUES)
    found = shown(drafted, drafted.union_lead).earlier
    assert (found.number, found.endorsed) == (first, {Party.COMPANY})

    endorse(drafted, drafted.union_lead)
    edit(drafted, drafted.company_lead, issues="Working time, canteen and heat.")
    assert shown(drafted, drafted.union_lead).earlier.number == first + 2
    assert shown(drafted, drafted.company_lead).earlier.number == first


def test_an_endorsement_that_nobody_signed_is_not_told_as_one(drafted):
    endorse(drafted, drafted.company_lead)
    edit(drafted, drafted.union_lead, issues="Working time.")
    with drafted.instance.store.session(writes=True) as session:
        session.execute(update(Endorsement).values(party=Party.UNION))
        session.commit()

    assert shown(drafted, drafted.union_lead).earlier.endorsed == frozenset()


def test_after_a_return_all_see_what_changed_since_the_version_that_both_had_endorsed(requested):
    with requested.writing(requested.coordinator) as work:
        desk.give_back(work, requested.case_id, words="Which plant is it?")
    before = shown(requested, requested.union_lead)
    assert before.earlier is None
    edit(requested, requested.union_lead, issues="Working time in the plant of Aveiro.")

    found = shown(requested, requested.company_lead).earlier
    assert (found.number, found.endorsed, found.text.issues) == (before.number, set(Party), builders.ISSUES)
    endorse(requested, requested.union_lead)
    endorse(requested, requested.company_lead)
    found = shown(requested, requested.coordinator).earlier
    assert (found.number, found.text.issues) == (before.number, builders.ISSUES)


# Several organisations on a side


def organise(table, actor, name, kind):
    with table.writing(actor) as work:
        return participants.add_organisation(work, table.case_id, name=name, kind=kind)


def test_every_organisation_stands_in_the_request_with_what_it_is(drafted):
    endorse(drafted, drafted.union_lead)
    organise(drafted, drafted.company_lead, "Delta Mills", OrganisationKind.SUPPLIER)
    organise(drafted, drafted.union_lead, "World Federation", OrganisationKind.FEDERATION)

    found = shown(drafted, drafted.union_lead)
    assert [(one.party, one.kind, one.name) for one in found.organisations] == [
        (Party.COMPANY, OrganisationKind.BRAND, "Northfield Apparel"),
        (Party.UNION, OrganisationKind.UNION, "Sindicato Textil"),
        (Party.COMPANY, OrganisationKind.SUPPLIER, "Delta Mills"),
        (Party.UNION, OrganisationKind.FEDERATION, "World Federation"),
    ]
    assert found.endorsed == frozenset()
    assert len(found.earlier.organisations) == 2
    for actor, kind in ((drafted.company_lead, OrganisationKind.UNION), (drafted.union_lead, OrganisationKind.BRAND)):
        with pytest.raises(Unfit):
            organise(drafted, actor, "Wrong side", kind)


# Comments before anybody endorses


def comment(table, actor, words="Which hall is meant?"):
    version_id = shown(table, table.company_lead).version_id
    with table.writing(actor) as work:
        return comments.write(work, table.case_id, version_id, words=words)


def said(table, actor):
    with table.reading(actor) as work:
        return comments.read(work, table.case_id).lines


def test_leads_deputies_and_advisers_comment_on_the_draft_and_read_each_other(drafted):
    drafted.seat(drafted.outsider, Party.UNION, Role.ADVISER, until=drafted.house.now + timedelta(days=30))
    drafted.seat(drafted.company_delegate, Party.COMPANY, Role.DEPUTY)
    for actor, words in ((drafted.outsider, "Say which law."), (drafted.company_delegate, "It is the sewing hall.")):
        comment(drafted, actor, words)

    assert [(one.person.name, one.party, one.words) for one in said(drafted, drafted.union_lead)] == [
        ("Piet Vos", Party.COMPANY, "It is the sewing hall."),
        ("Otto Fremd", Party.UNION, "Say which law."),
    ]
    assert said(drafted, drafted.outsider) == said(drafted, drafted.company_lead)


def test_a_comment_changes_nothing_that_was_endorsed(drafted):
    endorse(drafted, drafted.company_lead)
    comment(drafted, drafted.union_lead)

    assert shown(drafted, drafted.union_lead).endorsed == {Party.COMPANY}


def test_delegates_and_the_ilo_read_no_comment_before_or_after(requested):
    version_id = shown(requested, requested.company_lead).version_id
    for person in (requested.union_delegate, requested.coordinator, requested.facilitator):
        with pytest.raises(NotFound), requested.reading(person) as work:
            comments.read(work, requested.case_id)
        with pytest.raises((NotFound, Forbidden)), requested.writing(person) as work:
            comments.write(work, requested.case_id, version_id, words="I have heard of it.")


def test_an_endorsed_request_is_not_commented_on_any_more(requested):
    with pytest.raises(IllegalTransition):
        comment(requested, requested.company_lead)


@pytest.mark.parametrize("words", ["  ", "x" * 4_001])
def test_a_comment_has_words_and_a_measure(drafted, words):
    with pytest.raises(Unfit):
        comment(drafted, drafted.company_lead, words)


def test_comments_come_in_pages(drafted):
    for number in range(comments.PAGE + 2):
        comment(drafted, drafted.company_lead, f"Remark {number}")

    with drafted.reading(drafted.union_lead) as work:
        first = comments.read(work, drafted.case_id)
    with drafted.reading(drafted.union_lead) as work:
        rest = comments.read(work, drafted.case_id, after=first.after)
    assert [one.words for one in rest.lines] == ["Remark 1", "Remark 0"]
    assert rest.after is None
