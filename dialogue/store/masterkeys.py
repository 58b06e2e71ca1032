"""What stands under the server's master keys, wherever it is, and how one row of it is exchanged for another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.orm import Session

from dialogue.store.accounts import Account, Link, PublicKey
from dialogue.store.cases import Organisation
from dialogue.store.factors import Authenticator, Passkey
from dialogue.store.outbox import OutboxLetter
from dialogue.store.participants import Participant
from dialogue.store.record import Entry


@dataclass(frozen=True, slots=True)
class IdentityColumn:
    """A column that is sealed under the identity key.

    lookup    the column beside it that is a keyed hash of an address, where there is one
    address   the name under which the sealed field holds that address
    """

    table: type[Any]
    column: str
    lookup: str | None = None
    address: str = "email"

    @property
    def name(self) -> str:
        return f"{self.table.__tablename__}.{self.column}"

    def of(self, row: Any) -> dict[str, bytes]:
        """What stands in the sealed column of a row and, where there is one, in the hash beside it."""
        names = [self.column, self.lookup] if self.lookup else [self.column]
        return {name: getattr(row, name) for name in names}


IDENTITY_COLUMNS = (
    IdentityColumn(Account, "sealed_identity", "lookup"),
    IdentityColumn(Link, "sealed_identity", "lookup"),
    IdentityColumn(Authenticator, "sealed_identity"),
    IdentityColumn(Passkey, "sealed_identity"),
    IdentityColumn(Participant, "sealed_identity"),
    IdentityColumn(Organisation, "sealed_identity"),
    IdentityColumn(OutboxLetter, "sealed_letter", "recipient", "to"),
)


def identity_page(session: Session, of: IdentityColumn, *, after: UUID | None, limit: int) -> Sequence[Any]:
    """Rows by id, one page."""
    query = select(of.table).order_by(of.table.id).limit(limit)
    return session.scalars(query.where(of.table.id > after) if after is not None else query).all()


def exchange(
    session: Session, of: IdentityColumn, record: UUID, before: Mapping[str, bytes], after: Mapping[str, bytes]
) -> bool:
    """Put new values into one row, unless somebody has written other ones meanwhile; the row's version stays."""
    unchanged = [getattr(of.table, name) == value for name, value in before.items()]
    query = update(of.table).where(of.table.id == record, *unchanged).values(**after).returning(of.table.id)
    return session.scalar(query.execution_options(synchronize_session=False)) is not None


def entries_not_under(session: Session, key_id: str, *, after: tuple[str, int] | None, limit: int) -> Sequence[Entry]:
    """Entries of the record whose MAC was made with another key, by chain and number, one page."""
    query = select(Entry).where(Entry.mac_key != key_id).order_by(Entry.chain, Entry.seq).limit(limit)
    if after is not None:
        query = query.where(tuple_(Entry.chain, Entry.seq) > after)
    return session.scalars(query).all()


def macs_by_key(session: Session) -> dict[str, int]:
    """How many entries of the record carry a MAC of each key."""
    return dict(session.execute(select(Entry.mac_key, func.count()).group_by(Entry.mac_key)).all())


def slots_by_pepper(session: Session) -> dict[str, int]:
    """How many password slots need the pepper of each key."""
    return dict(session.execute(select(Account.pepper_id, func.count()).group_by(Account.pepper_id)).all())


def every_password_slot(session: Session) -> Sequence[tuple[str, str]]:
    """What stands beside each password slot: the parameters it was made with, and the id of its pepper."""
    return [(row.kdf, row.pepper_id) for row in session.execute(select(Account.kdf, Account.pepper_id))]


def every_public_key(session: Session) -> Iterator[PublicKey]:
    """The public halves of every bundle there ever was."""
    return iter(session.scalars(select(PublicKey).execution_options(yield_per=200)))


def every_fingerprint(session: Session) -> Iterator[tuple[UUID, bytes]]:
    """Each account with the fingerprint that it says is its own."""
    yield from session.execute(select(Account.id, Account.fingerprint).order_by(Account.id))
