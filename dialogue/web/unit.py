"""Units of work for a request: the instance of the application, the actor of the session, the moment of now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from flask import current_app

from dialogue.services import unit
from dialogue.services.instance import Instance
from dialogue.services.unit import UnitOfWork
from dialogue.web.sessions import clock, visit


def instance() -> Instance:
    """The instance that answers this request."""
    found: Instance = current_app.extensions["dialogue"]
    return found


def moment() -> datetime:
    """Now, by the application's clock."""
    return clock(current_app)


@contextmanager
def reading() -> Iterator[UnitOfWork]:
    """A unit that shows something."""
    with unit.reading(instance(), visit().actor, moment()) as work:
        yield work


@contextmanager
def writing() -> Iterator[UnitOfWork]:
    """A unit that does something; it lasts when the block ends without an exception."""
    with unit.writing(instance(), visit().actor, moment()) as work:
        yield work
        work.commit()


@contextmanager
def enrolling() -> Iterator[UnitOfWork]:
    """The same for the little that is open before a sign-in is complete: the recovery code and the language."""
    signed = visit().signed
    with unit.writing(instance(), signed.actor if signed else None, moment()) as work:
        yield work
        work.commit()
