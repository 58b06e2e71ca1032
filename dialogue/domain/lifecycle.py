"""A life as a table: (state, act) gives the next state, and whatever is not in the table is refused."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from dialogue.domain.acts import Act
from dialogue.errors import IllegalTransition

State = TypeVar("State", bound=StrEnum)


class Lifecycle(Generic[State]):
    """The moves that one kind of thing can make."""

    def __init__(self, table: Mapping[tuple[State, Act], State]) -> None:
        self._table = dict(table)

    def after(self, state: State, act: Act) -> State:
        """The state after ``act``; raises IllegalTransition where the table has no such move."""
        try:
            return self._table[state, act]
        except KeyError:
            raise IllegalTransition(state, act) from None

    def allows(self, state: State, act: Act) -> bool:
        return (state, act) in self._table

    def acts_from(self, state: State) -> tuple[Act, ...]:
        """The acts that lead out of ``state``, in the table's order."""
        return tuple(act for start, act in self._table if start is state)

    @property
    def acts(self) -> frozenset[Act]:
        """Every act that moves this kind of thing."""
        return frozenset(act for _, act in self._table)
