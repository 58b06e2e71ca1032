"""What a question to an expert waits for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Select,
)

from dialogue.domain.cases import CaseStatus
from dialogue.domain.questions import QuestionState
from dialogue.domain.waiting import TaskKind
from dialogue.store.participants import SeatInquiry
from dialogue.store.questions import Question
from dialogue.store.waiting.line import OPEN, PARTIES, Scope, line, status_of


def of_questions(scope: Scope) -> list[Select[Any]]:
    """What one lead asks the other about a person, and what both ask of an expert."""
    lines = [
        line(
            TaskKind.ANSWER_QUESTION,
            Question.case_id,
            Question.id,
            Question.put_at,
            Question.case_id.in_(scope),
            Question.state == QuestionState.PUT,
            status_of(Question.case_id, CaseStatus.IN_DIALOGUE, CaseStatus.CONCLUDING),
            account=Question.expert_id,
        )
    ]
    for party in PARTIES:
        lines.append(
            line(
                TaskKind.PUT_QUESTION,
                Question.case_id,
                Question.id,
                Question.proposed_at,
                Question.case_id.in_(scope),
                Question.state == QuestionState.PROPOSED,
                Question.party == party.other,
                status_of(Question.case_id, CaseStatus.IN_DIALOGUE),
                party=party,
            )
        )
        lines.append(
            line(
                TaskKind.ANSWER_INQUIRY,
                SeatInquiry.case_id,
                SeatInquiry.participant_id,
                SeatInquiry.asked_at,
                SeatInquiry.case_id.in_(scope),
                SeatInquiry.party == party.other,
                SeatInquiry.answered_at.is_(None),
                status_of(SeatInquiry.case_id, CaseStatus.DRAFT, CaseStatus.INVITED, CaseStatus.REQUESTED, *OPEN),
                party=party,
            )
        )
    return lines
