"""Who comes later opens nothing from before but what is on the table, and all of a room whose past was granted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from dialogue.domain.acts import Act
from dialogue.domain.people import ALWAYS_WITH_HISTORY, NOTE_ROOMS, Party, Role, Room, StaffRole
from dialogue.domain.positions import Stance
from dialogue.domain.seats import Standing
from dialogue.services import due, facilitators, history, jointacts, notes, participants
from dialogue.services.admission import admit
from dialogue.services.unit import Actor
from dialogue.store.participants import ParticipantState, find_participant
from tests.builders import Table
from tests.on_the_table import admitted, stand, word
from tests.thief import SealedAt, Thief

WRITES_IN = {
    Room.JOINT: "union_lead",
    Room.COMPANY: "company_lead",
    Room.UNION: "union_lead",
    Room.COMPANY_CAUCUS: "company_lead",
    Room.UNION_CAUCUS: "facilitator",
    Room.FACILITATION: "facilitator",
}
ON_THE_TABLE = {"Item as it stands", "Wording as it stands", "Position as it stands"}
TAKEN_FROM_THE_TABLE = {"Wording that was answered", "Position on it"}


def earlier(room: Room) -> set[str]:
    return {f"{what} in «{room.value}»" for what in ("First words", "Revised words")}


def spoken_before(room: Room) -> set[str]:
    return earlier(room) | (TAKEN_FROM_THE_TABLE if room is Room.JOINT else set())


EVERYTHING = ON_THE_TABLE.union(*(spoken_before(room) for room in NOTE_ROOMS))


def speak(table: Table) -> None:
    """Something is said in every room and revised, and the joint table is laid."""
    for room, name in WRITES_IN.items():
        first, revised = sorted(earlier(room))
        with table.writing(getattr(table, name)) as work:
            note = notes.write(work, table.case_id, room, title=first, body=first)
        with table.writing(getattr(table, name)) as work:
            notes.revise(work, table.case_id, note, title=revised, body=revised, seen_revision=1)
    item = admitted(table, "Item as it stands")
    word(table, table.company_lead, item, "Wording that was answered")
    stand(table, table.union_lead, item, Stance.NEEDS_WORK, reason="Position on it")
    word(table, table.union_lead, item, "Wording as it stands")
    stand(table, table.company_lead, item, Stance.NEEDS_WORK, reason="Position as it stands")


def delegate(table: Table) -> Actor:
    person = table.house.person("Nora Ito", "nora@union.example")
    table.seat(person, Party.UNION)
    return person


def deputy(table: Table) -> Actor:
    person = table.house.person("Paul Kern", "paul@brand.example")
    table.seat(person, Party.COMPANY, Role.DEPUTY)
    return person


def facilitator(table: Table) -> Actor:
    """There is one at a time: the first one has gone, and his own room's past with him."""
    with table.writing(table.company_lead) as work:
        case, _ = admit(work, table.case_id, Act.PARTICIPANT_REMOVE)
        row = find_participant(work.session, table.case_id, table.seats[table.facilitator.account_id])
        assert row is not None
        participants.take_away(work, case, row, ParticipantState.REMOVED)
    person = table.house.person("Gus Lind", "gus@ilo.example", roles=frozenset({StaffRole.FACILITATOR}))
    table.house.list_staff(table.coordinator, person)
    with table.writing(table.coordinator) as work:
        proposed = facilitators.propose(work, table.case_id, person.account_id)
    with table.writing(person) as work:
        facilitators.declare(work, table.case_id, interests="None.")
    for lead in (table.company_lead, table.union_lead):
        with table.writing(lead) as work:
            facilitators.accept(work, table.case_id, proposed)
    return person


COMES: dict[str, tuple[Callable[[Table], Actor], str, tuple[Room, ...]]] = {
    "delegate": (delegate, "union_delegate", (Room.JOINT, Room.UNION, Room.UNION_CAUCUS)),
    "deputy": (deputy, "company_delegate", (Room.JOINT, Room.COMPANY, Room.COMPANY_CAUCUS)),
    "facilitator": (
        facilitator,
        "facilitator",
        (Room.JOINT, Room.COMPANY_CAUCUS, Room.UNION_CAUCUS),
    ),
}


@dataclass
class Newcomer:
    """Somebody who came after all that was said, and what a thief with his keys can do.

    longest_there   heard the same rooms from the beginning
    hears           the rooms whose past can be granted to him
    told_before     where each record stands that was sealed before he came
    """

    table: Table
    actor: Actor
    longest_there: Actor
    hears: tuple[Room, ...]
    thief: Thief
    told_before: set[SealedAt]

    def opens(self) -> set[str]:
        """Which of the words from before."""
        self.everybody_visits()
        self.thief.copy()
        read = b" ".join(self.thief.opens(self.actor.bundle).values()).decode()
        return {words for words in EVERYTHING if words in read}

    def everybody_visits(self) -> None:
        """Whoever holds something gives what others wait for and are entitled to."""
        for name in ("company_lead", "union_lead", "company_delegate", "union_delegate"):
            with self.table.reading(getattr(self.table, name)) as work:
                jointacts.index(work, self.table.case_id)

    def grant(self, room: Room) -> None:
        if history.is_shared(room):
            with self.table.writing(self.table.company_lead) as work:
                joint = jointacts.propose(
                    work, self.table.case_id, Act.HISTORY_GRANT, about=self.actor.account_id, room=room
                )
            with self.table.writing(self.table.union_lead) as work:
                jointacts.confirm(work, self.table.case_id, joint)
            return
        party = Party.COMPANY if room in {Room.COMPANY, Room.COMPANY_CAUCUS} else Party.UNION
        with self.table.writing(self.table.lead_of(party)) as work:
            history.grant(work, self.table.case_id, self.actor.account_id, room)

    def keys(self, of: Actor) -> set[tuple[Room, int, bytes]]:
        return {(room, key.epoch, key.secret) for _, room, key in self.thief.keys(of.bundle) if room in self.hears}


@pytest.fixture
def comes(table: Table) -> Callable[[str], Newcomer]:
    def come(who: str) -> Newcomer:
        speak(table)
        thief = Thief(table.instance.store)
        thief.copy()
        arrive, other, rooms = COMES[who]
        told = {where for where, _ in thief.records}
        person = arrive(table)
        newcomer = Newcomer(table, person, getattr(table, other), rooms, thief, told)
        newcomer.everybody_visits()
        table.accept_terms(person)
        return newcomer

    return come


def leaks(newcomer: Newcomer) -> set[str]:
    """What he opens of the time before him although nobody has granted it: words, and whatever else was sealed."""
    words = newcomer.opens() - ON_THE_TABLE
    on_the_table = {"agenda_items", "wordings", "positions"}
    others = {
        f"{table} in {room.value}"
        for (where, _), room in newcomer.thief.rooms(newcomer.actor.bundle).items()
        for table in [where[0]]
        if where in newcomer.told_before and room not in ALWAYS_WITH_HISTORY and table not in on_the_table
    }
    return words | others


@pytest.mark.parametrize("who", COMES)
def test_from_now_on_a_newcomer_opens_what_is_on_the_table_and_nothing_else_from_before(
    comes: Callable[[str], Newcomer], who: str
) -> None:
    newcomer = comes(who)

    assert newcomer.opens() == ON_THE_TABLE
    assert leaks(newcomer) == set()


@pytest.mark.parametrize("who", COMES)
def test_with_the_past_of_a_room_a_newcomer_opens_all_of_it_and_of_no_other(
    comes: Callable[[str], Newcomer], who: str
) -> None:
    newcomer = comes(who)
    expected = set(ON_THE_TABLE)
    for room in newcomer.hears:
        newcomer.grant(room)
        expected |= spoken_before(room)
        assert newcomer.opens() == expected, room

    assert newcomer.keys(newcomer.actor) >= newcomer.keys(newcomer.longest_there) != set()


def test_where_every_past_counts_as_granted_the_same_look_finds_it(
    comes: Callable[[str], Newcomer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Standing, "may_have_history", lambda _standing, _room: True)
    newcomer = comes("delegate")

    assert leaks(newcomer) >= spoken_before(Room.JOINT) | spoken_before(Room.UNION) | spoken_before(Room.UNION_CAUCUS)


def test_where_nobody_lays_the_table_the_same_look_misses_it(
    comes: Callable[[str], Newcomer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due, "_lay_the_table", lambda *_: True)

    assert comes("delegate").opens() == set()
