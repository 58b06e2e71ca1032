"""What waits for the desk."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Select,
    exists,
)

from dialogue.domain.cases import CaseStatus, Support
from dialogue.domain.catalogue import HelpState
from dialogue.domain.people import Role
from dialogue.domain.waiting import TaskKind
from dialogue.store.cases import Case
from dialogue.store.catalogue import HelpRequest
from dialogue.store.outcomes import Notice
from dialogue.store.participants import Participant, ParticipantState
from dialogue.store.waiting.line import LAST, OPEN, Scope, line, status_of


def of_desk(scope: Scope) -> list[Select[Any]]:
    facilitator = exists().where(
        Participant.case_id == Case.id,
        Participant.role == Role.FACILITATOR,
        Participant.state.in_((ParticipantState.STATED, ParticipantState.CONFIRMED)),
    )
    prepared = exists().where(Notice.case_id == Case.id)
    mine = Case.id.in_(scope)
    agreed = Notice.agreed_by_company.is_not(None) & Notice.agreed_by_union.is_not(None)
    return [
        line(
            TaskKind.ANSWER_REQUEST,
            Case.id,
            Case.id,
            Case.status_since,
            mine,
            Case.status == CaseStatus.REQUESTED,
            role=Role.COORDINATOR,
        ),
        line(
            TaskKind.PROPOSE_FACILITATOR,
            Case.id,
            Case.id,
            Case.status_since,
            mine,
            Case.status.in_(OPEN),
            Case.support_asked.contains(Support.FACILITATION.value),
            ~facilitator,
            role=Role.COORDINATOR,
        ),
        line(
            TaskKind.PREPARE_NOTICE,
            Case.id,
            Case.id,
            Case.status_since,
            mine,
            Case.status.in_((CaseStatus.COMPLETED, CaseStatus.CLOSED, CaseStatus.ENDED)),
            Case.reference.is_not(None),
            ~prepared,
            role=Role.COORDINATOR,
        ),
        line(
            TaskKind.SEND_NOTICE,
            Notice.case_id,
            Notice.id,
            Notice.shown_at,
            Notice.case_id.in_(scope),
            Notice.sent_at.is_(None),
            agreed | (Notice.shown_at <= LAST),
            role=Role.COORDINATOR,
        ),
        line(
            TaskKind.ANSWER_HELP,
            HelpRequest.case_id,
            HelpRequest.id,
            HelpRequest.agreed_at,
            HelpRequest.case_id.in_(scope),
            HelpRequest.state == HelpState.ASKED,
            status_of(HelpRequest.case_id, CaseStatus.COMPLETED),
            role=Role.COORDINATOR,
        ),
    ]
