"""Second factors: the authenticator app, passkeys and printed codes of an account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.store.base import AccountId, Hash, Id, Row, Sealed, UtcDateTime, When


class Authenticator(Row):
    """The app on somebody's phone: its secret under the identity key, and the last step whose code was taken."""

    __tablename__ = "authenticators"

    id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    sealed_identity: Mapped[Sealed]
    last_step: Mapped[int]
    added_at: Mapped[When]


class Passkey(Row):
    """A passkey: its name, its credential and its public key stand under the identity key."""

    __tablename__ = "passkeys"

    id: Mapped[Id]
    account_id: Mapped[AccountId] = mapped_column(index=True)
    credential_hash: Mapped[Hash] = mapped_column(unique=True)
    sealed_identity: Mapped[Sealed]
    sign_count: Mapped[int]
    added_at: Mapped[When]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PrintedCode(Row):
    """One code on paper, as a hash; it opens once."""

    __tablename__ = "printed_codes"
    __table_args__ = (UniqueConstraint("account_id", "number"),)

    id: Mapped[Id]
    account_id: Mapped[AccountId]
    number: Mapped[int]
    code_hash: Mapped[Hash]
    added_at: Mapped[When]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def find_authenticator(session: Session, account_id: UUID) -> Authenticator | None:
    return session.get(Authenticator, account_id)


def passkeys_of(session: Session, account_id: UUID) -> Sequence[Passkey]:
    """The passkeys of one account, oldest first."""
    return session.scalars(
        select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.added_at, Passkey.id)
    ).all()


def codes_of(session: Session, account_id: UUID) -> Sequence[PrintedCode]:
    """The printed codes of one account that were not used yet, by number."""
    query = select(PrintedCode).where(PrintedCode.account_id == account_id, PrintedCode.used_at.is_(None))
    return session.scalars(query.order_by(PrintedCode.number)).all()


def take_step(session: Session, account_id: UUID, step: int) -> bool:
    """Mark a step as used; False where it, or a later one, was used before."""
    query = (
        update(Authenticator)
        .where(Authenticator.id == account_id, Authenticator.last_step < step)
        .values(last_step=step)
        .returning(Authenticator.id)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(query) is not None


def take_passkey(session: Session, passkey_id: UUID, asked_at: datetime, count: int, now: datetime) -> bool:
    """Mark a passkey as used; False where an answer to this question or a later one was taken before."""
    query = (
        update(Passkey)
        .where(Passkey.id == passkey_id, (Passkey.used_at.is_(None)) | (Passkey.used_at < asked_at))
        .values(used_at=now, sign_count=count)
        .returning(Passkey.id)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(query) is not None


def take_code(session: Session, account_id: UUID, code_hash: bytes, now: datetime) -> bool:
    """Mark a printed code as used; False where there is none such or it was used before."""
    query = (
        update(PrintedCode)
        .where(PrintedCode.account_id == account_id, PrintedCode.code_hash == code_hash, PrintedCode.used_at.is_(None))
        .values(used_at=now)
        .returning(PrintedCode.id)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(query) is not None


def remove_app(session: Session, account_id: UUID) -> None:
    session.execute(delete(Authenticator).where(Authenticator.id == account_id))


def remove_passkeys(session: Session, account_id: UUID, passkey_id: UUID | None = None) -> bool:
    """Take away one passkey of an account, or all; says whether there was one."""
    query = delete(Passkey).where(Passkey.account_id == account_id).returning(Passkey.id)
    found = session.scalars(query if passkey_id is None else query.where(Passkey.id == passkey_id)).all()
    return bool(found)


def remove_codes(session: Session, account_id: UUID) -> None:
    session.execute(delete(PrintedCode).where(PrintedCode.account_id == account_id))
