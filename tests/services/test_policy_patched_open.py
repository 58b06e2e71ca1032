"""With every right granted to everybody, what a room holds is still read by nobody without the room's key."""

from dataclasses import asdict

import pytest
from sqlalchemy import select

from dialogue.domain import policy
from dialogue.domain.people import NOTE_ROOMS, Room, StaffRole
from dialogue.errors import Refusal
from dialogue.services import notes
from dialogue.store.notes import Note
from dialogue.store.rooms import RoomEpoch

CANARY = "canary: our floor is two per cent"
CLOSED = {
    "company_lead": {Room.UNION, Room.UNION_CAUCUS, Room.FACILITATION},
    "company_delegate": {Room.UNION, Room.UNION_CAUCUS, Room.FACILITATION},
    "union_lead": {Room.COMPANY, Room.COMPANY_CAUCUS, Room.FACILITATION},
    "facilitator": {Room.COMPANY, Room.UNION},
    "coordinator": set(NOTE_ROOMS),
    "administrator": set(NOTE_ROOMS),
    "outsider": set(NOTE_ROOMS),
}
WRITER = {
    Room.JOINT: "union_lead",
    Room.COMPANY: "company_lead",
    Room.UNION: "union_lead",
    Room.COMPANY_CAUCUS: "company_lead",
    Room.UNION_CAUCUS: "union_lead",
    Room.FACILITATION: "facilitator",
}


@pytest.fixture
def spoken(table):
    """A note with two revisions lies in every room."""
    for room, writer in WRITER.items():
        person = getattr(table, writer)
        with table.writing(person) as work:
            note_id = notes.write(work, table.case_id, room, title=CANARY, body=CANARY)
        with table.writing(person) as work:
            notes.revise(work, table.case_id, note_id, title=CANARY, body=CANARY, seen_revision=1)
    return table


@pytest.fixture
def everything_allowed(monkeypatch):
    monkeypatch.setattr(policy, "RULES", dict.fromkeys(policy.RULES, policy.anyone))


@pytest.fixture
def every_room_thought_open(monkeypatch, everything_allowed):
    """Not only the policy is gone: the service also believes that everybody hears every room."""
    monkeypatch.setattr(notes, "rooms_with_notes", lambda _seat: frozenset(NOTE_ROOMS))


def person_called(table, name):
    if name == "administrator":
        return table.house.person("Ada Admin", "ada@ilo.example", roles=frozenset({StaffRole.ADMINISTRATOR}))
    return getattr(table, name)


def everything_that_reaches(table, person, rooms, *, keys=None):
    """Every word that any service of the notes gives this person about those rooms."""
    heard = []
    with table.house.reading(None) as work:
        found = [(note.id, note.room) for note in work.session.scalars(select(Note))]
    attempts = [lambda work, room=room: notes.index(work, table.case_id, room) for room in rooms]
    for note_id, room in found:
        if room in rooms:
            attempts += [
                lambda work, note_id=note_id: notes.show(work, table.case_id, note_id),
                lambda work, note_id=note_id: notes.show(work, table.case_id, note_id, revision=1),
                lambda work, note_id=note_id: notes.compare_revisions(work, table.case_id, note_id, older=1, newer=2),
            ]
    for attempt in attempts:
        try:
            with table.reading(person) as work:
                work.keys.update(keys or {})
                heard.append(str(asdict(attempt(work))))
        except Refusal as refusal:
            heard.append(str(refusal))
    return "\n".join(heard)


@pytest.mark.parametrize("name", CLOSED)
def test_with_every_right_granted_nobody_reads_a_room_of_others(spoken, everything_allowed, name):
    person = person_called(spoken, name)

    heard = everything_that_reaches(spoken, person, CLOSED[name])
    assert CANARY not in heard
    assert "trouble" not in heard


@pytest.mark.parametrize("name", CLOSED)
def test_with_every_room_thought_open_the_keys_still_keep_it_closed(spoken, every_room_thought_open, name):
    person = person_called(spoken, name)

    heard = everything_that_reaches(spoken, person, CLOSED[name])
    assert CANARY not in heard
    if name not in {"outsider", "administrator"}:
        assert "LOCKED" in heard


def test_the_same_attempts_do_read_a_room_by_its_key(spoken, every_room_thought_open):
    """The control: handed the union's keys, the company's session reads, so that nothing but the keys held it off."""
    keys = {}
    with spoken.reading(spoken.union_lead) as work:
        notes.index(work, spoken.case_id, Room.UNION)
        keys.update(work.keys)
    assert any(room is Room.UNION for _, room, _ in keys)

    assert CANARY in everything_that_reaches(spoken, spoken.company_lead, {Room.UNION}, keys=keys)
    assert CANARY in everything_that_reaches(spoken, spoken.union_lead, {Room.UNION})


@pytest.mark.parametrize("name", ["company_lead", "coordinator"])
def test_with_every_right_granted_nobody_writes_into_a_room_of_others(spoken, every_room_thought_open, name):
    person = person_called(spoken, name)
    with spoken.house.reading(None) as work:
        epochs = work.session.scalars(select(RoomEpoch.epoch).where(RoomEpoch.room == Room.UNION)).all()

    with pytest.raises(Refusal), spoken.writing(person) as work:
        notes.write(work, spoken.case_id, Room.UNION, title="From elsewhere", body="x")
    with spoken.house.reading(None) as work:
        assert work.session.scalars(select(RoomEpoch.epoch).where(RoomEpoch.room == Room.UNION)).all() == epochs
