"""The past of a room: who may read what was written before his time, granted by those whose room it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from dialogue.domain.acts import Act
from dialogue.domain.people import ALWAYS_WITH_HISTORY, Party, Role, Room, Seat, hears, rooms_of
from dialogue.domain.seats import Standing, StatementKind, owners_of_history
from dialogue.domain.terms import LateJoiners
from dialogue.errors import Forbidden, NotFound, OutOfDate, Unfit
from dialogue.services import audit, cases, due, identity, rooms, statements, terms
from dialogue.services.admission import admit
from dialogue.services.cases import CaseHead
from dialogue.services.identity import Person
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.rooms import due_wraps, epochs_counted, wraps_counted


@dataclass(frozen=True, slots=True)
class Without:
    """Somebody who hears a room and cannot read its past.

    alone      the reader can grant it without the other party
    may_grant  the reader can grant it alone, or propose that both do
    is_due     it is granted, and waits for somebody who holds the keys to open a page of the dialogue
    may_undo   the reader's side has granted it, and it can still be taken back
    """

    person: Person = field(repr=False)
    party: Party | None
    role: Role
    room: Room
    alone: bool
    may_grant: bool
    is_due: bool
    may_undo: bool


@dataclass(frozen=True, slots=True)
class Pasts:
    """Everybody who cannot read the past of a room that the reader hears.

    stays_closed   the terms in force say that the past of the shared rooms is opened to nobody
    """

    head: CaseHead
    without: tuple[Without, ...]
    stays_closed: bool


def index(work: UnitOfWork, case_id: UUID) -> Pasts:
    """Who reads a room of the reader's from now on only, and whether the reader can change that."""
    case, seat = admit(work, case_id, Act.JOINT_ACT_READ)
    heard = rooms_of(seat) - ALWAYS_WITH_HISTORY
    epochs = epochs_counted(work.session, case.id)
    held = wraps_counted(work.session, case.id, heard)
    waiting = {(due.room, due.account_id) for due in due_wraps(work.session, case.id)}
    standings = statements.standings(work, case.id).people
    missing = [
        (other, room)
        for other, _ in rooms.seats_now(work, case)
        for room in sorted(heard)
        if hears(room, other) and held.get((room, other.account), 0) < epochs.get(room, 0)
    ]
    people = identity.people(work, {other.account for other, _ in missing})
    head = cases.head(work, case, seat)
    stays_closed = terms.late_joiners(work, case) is LateJoiners.ON_THE_TABLE
    without = tuple(
        Without(
            people[other.account],
            other.party,
            other.role,
            room,
            _alone(room, seat),
            Act.HISTORY_GRANT in head.may and (_alone(room, seat) or (is_shared(room) and not stays_closed)),
            (room, other.account) in waiting and standings[other.account].may_have_history(room),
            Act.HISTORY_TAKE_BACK in head.may and (room, _owner(seat)) in standings[other.account].history,
        )
        for other, room in missing
        if other.account != seat.account and other.role is not Role.EXPERT
    )
    audit.record(work, Act.JOINT_ACT_READ, case.id)
    return Pasts(head, without, stays_closed)


def grant(work: UnitOfWork, case_id: UUID, account_id: UUID, room: Room) -> None:
    """Let somebody read the past of a room that belongs to the actor's side alone: its own room, or its caucus."""
    case, seat = admit(work, case_id, Act.HISTORY_GRANT)
    if not _alone(room, seat):
        raise Forbidden(Act.HISTORY_GRANT)
    state(work, case, account_id, room)
    audit.record(work, Act.HISTORY_GRANT, case.id, account_id, room=room)
    due.welcome(work, case, account_id)


def take_back(work: UnitOfWork, case_id: UUID, account_id: UUID, room: Room) -> None:
    """Take one's side's grant back, as long as nobody who holds the keys has given them yet.

    raises   OutOfDate when they were given, or where this side has granted nothing
    """
    case, seat = admit(work, case_id, Act.HISTORY_TAKE_BACK)
    if not hears(room, seat):
        raise NotFound(case_id)
    if not _undo(work, case, seat, account_id, room):
        raise OutOfDate(account_id)
    shown_in = room if _alone(room, seat) else Room.JOINT
    audit.record(work, Act.HISTORY_TAKE_BACK, case.id, account_id, room=shown_in)


def withdraw_voice(work: UnitOfWork, case: Case, seat: Seat, account_id: UUID, room: Room) -> None:
    """With a proposal that is taken off goes the statement of whoever takes it off."""
    _undo(work, case, seat, account_id, room)


def _undo(work: UnitOfWork, case: Case, seat: Seat, account_id: UUID, room: Room) -> bool:
    standing = statements.standings(work, case.id).people.get(account_id)
    if standing is None or (room, _owner(seat)) not in standing.history:
        return False
    held = wraps_counted(work.session, case.id, [room]).get((room, account_id), 0)
    if standing.may_have_history(room) and held >= epochs_counted(work.session, case.id).get(room, 0):
        return False
    statements.state(
        work,
        case.id,
        StatementKind.TAKE_BACK_HISTORY,
        account=account_id,
        fingerprint=standing.fingerprint,
        party=standing.party,
        role=standing.role,
        room=room,
    )
    for waiting in due_wraps(work.session, case.id):
        # What lies on a table is still to be laid for a newcomer, whatever becomes of the past.
        if (waiting.room, waiting.account_id) == (room, account_id) and room not in due.TABLES:
            work.session.delete(waiting)
    work.session.flush()
    return True


def state(work: UnitOfWork, case: Case, account_id: UUID, room: Room) -> None:
    """Sign that this person may read the past of a room; a shared room's needs the same of the other side."""
    standing = of(work, case, account_id, room)
    statements.state(
        work,
        case.id,
        StatementKind.GRANT_HISTORY,
        account=account_id,
        fingerprint=standing.fingerprint,
        party=standing.party,
        role=standing.role,
        room=room,
    )


def of(work: UnitOfWork, case: Case, account_id: UUID, room: Room) -> Standing:
    """The standing of somebody to whom the past of ``room`` can be granted.

    raises   NotFound for who has no seat, Unfit where the person does not hear the room, OutOfDate where it is granted
    """
    seat = next((seat for seat, _ in rooms.seats_now(work, case) if seat.account == account_id), None)
    standing = statements.standings(work, case.id).people.get(account_id)
    if seat is None or standing is None:
        raise NotFound(account_id)
    if not hears(room, seat) or seat.role is Role.EXPERT:
        # An expert sees the one question that is asked of him and nothing before it.
        raise Unfit("history_room")
    if standing.may_have_history(room):
        raise OutOfDate(account_id)
    return standing


def is_shared(room: Room) -> bool:
    """Whether the past of a room belongs to both parties."""
    return room not in ALWAYS_WITH_HISTORY and owners_of_history(room) == frozenset(Party)


def _owner(seat: Seat) -> Party | Role | None:
    """For whom this seat grants: its party, or the facilitators."""
    return seat.party if seat.speaks else seat.role if seat.role is Role.FACILITATOR else None


def _alone(room: Room, seat: Seat) -> bool:
    return hears(room, seat) and owners_of_history(room) == {_owner(seat)}
