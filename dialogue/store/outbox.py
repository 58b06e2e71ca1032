"""Mail that waits to be sent, sealed under the identity key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Index, String, delete, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from dialogue.store.base import Hash, Id, Row, Sealed, UtcDateTime, When

CLAIM = timedelta(minutes=5)
FATE_UNKNOWN = timedelta(minutes=30)
LONGEST_KEY = 120


class OutboxLetter(Row):
    """One mail to one person.

    key              keeps the same letter from being written twice; ids and words of the procedure only
    recipient        keyed hash of the address; one person's letters leave in the order in which they were written
    handing_over_at  when a worker began to give it to the mail server and has not said since what became of it
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_recipient", "recipient", "written_at"),
        Index("ix_outbox_written", "written_at"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(LONGEST_KEY), unique=True)
    recipient: Mapped[Hash]
    sealed_letter: Mapped[Sealed]
    written_at: Mapped[When]
    not_before: Mapped[When]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    handing_over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def add_letter(session: Session, letter: OutboxLetter) -> bool:
    """Put a letter into the outbox unless one with its key is there; says whether it was put."""
    if has_letter(session, letter.key):
        return False
    try:
        with session.begin_nested():
            session.add(letter)
    except IntegrityError:
        return False
    return True


def claim_letter(session: Session, now: datetime) -> OutboxLetter | None:
    """Take the oldest letter that is due for one worker; another one passes over it for five minutes.

    A letter waits while an earlier one to the same person has neither left nor been given up. One whose worker died
    while giving it to the mail server waits for half an hour: it may well have left.
    """
    earlier = aliased(OutboxLetter)
    due = (
        select(OutboxLetter.id)
        .where(
            OutboxLetter.sent_at.is_(None),
            OutboxLetter.given_up_at.is_(None),
            OutboxLetter.not_before <= now,
            (OutboxLetter.claimed_until.is_(None)) | (OutboxLetter.claimed_until < now),
            (OutboxLetter.handing_over_at.is_(None)) | (OutboxLetter.handing_over_at < now - FATE_UNKNOWN),
            ~exists().where(
                earlier.recipient == OutboxLetter.recipient,
                earlier.written_at < OutboxLetter.written_at,
                earlier.sent_at.is_(None),
                earlier.given_up_at.is_(None),
            ),
        )
        .order_by(OutboxLetter.written_at, OutboxLetter.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=OutboxLetter)
    )
    return session.scalar(
        update(OutboxLetter)
        .where(OutboxLetter.id == due.scalar_subquery())
        .values(claimed_until=now + CLAIM, attempts=OutboxLetter.attempts + 1)
        .returning(OutboxLetter)
        .execution_options(synchronize_session=False)
    )


def note_handing_over(session: Session, letter_id: UUID, claimed_until: datetime, now: datetime) -> bool:
    """Say that this worker gives the letter to the mail server now; False where somebody else has taken it."""
    query = (
        update(OutboxLetter)
        .where(OutboxLetter.id == letter_id, OutboxLetter.claimed_until == claimed_until)
        .values(handing_over_at=now)
        .returning(OutboxLetter.id)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(query) is not None


def find_claimed(session: Session, letter_id: UUID, claimed_until: datetime) -> OutboxLetter | None:
    """The letter, unless its claim has run out and somebody else has taken it."""
    return session.scalar(
        select(OutboxLetter)
        .where(OutboxLetter.id == letter_id, OutboxLetter.claimed_until == claimed_until)
        .with_for_update()
    )


def has_letter(session: Session, key: str) -> bool:
    return session.scalar(select(OutboxLetter.id).where(OutboxLetter.key == key)) is not None


def is_on_its_way(session: Session, key: str) -> bool:
    """Whether the letter with that key has neither left nor been given up."""
    query = select(OutboxLetter.id).where(OutboxLetter.key == key, OutboxLetter.sent_at.is_(None))
    return session.scalar(query.where(OutboxLetter.given_up_at.is_(None))) is not None


def forget_sent(session: Session, beginnings: Iterable[str], before: datetime) -> None:
    """Delete letters whose keys begin like that and that left before that moment: nothing depends on them any more."""
    alike = or_(*(OutboxLetter.key.startswith(beginning, autoescape=True) for beginning in beginnings))
    query = delete(OutboxLetter).where(alike, OutboxLetter.sent_at < before)
    session.execute(query.execution_options(synchronize_session=False))


def letters(session: Session, *, limit: int) -> Sequence[OutboxLetter]:
    """Newest first."""
    return session.scalars(
        select(OutboxLetter).order_by(OutboxLetter.written_at.desc(), OutboxLetter.id).limit(limit)
    ).all()


def letters_given_up(session: Session, *, limit: int) -> Sequence[OutboxLetter]:
    """Those that nobody took after many attempts, the last one given up first."""
    query = select(OutboxLetter).where(OutboxLetter.given_up_at.is_not(None))
    return session.scalars(query.order_by(OutboxLetter.given_up_at.desc(), OutboxLetter.id).limit(limit)).all()


def lock_letter(session: Session, letter_id: UUID) -> OutboxLetter | None:
    return session.scalar(select(OutboxLetter).where(OutboxLetter.id == letter_id).with_for_update())


def forget_given_up(session: Session, before: datetime) -> None:
    """Delete the letters that were given up before that moment."""
    query = delete(OutboxLetter).where(OutboxLetter.given_up_at < before)
    session.execute(query.execution_options(synchronize_session=False))


def count_waiting(session: Session) -> int:
    query = select(func.count()).select_from(OutboxLetter)
    return session.scalar(query.where(OutboxLetter.sent_at.is_(None), OutboxLetter.given_up_at.is_(None))) or 0


def last_sent(session: Session) -> datetime | None:
    return session.scalar(select(func.max(OutboxLetter.sent_at)))


def oldest_waiting(session: Session) -> datetime | None:
    return session.scalar(
        select(OutboxLetter.written_at)
        .where(OutboxLetter.sent_at.is_(None), OutboxLetter.given_up_at.is_(None))
        .order_by(OutboxLetter.written_at)
        .limit(1)
    )
