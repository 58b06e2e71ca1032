"""Deputies who stand in, the succession of a lead, advisers' last days, and a party whose keys one person holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from dialogue.domain.people import Party, Role, Room
from dialogue.domain.positions import Stance
from dialogue.domain.seats import StatementKind
from dialogue.errors import Forbidden, KeyAlarm, NotFound, OutOfDate, SoleHolder, Unfit
from dialogue.services import agenda, cases, identity, leads, notes, participants, requests, waiting
from dialogue.services.unit import Actor
from dialogue.store.accounts import find_account
from dialogue.store.participants import Participant, ParticipantState, find_participant
from tests import on_the_table
from tests.builders import Table
from tests.hostile import Hostile
from tests.thief import Thief


@pytest.fixture
def deputy(table: Table) -> Actor:
    """The union's deputy, accepted by the company, who acts only while the lead is away."""
    person = table.house.person("Dora Lim", "dora@union.example", organisation="Sindicato Textil")
    table.seat(person, Party.UNION, Role.DEPUTY)
    table.accept_terms(person)
    let(table, table.union_lead, person, stands_in=False)
    return person


def let(table: Table, by: Actor, who: Actor, *, stands_in: bool) -> None:
    with table.writing(by) as work:
        leads.let_deputy(work, table.case_id, table.seats[who.account_id], stands_in=stands_in)


def succeed(table: Table, by: Actor, who: Actor, **more: Any) -> None:
    told = {"fingerprint": who.bundle.public.fingerprint.hex()} | more
    with table.writing(by) as work:
        leads.succeed(work, table.case_id, table.seats[who.account_id], **told)


def remove(table: Table, by: Actor, who: Actor) -> None:
    with table.writing(by) as work:
        participants.remove(work, table.case_id, table.seats[who.account_id])


def role_of(table: Table, reader: Actor, who: Actor) -> Role:
    with table.reading(reader) as work:
        found = participants.index(work, table.case_id).people
    return next(person.role for person in found if person.account_id == who.account_id)


# Deputies


def test_a_deputy_acts_when_the_lead_has_said_so(table: Table, deputy: Actor) -> None:
    with pytest.raises(Forbidden):
        on_the_table.proposed(table, deputy)

    let(table, table.union_lead, deputy, stands_in=True)
    item = on_the_table.proposed(table, deputy)
    with table.writing(table.company_lead) as work:
        agenda.admit(work, table.case_id, item)


def test_or_when_the_lead_is_away_and_both_leads_are_told(table: Table, deputy: Actor) -> None:
    with table.writing(deputy) as work:
        leads.stand_in(work, table.case_id)

    on_the_table.proposed(table, deputy)
    with pytest.raises(OutOfDate), table.writing(deputy) as work:
        leads.stand_in(work, table.case_id)
    let(table, table.union_lead, deputy, stands_in=False)
    with pytest.raises(Forbidden):
        on_the_table.proposed(table, deputy)


def test_what_waits_for_the_party_waits_for_a_deputy_only_while_it_stands_in(table: Table, deputy: Actor) -> None:
    on_the_table.proposed(table, table.company_lead)

    def mine() -> int:
        with table.reading(deputy) as work:
            return waiting.count_for_me(work)

    assert mine() == 0
    with table.writing(deputy) as work:
        leads.stand_in(work, table.case_id)
    assert mine() == 1


def test_only_the_own_lead_lets_and_only_a_deputy_stands_in(table: Table, deputy: Actor) -> None:
    with pytest.raises(NotFound):
        let(table, table.company_lead, deputy, stands_in=True)
    with pytest.raises(Forbidden):
        let(table, deputy, deputy, stands_in=True)
    with pytest.raises(Unfit):
        let(table, table.union_lead, table.union_delegate, stands_in=True)
    for person in (table.union_delegate, table.union_lead, table.facilitator):
        with pytest.raises(Forbidden), table.writing(person) as work:
            leads.stand_in(work, table.case_id)


# Succession


def test_a_lead_names_a_successor_whom_the_other_side_has_accepted_already(table: Table, deputy: Actor) -> None:
    succeed(table, table.union_lead, deputy)

    assert role_of(table, table.company_lead, deputy) is Role.LEAD
    assert role_of(table, table.company_lead, table.union_lead) is Role.DELEGATE
    item = on_the_table.proposed(table, deputy)
    with table.writing(table.company_lead) as work:
        agenda.admit(work, table.case_id, item)
    on_the_table.word(table, deputy, item)
    on_the_table.stand(table, deputy, item, Stance.AGREE)
    with pytest.raises(Forbidden):
        on_the_table.proposed(table, table.union_lead)
    remove(table, deputy, table.union_lead)


def test_a_deputy_who_stands_in_succeeds_a_lead_who_does_not_come_back(table: Table, deputy: Actor) -> None:
    with pytest.raises(Forbidden):
        succeed(table, deputy, deputy)
    with table.writing(deputy) as work:
        leads.stand_in(work, table.case_id)
    with pytest.raises(Forbidden):
        succeed(table, deputy, table.union_delegate)

    succeed(table, deputy, deputy)
    assert role_of(table, table.company_lead, deputy) is Role.LEAD


def test_what_a_former_lead_has_signed_stays_signed(table: Table, deputy: Actor) -> None:
    item = on_the_table.admitted(table)
    on_the_table.word(table, table.company_lead, item)
    on_the_table.stand(table, table.union_lead, item, Stance.AGREE)

    succeed(table, table.union_lead, deputy)

    assert on_the_table.look(table, table.company_lead, item).positions[Party.UNION].stance is Stance.AGREE


def test_nobody_else_is_made_a_lead(table: Table, deputy: Actor) -> None:
    adviser = table.house.person("Ida Funk", "ida@law.example")
    table.seat(adviser, Party.UNION, Role.ADVISER, until=table.house.now + timedelta(days=9))
    newcomer = table.house.person("Nora Ito", "nora@union.example")
    table.seat(newcomer, Party.UNION, accepted=False)
    for person in (adviser, newcomer):
        with pytest.raises(Unfit):
            succeed(table, table.union_lead, person)
    with pytest.raises(NotFound):
        succeed(table, table.company_lead, deputy)
    with pytest.raises(Forbidden):
        succeed(table, table.union_delegate, deputy)
    with pytest.raises(OutOfDate):
        succeed(table, table.union_lead, deputy, fingerprint="00" * 32)


def test_in_a_draft_the_successor_reads_all_that_was_drafted(drafted: Table) -> None:
    drafted.seat(drafted.union_delegate, Party.UNION, Role.DEPUTY)
    drafted.seat(drafted.outsider, Party.UNION)
    with pytest.raises(Unfit):
        succeed(drafted, drafted.union_lead, drafted.outsider)

    succeed(drafted, drafted.union_lead, drafted.union_delegate)

    with drafted.reading(drafted.union_delegate) as work:
        shown = requests.show(work, drafted.case_id)
    assert shown.text.issues
    with drafted.writing(drafted.union_delegate) as work:
        requests.edit(work, drafted.case_id, shown.text, seen=shown.number)
    with drafted.reading(drafted.company_lead) as work:
        people = requests.show(work, drafted.case_id).people
    assert (Role.LEAD, "Luc Mensah") in {(person.role, person.name) for person in people}
    with drafted.reading(drafted.union_lead) as work:
        assert requests.show(work, drafted.case_id).text.issues == ""


def test_a_succession_that_the_party_did_not_sign_is_an_alarm(table: Table, deputy: Actor) -> None:
    """A row alone makes nobody a lead, and a statement that somebody else signed stops everything."""
    hostile = Hostile(table.instance.store, deputy, table.house.now)
    hostile.execute(update(Participant).where(Participant.account_id == deputy.account_id).values(role=Role.LEAD))
    with pytest.raises(Forbidden):
        on_the_table.proposed(table, deputy)
    hostile.say(table.case_id, StatementKind.SEAT, deputy, Party.UNION, Role.LEAD, signer=table.union_lead)

    with pytest.raises(KeyAlarm), table.reading(table.company_lead) as work:
        participants.index(work, table.case_id)


def test_a_row_that_lets_the_deputy_act_gives_no_key(table: Table, deputy: Actor) -> None:
    """It is a permission between people who hold the same keys: whoever alters it opens nothing by it."""
    before, after = Thief(table.instance.store), Thief(table.instance.store)
    before.copy()
    Hostile(table.instance.store, deputy, table.house.now).execute(
        update(Participant).where(Participant.account_id == deputy.account_id).values(stands_in=True)
    )
    after.copy()

    assert before.opens(deputy.bundle).keys() == after.opens(deputy.bundle).keys()


# An adviser's last day


def test_a_longer_seat_is_accepted_anew(table: Table) -> None:
    adviser = table.house.person("Ida Funk", "ida@law.example")
    until = table.house.now + timedelta(days=2)
    table.seat(adviser, Party.UNION, Role.ADVISER, until=until)
    place = table.seats[adviser.account_id]

    def extend(by: Actor, days: int) -> None:
        with table.writing(by) as work:
            participants.extend(work, table.case_id, place, until=until + timedelta(days=days))

    with pytest.raises(Unfit):
        extend(table.union_lead, -1)
    with pytest.raises(NotFound):
        extend(table.company_lead, 5)
    table.house.tick(timedelta(days=3))
    with pytest.raises(NotFound), table.reading(adviser) as work:
        notes.index(work, table.case_id, Room.UNION)
    extend(table.union_lead, 30)
    with table.instance.store.session(writes=False) as session:
        row = find_participant(session, table.case_id, place)
        assert row is not None and row.state is ParticipantState.STATED
    table.accept(table.company_lead, adviser)
    with table.reading(adviser) as work:
        notes.index(work, table.case_id, Room.UNION)


# One holder of a party's keys


@pytest.fixture
def alone(table: Table) -> str:
    """The union is down to its lead; gives the lead's recovery code."""
    remove(table, table.union_lead, table.union_delegate)
    with table.writing(None) as work:
        account = find_account(work.session, table.union_lead.account_id)
        assert account is not None
        code = identity.lock_with_recovery(account, table.union_lead.bundle)
    return "-".join(code.groups)


def test_a_party_down_to_one_holder_goes_on_once_the_recovery_code_is_typed(table: Table, alone: str) -> None:
    with table.reading(table.union_lead) as work:
        head = participants.index(work, table.case_id).head
    assert (head.is_alone, head.at_risk) == (True, True)
    for room in (Room.UNION, Room.JOINT):
        with pytest.raises(SoleHolder), table.writing(table.union_lead) as work:
            notes.write(work, table.case_id, room, title="On", body="We go on.")
    with pytest.raises(SoleHolder):
        on_the_table.proposed(table, table.union_lead)

    for wrong, reason in (("nonsense", "recovery_code"), (another_code(table), "recovery_code_wrong")):
        with pytest.raises(Unfit) as refused, table.writing(table.union_lead) as work:
            leads.confirm_keys(work, table.case_id, code=wrong)
        assert refused.value.reason == reason
    with table.writing(table.union_lead) as work:
        leads.confirm_keys(work, table.case_id, code=alone)

    on_the_table.proposed(table, table.union_lead)
    with table.reading(table.union_lead) as work:
        head = participants.index(work, table.case_id).head
    assert (head.is_alone, head.at_risk) == (True, False)


def another_code(table: Table) -> str:
    with table.reading(None) as work:
        account = find_account(work.session, table.company_lead.account_id)
        assert account is not None
        return "-".join(identity.lock_with_recovery(account, table.company_lead.bundle).groups)


def test_meanwhile_it_looks_lists_and_leaves_and_the_other_party_goes_on(table: Table, alone: str) -> None:
    on_the_table.proposed(table, table.company_lead)
    with table.reading(table.union_lead) as work:
        assert agenda.board(work, table.case_id)
    table.seat(table.outsider, Party.UNION)
    table.accept_terms(table.outsider)
    on_the_table.proposed(table, table.union_lead, "A second holder is there")
    remove(table, table.union_lead, table.outsider)
    with table.writing(table.union_lead) as work:
        cases.leave(work, table.case_id)


def test_the_next_departure_asks_again(table: Table, alone: str) -> None:
    with table.writing(table.union_lead) as work:
        leads.confirm_keys(work, table.case_id, code=alone)
    table.seat(table.outsider, Party.UNION)
    remove(table, table.union_lead, table.outsider)

    with pytest.raises(SoleHolder):
        on_the_table.proposed(table, table.union_lead)


def test_a_party_with_two_holders_is_asked_nothing(table: Table) -> None:
    with table.reading(table.company_lead) as work:
        head = participants.index(work, table.case_id).head
    assert (head.is_alone, head.at_risk) == (False, False)
