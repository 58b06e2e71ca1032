"""The desk's overviews count dialogues and list notices; of what is said nothing is counted, nothing is shown."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from dialogue.domain.cases import CaseStatus, Support
from dialogue.domain.notices import Stage
from dialogue.domain.people import Party, StaffRole
from dialogue.errors import NotFound, OutOfDate
from dialogue.services import cases, notices, office
from dialogue.store.cases import Case
from tests.on_the_table import statements_of


def numbers_of(table):
    with table.reading(table.coordinator) as work:
        return office.numbers(work)


def notices_of(table, **wanted):
    with table.reading(table.coordinator) as work:
        return office.notices(work, **wanted)


def put_cases(table, count, status, *, year=2025, taken_up=True, ended=False):
    """Cases of former years, as rows: whatever else belongs to them is gone or of no interest here."""
    with table.instance.store.session(writes=True) as session:
        for number in range(count):
            day = datetime(year, 3, 1, tzinfo=UTC) + timedelta(days=number)
            session.add(
                Case(
                    id=uuid4(),
                    label=f"Case {number}",
                    status=status,
                    status_since=day,
                    initiator=Party.UNION,
                    support_asked="facilitation",
                    reference=f"CUD-{year}-{status.value[:2]}{number:02d}" if taken_up else None,
                    opened_at=day,
                    requested_at=day,
                    taken_up_at=day if taken_up else None,
                    ended_at=day if ended else None,
                )
            )
        session.commit()


@pytest.mark.parametrize("who", ["company_lead", "facilitator", "outsider"])
def test_the_overviews_are_for_coordinators(table, who):
    administrator = table.house.person("Ada", "ada@ilo.example", roles=frozenset({StaffRole.ADMINISTRATOR}))
    for reader in (getattr(table, who), administrator):
        for look in (office.numbers, office.notices):
            with pytest.raises(NotFound), table.reading(reader) as work:
                look(work)


def test_dialogues_are_counted_by_state_year_and_support(table):
    put_cases(table, 3, CaseStatus.CLOSED, ended=True)
    put_cases(table, 2, CaseStatus.NOT_TAKEN_UP, taken_up=False)

    told = numbers_of(table)

    assert told.now == ((CaseStatus.NOT_TAKEN_UP, 2), (CaseStatus.IN_DIALOGUE, 1), (CaseStatus.CLOSED, 3))
    years = {one.year: (one.requested, one.taken_up, one.not_taken_up, one.come_to_an_end) for one in told.years}
    assert years == {2026: (1, 1, 0, 0), 2025: (5, 3, 2, 3)}
    assert dict(told.support) == {
        Support.NEUTRAL_GROUND: 1,
        Support.TECHNICAL_INPUT: 1,
        Support.FACILITATION: 6,
    }
    assert told.requests == 6


def test_what_never_reached_the_ilo_or_was_taken_back_is_not_counted(drafted):
    assert numbers_of(drafted).requests == 0


def test_a_request_that_was_taken_back_leaves_no_number(requested):
    assert numbers_of(requested).requests == 1
    with requested.writing(requested.union_lead) as work:
        cases.leave(work, requested.case_id)

    assert numbers_of(requested) == office.Numbers((), (), tuple((support, 0) for support in Support), 0)


def test_a_notice_is_followed_from_the_end_of_a_dialogue_until_it_is_sent(table):
    assert notices_of(table).lines == ()
    with table.writing(table.union_lead) as work:
        cases.leave(work, table.case_id)

    def stage():
        [line] = notices_of(table).lines
        return line.stage

    assert stage() is Stage.TO_PREPARE
    with table.writing(table.coordinator) as work:
        notices.prepare(work, table.case_id)
    assert stage() is Stage.SHOWN
    for lead in (table.company_lead, table.union_lead):
        with table.writing(lead) as work:
            notices.agree(work, table.case_id)
    assert (stage(), notices_of(table).unsent) == (Stage.READY, 1)
    with table.writing(table.coordinator) as work:
        notices.send(work, table.case_id)
    assert stage() is Stage.SENT
    assert notices_of(table, unsent=True).lines == ()
    assert notices_of(table).unsent == 0


def test_the_pages_of_notices_together_show_every_case_once_at_the_same_cost(table, store):
    put_cases(table, 30, CaseStatus.ENDED, ended=True)

    first = notices_of(table)
    second = notices_of(table, after=first.after)

    shown = [line.case_id for line in (*first.lines, *second.lines)]
    assert (len(first.lines), len(second.lines), second.after) == (25, 5, None)
    assert len(set(shown)) == 30
    with statements_of(store) as many:
        notices_of(table)
    with statements_of(store) as one:
        notices_of(table, after=first.after)
    assert len(many) == len(one)


def test_two_coordinators_who_press_at_once_send_one_letter(table):
    """The second one sees that the notice has gone; to send it once more is an act of its own."""
    with table.writing(table.union_lead) as work:
        cases.leave(work, table.case_id)
    with table.writing(table.coordinator) as work:
        notices.prepare(work, table.case_id)
    table.house.tick(timedelta(days=7))
    with table.writing(table.coordinator) as work:
        notices.send(work, table.case_id, seen=0)

    with pytest.raises(OutOfDate), table.writing(table.coordinator) as work:
        notices.send(work, table.case_id, seen=0)
    with table.writing(table.coordinator) as work:
        notices.send(work, table.case_id, seen=1)
    [line] = notices_of(table).lines
    assert line.times_sent == 2
