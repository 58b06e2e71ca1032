"""Who may do what, and when: the one table of rights that the whole application asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dialogue.domain.acts import Act
from dialogue.domain.cases import ACTIVE, CASE, GONE, CaseStatus, Support
from dialogue.domain.meetings import MEETING_ROOMS
from dialogue.domain.people import (
    BEHIND_THE_TERMS,
    CAUCUS_OF,
    NEEDS_FACILITATION,
    PARTY_ROOMS,
    Role,
    Room,
    Seat,
    StaffRole,
    hears,
)
from dialogue.domain.releases import CAUCUSES, owns
from dialogue.domain.retention import KEPT_FOR_A_TIME
from dialogue.errors import Forbidden, IllegalTransition, NotBound, NotFound, Refusal, SoleHolder


@dataclass(frozen=True, slots=True)
class Situation:
    """What a rule may look at beside the seat.

    everyone_bound  every listed participant has accepted the terms in force
    room            the room that the act is about, where it is about one
    at_risk         the actor's party is down to one holder of its keys, whose recovery code was not typed since
    """

    status: CaseStatus
    support: frozenset[Support] = frozenset()
    everyone_bound: bool = False
    room: Room | None = None
    at_risk: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """Gives None where the act is allowed, else the refusal that says why not."""

    refuses: Callable[[Seat, Situation], type[Refusal] | None]

    def __call__(self, seat: Seat, situation: Situation) -> type[Refusal] | None:
        return self.refuses(seat, situation)


def when(holds: Callable[[Seat, Situation], bool], refusal: type[Refusal] = Forbidden) -> Rule:
    return Rule(lambda seat, situation: None if holds(seat, situation) else refusal)


def all_of(*rules: Rule) -> Rule:
    """Every rule must allow; the first that does not gives the reason."""
    return Rule(lambda seat, situation: next((no for rule in rules if (no := rule(seat, situation))), None))


def any_of(*rules: Rule) -> Rule:
    """One rule that allows is enough; otherwise the last gives the reason."""

    def refuses(seat: Seat, situation: Situation) -> type[Refusal] | None:
        reasons = [rule(seat, situation) for rule in rules]
        return None if None in reasons else reasons[-1]

    return Rule(refuses)


def while_(*statuses: CaseStatus) -> Rule:
    return when(lambda _, situation: situation.status in statuses, IllegalTransition)


def moves(act: Act) -> Rule:
    """The table of the case's life has a row for this act."""
    return when(lambda _, situation: CASE.allows(situation.status, act), IllegalTransition)


stated = when(lambda seat, _: seat.stated)
anyone = when(lambda _seat, _situation: True)
# What the application does by itself when a date has come.
nobody = when(lambda _seat, _situation: False)
of_a_party = when(lambda seat, _: seat.party is not None)
leads = when(lambda seat, _: seat.speaks)
initiates = when(lambda seat, _: seat.role is Role.LEAD)
stands_beside = when(lambda seat, _: seat.role is Role.DEPUTY)
answers = when(lambda seat, _: seat.role is Role.EXPERT)
facilitates = when(lambda seat, _: seat.role is Role.FACILITATOR)
coordinates = when(lambda seat, _: seat.role is Role.COORDINATOR)
prepares = when(lambda seat, _: seat.party is not None and seat.role is not Role.DELEGATE)
confirmed = when(lambda seat, _: seat.confirmed)
bound = when(lambda seat, _: seat.bound, NotBound)
has_undertaken = when(lambda seat, _: seat.has_undertaken, NotBound)
all_bound = when(lambda _, situation: situation.everyone_bound, NotBound)
technical_input_asked = when(lambda _, situation: Support.TECHNICAL_INPUT in situation.support, IllegalTransition)
facilitation_asked = when(lambda _, situation: Support.FACILITATION in situation.support, IllegalTransition)
# Where facilitation was not asked, the leads hold the pen themselves.
facilitation_not_asked = when(lambda _, situation: Support.FACILITATION not in situation.support)
holds_the_pen = any_of(all_of(leads, facilitation_not_asked), facilitates)
in_the_room = when(lambda seat, situation: situation.room is not None and hears(situation.room, seat), NotFound)
# An expert answers one question and sees nothing else.
sees_who_sits = when(lambda seat, _: seat.role is not Role.EXPERT)
own_room = when(lambda seat, situation: seat.party is not None and situation.room is PARTY_ROOMS[seat.party])
# An adviser writes at home and reads elsewhere.
writes_here = any_of(when(lambda seat, _: seat.role is not Role.ADVISER), own_room)
takes_part = when(
    lambda seat, _: seat.role in {Role.LEAD, Role.DEPUTY, Role.DELEGATE} or seat.role is Role.FACILITATOR,
)
suggests = when(lambda seat, _: seat.role in {Role.LEAD, Role.DEPUTY, Role.DELEGATE})
not_gone = when(lambda _, situation: situation.status not in GONE, NotFound)
at_the_table = while_(CaseStatus.IN_DIALOGUE)
while_words_are_agreed = while_(CaseStatus.IN_DIALOGUE, CaseStatus.CONCLUDING)
while_it_is_followed = while_(CaseStatus.IN_DIALOGUE, CaseStatus.CONCLUDING, CaseStatus.COMPLETED)
while_active = while_(*ACTIVE)
while_followed_up = while_(CaseStatus.COMPLETED)
while_seats_change = while_(CaseStatus.DRAFT, CaseStatus.INVITED, CaseStatus.REQUESTED, *ACTIVE)
drafting = while_(CaseStatus.DRAFT, CaseStatus.INVITED)
after_the_end = while_(CaseStatus.COMPLETED, CaseStatus.CLOSED, CaseStatus.ENDED)
reads_the_shared_rooms = when(
    lambda seat, _: seat.party is not None or seat.role is Role.FACILITATOR,
)
has_its_room = when(
    lambda _, situation: situation.room not in NEEDS_FACILITATION or Support.FACILITATION in situation.support,
    NotFound,
)

# Where and when new notes may be written; private rooms stay their side's until the case is closed.
WRITABLE: dict[Room, frozenset[CaseStatus]] = {
    Room.JOINT: frozenset({CaseStatus.IN_DIALOGUE, CaseStatus.CONCLUDING, CaseStatus.COMPLETED}),
    **dict.fromkeys(
        (*CAUCUS_OF.values(), Room.FACILITATION),
        (ACTIVE - {CaseStatus.PREPARING}) | {CaseStatus.COMPLETED},
    ),
    **dict.fromkeys(
        PARTY_ROOMS.values(),
        frozenset(CaseStatus) - GONE - {CaseStatus.CLOSED, CaseStatus.NOT_TAKEN_UP},
    ),
}
room_is_writable = when(
    lambda _, situation: situation.room is not None and situation.status in WRITABLE.get(situation.room, frozenset()),
    IllegalTransition,
)
owns_the_room = when(lambda seat, situation: situation.room is not None and owns(seat, situation.room))
of_a_caucus = when(lambda _, situation: situation.room in CAUCUSES, NotFound)
joint_is_writable = while_(*WRITABLE[Room.JOINT])
of_meetings = when(lambda _, situation: situation.room in MEETING_ROOMS, NotFound)
in_logistics = when(lambda _, situation: situation.room is Room.LOGISTICS, NotFound)
# Meetings stand as long as there may be one; looking for dates waits for new terms as everything else does, but before
# the dialogue has begun there are none that could hold it up.
while_people_meet = while_(*ACTIVE, CaseStatus.COMPLETED)
dates_are_looked_for = any_of(
    all_of(in_logistics, confirmed, while_(CaseStatus.PREPARING)),
    all_of(bound, all_bound, while_(CaseStatus.IN_DIALOGUE, CaseStatus.CONCLUDING, CaseStatus.COMPLETED)),
)
sits_at_the_table = when(lambda seat, _: seat.party is not None or seat.role is Role.FACILITATOR)
meets = all_of(not_gone, of_meetings, has_its_room, in_the_room)
undertaken = Rule(
    lambda seat, situation: (
        None if situation.room not in BEHIND_THE_TERMS else all_of(bound, all_bound)(seat, situation)
    ),
)


RULES: dict[Act, Rule] = {
    Act.CASE_READ: not_gone,
    Act.CASE_LABEL: not_gone,
    # The joint request
    Act.CASE_INVITE: all_of(initiates, moves(Act.CASE_INVITE)),
    Act.REQUEST_READ: all_of(not_gone, in_the_room),
    Act.REQUEST_EDIT: all_of(prepares, in_the_room, drafting),
    Act.REQUEST_COMMENT: all_of(prepares, in_the_room, drafting),
    # The ILO does what both ask (R3): only both leads together change it, once the terms bind them.
    Act.SUPPORT_CHANGE: all_of(leads, bound, while_active),
    Act.REQUEST_ENDORSE: all_of(leads, confirmed, while_(CaseStatus.INVITED)),
    Act.CASE_REQUEST: all_of(leads, confirmed, moves(Act.CASE_REQUEST)),
    Act.CASE_DECLINE: all_of(initiates, moves(Act.CASE_DECLINE)),
    Act.CASE_WITHDRAW: all_of(initiates, moves(Act.CASE_WITHDRAW)),
    Act.CASE_TAKE_UP: all_of(coordinates, moves(Act.CASE_TAKE_UP)),
    Act.CASE_RETURN: all_of(coordinates, moves(Act.CASE_RETURN)),
    Act.CASE_NOT_TAKE_UP: all_of(coordinates, moves(Act.CASE_NOT_TAKE_UP)),
    # Who sits at the table
    Act.PARTICIPANT_READ: all_of(not_gone, sees_who_sits),
    Act.PARTICIPANT_LIST: all_of(leads, any_of(drafting, while_active)),
    Act.PARTICIPANT_REMOVE: all_of(leads, any_of(drafting, while_(CaseStatus.REQUESTED), while_active)),
    Act.ORGANISATION_LEAVE: all_of(leads, any_of(drafting, while_(CaseStatus.REQUESTED), while_active)),
    Act.SEAT_STATE: all_of(leads, any_of(drafting, while_(CaseStatus.REQUESTED), while_active)),
    Act.SEAT_VOUCH: all_of(coordinates, any_of(while_(CaseStatus.REQUESTED), while_active)),
    Act.SEAT_ACCEPT: all_of(leads, any_of(drafting, while_(CaseStatus.REQUESTED), while_active)),
    Act.SEAT_ASK: all_of(leads, while_seats_change),
    Act.SEAT_ANSWER: all_of(leads, while_seats_change),
    Act.LEAD_SUCCEED: all_of(leads, confirmed, while_seats_change),
    Act.DEPUTY_LET: all_of(initiates, while_seats_change),
    Act.DEPUTY_STAND_IN: all_of(stands_beside, confirmed, while_seats_change),
    Act.KEYS_CONFIRM: all_of(leads, while_active),
    Act.HISTORY_GRANT: all_of(any_of(leads, facilitates), bound, while_active),
    Act.HISTORY_TAKE_BACK: all_of(any_of(leads, facilitates), has_undertaken, while_active),
    Act.FACILITATOR_PROPOSE: all_of(any_of(leads, coordinates), facilitation_asked, while_active),
    Act.FACILITATOR_DECLARE: all_of(facilitates, while_active),
    Act.FACILITATOR_ACCEPT: all_of(leads, confirmed, while_active),
    Act.FACILITATOR_DECLINE: all_of(leads, confirmed, while_active),
    Act.FACILITATOR_HAND_OVER: all_of(facilitates, confirmed, bound, while_(*(ACTIVE - {CaseStatus.PREPARING}))),
    Act.FACILITATOR_LEAVE: all_of(facilitates, while_active),
    Act.FACILITATOR_RELEASE: all_of(leads, confirmed, while_active),
    Act.ATTENDANT_READ: all_of(not_gone, in_the_room),
    Act.ATTENDANT_ENTER: all_of(in_the_room, any_of(leads, facilitates, coordinates), while_active),
    Act.ATTENDANT_END: all_of(in_the_room, any_of(leads, facilitates, coordinates), while_active),
    # What both ask of an expert
    Act.INPUT_READ: all_of(not_gone, in_the_room),
    Act.EXPERT_SUGGEST: all_of(coordinates, technical_input_asked, at_the_table),
    Act.QUESTION_PROPOSE: all_of(leads, bound, all_bound, technical_input_asked, at_the_table),
    Act.QUESTION_PUT: all_of(leads, bound, all_bound, technical_input_asked, at_the_table),
    Act.QUESTION_WITHDRAW: all_of(leads, has_undertaken, while_active),
    Act.QUESTION_DECLINE: all_of(answers, confirmed, while_active),
    Act.QUESTION_ANSWER: all_of(answers, confirmed, bound, while_(CaseStatus.IN_DIALOGUE, CaseStatus.CONCLUDING)),
    # Terms of confidentiality
    Act.TERMS_READ: all_of(not_gone, in_the_room),
    Act.TERMS_PROPOSE: all_of(leads, confirmed, while_active),
    Act.TERMS_AGREE: all_of(leads, confirmed, while_active),
    Act.TERMS_ACCEPT: all_of(in_the_room, confirmed, while_active),
    # The dialogue itself
    Act.CASE_BEGIN: moves(Act.CASE_BEGIN),
    Act.AGENDA_READ: all_of(not_gone, reads_the_shared_rooms, has_undertaken),
    Act.AGENDA_PROPOSE: all_of(any_of(leads, facilitates), bound, all_bound, at_the_table),
    Act.AGENDA_ADMIT: all_of(leads, bound, all_bound, at_the_table),
    Act.AGENDA_PARK: all_of(any_of(leads, facilitates), bound, all_bound, at_the_table),
    Act.AGENDA_RESUME: all_of(any_of(leads, facilitates), bound, all_bound, at_the_table),
    Act.AGENDA_WITHDRAW: all_of(any_of(leads, facilitates), bound, all_bound, at_the_table),
    Act.AGENDA_ORDER: all_of(any_of(leads, facilitates), bound, all_bound, at_the_table),
    Act.WORDING_PROPOSE: all_of(any_of(leads, facilitates), bound, all_bound, at_the_table),
    Act.WORDING_TRANSLATE: all_of(any_of(leads, facilitates), bound, all_bound, while_words_are_agreed),
    Act.POSITION_RECORD: all_of(leads, bound, all_bound, at_the_table),
    # Preamble and closing words are agreed like any wording, up to the signatures.
    Act.FRAME_WORD: all_of(any_of(leads, facilitates), bound, all_bound, while_words_are_agreed),
    Act.FRAME_STAND: all_of(leads, bound, all_bound, while_words_are_agreed),
    Act.NOTE_READ: all_of(not_gone, has_its_room, in_the_room),
    Act.NOTE_WRITE: all_of(not_gone, has_its_room, in_the_room, writes_here, undertaken, room_is_writable),
    Act.NOTE_REVISE: all_of(not_gone, has_its_room, in_the_room, writes_here, undertaken, room_is_writable),
    # The owner alone lets go what was said in private, in the exact words; whoever else hears it can only ask.
    Act.RELEASE_ASK: all_of(
        not_gone, has_its_room, in_the_room, of_a_caucus, facilitates, bound, all_bound, joint_is_writable
    ),
    Act.RELEASE_APPROVE: all_of(
        not_gone, has_its_room, in_the_room, owns_the_room, bound, all_bound, joint_is_writable
    ),
    Act.RELEASE_KEEP: all_of(not_gone, has_its_room, in_the_room, of_a_caucus, leads),
    # Documents lie in the same rooms, and are let go in the same manner.
    Act.DOCUMENT_READ: all_of(not_gone, has_its_room, in_the_room),
    Act.DOCUMENT_TAKE: all_of(not_gone, has_its_room, in_the_room),
    Act.DOCUMENT_ADD: all_of(not_gone, has_its_room, in_the_room, writes_here, undertaken, room_is_writable),
    Act.DOCUMENT_REVISE: all_of(not_gone, has_its_room, in_the_room, writes_here, undertaken, room_is_writable),
    Act.DOCUMENT_ASK: all_of(
        not_gone, has_its_room, in_the_room, of_a_caucus, facilitates, bound, all_bound, joint_is_writable
    ),
    Act.DOCUMENT_RELEASE: all_of(
        not_gone, has_its_room, in_the_room, owns_the_room, bound, all_bound, joint_is_writable
    ),
    Act.DOCUMENT_KEEP: all_of(not_gone, has_its_room, in_the_room, of_a_caucus, leads),
    Act.DOCUMENT_TIE: all_of(any_of(leads, facilitates), bound, all_bound, at_the_table),
    Act.DRAFT_SAVE: not_gone,
    # Meetings on neutral ground
    Act.MEETING_READ: meets,
    Act.MEETING_PROPOSE: all_of(meets, holds_the_pen, dates_are_looked_for),
    Act.MEETING_EDIT: all_of(meets, holds_the_pen, dates_are_looked_for),
    Act.MEETING_OFFER: all_of(meets, holds_the_pen, dates_are_looked_for),
    Act.MEETING_ANSWER: all_of(meets, sits_at_the_table, dates_are_looked_for),
    Act.MEETING_CONFIRM: all_of(meets, any_of(leads, facilitates), dates_are_looked_for),
    # Nobody is kept from saying that a meeting cannot be: no words go with it, and it waits for no terms.
    Act.MEETING_CANCEL: all_of(meets, any_of(leads, facilitates), while_people_meet),
    Act.MEETING_KEEP: all_of(meets, any_of(leads, facilitates), while_people_meet),
    Act.MEETING_ABSENT: all_of(meets, sits_at_the_table, while_people_meet),
    Act.MEETING_COME: all_of(meets, sits_at_the_table, while_people_meet),
    Act.MEETING_BOOK: all_of(meets, in_logistics, coordinates, while_people_meet),
    Act.MEETING_HOLD: all_of(meets, holds_the_pen, while_people_meet),
    # Holding a meeting, and what happened on paper
    Act.PROGRAMME_READ: all_of(not_gone, reads_the_shared_rooms, has_undertaken),
    Act.PROGRAMME_SET: all_of(any_of(leads, facilitates), bound, all_bound, joint_is_writable),
    Act.REGISTER_READ: meets,
    Act.REGISTER_KEEP: all_of(meets, holds_the_pen, while_people_meet),
    Act.RECUSAL_SAY: all_of(takes_part, bound, all_bound, joint_is_writable),
    Act.RECUSAL_LIFT: all_of(takes_part, bound, all_bound, joint_is_writable),
    Act.SUMMARY_READ: all_of(not_gone, reads_the_shared_rooms, has_undertaken),
    Act.SUMMARY_DRAFT: all_of(holds_the_pen, bound, all_bound, joint_is_writable),
    Act.SUMMARY_PROPOSE: all_of(holds_the_pen, bound, all_bound, joint_is_writable),
    Act.SUMMARY_AMEND: all_of(suggests, bound, all_bound, joint_is_writable),
    Act.SUMMARY_APPROVE: all_of(leads, bound, all_bound, joint_is_writable),
    Act.PAPER_READ: all_of(not_gone, reads_the_shared_rooms, has_undertaken),
    Act.PAPER_PROPOSE: all_of(any_of(leads, facilitates), bound, all_bound, joint_is_writable),
    Act.PAPER_AGREE: all_of(leads, bound, all_bound, joint_is_writable),
    Act.PAPER_WITHDRAW: all_of(any_of(leads, facilitates), bound, joint_is_writable),
    # What both do together, and what ends a dialogue
    Act.JOINT_ACT_READ: all_of(not_gone, reads_the_shared_rooms, has_undertaken),
    Act.JOINT_ACT_PROPOSE: all_of(not_gone, any_of(all_of(facilitates, bound), all_of(leads, confirmed))),
    Act.JOINT_ACT_CONFIRM: all_of(not_gone, leads, confirmed),
    Act.JOINT_ACT_WITHDRAW: all_of(not_gone, any_of(all_of(facilitates, has_undertaken), leads)),
    Act.AGENDA_REOPEN: all_of(any_of(leads, facilitates), bound, all_bound, at_the_table),
    Act.CASE_SUSPEND: all_of(any_of(leads, facilitates), bound, moves(Act.CASE_SUSPEND)),
    Act.CASE_RESUME: all_of(any_of(leads, facilitates), bound, moves(Act.CASE_RESUME)),
    Act.CASE_CONCLUDE: all_of(any_of(leads, facilitates), bound, moves(Act.CASE_CONCLUDE)),
    Act.CASE_GO_BACK: all_of(leads, bound, moves(Act.CASE_GO_BACK)),
    Act.OUTCOME_READ: all_of(not_gone, reads_the_shared_rooms, has_undertaken),
    Act.OUTCOME_ASSEMBLE: all_of(any_of(leads, facilitates), bound, all_bound, while_(CaseStatus.CONCLUDING)),
    Act.OUTCOME_SIGN: all_of(leads, bound, all_bound, while_(CaseStatus.CONCLUDING)),
    Act.OUTCOME_EXPORT: all_of(not_gone, reads_the_shared_rooms, has_undertaken),
    # What both have signed never changes; more is said in a record of its own that names it.
    Act.ADDENDUM_ASSEMBLE: all_of(any_of(leads, facilitates), bound, all_bound, while_(CaseStatus.COMPLETED)),
    Act.ADDENDUM_SIGN: all_of(leads, bound, all_bound, while_(CaseStatus.COMPLETED)),
    Act.CASE_COMPLETE: all_of(leads, bound, all_bound, moves(Act.CASE_COMPLETE)),
    Act.CASE_CLOSE: all_of(leads, moves(Act.CASE_CLOSE)),
    Act.CASE_LEAVE: all_of(leads, moves(Act.CASE_LEAVE)),
    # A new dialogue between the same parties is a new case; it may name the one before it.
    Act.CASE_FOLLOW: all_of(
        leads,
        while_(CaseStatus.COMPLETED, CaseStatus.CLOSED, CaseStatus.ENDED, CaseStatus.NOT_TAKEN_UP),
    ),
    # How long what is over is kept: nobody alone brings the date nearer or puts it off. What both do together is
    # signed in the joint room; where nobody has undertaken anything the date simply stands.
    Act.CASE_DESTROY: all_of(leads, has_undertaken, while_(CaseStatus.CLOSED, CaseStatus.ENDED)),
    Act.RETENTION_READ: all_of(any_of(of_a_party, facilitates), while_(*KEPT_FOR_A_TIME)),
    Act.RETENTION_SEE: all_of(leads, while_(*KEPT_FOR_A_TIME)),
    Act.RETENTION_EXTEND: all_of(leads, has_undertaken, while_(CaseStatus.CLOSED, CaseStatus.ENDED)),
    Act.HOLD_PLACE: all_of(leads, has_undertaken, while_(CaseStatus.CLOSED, CaseStatus.ENDED)),
    Act.HOLD_LIFT: all_of(leads, has_undertaken, while_(CaseStatus.CLOSED, CaseStatus.ENDED)),
    # What may be told outside
    Act.DISCLOSURE_READ: all_of(not_gone, reads_the_shared_rooms, has_undertaken),
    Act.DISCLOSURE_WISH: all_of(
        leads,
        bound,
        all_bound,
        while_(CaseStatus.IN_DIALOGUE, CaseStatus.SUSPENDED, CaseStatus.CONCLUDING, CaseStatus.COMPLETED),
    ),
    Act.STATEMENT_WORD: all_of(any_of(leads, facilitates), bound, all_bound, while_it_is_followed),
    Act.STATEMENT_STAND: all_of(leads, bound, all_bound, while_it_is_followed),
    # Follow-up is what happens while a case is completed: both sign what is to be done and how far they see it.
    Act.COMMITMENT_READ: all_of(not_gone, reads_the_shared_rooms, has_undertaken),
    Act.COMMITMENT_PROPOSE: all_of(leads, bound, all_bound, while_followed_up),
    Act.COMMITMENT_CHANGE: all_of(leads, bound, all_bound, while_followed_up),
    Act.COMMITMENT_AGREE: all_of(leads, bound, all_bound, while_followed_up),
    Act.COMMITMENT_WITHDRAW: all_of(leads, bound, all_bound, while_followed_up),
    Act.COMMITMENT_REPORT: all_of(leads, bound, all_bound, while_followed_up),
    Act.COMMITMENT_ANSWER: all_of(leads, bound, all_bound, while_followed_up),
    Act.COMMITMENT_SUPPORT: all_of(leads, bound, all_bound, while_followed_up),
    Act.REVIEW_PROPOSE: all_of(leads, bound, all_bound, while_followed_up),
    Act.REVIEW_AGREE: all_of(leads, bound, all_bound, while_followed_up),
    Act.REVIEW_WITHDRAW: all_of(leads, bound, all_bound, while_followed_up),
    Act.REVIEW_HOLD: all_of(leads, bound, all_bound, while_followed_up),
    # The desk hears which support both want, once both want it, and nothing else.
    Act.HELP_READ: all_of(not_gone, in_the_room),
    Act.HELP_ASK: all_of(leads, bound, all_bound, while_followed_up),
    Act.HELP_AGREE: all_of(leads, bound, all_bound, while_followed_up),
    Act.HELP_WITHDRAW: all_of(leads, bound, all_bound, while_followed_up),
    Act.HELP_ANSWER: all_of(coordinates, while_followed_up),
    # Notices and the record
    Act.NOTICE_READ: all_of(any_of(leads, coordinates), after_the_end),
    Act.NOTICE_PREPARE: all_of(coordinates, after_the_end),
    Act.NOTICE_AGREE: all_of(leads, after_the_end),
    Act.NOTICE_SEND: all_of(coordinates, after_the_end),
    # Whoever reads a room may search it; the keys decide which.
    Act.SEARCH_READ: not_gone,
    Act.RECORD_READ: all_of(not_gone, any_of(of_a_party, facilitates)),
    Act.RECORD_EXPORT: all_of(not_gone, any_of(of_a_party, facilitates)),
    Act.CASE_EXPORT: all_of(not_gone, leads),
}

# Whoever opened a link has proved a mailbox; until a lead has signed for the seat, nothing else is open to him.
BEFORE_STATED = frozenset(
    {Act.CASE_READ, Act.CASE_LABEL, Act.CASE_DECLINE, Act.PARTICIPANT_READ, Act.DRAFT_SAVE},
)
RULES |= {act: all_of(rule, stated) for act, rule in RULES.items() if act not in BEFORE_STATED}

# A party whose keys one person alone holds says nothing more in its name until that person has the recovery code at
# hand: what only it can open would be lost with a forgotten password. Looking, listing a second holder and leaving
# stay open.
GOES_ON = frozenset(
    {
        Act.AGENDA_PROPOSE,
        Act.AGENDA_ADMIT,
        Act.WORDING_PROPOSE,
        Act.POSITION_RECORD,
        Act.NOTE_WRITE,
        Act.NOTE_REVISE,
        Act.DOCUMENT_ADD,
        Act.DOCUMENT_REVISE,
        Act.SUMMARY_DRAFT,
        Act.SUMMARY_PROPOSE,
        Act.SUMMARY_AMEND,
        Act.SUMMARY_APPROVE,
        Act.PAPER_PROPOSE,
        Act.PAPER_AGREE,
        Act.JOINT_ACT_PROPOSE,
        Act.JOINT_ACT_CONFIRM,
        Act.OUTCOME_ASSEMBLE,
        Act.OUTCOME_SIGN,
        Act.ADDENDUM_ASSEMBLE,
        Act.ADDENDUM_SIGN,
        Act.FRAME_WORD,
        Act.FRAME_STAND,
        Act.STATEMENT_WORD,
        Act.STATEMENT_STAND,
        Act.QUESTION_PROPOSE,
        Act.QUESTION_PUT,
        Act.TERMS_PROPOSE,
        Act.TERMS_AGREE,
    }
)
keys_are_safe = when(lambda _, situation: not situation.at_risk, SoleHolder)
RULES |= {act: all_of(rule, keys_are_safe) for act, rule in RULES.items() if act in GOES_ON}

StaffRule = Callable[[frozenset[StaffRole]], bool]

# What needs no case. Staff never open one: the parties do (R1).
HOUSE_RULES: dict[Act, StaffRule] = {
    Act.CASE_OPEN: lambda staff: not staff,
    Act.CASES_LIST: lambda _: True,
    Act.CERTIFICATE_READ: lambda _: True,
    Act.ACCOUNT_READ: lambda _: True,
    Act.ACCOUNT_EDIT: lambda _: True,
    Act.ACCOUNT_SECURE: lambda _: True,
    Act.ACCOUNT_RENEW: lambda _: True,
    # Who works for the ILO sits in a case by its list, never by a party's invitation.
    Act.ACCOUNT_JOIN: lambda staff: not staff,
    Act.STAFF_INVITE: lambda staff: StaffRole.ADMINISTRATOR in staff,
    Act.STAFF_READ: lambda staff: bool(staff & {StaffRole.ADMINISTRATOR, StaffRole.COORDINATOR}),
    Act.STAFF_RESET: lambda staff: StaffRole.ADMINISTRATOR in staff,
    Act.STAFF_DISABLE: lambda staff: StaffRole.ADMINISTRATOR in staff,
    Act.STAFF_ENABLE: lambda staff: StaffRole.ADMINISTRATOR in staff,
    Act.INSTANCE_READ: lambda staff: StaffRole.ADMINISTRATOR in staff,
    Act.LETTER_RETRY: lambda staff: StaffRole.ADMINISTRATOR in staff,
    Act.EVENT_READ: lambda staff: StaffRole.ADMINISTRATOR in staff,
    Act.DESK_READ: lambda staff: StaffRole.COORDINATOR in staff,
    Act.DESK_CONFIRM: lambda staff: StaffRole.COORDINATOR in staff,
    Act.REPORT_READ: lambda staff: StaffRole.COORDINATOR in staff,
    Act.ROSTER_EDIT: lambda staff: StaffRole.COORDINATOR in staff,
    Act.TEMPLATE_EDIT: lambda staff: StaffRole.COORDINATOR in staff,
    # What the ILO offers is no secret; the office says what stands there.
    Act.CATALOGUE_READ: lambda _: True,
    Act.CATALOGUE_EDIT: lambda staff: StaffRole.COORDINATOR in staff,
}

# Whoever does one of these has shown password and second factor within the last minutes.
FRESH_ACTS = frozenset(
    {
        Act.ACCOUNT_SECURE,
        Act.ACCOUNT_RENEW,
        Act.SEAT_STATE,
        Act.SEAT_ACCEPT,
        Act.SEAT_VOUCH,
        Act.HISTORY_GRANT,
        Act.PARTICIPANT_REMOVE,
        Act.LEAD_SUCCEED,
        Act.FACILITATOR_ACCEPT,
        Act.FACILITATOR_RELEASE,
        Act.QUESTION_PROPOSE,
        Act.QUESTION_PUT,
        Act.DESK_CONFIRM,
        Act.SUMMARY_APPROVE,
        Act.OUTCOME_SIGN,
        Act.OUTCOME_EXPORT,
        Act.ADDENDUM_SIGN,
        Act.CASE_DESTROY,
        Act.CASE_EXPORT,
    }
)

# What nobody does: the application itself, when a date has come.
BY_THE_CLOCK = frozenset({Act.RETENTION_WARN, Act.RETENTION_GRACE, Act.RETENTION_NOTES})
RULES |= dict.fromkeys(BY_THE_CLOCK, nobody)

if unruled := set(Act) - set(RULES) - set(HOUSE_RULES):
    raise RuntimeError(f"acts without a rule: {sorted(unruled)}")
if twice := set(RULES) & set(HOUSE_RULES):
    raise RuntimeError(f"acts with two rules: {sorted(twice)}")


def require(act: Act, seat: Seat, situation: Situation) -> None:
    """Raise the refusal that fits unless this seat may do ``act`` in this situation."""
    refusal = RULES[act](seat, situation)
    if refusal is not None:
        raise refusal(act)


def allowed(act: Act, seat: Seat, situation: Situation) -> bool:
    return RULES[act](seat, situation) is None


def acts_of(seat: Seat, situation: Situation) -> frozenset[Act]:
    """Every act that is open to this seat now; the buttons of a page are chosen from these."""
    return frozenset(act for act in RULES if allowed(act, seat, situation))


def require_of_house(act: Act, staff: frozenset[StaffRole]) -> None:
    """The same for what stands outside any case; who may not is told that there is nothing here."""
    if not HOUSE_RULES[act](staff):
        raise NotFound(act)
