"""Questions that both parties put to an expert, and the answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.domain.people import Party
from dialogue.domain.questions import OPEN, QuestionState
from dialogue.store.base import AccountId, CaseId, Id, InRoom, Row, Sealed, UtcDateTime, When, enum_column


class Question(Row, InRoom):
    """One question: its words and its proposer's signature, the other lead's, and what the expert has answered."""

    __tablename__ = "questions"

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    state: Mapped[QuestionState] = mapped_column(enum_column(QuestionState))
    party: Mapped[Party] = mapped_column(enum_column(Party))
    proposed_by: Mapped[AccountId]
    proposed_at: Mapped[When]
    participant_id: Mapped[UUID] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"))
    expert_id: Mapped[AccountId]
    until: Mapped[When]
    put_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    put_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sealed_body: Mapped[Sealed]
    sealed_voice: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_answer: Mapped[bytes | None] = mapped_column(LargeBinary)


def questions_of(session: Session, case_id: UUID) -> Sequence[Question]:
    """Every question of a case, newest first."""
    return session.scalars(
        select(Question).where(Question.case_id == case_id).order_by(Question.proposed_at.desc(), Question.id)
    ).all()


def find_question(session: Session, case_id: UUID, question_id: UUID) -> Question | None:
    return session.scalar(select(Question).where(Question.case_id == case_id, Question.id == question_id))


def open_questions(session: Session, case_id: UUID) -> Sequence[Question]:
    """Those that are proposed or put, oldest first; there is one at a time."""
    return session.scalars(
        select(Question)
        .where(Question.case_id == case_id, Question.state.in_(OPEN))
        .order_by(Question.proposed_at, Question.id)
    ).all()
