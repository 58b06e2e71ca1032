"""What each person's calendar was last told of each meeting, and the secret addresses of personal calendars."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

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
