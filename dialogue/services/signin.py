"""Signing in, and the sessions that follow: half of a session's key is in the browser, half on the server."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from dialogue.crypto.context import encode
from dialogue.crypto.identity import Bundle
from dialogue.crypto.sealing import seal_under, unseal_under
from dialogue.domain.addresses import normalised
from dialogue.errors import Busy, KeyAlarm, NotFound, NotSignedIn, SealBroken, Unfit, WrongCredentials
from dialogue.services import audit, factors, identity, unit
from dialogue.services.factors import Fit, Proof
from dialogue.services.identity import PasswordKey, Person
from dialogue.services.instance import Instance
from dialogue.services.unit import Actor, UnitOfWork
from dialogue.store.accounts import (
    Account,
    AccountState,
    SessionLevel,
    SignIn,
    end_sign_in,
    end_sign_ins,
    find_account,
    find_account_by_lookup,
    find_sign_in,
    lock_account,
    sign_ins_of,
    swap_content,
    sweep_sign_ins,
    touch_sign_in,
)

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
TRIES = 3
ID_BYTES = 16
SECRET_BYTES = 32

_SESSION = "dialogue/session-row/1"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session as it was opened for one request.

    handle       32 bytes, the hash of its id: what its row is found by
    cookie       what the browser holds; opens nothing without the server, as the row opens nothing without it
    content      what the pages keep in it
    is_full      whether the sign-in is complete; until the recovery code is confirmed it is not
    """

    handle: bytes
    actor: Actor
    person: Person = field(repr=False)
    is_full: bool
    language: str
    timezone: str
    expires_at: datetime
    version: int
    content: bytes = field(repr=False)
    cookie: str = field(repr=False)
    device: Device = field(repr=False)


@dataclass(frozen=True, slots=True)
class Device:
    """Where a session was begun: the network's address and what the browser calls itself."""

    address: str = field(default="", repr=False)
    browser: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One of a person's own sessions, as shown to that person."""

    handle: str
    began_at: datetime
    seen_at: datetime
    ends_at: datetime
    is_this: bool
    device: Device = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Split:
    """The two halves of a cookie."""

    id: bytes = field(repr=False)
    secret: bytes = field(repr=False)

    @property
    def handle(self) -> bytes:
        return sha256(self.id).digest()

    @property
    def text(self) -> str:
        return urlsafe_b64encode(self.id + self.secret).decode()


def sign_in(work: UnitOfWork, email: str, password: str, proof: Proof, device: Device = Device()) -> SignedIn:
    """Open the password slot behind an address, once the second factor fits as well, and begin a session.

    An unknown, a disabled and a mistaken account cost the same and are refused with the same words, and nobody
    learns whether it was the password or the second factor. The guess is made before the unit's first statement,
    so that nobody waits for it.

    raises   WrongCredentials, Busy
    """
    try:
        account, bundle, fresh = _opened(work, email, password, proof)
    except WrongCredentials as refused:
        audit.refuse_at_the_door(work, "session:sign_in", refused.args[0] if refused.args else None)
        raise
    if fresh is not None:
        identity.lock_with_password(account, bundle, fresh)
    account.lookup = work.instance.secrets.lookup(normalised(email))
    is_full = account.recovery_confirmed_at is not None
    signed = begin(work, account, bundle, level=SessionLevel.FULL if is_full else SessionLevel.ENROLLING, device=device)
    audit.event(work, "session:sign_in", account.id)
    return signed


def begin(
    work: UnitOfWork,
    account: Account,
    bundle: Bundle,
    *,
    level: SessionLevel,
    device: Device = Device(),
    expires_at: datetime | None = None,
    content: bytes = b"",
) -> SignedIn:
    """Make a session with an id and a secret of its own.

    expires_at   its absolute end; by itself twelve hours from now
    """
    sweep_sign_ins(work.session, work.now)
    split = _Split(secrets.token_bytes(ID_BYTES), secrets.token_bytes(SECRET_BYTES))
    key = work.instance.secrets.session_key(split.secret)
    row = SignIn(
        id_hash=split.handle,
        account_id=account.id,
        level=level,
        confirmed_at=work.now,
        created_at=work.now,
        last_seen_at=work.now,
        expires_at=expires_at or work.now + LONGEST,
        version=1,
    )
    row.sealed_bundle = seal_under(key, bundle.pack(), _place(row, "bundle", 0))
    row.sealed_content = seal_under(key, content, _place(row, "content", 1))
    row.sealed_identity = _seal_device(work, row, device)
    work.session.add(row)
    work.session.flush()
    return _signed_in(work.instance, account, bundle, row, content, split)


def welcome(work: UnitOfWork, account_id: UUID, bundle: Bundle, device: Device = Device()) -> SignedIn:
    """Begin the session of somebody whose account was opened in this unit; the recovery code is still to confirm."""
    account = find_account(work.session, account_id)
    if account is None:
        raise NotSignedIn
    return begin(work, account, bundle, level=SessionLevel.ENROLLING, device=device)


def renew(work: UnitOfWork, signed: SignedIn) -> SignedIn:
    """Go on in a session with a new id and secret after every session was ended; its last hour stays the same."""
    account = find_account(work.session, signed.actor.account_id)
    if account is None or not signed.is_full:
        raise NotSignedIn
    return begin(
        work,
        account,
        signed.actor.bundle,
        level=SessionLevel.FULL,
        device=signed.device,
        expires_at=signed.expires_at,
        content=signed.content,
    )


def confirm(work: UnitOfWork, signed: SignedIn, password: str, proof: Proof) -> SignedIn:
    """Show password and second factor again, and go on under a new id and secret.

    raises   WrongCredentials, NotSignedIn where the session has ended meanwhile, Busy
    """
    account_id = signed.actor.account_id
    try:
        account, bundle, found = _known(work, account_id, password, proof)
        if bundle != signed.actor.bundle or not factors.take(work, account_id, found):
            raise WrongCredentials(account_id)
    except WrongCredentials:
        audit.refuse_at_the_door(work, "session:confirm", account_id)
        raise
    if not signed.is_full or not end_sign_in(work.session, signed.handle, account_id):
        raise NotSignedIn
    audit.event(work, "session:confirm", account_id)
    return begin(
        work,
        account,
        bundle,
        level=SessionLevel.FULL,
        device=signed.device,
        expires_at=signed.expires_at,
        content=signed.content,
    )


def resume(instance: Instance, cookie: str, now: datetime, *, counts: bool = True) -> SignedIn | None:
    """Open the session behind a cookie, or give None: unknown, ended, run out or altered.

    counts   whether this request is a sign of life; one that the page makes by itself is none
    """
    split = _split(cookie)
    if split is None:
        return None
    with instance.store.session(writes=False) as session:
        row = find_sign_in(session, split.handle)
        account = find_account(session, row.account_id) if row is not None else None
    if row is None or account is None:
        return None
    if now >= row.expires_at or now - row.last_seen_at >= IDLE or account.state is not AccountState.ACTIVE:
        _remove(instance, row, now)
        return None
    try:
        key, bundle = _unlock(instance, split, row)
        content = unseal_under(key, row.sealed_content, _place(row, "content", row.version))
        if bundle.public.fingerprint != account.fingerprint:
            raise KeyAlarm(account.id)
        signed = _signed_in(instance, account, bundle, row, content, split)
    except (SealBroken, KeyAlarm) as broken:
        _alarm(instance, row, "alarm:keys" if isinstance(broken, KeyAlarm) else "alarm:session", now)
        return None
    if counts and now - row.last_seen_at >= SEEN_EVERY:
        with instance.store.session(writes=True) as session:
            touch_sign_in(session, row.id_hash, now)
            session.commit()
    return signed


def keep(instance: Instance, signed: SignedIn, content: bytes) -> SignedIn | None:
    """Put down what the pages keep in a session.

    returns  the session as it is now, or None where another request was quicker or the session has ended meanwhile:
             an ended one is never written back
    """
    split = _split(signed.cookie)
    if split is None:
        return None
    with instance.store.session(writes=True) as session:
        row = find_sign_in(session, signed.handle)
        if row is None or row.version != signed.version:
            return None
        try:
            key, _bundle = _unlock(instance, split, row)
        except SealBroken:
            return None
        sealed = seal_under(key, content, _place(row, "content", row.version + 1))
        if not swap_content(session, row.id_hash, row.version, sealed):
            return None
        session.commit()
    return replace(signed, content=content, version=signed.version + 1)


def step_up(work: UnitOfWork, signed: SignedIn) -> SignedIn:
    """Go on at the full level under a new id and secret; the session before it ends. Its last hour stays the same."""
    account = find_account(work.session, signed.actor.account_id)
    if account is None or account.recovery_confirmed_at is None:
        raise NotSignedIn
    if not end_sign_in(work.session, signed.handle, account.id):
        raise NotSignedIn
    return begin(
        work, account, signed.actor.bundle, level=SessionLevel.FULL, device=signed.device, expires_at=signed.expires_at
    )


def sign_out(work: UnitOfWork, signed: SignedIn) -> None:
    """End this session."""
    if end_sign_in(work.session, signed.handle, signed.actor.account_id):
        audit.event(work, "session:sign_out", signed.actor.account_id)


def sessions(work: UnitOfWork, this: bytes) -> tuple[OwnSession, ...]:
    """The person's sessions that have not run out, last seen first.

    this   handle of the session that asks
    """
    return tuple(
        OwnSession(
            row.id_hash.hex(),
            row.created_at,
            row.last_seen_at,
            min(row.expires_at, row.last_seen_at + IDLE),
            row.id_hash == this,
            _device_of(work.instance, row),
        )
        for row in sign_ins_of(work.session, work.person.account_id)
        if work.now < row.expires_at and work.now - row.last_seen_at < IDLE
    )


def end(work: UnitOfWork, handle: str) -> None:
    """End one of the person's own sessions; raises NotFound."""
    try:
        id_hash = bytes.fromhex(handle)
    except ValueError:
        raise NotFound from None
    if not end_sign_in(work.session, id_hash, work.person.account_id):
        raise NotFound
    audit.event(work, "session:end", work.person.account_id)


def end_others(work: UnitOfWork, but: bytes | None = None) -> None:
    """End all of the person's sessions, except perhaps the one with that handle."""
    end_sign_ins(work.session, work.person.account_id, but=but)
    audit.event(work, "session:end_others", work.person.account_id)


def _opened(work: UnitOfWork, email: str, password: str, proof: Proof) -> tuple[Account, Bundle, PasswordKey | None]:
    """What ``_guess`` finds, with the account's row taken; guessed anew where the slot was locked anew meanwhile."""
    for _try in range(TRIES):
        bundle, seen, found, fresh = _guess(work, email, password, proof)
        account = lock_account(work.session, seen.id)
        if account is None or account.state is not AccountState.ACTIVE:
            raise WrongCredentials(seen.id)
        if account.password_slot == seen.password_slot:
            if not factors.take(work, account.id, found):
                raise WrongCredentials(seen.id)
            return account, bundle, fresh
        work.session.rollback()
    raise Busy


def _guess(
    work: UnitOfWork, email: str, password: str, proof: Proof
) -> tuple[Bundle, Account, Fit, PasswordKey | None]:
    """Bundle, account and the second factor that fits, and a new key for the slot where the old one is dated."""
    instance = work.instance
    account, found = _account_behind(work, email, proof)
    if account is None or account.state is not AccountState.ACTIVE:
        identity.waste_a_guess(instance, password)
        raise WrongCredentials(account.id if account else None)
    bundle = _bundle_behind(instance, account, password)
    if found is None:
        raise WrongCredentials(account.id)
    dated = identity.is_dated(instance, account)
    return bundle, account, found, identity.password_key(instance, password) if dated else None


def _known(work: UnitOfWork, account_id: UUID, password: str, proof: Proof) -> tuple[Account, Bundle, Fit]:
    """The same for somebody who is signed in already, with the account's row taken."""
    with work.instance.store.session(writes=False) as session:
        seen = find_account(session, account_id)
        found = factors.fit(work.instance, session, account_id, proof, work.now) if seen is not None else None
    if seen is None:
        raise NotSignedIn
    bundle = _bundle_behind(work.instance, seen, password)
    account = lock_account(work.session, account_id)
    if found is None or account is None or account.password_slot != seen.password_slot:
        raise WrongCredentials(account_id)
    return account, bundle, found


def _bundle_behind(instance: Instance, account: Account, password: str) -> Bundle:
    try:
        return identity.open_with_password(account, identity.password_key_of(instance, account, password))
    except SealBroken:
        raise WrongCredentials(account.id) from None


def _account_behind(work: UnitOfWork, email: str, proof: Proof) -> tuple[Account | None, Fit | None]:
    """The account and how the second factor fits, before the password is looked at: both are always looked at."""
    try:
        lookups = work.instance.secrets.lookups(normalised(email))
    except Unfit:
        return None, None
    with work.instance.store.session(writes=False) as session:
        account = find_account_by_lookup(session, lookups)
        if account is None:
            return None, None
        return account, factors.fit(work.instance, session, account.id, proof, work.now)


def _seal_device(work: UnitOfWork, row: SignIn, device: Device) -> bytes:
    told = {"address": device.address[:60], "browser": device.browser[:300]}
    return identity.seal_fields(work, row.__tablename__, UUID(bytes=row.id_hash[:16]), told)


def _device_of(instance: Instance, row: SignIn) -> Device:
    """Where a session was begun; nothing where that does not open any more."""
    try:
        told = identity.opened(instance.secrets, row.__tablename__, UUID(bytes=row.id_hash[:16]), row.sealed_identity)
    except SealBroken:
        return Device()
    return Device(told["address"], told["browser"])


def _signed_in(
    instance: Instance, account: Account, bundle: Bundle, row: SignIn, content: bytes, split: _Split
) -> SignedIn:
    return SignedIn(
        row.id_hash,
        Actor(account.id, bundle, account.staff, row.confirmed_at),
        identity.person_of(instance.secrets, account),
        row.level is SessionLevel.FULL,
        account.language,
        account.timezone,
        row.expires_at,
        row.version,
        content,
        split.text,
        _device_of(instance, row),
    )


def _split(cookie: str) -> _Split | None:
    try:
        halves = urlsafe_b64decode(cookie.encode("ascii"))
    except (NotBase64, ValueError):
        return None
    if len(halves) != ID_BYTES + SECRET_BYTES:
        return None
    return _Split(halves[:ID_BYTES], halves[ID_BYTES:])


def _unlock(instance: Instance, split: _Split, row: SignIn) -> tuple[bytes, Bundle]:
    """The session's key and the bundle in it, under whichever master key the session was begun."""
    for key in instance.secrets.session_keys(split.secret):
        try:
            return key, Bundle.unpack(unseal_under(key, row.sealed_bundle, _place(row, "bundle", 0)))
        except SealBroken:
            continue
    raise SealBroken(row.account_id)


def _place(row: SignIn, column: str, version: int) -> bytes:
    return encode(
        _SESSION, column, row.id_hash, row.account_id, row.level.value, row.expires_at, row.confirmed_at, version
    )


def _remove(instance: Instance, row: SignIn, now: datetime) -> None:
    with unit.writing(instance, None, now) as work:
        end_sign_in(work.session, row.id_hash, row.account_id)
        work.commit()


def _alarm(instance: Instance, row: SignIn, what: str, now: datetime) -> None:
    with unit.writing(instance, None, now) as work:
        audit.event(work, what, row.account_id)
        work.commit()
