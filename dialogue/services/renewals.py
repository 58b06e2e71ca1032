"""New keys for somebody whose old ones are lost or known to others: nothing comes back but by the people who knew him.

The account gets its keys at once. Every seat is then signed for again, case by case: by the own lead, for a lead by
the deputy or by the other lead and a coordinator together, for the ILO's people by its list and both leads.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from dialogue.crypto.identity import Bundle, comparison_words
from dialogue.domain.acts import Act
from dialogue.domain.addresses import normalised
from dialogue.domain.cases import BEFORE_THE_ILO, GONE
from dialogue.domain.passwords import check_password
from dialogue.domain.people import Party, Role, Seat, StaffRole
from dialogue.domain.seats import StatementKind
from dialogue.errors import Forbidden, KeyAlarm, LinkExpired, NotFound, OutOfDate, WrongCredentials
from dialogue.services import (
    audit,
    cases,
    due,
    factors,
    identity,
    letters,
    links,
    participants,
    pins,
    recovery,
    requests,
    rooms,
    statements,
)
from dialogue.services.admission import admit, enter
from dialogue.services.cases import CaseHead
from dialogue.services.factors import NewFactor, Proof
from dialogue.services.identity import PasswordKey
from dialogue.services.letters import LetterKind
from dialogue.services.recovery import Recovered
from dialogue.services.unit import Actor, UnitOfWork
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
from dialogue.store.cases import Case, forget_labels, lock_case
from dialogue.store.notes import forget_drafts
from dialogue.store.participants import Participant, ParticipantState, find_participant, seats_of
from dialogue.store.rooms import exchange_wrap, forget_pins, forget_wraps, wraps_of

_PARTY_SEATED = {ParticipantState.STATED, ParticipantState.CONFIRMED}


@dataclass(frozen=True, slots=True)
class Renewal:
    """Somebody with new keys, as one sees him who may sign for them, or waits with him.

    words       what both read to each other; empty for whoever has nothing to sign
    own_words   for the person with the new keys: who may sign, and what both read to each other
    fingerprint hex, of the new key
    may         SEAT_STATE, SEAT_VOUCH or nothing
    is_vouched  a coordinator has compared the words of this lead already
    has_deputy  there is a deputy who can sign for this lead alone
    """

    head: CaseHead
    participant_id: UUID
    name: str = field(repr=False)
    role: Role
    party: Party | None
    words: tuple[str, ...] = field(repr=False)
    own_words: tuple[tuple[str, tuple[str, ...]], ...] = field(repr=False)
    fingerprint: str
    may: frozenset[Act]
    is_vouched: bool
    has_deputy: bool


# The account


def lost(
    work: UnitOfWork, token: str, *, known: str, proof: Proof, password: str, chosen: NewFactor, browser: bytes = b""
) -> Recovered:
    """New keys for somebody who has lost the recovery code too, with a new password and a new second factor.

    known   the present password, where it is known; without it the proof of the present second factor has to fit. The
            link of a reset, which an administrator has begun, asks for neither.
    raises  LinkExpired, Unfit, WrongCredentials without a word about what was wrong, Busy
    """
    check_password(password)
    made = identity.password_key(work.instance, password)
    opens = bool(known) and recovery.guess(work, token, known) is not None
    link = links.find(work, token)
    seen = recovery.holder(work, link)
    account = lock_account(work.session, seen.id) if seen is not None else None
    if account is None or link.purpose not in {LinkPurpose.RECOVER, LinkPurpose.RESET}:
        raise LinkExpired
    check_password(password, about=identity.about(work.instance.secrets, account))
    if link.purpose is LinkPurpose.RECOVER and not opens:
        found = factors.fit(work.instance, work.session, account.id, proof, work.now)
        if found is None or not factors.take(work, account.id, found):
            audit.refuse_at_the_door(work, "account:renew", account.id)
            raise WrongCredentials(account.id)
    bundle = _renew(work, account, made)
    factors.clear(work, account.id)
    factors.put(work, account.id, factors.offer_for_link(work.instance, token, browser), chosen)
    return _done(work, account, bundle, link)


def compromised(work: UnitOfWork, *, password: str) -> Recovered:
    """New keys for somebody whose old ones may be known to others: what he held is wrapped anew for him alone.

    Every room gets a new epoch with the next word written in it. raises Unfit, Busy
    """
    old = enter(work, Act.ACCOUNT_RENEW)
    check_password(password)
    made = identity.password_key(work.instance, password)
    account = lock_account(work.session, old.account_id)
    if account is None:
        raise NotFound(old.account_id)
    check_password(password, about=identity.about(work.instance.secrets, account))
    _renounce(work, account)
    held = wraps_of(work.session, account.id)
    bundle = Bundle.fresh()
    for wrap in held:
        rewrapped = rooms.rewrap(old.bundle, bundle, wrap)
        if rewrapped is not None:
            exchange_wrap(work.session, wrap, bundle.public.fingerprint, rewrapped)
    return _done(work, account, _renew(work, account, made, bundle), None)


def _renounce(work: UnitOfWork, account: Account) -> None:
    """Let the old key sign, in every case, that it signs no more: who has stolen it adds nothing to the chain."""
    own = work.person.bundle.public.fingerprint
    for row in seats_of(work.session, account.id):
        case = lock_case(work.session, row.case_id)
        if case is None or case.status in GONE:
            continue
        try:
            was = statements.standings(work, case.id).people.get(account.id)
        except KeyAlarm:
            # A case that does not hold keeps nobody from making new keys.
            audit.event(work, "alarm:keys", case.id)
            continue
        if was is not None and was.fingerprint == own:
            statements.state(
                work,
                case.id,
                StatementKind.RENOUNCE,
                account=account.id,
                fingerprint=own,
                party=was.party,
                role=was.role,
            )


def start_reset(work: UnitOfWork, account_id: UUID) -> None:
    """Send a colleague who has lost everything a link to make new keys; who sends it gains none, sets no password."""
    enter(work, Act.STAFF_RESET)
    account = find_account(work.session, account_id)
    if account is None or account.state is not AccountState.ACTIVE or not account.staff:
        raise NotFound(account_id)
    _send_reset(work, account)
    audit.event(work, Act.STAFF_RESET.value, account.id)


def start_reset_by_address(work: UnitOfWork, email: str) -> None:
    """The same for whoever has that address; says to nobody whether there is an account. raises Unfit("address")"""
    enter(work, Act.STAFF_RESET)
    lookups = work.instance.secrets.lookups(normalised(email))
    account = find_account_by_lookup(work.session, lookups)
    if account is not None and account.state is AccountState.ACTIVE:
        _send_reset(work, account)
    audit.event(work, Act.STAFF_RESET.value, UUID(bytes=lookups[0][:16]))


def _send_reset(work: UnitOfWork, account: Account) -> None:
    email = identity.person_of(work.instance.secrets, account).email
    token = links.create(work, LinkPurpose.RESET, email=email, lives=recovery.LIVES)
    link = links.address(work, token, recovery.PAGE)
    letters.to_account(work, LetterKind.RESET, account, key=f"reset:{uuid4().hex}", link=link)


def _renew(work: UnitOfWork, account: Account, made: PasswordKey, bundle: Bundle | None = None) -> Bundle:
    """Put new keys in the place of the old ones; every seat waits from now on for a new statement."""
    keeps_wraps, bundle = bundle is not None, bundle or Bundle.fresh()
    account.fingerprint = bundle.public.fingerprint
    account.renewed_at = work.now
    identity.lock_with_password(account, bundle, made)
    account.sealed_visits = pins.no_visits(bundle, account.id)
    work.session.flush()
    work.session.add(identity.public_row(account.id, bundle, work.now))
    forget_pins(work.session, account.id)
    forget_drafts(work.session, account.id)
    forget_labels(work.session, account.id)
    if not keeps_wraps:
        forget_wraps(work.session, account.id)
    work.pinned.clear()
    work.actor = Actor(account.id, bundle, account.staff, work.now)
    for row in seats_of(work.session, account.id):
        case = lock_case(work.session, row.case_id)
        if case is not None and case.status not in GONE and row.state in _PARTY_SEATED:
            row.state = ParticipantState.RENEWED
            audit.record(work, Act.ACCOUNT_RENEW, case.id, row.id)
            _tell(work, row)
    work.session.flush()
    return bundle


def _done(work: UnitOfWork, account: Account, bundle: Bundle, link: Link | None) -> Recovered:
    if link is not None and not use_link(work.session, link.id, work.now):
        raise LinkExpired
    recovery.close_other_ways(work, account)
    code = identity.lock_with_recovery(account, bundle)
    end_sign_ins(work.session, account.id)
    letters.tell_of_change(work, account)
    audit.event(work, "account:renewed", account.id)
    return Recovered(account.id, bundle, code.text)


def _tell(work: UnitOfWork, row: Participant) -> None:
    """Write to those who may sign for the new key; who they are is read from the rows, for nobody acts here yet."""
    others = [one for one in rooms.rows_of(work, row.case_id).values() if one.account_id not in {None, row.account_id}]
    asked = [
        one.account_id
        for one in others
        if one.account_id is not None
        and one.state in _PARTY_SEATED
        and one.role in ({Role.LEAD, Role.DEPUTY} if row.role is Role.LEAD else {Role.LEAD})
        and (row.party is None or row.role is Role.LEAD or one.party is row.party)
    ]
    about = f"{row.id.hex}:{work.now:%Y%m%d%H%M%S}"
    cases.tell(work, asked, LetterKind.SEAT_TURN, about=about, case_id=row.case_id)


# The seats


def show(work: UnitOfWork, case_id: UUID, participant_id: UUID) -> Renewal:
    """Who has new keys, with the words to compare; raises NotFound where nobody waits for that."""
    case, seat = admit(work, case_id, Act.PARTICIPANT_READ)
    row, account = _renewed(work, case, participant_id)
    may = _may(work, case, seat, row, account)
    own = work.person.bundle.public.fingerprint
    words = comparison_words(own, account.fingerprint, case_id.bytes) if may else ()
    found = statements.standings(work, case_id)
    return Renewal(
        cases.head(work, case, seat),
        row.id,
        identity.open_fields(work, "participants", row.id, row.sealed_identity)["name"],
        row.role,
        row.party,
        words,
        _own_words(work, case, row) if row.account_id == seat.account else (),
        account.fingerprint.hex(),
        may,
        (account.id, account.fingerprint) in found.vouched,
        any(one.party is row.party and one.role is Role.DEPUTY for one in found.people.values()),
    )


def state(work: UnitOfWork, case_id: UUID, participant_id: UUID, *, fingerprint: str) -> None:
    """Sign that this person, with this new key, is the one who sat here before, after the words were compared.

    fingerprint   hex, the one whose words the page showed; OutOfDate when the key is another by now
    """
    case, seat = admit(work, case_id, Act.SEAT_STATE)
    row, account = _renewed(work, case, participant_id)
    _same_key(account, fingerprint)
    if Act.SEAT_STATE not in _may(work, case, seat, row, account):
        raise Forbidden(participant_id)
    _sign(work, case_id, StatementKind.SEAT, row, account)
    if row.party is None:
        _sign(work, case_id, StatementKind.ACCEPT, row, account)
    row.state = ParticipantState.STATED
    work.session.flush()
    participants.settle(work, case)
    audit.record(work, Act.SEAT_STATE, case_id, row.id)
    due.welcome(work, case, account.id)
    leads = [one for one in requests.leads_of(work, case) if one != seat.account]
    cases.tell(work, leads, LetterKind.SEAT_TURN, about=f"{row.id.hex}:{fingerprint[:16]}")


def vouch(work: UnitOfWork, case_id: UUID, participant_id: UUID, *, fingerprint: str) -> None:
    """Sign as a coordinator that this lead, with this new key, is the one who led before; the other lead signs too."""
    case, seat = admit(work, case_id, Act.SEAT_VOUCH)
    row, account = _renewed(work, case, participant_id)
    _same_key(account, fingerprint)
    if Act.SEAT_VOUCH not in _may(work, case, seat, row, account):
        raise Forbidden(participant_id)
    _sign(work, case_id, StatementKind.VOUCH, row, account)
    audit.record(work, Act.SEAT_VOUCH, case_id, row.id)
    if row.party is not None:
        others = requests.leads_of(work, case, row.party.other)
        cases.tell(work, others, LetterKind.SEAT_TURN, about=f"{row.id.hex}:vouched:{fingerprint[:16]}")


def _own_words(work: UnitOfWork, case: Case, row: Participant) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Who may sign for the actor, with the words that both see."""
    sides = {row.party} if row.party is not None and row.role is not Role.LEAD else set(Party)
    keys = {
        one.account: one.fingerprint
        for one in statements.standings(work, case.id).people.values()
        if one.party in sides and one.role in {Role.LEAD, Role.DEPUTY} and one.account != row.account_id
    }
    if row.role is Role.LEAD and case.status not in BEFORE_THE_ILO:
        keys |= statements.desk(work).of(StaffRole.COORDINATOR)
    names = identity.people(work, keys)
    own = work.person.bundle.public.fingerprint
    return tuple(
        (names[account].name, comparison_words(own, fingerprint, case.id.bytes))
        for account, fingerprint in keys.items()
        if account in names
    )


def _may(work: UnitOfWork, case: Case, seat: Seat, row: Participant, account: Account) -> frozenset[Act]:
    """What this seat may sign about the new key, if the policy allows."""
    if account.id == seat.account:
        return frozenset()
    is_vouched = (account.id, account.fingerprint) in statements.standings(work, case.id).vouched
    if seat.role is Role.COORDINATOR:
        is_open = row.role is Role.LEAD and not is_vouched and case.status not in BEFORE_THE_ILO
        return frozenset({Act.SEAT_VOUCH}) if is_open else frozenset()
    if seat.party is None or seat.role not in {Role.LEAD, Role.DEPUTY}:
        return frozenset()
    if row.party is None or row.party is seat.party:
        return frozenset({Act.SEAT_STATE})
    return frozenset({Act.SEAT_STATE}) if row.role is Role.LEAD and is_vouched else frozenset()


def _renewed(work: UnitOfWork, case: Case, participant_id: UUID) -> tuple[Participant, Account]:
    row = find_participant(work.session, case.id, participant_id)
    if row is None or row.account_id is None or row.state is not ParticipantState.RENEWED:
        raise NotFound(participant_id)
    account = find_account(work.session, row.account_id)
    if account is None:
        raise NotFound(participant_id)
    return row, account


def _same_key(account: Account, fingerprint: str) -> None:
    if account.fingerprint.hex() != fingerprint:
        raise OutOfDate(account.id)


def _sign(work: UnitOfWork, case_id: UUID, kind: StatementKind, row: Participant, account: Account) -> None:
    """Sign for the seat as it was signed for before; a row could tell of another one."""
    was = statements.standings(work, case_id).people.get(account.id)
    if was is None:
        raise NotFound(row.id)
    ends = [until for until in (was.until, row.until) if until is not None]
    statements.state(
        work,
        case_id,
        kind,
        account=account.id,
        fingerprint=account.fingerprint,
        party=was.party,
        role=was.role,
        until=min(ends, default=None) if kind is StatementKind.SEAT else None,
    )
