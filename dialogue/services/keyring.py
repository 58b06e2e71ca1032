"""The keys of an instance, looked over by whoever operates it: what is configured, what fits, what is still needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from dialogue.crypto.identity import PublicKeys, fingerprint_words
from dialogue.crypto.secrets import ServerSecrets
from dialogue.domain.addresses import normalised
from dialogue.domain.people import StaffRole
from dialogue.errors import KeyAlarm, NotFound, SealBroken
from dialogue.services import certificates, identity, ledger, statements
from dialogue.services.unit import UnitOfWork
from dialogue.store.accounts import AccountState, PublicKey, find_account_by_lookup, public_keys_among
from dialogue.store.certificates import all_certificates
from dialogue.store.masterkeys import (
    IDENTITY_COLUMNS,
    IdentityColumn,
    every_fingerprint,
    every_public_key,
    identity_page,
    macs_by_key,
    slots_by_pepper,
)

PAGE = 200
SLOTS = "accounts.password_slot"
NO_KEY = "?"


@dataclass(frozen=True, slots=True)
class DeskKey:
    """The key of somebody of the staff, to be written into the settings or compared.

    fits   whether the stored public keys have this fingerprint and are signed as belonging together
    """

    account_id: UUID
    fingerprint: bytes
    words: tuple[str, ...]
    fits: bool
    is_active: bool
    is_coordinator: bool
    is_configured: bool


@dataclass(slots=True)
class KeyCheck:
    """What a look over all keys has shown.

    desk_listed  how many entries the signed list of staff has
    desk_alarm   why that list does not hold, as one word; None where it does
    accounts     how many there are
    strange      accounts whose stored keys do not fit, and keys that are not signed as belonging together
    under        how many rows need each master key, by column and id; the id is ``?`` for what names none
    unheld       ids of master keys that rows need and nobody configured
    """

    newest: str
    desk_configured: bool
    desk_listed: int = 0
    desk_alarm: str | None = None
    accounts: int = 0
    strange: set[UUID] = field(default_factory=set)
    under: dict[str, Counter[str]] = field(default_factory=dict)
    unheld: set[str] = field(default_factory=set)

    @property
    def is_well(self) -> bool:
        return self.desk_alarm is None and not self.strange and not self.unheld

    @property
    def needed(self) -> set[str]:
        """Ids of the master keys without which something could not be read or found."""
        return {key_id for counted in self.under.values() for key_id in counted}


def check(work: UnitOfWork) -> KeyCheck:
    """Look over desk, accounts and rows."""
    seen = KeyCheck(work.instance.secrets.newest, work.instance.desk is not None)
    try:
        seen.desk_listed = len(statements.desk(work).entries)
    except KeyAlarm as alarm:
        seen.desk_alarm = str(alarm.args[0])
    _check_accounts(work, seen)
    for of in IDENTITY_COLUMNS:
        _count_fields(work, of, seen.under)
    seen.under[ledger.MACS] = Counter(macs_by_key(work.session))
    if vouched := Counter(row.mac_key for row in all_certificates(work.session)):
        seen.under[certificates.MACS] = vouched
    seen.under[SLOTS] = Counter(slots_by_pepper(work.session))
    seen.unheld = seen.needed - set(work.instance.secrets.key_ids)
    return seen


def desk_key(work: UnitOfWork, email: str) -> DeskKey:
    """The key of the account with that address; raises NotFound, Unfit."""
    account = find_account_by_lookup(work.session, work.instance.secrets.lookups(normalised(email)))
    if account is None:
        raise NotFound
    keys = public_keys_among(work.session, [account.fingerprint])
    fits = any(row.account_id == account.id and _fits(row) for row in keys)
    return DeskKey(
        account.id,
        account.fingerprint,
        fingerprint_words(account.fingerprint),
        fits,
        account.state is AccountState.ACTIVE,
        StaffRole.COORDINATOR in account.staff,
        account.fingerprint == work.instance.desk,
    )


def _check_accounts(work: UnitOfWork, seen: KeyCheck) -> None:
    good: set[tuple[UUID, bytes]] = set()
    for row in every_public_key(work.session):
        if _fits(row):
            good.add((row.account_id, row.fingerprint))
        else:
            seen.strange.add(row.account_id)
    for account_id, fingerprint in every_fingerprint(work.session):
        seen.accounts += 1
        if (account_id, fingerprint) not in good:
            seen.strange.add(account_id)


def _count_fields(work: UnitOfWork, of: IdentityColumn, under: dict[str, Counter[str]]) -> None:
    after: UUID | None = None
    while True:
        page = identity_page(work.session, of, after=after, limit=PAGE)
        for row in page:
            for column, key_id in _keys_of(work.instance.secrets, of, row):
                under.setdefault(column, Counter())[key_id] += 1
        if len(page) < PAGE:
            return
        after = page[-1].id
        work.session.expunge_all()


def _keys_of(secrets: ServerSecrets, of: IdentityColumn, row: Any) -> Iterator[tuple[str, str]]:
    """Which master keys one row needs, column by column."""
    told: dict[str, Any] = {}
    try:
        key_id = secrets.identity_key_id(getattr(row, of.column))
        if key_id in secrets.key_ids:
            told = identity.open_field(secrets, row, of.column)
    except SealBroken:
        key_id = NO_KEY
    yield of.name, key_id
    if of.lookup is not None and of.address in told:
        found = dict(zip(secrets.lookups(normalised(told[of.address])), secrets.key_ids, strict=True))
        yield f"{of.table.__tablename__}.{of.lookup}", found.get(getattr(row, of.lookup), NO_KEY)


def _fits(row: PublicKey) -> bool:
    keys = PublicKeys(row.kem, row.sign, row.self_signature)
    try:
        keys.verify()
    except SealBroken:
        return False
    return keys.fingerprint == row.fingerprint
