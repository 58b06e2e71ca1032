"""Two who sign, assemble or leave at the same moment: exactly one result, and nothing lost; on both databases."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from dialogue.domain.cases import CaseStatus, Completion
from dialogue.domain.outcomes import OutcomeState
from dialogue.domain.people import Party
from dialogue.services import audit, cases, outcomes
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import find_case
from dialogue.store.outcomes import OutcomeSignature, find_outcome
from dialogue.store.record import chain_of
from tests.at_once import Deed, at_once, kinds
from tests.builders import Table
from tests.on_the_table import agreed, conclude


def recorded(table: Table, act: str) -> int:
    with table.reading(None) as work:
        return sum(entry.act == act for entry in chain_of(work.session, f"{table.case_id.hex}:joint"))


def ended_as(table: Table, outcome_id: UUID) -> tuple[CaseStatus, Completion | None, OutcomeState, int]:
    with table.reading(None) as work:
        case = find_case(work.session, table.case_id)
        outcome = find_outcome(work.session, table.case_id, outcome_id)
        assert case is not None
        assert outcome is not None
        signatures = work.session.query(OutcomeSignature).count()
        return case.status, case.completion, outcome.state, signatures


@pytest.fixture
def outcome_id(table: Table) -> UUID:
    item_id = agreed(table)
    conclude(table)
    with table.writing(table.facilitator) as work:
        return outcomes.assemble(work, table.case_id, item_ids=[item_id], language="en")


def signing(table: Table, outcome_id: UUID) -> Deed:
    """A signature under what is on the page now."""
    with table.reading(table.company_lead) as work:
        seen = outcomes.show(work, table.case_id, outcome_id).hash

    def deed(work: UnitOfWork) -> Any:
        return outcomes.sign(work, table.case_id, outcome_id, seen=seen)

    return deed


def test_two_signatures_at_once_complete_the_dialogue_once(table: Table, outcome_id: UUID) -> None:
    sign = signing(table, outcome_id)

    told = at_once(table, (table.company_lead, sign), (table.union_lead, sign))

    assert sorted(told) == [OutcomeState.DRAFT, OutcomeState.SIGNED]
    assert ended_as(table, outcome_id) == (CaseStatus.COMPLETED, Completion.FULL, OutcomeState.SIGNED, 2)
    assert (recorded(table, "outcome:sign"), recorded(table, "case:complete")) == (2, 1)
    assert all(found.bad is None for found in audit.verify(table.instance))


def test_a_lead_who_presses_twice_signs_once(table: Table, outcome_id: UUID) -> None:
    sign = signing(table, outcome_id)

    told = at_once(table, (table.company_lead, sign), (table.company_lead, sign))

    assert kinds(told) == ["IllegalTransition", "done"]
    assert ended_as(table, outcome_id) == (CaseStatus.CONCLUDING, None, OutcomeState.DRAFT, 1)
    assert recorded(table, "outcome:sign") == 1


def test_a_lead_who_leaves_while_the_other_signs_last_ends_or_completes_and_never_both(
    table: Table, outcome_id: UUID
) -> None:
    sign = signing(table, outcome_id)
    with table.writing(table.union_lead) as work:
        sign(work)

    told = at_once(
        table,
        (table.company_lead, sign),
        (table.union_lead, lambda work: cases.leave(work, table.case_id)),
    )

    assert kinds(told) == ["IllegalTransition", "done"]
    status, completion, state, signatures = ended_as(table, outcome_id)
    if status is CaseStatus.COMPLETED:
        assert (completion, state, signatures) == (Completion.FULL, OutcomeState.SIGNED, 2)
    else:
        assert (status, completion, state, signatures) == (CaseStatus.ENDED, None, OutcomeState.DRAFT, 1)
    assert recorded(table, "case:complete") + recorded(table, "case:leave") == 1
    refused = recorded(table, "refused:case:leave") + recorded(table, "refused:outcome:sign")
    assert refused == 1


def test_a_record_assembled_while_another_is_signed_leaves_no_half_signed_one(table: Table, outcome_id: UUID) -> None:
    sign = signing(table, outcome_id)
    with table.writing(table.union_lead) as work:
        sign(work)

    def assemble(work: UnitOfWork) -> UUID:
        return outcomes.assemble(work, table.case_id, item_ids=[], language="en", replaces=outcome_id)

    told = at_once(table, (table.company_lead, sign), (table.facilitator, assemble))

    status, _, state, _ = ended_as(table, outcome_id)
    if status is CaseStatus.COMPLETED:
        assert (kinds(told), state) == (["IllegalTransition", "done"], OutcomeState.SIGNED)
    else:
        assert (kinds(told), state) == (["OutOfDate", "done"], OutcomeState.REPLACED)


def test_two_who_assemble_at_once_replace_each_other_never(table: Table, outcome_id: UUID) -> None:
    def assemble(work: UnitOfWork) -> UUID:
        return outcomes.assemble(work, table.case_id, item_ids=[], language="en", replaces=outcome_id)

    told = at_once(table, *((table.lead_of(party), assemble) for party in Party))

    assert kinds(told) == ["OutOfDate", "done"]
    with table.reading(table.union_lead) as work:
        lines = outcomes.index(work, table.case_id).lines
    assert [(line.number, line.state) for line in lines] == [(2, OutcomeState.DRAFT), (1, OutcomeState.REPLACED)]
