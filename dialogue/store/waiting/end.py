"""What the end of a dialogue waits for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Select,
    exists,
)

from dialogue.domain.cases import CaseStatus
from dialogue.domain.outcomes import OutcomeKind, OutcomeState
from dialogue.domain.people import Party
from dialogue.domain.waiting import TaskKind
from dialogue.store.cases import Case
from dialogue.store.outcomes import Notice, Outcome, OutcomeSignature
from dialogue.store.waiting.line import PARTIES, Scope, line, status_of


def of_end(scope: Scope) -> list[Select[Any]]:
    lines = []
    drafted = exists().where(Outcome.case_id == Case.id, Outcome.state == OutcomeState.DRAFT)
    for party in PARTIES:
        lines.append(
            line(
                TaskKind.ASSEMBLE_OUTCOME,
                Case.id,
                Case.id,
                Case.status_since,
                Case.id.in_(scope),
                Case.status == CaseStatus.CONCLUDING,
                ~drafted,
                party=party,
            )
        )
        signed = exists().where(OutcomeSignature.outcome_id == Outcome.id, OutcomeSignature.party == party)
        lines.append(
            line(
                TaskKind.SIGN_OUTCOME,
                Outcome.case_id,
                Outcome.id,
                Outcome.made_at,
                Outcome.case_id.in_(scope),
                Outcome.kind == OutcomeKind.RECORD,
                Outcome.state == OutcomeState.DRAFT,
                status_of(Outcome.case_id, CaseStatus.CONCLUDING),
                ~signed,
                party=party,
            )
        )
        agreed = Notice.agreed_by_company if party is Party.COMPANY else Notice.agreed_by_union
        lines.append(
            line(
                TaskKind.AGREE_NOTICE,
                Notice.case_id,
                Notice.id,
                Notice.shown_at,
                Notice.case_id.in_(scope),
                Notice.sent_at.is_(None),
                agreed.is_(None),
                party=party,
            )
        )
    return lines
