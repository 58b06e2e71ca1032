"""Whose signature says what about who sits where, as a table that a lawyer can read."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

import pytest

from dialogue.domain.people import Party, Role, Room, StaffRole
from dialogue.domain.seats import DeskList, Standings, Statement, StatementKind, follow, may_sign, owners_of_history

CASE = UUID(int=1)
PEOPLE = {
    "lead": (Party.COMPANY, Role.LEAD),
    "deputy": (Party.COMPANY, Role.DEPUTY),
    "delegate": (Party.COMPANY, Role.DELEGATE),
    "adviser": (Party.COMPANY, Role.ADVISER),
    "union_lead": (Party.UNION, Role.LEAD),
    "union_delegate": (Party.UNION, Role.DELEGATE),
    "facilitator": (None, Role.FACILITATOR),
}
# Known to the desk, or to nobody, but without a seat.
OTHERS = ("coordinator", "other_facilitator", "stranger")

# deputy            of the company, accepted by the union; "hopeful" below is one whom the union has not accepted
# facilitator       seated, accepted by both
# What each may sign, seen from the company's side.
WHO_MAY_SIGN = """
                               lead deputy delegate adviser union_lead union_delegate facilitator coordinator stranger
seat_a_delegate                yes  yes    -        -       -          -              -           -           -
seat_a_deputy                  yes  yes    -        -       -          -              -           -           -
seat_an_adviser                yes  yes    -        -       -          -              -           -           -
seat_another_lead              yes  yes    -        -       -          -              -           -           -
seat_a_delegate_of_the_union   -    -      -        -       yes        -              -           -           -
seat_a_lead_of_the_union       -    -      -        -       yes        -              -           -           -
accept_our_delegate            -    -      -        -       yes        -              -           -           -
accept_their_delegate          yes  yes    -        -       -          -              -           -           -
accept_the_facilitator         yes  yes    -        -       yes        -              -           -           -
remove_our_delegate            yes  yes    yes      -       -          -              -           -           -
remove_their_delegate          -    -      -        -       yes        yes            -           -           -
remove_the_facilitator         yes  yes    -        -       yes        -              yes         -           -
propose_from_the_list          yes  yes    -        -       yes        -              -           yes         -
propose_from_the_street        -    -      -        -       -          -              -           -           -
seat_an_expert                 yes  yes    -        -       yes        -              -           -           -
open_our_rooms_past            yes  yes    -        -       -          -              -           -           -
open_our_caucus_past           yes  yes    -        -       -          -              -           -           -
open_their_rooms_past          -    -      -        -       yes        -              -           -           -
open_the_joint_rooms_past      yes  yes    -        -       yes        -              -           -           -
open_to_oneself_what_was_noted -    -      -        -       -          -              -           -           -
"""

SEAT, ACCEPT, REMOVE, GRANT, TAKE_BACK = (
    StatementKind.SEAT,
    StatementKind.ACCEPT,
    StatementKind.REMOVE,
    StatementKind.GRANT_HISTORY,
    StatementKind.TAKE_BACK_HISTORY,
)
COMPANY, UNION = Party.COMPANY, Party.UNION
SAID: dict[str, tuple[StatementKind, str, Party | None, Role, Room | None]] = {
    "seat_a_delegate": (SEAT, "stranger", COMPANY, Role.DELEGATE, None),
    "seat_a_deputy": (SEAT, "stranger", COMPANY, Role.DEPUTY, None),
    "seat_an_adviser": (SEAT, "stranger", COMPANY, Role.ADVISER, None),
    "seat_another_lead": (SEAT, "stranger", COMPANY, Role.LEAD, None),
    "seat_a_delegate_of_the_union": (SEAT, "stranger", UNION, Role.DELEGATE, None),
    "seat_a_lead_of_the_union": (SEAT, "stranger", UNION, Role.LEAD, None),
    "accept_our_delegate": (ACCEPT, "delegate", COMPANY, Role.DELEGATE, None),
    "accept_their_delegate": (ACCEPT, "union_delegate", UNION, Role.DELEGATE, None),
    "accept_the_facilitator": (ACCEPT, "facilitator", None, Role.FACILITATOR, None),
    "remove_our_delegate": (REMOVE, "delegate", COMPANY, Role.DELEGATE, None),
    "remove_their_delegate": (REMOVE, "union_delegate", UNION, Role.DELEGATE, None),
    "remove_the_facilitator": (REMOVE, "facilitator", None, Role.FACILITATOR, None),
    "propose_from_the_list": (SEAT, "other_facilitator", None, Role.FACILITATOR, None),
    "propose_from_the_street": (SEAT, "stranger", None, Role.FACILITATOR, None),
    "seat_an_expert": (SEAT, "stranger", None, Role.EXPERT, None),
    "open_our_rooms_past": (GRANT, "delegate", COMPANY, Role.DELEGATE, Room.COMPANY),
    "open_our_caucus_past": (GRANT, "delegate", COMPANY, Role.DELEGATE, Room.COMPANY_CAUCUS),
    "open_their_rooms_past": (GRANT, "union_delegate", UNION, Role.DELEGATE, Room.UNION),
    "open_the_joint_rooms_past": (GRANT, "delegate", COMPANY, Role.DELEGATE, Room.JOINT),
    "open_to_oneself_what_was_noted": (GRANT, "facilitator", None, Role.FACILITATOR, Room.FACILITATION),
}

# Whose past a room's is: who must sign before a newcomer reads what was written before his time.
OWNERS = {
    "drafting": {"company", "union"},
    "request": {"company", "union"},
    "terms": {"company", "union"},
    "logistics": {"company", "union"},
    "joint": {"company", "union"},
    "input": {"company", "union"},
    "company": {"company"},
    "union": {"union"},
    "company_caucus": {"company"},
    "union_caucus": {"union"},
    "facilitation": {"facilitator"},
}


def account(name: str) -> UUID:
    return UUID(bytes=sha256(name.encode()).digest()[:16])


def key(name: str) -> bytes:
    return sha256(f"key of {name}".encode()).digest()


DESK = DeskList(
    frozenset(
        {
            (account("coordinator"), key("coordinator"), StaffRole.COORDINATOR),
            (account("facilitator"), key("facilitator"), StaffRole.FACILITATOR),
            (account("other_facilitator"), key("other_facilitator"), StaffRole.FACILITATOR),
        }
    )
)


def said(
    standings: Standings,
    by: str,
    kind: StatementKind,
    about: str,
    party: Party | None,
    role: Role,
    room: Room | None = None,
) -> Statement:
    return Statement(
        CASE,
        standings.number + 1,
        kind,
        account(about),
        key(about),
        party,
        role,
        room,
        None,
        account(by),
        key(by),
        standings.head,
    )


def after(standings: Standings, *sentences: tuple[str, StatementKind, str]) -> Standings:
    for by, kind, about in sentences:
        party, role = PEOPLE.get(about, (None, Role.FACILITATOR))
        statement = said(standings, by, kind, about, party, role)
        assert may_sign(standings, DESK, statement), (by, kind, about)
        standings = follow(standings, statement, sha256(repr(statement).encode()).digest())
    return standings


@pytest.fixture(scope="module")
def seated() -> Standings:
    """Everybody of PEOPLE sits; each was accepted by whom it needs."""
    return after(
        Standings(),
        ("lead", SEAT, "lead"),
        ("lead", SEAT, "union_lead"),
        ("union_lead", ACCEPT, "lead"),
        *[("lead", SEAT, name) for name in ("deputy", "delegate", "adviser")],
        *[("union_lead", ACCEPT, name) for name in ("deputy", "delegate", "adviser")],
        ("union_lead", SEAT, "union_delegate"),
        ("lead", ACCEPT, "union_delegate"),
        ("coordinator", SEAT, "facilitator"),
        ("lead", ACCEPT, "facilitator"),
        ("union_lead", ACCEPT, "facilitator"),
    )


def test_who_may_sign_what(seated: Standings) -> None:
    signers, *lines = [line.split() for line in WHO_MAY_SIGN.strip().splitlines()]
    assert [line[0] for line in lines] == list(SAID)
    for what, *cells in lines:
        kind, about, party, role, room = SAID[what]
        for by, told in zip(signers, cells, strict=True):
            may = may_sign(seated, DESK, said(seated, by, kind, about, party, role, room))
            assert may is (told == "yes"), (what, by)


def test_the_first_statement_is_the_initiators_own() -> None:
    begin = Standings()

    assert may_sign(begin, DESK, said(begin, "lead", SEAT, "lead", COMPANY, Role.LEAD))
    assert not may_sign(begin, DESK, said(begin, "lead", SEAT, "union_lead", UNION, Role.LEAD))
    assert not may_sign(begin, DESK, said(begin, "lead", SEAT, "lead", COMPANY, Role.DELEGATE))
    assert not may_sign(begin, DESK, said(begin, "coordinator", SEAT, "lead", COMPANY, Role.LEAD))
    assert not may_sign(begin, DESK, said(begin, "facilitator", SEAT, "facilitator", None, Role.FACILITATOR))


def test_a_deputy_speaks_once_the_other_side_has_accepted_it() -> None:
    hopeful = after(
        Standings(),
        ("lead", SEAT, "lead"),
        ("lead", SEAT, "union_lead"),
        ("union_lead", ACCEPT, "lead"),
        ("lead", SEAT, "deputy"),
    )
    statement = ("deputy", SEAT, "delegate", COMPANY, Role.DELEGATE)
    assert not may_sign(hopeful, DESK, said(hopeful, *statement))

    accepted = after(hopeful, ("union_lead", ACCEPT, "deputy"))
    assert may_sign(accepted, DESK, said(accepted, *statement))


def test_somebody_with_another_key_speaks_for_nobody(seated: Standings) -> None:
    genuine = said(seated, "lead", SEAT, "stranger", COMPANY, Role.DELEGATE)
    forged = Statement(
        genuine.case,
        genuine.number,
        genuine.kind,
        genuine.account,
        genuine.fingerprint,
        genuine.party,
        genuine.role,
        genuine.room,
        genuine.until,
        genuine.signer,
        key("somebody else"),
        genuine.previous,
    )

    assert may_sign(seated, DESK, genuine)
    assert not may_sign(seated, DESK, forged)


def test_a_facilitator_sits_when_both_leads_have_said_so() -> None:
    both_leads = after(
        Standings(), ("lead", SEAT, "lead"), ("lead", SEAT, "union_lead"), ("union_lead", ACCEPT, "lead")
    )
    proposed = after(both_leads, ("coordinator", SEAT, "facilitator"))
    one = after(proposed, ("lead", ACCEPT, "facilitator"))
    both = after(one, ("union_lead", ACCEPT, "facilitator"))

    confirmed = [found.is_confirmed(account("facilitator")) for found in (proposed, one, both)]
    assert confirmed == [False, False, True]


def test_whose_past_is_whose() -> None:
    assert {room.value: {owner.value for owner in owners_of_history(room)} for room in Room} == OWNERS


def test_a_facilitator_opens_the_facilitators_past_to_a_colleague_and_takes_it_back(seated: Standings) -> None:
    two = after(
        seated,
        ("coordinator", SEAT, "other_facilitator"),
        ("lead", ACCEPT, "other_facilitator"),
        ("union_lead", ACCEPT, "other_facilitator"),
    )
    past = ("other_facilitator", None, Role.FACILITATOR, Room.FACILITATION)
    grant = said(two, "facilitator", GRANT, *past)
    assert may_sign(two, DESK, grant)
    assert not may_sign(two, DESK, said(two, "other_facilitator", GRANT, *past))

    granted = follow(two, grant, b"1" * 32)
    assert granted.people[account("other_facilitator")].may_have_history(Room.FACILITATION)
    for by in ("lead", "coordinator", "other_facilitator"):
        assert not may_sign(granted, DESK, said(granted, by, TAKE_BACK, *past))
    taken = follow(granted, said(granted, "facilitator", TAKE_BACK, *past), b"2" * 32)
    assert not taken.people[account("other_facilitator")].may_have_history(Room.FACILITATION)


def test_a_party_takes_back_only_what_it_has_granted_itself(seated: Standings) -> None:
    past = ("delegate", COMPANY, Role.DELEGATE, Room.JOINT)
    granted = follow(seated, said(seated, "lead", GRANT, *past), b"1" * 32)

    assert not may_sign(seated, DESK, said(seated, "lead", TAKE_BACK, *past))
    assert not may_sign(granted, DESK, said(granted, "union_lead", TAKE_BACK, *past))
    assert may_sign(granted, DESK, said(granted, "deputy", TAKE_BACK, *past))


def test_a_coordinators_word_for_a_new_key_is_used_once(seated: Standings) -> None:
    """Another key may have come since: the other side alone brings the vouched one back no second time."""
    again = after(seated, ("coordinator", StatementKind.VOUCH, "lead"), ("union_lead", SEAT, "lead"))
    assert not may_sign(again, DESK, said(again, "union_lead", SEAT, "lead", Party.COMPANY, Role.LEAD))


def test_a_key_that_was_renounced_by_itself_alone_speaks_for_nobody(seated: Standings) -> None:
    assert not may_sign(seated, DESK, said(seated, "union_lead", StatementKind.RENOUNCE, "lead", COMPANY, Role.LEAD))
    quiet = after(seated, ("lead", StatementKind.RENOUNCE, "lead"))
    assert quiet.leads[COMPANY] == account("lead")
    for kind, about, role in (
        (SEAT, "stranger", Role.DELEGATE),
        (SEAT, "lead", Role.LEAD),
        (REMOVE, "lead", Role.LEAD),
    ):
        assert not may_sign(quiet, DESK, said(quiet, "lead", kind, about, COMPANY, role))
    assert may_sign(quiet, DESK, said(quiet, "deputy", SEAT, "lead", COMPANY, Role.LEAD))
