"""The record of what happened: whose chains a seat reads, and the kinds of entries one may look for."""

from __future__ import annotations

from enum import StrEnum

from dialogue.domain.people import Role, Room, Seat, rooms_of


class Kind(StrEnum):
    """What a reader of the record may be looking for."""

    ACTS = "acts"
    READINGS = "readings"
    REFUSALS = "refusals"


def chains_read_by(seat: Seat) -> frozenset[Room]:
    """The rooms whose record this seat reads: those that it hears.

    Who speaks for a party reads the joint record from the first day: there the procedure itself is written down,
    long before there are terms and a joint room.
    """
    heard = rooms_of(seat)
    if seat.role is Role.LEAD or (seat.speaks and seat.confirmed):
        return heard | {Room.JOINT}
    return heard
