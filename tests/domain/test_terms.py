"""What the software reads of the terms, and what stops writing while somebody has not accepted them."""

from __future__ import annotations

from uuid import UUID

import pytest

from dialogue.domain.acts import Act
from dialogue.domain.cases import CaseStatus, Support
from dialogue.domain.people import Party, Role, Room, Seat
from dialogue.domain.policy import RULES, Situation
from dialogue.domain.terms import LateJoiners, check_history_may_be_shared, check_prevailing
from dialogue.errors import NotBound, Unfit

LEAD = Seat(UUID(int=1), Party.COMPANY, Role.LEAD, confirmed=True, bound=True, undertook=True)
FACILITATOR = Seat(UUID(int=2), None, Role.FACILITATOR, confirmed=True, bound=True, undertook=True)

# Everything that adds to a room behind the terms: who, in which state, in which room.
WRITING = """
agenda:propose     lead         in_dialogue -
agenda:admit       lead         in_dialogue -
agenda:park        facilitator  in_dialogue -
agenda:resume      facilitator  in_dialogue -
agenda:withdraw    lead         in_dialogue -
agenda:reopen      lead         in_dialogue -
wording:propose    facilitator  in_dialogue -
position:record    lead         in_dialogue -
note:write         lead         in_dialogue joint
note:write         lead         in_dialogue company_caucus
note:write         facilitator  in_dialogue union_caucus
note:write         facilitator  in_dialogue facilitation
note:revise        lead         in_dialogue joint
note:write         lead         suspended   company_caucus
note:write         facilitator  suspended   facilitation
note:write         lead         concluding  joint
outcome:assemble   facilitator  concluding  -
outcome:sign       lead         concluding  -
frame:word         facilitator  concluding  -
frame:stand        lead         in_dialogue -
statement:word     facilitator  completed   -
disclosure:wish    lead         suspended   -
statement:stand    lead         completed   -
addendum:assemble  facilitator  completed   -
addendum:sign      lead         completed   -
case:complete      lead         concluding  -
"""


@pytest.mark.parametrize("line", WRITING.strip().splitlines())
def test_nothing_new_is_written_while_somebody_has_not_accepted_the_terms(line: str) -> None:
    act, who, status, where = line.split()
    room = None if where == "-" else Room(where)
    seat = LEAD if who == "lead" else FACILITATOR

    def refusal(*, everyone_bound: bool) -> object:
        situation = Situation(CaseStatus(status), frozenset(Support), everyone_bound=everyone_bound, room=room)
        return RULES[Act(act)](seat, situation)

    assert refusal(everyone_bound=True) is None
    assert refusal(everyone_bound=False) is NotBound


def test_a_partys_own_room_waits_for_nobody() -> None:
    situation = Situation(CaseStatus.IN_DIALOGUE, frozenset(Support), everyone_bound=False, room=Room.COMPANY)

    assert RULES[Act.NOTE_WRITE](LEAD, situation) is None


@pytest.mark.parametrize(("code", "fits"), [("all", True), ("fr", True), ("de", False), ("", False)])
def test_one_language_of_the_house_prevails_or_all_count_alike(code: str, fits: bool) -> None:
    if fits:
        check_prevailing(code, ("en", "fr", "es"))
        return
    with pytest.raises(Unfit):
        check_prevailing(code, ("en", "fr", "es"))


def test_what_was_written_before_stays_closed_where_the_parties_have_agreed_so() -> None:
    check_history_may_be_shared(LateJoiners.WHEN_BOTH_SHARE)
    with pytest.raises(Unfit):
        check_history_may_be_shared(LateJoiners.ON_THE_TABLE)
