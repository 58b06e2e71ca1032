"""Telling people in the application that something has happened: in the act's own transaction, and without a word."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.people import Role, Room, listens
from dialogue.domain.tidings import TOLD_AT_ONCE, TOLD_BY_NAME, TidingKind, may_be_told
from dialogue.services import rooms
from dialogue.services.unit import UnitOfWork
from dialogue.store.participants import Participant, ParticipantState
from dialogue.store.tidings import Tiding, add_tiding


def put(
    work: UnitOfWork,
    accounts: Sequence[UUID],
    kind: TidingKind,
    *,
    about: str,
    case_id: UUID | None = None,
    room: Room | None = None,
) -> list[UUID]:
    """Tell each of those people once; nobody is told of a room that he does not hear.

    about     what makes it the same thing: an id first, never words
    case_id   the case; by itself that of the act let in at the door
    room      where it happened; by itself that of the act
    returns   who was told, those included who knew already
    """
    told_of, happened = _let_in(work)
    # The answer to an invitation names no case: nothing ties it to what was declined.
    case_id = None if kind is TidingKind.DECLINED else case_id or told_of
    room = room or happened
    seats = rooms.rows_of(work, case_id) if case_id is not None else {}
    act, recorded_in = _recorded(work, case_id) if kind is TidingKind.WAITING else (None, Room.JOINT)
    told = []
    for account_id in accounts:
        seat = seats.get(account_id)
        if seat is not None and not may_be_told(room, seat.party, seat.role):
            continue
        shown = act if _reads_the_course(seat) and _hears_the_record(recorded_in, seat) else None
        tiding = Tiding(
            id=uuid4(),
            key=f"{kind.value}:{about}:{account_id.hex}",
            account_id=account_id,
            case_id=case_id,
            kind=kind,
            act=shown.value if shown is not None else "",
            actor_id=_actor(work, seat) if shown is not None else None,
            about_id=_id_in(about),
            room=room,
            at=work.now,
            mailed_at=work.now if kind in TOLD_AT_ONCE else None,
        )
        add_tiding(work.session, tiding)
        told.append(account_id)
    return told


def _let_in(work: UnitOfWork) -> tuple[UUID | None, Room]:
    """Where somebody was let in at the door last."""
    if work.let_in is None:
        return None, Room.JOINT
    return work.let_in.case_id, Room(work.let_in.chain.partition(":")[2])


def _recorded(work: UnitOfWork, case_id: UUID | None) -> tuple[Act | None, Room]:
    """What this unit has written into the record last, and of which room: no more than that is told by its name."""
    for entry in reversed(work.entries):
        if case_id is not None and entry.case_id == case_id:
            act = next((act for act in TOLD_BY_NAME if act.value == entry.act), None)
            return act, Room(entry.chain.partition(":")[2])
    return None, Room.JOINT


def _hears_the_record(room: Room, seat: Participant | None) -> bool:
    return room is Room.JOINT or (seat is not None and listens(room, seat.party, seat.role))


def _reads_the_course(seat: Participant | None) -> bool:
    """Whether somebody reads in the record what was done; the desk, which has no seat, knows it from its own pages."""
    return seat is None or seat.role is Role.LEAD or seat.state is ParticipantState.CONFIRMED


def _actor(work: UnitOfWork, seat: Participant | None) -> UUID | None:
    """Who acted, for those who see who sits; an expert and the desk do not."""
    if work.actor is None or seat is None or seat.role is Role.EXPERT:
        return None
    return work.actor.account_id


def _id_in(about: str) -> UUID | None:
    try:
        return UUID(about.partition(":")[0])
    except ValueError:
        return None
