"""Seats that do not speak at the moment: a deputy in the lead's presence, a party at risk, a list out of its days."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from dialogue.domain.acts import Act
from dialogue.domain.cases import CaseStatus, Support
from dialogue.domain.facilitators import Qualified
from dialogue.domain.people import Party, Role, Room, Seat
from dialogue.domain.policy import Situation, allowed, require
from dialogue.errors import SoleHolder

# In dialogue, everybody bound. resting: the lead neither says so nor is away. at_risk: one holder of the keys is left,
# and the recovery code was not typed since; what is not listed there is as it was.
WHO_SPEAKS = """
                     lead deputy resting lead_at_risk
agenda:propose       yes  yes    -       -
agenda:admit         yes  yes    -       -
wording:propose      yes  yes    -       -
position:record      yes  yes    -       -
joint_act:propose    yes  yes    -       -
joint_act:confirm    yes  yes    -       -
terms:propose        yes  yes    -       -
terms:agree          yes  yes    -       -
question:propose     yes  yes    -       -
question:put         yes  yes    -       -
note:write           yes  yes    yes     -
note:read            yes  yes    yes     yes
agenda:read          yes  yes    yes     yes
participant:list     yes  yes    -       yes
participant:remove   yes  yes    -       yes
seat:state           yes  yes    -       yes
seat:accept          yes  yes    -       yes
lead:succeed         yes  yes    -       yes
keys:confirm         yes  yes    -       yes
deputy:let           yes  -      -       yes
deputy:stand_in      -    yes    yes     -
facilitator:accept   yes  yes    -       yes
case:leave           yes  yes    -       yes
"""

ON_THE_LIST = """
                          before first between last after
no_days                   yes    yes   yes     yes  yes
from_the_first            -      yes   yes     yes  yes
until_the_last            yes    yes   yes     yes  -
from_the_first_to_last    -      yes   yes     yes  -
"""
FIRST, LAST = date(2026, 3, 1), date(2026, 9, 30)
DAYS = {
    "before": date(2026, 2, 28),
    "first": FIRST,
    "between": date(2026, 6, 1),
    "last": LAST,
    "after": date(2026, 10, 1),
}
TOLD = {
    "no_days": Qualified(),
    "from_the_first": Qualified(begins=FIRST),
    "until_the_last": Qualified(ends=LAST),
    "from_the_first_to_last": Qualified(begins=FIRST, ends=LAST),
}


def seat(who: str) -> Seat:
    role = Role.LEAD if who.startswith("lead") else Role.DEPUTY
    return Seat(UUID(int=1), Party.COMPANY, role, True, True, stands_in=who != "resting")


def situation(who: str) -> Situation:
    return Situation(
        CaseStatus.IN_DIALOGUE,
        frozenset(Support),
        everyone_bound=True,
        room=Room.COMPANY,
        at_risk=who == "lead_at_risk",
    )


def test_who_speaks_for_a_party_now() -> None:
    heading, *lines = [line.split() for line in WHO_SPEAKS.strip().splitlines()]
    for act, *cells in lines:
        for who, told in zip(heading, cells, strict=True):
            assert allowed(Act(act), seat(who), situation(who)) is (told == "yes"), (act, who)


def test_a_party_at_risk_is_told_what_is_in_the_way() -> None:
    with pytest.raises(SoleHolder):
        require(Act.POSITION_RECORD, seat("lead"), situation("lead_at_risk"))


def test_on_which_days_somebody_is_qualified() -> None:
    heading, *lines = [line.split() for line in ON_THE_LIST.strip().splitlines()]
    for what, *cells in lines:
        for day, told in zip(heading, cells, strict=True):
            assert TOLD[what].on(DAYS[day]) is (told == "yes"), (what, day)
