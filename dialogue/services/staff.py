"""The ILO's people: who works here, and whose keys the coordinators have signed for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from dialogue.crypto.identity import fingerprint_words
from dialogue.domain.acts import Act
from dialogue.domain.addresses import normalised
from dialogue.domain.people import Room, StaffRole
from dialogue.domain.policy import HOUSE_RULES
from dialogue.domain.seats import DeskList
from dialogue.errors import NotFound, OutOfDate, Unfit
from dialogue.services import accounts, audit, identity, letters, statements
from dialogue.services.admission import enter
from dialogue.services.identity import Person
from dialogue.services.letters import LetterKind
from dialogue.services.unit import Actor, UnitOfWork
from dialogue.store.accounts import (
    Account,
    AccountState,
    end_sign_ins,
    find_account,
    find_account_by_lookup,
    lock_account,
    staff_of,
)
from dialogue.store.rooms import DueWrap
from dialogue.store.staff import cases_expecting, cases_with_requests, delete_wraps_without_seat, staff_links

# An administrator sits in no case and signs nothing: no key of his is ever asked for.
LISTED_ROLES = (StaffRole.COORDINATOR, StaffRole.FACILITATOR, StaffRole.EXPERT)
COORDINATORS_URGED = 2
DELISTED = "desk:remove"


class Desk(StrEnum):
    """How far the signed list of staff has come.

    UNROOTED   no first coordinator is configured on the server
    EMPTY      one is configured and has signed nothing yet
    SIGNED     there are signed entries
    """

    UNROOTED = "unrooted"
    EMPTY = "empty"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the staff, as coordinators and administrators see him.

    fingerprint  of the present keys, in hexadecimal; a confirmation names what was seen
    words        the same as words, which that person reads on the page of the own account
    listed       the roles for which coordinators have signed this very key
    waiting      the roles that count only once a coordinator signs this key
    """

    account_id: UUID
    person: Person = field(repr=False)
    roles: tuple[StaffRole, ...]
    is_active: bool
    fingerprint: str
    words: tuple[str, ...]
    listed: tuple[StaffRole, ...]
    waiting: tuple[StaffRole, ...]
    is_me: bool


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who was invited to work here and has not come yet."""

    name: str = field(repr=False)
    email: str = field(repr=False)
    roles: tuple[StaffRole, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody who works here, oldest account first.

    begins   whether the reader is the configured first coordinator and starts the list with the own key
    signs    whether the reader may sign for others now
    """

    desk: Desk
    colleagues: tuple[Colleague, ...]
    invited: tuple[Invited, ...]
    coordinators: int
    begins: bool
    signs: bool
    may: frozenset[Act]

    @property
    def wants_another_coordinator(self) -> bool:
        """Whether what only one coordinator can read would be lost with that person."""
        return self.desk is Desk.SIGNED and self.coordinators < COORDINATORS_URGED


def index(work: UnitOfWork) -> Roster:
    """Who works here, with the words of everybody's key."""
    return _roster(work, enter(work, Act.STAFF_READ))


def keys(work: UnitOfWork) -> Roster:
    """The same for those who sign."""
    return _roster(work, enter(work, Act.DESK_CONFIRM))


def may_invite(work: UnitOfWork) -> None:
    """Let only those in who may invite; raises NotFound."""
    enter(work, Act.STAFF_INVITE)


def invite(work: UnitOfWork, *, email: str, name: str, roles: frozenset[StaffRole]) -> str:
    """Invite a colleague by mail; gives the link as well, to be handed over where mail is late.

    raises   Unfit("address"), Unfit("address_known"), Unfit("roles")
    """
    enter(work, Act.STAFF_INVITE)
    return accounts.invite_staff(work, email=email, name=name, roles=roles)


def disable(work: UnitOfWork, account_id: UUID) -> None:
    """Close a colleague's account: nobody signs in with it, and its sessions end at once. No key is touched.

    raises   NotFound for whoever does not work here, OutOfDate where it is closed already, Unfit for one's own
    """
    person = enter(work, Act.STAFF_DISABLE)
    if account_id == person.account_id:
        raise Unfit("own_account")
    _turn(work, account_id, AccountState.DISABLED)
    end_sign_ins(work.session, account_id)
    audit.event(work, Act.STAFF_DISABLE.value, account_id)


def enable(work: UnitOfWork, account_id: UUID) -> None:
    """Open a colleague's account again, with the password and the keys that it had; raises NotFound, OutOfDate."""
    enter(work, Act.STAFF_ENABLE)
    _turn(work, account_id, AccountState.ACTIVE)
    audit.event(work, Act.STAFF_ENABLE.value, account_id)


def confirm(work: UnitOfWork, account_id: UUID, role: StaffRole, *, fingerprint: str) -> None:
    """Sign that this colleague, with the key whose words were compared, holds a role.

    fingerprint  in hexadecimal, as it stood on the page when the words were compared
    raises       NotFound, OutOfDate where the key is another one or the role is signed for already, Forbidden for a
                 coordinator who is not on the list
    """
    enter(work, Act.DESK_CONFIRM)
    account = _find(work, account_id, role)
    listed = statements.desk(work)
    if role not in LISTED_ROLES:
        raise NotFound(account_id)
    if account.fingerprint.hex() != fingerprint or listed.names(account_id, account.fingerprint, role):
        raise OutOfDate(account_id)
    if not listed.entries and role is not StaffRole.COORDINATOR:
        raise Unfit("first_coordinator")
    _sign(work, account_id, role, removes=False)
    audit.event(work, Act.DESK_CONFIRM.value, account_id)
    if role is StaffRole.COORDINATOR:
        _expect_requests(work, account_id)
    if account_id != work.person.account_id:
        key = f"listed:{account_id.hex}:{role.value}:{statements.desk_head(work)[0]}"
        letters.to_account(work, LetterKind.SEAT_CONFIRMED, account, key=key)


def take_off(work: UnitOfWork, account_id: UUID, role: StaffRole) -> None:
    """Sign that a colleague no longer holds a role; a coordinator loses the keys that came with it.

    raises   NotFound, OutOfDate where the list does not name that role, Unfit for the last coordinator
    """
    enter(work, Act.DESK_CONFIRM)
    account = _find(work, account_id, role)
    listed = statements.desk(work)
    if not listed.names(account_id, account.fingerprint, role):
        raise OutOfDate(account_id)
    if role is StaffRole.COORDINATOR and len(listed.of(role)) == 1:
        raise Unfit("last_coordinator")
    _sign(work, account_id, role, removes=True)
    audit.event(work, DELISTED, account_id)
    if role is StaffRole.COORDINATOR:
        delete_wraps_without_seat(work.session, account_id)
    end_sign_ins(work.session, account_id)


def _roster(work: UnitOfWork, reader: Actor) -> Roster:
    listed = statements.desk(work)
    own = reader.bundle.public.fingerprint
    return Roster(
        _desk(work, listed),
        tuple(_colleague(work, listed, account) for account in staff_of(work.session)),
        tuple(_invited(work)),
        len(listed.of(StaffRole.COORDINATOR)),
        begins=not listed.entries and own == work.instance.desk and StaffRole.COORDINATOR in reader.staff,
        signs=listed.names(reader.account_id, own, StaffRole.COORDINATOR),
        may=frozenset(act for act, open_to in HOUSE_RULES.items() if open_to(reader.staff)),
    )


def _find(work: UnitOfWork, account_id: UUID, role: StaffRole) -> Account:
    account = find_account(work.session, account_id)
    if account is None or role not in account.staff:
        raise NotFound(account_id)
    return account


def turn_by_address(work: UnitOfWork, email: str, *, opens: bool) -> None:
    """Close or open the account with that address, whoever has it; says to nobody whether there is one.

    raises   Unfit for what is no address, and for one's own account
    """
    person = enter(work, Act.STAFF_ENABLE if opens else Act.STAFF_DISABLE)
    lookups = work.instance.secrets.lookups(normalised(email))
    account = find_account_by_lookup(work.session, lookups)
    act = Act.STAFF_ENABLE if opens else Act.STAFF_DISABLE
    if account is not None and account.id == person.account_id:
        raise Unfit("own_account")
    state = AccountState.ACTIVE if opens else AccountState.DISABLED
    if account is not None and (locked := lock_account(work.session, account.id)) is not None:
        locked.state = state
        work.session.flush()
        if not opens:
            end_sign_ins(work.session, account.id)
    # The same entry for an address that nobody has; with the address in hand it can be found again.
    audit.event(work, act.value, UUID(bytes=lookups[0][:16]))


def _turn(work: UnitOfWork, account_id: UUID, state: AccountState) -> None:
    account = lock_account(work.session, account_id)
    if account is None or not account.staff:
        raise NotFound(account_id)
    if account.state is state:
        raise OutOfDate(account_id)
    account.state = state
    work.session.flush()


def _sign(work: UnitOfWork, account_id: UUID, role: StaffRole, *, removes: bool) -> None:
    """Add to the chain; where somebody else has added meanwhile, what the signer saw has changed."""
    try:
        statements.list_staff(work, account_id, role, removes=removes)
    except IntegrityError:
        raise OutOfDate(account_id) from None


def _expect_requests(work: UnitOfWork, account_id: UUID) -> None:
    """Note that a new coordinator waits for the requests that came before; whoever holds them gives them next time."""
    expected = cases_expecting(work.session, account_id, Room.REQUEST)
    for case_id in cases_with_requests(work.session):
        if case_id not in expected:
            work.session.add(DueWrap(case_id=case_id, room=Room.REQUEST, account_id=account_id, asked_at=work.now))
    work.session.flush()


def _desk(work: UnitOfWork, listed: DeskList) -> Desk:
    if work.instance.desk is None:
        return Desk.UNROOTED
    return Desk.SIGNED if listed.entries else Desk.EMPTY


def _colleague(work: UnitOfWork, listed: DeskList, account: Account) -> Colleague:
    roles = tuple(sorted(account.staff))
    signed = tuple(role for role in roles if listed.names(account.id, account.fingerprint, role))
    return Colleague(
        account.id,
        identity.person_shown(work, account),
        roles,
        account.state is AccountState.ACTIVE,
        account.fingerprint.hex(),
        fingerprint_words(account.fingerprint),
        signed,
        tuple(role for role in roles if role in LISTED_ROLES and role not in signed),
        is_me=account.id == work.person.account_id,
    )


def _invited(work: UnitOfWork) -> list[Invited]:
    found = []
    for link in staff_links(work.session, work.now):
        told = identity.shown_field(work, link)
        roles = tuple(StaffRole(word) for word in link.staff_roles.split(",") if word)
        found.append(Invited(told.get("name", ""), told["email"], roles, link.expires_at))
    return found
