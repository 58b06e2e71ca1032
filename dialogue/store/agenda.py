"""Agenda items, their wordings and the parties' positions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from dialogue.domain.agenda import Chapter, ItemKind, ItemState
from dialogue.domain.people import Party
from dialogue.store.base import AccountId, CaseId, Id, InRoom, Row, Sealed, UtcDateTime, When, enum_column


class AgendaItem(Row, InRoom):
    """One item; it is on the agenda when both leads have admitted it.

    kind     an item of the agenda, or the words around the record, which are agreed in the same way
    number   as it was proposed, for good; ``turn`` is where it stands in the order of the agenda
    """

    __tablename__ = "agenda_items"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    number: Mapped[int]
    turn: Mapped[int]
    kind: Mapped[ItemKind] = mapped_column(enum_column(ItemKind), default=ItemKind.ITEM)
    state: Mapped[ItemState] = mapped_column(enum_column(ItemState))
    chapter: Mapped[Chapter | None] = mapped_column(enum_column(Chapter))
    proposed_by: Mapped[AccountId]
    admitted_by_company: Mapped[datetime | None] = mapped_column(UtcDateTime)
    admitted_by_union: Mapped[datetime | None] = mapped_column(UtcDateTime)
    wording_id: Mapped[UUID | None]
    reopened_wording_id: Mapped[UUID | None]
    sealed_body: Mapped[Sealed]
    proposed_at: Mapped[When]
    state_since: Mapped[When]

    def admitted_by(self, party: Party) -> datetime | None:
        return self.admitted_by_company if party is Party.COMPANY else self.admitted_by_union

    def admit(self, party: Party, now: datetime) -> None:
        if party is Party.COMPANY:
            self.admitted_by_company = self.admitted_by_company or now
        else:
            self.admitted_by_union = self.admitted_by_union or now


class Wording(Row, InRoom):
    """One proposed wording of an item and the one it answers."""

    __tablename__ = "wordings"
    __table_args__ = (UniqueConstraint("item_id", "number"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("agenda_items.id", ondelete="CASCADE"))
    number: Mapped[int]
    author_id: Mapped[AccountId]
    party: Mapped[Party | None] = mapped_column(enum_column(Party))
    answers_id: Mapped[UUID | None] = mapped_column(ForeignKey("wordings.id"))
    language: Mapped[str] = mapped_column(String(8))
    sealed_body: Mapped[Sealed]
    made_at: Mapped[When]


class Translation(Row, InRoom):
    """One wording in another language; the newest of a wording and a language is what is shown."""

    __tablename__ = "translations"
    __table_args__ = (UniqueConstraint("wording_id", "language", "number"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("agenda_items.id", ondelete="CASCADE"), index=True)
    wording_id: Mapped[UUID] = mapped_column(ForeignKey("wordings.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(8))
    number: Mapped[int]
    author_id: Mapped[AccountId]
    party: Mapped[Party | None] = mapped_column(enum_column(Party))
    sealed_body: Mapped[Sealed]
    made_at: Mapped[When]


class PositionRow(Row, InRoom):
    """One party's signed position on one wording; the newest of a party is its current one."""

    __tablename__ = "positions"
    __table_args__ = (UniqueConstraint("wording_id", "party", "number"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("agenda_items.id", ondelete="CASCADE"))
    wording_id: Mapped[UUID] = mapped_column(ForeignKey("wordings.id", ondelete="CASCADE"))
    party: Mapped[Party] = mapped_column(enum_column(Party))
    number: Mapped[int]
    account_id: Mapped[AccountId]
    sealed_body: Mapped[Sealed]
    made_at: Mapped[When]


def items_of(session: Session, case_id: UUID) -> Sequence[AgendaItem]:
    """In the order of the agenda."""
    return session.scalars(
        select(AgendaItem)
        .where(AgendaItem.case_id == case_id, AgendaItem.kind == ItemKind.ITEM)
        .order_by(AgendaItem.turn, AgendaItem.number)
    ).all()


def texts_of(session: Session, case_id: UUID) -> Sequence[AgendaItem]:
    """What is worded around the record: preamble, closing words and statement, as far as anybody has begun."""
    return session.scalars(
        select(AgendaItem)
        .where(AgendaItem.case_id == case_id, AgendaItem.kind != ItemKind.ITEM)
        .order_by(AgendaItem.number.desc())
    ).all()


def find_text(session: Session, case_id: UUID, kind: ItemKind) -> AgendaItem | None:
    return session.scalar(select(AgendaItem).where(AgendaItem.case_id == case_id, AgendaItem.kind == kind))


def items_among(session: Session, case_id: UUID, ids: Collection[UUID]) -> Sequence[AgendaItem]:
    """Those items of a case, in one query."""
    if not ids:
        return []
    return session.scalars(
        select(AgendaItem).where(
            AgendaItem.case_id == case_id, AgendaItem.kind == ItemKind.ITEM, AgendaItem.id.in_(list(ids))
        )
    ).all()


def find_item(session: Session, case_id: UUID, item_id: UUID) -> AgendaItem | None:
    return session.scalar(
        select(AgendaItem).where(
            AgendaItem.case_id == case_id, AgendaItem.kind == ItemKind.ITEM, AgendaItem.id == item_id
        )
    )


def last_item_number(session: Session, case_id: UUID) -> int:
    """The number of the item proposed last; 0 where there is none."""
    items = select(func.max(AgendaItem.number)).where(AgendaItem.case_id == case_id, AgendaItem.kind == ItemKind.ITEM)
    return session.scalar(items) or 0


def wordings_of(session: Session, item_id: UUID) -> Sequence[Wording]:
    """The chain of an item, newest first."""
    return session.scalars(select(Wording).where(Wording.item_id == item_id).order_by(Wording.number.desc())).all()


def current_wordings(session: Session, case_id: UUID) -> Sequence[Wording]:
    """The wording on the table of every item that has one."""
    return session.scalars(
        select(Wording).join(AgendaItem, AgendaItem.wording_id == Wording.id).where(AgendaItem.case_id == case_id)
    ).all()


def find_wording(session: Session, case_id: UUID, wording_id: UUID) -> Wording | None:
    return session.scalar(select(Wording).where(Wording.case_id == case_id, Wording.id == wording_id))


def newest_wordings(session: Session, item_id: UUID, *, before: int | None = None, limit: int) -> Sequence[Wording]:
    """One page of the chain of an item, newest first.

    before   number of the last wording of the page before
    """
    query = select(Wording).where(Wording.item_id == item_id).order_by(Wording.number.desc()).limit(limit)
    return session.scalars(query if before is None else query.where(Wording.number < before)).all()


def wordings_at(session: Session, item_id: UUID, numbers: Collection[int]) -> Sequence[Wording]:
    """Those wordings of an item, the oldest first."""
    return session.scalars(
        select(Wording).where(Wording.item_id == item_id, Wording.number.in_(list(numbers))).order_by(Wording.number)
    ).all()


def wordings_put(session: Session, case_id: UUID) -> dict[UUID, tuple[int, UUID, datetime]]:
    """Of each item with a wording on the table: its number, its author and when it was put."""
    rows = session.execute(
        select(Wording.item_id, Wording.number, Wording.author_id, Wording.made_at)
        .join(AgendaItem, AgendaItem.wording_id == Wording.id)
        .where(AgendaItem.case_id == case_id)
    )
    return {row.item_id: (row.number, row.author_id, row.made_at) for row in rows}


def newest_translations(session: Session, *item_ids: UUID) -> Sequence[tuple[Translation, int]]:
    """Of each item and language the newest translation of the newest wording that has one, and that one's number."""
    order = (Wording.number.desc(), Translation.number.desc())
    ranked = (
        select(
            Translation.id,
            Wording.number.label("wording"),
            func.row_number()
            .over(partition_by=(Translation.item_id, Translation.language), order_by=order)
            .label("rank"),
        )
        .join(Wording, Wording.id == Translation.wording_id)
        .where(Translation.item_id.in_(item_ids))
        .subquery()
    )
    rows = session.execute(
        select(Translation, ranked.c.wording)
        .join(ranked, ranked.c.id == Translation.id)
        .where(ranked.c.rank == 1)
        .order_by(Translation.item_id, Translation.language)
    )
    return [(row[0], row[1]) for row in rows]


def last_translation_number(session: Session, wording_id: UUID, language: str) -> int:
    """The number of a wording's newest translation into a language; 0 where there is none."""
    query = select(func.max(Translation.number))
    return session.scalar(query.where(Translation.wording_id == wording_id, Translation.language == language)) or 0


def current_translations(session: Session, case_id: UUID) -> Sequence[Translation]:
    """Every translation of a wording on the table."""
    return session.scalars(
        select(Translation)
        .join(AgendaItem, AgendaItem.wording_id == Translation.wording_id)
        .where(AgendaItem.case_id == case_id)
    ).all()


def current_positions(session: Session, case_id: UUID) -> Sequence[PositionRow]:
    """Each party's newest position on the wording on the table, for all items of a case."""
    later = aliased(PositionRow)
    return session.scalars(
        select(PositionRow)
        .join(AgendaItem, AgendaItem.wording_id == PositionRow.wording_id)
        .outerjoin(
            later,
            (later.wording_id == PositionRow.wording_id)
            & (later.party == PositionRow.party)
            & (later.number > PositionRow.number),
        )
        .where(AgendaItem.case_id == case_id, later.id.is_(None))
    ).all()


def positions_of(session: Session, item_id: UUID) -> Sequence[PositionRow]:
    """Every position ever recorded on an item's wordings, newest first."""
    return session.scalars(
        select(PositionRow)
        .where(PositionRow.item_id == item_id)
        .order_by(PositionRow.made_at.desc(), PositionRow.number.desc())
    ).all()


def positions_on(session: Session, wording_ids: Sequence[UUID]) -> Sequence[PositionRow]:
    """Every position recorded on those wordings, newest first, in one query."""
    if not wording_ids:
        return []
    return session.scalars(
        select(PositionRow)
        .where(PositionRow.wording_id.in_(wording_ids))
        .order_by(PositionRow.made_at.desc(), PositionRow.number.desc())
    ).all()


def newest_position(session: Session, wording_id: UUID, party: Party) -> PositionRow | None:
    return session.scalar(
        select(PositionRow)
        .where(PositionRow.wording_id == wording_id, PositionRow.party == party)
        .order_by(PositionRow.number.desc())
        .limit(1)
    )


def positions_taken(session: Session, case_id: UUID) -> Sequence[Party]:
    """For each admitted item with a wording on the table, each party that has a position on it."""
    return session.scalars(
        select(PositionRow.party)
        .join(AgendaItem, AgendaItem.wording_id == PositionRow.wording_id)
        .where(
            AgendaItem.case_id == case_id,
            AgendaItem.kind == ItemKind.ITEM,
            AgendaItem.state == ItemState.ADMITTED,
        )
        .group_by(AgendaItem.id, PositionRow.party)
    ).all()
