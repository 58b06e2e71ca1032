"""A facilitator who falls ill or leaves is replaced on the path of the first; notes die only where it was confirmed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dialogue.domain.acts import Act
from dialogue.domain.people import CAUCUS_OF, PARTY_ROOMS, Party, Role, Room, StaffRole
from dialogue.domain.positions import Stance
from dialogue.domain.seats import StatementKind
from dialogue.errors import Forbidden, KeyAlarm, NotFound, Unfit
from dialogue.services import audit, facilitators, history, notes
from dialogue.services.rooms import Trouble
from dialogue.services.unit import Actor
from dialogue.store.rooms import newest_epoch, wraps_for
from tests import on_the_table
from tests.builders import Table
from tests.hostile import Hostile
from tests.thief import Thief

SECRET = "Ask about the canteen before the shifts."
AFTERWARDS = "What only the next facilitator hears."


@pytest.fixture
def rosa(table: Table) -> Actor:
    """A second facilitator on the office's list."""
    person = table.house.person(
        "Rosa Abe", "rosa@ilo.example", organisation="ILO", roles=frozenset({StaffRole.FACILITATOR})
    )
    table.house.list_staff(table.coordinator, person)
    return person


def write(table: Table, person: Actor, room: Room, words: str) -> None:
    with table.writing(person) as work:
        notes.write(work, table.case_id, room, title=words, body=words)


def reads(table: Table, person: Actor, room: Room) -> list[str]:
    with table.reading(person) as work:
        return [note.trouble or note.beginning for note in notes.index(work, table.case_id, room).notes]


def propose(table: Table, by: Actor, who: Actor) -> None:
    with table.writing(by) as work:
        table.seats[who.account_id] = facilitators.propose(work, table.case_id, who.account_id)
    with table.writing(who) as work:
        facilitators.declare(work, table.case_id, interests="None.")


def accept(table: Table, lead: Actor, who: Actor) -> None:
    with table.writing(lead) as work:
        facilitators.accept(work, table.case_id, table.seats[who.account_id])


def succeed(table: Table, who: Actor) -> None:
    """The whole path: proposed, declared, accepted by each lead, the terms accepted."""
    propose(table, table.coordinator, who)
    for lead in (table.company_lead, table.union_lead):
        accept(table, lead, who)
    table.accept_terms(who)


def hand_over(table: Table, words: str = "") -> bool:
    with table.writing(table.facilitator) as work:
        return facilitators.hand_over(work, table.case_id, title="Hand-over", words=words)


def leave(table: Table, *, gives_up: bool = False) -> None:
    with table.writing(table.facilitator) as work:
        facilitators.leave(work, table.case_id, gives_up=gives_up)


def release(table: Table, by: Actor, *, gives_up: bool = False) -> None:
    with table.writing(by) as work:
        facilitators.release(work, table.case_id, table.seats[table.facilitator.account_id], gives_up=gives_up)


def test_until_both_leads_have_accepted_the_successor_the_one_who_sits_goes_on(table: Table, rosa: Actor) -> None:
    propose(table, table.union_lead, rosa)
    accept(table, table.company_lead, rosa)

    write(table, table.facilitator, Room.FACILITATION, SECRET)
    with pytest.raises(NotFound):
        reads(table, rosa, Room.FACILITATION)
    with pytest.raises(Unfit):
        release(table, table.company_lead)


def test_one_successor_is_proposed_at_a_time(table: Table, rosa: Actor) -> None:
    third = table.house.person("Ivo Reis", "ivo@ilo.example", roles=frozenset({StaffRole.FACILITATOR}))
    table.house.list_staff(table.coordinator, third)
    propose(table, table.coordinator, rosa)

    with pytest.raises(Unfit):
        propose(table, table.company_lead, third)
    for lead in (table.company_lead, table.union_lead):
        accept(table, lead, rosa)
    with pytest.raises(Unfit):
        propose(table, table.company_lead, third)


def test_a_successor_reads_the_notes_once_they_are_handed_over_and_never_before(table: Table, rosa: Actor) -> None:
    write(table, table.facilitator, Room.FACILITATION, SECRET)
    succeed(table, rosa)
    assert reads(table, rosa, Room.FACILITATION) == [Trouble.LOCKED]
    with pytest.raises(Forbidden), table.writing(rosa) as work:
        history.grant(work, table.case_id, rosa.account_id, Room.FACILITATION)

    assert hand_over(table, "The union's lead prefers mornings.")
    leave(table)

    assert reads(table, rosa, Room.FACILITATION) == ["The union's lead prefers mornings.", SECRET]


def test_nobody_leaves_with_the_notes_unless_the_page_said_so_and_it_was_confirmed(table: Table, rosa: Actor) -> None:
    write(table, table.facilitator, Room.FACILITATION, SECRET)
    with table.reading(table.facilitator) as work:
        place = table.seats[table.facilitator.account_id]
        told = facilitators.look_before_leaving(work, table.case_id, place, Act.FACILITATOR_LEAVE)
    assert (told.notes, told.given_up, told.successors) == (1, 1, ())

    with pytest.raises(Unfit) as refused:
        leave(table)
    assert refused.value.reason == "notes_given_up"
    leave(table, gives_up=True)

    succeed(table, rosa)
    assert reads(table, rosa, Room.FACILITATION) == [Trouble.LOCKED]


def test_who_has_noted_nothing_leaves_at_once(table: Table) -> None:
    leave(table)

    with pytest.raises(NotFound), table.reading(table.facilitator) as work:
        facilitators.index(work, table.case_id)


def test_a_lead_ends_the_seat_of_who_is_ill_once_a_successor_sits(table: Table, rosa: Actor) -> None:
    write(table, table.facilitator, Room.FACILITATION, SECRET)
    succeed(table, rosa)

    with pytest.raises(Unfit):
        release(table, table.union_lead)
    with pytest.raises(Forbidden):
        release(table, table.union_delegate, gives_up=True)
    release(table, table.union_lead, gives_up=True)

    with pytest.raises(NotFound), table.reading(table.facilitator) as work:
        facilitators.index(work, table.case_id)
    with table.reading(table.company_lead) as work:
        page = facilitators.index(work, table.case_id)
    assert (page.left, [one.name for one in page.proposed]) == (("Farid Lindqvist",), ["Rosa Abe"])


def test_a_successor_cannot_be_thrown_out_by_one_lead(table: Table, rosa: Actor) -> None:
    succeed(table, rosa)

    with pytest.raises(Unfit), table.writing(table.company_lead) as work:
        facilitators.release(work, table.case_id, table.seats[rosa.account_id], gives_up=True)


@pytest.mark.parametrize("room", [Room.JOINT, Room.UNION_CAUCUS, Room.FACILITATION])
def test_the_keys_turn_when_the_old_one_is_gone(table: Table, rosa: Actor, room: Room) -> None:
    write(table, table.facilitator, room, SECRET)
    succeed(table, rosa)
    hand_over(table)
    thief = Thief(table.instance.store)
    thief.copy()
    assert SECRET.encode() in b" ".join(thief.opens(table.facilitator.bundle).values())

    leave(table)
    with table.instance.store.session(writes=False) as session:
        assert list(wraps_for(session, table.case_id, room, table.facilitator.account_id)) == []
        before = newest_epoch(session, table.case_id, room)
    write(table, rosa, room, AFTERWARDS)
    thief.copy()

    assert AFTERWARDS.encode() not in b" ".join(thief.opens(table.facilitator.bundle).values())
    with table.instance.store.session(writes=False) as session:
        after = newest_epoch(session, table.case_id, room)
    assert before is not None and after is not None and after.epoch > before.epoch


def test_of_the_past_a_successor_gets_what_its_owners_allow(table: Table, rosa: Actor) -> None:
    for room in (Room.JOINT, Room.COMPANY_CAUCUS, Room.UNION_CAUCUS):
        writer = table.company_lead if room is not Room.UNION_CAUCUS else table.union_lead
        write(table, writer, room, SECRET)
    succeed(table, rosa)
    assert hand_over(table)
    with table.writing(table.union_lead) as work:
        history.grant(work, table.case_id, rosa.account_id, Room.UNION_CAUCUS)
    leave(table)

    assert reads(table, rosa, Room.UNION_CAUCUS) == [SECRET]
    assert reads(table, rosa, Room.COMPANY_CAUCUS) == [Trouble.LOCKED]
    assert reads(table, rosa, Room.JOINT) == [Trouble.LOCKED]
    for room in PARTY_ROOMS.values():
        with pytest.raises(NotFound):
            reads(table, rosa, room)


def test_meanwhile_everything_goes_on_that_needs_no_facilitation(table: Table) -> None:
    item = on_the_table.admitted(table)
    leave(table)

    on_the_table.word(table, table.company_lead, item)
    for lead in (table.company_lead, table.union_lead):
        on_the_table.stand(table, lead, item, Stance.AGREE)
    for party in Party:
        write(table, table.lead_of(party), CAUCUS_OF[party], "Among ourselves.")
    assert on_the_table.look(table, table.union_lead, item).positions.keys() == set(Party)


def test_who_is_proposed_and_has_no_time_says_so(table: Table, rosa: Actor) -> None:
    propose(table, table.coordinator, rosa)
    with table.writing(rosa) as work:
        facilitators.leave(work, table.case_id)

    with table.reading(table.union_lead) as work:
        page = facilitators.index(work, table.case_id)
    assert [one.name for one in page.proposed] == ["Farid Lindqvist"]
    assert page.declined == ("Rosa Abe",)


@pytest.mark.parametrize("signer", [lambda table, _: table.facilitator, lambda _, rosa: rosa])
def test_a_hostile_writer_cannot_hand_the_notes_over(
    table: Table, rosa: Actor, signer: Callable[[Table, Actor], Actor]
) -> None:
    """A hint that a successor waits opens nothing, and a statement that nobody rightful has signed is an alarm."""
    write(table, table.facilitator, Room.FACILITATION, SECRET)
    succeed(table, rosa)
    hostile = Hostile(table.instance.store, rosa, table.house.now)
    hostile.write(hostile.due(table.case_id, Room.FACILITATION))
    with table.reading(table.facilitator) as work:
        notes.index(work, table.case_id, Room.FACILITATION)
    assert reads(table, rosa, Room.FACILITATION) == [Trouble.LOCKED]

    hostile.say(
        table.case_id,
        StatementKind.GRANT_HISTORY,
        rosa,
        None,
        Role.FACILITATOR,
        room=Room.FACILITATION,
        signer=signer(table, rosa),
    )
    with pytest.raises(KeyAlarm), table.reading(table.facilitator) as work:
        notes.index(work, table.case_id, Room.FACILITATION)
    thief = Thief(table.instance.store)
    thief.copy()
    assert SECRET.encode() not in b" ".join(thief.opens(rosa.bundle).values())


def test_the_record_holds_after_all_of_it(table: Table, rosa: Actor) -> None:
    write(table, table.facilitator, Room.FACILITATION, SECRET)
    succeed(table, rosa)
    hand_over(table)
    leave(table)

    assert all(found.bad is None for found in audit.verify(table.instance))
