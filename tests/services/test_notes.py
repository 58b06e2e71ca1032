"""Notes: heard by the room, paged by key, revised without anything being lost."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text

from dialogue.crypto import sealing
from dialogue.domain.acts import Act
from dialogue.domain.people import Party, Role, Room
from dialogue.errors import Forbidden, IllegalTransition, NotFound, OutOfDate, Unfit
from dialogue.services import cases, notes
from dialogue.services.rooms import Trouble
from dialogue.store.notes import Note, NoteRevision
from tests.on_the_table import statements_of

FLOOR = "Our floor is two per cent."


def wrote(table, actor, room, title="Before the meeting", body=FLOOR):
    with table.writing(actor) as work:
        return notes.write(work, table.case_id, room, title=title, body=body)


def seen(table, actor, room, before=None):
    with table.reading(actor) as work:
        return notes.index(work, table.case_id, room, before)


def opened(table, actor, note_id, **kwargs):
    with table.reading(actor) as work:
        return notes.show(work, table.case_id, note_id, **kwargs)


def revised(table, actor, note_id, seen_revision, title="After the meeting", body="Our floor is three per cent."):
    with table.writing(actor) as work:
        notes.revise(work, table.case_id, note_id, title=title, body=body, seen_revision=seen_revision)


# Who hears what

LISTENERS = {
    Room.JOINT: {"company_lead", "company_delegate", "union_lead", "union_delegate", "facilitator"},
    Room.COMPANY: {"company_lead", "company_delegate"},
    Room.UNION: {"union_lead", "union_delegate"},
    Room.COMPANY_CAUCUS: {"company_lead", "company_delegate", "facilitator"},
    Room.UNION_CAUCUS: {"union_lead", "union_delegate", "facilitator"},
    Room.FACILITATION: {"facilitator"},
}
EVERYBODY = LISTENERS[Room.JOINT] | {"coordinator", "outsider"}


@pytest.mark.parametrize("room", LISTENERS)
def test_a_note_is_heard_by_its_room_and_by_nobody_else(table, room):
    writer = sorted(LISTENERS[room])[0]
    note_id = wrote(table, getattr(table, writer), room)

    for name in EVERYBODY:
        person = getattr(table, name)
        if name in LISTENERS[room]:
            assert [note.beginning for note in seen(table, person, room).notes] == [FLOOR]
            assert opened(table, person, note_id).body == FLOOR
            continue
        with pytest.raises(NotFound):
            seen(table, person, room)
        with pytest.raises(NotFound):
            opened(table, person, note_id)
        with pytest.raises(NotFound):
            wrote(table, person, room)
        with pytest.raises(NotFound):
            revised(table, person, note_id, 1)


def test_a_note_of_another_room_looks_like_one_that_is_not_there(table, store):
    note_id = wrote(table, table.union_lead, Room.UNION)
    said = []
    for wanted in (note_id, table.case_id):
        with statements_of(store) as sent, pytest.raises(NotFound):
            opened(table, table.company_lead, wanted)
        with table.reading(table.company_lead) as work:
            entries = "SELECT chain, act, object_id FROM record_entries ORDER BY at DESC, seq DESC LIMIT 1"
            said.append((sent, work.session.execute(text(entries)).one()))

    assert said[0] == said[1]


def test_rooms_that_hold_no_notes_are_not_found(table):
    for room in set(Room) - set(LISTENERS):
        with pytest.raises(NotFound):
            seen(table, table.company_lead, room)
        with pytest.raises(NotFound):
            wrote(table, table.company_lead, room)


def test_there_is_no_caucus_where_no_facilitation_was_asked(unfacilitated):
    for room in (Room.COMPANY_CAUCUS, Room.FACILITATION):
        with pytest.raises(NotFound):
            seen(unfacilitated, unfacilitated.company_lead, room)
    wrote(unfacilitated, unfacilitated.company_lead, Room.COMPANY)


def test_a_partys_own_room_is_open_from_the_draft_on(drafted):
    wrote(drafted, drafted.company_lead, Room.COMPANY)

    assert len(seen(drafted, drafted.company_lead, Room.COMPANY).notes) == 1
    with pytest.raises(NotFound):
        seen(drafted, drafted.company_lead, Room.JOINT)


def test_what_is_there_stays_readable_after_a_party_has_left_and_nothing_new_is_said_to_the_other(table):
    wrote(table, table.company_lead, Room.JOINT)
    with table.writing(table.union_lead) as work:
        cases.leave(work, table.case_id)

    shown = seen(table, table.company_lead, Room.JOINT)
    assert shown.notes[0].beginning == FLOOR
    assert Act.NOTE_WRITE not in shown.may
    with pytest.raises(IllegalTransition):
        wrote(table, table.company_lead, Room.JOINT)
    wrote(table, table.company_lead, Room.COMPANY)


# Paging and cost


def test_a_room_is_paged_by_key_newest_first(table):
    titles = [f"Note {number}" for number in range(notes.PAGE + 3)]
    for title in titles:
        wrote(table, table.union_lead, Room.UNION, title=title)

    first = seen(table, table.union_delegate, Room.UNION)
    wrote(table, table.union_lead, Room.UNION, title="Written meanwhile")
    second = seen(table, table.union_delegate, Room.UNION, first.older)

    assert [note.title for note in first.notes] == titles[:2:-1]
    assert [note.title for note in second.notes] == titles[2::-1]
    assert second.older is None


def test_notes_of_the_same_moment_are_neither_lost_nor_shown_twice(table):
    with table.writing(table.union_lead) as work:
        made = {notes.write(work, table.case_id, Room.UNION, title="Together", body="x") for _ in range(notes.PAGE + 5)}

    first = seen(table, table.union_lead, Room.UNION)
    second = seen(table, table.union_lead, Room.UNION, first.older)

    assert [len(first.notes), len(second.notes)] == [notes.PAGE, 5]
    assert {note.id for note in first.notes + second.notes} == made


def test_the_key_of_a_page_is_a_note_of_that_room(table):
    elsewhere = wrote(table, table.union_lead, Room.JOINT)
    wrote(table, table.union_lead, Room.UNION)

    with pytest.raises(NotFound):
        seen(table, table.union_lead, Room.UNION, elsewhere)


def test_opening_a_room_asks_and_opens_the_same_with_two_notes_and_with_two_hundred(table, store, monkeypatch):
    unsealed = []
    real = sealing.unseal
    monkeypatch.setattr(sealing, "unseal", lambda *told: unsealed.append(told[2].table) or real(*told))

    def cost(room, count):
        with table.writing(table.company_lead) as work:
            for number in range(count):
                notes.write(work, table.case_id, room, title=f"Note {number}", body="x")
        seen(table, table.company_delegate, room)
        unsealed.clear()
        with statements_of(store) as sent:
            seen(table, table.company_delegate, room)
        return len(sent), unsealed.count("note_revisions")

    few, opened_of_few = cost(Room.COMPANY, 2)
    many, opened_of_many = cost(Room.COMPANY_CAUCUS, 200)
    assert few == many
    assert (opened_of_few, opened_of_many) == (2, 50)


def test_a_long_note_is_shown_in_a_list_by_its_beginning(table):
    wrote(table, table.union_lead, Room.UNION, body="First paragraph.\n\n" + "word " * 1000)

    shown = seen(table, table.union_lead, Room.UNION).notes[0]
    assert shown.beginning == "First paragraph."
    assert shown.is_cut


def test_a_reading_is_recorded_once_a_page_in_the_rooms_own_record(table):
    wrote(table, table.union_lead, Room.UNION_CAUCUS)
    wrote(table, table.union_lead, Room.UNION_CAUCUS)

    def readings(work):
        query = "SELECT chain, count(*) FROM record_entries WHERE act = 'note:read' GROUP BY chain"
        return dict(work.session.execute(text(query)).all())

    seen(table, table.facilitator, Room.UNION_CAUCUS)
    with table.reading(table.facilitator) as work:
        assert readings(work) == {f"{table.case_id.hex}:union_caucus": 1}


# Revisions


def test_an_author_says_a_note_anew_and_what_it_said_before_is_kept(table):
    note_id = wrote(table, table.union_lead, Room.UNION)
    revised(table, table.union_lead, note_id, 1)

    shown = opened(table, table.union_delegate, note_id)
    assert (shown.title, shown.body) == ("After the meeting", "Our floor is three per cent.")
    assert [(line.number, line.author.name) for line in shown.revisions] == [(2, "Ana Rojas"), (1, "Ana Rojas")]
    assert opened(table, table.union_delegate, note_id, revision=1).body == FLOOR
    with pytest.raises(NotFound):
        opened(table, table.union_delegate, note_id, revision=3)


def test_two_revisions_are_compared_word_by_word(table):
    note_id = wrote(table, table.union_lead, Room.UNION)
    revised(table, table.union_lead, note_id, 1)

    with table.reading(table.union_delegate) as work:
        compared = notes.compare_revisions(work, table.case_id, note_id, older=2, newer=1)
    assert (compared.older.number, compared.newer.number) == (1, 2)
    changed = [(how, words.strip()) for how, words in compared.parts if how != "same"]
    assert changed == [("removed", "two"), ("added", "three")]


@pytest.mark.parametrize(
    ("room", "author", "other"),
    [
        (Room.JOINT, "company_lead", "union_lead"),
        (Room.JOINT, "company_delegate", "company_lead"),
        (Room.UNION, "union_delegate", "union_lead"),
        (Room.UNION_CAUCUS, "union_lead", "facilitator"),
    ],
)
def test_a_note_is_its_authors_alone_to_revise(table, room, author, other):
    note_id = wrote(table, getattr(table, author), room)

    assert opened(table, getattr(table, author), note_id).may_revise
    assert not opened(table, getattr(table, other), note_id).may_revise
    with pytest.raises(Forbidden):
        revised(table, getattr(table, other), note_id, 1)
    assert opened(table, getattr(table, author), note_id).body == FLOOR


def test_a_refusal_to_revise_stands_in_the_rooms_own_record(table):
    note_id = wrote(table, table.union_lead, Room.UNION_CAUCUS)
    with pytest.raises(Forbidden):
        revised(table, table.facilitator, note_id, 1)

    with table.reading(table.facilitator) as work:
        query = "SELECT chain FROM record_entries WHERE act = 'refused:note:revise'"
        assert work.session.execute(text(query)).scalars().all() == [f"{table.case_id.hex}:union_caucus"]


def test_a_revision_that_answers_an_older_one_is_refused_and_can_be_sent_again(table):
    note_id = wrote(table, table.union_lead, Room.UNION)
    revised(table, table.union_lead, note_id, 1)

    with pytest.raises(OutOfDate):
        revised(table, table.union_lead, note_id, 1, body="Our floor is four per cent.")
    assert opened(table, table.union_lead, note_id).body == "Our floor is three per cent."

    revised(table, table.union_lead, note_id, 2, body="Our floor is four per cent.")
    assert opened(table, table.union_lead, note_id).body == "Our floor is four per cent."


@pytest.mark.parametrize(
    ("title", "body"), [("", "x"), ("  ", "x"), ("x" * 151, "x"), ("x", ""), ("x", " \n"), ("x", "x" * 20_001)]
)
def test_a_note_has_a_title_and_words_within_measure(table, title, body):
    note_id = wrote(table, table.union_lead, Room.UNION)

    with pytest.raises(Unfit):
        wrote(table, table.union_lead, Room.UNION, title, body)
    with pytest.raises(Unfit):
        revised(table, table.union_lead, note_id, 1, title, body)


# What does not open


def spoil(table, change):
    with table.writing(table.union_lead) as work:
        change(work.session)


def flip_a_byte(session):
    row = session.scalars(select(NoteRevision).order_by(NoteRevision.written_at)).first()
    row.sealed_body = row.sealed_body[:-1] + bytes([row.sealed_body[-1] ^ 1])


def swap_two(session):
    one, two, _ = session.scalars(select(NoteRevision).order_by(NoteRevision.written_at)).all()
    one.sealed_body, two.sealed_body = two.sealed_body, one.sealed_body


def give_to_another_author(session):
    note = session.scalars(select(Note).order_by(Note.written_at)).first()
    note.author_id = session.scalars(select(Note.author_id).where(Note.author_id != note.author_id)).first()


def pin_to_another_note(session):
    first, second = session.scalars(select(Note).order_by(Note.written_at).limit(2)).all()
    one = session.scalars(select(NoteRevision).where(NoteRevision.note_id == first.id)).one()
    session.execute(delete(NoteRevision).where(NoteRevision.note_id == second.id))
    one.note_id = second.id


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (flip_a_byte, [None, None, Trouble.BROKEN]),
        (swap_two, [None, Trouble.BROKEN, Trouble.BROKEN]),
        (give_to_another_author, [None, None, Trouble.BROKEN]),
        (pin_to_another_note, [None, Trouble.BROKEN]),
    ],
)
def test_a_note_that_was_altered_is_told_as_such_and_hides_nothing_else(table, change, shown):
    ids = [wrote(table, table.union_lead, Room.UNION) for _ in range(2)]
    ids.append(wrote(table, table.union_delegate, Room.UNION))
    spoil(table, change)

    found = seen(table, table.union_delegate, Room.UNION).notes
    assert [note.trouble for note in found] == shown
    assert [note.beginning for note in found if note.trouble is not None] == [""] * shown.count(Trouble.BROKEN)
    assert found[0].beginning == FLOOR


def test_what_was_written_before_somebodys_time_is_told_as_locked(table):
    wrote(table, table.union_lead, Room.UNION)
    newcomer = table.house.person("Nora Ito", "nora@union.example", organisation="Sindicato Textil")
    table.seat(newcomer, Party.UNION, Role.ADVISER, until=table.house.now + timedelta(days=30))
    wrote(table, table.union_lead, Room.UNION, body="Said to the newcomer too.")

    found = seen(table, newcomer, Room.UNION).notes
    assert [(note.beginning, note.trouble) for note in found] == [
        ("Said to the newcomer too.", None),
        ("", Trouble.LOCKED),
    ]
    assert opened(table, newcomer, found[1].id).trouble is Trouble.LOCKED


def test_the_words_of_a_note_are_in_no_repr(table):
    note_id = wrote(table, table.union_lead, Room.UNION, title="Wages")

    told = repr(seen(table, table.union_lead, Room.UNION)) + repr(opened(table, table.union_lead, note_id))
    assert "floor" not in told
    assert "Wages" not in told
    assert "Ana" not in told


def test_a_table_of_notes_holds_no_word(table, store):
    wrote(table, table.union_lead, Room.UNION, title="Wages")

    with table.reading(table.union_lead) as work:
        for name in ("notes", "note_revisions"):
            for row in work.session.execute(text(f"SELECT * FROM {name}")):
                assert b"floor" not in b"".join(bytes(v) for v in row if isinstance(v, bytes | memoryview))
                assert "Wages" not in repr(row)
