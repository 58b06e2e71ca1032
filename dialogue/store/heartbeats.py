"""When the parts of the machine were last at work."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.store.base import Row, When


class Heartbeat(Row):
    """One part, and the moment at which it last said that it is there."""

    __tablename__ = "heartbeats"

    part: Mapped[str] = mapped_column(String(30), primary_key=True)
    at: Mapped[When]


def last_beat(session: Session, part: str) -> datetime | None:
    return session.scalar(select(Heartbeat.at).where(Heartbeat.part == part))


def beat(session: Session, part: str, now: datetime) -> None:
    """Say that a part is at work; two of them at once do not disturb each other."""
    query = update(Heartbeat).where(Heartbeat.part == part).values(at=now).returning(Heartbeat.part)
    if session.scalar(query.execution_options(synchronize_session=False)) is not None:
        return
    try:
        with session.begin_nested():
            session.add(Heartbeat(part=part, at=now))
    except IntegrityError:
        return
