"""What the follow-up of a completed dialogue waits for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, exists

from dialogue.domain.cases import CaseStatus
from dialogue.domain.catalogue import HelpState
from dialogue.domain.followup import ChangeState, CommitmentState, Owner, ReviewState
from dialogue.domain.waiting import TaskKind
from dialogue.store.catalogue import HelpRequest
from dialogue.store.followup import Commitment, CommitmentChange, Review, ReviewView
from dialogue.store.waiting.line import NOW, PARTIES, Scope, line, status_of


def of_followup(scope: Scope) -> list[Select[Any]]:
    lines: list[Select[Any]] = []
    for party in PARTIES:
        own = [owner for owner in Owner if party in owner.parties]
        seen = exists().where(ReviewView.review_id == Review.id, ReviewView.party == party)
        lines += [
            line(
                TaskKind.AGREE_COMMITMENT,
                CommitmentChange.case_id,
                CommitmentChange.commitment_id,
                CommitmentChange.proposed_at,
                CommitmentChange.case_id.in_(scope),
                CommitmentChange.state == ChangeState.PROPOSED,
                CommitmentChange.party == party.other,
                status_of(CommitmentChange.case_id, CaseStatus.COMPLETED),
                party=party,
            ),
            line(
                TaskKind.REPORT_COMMITMENT,
                Commitment.case_id,
                Commitment.id,
                Commitment.asks_at,
                Commitment.case_id.in_(scope),
                Commitment.state == CommitmentState.IN_FORCE,
                Commitment.owner.in_(own),
                Commitment.waits_for.is_(None),
                Commitment.asks_at <= NOW,
                status_of(Commitment.case_id, CaseStatus.COMPLETED),
                party=party,
            ),
            line(
                TaskKind.ANSWER_REPORT,
                Commitment.case_id,
                Commitment.id,
                Commitment.waits_since,
                Commitment.case_id.in_(scope),
                Commitment.state == CommitmentState.IN_FORCE,
                Commitment.waits_for == party,
                status_of(Commitment.case_id, CaseStatus.COMPLETED),
                party=party,
            ),
            line(
                TaskKind.AGREE_REVIEW,
                Review.case_id,
                Review.id,
                Review.proposed_at,
                Review.case_id.in_(scope),
                Review.state == ReviewState.PROPOSED,
                Review.party == party.other,
                status_of(Review.case_id, CaseStatus.COMPLETED),
                party=party,
            ),
            line(
                TaskKind.HOLD_REVIEW,
                Review.case_id,
                Review.id,
                Review.asks_at,
                Review.case_id.in_(scope),
                Review.state == ReviewState.AGREED,
                Review.asks_at <= NOW,
                ~seen,
                status_of(Review.case_id, CaseStatus.COMPLETED),
                party=party,
            ),
            line(
                TaskKind.AGREE_HELP,
                HelpRequest.case_id,
                HelpRequest.id,
                HelpRequest.proposed_at,
                HelpRequest.case_id.in_(scope),
                HelpRequest.state == HelpState.PROPOSED,
                HelpRequest.party == party.other,
                status_of(HelpRequest.case_id, CaseStatus.COMPLETED),
                party=party,
            ),
        ]
    return lines
