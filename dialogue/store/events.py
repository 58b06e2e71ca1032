"""The chain of the instance itself, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from dialogue.domain.events import ALARM, BEGINS, EventKind
from dialogue.store.record import Entry


def events_of(
    session: Session,
    chain: str,
    *,
    kind: EventKind | None,
    since: datetime | None = None,
    before: int | None,
    limit: int,
) -> Sequence[Entry]:
    """Newest first, one page.

    since    of that moment and later only
    before   number of the last entry of the page before
    """
    query = select(Entry).where(Entry.chain == chain)
    if kind is not None:
        query = query.where(_is_of(kind))
    if since is not None:
        query = query.where(Entry.at >= since)
    if before is not None:
        query = query.where(Entry.seq < before)
    return session.scalars(query.order_by(Entry.seq.desc()).limit(limit)).all()


def alarms_since(session: Session, chain: str, since: datetime) -> int:
    """How many alarms stand in a chain from that moment on."""
    query = select(func.count()).select_from(Entry).where(Entry.chain == chain, Entry.at >= since)
    return session.scalar(query.where(Entry.act.startswith(ALARM, autoescape=True))) or 0


def _is_of(kind: EventKind) -> ColumnElement[bool]:
    if kind in BEGINS:
        return _begins(BEGINS[kind])
    return ~_begins(tuple(word for words in BEGINS.values() for word in words))


def _begins(words: tuple[str, ...]) -> ColumnElement[bool]:
    return or_(*(Entry.act.startswith(word, autoescape=True) for word in words))
