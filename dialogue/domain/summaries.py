"""Joint summaries: drafted while people meet, proposed, amended, approved by both leads, and then left as they are."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from dialogue.domain.acts import Act
from dialogue.domain.lifecycle import Lifecycle
from dialogue.errors import Unfit

LONGEST_TITLE = 150
LONGEST_TEXT = 60_000
LONGEST_REMARK = 3_000


class SummaryState(StrEnum):
    DRAFT = "draft"
    PROPOSED = "proposed"
    APPROVED = "approved"


class AmendmentState(StrEnum):
    """What became of other words that somebody suggested: taken over, or answered by another version."""

    OPEN = "open"
    TAKEN = "taken"
    ANSWERED = "answered"


# To write on takes back what was proposed; to propose again takes back every approval. An approved summary has no move.
SUMMARY: Lifecycle[SummaryState] = Lifecycle(
    {
        (SummaryState.DRAFT, Act.SUMMARY_DRAFT): SummaryState.DRAFT,
        (SummaryState.DRAFT, Act.SUMMARY_PROPOSE): SummaryState.PROPOSED,
        (SummaryState.PROPOSED, Act.SUMMARY_DRAFT): SummaryState.DRAFT,
        (SummaryState.PROPOSED, Act.SUMMARY_PROPOSE): SummaryState.PROPOSED,
        (SummaryState.PROPOSED, Act.SUMMARY_AMEND): SummaryState.PROPOSED,
        (SummaryState.PROPOSED, Act.SUMMARY_APPROVE): SummaryState.APPROVED,
    }
)


def check_beginning(title: str, held_on: date, today: date) -> None:
    """Raise Unfit unless a meeting on paper is called something and lies behind us."""
    if not title.strip() or len(title) > LONGEST_TITLE:
        raise Unfit("summary_title")
    if held_on > today:
        raise Unfit("summary_day")


def check_draft(text: str) -> None:
    """Raise Unfit where a draft is beyond measure; an empty one is a beginning."""
    if len(text) > LONGEST_TEXT:
        raise Unfit("summary_text")


def check_text(text: str) -> None:
    """Raise Unfit unless there are words to propose, within measure."""
    check_draft(text)
    if not text.strip():
        raise Unfit("summary_text")


def check_amendment(text: str, remark: str, proposed: str) -> None:
    """Raise Unfit unless an amendment says something else than what is proposed, within measure."""
    check_text(text)
    if len(remark) > LONGEST_REMARK:
        raise Unfit("summary_remark")
    if text == proposed:
        raise Unfit("summary_same")


def draft_of_summary(summary_id: UUID) -> str:
    """The word under which what somebody is writing is kept."""
    return f"summaries.write:{summary_id}"


def draft_of_amendment(summary_id: UUID) -> str:
    """The word under which an amendment is kept until it is sent."""
    return f"summaries.amend:{summary_id}"
