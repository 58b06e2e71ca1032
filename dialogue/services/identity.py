"""Who people are: their keys in two locked slots, their names and addresses under the identity key."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from dialogue.crypto import passwords
from dialogue.crypto.context import encode
from dialogue.crypto.identity import Bundle, fingerprint_words, open_slot, seal_slot
from dialogue.crypto.passwords import KdfParameters, RecoveryCode
from dialogue.crypto.secrets import ServerSecrets
from dialogue.errors import KeyAlarm, SealBroken
from dialogue.services import audit
from dialogue.services.instance import Instance
from dialogue.services.unit import UnitOfWork
from dialogue.store.accounts import Account, PublicKey, accounts_among

# Stands for a name that was altered behind the application's back; the same in every language.
UNREADABLE = "[?]"

_FIELD = "dialogue/identity-field/1"
_PASSWORD = "dialogue/password-slot/1"  # noqa: S105
_RECOVERY = "dialogue/recovery-slot/1"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has an account, as others may see him."""

    account_id: UUID
    name: str = field(repr=False)
    organisation: str = field(repr=False)
    email: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PasswordKey:
    """A password made into the key of a slot, with what has to be known to make it again."""

    key: bytes = field(repr=False)
    salt: bytes
    kdf: str
    pepper_id: str


class Named(Protocol):
    """A row that has an id of its own."""

    __tablename__: str

    @property
    def id(self) -> Any: ...


# Names and addresses


def seal_fields(work: UnitOfWork, table: str, record: UUID, fields: Mapping[str, Any]) -> bytes:
    """Seal the ``sealed_identity`` of a row, for that row alone.

    record   the id that the row was given in Python
    """
    return _seal(work.instance.secrets, table, "sealed_identity", record, fields)


def open_fields(work: UnitOfWork, table: str, record: UUID, sealed: bytes) -> dict[str, Any]:
    """What ``seal_fields`` sealed; raises SealBroken."""
    return _open(work.instance.secrets, table, "sealed_identity", record, sealed)


def opened(secrets: ServerSecrets, table: str, record: UUID, sealed: bytes) -> dict[str, Any]:
    """The same where there is no unit of work yet."""
    return _open(secrets, table, "sealed_identity", record, sealed)


def seal_field(secrets: ServerSecrets, row: Named, column: str, body: Mapping[str, Any]) -> bytes:
    """Seal an identity field for the one row and column where it stands.

    row      with the id that it was given in Python
    column   its name, such as ``"sealed_identity"``
    """
    return _seal(secrets, row.__tablename__, column, row.id, body)


def open_field(secrets: ServerSecrets, row: Named, column: str) -> dict[str, Any]:
    """What ``seal_field`` sealed into that column of the row; raises SealBroken."""
    return _open(secrets, row.__tablename__, column, row.id, getattr(row, column))


def people(work: UnitOfWork, ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Those who have one of these accounts, by account, in one query."""
    return {account.id: person_shown(work, account) for account in accounts_among(work.session, set(ids))}


def name_of(work: UnitOfWork, account_id: UUID) -> str:
    """The name of one person; empty where there is no such account."""
    found = people(work, [account_id]).get(account_id)
    return found.name if found else ""


def person_of(secrets: ServerSecrets, account: Account) -> Person:
    """Open what an account says about its holder; raises SealBroken."""
    told = open_field(secrets, account, "sealed_identity")
    return Person(account.id, told["name"], told.get("organisation", ""), told["email"])


def about(secrets: ServerSecrets, account: Account) -> tuple[str, ...]:
    """What is known of a person and must not make up the password."""
    person = person_of(secrets, account)
    return person.name, person.email, person.organisation


def person_shown(work: UnitOfWork, account: Account) -> Person:
    """The same for one of many: where it does not open, the others are shown all the same."""
    told = shown_field(work, account)
    return Person(account.id, told["name"], told.get("organisation", ""), told["email"])


def shown_field(work: UnitOfWork, row: Named) -> dict[str, Any]:
    """The ``sealed_identity`` of one of many rows; what does not open is ``UNREADABLE``, and raises an alarm once."""
    try:
        return open_field(work.instance.secrets, row, "sealed_identity")
    except SealBroken:
        told: set[UUID] = work.memory.setdefault("unreadable", set())
        if row.id not in told:
            audit.event(work, "alarm:seal", row.id)
        told.add(row.id)
        return dict.fromkeys(("name", "function", "organisation", "email"), UNREADABLE)


def describe(secrets: ServerSecrets, account: Account, *, name: str, organisation: str, email: str) -> None:
    """Seal what an account says about its holder."""
    told = {"name": name, "organisation": organisation, "email": email}
    account.sealed_identity = seal_field(secrets, account, "sealed_identity", told)


# Keys


def password_key(instance: Instance, password: str) -> PasswordKey:
    """Make a password into a key under today's parameters and pepper. Costly: call it before the first query."""
    salt, pepper_id = passwords.fresh_salt(), instance.secrets.newest
    key = passwords.derive(password, salt, instance.secrets.pepper, instance.kdf)
    return PasswordKey(key, salt, instance.kdf.encode(), pepper_id)


def password_key_of(instance: Instance, account: Account, password: str) -> PasswordKey:
    """The key that ``password`` makes for the slot of ``account``; costly in the same way.

    raises   SealBroken where the account's pepper is not held any more, Busy
    """
    pepper = instance.secrets.peppers.get(account.pepper_id)
    if pepper is None:
        raise SealBroken(account.id)
    key = passwords.derive(password, account.password_salt, pepper, KdfParameters.decode(account.kdf))
    return PasswordKey(key, account.password_salt, account.kdf, account.pepper_id)


def waste_a_guess(instance: Instance, password: str) -> None:
    """Spend what a sign-in costs where there is no account, so that nobody learns that there is none."""
    passwords.derive(password, passwords.fresh_salt(), instance.secrets.pepper, instance.kdf)


def is_dated(instance: Instance, account: Account) -> bool:
    """Whether the password slot is cheaper to guess than configured, or under an older pepper."""
    return is_dated_slot(instance, account.kdf, account.pepper_id)


def is_dated_slot(instance: Instance, kdf: str, pepper_id: str) -> bool:
    """The same by what stands beside the slot."""
    return KdfParameters.decode(kdf).weaker_than(instance.kdf) or pepper_id != instance.secrets.newest


def lock_with_password(account: Account, bundle: Bundle, made: PasswordKey) -> None:
    """Lock the bundle in the account's password slot."""
    account.password_salt, account.kdf, account.pepper_id = made.salt, made.kdf, made.pepper_id
    account.password_slot = seal_slot(bundle, made.key, _password_place(account.id, made))


def open_with_password(account: Account, made: PasswordKey) -> Bundle:
    """Open the password slot; raises SealBroken for a wrong password, KeyAlarm for keys that are not the account's."""
    return _own(account, open_slot(account.password_slot, made.key, _password_place(account.id, made)))


def lock_with_recovery(account: Account, bundle: Bundle) -> RecoveryCode:
    """Lock the bundle under a new recovery code, which opens the slot from now on alone; to be confirmed."""
    code = RecoveryCode.fresh()
    account.recovery_number = (account.recovery_number or 0) + 1
    account.recovery_confirmed_at = None
    place = _recovery_place(account)
    account.recovery_slot = seal_slot(bundle, code.key(place), place)
    return code


def open_with_recovery(account: Account, code: RecoveryCode) -> Bundle:
    """Open the recovery slot; raises SealBroken, KeyAlarm as ``open_with_password``."""
    place = _recovery_place(account)
    return _own(account, open_slot(account.recovery_slot, code.key(place), place))


def public_row(account_id: UUID, bundle: Bundle, now: datetime) -> PublicKey:
    """The row with the public halves of a bundle."""
    public = bundle.public
    return PublicKey(
        fingerprint=public.fingerprint,
        account_id=account_id,
        kem=public.kem,
        sign=public.sign,
        self_signature=public.self_signature,
        made_at=now,
    )


def words_of(bundle: Bundle) -> tuple[str, ...]:
    """The fingerprint of a bundle as words that people can read to each other."""
    return fingerprint_words(bundle.public.fingerprint)


def _own(account: Account, bundle: Bundle) -> Bundle:
    if bundle.public.fingerprint != account.fingerprint:
        raise KeyAlarm("fingerprint_changed", account.id)
    return bundle


def _password_place(account_id: UUID, made: PasswordKey) -> bytes:
    return encode(_PASSWORD, account_id, made.salt, made.kdf, made.pepper_id)


def _recovery_place(account: Account) -> bytes:
    return encode(_RECOVERY, account.id, account.recovery_number)


def _seal(secrets: ServerSecrets, table: str, column: str, record: UUID, fields: Mapping[str, Any]) -> bytes:
    written = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return secrets.seal_identity(written, encode(_FIELD, table, column, record))


def _open(secrets: ServerSecrets, table: str, column: str, record: UUID, sealed: bytes) -> dict[str, Any]:
    told = json.loads(secrets.open_identity(sealed, encode(_FIELD, table, column, record)))
    if not isinstance(told, dict):
        raise SealBroken(record)
    return told
