"""What all tables share: the base class, the column types, and the address of a sealed column."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID, uuid4

from sqlalchemy import DateTime, Enum, ForeignKey, LargeBinary, MetaData, String, Text, TypeDecorator, Uuid
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column

from dialogue.crypto.context import Place
from dialogue.domain.people import Room


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept and given back in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_column(kind: type[StrEnum]) -> Enum:
    """A state or another short word of the procedure, kept as its value with a check constraint."""
    return Enum(
        kind,
        native_enum=False,
        length=40,
        validate_strings=True,
        values_callable=lambda members: [member.value for member in members],
        name=kind.__name__.lower(),
    )


Id = Annotated[UUID, mapped_column(Uuid, primary_key=True, default=uuid4)]
Sealed = Annotated[bytes, mapped_column(LargeBinary)]
Hash = Annotated[bytes, mapped_column(LargeBinary(32))]
When = Annotated[datetime, mapped_column(UtcDateTime)]
Word = Annotated[str, mapped_column(String(80))]
LongText = Annotated[str, mapped_column(Text)]
CaseId = Annotated[UUID, mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)]
AccountId = Annotated[UUID, mapped_column(ForeignKey("accounts.id"))]


class Row(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {getattr(self, 'id', '')}>"


class InRoom:
    """A row of one case with sealed columns; it knows the address under which each of them is sealed.

    is_recorded   whether each of its states is noted in the case's record; what is one person's own is not
    """

    is_recorded = True
    id: Any
    case_id: Any

    def place(self, column: str, room: Room) -> Place:
        """The address of one sealed column: altered or moved, it does not open any more."""
        return Place(
            case=self.case_id,
            room=room.value,
            table=str(self.__tablename__),  # type: ignore[attr-defined]
            column=column,
            record=self.id,
            version=getattr(self, "version", 1),
        )

    def personal_place(self, column: str) -> Place:
        """The same for what only its writer may read, and no room hears."""
        return Place(
            case=self.case_id,
            room="personal",
            table=str(self.__tablename__),  # type: ignore[attr-defined]
            column=column,
            record=self.id,
            version=getattr(self, "version", 1),
        )
