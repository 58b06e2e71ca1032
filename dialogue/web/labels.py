"""The words that people read for the procedure's own words, and for whose ears a room is."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from jinja2 import pass_context
from jinja2.runtime import Context
from wtforms import SelectChoice

from dialogue.domain.acts import Act
from dialogue.domain.agenda import Change, Chapter, ItemState
from dialogue.domain.attendants import AttendantKind
from dialogue.domain.cases import CaseStatus, Completion, Step, Support
from dialogue.domain.catalogue import Fee, HelpState, OfferFormat, OfferKind
from dialogue.domain.desk import Check
from dialogue.domain.documents import FileKind
from dialogue.domain.events import REFUSED, TURNED_AWAY, EventKind
from dialogue.domain.facilitators import Region
from dialogue.domain.followup import CommitmentState, Owner, Progress, ReviewState, View
from dialogue.domain.jointacts import JointActState
from dialogue.domain.meetings import Answer, DateState, Ground, MeetingKind, MeetingMode, MeetingState, Venue
from dialogue.domain.notices import Stage
from dialogue.domain.outcomes import OutcomeState
from dialogue.domain.paper import PaperKind, PaperState
from dialogue.domain.people import OrganisationKind, Party, Role, Room, Seat, StaffRole
from dialogue.domain.positions import Consensus, Stance
from dialogue.domain.questions import QuestionState
from dialogue.domain.record import Kind, Subject
from dialogue.domain.releases import ReleaseState
from dialogue.domain.reports import ReportKind
from dialogue.domain.search import Order, Thing
from dialogue.domain.summaries import AmendmentState, SummaryState
from dialogue.domain.terms import Disclosure, LateJoiners, Pledge, TermsState

# Members of two enums with the same value are equal, so that each kind has a table of its own.
LABELS: dict[type[StrEnum], Mapping[Any, Any]] = {
    Party: {
        Party.COMPANY: _l("Company"),
        Party.UNION: _l("Union"),
    },
    Role: {
        Role.LEAD: _l("Lead"),
        Role.DEPUTY: _l("Deputy"),
        Role.DELEGATE: _l("Delegate"),
        Role.ADVISER: _l("Adviser"),
        Role.FACILITATOR: _l("Facilitator"),
        Role.EXPERT: _l("Expert"),
        Role.COORDINATOR: _l("Coordinator"),
    },
    StaffRole: {
        StaffRole.COORDINATOR: _l("Coordinator"),
        StaffRole.FACILITATOR: _l("Facilitator"),
        StaffRole.EXPERT: _l("Expert"),
        StaffRole.ADMINISTRATOR: _l("Administrator"),
    },
    OrganisationKind: {
        OrganisationKind.BRAND: _l("Brand"),
        OrganisationKind.SUPPLIER: _l("Supplier"),
        OrganisationKind.UNION: _l("Union"),
        OrganisationKind.FEDERATION: _l("Federation of unions"),
    },
    Room: {
        Room.DRAFTING: _l("Drafting room"),
        Room.REQUEST: _l("Request room"),
        Room.TERMS: _l("Terms of confidentiality"),
        Room.LOGISTICS: _l("Dates and places"),
        Room.JOINT: _l("Joint room"),
        Room.INPUT: _l("Technical input"),
        Room.COMPANY: _l("Company's own room"),
        Room.UNION: _l("Union's own room"),
        Room.COMPANY_CAUCUS: _l("Company caucus"),
        Room.UNION_CAUCUS: _l("Union caucus"),
        Room.FACILITATION: _l("Facilitators' notes"),
    },
    Thing: {
        Thing.REQUEST: _l("Joint request"),
        Thing.COMMENT: _l("Remark on the draft"),
        Thing.REPLY: _l("The desk's words"),
        Thing.INQUIRY: _l("What was asked about a person"),
        Thing.DECLARATION: _l("Declaration of interests"),
        Thing.ATTENDANT: _l("Who attends without an account"),
        Thing.TERMS: _l("Terms of confidentiality"),
        Thing.ITEM: _l("Agenda item"),
        Thing.WORDING: _l("Wording"),
        Thing.TRANSLATION: _l("Translation"),
        Thing.POSITION: _l("Position"),
        Thing.FRAME: _l("Words around the record"),
        Thing.MEETING: _l("Meeting"),
        Thing.BOOKING: _l("Place of a meeting"),
        Thing.PROGRAMME: _l("Agenda of a meeting"),
        Thing.REGISTER: _l("Attendance register"),
        Thing.RECUSAL: _l("Who keeps out of an item"),
        Thing.DOCUMENT: _l("Document"),
        Thing.DOCUMENT_RELEASE: _l("Remark on the release of a document"),
        Thing.NOTE: _l("Note"),
        Thing.RELEASE: _l("Remark on a release"),
        Thing.QUESTION: _l("Question to an expert"),
        Thing.ANSWER: _l("An expert's answer"),
        Thing.SUMMARY: _l("Joint summary"),
        Thing.AMENDMENT: _l("Amendment to the joint summary"),
        Thing.PAPER: _l("Paper entry"),
        Thing.COMMITMENT: _l("Commitment"),
        Thing.REPORT: _l("Report on a commitment"),
        Thing.SUPPORT: _l("Support for a commitment"),
        Thing.REVIEW: _l("Review"),
        Thing.HELP: _l("Support asked for"),
        Thing.OUTCOME: _l("Outcome record"),
    },
    Order: {
        Order.NEWEST: _l("Newest first"),
        Order.BEST: _l("Best match first"),
    },
    CaseStatus: {
        CaseStatus.DRAFT: _l("Draft"),
        CaseStatus.INVITED: _l("Invited"),
        CaseStatus.DECLINED: _l("Declined"),
        CaseStatus.WITHDRAWN: _l("Withdrawn"),
        CaseStatus.REQUESTED: _l("Requested"),
        CaseStatus.NOT_TAKEN_UP: _l("Not taken up"),
        CaseStatus.PREPARING: _l("In preparation"),
        CaseStatus.IN_DIALOGUE: _l("In dialogue"),
        CaseStatus.SUSPENDED: _l("Suspended"),
        CaseStatus.CONCLUDING: _l("Concluding"),
        CaseStatus.COMPLETED: _l("Completed"),
        CaseStatus.CLOSED: _l("Closed"),
        CaseStatus.ENDED: _l("Ended"),
        CaseStatus.DESTROYED: _l("Destroyed"),
    },
    Step: {
        Step.REQUEST: _l("Request"),
        Step.PREPARATION: _l("Preparation"),
        Step.DIALOGUE: _l("Dialogue"),
        Step.CONCLUSION: _l("Conclusion"),
        Step.FOLLOW_UP: _l("Follow-up"),
    },
    Support: {
        Support.NEUTRAL_GROUND: _l("Neutral ground"),
        Support.TECHNICAL_INPUT: _l("Technical input"),
        Support.FACILITATION: _l("Facilitation"),
    },
    Completion: {
        Completion.FULL: _l("Full consensus"),
        Completion.PARTIAL: _l("Partial consensus"),
        Completion.NONE: _l("No consensus"),
    },
    ItemState: {
        ItemState.PROPOSED: _l("Proposed"),
        ItemState.ADMITTED: _l("On the agenda"),
        ItemState.PARKED: _l("Parked"),
        ItemState.WITHDRAWN: _l("Withdrawn"),
    },
    Change: {
        Change.PROPOSED: _l("newly proposed"),
        Change.MOVED_ON: _l("admitted, parked, taken up or withdrawn"),
        Change.WORDED: _l("another wording is on the table"),
    },
    Chapter: {
        Chapter.GENERAL_POLICIES: _l("General policies"),
        Chapter.EMPLOYMENT: _l("Employment"),
        Chapter.TRAINING: _l("Training"),
        Chapter.CONDITIONS: _l("Conditions of work and life"),
        Chapter.INDUSTRIAL_RELATIONS: _l("Industrial relations"),
    },
    Stance: {
        Stance.CANNOT_AGREE: _l("Cannot agree"),
        Stance.NEEDS_WORK: _l("Needs work"),
        Stance.CAN_LIVE_WITH_IT: _l("Can live with it"),
        Stance.AGREE: _l("Agree"),
    },
    Consensus: {
        Consensus.NO_WORDING: _l("No wording yet"),
        Consensus.PENDING: _l("Waiting for positions"),
        Consensus.OPEN: _l("Needs work"),
        Consensus.APART: _l("Apart"),
        Consensus.AGREED_WITH_RESERVATION: _l("Consensus, with a reservation"),
        Consensus.AGREED: _l("Consensus"),
    },
    TermsState: {
        TermsState.PROPOSED: _l("Proposed"),
        TermsState.IN_FORCE: _l("In force"),
        TermsState.SUPERSEDED: _l("Replaced"),
    },
    Disclosure: {
        Disclosure.NOTHING: _l("Nothing"),
        Disclosure.THAT_IT_TOOK_PLACE: _l("That a dialogue took place"),
        Disclosure.AGREED_STATEMENT: _l("The agreed statement"),
    },
    LateJoiners: {
        LateJoiners.WHEN_BOTH_SHARE: _l("What is on the table, and earlier things when both leads open them"),
        LateJoiners.ON_THE_TABLE: _l("Only what is on the table"),
    },
    Pledge: {
        Pledge.NOT_IN_BINDING_PROCEDURES: _l(
            "I do not use, quote or hand over what is said or written in this dialogue in any binding procedure."
        ),
        Pledge.NO_RETALIATION: _l(
            "I take part in no retaliation against anybody for taking part, for words said here, or for leaving."
        ),
    },
    Check: {
        Check.DECLARATION: _l("It concerns the MNE Declaration"),
        Check.SUPPORT: _l("The support that is asked is available"),
        Check.MANDATES: _l("Both leads are mandated to speak for their party"),
    },
    OutcomeState: {
        OutcomeState.DRAFT: _l("Draft"),
        OutcomeState.REPLACED: _l("Replaced"),
        OutcomeState.SIGNED: _l("Signed by both"),
    },
    Region: {
        Region.AFRICA: _l("Africa"),
        Region.AMERICAS: _l("Americas"),
        Region.ARAB_STATES: _l("Arab States"),
        Region.ASIA_PACIFIC: _l("Asia and the Pacific"),
        Region.EUROPE_CENTRAL_ASIA: _l("Europe and Central Asia"),
    },
    AttendantKind: {
        AttendantKind.INTERPRETER: _l("Interpreter"),
        AttendantKind.OBSERVER: _l("Observer"),
    },
    ReportKind: {
        ReportKind.JOINT: _l("Joint meeting"),
        ReportKind.LOGISTICS: _l("Meeting on dates and places"),
        ReportKind.CAUCUSES: _l("Caucuses"),
    },
    SummaryState: {
        SummaryState.DRAFT: _l("Being drafted"),
        SummaryState.PROPOSED: _l("Proposed to both leads"),
        SummaryState.APPROVED: _l("Approved by both"),
    },
    AmendmentState: {
        AmendmentState.OPEN: _l("Waits for an answer"),
        AmendmentState.TAKEN: _l("Taken over"),
        AmendmentState.ANSWERED: _l("Answered by another version"),
    },
    PaperKind: {
        PaperKind.LETTER: _l("A letter"),
        PaperKind.MEETING: _l("A meeting that was held on paper"),
        PaperKind.UNDERTAKING: _l("An undertaking signed on paper"),
        PaperKind.OTHER: _l("Something else"),
    },
    PaperState: {
        PaperState.PROPOSED: _l("Waits for both leads"),
        PaperState.AGREED: _l("Agreed by both leads"),
        PaperState.WITHDRAWN: _l("Taken back"),
    },
    Owner: {
        Owner.COMPANY: _l("The company"),
        Owner.UNION: _l("The union"),
        Owner.BOTH: _l("Both together"),
    },
    CommitmentState: {
        CommitmentState.PROPOSED: _l("Proposed"),
        CommitmentState.IN_FORCE: _l("Signed by both"),
        CommitmentState.CLOSED: _l("Closed"),
        CommitmentState.WITHDRAWN: _l("Taken off"),
    },
    Progress: {
        Progress.NOT_BEGUN: _l("Not begun"),
        Progress.UNDER_WAY: _l("Under way"),
        Progress.DONE: _l("Done"),
        Progress.CANNOT_AS_AGREED: _l("Cannot be done as agreed"),
    },
    View: {
        View.SAME: _l("We see it in the same way"),
        View.DIFFERENT: _l("We see it differently"),
    },
    ReviewState: {
        ReviewState.PROPOSED: _l("Proposed"),
        ReviewState.AGREED: _l("Agreed by both"),
        ReviewState.HELD: _l("Held"),
        ReviewState.WITHDRAWN: _l("Taken off"),
    },
    OfferKind: {
        OfferKind.HELPDESK: _l("Helpdesk"),
        OfferKind.COURSE: _l("Course"),
        OfferKind.SCORE: _l("SCORE training"),
    },
    Fee: {
        Fee.FREE: _l("Free"),
        Fee.FEE: _l("With a fee"),
        Fee.UNSTATED: _l("Not stated"),
    },
    OfferFormat: {
        OfferFormat.SELF_GUIDED: _l("Online, in one's own time"),
        OfferFormat.TUTORED: _l("Online, with a tutor"),
        OfferFormat.MOOC: _l("Massive open online course"),
        OfferFormat.VIDEO: _l("Online, by video"),
        OfferFormat.ONLINE: _l("Online"),
        OfferFormat.CLASSROOM: _l("In a classroom"),
        OfferFormat.FACTORY: _l("Classroom training with consulting in the factory"),
        OfferFormat.UNSTATED: _l("Not stated"),
    },
    HelpState: {
        HelpState.PROPOSED: _l("Proposed"),
        HelpState.ASKED: _l("Asked by both"),
        HelpState.ARRANGED: _l("Arranged"),
        HelpState.NOT_AVAILABLE: _l("Not available"),
        HelpState.WITHDRAWN: _l("Taken back"),
    },
    QuestionState: {
        QuestionState.PROPOSED: _l("Proposed"),
        QuestionState.PUT: _l("Put to the expert"),
        QuestionState.ANSWERED: _l("Answered"),
        QuestionState.DECLINED: _l("Not answered"),
        QuestionState.WITHDRAWN: _l("Taken back"),
    },
    Stage: {
        Stage.TO_PREPARE: _l("To be prepared"),
        Stage.SHOWN: _l("Shown to both leads"),
        Stage.READY: _l("Ready to go"),
        Stage.SENT: _l("Sent"),
    },
    JointActState: {
        JointActState.OPEN: _l("Waiting"),
        JointActState.DONE: _l("Done"),
        JointActState.WITHDRAWN: _l("Taken off"),
    },
    MeetingKind: {
        MeetingKind.JOINT: _l("Joint meeting"),
        MeetingKind.COMPANY_CAUCUS: _l("Company caucus"),
        MeetingKind.UNION_CAUCUS: _l("Union caucus"),
        MeetingKind.LOGISTICS: _l("Meeting on logistics"),
    },
    MeetingState: {
        MeetingState.PROPOSED: _l("Looking for a date"),
        MeetingState.CONFIRMED: _l("Confirmed"),
        MeetingState.HELD: _l("Held"),
        MeetingState.CANCELLED: _l("Cancelled"),
    },
    MeetingMode: {
        MeetingMode.IN_PERSON: _l("In person"),
        MeetingMode.REMOTE: _l("Remote"),
        MeetingMode.BOTH: _l("In person and remote"),
    },
    Venue: {
        Venue.ILO: _l("An office of the ILO"),
        Venue.NEUTRAL: _l("Another neutral venue"),
        Venue.LINK: _l("A link"),
    },
    Ground: {
        Ground.NOT_ASKED: _l("The ILO's desk is not asked for a place"),
        Ground.ASKED: _l("The ILO's desk is asked for a place"),
        Ground.BOOKED: _l("The ILO's desk has booked a place"),
    },
    DateState: {
        DateState.OFFERED: _l("Offered"),
        DateState.ACCEPTED: _l("Accepted by all who decide"),
        DateState.CHOSEN: _l("Confirmed"),
        DateState.PASSED: _l("Passed by"),
    },
    Answer: {
        Answer.YES: _l("Yes"),
        Answer.IF_NEED_BE: _l("If need be"),
        Answer.NO: _l("No"),
    },
    FileKind: {
        FileKind.PDF: _l("PDF"),
        FileKind.DOCX: _l("Word document"),
        FileKind.XLSX: _l("Excel workbook"),
        FileKind.PPTX: _l("PowerPoint presentation"),
        FileKind.ODT: _l("OpenDocument text"),
        FileKind.ODS: _l("OpenDocument spreadsheet"),
        FileKind.ODP: _l("OpenDocument presentation"),
        FileKind.JPEG: _l("JPEG picture"),
        FileKind.PNG: _l("PNG picture"),
        FileKind.WEBP: _l("WebP picture"),
        FileKind.HEIC: _l("HEIC picture"),
        FileKind.TEXT: _l("Text"),
        FileKind.CSV: _l("Table (CSV)"),
    },
    ReleaseState: {
        ReleaseState.ASKED: _l("Release asked for"),
        ReleaseState.RELEASED: _l("Released"),
        ReleaseState.KEPT: _l("Not released"),
    },
    Kind: {
        Kind.ACTS: _l("What was done"),
        Kind.READINGS: _l("What was read"),
        Kind.EXPORTS: _l("What was printed or taken out"),
        Kind.REFUSALS: _l("What was refused"),
    },
    Subject: {
        Subject.COURSE: _l("The course of the dialogue"),
        Subject.REQUEST: _l("The joint request"),
        Subject.PEOPLE: _l("Who sits at the table"),
        Subject.INPUT: _l("Technical input"),
        Subject.TERMS: _l("Terms of confidentiality"),
        Subject.AGENDA: _l("Agenda, wordings and positions"),
        Subject.MEETINGS: _l("Meetings: dates, places and who comes"),
        Subject.HOLDING: _l("Meetings held, summaries and paper entries"),
        Subject.NOTES: _l("Notes, documents and drafts"),
        Subject.TOGETHER: _l("What both do together"),
        Subject.OUTCOME: _l("Outcome record"),
        Subject.FOLLOW_UP: _l("Follow-up"),
        Subject.NOTICE: _l("Completion notice"),
        Subject.RECORD: _l("The record itself"),
    },
    EventKind: {
        EventKind.ALARMS: _l("Alarms"),
        EventKind.REFUSALS: _l("What was refused"),
        EventKind.SESSIONS: _l("Sessions"),
        EventKind.ACCOUNTS: _l("Accounts"),
        EventKind.OFFICE: _l("Staff and service"),
    },
    # What people do, as the record names it and as both leads are asked for it.
    Act: {
        Act.CASE_OPEN: _l("Open a draft"),
        Act.CASES_LIST: _l("Look at one's dialogues"),
        Act.ACCOUNT_READ: _l("Look at one's account"),
        Act.ACCOUNT_EDIT: _l("Change one's account"),
        Act.ACCOUNT_SECURE: _l("Change how an account is opened"),
        Act.ACCOUNT_RENEW: _l("Make new keys"),
        Act.ACCOUNT_JOIN: _l("Join with one's account"),
        Act.STAFF_INVITE: _l("Invite staff"),
        Act.STAFF_READ: _l("Look at the staff"),
        Act.STAFF_RESET: _l("Begin to reset an account"),
        Act.STAFF_DISABLE: _l("Disable an account"),
        Act.STAFF_ENABLE: _l("Enable an account again"),
        Act.INSTANCE_READ: _l("Look at health and keys"),
        Act.LETTER_RETRY: _l("Try a letter again"),
        Act.EVENT_READ: _l("Read the events"),
        Act.DESK_READ: _l("Look at the desk"),
        Act.DESK_CONFIRM: _l("Confirm staff"),
        Act.REPORT_READ: _l("Read the report on meetings held"),
        Act.ROSTER_EDIT: _l("Change the list of facilitators and experts"),
        Act.TEMPLATE_EDIT: _l("Change the template of terms"),
        Act.CATALOGUE_READ: _l("Look at what the ILO offers"),
        Act.CATALOGUE_EDIT: _l("Change the catalogue of what the ILO offers"),
        Act.CASE_READ: _l("Open the dialogue"),
        Act.CASE_LABEL: _l("Give the dialogue a name of one's own"),
        Act.CASE_INVITE: _l("Invite the other party"),
        Act.REQUEST_READ: _l("Read the joint request"),
        Act.REQUEST_EDIT: _l("Change the joint request"),
        Act.REQUEST_COMMENT: _l("Comment on the joint request"),
        Act.REQUEST_ENDORSE: _l("Endorse the joint request"),
        Act.SUPPORT_CHANGE: _l("Change the support asked of the ILO"),
        Act.CASE_REQUEST: _l("Bring the joint request before the ILO"),
        Act.CASE_DECLINE: _l("Decline the invitation"),
        Act.CASE_WITHDRAW: _l("Take the request back"),
        Act.CASE_TAKE_UP: _l("Take the request up"),
        Act.CASE_RETURN: _l("Return the request"),
        Act.CASE_NOT_TAKE_UP: _l("Not take the request up"),
        Act.PARTICIPANT_READ: _l("Look at the delegations"),
        Act.PARTICIPANT_LIST: _l("List a participant"),
        Act.PARTICIPANT_REMOVE: _l("Remove a participant"),
        Act.ORGANISATION_LEAVE: _l("Take one organisation off its side"),
        Act.SEAT_STATE: _l("Confirm a person's seat"),
        Act.SEAT_ACCEPT: _l("Accept a person of the other side"),
        Act.SEAT_VOUCH: _l("Vouch for the new keys of a lead"),
        Act.SEAT_ASK: _l("Ask about a person of the other side"),
        Act.SEAT_ANSWER: _l("Answer a question about a person"),
        Act.LEAD_SUCCEED: _l("Succeed as lead"),
        Act.DEPUTY_LET: _l("Say when the deputy stands in"),
        Act.DEPUTY_STAND_IN: _l("Stand in for a lead who is away"),
        Act.KEYS_CONFIRM: _l("Show that the recovery code is at hand"),
        Act.HISTORY_GRANT: _l("Open what was written before to a participant"),
        Act.HISTORY_TAKE_BACK: _l("Take back that what was written before is opened"),
        Act.FACILITATOR_PROPOSE: _l("Propose a facilitator"),
        Act.FACILITATOR_DECLARE: _l("Declare interests"),
        Act.FACILITATOR_ACCEPT: _l("Accept the facilitator"),
        Act.FACILITATOR_DECLINE: _l("Decline the facilitator"),
        Act.FACILITATOR_HAND_OVER: _l("Hand the facilitation over"),
        Act.FACILITATOR_LEAVE: _l("Leave as facilitator"),
        Act.FACILITATOR_RELEASE: _l("End the seat of a facilitator who is replaced"),
        Act.ATTENDANT_READ: _l("Look at interpreters and observers"),
        Act.ATTENDANT_ENTER: _l("Enter an interpreter or observer"),
        Act.ATTENDANT_END: _l("End the attendance of an interpreter or observer"),
        Act.INPUT_READ: _l("Read questions and technical input"),
        Act.EXPERT_SUGGEST: _l("Suggest an expert"),
        Act.QUESTION_PROPOSE: _l("Propose a question to an expert"),
        Act.QUESTION_PUT: _l("Put the question to the expert together"),
        Act.QUESTION_WITHDRAW: _l("Take the question to the expert back"),
        Act.QUESTION_DECLINE: _l("Leave the question unanswered, as expert"),
        Act.QUESTION_ANSWER: _l("Answer the question of both parties"),
        Act.TERMS_READ: _l("Read the terms of confidentiality"),
        Act.TERMS_PROPOSE: _l("Propose terms of confidentiality"),
        Act.TERMS_AGREE: _l("Agree to the terms of confidentiality"),
        Act.TERMS_ACCEPT: _l("Accept the terms of confidentiality"),
        Act.CASE_BEGIN: _l("Begin the dialogue"),
        Act.AGENDA_READ: _l("Read the agenda"),
        Act.AGENDA_PROPOSE: _l("Propose an item"),
        Act.AGENDA_ADMIT: _l("Admit an item"),
        Act.AGENDA_PARK: _l("Park an item"),
        Act.AGENDA_RESUME: _l("Take a parked item up again"),
        Act.AGENDA_WITHDRAW: _l("Withdraw an item"),
        Act.AGENDA_REOPEN: _l("Reopen the agreed words of an item"),
        Act.AGENDA_ORDER: _l("Change the order of the agenda"),
        Act.WORDING_PROPOSE: _l("Put a wording on the table"),
        Act.WORDING_TRANSLATE: _l("Translate a wording"),
        Act.POSITION_RECORD: _l("Record a party's position"),
        Act.FRAME_WORD: _l("Put words before or after the items of the record"),
        Act.FRAME_STAND: _l("Record a party's position on the words before or after the items"),
        Act.NOTE_READ: _l("Read notes"),
        Act.NOTE_WRITE: _l("Write a note"),
        Act.NOTE_REVISE: _l("Revise a note"),
        Act.RELEASE_ASK: _l("Ask for the release of a note"),
        Act.RELEASE_APPROVE: _l("Release a note into the joint room"),
        Act.RELEASE_KEEP: _l("Keep a note in its room"),
        Act.DOCUMENT_READ: _l("Look at documents"),
        Act.DOCUMENT_TAKE: _l("Download a document"),
        Act.DOCUMENT_ADD: _l("Add a document"),
        Act.DOCUMENT_REVISE: _l("Add a new version of a document"),
        Act.DOCUMENT_ASK: _l("Ask for the release of a document"),
        Act.DOCUMENT_RELEASE: _l("Release a document into the joint room"),
        Act.DOCUMENT_KEEP: _l("Keep a document in its room"),
        Act.DOCUMENT_TIE: _l("Say which documents are read before an item"),
        Act.DRAFT_SAVE: _l("Keep a draft"),
        Act.MEETING_READ: _l("Look at meetings"),
        Act.MEETING_PROPOSE: _l("Propose a meeting"),
        Act.MEETING_EDIT: _l("Change what is said about a meeting"),
        Act.MEETING_OFFER: _l("Offer dates for a meeting"),
        Act.MEETING_ANSWER: _l("Say when one can come to a meeting"),
        Act.MEETING_CONFIRM: _l("Confirm the date of a meeting"),
        Act.MEETING_CANCEL: _l("Ask to cancel a meeting, or agree to it"),
        Act.MEETING_KEEP: _l("Let a meeting stand as it is"),
        Act.MEETING_ABSENT: _l("Say that one cannot come to a meeting"),
        Act.MEETING_COME: _l("Say that one comes to a meeting after all"),
        Act.MEETING_BOOK: _l("Book the ground for a meeting"),
        Act.MEETING_HOLD: _l("Note that a meeting was held"),
        Act.PROGRAMME_READ: _l("Read the agenda of a meeting"),
        Act.PROGRAMME_SET: _l("Set the agenda of a meeting"),
        Act.REGISTER_READ: _l("Read the register of a meeting"),
        Act.REGISTER_KEEP: _l("Keep the register of a meeting"),
        Act.RECUSAL_SAY: _l("Keep out of an item at a meeting"),
        Act.RECUSAL_LIFT: _l("Take part again in an item at a meeting"),
        Act.SUMMARY_READ: _l("Read the joint summary"),
        Act.SUMMARY_DRAFT: _l("Draft the joint summary"),
        Act.SUMMARY_PROPOSE: _l("Propose the joint summary to both leads"),
        Act.SUMMARY_AMEND: _l("Suggest an amendment to the joint summary"),
        Act.SUMMARY_APPROVE: _l("Approve and sign the joint summary"),
        Act.PAPER_READ: _l("Read paper entries"),
        Act.PAPER_PROPOSE: _l("Propose a paper entry"),
        Act.PAPER_AGREE: _l("Agree to a paper entry"),
        Act.PAPER_WITHDRAW: _l("Take a paper entry back"),
        Act.JOINT_ACT_READ: _l("Look at what is done together"),
        Act.JOINT_ACT_PROPOSE: _l("Propose to do something together"),
        Act.JOINT_ACT_CONFIRM: _l("Say yes to what is done together"),
        Act.JOINT_ACT_WITHDRAW: _l("Take off what was proposed to be done together"),
        Act.CASE_SUSPEND: _l("Suspend the dialogue"),
        Act.CASE_RESUME: _l("Resume the dialogue"),
        Act.CASE_CONCLUDE: _l("Conclude the dialogue"),
        Act.CASE_GO_BACK: _l("Go back to the dialogue"),
        Act.OUTCOME_READ: _l("Read the outcome record"),
        Act.OUTCOME_ASSEMBLE: _l("Assemble the outcome record"),
        Act.OUTCOME_SIGN: _l("Sign the outcome record"),
        Act.OUTCOME_EXPORT: _l("Take the outcome record out"),
        Act.ADDENDUM_ASSEMBLE: _l("Draw up an addendum"),
        Act.ADDENDUM_SIGN: _l("Sign an addendum"),
        Act.DISCLOSURE_READ: _l("Read what may be said outside"),
        Act.DISCLOSURE_WISH: _l("Say how much may be told outside"),
        Act.STATEMENT_WORD: _l("Put words for a statement to the outside"),
        Act.STATEMENT_STAND: _l("Record a party's position on the statement to the outside"),
        Act.CASE_COMPLETE: _l("Complete the dialogue"),
        Act.CASE_CLOSE: _l("Close the dialogue"),
        Act.CASE_LEAVE: _l("Leave the dialogue"),
        Act.CASE_FOLLOW: _l("Name the dialogue that a new one follows"),
        Act.CASE_DESTROY: _l("Destroy the dialogue's content"),
        Act.RETENTION_READ: _l("Look at the date of destruction"),
        Act.RETENTION_SEE: _l("Say that the date of destruction was seen"),
        Act.RETENTION_EXTEND: _l("Keep the dialogue for longer"),
        Act.RETENTION_WARN: _l("Warn both leads of the date of destruction"),
        Act.RETENTION_GRACE: _l("Move the date of destruction because something was written shortly before it"),
        Act.RETENTION_NOTES: _l("Destroy the facilitators' working notes and everybody's own drafts"),
        Act.HOLD_PLACE: _l("Keep everything from being destroyed until both lift it"),
        Act.HOLD_LIFT: _l("Let the date of destruction run again"),
        Act.COMMITMENT_READ: _l("Read the commitments"),
        Act.COMMITMENT_PROPOSE: _l("Propose a commitment"),
        Act.COMMITMENT_CHANGE: _l("Propose to change a commitment or to let it go"),
        Act.COMMITMENT_AGREE: _l("Sign a commitment that the other side proposed"),
        Act.COMMITMENT_WITHDRAW: _l("Take off what was proposed about a commitment"),
        Act.COMMITMENT_REPORT: _l("Report how far a commitment is"),
        Act.COMMITMENT_ANSWER: _l("Answer a report on a commitment"),
        Act.COMMITMENT_SUPPORT: _l("Note an offer of the ILO beside a commitment"),
        Act.REVIEW_PROPOSE: _l("Propose a review"),
        Act.REVIEW_AGREE: _l("Agree to a review"),
        Act.REVIEW_WITHDRAW: _l("Take off a review that was proposed"),
        Act.REVIEW_HOLD: _l("Put down one side's view at a review"),
        Act.HELP_READ: _l("Look at the support that was asked for"),
        Act.HELP_ASK: _l("Propose to ask the desk for support"),
        Act.HELP_AGREE: _l("Ask the desk for support together"),
        Act.HELP_WITHDRAW: _l("Take back that support was asked for"),
        Act.HELP_ANSWER: _l("Answer what both ask the desk for"),
        Act.NOTICE_READ: _l("Read the completion notice"),
        Act.NOTICE_PREPARE: _l("Prepare the completion notice"),
        Act.NOTICE_AGREE: _l("Agree to the completion notice"),
        Act.NOTICE_SEND: _l("Send the completion notice"),
        Act.SEARCH_READ: _l("Search the rooms that one hears"),
        Act.RECORD_READ: _l("Read the record"),
        Act.RECORD_EXPORT: _l("Print the record"),
        Act.CASE_EXPORT: _l("Export one's own record of the dialogue"),
        Act.CERTIFICATE_READ: _l("Look at a certificate of destruction"),
    },
}

# What stands in the chain of the instance and is no act of the procedure.
EVENTS: dict[str, Any] = {
    "alarm:keys": _l("Keys, seats or the record do not fit what was signed or seen before"),
    "alarm:seal": _l("Something sealed was altered"),
    "alarm:session": _l("A session was altered"),
    "session:sign_in": _l("Sign in"),
    "session:sign_out": _l("Sign out"),
    "session:end": _l("End one of one's own sessions"),
    "session:end_others": _l("End all of one's other sessions"),
    "account:open": _l("Open an account"),
    "account:recovery_confirmed": _l("Confirm the recovery code"),
    "account:recovery_code": _l("Make a new recovery code"),
    "account:password": _l("Change the password"),
    "account:factor_app": _l("Add an app that shows codes"),
    "account:factor_app_removed": _l("Take away the app that shows codes"),
    "account:factor_passkey": _l("Add a passkey"),
    "account:factor_passkey_removed": _l("Take away a passkey"),
    "account:factor_printed": _l("Print codes for signing in"),
    "account:factor_printed_removed": _l("Take away the printed codes"),
    "account:recover": _l("Come back without the password"),
    "account:recovery_asked": _l("Ask for a way back without the password"),
    "account:recovered": _l("Come back with the recovery code"),
    "account:calendar": _l("Make a secret address for one's calendar"),
    "account:calendar_revoked": _l("Take the secret address of one's calendar away"),
    "account:recovery_checked": _l("Show that the recovery code is at hand"),
    "account:renewed": _l("Begin anew with new keys"),
    "account:address_asked": _l("Ask for another e-mail address"),
    "account:address": _l("Change the e-mail address"),
    "desk:remove": _l("Take somebody off the list of staff"),
    "anything": _l("Knock at one door after the other"),
    "session:confirm": _l("Show password and second factor again"),
    # What is refused because it was tried too often.
    "source": _l("Guess passwords from one place"),
    "requests": _l("Open page after page"),
    "forms": _l("Send form after form without an account"),
    "registration": _l("Ask for account after account"),
    "registration_mail": _l("Have mails sent to one address to open an account"),
    "address": _l("Ask for one new address after the other"),
    "recovery": _l("Ask for one new password after the other"),
    "recovery_mail": _l("Have mails sent to one address for a new password"),
    "link": _l("Try one link after the other"),
    "invitation": _l("Invite person after person into one dialogue"),
    "invitation_anywhere": _l("Invite person after person"),
    "case": _l("Open draft after draft"),
    "desk": _l("Answer request after request"),
    "notice": _l("Send notice after notice"),
    "search": _l("Search time after time"),
    "upload": _l("Bring file after file"),
    "upload_piece": _l("Send piece after piece of files"),
    "draft": _l("Save draft after draft"),
    "calendar": _l("Read calendars at secret addresses, or try to"),
    "calendar_address": _l("Make one secret address for a calendar after the other"),
    "export": _l("Take out record after record"),
    "writing": _l("Write text after text"),
}

# The occasions on which letters are written, by the word with which their keys begin.
OCCASIONS: dict[str, Any] = {
    "register": _l("Confirm an address"),
    "already": _l("There is an account already"),
    "join": _l("Invitation to a dialogue"),
    "staff": _l("Invitation to work here"),
    "notice": _l("Completion notice"),
    "reminder": _l("Reminder of what waits"),
    "calendar": _l("Entry for a calendar"),
    "acknowledgement": _l("Acknowledgement of a request"),
}

READERS: dict[Room, Any] = {
    Room.DRAFTING: _l("the leads, deputies and advisers of both parties; nobody at the ILO"),
    Room.REQUEST: _l("both parties and the ILO's coordinators, and a facilitator once one is proposed"),
    Room.TERMS: _l("both parties, the facilitator and an expert where one is asked"),
    Room.LOGISTICS: _l("both parties, the facilitator and the ILO's coordinators"),
    Room.JOINT: _l("both parties and the facilitator"),
    Room.INPUT: _l("both parties, the facilitator and the expert"),
    Room.COMPANY: _l("only the company's side, all its organisations together"),
    Room.UNION: _l("only the union's side, all its organisations together"),
    Room.COMPANY_CAUCUS: _l("the company's side, all its organisations together, and the facilitator"),
    Room.UNION_CAUCUS: _l("the union's side, all its organisations together, and the facilitator"),
    Room.FACILITATION: _l("only the facilitators"),
}

OWN_READERS: dict[tuple[Room, Party | None], Any] = {
    (Room.COMPANY, Party.COMPANY): _l("only your side, the company's, all its organisations together"),
    (Room.UNION, Party.UNION): _l("only your side, the union's, all its organisations together"),
    (Room.COMPANY_CAUCUS, Party.COMPANY): _l("your side, the company's, all its organisations, and the facilitator"),
    (Room.UNION_CAUCUS, Party.UNION): _l("your side, the union's, all its organisations, and the facilitator"),
    (Room.COMPANY_CAUCUS, None): _l("you, other facilitators and the company's side; not the union"),
    (Room.UNION_CAUCUS, None): _l("you, other facilitators and the union's side; not the company"),
    (Room.FACILITATION, None): _l("you and other facilitators; neither party"),
}


# Where no facilitation was asked nobody facilitates, and nobody else hears the caucuses.
READERS_WITHOUT_FACILITATION: dict[Room, Any] = {
    Room.REQUEST: _l("both parties and the ILO's coordinators"),
    Room.TERMS: _l("both parties, and an expert where one is asked"),
    Room.LOGISTICS: _l("both parties and the ILO's coordinators"),
    Room.JOINT: _l("both parties"),
    Room.INPUT: _l("both parties and the expert"),
}


class _Anybody:
    """A reader of whom nothing is known."""


ANYBODY = _Anybody()


def install(app: Flask) -> None:
    """Give the templates ``label()``, ``who_reads()`` and the enums by their class names."""
    app.jinja_env.globals.update(
        label=label,
        who_reads=who_reads_here,
        event_words=event_words,
        enums={kind.__name__: kind for kind in LABELS},
    )


def label(word: StrEnum) -> str:
    """What people read for a word of the procedure, in their language."""
    return str(LABELS[type(word)][word])


def event_words(what: str) -> str:
    """What people read for an entry of the instance's chain; its own word where there is no better one."""
    word = what.removeprefix(REFUSED).removeprefix(TURNED_AWAY)
    if word in EVENTS:
        return str(EVENTS[word])
    return label(Act(word)) if word in set(Act) else word


def occasion_words(occasion: str) -> str:
    """What people read for the occasion of a letter."""
    return str(OCCASIONS.get(occasion) or _("News about a dialogue"))


def choices(*words: StrEnum) -> list[SelectChoice]:
    """Those words as the choices of a form's field, translated when they are shown."""
    return [SelectChoice(word.value, LABELS[type(word)][word]) for word in words]


@pass_context
def who_reads_here(context: Context, room: Room, reader: Seat | Party | _Anybody | None = ANYBODY) -> str:
    """The same on a page; in a case whose request asked for no facilitation nobody speaks of a facilitator."""
    asked = getattr(context.get("head"), "support", None)
    return who_reads(room, reader, facilitated=not asked or Support.FACILITATION in asked)


def who_reads(room: Room, reader: Seat | Party | _Anybody | None = ANYBODY, *, facilitated: bool = True) -> str:
    """For whose ears ``room`` is, as the end of "Who can read this: …".

    reader        a seat, or its party (None between the parties): then as that reader's own side sees it
    facilitated   whether the case may have a facilitator
    """
    if not facilitated and room in READERS_WITHOUT_FACILITATION:
        return str(READERS_WITHOUT_FACILITATION[room])
    if isinstance(reader, _Anybody):
        return str(READERS[room])
    party = reader.party if isinstance(reader, Seat) else reader
    return str(OWN_READERS.get((room, party)) or READERS[room])


def only_you() -> str:
    """The same for what nobody else can open: drafts and private labels."""
    return str(_("only you"))
