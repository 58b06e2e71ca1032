"""The past of a room is read only by whom its owners have signed for: one side for its own, both for what is shared."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from dialogue.domain.acts import Act
from dialogue.domain.people import Party, Role, Room
from dialogue.errors import Forbidden, IllegalTransition, NotFound, OutOfDate, Unfit
from dialogue.services import cases, history, jointacts, notes
from dialogue.services.rooms import Trouble
from dialogue.store.rooms import DueWrap

ROOMS = (Room.JOINT, Room.UNION, Room.UNION_CAUCUS)
WRITER = {Room.JOINT: "company_lead", Room.UNION: "union_delegate", Room.UNION_CAUCUS: "union_lead"}


@pytest.fixture
def newcomer(table):
    """A delegate of the union who came after something had been said in every room, and has accepted the terms."""
    for room in ROOMS:
        with table.writing(getattr(table, WRITER[room])) as work:
            notes.write(work, table.case_id, room, title="Earlier", body="Said before.")
    person = table.house.person("Nora Ito", "nora@union.example", organisation="Sindicato Textil")
    table.seat(person, Party.UNION, Role.DELEGATE)
    table.accept_terms(person)
    return person


def grant(table, actor, person, room):
    with table.writing(actor) as work:
        history.grant(work, table.case_id, person.account_id, room)


def reads(table, person, room):
    with table.reading(person) as work:
        return [note.trouble or note.beginning for note in notes.index(work, table.case_id, room).notes]


def without(table, reader):
    with table.reading(reader) as work:
        found = history.index(work, table.case_id).without
        return {(entry.person.name, entry.room): entry for entry in found}


def visits(table, *people):
    """They open a page of the dialogue, and so give what they hold and others wait for."""
    for person in people:
        with table.reading(person) as work:
            jointacts.index(work, table.case_id)


@pytest.mark.parametrize("room", ROOMS)
def test_a_newcomer_reads_nothing_that_was_said_before(table, newcomer, room):
    visits(table, table.company_lead, table.union_lead, table.facilitator)

    assert reads(table, newcomer, room) == [Trouble.LOCKED]


@pytest.mark.parametrize("room", [Room.UNION, Room.UNION_CAUCUS])
def test_a_lead_alone_opens_the_past_of_its_own_room_and_its_caucus(table, newcomer, room):
    grant(table, table.union_lead, newcomer, room)

    assert reads(table, newcomer, room) == ["Said before."]
    others = set(ROOMS) - {room}
    assert all(reads(table, newcomer, other) == [Trouble.LOCKED] for other in others)


@pytest.mark.parametrize(
    ("name", "room"),
    [
        ("company_lead", Room.UNION),
        ("company_lead", Room.UNION_CAUCUS),
        ("union_delegate", Room.UNION),
        ("facilitator", Room.UNION_CAUCUS),
        ("facilitator", Room.JOINT),
        ("union_lead", Room.JOINT),
        ("union_lead", Room.LOGISTICS),
        ("union_lead", Room.COMPANY),
        ("union_lead", Room.FACILITATION),
    ],
)
def test_nobody_alone_opens_the_past_of_a_room_that_is_not_his_sides_own(table, newcomer, name, room):
    with pytest.raises(Forbidden):
        grant(table, getattr(table, name), newcomer, room)
    visits(table, table.company_lead, table.union_lead, table.facilitator)

    assert all(reads(table, newcomer, each) == [Trouble.LOCKED] for each in ROOMS)


def test_both_leads_together_open_the_past_of_the_joint_room(table, newcomer):
    with table.writing(table.union_lead) as work:
        joint = jointacts.propose(work, table.case_id, Act.HISTORY_GRANT, about=newcomer.account_id, room=Room.JOINT)
    visits(table, table.company_lead, table.union_lead, table.facilitator)
    assert reads(table, newcomer, Room.JOINT) == [Trouble.LOCKED]
    with table.reading(table.company_lead) as work:
        assert jointacts.show(work, table.case_id, joint).joint.about == "Nora Ito"

    with table.writing(table.company_lead) as work:
        assert jointacts.confirm(work, table.case_id, joint)
    assert reads(table, newcomer, Room.JOINT) == ["Said before."]
    assert reads(table, newcomer, Room.UNION) == [Trouble.LOCKED]


def test_a_facilitators_proposal_opens_nothing_before_both_have_signed(table, newcomer):
    with table.writing(table.facilitator) as work:
        joint = jointacts.propose(work, table.case_id, Act.HISTORY_GRANT, about=newcomer.account_id, room=Room.JOINT)
    for lead, expected in ((table.union_lead, Trouble.LOCKED), (table.company_lead, "Said before.")):
        with table.writing(lead) as work:
            jointacts.confirm(work, table.case_id, joint)
        visits(table, table.company_lead, table.union_lead, table.facilitator)
        assert reads(table, newcomer, Room.JOINT) == [expected]


def test_what_the_lead_does_not_hold_himself_waits_for_somebody_who_does(table, newcomer):
    late = table.house.person("Lena Abt", "lena@union.example", organisation="Sindicato Textil")
    table.seat(late, Party.UNION, Role.DEPUTY)
    table.accept_terms(late)
    grant(table, late, newcomer, Room.UNION)

    assert reads(table, newcomer, Room.UNION) == [Trouble.LOCKED]
    assert without(table, late)["Nora Ito", Room.UNION].is_due
    visits(table, table.union_delegate)
    assert reads(table, newcomer, Room.UNION) == ["Said before."]


def test_the_page_names_who_cannot_read_the_past_and_who_can_change_that(table, newcomer):
    seen = without(table, table.union_lead)
    assert {room for name, room in seen if name == "Nora Ito"} == set(ROOMS)
    assert seen["Nora Ito", Room.UNION].alone
    assert not seen["Nora Ito", Room.JOINT].alone
    assert all(entry.may_grant for entry in seen.values())

    of_the_company = without(table, table.company_lead)
    assert {room for _, room in of_the_company} == {Room.JOINT}
    assert not any(entry.may_grant for entry in without(table, table.union_delegate).values())
    grant(table, table.union_lead, newcomer, Room.UNION)
    assert ("Nora Ito", Room.UNION) not in without(table, table.union_lead)


def test_a_hint_in_the_database_is_no_grant(table, newcomer):
    with table.writing(None) as work:
        work.session.add(
            DueWrap(case_id=table.case_id, room=Room.UNION, account_id=newcomer.account_id, asked_at=work.now)
        )
    visits(table, table.union_lead, table.union_delegate)

    assert reads(table, newcomer, Room.UNION) == [Trouble.LOCKED]


def test_the_past_is_opened_only_to_somebody_who_hears_the_room(table, newcomer):
    with pytest.raises(Unfit):
        grant(table, table.union_lead, table.company_delegate, Room.UNION)
    with pytest.raises(NotFound):
        grant(table, table.union_lead, table.outsider, Room.UNION)
    with pytest.raises(Unfit), table.writing(table.union_lead) as work:
        jointacts.propose(work, table.case_id, Act.HISTORY_GRANT, about=newcomer.account_id, room=Room.UNION)
    with pytest.raises(Unfit), table.writing(table.union_lead) as work:
        jointacts.propose(work, table.case_id, Act.HISTORY_GRANT, about=newcomer.account_id)


def test_what_is_granted_is_not_granted_again_and_stands_in_the_rooms_record(table, newcomer):
    grant(table, table.union_lead, newcomer, Room.UNION)

    with pytest.raises(OutOfDate):
        grant(table, table.union_lead, newcomer, Room.UNION)
    with table.reading(None) as work:
        query = "SELECT chain FROM record_entries WHERE act = 'history:grant'"
        assert work.session.execute(text(query)).scalars().all() == [f"{table.case_id.hex}:union"]


def test_after_the_end_nothing_of_the_past_is_opened_any_more(table, newcomer):
    with table.writing(table.company_lead) as work:
        cases.leave(work, table.case_id)

    with pytest.raises(IllegalTransition):
        grant(table, table.union_lead, newcomer, Room.UNION)


def test_an_adviser_whose_time_is_over_is_given_nothing(table):
    with table.writing(table.union_lead) as work:
        notes.write(work, table.case_id, Room.UNION, title="Earlier", body="Said before.")
    adviser = table.house.person("Ida Funk", "ida@law.example")
    table.seat(adviser, Party.UNION, Role.ADVISER, until=table.house.now + timedelta(hours=1))
    table.house.tick(timedelta(hours=2))

    with pytest.raises(NotFound):
        grant(table, table.union_lead, adviser, Room.UNION)


# Taken back before it was given


def take_back(table, actor, person, room):
    with table.writing(actor) as work:
        history.take_back(work, table.case_id, person.account_id, room)


@pytest.fixture
def waits(table, newcomer):
    """The union has a deputy who came late too and opened to Nora what the deputy does not hold himself."""
    late = table.house.person("Lena Abt", "lena@union.example", organisation="Sindicato Textil")
    table.seat(late, Party.UNION, Role.DEPUTY)
    table.accept_terms(late)
    grant(table, late, newcomer, Room.UNION)
    return late


def test_a_grant_that_nobody_has_fulfilled_is_taken_back_and_opens_nothing_afterwards(table, newcomer, waits):
    assert without(table, waits)["Nora Ito", Room.UNION].may_undo

    take_back(table, waits, newcomer, Room.UNION)
    visits(table, table.union_lead, table.union_delegate)

    assert reads(table, newcomer, Room.UNION) == [Trouble.LOCKED]
    assert not without(table, waits)["Nora Ito", Room.UNION].may_undo
    with pytest.raises(OutOfDate):
        take_back(table, waits, newcomer, Room.UNION)
    grant(table, table.union_lead, newcomer, Room.UNION)
    assert reads(table, newcomer, Room.UNION) == ["Said before."]


def test_what_has_been_given_is_not_taken_back(table, newcomer):
    grant(table, table.union_lead, newcomer, Room.UNION)

    with pytest.raises(OutOfDate):
        take_back(table, table.union_lead, newcomer, Room.UNION)


def test_nobody_takes_back_what_another_side_has_granted(table, newcomer, waits):
    for actor, refusal in ((table.company_lead, NotFound), (table.union_delegate, Forbidden)):
        with pytest.raises(refusal):
            take_back(table, actor, newcomer, Room.UNION)


def test_a_hint_put_back_behind_the_application_revives_no_grant(table, newcomer, waits):
    take_back(table, waits, newcomer, Room.UNION)
    with table.writing(None) as work:
        work.session.add(
            DueWrap(case_id=table.case_id, room=Room.UNION, account_id=newcomer.account_id, asked_at=work.now)
        )
    visits(table, table.union_lead, table.union_delegate)

    assert reads(table, newcomer, Room.UNION) == [Trouble.LOCKED]


def test_a_proposal_that_is_taken_off_takes_the_voice_with_it(table, newcomer):
    with table.writing(table.union_lead) as work:
        joint = jointacts.propose(work, table.case_id, Act.HISTORY_GRANT, about=newcomer.account_id, room=Room.JOINT)
    with table.writing(table.union_lead) as work:
        jointacts.withdraw(work, table.case_id, joint)
    with table.writing(table.company_lead) as work:
        again = jointacts.propose(work, table.case_id, Act.HISTORY_GRANT, about=newcomer.account_id, room=Room.JOINT)
    visits(table, table.company_lead, table.union_lead, table.facilitator)

    assert reads(table, newcomer, Room.JOINT) == [Trouble.LOCKED]
    with table.writing(table.union_lead) as work:
        assert jointacts.confirm(work, table.case_id, again)
    assert reads(table, newcomer, Room.JOINT) == ["Said before."]
