"""What each person's calendar was last told of each meeting, and the secret addresses of personal calendars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.store.base import AccountId, CaseId, Hash, Id, Row, When


class CalendarEntry(Row):
    """What one person was last told by mail of one meeting.

    sequence   counts what was told; a calendar program takes the higher one
    """

    __tablename__ = "calendar_entries"
    __table_args__ = (UniqueConstraint("meeting_id", "account_id"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    meeting_id: Mapped[UUID]
    account_id: Mapped[AccountId]
    sequence: Mapped[int]
    starts_at: Mapped[When]
    ends_at: Mapped[When]
    is_cancelled: Mapped[bool]
    told_at: Mapped[When]


class CalendarFeed(Row):
    """The one secret address of a person's calendar; stored hashed, replaced by a new one, or taken away."""

    __tablename__ = "calendar_feeds"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    made_at: Mapped[When]


def entries_ahead(session: Session, now: datetime) -> Sequence[CalendarEntry]:
    """What stands in people's calendars and has not begun there."""
    return session.scalars(
        select(CalendarEntry).where(CalendarEntry.is_cancelled.is_(False), CalendarEntry.starts_at > now)
    ).all()


def entries_of(session: Session, meeting_id: UUID) -> Sequence[CalendarEntry]:
    """What everybody was last told of one meeting."""
    return session.scalars(select(CalendarEntry).where(CalendarEntry.meeting_id == meeting_id)).all()


def entries_for(session: Session, account_id: UUID) -> Sequence[CalendarEntry]:
    """What one person was last told of each meeting."""
    return session.scalars(select(CalendarEntry).where(CalendarEntry.account_id == account_id)).all()


def find_feed(session: Session, account_id: UUID) -> CalendarFeed | None:
    return session.get(CalendarFeed, account_id)


def find_feed_by_token(session: Session, token_hash: bytes) -> CalendarFeed | None:
    return session.scalar(select(CalendarFeed).where(CalendarFeed.token_hash == token_hash))


def replace_feed(session: Session, feed: CalendarFeed) -> None:
    """Put a feed in the place of the one before, which opens nothing any more."""
    drop_feed(session, feed.account_id)
    session.add(feed)
    session.flush()


def drop_feed(session: Session, account_id: UUID) -> None:
    session.execute(delete(CalendarFeed).where(CalendarFeed.account_id == account_id))
    session.expire_all()
