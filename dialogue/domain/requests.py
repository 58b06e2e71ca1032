"""The joint request: what may be said about a draft of it."""

from __future__ import annotations

from dialogue.errors import Unfit

LONGEST_COMMENT = 4_000
DRAFT_OF_COMMENT = "request.comment"


def check_comment(words: str) -> None:
    """Raise Unfit unless there are words, and within measure."""
    if not words.strip() or len(words) > LONGEST_COMMENT:
        raise Unfit("comment")
