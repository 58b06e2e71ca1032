"""What somebody is told of in the application itself: the occasions, and how long they are kept."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from dialogue.domain.acts import Act
from dialogue.domain.people import Party, Role, Room, listens

READ_ARE_KEPT = timedelta(days=30)
ALL_ARE_KEPT = timedelta(days=180)

# What only some of those at the table hear; the rest of a dialogue's course reaches whoever the act concerns.
PRIVATE = frozenset(
    {Room.COMPANY, Room.UNION, Room.COMPANY_CAUCUS, Room.UNION_CAUCUS, Room.FACILITATION, Room.DRAFTING}
)


class TidingKind(StrEnum):
    """The occasion; a mail about it says no more than this."""

    WAITING = "waiting"
    DECLINED = "declined"
    REQUEST_MADE = "request_made"
    ACKNOWLEDGEMENT = "acknowledgement"
    SEAT_TURN = "seat_turn"
    SEAT_AWAITED = "seat_awaited"
    SEAT_CONFIRMED = "seat_confirmed"


# Of these a letter of their own leaves with the act itself: somebody waits on the telephone, or they tell a number.
TOLD_AT_ONCE = frozenset(
    {TidingKind.ACKNOWLEDGEMENT, TidingKind.SEAT_TURN, TidingKind.SEAT_AWAITED, TidingKind.SEAT_CONFIRMED}
)

# What is told by its name, and by whom it was done: it stands in the record of a room that everybody hears who is told.
# Of anything else somebody learns that something has changed: which lead declined a facilitator, say, is no one's news.
TOLD_BY_NAME = frozenset(
    {
        Act.AGENDA_PROPOSE,
        Act.AGENDA_ADMIT,
        Act.AGENDA_PARK,
        Act.AGENDA_RESUME,
        Act.AGENDA_WITHDRAW,
        Act.AGENDA_REOPEN,
        Act.WORDING_PROPOSE,
        Act.POSITION_RECORD,
        Act.MEETING_PROPOSE,
        Act.MEETING_EDIT,
        Act.MEETING_OFFER,
        Act.MEETING_CONFIRM,
        Act.MEETING_CANCEL,
        Act.MEETING_KEEP,
        Act.MEETING_ABSENT,
        Act.MEETING_COME,
        Act.MEETING_BOOK,
        Act.RELEASE_ASK,
        Act.JOINT_ACT_PROPOSE,
        Act.JOINT_ACT_CONFIRM,
        Act.JOINT_ACT_WITHDRAW,
        Act.CASE_TAKE_UP,
        Act.CASE_RETURN,
        Act.CASE_LEAVE,
        Act.OUTCOME_ASSEMBLE,
        Act.OUTCOME_SIGN,
        Act.TERMS_PROPOSE,
        Act.TERMS_AGREE,
        Act.REQUEST_EDIT,
        Act.REQUEST_ENDORSE,
        Act.FACILITATOR_PROPOSE,
        Act.FACILITATOR_DECLARE,
        Act.COMMITMENT_PROPOSE,
        Act.COMMITMENT_CHANGE,
        Act.COMMITMENT_AGREE,
        Act.COMMITMENT_WITHDRAW,
        Act.COMMITMENT_REPORT,
        Act.COMMITMENT_ANSWER,
        Act.REVIEW_PROPOSE,
        Act.REVIEW_AGREE,
        Act.REVIEW_HOLD,
        Act.NOTICE_PREPARE,
        Act.SUMMARY_PROPOSE,
        Act.SUMMARY_AMEND,
        Act.SUMMARY_APPROVE,
        Act.DOCUMENT_ASK,
        Act.DOCUMENT_RELEASE,
    }
)


def may_be_told(room: Room, party: Party | None, role: Role) -> bool:
    """Whether somebody of that side and role may learn that something happened in a room."""
    return room not in PRIVATE or listens(room, party, role)
