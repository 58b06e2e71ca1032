"""Where a sealed thing belongs: typed values written so that no two lists of values look alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TypeAlias, Union
from uuid import UUID

Value: TypeAlias = Union[bool, int, str, bytes, UUID, datetime, Sequence["Value"], None]  # noqa: UP007

RECORD = "dialogue/record/1"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def encode(*values: Value) -> bytes:
    """Write ``values`` so that different lists, types or nestings never give the same bytes.

    values   None, bool, int, str (a string enum counts as its value), bytes, UUID, aware datetime, or a list or
             tuple of these, nested as one likes; True is not 1, "a" is not b"a", ("a",) is not "a"
    returns  for each value: tag 1 B | length of the payload 8 B big-endian | payload; None ``N``, bool ``B`` 1 B,
             int ``I`` two's complement, str ``S`` UTF-8, bytes ``Y``, UUID ``U`` 16 B, datetime ``T`` microseconds
             since 1970 UTC as an int, sequence ``L`` with its members encoded in order
    raises   TypeError for any other type, ValueError for a datetime without a zone
    """
    return b"".join(_encode_one(value) for value in values)


def digest(label: str, *values: Value) -> bytes:
    """Hash ``values`` for one purpose.

    label    what the hash is for, with its version, such as ``"dialogue/manifest/1"``
    values   as in ``encode``
    returns  32 bytes, SHA-256 over ``encode(label, *values)``
    raises   TypeError, ValueError as ``encode``

    Source: FIPS 180-4.
    """
    return sha256(encode(label, *values)).digest()


@dataclass(frozen=True, slots=True)
class Place:
    """The one place at which a sealed record opens.

    case, room      the case's id and the room's name in it
    table, column   where the blob stands
    record          id of the row, made before the insert
    version         number of the record's version, from 1
    """

    case: UUID
    room: str
    table: str
    column: str
    record: UUID
    version: int = 1

    def context(self, epoch: int) -> bytes:
        """The bytes that bind a seal to this place and to ``epoch``, the number of the room key's epoch, from 1."""
        return encode(RECORD, self.case, self.room, epoch, self.table, self.column, self.record, self.version)


def _encode_one(value: Value) -> bytes:
    tag, payload = _payload(value)
    return tag + len(payload).to_bytes(8, "big") + payload


def _payload(value: Value) -> tuple[bytes, bytes]:
    match value:
        case None:
            return b"N", b""
        case bool():
            return b"B", b"\x01" if value else b"\x00"
        case int():
            return b"I", _integer(value)
        case str():
            return b"S", str.encode(value, "utf-8")
        case bytes():
            return b"Y", value
        case UUID():
            return b"U", value.bytes
        case datetime():
            return b"T", _integer(_microseconds(value))
        case list() | tuple():
            return b"L", encode(*value)
        case _:
            raise TypeError(f"a context holds no {type(value).__name__}")


def _integer(value: int) -> bytes:
    return value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True)


def _microseconds(moment: datetime) -> int:
    if moment.utcoffset() is None:
        raise ValueError("a moment in a context needs a time zone")
    return (moment - _EPOCH) // timedelta(microseconds=1)
