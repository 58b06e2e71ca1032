"""What a facilitator, or the choice of one, waits for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Select,
    exists,
    func,
    select,
)
from sqlalchemy.orm import aliased

from dialogue.domain.people import Role
from dialogue.domain.seats import StatementKind
from dialogue.domain.waiting import TaskKind
from dialogue.store.participants import Declaration, Participant, ParticipantState, SeatStatement
from dialogue.store.waiting.line import OPEN, PARTIES, Scope, line, status_of


def of_facilitators(scope: Scope) -> list[Select[Any]]:
    proposed = (
        Participant.case_id.in_(scope),
        Participant.role == Role.FACILITATOR,
        Participant.state == ParticipantState.STATED,
        status_of(Participant.case_id, *OPEN),
    )
    declared = exists().where(
        Declaration.participant_id == Participant.id, Declaration.made_at >= Participant.listed_at
    )
    lines = [
        line(
            TaskKind.DECLARE_INTERESTS,
            Participant.case_id,
            Participant.id,
            Participant.listed_at,
            *proposed,
            ~declared,
            account=Participant.account_id,
        )
    ]
    successor = aliased(Participant)
    succeeded = exists().where(
        successor.case_id == Participant.case_id,
        successor.role == Role.FACILITATOR,
        successor.state == ParticipantState.CONFIRMED,
        successor.listed_at > Participant.listed_at,
    )
    lines.append(
        line(
            TaskKind.HAND_OVER,
            Participant.case_id,
            Participant.id,
            Participant.listed_at,
            Participant.case_id.in_(scope),
            Participant.role == Role.FACILITATOR,
            Participant.state == ParticipantState.CONFIRMED,
            status_of(Participant.case_id, *OPEN),
            succeeded,
            account=Participant.account_id,
        )
    )
    seated = aliased(SeatStatement)
    last = (
        select(func.max(seated.number))
        .where(
            seated.case_id == Participant.case_id,
            seated.account_id == Participant.account_id,
            seated.kind == StatementKind.SEAT,
        )
        .scalar_subquery()
    )
    signer = aliased(Participant)
    for party in PARTIES:
        answered = exists().where(
            SeatStatement.case_id == Participant.case_id,
            SeatStatement.account_id == Participant.account_id,
            SeatStatement.kind == StatementKind.ACCEPT,
            SeatStatement.number > last,
            signer.case_id == SeatStatement.case_id,
            signer.account_id == SeatStatement.signer_id,
            signer.party == party,
        )
        lines.append(
            line(
                TaskKind.ANSWER_FACILITATOR,
                Participant.case_id,
                Participant.id,
                Participant.listed_at,
                *proposed,
                declared,
                ~answered,
                party=party,
            )
        )
    return lines
