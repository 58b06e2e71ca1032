"""Mail that waits to be sent, sealed under the identity key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.store.base import Id, Row, Sealed, UtcDateTime, When

CLAIM = timedelta(minutes=5)


class OutboxLetter(Row):
    """One mail to one person; ``key`` keeps the same letter from being written twice."""

    __tablename__ = "outbox"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(120), unique=True)
    sealed_letter: Mapped[Sealed]
    written_at: Mapped[When]
    not_before: Mapped[When]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def claim_letters(session: Session, now: datetime, *, limit: int) -> Sequence[OutboxLetter]:
    """Take letters that are due for one worker; another one passes over them for five minutes."""
    due = (
        select(OutboxLetter.id)
        .where(
            OutboxLetter.sent_at.is_(None),
            OutboxLetter.given_up_at.is_(None),
            OutboxLetter.not_before <= now,
            (OutboxLetter.claimed_until.is_(None)) | (OutboxLetter.claimed_until < now),
        )
        .order_by(OutboxLetter.written_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = session.scalars(
        update(OutboxLetter)
        .where(OutboxLetter.id.in_(due.scalar_subquery()))
        .values(claimed_until=now + CLAIM, attempts=OutboxLetter.attempts + 1)
        .returning(OutboxLetter)
        .execution_options(synchronize_session=False)
    ).all()
    return sorted(claimed, key=lambda letter: letter.written_at)


def find_letter(session: Session, letter_id: UUID) -> OutboxLetter | None:
    return session.get(OutboxLetter, letter_id)


def has_letter(session: Session, key: str) -> bool:
    return session.scalar(select(OutboxLetter.id).where(OutboxLetter.key == key)) is not None


def letters(session: Session, *, limit: int) -> Sequence[OutboxLetter]:
    """Newest first."""
    return session.scalars(select(OutboxLetter).order_by(OutboxLetter.written_at.desc()).limit(limit)).all()


def oldest_waiting(session: Session) -> datetime | None:
    return session.scalar(
        select(OutboxLetter.written_at)
        .where(OutboxLetter.sent_at.is_(None), OutboxLetter.given_up_at.is_(None))
        .order_by(OutboxLetter.written_at)
        .limit(1)
    )
