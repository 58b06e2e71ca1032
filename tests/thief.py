"""Somebody who copies the database again and again and has people's keys, but no server to ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, select

from dialogue.crypto import sealing, wrapping
from dialogue.crypto.context import Place, encode
from dialogue.crypto.identity import Bundle
from dialogue.crypto.sealing import RoomKey
from dialogue.domain.people import Room
from dialogue.errors import SealBroken
from dialogue.store.base import InRoom, Row
from dialogue.store.engine import Store
from dialogue.store.rooms import RoomWrap
from dialogue.store.schema import TABLES

SealedAt = tuple[str, str, UUID]


def tables_in_rooms() -> list[Any]:
    """Every mapped class whose rows belong to a room."""
    assert TABLES
    return [mapper.class_ for mapper in Row.registry.mappers if issubclass(mapper.class_, InRoom)]


def sealed_columns(kind: Any) -> list[str]:
    """The names of a class's sealed columns."""
    return [column.key for column in inspect(kind).columns if column.key.startswith("sealed_")]


@dataclass
class Thief:
    """Keeps every wrap and every sealed record that ever stood in the database, and remembers what was tried."""

    store: Store
    kinds: Sequence[Any] = field(default_factory=tables_in_rooms)
    wraps: dict[tuple[UUID, Room, int, UUID, bytes], None] = field(default_factory=dict)
    records: dict[tuple[SealedAt, bytes], Any] = field(default_factory=dict)
    tried_wraps: dict[Any, RoomKey | None] = field(default_factory=dict)
    tried_records: dict[Any, bytes | None] = field(default_factory=dict)

    def copy(self) -> None:
        """Copy what stands there now."""
        with self.store.session(writes=False) as session:
            for wrap in session.scalars(select(RoomWrap)):
                self.wraps[wrap.case_id, wrap.room, wrap.epoch, wrap.account_id, wrap.wrapped] = None
            for kind in self.kinds:
                for row in session.scalars(select(kind)):
                    for column in sealed_columns(kind):
                        if (sealed := getattr(row, column)) is not None:
                            self.records[(kind.__tablename__, column, row.id), sealed] = row
            session.expunge_all()

    def keys(self, *bundles: Bundle) -> list[tuple[UUID, Room, RoomKey]]:
        """Every room key that one of those bundles unwraps."""
        found = []
        for wrap in self.wraps:
            case_id, room, epoch, account, wrapped = wrap
            for bundle in bundles:
                trial = (wrap, bundle.public.fingerprint)
                if trial not in self.tried_wraps:
                    context = encode(case_id, room.value, account)
                    self.tried_wraps[trial] = _unwrapped(bundle, wrapped, epoch, context)
                if (key := self.tried_wraps[trial]) is not None:
                    found.append((case_id, room, key))
        return found

    def opens(self, *bundles: Bundle, secrets: Iterable[bytes] = ()) -> dict[tuple[SealedAt, bytes], bytes]:
        """Every record, by where it stands and as it was sealed, that those bundles open.

        secrets   keys that the thief has put into people's hands himself, tried for every epoch
        """
        keys = self.keys(*bundles)
        places = {(case_id, room, epoch) for case_id, room, epoch, _, _ in self.wraps}
        keys += [(case_id, room, RoomKey(epoch, secret)) for case_id, room, epoch in places for secret in secrets]
        return {where: plain for where, _, plain in self._opened(keys)}

    def rooms(self, *bundles: Bundle) -> dict[tuple[SealedAt, bytes], Room]:
        """The same records, each with the room whose key opens it."""
        return {where: room for where, room, _ in self._opened(self.keys(*bundles))}

    def _opened(self, keys: list[tuple[UUID, Room, RoomKey]]) -> Iterator[tuple[tuple[SealedAt, bytes], Room, bytes]]:
        by_epoch: dict[tuple[UUID, int], list[tuple[Room, RoomKey]]] = {}
        for case_id, room, key in keys:
            by_epoch.setdefault((case_id, key.epoch), []).append((room, key))
        for (where, sealed), row in self.records.items():
            for room, key in by_epoch.get((row.case_id, _epoch_of(sealed)), ()):
                trial = (where, sealed, getattr(row, "version", 1), room, key.secret)
                if trial not in self.tried_records:
                    place = row.place(where[1].removeprefix("sealed_"), room)
                    self.tried_records[trial] = _opened(key, sealed, place)
                if (plain := self.tried_records[trial]) is not None:
                    yield (where, sealed), room, plain


def _unwrapped(bundle: Bundle, wrapped: bytes, epoch: int, context: bytes) -> RoomKey | None:
    try:
        return wrapping.unwrap(bundle, wrapped, epoch, context)
    except SealBroken:
        return None


def _epoch_of(sealed: bytes) -> int:
    try:
        return sealing.epoch_of(sealed)
    except SealBroken:
        return 0


def _opened(key: RoomKey, sealed: bytes, place: Place) -> bytes | None:
    try:
        return sealing.unseal(key, sealed, place)
    except SealBroken:
        return None
