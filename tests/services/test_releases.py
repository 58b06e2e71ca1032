"""Releases: what was said in private comes before both in its owner's exact words, and leaves no other trace."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from dialogue.domain import policy
from dialogue.domain.acts import Act
from dialogue.domain.people import Party, Role, Room
from dialogue.domain.releases import ReleaseState
from dialogue.domain.waiting import TaskKind
from dialogue.errors import Forbidden, IllegalTransition, NotFound, OutOfDate, Unfit
from dialogue.services import cases, notes, overview, participants, record, releases, waiting
from dialogue.services.ledger import chain_name
from dialogue.services.rooms import Trouble
from dialogue.store.notes import Note, NoteRevision
from dialogue.store.record import Entry
from tests.builders import Table
from tests.on_the_table import conclude

FLOOR = "Our floor is two per cent."


def wrote(table, by, room, body=FLOOR):
    with table.writing(by) as work:
        return notes.write(work, table.case_id, room, title="Wages", body=body)


def revised(table, by, note_id, seen, body="Our floor is three per cent."):
    with table.writing(by) as work:
        notes.revise(work, table.case_id, note_id, title="Wages", body=body, seen_revision=seen)


def asked(table, note_id, seen=1, remark="It would help the talks."):
    with table.writing(table.facilitator) as work:
        return releases.ask(work, table.case_id, note_id, seen_revision=seen, remark=remark)


def approved(table, by, note_id, seen=1):
    with table.writing(by) as work:
        return releases.approve(work, table.case_id, note_id, seen_revision=seen)


def kept(table, by, note_id):
    with table.writing(by) as work:
        releases.keep(work, table.case_id, note_id)


def opened(table, by, note_id):
    with table.reading(by) as work:
        return notes.show(work, table.case_id, note_id)


def lines(table, by, room):
    with table.reading(by) as work:
        return notes.index(work, table.case_id, room).notes


# The owner lets go


@pytest.mark.parametrize("room", [Room.UNION, Room.UNION_CAUCUS])
def test_the_partys_lead_releases_the_exact_words_and_the_original_stays(table: Table, room: Room) -> None:
    note_id = wrote(table, table.union_delegate, room)

    copy_id = approved(table, table.union_lead, note_id)

    copy = opened(table, table.company_lead, copy_id)
    assert (copy.room, copy.title, copy.body) == (Room.JOINT, "Wages", FLOOR)
    assert copy.author.name == "Ana Rojas"
    assert copy.provenance is not None
    assert (copy.provenance.room, copy.provenance.party) == (room, Party.UNION)
    assert copy.provenance.by == table.union_lead.account_id
    assert copy.provenance.fingerprint == table.union_lead.bundle.public.fingerprint.hex()
    assert copy.original is None
    assert [line.provenance is not None for line in lines(table, table.facilitator, Room.JOINT)] == [True]
    original = opened(table, table.union_delegate, note_id)
    assert (original.body, original.room) == (FLOOR, room)
    assert [(mark.state, mark.id, mark.revision) for mark in original.releases] == [(ReleaseState.RELEASED, copy_id, 1)]
    assert opened(table, table.union_delegate, copy_id).original == note_id


def test_a_facilitator_releases_the_own_notes_and_no_partys(table: Table) -> None:
    own = wrote(table, table.facilitator, Room.FACILITATION)
    in_caucus = wrote(table, table.facilitator, Room.UNION_CAUCUS)

    copy_id = approved(table, table.facilitator, own)

    copy = opened(table, table.company_delegate, copy_id)
    assert copy.provenance is not None
    assert (copy.provenance.room, copy.provenance.party) == (Room.FACILITATION, None)
    with pytest.raises(Forbidden):
        approved(table, table.facilitator, in_caucus)


def test_nobody_but_the_owners_lead_lets_go(table: Table) -> None:
    note_id = wrote(table, table.union_delegate, Room.UNION_CAUCUS)

    with pytest.raises(Forbidden):
        approved(table, table.union_delegate, note_id)
    with pytest.raises(Forbidden):
        approved(table, table.facilitator, note_id)
    for stranger in (table.company_lead, table.coordinator, table.outsider):
        with pytest.raises(NotFound):
            approved(table, stranger, note_id)
    assert lines(table, table.company_lead, Room.JOINT) == ()


def test_a_yes_to_words_that_were_revised_since_is_out_of_date(table: Table) -> None:
    note_id = wrote(table, table.union_delegate, Room.UNION_CAUCUS)
    revised(table, table.union_delegate, note_id, 1)

    with pytest.raises(OutOfDate):
        approved(table, table.union_lead, note_id, seen=1)
    assert lines(table, table.company_lead, Room.JOINT) == ()

    copy_id = approved(table, table.union_lead, note_id, seen=2)
    revised(table, table.union_delegate, note_id, 2, body="Our floor is four per cent.")
    assert opened(table, table.company_lead, copy_id).body == "Our floor is three per cent."


def test_a_copy_is_changed_by_nobody_and_a_later_revision_makes_a_copy_of_its_own(table: Table) -> None:
    note_id = wrote(table, table.union_lead, Room.UNION)
    copy_id = approved(table, table.union_lead, note_id)

    assert not opened(table, table.union_lead, copy_id).may_revise
    with pytest.raises(IllegalTransition):
        revised(table, table.union_lead, copy_id, 1)
    with pytest.raises(Forbidden):
        approved(table, table.union_lead, copy_id)
    with pytest.raises(IllegalTransition):
        approved(table, table.union_lead, note_id)
    revised(table, table.union_lead, note_id, 1)
    again = approved(table, table.union_lead, note_id, seen=2)
    assert again != copy_id
    assert [mark.revision for mark in opened(table, table.union_lead, note_id).releases] == [2, 1]


def test_nothing_is_released_while_the_joint_room_rests(table: Table) -> None:
    note_id = wrote(table, table.union_lead, Room.UNION)
    conclude(table)
    approved(table, table.union_lead, note_id)
    with table.writing(table.company_lead) as work:
        cases.leave(work, table.case_id)

    with pytest.raises(IllegalTransition):
        approved(table, table.union_lead, note_id)
    assert opened(table, table.union_lead, note_id).body == FLOOR


# The facilitator asks


def test_a_facilitator_asks_the_lead_decides(table: Table) -> None:
    note_id = wrote(table, table.facilitator, Room.COMPANY_CAUCUS)

    asked(table, note_id)

    mark = opened(table, table.company_lead, note_id).releases[0]
    assert (mark.state, mark.remark) == (ReleaseState.ASKED, "It would help the talks.")
    assert mark.asked_by is not None
    assert mark.asked_by.name == "Farid Lindqvist"
    with pytest.raises(IllegalTransition):
        asked(table, note_id)
    copy_id = approved(table, table.company_lead, note_id)
    assert opened(table, table.union_lead, copy_id).body == FLOOR
    settled = opened(table, table.facilitator, note_id).releases
    assert [(one.state, one.id) for one in settled] == [(ReleaseState.RELEASED, copy_id)]


def test_a_lead_keeps_a_note_and_it_can_be_asked_for_again(table: Table) -> None:
    note_id = wrote(table, table.union_lead, Room.UNION_CAUCUS)
    asked(table, note_id)

    kept(table, table.union_lead, note_id)

    assert lines(table, table.company_lead, Room.JOINT) == ()
    with pytest.raises(OutOfDate):
        kept(table, table.union_lead, note_id)
    asked(table, note_id)
    assert [mark.state for mark in opened(table, table.facilitator, note_id).releases] == [
        ReleaseState.ASKED,
        ReleaseState.KEPT,
    ]


def test_asking_is_for_a_caucus_and_within_measure(table: Table) -> None:
    note_id = wrote(table, table.union_lead, Room.UNION_CAUCUS)
    own = wrote(table, table.facilitator, Room.FACILITATION)

    with pytest.raises(NotFound):
        asked(table, own)
    with pytest.raises(OutOfDate):
        asked(table, note_id, seen=7)
    with pytest.raises(Unfit):
        asked(table, note_id, remark="x" * 3001)
    with pytest.raises(Forbidden), table.writing(table.union_delegate) as work:
        releases.ask(work, table.case_id, note_id, seen_revision=1)


def test_only_the_party_that_is_asked_is_waited_for_and_only_it_knows(table: Table) -> None:
    note_id = wrote(table, table.union_lead, Room.UNION_CAUCUS)
    asked(table, note_id)

    def known(by):
        with table.reading(by) as work:
            page = overview.show(work, table.case_id)
        return [one.kind for side in page.sides for one in side.waiting if one.kind is TaskKind.ANSWER_RELEASE]

    assert known(table.union_lead) == known(table.facilitator) == [TaskKind.ANSWER_RELEASE]
    assert known(table.company_lead) == known(table.coordinator) == []
    with table.reading(table.union_lead) as work:
        assert (TaskKind.ANSWER_RELEASE, note_id) in [(m.task.kind, m.task.about) for m in waiting.for_me(work)]
    with table.reading(table.company_lead) as work:
        assert TaskKind.ANSWER_RELEASE not in [mine.task.kind for mine in waiting.for_me(work)]
    kept(table, table.union_lead, note_id)
    assert known(table.union_lead) == []


def everything_that_the_company_sees(table):
    with table.reading(table.company_lead) as work:
        page = overview.show(work, table.case_id)
        told = [(side.waiting, side.progress) for side in page.sides], page.mine
        entries = record.index(work, table.case_id).entries
        joint = notes.index(work, table.case_id, Room.JOINT).notes
        work.entries.clear()
    return told, [(entry.room, entry.act, entry.number) for entry in entries], joint


def test_asking_and_keeping_leave_no_trace_before_the_other_party(table: Table) -> None:
    note_id = wrote(table, table.union_lead, Room.UNION_CAUCUS)
    before = everything_that_the_company_sees(table)

    asked(table, note_id)
    revised(table, table.union_lead, note_id, 1)
    kept(table, table.union_lead, note_id)

    assert everything_that_the_company_sees(table) == before


def test_a_release_leaves_the_copy_and_its_entry_before_the_other_party_and_nothing_else(table: Table) -> None:
    note_id = wrote(table, table.union_lead, Room.UNION_CAUCUS)
    asked(table, note_id)
    told, entries, joint = everything_that_the_company_sees(table)

    copy_id = approved(table, table.union_lead, note_id)

    told_after, entries_after, joint_after = everything_that_the_company_sees(table)
    assert told_after == told
    assert [entry[:2] for entry in entries_after if entry not in entries] == [(Room.JOINT, Act.RELEASE_APPROVE)]
    assert [line.id for line in joint_after if line not in joint] == [copy_id]
    with table.reading(table.company_lead) as work:
        chains = set(work.session.scalars(select(Entry.chain).where(Entry.object_id == note_id)))
    assert chain_name(table.case_id, Room.UNION_CAUCUS) in chains
    assert chain_name(table.case_id, Room.JOINT) not in chains


# What can be checked


def test_a_copy_whose_words_or_signer_were_altered_is_not_shown(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody with the joint room's key lays a copy down that the union never released."""
    real = wrote(table, table.union_lead, Room.UNION_CAUCUS)
    genuine = approved(table, table.union_lead, real)
    with table.reading(table.company_lead) as work:
        case = work.session.get(cases.Case, table.case_id)
        note = work.session.get(Note, genuine)
        row = work.session.scalars(select(NoteRevision).where(NoteRevision.note_id == genuine)).one()
        body = notes.current(work, case, note)
        work.entries.clear()
    assert body["release"]["room"] == "union_caucus"
    forgeries = [
        body | {"body": "Our floor is nothing."},
        body | {"release": body["release"] | {"room": "company_caucus"}},
        body | {"release": body["release"] | {"room": "joint"}},
        body | {"release": body["release"] | {"signature": "00" * 64}},
        body | {"release": {"room": "union_caucus"}},
    ]
    for forged in forgeries:
        with table.writing(table.company_lead) as work:
            case = work.session.get(cases.Case, table.case_id)
            present = work.session.get(NoteRevision, row.id)
            present.sealed_body = notes.rooms.seal(work, case, Room.JOINT, forged, present.place("body", Room.JOINT))
        assert opened(table, table.union_lead, genuine).trouble is Trouble.BROKEN
        assert lines(table, table.union_lead, Room.JOINT)[0].trouble is Trouble.BROKEN


def test_a_deputy_lets_go_and_the_copy_still_holds_when_he_has_left(table: Table) -> None:
    luc = table.house.person("Dela Deputy", "dela@union.example")
    table.seat(luc, Party.UNION, Role.DEPUTY)
    table.accept_terms(luc)
    note_id = wrote(table, luc, Room.UNION)
    copy_id = approved(table, luc, note_id)

    with table.writing(table.union_lead) as work:
        participants.remove(work, table.case_id, table.seats[luc.account_id])

    copy = opened(table, table.company_lead, copy_id)
    assert copy.trouble is None
    assert copy.provenance is not None


def test_both_records_name_the_release_and_the_private_one_the_asking(table: Table) -> None:
    note_id = wrote(table, table.union_lead, Room.UNION_CAUCUS)
    asked(table, note_id)
    approved(table, table.union_lead, note_id)

    with table.reading(table.union_lead) as work:
        entries = [(entry.room, entry.act) for entry in record.index(work, table.case_id).entries]

    assert (Room.UNION_CAUCUS, Act.RELEASE_ASK) in entries
    assert (Room.UNION_CAUCUS, Act.RELEASE_APPROVE) in entries
    assert (Room.JOINT, Act.RELEASE_APPROVE) in entries


def test_with_every_right_granted_what_a_facilitator_carries_across_is_still_not_shown(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    note_id = wrote(table, table.union_lead, Room.UNION_CAUCUS)
    own = wrote(table, table.union_lead, Room.UNION)
    monkeypatch.setattr(policy, "RULES", dict.fromkeys(policy.RULES, policy.anyone))

    copy_id = approved(table, table.facilitator, note_id)

    shown = opened(table, table.company_lead, copy_id)
    assert (shown.trouble, shown.title, shown.body) == (Trouble.BROKEN, "", "")
    with pytest.raises(NotFound):
        approved(table, table.facilitator, own)
