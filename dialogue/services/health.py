"""Whether an instance can do its work: its database answers, stands at the newest revision, and mails leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from dialogue.services.instance import Instance
from dialogue.store.outbox import oldest_waiting
from dialogue.store.schema import is_current

PATIENCE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Health:
    """Three answers, none of which tells anything about anybody."""

    database_answers: bool
    database_is_current: bool
    mails_leave: bool

    @property
    def is_ready(self) -> bool:
        """Whether pages may be asked for; mails that wait are a matter for the worker, not for the pages."""
        return self.database_answers and self.database_is_current


def look(instance: Instance, now: datetime) -> Health:
    """Look once; a database that does not answer is an answer."""
    try:
        if not is_current(instance.store.reading):
            return Health(database_answers=True, database_is_current=False, mails_leave=False)
        with instance.store.session(writes=False) as session:
            oldest = oldest_waiting(session)
    except SQLAlchemyError:
        return Health(database_answers=False, database_is_current=False, mails_leave=False)
    leaves = oldest is None or now - oldest < PATIENCE
    return Health(database_answers=True, database_is_current=True, mails_leave=leaves)
