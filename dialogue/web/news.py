"""What others have done since somebody was last here, in words, and the page on which it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from dialogue.domain.acts import Act
from dialogue.services.visits import News
from dialogue.web.i18n import moment
from dialogue.web.labels import label


@dataclass(frozen=True, slots=True)
class Told:
    """One line: what was done and by whom, when last, and how often where it was more than once."""

    text: str = field(repr=False)
    when: str
    times: str
    href: str


# Where what an act is about can be seen, by the first word of the act; notes are seen in their room.
_PAGES = {
    "agenda": "agenda.index",
    "wording": "agenda.index",
    "position": "agenda.index",
    "summary": "summaries.index",
    "meeting": "meetings.index",
    "paper": "paper.index",
    "joint_act": "together.index",
    "outcome": "outcome.index",
    "frame": "outcome.index",
    "addendum": "outcome.index",
    "disclosure": "disclosure.index",
    "statement": "disclosure.index",
    "document": "documents.index",
    "terms": "terms.show",
    "request": "request.show",
    "facilitator": "facilitator.index",
    "participant": "delegation.index",
    "seat": "delegation.index",
    "commitment": "followup.index",
    "review": "followup.index",
    "help": "help.index",
    "notice": "notice.show",
    "retention": "retention.show",
    "hold": "retention.show",
}
_IN_A_ROOM = {"note", "release"}

# What was done, as somebody would tell it; of anything else the record's own word is told.
_DONE: dict[Act, Any] = {
    Act.AGENDA_PROPOSE: _l("%(name)s proposed an item"),
    Act.AGENDA_ADMIT: _l("%(name)s admitted an item"),
    Act.AGENDA_PARK: _l("%(name)s parked an item"),
    Act.AGENDA_RESUME: _l("%(name)s took a parked item up again"),
    Act.AGENDA_WITHDRAW: _l("%(name)s withdrew an item"),
    Act.AGENDA_ORDER: _l("%(name)s changed the order of the agenda"),
    Act.AGENDA_REOPEN: _l("The agreed words of an item were reopened by both leads"),
    Act.WORDING_PROPOSE: _l("%(name)s put a wording on the table"),
    Act.WORDING_TRANSLATE: _l("%(name)s translated a wording"),
    Act.POSITION_RECORD: _l("%(name)s recorded a party's position"),
    Act.NOTE_WRITE: _l("%(name)s wrote a note"),
    Act.NOTE_REVISE: _l("%(name)s revised a note"),
    Act.RELEASE_ASK: _l("%(name)s asked for the release of a note"),
    Act.RELEASE_APPROVE: _l("%(name)s released a note into the joint room"),
    Act.RELEASE_KEEP: _l("%(name)s kept a note in its room"),
    Act.DOCUMENT_ADD: _l("%(name)s added a document"),
    Act.DOCUMENT_REVISE: _l("%(name)s added a new version of a document"),
    Act.DOCUMENT_ASK: _l("%(name)s asked for the release of a document"),
    Act.DOCUMENT_RELEASE: _l("%(name)s released a document into the joint room"),
    Act.DOCUMENT_KEEP: _l("%(name)s kept a document in its room"),
    Act.DOCUMENT_TIE: _l("%(name)s said which documents are read before an item"),
    Act.PROGRAMME_SET: _l("%(name)s set the agenda of a meeting"),
    Act.REGISTER_KEEP: _l("%(name)s kept the register of a meeting"),
    Act.RECUSAL_SAY: _l("%(name)s noted that somebody keeps out of an item at a meeting"),
    Act.RECUSAL_LIFT: _l("%(name)s noted that somebody takes part again in an item at a meeting"),
    Act.SUMMARY_DRAFT: _l("%(name)s wrote on the joint summary"),
    Act.SUMMARY_PROPOSE: _l("%(name)s proposed the joint summary to both leads"),
    Act.SUMMARY_AMEND: _l("%(name)s suggested an amendment to the joint summary"),
    Act.SUMMARY_APPROVE: _l("%(name)s approved and signed the joint summary"),
    Act.PAPER_PROPOSE: _l("%(name)s proposed a paper entry"),
    Act.PAPER_AGREE: _l("%(name)s agreed to a paper entry"),
    Act.PAPER_WITHDRAW: _l("%(name)s took a paper entry back"),
    Act.MEETING_PROPOSE: _l("%(name)s proposed a meeting"),
    Act.MEETING_EDIT: _l("%(name)s changed what is said about a meeting"),
    Act.MEETING_OFFER: _l("%(name)s offered dates for a meeting"),
    Act.MEETING_ANSWER: _l("%(name)s answered the dates of a meeting"),
    Act.MEETING_CONFIRM: _l("%(name)s confirmed the date of a meeting"),
    Act.MEETING_CANCEL: _l("%(name)s asked to cancel a meeting, or agreed to it"),
    Act.MEETING_KEEP: _l("%(name)s let a meeting stand as it is"),
    Act.MEETING_ABSENT: _l("%(name)s cannot come to a meeting"),
    Act.MEETING_COME: _l("%(name)s comes to a meeting after all"),
    Act.MEETING_BOOK: _l("%(name)s booked the ground for a meeting"),
    Act.MEETING_HOLD: _l("%(name)s noted that a meeting was held"),
    Act.JOINT_ACT_PROPOSE: _l("%(name)s proposed to do something together"),
    Act.JOINT_ACT_CONFIRM: _l("%(name)s said yes to what is done together"),
    Act.JOINT_ACT_WITHDRAW: _l("%(name)s took off what was proposed to be done together"),
    Act.CASE_TAKE_UP: _l("%(name)s took the request up"),
    Act.CASE_RETURN: _l("%(name)s returned the request with words to both parties"),
    Act.CASE_REQUEST: _l("The joint request went to the ILO"),
    Act.CASE_BEGIN: _l("The dialogue began"),
    Act.CASE_SUSPEND: _l("The dialogue was suspended by both leads"),
    Act.CASE_RESUME: _l("The dialogue was resumed by both leads"),
    Act.CASE_CONCLUDE: _l("Both leads agreed to conclude"),
    Act.CASE_GO_BACK: _l("%(name)s went back to the dialogue"),
    Act.CASE_COMPLETE: _l("The dialogue was completed"),
    Act.CASE_CLOSE: _l("The dialogue was closed"),
    Act.CASE_LEAVE: _l("%(name)s left for a party, and the dialogue ended"),
    Act.OUTCOME_ASSEMBLE: _l("%(name)s assembled the outcome record"),
    Act.OUTCOME_SIGN: _l("%(name)s signed the outcome record"),
    Act.OUTCOME_EXPORT: _l("%(name)s took the outcome record out"),
    Act.ADDENDUM_ASSEMBLE: _l("%(name)s drew up an addendum"),
    Act.ADDENDUM_SIGN: _l("%(name)s signed an addendum"),
    Act.FRAME_WORD: _l("%(name)s put words before or after the items of the record"),
    Act.FRAME_STAND: _l("%(name)s recorded a party's position on words around the record"),
    Act.DISCLOSURE_WISH: _l("%(name)s said how much may be told outside"),
    Act.STATEMENT_WORD: _l("%(name)s put words for a statement to the outside"),
    Act.STATEMENT_STAND: _l("%(name)s recorded a party's position on the statement to the outside"),
    Act.TERMS_PROPOSE: _l("%(name)s proposed terms of confidentiality"),
    Act.TERMS_AGREE: _l("%(name)s agreed to the terms proposed"),
    Act.TERMS_ACCEPT: _l("%(name)s accepted the terms of confidentiality"),
    Act.REQUEST_EDIT: _l("%(name)s changed the joint request"),
    Act.REQUEST_ENDORSE: _l("%(name)s endorsed the joint request"),
    Act.PARTICIPANT_LIST: _l("%(name)s listed somebody"),
    Act.PARTICIPANT_REMOVE: _l("%(name)s removed somebody from the list"),
    Act.SEAT_STATE: _l("%(name)s confirmed somebody's seat"),
    Act.SEAT_ACCEPT: _l("%(name)s accepted somebody of the other side"),
    Act.HISTORY_GRANT: _l("What was written before was opened to somebody"),
    Act.FACILITATOR_PROPOSE: _l("%(name)s proposed a facilitator"),
    Act.FACILITATOR_DECLARE: _l("%(name)s declared interests"),
    Act.COMMITMENT_PROPOSE: _l("%(name)s proposed a commitment"),
    Act.COMMITMENT_CHANGE: _l("%(name)s proposed to change a commitment or to let it go"),
    Act.COMMITMENT_AGREE: _l("%(name)s signed what was proposed about a commitment"),
    Act.COMMITMENT_WITHDRAW: _l("%(name)s took off what was proposed about a commitment"),
    Act.COMMITMENT_REPORT: _l("%(name)s reported how far a commitment is"),
    Act.COMMITMENT_ANSWER: _l("%(name)s answered a report on a commitment"),
    Act.REVIEW_PROPOSE: _l("%(name)s proposed a review"),
    Act.REVIEW_AGREE: _l("%(name)s agreed to a review"),
    Act.REVIEW_HOLD: _l("%(name)s put down one side's view at a review"),
    Act.CASE_EXPORT: _l("%(name)s exported a record of the dialogue"),
    Act.RETENTION_EXTEND: _l("The date of destruction was moved by both leads"),
    Act.RETENTION_WARN: _l("Both leads were warned of the date of destruction"),
    Act.RETENTION_GRACE: _l("The date of destruction was moved, for something was written shortly before it"),
    Act.RETENTION_NOTES: _l("The facilitators' working notes were destroyed"),
    Act.HOLD_PLACE: _l("Both leads hold it: nothing is destroyed until both lift it"),
    Act.HOLD_LIFT: _l("Both leads let the date of destruction run again"),
    Act.NOTICE_PREPARE: _l("%(name)s prepared the completion notice"),
    Act.NOTICE_SEND: _l("%(name)s sent the completion notice"),
}


def told(found: News, case_id: UUID) -> Told:
    """What one person has done since, as one line."""
    return Told(
        _words(found),
        moment(found.at),
        ngettext("%(num)d time", "%(num)d times", found.count) if found.count > 1 else "",
        _address(found, case_id),
    )


def _words(found: News) -> str:
    name = found.actor.name if found.actor is not None else ""
    sentence = str(_DONE.get(found.act, ""))
    if sentence and (name or "%(name)s" not in sentence):
        return sentence % {"name": name} if "%(" in sentence else sentence
    return _("%(act)s: %(name)s", act=label(found.act), name=name) if name else label(found.act)


def _address(found: News, case_id: UUID) -> str:
    noun = found.act.value.partition(":")[0]
    if noun in _IN_A_ROOM:
        return url_for("notes.index", case_id=case_id, room=found.room.value)
    endpoint = _PAGES.get(noun, "")
    return url_for(endpoint, case_id=case_id) if endpoint in current_app.view_functions else ""
