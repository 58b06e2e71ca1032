"""What waits for whom, along the road."""

from uuid import uuid4

from dialogue.domain.acts import Act
from dialogue.domain.cases import CaseStatus, Support
from dialogue.domain.people import Party, Role
from dialogue.domain.waiting import TaskKind
from dialogue.services import facilitators, terms, waiting
from dialogue.services.admission import admit
from dialogue.services.unit import Actor
from dialogue.store.cases import Case
from tests.builders import House, Table, gathered
from tests.on_the_table import statements_of


def mine(table: Table, actor: Actor) -> list[TaskKind]:
    with table.reading(actor) as work:
        return [waits.task.kind for waits in waiting.for_me(work)]


def test_both_leads_are_asked_to_endorse_and_nobody_else(drafted: Table) -> None:
    assert mine(drafted, drafted.company_lead) == [TaskKind.ENDORSE]
    assert mine(drafted, drafted.union_lead) == [TaskKind.ENDORSE]
    assert mine(drafted, drafted.coordinator) == []


def test_a_request_waits_for_the_desk_alone(requested: Table) -> None:
    assert mine(requested, requested.coordinator) == [TaskKind.ANSWER_REQUEST]
    assert mine(requested, requested.company_lead) == []
    assert mine(requested, requested.outsider) == []


def test_terms_wait_for_either_lead_then_for_the_other(preparing: Table) -> None:
    assert mine(preparing, preparing.company_lead) == [TaskKind.PROPOSE_TERMS]

    with preparing.writing(preparing.company_lead) as work:
        terms.propose(work, preparing.case_id, text="All of it.", language="en", retention_months=12)

    assert mine(preparing, preparing.company_lead) == []
    assert mine(preparing, preparing.union_lead) == [TaskKind.AGREE_TERMS]


def test_a_facilitator_declares_before_the_leads_are_asked(preparing: Table) -> None:
    with preparing.writing(preparing.coordinator) as work:
        row = facilitators.propose(work, preparing.case_id, preparing.facilitator.account_id)
    assert mine(preparing, preparing.facilitator) == [TaskKind.DECLARE_INTERESTS]
    assert TaskKind.ANSWER_FACILITATOR not in mine(preparing, preparing.union_lead)

    with preparing.writing(preparing.facilitator) as work:
        facilitators.declare(work, preparing.case_id, interests="None.")
    assert TaskKind.ANSWER_FACILITATOR in mine(preparing, preparing.union_lead)

    with preparing.writing(preparing.union_lead) as work:
        facilitators.accept(work, preparing.case_id, row)
    assert TaskKind.ANSWER_FACILITATOR not in mine(preparing, preparing.union_lead)
    assert TaskKind.ANSWER_FACILITATOR in mine(preparing, preparing.company_lead)


def test_the_page_of_a_case_shows_each_side_what_it_is_waited_for(preparing: Table) -> None:
    with preparing.reading(preparing.union_lead) as work:
        case, seat = admit(work, preparing.case_id, Act.CASE_READ)
        sides = waiting.of_case(work, case, seat)

    assert [task.kind for task in sides.waiting_for(Party.COMPANY)] == [TaskKind.PROPOSE_TERMS]
    assert [task.kind for task in sides.waiting_for_role(Role.COORDINATOR)] == [TaskKind.PROPOSE_FACILITATOR]
    assert sides.progress[Party.UNION].confirmed == 2
    assert sides.progress[Party.UNION].endorsed


def test_waiting_for_me_costs_the_same_whatever_else_is_in_the_database(house: House) -> None:
    table = gathered(house)
    with statements_of(table.instance.store) as few, table.reading(table.coordinator) as work:
        waiting.for_me(work)
    for _ in range(5):
        _another_request(table)
    with statements_of(table.instance.store) as many, table.reading(table.coordinator) as work:
        found = waiting.for_me(work)

    assert len(found) == 5
    assert len(many) <= len(few) + 2


def _another_request(table: Table) -> None:

    with table.writing(None) as work:
        case = Case(
            id=uuid4(),
            label="Amber Harbour",
            status=CaseStatus.REQUESTED,
            status_since=work.now,
            initiator=Party.COMPANY,
            support_asked=Support.NEUTRAL_GROUND.value,
            opened_at=work.now,
        )
        work.session.add(case)
