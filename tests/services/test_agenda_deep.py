"""The order of the agenda, wordings side by side and in other languages, how the parties moved, and what is new."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from dialogue.domain.acts import Act
from dialogue.domain.agenda import Change
from dialogue.domain.people import Party, Role, Room
from dialogue.domain.positions import Consensus, Stance
from dialogue.errors import Forbidden, IllegalTransition, NotFound, OutOfDate, Unfit
from dialogue.services import agenda, composition, items, notes, overview, wordings
from dialogue.services.rooms import Trouble
from dialogue.services.unit import Actor
from dialogue.store.agenda import Translation
from dialogue.store.cases import find_case
from tests.builders import Table
from tests.on_the_table import admitted, agreed, look, proposed, stand, statements_of, word

FRENCH = "Le travail de nuit est annoncé quatre semaines à l'avance."


def board(table: Table, by: Actor) -> agenda.Board:
    with table.reading(by) as work:
        return agenda.board(work, table.case_id)


def order(table: Table, by: Actor, item_id: UUID, neighbour: UUID) -> None:
    with table.writing(by) as work:
        agenda.order(work, table.case_id, item_id, neighbour=neighbour)


def translate(table: Table, by: Actor, item_id: UUID, wording: UUID, text: str = FRENCH, language: str = "fr") -> UUID:
    with table.writing(by) as work:
        return wordings.translate(work, table.case_id, item_id, wording_id=wording, language=language, text=text)


# The order of the agenda


def test_either_lead_or_the_facilitator_orders_the_agenda_and_the_numbers_stay(table: Table) -> None:
    first, second, third = (admitted(table, title) for title in ("Wages", "Overtime", "Canteen"))

    order(table, table.union_lead, third, second)
    order(table, table.facilitator, third, first)
    order(table, table.company_lead, first, second)

    lines = board(table, table.company_delegate).lines
    assert [(line.id, line.number) for line in lines] == [(third, 3), (second, 2), (first, 1)]
    with table.reading(table.company_lead) as work:
        case = find_case(work.session, table.case_id)
        assert case is not None
        assert [each.item.id for each in composition.lay_out(work, case)] == [third, second, first]


def test_two_items_that_do_not_follow_each_other_any_more_do_not_change_places(table: Table) -> None:
    first, second, third = (admitted(table, title) for title in ("Wages", "Overtime", "Canteen"))
    waits = proposed(table, table.company_lead, "Not yet admitted")

    for one, other in ((first, third), (first, first), (third, waits), (first, UUID(int=7))):
        with pytest.raises(OutOfDate):
            order(table, table.company_lead, one, other)
    with pytest.raises(Forbidden):
        order(table, table.company_delegate, first, second)
    with pytest.raises(NotFound):
        order(table, table.outsider, first, second)


# Any two wordings


def test_any_two_wordings_are_compared(table: Table) -> None:
    item_id = admitted(table)
    for text in ("Two weeks ahead.", "Three weeks ahead.", "Four weeks ahead, in writing."):
        word(table, table.company_lead, item_id, text)

    def compared(older=None, newer=None):  # type: ignore[no-untyped-def]
        with table.reading(table.union_delegate) as work:
            return items.compare_wordings(work, table.case_id, item_id, older=older, newer=newer)

    newest = compared()
    assert (newest.older.number, newest.newer.number, newest.last) == (2, 3, 3)
    outer = compared(3, 1)
    assert (outer.older.text, outer.newer.text) == ("Two weeks ahead.", "Four weeks ahead, in writing.")
    assert "".join(text for kind, text in outer.parts if kind != "removed") == outer.newer.text
    for older, newer in ((1, 4), (2, 2), (0, 9)):
        with pytest.raises(NotFound):
            compared(older, newer)


# Translations


def test_a_translation_is_current_until_another_wording_is_put(table: Table) -> None:
    item_id = admitted(table)
    first = word(table, table.company_lead, item_id)
    translate(table, table.union_lead, item_id, first, "Une première fois.")
    translate(table, table.facilitator, item_id, first)

    shown = look(table, table.company_delegate, item_id).translations
    assert [(one.language, one.wording, one.is_current, one.text) for one in shown] == [("fr", 1, True, FRENCH)]

    second = word(table, table.company_lead, item_id, "Night shifts are announced in writing.")
    translate(table, table.union_lead, item_id, second, "Se anuncian por escrito.", "es")
    spanish, french = look(table, table.company_delegate, item_id).translations
    assert (spanish.language, spanish.is_current) == ("es", True)
    assert (french.language, french.wording, french.is_current, french.text) == ("fr", 1, False, FRENCH)


def test_a_translation_changes_neither_wording_nor_positions(table: Table) -> None:
    item_id = agreed(table)
    before = look(table, table.company_lead, item_id)
    assert before.wording is not None

    translate(table, table.company_lead, item_id, before.wording.id)

    after = look(table, table.company_lead, item_id)
    assert (after.wording, after.positions, after.consensus) == (
        before.wording,
        before.positions,
        Consensus.AGREED,
    )


def test_who_translates_what(table: Table) -> None:
    item_id = admitted(table)
    first = word(table, table.company_lead, item_id)
    second = word(table, table.company_lead, item_id, "Other words.")

    with pytest.raises(OutOfDate):
        translate(table, table.union_lead, item_id, first)
    with pytest.raises(Unfit):
        translate(table, table.union_lead, item_id, second, language="en")
    with pytest.raises(Forbidden):
        translate(table, table.union_delegate, item_id, second)
    with table.writing(table.union_lead) as work:
        agenda.park(work, table.case_id, item_id)
    with pytest.raises(IllegalTransition):
        translate(table, table.union_lead, item_id, second)


def test_a_translation_moved_to_other_words_is_not_shown(table: Table) -> None:
    one, other = admitted(table, "One"), admitted(table, "Other")
    first, second = word(table, table.company_lead, one), word(table, table.company_lead, other)
    moved = translate(table, table.company_lead, one, first)
    with table.house.writing(None) as work:
        row = work.session.get(Translation, moved)
        assert row is not None
        row.item_id, row.wording_id = other, second

    assert [shown.trouble for shown in look(table, table.company_lead, other).translations] == [Trouble.BROKEN]


def test_a_newcomer_reads_the_translations_on_the_table(table: Table) -> None:
    item_id = admitted(table)
    first = word(table, table.company_lead, item_id)
    translate(table, table.company_lead, item_id, first, "Une première fois.")
    second = word(table, table.company_lead, item_id, "Other words.")
    translate(table, table.company_lead, item_id, second)
    late = table.house.person("Nele Neu", "nele@union.example")
    table.seat(late, Party.UNION, Role.DELEGATE)
    table.accept_terms(late)
    board(table, table.company_lead)

    shown = look(table, late, item_id)
    assert [(one.text, one.trouble) for one in shown.translations] == [(FRENCH, None)]


# How the parties moved


def test_how_the_parties_moved_is_told_step_by_step(table: Table) -> None:
    item_id = admitted(table)
    word(table, table.company_lead, item_id, "Two weeks.")
    stand(table, table.company_lead, item_id, Stance.AGREE)
    stand(table, table.union_lead, item_id, Stance.CANNOT_AGREE, reason="Too short.")
    stand(table, table.union_lead, item_id, Stance.NEEDS_WORK, reason="Four weeks.")
    word(table, table.facilitator, item_id, "Three weeks.")
    stand(table, table.union_lead, item_id, Stance.CAN_LIVE_WITH_IT, reservation="For one season.")

    with table.reading(table.company_delegate) as work:
        told = items.moves(work, table.case_id, item_id)

    steps = [
        (
            step.number,
            step.position.party if step.position else None,
            step.before,
            {party: position.stance for party, position in step.standing.items()},
        )
        for step in told.steps
    ]
    company, union = Party.COMPANY, Party.UNION
    assert steps == [
        (1, None, None, {}),
        (1, company, None, {company: Stance.AGREE}),
        (1, union, None, {company: Stance.AGREE, union: Stance.CANNOT_AGREE}),
        (1, union, Stance.CANNOT_AGREE, {company: Stance.AGREE, union: Stance.NEEDS_WORK}),
        (2, None, None, {}),
        (2, union, Stance.NEEDS_WORK, {union: Stance.CAN_LIVE_WITH_IT}),
    ]
    last = told.steps[-1].position
    assert last is not None
    assert last.reservation == "For one season."
    assert told.people[told.steps[4].by].name == "Farid Lindqvist"
    assert told.older is None


def test_a_long_history_is_read_page_by_page_at_the_same_cost(table: Table) -> None:
    item_id = admitted(table)
    for number in range(1, 13):
        word(table, table.company_lead, item_id, f"Words {number}.")

    def page(before=None):  # type: ignore[no-untyped-def]
        with statements_of(table.instance.store) as sent, table.reading(table.union_lead) as work:
            told = items.moves(work, table.case_id, item_id, before=before)
        return told, len(sent)

    page()
    newest, cost = page()
    assert [step.number for step in newest.steps] == list(range(3, 13))
    older, cost_of_older = page(newest.older)
    assert [step.number for step in older.steps] == [1, 2]
    assert older.older is None
    assert cost_of_older <= cost


# What is new


def days_later(table: Table, days: int = 3) -> None:
    table.house.tick(timedelta(days=days))


def test_the_board_says_what_others_have_done_since_somebody_was_here(table: Table) -> None:
    worded, stood = admitted(table, "Worded"), admitted(table, "Stood")
    word(table, table.company_lead, stood)
    board(table, table.union_lead)
    days_later(table)
    word(table, table.company_lead, worded)
    stand(table, table.company_lead, stood, Stance.AGREE)
    new = proposed(table, table.company_lead, "New")

    seen = board(table, table.union_lead)

    told = {line.id: (line.changes, line.news) for line in seen.changed}
    assert told == {
        worded: ({Change.WORDED}, ()),
        stood: (set(), (Party.COMPANY,)),
        new: ({Change.PROPOSED}, ()),
    }
    assert seen.visit is not None
    assert board(table, table.company_lead).changed == ()
    table.house.tick(timedelta(minutes=20))
    assert board(table, table.union_lead).changed == seen.changed
    days_later(table)
    assert board(table, table.union_lead).changed == ()


def test_the_case_page_says_what_is_new_in_the_rooms_that_somebody_hears(table: Table) -> None:
    for person in (table.company_lead, table.union_lead, table.union_delegate):
        board(table, person)
    days_later(table)
    with table.writing(table.union_lead) as work:
        notes.write(work, table.case_id, Room.UNION, title="Wages", body="Our floor.")
    for title in ("One", "Two"):
        proposed(table, table.union_lead, title)

    def news(by: Actor) -> list[tuple[Room, Act, int]] | None:
        with table.reading(by) as work:
            new = overview.show(work, table.case_id).new
        return [(one.room, one.act, one.count) for one in new.news] if new else None

    assert news(table.company_lead) == [(Room.JOINT, Act.AGENDA_PROPOSE, 2)]
    assert news(table.union_delegate) == [
        (Room.JOINT, Act.AGENDA_PROPOSE, 2),
        (Room.UNION, Act.NOTE_WRITE, 1),
    ]
    assert news(table.union_lead) == []


def test_what_others_only_read_or_were_refused_is_no_news(table: Table) -> None:
    board(table, table.union_lead)
    days_later(table)
    board(table, table.company_delegate)
    with pytest.raises(Forbidden):
        proposed(table, table.company_delegate)

    with table.reading(table.union_lead) as work:
        new = overview.show(work, table.case_id).new
    assert new is not None
    assert new.news == ()
