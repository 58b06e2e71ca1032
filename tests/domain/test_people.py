"""Who hears which room, as a table that a lawyer can read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from dialogue.domain.people import (
    ALWAYS_WITH_HISTORY,
    BEHIND_THE_TERMS,
    KINDS_OF,
    NEEDS_FACILITATION,
    OrganisationKind,
    Party,
    Role,
    Room,
    Seat,
    hears,
    rooms_of,
)

# Confirmed by both sides, and bound by the terms in force.
WHO_HEARS = """
                company company company  company union union union    union
                lead    deputy  delegate adviser lead  deputy delegate adviser facilitator expert coordinator
drafting        yes     yes     -        yes     yes   yes    -        yes     -           -      -
request         yes     yes     yes      yes     yes   yes    yes      yes     yes         -      yes
terms           yes     yes     yes      yes     yes   yes    yes      yes     yes         yes    -
logistics       yes     yes     yes      yes     yes   yes    yes      yes     yes         -      yes
joint           yes     yes     yes      yes     yes   yes    yes      yes     yes         -      -
input           yes     yes     yes      yes     yes   yes    yes      yes     yes         yes    -
company         yes     yes     yes      yes     -     -      -        -       -           -      -
union           -       -       -        -       yes   yes    yes      yes     -           -      -
company_caucus  yes     yes     yes      yes     -     -      -        -       yes         -      -
union_caucus    -       -       -        -       yes   yes    yes      yes     yes         -      -
facilitation    -       -       -        -       -     -      -        -       yes         -      -
"""

# What a company's people and the ILO's hear on the way to the table.
#   entered    confirmed by both, has not accepted the terms
#   renewing   has accepted earlier terms, not yet those in force
#   stated     stated by the own lead, not accepted by the other side
ON_THE_WAY = """
                entered renewing stated   stated   entered     renewing    stated      entered
                lead    delegate lead     delegate facilitator facilitator facilitator expert
drafting        yes     -        yes      -        -           -           -           -
request         yes     yes      -        -        yes         yes         yes         -
terms           yes     yes      -        -        yes         yes         -           yes
logistics       yes     yes      -        -        yes         yes         -           -
joint           -       yes      -        -        -           yes         -           -
input           -       yes      -        -        -           yes         -           -
company         yes     yes      yes      yes      -           -           -           -
union           -       -        -        -        -           -           -           -
company_caucus  -       yes      -        -        -           yes         -           -
union_caucus    -       -        -        -        -           yes         -           -
facilitation    -       -        -        -        -           yes         -           -
"""


def sit(role: str, party: str | None, standing: str = "bound") -> Seat:
    return Seat(
        UUID(int=1),
        Party(party) if party else None,
        Role(role),
        confirmed=standing != "stated",
        bound=standing == "bound",
        undertook=standing in {"bound", "renewing"},
    )


def rooms_in(lines: list[list[str]], column: int) -> set[str]:
    assert {line[0] for line in lines} == {room.value for room in Room}
    return {line[0] for line in lines if line[column + 1] == "yes"}


def test_who_hears_which_room() -> None:
    parties, roles, *lines = [line.split() for line in WHO_HEARS.strip("\n").splitlines()]
    for column, role in enumerate(roles):
        party = parties[column] if column < len(parties) else None
        assert {room.value for room in rooms_of(sit(role, party))} == rooms_in(lines, column), (party, role)


def test_what_is_heard_on_the_way_to_the_table() -> None:
    standings, roles, *lines = [line.split() for line in ON_THE_WAY.strip("\n").splitlines()]
    for column, (standing, role) in enumerate(zip(standings, roles, strict=True)):
        party = None if role in {"facilitator", "expert"} else "company"
        seat = sit(role, party, standing)
        assert {room.value for room in rooms_of(seat)} == rooms_in(lines, column), (standing, role)


def test_no_room_is_for_both_a_party_alone_and_the_other() -> None:
    for party in Party:
        for role in (Role.LEAD, Role.DEPUTY, Role.DELEGATE, Role.ADVISER):
            heard = {room.value for room in rooms_of(sit(role.value, party.value))}
            assert not heard & {party.other.value, f"{party.other.value}_caucus", "facilitation"}


def test_a_seat_with_an_end_date_ends_on_its_day() -> None:
    end = datetime(2026, 12, 1, tzinfo=UTC)
    adviser = Seat(UUID(int=1), Party.UNION, Role.ADVISER, confirmed=True, bound=True, until=end)

    assert not adviser.is_over(end - timedelta(seconds=1))
    assert adviser.is_over(end)


@pytest.mark.parametrize("role", Role)
def test_only_lead_and_deputy_speak_for_their_party(role: Role) -> None:
    party = Party.UNION if role in {Role.LEAD, Role.DEPUTY, Role.DELEGATE, Role.ADVISER} else None
    seat = Seat(UUID(int=1), party, role, confirmed=True, bound=True)

    assert seat.speaks is (role.value in {"lead", "deputy"})


def test_the_rooms_that_stand_apart() -> None:
    assert {room.value for room in ALWAYS_WITH_HISTORY} == {"drafting", "request", "terms"}
    assert {room.value for room in BEHIND_THE_TERMS} == {
        "joint",
        "input",
        "company_caucus",
        "union_caucus",
        "facilitation",
    }
    assert {room.value for room in NEEDS_FACILITATION} == {"company_caucus", "union_caucus", "facilitation"}


def test_there_are_two_parties_and_each_has_its_kinds_of_organisations() -> None:
    assert {party.value for party in Party} == {"company", "union"}
    assert KINDS_OF == {
        Party.COMPANY: (OrganisationKind.BRAND, OrganisationKind.SUPPLIER),
        Party.UNION: (OrganisationKind.UNION, OrganisationKind.FEDERATION),
    }
    assert not hears(Room.COMPANY, sit("lead", "union"))
