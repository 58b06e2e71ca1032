"""Notes: how long they may be, who may revise one, and under which word an unsent one is kept."""

from __future__ import annotations

from uuid import UUID

from dialogue.domain.people import NOTE_ROOMS, Role, Room, Seat, rooms_of
from dialogue.errors import Unfit

LONGEST_TITLE = 150
LONGEST_BODY = 20_000
_BEGINNING = 600


def check_words(title: str, body: str) -> None:
    """Raise Unfit unless a note has a title and words, both within measure."""
    if not title.strip() or len(title) > LONGEST_TITLE:
        raise Unfit("note_title")
    if not body.strip() or len(body) > LONGEST_BODY:
        raise Unfit("note_body")


def rooms_with_notes(seat: Seat) -> frozenset[Room]:
    """The rooms in which this seat can meet notes at all."""
    return rooms_of(seat).intersection(NOTE_ROOMS)


def may_revise(seat: Seat, room: Room, author: UUID) -> bool:
    """A note is its author's; facilitators' working notes are all facilitators', so that one can follow another."""
    return seat.account == author or (room is Room.FACILITATION and seat.role is Role.FACILITATOR)


def beginning_of(body: str) -> str:
    """What a list shows of a note: whole paragraphs up to a measure, or the first one's whole words up to it."""
    if len(body) <= _BEGINNING:
        return body
    head = body[:_BEGINNING]
    for end in ("\n\n", "\n", " "):
        if end in head:
            return head[: head.rindex(end)].rstrip()
    return head


def draft_of_new(room: Room) -> str:
    """The word under which a note for ``room`` is kept until it is sent."""
    return f"notes.write:{room.value}"


def draft_of_revision(note_id: UUID) -> str:
    """The word under which a revision is kept until it is sent."""
    return f"notes.revise:{note_id}"
