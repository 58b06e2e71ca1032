"""What a meeting that is held waits for: its register, its summary, and what is entered on paper."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, exists
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from dialogue.domain.cases import CaseStatus, Support
from dialogue.domain.meetings import MeetingKind, MeetingState
from dialogue.domain.paper import PaperState
from dialogue.domain.people import Party, Role
from dialogue.domain.summaries import AmendmentState, SummaryState
from dialogue.domain.waiting import TaskKind
from dialogue.store.cases import Case
from dialogue.store.holding import Register
from dialogue.store.meetings import Meeting
from dialogue.store.paper import PaperEntry, PaperVoice
from dialogue.store.summaries import Summary, SummaryAmendment, SummarySignature
from dialogue.store.waiting.line import JOINT_IS_WRITABLE, OPEN, PARTIES, Scope, line, status_of


def of_holding(scope: Scope) -> list[Select[Any]]:
    return [
        *(each for party in PARTIES for each in _of_a_party(scope, party)),
        *_of_the_pen(scope, None, is_facilitated=True),
        *(each for party in PARTIES for each in _of_the_pen(scope, party, is_facilitated=False)),
    ]


def _of_a_party(scope: Scope, party: Party) -> list[Select[Any]]:
    approved = exists().where(
        SummarySignature.summary_id == Summary.id,
        SummarySignature.number == Summary.number,
        SummarySignature.party == party,
    )
    heard = exists().where(PaperVoice.entry_id == PaperEntry.id, PaperVoice.party == party)
    return [
        line(
            TaskKind.APPROVE_SUMMARY,
            Summary.case_id,
            Summary.id,
            Summary.state_since,
            Summary.case_id.in_(scope),
            Summary.state == SummaryState.PROPOSED,
            ~approved,
            status_of(Summary.case_id, *JOINT_IS_WRITABLE),
            party=party,
        ),
        line(
            TaskKind.AGREE_PAPER,
            PaperEntry.case_id,
            PaperEntry.id,
            PaperEntry.proposed_at,
            PaperEntry.case_id.in_(scope),
            PaperEntry.state == PaperState.PROPOSED,
            ~heard,
            status_of(PaperEntry.case_id, *JOINT_IS_WRITABLE),
            party=party,
        ),
    ]


def _of_the_pen(scope: Scope, party: Party | None, *, is_facilitated: bool) -> list[Select[Any]]:
    """What whoever keeps register and summary is waited for: the facilitator, or where there is none both leads.

    A caucus' register is nobody else's business and stands on no list that both sides see.
    """
    role = Role.FACILITATOR if is_facilitated else None
    kept = exists().where(Register.meeting_id == Meeting.id)
    return [
        line(
            TaskKind.KEEP_REGISTER,
            Meeting.case_id,
            Meeting.id,
            Meeting.state_since,
            Meeting.case_id.in_(scope),
            Meeting.kind.in_((MeetingKind.JOINT, MeetingKind.LOGISTICS)),
            Meeting.state == MeetingState.HELD,
            ~kept,
            status_of(Meeting.case_id, *OPEN, CaseStatus.COMPLETED),
            _facilitated(Meeting.case_id, is_facilitated),
            party=party,
            role=role,
        ),
        line(
            TaskKind.ANSWER_AMENDMENT,
            SummaryAmendment.case_id,
            SummaryAmendment.summary_id,
            SummaryAmendment.made_at,
            SummaryAmendment.case_id.in_(scope),
            SummaryAmendment.state == AmendmentState.OPEN,
            status_of(SummaryAmendment.case_id, *JOINT_IS_WRITABLE),
            _facilitated(SummaryAmendment.case_id, is_facilitated),
            party=party,
            role=role,
        ),
    ]


def _facilitated(case_id: Any, is_so: bool) -> ColumnElement[bool]:
    case = aliased(Case)
    asked = case.support_asked.contains(Support.FACILITATION.value)
    return exists().where(case.id == case_id, asked if is_so else ~asked)
