"""What others have done since somebody was last here, in words, and the page on which it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from dialogue.services.visits import News
from dialogue.web.i18n import moment
from dialogue.web.labels import label


@dataclass(frozen=True, slots=True)
class Told:
    """One line: what was done, by whom and when last, and how often where it was more than once."""

    text: str
    who: str = field(repr=False)
    times: str
    href: str


# Where what an act is about can be seen, by the first word of the act; notes are seen in their room.
_PAGES = {
    "agenda": "agenda.index",
    "wording": "agenda.index",
    "position": "agenda.index",
    "joint_act": "together.index",
    "outcome": "outcome.index",
    "terms": "terms.show",
    "request": "request.show",
    "facilitator": "facilitator.index",
    "participant": "delegation.index",
    "seat": "delegation.index",
    "notice": "notice.show",
}
_IN_A_ROOM = {"note", "release"}


def told(found: News, case_id: UUID) -> Told:
    """What one person has done since, as one line."""
    who = found.actor.name if found.actor is not None else _("by itself")
    return Told(
        label(found.act),
        _("%(name)s, %(when)s", name=who, when=moment(found.at)),
        ngettext("%(num)d time", "%(num)d times", found.count) if found.count > 1 else "",
        _address(found, case_id),
    )


def _address(found: News, case_id: UUID) -> str:
    noun = found.act.value.partition(":")[0]
    if noun in _IN_A_ROOM:
        return url_for("notes.index", case_id=case_id, room=found.room.value)
    endpoint = _PAGES.get(noun, "")
    return url_for(endpoint, case_id=case_id) if endpoint in current_app.view_functions else ""
