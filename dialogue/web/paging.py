"""What addresses carry: where the next page of a list begins, and the number of a thing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

Key = tuple[datetime, UUID]
LARGEST = 2**31 - 1


def key_of(key: Key | None) -> str:
    """The key as one word for an address; empty where there is no next page."""
    return f"{key[0].isoformat()}~{key[1]}" if key is not None else ""


def number(text: str) -> int:
    """The number that an address or a hidden field carries; raises ValueError for one that no row can have."""
    found = int(text)
    if abs(found) > LARGEST:
        raise ValueError(len(text))
    return found


def after(arguments: Mapping[str, str]) -> Key | None:
    """The key that an address carries as ``after``; None, the first page, where it carries none that can be read."""
    since, _, row_id = arguments.get("after", "").partition("~")
    try:
        moment = datetime.fromisoformat(since)
        return (moment, UUID(row_id)) if moment.tzinfo is not None else None
    except ValueError:
        return None
