"""What is done to every text before it is looked at."""

from __future__ import annotations

from uuid import UUID


def strip(text: str | None) -> str:
    """Without the blanks around it."""
    return (text or "").strip()


def lines(text: str | None) -> str:
    """Without the blanks around it, and with one kind of line end, so that the same words are the same text."""
    return strip(text).replace("\r\n", "\n").replace("\r", "\n")


def identifier(text: str | None) -> UUID | None:
    """The id that a hidden field brought back; None where there was none, or none that is one."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
