"""Joint acts: what one proposes and only both leads together do."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from dialogue.domain.acts import Act
from dialogue.domain.cases import Support
from dialogue.domain.people import Party
from dialogue.errors import Unfit


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
        Act.SUPPORT_CHANGE,
        Act.RETENTION_EXTEND,
        Act.HOLD_PLACE,
        Act.HOLD_LIFT,
        Act.CASE_DESTROY,
    }
)


# What is about one item of the agenda, and what is about one person and the past of one room; the rest is about
# the dialogue itself.
ABOUT_AN_ITEM = frozenset({Act.AGENDA_REOPEN, Act.AGENDA_WITHDRAW})
ABOUT_A_PERSON = frozenset({Act.HISTORY_GRANT})
# What says, beside the act, what shall be afterwards.
ABOUT_A_SET = frozenset({Act.SUPPORT_CHANGE})
ABOUT_A_TIME = frozenset({Act.RETENTION_EXTEND})
# What is done about a dialogue that is over; it looks at the date and not at the table.
ABOUT_THE_END = frozenset({Act.RETENTION_EXTEND, Act.HOLD_PLACE, Act.HOLD_LIFT, Act.CASE_DESTROY})


def about_the_case(act: Act) -> bool:
    return act in JOINT - ABOUT_AN_ITEM - ABOUT_A_PERSON


def check_support(asked: Collection[Support], present: Collection[Support]) -> None:
    """Raise Unfit unless the set is another one than the present, and not empty (R3)."""
    if not asked:
        raise Unfit("support_none")
    if set(asked) == set(present):
        raise Unfit("support_same")


def is_carried(voices: Collection[Party]) -> bool:
    """A joint act is done when both parties have said yes; there is no other way."""
    return set(voices) == set(Party)
