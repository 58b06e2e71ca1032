"""Somebody joins a dialogue under way: what is on the table at once, the past where its owners open it."""

from __future__ import annotations

import pytest

from dialogue.domain.acts import Act
from dialogue.domain.people import Party, Role, Room
from dialogue.domain.positions import Stance
from dialogue.errors import NotBound, NotFound
from dialogue.services import agenda, audit, history, inquiries, jointacts, notes, participants, terms
from dialogue.services.rooms import Trouble
from dialogue.services.unit import Actor
from tests import on_the_table
from tests.builders import Table
from tests.thief import Thief

BEFORE = "Said before Nora came."
AFTER = "Said when Nora was there."


def write(table: Table, person: Actor, room: Room, words: str) -> None:
    with table.writing(person) as work:
        notes.write(work, table.case_id, room, title=words, body=words)


def reads(table: Table, person: Actor, room: Room) -> list[str]:
    with table.reading(person) as work:
        return [note.trouble or note.beginning for note in notes.index(work, table.case_id, room).notes]


def test_a_late_joiner_from_the_list_to_the_past(table: Table) -> None:
    # The dialogue is under way: notes in three rooms, an item with a wording and a position.
    write(table, table.company_lead, Room.JOINT, BEFORE)
    write(table, table.union_lead, Room.UNION, BEFORE)
    write(table, table.union_lead, Room.UNION_CAUCUS, BEFORE)
    item = on_the_table.admitted(table)
    on_the_table.word(table, table.company_lead, item, "An older wording that was replaced.")
    on_the_table.word(table, table.company_lead, item)
    on_the_table.stand(table, table.company_lead, item, Stance.AGREE)

    # The union lists Nora; until somebody has signed for her key she knows of nothing but who will call.
    nora = table.house.person("Nora Ito", "nora@union.example", organisation="Sindicato Textil")
    with table.writing(table.union_lead) as work:
        place = participants.add(
            work, table.case_id, role=Role.DELEGATE, name="Nora Ito", function="Steward", email="nora@union.example"
        )
    table.attach(place, nora)
    with table.reading(nora) as work:
        assert {one.name for one in participants.index(work, table.case_id).people} == {"Nora Ito", "Ana Rojas"}

    # Her own lead signs; the other side asks, hears, and accepts. Meanwhile nobody waits for her.
    table.state(table.union_lead, nora)
    with table.writing(table.company_lead) as work:
        inquiry = inquiries.ask(work, table.case_id, place, words="Is she from the plant?")
    with table.writing(table.union_lead) as work:
        inquiries.answer(work, table.case_id, inquiry, words="From the cutting hall.")
    write(table, table.company_lead, Room.JOINT, "Meanwhile")
    table.accept(table.company_lead, nora)

    # Her own side's room is open from now on; the shared ones once she has undertaken.
    write(table, table.union_lead, Room.UNION, AFTER)
    assert reads(table, nora, Room.UNION) == [AFTER, Trouble.LOCKED]
    with pytest.raises(NotFound):
        reads(table, nora, Room.JOINT)
    with table.reading(nora) as work, pytest.raises(NotBound):
        agenda.board(work, table.case_id)
    with table.reading(table.company_lead) as work:
        assert terms.show(work, table.case_id).missing == ()
    table.accept_terms(nora)

    # What is on the table, after somebody who holds the keys was there; nothing that was written before.
    with table.reading(table.company_delegate) as work:
        agenda.board(work, table.case_id)
    found = on_the_table.look(table, nora, item)
    assert found.wording is not None
    assert (found.title, found.wording.text) == ("Night shifts", on_the_table.WORDS)
    assert found.positions[Party.COMPANY].stance is Stance.AGREE
    assert reads(table, nora, Room.JOINT) == [Trouble.LOCKED, Trouble.LOCKED]
    thief = Thief(table.instance.store)
    thief.copy()
    opened = b" ".join(thief.opens(nora.bundle).values())
    assert AFTER.encode() in opened
    for closed in (BEFORE, "An older wording", "Is she from the plant?"):
        assert closed.encode() not in opened

    # The past of the joint room by a joint act, of the union's own room by its lead alone, of the caucus by nobody.
    with table.writing(table.union_lead) as work:
        joint = jointacts.propose(work, table.case_id, Act.HISTORY_GRANT, about=nora.account_id, room=Room.JOINT)
    assert reads(table, nora, Room.JOINT) == [Trouble.LOCKED, Trouble.LOCKED]
    with table.writing(table.company_lead) as work:
        assert jointacts.confirm(work, table.case_id, joint)
    with table.writing(table.union_lead) as work:
        history.grant(work, table.case_id, nora.account_id, Room.UNION)
    assert reads(table, nora, Room.JOINT) == ["Meanwhile", BEFORE]
    assert reads(table, nora, Room.UNION) == [AFTER, BEFORE]
    assert reads(table, nora, Room.UNION_CAUCUS) == [Trouble.LOCKED]

    # She takes part, and the record of every room holds.
    write(table, nora, Room.JOINT, "I am here now.")
    assert reads(table, table.company_lead, Room.JOINT)[0] == "I am here now."
    assert all(checked.bad is None for checked in audit.verify(table.instance))
