"""Search: what one may open is looked through, and nothing else is so much as counted."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from dialogue.domain.acts import Act
from dialogue.domain.people import Party, Room
from dialogue.domain.search import Order, Thing
from dialogue.errors import NotFound, Unfit
from dialogue.services import agenda, notes, positions, search
from dialogue.store.notes import NoteRevision
from dialogue.store.record import Entry
from tests import on_the_table


def find(table, actor, words, order=Order.NEWEST):
    with table.reading(actor) as work:
        return search.find(work, table.case_id, words, order)


def places(table, actor, words):
    return [(hit.thing, hit.room) for hit in find(table, actor, words).hits]


def wrote(table, actor, room, title, body):
    with table.writing(actor) as work:
        return notes.write(work, table.case_id, room, title=title, body=body)


def searches(table, actor=None):
    with table.instance.store.session(writes=False) as session:
        entries = session.scalars(select(Entry).where(Entry.act == Act.SEARCH_READ))
        return [entry for entry in entries if actor is None or entry.actor_id == actor.account_id]


def marked(parts):
    return [part.text for part in parts if part.is_match]


def test_each_finds_what_lies_in_the_rooms_that_he_hears(table):
    wrote(table, table.union_lead, Room.UNION, "Wages", "Our zebra is two per cent.")
    wrote(table, table.facilitator, Room.FACILITATION, "Mood", "The zebra looms.")
    joint = wrote(table, table.company_lead, Room.JOINT, "Zébra crossing", "Where the buses stop.")
    with table.writing(table.company_lead) as work:
        notes.revise(work, table.case_id, joint, title="Zébra crossing", body="By the canteen.", seen_revision=1)
    item = on_the_table.admitted(table, "Night zebra shifts")
    wording = on_the_table.word(table, table.union_lead, item, "Every zebra is posted.", "A zebra by any name")
    with table.writing(table.company_lead) as work:
        positions.record(
            work,
            table.case_id,
            item,
            wording_id=wording,
            previous_id=None,
            stance=on_the_table.Stance.NEEDS_WORK,
            reason="Zebras cost too much.",
        )
    shared = [Thing.POSITION, Thing.WORDING, Thing.ITEM, Thing.NOTE]

    for_company = find(table, table.company_lead, "ZEBRA")
    assert [hit.thing for hit in for_company.hits] == shared
    # What lies in rooms that he does not hear is not so much as counted among what does not open.
    assert (for_company.locked, for_company.broken) == (0, 0)
    assert find(table, table.coordinator, "zebra").locked == 0
    assert marked(for_company.hits[-1].heading) == ["Zébra"]
    assert "".join(part.text for part in for_company.hits[-1].snippet) == "By the canteen."
    assert for_company.hits[-1].about == joint and for_company.hits[0].about == item
    assert places(table, table.company_lead, "bus") == []

    assert [room for thing, room in places(table, table.union_delegate, "zebra") if thing is Thing.NOTE] == [
        Room.JOINT,
        Room.UNION,
    ]
    assert (Thing.NOTE, Room.FACILITATION) in places(table, table.facilitator, "zebra")
    assert (Thing.NOTE, Room.UNION) not in places(table, table.facilitator, "zebra")
    assert places(table, table.coordinator, "zebra") == []
    assert (Thing.REQUEST, Room.REQUEST) in places(table, table.coordinator, "sewing hall")
    assert (Thing.TERMS, Room.TERMS) in places(table, table.union_lead, '"stays here"')
    with pytest.raises(NotFound):
        find(table, table.outsider, "zebra")
    with pytest.raises(Unfit):
        find(table, table.union_lead, "…")

    best = find(table, table.company_lead, "zebra", Order.BEST)
    assert {hit.thing for hit in best.hits[:2]} == {Thing.ITEM, Thing.NOTE}


def test_a_search_is_recorded_in_each_room_it_went_through_and_says_not_for_what(table):
    wrote(table, table.union_lead, Room.UNION_CAUCUS, "Wages", "Our zebra is two per cent.")
    wrote(table, table.union_lead, Room.UNION, "Wages", "Our zebra is three per cent.")
    on_the_table.proposed(table, table.company_lead, "Night shifts")

    def chains(words):
        before = len(searches(table, table.union_delegate))
        find(table, table.union_delegate, words)
        return sorted(entry.chain.partition(":")[2] for entry in searches(table, table.union_delegate)[before:])

    # The same rooms, whether anything was found in one of them or not: the joint record tells nothing of the others.
    assert chains("zebra") == chains("nothing") == ["joint", "request", "terms", "union", "union_caucus"]
    assert not [entry for entry in searches(table) if entry.object_id or entry.sealed_hash]
    find(table, table.company_lead, "shifts")
    assert "union" not in {entry.chain.partition(":")[2] for entry in searches(table, table.company_lead)}


def test_what_is_broken_or_locked_is_counted_and_hides_nothing_else(table):
    first = wrote(table, table.company_lead, Room.JOINT, "Zebra one", "Written early.")
    wrote(table, table.company_lead, Room.JOINT, "Zebra two", "Written early too.")
    late = table.house.person("Noor Haddad", "noor@union.example", organisation="Sindicato Textil")
    table.seat(late, Party.UNION)
    table.accept_terms(late)
    wrote(table, table.company_lead, Room.JOINT, "Zebra three", "Written since.")
    with table.writing(table.company_lead) as work:
        row = work.session.scalars(select(NoteRevision).where(NoteRevision.note_id == first)).one()
        row.sealed_body = row.sealed_body[:-1] + bytes([row.sealed_body[-1] ^ 1])

    found = find(table, table.union_lead, "zebra")
    assert (len(found.hits), found.broken, found.locked) == (2, 1, 0)
    with table.instance.store.session(writes=False) as session:
        assert session.scalars(select(Entry.act).where(Entry.act == "alarm:seal")).all()

    newcomer = find(table, late, "zebra")
    assert [marked(hit.heading) for hit in newcomer.hits] == [["Zebra"]]
    assert newcomer.locked >= 2


def test_no_more_is_opened_and_shown_than_is_told(table, monkeypatch):
    with table.writing(table.company_lead) as work:
        for number in range(6):
            agenda.propose(work, table.case_id, title=f"Zebra {number}", background="")
    monkeypatch.setattr(search, "MOST_HITS", 3)
    found = find(table, table.company_lead, "zebra")
    assert len(found.hits) == 3 and found.is_cut and not found.unread

    monkeypatch.setattr(search, "MOST_RECORDS", 4)
    for order in Order:
        found = find(table, table.company_lead, "zebra", order)
        assert found.unread and len(found.hits) <= 4
    assert not find(table, table.company_lead, '"what is said here"').hits
