"""What earlier acts have left to whoever holds the keys: wraps for newcomers, and what is on the table, sealed anew."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from dialogue.crypto.sealing import epoch_of
from dialogue.domain.meetings import MEETING_ROOMS, kinds_heard
from dialogue.domain.people import ALWAYS_WITH_HISTORY, Room, Seat, rooms_of
from dialogue.errors import Locked
from dialogue.services import rooms, statements
from dialogue.services.unit import UnitOfWork
from dialogue.store.agenda import current_positions, current_translations, current_wordings, items_of, texts_of
from dialogue.store.base import InRoom
from dialogue.store.cases import Case, lock_case
from dialogue.store.meetings import answers_of, bookings_of, open_dates_of, open_meetings, voices_of
from dialogue.store.outcomes import newest_wishes
from dialogue.store.questions import open_questions
from dialogue.store.rooms import DueWrap, due_wraps, rooms_in_use


def welcome(work: UnitOfWork, case: Case, account_id: UUID) -> None:
    """Note what a newcomer waits for, and give at once what the actor can give."""
    rooms.forget(work, case.id)
    seat = next((seat for seat, _ in rooms.seats_now(work, case) if seat.account == account_id), None)
    heard = rooms_of(seat) if seat is not None else frozenset()
    standing = statements.standings(work, case.id).people.get(account_id)
    in_use = rooms_in_use(work.session, case.id)
    present = {(due.room, due.account_id) for due in due_wraps(work.session, case.id)}
    for room in sorted(heard & in_use):
        due = room in TABLES or (standing is not None and standing.may_have_history(room))
        if due and (room, account_id) not in present:
            work.session.add(DueWrap(case_id=case.id, room=room, account_id=account_id, asked_at=work.now))
    work.session.flush()
    fulfil(work, case)


def remember(work: UnitOfWork, case: Case, seat: Seat) -> None:
    """In a unit that reads: leave the fulfilling to its short writing unit, where something waits for this seat."""
    if not due_for(work, case, seat):
        return

    def duty(later: UnitOfWork) -> None:
        fresh = lock_case(later.session, case.id)
        if fresh is not None:
            fulfil(later, fresh)

    work.afterwards.append(duty)


def due_for(work: UnitOfWork, case: Case, seat: Seat) -> list[DueWrap]:
    """What others wait for and this seat could give."""
    heard = rooms_of(seat)
    return [due for due in due_wraps(work.session, case.id) if due.room in heard and due.account_id != seat.account]


def fulfil(work: UnitOfWork, case: Case) -> None:
    """Give everybody who waits what the actor holds and the statements allow."""
    waiting = due_wraps(work.session, case.id)
    if not waiting:
        return
    own = work.person.account_id
    for room in sorted({due.room for due in waiting}):
        try:
            members = rooms.members_now(work, case, room)
        except Locked:
            continue
        if own not in members:
            continue
        people = statements.standings(work, case.id).people
        for due in [due for due in waiting if due.room is room]:
            if due.account_id not in members:
                continue
            standing = people.get(due.account_id)
            if room in ALWAYS_WITH_HISTORY or (standing is not None and standing.may_have_history(room)):
                if not rooms.holds_all(work, case, room):
                    continue
                rooms.share_history(work, case, room, due.account_id)
            elif room not in TABLES or not _lay_the_table(work, case, room):
                continue
            work.session.delete(due)
    work.session.flush()


def _of_the_joint_room(work: UnitOfWork, case: Case) -> list[InRoom]:
    """The agenda and the words around the record, the wordings with their translations, the positions, the wishes."""
    return [
        *items_of(work.session, case.id),
        *texts_of(work.session, case.id),
        *newest_wishes(work.session, case.id),
        *current_wordings(work.session, case.id),
        *current_translations(work.session, case.id),
        *current_positions(work.session, case.id),
    ]


def _of_the_input_room(work: UnitOfWork, case: Case) -> list[InRoom]:
    """The question that waits; the expert who comes for it reads nothing else of the room's past."""
    return list(open_questions(work.session, case.id))


def _of_meetings(room: Room) -> Callable[[UnitOfWork, Case], list[InRoom]]:
    """The meetings that are still to come, with the answers that count and the ground that is booked."""

    def on_the_table(work: UnitOfWork, case: Case) -> list[InRoom]:
        kinds = kinds_heard({room})
        ids = [meeting.id for meeting in open_meetings(work.session, case.id, kinds)]
        dates = [offered.id for offered in open_dates_of(work.session, ids)]
        return [
            *open_meetings(work.session, case.id, kinds),
            *answers_of(work.session, dates),
            *voices_of(work.session, ids),
            *bookings_of(work.session, ids),
        ]

    return on_the_table


TABLES: dict[Room, Callable[[UnitOfWork, Case], list[InRoom]]] = {
    Room.JOINT: _of_the_joint_room,
    Room.INPUT: _of_the_input_room,
    **{room: _of_meetings(room) for room in MEETING_ROOMS},
}


def _lay_the_table(work: UnitOfWork, case: Case, room: Room) -> bool:
    """Seal what is on the table of a room anew for everybody who hears it now."""
    newest = rooms.newest_key(work, case, room)
    on_the_table = TABLES[room](work, case)
    old = [row for row in on_the_table if epoch_of(row.sealed_body) != newest.epoch]  # type: ignore[attr-defined]
    places = [row.place("body", room) for row in old]
    sealed = [row.sealed_body for row in old]  # type: ignore[attr-defined]
    opened = rooms.open_all(work, case, room, list(zip(sealed, places, strict=True)))
    if any(found.trouble is rooms.Trouble.LOCKED for found in opened):
        return False
    for row, place, found in zip(old, places, opened, strict=True):
        if found.trouble is None:
            row.sealed_body = rooms.seal(work, case, room, found.body, place)  # type: ignore[attr-defined]
    return True
