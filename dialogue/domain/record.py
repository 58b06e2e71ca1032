"""The record of what happened: whose chains a seat reads, and the kinds of entries one may look for."""

from __future__ import annotations

from enum import StrEnum

from dialogue.domain.people import Role, Room, Seat, rooms_of


class Kind(StrEnum):
    """What a reader of the record may be looking for."""

    ACTS = "acts"
    READINGS = "readings"
    EXPORTS = "exports"
    REFUSALS = "refusals"


class Subject(StrEnum):
    """What an entry is about."""

    COURSE = "course"
    REQUEST = "request"
    PEOPLE = "people"
    INPUT = "input"
    TERMS = "terms"
    AGENDA = "agenda"
    MEETINGS = "meetings"
    HOLDING = "holding"
    NOTES = "notes"
    TOGETHER = "together"
    OUTCOME = "outcome"
    FOLLOW_UP = "follow_up"
    NOTICE = "notice"
    RECORD = "record"


# By the first word of an act; what stands here nowhere is about the course of the dialogue itself.
RESOURCES: dict[Subject, tuple[str, ...]] = {
    Subject.REQUEST: ("request",),
    Subject.PEOPLE: (
        "participant",
        "seat",
        "history",
        "organisation",
        "attendant",
        "facilitator",
        "lead",
        "deputy",
        "keys",
    ),
    Subject.INPUT: ("input", "expert", "question"),
    Subject.TERMS: ("terms",),
    Subject.AGENDA: ("agenda", "wording", "position"),
    Subject.MEETINGS: ("meeting",),
    Subject.HOLDING: ("programme", "register", "recusal", "summary", "paper"),
    Subject.NOTES: ("note", "draft", "release", "document"),
    Subject.TOGETHER: ("joint_act", "support"),
    Subject.OUTCOME: ("outcome", "addendum", "frame", "disclosure", "statement"),
    Subject.FOLLOW_UP: ("commitment", "review", "help"),
    Subject.NOTICE: ("notice",),
    Subject.RECORD: ("record", "search", "retention", "hold"),
}


def subject_of(act: str) -> Subject:
    """What an act is about, by its first word."""
    resource = act.partition(":")[0]
    return next((subject for subject, words in RESOURCES.items() if resource in words), Subject.COURSE)


def chains_read_by(seat: Seat) -> frozenset[Room]:
    """The rooms whose record this seat reads: those that it hears.

    Who speaks for a party reads the joint record from the first day: there the procedure itself is written down,
    long before there are terms and a joint room.
    """
    heard = rooms_of(seat)
    if seat.role is Role.LEAD or (seat.speaks and seat.confirmed):
        return heard | {Room.JOINT}
    return heard
