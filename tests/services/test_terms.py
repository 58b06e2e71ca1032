"""Terms of confidentiality: proposed by one, agreed by the other, accepted by everybody; new words stop the pens."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from dialogue.domain.acts import Act
from dialogue.domain.cases import CaseStatus
from dialogue.domain.people import Party, Role, Room
from dialogue.domain.terms import Disclosure
from dialogue.errors import Forbidden, IllegalTransition, NotBound, NotFound, OutOfDate, SealBroken, Unfit
from dialogue.services import agenda, cases, notes, terms
from dialogue.services.rooms import Trouble
from dialogue.store.cases import find_case
from dialogue.store.terms import TermsAcceptance, TermsTemplate, TermsVersion

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
        agenda.propose(work, table.case_id, title="One more thing")


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


def test_the_office_puts_a_new_version_and_older_cases_keep_their_words(preparing):
    put_first(preparing.house)
    agree(preparing, preparing.union_lead, propose(preparing, preparing.company_lead))
    with preparing.writing(preparing.coordinator) as work:
        terms.edit_template(work, language="en", text="Shorter words.", seen=1)

    with preparing.reading(preparing.coordinator) as work:
        found = terms.templates(work)
    assert {language: template.number for language, template in found.items()} == {"en": 2, "fr": 1, "es": 1}
    assert found["en"].text == "Shorter words."
    assert shown(preparing, preparing.company_lead).in_force.text == WORDS


def test_two_at_the_office_do_not_overwrite_each_other(preparing):
    put_first(preparing.house)
    with preparing.writing(preparing.coordinator) as work:
        terms.edit_template(work, language="en", text="Shorter words.", seen=1)

    with pytest.raises(OutOfDate), preparing.writing(preparing.coordinator) as work:
        terms.edit_template(work, language="en", text="Longer words.", seen=1)


def test_templates_are_the_offices_own(preparing):
    for person in (preparing.company_lead, preparing.facilitator, preparing.outsider):
        with pytest.raises(NotFound), preparing.writing(person) as work:
            terms.edit_template(work, language="en", text="Ours.", seen=0)
        with pytest.raises(NotFound), preparing.reading(person) as work:
            terms.templates(work)


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
