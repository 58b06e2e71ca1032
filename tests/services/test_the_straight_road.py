"""From the draft to the dialogue: the straight road, on both databases."""

from dialogue.domain.cases import CaseStatus
from dialogue.services import audit
from dialogue.store.cases import find_case
from tests.builders import Table


def test_a_dialogue_begins_by_itself_once_terms_delegations_and_facilitator_stand(table: Table) -> None:
    with table.reading(table.union_lead) as work:
        case = find_case(work.session, table.case_id)
        assert case is not None
        assert case.status is CaseStatus.IN_DIALOGUE


def test_the_record_of_the_straight_road_holds(table: Table) -> None:
    found = audit.verify(table.instance)

    assert {f.chain.partition(":")[2] for f in found if f.chain != "instance"} >= {"joint", "terms"}
    assert all(f.bad is None for f in found)


def test_without_facilitation_nobody_waits_for_a_facilitator(unfacilitated: Table) -> None:
    with unfacilitated.reading(unfacilitated.company_lead) as work:
        case = find_case(work.session, unfacilitated.case_id)
        assert case is not None
        assert case.status is CaseStatus.IN_DIALOGUE
