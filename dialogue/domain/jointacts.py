"""Joint acts: what one proposes and only both leads together do."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from dialogue.domain.acts import Act
from dialogue.domain.people import Party


class JointActState(StrEnum):
    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"


# What both leads must do together, and whether it is about a thing of the case or about the case itself.
JOINT: frozenset[Act] = frozenset(
    {
        Act.CASE_SUSPEND,
        Act.CASE_RESUME,
        Act.CASE_CONCLUDE,
        Act.CASE_COMPLETE,
        Act.CASE_CLOSE,
        Act.AGENDA_REOPEN,
        Act.AGENDA_WITHDRAW,
        Act.HISTORY_GRANT,
    }
)


def is_carried(voices: Collection[Party]) -> bool:
    """A joint act is done when both parties have said yes; there is no other way."""
    return set(voices) == set(Party)
