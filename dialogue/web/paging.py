"""Where the next page of a list begins: the key of the last line shown, as an address carries it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

Key = tuple[datetime, UUID]


def key_of(key: Key | None) -> str:
    """The key as one word for an address; empty where there is no next page."""
    return f"{key[0].isoformat()}~{key[1]}" if key is not None else ""


def after(arguments: Mapping[str, str]) -> Key | None:
    """The key that an address carries as ``after``; None, the first page, where it carries none that can be read."""
    since, _, row_id = arguments.get("after", "").partition("~")
    try:
        moment = datetime.fromisoformat(since)
        return (moment, UUID(row_id)) if moment.tzinfo is not None else None
    except ValueError:
        return None
