"""The ILO's people count once a coordinator has signed for their keys, and no longer than that."""

from dataclasses import replace

import pytest

from dialogue.domain.people import Party, Room, StaffRole
from dialogue.errors import Forbidden, LinkExpired, NotFound, OutOfDate, Unfit
from dialogue.services import audit, desk, facilitators, letters, links, requests, staff, statements
from dialogue.services.staff import Desk
from dialogue.store.accounts import LinkPurpose
from dialogue.store.outbox import letters as letters_of
from dialogue.store.rooms import wraps_for

COORDINATES, FACILITATES, ADMINISTERS = (
    frozenset({role}) for role in (StaffRole.COORDINATOR, StaffRole.FACILITATOR, StaffRole.ADMINISTRATOR)
)


def colleague(roster, actor):
    return next(person for person in roster.colleagues if person.account_id == actor.account_id)


def confirm(table, by, whom, role):
    with table.writing(by) as work:
        staff.confirm(work, whom.account_id, role, fingerprint=whom.bundle.public.fingerprint.hex())


def roster_of(table, reader):
    with table.reading(reader) as work:
        return staff.index(work)


def new_coordinator(table, email="nadia@ilo.example"):
    return table.house.person("Nadia Haddad", email, organisation="ILO", roles=COORDINATES)


def test_the_configured_first_coordinator_begins_the_list_with_the_own_key(house):
    first = house.person("Clara", "clara@ilo.example", roles=COORDINATES)
    house.instance = replace(house.instance, desk=first.bundle.public.fingerprint)
    with house.reading(first) as work:
        roster = staff.index(work)
    assert (roster.desk, roster.begins, roster.signs) == (Desk.EMPTY, True, False)

    with house.writing(first) as work:
        staff.confirm(work, first.account_id, StaffRole.COORDINATOR, fingerprint=first.bundle.public.fingerprint.hex())

    with house.reading(first) as work:
        roster = staff.index(work)
    assert (roster.desk, roster.begins, roster.signs) == (Desk.SIGNED, False, True)
    assert roster.wants_another_coordinator


def test_nobody_begins_the_list_while_the_server_names_no_first_coordinator(house):
    first = house.person("Clara", "clara@ilo.example", roles=COORDINATES)

    with house.reading(first) as work:
        assert staff.index(work).desk is Desk.UNROOTED
    with pytest.raises(Forbidden), house.writing(first) as work:
        staff.confirm(work, first.account_id, StaffRole.COORDINATOR, fingerprint=first.bundle.public.fingerprint.hex())


def test_the_list_does_not_begin_with_anything_but_a_coordinator(house):
    first = house.person("Clara", "clara@ilo.example", roles=COORDINATES | FACILITATES)
    house.instance = replace(house.instance, desk=first.bundle.public.fingerprint)

    with pytest.raises(Unfit, match="first_coordinator"), house.writing(first) as work:
        staff.confirm(work, first.account_id, StaffRole.FACILITATOR, fingerprint=first.bundle.public.fingerprint.hex())


def test_a_second_coordinator_counts_once_the_first_has_signed(gathered):
    second = new_coordinator(gathered)
    assert colleague(roster_of(gathered, gathered.coordinator), second).waiting == (StaffRole.COORDINATOR,)
    assert not roster_of(gathered, second).signs

    confirm(gathered, gathered.coordinator, second, StaffRole.COORDINATOR)

    roster = roster_of(gathered, second)
    assert colleague(roster, second).listed == (StaffRole.COORDINATOR,)
    assert roster.signs
    assert not roster.wants_another_coordinator


def test_a_coordinator_who_is_not_on_the_list_signs_for_nobody(gathered):
    second, third = new_coordinator(gathered), new_coordinator(gathered, "omar@ilo.example")

    with pytest.raises(Forbidden):
        confirm(gathered, second, third, StaffRole.COORDINATOR)
    with pytest.raises(Forbidden):
        confirm(gathered, second, second, StaffRole.COORDINATOR)


def test_the_words_of_a_key_are_those_that_its_owner_reads(gathered):
    shown = colleague(roster_of(gathered, gathered.coordinator), gathered.facilitator)

    assert shown.fingerprint == gathered.facilitator.bundle.public.fingerprint.hex()
    assert len(shown.words) >= 8


def test_a_key_that_changed_since_the_words_were_compared_is_not_signed(gathered):
    second = new_coordinator(gathered)

    with pytest.raises(OutOfDate), gathered.writing(gathered.coordinator) as work:
        staff.confirm(work, second.account_id, StaffRole.COORDINATOR, fingerprint="00" * 32)


def test_a_role_that_the_account_does_not_have_is_not_signed(gathered):
    for whom, role in ((gathered.facilitator, StaffRole.COORDINATOR), (gathered.union_lead, StaffRole.FACILITATOR)):
        with pytest.raises(NotFound):
            confirm(gathered, gathered.coordinator, whom, role)


def test_an_administrators_key_is_not_signed_for(gathered):
    administrator = gathered.house.person("Ada", "ada@ilo.example", roles=ADMINISTERS)

    with pytest.raises(NotFound):
        confirm(gathered, gathered.coordinator, administrator, StaffRole.ADMINISTRATOR)


def test_what_is_signed_already_is_not_signed_again(gathered):
    with pytest.raises(OutOfDate):
        confirm(gathered, gathered.coordinator, gathered.facilitator, StaffRole.FACILITATOR)


def test_the_confirmed_colleague_gets_a_mail_and_the_record_an_entry(gathered):
    second = new_coordinator(gathered)

    confirm(gathered, gathered.coordinator, second, StaffRole.COORDINATOR)

    with gathered.reading(None) as work:
        letter = letters.opened(gathered.instance.secrets, letters_of(work.session, limit=1)[0])
    assert letter.to == "nadia@ilo.example"
    assert "Haddad" not in letter.text
    assert all(chain.bad is None for chain in audit.verify(gathered.instance))


@pytest.mark.parametrize("reader", ["facilitator", "union_lead", "outsider"])
def test_the_staff_is_nobody_elses_business(gathered, reader):
    with pytest.raises(NotFound), gathered.reading(getattr(gathered, reader)) as work:
        staff.index(work)
    with pytest.raises(NotFound):
        confirm(gathered, getattr(gathered, reader), gathered.facilitator, StaffRole.FACILITATOR)


def test_an_administrator_invites_and_signs_nothing(gathered):
    administrator = gathered.house.person("Ada", "ada@ilo.example", roles=ADMINISTERS)

    with gathered.writing(administrator) as work:
        link = staff.invite(work, email="New@ilo.example", name="Nora", roles=FACILITATES)

    token = link.rpartition("/")[2]
    with gathered.reading(None) as work:
        assert links.find(work, token).purpose is LinkPurpose.STAFF
    invited = roster_of(gathered, administrator).invited
    assert [(person.email, person.roles) for person in invited] == [("new@ilo.example", (StaffRole.FACILITATOR,))]
    assert colleague(roster_of(gathered, administrator), administrator).waiting == ()
    with pytest.raises(NotFound):
        confirm(gathered, administrator, gathered.facilitator, StaffRole.FACILITATOR)


def test_a_coordinator_invites_nobody_to_work_here(gathered):
    with pytest.raises(NotFound), gathered.writing(gathered.coordinator) as work:
        staff.invite(work, email="new@ilo.example", name="Nora", roles=FACILITATES)


def test_an_invitation_is_shown_for_seven_days(gathered):
    administrator = gathered.house.person("Ada", "ada@ilo.example", roles=ADMINISTERS)
    with gathered.writing(administrator) as work:
        link = staff.invite(work, email="new@ilo.example", name="Nora", roles=FACILITATES)

    gathered.house.tick(links.LIVES)

    assert roster_of(gathered, administrator).invited == ()
    with gathered.reading(None) as work, pytest.raises(LinkExpired):
        links.find(work, link.rpartition("/")[2])


def read_request(table, reader):
    with table.reading(reader) as work:
        return requests.show(work, table.case_id)


def test_a_new_coordinator_reads_earlier_requests_once_a_holder_was_there(requested):
    second = new_coordinator(requested)
    confirm(requested, requested.coordinator, second, StaffRole.COORDINATOR)

    read_request(requested, requested.coordinator)

    assert "Working time" in str(read_request(requested, second).text.issues)


def test_the_word_in_an_accounts_row_makes_nobody_a_coordinator(requested):
    second = new_coordinator(requested)

    with pytest.raises(NotFound):
        read_request(requested, second)
    with pytest.raises(NotFound), requested.writing(second) as work:
        desk.give_back(work, requested.case_id, words="Please say more.")


def test_a_coordinator_taken_off_the_list_reads_no_request_and_answers_none(requested):
    second = new_coordinator(requested)
    confirm(requested, requested.coordinator, second, StaffRole.COORDINATOR)
    read_request(requested, requested.coordinator)

    with requested.writing(second) as work:
        staff.take_off(work, requested.coordinator.account_id, StaffRole.COORDINATOR)

    with pytest.raises(NotFound):
        read_request(requested, requested.coordinator)
    with pytest.raises(NotFound), requested.writing(requested.coordinator) as work:
        desk.give_back(work, requested.case_id, words="Please say more.")
    with requested.writing(second) as work:
        desk.give_back(work, requested.case_id, words="Please say more.")
    with requested.instance.store.session(writes=False) as session:
        assert not wraps_for(session, requested.case_id, Room.REQUEST, requested.coordinator.account_id)


def test_what_a_former_coordinator_signed_still_counts(table):
    second = new_coordinator(table)
    confirm(table, table.coordinator, second, StaffRole.COORDINATOR)
    with table.writing(second) as work:
        staff.take_off(work, table.coordinator.account_id, StaffRole.COORDINATOR)
    with table.writing(second) as work:
        staff.take_off(work, table.facilitator.account_id, StaffRole.FACILITATOR)

    with table.reading(table.union_lead) as work:
        assert statements.standings(work, table.case_id).leads[Party.UNION] == table.union_lead.account_id
    assert "Working time" in str(read_request(table, table.union_lead).text.issues)


def test_a_facilitator_taken_off_the_list_cannot_be_proposed(preparing):
    with preparing.writing(preparing.coordinator) as work:
        staff.take_off(work, preparing.facilitator.account_id, StaffRole.FACILITATOR)

    with pytest.raises(Unfit, match="facilitator_not_listed"), preparing.writing(preparing.union_lead) as work:
        facilitators.propose(work, preparing.case_id, preparing.facilitator.account_id)


def test_the_last_coordinator_stays_on_the_list(gathered):
    with pytest.raises(Unfit, match="last_coordinator"), gathered.writing(gathered.coordinator) as work:
        staff.take_off(work, gathered.coordinator.account_id, StaffRole.COORDINATOR)


def test_who_is_not_on_the_list_cannot_be_taken_off(gathered):
    second = new_coordinator(gathered)

    with pytest.raises(OutOfDate), gathered.writing(gathered.coordinator) as work:
        staff.take_off(work, second.account_id, StaffRole.COORDINATOR)
