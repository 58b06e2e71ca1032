"""Coming back: a forgotten password or a lost second factor, with the recovery code, and nothing in escrow."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from dialogue.crypto.identity import Bundle
from dialogue.crypto.passwords import RecoveryCode
from dialogue.domain.addresses import normalised
from dialogue.domain.passwords import check_password
from dialogue.errors import LinkExpired, SealBroken, Unfit, WrongCredentials
from dialogue.services import audit, factors, identity, letters, links
from dialogue.services.factors import NewFactor, Offer, Proof
from dialogue.services.identity import PasswordKey
from dialogue.services.letters import LetterKind
from dialogue.services.unit import UnitOfWork
from dialogue.store.accounts import (
    Account,
    AccountState,
    Link,
    LinkPurpose,
    end_sign_ins,
    expire_ways_back,
    find_account_by_lookup,
    lock_account,
    use_link,
)

LIVES = timedelta(hours=1)
PAGE = "recover"
_PURPOSES = {LinkPurpose.RECOVER, LinkPurpose.RESET}


@dataclass(frozen=True, slots=True)
class Recovering:
    """What a recovery link opens: whose it is, and the second factors that may be set up with it.

    is_reset   it was begun by those who run the service, for somebody who has lost everything
    """

    email: str = field(repr=False)
    offer: Offer
    is_reset: bool


@dataclass(frozen=True, slots=True)
class Recovered:
    """An account that its holder can sign in to again, with its keys and the next recovery code, shown once."""

    account_id: UUID
    bundle: Bundle = field(repr=False)
    code: str = field(repr=False)


def ask(work: UnitOfWork, email: str) -> None:
    """Send a link to an address that has an account. Whoever asks sees no difference; raises Unfit("address")."""
    account = find_account_by_lookup(work.session, work.instance.secrets.lookups(normalised(email)))
    if account is None or account.state is not AccountState.ACTIVE:
        return
    token = links.create(work, LinkPurpose.RECOVER, email=normalised(email), lives=LIVES)
    link = links.address(work, token, PAGE)
    letters.to_account(work, LetterKind.RECOVER, account, key=f"recover:{uuid4().hex}", link=link)
    audit.event(work, "account:recovery_asked", account.id)


def show(work: UnitOfWork, token: str, browser: bytes = b"") -> Recovering:
    """What a link opens, with the offer for that browser; raises LinkExpired."""
    link = links.find(work, token)
    account = holder(work, link) if link.purpose in _PURPOSES else None
    if account is None:
        raise LinkExpired
    person = identity.person_of(work.instance.secrets, account)
    offer = factors.offer_for_link(work.instance, token, browser)
    return Recovering(person.email, offer, link.purpose is LinkPurpose.RESET)


def new_password(work: UnitOfWork, token: str, *, proof: Proof, code: str, password: str) -> Recovered:
    """Lock the keys with another password: the link, the second factor and the recovery code together.

    raises   LinkExpired, Unfit for the new password, WrongCredentials without a word about what was wrong, Busy
    """
    check_password(password)
    made = identity.password_key(work.instance, password)
    link, account, bundle = _opened_by_code(work, token, code)
    if bundle is not None:
        check_password(password, about=identity.about(work.instance.secrets, account))
    found = factors.fit(work.instance, work.session, account.id, proof, work.now)
    if bundle is None or found is None or not factors.take(work, account.id, found):
        raise _refused(work, account)
    return _recovered(work, link, account, bundle, made)


def new_factor(
    work: UnitOfWork, token: str, *, password: str, code: str, chosen: NewFactor, browser: bytes = b""
) -> Recovered:
    """Set up another second factor in the place of all before: the link, the password and the recovery code together.

    raises   LinkExpired, Unfit for the new factor, WrongCredentials without a word about what was wrong, Busy
    """
    guessed = guess(work, token, password)
    link, account, bundle = _opened_by_code(work, token, code)
    if bundle is None or guessed != bundle:
        raise _refused(work, account)
    factors.clear(work, account.id)
    factors.put(work, account.id, factors.offer_for_link(work.instance, token, browser), chosen)
    return _recovered(work, link, account, bundle)


def _recovered(
    work: UnitOfWork, link: Link, account: Account, bundle: Bundle, made: PasswordKey | None = None
) -> Recovered:
    """One use of the code: the next one is made, every session ends, and the holder is told by mail."""
    if not use_link(work.session, link.id, work.now):
        raise LinkExpired
    close_other_ways(work, account)
    if made is not None:
        identity.lock_with_password(account, bundle, made)
    code = identity.lock_with_recovery(account, bundle)
    end_sign_ins(work.session, account.id)
    letters.tell_of_change(work, account)
    audit.event(work, "account:recovered", account.id)
    return Recovered(account.id, bundle, code.text)


def close_other_ways(work: UnitOfWork, account: Account) -> None:
    """Whoever is back needs no other link; one that an administrator had sent would open without anything else."""
    email = identity.person_of(work.instance.secrets, account).email
    expire_ways_back(work.session, work.instance.secrets.lookups(normalised(email)), work.now)


def guess(work: UnitOfWork, token: str, password: str) -> Bundle | None:
    """What the password opens, found out before the unit's first statement; None where it opens nothing."""
    with work.instance.store.session(writes=False) as session:
        link = links.found(session, token, work.now)
        account = _holder(session, work, link) if link is not None else None
    if account is None:
        raise LinkExpired
    try:
        return identity.open_with_password(account, identity.password_key_of(work.instance, account, password))
    except SealBroken:
        return None


def holder(work: UnitOfWork, link: Link) -> Account | None:
    """Whose link it is, where the account is open to its holder."""
    account = _holder(work.session, work, link)
    return account if account is not None and account.state is AccountState.ACTIVE else None


def _holder(session: Session, work: UnitOfWork, link: Link) -> Account | None:
    told = identity.open_fields(work, "links", link.id, link.sealed_identity)
    return find_account_by_lookup(session, work.instance.secrets.lookups(normalised(told["email"])))


def _behind(work: UnitOfWork, token: str) -> tuple[Link, Account]:
    link = links.find(work, token)
    account = holder(work, link) if link.purpose is LinkPurpose.RECOVER else None
    if account is None:
        raise LinkExpired
    return link, account


def _opened_by_code(work: UnitOfWork, token: str, code: str) -> tuple[Link, Account, Bundle | None]:
    link, seen = _behind(work, token)
    account = lock_account(work.session, seen.id)
    if account is None:
        raise LinkExpired
    try:
        return link, account, identity.open_with_recovery(account, RecoveryCode.parse(code))
    except (SealBroken, Unfit):
        return link, account, None


def _refused(work: UnitOfWork, account: Account) -> WrongCredentials:
    audit.refuse_at_the_door(work, "account:recover", account.id)
    return WrongCredentials(account.id)
