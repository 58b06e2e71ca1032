"""The record of what happened: chained entries of ids, never a word of content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Index, LargeBinary, ScalarResult, String, and_, func, or_, select, tuple_
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.domain.record import RESOURCES, Kind, Subject
from dialogue.store.base import Hash, Id, Row, When


class Entry(Row):
    """One entry of one chain. A chain is a room of a case, or the instance."""

    __tablename__ = "record_entries"
    __table_args__ = (Index("ix_record_entries_case", "case_id", "at"),)

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


class Tally(Row):
    """How often one kind of trouble came in a window that is open; when it closes, one entry says the number.

    act      what the entry will say
    began_at when the first came
    """

    __tablename__ = "tallies"

    id: Mapped[Id]
    act: Mapped[str] = mapped_column(String(60))
    actor_id: Mapped[UUID | None]
    object_id: Mapped[UUID | None]
    began_at: Mapped[When] = mapped_column(index=True)
    times: Mapped[int]


def find_tally(session: Session, act: str, actor_id: UUID | None, object_id: UUID | None) -> Tally | None:
    """The open window of one kind of trouble."""
    return session.scalar(
        select(Tally).where(
            Tally.act == act,
            Tally.actor_id.is_not_distinct_from(actor_id),
            Tally.object_id.is_not_distinct_from(object_id),
        )
    )


def tallies_until(session: Session, moment: datetime) -> Sequence[Tally]:
    """The windows that began at that moment or before, oldest first."""
    return session.scalars(select(Tally).where(Tally.began_at <= moment).order_by(Tally.began_at, Tally.id)).all()


def head_of(session: Session, chain: str) -> Entry | None:
    """The newest entry of a chain."""
    return session.scalar(select(Entry).where(Entry.chain == chain).order_by(Entry.seq.desc()).limit(1))


def entries_at(session: Session, places: Iterable[tuple[str, int]]) -> Sequence[Entry]:
    """The entries at those (chain, seq), in one query."""
    wanted = list(places)
    if not wanted:
        return []
    return session.scalars(select(Entry).where(tuple_(Entry.chain, Entry.seq).in_(wanted))).all()


def entries_of(
    session: Session,
    case_id: UUID,
    chains: Iterable[str],
    *,
    before: tuple[datetime, str, int] | None,
    limit: int,
    kind: Kind | None = None,
    subject: Subject | None = None,
) -> Sequence[Entry]:
    """Newest first, one page of several chains of a case together.

    before   (at, chain, seq) of the last entry of the page before
    kind     of this kind only
    subject  about this only
    """
    query = (
        select(Entry)
        .where(Entry.case_id == case_id, Entry.chain.in_(list(chains)))
        .order_by(Entry.at.desc(), Entry.chain, Entry.seq.desc())
        .limit(limit)
    )
    if kind is not None:
        query = query.where(_is_of(kind))
    if subject is not None:
        query = query.where(_is_about(subject))
    if before is not None:
        at, chain, seq = before
        earlier = and_(Entry.at == at, or_(Entry.chain > chain, and_(Entry.chain == chain, Entry.seq < seq)))
        query = query.where(Entry.at <= at, or_(Entry.at < at, earlier))
    return session.scalars(query).all()


def moments_of(session: Session, case_id: UUID, actor_id: UUID, *, limit: int) -> Sequence[datetime]:
    """When somebody read or did something in a case, newest first."""
    return session.scalars(
        select(Entry.at)
        .distinct()
        .where(Entry.case_id == case_id, Entry.actor_id == actor_id)
        .order_by(Entry.at.desc())
        .limit(limit)
    ).all()


def done_since(
    session: Session, case_id: UUID, chains: Iterable[str], *, since: datetime, but: UUID, limit: int
) -> Sequence[tuple[str, str, UUID | None, int, datetime]]:
    """What others did in those chains after a moment: (chain, act, actor, how often, when last), the latest first."""
    latest = func.max(Entry.at)
    rows = session.execute(
        select(Entry.chain, Entry.act, Entry.actor_id, func.count(), latest)
        .where(Entry.case_id == case_id, Entry.chain.in_(list(chains)), Entry.at > since, _is_of(Kind.ACTS))
        .where(or_(Entry.actor_id.is_(None), Entry.actor_id != but))
        .group_by(Entry.chain, Entry.act, Entry.actor_id)
        .order_by(latest.desc(), Entry.act)
        .limit(limit)
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


def _is_of(kind: Kind) -> ColumnElement[bool]:
    refused = Entry.act.startswith("refused:", autoescape=True)
    read = Entry.act.endswith(":read", autoescape=True)
    # What was taken out: a record, or a single file.
    exported = or_(*(Entry.act.endswith(verb, autoescape=True) for verb in (":export", ":take")))
    match kind:
        case Kind.REFUSALS:
            return refused
        case Kind.READINGS:
            return and_(read, ~refused)
        case Kind.EXPORTS:
            return and_(exported, ~refused)
        case Kind.ACTS:
            return and_(~read, ~exported, ~refused)


def _is_about(subject: Subject) -> ColumnElement[bool]:
    if subject in RESOURCES:
        return _begins(RESOURCES[subject])
    return ~_begins([word for words in RESOURCES.values() for word in words])


def _begins(words: Iterable[str]) -> ColumnElement[bool]:
    """Whether an act, done or refused, begins with one of those resources."""
    beginnings = [f"{refused}{word}:" for word in words for refused in ("", "refused:")]
    return or_(*(Entry.act.startswith(beginning, autoescape=True) for beginning in beginnings))


def heads_of(session: Session, chains: Iterable[str]) -> Sequence[Entry]:
    """The newest entry of each of those chains, in one query."""
    newest = (
        select(Entry.chain, func.max(Entry.seq).label("seq"))
        .where(Entry.chain.in_(list(chains)))
        .group_by(Entry.chain)
        .subquery()
    )
    return session.scalars(
        select(Entry).join(newest, and_(newest.c.chain == Entry.chain, newest.c.seq == Entry.seq)).order_by(Entry.chain)
    ).all()


def chain_of(session: Session, chain: str) -> ScalarResult[Entry]:
    """A whole chain from its first entry, streamed; to be closed by the caller."""
    return session.scalars(
        select(Entry).where(Entry.chain == chain).order_by(Entry.seq).execution_options(yield_per=500)
    )


def chains_of_case(session: Session, case_id: UUID) -> Sequence[str]:
    """Every chain of a case: its rooms, and the one that notes its rows."""
    return session.scalars(select(Entry.chain).distinct().where(Entry.case_id == case_id).order_by(Entry.chain)).all()


def last_written(session: Session, chain: str) -> datetime | None:
    """When something with words in it was written last in a case, by the chain that notes its rows."""
    words = [f"row:{table.name}" for table in Row.metadata.sorted_tables if "sealed_body" in table.c]
    return session.scalar(
        select(func.max(Entry.at)).where(Entry.chain == chain, Entry.act.in_(words), Entry.sealed_hash.is_not(None))
    )


def last_about(session: Session, chain: str, act: str, object_id: UUID) -> Entry | None:
    """The newest entry of a chain about one thing."""
    return session.scalar(
        select(Entry)
        .where(Entry.chain == chain, Entry.act == act, Entry.object_id == object_id)
        .order_by(Entry.seq.desc())
        .limit(1)
    )


def chains(session: Session) -> Sequence[str]:
    return session.scalars(select(Entry.chain).distinct().order_by(Entry.chain)).all()
