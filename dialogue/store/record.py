"""The record of what happened: chained entries of ids, never a word of content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String, select, tuple_
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.store.base import Hash, Row, When


class Entry(Row):
    """One entry of one chain. A chain is a room of a case, or the instance."""

    __tablename__ = "record_entries"
    __table_args__ = (Index("ix_record_entries_case", "case_id"),)

    chain: Mapped[str] = mapped_column(String(80), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[UUID | None]
    at: Mapped[When]
    actor_id: Mapped[UUID | None]
    act: Mapped[str] = mapped_column(String(60))
    object_id: Mapped[UUID | None]
    sealed_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    previous: Mapped[Hash]
    digest: Mapped[Hash]
    mac: Mapped[Hash]
    mac_key: Mapped[str] = mapped_column(String(16))


def head_of(session: Session, chain: str) -> Entry | None:
    """The newest entry of a chain."""
    return session.scalar(select(Entry).where(Entry.chain == chain).order_by(Entry.seq.desc()).limit(1))


def entries_at(session: Session, places: Iterable[tuple[str, int]]) -> Sequence[Entry]:
    """The entries at those (chain, seq), in one query."""
    wanted = list(places)
    if not wanted:
        return []
    return session.scalars(select(Entry).where(tuple_(Entry.chain, Entry.seq).in_(wanted))).all()


def entries_of(session: Session, chains: Iterable[str], *, before: int | None, limit: int) -> Sequence[Entry]:
    """Newest first, one page of several chains together.

    before   number of entries already shown
    """
    query = (
        select(Entry)
        .where(Entry.chain.in_(list(chains)))
        .order_by(Entry.at.desc(), Entry.chain, Entry.seq.desc())
        .limit(limit)
    )
    return session.scalars(query.offset(before) if before else query).all()


def chain_of(session: Session, chain: str) -> Iterable[Entry]:
    """A whole chain from its first entry, streamed."""
    return session.scalars(
        select(Entry).where(Entry.chain == chain).order_by(Entry.seq).execution_options(yield_per=500)
    )


def chains(session: Session) -> Sequence[str]:
    return session.scalars(select(Entry.chain).distinct().order_by(Entry.chain)).all()
