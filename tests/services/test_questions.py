"""Both put the same question to an expert, one answer reaches both at once, and the seat ends by itself."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from dialogue.domain.acts import Act
from dialogue.domain.cases import Support
from dialogue.domain.people import Party, Role, Room, StaffRole
from dialogue.domain.questions import QuestionState
from dialogue.domain.seats import StatementKind
from dialogue.errors import Forbidden, IllegalTransition, KeyAlarm, NotBound, NotFound, OutOfDate, Unfit
from dialogue.services import agenda, cases, desk, history, jointacts, notes, participants, questions
from dialogue.services.questions import QuestionShown
from dialogue.services.rooms import Trouble
from dialogue.services.unit import Actor
from dialogue.store.participants import Participant, ParticipantState
from dialogue.store.questions import Question
from tests import builders
from tests.builders import Table
from tests.hostile import Hostile
from tests.tell_tale import told_of
from tests.thief import Thief

WORDS = "Which rest periods does Convention No. 171 ask for?"
ANSWER = "Eleven hours; see its Article 3 and the Recommendation."


@pytest.fixture
def expert(table: Table) -> Actor:
    """Somebody on the office's list of experts."""
    return listed(table, "Edda Moor", "edda@ilo.example")


def listed(table: Table, name: str, email: str) -> Actor:
    person = table.house.person(name, email, organisation="ILO", roles=frozenset({StaffRole.EXPERT}))
    table.house.list_staff(table.coordinator, person)
    return person


def propose(table: Table, lead: Actor, expert: Actor, text: str = WORDS, days: int = 14) -> UUID:
    with table.writing(lead) as work:
        return questions.propose(
            work, table.case_id, text=text, expert_id=expert.account_id, until=work.now + timedelta(days=days)
        )


def put(table: Table, lead: Actor, question: UUID) -> None:
    with table.writing(lead) as work:
        questions.put(work, table.case_id, question)


def answer(table: Table, expert: Actor, question: UUID) -> None:
    with table.writing(expert) as work:
        questions.answer(work, table.case_id, question, text=ANSWER)


def asked(table: Table, expert: Actor) -> UUID:
    """Both have put it, the expert has undertaken, and somebody who holds the key has been there."""
    question = propose(table, table.company_lead, expert)
    put(table, table.union_lead, question)
    table.accept_terms(expert)
    seen(table, table.company_delegate)
    return question


def seen(table: Table, reader: Actor) -> list[QuestionShown]:
    with table.reading(reader) as work:
        return list(questions.index(work, table.case_id).questions)


def told(table: Table, reader: Actor) -> list[tuple[str, str, QuestionState]]:
    return [(one.text, one.answer, one.state) for one in seen(table, reader)]


def test_both_ask_one_answer_reaches_both_and_the_seat_ends(table: Table, expert: Actor) -> None:
    question = asked(table, expert)
    assert told(table, expert) == [(WORDS, "", QuestionState.PUT)]
    leads = (table.company_lead.account_id, table.union_lead.account_id)
    before = {lead: told_of(table.instance, lead) for lead in leads}

    answer(table, expert, question)

    for reader in (table.company_lead, table.union_delegate, table.facilitator):
        assert told(table, reader) == [(WORDS, ANSWER, QuestionState.ANSWERED)]
    for lead in leads:
        assert told_of(table.instance, lead) == [*before[lead], "waiting"]
    with pytest.raises(NotFound), table.reading(expert) as work:
        cases.participant_of(work, table.case_id, expert.account_id)
    with table.reading(table.company_lead) as work:
        assert all(person.account_id != expert.account_id for person in participants.index(work, table.case_id).people)


def test_before_both_have_asked_the_expert_learns_of_nothing(table: Table, expert: Actor) -> None:
    propose(table, table.company_lead, expert)
    seen(table, table.union_lead)

    assert told_of(table.instance, expert.account_id) == []
    with table.reading(expert) as work:
        assert cases.index(work).lines == ()
    with pytest.raises(NotFound), table.reading(expert) as work:
        participants.compare(work, table.case_id, uuid4())
    thief = Thief(table.instance.store)
    thief.copy()
    assert thief.opens(expert.bundle) == {}


def test_no_lead_asks_alone(table: Table, expert: Actor) -> None:
    question = propose(table, table.company_lead, expert)

    with pytest.raises(Forbidden):
        put(table, table.company_lead, question)
    for person in (table.union_delegate, table.facilitator):
        with pytest.raises(Forbidden):
            put(table, person, question)
        with pytest.raises(Forbidden):
            propose(table, person, expert)


def test_other_words_replace_those_that_wait_and_need_the_other_lead_again(table: Table, expert: Actor) -> None:
    first = propose(table, table.company_lead, expert)
    second = propose(table, table.union_lead, expert, "How long is a night worker's rest, by Convention No. 171?")

    with pytest.raises(OutOfDate):
        put(table, table.union_lead, first)
    put(table, table.company_lead, second)
    assert [one.state for one in seen(table, table.union_lead)] == [QuestionState.PUT, QuestionState.WITHDRAWN]
    with pytest.raises(Unfit):
        propose(table, table.company_lead, expert)


def test_an_expert_undertakes_first_and_sees_the_question_and_nothing_else(table: Table, expert: Actor) -> None:
    other = listed(table, "Ulf Berg", "ulf@ilo.example")
    earlier = asked(table, other)
    answer(table, other, earlier)
    with table.writing(table.company_lead) as work:
        notes.write(work, table.case_id, Room.JOINT, title="Shifts", body="Said among us.")
    question = propose(table, table.union_lead, expert, "And for those below eighteen?")
    put(table, table.company_lead, question)
    with pytest.raises(NotFound):
        seen(table, expert)
    with pytest.raises(NotBound):
        answer(table, expert, question)

    table.accept_terms(expert)
    assert [one.trouble for one in seen(table, expert)] == [Trouble.LOCKED]
    seen(table, table.facilitator)

    assert told(table, expert) == [("And for those below eighteen?", "", QuestionState.PUT)]
    for look in (agenda.board, desk.show):
        with pytest.raises((NotFound, Forbidden)), table.reading(expert) as work:
            look(work, table.case_id)
    with pytest.raises(NotFound), table.reading(expert) as work:
        notes.index(work, table.case_id, Room.JOINT)
    thief = Thief(table.instance.store)
    thief.copy()
    read = b" ".join(thief.opens(expert.bundle).values())
    assert b"below eighteen" in read
    for closed in (WORDS, ANSWER, "Said among us.", builders.ISSUES):
        assert closed.encode() not in read


def test_after_the_answer_the_expert_opens_nothing_that_is_written(table: Table, expert: Actor) -> None:
    question = asked(table, expert)
    answer(table, expert, question)
    other = listed(table, "Ulf Berg", "ulf@ilo.example")
    propose(table, table.union_lead, other, "What only Ulf is asked.")
    thief = Thief(table.instance.store)
    thief.copy()

    assert b"What only Ulf is asked." not in b" ".join(thief.opens(expert.bundle).values())


def test_the_seat_ends_by_itself_at_the_day_that_was_set(table: Table, expert: Actor) -> None:
    question = asked(table, expert)
    table.house.tick(timedelta(days=15))

    with pytest.raises(NotFound):
        answer(table, expert, question)
    assert [one.is_overdue for one in seen(table, table.company_lead)] == [True]
    with table.writing(table.company_lead) as work:
        questions.withdraw(work, table.case_id, question)
    again = propose(table, table.company_lead, expert)
    put(table, table.union_lead, again)
    assert len(told(table, table.union_lead)) == 2


def test_an_expert_may_leave_it_unanswered(table: Table, expert: Actor) -> None:
    question = asked(table, expert)
    with table.writing(expert) as work:
        questions.decline(work, table.case_id, question)

    assert [one.state for one in seen(table, table.union_lead)] == [QuestionState.DECLINED]
    with pytest.raises(NotFound):
        seen(table, expert)


def test_either_lead_takes_a_question_back_and_the_seat_ends_at_once(table: Table, expert: Actor) -> None:
    question = asked(table, expert)
    with pytest.raises(Forbidden), table.writing(table.union_delegate) as work:
        questions.withdraw(work, table.case_id, question)
    with table.writing(table.union_lead) as work:
        questions.withdraw(work, table.case_id, question)

    with pytest.raises(NotFound):
        answer(table, expert, question)
    with pytest.raises(OutOfDate), table.writing(table.union_lead) as work:
        questions.withdraw(work, table.case_id, question)


def test_the_desk_suggests_and_reads_nothing(table: Table, expert: Actor) -> None:
    with table.writing(table.coordinator) as work:
        questions.suggest(work, table.case_id, expert.account_id)
    with pytest.raises(NotFound), table.reading(table.coordinator) as work:
        questions.index(work, table.case_id)
    with table.reading(table.union_lead) as work:
        assert questions.look_before_proposing(work, table.case_id).suggested == {expert.account_id}
    with pytest.raises(NotFound):
        seen(table, expert)
    with pytest.raises(Forbidden), table.writing(table.company_lead) as work:
        questions.suggest(work, table.case_id, expert.account_id)

    asked(table, expert)
    assert told(table, expert) == [(WORDS, "", QuestionState.PUT)]


def test_only_who_is_on_the_list_and_has_no_other_seat_is_asked(table: Table, expert: Actor) -> None:
    unlisted = table.house.person("Nina Volk", "nina@ilo.example", roles=frozenset({StaffRole.EXPERT}))
    for person in (unlisted, table.facilitator, table.outsider):
        with pytest.raises(Unfit):
            propose(table, table.company_lead, person)
    for words, days in (("   ", 14), (WORDS, -1)):
        with pytest.raises(Unfit):
            propose(table, table.company_lead, expert, words, days)


def test_where_technical_input_was_not_asked_nobody_asks_an_expert(house: builders.House) -> None:
    table = builders.in_dialogue(house, frozenset({Support.FACILITATION}))
    person = listed(table, "Edda Moor", "edda@ilo.example")

    with pytest.raises(IllegalTransition):
        propose(table, table.company_lead, person)


# Somebody who writes the database


def test_an_expert_whom_one_side_alone_has_stated_gets_nothing_by_a_row(table: Table, expert: Actor) -> None:
    propose(table, table.company_lead, expert)
    hostile = Hostile(table.instance.store, expert, table.house.now)
    hostile.execute(
        update(Participant).where(Participant.account_id == expert.account_id).values(state=ParticipantState.CONFIRMED)
    )
    hostile.execute(update(Question).values(state=QuestionState.PUT))
    hostile.write(hostile.due(table.case_id, Room.INPUT), hostile.due(table.case_id, Room.TERMS))
    seen(table, table.company_lead)

    with pytest.raises(NotFound):
        seen(table, expert)
    thief = Thief(table.instance.store)
    thief.copy()
    assert thief.opens(expert.bundle) == {}


def test_an_acceptance_that_the_other_lead_did_not_sign_is_an_alarm(table: Table, expert: Actor) -> None:
    propose(table, table.company_lead, expert)
    hostile = Hostile(table.instance.store, expert, table.house.now)
    hostile.say(table.case_id, StatementKind.ACCEPT, expert, None, Role.EXPERT, signer=table.union_lead)

    with pytest.raises(KeyAlarm):
        seen(table, table.company_lead)


def test_words_that_were_moved_from_another_question_are_not_shown(table: Table, expert: Actor) -> None:
    first = propose(table, table.company_lead, expert)
    second = propose(table, table.company_lead, expert, "And for those below eighteen?")
    with table.instance.store.session(writes=True) as session:
        former = session.get(Question, first)
        assert former is not None
        session.execute(update(Question).where(Question.id == second).values(sealed_body=former.sealed_body))
        session.commit()

    assert [one.trouble for one in seen(table, table.union_lead)] == [Trouble.BROKEN, None]


def test_a_question_said_to_be_of_the_other_party_is_not_shown(table: Table, expert: Actor) -> None:
    propose(table, table.company_lead, expert)
    hostile = Hostile(table.instance.store, expert, table.house.now)
    hostile.execute(update(Question).values(party=Party.UNION))

    assert [one.trouble for one in seen(table, table.union_lead)] == [Trouble.BROKEN]


def test_no_past_is_opened_to_an_expert(table: Table, expert: Actor) -> None:
    asked(table, expert)
    with pytest.raises(Unfit), table.writing(table.company_lead) as work:
        jointacts.propose(work, table.case_id, Act.HISTORY_GRANT, about=expert.account_id, room=Room.INPUT)
    with table.reading(table.company_lead) as work:
        without = history.index(work, table.case_id).without
    assert all(entry.role is not Role.EXPERT for entry in without)
