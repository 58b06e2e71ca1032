"""The mails that the clock writes: that there is something new, as each person wishes it, and that something waits.

Nobody's key is needed, and two workers at once write each of them once: the person's row is taken first, and what was
found before is looked at again. The mail and the note that it was written are one transaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from dialogue.domain.people import StaffRole
from dialogue.domain.tidings import ALL_ARE_KEPT, READ_ARE_KEPT
from dialogue.domain.wishes import Wishes, mail_is_due, not_quiet, reminder_is_due
from dialogue.services import letters, unit
from dialogue.services.instance import Instance
from dialogue.services.letters import LetterKind
from dialogue.services.unit import UnitOfWork
from dialogue.store.accounts import AccountState, find_account
from dialogue.store.heartbeats import beat, last_beat
from dialogue.store.outbox import forget_sent, is_on_its_way
from dialogue.store.tidings import (
    accounts_not_looked_at,
    forget_old_tidings,
    lock_wishes,
    mark_mailed,
    oldest_unmailed,
    people_with_news,
)
from dialogue.store.waiting import tasks_for

LOOKS_EVERY = timedelta(days=1)
LOOKED_AT_ONCE = 20
SWEEPS_EVERY = timedelta(hours=1)
SWEEPER = "sweeper"
SENT_ARE_KEPT = timedelta(days=1)
NEWS, REMINDER, CALENDAR = "news:", "reminder:", "calendar:"


def write(instance: Instance, now: datetime, *, leaves: bool = True) -> int:
    """Write what is due, and let go of what is old; how many mails were written.

    leaves   False where no mail ever leaves: then none waits for the one before it
    """
    written = write_news(instance, now, leaves=leaves) + write_reminders(instance, now)
    _sweep(instance, now)
    return written


def write_news(instance: Instance, now: datetime, *, leaves: bool = True) -> int:
    """One mail to each person who wishes one now and has something new; how many."""
    with instance.store.session(writes=False) as session:
        due = [
            account_id
            for account_id, zone, since, row in people_with_news(session)
            if mail_is_due(row.wishes if row else Wishes(), zone, since, row.mailed_at if row else None, now)
            and not (leaves and row and row.mailed_at and is_on_its_way(session, _key(account_id, row.mailed_at)))
        ]
    return sum(_write_news_to(instance, account_id, now) for account_id in due)


def write_reminders(instance: Instance, now: datetime) -> int:
    """Look once a day for each person whether something has waited for long; how many reminders were written."""
    with instance.store.session(writes=False) as session:
        found = accounts_not_looked_at(session, now - LOOKS_EVERY, limit=LOOKED_AT_ONCE)
    return sum(_remind(instance, account_id, now) for account_id in found)


def _write_news_to(instance: Instance, account_id: UUID, now: datetime) -> bool:
    with unit.writing(instance, None, now) as work:
        row = lock_wishes(work.session, account_id)
        account, since = find_account(work.session, account_id), oldest_unmailed(work.session, account_id)
        if account is None or since is None or account.state is not AccountState.ACTIVE:
            return False
        if not mail_is_due(row.wishes, account.timezone, since, row.mailed_at, now):
            return False
        letters.to_account(work, LetterKind.WAITING, account, key=_key(account_id, now), link="/news")
        mark_mailed(work.session, account_id, now)
        row.mailed_at = now
        work.commit()
    return True


def _remind(instance: Instance, account_id: UUID, now: datetime) -> bool:
    with unit.writing(instance, None, now) as work:
        row = lock_wishes(work.session, account_id)
        account = find_account(work.session, account_id)
        if account is None or (row.looked_at is not None and now - row.looked_at < LOOKS_EVERY):
            return False
        wakes = not_quiet(row.wishes, account.timezone, now)
        # In quiet hours it is looked again at their end.
        row.looked_at = wakes - LOOKS_EVERY if wakes > now else now
        waits = _oldest_task(work, account_id, desk=StaffRole.COORDINATOR in account.staff)
        is_due = waits is not None and reminder_is_due(row.wishes, account.timezone, waits, row.reminded_at, now)
        if is_due:
            key = f"{REMINDER}{account_id.hex}:{now:%Y%m%d%H%M%S%f}"
            letters.to_account(work, LetterKind.REMINDER, account, key=key)
            row.reminded_at = now
        work.commit()
    return is_due


def _oldest_task(work: UnitOfWork, account_id: UUID, *, desk: bool) -> datetime | None:
    found = tasks_for(work.session, account_id, work.now, desk=desk, limit=1)
    return found[0].since if found else None


def _key(account_id: UUID, at: datetime) -> str:
    return f"{NEWS}{account_id.hex}:{at:%Y%m%d%H%M%S%f}"


def _sweep(instance: Instance, now: datetime) -> None:
    """Once an hour."""
    with instance.store.session(writes=False) as session:
        swept = last_beat(session, SWEEPER)
    if swept is not None and now - swept < SWEEPS_EVERY:
        return
    with instance.store.session(writes=True) as session:
        beat(session, SWEEPER, now)
        forget_old_tidings(session, read_before=now - READ_ARE_KEPT, told_before=now - ALL_ARE_KEPT)
        forget_sent(session, (NEWS, REMINDER, CALENDAR), now - SENT_ARE_KEPT)
        session.commit()
