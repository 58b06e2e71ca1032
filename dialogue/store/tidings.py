"""What somebody is told of in the application, and when each person wishes to get mail; ids and words only."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dialogue.domain.people import Room
from dialogue.domain.tidings import TidingKind
from dialogue.domain.wishes import Rhythm
from dialogue.store.base import AccountId, Id, Row, UtcDateTime, When, enum_column


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
