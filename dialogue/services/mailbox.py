"""The outbox as a page, for instances where nobody real gets any mail. No other instance has an address for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from icalendar import Calendar

from dialogue.services import letters
from dialogue.services.letters import Letter
from dialogue.services.unit import UnitOfWork
from dialogue.store.outbox import letters as outbox_letters

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a mail; with an address on this instance where it is a link."""

    text: str = field(repr=False)
    href: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Enclosed:
    """An entry for the reader's calendar, and as it is written."""

    method: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Posted:
    """A mail that waits, as its reader would see it."""

    to: str = field(repr=False)
    subject: str = field(repr=False)
    language: str
    written_at: datetime
    paragraphs: tuple[Paragraph, ...] = field(repr=False)
    entry: Enclosed | None = field(repr=False)


def newest(work: UnitOfWork) -> list[Posted]:
    """The last fifty mails whose words are still here, newest first."""
    found = []
    for row in outbox_letters(work.session, limit=SHOWN):
        letter = letters.opened(work.instance.secrets, row)
        if letter is not None:
            found.append(_posted(work.instance.base_url, letter, row.written_at))
    return found


def _posted(base_url: str, letter: Letter, written_at: datetime) -> Posted:
    paragraphs = tuple(
        Paragraph(text, text.removeprefix(base_url) if letter.link and text == letter.link else None)
        for text in letter.text.strip().split("\n\n")
    )
    return Posted(letter.to, letter.subject, letter.language, written_at, paragraphs, _entry(letter))


def _entry(letter: Letter) -> Enclosed | None:
    if not letter.calendar:
        return None
    [event] = Calendar.from_ical(letter.calendar).events
    starts_at, ends_at = event.start, event.end
    if not isinstance(starts_at, datetime) or not isinstance(ends_at, datetime):
        return None
    return Enclosed(letter.method, starts_at, ends_at, str(event["SUMMARY"]), letter.calendar)
