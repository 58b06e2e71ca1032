"""Recusals: somebody keeps out of an item at a meeting; it is noted for both sides, with or without a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.holding import LONGEST_REMARK, is_joint, may_recuse
from dialogue.domain.meetings import MeetingState
from dialogue.domain.people import Party, Room, Seat
from dialogue.errors import Forbidden, IllegalTransition, NotFound, OutOfDate, Unfit
from dialogue.services import audit, cases, identity, rooms, table
from dialogue.services.admission import acts_open, admit
from dialogue.services.cases import CaseHead
from dialogue.services.convening import enter_meeting, seats_at
from dialogue.services.identity import Person
from dialogue.services.rooms import Opened, Trouble
from dialogue.services.unit import UnitOfWork
from dialogue.store.agenda import find_item, items_among, items_of
from dialogue.store.cases import Case
from dialogue.store.holding import Recusal, find_recusal, recusals_at, recusals_of


@dataclass(frozen=True, slots=True)
class RecusalShown:
    """That somebody keeps out of an item at a meeting; with a ``trouble`` nobody can say who or of which.

    item_trouble   why the title of the item is not shown
    """

    id: UUID
    meeting_id: UUID
    person: Person | None = field(repr=False)
    item_id: UUID | None
    number: int
    title: str = field(repr=False)
    words: str = field(repr=False)
    said_by: Person | None = field(repr=False)
    said_at: datetime
    lifted_at: datetime | None
    trouble: Trouble | None
    item_trouble: Trouble | None
    may_lift: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody who can be noted, or an item with its number; ``words`` are empty where its title does not open."""

    id: UUID
    words: str = field(repr=False)
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Recusing:
    """Whom and of what the actor can note that somebody keeps out."""

    head: CaseHead
    meeting_id: UUID
    begins_at: datetime | None
    people: tuple[Choice, ...]
    items: tuple[Choice, ...]


def look_before(work: UnitOfWork, case_id: UUID, meeting_id: UUID) -> Recusing:
    """What the form offers: for a delegate himself, for a lead its own people, for a facilitator everybody."""
    case, seat, meeting = enter_meeting(work, case_id, meeting_id, Act.RECUSAL_SAY)
    if not is_joint(meeting.kind):
        raise NotFound(meeting_id)
    people = [one for one in seats_at(work, case, Room.JOINT) if may_recuse(seat, one)]
    names = identity.people(work, [one.account for one in people])
    items = items_of(work.session, case.id)
    words = table.open_items(work, case, items)
    audit.record(work, Act.PROGRAMME_READ, case.id, meeting.id)
    return Recusing(
        cases.head(work, case, seat),
        meeting.id,
        meeting.begins_at,
        tuple(Choice(one.account, names[one.account].name) for one in people),
        tuple(Choice(item.id, told.title, item.number) for item, told in zip(items, words, strict=True)),
    )


def say(work: UnitOfWork, case_id: UUID, meeting_id: UUID, *, account_id: UUID, item_id: UUID, words: str = "") -> UUID:
    """Note that somebody keeps out of an item at a joint meeting.

    raises   Forbidden for who is not the actor's to note, NotFound for who or what is not there
    """
    case, seat, meeting = enter_meeting(work, case_id, meeting_id, Act.RECUSAL_SAY)
    if not is_joint(meeting.kind):
        raise NotFound(meeting_id)
    if meeting.state is MeetingState.CANCELLED:
        raise IllegalTransition(meeting.state, Act.RECUSAL_SAY)
    if len(words) > LONGEST_REMARK:
        raise Unfit("recusal_words")
    person = next((one for one in seats_at(work, case, Room.JOINT) if one.account == account_id), None)
    if person is None or find_item(work.session, case.id, item_id) is None:
        raise NotFound(meeting_id)
    if not may_recuse(seat, person):
        audit.refuse(work, Act.RECUSAL_SAY, case.id)
        raise Forbidden(Act.RECUSAL_SAY)
    row = Recusal(id=uuid4(), case_id=case.id, meeting_id=meeting.id, said_by=seat.account, said_at=work.now)
    body = {
        "person": str(account_id),
        "party": person.party.value if person.party else "",
        "item": str(item_id),
        "words": words,
        **_bound_to(row),
    }
    row.sealed_body = rooms.seal(work, case, Room.JOINT, body, row.place("body", Room.JOINT))
    work.session.add(row)
    work.session.flush()
    audit.record(work, Act.RECUSAL_SAY, case.id, meeting.id, sealed=row.sealed_body)
    return row.id


def lift(work: UnitOfWork, case_id: UUID, recusal_id: UUID) -> UUID:
    """Note that somebody takes part again; what was noted stays readable. Gives the meeting.

    raises   OutOfDate where it was noted already
    """
    case, seat = admit(work, case_id, Act.RECUSAL_LIFT)
    row = find_recusal(work.session, case.id, recusal_id)
    if row is None:
        raise NotFound(recusal_id)
    if row.lifted_at is not None:
        raise OutOfDate(recusal_id)
    told = _open(work, case, [row])[0]
    if told.trouble is not None:
        raise rooms.refusal_of(told.trouble, recusal_id)
    if not _may_lift(seat, told):
        audit.refuse(work, Act.RECUSAL_LIFT, case.id)
        raise Forbidden(Act.RECUSAL_LIFT)
    row.lifted_at = work.now
    work.session.flush()
    audit.record(work, Act.RECUSAL_LIFT, case.id, row.meeting_id)
    return row.meeting_id


def on_item(work: UnitOfWork, case_id: UUID, item_id: UUID) -> tuple[RecusalShown, ...]:
    """Who keeps out of one item, at whichever meeting; what was altered may be about any item and stands at each."""
    case, seat = admit(work, case_id, Act.AGENDA_READ)
    audit.record(work, Act.PROGRAMME_READ, case.id, item_id)
    noted = _shown(work, case, seat, recusals_of(work.session, case.id))
    return tuple(one for one in noted if one.item_id == item_id or one.trouble is Trouble.BROKEN)


def at_meeting(work: UnitOfWork, case: Case, seat: Seat, meeting_id: UUID) -> tuple[RecusalShown, ...]:
    """Who keeps out of what at one meeting, for somebody who hears the joint room; for others nothing."""
    if not rooms.listens_to(seat, Room.JOINT):
        return ()
    return _shown(work, case, seat, recusals_at(work.session, case.id, meeting_id))


def _shown(work: UnitOfWork, case: Case, seat: Seat, rows: Sequence[Recusal]) -> tuple[RecusalShown, ...]:
    if not rows:
        return ()
    opened = _open(work, case, rows)
    items = {UUID(told.body["item"]) for told in opened if told.body}
    found = items_among(work.session, case.id, items)
    titles = {
        item.id: (item.number, told) for item, told in zip(found, table.open_items(work, case, found), strict=True)
    }
    named = {UUID(told.body["person"]) for told in opened if told.body}
    people = identity.people(work, named | {row.said_by for row in rows})
    may = Act.RECUSAL_LIFT in acts_open(work, case, seat)
    shown = []
    for row, told in zip(rows, opened, strict=True):
        item = UUID(told.body["item"]) if told.body else None
        number, words = titles.get(item, (0, None)) if item else (0, None)
        shown.append(
            RecusalShown(
                row.id,
                row.meeting_id,
                people.get(UUID(told.body["person"])) if told.body else None,
                item,
                number,
                words.title if words else "",
                told.body.get("words", ""),
                people.get(row.said_by),
                row.said_at,
                row.lifted_at,
                told.trouble,
                words.trouble if words else None,
                may and row.lifted_at is None and not told.trouble and _may_lift(seat, told),
            )
        )
    return tuple(shown)


def _open(work: UnitOfWork, case: Case, rows: Sequence[Recusal]) -> list[Opened]:
    places = [(row.sealed_body, row.place("body", Room.JOINT)) for row in rows]
    return [
        told if told.trouble or _bound_to(row).items() <= told.body.items() else Opened(trouble=Trouble.BROKEN)
        for row, told in zip(rows, rooms.open_all(work, case, Room.JOINT, places), strict=True)
    ]


def _may_lift(seat: Seat, told: Opened) -> bool:
    party = told.body["party"]
    person = Seat(UUID(told.body["person"]), Party(party) if party else None, seat.role, confirmed=True, bound=True)
    return may_recuse(seat, person)


def _bound_to(row: Recusal) -> dict[str, Any]:
    """What the columns in clear say, said again inside the seal."""
    return {"meeting": str(row.meeting_id), "by": str(row.said_by)}
