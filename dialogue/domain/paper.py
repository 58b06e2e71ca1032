"""Paper entries: what happened outside this place, dated, and kept once both leads say that it was so."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from dialogue.domain.acts import Act
from dialogue.domain.lifecycle import Lifecycle
from dialogue.errors import Unfit

LONGEST_TITLE = 150
LONGEST_TEXT = 20_000
DRAFT_OF_ENTRY = "paper.propose"


class PaperKind(StrEnum):
    """What it was."""

    LETTER = "letter"
    MEETING = "meeting"
    UNDERTAKING = "undertaking"
    OTHER = "other"


class PaperState(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    WITHDRAWN = "withdrawn"


PAPER: Lifecycle[PaperState] = Lifecycle(
    {
        (PaperState.PROPOSED, Act.PAPER_AGREE): PaperState.AGREED,
        (PaperState.PROPOSED, Act.PAPER_WITHDRAW): PaperState.WITHDRAWN,
    }
)


def check_entry(title: str, text: str, happened_on: date, today: date) -> None:
    """Raise Unfit unless an entry says what happened and when, and that this day has come."""
    if not title.strip() or len(title) > LONGEST_TITLE:
        raise Unfit("paper_title")
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise Unfit("paper_text")
    if happened_on > today:
        raise Unfit("paper_day")
