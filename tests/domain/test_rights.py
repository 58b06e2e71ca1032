"""The table of rights says what the policy says, no more and no less, and the same for both parties."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random

import pytest

from dialogue.domain import rights
from dialogue.domain.acts import Act
from dialogue.domain.cases import ACTIVE, CaseStatus, Support
from dialogue.domain.people import Party, Role, Room, StaffRole
from dialogue.domain.policy import BY_THE_CLOCK, FRESH_ACTS, HOUSE_RULES, RULES, Situation, allowed
from dialogue.domain.record import RESOURCES, subject_of
from dialogue.domain.rights import CHAIRS, PARTY_CHAIRS, Chair, Standing, seat_of

LEAD, DEPUTY, SECOND = PARTY_CHAIRS[0], Chair(Role.DEPUTY, stands_in=True), Chair(Role.DEPUTY)
THE_OTHERS = {Room.COMPANY: Room.UNION, Room.COMPANY_CAUCUS: Room.UNION_CAUCUS}


def lines_of(act: Act, room: Room | None = None) -> tuple[rights.Right, ...]:
    return next(one.rights for one in rights.table() if one.act is act and one.room is room)


def says(right: rights.Right, chair: Chair, standing: Standing, now: Situation) -> bool:
    """Whether a line of the table opens the act in that situation, read as a person would."""
    return (
        chair in right.chairs
        and now.status in right.statuses
        and standing in right.standings
        and right.facilitation in (None, Support.FACILITATION in now.support)
        and right.technical in (None, Support.TECHNICAL_INPUT in now.support)
        and right.everyone_bound in (None, now.everyone_bound)
        and right.keys_are_safe in (None, not now.at_risk)
    )


def test_the_table_allows_exactly_what_the_policy_allows() -> None:
    draw = Random(4)
    supports = [
        frozenset(),
        frozenset({Support.FACILITATION}),
        frozenset({Support.TECHNICAL_INPUT}),
        frozenset(Support),
    ]
    opened = 0
    for one in rights.table():
        for _ in range(250):
            chair = draw.choice(CHAIRS)
            standing = draw.choice(chair.standings)
            now = Situation(
                draw.choice(list(CaseStatus)),
                draw.choice(supports),
                everyone_bound=draw.random() < 0.6,
                room=one.room,
                at_risk=draw.random() < 0.3,
            )
            told = any(says(right, chair, standing, now) for right in one.rights)
            assert told is allowed(one.act, seat_of(chair, standing), now), (one.act, chair, standing, now)
            opened += told
    assert opened > 1000


def test_every_act_stands_in_the_table_or_among_what_is_done_outside() -> None:
    assert {one.act for one in rights.table()} | {one.act for one in rights.house()} == set(Act) - BY_THE_CLOCK
    assert {one.act for one in rights.table() if one.fresh} == FRESH_ACTS & set(RULES)


def test_both_parties_have_the_same_rights() -> None:
    for act, chair in product(RULES, PARTY_CHAIRS):
        for room in {one.room for one in rights.table() if one.act is act}:
            for standing, status, well in product(chair.standings, CaseStatus, (False, True)):
                support = frozenset(Support) if well else frozenset()
                here = Situation(status, support, everyone_bound=well, room=room, at_risk=not well)
                there = replace(here, room=THE_OTHERS.get(room, room) if room else None)
                company = seat_of(chair, standing)
                union = replace(company, party=Party.UNION)
                assert allowed(act, company, here) is allowed(act, union, there), (act, chair, standing, status, room)


def test_an_act_that_is_about_a_room_says_which() -> None:
    silent = [
        act.value for act in RULES if act not in rights.ABOUT | dict.fromkeys(BY_THE_CLOCK) and rights.needs_a_room(act)
    ]

    assert silent == []


def test_what_an_act_is_about_is_known_by_its_first_word() -> None:
    assert {subject_of(act) for act in Act} >= set(RESOURCES)
    words = {act.value.partition(":")[0] for act in RULES} - {"case"}
    assert words == {word for known in RESOURCES.values() for word in known}


def test_the_position_of_a_party_is_its_leads_alone() -> None:
    [line] = lines_of(Act.POSITION_RECORD)

    assert set(line.chairs) == {LEAD, DEPUTY}
    assert line.statuses == {CaseStatus.IN_DIALOGUE}
    assert (line.least, line.everyone_bound) == (Standing.BOUND, True)


def test_leaving_is_open_to_both_leads_in_every_active_state_without_a_condition() -> None:
    [line] = lines_of(Act.CASE_LEAVE)

    assert set(line.chairs) == {LEAD, DEPUTY}
    assert line.statuses == ACTIVE | {CaseStatus.REQUESTED}
    assert (line.facilitation, line.technical, line.everyone_bound, line.keys_are_safe) == (None,) * 4


def test_the_facilitators_notes_are_the_facilitators_where_there_is_facilitation() -> None:
    [line] = lines_of(Act.NOTE_WRITE, Room.FACILITATION)

    assert line.chairs == (Chair(Role.FACILITATOR),)
    assert line.facilitation is True


@pytest.mark.parametrize(
    ("act", "parties", "staff"),
    [
        (Act.CASE_OPEN, True, ()),
        (Act.DESK_READ, False, (StaffRole.COORDINATOR,)),
        (Act.EVENT_READ, False, (StaffRole.ADMINISTRATOR,)),
        (Act.STAFF_READ, False, (StaffRole.COORDINATOR, StaffRole.ADMINISTRATOR)),
    ],
)
def test_outside_a_case(act: Act, parties: bool, staff: tuple[StaffRole, ...]) -> None:
    [right] = [one for one in rights.house() if one.act is act]

    assert (right.parties, right.staff) == (parties, staff)
    assert {one.act for one in rights.house()} == set(HOUSE_RULES)
