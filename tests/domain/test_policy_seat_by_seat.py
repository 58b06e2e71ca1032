"""Who may do what, seat by seat: for those who have come only part of the way, in every state of the dialogue.

Written by hand from the procedure. A line is an act and the states in which it is open; what stands in no line is
refused in every state. Everything else is well: all support was asked, everybody has accepted the terms, and the
party has a second holder of its keys, unless a table says otherwise.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from dialogue.domain.acts import Act
from dialogue.domain.cases import CaseStatus, Support
from dialogue.domain.people import Party, Role, Room, Seat
from dialogue.domain.policy import RULES, Situation, allowed, require
from dialogue.errors import SoleHolder

STATES = {
    "always": "draft invited requested not_taken_up preparing in_dialogue suspended concluding completed closed ended",
    "active": "preparing in_dialogue suspended concluding",
    "drafting": "draft invited",
    "seating": "draft invited requested preparing in_dialogue suspended concluding",
    "at_the_end": "completed closed ended",
    "kept": "not_taken_up closed ended",
}

# Acts about a room are asked for in this one; where a table means another, it says so behind a stroke.
ROOM_OF = {
    "request:read": "request",
    "request:edit": "drafting",
    "request:comment": "drafting",
    "terms:read": "terms",
    "terms:accept": "terms",
    "attendant:read": "logistics",
    "help:read": "logistics",
    "attendant:enter": "logistics",
    "attendant:end": "logistics",
    "input:read": "input",
    "register:read": "logistics",
    "register:keep": "logistics",
    "meeting:read": "logistics",
    "meeting:propose": "logistics",
    "meeting:edit": "logistics",
    "meeting:offer": "logistics",
    "meeting:answer": "logistics",
    "meeting:confirm": "logistics",
    "meeting:cancel": "logistics",
    "meeting:keep": "logistics",
    "meeting:absent": "logistics",
    "meeting:come": "logistics",
    "meeting:book": "logistics",
    "meeting:hold": "logistics",
    "note:read": "joint",
    "note:write": "joint",
    "note:revise": "joint",
    "release:ask": "company_caucus",
    "release:approve": "company_caucus",
    "release:keep": "company_caucus",
    "document:read": "joint",
    "document:take": "joint",
    "document:add": "joint",
    "document:revise": "joint",
    "document:ask": "company_caucus",
    "document:release": "company_caucus",
    "document:keep": "company_caucus",
}
OWN_ROOM = "draft invited requested preparing in_dialogue suspended concluding completed ended"

# Somebody has followed an invitation and nobody has signed for him yet: a mailbox is proved, no more.
INVITED_LEAD = """
case:read          always
case:label         always
participant:read   always
draft:save         always
case:decline       invited
"""
INVITED_OF_A_PARTY = """
case:read          always
case:label         always
participant:read   always
draft:save         always
"""
INVITED_EXPERT = """
case:read          always
case:label         always
draft:save         always
"""

# The first lead, while the other one has not accepted him yet: he prepares, and binds nobody.
LEAD_NOT_ACCEPTED = f"""
case:read          always
case:label         always
search:read        always
case:invite        draft
case:withdraw      drafting
case:decline       invited
case:begin         preparing
case:leave         requested active
case:close         completed
case:follow        not_taken_up completed closed ended
case:export        always
retention:read     kept
retention:see      kept
request:read|drafting  always
request:edit       drafting
request:comment    drafting
participant:read   always
participant:list   drafting active
participant:remove seating
organisation:leave seating
seat:state         seating
seat:accept        seating
seat:ask           seating
seat:answer        seating
deputy:let         seating
facilitator:propose active
keys:confirm       active
draft:save         always
joint_act:withdraw always
notice:read        at_the_end
notice:agree       at_the_end
note:read|company  always
document:read|company  always
document:take|company  always
note:write|company {OWN_ROOM}
document:add|company  {OWN_ROOM}
note:revise|company {OWN_ROOM}
document:revise|company  {OWN_ROOM}
record:read        always
record:export      always
"""

# Of the delegation and not accepted by the other side: at home in the own room, and nowhere else.
DELEGATE_NOT_ACCEPTED = f"""
case:read          always
case:label         always
search:read        always
case:begin         preparing
participant:read   always
draft:save         always
note:read|company  always
document:read|company  always
document:take|company  always
note:write|company {OWN_ROOM}
document:add|company  {OWN_ROOM}
note:revise|company {OWN_ROOM}
document:revise|company  {OWN_ROOM}
record:read        always
record:export      always
retention:read     kept
"""

# Accepted by the other side, the terms of confidentiality still unread.
NEWCOMER = f"""
case:read          always
case:label         always
search:read        always
case:begin         preparing
request:read       always
participant:read   always
attendant:read     always
register:read      always
help:read          always
terms:read         always
terms:accept       active
draft:save         always
note:read|company  always
document:read|company  always
document:take|company  always
note:write|company {OWN_ROOM}
document:add|company  {OWN_ROOM}
note:revise|company {OWN_ROOM}
document:revise|company  {OWN_ROOM}
record:read        always
record:export      always
meeting:read       always
meeting:answer     preparing
meeting:absent     active completed
meeting:come       active completed
retention:read     kept
"""

# Full member of the delegation, bound by the terms, who does not stand in for the lead: takes part and says nothing
# in the party's name.
DEPUTY_BESIDE_THE_LEAD = f"""
case:read          always
case:label         always
search:read        always
case:begin         preparing
request:read       always
request:read|drafting  always
request:edit       drafting
request:comment    drafting
participant:read   always
attendant:read     always
register:read      always
register:read|company_caucus always
help:read          always
deputy:stand_in    seating
input:read         always
terms:read         always
terms:accept       active
agenda:read        always
programme:read     always
summary:read       always
paper:read         always
recusal:say        in_dialogue concluding completed
recusal:lift       in_dialogue concluding completed
summary:amend      in_dialogue concluding completed
joint_act:read     always
outcome:read       always
commitment:read    always
outcome:export     always
disclosure:read    always
draft:save         always
note:read          always
document:read  always
document:take  always
note:write         in_dialogue concluding completed
document:add  in_dialogue concluding completed
note:revise        in_dialogue concluding completed
document:revise  in_dialogue concluding completed
note:read|company  always
document:read|company  always
document:take|company  always
note:write|company {OWN_ROOM}
document:add|company  {OWN_ROOM}
note:revise|company {OWN_ROOM}
document:revise|company  {OWN_ROOM}
note:read|company_caucus  always
document:read|company_caucus  always
document:take|company_caucus  always
note:write|company_caucus in_dialogue suspended concluding completed
document:add|company_caucus  in_dialogue suspended concluding completed
note:revise|company_caucus in_dialogue suspended concluding completed
document:revise|company_caucus  in_dialogue suspended concluding completed
record:read        always
record:export      always
meeting:read       always
meeting:answer     preparing in_dialogue concluding completed
meeting:absent     active completed
meeting:come       active completed
meeting:read|company_caucus   always
meeting:answer|company_caucus in_dialogue concluding completed
meeting:absent|company_caucus active completed
meeting:come|company_caucus   active completed
retention:read     kept
"""

# Named and not yet accepted by both leads: reads what is asked, and says which interests there are.
PROPOSED_FACILITATOR = """
case:read          always
case:label         always
search:read        always
case:begin         preparing
request:read       always
participant:read   always
facilitator:declare active
facilitator:leave  active
draft:save         always
record:read        always
record:export      always
retention:read     kept
"""

# The office: by reference, state and date, and never what is said.
COORDINATOR = """
case:read          always
case:label         always
search:read        always
case:begin         preparing
case:take_up       requested
case:return        requested
case:not_take_up   requested
request:read       always
participant:read   always
seat:vouch         requested active
facilitator:propose active
expert:suggest     in_dialogue
attendant:read     always
register:read      always
help:read          always
attendant:enter    active
attendant:end      active
draft:save         always
notice:read        at_the_end
notice:prepare     at_the_end
notice:send        at_the_end
help:answer        completed
meeting:read       always
meeting:book       active completed
"""

# Answers one question, and sees nothing else.
EXPERT = """
case:read          always
case:label         always
search:read        always
case:begin         preparing
attendant:read     -
input:read         always
question:answer    in_dialogue concluding
question:decline   active
terms:read         always
terms:accept       active
draft:save         always
"""

PERSON = Seat(UUID(int=1), Party.COMPANY, Role.DELEGATE, confirmed=False, bound=False, stands_in=False)
OF_THE_ILO = replace(PERSON, party=None)
TABLES: dict[str, tuple[str, list[Seat]]] = {
    "a lead who was invited": (INVITED_LEAD, [replace(PERSON, role=Role.LEAD, stated=False)]),
    "others who were invited": (
        INVITED_OF_A_PARTY,
        [
            *(replace(PERSON, role=role, stated=False) for role in (Role.DEPUTY, Role.DELEGATE, Role.ADVISER)),
            replace(OF_THE_ILO, role=Role.FACILITATOR, stated=False),
        ],
    ),
    "an expert who was invited": (INVITED_EXPERT, [replace(OF_THE_ILO, role=Role.EXPERT, stated=False)]),
    "a lead not accepted yet": (LEAD_NOT_ACCEPTED, [replace(PERSON, role=Role.LEAD)]),
    "a delegate not accepted yet": (
        DELEGATE_NOT_ACCEPTED,
        [PERSON, replace(PERSON, role=Role.ADVISER)],
    ),
    "a newcomer": (NEWCOMER, [replace(PERSON, confirmed=True)]),
    "a deputy beside the lead": (
        DEPUTY_BESIDE_THE_LEAD,
        [replace(PERSON, role=Role.DEPUTY, confirmed=True, bound=True, undertook=True)],
    ),
    "a proposed facilitator": (PROPOSED_FACILITATOR, [replace(OF_THE_ILO, role=Role.FACILITATOR)]),
    "a coordinator": (COORDINATOR, [replace(OF_THE_ILO, role=Role.COORDINATOR, confirmed=True)]),
    "an expert": (EXPERT, [replace(OF_THE_ILO, role=Role.EXPERT, confirmed=True, bound=True, undertook=True)]),
}

# What a party does not do while one person alone holds its keys and has not shown the recovery code since.
RESTS_WHILE_KEYS_ARE_AT_RISK = {
    "agenda:propose",
    "agenda:admit",
    "wording:propose",
    "position:record",
    "note:write",
    "note:revise",
    "document:add",
    "document:revise",
    "summary:amend",
    "summary:approve",
    "paper:propose",
    "paper:agree",
    "joint_act:propose",
    "joint_act:confirm",
    "outcome:assemble",
    "outcome:sign",
    "addendum:assemble",
    "addendum:sign",
    "frame:word",
    "frame:stand",
    "statement:word",
    "statement:stand",
    "question:propose",
    "question:put",
    "terms:propose",
    "terms:agree",
}

# What does not exist unless it was asked for (R3), for whoever could do it otherwise.
NEEDS_FACILITATION = {"facilitator:propose", "release:ask", "release:approve", "release:keep"} | {
    "document:ask",
    "document:release",
    "document:keep",
}
NEEDS_TECHNICAL_INPUT = {"expert:suggest", "question:propose", "question:put"}


def lines(table: str) -> dict[tuple[str, str | None], set[str]]:
    """For each act and its room the states in which it is open."""
    told = {}
    for line in table.strip().splitlines():
        what, *when = line.split()
        act, _, room = what.partition("|")
        states = " ".join(STATES.get(word, word) for word in when if word != "-")
        told[act, room or ROOM_OF.get(act)] = set(states.split())
    return told


@pytest.mark.parametrize("who", TABLES)
def test_seat_by_seat_in_every_state(who: str) -> None:
    table, seats = TABLES[who]
    told = lines(table)
    assert {act for act, _ in told} <= {act.value for act in Act}
    assert set().union(*told.values()) <= {status.value for status in CaseStatus}
    for seat in seats:
        for act in RULES:
            for room in {ROOM_OF.get(act.value), *(room for told_act, room in told if told_act == act.value)}:
                expected = told.get((act.value, room), set())
                open_in = {status.value for status in CaseStatus if allowed(act, seat, well(status, room))}
                assert open_in == expected, (who, seat.role.value, act.value, room)


def test_while_one_person_alone_holds_a_partys_keys_it_says_nothing_new() -> None:
    lead = Seat(UUID(int=1), Party.UNION, Role.LEAD, confirmed=True, bound=True, undertook=True)
    rests = set()
    for status in CaseStatus:
        for act in RULES:
            now = well(status, ROOM_OF.get(act.value))
            if allowed(act, lead, now) and not allowed(act, lead, replace(now, at_risk=True)):
                rests.add(act.value)
                with pytest.raises(SoleHolder):
                    require(act, lead, replace(now, at_risk=True))
    assert rests == RESTS_WHILE_KEYS_ARE_AT_RISK


@pytest.mark.parametrize(
    ("without", "rests"),
    [(Support.FACILITATION, NEEDS_FACILITATION), (Support.TECHNICAL_INPUT, NEEDS_TECHNICAL_INPUT)],
)
def test_what_was_not_asked_does_not_exist(without: Support, rests: set[str]) -> None:
    gone = set()
    for role in (Role.LEAD, Role.FACILITATOR, Role.COORDINATOR, Role.EXPERT):
        party = Party.COMPANY if role is Role.LEAD else None
        seat = Seat(UUID(int=1), party, role, confirmed=True, bound=True, undertook=True)
        for status in CaseStatus:
            for act in RULES:
                now = well(status, ROOM_OF.get(act.value))
                less = replace(now, support=frozenset(Support) - {without})
                if allowed(act, seat, now) and not allowed(act, seat, less):
                    gone.add(act.value)
    assert gone == rests


def well(status: CaseStatus, room: str | None) -> Situation:
    return Situation(status, frozenset(Support), everyone_bound=True, room=Room(room) if room else None)
