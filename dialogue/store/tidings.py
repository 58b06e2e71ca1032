"""What somebody is told of in the application, and when each person wishes to get mail; ids and words only."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, delete, exists, func, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.domain.people import Room
from dialogue.domain.tidings import TidingKind
from dialogue.domain.wishes import Rhythm, Wishes
from dialogue.store.accounts import Account, AccountState
from dialogue.store.base import AccountId, Id, Row, UtcDateTime, When, enum_column
from dialogue.store.participants import Participant, ParticipantState

SEATED = (ParticipantState.ENROLLED, ParticipantState.RENEWED, ParticipantState.STATED, ParticipantState.CONFIRMED)


class Tiding(Row):
    """One thing that one person is told of, in a case or in none.

    act         what was done; empty where that is nobody's business
    actor_id    who did it; None where that is nobody's business
    about_id    the id of the thing
    room        in which it happened: whoever does not hear it any more is not shown it any more
    mailed_at   when a mail was written that covers it, or it was found that none is wished
    """

    __tablename__ = "tidings"
    __table_args__ = (
        Index("ix_tidings_account", "account_id", "at"),
        Index("ix_tidings_unmailed", "mailed_at", "account_id"),
        Index("ix_tidings_at", "at"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(120), unique=True)
    account_id: Mapped[AccountId]
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    kind: Mapped[TidingKind] = mapped_column(enum_column(TidingKind))
    act: Mapped[str] = mapped_column(String(40), default="")
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    about_id: Mapped[UUID | None]
    room: Mapped[Room] = mapped_column(enum_column(Room))
    at: Mapped[When]
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MailWishes(Row):
    """When one person wishes to get mail, and when the last ones of each kind were written.

    mailed_at     the last mail about something new
    looked_at     when it was last looked whether something has waited for long
    reminded_at   the last reminder
    """

    __tablename__ = "mail_wishes"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    rhythm: Mapped[Rhythm] = mapped_column(enum_column(Rhythm), default=Rhythm.AT_ONCE)
    hour: Mapped[int] = mapped_column(default=8)
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def wishes(self) -> Wishes:
        return Wishes(self.rhythm, self.hour, self.quiet_from, self.quiet_until)


def add_tiding(session: Session, tiding: Tiding) -> bool:
    """Put a tiding down unless one with its key is there; says whether it was put."""
    if session.scalar(select(Tiding.id).where(Tiding.key == tiding.key)) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(tiding)
    except IntegrityError:
        return False
    return True


def tidings_of(
    session: Session, account_id: UUID, now: datetime, *, desk: bool, before: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Tiding]:
    """What one person is told of, newest first; nothing of a case in which the person has no seat any more."""
    query = select(Tiding).where(*_shown(account_id, now, desk))
    if before is not None:
        query = query.where(tuple_(Tiding.at, Tiding.id) < before)
    return session.scalars(query.order_by(Tiding.at.desc(), Tiding.id.desc()).limit(limit)).all()


def find_tiding(session: Session, account_id: UUID, tiding_id: UUID, now: datetime, *, desk: bool) -> Tiding | None:
    return session.scalar(select(Tiding).where(Tiding.id == tiding_id, *_shown(account_id, now, desk)))


def count_unread(session: Session, account_id: UUID, now: datetime, *, desk: bool, most: int) -> int:
    """How much of it was not read yet, at most so much."""
    unread = select(Tiding.id).where(Tiding.read_at.is_(None), *_shown(account_id, now, desk)).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(unread)) or 0


def mark_all_read(session: Session, account_id: UUID, until: datetime, now: datetime) -> None:
    """Everything up to that moment has been read."""
    query = update(Tiding).where(Tiding.account_id == account_id, Tiding.read_at.is_(None), Tiding.at <= until)
    session.execute(query.values(read_at=now).execution_options(synchronize_session=False))


def forget_old_tidings(session: Session, *, read_before: datetime, told_before: datetime) -> None:
    """Delete what was read before the one moment, and whatever is older than the other."""
    query = delete(Tiding).where(or_(Tiding.read_at < read_before, Tiding.at < told_before))
    session.execute(query.execution_options(synchronize_session=False))


def _shown(account_id: UUID, now: datetime, desk: bool) -> tuple[ColumnElement[bool], ...]:
    seat = exists().where(
        Participant.case_id == Tiding.case_id,
        Participant.account_id == account_id,
        Participant.state.in_(SEATED),
        or_(Participant.until.is_(None), Participant.until > now),
    )
    own = Tiding.account_id == account_id
    return (own,) if desk else (own, or_(Tiding.case_id.is_(None), seat))


def people_with_news(session: Session) -> Sequence[tuple[UUID, str, datetime, MailWishes | None]]:
    """Whoever has an open account and something unread that no mail has told of, with the time zone, the moment of
    the oldest of it, and the wishes."""
    oldest = func.min(Tiding.at, type_=UtcDateTime()).label("since")
    news = select(Tiding.account_id, oldest).where(Tiding.mailed_at.is_(None), Tiding.read_at.is_(None))
    found = news.group_by(Tiding.account_id).subquery()
    query = (
        select(Account.id, Account.timezone, found.c.since, MailWishes)
        .join(found, found.c.account_id == Account.id)
        .outerjoin(MailWishes, MailWishes.account_id == Account.id)
        .where(Account.state == AccountState.ACTIVE)
        .order_by(found.c.since, Account.id)
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(query)]


def oldest_unmailed(session: Session, account_id: UUID) -> datetime | None:
    """When the oldest thing happened that was not read and that no mail has told of."""
    oldest = func.min(Tiding.at, type_=UtcDateTime())
    query = select(oldest).where(Tiding.account_id == account_id, Tiding.read_at.is_(None))
    return session.scalar(query.where(Tiding.mailed_at.is_(None)))


def mark_mailed(session: Session, account_id: UUID, now: datetime) -> None:
    """A mail tells of everything that there is until now."""
    query = update(Tiding).where(Tiding.account_id == account_id, Tiding.mailed_at.is_(None), Tiding.at <= now)
    session.execute(query.values(mailed_at=now).execution_options(synchronize_session=False))


def find_wishes(session: Session, account_id: UUID) -> MailWishes | None:
    return session.get(MailWishes, account_id)


def lock_wishes(session: Session, account_id: UUID) -> MailWishes:
    """The person's row, made where there is none yet, for one worker or one page at a time."""
    if session.get(MailWishes, account_id) is None:
        with suppress(IntegrityError), session.begin_nested():
            session.add(MailWishes(account_id=account_id))
    query = select(MailWishes).where(MailWishes.account_id == account_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def accounts_not_looked_at(session: Session, since: datetime, *, limit: int) -> Sequence[UUID]:
    """Open accounts for which nobody has looked since that moment whether something has waited for long."""
    query = (
        select(Account.id)
        .outerjoin(MailWishes, MailWishes.account_id == Account.id)
        .where(Account.state == AccountState.ACTIVE, or_(MailWishes.looked_at.is_(None), MailWishes.looked_at <= since))
        .order_by(MailWishes.looked_at.is_not(None), MailWishes.looked_at, Account.id)
        .limit(limit)
    )
    return session.scalars(query).all()
