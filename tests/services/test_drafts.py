"""A draft is for its writer's eyes alone and is never lost, not even to somebody who writes the database."""

import pytest
from sqlalchemy import text, update

from dialogue.domain.drafts import MOST_DRAFTS
from dialogue.domain.people import Room
from dialogue.errors import NotFound, SealBroken, Unfit
from dialogue.services import drafts, notes, rooms
from dialogue.store.notes import Draft, drafts_by, find_draft

FORM = "notes.write:union"
WORDS = {"title": "Before the meeting", "body": "Our floor is two per cent."}


def keep(table, actor, form=FORM, fields=WORDS):
    with table.writing(actor) as work:
        return drafts.save(work, table.case_id, form, fields)


def kept(table, actor, form=FORM):
    with table.reading(actor) as work:
        return drafts.find(work, table.case_id, form)


def test_what_is_typed_is_found_again_as_it_was_last_kept(table):
    keep(table, table.union_lead, fields={"title": "", "body": "Our"})
    saved_at = keep(table, table.union_lead)

    with table.reading(table.union_lead) as work:
        found = drafts.look(work, table.case_id, FORM)

    assert found.fields == WORDS
    assert found.saved_at == saved_at
    assert kept(table, table.union_lead, "notes.write:joint") == {}


def test_nobody_else_finds_it_not_even_on_the_same_side(table):
    keep(table, table.union_lead)

    assert kept(table, table.union_delegate) == {}
    with table.reading(table.union_delegate) as work:
        row = find_draft(work.session, table.union_lead.account_id, table.case_id, FORM)
        assert row is not None
        row.account_id = table.union_delegate.account_id
        with pytest.raises(SealBroken):
            rooms.open_personal(work, row.sealed_body, row.personal_place("body"))


def test_who_has_no_seat_keeps_none(table):
    with pytest.raises(NotFound):
        keep(table, table.outsider)


def test_a_draft_that_was_altered_is_told_as_such_and_leaves_an_alarm(table):
    keep(table, table.union_lead)
    with table.writing(table.union_lead) as work:
        row = find_draft(work.session, table.union_lead.account_id, table.case_id, FORM)
        row.sealed_body = row.sealed_body[:-1] + bytes([row.sealed_body[-1] ^ 1])

    with table.reading(table.union_lead) as work:
        found = drafts.look(work, table.case_id, FORM)

    assert found.is_broken
    assert found.fields == {}
    with table.reading(table.union_lead) as work:
        said = work.session.execute(text("SELECT act FROM record_entries WHERE chain = 'instance'")).scalars().all()
    assert "alarm:seal" in said


def test_a_draft_put_under_another_form_does_not_open_there(table):
    keep(table, table.union_lead)
    with table.writing(table.union_lead) as work:
        work.session.execute(update(Draft).values(form="notes.write:joint"))

    with table.reading(table.union_lead) as work:
        found = drafts.look(work, table.case_id, "notes.write:joint")

    assert found.is_broken
    assert found.fields == {}


def test_a_discarded_draft_is_gone(table):
    keep(table, table.union_lead)
    with table.writing(table.union_lead) as work:
        drafts.discard(work, table.case_id, FORM)

    assert kept(table, table.union_lead) == {}


def test_sending_a_note_forgets_its_draft(table):
    keep(table, table.union_lead)
    with table.writing(table.union_lead) as work:
        notes.write(work, table.case_id, Room.UNION, **WORDS)

    assert kept(table, table.union_lead) == {}


def test_a_note_that_is_refused_keeps_its_draft(table):
    keep(table, table.union_lead)
    with pytest.raises(Unfit), table.writing(table.union_lead) as work:
        notes.write(work, table.case_id, Room.UNION, title="", body="Our floor is two per cent.")

    assert kept(table, table.union_lead) == WORDS


def test_keeping_a_draft_writes_nothing_into_the_record(table):
    with table.reading(table.union_lead) as work:
        before = work.session.execute(text("SELECT count(*) FROM record_entries")).scalar()
    keep(table, table.union_lead)
    with table.reading(table.union_lead) as work:
        after = work.session.execute(text("SELECT count(*) FROM record_entries")).scalar()

    assert after == before


@pytest.mark.parametrize(
    "form", ["", "notes", "notes.write:Our floor is 2%", "notes.write:" + "a" * 80, "a.b:c:d", "notes.write:joint\n"]
)
def test_the_name_of_a_form_has_no_room_for_content(table, form):
    with pytest.raises(Unfit):
        keep(table, table.union_lead, form=form)


@pytest.mark.parametrize("fields", [{"body": "x" * 130_000}, {f"f{i}": "" for i in range(61)}, {"n" * 81: ""}])
def test_a_draft_has_a_measure(table, fields):
    with pytest.raises(Unfit):
        keep(table, table.union_lead, fields=fields)


def test_the_oldest_draft_makes_room_for_more_than_anybody_writes_at_once(table):
    names = [f"agenda.word:{i:08x}-0000-4000-8000-000000000000" for i in range(MOST_DRAFTS + 1)]
    for name in names:
        keep(table, table.union_lead, form=name)

    with table.reading(table.union_lead) as work:
        present = [row.form for row in drafts_by(work.session, table.union_lead.account_id, table.case_id)]
    assert present == names[1:]


def test_the_database_holds_none_of_the_words(table):
    keep(table, table.union_lead)

    with table.reading(table.union_lead) as work:
        row = find_draft(work.session, table.union_lead.account_id, table.case_id, FORM)
        assert b"floor" not in row.sealed_body
        assert "floor" not in repr(drafts.look(work, table.case_id, FORM))
