"""Who may do what, and when: the policy asked for every seat in every situation, and put into a few lines an act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import product
from math import prod
from typing import cast
from uuid import UUID

from dialogue.domain.acts import Act
from dialogue.domain.cases import CaseStatus, Support
from dialogue.domain.meetings import MEETING_ROOMS
from dialogue.domain.people import NOTE_ROOMS, Party, Role, Room, Seat, StaffRole
from dialogue.domain.policy import FRESH_ACTS, HOUSE_RULES, RULES, Situation, allowed

# Both parties have the same rights: what is asked for one of them holds for the other.
ONE = Party.COMPANY
OTHERS_ROOMS = frozenset({Room.UNION, Room.UNION_CAUCUS})


class Standing(IntEnum):
    """How far somebody has come who is to sit at the table; each step stands for the ones before it as well."""

    INVITED = 0
    STATED = 1
    ACCEPTED = 2
    BOUND_BEFORE = 3
    BOUND = 4


@dataclass(frozen=True, slots=True)
class Chair:
    """A kind of seat; of a party's two deputies one stands in for the lead and one does not."""

    role: Role
    stands_in: bool = False

    @property
    def of_a_party(self) -> bool:
        return self in PARTY_CHAIRS

    @property
    def standings(self) -> tuple[Standing, ...]:
        """What this kind of seat can come to; a coordinator accepts no terms and is never invited."""
        if self.role is Role.COORDINATOR:
            return (Standing.ACCEPTED,)
        return tuple(Standing) if self.of_a_party else tuple(Standing)[Standing.STATED :]


PARTY_CHAIRS = (
    Chair(Role.LEAD),
    Chair(Role.DEPUTY, stands_in=True),
    Chair(Role.DEPUTY),
    Chair(Role.DELEGATE),
    Chair(Role.ADVISER),
)
CHAIRS = (*PARTY_CHAIRS, Chair(Role.FACILITATOR), Chair(Role.EXPERT), Chair(Role.COORDINATOR))


@dataclass(frozen=True, slots=True)
class Right:
    """One line: these chairs may, in these states, on these conditions. None: it does not matter.

    standings       how far the person has come; every one of them will do
    facilitation    whether it is among the support that was asked
    technical       the same for technical input
    everyone_bound  whether every listed participant has accepted the terms in force
    keys_are_safe   whether the party has a second holder of its keys, or the one has the recovery code at hand
    """

    chairs: tuple[Chair, ...]
    statuses: frozenset[CaseStatus]
    standings: tuple[Standing, ...]
    facilitation: bool | None
    technical: bool | None
    everyone_bound: bool | None
    keys_are_safe: bool | None

    @property
    def least(self) -> Standing | None:
        """The first step from which it is open, where it stays open from there on."""
        longest = tuple(Standing)[self.standings[0] :]
        return self.standings[0] if self.standings == longest else None


@dataclass(frozen=True, slots=True)
class ActRights:
    """All lines of one act.

    room    the room that it is about; None where it is about none
    fresh   whether password and second factor are asked for anew
    """

    act: Act
    room: Room | None
    rights: tuple[Right, ...]
    fresh: bool


@dataclass(frozen=True, slots=True)
class HouseRight:
    """Who may do what stands outside any case: people of the parties, and each role of the staff."""

    act: Act
    parties: bool
    staff: tuple[StaffRole, ...]
    fresh: bool


# The rooms that an act can be about. One that needs a room and stands here nowhere is asked for all of them.
ABOUT: dict[Act, tuple[Room, ...]] = {
    Act.REQUEST_READ: (Room.DRAFTING, Room.REQUEST),
    Act.REQUEST_EDIT: (Room.DRAFTING,),
    Act.REQUEST_COMMENT: (Room.DRAFTING,),
    Act.ATTENDANT_READ: (Room.LOGISTICS,),
    Act.ATTENDANT_ENTER: (Room.LOGISTICS,),
    Act.ATTENDANT_END: (Room.LOGISTICS,),
    Act.MEETING_READ: MEETING_ROOMS,
    Act.MEETING_PROPOSE: MEETING_ROOMS,
    Act.MEETING_EDIT: MEETING_ROOMS,
    Act.MEETING_OFFER: MEETING_ROOMS,
    Act.MEETING_ANSWER: MEETING_ROOMS,
    Act.MEETING_CONFIRM: MEETING_ROOMS,
    Act.MEETING_CANCEL: MEETING_ROOMS,
    Act.MEETING_KEEP: MEETING_ROOMS,
    Act.MEETING_ABSENT: MEETING_ROOMS,
    Act.MEETING_COME: MEETING_ROOMS,
    Act.MEETING_HOLD: MEETING_ROOMS,
    Act.MEETING_BOOK: (Room.LOGISTICS,),
    Act.INPUT_READ: (Room.INPUT,),
    Act.HELP_READ: (Room.LOGISTICS,),
    Act.TERMS_READ: (Room.TERMS,),
    Act.TERMS_ACCEPT: (Room.TERMS,),
    Act.REGISTER_READ: (Room.LOGISTICS, Room.COMPANY_CAUCUS, Room.UNION_CAUCUS),
    Act.REGISTER_KEEP: (Room.LOGISTICS, Room.COMPANY_CAUCUS, Room.UNION_CAUCUS),
    Act.NOTE_READ: NOTE_ROOMS,
    Act.NOTE_WRITE: NOTE_ROOMS,
    Act.NOTE_REVISE: NOTE_ROOMS,
    Act.RELEASE_ASK: NOTE_ROOMS,
    Act.RELEASE_APPROVE: NOTE_ROOMS,
    Act.RELEASE_KEEP: NOTE_ROOMS,
    Act.DOCUMENT_READ: NOTE_ROOMS,
    Act.DOCUMENT_TAKE: NOTE_ROOMS,
    Act.DOCUMENT_ADD: NOTE_ROOMS,
    Act.DOCUMENT_REVISE: NOTE_ROOMS,
    Act.DOCUMENT_ASK: NOTE_ROOMS,
    Act.DOCUMENT_RELEASE: NOTE_ROOMS,
    Act.DOCUMENT_KEEP: NOTE_ROOMS,
}

_CONDITIONS = ("facilitation", "technical", "everyone_bound", "keys_are_safe")
_Point = tuple[int, ...]
_Box = tuple[frozenset[int], ...]


def seat_of(chair: Chair, standing: Standing) -> Seat:
    """A person on that chair who has come that far."""
    return Seat(
        UUID(int=1),
        ONE if chair.of_a_party else None,
        chair.role,
        confirmed=standing >= Standing.ACCEPTED,
        bound=standing is Standing.BOUND,
        undertook=standing >= Standing.BOUND_BEFORE,
        stated=standing >= Standing.STATED,
        stands_in=chair.stands_in,
    )


@lru_cache(maxsize=1)
def table() -> tuple[ActRights, ...]:
    """Every act of a case, in the order of the acts, with all its lines; a room in which nobody may is left out."""
    found = (_rights(act, room) for act in Act if act in RULES for room in _rooms(act))
    return tuple(one for one in found if one.rights)


@lru_cache(maxsize=1)
def house() -> tuple[HouseRight, ...]:
    """Every act outside a case."""
    return tuple(
        HouseRight(
            act,
            HOUSE_RULES[act](frozenset()),
            tuple(role for role in StaffRole if HOUSE_RULES[act](frozenset({role}))),
            act in FRESH_ACTS,
        )
        for act in Act
        if act in HOUSE_RULES
    )


def needs_a_room(act: Act) -> bool:
    """Whether nobody may do it, in no situation, without naming a room."""
    return not any(_points(act, None, chair, status) for chair in CHAIRS for status in CaseStatus)


def _rooms(act: Act) -> Sequence[Room | None]:
    if act in ABOUT:
        return [room for room in ABOUT[act] if room not in OTHERS_ROOMS]
    return [room for room in Room if room not in OTHERS_ROOMS] if needs_a_room(act) else [None]


def _rights(act: Act, room: Room | None) -> ActRights:
    lines: dict[tuple[frozenset[CaseStatus], _Box], list[Chair]] = {}
    for chair in CHAIRS:
        for line in _lines(act, room, chair):
            lines.setdefault(line, []).append(chair)
    rights = tuple(_right(tuple(chairs), statuses, box) for (statuses, box), chairs in lines.items())
    return ActRights(act, room, rights, act in FRESH_ACTS)


def _lines(act: Act, room: Room | None, chair: Chair) -> Iterator[tuple[frozenset[CaseStatus], _Box]]:
    """For one chair: the states that are alike, each group with the conditions under which it is open."""
    alike: dict[frozenset[_Point], set[CaseStatus]] = {}
    for status in CaseStatus:
        if points := _points(act, room, chair, status):
            alike.setdefault(points, set()).add(status)
    for points, statuses in alike.items():
        for box in _boxes(points):
            yield frozenset(statuses), (_without_end(chair, box[0]), *box[1:])


def _points(act: Act, room: Room | None, chair: Chair, status: CaseStatus) -> frozenset[_Point]:
    """Every situation in which the chair may."""
    return frozenset(
        (standing.value, *map(int, flags))
        for standing in chair.standings
        for flags in _open(act, room, seat_of(chair, standing), status, {})
    )


def _open(
    act: Act, room: Room | None, seat: Seat, status: CaseStatus, known: Mapping[str, bool]
) -> Iterator[tuple[bool, ...]]:
    """The combinations of conditions in which it is open. What the rule does not look at is not asked twice."""
    now = _Watched(status, room, known)
    is_open = allowed(act, seat, cast(Situation, now))
    if fresh := now.looked_at - set(known):
        condition = min(fresh)
        for value in (False, True):
            yield from _open(act, room, seat, status, {**known, condition: value})
    elif is_open:
        free = [name for name in _CONDITIONS if name not in known]
        for values in product((False, True), repeat=len(free)):
            whole = {**known, **dict(zip(free, values, strict=True))}
            yield tuple(whole[name] for name in _CONDITIONS)


class _Watched:
    """A situation that notes what a rule looks at; what is not known yet counts as true."""

    def __init__(self, status: CaseStatus, room: Room | None, known: Mapping[str, bool]) -> None:
        self.status, self.room = status, room
        self.looked_at: set[str] = set()
        self._known = known

    @property
    def support(self) -> frozenset[Support]:
        asked = {Support.FACILITATION: self._look("facilitation"), Support.TECHNICAL_INPUT: self._look("technical")}
        return frozenset(kind for kind, is_asked in asked.items() if is_asked)

    @property
    def everyone_bound(self) -> bool:
        return self._look("everyone_bound")

    @property
    def at_risk(self) -> bool:
        return not self._look("keys_are_safe")

    def _look(self, condition: str) -> bool:
        self.looked_at.add(condition)
        return self._known.get(condition, True)


def _boxes(points: frozenset[_Point]) -> list[_Box]:
    """The same situations as few products of conditions: each one part that does not depend on another."""
    sides = tuple(frozenset(values) for values in zip(*points, strict=True))
    if prod(map(len, sides)) == len(points):
        return [sides]
    for place, values in enumerate(sides):
        parts: dict[frozenset[_Point], set[int]] = {}
        for value in values:
            rest = frozenset(point[:place] + point[place + 1 :] for point in points if point[place] == value)
            parts.setdefault(rest, set()).add(value)
        if len(parts) > 1:
            return [
                (*box[:place], frozenset(same), *box[place:])
                for rest, same in sorted(parts.items(), key=lambda part: min(part[1]))
                for box in _boxes(rest)
            ]
    raise AssertionError("points that are no product differ in some place")


def _without_end(chair: Chair, standings: frozenset[int]) -> frozenset[int]:
    """Every standing that the chair can have counts as everything from the first signature on."""
    if not chair.of_a_party and standings == set(chair.standings):
        return frozenset(tuple(Standing)[Standing.STATED :])
    return standings


def _right(chairs: tuple[Chair, ...], statuses: frozenset[CaseStatus], box: _Box) -> Right:
    standings, *flags = box
    facilitation, technical, everyone_bound, safe = (_either(flag) for flag in flags)
    reached = tuple(sorted(Standing(value) for value in standings))
    return Right(chairs, statuses, reached, facilitation, technical, everyone_bound, safe)


def _either(flag: Iterable[int]) -> bool | None:
    values = set(flag)
    return None if len(values) > 1 else bool(values.pop())
