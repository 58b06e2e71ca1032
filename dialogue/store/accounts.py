"""Accounts, the single-use links that lead to them, and signed-in sessions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.domain.people import StaffRole
from dialogue.store.base import AccountId, Hash, Id, Row, Sealed, UtcDateTime, When, Word, enum_column


class AccountState(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"


class LinkPurpose(StrEnum):
    REGISTER = "register"
    JOIN = "join"
    STAFF = "staff"
    RECOVER = "recover"
    RESET = "reset"
    ADDRESS = "address"


class SessionLevel(StrEnum):
    """How far a sign-in has come; only a full one carries the bundle's work."""

    ENROLLING = "enrolling"
    FULL = "full"


class Account(Row):
    """A person. Name and address are sealed under the identity key; the fingerprint is of the current keys."""

    __tablename__ = "accounts"

    id: Mapped[Id]
    lookup: Mapped[Hash] = mapped_column(unique=True)
    state: Mapped[AccountState] = mapped_column(enum_column(AccountState))
    staff_roles: Mapped[Word] = mapped_column(default="")
    language: Mapped[str] = mapped_column(String(8))
    timezone: Mapped[str] = mapped_column(String(64))
    sealed_identity: Mapped[Sealed]
    fingerprint: Mapped[Hash]
    password_slot: Mapped[Sealed]
    password_salt: Mapped[Hash]
    kdf: Mapped[str] = mapped_column(String(60))
    pepper_id: Mapped[str] = mapped_column(String(16))
    recovery_slot: Mapped[Sealed]
    recovery_number: Mapped[int]
    recovery_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    renewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sealed_visits: Mapped[Sealed]
    created_at: Mapped[When]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def staff(self) -> frozenset[StaffRole]:
        return frozenset(StaffRole(word) for word in self.staff_roles.split(",") if word)


class PublicKey(Row):
    """The public halves of one bundle; kept for good, so that old signatures stay readable."""

    __tablename__ = "public_keys"

    fingerprint: Mapped[Hash] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId] = mapped_column(index=True)
    kem: Mapped[bytes] = mapped_column(LargeBinary)
    sign: Mapped[Hash]
    self_signature: Mapped[bytes] = mapped_column(LargeBinary(64))
    made_at: Mapped[When]


class Link(Row):
    """A single-use address sent by mail; it proves the mailbox and carries no key."""

    __tablename__ = "links"

    id: Mapped[Id]
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    purpose: Mapped[LinkPurpose] = mapped_column(enum_column(LinkPurpose))
    lookup: Mapped[Hash]
    sealed_identity: Mapped[Sealed]
    participant_id: Mapped[UUID | None] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"))
    staff_roles: Mapped[Word] = mapped_column(default="")
    expires_at: Mapped[When]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[When]


class SignIn(Row):
    """A session; its content opens only with the secret that the browser holds."""

    __tablename__ = "sessions"

    id_hash: Mapped[Hash] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId] = mapped_column(index=True)
    level: Mapped[SessionLevel] = mapped_column(enum_column(SessionLevel))
    sealed_content: Mapped[Sealed]
    sealed_bundle: Mapped[Sealed]
    sealed_identity: Mapped[Sealed]
    confirmed_at: Mapped[When]
    created_at: Mapped[When]
    last_seen_at: Mapped[When]
    expires_at: Mapped[When]
    version: Mapped[int] = mapped_column(default=1)


def find_account(session: Session, account_id: UUID) -> Account | None:
    return session.get(Account, account_id)


def lock_account(session: Session, account_id: UUID) -> Account | None:
    """Take the account's row as it is now, so that two sign-ins or changes of a password follow each other."""
    query = select(Account).where(Account.id == account_id).with_for_update(key_share=True)
    return session.scalar(query.execution_options(populate_existing=True))


def find_account_by_lookup(session: Session, lookups: Iterable[bytes]) -> Account | None:
    """The account behind an address, under any of the look-up keys held."""
    return session.scalar(select(Account).where(Account.lookup.in_(list(lookups))))


def accounts_among(session: Session, ids: Iterable[UUID]) -> Sequence[Account]:
    """Those accounts, in no particular order, in one query."""
    wanted = list(ids)
    return session.scalars(select(Account).where(Account.id.in_(wanted))).all() if wanted else []


def public_keys_among(session: Session, fingerprints: Iterable[bytes]) -> Sequence[PublicKey]:
    """The public keys with those fingerprints, in one query."""
    wanted = list(fingerprints)
    return session.scalars(select(PublicKey).where(PublicKey.fingerprint.in_(wanted))).all() if wanted else []


def visits_of(session: Session, account_id: UUID, *, to_change: bool = False) -> bytes | None:
    """The sealed list of the cases that an account has ever visited."""
    query = select(Account.sealed_visits).where(Account.id == account_id)
    return session.scalar(query.with_for_update() if to_change else query)


def put_visits(session: Session, account_id: UUID, sealed: bytes) -> None:
    session.execute(
        update(Account)
        .where(Account.id == account_id)
        .values(sealed_visits=sealed)
        .execution_options(synchronize_session=False)
    )


def staff_of(session: Session) -> Sequence[Account]:
    """Everybody of the ILO's staff who has an account, oldest first."""
    return session.scalars(select(Account).where(Account.staff_roles != "").order_by(Account.created_at)).all()


def find_link(session: Session, token_hash: bytes) -> Link | None:
    return session.scalar(select(Link).where(Link.token_hash == token_hash))


def use_link(session: Session, link_id: UUID, now: datetime) -> bool:
    """Mark a link as used; False where somebody was quicker."""
    query = update(Link).where(Link.id == link_id, Link.used_at.is_(None)).values(used_at=now).returning(Link.id)
    return session.scalar(query.execution_options(synchronize_session=False)) is not None


def expire_ways_back(session: Session, lookups: Iterable[bytes], now: datetime) -> None:
    """Close every link to come back that was sent to an address and not used."""
    ways = Link.purpose.in_([LinkPurpose.RECOVER, LinkPurpose.RESET])
    query = update(Link).where(ways, Link.lookup.in_(list(lookups)), Link.used_at.is_(None)).values(used_at=now)
    session.execute(query.execution_options(synchronize_session=False))


def expire_links(session: Session, participant_id: UUID, now: datetime) -> None:
    """Close every invitation to that place that was not used."""
    query = update(Link).where(Link.participant_id == participant_id, Link.used_at.is_(None)).values(used_at=now)
    session.execute(query.execution_options(synchronize_session=False))


def find_sign_in(session: Session, id_hash: bytes) -> SignIn | None:
    return session.get(SignIn, id_hash)


def end_sign_ins(session: Session, account_id: UUID, *, but: bytes | None = None) -> None:
    """Delete every session of an account, except perhaps the one that asks."""
    query = delete(SignIn).where(SignIn.account_id == account_id)
    session.execute(query if but is None else query.where(SignIn.id_hash != but))


def sign_ins_of(session: Session, account_id: UUID) -> Sequence[SignIn]:
    """The sessions of one account, last seen first."""
    query = select(SignIn).where(SignIn.account_id == account_id)
    return session.scalars(query.order_by(SignIn.last_seen_at.desc(), SignIn.id_hash)).all()


def end_sign_in(session: Session, id_hash: bytes, account_id: UUID) -> bool:
    """Delete one session of that account, and say whether there was one."""
    query = delete(SignIn).where(SignIn.id_hash == id_hash, SignIn.account_id == account_id).returning(SignIn.id_hash)
    return session.scalar(query) is not None


def swap_content(session: Session, id_hash: bytes, version: int, sealed: bytes) -> bool:
    """Put down a session's content in the place of the one that was read; False where that is no longer there."""
    query = (
        update(SignIn)
        .where(SignIn.id_hash == id_hash, SignIn.version == version)
        .values(sealed_content=sealed, version=version + 1)
        .returning(SignIn.version)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(query) is not None


def sweep_sign_ins(session: Session, now: datetime) -> None:
    session.execute(delete(SignIn).where(SignIn.expires_at < now))


def touch_sign_in(session: Session, id_hash: bytes, now: datetime) -> None:
    session.execute(update(SignIn).where(SignIn.id_hash == id_hash).values(last_seen_at=now))
