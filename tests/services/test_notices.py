"""The completion notice: reference and date, nothing else; after two yeses or seven days; never a second one (R11)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from dialogue.domain.cases import CaseStatus, Completion
from dialogue.domain.notices import may_go
from dialogue.domain.people import Party
from dialogue.errors import Forbidden, IllegalTransition, NotAgreed, NotFound, OutOfDate, Unfit
from dialogue.services import cases, letters, notices
from dialogue.store.cases import find_case, lock_case
from dialogue.store.outbox import OutboxLetter
from tests import builders

SEVEN_DAYS = timedelta(days=7)


@pytest.fixture
def ended(table):
    """A dialogue that the union's lead has left; a day goes by."""
    with table.writing(table.union_lead) as work:
        cases.leave(work, table.case_id)
    table.house.tick(timedelta(days=1))
    return table


def prepare(table, by=None):
    with table.writing(by or table.coordinator) as work:
        notices.prepare(work, table.case_id)


def agree(table, by):
    with table.writing(by) as work:
        notices.agree(work, table.case_id)


def send(table, by=None):
    with table.writing(by or table.coordinator) as work:
        notices.send(work, table.case_id)


def shown(table, reader):
    with table.reading(reader) as work:
        return notices.show(work, table.case_id)


def sent(table):
    """What went to the secretariats: address, subject, text."""
    with table.instance.store.session(writes=False) as session:
        rows = session.scalars(select(OutboxLetter).where(OutboxLetter.key.startswith("notice:"))).all()
        told = [letters.opened(table.instance.secrets, row) for row in rows]
    return sorted((letter.to, letter.subject, letter.text) for letter in told)


def test_there_is_no_notice_while_the_parties_talk(table):
    for person in (table.coordinator, table.company_lead):
        with pytest.raises(IllegalTransition):
            shown(table, person)
    with pytest.raises(IllegalTransition):
        prepare(table)


def test_both_leads_are_shown_the_exact_words_that_go(ended):
    prepare(ended)
    read = {shown(ended, lead).text for lead in (ended.company_lead, ended.union_lead, ended.coordinator)}
    assert len(read) == 1
    agree(ended, ended.company_lead)
    agree(ended, ended.union_lead)
    send(ended)

    assert [address for address, _, _ in sent(ended)] == ["employers@example.org", "workers@example.org"]
    assert {words for _, _, words in sent(ended)} == read
    assert shown(ended, ended.company_lead).recipients == ("employers@example.org", "workers@example.org")


def test_it_says_reference_and_date_and_nothing_else(ended):
    prepare(ended)
    found = shown(ended, ended.company_lead)

    assert found.reference == "CUD-2026-0001"
    assert "CUD-2026-0001" in found.text
    assert "November 2, 2026" in found.text
    for word in ("Northfield", "Sindicato", "Brandt", "Rojas", "Lindqvist", "sewing", "ended", "http"):
        assert word not in found.text + found.subject


def test_the_date_is_the_day_on_which_it_came_to_its_end(table):
    """Completed on one day, closed months later: the notice says the first."""
    with table.writing(table.company_lead) as work:
        case = lock_case(work.session, table.case_id)
        case.status = CaseStatus.CONCLUDING
        cases.complete(work, case, Completion.NONE)
    table.house.tick(timedelta(days=90))
    with table.writing(table.company_lead) as work:
        case = lock_case(work.session, table.case_id)
        cases.move(work, case, cases.Act.CASE_CLOSE)
    prepare(table)

    found = shown(table, table.company_lead)
    assert found.date.date().isoformat() == "2026-11-02"
    assert "November 2, 2026" in found.text


def test_it_does_not_go_before_two_yeses_or_seven_days(ended):
    prepare(ended)
    with pytest.raises(NotAgreed):
        send(ended)
    agree(ended, ended.company_lead)
    with pytest.raises(NotAgreed):
        send(ended)
    assert sent(ended) == []

    agree(ended, ended.union_lead)
    send(ended)
    assert len(sent(ended)) == 2


def test_after_seven_days_it_goes_without_an_answer(ended):
    prepare(ended)
    ended.house.tick(SEVEN_DAYS - timedelta(minutes=1))
    with pytest.raises(NotAgreed):
        send(ended)
    assert not shown(ended, ended.coordinator).may_go

    ended.house.tick(timedelta(minutes=1))
    assert shown(ended, ended.coordinator).may_go
    send(ended)
    assert len(sent(ended)) == 2


def test_sent_twice_it_is_the_same_letter_word_for_word(ended):
    prepare(ended)
    ended.house.tick(SEVEN_DAYS)
    send(ended)
    first = sent(ended)
    ended.house.tick(timedelta(days=30))
    send(ended)

    assert sent(ended) == sorted(first * 2)
    found = shown(ended, ended.company_lead)
    assert (found.times_sent, found.sent_at < ended.house.now - timedelta(days=29)) == (2, True)


def test_it_is_prepared_once(ended):
    prepare(ended)
    with pytest.raises(OutOfDate):
        prepare(ended)


def test_an_answer_to_what_has_gone_changes_nothing(ended):
    prepare(ended)
    ended.house.tick(SEVEN_DAYS)
    send(ended)

    with pytest.raises(OutOfDate):
        agree(ended, ended.company_lead)


def test_a_notice_that_was_not_prepared_is_neither_agreed_nor_sent(ended):
    with pytest.raises(NotFound):
        agree(ended, ended.company_lead)
    with pytest.raises(NotFound):
        send(ended)


def test_the_desk_prepares_and_sends_and_the_leads_agree(ended):
    for person in (ended.company_lead, ended.union_delegate, ended.facilitator):
        with pytest.raises(Forbidden):
            prepare(ended, person)
    prepare(ended)
    for person in (ended.company_lead, ended.union_delegate):
        with pytest.raises(Forbidden):
            send(ended, person)
    for person in (ended.coordinator, ended.union_delegate, ended.facilitator):
        with pytest.raises(Forbidden):
            agree(ended, person)
    for person in (ended.union_delegate, ended.facilitator):
        with pytest.raises(Forbidden):
            shown(ended, person)
    with pytest.raises(NotFound):
        shown(ended, ended.outsider)


def test_without_an_address_nothing_counts_as_sent(ended):
    prepare(ended)
    ended.house.tick(SEVEN_DAYS)
    ended.house.instance = replace(ended.house.instance, secretariats=())

    with pytest.raises(Unfit):
        send(ended)
    assert shown(ended, ended.coordinator).sent_at is None


def test_what_ended_before_the_ilo_had_it_has_no_notice(requested):
    with requested.writing(requested.company_lead) as work:
        cases.leave(work, requested.case_id)
    with pytest.raises(NotFound):
        prepare(requested)
    with requested.instance.store.session(writes=False) as session:
        assert find_case(session, requested.case_id).status is CaseStatus.WITHDRAWN


def test_one_yes_is_not_two():
    shown_at = builders.START

    assert not may_go(shown_at, [], shown_at)
    assert not may_go(shown_at, [Party.COMPANY], shown_at + timedelta(days=6))
    assert may_go(shown_at, [Party.COMPANY, Party.UNION], shown_at)
    assert may_go(shown_at, [Party.UNION], shown_at + SEVEN_DAYS)
