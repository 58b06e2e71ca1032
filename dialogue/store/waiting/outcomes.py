"""What the words around the record, its addenda and the telling outside wait for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, exists

from dialogue.domain.agenda import ItemKind
from dialogue.domain.cases import CaseStatus
from dialogue.domain.outcomes import OutcomeKind, OutcomeState
from dialogue.domain.terms import Disclosure
from dialogue.domain.waiting import TaskKind
from dialogue.store.agenda import AgendaItem, PositionRow
from dialogue.store.cases import Case
from dialogue.store.outcomes import DisclosureWish, Outcome, OutcomeSignature
from dialogue.store.waiting.line import JOINT_IS_WRITABLE, PARTIES, Scope, line, status_of

_AGREED_UNTIL_SIGNED = (CaseStatus.IN_DIALOGUE, CaseStatus.CONCLUDING)
_ANSWERS = (
    (TaskKind.ANSWER_PREAMBLE, ItemKind.PREAMBLE, _AGREED_UNTIL_SIGNED),
    (TaskKind.ANSWER_CLOSING, ItemKind.CLOSING, _AGREED_UNTIL_SIGNED),
    (TaskKind.ANSWER_STATEMENT, ItemKind.STATEMENT, JOINT_IS_WRITABLE),
)


def of_outcomes(scope: Scope) -> list[Select[Any]]:
    lines = []
    for party in PARTIES:
        taken = exists().where(PositionRow.wording_id == AgendaItem.wording_id, PositionRow.party == party)
        lines += [
            line(
                task,
                AgendaItem.case_id,
                AgendaItem.id,
                AgendaItem.state_since,
                AgendaItem.case_id.in_(scope),
                AgendaItem.kind == kind,
                AgendaItem.wording_id.is_not(None),
                ~taken,
                status_of(AgendaItem.case_id, *statuses),
                party=party,
            )
            for task, kind, statuses in _ANSWERS
        ]
        signed = exists().where(OutcomeSignature.outcome_id == Outcome.id, OutcomeSignature.party == party)
        lines.append(
            line(
                TaskKind.SIGN_ADDENDUM,
                Outcome.case_id,
                Outcome.id,
                Outcome.made_at,
                Outcome.case_id.in_(scope),
                Outcome.kind == OutcomeKind.ADDENDUM,
                Outcome.state == OutcomeState.DRAFT,
                status_of(Outcome.case_id, CaseStatus.COMPLETED),
                ~signed,
                party=party,
            )
        )
        wished = exists().where(DisclosureWish.case_id == Case.id, DisclosureWish.party == party)
        lines.append(
            line(
                TaskKind.GIVE_WISH,
                Case.id,
                Case.id,
                Case.status_since,
                Case.id.in_(scope),
                Case.status.in_((CaseStatus.CONCLUDING, CaseStatus.COMPLETED)),
                Case.disclosure != Disclosure.NOTHING,
                ~wished,
                party=party,
            )
        )
    return lines
