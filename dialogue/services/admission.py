"""The only door to a case: a seat or nothing, then the policy."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from dialogue.domain.acts import Act
from dialogue.domain.cases import ACTIVE, BEFORE_THE_ILO, GONE
from dialogue.domain.factors import is_fresh
from dialogue.domain.people import PARTY_ROLES, SPEAKS_FOR_ITS_PARTY, Party, Role, Room, Seat, StaffRole, hears
from dialogue.domain.policy import FRESH_ACTS, Situation, acts_of, require, require_of_house
from dialogue.errors import Forbidden, IllegalTransition, NotBound, NotFound, NotFresh, SoleHolder
from dialogue.services import audit, due, pins, rooms, statements
from dialogue.services.unit import Actor, UnitOfWork
from dialogue.store.cases import Case, find_case, lock_case
from dialogue.store.participants import Participant, ParticipantState, participants_of

_UNSIGNED = {ParticipantState.ENROLLED, ParticipantState.RENEWED}
_SEATED = {*_UNSIGNED, ParticipantState.STATED, ParticipantState.CONFIRMED}
_GONE = {ParticipantState.REMOVED, ParticipantState.DECLINED}
_MUST_BE_BOUND = PARTY_ROLES | {Role.FACILITATOR}


def admit(work: UnitOfWork, case_id: UUID, act: Act, *, room: Room | None = None) -> tuple[Case, Seat]:
    """Let the actor in to do ``act``, or refuse.

    A writing unit takes the case's row first. Who has no seat is told that there is no such case, whether or not
    there is one; a seated person's refusal is recorded in the case, a stranger's in the instance's chain. Of a case
    that was destroyed nothing is left for anybody: its pins went with it.
    """
    person = work.person
    case = lock_case(work.session, case_id) if work.writes else find_case(work.session, case_id)
    seat = seat_of(work, case, person) if case is not None else None
    if case is None or seat is None or case.status in GONE:
        audit.refuse_stranger(work, act)
        raise NotFound(case_id)
    heard = room if room is not None and hears(room, seat) else Room.JOINT
    try:
        require(act, seat, situation_of(work, case, room, seat.party))
    except (Forbidden, IllegalTransition, NotBound, NotFound, SoleHolder):
        audit.refuse(work, act, case_id, heard)
        raise
    audit.let_in(work, act, case_id, heard)
    if act in FRESH_ACTS and work.writes:
        ask_anew(work)
    if not work.writes:
        due.remember(work, case, seat)
    return case, seat


def enter(work: UnitOfWork, act: Act) -> Actor:
    """The same for what stands outside any case."""
    person = work.person
    try:
        require_of_house(act, person.staff)
    except NotFound:
        audit.refuse_stranger(work, act)
        raise
    if act in FRESH_ACTS and work.writes:
        ask_anew(work)
    return person


def seat_of(work: UnitOfWork, case: Case, person: Actor) -> Seat | None:
    """The actor's seat: as it was signed for, unless a row takes it away.

    A row by itself is only an invitation that somebody has followed. raises KeyAlarm where a row tells of a seat that
    nobody has signed for with this person's key.
    """
    row = rooms.rows_of(work, case.id).get(person.account_id)
    if row is not None and row.state in _SEATED:
        if row.state in _UNSIGNED or case.status in GONE:
            seat = Seat(person.account_id, row.party, row.role, False, False, row.until, stated=False)
            return None if seat.is_over(work.now) else seat
        _see_what_was_pinned(work, case.id, person)
        return rooms.own_seat(work, case)
    if case.status not in BEFORE_THE_ILO and _coordinates(work, person):
        _see_what_was_pinned(work, case.id, person)
        return Seat(person.account_id, None, Role.COORDINATOR, confirmed=True, bound=False)
    return None


def _coordinates(work: UnitOfWork, person: Actor) -> bool:
    """Whether coordinators have signed for this person's key; the word in the account's row is not enough."""
    own = person.bundle.public.fingerprint
    works_there = StaffRole.COORDINATOR in person.staff
    return works_there and statements.desk(work).names(person.account_id, own, StaffRole.COORDINATOR)


def situation_of(work: UnitOfWork, case: Case, room: Room | None = None, party: Party | None = None) -> Situation:
    """What the policy may look at beside the seat, for somebody of ``party``."""
    return Situation(
        case.status,
        case.support,
        everyone_bound=everyone_is_bound(work, case),
        room=room,
        at_risk=party is not None and is_at_risk(work, case, party),
    )


def holders_of(work: UnitOfWork, case: Case, party: Party) -> list[Participant]:
    """Those of a party whose keys would not be lost with the others': all who sit but its advisers."""
    return [
        row
        for row in rooms.rows_of(work, case.id).values()
        if row.party is party and row.state is ParticipantState.CONFIRMED and row.role is not Role.ADVISER
    ]


def is_at_risk(work: UnitOfWork, case: Case, party: Party) -> bool:
    """Whether a party has come down to one holder of its keys, who has not typed the recovery code since."""
    if case.status not in ACTIVE:
        return False
    holders = holders_of(work, case, party)
    if len(holders) != 1:
        return False
    left = [
        row.removed_at
        for row in rooms.rows_of(work, case.id).values()
        if row.party is party and row.role is not Role.ADVISER and row.removed_at is not None
    ]
    shown = holders[0].keys_confirmed_at
    return bool(left) and (shown is None or shown < max(left))


def everyone_is_bound(work: UnitOfWork, case: Case) -> bool:
    """Whether every confirmed participant has accepted the terms in force; a newcomer holds up nobody."""
    bound = rooms.bound_accounts(work, case.id)
    return bool(bound) and missing_undertakings(work, case) == []


def missing_undertakings(work: UnitOfWork, case: Case) -> list[UUID]:
    """The confirmed participants for whom the case waits because they have not accepted the terms in force."""
    bound = rooms.bound_accounts(work, case.id)
    return [
        row.account_id
        for row in must_undertake(work, case)
        if row.account_id is not None and row.account_id not in bound and not row.is_late
    ]


def must_undertake(work: UnitOfWork, case: Case) -> list[Participant]:
    """The confirmed participants who take part only once they have accepted the terms in force."""
    return [
        row
        for row in rooms.rows_of(work, case.id).values()
        if row.state is ParticipantState.CONFIRMED
        and row.role in _MUST_BE_BOUND
        and not (row.until is not None and work.now >= row.until)
    ]


def listed(work: UnitOfWork, case: Case) -> Sequence[Participant]:
    """Everybody listed for the case, with an account or not yet."""
    return participants_of(work.session, case.id)


def listed_for(work: UnitOfWork, case: Case, seat: Seat) -> list[Participant]:
    """Who is listed and has not gone, as far as this seat may know of it.

    Somebody for whom nobody has signed yet knows of himself and of those who speak for the party that will confirm him.
    """
    rows = [row for row in listed(work, case) if row.state not in _GONE]
    if seat.stated:
        return rows
    confirms = seat.party.other if seat.party is not None and seat.role is Role.LEAD else seat.party
    people = statements.standings(work, case.id).people.values()
    known = {one.account for one in people if one.party is confirms and one.role in SPEAKS_FOR_ITS_PARTY}
    return [row for row in rows if row.account_id is not None and row.account_id in known | {seat.account}]


def acts_open(work: UnitOfWork, case: Case, seat: Seat, room: Room | None = None) -> frozenset[Act]:
    """Every act that the policy opens to this seat now; pages choose their buttons from these."""
    return acts_of(seat, situation_of(work, case, room, seat.party))


def ask_anew(work: UnitOfWork) -> None:
    """Ask whether the browser is still in the right hands; raises NotFresh until password and code were shown again."""
    if not is_fresh(work.person.confirmed_at, work.now):
        raise NotFresh


def _see_what_was_pinned(work: UnitOfWork, case_id: UUID, person: Actor) -> None:
    if case_id in work.pinned:
        return
    pinned = pins.load(work.session, person.bundle, person.account_id, case_id)
    pins.check(work.session, case_id, pinned)
    work.pinned[case_id] = pinned
