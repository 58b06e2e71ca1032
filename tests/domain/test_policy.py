"""Who may do what, and when, as tables that a lawyer can read; written by hand and not read from the code.

A column is a seat, a line is an act: ``yes`` or ``-``. Whatever a table does not list is open to nobody in it.
"""

from __future__ import annotations

from uuid import UUID

import pytest

from dialogue.domain.acts import Act
from dialogue.domain.cases import CaseStatus, Support
from dialogue.domain.people import Party, Role, Room, Seat, StaffRole
from dialogue.domain.policy import (
    BY_THE_CLOCK,
    HOUSE_RULES,
    RULES,
    Situation,
    acts_of,
    allowed,
    require,
    require_of_house,
)
from dialogue.errors import Forbidden, IllegalTransition, NotBound, NotFound

# The acts that are about a room, and the rooms that they are about; notes have tables of their own below.
ABOUT_A_ROOM = {
    Act.REQUEST_READ: "request",
    Act.REQUEST_EDIT: "drafting",
    Act.REQUEST_COMMENT: "drafting",
    Act.TERMS_READ: "terms",
    Act.TERMS_ACCEPT: "terms",
    Act.ATTENDANT_READ: "logistics",
    Act.HELP_READ: "logistics",
    Act.ATTENDANT_ENTER: "logistics",
    Act.ATTENDANT_END: "logistics",
    Act.INPUT_READ: "input",
    Act.REGISTER_READ: "logistics",
    Act.REGISTER_KEEP: "logistics",
}
NOTES = {
    Act.NOTE_READ,
    Act.NOTE_WRITE,
    Act.NOTE_REVISE,
    Act.DOCUMENT_READ,
    Act.DOCUMENT_TAKE,
    Act.DOCUMENT_ADD,
    Act.DOCUMENT_REVISE,
}
RELEASES = {
    Act.RELEASE_ASK,
    Act.RELEASE_APPROVE,
    Act.RELEASE_KEEP,
    Act.DOCUMENT_ASK,
    Act.DOCUMENT_RELEASE,
    Act.DOCUMENT_KEEP,
}

# Meetings have tables of their own: a meeting of both sides is in the logistics room, a caucus in that side's.
MEETINGS = {act for act in Act if act.value.startswith("meeting:")}

# before_terms   nobody has accepted anything yet
# stated         of the own delegation, not accepted by the other side yet
# newcomer       accepted by the other side; has not accepted the terms
# proposed       a facilitator whom the leads have not both accepted
COMPANY = Party.COMPANY


def seat(who: str, *, bound: bool, undertook: bool = True) -> Seat:
    """The seat that a column's heading names."""
    account = UUID(int=1)
    if who == "stated":
        return Seat(account, COMPANY, Role.DELEGATE, confirmed=False, bound=False)
    if who == "newcomer":
        return Seat(account, COMPANY, Role.DELEGATE, confirmed=True, bound=False)
    if who == "proposed":
        return Seat(account, None, Role.FACILITATOR, confirmed=False, bound=False)
    if who == "coordinator":
        return Seat(account, None, Role.COORDINATOR, confirmed=True, bound=False)
    role = Role(who)
    party = None if role in {Role.FACILITATOR, Role.EXPERT} else COMPANY
    return Seat(account, party, role, confirmed=True, bound=bound, undertook=undertook and bound)


EVERYBODY_IS_BOUND = {
    "in_dialogue": """
                              lead deputy delegate adviser newcomer facilitator proposed expert coordinator
    case:read                 yes  yes    yes      yes     yes      yes         yes      yes    yes
    case:label                yes  yes    yes      yes     yes      yes         yes      yes    yes
    search:read               yes  yes    yes      yes     yes      yes         yes      yes    yes
    draft:save                yes  yes    yes      yes     yes      yes         yes      yes    yes
    request:read              yes  yes    yes      yes     yes      yes         yes      -      yes
    participant:read          yes  yes    yes      yes     yes      yes         yes      -      yes
    participant:list          yes  yes    -        -       -        -           -        -      -
    participant:remove        yes  yes    -        -       -        -           -        -      -
    organisation:leave        yes  yes    -        -       -        -           -        -      -
    seat:state                yes  yes    -        -       -        -           -        -      -
    seat:accept               yes  yes    -        -       -        -           -        -      -
    seat:vouch                -    -      -        -       -        -           -        -      yes
    history:grant             yes  yes    -        -       -        yes         -        -      -
    facilitator:propose       yes  yes    -        -       -        -           -        -      yes
    facilitator:declare       -    -      -        -       -        yes         yes      -      -
    facilitator:accept        yes  yes    -        -       -        -           -        -      -
    facilitator:decline       yes  yes    -        -       -        -           -        -      -
    terms:read                yes  yes    yes      yes     yes      yes         -        yes    -
    terms:propose             yes  yes    -        -       -        -           -        -      -
    terms:agree               yes  yes    -        -       -        -           -        -      -
    support:change            yes  yes    -        -       -        -           -        -      -
    terms:accept              yes  yes    yes      yes     yes      yes         -        yes    -
    agenda:read               yes  yes    yes      yes     -        yes         -        -      -
    programme:read            yes  yes    yes      yes     -        yes         -        -      -
    summary:read              yes  yes    yes      yes     -        yes         -        -      -
    paper:read                yes  yes    yes      yes     -        yes         -        -      -
    programme:set             yes  yes    -        -       -        yes         -        -      -
    recusal:say               yes  yes    yes      -       -        yes         -        -      -
    recusal:lift              yes  yes    yes      -       -        yes         -        -      -
    summary:draft             -    -      -        -       -        yes         -        -      -
    summary:propose           -    -      -        -       -        yes         -        -      -
    summary:amend             yes  yes    yes      -       -        -           -        -      -
    summary:approve           yes  yes    -        -       -        -           -        -      -
    paper:propose             yes  yes    -        -       -        yes         -        -      -
    paper:agree               yes  yes    -        -       -        -           -        -      -
    paper:withdraw            yes  yes    -        -       -        yes         -        -      -
    agenda:propose            yes  yes    -        -       -        yes         -        -      -
    agenda:admit              yes  yes    -        -       -        -           -        -      -
    agenda:park               yes  yes    -        -       -        yes         -        -      -
    agenda:resume             yes  yes    -        -       -        yes         -        -      -
    agenda:withdraw           yes  yes    -        -       -        yes         -        -      -
    agenda:reopen             yes  yes    -        -       -        yes         -        -      -
    wording:propose           yes  yes    -        -       -        yes         -        -      -
    wording:translate         yes  yes    -        -       -        yes         -        -      -
    agenda:order              yes  yes    -        -       -        yes         -        -      -
    document:tie              yes  yes    -        -       -        yes         -        -      -
    position:record           yes  yes    -        -       -        -           -        -      -
    joint_act:read            yes  yes    yes      yes     -        yes         -        -      -
    joint_act:propose         yes  yes    -        -       -        yes         -        -      -
    joint_act:confirm         yes  yes    -        -       -        -           -        -      -
    joint_act:withdraw        yes  yes    -        -       -        yes         -        -      -
    outcome:read              yes  yes    yes      yes     -        yes         -        -      -
    commitment:read           yes  yes    yes      yes     -        yes         -        -      -
    outcome:export            yes  yes    yes      yes     -        yes         -        -      -
    disclosure:read           yes  yes    yes      yes     -        yes         -        -      -
    disclosure:wish           yes  yes    -        -       -        -           -        -      -
    frame:word                yes  yes    -        -       -        yes         -        -      -
    frame:stand               yes  yes    -        -       -        -           -        -      -
    statement:word            yes  yes    -        -       -        yes         -        -      -
    statement:stand           yes  yes    -        -       -        -           -        -      -
    case:suspend              yes  yes    -        -       -        yes         -        -      -
    case:conclude             yes  yes    -        -       -        yes         -        -      -
    case:leave                yes  yes    -        -       -        -           -        -      -
    record:read               yes  yes    yes      yes     yes      yes         yes      -      -
    record:export             yes  yes    yes      yes     yes      yes         yes      -      -
    seat:ask                  yes  yes    -        -       -        -           -        -      -
    seat:answer               yes  yes    -        -       -        -           -        -      -
    lead:succeed              yes  yes    -        -       -        -           -        -      -
    deputy:let                yes  -      -        -       -        -           -        -      -
    deputy:stand_in           -    yes    -        -       -        -           -        -      -
    keys:confirm              yes  yes    -        -       -        -           -        -      -
    history:take_back         yes  yes    -        -       -        yes         -        -      -
    facilitator:hand_over     -    -      -        -       -        yes         -        -      -
    question:withdraw         yes  yes    -        -       -        -           -        -      -
    facilitator:leave         -    -      -        -       -        yes         yes      -      -
    facilitator:release       yes  yes    -        -       -        -           -        -      -
    attendant:enter           yes  yes    -        -       -        yes         -        -      yes
    attendant:end             yes  yes    -        -       -        yes         -        -      yes
    question:decline          -    -      -        -       -        -           -        yes    -
    attendant:read            yes  yes    yes      yes     yes      yes         -        -      yes
    register:read             yes  yes    yes      yes     yes      yes         -        -      yes
    register:keep             -    -      -        -       -        yes         -        -      -
    help:read                 yes  yes    yes      yes     yes      yes         -        -      yes
    input:read                yes  yes    yes      yes     -        yes         -        yes    -
    expert:suggest            -    -      -        -       -        -           -        -      yes
    question:propose          yes  yes    -        -       -        -           -        -      -
    question:put              yes  yes    -        -       -        -           -        -      -
    question:answer           -    -      -        -       -        -           -        yes    -
    case:export               yes  yes    -        -       -        -           -        -      -
    """,
    "suspended": """
                              lead deputy delegate adviser newcomer facilitator proposed expert coordinator
    case:read                 yes  yes    yes      yes     yes      yes         yes      yes    yes
    case:label                yes  yes    yes      yes     yes      yes         yes      yes    yes
    search:read               yes  yes    yes      yes     yes      yes         yes      yes    yes
    draft:save                yes  yes    yes      yes     yes      yes         yes      yes    yes
    request:read              yes  yes    yes      yes     yes      yes         yes      -      yes
    participant:read          yes  yes    yes      yes     yes      yes         yes      -      yes
    participant:list          yes  yes    -        -       -        -           -        -      -
    participant:remove        yes  yes    -        -       -        -           -        -      -
    organisation:leave        yes  yes    -        -       -        -           -        -      -
    seat:state                yes  yes    -        -       -        -           -        -      -
    seat:accept               yes  yes    -        -       -        -           -        -      -
    seat:vouch                -    -      -        -       -        -           -        -      yes
    history:grant             yes  yes    -        -       -        yes         -        -      -
    facilitator:propose       yes  yes    -        -       -        -           -        -      yes
    facilitator:declare       -    -      -        -       -        yes         yes      -      -
    facilitator:accept        yes  yes    -        -       -        -           -        -      -
    facilitator:decline       yes  yes    -        -       -        -           -        -      -
    terms:read                yes  yes    yes      yes     yes      yes         -        yes    -
    terms:propose             yes  yes    -        -       -        -           -        -      -
    terms:agree               yes  yes    -        -       -        -           -        -      -
    support:change            yes  yes    -        -       -        -           -        -      -
    terms:accept              yes  yes    yes      yes     yes      yes         -        yes    -
    agenda:read               yes  yes    yes      yes     -        yes         -        -      -
    programme:read            yes  yes    yes      yes     -        yes         -        -      -
    summary:read              yes  yes    yes      yes     -        yes         -        -      -
    paper:read                yes  yes    yes      yes     -        yes         -        -      -
    joint_act:read            yes  yes    yes      yes     -        yes         -        -      -
    joint_act:propose         yes  yes    -        -       -        yes         -        -      -
    joint_act:confirm         yes  yes    -        -       -        -           -        -      -
    joint_act:withdraw        yes  yes    -        -       -        yes         -        -      -
    outcome:read              yes  yes    yes      yes     -        yes         -        -      -
    commitment:read           yes  yes    yes      yes     -        yes         -        -      -
    outcome:export            yes  yes    yes      yes     -        yes         -        -      -
    disclosure:read           yes  yes    yes      yes     -        yes         -        -      -
    disclosure:wish           yes  yes    -        -       -        -           -        -      -
    case:resume               yes  yes    -        -       -        yes         -        -      -
    case:leave                yes  yes    -        -       -        -           -        -      -
    record:read               yes  yes    yes      yes     yes      yes         yes      -      -
    record:export             yes  yes    yes      yes     yes      yes         yes      -      -
    seat:ask                  yes  yes    -        -       -        -           -        -      -
    seat:answer               yes  yes    -        -       -        -           -        -      -
    lead:succeed              yes  yes    -        -       -        -           -        -      -
    deputy:let                yes  -      -        -       -        -           -        -      -
    deputy:stand_in           -    yes    -        -       -        -           -        -      -
    keys:confirm              yes  yes    -        -       -        -           -        -      -
    history:take_back         yes  yes    -        -       -        yes         -        -      -
    facilitator:hand_over     -    -      -        -       -        yes         -        -      -
    question:withdraw         yes  yes    -        -       -        -           -        -      -
    facilitator:leave         -    -      -        -       -        yes         yes      -      -
    facilitator:release       yes  yes    -        -       -        -           -        -      -
    attendant:enter           yes  yes    -        -       -        yes         -        -      yes
    attendant:end             yes  yes    -        -       -        yes         -        -      yes
    question:decline          -    -      -        -       -        -           -        yes    -
    attendant:read            yes  yes    yes      yes     yes      yes         -        -      yes
    register:read             yes  yes    yes      yes     yes      yes         -        -      yes
    register:keep             -    -      -        -       -        yes         -        -      -
    help:read                 yes  yes    yes      yes     yes      yes         -        -      yes
    input:read                yes  yes    yes      yes     -        yes         -        yes    -
    case:export               yes  yes    -        -       -        -           -        -      -
    """,
    "concluding": """
                              lead deputy delegate adviser newcomer facilitator proposed expert coordinator
    case:read                 yes  yes    yes      yes     yes      yes         yes      yes    yes
    case:label                yes  yes    yes      yes     yes      yes         yes      yes    yes
    search:read               yes  yes    yes      yes     yes      yes         yes      yes    yes
    draft:save                yes  yes    yes      yes     yes      yes         yes      yes    yes
    request:read              yes  yes    yes      yes     yes      yes         yes      -      yes
    participant:read          yes  yes    yes      yes     yes      yes         yes      -      yes
    participant:list          yes  yes    -        -       -        -           -        -      -
    participant:remove        yes  yes    -        -       -        -           -        -      -
    organisation:leave        yes  yes    -        -       -        -           -        -      -
    seat:state                yes  yes    -        -       -        -           -        -      -
    seat:accept               yes  yes    -        -       -        -           -        -      -
    seat:vouch                -    -      -        -       -        -           -        -      yes
    history:grant             yes  yes    -        -       -        yes         -        -      -
    facilitator:propose       yes  yes    -        -       -        -           -        -      yes
    facilitator:declare       -    -      -        -       -        yes         yes      -      -
    facilitator:accept        yes  yes    -        -       -        -           -        -      -
    facilitator:decline       yes  yes    -        -       -        -           -        -      -
    terms:read                yes  yes    yes      yes     yes      yes         -        yes    -
    terms:propose             yes  yes    -        -       -        -           -        -      -
    terms:agree               yes  yes    -        -       -        -           -        -      -
    support:change            yes  yes    -        -       -        -           -        -      -
    terms:accept              yes  yes    yes      yes     yes      yes         -        yes    -
    agenda:read               yes  yes    yes      yes     -        yes         -        -      -
    programme:read            yes  yes    yes      yes     -        yes         -        -      -
    summary:read              yes  yes    yes      yes     -        yes         -        -      -
    paper:read                yes  yes    yes      yes     -        yes         -        -      -
    programme:set             yes  yes    -        -       -        yes         -        -      -
    recusal:say               yes  yes    yes      -       -        yes         -        -      -
    recusal:lift              yes  yes    yes      -       -        yes         -        -      -
    summary:draft             -    -      -        -       -        yes         -        -      -
    summary:propose           -    -      -        -       -        yes         -        -      -
    summary:amend             yes  yes    yes      -       -        -           -        -      -
    summary:approve           yes  yes    -        -       -        -           -        -      -
    paper:propose             yes  yes    -        -       -        yes         -        -      -
    paper:agree               yes  yes    -        -       -        -           -        -      -
    paper:withdraw            yes  yes    -        -       -        yes         -        -      -
    joint_act:read            yes  yes    yes      yes     -        yes         -        -      -
    joint_act:propose         yes  yes    -        -       -        yes         -        -      -
    joint_act:confirm         yes  yes    -        -       -        -           -        -      -
    joint_act:withdraw        yes  yes    -        -       -        yes         -        -      -
    outcome:read              yes  yes    yes      yes     -        yes         -        -      -
    commitment:read           yes  yes    yes      yes     -        yes         -        -      -
    outcome:export            yes  yes    yes      yes     -        yes         -        -      -
    disclosure:read           yes  yes    yes      yes     -        yes         -        -      -
    disclosure:wish           yes  yes    -        -       -        -           -        -      -
    frame:word                yes  yes    -        -       -        yes         -        -      -
    frame:stand               yes  yes    -        -       -        -           -        -      -
    wording:translate         yes  yes    -        -       -        yes         -        -      -
    statement:word            yes  yes    -        -       -        yes         -        -      -
    statement:stand           yes  yes    -        -       -        -           -        -      -
    outcome:assemble          yes  yes    -        -       -        yes         -        -      -
    outcome:sign              yes  yes    -        -       -        -           -        -      -
    case:go_back              yes  yes    -        -       -        -           -        -      -
    case:complete             yes  yes    -        -       -        -           -        -      -
    case:leave                yes  yes    -        -       -        -           -        -      -
    record:read               yes  yes    yes      yes     yes      yes         yes      -      -
    record:export             yes  yes    yes      yes     yes      yes         yes      -      -
    seat:ask                  yes  yes    -        -       -        -           -        -      -
    seat:answer               yes  yes    -        -       -        -           -        -      -
    lead:succeed              yes  yes    -        -       -        -           -        -      -
    deputy:let                yes  -      -        -       -        -           -        -      -
    deputy:stand_in           -    yes    -        -       -        -           -        -      -
    keys:confirm              yes  yes    -        -       -        -           -        -      -
    history:take_back         yes  yes    -        -       -        yes         -        -      -
    facilitator:hand_over     -    -      -        -       -        yes         -        -      -
    question:withdraw         yes  yes    -        -       -        -           -        -      -
    facilitator:leave         -    -      -        -       -        yes         yes      -      -
    facilitator:release       yes  yes    -        -       -        -           -        -      -
    attendant:enter           yes  yes    -        -       -        yes         -        -      yes
    attendant:end             yes  yes    -        -       -        yes         -        -      yes
    question:decline          -    -      -        -       -        -           -        yes    -
    attendant:read            yes  yes    yes      yes     yes      yes         -        -      yes
    register:read             yes  yes    yes      yes     yes      yes         -        -      yes
    register:keep             -    -      -        -       -        yes         -        -      -
    help:read                 yes  yes    yes      yes     yes      yes         -        -      yes
    input:read                yes  yes    yes      yes     -        yes         -        yes    -
    question:answer           -    -      -        -       -        -           -        yes    -
    case:export               yes  yes    -        -       -        -           -        -      -
    """,
    "completed": """
                              lead deputy delegate adviser newcomer facilitator proposed expert coordinator
    case:read                 yes  yes    yes      yes     yes      yes         yes      yes    yes
    case:label                yes  yes    yes      yes     yes      yes         yes      yes    yes
    search:read               yes  yes    yes      yes     yes      yes         yes      yes    yes
    case:follow               yes  yes    -        -       -        -           -        -      -
    draft:save                yes  yes    yes      yes     yes      yes         yes      yes    yes
    request:read              yes  yes    yes      yes     yes      yes         yes      -      yes
    participant:read          yes  yes    yes      yes     yes      yes         yes      -      yes
    terms:read                yes  yes    yes      yes     yes      yes         -        yes    -
    agenda:read               yes  yes    yes      yes     -        yes         -        -      -
    programme:read            yes  yes    yes      yes     -        yes         -        -      -
    summary:read              yes  yes    yes      yes     -        yes         -        -      -
    paper:read                yes  yes    yes      yes     -        yes         -        -      -
    programme:set             yes  yes    -        -       -        yes         -        -      -
    recusal:say               yes  yes    yes      -       -        yes         -        -      -
    recusal:lift              yes  yes    yes      -       -        yes         -        -      -
    summary:draft             -    -      -        -       -        yes         -        -      -
    summary:propose           -    -      -        -       -        yes         -        -      -
    summary:amend             yes  yes    yes      -       -        -           -        -      -
    summary:approve           yes  yes    -        -       -        -           -        -      -
    paper:propose             yes  yes    -        -       -        yes         -        -      -
    paper:agree               yes  yes    -        -       -        -           -        -      -
    paper:withdraw            yes  yes    -        -       -        yes         -        -      -
    joint_act:read            yes  yes    yes      yes     -        yes         -        -      -
    joint_act:propose         yes  yes    -        -       -        yes         -        -      -
    joint_act:confirm         yes  yes    -        -       -        -           -        -      -
    joint_act:withdraw        yes  yes    -        -       -        yes         -        -      -
    outcome:read              yes  yes    yes      yes     -        yes         -        -      -
    commitment:read           yes  yes    yes      yes     -        yes         -        -      -
    outcome:export            yes  yes    yes      yes     -        yes         -        -      -
    disclosure:read           yes  yes    yes      yes     -        yes         -        -      -
    disclosure:wish           yes  yes    -        -       -        -           -        -      -
    statement:word            yes  yes    -        -       -        yes         -        -      -
    statement:stand           yes  yes    -        -       -        -           -        -      -
    addendum:assemble         yes  yes    -        -       -        yes         -        -      -
    addendum:sign             yes  yes    -        -       -        -           -        -      -
    case:close                yes  yes    -        -       -        -           -        -      -
    commitment:propose        yes  yes    -        -       -        -           -        -      -
    commitment:change         yes  yes    -        -       -        -           -        -      -
    commitment:agree          yes  yes    -        -       -        -           -        -      -
    commitment:withdraw       yes  yes    -        -       -        -           -        -      -
    commitment:report         yes  yes    -        -       -        -           -        -      -
    commitment:answer         yes  yes    -        -       -        -           -        -      -
    commitment:support        yes  yes    -        -       -        -           -        -      -
    review:propose            yes  yes    -        -       -        -           -        -      -
    review:agree              yes  yes    -        -       -        -           -        -      -
    review:withdraw           yes  yes    -        -       -        -           -        -      -
    review:hold               yes  yes    -        -       -        -           -        -      -
    help:ask                  yes  yes    -        -       -        -           -        -      -
    help:agree                yes  yes    -        -       -        -           -        -      -
    help:withdraw             yes  yes    -        -       -        -           -        -      -
    notice:read               yes  yes    -        -       -        -           -        -      yes
    notice:prepare            -    -      -        -       -        -           -        -      yes
    help:answer               -    -      -        -       -        -           -        -      yes
    notice:agree              yes  yes    -        -       -        -           -        -      -
    notice:send               -    -      -        -       -        -           -        -      yes
    record:read               yes  yes    yes      yes     yes      yes         yes      -      -
    record:export             yes  yes    yes      yes     yes      yes         yes      -      -
    attendant:read            yes  yes    yes      yes     yes      yes         -        -      yes
    register:read             yes  yes    yes      yes     yes      yes         -        -      yes
    register:keep             -    -      -        -       -        yes         -        -      -
    help:read                 yes  yes    yes      yes     yes      yes         -        -      yes
    input:read                yes  yes    yes      yes     -        yes         -        yes    -
    case:export               yes  yes    -        -       -        -           -        -      -
    """,
    "closed": """
                              lead deputy delegate adviser newcomer facilitator proposed expert coordinator
    case:read                 yes  yes    yes      yes     yes      yes         yes      yes    yes
    case:label                yes  yes    yes      yes     yes      yes         yes      yes    yes
    search:read               yes  yes    yes      yes     yes      yes         yes      yes    yes
    case:follow               yes  yes    -        -       -        -           -        -      -
    draft:save                yes  yes    yes      yes     yes      yes         yes      yes    yes
    request:read              yes  yes    yes      yes     yes      yes         yes      -      yes
    participant:read          yes  yes    yes      yes     yes      yes         yes      -      yes
    terms:read                yes  yes    yes      yes     yes      yes         -        yes    -
    agenda:read               yes  yes    yes      yes     -        yes         -        -      -
    programme:read            yes  yes    yes      yes     -        yes         -        -      -
    summary:read              yes  yes    yes      yes     -        yes         -        -      -
    paper:read                yes  yes    yes      yes     -        yes         -        -      -
    joint_act:read            yes  yes    yes      yes     -        yes         -        -      -
    joint_act:propose         yes  yes    -        -       -        yes         -        -      -
    joint_act:confirm         yes  yes    -        -       -        -           -        -      -
    joint_act:withdraw        yes  yes    -        -       -        yes         -        -      -
    outcome:read              yes  yes    yes      yes     -        yes         -        -      -
    commitment:read           yes  yes    yes      yes     -        yes         -        -      -
    outcome:export            yes  yes    yes      yes     -        yes         -        -      -
    disclosure:read           yes  yes    yes      yes     -        yes         -        -      -
    case:destroy              yes  yes    -        -       -        -           -        -      -
    notice:read               yes  yes    -        -       -        -           -        -      yes
    notice:prepare            -    -      -        -       -        -           -        -      yes
    notice:agree              yes  yes    -        -       -        -           -        -      -
    notice:send               -    -      -        -       -        -           -        -      yes
    record:read               yes  yes    yes      yes     yes      yes         yes      -      -
    record:export             yes  yes    yes      yes     yes      yes         yes      -      -
    attendant:read            yes  yes    yes      yes     yes      yes         -        -      yes
    register:read             yes  yes    yes      yes     yes      yes         -        -      yes
    help:read                 yes  yes    yes      yes     yes      yes         -        -      yes
    input:read                yes  yes    yes      yes     -        yes         -        yes    -
    case:export               yes  yes    -        -       -        -           -        -      -
    retention:read            yes  yes    yes      yes     yes      yes         yes      -      -
    retention:see             yes  yes    -        -       -        -           -        -      -
    retention:extend          yes  yes    -        -       -        -           -        -      -
    hold:place                yes  yes    -        -       -        -           -        -      -
    hold:lift                 yes  yes    -        -       -        -           -        -      -
    """,
    "ended": """
                              lead deputy delegate adviser newcomer facilitator proposed expert coordinator
    case:read                 yes  yes    yes      yes     yes      yes         yes      yes    yes
    case:label                yes  yes    yes      yes     yes      yes         yes      yes    yes
    search:read               yes  yes    yes      yes     yes      yes         yes      yes    yes
    case:follow               yes  yes    -        -       -        -           -        -      -
    draft:save                yes  yes    yes      yes     yes      yes         yes      yes    yes
    request:read              yes  yes    yes      yes     yes      yes         yes      -      yes
    participant:read          yes  yes    yes      yes     yes      yes         yes      -      yes
    terms:read                yes  yes    yes      yes     yes      yes         -        yes    -
    agenda:read               yes  yes    yes      yes     -        yes         -        -      -
    programme:read            yes  yes    yes      yes     -        yes         -        -      -
    summary:read              yes  yes    yes      yes     -        yes         -        -      -
    paper:read                yes  yes    yes      yes     -        yes         -        -      -
    joint_act:read            yes  yes    yes      yes     -        yes         -        -      -
    joint_act:propose         yes  yes    -        -       -        yes         -        -      -
    joint_act:confirm         yes  yes    -        -       -        -           -        -      -
    joint_act:withdraw        yes  yes    -        -       -        yes         -        -      -
    outcome:read              yes  yes    yes      yes     -        yes         -        -      -
    commitment:read           yes  yes    yes      yes     -        yes         -        -      -
    outcome:export            yes  yes    yes      yes     -        yes         -        -      -
    disclosure:read           yes  yes    yes      yes     -        yes         -        -      -
    case:destroy              yes  yes    -        -       -        -           -        -      -
    notice:read               yes  yes    -        -       -        -           -        -      yes
    notice:prepare            -    -      -        -       -        -           -        -      yes
    notice:agree              yes  yes    -        -       -        -           -        -      -
    notice:send               -    -      -        -       -        -           -        -      yes
    record:read               yes  yes    yes      yes     yes      yes         yes      -      -
    record:export             yes  yes    yes      yes     yes      yes         yes      -      -
    attendant:read            yes  yes    yes      yes     yes      yes         -        -      yes
    register:read             yes  yes    yes      yes     yes      yes         -        -      yes
    help:read                 yes  yes    yes      yes     yes      yes         -        -      yes
    input:read                yes  yes    yes      yes     -        yes         -        yes    -
    case:export               yes  yes    -        -       -        -           -        -      -
    retention:read            yes  yes    yes      yes     yes      yes         yes      -      -
    retention:see             yes  yes    -        -       -        -           -        -      -
    retention:extend          yes  yes    -        -       -        -           -        -      -
    hold:place                yes  yes    -        -       -        -           -        -      -
    hold:lift                 yes  yes    -        -       -        -           -        -      -
    """,
}

NOBODY_IS_BOUND = {
    "draft": """
                              lead deputy delegate adviser stated
    case:read                 yes  yes    yes      yes     yes
    case:label                yes  yes    yes      yes     yes
    search:read               yes  yes    yes      yes     yes
    case:invite               yes  -      -        -       -
    case:withdraw             yes  -      -        -       -
    draft:save                yes  yes    yes      yes     yes
    request:edit              yes  yes    -        yes     -
    request:comment           yes  yes    -        yes     -
    request:read              yes  yes    yes      yes     -
    terms:read                yes  yes    yes      yes     -
    participant:read          yes  yes    yes      yes     yes
    participant:list          yes  yes    -        -       -
    participant:remove        yes  yes    -        -       -
    organisation:leave        yes  yes    -        -       -
    seat:state                yes  yes    -        -       -
    seat:accept               yes  yes    -        -       -
    joint_act:propose         yes  yes    -        -       -
    joint_act:confirm         yes  yes    -        -       -
    joint_act:withdraw        yes  yes    -        -       -
    record:read               yes  yes    yes      yes     yes
    record:export             yes  yes    yes      yes     yes
    seat:ask                  yes  yes    -        -       -
    seat:answer               yes  yes    -        -       -
    lead:succeed              yes  yes    -        -       -
    deputy:let                yes  -      -        -       -
    deputy:stand_in           -    yes    -        -       -
    attendant:read            yes  yes    yes      yes     -
    register:read             yes  yes    yes      yes     -
    help:read                 yes  yes    yes      yes     -
    case:export               yes  yes    -        -       -
    """,
    "invited": """
                              lead deputy delegate adviser stated
    case:read                 yes  yes    yes      yes     yes
    case:label                yes  yes    yes      yes     yes
    search:read               yes  yes    yes      yes     yes
    case:decline              yes  -      -        -       -
    case:withdraw             yes  -      -        -       -
    case:request              yes  yes    -        -       -
    draft:save                yes  yes    yes      yes     yes
    request:edit              yes  yes    -        yes     -
    request:comment           yes  yes    -        yes     -
    request:endorse           yes  yes    -        -       -
    request:read              yes  yes    yes      yes     -
    terms:read                yes  yes    yes      yes     -
    participant:read          yes  yes    yes      yes     yes
    participant:list          yes  yes    -        -       -
    participant:remove        yes  yes    -        -       -
    organisation:leave        yes  yes    -        -       -
    seat:state                yes  yes    -        -       -
    seat:accept               yes  yes    -        -       -
    joint_act:propose         yes  yes    -        -       -
    joint_act:confirm         yes  yes    -        -       -
    joint_act:withdraw        yes  yes    -        -       -
    record:read               yes  yes    yes      yes     yes
    record:export             yes  yes    yes      yes     yes
    seat:ask                  yes  yes    -        -       -
    seat:answer               yes  yes    -        -       -
    lead:succeed              yes  yes    -        -       -
    deputy:let                yes  -      -        -       -
    deputy:stand_in           -    yes    -        -       -
    attendant:read            yes  yes    yes      yes     -
    register:read             yes  yes    yes      yes     -
    help:read                 yes  yes    yes      yes     -
    case:export               yes  yes    -        -       -
    """,
    "requested": """
                              lead deputy delegate adviser stated coordinator
    case:read                 yes  yes    yes      yes     yes    yes
    case:label                yes  yes    yes      yes     yes    yes
    search:read               yes  yes    yes      yes     yes    yes
    case:take_up              -    -      -        -       -      yes
    case:return               -    -      -        -       -      yes
    case:not_take_up          -    -      -        -       -      yes
    case:leave                yes  yes    -        -       -      -
    draft:save                yes  yes    yes      yes     yes    yes
    request:read              yes  yes    yes      yes     -      yes
    terms:read                yes  yes    yes      yes     -      -
    participant:read          yes  yes    yes      yes     yes    yes
    participant:remove        yes  yes    -        -       -      -
    organisation:leave        yes  yes    -        -       -      -
    seat:state                yes  yes    -        -       -      -
    seat:accept               yes  yes    -        -       -      -
    seat:vouch                -    -      -        -       -      yes
    joint_act:propose         yes  yes    -        -       -      -
    joint_act:confirm         yes  yes    -        -       -      -
    joint_act:withdraw        yes  yes    -        -       -      -
    record:read               yes  yes    yes      yes     yes    -
    record:export             yes  yes    yes      yes     yes    -
    seat:ask                  yes  yes    -        -       -      -
    seat:answer               yes  yes    -        -       -      -
    lead:succeed              yes  yes    -        -       -      -
    deputy:let                yes  -      -        -       -      -
    deputy:stand_in           -    yes    -        -       -      -
    attendant:read            yes  yes    yes      yes     -      yes
    register:read             yes  yes    yes      yes     -      yes
    help:read                 yes  yes    yes      yes     -      yes
    case:export               yes  yes    -        -       -      -
    """,
    "not_taken_up": """
                              lead deputy delegate adviser stated coordinator
    case:read                 yes  yes    yes      yes     yes    yes
    case:label                yes  yes    yes      yes     yes    yes
    search:read               yes  yes    yes      yes     yes    yes
    case:follow               yes  yes    -        -       -      -
    draft:save                yes  yes    yes      yes     yes    yes
    request:read              yes  yes    yes      yes     -      yes
    terms:read                yes  yes    yes      yes     -      -
    participant:read          yes  yes    yes      yes     yes    yes
    joint_act:propose         yes  yes    -        -       -      -
    joint_act:confirm         yes  yes    -        -       -      -
    joint_act:withdraw        yes  yes    -        -       -      -
    record:read               yes  yes    yes      yes     yes    -
    record:export             yes  yes    yes      yes     yes    -
    attendant:read            yes  yes    yes      yes     -      yes
    register:read             yes  yes    yes      yes     -      yes
    help:read                 yes  yes    yes      yes     -      yes
    case:export               yes  yes    -        -       -      -
    retention:read            yes  yes    yes      yes     yes    -
    retention:see             yes  yes    -        -       -      -
    """,
    # The dialogue begins by itself, in whoever's act completes what was missing.
    "preparing": """
                              lead deputy delegate adviser stated facilitator proposed expert coordinator
    case:begin                yes  yes    yes      yes     yes    yes         yes      yes    yes
    case:read                 yes  yes    yes      yes     yes    yes         yes      yes    yes
    case:label                yes  yes    yes      yes     yes    yes         yes      yes    yes
    search:read               yes  yes    yes      yes     yes    yes         yes      yes    yes
    draft:save                yes  yes    yes      yes     yes    yes         yes      yes    yes
    request:read              yes  yes    yes      yes     -      yes         yes      -      yes
    participant:read          yes  yes    yes      yes     yes    yes         yes      -      yes
    participant:list          yes  yes    -        -       -      -           -        -      -
    participant:remove        yes  yes    -        -       -      -           -        -      -
    organisation:leave        yes  yes    -        -       -      -           -        -      -
    seat:state                yes  yes    -        -       -      -           -        -      -
    seat:accept               yes  yes    -        -       -      -           -        -      -
    seat:vouch                -    -      -        -       -      -           -        -      yes
    facilitator:propose       yes  yes    -        -       -      -           -        -      yes
    facilitator:declare       -    -      -        -       -      yes         yes      -      -
    facilitator:accept        yes  yes    -        -       -      -           -        -      -
    facilitator:decline       yes  yes    -        -       -      -           -        -      -
    terms:read                yes  yes    yes      yes     -      yes         -        yes    -
    terms:propose             yes  yes    -        -       -      -           -        -      -
    terms:agree               yes  yes    -        -       -      -           -        -      -
    terms:accept              yes  yes    yes      yes     -      yes         -        yes    -
    joint_act:propose         yes  yes    -        -       -      -           -        -      -
    joint_act:confirm         yes  yes    -        -       -      -           -        -      -
    joint_act:withdraw        yes  yes    -        -       -      -           -        -      -
    case:leave                yes  yes    -        -       -      -           -        -      -
    record:read               yes  yes    yes      yes     yes    yes         yes      -      -
    record:export             yes  yes    yes      yes     yes    yes         yes      -      -
    seat:ask                  yes  yes    -        -       -      -           -        -      -
    seat:answer               yes  yes    -        -       -      -           -        -      -
    lead:succeed              yes  yes    -        -       -      -           -        -      -
    deputy:let                yes  -      -        -       -      -           -        -      -
    deputy:stand_in           -    yes    -        -       -      -           -        -      -
    keys:confirm              yes  yes    -        -       -      -           -        -      -
    facilitator:leave         -    -      -        -       -      yes         yes      -      -
    facilitator:release       yes  yes    -        -       -      -           -        -      -
    attendant:enter           yes  yes    -        -       -      yes         -        -      yes
    attendant:end             yes  yes    -        -       -      yes         -        -      yes
    question:decline          -    -      -        -       -      -           -        yes    -
    attendant:read            yes  yes    yes      yes     -      yes         -        -      yes
    register:read             yes  yes    yes      yes     -      yes         -        -      yes
    register:keep             -    -      -        -       -      yes         -        -      -
    help:read                 yes  yes    yes      yes     -      yes         -        -      yes
    case:export               yes  yes    -        -       -      -           -        -      -
    """,
    "declined": "lead deputy delegate adviser stated",
    "withdrawn": "lead deputy delegate adviser stated coordinator",
    "destroyed": "lead deputy delegate adviser stated facilitator coordinator",
}

# New terms are in force and somebody has not accepted them: what is there stays readable, nothing new is written (R4).
# Here everybody has accepted the former terms; a "lead" and a "facilitator" the new ones too, the others not.
NEW_TERMS = """
                          lead delegate adviser facilitator
case:read                 yes  yes      yes     yes
case:label                yes  yes      yes     yes
search:read               yes  yes      yes     yes
draft:save                yes  yes      yes     yes
request:read              yes  yes      yes     yes
participant:read          yes  yes      yes     yes
participant:list          yes  -        -       -
participant:remove        yes  -        -       -
organisation:leave        yes  -        -       -
seat:state                yes  -        -       -
seat:accept               yes  -        -       -
history:grant             yes  -        -       yes
facilitator:propose       yes  -        -       -
facilitator:declare       -    -        -       yes
facilitator:accept        yes  -        -       -
facilitator:decline       yes  -        -       -
terms:read                yes  yes      yes     yes
terms:propose             yes  -        -       -
terms:agree               yes  -        -       -
support:change            yes  -        -       -
terms:accept              yes  yes      yes     yes
agenda:read               yes  yes      yes     yes
programme:read            yes  yes      yes     yes
summary:read              yes  yes      yes     yes
paper:read                yes  yes      yes     yes
paper:withdraw            yes  -        -       yes
joint_act:read            yes  yes      yes     yes
joint_act:propose         yes  -        -       yes
joint_act:confirm         yes  -        -       -
joint_act:withdraw        yes  -        -       yes
outcome:read              yes  yes      yes     yes
commitment:read           yes  yes      yes     yes
outcome:export     yes  yes      yes     yes
disclosure:read    yes  yes      yes     yes
case:suspend              yes  -        -       yes
case:conclude             yes  -        -       yes
case:leave                yes  -        -       -
record:read               yes  yes      yes     yes
record:export             yes  yes      yes     yes
seat:ask                  yes  -        -       -
seat:answer               yes  -        -       -
lead:succeed              yes  -        -       -
deputy:let                yes  -        -       -
keys:confirm              yes  -        -       -
history:take_back         yes  -        -       yes
facilitator:hand_over     -    -        -       yes
facilitator:leave         -    -        -       yes
facilitator:release       yes  -        -       -
attendant:read            yes  yes      yes     yes
register:read             yes  yes      yes     yes
register:keep             -    -        -       yes
help:read                 yes  yes      yes     yes
attendant:enter           yes  -        -       yes
attendant:end             yes  -        -       yes
input:read                yes  yes      yes     yes
question:withdraw         yes  -        -       -
case:export               yes  -        -       -
"""

# In dialogue, everybody bound: the company's people and the ILO's.
WHO_READS_NOTES = """
                lead deputy delegate adviser newcomer stated facilitator proposed expert coordinator
joint           yes  yes    yes      yes     -        -      yes         -        -      -
company         yes  yes    yes      yes     yes      yes    -           -        -      -
union           -    -      -        -       -        -      -           -        -      -
company_caucus  yes  yes    yes      yes     -        -      yes         -        -      -
union_caucus    -    -      -        -       -        -      yes         -        -      -
facilitation    -    -      -        -       -        -      yes         -        -      -
"""

WHO_WRITES_NOTES = """
                lead deputy delegate adviser newcomer stated facilitator proposed expert coordinator
joint           yes  yes    yes      -       -        -      yes         -        -      -
company         yes  yes    yes      yes     yes      yes    -           -        -      -
union           -    -      -        -       -        -      -           -        -      -
company_caucus  yes  yes    yes      -       -        -      yes         -        -      -
union_caucus    -    -      -        -       -        -      yes         -        -      -
facilitation    -    -      -        -       -        -      yes         -        -      -
"""

# Who lets go what was said in a private room, asks for it, or keeps it; the company's people and the ILO's.
WHO_RELEASES_NOTES = """
                lead deputy delegate adviser newcomer stated facilitator proposed expert coordinator
joint           -    -      -        -       -        -      -           -        -      -
company         yes  yes    -        -       -        -      -           -        -      -
union           -    -      -        -       -        -      -           -        -      -
company_caucus  yes  yes    -        -       -        -      -           -        -      -
union_caucus    -    -      -        -       -        -      -           -        -      -
facilitation    -    -      -        -       -        -      yes         -        -      -
"""

WHO_ASKS_FOR_NOTES = """
                lead deputy delegate adviser newcomer stated facilitator proposed expert coordinator
joint           -    -      -        -       -        -      -           -        -      -
company         -    -      -        -       -        -      -           -        -      -
union           -    -      -        -       -        -      -           -        -      -
company_caucus  -    -      -        -       -        -      yes         -        -      -
union_caucus    -    -      -        -       -        -      yes         -        -      -
facilitation    -    -      -        -       -        -      -           -        -      -
"""

WHO_KEEPS_NOTES = """
                lead deputy delegate adviser newcomer stated facilitator proposed expert coordinator
joint           -    -      -        -       -        -      -           -        -      -
company         -    -      -        -       -        -      -           -        -      -
union           -    -      -        -       -        -      -           -        -      -
company_caucus  yes  yes    -        -       -        -      -           -        -      -
union_caucus    -    -      -        -       -        -      -           -        -      -
facilitation    -    -      -        -       -        -      -           -        -      -
"""

# A release lays something into the joint room: it is possible when that room can be written in. Keeping always is.
WHEN_NOTES_ARE_RELEASED = """
              approve ask keep
preparing     -       -   yes
in_dialogue   yes     yes yes
suspended     -       -   yes
concluding    yes     yes yes
completed     yes     yes yes
closed        -       -   yes
ended         -       -   yes
destroyed     -       -   -
"""

# Where somebody who hears the room can write into it, by the state of the dialogue.
WHEN_NOTES_ARE_WRITTEN = """
              joint company company_caucus facilitation
draft         -     yes     -              -
invited       -     yes     -              -
declined      -     -       -              -
withdrawn     -     -       -              -
requested     -     yes     -              -
not_taken_up  -     -       -              -
preparing     -     yes     -              -
in_dialogue   yes   yes     yes            yes
suspended     -     yes     yes            yes
concluding    yes   yes     yes            yes
completed     yes   yes     yes            yes
closed        -     -       -              -
ended         -     yes     -              -
destroyed     -     -       -              -
"""

# In dialogue, everybody bound, facilitation asked: about a meeting of both sides, and about a caucus of the company.
ABOUT_MEETINGS = """
                          lead deputy delegate adviser newcomer stated facilitator proposed expert coordinator
logistics:read            yes  yes    yes      yes     yes      -      yes         -        -      yes
logistics:propose         -    -      -        -       -        -      yes         -        -      -
logistics:edit            -    -      -        -       -        -      yes         -        -      -
logistics:offer           -    -      -        -       -        -      yes         -        -      -
logistics:answer          yes  yes    yes      yes     -        -      yes         -        -      -
logistics:confirm         yes  yes    -        -       -        -      yes         -        -      -
logistics:cancel          yes  yes    -        -       -        -      yes         -        -      -
logistics:keep            yes  yes    -        -       -        -      yes         -        -      -
logistics:absent          yes  yes    yes      yes     yes      -      yes         -        -      -
logistics:come            yes  yes    yes      yes     yes      -      yes         -        -      -
logistics:book            -    -      -        -       -        -      -           -        -      yes
logistics:hold            -    -      -        -       -        -      yes         -        -      -
company_caucus:read       yes  yes    yes      yes     -        -      yes         -        -      -
company_caucus:propose    -    -      -        -       -        -      yes         -        -      -
company_caucus:edit       -    -      -        -       -        -      yes         -        -      -
company_caucus:offer      -    -      -        -       -        -      yes         -        -      -
company_caucus:answer     yes  yes    yes      yes     -        -      yes         -        -      -
company_caucus:confirm    yes  yes    -        -       -        -      yes         -        -      -
company_caucus:cancel     yes  yes    -        -       -        -      yes         -        -      -
company_caucus:keep       yes  yes    -        -       -        -      yes         -        -      -
company_caucus:absent     yes  yes    yes      yes     -        -      yes         -        -      -
company_caucus:come       yes  yes    yes      yes     -        -      yes         -        -      -
company_caucus:book       -    -      -        -       -        -      -           -        -      -
company_caucus:hold       -    -      -        -       -        -      yes         -        -      -
union_caucus:read         -    -      -        -       -        -      yes         -        -      -
union_caucus:answer       -    -      -        -       -        -      yes         -        -      -
joint:read                -    -      -        -       -        -      -           -        -      -
"""

# Where facilitation was not asked the leads run the meetings, and there is no caucus.
MEETINGS_WITHOUT_FACILITATION = """
                          lead deputy delegate adviser coordinator
logistics:read            yes  yes    yes      yes     yes
logistics:propose         yes  yes    -        -       -
logistics:edit            yes  yes    -        -       -
logistics:offer           yes  yes    -        -       -
logistics:answer          yes  yes    yes      yes     -
logistics:confirm         yes  yes    -        -       -
logistics:hold            yes  yes    -        -       -
logistics:book            -    -      -        -       yes
company_caucus:read       -    -      -        -       -
company_caucus:propose    -    -      -        -       -
"""

# In which states, for the facilitator (booking: the coordinator); in preparation nobody is bound yet.
WHEN_PEOPLE_MEET = """
              read propose answer confirm cancel absent book hold caucus
draft         yes  -       -      -       -      -      -    -    -
requested     yes  -       -      -       -      -      -    -    -
preparing     yes  yes     yes    yes     yes    yes    yes  yes  -
in_dialogue   yes  yes     yes    yes     yes    yes    yes  yes  yes
suspended     yes  -       -      -       yes    yes    yes  yes  -
concluding    yes  yes     yes    yes     yes    yes    yes  yes  yes
completed     yes  yes     yes    yes     yes    yes    yes  yes  yes
closed        yes  -       -      -       -      -      -    -    -
ended         yes  -       -      -       -      -      -    -    -
destroyed     -    -       -      -       -      -      -    -    -
"""

STAFF = """
                party coordinator facilitator expert administrator
case:open       yes   -           -           -      -
case:list       yes   yes         yes         yes    yes
certificate:read yes  yes         yes         yes    yes
account:read    yes   yes         yes         yes    yes
account:edit    yes   yes         yes         yes    yes
account:secure  yes   yes         yes         yes    yes
account:renew   yes   yes         yes         yes    yes
account:join    yes   -           -           -      -
staff:invite    -     -           -           -      yes
staff:read      -     yes         -           -      yes
staff:reset     -     -           -           -      yes
staff:disable   -     -           -           -      yes
staff:enable    -     -           -           -      yes
instance:read   -     -           -           -      yes
letter:retry    -     -           -           -      yes
event:read      -     -           -           -      yes
desk:read       -     yes         -           -      -
desk:confirm    -     yes         -           -      -
report:read     -     yes         -           -      -
roster:edit     -     yes         -           -      -
template:edit   -     yes         -           -      -
catalogue:edit  -     yes         -           -      -
catalogue:read  yes   yes         yes         yes    yes
"""


def lines(table: str) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """The columns of a table, and its lines."""
    heading, *rest = [line.split() for line in table.strip().splitlines()]
    for line in rest:
        assert len(line) == len(heading) + 1, line
        assert set(line[1:]) <= {"yes", "-"}, line
    return heading, [(line[0], line[1:]) for line in rest]


def situation(status: str, *, everyone_bound: bool = True, room: str | None = None) -> Situation:
    return Situation(
        CaseStatus(status), frozenset(Support), everyone_bound=everyone_bound, room=Room(room) if room else None
    )


def found_in(table: str, status: str, seats: dict[str, Seat], *, everyone_bound: bool) -> None:
    """Hold the policy against a table, line by line, and find nothing open that is not in it."""
    heading, rows = lines(table)
    expected = {(act, who): told == "yes" for act, cells in rows for who, told in zip(heading, cells, strict=True)}
    for act in RULES:
        if act in NOTES | RELEASES | MEETINGS:
            continue
        now = situation(status, everyone_bound=everyone_bound, room=ABOUT_A_ROOM.get(act))
        for who in heading:
            assert allowed(act, seats[who], now) is expected.get((act.value, who), False), (status, act.value, who)


@pytest.mark.parametrize("status", EVERYBODY_IS_BOUND)
def test_once_everybody_is_bound(status: str) -> None:
    table = EVERYBODY_IS_BOUND[status]
    seats = {who: seat(who, bound=True) for who in lines(table)[0]}

    found_in(table, status, seats, everyone_bound=True)


@pytest.mark.parametrize("status", NOBODY_IS_BOUND)
def test_before_the_terms_are_accepted(status: str) -> None:
    table = NOBODY_IS_BOUND[status]
    seats = {who: seat(who, bound=False) for who in lines(table)[0]}

    found_in(table, status, seats, everyone_bound=False)


def test_while_new_terms_wait_for_somebody() -> None:
    seats = {who: seat(who, bound=True) for who in ("lead", "facilitator")}
    for who in ("delegate", "adviser"):
        seats[who] = Seat(UUID(int=1), COMPANY, Role(who), confirmed=True, bound=False, undertook=True)

    found_in(NEW_TERMS, "in_dialogue", seats, everyone_bound=False)


@pytest.mark.parametrize(
    ("table", "acts"),
    [
        (WHO_READS_NOTES, {Act.NOTE_READ, Act.DOCUMENT_READ, Act.DOCUMENT_TAKE}),
        (WHO_WRITES_NOTES, {Act.NOTE_WRITE, Act.NOTE_REVISE, Act.DOCUMENT_ADD, Act.DOCUMENT_REVISE}),
        (WHO_RELEASES_NOTES, {Act.RELEASE_APPROVE, Act.DOCUMENT_RELEASE}),
        (WHO_ASKS_FOR_NOTES, {Act.RELEASE_ASK, Act.DOCUMENT_ASK}),
        (WHO_KEEPS_NOTES, {Act.RELEASE_KEEP, Act.DOCUMENT_KEEP}),
    ],
    ids=["read", "write", "release", "ask", "keep"],
)
def test_whose_notes_are_whose(table: str, acts: set[Act]) -> None:
    heading, rows = lines(table)
    assert len(rows) == 6
    for room, cells in rows:
        for who, told in zip(heading, cells, strict=True):
            for act in acts:
                present = allowed(act, seat(who, bound=True), situation("in_dialogue", room=room))
                assert present is (told == "yes"), (act.value, room, who)


def test_when_notes_are_written() -> None:
    heading, rows = lines(WHEN_NOTES_ARE_WRITTEN)
    assert {status for status, _ in rows} == {status.value for status in CaseStatus}
    for status, cells in rows:
        for room, told in zip(heading, cells, strict=True):
            writer = seat("facilitator" if room == "facilitation" else "delegate", bound=True)
            assert allowed(Act.NOTE_WRITE, writer, situation(status, room=room)) is (told == "yes"), (status, room)


def test_when_notes_are_released() -> None:
    heading, rows = lines(WHEN_NOTES_ARE_RELEASED)
    for status, cells in rows:
        for verb, told in zip(heading, cells, strict=True):
            who = seat("facilitator" if verb == "ask" else "lead", bound=True)
            now = situation(status, room="company_caucus")
            assert allowed(Act(f"release:{verb}"), who, now) is (told == "yes"), (status, verb)


def test_while_new_terms_wait_for_somebody_nothing_is_released() -> None:
    now = situation("in_dialogue", everyone_bound=False, room="company_caucus")

    assert not allowed(Act.RELEASE_APPROVE, seat("lead", bound=True), now)
    assert not allowed(Act.RELEASE_ASK, seat("facilitator", bound=True), now)


def test_with_new_terms_notes_are_read_and_only_the_own_room_is_written() -> None:
    waiting = Seat(UUID(int=1), COMPANY, Role.DELEGATE, confirmed=True, bound=False, undertook=True)
    has_accepted = seat("delegate", bound=True)
    for who in (waiting, has_accepted):
        for room in ("joint", "company_caucus"):
            now = situation("in_dialogue", everyone_bound=False, room=room)
            assert allowed(Act.NOTE_READ, who, now)
            assert not allowed(Act.NOTE_WRITE, who, now)
        assert allowed(Act.NOTE_WRITE, who, situation("in_dialogue", everyone_bound=False, room="company"))


@pytest.mark.parametrize(
    ("table", "support"),
    [
        (ABOUT_MEETINGS, frozenset(Support)),
        (MEETINGS_WITHOUT_FACILITATION, frozenset(Support) - {Support.FACILITATION}),
    ],
    ids=["facilitated", "unfacilitated"],
)
def test_who_does_what_about_a_meeting(table: str, support: frozenset[Support]) -> None:
    heading, rows = lines(table)
    for what, cells in rows:
        room, _, verb = what.partition(":")
        now = Situation(CaseStatus.IN_DIALOGUE, support, everyone_bound=True, room=Room(room))
        for who, told in zip(heading, cells, strict=True):
            open_now = allowed(Act(f"meeting:{verb}"), seat(who, bound=True), now)
            assert open_now is (told == "yes"), (what, who)


def test_when_people_meet() -> None:
    heading, rows = lines(WHEN_PEOPLE_MEET)
    for status, cells in rows:
        is_begun = status not in {"draft", "requested", "preparing"}
        for verb, told in zip(heading, cells, strict=True):
            act = Act.MEETING_PROPOSE if verb == "caucus" else Act(f"meeting:{verb}")
            room = "company_caucus" if verb == "caucus" else "logistics"
            who = seat("coordinator" if verb == "book" else "facilitator", bound=is_begun)
            now = situation(status, everyone_bound=is_begun, room=room)
            assert allowed(act, who, now) is (told == "yes"), (status, verb)


def test_while_new_terms_wait_dates_rest_but_anybody_can_still_say_that_he_cannot_come() -> None:
    now = situation("in_dialogue", everyone_bound=False, room="logistics")
    for act in (Act.MEETING_PROPOSE, Act.MEETING_ANSWER, Act.MEETING_CONFIRM, Act.MEETING_EDIT):
        assert not allowed(act, seat("facilitator", bound=True), now)
    for act in (Act.MEETING_ABSENT, Act.MEETING_CANCEL, Act.MEETING_READ):
        assert allowed(act, seat("facilitator", bound=True), now)


def test_without_facilitation_there_is_no_caucus_and_no_facilitator_to_propose() -> None:
    now = Situation(CaseStatus.IN_DIALOGUE, frozenset({Support.NEUTRAL_GROUND}), everyone_bound=True)
    in_caucus = Situation(now.status, now.support, everyone_bound=True, room=Room.COMPANY_CAUCUS)

    assert not allowed(Act.FACILITATOR_PROPOSE, seat("lead", bound=True), now)
    assert not allowed(Act.FACILITATOR_PROPOSE, seat("coordinator", bound=True), now)
    assert not allowed(Act.NOTE_WRITE, seat("lead", bound=True), in_caucus)
    assert not allowed(Act.NOTE_READ, seat("lead", bound=True), in_caucus)


def test_whoever_hears_nothing_of_a_room_is_told_that_it_is_not_there() -> None:
    with pytest.raises(NotFound):
        require(Act.NOTE_READ, seat("lead", bound=True), situation("in_dialogue", room="union"))
    with pytest.raises(NotFound):
        require(Act.CASE_READ, seat("lead", bound=True), situation("declined"))


def test_a_refusal_says_what_is_in_the_way() -> None:
    with pytest.raises(Forbidden):
        require(Act.POSITION_RECORD, seat("delegate", bound=True), situation("in_dialogue"))
    with pytest.raises(NotBound):
        require(Act.POSITION_RECORD, seat("lead", bound=False), situation("in_dialogue"))
    with pytest.raises(IllegalTransition):
        require(Act.CASE_RESUME, seat("lead", bound=True), situation("in_dialogue"))


def test_outside_a_case() -> None:
    heading, rows = lines(STAFF)
    assert {act for act, _ in rows} == {act.value for act in HOUSE_RULES}
    for act, cells in rows:
        for who, told in zip(heading, cells, strict=True):
            staff = frozenset() if who == "party" else frozenset({StaffRole(who)})
            if told == "yes":
                require_of_house(Act(act), staff)
            else:
                with pytest.raises(NotFound):
                    require_of_house(Act(act), staff)


def test_every_act_has_its_line_in_a_table() -> None:
    tables = [*EVERYBODY_IS_BOUND.values(), *NOBODY_IS_BOUND.values(), NEW_TERMS, STAFF]
    told = {act for table in tables for act, _ in lines(table)[1]}

    assert told == {act.value for act in Act} - {act.value for act in NOTES | RELEASES | MEETINGS | BY_THE_CLOCK}


def test_the_buttons_of_a_page_are_the_acts_that_the_policy_opens() -> None:
    open_now = acts_of(seat("coordinator", bound=False), situation("requested"))

    assert {Act.CASE_TAKE_UP, Act.CASE_RETURN, Act.CASE_NOT_TAKE_UP} <= open_now
    assert Act.CASE_LEAVE not in open_now
