"""The words that people read for the procedure's own words, and for whose ears a room is."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice

from dialogue.domain.agenda import Chapter, ItemState
from dialogue.domain.cases import CaseStatus, Completion, Step, Support
from dialogue.domain.outcomes import OutcomeState
from dialogue.domain.people import OrganisationKind, Party, Role, Room, Seat, StaffRole
from dialogue.domain.positions import Consensus, Stance
from dialogue.domain.terms import Disclosure, TermsState

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
    OutcomeState: {
        OutcomeState.DRAFT: _l("Draft"),
        OutcomeState.REPLACED: _l("Replaced"),
        OutcomeState.SIGNED: _l("Signed by both"),
    },
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


def install(app: Flask) -> None:
    """Give the templates ``label()``, ``who_reads()`` and the enums by their class names."""
    app.jinja_env.globals.update(
        label=label,
        who_reads=who_reads,
        enums={kind.__name__: kind for kind in LABELS},
    )


def label(word: StrEnum) -> str:
    """What people read for a word of the procedure, in their language."""
    return str(LABELS[type(word)][word])


def choices(*words: StrEnum) -> list[SelectChoice]:
    """Those words as the choices of a form's field, translated when they are shown."""
    return [SelectChoice(word.value, LABELS[type(word)][word]) for word in words]


def who_reads(room: Room, reader: Seat | Party | None = None) -> str:
    """For whose ears ``room`` is, as the end of "Who can read this: …", as the reader's own side sees it."""
    party = reader.party if isinstance(reader, Seat) else reader
    return str(OWN_READERS.get((room, party)) or READERS[room])


def only_you() -> str:
    """The same for what nobody else can open: drafts and private labels."""
    return str(_("only you"))
