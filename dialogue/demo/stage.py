"""Where the story is played: the instance, the clock, and who acts under which word."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from dialogue.services import unit
from dialogue.services.instance import Instance
from dialogue.services.unit import Actor, UnitOfWork


@dataclass(slots=True)
class Stage:
    """Where the story is played: the instance, the clock, and who has a seat by which word."""

    instance: Instance
    now: datetime
    actors: dict[str, Actor] = field(default_factory=dict)
    seats: dict[str, UUID] = field(default_factory=dict)

    @contextmanager
    def writing(self, part: str | None) -> Iterator[UnitOfWork]:
        self.now += timedelta(minutes=7)
        actor = replace(self.actors[part], confirmed_at=self.now) if part else None
        with unit.writing(self.instance, actor, self.now) as work:
            yield work
            work.commit()

    @contextmanager
    def reading(self, part: str) -> Iterator[UnitOfWork]:
        with unit.reading(self.instance, self.actors[part], self.now) as work:
            yield work

    def wait(self, **span: int) -> None:
        self.now += timedelta(**span)
