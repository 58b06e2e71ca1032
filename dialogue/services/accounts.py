"""Accounts: how somebody gets one, and what its holder may change in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import available_timezones

from dialogue.crypto.identity import Bundle
from dialogue.crypto.passwords import RecoveryCode
from dialogue.domain.acts import Act
from dialogue.domain.addresses import normalised
from dialogue.domain.factors import CHECK_CODE_EVERY, FactorKind
from dialogue.domain.passwords import check_password
from dialogue.domain.people import StaffRole
from dialogue.errors import LinkExpired, NotFound, NotSignedIn, SealBroken, Unfit, WrongCredentials
from dialogue.services import audit, factors, identity, letters, links, participants, pins
from dialogue.services.admission import ask_anew, enter
from dialogue.services.factors import NewFactor, Offer, OwnFactors
from dialogue.services.identity import PasswordKey, Person
from dialogue.services.letters import LANGUAGES, LetterKind
from dialogue.services.unit import UnitOfWork
from dialogue.store.accounts import (
    Account,
    AccountState,
    Link,
    LinkPurpose,
    end_sign_ins,
    find_account,
    find_account_by_lookup,
    lock_account,
    use_link,
)
from dialogue.store.participants import Participant, ParticipantState, find_invited

GROUPS = 8
_OPENS_AN_ACCOUNT = {LinkPurpose.REGISTER, LinkPurpose.JOIN, LinkPurpose.STAFF}
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Followed:
    """What a link is for, as shown to whoever holds it.

    purpose        "register", "join" or "staff"
    is_registered  its address has an account already
    offer          the second factors that may be set up with it
    """

    purpose: str
    email: str = field(repr=False)
    name: str = field(repr=False)
    is_registered: bool
    offer: Offer


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new account with its keys, and the recovery code, which is shown once."""

    account_id: UUID
    bundle: Bundle = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """An account as its holder sees it.

    code_is_due   it is half a year since the recovery code was last looked at
    """

    person: Person
    language: str
    timezone: str
    words: tuple[str, ...]
    roles: frozenset[StaffRole]
    opened_at: datetime
    code_confirmed_at: datetime | None
    code_is_due: bool
    factors: OwnFactors


# How somebody gets an account


def ask_to_register(work: UnitOfWork, email: str, language: str) -> None:
    """Send a link to an address, or word that it has an account already. Whoever asks sees no difference.

    raises   Unfit("address")
    """
    address = normalised(email)
    known = find_account_by_lookup(work.session, work.instance.secrets.lookups(address))
    if known is not None:
        key = f"already:{known.id.hex}:{work.now:%Y%m%d%H}"
        letters.to_account(work, LetterKind.ALREADY_REGISTERED, known, key=key, link="/sign-in")
        return
    token = links.create(work, LinkPurpose.REGISTER, email=address)
    letters.to_address(
        work,
        LetterKind.REGISTER,
        address,
        _language(language),
        key=f"register:{uuid4().hex}",
        link=links.address(work, token),
    )


def invite_staff(work: UnitOfWork, *, email: str, name: str, roles: frozenset[StaffRole]) -> str:
    """Invite somebody to work here and give the address of the one-time link, which is also sent by mail."""
    enter(work, Act.STAFF_INVITE)
    link = appoint(work, email=email, name=name, roles=roles)
    letters.to_address(
        work, LetterKind.STAFF_INVITATION, normalised(email), None, key=f"staff:{uuid4().hex}", link=link
    )
    return link


def appoint(work: UnitOfWork, *, email: str, name: str, roles: frozenset[StaffRole]) -> str:
    """The same from the command line of the server, where nobody is signed in: the link is given, no mail is sent.

    raises   Unfit("address"), Unfit("address_known") where the address has an account, Unfit("roles") for none
    """
    address = normalised(email)
    if not roles:
        raise Unfit("roles")
    if find_account_by_lookup(work.session, work.instance.secrets.lookups(address)) is not None:
        raise Unfit("address_known")
    token = links.create(work, LinkPurpose.STAFF, email=address, name=name, staff_roles=roles)
    audit.event(work, Act.STAFF_INVITE.value)
    return links.address(work, token)


def follow(work: UnitOfWork, token: str, browser: bytes = b"") -> Followed:
    """What a link is for, with the offer for that browser; raises LinkExpired."""
    link, told = _told(work, token)
    if link.purpose not in _OPENS_AN_ACCOUNT:
        raise LinkExpired
    return Followed(
        link.purpose.value,
        told["email"],
        told.get("name", ""),
        _holder(work, told["email"]) is not None,
        factors.offer_for_link(work.instance, token, browser),
    )


def enrol(
    work: UnitOfWork,
    token: str,
    *,
    name: str,
    organisation: str,
    password: str,
    factor: NewFactor,
    language: str,
    timezone: str,
    browser: bytes = b"",
) -> Enrolled:
    """Open an account for whoever proved the mailbox by the link; an invitation is tied to it at once.

    The keys come into being here, locked by the password and by a recovery code, and no account is without a second
    factor from its first moment; the link opens nothing by itself.

    raises   Unfit, LinkExpired, Busy
    """
    made = _fresh_key(work, password, (name,))
    link, told = _told(work, token)
    if link.purpose not in _OPENS_AN_ACCOUNT or _holder(work, told["email"]) is not None:
        raise LinkExpired
    check_password(password, about=(told["email"],))
    bundle = Bundle.fresh()
    account = Account(
        id=uuid4(),
        lookup=work.instance.secrets.lookup(told["email"]),
        state=AccountState.ACTIVE,
        staff_roles=link.staff_roles,
        language=_language(language),
        timezone=_timezone(timezone),
        fingerprint=bundle.public.fingerprint,
        recovery_number=0,
        created_at=work.now,
    )
    identity.describe(
        work.instance.secrets, account, name=_name(name), organisation=organisation.strip(), email=told["email"]
    )
    identity.lock_with_password(account, bundle, made)
    code = identity.lock_with_recovery(account, bundle)
    account.sealed_visits = pins.no_visits(bundle, account.id)
    work.session.add(account)
    work.session.flush()
    work.session.add(identity.public_row(account.id, bundle, work.now))
    factors.put(work, account.id, factors.offer_for_link(work.instance, token, browser), factor)
    _use(work, link, account.id)
    audit.event(work, "account:open", account.id)
    return Enrolled(account.id, bundle, code.text)


def join(work: UnitOfWork, token: str) -> None:
    """Take the place of an invitation with the account that is signed in already; raises LinkExpired, OutOfDate."""
    person = enter(work, Act.ACCOUNT_JOIN)
    link, _told_by_link = _told(work, token)
    if link.purpose is not LinkPurpose.JOIN:
        raise LinkExpired
    # The case's own record tells who came; the instance's would tell the ILO that there is a case.
    invited = _use(work, link, person.account_id)
    if invited is not None:
        audit.record(work, Act.ACCOUNT_JOIN, invited.case_id, invited.id)


def confirm_recovery(work: UnitOfWork, code: str, groups: Mapping[int, str]) -> None:
    """Confirm that the recovery code was written down.

    code     as it was shown
    groups   what was typed, by the number of the group, 0 to 7; at least two
    raises   Unfit("recovery_groups"), Unfit("recovery_code") where the code is not the account's
    """
    account = _own_account(work)
    shown = RecoveryCode.parse(code)
    try:
        identity.open_with_recovery(account, shown)
    except SealBroken:
        raise Unfit("recovery_code") from None
    if len(groups) < 2 or not all(0 <= n < GROUPS and shown.has_group(n, typed) for n, typed in groups.items()):
        raise Unfit("recovery_groups")
    account.recovery_confirmed_at = work.now
    audit.event(work, "account:recovery_confirmed", account.id)


# What its holder sees and changes


def show(work: UnitOfWork) -> OwnAccount:
    """The account of whoever is signed in."""
    person = enter(work, Act.ACCOUNT_READ)
    account = _own_account(work)
    return OwnAccount(
        identity.person_of(work.instance.secrets, account),
        account.language,
        account.timezone,
        identity.words_of(person.bundle),
        account.staff,
        account.created_at,
        account.recovery_confirmed_at,
        account.recovery_confirmed_at is not None and work.now - account.recovery_confirmed_at > CHECK_CODE_EVERY,
        factors.show(work, account.id),
    )


def change_details(work: UnitOfWork, *, name: str, organisation: str, language: str, timezone: str) -> None:
    """Change how one is called here, and in which language and time zone one reads; raises Unfit."""
    enter(work, Act.ACCOUNT_EDIT)
    account = _own_account(work)
    email = identity.person_of(work.instance.secrets, account).email
    identity.describe(work.instance.secrets, account, name=_name(name), organisation=organisation.strip(), email=email)
    account.language, account.timezone = _language(language), _timezone(timezone)
    audit.event(work, Act.ACCOUNT_EDIT.value, account.id)


def change_language(work: UnitOfWork, language: str) -> None:
    """Change the language of pages and mails alone; raises Unfit."""
    account = _own_account(work)
    account.language = _language(language)
    audit.event(work, Act.ACCOUNT_EDIT.value, account.id)


def secure(work: UnitOfWork) -> OwnFactors:
    """What somebody has beside the password; asks for password and code first, as every change of it does."""
    person = enter(work, Act.ACCOUNT_SECURE)
    ask_anew(work)
    return factors.show(work, person.account_id)


def change_password(work: UnitOfWork, *, current: str, new: str) -> None:
    """Lock the keys with another password and end every session of the account.

    raises   WrongCredentials where the current one does not open, Unfit, Busy
    """
    enter(work, Act.ACCOUNT_SECURE)
    made = _fresh_key(work, new, ())
    seen, bundle = _opened(work, current)
    account = _own_account(work)
    check_password(new, about=identity.about(work.instance.secrets, account))
    if account.password_slot != seen.password_slot:
        raise WrongCredentials
    identity.lock_with_password(account, bundle, made)
    end_sign_ins(work.session, account.id)
    letters.tell_of_change(work, account)
    audit.event(work, "account:password", account.id)


def add_factor(work: UnitOfWork, offer: Offer, chosen: NewFactor) -> None:
    """Set up one more second factor; raises Unfit as ``factors.put``."""
    enter(work, Act.ACCOUNT_SECURE)
    account = _own_account(work)
    factors.put(work, account.id, offer, chosen)
    letters.tell_of_change(work, account)


def remove_factor(work: UnitOfWork, kind: FactorKind, passkey_id: UUID | None = None) -> None:
    """Take away one second factor, but never the last; raises NotFound, Unfit("last_factor")."""
    enter(work, Act.ACCOUNT_SECURE)
    account = _own_account(work)
    factors.remove(work, account.id, kind, passkey_id)
    letters.tell_of_change(work, account)


def ask_to_change_address(work: UnitOfWork, email: str) -> None:
    """Send a link to another address, by which the account is found and written to once it is followed.

    An address that somebody else uses gets no link, and whoever asks sees no difference. raises Unfit("address")
    """
    person = enter(work, Act.ACCOUNT_SECURE)
    address = normalised(email)
    if _holder(work, address) is not None:
        return
    account = _own_account(work)
    token = links.create(work, LinkPurpose.ADDRESS, email=address, name=person.account_id.hex)
    link = links.address(work, token, "account/address")
    key = f"address:{uuid4().hex}"
    letters.to_address(work, LetterKind.NEW_ADDRESS, address, account.language, key=key, link=link)
    audit.event(work, "account:address_asked", account.id)


def new_address(work: UnitOfWork, token: str) -> str:
    """The address that a link confirms for whoever is signed in; raises LinkExpired."""
    enter(work, Act.ACCOUNT_READ)
    return _address_behind(work, token)[1]


def change_address(work: UnitOfWork, token: str) -> None:
    """Use the confirmed address from now on; the one before is told. raises LinkExpired."""
    enter(work, Act.ACCOUNT_SECURE)
    link, address = _address_behind(work, token)
    account = _own_account(work)
    if _holder(work, address) is not None or not use_link(work.session, link.id, work.now):
        raise LinkExpired
    letters.tell_of_change(work, account)
    person = identity.person_of(work.instance.secrets, account)
    identity.describe(work.instance.secrets, account, name=person.name, organisation=person.organisation, email=address)
    account.lookup = work.instance.secrets.lookup(address)
    audit.event(work, "account:address", account.id)


def _address_behind(work: UnitOfWork, token: str) -> tuple[Link, str]:
    link = links.find(work, token)
    told = identity.open_fields(work, "links", link.id, link.sealed_identity)
    if link.purpose is not LinkPurpose.ADDRESS or told.get("name") != work.person.account_id.hex:
        raise LinkExpired
    return link, normalised(told["email"])


def new_recovery_code(work: UnitOfWork) -> str:
    """Replace the recovery code and give the new one, which is then to be confirmed."""
    person = enter(work, Act.ACCOUNT_SECURE)
    account = _own_account(work)
    letters.tell_of_change(work, account)
    return _replace_code(work, account, person.bundle)


def check_recovery(work: UnitOfWork, code: str) -> None:
    """See that the code on paper still opens the keys; raises Unfit("recovery_code") where it does not."""
    enter(work, Act.ACCOUNT_EDIT)
    account = _own_account(work)
    try:
        identity.open_with_recovery(account, RecoveryCode.parse(code))
    except SealBroken:
        raise Unfit("recovery_code") from None
    account.recovery_confirmed_at = work.now
    audit.event(work, "account:recovery_checked", account.id)


def another_code(work: UnitOfWork) -> str:
    """A recovery code in the place of one that was never confirmed: whoever sees it has just typed the password."""
    account = _own_account(work)
    if account.recovery_confirmed_at is not None:
        raise NotFound(account.id)
    return _replace_code(work, account, work.person.bundle)


def _replace_code(work: UnitOfWork, account: Account, bundle: Bundle) -> str:
    code = identity.lock_with_recovery(account, bundle)
    audit.event(work, "account:recovery_code", account.id)
    return code.text


def _fresh_key(work: UnitOfWork, password: str, about: tuple[str, ...]) -> PasswordKey:
    """Before the unit's first statement, so that the database waits for no password."""
    check_password(password, about=about)
    return identity.password_key(work.instance, password)


def _opened(work: UnitOfWork, password: str) -> tuple[Account, Bundle]:
    """The account as it is now with the bundle that ``password`` opens; in a session of its own that is over then."""
    with work.instance.store.session(writes=False) as session:
        account = find_account(session, work.person.account_id)
    if account is None:
        raise NotSignedIn
    try:
        made = identity.password_key_of(work.instance, account, password)
        return account, identity.open_with_password(account, made)
    except SealBroken:
        raise WrongCredentials from None


def _own_account(work: UnitOfWork) -> Account:
    find = lock_account if work.writes else find_account
    account = find(work.session, work.person.account_id)
    if account is None:
        raise NotSignedIn
    return account


def _holder(work: UnitOfWork, address: str) -> Account | None:
    return find_account_by_lookup(work.session, work.instance.secrets.lookups(address))


def _told(work: UnitOfWork, token: str) -> tuple[Link, dict[str, str]]:
    link = links.find(work, token)
    if link.purpose is LinkPurpose.JOIN and _invited(work, link) is None:
        raise LinkExpired
    told = identity.open_fields(work, "links", link.id, link.sealed_identity)
    return link, told | {"email": normalised(told["email"])}


def _invited(work: UnitOfWork, link: Link) -> Participant | None:
    row = find_invited(work.session, link.participant_id) if link.participant_id is not None else None
    return row if row is not None and row.state is ParticipantState.LISTED else None


def _use(work: UnitOfWork, link: Link, account_id: UUID) -> Participant | None:
    if not use_link(work.session, link.id, work.now):
        raise LinkExpired
    invited = _invited(work, link)
    if invited is not None:
        participants.arrive(work, invited, account_id)
    return invited


def _name(name: str) -> str:
    plain = " ".join(name.split())
    if not 1 <= len(plain) <= LONGEST_NAME:
        raise Unfit("name")
    return plain


def _language(language: str) -> str:
    if language not in LANGUAGES:
        raise Unfit("language")
    return language


def _timezone(timezone: str) -> str:
    if timezone not in available_timezones():
        raise Unfit("timezone")
    return timezone
