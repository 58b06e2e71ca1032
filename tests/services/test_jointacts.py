"""Joint acts: one proposes, both leads say yes under their own names, and then it is done once."""

import threading

import pytest
from sqlalchemy import delete, text, update

from dialogue.domain.acts import Act
from dialogue.domain.agenda import ItemState
from dialogue.domain.cases import CaseStatus, Completion
from dialogue.domain.jointacts import JointActState
from dialogue.domain.people import Party, Role, Room
from dialogue.domain.positions import Consensus, Stance
from dialogue.errors import Forbidden, IllegalTransition, NotFound, OutOfDate, Unfit
from dialogue.services import agenda, cases, jointacts, participants, rooms, signatures, unit
from dialogue.services.rooms import Trouble
from dialogue.store.agenda import find_item
from dialogue.store.cases import find_case, lock_case
from dialogue.store.jointacts import JointAct, JointVoice, find_joint_act, voices_of
from tests.on_the_table import admitted, agreed, look, stand, statements_of, word


def propose(table, actor, act, **about):
    with table.writing(actor) as work:
        return jointacts.propose(work, table.case_id, act, **about)


def confirm(table, actor, joint_act_id):
    with table.writing(actor) as work:
        return jointacts.confirm(work, table.case_id, joint_act_id)


def withdraw(table, actor, joint_act_id):
    with table.writing(actor) as work:
        jointacts.withdraw(work, table.case_id, joint_act_id)


def together(table, act, **about):
    """Both leads do it."""
    assert confirm(table, table.union_lead, propose(table, table.company_lead, act, **about))


def index(table, actor):
    with table.reading(actor) as work:
        return jointacts.index(work, table.case_id)


def shown(table, actor, joint_act_id):
    with table.reading(actor) as work:
        return jointacts.show(work, table.case_id, joint_act_id).joint


def status(table):
    with table.reading(None) as work:
        return find_case(work.session, table.case_id).status


def recorded(table, act):
    with table.reading(None) as work:
        query = text("SELECT count(*) FROM record_entries WHERE act = :act")
        return work.session.execute(query, {"act": act.value}).scalar()


@pytest.fixture
def deputy(table):
    """The company's lead has a deputy."""
    person = table.house.person("Dario Keller", "dario@brand.example", organisation="Northfield Apparel")
    table.seat(person, Party.COMPANY, Role.DEPUTY)
    table.accept_terms(person)
    return person


# Both, or nothing


def test_a_leads_proposal_is_its_partys_yes_and_the_others_yes_does_it(table):
    joint = propose(table, table.company_lead, Act.CASE_SUSPEND)
    assert status(table) is CaseStatus.IN_DIALOGUE
    assert shown(table, table.union_lead, joint).waits_for == (Party.UNION,)

    assert confirm(table, table.union_lead, joint)

    assert status(table) is CaseStatus.SUSPENDED
    done = shown(table, table.facilitator, joint)
    assert done.state is JointActState.DONE
    assert [(voice.party, voice.person.name, voice.trouble) for voice in done.voices] == [
        (Party.COMPANY, "Mina Brandt", None),
        (Party.UNION, "Ana Rojas", None),
    ]
    assert recorded(table, Act.CASE_SUSPEND) == 1


def test_a_facilitators_proposal_needs_both_leads(table):
    joint = propose(table, table.facilitator, Act.CASE_SUSPEND)
    assert shown(table, table.union_lead, joint).waits_for == (Party.COMPANY, Party.UNION)

    assert not confirm(table, table.union_lead, joint)
    assert status(table) is CaseStatus.IN_DIALOGUE
    assert confirm(table, table.company_lead, joint)
    assert status(table) is CaseStatus.SUSPENDED


def test_one_party_alone_does_nothing_however_many_of_its_people_say_yes(table, deputy):
    joint = propose(table, table.company_lead, Act.CASE_SUSPEND)

    assert not confirm(table, table.company_lead, joint)
    assert not confirm(table, deputy, joint)
    assert status(table) is CaseStatus.IN_DIALOGUE
    assert [voice.person.name for voice in shown(table, table.union_lead, joint).voices] == ["Mina Brandt"]
    assert recorded(table, Act.JOINT_ACT_CONFIRM) == 0


def test_a_deputy_speaks_for_its_party(table, deputy):
    joint = propose(table, table.union_lead, Act.CASE_SUSPEND)

    assert confirm(table, deputy, joint)
    assert status(table) is CaseStatus.SUSPENDED


@pytest.mark.parametrize("name", ["company_delegate", "facilitator", "coordinator", "outsider"])
def test_only_who_speaks_for_a_party_confirms(table, name):
    joint = propose(table, table.company_lead, Act.CASE_SUSPEND)

    with pytest.raises((Forbidden, NotFound)):
        confirm(table, getattr(table, name), joint)
    assert status(table) is CaseStatus.IN_DIALOGUE


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("company_delegate", Act.CASE_SUSPEND),
        ("coordinator", Act.CASE_SUSPEND),
        ("outsider", Act.CASE_SUSPEND),
        ("company_lead", Act.CASE_RESUME),
        ("company_lead", Act.CASE_COMPLETE),
        ("company_lead", Act.CASE_CLOSE),
        ("facilitator", Act.CASE_CLOSE),
        ("company_lead", Act.CASE_LEAVE),
        ("company_lead", Act.CASE_DESTROY),
    ],
)
def test_what_somebody_may_not_do_now_cannot_be_proposed_either(table, name, act):
    with pytest.raises((Forbidden, NotFound, IllegalTransition)):
        propose(table, getattr(table, name), act)
    assert index(table, table.company_lead).waiting == ()


def test_a_dialogue_goes_through_its_joint_steps(table):
    together(table, Act.CASE_SUSPEND)
    together(table, Act.CASE_RESUME)
    assert status(table) is CaseStatus.IN_DIALOGUE
    together(table, Act.CASE_CONCLUDE)
    together(table, Act.CASE_COMPLETE)
    with table.reading(None) as work:
        case = find_case(work.session, table.case_id)
        assert (case.status, case.completion) == (CaseStatus.COMPLETED, Completion.NONE)
    together(table, Act.CASE_CLOSE)
    assert status(table) is CaseStatus.CLOSED
    assert len(index(table, table.union_lead).settled) == 5


def test_what_can_be_proposed_is_what_the_seat_may_do_now(table):
    assert set(index(table, table.company_lead).possible) == {
        Act.CASE_SUSPEND,
        Act.CASE_CONCLUDE,
        Act.SUPPORT_CHANGE,
    }
    assert set(index(table, table.facilitator).possible) == {Act.CASE_SUSPEND, Act.CASE_CONCLUDE}
    assert index(table, table.company_delegate).possible == ()

    propose(table, table.company_lead, Act.CASE_SUSPEND)
    assert set(index(table, table.union_lead).possible) == {Act.CASE_CONCLUDE, Act.SUPPORT_CHANGE}
    together(table, Act.CASE_CONCLUDE)
    assert set(index(table, table.company_lead).possible) == {Act.CASE_COMPLETE, Act.SUPPORT_CHANGE}
    assert index(table, table.facilitator).possible == ()


# About an item


def test_both_leads_together_withdraw_an_item_from_the_agenda(table):
    item = admitted(table)
    joint = propose(table, table.union_lead, Act.AGENDA_WITHDRAW, about=item)
    assert shown(table, table.company_lead, joint).about == "Night shifts"

    assert confirm(table, table.company_lead, joint)
    with table.reading(None) as work:
        assert find_item(work.session, table.case_id, item).state is ItemState.WITHDRAWN
    assert recorded(table, Act.AGENDA_WITHDRAW) == 1


def test_both_leads_together_reopen_an_agreed_wording(table):
    item = agreed(table)
    together(table, Act.AGENDA_REOPEN, about=item)

    word(table, table.union_lead, item, "Night shifts are announced six weeks ahead.")
    present = look(table, table.company_lead, item)
    assert present.wording.text == "Night shifts are announced six weeks ahead."
    assert present.consensus is Consensus.PENDING


def test_there_is_nothing_to_reopen_where_nothing_is_agreed(table):
    item = admitted(table)
    word(table, table.company_lead, item)
    stand(table, table.company_lead, item, Stance.AGREE)

    with pytest.raises(IllegalTransition):
        propose(table, table.company_lead, Act.AGENDA_REOPEN, about=item)


def test_an_act_about_the_dialogue_is_about_nothing_else_and_one_about_an_item_names_it(table):
    item = admitted(table)
    with pytest.raises(Unfit):
        propose(table, table.company_lead, Act.CASE_SUSPEND, about=item)
    with pytest.raises(Unfit):
        propose(table, table.company_lead, Act.AGENDA_WITHDRAW)
    with pytest.raises(NotFound):
        propose(table, table.company_lead, Act.AGENDA_WITHDRAW, about=table.case_id)


# What has changed meanwhile


def test_a_proposal_does_not_outlive_the_state_in_which_it_was_made(table):
    joint = propose(table, table.company_lead, Act.CASE_CONCLUDE)
    together(table, Act.CASE_SUSPEND)
    with pytest.raises(OutOfDate):
        confirm(table, table.union_lead, joint)
    together(table, Act.CASE_RESUME)

    with pytest.raises(OutOfDate):
        confirm(table, table.union_lead, joint)
    assert status(table) is CaseStatus.IN_DIALOGUE
    assert shown(table, table.union_lead, joint).state is JointActState.WITHDRAWN


def test_a_proposal_left_over_from_an_earlier_state_is_shown_as_out_of_date_and_refused(table):
    joint = propose(table, table.company_lead, Act.CASE_SUSPEND)
    for act in (Act.CASE_CONCLUDE, Act.CASE_GO_BACK):
        with table.writing(table.union_lead) as work:
            cases.move(work, lock_case(work.session, table.case_id), act)

    left_over = index(table, table.union_lead).waiting[0]
    assert left_over.is_stale
    assert not left_over.may_confirm
    with pytest.raises(IllegalTransition):
        confirm(table, table.union_lead, joint)
    assert status(table) is CaseStatus.IN_DIALOGUE
    propose(table, table.union_lead, Act.CASE_SUSPEND)
    assert [one.state for one in index(table, table.union_lead).settled] == [JointActState.WITHDRAWN]


def test_an_item_that_was_parked_meanwhile_is_not_withdrawn_by_an_old_proposal(table):
    item = admitted(table)
    joint = propose(table, table.company_lead, Act.AGENDA_WITHDRAW, about=item)
    with table.writing(table.union_lead) as work:
        agenda.park(work, table.case_id, item)

    with pytest.raises(IllegalTransition):
        confirm(table, table.union_lead, joint)
    with table.reading(None) as work:
        assert find_item(work.session, table.case_id, item).state is ItemState.PARKED


def test_a_yes_to_reopen_words_is_no_yes_to_reopen_other_words(table):
    item_id = agreed(table)
    joint = propose(table, table.union_lead, Act.AGENDA_REOPEN, about=item_id)
    stand(table, table.company_lead, item_id, Stance.NEEDS_WORK, reason="In writing.")
    word(table, table.company_lead, item_id, "Night shifts are announced in writing.")
    for lead in (table.company_lead, table.union_lead):
        stand(table, lead, item_id, Stance.AGREE)

    assert shown(table, table.company_lead, joint).is_stale
    with pytest.raises(IllegalTransition):
        confirm(table, table.company_lead, joint)


def test_while_the_dialogue_is_suspended_the_agenda_stays_as_it_is(table):
    item = admitted(table)
    joint = propose(table, table.company_lead, Act.AGENDA_WITHDRAW, about=item)
    together(table, Act.CASE_SUSPEND)

    assert not shown(table, table.union_lead, joint).may_confirm
    with pytest.raises(IllegalTransition):
        confirm(table, table.union_lead, joint)
    together(table, Act.CASE_RESUME)
    assert confirm(table, table.union_lead, joint)


def test_after_a_party_has_left_nothing_is_confirmed_any_more(table):
    joint = propose(table, table.company_lead, Act.CASE_SUSPEND)
    with table.writing(table.union_lead) as work:
        cases.leave(work, table.case_id)

    with pytest.raises(IllegalTransition):
        confirm(table, table.union_lead, joint)
    assert status(table) is CaseStatus.ENDED


def test_the_same_is_not_proposed_twice(table):
    propose(table, table.company_lead, Act.CASE_SUSPEND)

    with pytest.raises(OutOfDate):
        propose(table, table.union_lead, Act.CASE_SUSPEND)
    assert status(table) is CaseStatus.IN_DIALOGUE


def test_what_is_settled_is_not_confirmed_or_withdrawn_again(table):
    joint = propose(table, table.company_lead, Act.CASE_SUSPEND)
    confirm(table, table.union_lead, joint)

    for again in (confirm, withdraw):
        with pytest.raises(OutOfDate):
            again(table, table.union_lead, joint)
    assert recorded(table, Act.CASE_SUSPEND) == 1


# Taking back


@pytest.mark.parametrize("name", ["company_lead", "union_lead"])
def test_either_lead_takes_a_proposal_off(table, name):
    joint = propose(table, table.company_lead, Act.CASE_SUSPEND)
    withdraw(table, getattr(table, name), joint)

    with pytest.raises(OutOfDate):
        confirm(table, table.union_lead, joint)
    assert status(table) is CaseStatus.IN_DIALOGUE


def test_a_facilitator_takes_back_only_what_a_facilitator_proposed(table):
    of_a_lead = propose(table, table.company_lead, Act.CASE_SUSPEND)
    own = propose(table, table.facilitator, Act.CASE_CONCLUDE)

    withdraw(table, table.facilitator, own)
    with pytest.raises(Forbidden):
        withdraw(table, table.facilitator, of_a_lead)
    with pytest.raises(Forbidden):
        withdraw(table, table.union_delegate, of_a_lead)
    assert [one.id for one in index(table, table.company_lead).waiting] == [of_a_lead]


# Signatures


def forge(table, forger, joint_act_id, party, *, as_account=None):
    """Somebody who writes the database and holds the joint room's key puts a yes under a party's name."""
    with table.writing(forger) as work:
        case = lock_case(work.session, table.case_id)
        row = find_joint_act(work.session, table.case_id, joint_act_id)
        account = as_account or forger.account_id
        voice = JointVoice(
            id=table.case_id, case_id=case.id, joint_act_id=row.id, party=party, account_id=account, made_at=work.now
        )
        values = jointacts._values(row, voice)
        body = signatures.sign(work, "dialogue/joint-voice/1", case.id, party, *values)
        voice.sealed_statement = rooms.seal(work, case, Room.JOINT, body, voice.place("statement", Room.JOINT))
        work.session.add(voice)


@pytest.mark.parametrize("lends_name", [False, True])
def test_a_yes_that_no_lead_has_signed_does_not_count(table, lends_name):
    joint = propose(table, table.union_lead, Act.CASE_SUSPEND)
    account = table.company_lead.account_id if lends_name else None
    forge(table, table.company_delegate, joint, Party.COMPANY, as_account=account)

    told = shown(table, table.union_lead, joint)
    assert told.waits_for == (Party.COMPANY,)
    assert {voice.party: voice.trouble for voice in told.voices} == {Party.UNION: None, Party.COMPANY: Trouble.BROKEN}
    assert not confirm(table, table.union_lead, joint)
    assert status(table) is CaseStatus.IN_DIALOGUE
    assert confirm(table, table.company_lead, joint)
    assert status(table) is CaseStatus.SUSPENDED


@pytest.mark.parametrize("changed", [{"act": Act.CASE_CONCLUDE}, {"object_id": None, "room": Room.JOINT}])
def test_a_yes_to_one_thing_is_none_to_what_somebody_makes_of_it(table, changed):
    joint = propose(table, table.company_lead, Act.CASE_SUSPEND)
    with table.writing(None) as work:
        work.session.execute(update(JointAct).values(**changed))

    assert shown(table, table.union_lead, joint).waits_for == tuple(Party)
    assert not confirm(table, table.union_lead, joint)
    assert status(table) is CaseStatus.IN_DIALOGUE


def test_the_yes_of_a_deputy_who_has_left_waits_for_somebody_who_speaks_for_the_party(table, deputy):
    joint = propose(table, deputy, Act.CASE_SUSPEND)
    with table.writing(table.company_lead) as work:
        participants.remove(work, table.case_id, table.seats[deputy.account_id])

    assert not confirm(table, table.union_lead, joint)
    assert shown(table, table.union_lead, joint).waits_for == (Party.COMPANY,)
    assert confirm(table, table.company_lead, joint)
    assert status(table) is CaseStatus.SUSPENDED


def test_a_yes_taken_out_of_the_database_is_not_there(table):
    joint = propose(table, table.company_lead, Act.CASE_SUSPEND)
    with table.writing(None) as work:
        work.session.execute(delete(JointVoice))

    assert not confirm(table, table.union_lead, joint)
    assert status(table) is CaseStatus.IN_DIALOGUE


# Two at once


def at_once(table, *people, joint_act_id):
    """Each confirms in a thread of its own; what each was told, or the refusal."""
    start = threading.Barrier(len(people))
    told = []

    def do(person, now):
        start.wait()
        try:
            with unit.writing(table.instance, person, now) as work:
                said = jointacts.confirm(work, table.case_id, joint_act_id)
                work.commit()
            told.append(said)
        except Exception as refusal:
            told.append(type(refusal))

    threads = [threading.Thread(target=do, args=(person, table.house.tick())) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_two_leads_who_confirm_at_once_do_it_once_and_nothing_is_lost(table):
    joint = propose(table, table.facilitator, Act.CASE_SUSPEND)

    told = at_once(table, table.company_lead, table.union_lead, joint_act_id=joint)

    assert sorted(told) == [False, True]
    assert status(table) is CaseStatus.SUSPENDED
    assert recorded(table, Act.CASE_SUSPEND) == 1
    with table.reading(None) as work:
        assert {voice.party for voice in voices_of(work.session, [joint])} == set(Party)


def test_a_lead_and_the_deputy_who_confirm_at_once_do_it_once(table, deputy):
    joint = propose(table, table.union_lead, Act.CASE_SUSPEND)

    told = at_once(table, table.company_lead, deputy, joint_act_id=joint)

    assert set(told) == {True, OutOfDate}
    assert recorded(table, Act.CASE_SUSPEND) == 1


# The page


def test_the_page_asks_the_same_with_one_proposal_and_with_many(table, store):
    def cost():
        index(table, table.union_delegate)
        with statements_of(store) as sent:
            index(table, table.union_delegate)
        return len(sent)

    propose(table, table.company_lead, Act.AGENDA_WITHDRAW, about=admitted(table))
    few = cost()
    for number in range(12):
        propose(table, table.company_lead, Act.AGENDA_WITHDRAW, about=admitted(table, f"Item {number}"))
    assert cost() == few
    assert len(index(table, table.union_delegate).waiting) == 13


def test_neither_the_other_rooms_nor_a_repr_tell_what_is_proposed(table):
    joint = propose(table, table.company_lead, Act.AGENDA_WITHDRAW, about=admitted(table))

    assert "Night" not in repr(index(table, table.union_lead))
    with table.reading(None) as work:
        voice = voices_of(work.session, [joint])[0]
        assert b"agenda" not in voice.sealed_statement
    with pytest.raises(NotFound):
        index(table, table.outsider)
    with pytest.raises(Forbidden):
        index(table, table.coordinator)


def test_the_leads_of_a_party_that_is_waited_for_are_told(table):
    with table.reading(None) as work:
        before = work.session.execute(text("SELECT count(*) FROM tidings")).scalar()
    propose(table, table.company_lead, Act.CASE_SUSPEND)
    propose(table, table.facilitator, Act.CASE_CONCLUDE)

    with table.reading(None) as work:
        assert work.session.execute(text("SELECT count(*) FROM tidings")).scalar() == before + 3
