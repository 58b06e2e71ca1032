"""Epochs of rooms, the wraps of their keys, and what each account has pinned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import LargeBinary, delete, func, select, tuple_
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.domain.people import Room
from dialogue.store.base import AccountId, CaseId, Hash, Row, Sealed, When, enum_column


class RoomEpoch(Row):
    """A signed manifest: who hears the room in this epoch, and the commitment to its key."""

    __tablename__ = "room_epochs"

    case_id: Mapped[CaseId] = mapped_column(primary_key=True)
    room: Mapped[Room] = mapped_column(enum_column(Room), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    members: Mapped[bytes] = mapped_column(LargeBinary)
    commitment: Mapped[Hash]
    statements_number: Mapped[int]
    statements_head: Mapped[Hash]
    desk_number: Mapped[int]
    desk_head: Mapped[Hash]
    maker_id: Mapped[AccountId]
    maker_fingerprint: Mapped[Hash]
    previous: Mapped[Hash]
    digest: Mapped[Hash]
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))
    made_at: Mapped[When]


class RoomWrap(Row):
    """A room's key of one epoch, wrapped to one member."""

    __tablename__ = "room_wraps"

    case_id: Mapped[CaseId] = mapped_column(primary_key=True)
    room: Mapped[Room] = mapped_column(enum_column(Room), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[AccountId] = mapped_column(primary_key=True)
    fingerprint: Mapped[Hash]
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class DueWrap(Row):
    """A hint that somebody still waits for the key of earlier epochs; the right to it stands in the statements."""

    __tablename__ = "due_wraps"

    case_id: Mapped[CaseId] = mapped_column(primary_key=True)
    room: Mapped[Room] = mapped_column(enum_column(Room), primary_key=True)
    account_id: Mapped[AccountId] = mapped_column(primary_key=True)
    asked_at: Mapped[When]


class Pin(Row):
    """What an account has seen of a case, sealed under its bundle, only ever raised."""

    __tablename__ = "pins"

    account_id: Mapped[AccountId] = mapped_column(primary_key=True)
    case_id: Mapped[CaseId] = mapped_column(primary_key=True)
    sealed_pin: Mapped[Sealed]


def newest_epoch(session: Session, case_id: UUID, room: Room) -> RoomEpoch | None:
    return session.scalar(
        select(RoomEpoch)
        .where(RoomEpoch.case_id == case_id, RoomEpoch.room == room)
        .order_by(RoomEpoch.epoch.desc())
        .limit(1)
    )


def epochs_of(session: Session, case_id: UUID, room: Room) -> Sequence[RoomEpoch]:
    """A room's manifests from the first."""
    return session.scalars(
        select(RoomEpoch).where(RoomEpoch.case_id == case_id, RoomEpoch.room == room).order_by(RoomEpoch.epoch)
    ).all()


def epochs_among(session: Session, case_id: UUID, room: Room, epochs: Iterable[int]) -> Sequence[RoomEpoch]:
    """Those manifests of a room, in one query."""
    return session.scalars(
        select(RoomEpoch).where(RoomEpoch.case_id == case_id, RoomEpoch.room == room, RoomEpoch.epoch.in_(list(epochs)))
    ).all()


def digests_at(session: Session, case_id: UUID, places: Iterable[tuple[Room, int]]) -> dict[tuple[Room, int], bytes]:
    """The digests of those manifests, by room and epoch, in one query."""
    wanted = list(places)
    if not wanted:
        return {}
    rows = session.execute(
        select(RoomEpoch.room, RoomEpoch.epoch, RoomEpoch.digest).where(
            RoomEpoch.case_id == case_id, tuple_(RoomEpoch.room, RoomEpoch.epoch).in_(wanted)
        )
    )
    return {(room, epoch): digest for room, epoch, digest in rows}


def rooms_in_use(session: Session, case_id: UUID) -> frozenset[Room]:
    return frozenset(session.scalars(select(RoomEpoch.room).where(RoomEpoch.case_id == case_id).distinct()))


def wraps_for(
    session: Session, case_id: UUID, room: Room, account_id: UUID, epochs: Iterable[int] | None = None
) -> Sequence[RoomWrap]:
    """One account's wraps of a room, oldest epoch first; all, or those epochs."""
    query = select(RoomWrap).where(
        RoomWrap.case_id == case_id, RoomWrap.room == room, RoomWrap.account_id == account_id
    )
    if epochs is not None:
        query = query.where(RoomWrap.epoch.in_(list(epochs)))
    return session.scalars(query.order_by(RoomWrap.epoch)).all()


def epochs_held(session: Session, case_id: UUID, room: Room, accounts: Iterable[UUID]) -> frozenset[int]:
    """The epochs of a room of which at least one of those accounts holds the key."""
    wanted = list(accounts)
    if not wanted:
        return frozenset()
    return frozenset(
        session.scalars(
            select(RoomWrap.epoch).where(
                RoomWrap.case_id == case_id, RoomWrap.room == room, RoomWrap.account_id.in_(wanted)
            )
        )
    )


def wraps_counted(session: Session, case_id: UUID, rooms: Iterable[Room]) -> dict[tuple[Room, UUID], int]:
    """How many epochs of those rooms each account holds, in one query."""
    rows = session.execute(
        select(RoomWrap.room, RoomWrap.account_id, func.count())
        .where(RoomWrap.case_id == case_id, RoomWrap.room.in_(list(rooms)))
        .group_by(RoomWrap.room, RoomWrap.account_id)
    )
    return {(room, account): count for room, account, count in rows}


def epochs_counted(session: Session, case_id: UUID) -> dict[Room, int]:
    """How many epochs each room of a case has had, in one query."""
    rows = session.execute(
        select(RoomEpoch.room, func.count()).where(RoomEpoch.case_id == case_id).group_by(RoomEpoch.room)
    )
    return {row[0]: row[1] for row in rows}


def delete_wraps(session: Session, case_id: UUID, account_id: UUID) -> None:
    """Take every key of a case from one account."""
    session.execute(delete(RoomWrap).where(RoomWrap.case_id == case_id, RoomWrap.account_id == account_id))
    session.execute(delete(DueWrap).where(DueWrap.case_id == case_id, DueWrap.account_id == account_id))


def wraps_of(session: Session, account_id: UUID) -> Sequence[RoomWrap]:
    """Every key that was ever wrapped for an account, in whatever case."""
    return session.scalars(select(RoomWrap).where(RoomWrap.account_id == account_id)).all()


def exchange_wrap(session: Session, wrap: RoomWrap, fingerprint: bytes, wrapped: bytes) -> None:
    """Put a wrap for another key of the same person in the place of the one before."""
    wrap.fingerprint, wrap.wrapped = fingerprint, wrapped
    session.flush()


def forget_wraps(session: Session, account_id: UUID) -> None:
    """Delete every key that was wrapped for an account."""
    session.execute(delete(RoomWrap).where(RoomWrap.account_id == account_id))
    session.execute(delete(DueWrap).where(DueWrap.account_id == account_id))


def forget_pins(session: Session, account_id: UUID) -> None:
    """Delete what an account has seen: it was sealed under keys that are no more."""
    session.execute(delete(Pin).where(Pin.account_id == account_id))


def due_wraps(session: Session, case_id: UUID) -> Sequence[DueWrap]:
    return session.scalars(select(DueWrap).where(DueWrap.case_id == case_id)).all()


def find_pin(session: Session, account_id: UUID, case_id: UUID) -> Pin | None:
    return session.get(Pin, (account_id, case_id))
