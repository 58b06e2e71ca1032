"""The coordinator's desk: it sees what both parties ask, answers both at once, and reads nothing of the dialogue."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from dialogue.domain.cases import CaseStatus, Support
from dialogue.domain.desk import Check
from dialogue.domain.people import OrganisationKind, Party, Room
from dialogue.errors import Forbidden, IllegalTransition, NotFound, Unfit
from dialogue.services import agenda, cases, desk, jointacts, letters, notes, requests, terms, unit
from dialogue.store.cases import Case, find_case
from dialogue.store.outbox import OutboxLetter
from tests import builders
from tests.builders import ISSUES
from tests.on_the_table import statements_of
from tests.tell_tale import told_of

EVERYTHING = frozenset(Check)


def listed(table, **wanted):
    with table.reading(table.coordinator) as work:
        return desk.index(work, **wanted)


def shown(table):
    with table.reading(table.coordinator) as work:
        return desk.show(work, table.case_id)


def take_up(table, by=None, checked=EVERYTHING, words=""):
    with table.writing(by or table.coordinator) as work:
        return desk.take_up(work, table.case_id, checked=checked, words=words)


def status_of(table):
    with table.instance.store.session(writes=False) as session:
        return find_case(session, table.case_id).status


def replies(table, reader):
    with table.reading(reader) as work:
        return [(kind, words) for kind, words, *_ in requests.show(work, table.case_id).replies]


def mails_to(table, address):
    with table.instance.store.session(writes=False) as session:
        rows = session.scalars(select(OutboxLetter).order_by(OutboxLetter.written_at)).all()
        told = [letters.opened(table.instance.secrets, row) for row in rows]
    return [letter.subject for letter in told if letter is not None and letter.to == address]


# What the desk sees


def test_the_desk_sees_no_draft(drafted):
    found = listed(drafted)
    assert (found.waiting, found.lines) == ((), ())
    with pytest.raises(NotFound):
        shown(drafted)


def test_the_desk_sees_what_both_have_endorsed_and_who_speaks_for_them(requested):
    found = listed(requested)
    assert [line.case_id for line in found.waiting] == [requested.case_id]

    page = shown(requested)
    assert page.request.text.issues == ISSUES
    assert page.request.text.support == frozenset(Support)
    leads = [(one.name, one.function, one.organisation) for one in page.request.people if one.role.value == "lead"]
    assert leads == [
        ("Mina Brandt", "Head of sourcing", "Northfield Apparel"),
        ("Ana Rojas", "General secretary", "Sindicato Textil"),
    ]


def test_the_desk_reads_nothing_of_the_dialogue(table):
    with table.writing(table.company_lead) as work:
        note = notes.write(work, table.case_id, Room.JOINT, title="Shifts", body="Four weeks ahead.")
    page = shown(table)
    assert page.line.status is CaseStatus.IN_DIALOGUE

    for look in (terms.show, jointacts.index):
        with pytest.raises((NotFound, Forbidden)), table.reading(table.coordinator) as work:
            look(work, table.case_id)
    with pytest.raises(Forbidden), table.reading(table.coordinator) as work:
        agenda.board(work, table.case_id)
    for room in notes_rooms():
        with pytest.raises(NotFound), table.reading(table.coordinator) as work:
            notes.index(work, table.case_id, room)
    with pytest.raises(NotFound), table.reading(table.coordinator) as work:
        notes.show(work, table.case_id, note)


def notes_rooms():
    return [room for room in Room if room not in {Room.REQUEST, Room.LOGISTICS}]


def test_nobody_but_a_coordinator_has_a_desk(requested):
    for person in (requested.company_lead, requested.union_lead, requested.facilitator, requested.outsider):
        with pytest.raises(NotFound), requested.reading(person) as work:
            desk.index(work)
        with pytest.raises(NotFound), requested.reading(person) as work:
            desk.show(work, requested.case_id)


# Taking up


def test_taking_up_gives_both_leads_a_number(requested):
    reference = take_up(requested, words="Welcome to both of you.")

    assert reference == "CUD-2026-0001"
    assert status_of(requested) is CaseStatus.PREPARING
    for address in ("mina@brand.example", "ana@union.example"):
        assert any("CUD-2026-0001" in subject for subject in mails_to(requested, address))
    for reader in (requested.company_delegate, requested.union_lead, requested.coordinator):
        assert replies(requested, reader) == [("taken_up", "Welcome to both of you.")]


@pytest.mark.parametrize("missing", Check)
def test_a_request_is_taken_up_when_everything_was_checked(requested, missing):
    with pytest.raises(Unfit) as refused:
        take_up(requested, checked=EVERYTHING - {missing})
    assert refused.value.reason == "desk_checks"
    assert status_of(requested) is CaseStatus.REQUESTED


def test_only_the_desk_answers(requested):
    for person in (requested.company_lead, requested.union_lead, requested.company_delegate):
        with pytest.raises(Forbidden):
            take_up(requested, person)
    for person in (requested.facilitator, requested.outsider):
        with pytest.raises(NotFound):
            take_up(requested, person)


def test_a_request_is_answered_once(requested):
    take_up(requested)

    for answer in (
        lambda work: desk.take_up(work, requested.case_id, checked=EVERYTHING),
        lambda work: desk.give_back(work, requested.case_id, words="Wait."),
        lambda work: desk.not_take_up(work, requested.case_id, words="No."),
    ):
        with pytest.raises(IllegalTransition), requested.writing(requested.coordinator) as work:
            answer(work)


def second_request(table):
    """The same two leads ask for one more dialogue."""
    other = builders.Table(
        table.house,
        table.coordinator,
        table.facilitator,
        table.company_lead,
        table.union_lead,
        table.company_delegate,
        table.union_delegate,
        table.outsider,
    )
    with table.writing(table.company_lead) as work:
        other.case_id = cases.open_case(
            work, party=Party.COMPANY, organisation="Northfield", kind=OrganisationKind.BRAND, function="Sourcing"
        )
        other.seats[table.company_lead.account_id] = cases.participant_of(
            work, other.case_id, table.company_lead.account_id
        )
    with table.writing(table.company_lead) as work:
        requests.edit(
            work,
            other.case_id,
            requests.RequestText(issues="Training.", support=frozenset({Support.TECHNICAL_INPUT})),
            seen=0,
        )
    with table.writing(table.company_lead) as work:
        union = builders.participants.invite_lead(
            work,
            other.case_id,
            name="Ana Rojas",
            function="General secretary",
            email="ana@union.example",
            organisation="Sindicato",
            kind=OrganisationKind.UNION,
        )
    other.attach(union, table.union_lead)
    other.state(table.company_lead, table.union_lead)
    other.accept(table.union_lead, table.company_lead)
    for lead in (table.company_lead, table.union_lead):
        with table.reading(lead) as work:
            version = requests.show(work, other.case_id).version_id
        with table.writing(lead) as work:
            requests.endorse(work, other.case_id, version)
    return other


def test_references_follow_each_other_and_begin_anew_with_the_year(requested):
    take_up(requested)
    second = second_request(requested)
    assert take_up(second) == "CUD-2026-0002"

    with requested.instance.store.session(writes=True) as session:
        session.execute(update(Case).where(Case.id == requested.case_id).values(reference="CUD-2026-9999"))
        session.execute(update(Case).where(Case.id == second.case_id).values(reference="CUD-2026-10000"))
        session.commit()
    third = second_request(requested)
    assert take_up(third) == "CUD-2026-10001"

    fourth = second_request(requested)
    requested.house.tick(timedelta(days=365))
    assert take_up(fourth) == "CUD-2027-0001"


def test_two_coordinators_at_once_give_two_numbers(requested):
    second = second_request(requested)
    given, begin = [], threading.Barrier(2)

    def answer(table):
        begin.wait()
        with unit.writing(table.instance, table.coordinator, table.house.now) as work:
            given.append(desk.take_up(work, table.case_id, checked=EVERYTHING))
            work.commit()

    both = [threading.Thread(target=answer, args=(table,)) for table in (requested, second)]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert sorted(given) == ["CUD-2026-0001", "CUD-2026-0002"]


# Returning, and not taking up


@pytest.mark.parametrize("answer", [desk.give_back, desk.not_take_up])
def test_a_no_comes_with_words(requested, answer):
    for words in ("", "  \n", "x" * 6001):
        with pytest.raises(Unfit), requested.writing(requested.coordinator) as work:
            answer(work, requested.case_id, words=words)
    assert status_of(requested) is CaseStatus.REQUESTED


def test_the_words_with_which_a_request_is_returned_reach_both_sides_at_once(requested):
    leads = (requested.company_lead.account_id, requested.union_lead.account_id)
    before = {lead: told_of(requested.instance, lead) for lead in leads}
    with requested.writing(requested.coordinator) as work:
        desk.give_back(work, requested.case_id, words="Which plant is it?")

    assert status_of(requested) is CaseStatus.INVITED
    for reader in (requested.company_lead, requested.union_lead):
        assert replies(requested, reader) == [("returned", "Which plant is it?")]
    for lead in leads:
        assert told_of(requested.instance, lead) == [*before[lead], "waiting"]
    assert listed(requested).lines == ()


def test_what_is_not_taken_up_stays_on_the_desks_list_until_it_is_destroyed(requested):
    with requested.writing(requested.coordinator) as work:
        desk.not_take_up(work, requested.case_id, words="It concerns no enterprise of the Declaration.")

    assert status_of(requested) is CaseStatus.NOT_TAKEN_UP
    for reader in (requested.company_lead, requested.union_delegate):
        assert replies(requested, reader)[0][0] == "not_taken_up"
    assert [line.status for line in listed(requested).lines] == [CaseStatus.NOT_TAKEN_UP]
    with requested.instance.store.session(writes=False) as session:
        case = find_case(session, requested.case_id)
        assert case.retention_until - case.status_since == timedelta(days=90)


# The list


def fill(table, count, *, status="ended"):
    """Cases of other people that have been before the ILO, the newest last."""
    with table.instance.store.session(writes=True) as session:
        for number in range(count):
            since = table.house.now + timedelta(minutes=number)
            session.add(
                Case(
                    label=f"Case {number}",
                    status=CaseStatus(status),
                    status_since=since,
                    initiator=Party.UNION,
                    support_asked="",
                    opened_at=since,
                    requested_at=since,
                    reference=f"CUD-2025-{number:04d}",
                )
            )
        session.commit()


def test_the_list_is_paged_by_key_and_shows_each_case_once(requested):
    fill(requested, 30)
    first = listed(requested)
    second = listed(requested, after=first.after)

    assert (len(first.lines), len(second.lines), second.after) == (25, 6, None)
    assert first.lines[0].reference == "CUD-2025-0029"
    assert len({line.case_id for line in (*first.lines, *second.lines)}) == 31


def test_the_list_can_be_narrowed_to_a_state_or_a_reference(requested):
    fill(requested, 3)

    assert [line.status for line in listed(requested, status=CaseStatus.REQUESTED).lines] == [CaseStatus.REQUESTED]
    assert [line.label for line in listed(requested, reference="CUD-2025-0001").lines] == ["Case 1"]
    assert len(listed(requested, reference="CUD-2025-").lines) == 3
    assert listed(requested, reference="%").lines == ()


def test_requests_wait_in_the_order_in_which_they_came(requested):
    second = second_request(requested)

    assert [line.case_id for line in listed(requested).waiting] == [requested.case_id, second.case_id]


def test_the_list_costs_the_same_with_two_cases_and_with_many(requested):
    listed(requested)
    with statements_of(requested.instance.store) as few:
        listed(requested)
    fill(requested, 40)
    with statements_of(requested.instance.store) as many:
        listed(requested)

    assert len(many) == len(few)


def test_nothing_of_a_request_stands_in_clear(requested):
    take_up(requested, words="Welcome to both of you.")
    with requested.instance.store.session(writes=False) as session:
        told = str(session.execute(text("SELECT * FROM cases")).all()) + str(
            session.execute(text("SELECT * FROM replies")).all()
        )
    for word in ("sewing", "canteen", "Northfield", "Welcome", "Brandt"):
        assert word not in told


def test_when_many_requests_wait_the_desk_is_told_that_there_are_more(requested):
    assert not listed(requested).more_wait
    fill(requested, 25, status="requested")

    found = listed(requested)
    assert (len(found.waiting), found.more_wait) == (25, True)
    second = listed(requested, status=CaseStatus.REQUESTED, after=listed(requested, status=CaseStatus.REQUESTED).after)
    assert len(second.lines) == 1


def test_of_a_destroyed_dialogue_the_desk_sees_reference_and_dates_and_opens_nothing(requested):
    fill(requested, 1, status="destroyed")

    [line] = listed(requested, status=CaseStatus.DESTROYED).lines
    assert (line.reference, line.is_gone) == ("CUD-2025-0000", True)
    with pytest.raises(NotFound), requested.reading(requested.coordinator) as work:
        desk.show(work, line.case_id)
