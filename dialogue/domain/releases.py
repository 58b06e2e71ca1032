"""Releases: what one side said in private comes before both only in the exact words that its owner lets go."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from dialogue.domain.people import CAUCUS_OF, PARTY_ROOMS, Party, Role, Room, Seat
from dialogue.errors import Unfit

LONGEST_REMARK = 3_000
CAUCUSES = frozenset(CAUCUS_OF.values())
# From these rooms something can be released into the joint room.
RELEASABLE = frozenset(PARTY_ROOMS.values()) | CAUCUSES | {Room.FACILITATION}


class ReleaseState(StrEnum):
    ASKED = "asked"
    RELEASED = "released"
    KEPT = "kept"


def party_of_room(room: Room) -> Party | None:
    """The party that owns what is said in a private room; None for the facilitators' own notes and shared rooms."""
    return next((party for party in Party if room in {PARTY_ROOMS[party], CAUCUS_OF[party]}), None)


def owns(seat: Seat, room: Room) -> bool:
    """Whether this person lets go what was said in ``room``: a party's lead or deputy, a facilitator for his own."""
    if room is Room.FACILITATION:
        return seat.role is Role.FACILITATOR
    return seat.speaks and room in RELEASABLE and seat.party is party_of_room(room)


def check_remark(remark: str) -> None:
    """Raise Unfit unless what is said with the asking is within measure."""
    if len(remark) > LONGEST_REMARK:
        raise Unfit("release_remark")


def draft_of_asking(note_id: UUID) -> str:
    """The word under which the asking for a note is kept until it is sent."""
    return f"release.ask:{note_id}"
