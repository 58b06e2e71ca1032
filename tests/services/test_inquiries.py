"""The other lead asks about a listed person before accepting; both sides' preparers read it, the ILO never does."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import update

from dialogue.domain.people import Party
from dialogue.domain.waiting import TaskKind
from dialogue.errors import Forbidden, NotFound, OutOfDate, Unfit
from dialogue.services import inquiries, waiting
from dialogue.services.rooms import Trouble
from dialogue.services.unit import Actor
from dialogue.store.participants import SeatInquiry
from tests.builders import Table
from tests.thief import Thief

QUESTION = "Does Nora still work in the plant?"
ANSWER = "Yes, since 2011, in the cutting hall."


@pytest.fixture
def nora(table: Table) -> Actor:
    """Stated by the union, not accepted by the company yet."""
    person = table.house.person("Nora Ito", "nora@union.example", organisation="Sindicato Textil")
    table.seat(person, Party.UNION, accepted=False)
    return person


def ask(table: Table, by: Actor, about: Actor, words: str = QUESTION) -> UUID:
    with table.writing(by) as work:
        return inquiries.ask(work, table.case_id, table.seats[about.account_id], words=words)


def answer(table: Table, by: Actor, inquiry: UUID, words: str = ANSWER) -> None:
    with table.writing(by) as work:
        inquiries.answer(work, table.case_id, inquiry, words=words)


def told(table: Table, reader: Actor, about: Actor) -> list[tuple[str, str]]:
    with table.reading(reader) as work:
        found = inquiries.show(work, table.case_id, table.seats[about.account_id])
    return [(one.question, one.answer) for one in found.asked]


def kinds(table: Table, person: Actor) -> list[TaskKind]:
    with table.reading(person) as work:
        return [found.task.kind for found in waiting.for_me(work)]


def test_a_question_goes_to_the_other_lead_and_its_answer_back(table: Table, nora: Actor) -> None:
    inquiry = ask(table, table.company_lead, nora)
    assert TaskKind.ANSWER_INQUIRY in kinds(table, table.union_lead)

    answer(table, table.union_lead, inquiry)

    for reader in (table.company_lead, table.union_lead):
        assert told(table, reader, nora) == [(QUESTION, ANSWER)]
    assert TaskKind.ANSWER_INQUIRY not in kinds(table, table.union_lead)
    table.accept(table.company_lead, nora)


def test_neither_the_person_nor_the_ilo_nor_delegates_read_it(table: Table, nora: Actor) -> None:
    answer(table, table.union_lead, ask(table, table.company_lead, nora))

    for reader in (nora, table.union_delegate, table.facilitator, table.coordinator):
        with pytest.raises(NotFound):
            told(table, reader, nora)
        thief = Thief(table.instance.store)
        thief.copy()
        assert QUESTION.encode() not in b" ".join(thief.opens(reader.bundle).values())


def test_one_asks_about_the_other_side_and_answers_for_the_own(table: Table, nora: Actor) -> None:
    for person in (table.union_lead, table.company_delegate, table.facilitator):
        with pytest.raises(Forbidden):
            ask(table, person, nora)
    inquiry = ask(table, table.company_lead, nora)
    with pytest.raises(Forbidden):
        answer(table, table.company_lead, inquiry)
    with pytest.raises(Unfit):
        ask(table, table.company_lead, nora, "  ")
    answer(table, table.union_lead, inquiry)
    with pytest.raises(OutOfDate):
        answer(table, table.union_lead, inquiry, "Something else.")


def test_an_answer_moved_to_another_question_is_not_shown(table: Table, nora: Actor) -> None:
    first, second = ask(table, table.company_lead, nora), ask(table, table.company_lead, nora, "Since when?")
    answer(table, table.union_lead, first)
    answer(table, table.union_lead, second, "Since 2011.")
    with table.instance.store.session(writes=True) as session:
        moved = session.get(SeatInquiry, first)
        assert moved is not None
        session.execute(update(SeatInquiry).where(SeatInquiry.id == second).values(sealed_answer=moved.sealed_answer))
        session.commit()

    with table.reading(table.company_lead) as work:
        found = inquiries.show(work, table.case_id, table.seats[nora.account_id])
    assert [one.trouble for one in found.asked] == [None, Trouble.BROKEN]
