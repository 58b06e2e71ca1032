"""What the terms of confidentiality wait for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Select,
    exists,
)

from dialogue.domain.cases import CaseStatus
from dialogue.domain.terms import TermsState
from dialogue.domain.waiting import TaskKind
from dialogue.store.cases import Case
from dialogue.store.participants import Participant, ParticipantState
from dialogue.store.terms import TermsAcceptance, TermsVersion
from dialogue.store.waiting.line import OPEN, PARTIES, Scope, line, status_of


def of_terms(scope: Scope) -> list[Select[Any]]:
    lines = []
    any_terms = exists().where(
        TermsVersion.case_id == Case.id,
        TermsVersion.state.in_((TermsState.PROPOSED, TermsState.IN_FORCE)),
    )
    for party in PARTIES:
        lines.append(
            line(
                TaskKind.PROPOSE_TERMS,
                Case.id,
                Case.id,
                Case.status_since,
                Case.id.in_(scope),
                Case.status == CaseStatus.PREPARING,
                ~any_terms,
                party=party,
            )
        )
        lines.append(
            line(
                TaskKind.AGREE_TERMS,
                TermsVersion.case_id,
                TermsVersion.id,
                TermsVersion.made_at,
                TermsVersion.case_id.in_(scope),
                TermsVersion.state == TermsState.PROPOSED,
                TermsVersion.party == party.other,
                status_of(TermsVersion.case_id, *OPEN),
                party=party,
            )
        )
    accepted = exists().where(
        TermsAcceptance.terms_id == TermsVersion.id, TermsAcceptance.account_id == Participant.account_id
    )
    lines.append(
        line(
            TaskKind.ACCEPT_TERMS,
            TermsVersion.case_id,
            TermsVersion.id,
            TermsVersion.in_force_at,
            TermsVersion.case_id.in_(scope),
            TermsVersion.state == TermsState.IN_FORCE,
            Participant.case_id == TermsVersion.case_id,
            Participant.state == ParticipantState.CONFIRMED,
            status_of(TermsVersion.case_id, *OPEN),
            ~accepted,
            account=Participant.account_id,
        )
    )
    return lines
