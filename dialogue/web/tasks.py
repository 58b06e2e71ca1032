"""What waits for somebody, in words, and the page on which it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from dialogue.domain.waiting import Progress, TaskKind
from dialogue.services.overview import Awaited, SideShown
from dialogue.services.waiting import MyTask
from dialogue.web.i18n import day
from dialogue.web.labels import label


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list of what waits.

    where   what the reader calls the case
    since   since when, as a sentence
    """

    text: str = field(repr=False)
    href: str
    where: str = field(default="", repr=False)
    since: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One side: what is done and what is waited for."""

    label: str
    done: list[str]
    waiting: list[Entry] = field(repr=False)
    you: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a task is done: an endpoint, how it calls the thing that the task is about, and which kind it shows."""

    endpoint: str
    about: str | None = None
    kind: str | None = None


_PLACES: dict[TaskKind, _Place] = {
    TaskKind.INVITE_LEAD: _Place("delegation.invite"),
    TaskKind.JOIN: _Place("delegation.index"),
    TaskKind.CONFIRM_SEAT: _Place("delegation.compare", "participant_id"),
    TaskKind.CONFIRM_KEYS: _Place("renewal.show", "participant_id"),
    TaskKind.VOUCH_KEYS: _Place("renewal.show", "participant_id"),
    TaskKind.ACCEPT_SEAT: _Place("delegation.compare", "participant_id"),
    TaskKind.ENDORSE: _Place("request.endorse"),
    TaskKind.ANSWER_REQUEST: _Place("desk.case"),
    TaskKind.PROPOSE_TERMS: _Place("terms.propose"),
    TaskKind.AGREE_TERMS: _Place("terms.show"),
    TaskKind.ACCEPT_TERMS: _Place("terms.show"),
    TaskKind.PROPOSE_FACILITATOR: _Place("facilitator.index"),
    TaskKind.DECLARE_INTERESTS: _Place("facilitator.index"),
    TaskKind.ANSWER_FACILITATOR: _Place("facilitator.index"),
    TaskKind.HAND_OVER: _Place("facilitator.hand_over"),
    TaskKind.ANSWER_INQUIRY: _Place("delegation.ask", "participant_id"),
    TaskKind.PUT_QUESTION: _Place("input.index"),
    TaskKind.ANSWER_QUESTION: _Place("input.index"),
    TaskKind.ADMIT_ITEM: _Place("agenda.item", "item_id"),
    TaskKind.TAKE_POSITION: _Place("agenda.item", "item_id"),
    TaskKind.CONFIRM_JOINT_ACT: _Place("together.confirm", "joint_act_id"),
    TaskKind.ANSWER_RELEASE: _Place("release.approve", "note_id"),
    TaskKind.ANSWER_DOCUMENT: _Place("documents.release", "document_id"),
    TaskKind.ANSWER_DATES: _Place("meetings.show", "meeting_id"),
    TaskKind.CONFIRM_DATE: _Place("meetings.show", "meeting_id"),
    TaskKind.AGREE_CANCEL: _Place("meetings.show", "meeting_id"),
    TaskKind.HOLD_MEETING: _Place("meetings.show", "meeting_id"),
    TaskKind.ANSWER_CAUCUS_DATES: _Place("meetings.show", "meeting_id"),
    TaskKind.CONFIRM_CAUCUS_DATE: _Place("meetings.show", "meeting_id"),
    TaskKind.AGREE_CAUCUS_CANCEL: _Place("meetings.show", "meeting_id"),
    TaskKind.HOLD_CAUCUS: _Place("meetings.show", "meeting_id"),
    TaskKind.BOOK_GROUND: _Place("meetings.book", "meeting_id"),
    TaskKind.KEEP_REGISTER: _Place("register.keep", "meeting_id"),
    TaskKind.APPROVE_SUMMARY: _Place("summaries.show", "summary_id"),
    TaskKind.ANSWER_AMENDMENT: _Place("summaries.show", "summary_id"),
    TaskKind.AGREE_PAPER: _Place("paper.index"),
    TaskKind.ASSEMBLE_OUTCOME: _Place("outcome.assemble"),
    TaskKind.SIGN_OUTCOME: _Place("outcome.sign", "outcome_id"),
    TaskKind.ANSWER_PREAMBLE: _Place("words.show", kind="preamble"),
    TaskKind.ANSWER_CLOSING: _Place("words.show", kind="closing"),
    TaskKind.ANSWER_STATEMENT: _Place("words.show", kind="statement"),
    TaskKind.SIGN_ADDENDUM: _Place("outcome.sign_addendum", "outcome_id"),
    TaskKind.GIVE_WISH: _Place("disclosure.index"),
    TaskKind.AGREE_COMMITMENT: _Place("followup.show", "commitment_id"),
    TaskKind.REPORT_COMMITMENT: _Place("followup.report", "commitment_id"),
    TaskKind.ANSWER_REPORT: _Place("followup.answer", "commitment_id"),
    TaskKind.AGREE_REVIEW: _Place("followup.index"),
    TaskKind.HOLD_REVIEW: _Place("reviews.hold", "review_id"),
    TaskKind.AGREE_HELP: _Place("help.index"),
    TaskKind.ANSWER_HELP: _Place("help.answer", "help_id"),
    TaskKind.PREPARE_NOTICE: _Place("notice.show"),
    TaskKind.AGREE_NOTICE: _Place("notice.show"),
    TaskKind.SEND_NOTICE: _Place("notice.show"),
    TaskKind.SEE_RETENTION: _Place("retention.show"),
}
# Where several things of one kind are shown together.
_LISTS: dict[TaskKind, str] = {
    TaskKind.ANSWER_DATES: "meetings.index",
    TaskKind.CONFIRM_DATE: "meetings.index",
    TaskKind.AGREE_CANCEL: "meetings.index",
    TaskKind.HOLD_MEETING: "meetings.index",
    TaskKind.ANSWER_CAUCUS_DATES: "meetings.index",
    TaskKind.CONFIRM_CAUCUS_DATE: "meetings.index",
    TaskKind.AGREE_CAUCUS_CANCEL: "meetings.index",
    TaskKind.HOLD_CAUCUS: "meetings.index",
    TaskKind.BOOK_GROUND: "meetings.index",
    TaskKind.CONFIRM_SEAT: "delegation.index",
    TaskKind.CONFIRM_KEYS: "delegation.index",
    TaskKind.VOUCH_KEYS: "delegation.index",
    TaskKind.ANSWER_INQUIRY: "delegation.index",
    TaskKind.ACCEPT_SEAT: "delegation.index",
    TaskKind.ADMIT_ITEM: "agenda.index",
    TaskKind.TAKE_POSITION: "agenda.index",
    TaskKind.CONFIRM_JOINT_ACT: "together.index",
    TaskKind.ANSWER_RELEASE: "cases.show",
    TaskKind.ANSWER_DOCUMENT: "documents.index",
    TaskKind.KEEP_REGISTER: "meetings.index",
    TaskKind.APPROVE_SUMMARY: "summaries.index",
    TaskKind.ANSWER_AMENDMENT: "summaries.index",
    TaskKind.SIGN_OUTCOME: "outcome.index",
    TaskKind.SIGN_ADDENDUM: "outcome.index",
    TaskKind.AGREE_COMMITMENT: "followup.index",
    TaskKind.REPORT_COMMITMENT: "followup.index",
    TaskKind.ANSWER_REPORT: "followup.index",
    TaskKind.AGREE_REVIEW: "followup.index",
    TaskKind.HOLD_REVIEW: "followup.index",
    TaskKind.AGREE_HELP: "help.index",
    TaskKind.ANSWER_HELP: "help.index",
}

_WORDS: dict[TaskKind, Any] = {
    TaskKind.INVITE_LEAD: _l("Invite the other party's lead"),
    TaskKind.JOIN: _l("Open the invitation"),
    TaskKind.CONFIRM_SEAT: _l("Compare words with somebody and confirm"),
    TaskKind.CONFIRM_KEYS: _l("Compare words with somebody who has made new keys"),
    TaskKind.VOUCH_KEYS: _l("Compare words with a lead who has made new keys, and stand up for them"),
    TaskKind.ACCEPT_SEAT: _l("Compare words with somebody of the other side and accept"),
    TaskKind.ENDORSE: _l("Endorse the joint request"),
    TaskKind.ANSWER_REQUEST: _l("Answer the joint request"),
    TaskKind.PROPOSE_TERMS: _l("Propose terms of confidentiality"),
    TaskKind.AGREE_TERMS: _l("Agree to the terms proposed, or propose other words"),
    TaskKind.ACCEPT_TERMS: _l("Read and accept the terms of confidentiality"),
    TaskKind.PROPOSE_FACILITATOR: _l("Propose a facilitator"),
    TaskKind.DECLARE_INTERESTS: _l("Declare your interests in this case"),
    TaskKind.ANSWER_FACILITATOR: _l("Accept or decline the facilitator"),
    TaskKind.HAND_OVER: _l("Hand over to the facilitator who follows you, and leave"),
    TaskKind.ANSWER_INQUIRY: _l("Answer what the other side asks about a person"),
    TaskKind.PUT_QUESTION: _l("Put the question to the expert together, or propose another"),
    TaskKind.ANSWER_QUESTION: _l("Answer the question of both parties"),
    TaskKind.ADMIT_ITEM: _l("Admit an item to the agenda"),
    TaskKind.TAKE_POSITION: _l("Record the party's position on an item"),
    TaskKind.CONFIRM_JOINT_ACT: _l("Answer what is proposed to be done together"),
    TaskKind.ANSWER_RELEASE: _l("Answer whether a caucus note may be released"),
    TaskKind.ANSWER_DOCUMENT: _l("Answer whether a caucus document may be released"),
    TaskKind.ANSWER_DATES: _l("Say when you can come to a meeting"),
    TaskKind.CONFIRM_DATE: _l("Confirm the date of a meeting that all who decide accept"),
    TaskKind.AGREE_CANCEL: _l("Answer whether a meeting is to be cancelled"),
    TaskKind.HOLD_MEETING: _l("Note whether a meeting was held"),
    TaskKind.ANSWER_CAUCUS_DATES: _l("Say when you can come to a caucus"),
    TaskKind.CONFIRM_CAUCUS_DATE: _l("Confirm the date of a caucus that all who decide accept"),
    TaskKind.AGREE_CAUCUS_CANCEL: _l("Answer whether a caucus is to be cancelled"),
    TaskKind.HOLD_CAUCUS: _l("Note whether a caucus was held"),
    TaskKind.BOOK_GROUND: _l("Book the ground for a meeting"),
    TaskKind.KEEP_REGISTER: _l("Keep the register of a meeting that is over"),
    TaskKind.APPROVE_SUMMARY: _l("Read the joint summary and approve it, or suggest other words"),
    TaskKind.ANSWER_AMENDMENT: _l("Answer an amendment to the joint summary"),
    TaskKind.AGREE_PAPER: _l("Agree to a paper entry, or take it off"),
    TaskKind.ASSEMBLE_OUTCOME: _l("Assemble the outcome record"),
    TaskKind.SIGN_OUTCOME: _l("Sign the outcome record"),
    TaskKind.ANSWER_PREAMBLE: _l("Record the party's position on the words before the items of the record"),
    TaskKind.ANSWER_CLOSING: _l("Record the party's position on the words after the items of the record"),
    TaskKind.ANSWER_STATEMENT: _l("Record the party's position on the statement to the outside"),
    TaskKind.SIGN_ADDENDUM: _l("Sign the addendum"),
    TaskKind.GIVE_WISH: _l("Say how much may be told outside"),
    TaskKind.AGREE_COMMITMENT: _l("Sign or answer what is proposed about a commitment"),
    TaskKind.REPORT_COMMITMENT: _l("Report how far a commitment is"),
    TaskKind.ANSWER_REPORT: _l("Answer the other side's report on a commitment"),
    TaskKind.AGREE_REVIEW: _l("Agree to the day of a review, or propose another"),
    TaskKind.HOLD_REVIEW: _l("Put down your side's view for a review"),
    TaskKind.AGREE_HELP: _l("Say whether the desk shall be asked for support"),
    TaskKind.ANSWER_HELP: _l("Answer what both parties ask the desk for"),
    TaskKind.PREPARE_NOTICE: _l("Prepare the completion notice"),
    TaskKind.AGREE_NOTICE: _l("Look at the completion notice before it is sent"),
    TaskKind.SEND_NOTICE: _l("Send the completion notice"),
    TaskKind.SEE_RETENTION: _l("Look at the day on which this dialogue will be destroyed"),
}
_WITH_NAMES: dict[TaskKind, Any] = {
    TaskKind.ANSWER_DATES: _l("Say when you can come to a meeting: %(names)s"),
    TaskKind.ANSWER_CAUCUS_DATES: _l("Say when you can come to a caucus: %(names)s"),
    TaskKind.JOIN: _l("Open the invitation: %(names)s"),
    TaskKind.CONFIRM_SEAT: _l("Compare words and confirm: %(names)s"),
    TaskKind.CONFIRM_KEYS: _l("Sign for the new keys: %(names)s"),
    TaskKind.VOUCH_KEYS: _l("Stand up for the new keys: %(names)s"),
    TaskKind.ACCEPT_SEAT: _l("Compare words and accept: %(names)s"),
    TaskKind.ACCEPT_TERMS: _l("Read and accept the terms: %(names)s"),
    TaskKind.DECLARE_INTERESTS: _l("Declare interests: %(names)s"),
}
_MANY: dict[TaskKind, Callable[[int], str]] = {
    TaskKind.AGREE_COMMITMENT: lambda n: ngettext(
        "Sign or answer what is proposed about %(num)d commitment",
        "Sign or answer what is proposed about %(num)d commitments",
        n,
    ),
    TaskKind.REPORT_COMMITMENT: lambda n: ngettext(
        "Report how far %(num)d commitment is", "Report how far %(num)d commitments are", n
    ),
    TaskKind.ANSWER_REPORT: lambda n: ngettext(
        "Answer the other side's report on %(num)d commitment",
        "Answer the other side's reports on %(num)d commitments",
        n,
    ),
    TaskKind.ADMIT_ITEM: lambda n: ngettext("Admit %(num)d item to the agenda", "Admit %(num)d items to the agenda", n),
    TaskKind.TAKE_POSITION: lambda n: ngettext(
        "Record the party's position on %(num)d item", "Record the party's position on %(num)d items", n
    ),
    TaskKind.CONFIRM_JOINT_ACT: lambda n: ngettext(
        "Answer %(num)d proposal to do something together", "Answer %(num)d proposals to do something together", n
    ),
    TaskKind.ANSWER_RELEASE: lambda n: ngettext(
        "Answer whether %(num)d caucus note may be released", "Answer whether %(num)d caucus notes may be released", n
    ),
    TaskKind.ANSWER_DOCUMENT: lambda n: ngettext(
        "Answer whether %(num)d caucus document may be released",
        "Answer whether %(num)d caucus documents may be released",
        n,
    ),
}


def of_mine(found: MyTask) -> Entry:
    """What waits for the reader in one of the cases."""
    task = found.task
    return Entry(
        words(task.kind),
        address(task.kind, task.case_id, task.about),
        f"{found.label} ({found.own_label})" if found.own_label else found.label,
        _("since %(day)s", day=day(task.since)),
    )


def of_case(found: Awaited) -> Entry:
    """What waits for the reader in the case that is shown."""
    names = "" if found.kind in {TaskKind.ACCEPT_TERMS, TaskKind.DECLARE_INTERESTS} else _joined(found)
    return Entry(
        words(found.kind, found.count, names),
        address(found.kind, found.case_id, found.about),
        since=_("since %(day)s", day=day(found.since)),
    )


def column(side: SideShown) -> Column:
    """What one side has done, and what it is waited for; a link only where the reader is asked."""
    waiting = [
        Entry(
            words(found.kind, found.count, _joined(found)),
            address(found.kind, found.case_id, found.about) if found.own else "",
        )
        for found in side.waiting
    ]
    done = _done(side.progress, shows_joint=side.shows_joint) if side.progress is not None else []
    return Column(label(side.party) if side.party else _("ILO"), done, waiting, side.is_own and side.party is not None)


def words(kind: TaskKind, count: int = 1, names: str = "") -> str:
    """What is to be done, as somebody would say it."""
    if names and kind in _WITH_NAMES:
        return str(_WITH_NAMES[kind]) % {"names": names}
    return _MANY[kind](count) if count > 1 and kind in _MANY else str(_WORDS[kind])


def address(kind: TaskKind, case_id: UUID, about: UUID | None) -> str:
    """The page on which it is done; where it is about several things, the page that lists them."""
    place = _PLACES[kind]
    if about is None and kind in _LISTS:
        place = _Place(_LISTS[kind])
    values: dict[str, Any] = {place.about: about} if place.about is not None else {}
    if place.kind is not None:
        values["kind"] = place.kind
    return url_for(place.endpoint, case_id=case_id, **values)


def _joined(found: Awaited) -> str:
    return ", ".join(found.names)


def _done(progress: Progress, *, shows_joint: bool) -> list[str]:
    """How far a party has come, in whole sentences."""
    told: list[str | None] = [
        _seats(progress),
        _("Endorsed the joint request") if progress.endorsed else None,
        _undertakings(progress),
        _("Accepted the facilitator") if progress.facilitator_accepted else None,
        _positions(progress) if shows_joint else None,
        _("Signed the outcome record") if progress.signed and shows_joint else None,
        _("Agreed to the completion notice") if progress.notice_agreed else None,
    ]
    return [sentence for sentence in told if sentence]


def _seats(progress: Progress) -> str | None:
    if not progress.confirmed:
        return None
    if progress.confirmed == progress.people:
        return str(ngettext("%(num)d person sits at the table", "%(num)d people sit at the table", progress.people))
    return str(
        ngettext(
            "%(stand)d of %(num)d person sits at the table",
            "%(stand)d of %(num)d people sit at the table",
            progress.people,
            stand=progress.confirmed,
        )
    )


def _undertakings(progress: Progress) -> str | None:
    if not progress.bound:
        return None
    if progress.bound >= progress.people:
        return str(_("All have accepted the terms"))
    return str(_("%(bound)d of %(people)d have accepted the terms", bound=progress.bound, people=progress.people))


def _positions(progress: Progress) -> str | None:
    if not progress.wordings:
        return None
    return str(
        _(
            "Positions recorded on %(positions)d of %(wordings)d wordings",
            positions=progress.positions,
            wordings=progress.wordings,
        )
    )
