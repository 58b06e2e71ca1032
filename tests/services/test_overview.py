"""The page of a case: who is told what of the other side, and what it costs."""

from __future__ import annotations

import pytest

from dialogue.domain.acts import Act
from dialogue.domain.cases import CaseStatus
from dialogue.domain.people import Party, Role
from dialogue.domain.waiting import TaskKind
from dialogue.errors import Forbidden, IllegalTransition, NotFound
from dialogue.services import facilitators, overview, participants, terms
from dialogue.services.overview import CasePage
from dialogue.services.unit import Actor
from dialogue.store.outbox import letters
from tests.builders import Table
from tests.on_the_table import admitted, statements_of, word


def page(table: Table, actor: Actor) -> CasePage:
    with table.reading(actor) as work:
        return overview.show(work, table.case_id)


def kinds(shown: CasePage, party: Party | None) -> set[TaskKind]:
    return next({found.kind for found in side.waiting} for side in shown.sides if side.party is party)


def test_neither_side_sees_whether_the_other_has_answered_about_a_facilitator(preparing: Table) -> None:
    with preparing.writing(preparing.coordinator) as work:
        row = facilitators.propose(work, preparing.case_id, preparing.facilitator.account_id)
    with preparing.writing(preparing.facilitator) as work:
        facilitators.declare(work, preparing.case_id, interests="None.")
    before = page(preparing, preparing.union_lead)

    with preparing.writing(preparing.company_lead) as work:
        facilitators.accept(work, preparing.case_id, row)

    after = page(preparing, preparing.union_lead)
    assert kinds(before, Party.COMPANY) == kinds(after, Party.COMPANY)
    assert TaskKind.ANSWER_FACILITATOR in kinds(after, Party.UNION)
    assert TaskKind.ANSWER_FACILITATOR not in kinds(page(preparing, preparing.company_lead), Party.COMPANY)


def test_the_desk_is_told_nothing_of_what_waits_in_the_joint_room(table: Table) -> None:
    word(table, table.company_lead, admitted(table))

    assert TaskKind.TAKE_POSITION in kinds(page(table, table.company_delegate), Party.UNION)
    shown = page(table, table.coordinator)
    assert kinds(shown, Party.UNION) == kinds(shown, Party.COMPANY) == set()
    assert not any(side.shows_joint for side in shown.sides)


def test_things_of_one_kind_stand_together_and_only_the_asked_are_offered_them(table: Table) -> None:
    for number in range(3):
        word(table, table.company_lead, admitted(table, f"Item {number}"))

    lead, delegate = page(table, table.union_lead), page(table, table.union_delegate)

    assert [(found.kind, found.count, found.about) for found in lead.mine] == [(TaskKind.TAKE_POSITION, 3, None)]
    assert delegate.mine == ()
    assert not any(found.own for side in delegate.sides for found in side.waiting)


def test_people_who_have_not_accepted_the_terms_are_named_on_their_own_side(preparing: Table) -> None:
    with preparing.writing(preparing.company_lead) as work:
        proposed = terms.propose(work, preparing.case_id, text="All of it.", language="en", retention_months=12)
    with preparing.writing(preparing.union_lead) as work:
        terms.agree(work, preparing.case_id, proposed)

    shown = page(preparing, preparing.company_lead)

    asked = {side.party: found.names for side in shown.sides for found in side.waiting if found.names}
    assert asked == {Party.COMPANY: ("Piet Vos",), Party.UNION: ("Luc Mensah",)}
    assert {side.lead for side in shown.sides if side.party} == {"Mina Brandt", "Ana Rojas"}


def test_whoever_began_takes_back_and_the_other_declines(drafted: Table) -> None:
    assert page(drafted, drafted.company_lead).ways_out == {Act.CASE_WITHDRAW}
    assert page(drafted, drafted.union_lead).ways_out == {Act.CASE_DECLINE}


def test_only_leads_are_shown_the_way_out(table: Table) -> None:
    assert page(table, table.company_lead).ways_out == {Act.CASE_LEAVE}
    for actor in (table.company_delegate, table.facilitator, table.coordinator):
        assert page(table, actor).ways_out == frozenset()
    with table.reading(table.company_delegate) as work, pytest.raises(Forbidden):
        overview.way_out(work, table.case_id, Act.CASE_LEAVE)
    with table.reading(table.company_lead) as work, pytest.raises(IllegalTransition):
        overview.way_out(work, table.case_id, Act.CASE_GO_BACK)


def test_nobody_without_a_seat_sees_the_page(table: Table) -> None:
    with table.reading(table.outsider) as work, pytest.raises(NotFound):
        overview.show(work, table.case_id)


def test_a_newcomer_is_told_with_whom_to_compare_words(drafted: Table) -> None:
    drafted.seat(drafted.company_delegate, Party.COMPANY, accepted=False)

    shown = page(drafted, drafted.company_delegate)

    assert shown.compares_with is not None
    assert shown.compares_with.name == "Ana Rojas"
    drafted.accept(drafted.union_lead, drafted.company_delegate)
    assert page(drafted, drafted.company_delegate).compares_with is None


def test_the_page_costs_the_same_with_two_items_and_with_twenty(table: Table) -> None:
    word(table, table.company_lead, admitted(table, "First"))
    word(table, table.company_lead, admitted(table, "Second"))
    with statements_of(table.instance.store) as few:
        page(table, table.union_lead)
    for number in range(18):
        word(table, table.company_lead, admitted(table, f"Item {number}"))
    with statements_of(table.instance.store) as many:
        shown = page(table, table.union_lead)

    assert shown.mine[0].count == 20
    assert len(many) == len(few)


def test_an_invitation_is_sent_again_by_those_who_may_list_that_person(drafted: Table) -> None:
    with drafted.writing(drafted.company_lead) as work:
        place = participants.add(
            work, drafted.case_id, role=Role.DELEGATE, name="Jo", function="Buyer", email="jo@brand.example"
        )
    with drafted.reading(None) as work:
        before = len(letters(work.session, limit=50))

    with drafted.writing(drafted.union_lead) as work, pytest.raises(NotFound):
        participants.invite_again(work, drafted.case_id, place, email="ana@union.example")
    with drafted.writing(drafted.company_lead) as work:
        participants.invite_again(work, drafted.case_id, place, email="jo@brand.example")

    with drafted.reading(None) as work:
        assert len(letters(work.session, limit=50)) == before + 1
    with drafted.reading(drafted.company_lead) as work:
        jo = next(p for p in participants.index(work, drafted.case_id).people if p.participant_id == place)
    assert jo.may == {Act.PARTICIPANT_LIST, Act.PARTICIPANT_REMOVE}


def test_nobody_is_invited_again_who_has_joined(drafted: Table) -> None:
    place = drafted.seats[drafted.union_lead.account_id]

    with drafted.writing(drafted.company_lead) as work, pytest.raises(NotFound):
        participants.invite_again(work, drafted.case_id, place, email="ana@union.example")
    assert page(drafted, drafted.company_lead).head.status is CaseStatus.INVITED
