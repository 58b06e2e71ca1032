"""A facilitator falls ill: the dialogue goes on, a successor walks the same path, and the old keys open nothing new."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dialogue.domain.acts import Act
from dialogue.domain.people import Room, StaffRole
from dialogue.domain.positions import Consensus, Stance
from dialogue.domain.waiting import TaskKind
from dialogue.errors import NotFound, Unfit
from dialogue.services import audit, facilitators, history, jointacts, notes, waiting
from dialogue.services.rooms import Trouble
from dialogue.services.unit import Actor
from tests import on_the_table
from tests.builders import Table
from tests.thief import Thief

NOTED = "The company would move if the union spoke first."
IN_CAUCUS = "Our floor is two per cent."
HAND_OVER = "Begin with the canteen."
NEW = "What only Rosa is told."
ROOMS = (Room.JOINT, Room.UNION_CAUCUS, Room.COMPANY_CAUCUS, Room.FACILITATION)


def write(table: Table, person: Actor, room: Room, words: str) -> None:
    with table.writing(person) as work:
        notes.write(work, table.case_id, room, title=words, body=words)


def reads(table: Table, person: Actor, room: Room) -> list[str]:
    with table.reading(person) as work:
        return [note.trouble or note.beginning for note in notes.index(work, table.case_id, room).notes]


def kinds(table: Table, person: Actor) -> set[TaskKind]:
    with table.reading(person) as work:
        return {found.task.kind for found in waiting.for_me(work)}


def walk(table: Table, rosa: Actor) -> None:
    """Proposed by a party, interests declared, accepted by each lead for itself, the terms accepted."""
    with table.writing(table.union_lead) as work:
        place = facilitators.propose(work, table.case_id, rosa.account_id)
    table.seats[rosa.account_id] = place
    for lead in (table.company_lead, table.union_lead):
        with pytest.raises(Unfit), table.writing(lead) as work:
            facilitators.accept(work, table.case_id, place)
    with table.writing(rosa) as work:
        facilitators.declare(work, table.case_id, interests="I taught at the union's school in 2019.")
    with table.writing(table.company_lead) as work:
        facilitators.accept(work, table.case_id, place)
    with table.reading(table.union_lead) as work:
        assert facilitators.index(work, table.case_id).proposed[-1].accepted_by == frozenset()
    with table.writing(table.union_lead) as work:
        facilitators.accept(work, table.case_id, place)
    table.accept_terms(rosa)


def hands_over(table: Table) -> None:
    """The old facilitator is well enough to hand over and leaves himself."""
    assert TaskKind.HAND_OVER in kinds(table, table.facilitator)
    with table.writing(table.facilitator) as work:
        assert facilitators.hand_over(work, table.case_id, title="Hand-over", words=HAND_OVER)
    with table.writing(table.facilitator) as work:
        facilitators.leave(work, table.case_id)


def is_too_ill(table: Table) -> None:
    """Nobody hands over: a lead ends the seat and confirms what is lost with it."""
    place = table.seats[table.facilitator.account_id]
    with table.reading(table.company_lead) as work:
        told = facilitators.look_before_leaving(work, table.case_id, place, Act.FACILITATOR_RELEASE)
    assert (told.notes, told.given_up) == (1, 1)
    with pytest.raises(Unfit), table.writing(table.company_lead) as work:
        facilitators.release(work, table.case_id, place)
    with table.writing(table.company_lead) as work:
        facilitators.release(work, table.case_id, place, gives_up=True)


@pytest.mark.parametrize(
    ("departs", "left_to_read"),
    [(hands_over, [HAND_OVER, NOTED]), (is_too_ill, [Trouble.LOCKED])],
)
def test_a_facilitator_is_replaced(table: Table, departs: Callable[[Table], None], left_to_read: list[str]) -> None:
    rosa = table.house.person("Rosa Abe", "rosa@ilo.example", roles=frozenset({StaffRole.FACILITATOR}))
    table.house.list_staff(table.coordinator, rosa)
    write(table, table.facilitator, Room.FACILITATION, NOTED)
    write(table, table.union_lead, Room.UNION_CAUCUS, IN_CAUCUS)
    item = on_the_table.admitted(table)

    walk(table, rosa)
    on_the_table.word(table, table.company_lead, item)
    departs(table)

    # The old one is out at once, everywhere, and opens nothing that is written from now on.
    with pytest.raises(NotFound), table.reading(table.facilitator) as work:
        facilitators.index(work, table.case_id)
    for room in ROOMS:
        write(table, rosa, room, NEW)
    on_the_table.word(table, rosa, item, "Rosa's wording.")
    thief = Thief(table.instance.store)
    thief.copy()
    opened = b" ".join(thief.opens(table.facilitator.bundle).values())
    for words in (NEW, "Rosa's wording."):
        assert words.encode() not in opened

    # The new one has the table, and of the past what its owners allow.
    assert reads(table, rosa, Room.FACILITATION) == [NEW, *left_to_read]
    assert reads(table, rosa, Room.UNION_CAUCUS) == [NEW, Trouble.LOCKED]
    with table.writing(table.union_lead) as work:
        history.grant(work, table.case_id, rosa.account_id, Room.UNION_CAUCUS)
    assert reads(table, rosa, Room.UNION_CAUCUS) == [NEW, IN_CAUCUS]
    with table.writing(rosa) as work:
        joint = jointacts.propose(work, table.case_id, Act.HISTORY_GRANT, about=rosa.account_id, room=Room.JOINT)
    with table.writing(table.union_lead) as work:
        assert not jointacts.confirm(work, table.case_id, joint)

    # And the dialogue goes on: both leads agree on her wording.
    for lead in (table.company_lead, table.union_lead):
        found = on_the_table.stand(table, lead, item, Stance.AGREE)
    assert found is Consensus.AGREED
    with table.reading(table.coordinator) as work:
        page = facilitators.index(work, table.case_id)
    assert (page.left, [one.name for one in page.proposed]) == (("Farid Lindqvist",), ["Rosa Abe"])
    assert all(checked.bad is None for checked in audit.verify(table.instance))
