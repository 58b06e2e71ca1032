"""Several people who do something at the same moment, each in a thread and a unit of work of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

from dialogue.errors import Refusal
from dialogue.services import unit
from dialogue.services.unit import Actor, UnitOfWork
from tests.builders import Table

Deed = Callable[[UnitOfWork], Any]


def at_once(table: Table, *deeds: tuple[Actor, Deed]) -> list[Any]:
    """Let all of them begin together; gives what each was told: a result, or the refusal."""
    start = Barrier(len(deeds), timeout=30)
    now = table.house.tick()

    def run(actor: Actor, deed: Deed) -> Any:
        return _run(table, actor, deed, start, now)

    with ThreadPoolExecutor(len(deeds)) as pool:
        told = list(pool.map(lambda one: run(*one), deeds))
    table.house.tick()
    return told


def _run(table: Table, actor: Actor, deed: Deed, start: Barrier, now: datetime) -> Any:
    start.wait()
    try:
        with unit.writing(table.instance, table.house.fresh(actor), now) as work:
            result = deed(work)
            work.commit()
    except Refusal as refusal:
        return refusal
    return result


def kinds(told: list[Any]) -> list[str]:
    """What they were told, by kind, in no particular order."""
    return sorted(type(one).__name__ if isinstance(one, Refusal) else "done" for one in told)
