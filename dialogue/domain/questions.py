"""Questions that both parties put to an expert: one at a time, the same words, one answer to both (R10)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from dialogue.domain.acts import Act
from dialogue.domain.lifecycle import Lifecycle
from dialogue.errors import Unfit

LONGEST_QUESTION = 6_000
LONGEST_ANSWER = 20_000
DRAFT_OF_QUESTION = "input.propose"
DRAFT_OF_ANSWER = "input.answer"


class QuestionState(StrEnum):
    """PROPOSED by one lead, PUT once both have signed the same words, then answered, declined or taken back."""

    PROPOSED = "proposed"
    PUT = "put"
    ANSWERED = "answered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({QuestionState.PROPOSED, QuestionState.PUT})

QUESTION: Lifecycle[QuestionState] = Lifecycle(
    {
        (QuestionState.PROPOSED, Act.QUESTION_PUT): QuestionState.PUT,
        (QuestionState.PROPOSED, Act.QUESTION_WITHDRAW): QuestionState.WITHDRAWN,
        (QuestionState.PUT, Act.QUESTION_WITHDRAW): QuestionState.WITHDRAWN,
        (QuestionState.PUT, Act.QUESTION_DECLINE): QuestionState.DECLINED,
        (QuestionState.PUT, Act.QUESTION_ANSWER): QuestionState.ANSWERED,
    }
)


def check_question(text: str, until: datetime | None, now: datetime) -> None:
    """Raise Unfit unless something is asked, within measure, with a last day that is still to come."""
    if not text.strip() or len(text) > LONGEST_QUESTION:
        raise Unfit("question_text")
    if until is None or until <= now:
        raise Unfit("question_until")


def check_answer(text: str) -> None:
    """Raise Unfit unless something is answered, within measure."""
    if not text.strip() or len(text) > LONGEST_ANSWER:
        raise Unfit("answer_text")
