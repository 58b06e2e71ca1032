"""A whole old row that is put back opens well: it is named by the verification of the record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select, update

from dialogue.domain.people import Party, Room
from dialogue.domain.positions import Stance
from dialogue.services import audit, cases, drafts, items, jointacts, notes, rows
from dialogue.services.rows import RowNotAsWritten
from dialogue.store.agenda import AgendaItem, PositionRow, Wording
from dialogue.store.cases import Case
from dialogue.store.notes import Note, NoteRevision
from tests.builders import Table
from tests.on_the_table import admitted, stand, word


def named(table: Table) -> list[tuple[str, UUID]]:
    assert all(chain.bad is None for chain in audit.verify(table.instance))
    return [(one.table, one.row) for one in look(table)]


def look(table: Table) -> list[RowNotAsWritten]:
    return rows.verify(table.instance)


def copied(table: Table, kind: Any, row: UUID) -> dict[str, Any]:
    with table.instance.store.session(writes=False) as session:
        return dict(session.execute(select(kind.__table__).where(kind.id == row)).mappings().one())


def behind(table: Table, *queries: Any) -> None:
    """Write the database as somebody would who is not the application."""
    with table.instance.store.writing.begin() as connection:
        for query in queries:
            connection.execute(query)


def put_back(table: Table, kind: Any, old: dict[str, Any]) -> None:
    behind(table, update(kind).where(kind.id == old["id"]).values(**old))


def an_item_that_was_sealed_anew(table: Table) -> tuple[Any, UUID]:
    item = admitted(table)
    old = copied(table, AgendaItem, item)
    table.seat(table.outsider, Party.UNION)
    table.accept_terms(table.outsider)
    with table.reading(table.company_lead) as work:
        jointacts.index(work, table.case_id)
    assert copied(table, AgendaItem, item)["sealed_body"] != old["sealed_body"]
    put_back(table, AgendaItem, old)
    with table.reading(table.company_lead) as work:
        assert items.show(work, table.case_id, item).title == "Night shifts"
    return AgendaItem, item


def an_item_with_its_former_wording(table: Table) -> tuple[Any, UUID]:
    item = admitted(table)
    word(table, table.company_lead, item, "First wording")
    old = copied(table, AgendaItem, item)
    word(table, table.union_lead, item, "Second wording")
    put_back(table, AgendaItem, old)
    return AgendaItem, item


def a_note_before_it_was_revised(table: Table) -> tuple[Any, UUID]:
    note = a_note(table)
    old = copied(table, Note, note)
    revise(table, note)
    put_back(table, Note, old)
    with table.reading(table.union_lead) as work:
        assert notes.show(work, table.case_id, note).title == "First"
    return Note, note


def a_case_before_it_ended(table: Table) -> tuple[Any, UUID]:
    old = copied(table, Case, table.case_id)
    with table.writing(table.company_lead) as work:
        cases.leave(work, table.case_id)
    put_back(table, Case, old)
    return Case, table.case_id


def a_revision_that_was_taken_away(table: Table) -> tuple[Any, UUID]:
    note = a_note(table)
    revise(table, note)
    with table.instance.store.session(writes=False) as session:
        newest = session.scalars(
            select(NoteRevision.id).where(NoteRevision.note_id == note, NoteRevision.number == 2)
        ).one()
    behind(table, delete(NoteRevision).where(NoteRevision.id == newest))
    return NoteRevision, newest


def a_position_that_was_put_in_again(table: Table) -> tuple[Any, UUID]:
    """Deleted and inserted with another number: the party seems to have returned to what it once said."""
    item = admitted(table)
    word(table, table.company_lead, item)
    stand(table, table.union_lead, item, Stance.AGREE)
    stand(table, table.union_lead, item, Stance.NEEDS_WORK, reason="Not yet.")
    with table.instance.store.session(writes=False) as session:
        first = session.scalars(select(PositionRow.id).where(PositionRow.number == 1)).one()
    old = copied(table, PositionRow, first)
    behind(
        table,
        delete(PositionRow).where(PositionRow.id == first),
        insert(PositionRow).values(**(old | {"number": 3})),
    )
    return PositionRow, first


def a_note(table: Table) -> UUID:
    with table.writing(table.union_lead) as work:
        return notes.write(work, table.case_id, Room.UNION, title="First", body="First words.")


def revise(table: Table, note: UUID) -> None:
    with table.writing(table.union_lead) as work:
        notes.revise(work, table.case_id, note, title="Second", body="Second words.", seen_revision=1)


Harm = Callable[[Table], tuple[Any, UUID]]
HARMS: tuple[Harm, ...] = (
    an_item_that_was_sealed_anew,
    an_item_with_its_former_wording,
    a_note_before_it_was_revised,
    a_case_before_it_ended,
    a_revision_that_was_taken_away,
    a_position_that_was_put_in_again,
)


@pytest.mark.parametrize("harm", HARMS)
def test_what_was_put_back_taken_away_or_put_in_is_named(table: Table, harm: Harm) -> None:
    kind, row = harm(table)

    assert named(table) == [(kind.__tablename__, row)]


@pytest.mark.parametrize("kind", ["sqlite"])
def test_where_rows_are_not_recorded_nobody_notices(table: Table, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(rows, "_digest", lambda _row: bytes(32))
    monkeypatch.setattr(rows, "chain_of", lambda *_: ())
    monkeypatch.setattr(rows, "rows_of_case", lambda *_: ())
    a_note_before_it_was_revised(table)

    assert named(table) == []


def test_nothing_is_named_of_a_case_that_was_lived_from_end_to_end(lived_in: Table) -> None:
    assert look(lived_in) == []


def test_a_row_that_nobody_wrote_is_named(table: Table) -> None:
    item = admitted(table)
    word(table, table.company_lead, item)
    with table.instance.store.session(writes=False) as session:
        old = copied(table, Wording, session.scalars(select(Wording.id)).one())
    forged = UUID(int=1)
    behind(table, insert(Wording).values(**(old | {"id": forged, "number": 2})))

    assert [(one.row, one.entry) for one in look(table)] == [(forged, None)]


def test_what_a_person_keeps_for_himself_is_not_in_the_record(table: Table) -> None:
    with table.writing(table.union_lead) as work:
        before = len(work.entries)
        drafts.save(work, table.case_id, "notes.write:joint", {"body": "Half a thought"})
        cases.label(work, table.case_id, words="The plant in the north")
        assert not any(one.act.startswith(rows.ROW) for one in work.entries[before:])
    assert look(table) == []


def test_of_a_case_that_was_withdrawn_nothing_is_missed(drafted: Table) -> None:
    with drafted.writing(drafted.company_lead) as work:
        cases.withdraw(work, drafted.case_id)

    assert look(drafted) == []
