"""Who sits where, and for whose ears each room is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from dialogue.errors import Unfit


class Party(StrEnum):
    """The two sides of a dialogue (R2); there is never a third."""

    COMPANY = "company"
    UNION = "union"

    @property
    def other(self) -> Party:
        return Party.UNION if self is Party.COMPANY else Party.COMPANY


class Role(StrEnum):
    """What a person does at the table."""

    LEAD = "lead"
    DEPUTY = "deputy"
    DELEGATE = "delegate"
    ADVISER = "adviser"
    FACILITATOR = "facilitator"
    EXPERT = "expert"
    COORDINATOR = "coordinator"


PARTY_ROLES = frozenset({Role.LEAD, Role.DEPUTY, Role.DELEGATE, Role.ADVISER})
SPEAKS_FOR_ITS_PARTY = frozenset({Role.LEAD, Role.DEPUTY})


class StaffRole(StrEnum):
    """What a member of the ILO's staff may be; none of them reads content by it."""

    COORDINATOR = "coordinator"
    FACILITATOR = "facilitator"
    EXPERT = "expert"
    ADMINISTRATOR = "administrator"


class OrganisationKind(StrEnum):
    """What an organisation on a side is; a company organisation is always a brand or a supplier."""

    BRAND = "brand"
    SUPPLIER = "supplier"
    UNION = "union"
    FEDERATION = "federation"


KINDS_OF: dict[Party, tuple[OrganisationKind, ...]] = {
    Party.COMPANY: (OrganisationKind.BRAND, OrganisationKind.SUPPLIER),
    Party.UNION: (OrganisationKind.UNION, OrganisationKind.FEDERATION),
}


class Room(StrEnum):
    """For whose ears something is; each room of a case has keys of its own."""

    DRAFTING = "drafting"
    REQUEST = "request"
    TERMS = "terms"
    LOGISTICS = "logistics"
    JOINT = "joint"
    INPUT = "input"
    COMPANY = "company"
    UNION = "union"
    COMPANY_CAUCUS = "company_caucus"
    UNION_CAUCUS = "union_caucus"
    FACILITATION = "facilitation"


HEARS: dict[Room, frozenset[Party | Role]] = {
    Room.DRAFTING: frozenset({Party.COMPANY, Party.UNION}),
    Room.REQUEST: frozenset({Party.COMPANY, Party.UNION, Role.FACILITATOR, Role.COORDINATOR}),
    Room.TERMS: frozenset({Party.COMPANY, Party.UNION, Role.FACILITATOR, Role.EXPERT}),
    Room.LOGISTICS: frozenset({Party.COMPANY, Party.UNION, Role.FACILITATOR, Role.COORDINATOR}),
    Room.JOINT: frozenset({Party.COMPANY, Party.UNION, Role.FACILITATOR}),
    Room.INPUT: frozenset({Party.COMPANY, Party.UNION, Role.FACILITATOR, Role.EXPERT}),
    Room.COMPANY: frozenset({Party.COMPANY}),
    Room.UNION: frozenset({Party.UNION}),
    Room.COMPANY_CAUCUS: frozenset({Party.COMPANY, Role.FACILITATOR}),
    Room.UNION_CAUCUS: frozenset({Party.UNION, Role.FACILITATOR}),
    Room.FACILITATION: frozenset({Role.FACILITATOR}),
}

# In these rooms not everybody of a party listens, only those who prepare the request.
ONLY: dict[Room, frozenset[Role]] = {Room.DRAFTING: frozenset({Role.LEAD, Role.DEPUTY, Role.ADVISER})}

ALWAYS_WITH_HISTORY = frozenset({Room.DRAFTING, Room.REQUEST, Room.TERMS})
BEHIND_THE_TERMS = frozenset(
    {Room.JOINT, Room.INPUT, Room.COMPANY_CAUCUS, Room.UNION_CAUCUS, Room.FACILITATION},
)
NEEDS_FACILITATION = frozenset({Room.COMPANY_CAUCUS, Room.UNION_CAUCUS, Room.FACILITATION})
PARTY_ROOMS: dict[Party, Room] = {Party.COMPANY: Room.COMPANY, Party.UNION: Room.UNION}
CAUCUS_OF: dict[Party, Room] = {Party.COMPANY: Room.COMPANY_CAUCUS, Party.UNION: Room.UNION_CAUCUS}
NOTE_ROOMS = (
    Room.JOINT,
    Room.COMPANY,
    Room.UNION,
    Room.COMPANY_CAUCUS,
    Room.UNION_CAUCUS,
    Room.FACILITATION,
)


@dataclass(frozen=True, slots=True)
class Seat:
    """One person's place in one case, as the policy sees it.

    confirmed   the seat is stated by its own side and accepted by the other (a facilitator: by both)
    bound       the person has accepted the terms of confidentiality in force
    undertook   the person has accepted them in this or an earlier version: what is there stays readable
    stated      somebody who may has signed for this person's key; before that an invitation was followed, no more
    stands_in   of a deputy: the lead has said so, or is away
    """

    account: UUID
    party: Party | None
    role: Role
    confirmed: bool
    bound: bool
    until: datetime | None = None
    undertook: bool = False
    stated: bool = True
    stands_in: bool = True

    @property
    def has_undertaken(self) -> bool:
        """Whether the terms of confidentiality bind this person in any version."""
        return self.bound or self.undertook

    @property
    def speaks(self) -> bool:
        """Whether this person records what the party itself says: its lead, or the deputy who stands in."""
        if self.role is Role.DEPUTY and not self.stands_in:
            return False
        return self.party is not None and self.role in SPEAKS_FOR_ITS_PARTY

    def is_over(self, now: datetime) -> bool:
        return self.until is not None and now >= self.until


def check_organisation_may_leave(standing: int, *, has_the_lead: bool) -> None:
    """Raise unless one organisation can leave its side alone.

    standing       how many organisations stand on that side, this one included
    has_the_lead   the side's lead comes from it
    """
    if standing < 2:
        raise Unfit("organisation_last")
    if has_the_lead:
        raise Unfit("organisation_of_lead")


def listens(room: Room, party: Party | None, role: Role) -> bool:
    """Whether a room is for the ears of this kind of seat at all."""
    who = HEARS[room]
    if party is None:
        return role in who
    return party in who and role in ONLY.get(room, PARTY_ROLES)


def hears(room: Room, seat: Seat) -> bool:
    """Whether this seat may be given the key of ``room`` now.

    A party's own people hear its own room as soon as their lead has stated them, and both leads hear the drafting
    room while they still confirm each other. A proposed facilitator hears the request and nothing else. Whatever
    stands behind the terms needs the undertaking; new terms leave readable what the former ones opened.
    """
    if not seat.stated or not listens(room, seat.party, seat.role):
        return False
    if room in BEHIND_THE_TERMS and not seat.has_undertaken:
        return False
    if seat.confirmed or (seat.party is not None and room is PARTY_ROOMS[seat.party]):
        return True
    if room is Room.DRAFTING:
        return seat.role is Role.LEAD
    return seat.role is Role.FACILITATOR and room is Room.REQUEST


def rooms_of(seat: Seat) -> frozenset[Room]:
    """Every room that this seat hears now."""
    return frozenset(room for room in Room if hears(room, seat))
