"""What the procedure waits for, and from whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from dialogue.domain.acts import Act
from dialogue.domain.people import Party, Role


class TaskKind(StrEnum):
    """One thing that somebody is expected to do next."""

    INVITE_LEAD = "invite_lead"
    JOIN = "join"
    CONFIRM_SEAT = "confirm_seat"
    CONFIRM_KEYS = "confirm_keys"
    VOUCH_KEYS = "vouch_keys"
    ACCEPT_SEAT = "accept_seat"
    ENDORSE = "endorse"
    ANSWER_REQUEST = "answer_request"
    PROPOSE_TERMS = "propose_terms"
    AGREE_TERMS = "agree_terms"
    ACCEPT_TERMS = "accept_terms"
    PROPOSE_FACILITATOR = "propose_facilitator"
    DECLARE_INTERESTS = "declare_interests"
    ANSWER_FACILITATOR = "answer_facilitator"
    HAND_OVER = "hand_over"
    ANSWER_INQUIRY = "answer_inquiry"
    PUT_QUESTION = "put_question"
    ANSWER_QUESTION = "answer_question"
    ADMIT_ITEM = "admit_item"
    TAKE_POSITION = "take_position"
    CONFIRM_JOINT_ACT = "confirm_joint_act"
    ANSWER_RELEASE = "answer_release"
    ANSWER_DOCUMENT = "answer_document"
    ANSWER_DATES = "answer_dates"
    CONFIRM_DATE = "confirm_date"
    AGREE_CANCEL = "agree_cancel"
    HOLD_MEETING = "hold_meeting"
    ANSWER_CAUCUS_DATES = "answer_caucus_dates"
    CONFIRM_CAUCUS_DATE = "confirm_caucus_date"
    AGREE_CAUCUS_CANCEL = "agree_caucus_cancel"
    HOLD_CAUCUS = "hold_caucus"
    BOOK_GROUND = "book_ground"
    KEEP_REGISTER = "keep_register"
    APPROVE_SUMMARY = "approve_summary"
    ANSWER_AMENDMENT = "answer_amendment"
    AGREE_PAPER = "agree_paper"
    ASSEMBLE_OUTCOME = "assemble_outcome"
    SIGN_OUTCOME = "sign_outcome"
    ANSWER_PREAMBLE = "answer_preamble"
    ANSWER_CLOSING = "answer_closing"
    ANSWER_STATEMENT = "answer_statement"
    SIGN_ADDENDUM = "sign_addendum"
    GIVE_WISH = "give_wish"
    AGREE_COMMITMENT = "agree_commitment"
    REPORT_COMMITMENT = "report_commitment"
    ANSWER_REPORT = "answer_report"
    AGREE_REVIEW = "agree_review"
    HOLD_REVIEW = "hold_review"
    AGREE_HELP = "agree_help"
    ANSWER_HELP = "answer_help"
    PREPARE_NOTICE = "prepare_notice"
    AGREE_NOTICE = "agree_notice"
    SEND_NOTICE = "send_notice"
    SEE_RETENTION = "see_retention"


# The act by which each task is done: what the policy does not open, nobody is asked for.
DONE_BY: dict[TaskKind, Act] = {
    TaskKind.INVITE_LEAD: Act.CASE_INVITE,
    TaskKind.CONFIRM_SEAT: Act.SEAT_STATE,
    TaskKind.CONFIRM_KEYS: Act.SEAT_STATE,
    TaskKind.VOUCH_KEYS: Act.SEAT_VOUCH,
    TaskKind.ACCEPT_SEAT: Act.SEAT_ACCEPT,
    TaskKind.ENDORSE: Act.REQUEST_ENDORSE,
    TaskKind.ANSWER_REQUEST: Act.CASE_TAKE_UP,
    TaskKind.PROPOSE_TERMS: Act.TERMS_PROPOSE,
    TaskKind.AGREE_TERMS: Act.TERMS_AGREE,
    TaskKind.ACCEPT_TERMS: Act.TERMS_ACCEPT,
    TaskKind.PROPOSE_FACILITATOR: Act.FACILITATOR_PROPOSE,
    TaskKind.DECLARE_INTERESTS: Act.FACILITATOR_DECLARE,
    TaskKind.ANSWER_FACILITATOR: Act.FACILITATOR_ACCEPT,
    TaskKind.HAND_OVER: Act.FACILITATOR_LEAVE,
    TaskKind.ANSWER_INQUIRY: Act.SEAT_ANSWER,
    TaskKind.PUT_QUESTION: Act.QUESTION_PUT,
    TaskKind.ANSWER_QUESTION: Act.QUESTION_ANSWER,
    TaskKind.ADMIT_ITEM: Act.AGENDA_ADMIT,
    TaskKind.TAKE_POSITION: Act.POSITION_RECORD,
    TaskKind.CONFIRM_JOINT_ACT: Act.JOINT_ACT_CONFIRM,
    TaskKind.ANSWER_RELEASE: Act.RELEASE_KEEP,
    TaskKind.ANSWER_DOCUMENT: Act.DOCUMENT_KEEP,
    TaskKind.ANSWER_DATES: Act.MEETING_ANSWER,
    TaskKind.CONFIRM_DATE: Act.MEETING_CONFIRM,
    TaskKind.AGREE_CANCEL: Act.MEETING_CANCEL,
    TaskKind.HOLD_MEETING: Act.MEETING_HOLD,
    TaskKind.ANSWER_CAUCUS_DATES: Act.MEETING_ANSWER,
    TaskKind.CONFIRM_CAUCUS_DATE: Act.MEETING_CONFIRM,
    TaskKind.AGREE_CAUCUS_CANCEL: Act.MEETING_CANCEL,
    TaskKind.HOLD_CAUCUS: Act.MEETING_HOLD,
    TaskKind.BOOK_GROUND: Act.MEETING_BOOK,
    TaskKind.KEEP_REGISTER: Act.REGISTER_KEEP,
    TaskKind.APPROVE_SUMMARY: Act.SUMMARY_APPROVE,
    TaskKind.ANSWER_AMENDMENT: Act.SUMMARY_DRAFT,
    TaskKind.AGREE_PAPER: Act.PAPER_AGREE,
    TaskKind.ASSEMBLE_OUTCOME: Act.OUTCOME_ASSEMBLE,
    TaskKind.SIGN_OUTCOME: Act.OUTCOME_SIGN,
    TaskKind.ANSWER_PREAMBLE: Act.FRAME_STAND,
    TaskKind.ANSWER_CLOSING: Act.FRAME_STAND,
    TaskKind.ANSWER_STATEMENT: Act.STATEMENT_STAND,
    TaskKind.SIGN_ADDENDUM: Act.ADDENDUM_SIGN,
    TaskKind.GIVE_WISH: Act.DISCLOSURE_WISH,
    TaskKind.AGREE_COMMITMENT: Act.COMMITMENT_AGREE,
    TaskKind.REPORT_COMMITMENT: Act.COMMITMENT_REPORT,
    TaskKind.ANSWER_REPORT: Act.COMMITMENT_ANSWER,
    TaskKind.AGREE_REVIEW: Act.REVIEW_AGREE,
    TaskKind.HOLD_REVIEW: Act.REVIEW_HOLD,
    TaskKind.AGREE_HELP: Act.HELP_AGREE,
    TaskKind.ANSWER_HELP: Act.HELP_ANSWER,
    TaskKind.PREPARE_NOTICE: Act.NOTICE_PREPARE,
    TaskKind.AGREE_NOTICE: Act.NOTICE_AGREE,
    TaskKind.SEND_NOTICE: Act.NOTICE_SEND,
    TaskKind.SEE_RETENTION: Act.RETENTION_SEE,
}


# About a meeting of both sides, in the logistics room.
ABOUT_A_MEETING = frozenset(
    {
        TaskKind.ANSWER_DATES,
        TaskKind.CONFIRM_DATE,
        TaskKind.AGREE_CANCEL,
        TaskKind.HOLD_MEETING,
        TaskKind.BOOK_GROUND,
    }
)
# About a caucus: nobody but the person, or the side, that is asked learns that anything waits.
ABOUT_A_CAUCUS = frozenset(
    {
        TaskKind.ANSWER_CAUCUS_DATES,
        TaskKind.CONFIRM_CAUCUS_DATE,
        TaskKind.AGREE_CAUCUS_CANCEL,
        TaskKind.HOLD_CAUCUS,
    }
)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that is waited for.

    about     the id of the thing (an item, a person's place, a version), or of the case
    party     the side whose lead is waited for, where it is a side
    account   the one person who is waited for, where it is a person
    role      the ILO's role that is waited for, where it is neither
    since     when it became possible
    """

    kind: TaskKind
    case_id: UUID
    about: UUID
    party: Party | None
    account: UUID | None
    role: Role | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one side has come; numbers of things, never of votes."""

    party: Party
    people: int
    confirmed: int
    bound: int
    endorsed: bool
    facilitator_accepted: bool
    wordings: int
    positions: int
    signed: bool
    notice_agreed: bool
