"""Delegations: each lead lists its own and only its own, the other accepts, and who leaves loses the keys at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialogue.domain.cases import CaseStatus
from dialogue.domain.people import OrganisationKind, Party, Role, Room
from dialogue.domain.positions import Stance
from dialogue.errors import Forbidden, NotBound, NotFound, OutOfDate, Refusal, Unfit
from dialogue.services import agenda, cases, facilitators, notes, participants, requests, signin, terms
from dialogue.services.rooms import Trouble
from dialogue.store.cases import find_case
from dialogue.store.participants import ParticipantState, find_participant
from dialogue.store.rooms import wraps_for
from tests import on_the_table
from tests.builders import PASSWORD


def add(table, by, **changes):
    told = {"role": Role.DELEGATE, "name": "Nora Ito", "function": "Steward", "email": "nora@union.example"} | changes
    with table.writing(by) as work:
        return participants.add(work, table.case_id, **told)


def delegations(table, reader):
    with table.reading(reader) as work:
        return participants.index(work, table.case_id)


def row_of(table, participant_id):
    with table.instance.store.session(writes=False) as session:
        return find_participant(session, table.case_id, participant_id)


def fingerprint(actor):
    return actor.bundle.public.fingerprint.hex()


@pytest.fixture
def newcomer(table):
    """Somebody with an account who is not at the table."""
    return table.house.person("Nora Ito", "nora@union.example", organisation="Sindicato Textil")


# Each lead lists its own delegation, and only its own (R5)


def test_whom_a_lead_lists_sits_with_the_leads_own_side(drafted):
    for lead, party in ((drafted.company_lead, Party.COMPANY), (drafted.union_lead, Party.UNION)):
        assert row_of(drafted, add(drafted, lead, email=f"{party}@example.org")).party is party


def test_nobody_but_a_lead_or_deputy_lists(table):
    for person in (table.company_delegate, table.union_delegate, table.facilitator, table.coordinator):
        with pytest.raises(Forbidden):
            add(table, person)
    with pytest.raises(NotFound):
        add(table, table.outsider)


def test_the_other_side_takes_nobody_off_our_list(table):
    with pytest.raises(NotFound), table.writing(table.company_lead) as work:
        participants.remove(work, table.case_id, table.seats[table.union_delegate.account_id])
    assert row_of(table, table.seats[table.union_delegate.account_id]).state is ParticipantState.CONFIRMED


def test_a_person_comes_from_an_organisation_of_the_own_side(drafted):
    with drafted.writing(drafted.union_lead) as work:
        federation = participants.add_organisation(
            work, drafted.case_id, name="Federation of Garment Unions", kind=OrganisationKind.FEDERATION
        )
    with pytest.raises(Unfit), drafted.writing(drafted.union_lead) as work:
        participants.add_organisation(work, drafted.case_id, name="A brand", kind=OrganisationKind.BRAND)
    with pytest.raises(NotFound):
        add(drafted, drafted.company_lead, organisation_id=federation)

    add(drafted, drafted.union_lead, organisation_id=federation)

    people = delegations(drafted, drafted.company_lead).of(Party.UNION)
    assert [person.organisation for person in people] == ["Sindicato Textil", "Federation of Garment Unions"]


def test_nobody_lists_a_second_lead_or_somebody_of_the_ilo(table):
    for role in (Role.LEAD, Role.FACILITATOR, Role.EXPERT, Role.COORDINATOR):
        with pytest.raises(Unfit):
            add(table, table.company_lead, role=role)


def test_the_other_side_sees_name_and_function_and_no_address(drafted):
    add(drafted, drafted.union_lead)

    def seen(reader):
        return next(person for person in delegations(drafted, reader).people if person.name == "Nora Ito")

    assert (seen(drafted.company_lead).function, seen(drafted.company_lead).email) == ("Steward", "")
    assert seen(drafted.union_lead).email == "nora@union.example"


# From the list to the seat


def test_a_seat_stands_when_the_own_lead_has_stated_it_and_the_other_has_accepted_it(table, newcomer):
    place = add(table, table.union_lead)
    table.attach(place, newcomer)
    assert row_of(table, place).state is ParticipantState.ENROLLED
    with table.reading(newcomer) as work, pytest.raises(NotFound):
        notes.index(work, table.case_id, Room.UNION)

    table.state(table.union_lead, newcomer)
    assert row_of(table, place).state is ParticipantState.STATED
    with table.reading(newcomer) as work:
        notes.index(work, table.case_id, Room.UNION)
    with table.reading(newcomer) as work, pytest.raises(NotFound):
        terms.show(work, table.case_id)

    table.accept(table.company_lead, newcomer)
    assert row_of(table, place).state is ParticipantState.CONFIRMED
    with table.reading(newcomer) as work:
        terms.show(work, table.case_id)


def test_the_other_side_cannot_state_ours_and_we_cannot_accept_ours(table, newcomer):
    table.attach(add(table, table.union_lead), newcomer)

    with pytest.raises(Forbidden):
        table.state(table.company_lead, newcomer)
    with pytest.raises(Forbidden):
        table.accept(table.company_lead, newcomer)
    table.state(table.union_lead, newcomer)
    with pytest.raises(Forbidden):
        table.accept(table.union_lead, newcomer)


def test_words_that_were_compared_for_another_key_confirm_nobody(table, newcomer):
    place = add(table, table.union_lead)
    table.attach(place, newcomer)

    with pytest.raises(OutOfDate), table.writing(table.union_lead) as work:
        participants.state(work, table.case_id, place, fingerprint=fingerprint(table.outsider))


def test_two_people_who_compare_read_the_same_words(table, newcomer):
    table.attach(add(table, table.union_lead), newcomer)
    with table.reading(table.union_lead) as work:
        read = participants.compare(work, table.case_id, table.seats[newcomer.account_id]).words
    with table.reading(newcomer) as work:
        lead = next(person for person in participants.index(work, table.case_id).people if person.name == "Ana Rojas")
        heard = participants.compare(work, table.case_id, lead.participant_id).words

    assert read == heard


def test_one_person_has_one_seat(table):
    place = add(table, table.company_lead, name="Luc Mensah", email="luc@union.example")

    with pytest.raises(OutOfDate):
        table.attach(place, table.union_delegate)


def test_the_staff_of_the_ilo_sits_with_neither_party(table):
    place = add(table, table.union_lead, name="Clara Okafor", email="clara@ilo.example")

    with pytest.raises(Refusal):
        table.attach(place, table.coordinator)
    assert row_of(table, place).account_id is None


def test_an_invitation_that_was_taken_back_lets_nobody_in(table, newcomer):
    place = add(table, table.union_lead)
    with table.writing(table.union_lead) as work:
        participants.remove(work, table.case_id, place)

    with pytest.raises(OutOfDate):
        table.attach(place, newcomer)


def test_who_has_only_followed_a_link_sees_whom_to_call_and_nobody_else(table, newcomer):
    """A stolen invitation opens no list of names: the key is not confirmed by anybody yet."""
    table.attach(add(table, table.union_lead), newcomer)

    found = delegations(table, newcomer)
    assert {person.name for person in found.people} == {"Nora Ito", "Ana Rojas"}
    assert [name for _, _, _, name in found.organisations] == ["Sindicato Textil"]
    with table.reading(newcomer) as work:
        assert facilitators.index(work, table.case_id).proposed == ()
        assert cases.index(work).lines[0].label

    table.state(table.union_lead, newcomer)
    assert len(delegations(table, newcomer).people) == 6


# Advisers


def test_an_adviser_needs_an_end_date_and_ends_by_it(table, newcomer):
    for until in (None, table.house.now - timedelta(days=1)):
        with pytest.raises(Unfit):
            add(table, table.union_lead, role=Role.ADVISER, until=until)

    table.seat(newcomer, Party.UNION, Role.ADVISER, until=table.house.now + timedelta(days=10))
    with table.reading(newcomer) as work:
        notes.index(work, table.case_id, Room.UNION)

    table.house.tick(timedelta(days=11))
    with table.reading(newcomer) as work, pytest.raises(NotFound):
        notes.index(work, table.case_id, Room.UNION)


# Removal


def test_removal_takes_keys_and_sign_ins_at_once(table):
    with table.writing(table.union_lead) as work:
        notes.write(work, table.case_id, Room.UNION, title="Before", body="Read by everybody of us.")
    proof = table.house.proof()
    with table.writing(None) as work:
        cookie = signin.sign_in(work, "luc@union.example", PASSWORD, proof).cookie
    assert signin.resume(table.instance, cookie, table.house.now) is not None

    with table.writing(table.union_lead) as work:
        participants.remove(work, table.case_id, table.seats[table.union_delegate.account_id])

    assert signin.resume(table.instance, cookie, table.house.now) is None
    with table.instance.store.session(writes=False) as session:
        for room in Room:
            assert not wraps_for(session, table.case_id, room, table.union_delegate.account_id)
    for look in (requests.show, participants.index, terms.show, agenda.board):
        with table.reading(table.union_delegate) as work, pytest.raises(NotFound):
            look(work, table.case_id)


def test_the_dialogue_goes_on_without_who_was_removed(table):
    with table.writing(table.union_lead) as work:
        participants.remove(work, table.case_id, table.seats[table.union_delegate.account_id])

    with table.writing(table.company_delegate) as work:
        note = notes.write(work, table.case_id, Room.JOINT, title="After", body="We go on.")
    with table.reading(table.facilitator) as work:
        assert notes.show(work, table.case_id, note).body == "We go on."


def test_a_lead_is_not_taken_off_the_list(table):
    with pytest.raises(Unfit), table.writing(table.union_lead) as work:
        participants.remove(work, table.case_id, table.seats[table.union_lead.account_id])


def test_who_was_removed_can_be_listed_again_by_the_same_side_alone(table):
    with table.writing(table.union_lead) as work:
        participants.remove(work, table.case_id, table.seats[table.union_delegate.account_id])
    other_side = add(table, table.company_lead, name="Luc Mensah", email="luc@union.example")
    with pytest.raises(OutOfDate):
        table.attach(other_side, table.union_delegate)

    table.seat(table.union_delegate, Party.UNION)
    table.accept_terms(table.union_delegate)

    with table.writing(table.union_delegate) as work:
        notes.write(work, table.case_id, Room.JOINT, title="Back", body="I am back.")


# Who comes late


@pytest.fixture
def late(table, newcomer):
    """A delegate who joins after a note was written and an item was worded, before the own undertaking."""
    with table.writing(table.company_lead) as work:
        notes.write(work, table.case_id, Room.JOINT, title="First meeting", body="Said before anybody came late.")
    item = on_the_table.admitted(table)
    on_the_table.word(table, table.company_lead, item)
    on_the_table.stand(table, table.company_lead, item, Stance.NEEDS_WORK, reason="Three weeks are too few.")
    table.seat(newcomer, Party.UNION)
    return newcomer, item


def test_a_late_newcomer_is_kept_out_until_he_accepts_and_nobody_waits_for_him(table, late):
    newcomer, _ = late
    with table.reading(newcomer) as work, pytest.raises(NotBound):
        agenda.board(work, table.case_id)
    with table.reading(newcomer) as work, pytest.raises(NotFound):
        notes.index(work, table.case_id, Room.JOINT)

    with table.writing(table.union_lead) as work:
        notes.write(work, table.case_id, Room.JOINT, title="Meanwhile", body="We go on.")
    with table.reading(newcomer) as work:
        assert terms.show(work, table.case_id).missing == ()


def test_a_late_newcomer_reads_what_is_on_the_table_and_nothing_before(table, late):
    newcomer, item = late
    table.accept_terms(newcomer)
    for holder in (table.company_lead, table.union_lead):
        with table.reading(holder) as work:
            agenda.board(work, table.case_id)

    found = on_the_table.look(table, newcomer, item)
    assert found.title == "Night shifts"
    assert found.wording.text == on_the_table.WORDS
    assert found.positions[Party.COMPANY].reason == "Three weeks are too few."
    with table.reading(newcomer) as work:
        assert [note.trouble for note in notes.index(work, table.case_id, Room.JOINT).notes] == [Trouble.LOCKED]


def test_a_late_newcomer_reads_what_is_written_from_then_on(table, late):
    newcomer, _ = late
    table.accept_terms(newcomer)

    with table.writing(table.company_lead) as work:
        note = notes.write(work, table.case_id, Room.JOINT, title="Second meeting", body="Said to everybody.")

    with table.reading(newcomer) as work:
        assert notes.show(work, table.case_id, note).body == "Said to everybody."


def test_once_he_has_accepted_he_is_one_of_those_for_whom_new_terms_wait(table, late):
    newcomer, _ = late
    table.accept_terms(newcomer)
    with table.writing(table.union_lead) as work:
        proposed = terms.propose(work, table.case_id, text="New words.", language="en", retention_months=12)
    with table.writing(table.company_lead) as work:
        terms.agree(work, table.case_id, proposed)

    with table.reading(newcomer) as work:
        assert "Nora Ito" in terms.show(work, table.case_id).missing


# What the ILO sees


def test_the_first_version_waits_for_nobody_of_the_ilo(drafted):
    drafted.seat(drafted.union_delegate, Party.UNION)

    with pytest.raises(NotFound):
        delegations(drafted, drafted.coordinator)
    with drafted.instance.store.session(writes=False) as session:
        assert find_case(session, drafted.case_id).status is CaseStatus.INVITED
    with drafted.reading(drafted.coordinator) as work:
        assert cases.index(work).lines == ()
