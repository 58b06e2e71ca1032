"""Telling people in the application that something has happened: in the act's own transaction, and without a word."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.people import Role, Room
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
    act, told_of, happened = _let_in(work)
    # The answer to an invitation names no case: nothing ties it to what was declined.
    case_id = None if kind is TidingKind.DECLINED else case_id or told_of
    room = room or happened
    seats = rooms.rows_of(work, case_id) if case_id is not None else {}
    told = []
    for account_id in accounts:
        seat = seats.get(account_id)
        if seat is not None and not may_be_told(room, seat.party, seat.role):
            continue
        shown = act if act in TOLD_BY_NAME and kind is TidingKind.WAITING and _reads_the_course(seat) else None
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


def _let_in(work: UnitOfWork) -> tuple[Act | None, UUID | None, Room]:
    """What was let in at the door last: the act, its case and its room."""
    if work.let_in is None:
        return None, None, Room.JOINT
    found: tuple[Act, UUID, Room] = work.memory["let_in"]
    return found


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
