"""The head of every page of a case: where the reader sits, how far the dialogue has come, and its pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from flask import Flask, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from dialogue.domain.acts import Act
from dialogue.domain.cases import BEFORE_THE_ILO, CaseStatus, Step, Support
from dialogue.domain.people import Party, Role, Room
from dialogue.services.cases import CaseHead
from dialogue.web.labels import label

SEATS: dict[tuple[Party | None, Role], Any] = {
    (Party.COMPANY, Role.LEAD): _l("you sit with the company, as lead"),
    (Party.COMPANY, Role.DEPUTY): _l("you sit with the company, as deputy"),
    (Party.COMPANY, Role.DELEGATE): _l("you sit with the company, as delegate"),
    (Party.COMPANY, Role.ADVISER): _l("you sit with the company, as adviser"),
    (Party.UNION, Role.LEAD): _l("you sit with the union, as lead"),
    (Party.UNION, Role.DEPUTY): _l("you sit with the union, as deputy"),
    (Party.UNION, Role.DELEGATE): _l("you sit with the union, as delegate"),
    (Party.UNION, Role.ADVISER): _l("you sit with the union, as adviser"),
    (None, Role.FACILITATOR): _l("you sit between the parties, as facilitator"),
    (None, Role.EXPERT): _l("you answer the parties' questions, as expert"),
    (None, Role.COORDINATOR): _l("you are at the ILO's desk"),
}

RESTING: dict[CaseStatus, Any] = {
    CaseStatus.DECLINED: _l("The invitation was declined. What had been drafted is destroyed."),
    CaseStatus.WITHDRAWN: _l("The request was taken back. What had been drafted is destroyed."),
    CaseStatus.NOT_TAKEN_UP: _l(
        "The ILO has not taken this request up. Its words to both parties stand with the request."
    ),
    CaseStatus.SUSPENDED: _l(
        "The dialogue is suspended. What is there can be read; it goes on when both leads agree to resume it."
    ),
    CaseStatus.ENDED: _l(
        "The dialogue has ended. What both parties shared can be read and is not added to; "
        "what one side wrote for itself stays its own."
    ),
    CaseStatus.CLOSED: _l("The dialogue is closed. What is there can be read until it is destroyed as agreed."),
}

# What is going on, and what it leads to.
GOING_ON: dict[CaseStatus, Any] = {
    CaseStatus.DRAFT: _l(
        "Only your side sees this draft. Write what you wish to talk about, then invite the other party's lead. "
        "The ILO does not know that it exists."
    ),
    CaseStatus.INVITED: _l(
        "Both sides write the request together. It goes to the ILO once both leads have endorsed the same version; "
        "until then the ILO does not know that it exists."
    ),
    CaseStatus.REQUESTED: _l(
        "Both parties have endorsed the request. The ILO's desk looks at it and answers both of them at once."
    ),
    CaseStatus.PREPARING: _l(
        "The dialogue begins by itself once everybody has accepted the terms of confidentiality, both delegations "
        "are accepted and, where facilitation is asked, both leads have accepted a facilitator."
    ),
    CaseStatus.IN_DIALOGUE: _l(
        "The parties are at the table: they admit items to the agenda, put wordings and say where they stand."
    ),
    CaseStatus.CONCLUDING: _l(
        "The parties assemble the outcome record from what they agree on. "
        "Either lead can still go back to the dialogue."
    ),
    CaseStatus.COMPLETED: _l("The dialogue is completed. What the parties have agreed is followed up here."),
}

_UNDER_WAY = frozenset(CaseStatus) - BEFORE_THE_ILO - {CaseStatus.REQUESTED, CaseStatus.NOT_TAKEN_UP}
_AT_THE_TABLE = _UNDER_WAY - {CaseStatus.PREPARING}
_FOLLOWED_UP = frozenset({CaseStatus.COMPLETED, CaseStatus.CLOSED})
_WITH_OUTCOME = frozenset({CaseStatus.CONCLUDING, CaseStatus.COMPLETED, CaseStatus.CLOSED})


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step of the line: "done", "current" or "ahead"."""

    label: str
    state: str


class Part(StrEnum):
    """The parts that the pages of a case are sorted into, in the order of the procedure."""

    OVERVIEW = "overview"
    GROUNDWORK = "groundwork"
    TABLE = "table"
    AGREED = "agreed"
    RECORD = "record"
    SEARCH = "search"


PARTS: dict[Part, Any] = {
    Part.OVERVIEW: _l("Overview"),
    Part.GROUNDWORK: _l("Groundwork"),
    Part.TABLE: _l("At the table"),
    Part.AGREED: _l("What is agreed"),
    Part.RECORD: _l("Record"),
    Part.SEARCH: _l("Search"),
}
# The kinds of pages, by blueprint, that belong to each part.
_BELONG: dict[Part, frozenset[str]] = {
    Part.OVERVIEW: frozenset({"cases"}),
    Part.GROUNDWORK: frozenset({"desk", "request", "delegation", "attendants", "organisation", "seats", "renewal"})
    | {"terms", "facilitator"},
    Part.AGREED: frozenset({"followup", "reviews", "help", "outcome", "words", "disclosure", "notice"}),
    Part.RECORD: frozenset({"record", "retention", "export"}),
    Part.SEARCH: frozenset({"search"}),
}
# So many pages stand in one row; more are sorted into their parts.
FEW = 7


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One page of the case, or one part of it, which leads to its first page."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Menu:
    """The pages of a case.

    parts        the first row
    pages        the second row: the pages of the part in which the reader is; empty where the first row says it all
    shows_rooms  whether the rooms with notes follow
    """

    parts: list[MenuEntry]
    pages: list[MenuEntry]
    shows_rooms: bool


@dataclass(frozen=True, slots=True)
class _Page:
    label: str
    endpoint: str

    @property
    def blueprint(self) -> str:
        return self.endpoint.partition(".")[0]

    @property
    def part(self) -> Part:
        return part_of(self.blueprint)


def install(app: Flask) -> None:
    """Give all templates what the head of a case is made from."""
    app.jinja_env.globals.update(
        case_caption=caption,
        case_steps=steps,
        case_menu_of=menu,
        case_rooms=rooms,
        case_resting=resting,
        case_going_on=going_on,
        seat_words=seat_words,
    )


def caption(head: CaseHead) -> str:
    """Such as "Amber Harbour · you sit with the union, as lead"."""
    name = f"{head.label} ({head.own_label})" if head.own_label else head.label
    return f"{name} · {SEATS[head.party, head.role]}"


def seat_words(party: Party | None, role: Role) -> str:
    """Where the reader sits, as a sentence of its own."""
    words = str(SEATS[party, role])
    return words[:1].upper() + words[1:]


def steps(head: CaseHead) -> list[StepShown]:
    """The line of the procedure's steps; once the case is closed all of them are done."""
    order = list(Step)
    now = len(order) if head.status is CaseStatus.CLOSED else order.index(head.step)
    return [
        StepShown(label(step), "done" if place < now else "current" if place == now else "ahead")
        for place, step in enumerate(order)
    ]


def resting(head: CaseHead) -> str:
    """What it means that the case rests or is over; empty while it goes on."""
    return str(RESTING.get(head.status, ""))


def going_on(head: CaseHead) -> str:
    """What the case is waiting for as a whole; empty once it rests."""
    return str(GOING_ON.get(head.status, ""))


def menu(head: CaseHead) -> Menu:
    """The pages of the case that this reader can open and that make sense by now."""
    here = (request.endpoint or "").partition(".")[0]
    found = list(_open_pages(head))
    if len(found) <= FEW:
        return Menu([_entry(head, page, page.blueprint == here) for page in found], [], True)
    now = part_of(here)
    sorted_in = {part: [page for page in found if page.part is part] for part in Part}
    parts = [_entry(head, _door(part, inside), part is now) for part, inside in sorted_in.items() if inside]
    inside = sorted_in[now] if len(sorted_in[now]) > 1 else []
    return Menu(parts, [_entry(head, page, page.blueprint == here) for page in inside], now is Part.TABLE)


def part_of(blueprint: str) -> Part:
    """Where pages of this kind belong; what is in no menu stands at the table, where most is done."""
    return next((part for part, blueprints in _BELONG.items() if blueprint in blueprints), Part.TABLE)


def _door(part: Part, inside: list[_Page]) -> _Page:
    """The first page of a part, under the part's name unless it is the only one."""
    return inside[0] if len(inside) == 1 else replace(inside[0], label=str(PARTS[part]))


def _entry(head: CaseHead, page: _Page, current: bool) -> MenuEntry:
    return MenuEntry(page.label, url_for(page.endpoint, case_id=head.case_id), current)


def rooms(head: CaseHead) -> list[MenuEntry]:
    """The rooms with notes that this reader hears."""
    shown = str((request.view_args or {}).get("room", ""))
    return [
        MenuEntry(label(room), url_for("notes.index", case_id=head.case_id, room=room.value), shown == room.value)
        for room in head.rooms
    ]


def _open_pages(head: CaseHead) -> Iterator[_Page]:
    may, status = head.may, head.status
    yield _Page(_("Overview"), "cases.show")
    if head.role is Role.COORDINATOR:
        yield _Page(_("At the desk"), "desk.case")
    if Room.DRAFTING in head.hears or Room.REQUEST in head.hears:
        yield _Page(_("Request"), "request.show")
    if Act.PARTICIPANT_READ in may:
        yield _Page(_("People"), "delegation.index")
    if Room.TERMS in head.hears and status in _UNDER_WAY:
        yield _Page(_("Terms"), "terms.show")
    if Support.FACILITATION in head.support and Act.PARTICIPANT_READ in may and status in _UNDER_WAY:
        yield _Page(_("Facilitator"), "facilitator.index")
    if Act.AGENDA_READ in may and status in _AT_THE_TABLE:
        yield _Page(_("Agenda"), "agenda.index")
    if Room.LOGISTICS in head.hears and status in _UNDER_WAY:
        yield _Page(_("Meetings"), "meetings.index")
    if Act.SUMMARY_READ in may and status in _AT_THE_TABLE:
        yield _Page(_("Summaries"), "summaries.index")
        yield _Page(_("Paper entries"), "paper.index")
    if head.rooms:
        yield _Page(_("Documents"), "documents.index")
    if Room.INPUT in head.hears and Support.TECHNICAL_INPUT in head.support and status in _AT_THE_TABLE:
        yield _Page(_("Technical input"), "input.index")
    if Act.JOINT_ACT_READ in may and status in _UNDER_WAY:
        yield _Page(_("Together"), "together.index")
    if Act.OUTCOME_READ in may and status in _WITH_OUTCOME:
        yield _Page(_("Outcome"), "outcome.index")
    if Act.DISCLOSURE_READ in may and status in _AT_THE_TABLE:
        yield _Page(_("What may be said"), "disclosure.index")
    if Act.COMMITMENT_READ in may and status in _FOLLOWED_UP:
        yield _Page(_("Follow-up"), "followup.index")
    if Room.LOGISTICS in head.hears and status in _UNDER_WAY:
        yield _Page(_("Support"), "help.index")
    if Act.NOTICE_READ in may:
        yield _Page(_("Completion notice"), "notice.show")
    if Act.RETENTION_READ in may:
        yield _Page(_("How long it is kept"), "retention.show")
    if Act.RECORD_READ in may:
        yield _Page(_("Record"), "record.index")
    if Act.SEARCH_READ in may:
        yield _Page(_("Search"), "search.index")
