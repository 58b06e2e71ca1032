"""Measuring: processor time of this process, medians with their spread, and statements counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine


@dataclass
class Cost:
    """What one thing took, each time it was done: processor milliseconds, and milliseconds by the clock."""

    processor: list[float] = field(default_factory=list)
    clock: list[float] = field(default_factory=list)

    @property
    def middle(self) -> float:
        return median(self.processor)

    @property
    def spread(self) -> float:
        """How far the quarters lie apart, as a part of the median."""
        if len(self.processor) < 4:
            return 0.0
        first, _, third = quantiles(self.processor, n=4)
        return (third - first) / self.middle

    @property
    def a_second(self) -> float:
        return 1000 / median(self.clock)


@dataclass(frozen=True)
class Finding:
    """One line of the table.

    ratio   what was measured, as a multiple of what it is compared with
    most    what the ratio may be
    """

    goal: str
    what: str
    ratio: float
    most: float
    told: str

    @property
    def is_met(self) -> bool:
        return self.ratio <= self.most


def in_turn(rounds: int, **acts: Callable[[], Any]) -> dict[str, Cost]:
    """Do each of them in turn, so that a noisy machine is noisy for all; the first time does not count."""
    costs = {name: Cost() for name in acts}
    for turn in range(rounds + 1):
        for name, act in acts.items():
            processor, clock = process_time(), perf_counter()
            act()
            if turn:
                costs[name].processor.append((process_time() - processor) * 1000)
                costs[name].clock.append((perf_counter() - clock) * 1000)
    return costs


def told(**costs: Cost) -> str:
    return ", ".join(
        f"{name} {cost.middle:.1f} ms (spread {cost.spread:.0%}, {cost.a_second:.0f}/s)" for name, cost in costs.items()
    )


@contextmanager
def counted() -> Iterator[list[int]]:
    """Count the statements of SQL, of every database together."""
    count = [0]

    def note(*_: Any) -> None:
        count[0] += 1

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield count
    finally:
        event.remove(Engine, "before_cursor_execute", note)
