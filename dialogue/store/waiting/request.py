"""What the joint request waits for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Select,
    exists,
    func,
    select,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from dialogue.domain.cases import CaseStatus
from dialogue.domain.people import Party, Role
from dialogue.domain.waiting import TaskKind
from dialogue.store.cases import Case
from dialogue.store.participants import Participant, ParticipantState
from dialogue.store.requests import Endorsement, RequestVersion
from dialogue.store.waiting.line import PARTIES, Scope, line


def of_request(scope: Scope) -> list[Select[Any]]:
    lines = []
    version = aliased(RequestVersion)
    newest = select(func.max(version.number)).where(version.case_id == Case.id).scalar_subquery()
    for party in PARTIES:
        lines.append(
            line(
                TaskKind.INVITE_LEAD,
                Case.id,
                Case.id,
                Case.status_since,
                Case.id.in_(scope),
                Case.status == CaseStatus.DRAFT,
                Case.initiator == party,
                party=party,
            )
        )
        endorsed = exists().where(Endorsement.version_id == RequestVersion.id, Endorsement.party == party)
        lines.append(
            line(
                TaskKind.ENDORSE,
                Case.id,
                RequestVersion.id,
                RequestVersion.made_at,
                Case.id.in_(scope),
                RequestVersion.case_id == Case.id,
                RequestVersion.number == newest,
                Case.status == CaseStatus.INVITED,
                *(_has_confirmed_lead(side) for side in PARTIES),
                ~endorsed,
                party=party,
            )
        )
    return lines


def _has_confirmed_lead(party: Party) -> ColumnElement[bool]:
    lead = aliased(Participant)
    return exists().where(
        lead.case_id == Case.id,
        lead.party == party,
        lead.role == Role.LEAD,
        lead.state == ParticipantState.CONFIRMED,
    )
