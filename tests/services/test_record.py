"""The record of what happened: read by those who hear the room, and unchangeable without its being named."""

import pytest
from sqlalchemy import delete, select, text, update

from dialogue.crypto.chain import link_hash
from dialogue.domain.acts import Act
from dialogue.domain.people import Room
from dialogue.domain.record import RESOURCES, Kind, Subject, subject_of
from dialogue.errors import Forbidden, KeyAlarm, NotFound
from dialogue.services import audit, notes, record
from dialogue.services.ledger import link_of
from dialogue.store.record import Entry
from tests.on_the_table import statements_of


def seen(table, actor, before=None, kind=None):
    with table.reading(actor) as work:
        return record.index(work, table.case_id, before, kind)


def checked(table, actor):
    with table.reading(actor) as work:
        return record.verify(work, table.case_id)


def write(table, actor, room, times=1):
    for _ in range(times):
        with table.writing(actor) as work:
            notes.write(work, table.case_id, room, title="Wages", body="Our floor is two per cent.")


def chain(table, room):
    return f"{table.case_id.hex}:{room.value}"


# Who reads what

OWN = {
    "company_lead": {Room.COMPANY, Room.COMPANY_CAUCUS},
    "company_delegate": {Room.COMPANY, Room.COMPANY_CAUCUS},
    "union_lead": {Room.UNION, Room.UNION_CAUCUS},
    "facilitator": {Room.COMPANY_CAUCUS, Room.UNION_CAUCUS, Room.FACILITATION},
}


@pytest.mark.parametrize("name", OWN)
def test_a_seat_reads_the_record_of_its_own_rooms_and_of_the_joint_one(table, name):
    for room, writer in (
        (Room.COMPANY, table.company_lead),
        (Room.UNION, table.union_lead),
        (Room.COMPANY_CAUCUS, table.company_lead),
        (Room.UNION_CAUCUS, table.union_lead),
        (Room.FACILITATION, table.facilitator),
    ):
        write(table, writer, room)

    told = seen(table, getattr(table, name), kind=Kind.ACTS)
    written = {entry.room for entry in told.entries if entry.act is Act.NOTE_WRITE}
    assert written == OWN[name]
    assert Room.JOINT in {entry.room for entry in told.entries}
    assert {head.room for head in told.heads} >= OWN[name] | {Room.JOINT}
    assert not {head.room for head in told.heads} & (set.union(*OWN.values()) - OWN[name])


def test_who_has_no_room_has_no_record(table):
    with pytest.raises(Forbidden):
        seen(table, table.coordinator)
    with pytest.raises(NotFound):
        seen(table, table.outsider)
    with pytest.raises(NotFound):
        checked(table, table.outsider)


def test_a_lead_reads_the_procedures_record_long_before_there_is_a_joint_room(drafted):
    acts = [entry.act for entry in seen(drafted, drafted.company_lead).entries]

    assert Act.CASE_OPEN in acts
    assert Act.CASE_INVITE in [entry.act for entry in seen(drafted, drafted.union_lead).entries]


def test_an_entry_says_who_did_what_when_and_nothing_of_what_was_said(table):
    write(table, table.union_lead, Room.UNION)

    entry = next(one for one in seen(table, table.union_delegate).entries if one.act is Act.NOTE_WRITE)
    assert (entry.actor.name, entry.room, entry.is_refusal) == ("Ana Rojas", Room.UNION, False)
    with table.reading(table.union_lead) as work:
        assert not [row for row in work.session.execute(text("SELECT * FROM record_entries")) if "floor" in str(row)]


# Kinds and pages


def test_refusals_readings_and_acts_are_told_apart(table):
    write(table, table.union_lead, Room.UNION)
    with pytest.raises(Forbidden), table.writing(table.union_lead) as work:
        record.admit(work, table.case_id, Act.CASE_TAKE_UP)
    with table.reading(table.union_lead) as work:
        notes.index(work, table.case_id, Room.UNION)

    refused = seen(table, table.union_lead, kind=Kind.REFUSALS).entries
    read = seen(table, table.union_lead, kind=Kind.READINGS).entries
    done = seen(table, table.union_lead, kind=Kind.ACTS).entries
    assert [(entry.act, entry.actor.name, entry.is_refusal) for entry in refused] == [
        (Act.CASE_TAKE_UP, "Ana Rojas", True)
    ]
    assert (Act.NOTE_READ, Room.UNION) in {(entry.act, entry.room) for entry in read}
    assert all(entry.act.value.endswith(":read") and not entry.is_refusal for entry in read)
    assert Act.NOTE_WRITE in {entry.act for entry in done}
    assert not any(entry.is_refusal or entry.act.value.endswith(":read") for entry in done)


def test_what_it_is_about_can_be_asked_for_and_every_entry_is_about_one_thing(table):
    write(table, table.union_lead, Room.UNION)
    with pytest.raises(Forbidden), table.writing(table.union_delegate) as work:
        record.admit(work, table.case_id, Act.TERMS_PROPOSE)

    def about(subject, kind=None):
        with table.reading(table.union_lead) as work:
            return record.index(work, table.case_id, None, kind, subject).entries

    assert {entry.act for entry in about(Subject.NOTES)} == {Act.NOTE_WRITE}
    assert {entry.act for entry in about(Subject.TERMS, Kind.REFUSALS)} == {Act.TERMS_PROPOSE}
    assert Act.CASE_BEGIN in {entry.act for entry in about(Subject.COURSE)}
    with table.reading(table.union_lead) as work:
        everything = {(entry.room, entry.number) for entry in record.printed(work, table.case_id).entries}
    told = [(entry.room, entry.number) for subject in Subject for entry in about(subject)]
    assert everything <= set(told)
    assert {subject_of(act) for act in Act} >= set(RESOURCES)


def test_a_printing_is_neither_an_act_nor_a_reading_and_both_can_see_it(table):
    with table.reading(table.union_delegate) as work:
        record.printed(work, table.case_id)

    [entry] = seen(table, table.company_lead, kind=Kind.EXPORTS).entries
    assert (entry.act, entry.actor.name, entry.room) == (Act.RECORD_EXPORT, "Luc Mensah", Room.JOINT)
    for kind in (Kind.ACTS, Kind.READINGS, Kind.REFUSALS):
        assert Act.RECORD_EXPORT not in {entry.act for entry in seen(table, table.company_lead, kind=kind).entries}
    with pytest.raises(Forbidden), table.reading(table.coordinator) as work:
        record.printed(work, table.case_id)
    with pytest.raises(NotFound), table.reading(table.outsider) as work:
        record.may_print(work, table.case_id)


def test_what_somebody_has_only_read_is_noted_and_missed_at_the_next_visit(table):
    """The delegate writes nothing in the union's room: that the record has come so far is known from reading alone."""
    write(table, table.union_lead, Room.UNION, 3)
    assert all(head.seen is None for head in seen(table, table.union_delegate).heads if head.room is Room.UNION)
    [head] = [head for head in seen(table, table.union_delegate).heads if head.room is Room.UNION]
    assert head.seen == head.number

    with table.instance.store.session(writes=True) as session:
        session.execute(delete(Entry).where(Entry.chain == chain(table, Room.UNION), Entry.seq == head.number))
        session.commit()
    with pytest.raises(KeyAlarm, match="record_rolled_back"):
        seen(table, table.union_delegate)
    with pytest.raises(KeyAlarm, match="record_rolled_back"):
        checked(table, table.union_delegate)


@pytest.mark.parametrize("asked", [None, Kind.ACTS])
def test_the_pages_together_show_every_entry_once_newest_first(table, asked):
    write(table, table.union_lead, Room.UNION, 40)
    with table.writing(table.union_lead) as work:
        for room in (Room.UNION, Room.JOINT, Room.UNION_CAUCUS) * 30:
            notes.write(work, table.case_id, room, title="At once", body="x")

    told, before, pages = [], None, 0
    while True:
        page = seen(table, table.union_lead, before, asked)
        told += [(entry.room, entry.number) for entry in page.entries]
        pages += 1
        assert len(page.entries) <= record.PAGE
        if page.older is None:
            break
        before = page.older
    assert pages > 2
    assert len(told) == len(set(told))
    with table.reading(table.union_lead) as work:
        heard = [
            chain(table, room) for room in record.chains_read_by(record.admit(work, table.case_id, Act.CASE_READ)[1])
        ]
        query = select(Entry).where(Entry.chain.in_(heard))
        there = {(row.chain, row.seq): row for row in work.session.scalars(query)}
    shown = [there[chain(table, room), number] for room, number in told]
    assert [row.at for row in shown] == sorted((row.at for row in shown), reverse=True)
    missing = set(there) - {(row.chain, row.seq) for row in shown}
    assert {there[key].act for key in missing} <= {"record:read", "note:read", "terms:read", "request:read"}


def test_the_key_of_a_page_lies_in_a_room_that_the_seat_hears(table):
    write(table, table.union_lead, Room.UNION)

    for before in ((Room.UNION, 1), (Room.COMPANY, 99), (Room.JOINT, 10_000)):
        with pytest.raises(NotFound):
            seen(table, table.company_lead, before)


def test_a_page_of_the_record_asks_the_same_however_long_it_is(table, store):
    def cost():
        seen(table, table.union_lead)
        with statements_of(store) as sent:
            seen(table, table.union_lead)
        return len(sent)

    few = cost()
    write(table, table.union_lead, Room.UNION, 60)
    assert cost() == few


def test_reading_the_record_is_recorded(table):
    seen(table, table.company_lead)

    last = seen(table, table.union_lead).entries[0]
    assert (last.act, last.actor.name) == (Act.RECORD_READ, "Mina Brandt")


# What is altered is named

# Nothing is written down in this room unless a test does so.
QUIET = Room.UNION_CAUCUS


def row_of(work, table, seq, room=QUIET):
    return work.session.get(Entry, (chain(table, room), seq))


def edit_actor(work, table):
    row_of(work, table, 3).actor_id = table.company_lead.account_id


def edit_time(work, table):
    row = row_of(work, table, 3)
    row.at = row.at.replace(year=2020)


def edit_act(work, table):
    row_of(work, table, 3).act = "note:read"


def edit_and_hash_again(work, table):
    row = row_of(work, table, 3)
    row.act = "note:read"
    row.digest = link_hash(link_of(row))


def edit_and_hash_all_again(work, table):
    """Somebody who knows the format but not the server's key makes the rest of the chain fit."""
    previous = None
    for seq in range(3, 7):
        row = row_of(work, table, seq)
        row.act = "note:read"
        row.previous = previous or row.previous
        previous = row.digest = link_hash(link_of(row))


def take_out(work, table):
    work.session.execute(delete(Entry).where(Entry.chain == chain(table, QUIET), Entry.seq == 3))


def take_out_and_close_the_gap(work, table):
    take_out(work, table)
    for seq in range(4, 7):
        work.session.execute(
            update(Entry).where(Entry.chain == chain(table, QUIET), Entry.seq == seq).values(seq=seq - 1)
        )


def swap(work, table):
    for seq, new in ((3, 99), (4, 3), (99, 4)):
        work.session.execute(update(Entry).where(Entry.chain == chain(table, QUIET), Entry.seq == seq).values(seq=new))


def put_in(work, table):
    """An entry of another room's record in the place of a real one, hash and MAC with it."""
    take_out(work, table)
    other = row_of(work, table, 3, Room.JOINT)
    values = {column.key: getattr(other, column.key) for column in Entry.__table__.columns}
    work.session.add(Entry(**(values | {"chain": chain(table, QUIET)})))


def double(work, table):
    last = row_of(work, table, 3)
    values = {column.key: getattr(last, column.key) for column in Entry.__table__.columns}
    for seq in (6, 5, 4, 3):
        work.session.execute(
            update(Entry).where(Entry.chain == chain(table, QUIET), Entry.seq == seq).values(seq=seq + 1)
        )
    work.session.add(Entry(**values))


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        (edit_actor, 3),
        (edit_time, 3),
        (edit_act, 3),
        (edit_and_hash_again, 3),
        (edit_and_hash_all_again, 3),
        (take_out, 3),
        (take_out_and_close_the_gap, 3),
        (swap, 3),
        (put_in, 3),
        (double, 4),
    ],
)
def test_the_first_entry_that_does_not_hold_is_named(table, harm, named):
    write(table, table.union_lead, QUIET, 6)
    assert {one.bad for one in audit.verify(table.instance)} == {None}
    with table.writing(None) as work:
        harm(work, table)

    said = {one.chain: one.bad for one in audit.verify(table.instance)}
    assert said.pop(chain(table, QUIET)) == named
    assert set(said.values()) == {None}
    # Her pins name the head that she has seen; a person without them still sees it on the page.
    told = checked(table, table.union_delegate)
    assert not told.is_intact
    assert {one.room: one.bad for one in told.chains}[QUIET] == named
    assert checked(table, table.company_lead).is_intact


def test_a_cut_tail_is_seen_by_whoever_saw_it_and_by_the_head_from_outside(table):
    write(table, table.union_lead, QUIET, 6)
    printed = next(head for head in seen(table, table.union_lead).heads if head.room is QUIET)
    with table.writing(None) as work:
        work.session.execute(delete(Entry).where(Entry.chain == chain(table, QUIET), Entry.seq > 3))

    assert {one.bad for one in audit.verify(table.instance)} == {None}
    with pytest.raises(KeyAlarm):
        seen(table, table.union_lead)
    now = next(head for head in seen(table, table.union_delegate).heads if head.room is QUIET)
    assert (printed.number, now.number) == (6, 3)


def test_an_intact_record_is_said_to_be_intact_with_its_length(table):
    write(table, table.union_lead, QUIET, 6)

    told = checked(table, table.union_lead)
    assert told.is_intact
    assert {one.room: one.entries for one in told.chains}[QUIET] == 6


def test_an_entry_with_a_word_that_nobody_writes_or_a_person_that_nobody_knows_hides_nothing(table):
    write(table, table.union_lead, QUIET, 3)
    with table.writing(None) as work:
        row = row_of(work, table, 2)
        row.act = "note:<b>burn</b>"
        row.actor_id = table.case_id

    told = [entry for entry in seen(table, table.union_delegate).entries if entry.room is QUIET]
    assert [(entry.act, entry.actor is None) for entry in told] == [
        (Act.NOTE_WRITE, False),
        (None, True),
        (Act.NOTE_WRITE, False),
    ]
