"""What is done to every text before it is looked at."""

from __future__ import annotations


def strip(text: str | None) -> str:
    """Without the blanks around it."""
    return (text or "").strip()
