"""What somebody is told of, in words, and the page on which it stands; when mails come, in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from dialogue.domain.people import StaffRole
from dialogue.domain.tidings import TidingKind
from dialogue.domain.wishes import Rhythm, Wishes
from dialogue.services.news import Told
from dialogue.services.visits import News
from dialogue.web import news
from dialogue.web.i18n import moment
from dialogue.web.sessions import visit


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list."""

    tiding_id: UUID
    text: str = field(repr=False)
    where: str = field(repr=False)
    when: str
    href: str
    is_new: bool


# Where nothing is told by its name, the occasion says as much as the mail about it does.
_WORDS: dict[TidingKind, Any] = {
    TidingKind.WAITING: _l("Something has changed, and something may be waiting for you."),
    TidingKind.DECLINED: _l("Something that you asked has been answered."),
    TidingKind.REQUEST_MADE: _l("What you both endorsed has arrived. You will be told when it has been looked at."),
    TidingKind.ACKNOWLEDGEMENT: _l("What you sent has been taken up and has a number."),
    TidingKind.SEAT_TURN: _l("It is your turn to compare words"),
    TidingKind.SEAT_AWAITED: _l("Somebody else has the next step"),
    TidingKind.SEAT_CONFIRMED: _l("The words were compared and confirmed"),
}
_PAGES = {TidingKind.SEAT_TURN: "delegation.index"}


def line(told: Told) -> Line:
    """One thing that somebody is told of."""
    text, href = _text_and_page(told)
    where = f"{told.label} ({told.own_label})" if told.own_label else told.label
    return Line(told.tiding_id, text, where, moment(told.at), href, told.is_new)


def page_of(told: Told) -> str:
    """Where what it is about can be seen."""
    return _text_and_page(told)[1]


def hour(number: int) -> str:
    """An hour of the clock, such as "08:00"."""
    return f"{number:02d}:00"


def wishes_in_words(wishes: Wishes) -> str:
    """When mails come, as one or two sentences."""
    told = _("At once") if wishes.rhythm is Rhythm.AT_ONCE else _("Once a day, at %(hour)s", hour=hour(wishes.hour))
    if wishes.quiet_from is None or wishes.quiet_until is None:
        return str(told)
    quiet = _("none from %(begins)s to %(ends)s", begins=hour(wishes.quiet_from), ends=hour(wishes.quiet_until))
    return f"{told}; {quiet}"


def _text_and_page(told: Told) -> tuple[str, str]:
    if told.case_id is None:
        return str(_WORDS[told.kind]), url_for("cases.index")
    if told.act is not None:
        found = news.told(News(told.room, told.act, told.actor, 1, told.at), told.case_id)
        return found.text, _page(told.case_id) if _is_desk() else found.href or _page(told.case_id)
    page = url_for(_PAGES[told.kind], case_id=told.case_id) if told.kind in _PAGES else _page(told.case_id)
    return str(_WORDS[told.kind]), page


def _page(case_id: UUID) -> str:
    return url_for("desk.case" if _is_desk() else "cases.show", case_id=case_id)


def _is_desk() -> bool:
    signed = visit().signed
    return signed is not None and StaffRole.COORDINATOR in signed.actor.staff
