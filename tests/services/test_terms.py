"""Terms of confidentiality: proposed by one, agreed by the other, accepted by everybody; new words stop the pens."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from dialogue.crypto.identity import fingerprint_words
from dialogue.domain.acts import Act
from dialogue.domain.cases import CaseStatus
from dialogue.domain.people import Party, Role, Room
from dialogue.domain.terms import Disclosure, LateJoiners, Pledge, TermsState
from dialogue.errors import Forbidden, IllegalTransition, NotBound, NotFound, OutOfDate, SealBroken, Unfit
from dialogue.services import (
    agenda,
    cases,
    history,
    jointacts,
    notes,
    outcomes,
    overview,
    participants,
    rooms,
    templates,
    terms,
)
from dialogue.services.rooms import Trouble
from dialogue.store.cases import find_case, lock_case
from dialogue.store.terms import TermsAcceptance, TermsTemplate, TermsVersion, acceptances_of
from tests.on_the_table import look
from tests.tell_tale import told_who

WORDS = "What is said here stays here."


def propose(table, by, text=WORDS, **changes):
    told = {"language": "en", "retention_months": 12} | changes
    with table.writing(by) as work:
        return terms.propose(work, table.case_id, text=text, **told)


def agree(table, by, terms_id):
    with table.writing(by) as work:
        terms.agree(work, table.case_id, terms_id)


def accept(table, by, terms_id):
    with table.writing(by) as work:
        terms.accept(work, table.case_id, terms_id)


def shown(table, reader):
    with table.reading(reader) as work:
        return terms.show(work, table.case_id)


def case_of(table):
    with table.instance.store.session(writes=False) as session:
        return find_case(session, table.case_id)


# Agreed by both leads


def test_terms_are_in_force_when_the_other_lead_agrees(preparing):
    proposed = propose(preparing, preparing.company_lead, retention_months=18, disclosure=Disclosure.AGREED_STATEMENT)
    found = shown(preparing, preparing.union_lead)
    assert (found.in_force, found.proposed.text, found.agrees_next) == (None, WORDS, Party.UNION)
    assert (found.proposed.author, found.proposed.retention_months) == ("Mina Brandt", 18)

    agree(preparing, preparing.union_lead, proposed)

    found = shown(preparing, preparing.union_lead)
    assert (found.in_force.text, found.proposed) == (WORDS, None)
    case = case_of(preparing)
    assert (case.retention_months, case.disclosure) == (18, Disclosure.AGREED_STATEMENT)


def test_nobody_agrees_to_the_own_words(preparing):
    proposed = propose(preparing, preparing.company_lead)

    with pytest.raises(Forbidden):
        agree(preparing, preparing.company_lead, proposed)
    for person in (preparing.union_delegate, preparing.coordinator):
        with pytest.raises(Forbidden):
            agree(preparing, person, proposed)


def test_only_those_who_speak_for_a_party_propose(preparing):
    for person in (preparing.union_delegate, preparing.coordinator):
        with pytest.raises(Forbidden):
            propose(preparing, person)
    with pytest.raises(NotFound):
        propose(preparing, preparing.outsider)


def test_the_other_lead_can_put_other_words_and_both_see_what_changed(preparing):
    first = propose(preparing, preparing.company_lead, "Nothing is told outside for two years.")
    answer = propose(preparing, preparing.union_lead, "Nothing is told outside for one year.", answers=first)

    found = shown(preparing, preparing.company_lead)
    assert (found.proposed.terms_id, found.agrees_next) == (answer, Party.COMPANY)
    assert found.before.text == "Nothing is told outside for two years."
    with pytest.raises(OutOfDate):
        agree(preparing, preparing.union_lead, first)
    agree(preparing, preparing.company_lead, answer)
    assert shown(preparing, preparing.union_lead).in_force.text == "Nothing is told outside for one year."


def test_words_answer_the_proposal_that_one_has_seen(preparing):
    first = propose(preparing, preparing.company_lead)
    propose(preparing, preparing.company_lead, "Changed once more.", answers=first)

    with pytest.raises(OutOfDate):
        propose(preparing, preparing.union_lead, "An answer to what is not there any more.", answers=first)
    with pytest.raises(OutOfDate):
        propose(preparing, preparing.union_lead, "Words that know of no proposal.")
    assert shown(preparing, preparing.union_lead).proposed.text == "Changed once more."


@pytest.mark.parametrize("months", [0, -1, 121])
def test_records_are_kept_between_one_month_and_ten_years(preparing, months):
    with pytest.raises(Unfit):
        propose(preparing, preparing.company_lead, retention_months=months)


def test_terms_have_words_in_a_language_of_the_house(preparing):
    with pytest.raises(Unfit):
        propose(preparing, preparing.company_lead, "  \n ")
    with pytest.raises(Unfit):
        propose(preparing, preparing.company_lead, language="xx")


def test_there_are_no_terms_before_the_ilo_has_taken_the_request_up(requested):
    with pytest.raises(IllegalTransition):
        propose(requested, requested.company_lead)


# Accepted by everybody (R4)


def test_the_proposal_and_the_agreement_are_the_leads_own_undertakings(preparing):
    agree(preparing, preparing.union_lead, propose(preparing, preparing.company_lead))

    for lead in (preparing.company_lead, preparing.union_lead):
        assert shown(preparing, lead).accepted
    assert not shown(preparing, preparing.union_delegate).accepted
    assert set(shown(preparing, preparing.union_lead).missing) == {"Piet Vos", "Luc Mensah"}


def test_everybody_sees_who_is_still_missing(preparing):
    terms_id = propose(preparing, preparing.company_lead)
    agree(preparing, preparing.union_lead, terms_id)
    accept(preparing, preparing.company_delegate, terms_id)

    found = shown(preparing, preparing.union_delegate)
    assert found.missing == ("Luc Mensah",)
    assert [(one.name, one.role, one.accepted_at is not None, one.trouble) for one in found.undertakings] == [
        ("Mina Brandt", Role.LEAD, True, None),
        ("Ana Rojas", Role.LEAD, True, None),
        ("Piet Vos", Role.DELEGATE, True, None),
        ("Luc Mensah", Role.DELEGATE, False, None),
    ]
    assert Act.TERMS_ACCEPT in found.may


def test_accepting_twice_is_accepting_once(preparing):
    terms_id = propose(preparing, preparing.company_lead)
    agree(preparing, preparing.union_lead, terms_id)
    accept(preparing, preparing.company_delegate, terms_id)
    accept(preparing, preparing.company_delegate, terms_id)

    with preparing.instance.store.session(writes=False) as session:
        assert len(session.scalars(select(TermsAcceptance)).all()) == 3


def test_one_accepts_the_version_in_force_and_no_other(preparing):
    proposed = propose(preparing, preparing.company_lead)

    with pytest.raises(OutOfDate):
        accept(preparing, preparing.company_delegate, proposed)
    with pytest.raises(NotFound):
        accept(preparing, preparing.company_delegate, uuid4())


def test_before_the_own_undertaking_the_shared_rooms_are_closed(preparing):
    agree(preparing, preparing.union_lead, propose(preparing, preparing.company_lead))

    with pytest.raises(NotFound), preparing.reading(preparing.union_delegate) as work:
        notes.index(work, preparing.case_id, Room.JOINT)
    with preparing.reading(preparing.union_delegate) as work:
        notes.index(work, preparing.case_id, Room.UNION)


def test_those_who_have_no_seat_and_the_desk_read_no_terms(preparing):
    propose(preparing, preparing.company_lead)

    for person in (preparing.coordinator, preparing.facilitator, preparing.outsider):
        with pytest.raises(NotFound):
            shown(preparing, person)


# New words in the middle of a dialogue


@pytest.fixture
def renewed(table):
    """A dialogue with a note in it, in which new terms have come into force: the leads have accepted them."""
    with table.writing(table.union_delegate) as work:
        notes.write(work, table.case_id, Room.JOINT, title="Shifts", body="Four weeks ahead.")
    agree(table, table.company_lead, propose(table, table.union_lead, "New words."))
    return table


def test_new_terms_leave_readable_what_is_there(renewed):
    for person in (renewed.union_delegate, renewed.company_lead, renewed.facilitator):
        with renewed.reading(person) as work:
            assert [note.beginning for note in notes.index(work, renewed.case_id, Room.JOINT).notes] == [
                "Four weeks ahead."
            ]
        with renewed.reading(person) as work:
            agenda.board(work, renewed.case_id)


def test_with_new_terms_nothing_new_is_written_until_all_have_accepted_again(renewed):
    assert set(shown(renewed, renewed.company_lead).missing) == {"Piet Vos", "Luc Mensah", "Farid Lindqvist"}

    for person in (renewed.company_lead, renewed.union_delegate):
        with pytest.raises(NotBound), renewed.writing(person) as work:
            notes.write(work, renewed.case_id, Room.JOINT, title="More", body="One more thing.")
    with pytest.raises(NotBound), renewed.writing(renewed.company_lead) as work:
        agenda.propose(work, renewed.case_id, title="One more thing")
    with renewed.writing(renewed.union_delegate) as work:
        notes.write(work, renewed.case_id, Room.UNION, title="Ours", body="Our own room is ours.")

    renewed.accept_terms(renewed.company_delegate, renewed.union_delegate)
    with pytest.raises(NotBound), renewed.writing(renewed.company_lead) as work:
        agenda.propose(work, renewed.case_id, title="One more thing")
    renewed.accept_terms(renewed.facilitator)

    with renewed.writing(renewed.company_lead) as work:
        agenda.propose(work, renewed.case_id, title="One more thing")
    assert case_of(renewed).status is CaseStatus.IN_DIALOGUE


def test_whoever_does_not_accept_new_terms_can_still_leave(renewed):
    propose(renewed, renewed.company_lead, "Newer words.")

    with renewed.writing(renewed.union_lead) as work:
        cases.leave(work, renewed.case_id)
    assert case_of(renewed).status is CaseStatus.ENDED


def test_while_words_are_only_proposed_nothing_stops(table):
    propose(table, table.union_lead, "New words.")

    with table.writing(table.company_lead) as work:
        item = agenda.propose(work, table.case_id, title="One more thing")
    assert look(table, table.union_lead, item).title == "One more thing"


def test_the_last_who_accepts_starts_the_pens_again_and_the_others_are_told(renewed):
    terms_id = shown(renewed, renewed.company_lead).in_force.terms_id
    with renewed.writing(renewed.company_delegate) as work:
        assert not terms.accept(work, renewed.case_id, terms_id)
    with renewed.writing(renewed.union_delegate) as work:
        assert not terms.accept(work, renewed.case_id, terms_id)
    with renewed.writing(renewed.facilitator) as work:
        assert terms.accept(work, renewed.case_id, terms_id)

    assert told_who(renewed.instance, f"waiting:{terms_id.hex}:all:") == {
        person.account_id
        for person in (renewed.company_lead, renewed.company_delegate, renewed.union_lead, renewed.union_delegate)
    }


def test_every_page_says_for_whom_everybody_waits(renewed):
    def waits(reader):
        with renewed.reading(reader) as work:
            return overview.show(work, renewed.case_id).head.not_bound

    assert waits(renewed.union_lead) == ("Piet Vos", "Luc Mensah", "Farid Lindqvist")
    renewed.accept_terms(renewed.company_delegate, renewed.facilitator)
    assert waits(renewed.company_lead) == ("Luc Mensah",)
    with renewed.writing(renewed.union_lead) as work:
        participants.remove(work, renewed.case_id, renewed.seats[renewed.union_delegate.account_id])
    assert waits(renewed.company_lead) == ()
    with renewed.writing(renewed.company_lead) as work:
        agenda.propose(work, renewed.case_id, title="One more thing")


def test_nobody_waits_for_a_newcomer_who_has_accepted_neither_version(table):
    table.seat(table.outsider, Party.UNION)
    agree(table, table.company_lead, propose(table, table.union_lead, "New words."))
    table.accept_terms(table.company_delegate, table.union_delegate, table.facilitator)

    assert shown(table, table.company_lead).missing == ()
    with table.writing(table.company_lead) as work:
        agenda.propose(work, table.case_id, title="One more thing")
    with pytest.raises(NotFound), table.reading(table.outsider) as work:
        notes.index(work, table.case_id, Room.JOINT)


def test_new_terms_can_come_while_the_dialogue_rests_and_stop_the_caucuses_too(table):
    with table.writing(table.company_lead) as work:
        joint = jointacts.propose(work, table.case_id, Act.CASE_SUSPEND)
    with table.writing(table.union_lead) as work:
        jointacts.confirm(work, table.case_id, joint)
    agree(table, table.company_lead, propose(table, table.union_lead, "New words."))

    for person, room in ((table.company_lead, Room.COMPANY_CAUCUS), (table.facilitator, Room.FACILITATION)):
        with pytest.raises(NotBound), table.writing(person) as work:
            notes.write(work, table.case_id, room, title="More", body="A thought.")
    with table.writing(table.company_lead) as work:
        notes.write(work, table.case_id, Room.COMPANY, title="Ours", body="A thought.")


# What the software reads of them


def test_what_the_software_reads_stands_in_what_everybody_signs(preparing):
    proposed = propose(
        preparing, preparing.company_lead, prevailing="es", late_joiners=LateJoiners.ON_THE_TABLE, retention_months=9
    )
    agree(preparing, preparing.union_lead, proposed)

    found = shown(preparing, preparing.union_delegate).in_force
    assert (found.prevailing, found.late_joiners, found.retention_months) == ("es", LateJoiners.ON_THE_TABLE, 9)
    assert found.pledges == {Pledge.NOT_IN_BINDING_PROCEDURES, Pledge.NO_RETALIATION}


@pytest.mark.parametrize(
    "changed", [{"prevailing": "fr"}, {"disclosure": Disclosure.AGREED_STATEMENT}, {"language": "fr"}]
)
def test_what_stands_in_clear_and_is_changed_there_is_noticed(preparing, changed):
    agree(preparing, preparing.union_lead, propose(preparing, preparing.company_lead))
    with preparing.instance.store.session(writes=True) as session:
        session.execute(update(TermsVersion).values(**changed))
        session.commit()

    with pytest.raises(SealBroken):
        shown(preparing, preparing.union_lead)


def test_one_of_the_houses_languages_prevails_or_all_count_alike(preparing):
    with pytest.raises(Unfit):
        propose(preparing, preparing.company_lead, prevailing="de")


def test_the_outcome_record_names_the_language_that_prevails_by_the_terms(table):
    agree(table, table.company_lead, propose(table, table.union_lead, "New words.", prevailing="es"))
    table.accept_terms(table.company_delegate, table.union_delegate, table.facilitator)
    with table.writing(table.company_lead) as work:
        joint = jointacts.propose(work, table.case_id, Act.CASE_CONCLUDE)
    with table.writing(table.union_lead) as work:
        jointacts.confirm(work, table.case_id, joint)

    with table.reading(table.facilitator) as work:
        found = outcomes.preview(work, table.case_id, item_ids=[], language="en")
    assert (found.record.language, found.record.prevailing) == ("en", "es")


@pytest.fixture
def closed_past(table):
    """A dialogue whose terms close the past to newcomers, and somebody who has come later."""
    text = "New words."
    agree(table, table.company_lead, propose(table, table.union_lead, text, late_joiners=LateJoiners.ON_THE_TABLE))
    table.accept_terms(table.company_delegate, table.union_delegate, table.facilitator)
    table.seat(table.outsider, Party.UNION)
    table.accept_terms(table.outsider)
    return table


def test_where_the_terms_close_the_past_not_even_both_leads_open_it(closed_past):
    who = closed_past.outsider.account_id
    with pytest.raises(Unfit, match="late_joiners"), closed_past.writing(closed_past.union_lead) as work:
        jointacts.propose(work, closed_past.case_id, Act.HISTORY_GRANT, about=who, room=Room.JOINT)
    with closed_past.reading(closed_past.union_lead) as work:
        found = history.index(work, closed_past.case_id)
    assert found.stays_closed
    assert not any(one.may_grant for one in found.without if one.room is Room.JOINT)


def test_a_past_that_was_proposed_to_be_opened_stays_closed_once_new_terms_close_it(table):
    table.seat(table.outsider, Party.UNION)
    table.accept_terms(table.outsider)
    who = table.outsider.account_id
    with table.writing(table.union_lead) as work:
        joint = jointacts.propose(work, table.case_id, Act.HISTORY_GRANT, about=who, room=Room.JOINT)
    agree(table, table.company_lead, propose(table, table.union_lead, "New.", late_joiners=LateJoiners.ON_THE_TABLE))

    with pytest.raises(Unfit, match="late_joiners"), table.writing(table.company_lead) as work:
        jointacts.confirm(work, table.case_id, joint)


# Every version stays, with those who signed it


def test_every_version_stays_with_what_it_changed_and_all_who_signed_it(renewed):
    renewed.accept_terms(renewed.facilitator)
    with renewed.reading(renewed.union_delegate) as work:
        lines = terms.versions(work, renewed.case_id).lines
    assert [(line.number, line.state, line.author, line.acceptances) for line in lines] == [
        (2, TermsState.IN_FORCE, "Ana Rojas", 3),
        (1, TermsState.SUPERSEDED, "Mina Brandt", 5),
    ]

    with renewed.reading(renewed.union_delegate) as work:
        newest = terms.version(work, renewed.case_id, lines[0].terms_id)
    with renewed.reading(renewed.union_delegate) as work:
        first = terms.version(work, renewed.case_id, lines[1].terms_id)
    assert (newest.text.text, newest.before.text, first.before) == ("New words.", WORDS, None)
    assert {one.name for one in newest.signed} == {"Ana Rojas", "Mina Brandt", "Farid Lindqvist"}
    assert len(first.signed) == 5
    assert all(one.trouble is None for one in first.signed)
    assert newest.text.digest != first.text.digest


def test_a_signature_is_shown_with_the_words_of_its_key_and_stays_when_its_maker_has_left(table):
    with table.writing(table.union_lead) as work:
        participants.remove(work, table.case_id, table.seats[table.union_delegate.account_id])
    with table.reading(table.company_lead) as work:
        found = terms.version(work, table.case_id, terms.versions(work, table.case_id).lines[0].terms_id)

    signed = {one.name: (one.key, one.trouble) for one in found.signed}
    assert signed["Luc Mensah"] == (fingerprint_words(table.union_delegate.bundle.public.fingerprint), None)


def test_a_proposal_that_answers_another_shows_what_both_would_change_in_force(table):
    first = propose(table, table.union_lead, "What is said here stays here for a year.")
    propose(table, table.company_lead, "What is said here stays here for two years.", answers=first)

    found = shown(table, table.union_lead)
    assert found.compared_with == "What is said here stays here for a year."
    assert found.replaces == WORDS


# What the database says is not what was agreed


def test_a_retention_changed_in_the_database_is_noticed(preparing):
    proposed = propose(preparing, preparing.company_lead)
    with preparing.instance.store.session(writes=True) as session:
        session.execute(update(TermsVersion).values(retention_months=1))
        session.commit()

    with pytest.raises(SealBroken):
        shown(preparing, preparing.union_lead)
    with pytest.raises(SealBroken):
        agree(preparing, preparing.union_lead, proposed)


def test_nobody_is_made_to_agree_to_the_own_words_by_a_changed_row(preparing):
    """Somebody who writes the database makes the company's proposal look like the union's."""
    proposed = propose(preparing, preparing.company_lead)
    with preparing.instance.store.session(writes=True) as session:
        session.execute(update(TermsVersion).values(party=Party.UNION))
        session.commit()

    with pytest.raises(SealBroken):
        agree(preparing, preparing.company_lead, proposed)
    assert case_of(preparing).retention_months is None


def test_an_acceptance_that_nobody_signed_is_shown_as_one_that_does_not_hold(preparing):
    terms_id = propose(preparing, preparing.company_lead)
    agree(preparing, preparing.union_lead, terms_id)
    with preparing.instance.store.session(writes=True) as session:
        real = session.scalars(select(TermsAcceptance)).first()
        session.add(
            TermsAcceptance(
                id=uuid4(),
                case_id=preparing.case_id,
                terms_id=terms_id,
                account_id=preparing.union_delegate.account_id,
                sealed_statement=real.sealed_statement,
                made_at=preparing.house.now,
            )
        )
        session.commit()

    troubles = {one.name: one.trouble for one in shown(preparing, preparing.company_lead).undertakings}
    assert troubles == {"Mina Brandt": None, "Ana Rojas": None, "Piet Vos": None, "Luc Mensah": Trouble.BROKEN}


def test_an_acceptance_that_somebody_else_signed_holds_for_nobody(preparing):
    """The union's lead, who holds the room's key, puts the own signature where a delegate's should stand."""
    terms_id = propose(preparing, preparing.company_lead)
    agree(preparing, preparing.union_lead, terms_id)
    with preparing.writing(preparing.union_lead) as work:
        case = lock_case(work.session, preparing.case_id)
        given = next(row for row in acceptances_of(work.session, terms_id) if row.account_id == work.person.account_id)
        told = rooms.open_one(work, case, Room.TERMS, given.sealed_statement, given.place("statement", Room.TERMS))
        row = TermsAcceptance(
            id=uuid4(),
            case_id=case.id,
            terms_id=terms_id,
            account_id=preparing.union_delegate.account_id,
            made_at=work.now,
        )
        row.sealed_statement = rooms.seal(work, case, Room.TERMS, told, row.place("statement", Room.TERMS))
        work.session.add(row)

    found = {one.name: (one.trouble, one.key) for one in shown(preparing, preparing.company_lead).undertakings}
    assert found["Luc Mensah"] == (Trouble.BROKEN, ())
    assert found["Ana Rojas"][0] is None


# The office's templates


def put_first(house):
    with house.writing(None) as work:
        terms.put_first_templates(work)


def test_a_new_instance_has_the_first_templates_once(house):
    put_first(house)
    put_first(house)

    with house.instance.store.session(writes=False) as session:
        found = session.scalars(select(TermsTemplate)).all()
    assert sorted((row.language, row.number) for row in found) == [("en", 1), ("es", 1), ("fr", 1)]


def test_a_lead_begins_from_the_template_in_the_language_of_the_page(preparing):
    put_first(preparing.house)
    with preparing.writing(preparing.company_lead) as work:
        found = [terms.template(work, preparing.case_id, language).splitlines()[0] for language in ("en", "fr", "es")]

    assert found == ["# Terms of confidentiality", "# Clauses de confidentialité", "# Condiciones de confidencialidad"]
    with pytest.raises(Forbidden), preparing.writing(preparing.union_delegate) as work:
        terms.template(work, preparing.case_id, "en")


def test_both_see_what_the_first_proposal_changed_in_the_offices_words(preparing):
    put_first(preparing.house)
    with preparing.writing(preparing.company_lead) as work:
        words = terms.template(work, preparing.case_id, "fr")
    propose(preparing, preparing.company_lead, words + "\n\n## 11. Langues\n\nLe français fait foi.", language="fr")

    assert shown(preparing, preparing.union_lead).template == words


def test_what_is_compared_is_the_version_of_the_template_with_which_the_words_began(preparing):
    put_first(preparing.house)
    with preparing.reading(preparing.company_lead) as work:
        begins = terms.look_before_proposing(work, preparing.case_id, "en")
    with preparing.writing(preparing.coordinator) as work:
        templates.edit(work, language="en", text="The office's newer words.", seen=1)
    propose(preparing, preparing.company_lead, begins.text + " And ours.", template=begins.template)

    assert begins.template == "en:1"
    assert shown(preparing, preparing.union_lead).template == begins.text


def test_the_office_sees_every_version_with_what_it_changed_and_which_language_is_behind(preparing):
    put_first(preparing.house)
    for seen, text in enumerate(("Shorter words.", "Shorter, newer words."), start=1):
        with preparing.writing(preparing.coordinator) as work:
            templates.edit(work, language="en", text=text, seen=seen)

    with preparing.reading(preparing.coordinator) as work:
        lines = templates.versions(work, "en").lines
        behind = templates.behind(templates.index(work))
    assert [(line.number, line.author, line.text) for line in lines][:2] == [
        (3, "Clara Okafor", "Shorter, newer words."),
        (2, "Clara Okafor", "Shorter words."),
    ]
    assert (lines[0].before, lines[2].author, lines[2].before) == ("Shorter words.", "", None)
    assert behind == {"fr", "es"}
    with preparing.reading(preparing.coordinator) as work:
        assert [line.number for line in templates.versions(work, "en", before=3).lines] == [2, 1]


def test_a_template_that_changes_nothing_is_no_new_version(preparing):
    put_first(preparing.house)
    with preparing.reading(preparing.coordinator) as work:
        present = templates.index(work)["en"].text
    with pytest.raises(Unfit), preparing.writing(preparing.coordinator) as work:
        templates.edit(work, language="en", text=present, seen=1)


def test_the_office_puts_a_new_version_and_older_cases_keep_their_words(preparing):
    put_first(preparing.house)
    agree(preparing, preparing.union_lead, propose(preparing, preparing.company_lead))
    with preparing.writing(preparing.coordinator) as work:
        templates.edit(work, language="en", text="Shorter words.", seen=1)

    with preparing.reading(preparing.coordinator) as work:
        found = templates.index(work)
    assert {language: one.number for language, one in found.items()} == {"en": 2, "fr": 1, "es": 1}
    assert found["en"].text == "Shorter words."
    assert shown(preparing, preparing.company_lead).in_force.text == WORDS


def test_two_at_the_office_do_not_overwrite_each_other(preparing):
    put_first(preparing.house)
    with preparing.writing(preparing.coordinator) as work:
        templates.edit(work, language="en", text="Shorter words.", seen=1)

    with pytest.raises(OutOfDate), preparing.writing(preparing.coordinator) as work:
        templates.edit(work, language="en", text="Longer words.", seen=1)


def test_templates_are_the_offices_own(preparing):
    for person in (preparing.company_lead, preparing.facilitator, preparing.outsider):
        with pytest.raises(NotFound), preparing.writing(person) as work:
            templates.edit(work, language="en", text="Ours.", seen=0)
        with pytest.raises(NotFound), preparing.reading(person) as work:
            templates.index(work)


FIRST = Path(terms.__file__).parent / "first_terms"
NEVER = {
    "en": r"complain|violat|evidence|finding|ruling|statistic|defendant|respondent",
    "fr": r"plainte|violation|preuve|constatation|jugement|statistique",
    "es": r"queja|denuncia|violaci|prueba|fallo|estad[ií]stica",
}


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_first_templates_say_the_same_in_each_language_and_never_the_words_of_a_court(language):
    text = (FIRST / f"{language}.md").read_text(encoding="utf-8")

    assert re.findall(r"^## (\d+)\.", text, re.MULTILINE) == [str(number) for number in range(1, 11)]
    assert 500 <= len(text.split()) <= 900
    assert not re.search(NEVER[language], text, re.IGNORECASE)


def test_the_first_terms_in_french_name_the_office_and_keep_their_marks_with_their_words():
    words = (FIRST / "fr.md").read_text()

    assert " du BIT" in words
    assert "(OIT)" in words
    assert not re.search(r" [;:?!»]|« ", words)
    assert "\u00a0;" in words
