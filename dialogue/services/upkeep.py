"""Looking after an instance: whether it works, what its keys are, and the letters that nobody took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from dialogue.crypto.identity import fingerprint_words
from dialogue.domain.acts import Act
from dialogue.errors import KeyAlarm, OutOfDate, SealBroken, Unfit
from dialogue.services import audit, health, identity, keyring, letters, statements
from dialogue.services.admission import enter
from dialogue.services.keyring import KeyCheck
from dialogue.services.ledger import INSTANCE
from dialogue.services.mailroom import BEATS_EVERY, WORKER
from dialogue.services.unit import UnitOfWork
from dialogue.store.documents import stored_in_all
from dialogue.store.events import alarms_since
from dialogue.store.heartbeats import last_beat
from dialogue.store.masterkeys import every_password_slot
from dialogue.store.outbox import count_waiting, last_sent, letters_given_up, lock_letter, oldest_waiting
from dialogue.store.schema import revision_of

LISTED = 50
ALARMS_OF = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A letter that was given up: on what occasion it was written and when. To whom is not shown."""

    letter_id: UUID
    occasion: str
    written_at: datetime
    given_up_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Report:
    """How an instance does.

    database      the kind of database
    revision      at which it stands; None where it was never migrated
    waiting       letters that have neither left nor been given up
    oldest        when the oldest of them was written
    worker_works  whether a worker has said within the last minutes that it is there
    alarms        in the last seven days
    files         how many are stored, and ``files_bytes`` how much they take
    files_free    how much their folder has left; None before there is one
    """

    database: str
    revision: str | None
    is_current: bool
    waiting: int
    oldest: datetime | None
    mails_leave: bool
    last_sent: datetime | None
    worker_seen: datetime | None
    worker_works: bool
    given_up: tuple[DeadLetter, ...]
    alarms: int
    has_secretariats: bool
    files: int
    files_bytes: int
    files_free: int | None


@dataclass(frozen=True, slots=True)
class KeysState:
    """What is configured and what the list of staff says, without a look at every row.

    held          ids of the master keys, newest first
    slots         password slots
    dated         those of them that need an older master key or are cheaper to guess than is configured
    desk          words of the first coordinator's fingerprint; empty where none is configured
    desk_alarm    why the signed list of staff does not hold, as one word; None where it does
    """

    held: tuple[str, ...]
    slots: int
    dated: int
    desk: str
    desk_words: tuple[str, ...]
    desk_listed: int
    desk_alarm: str | None


def report(work: UnitOfWork) -> Report:
    """Look at database, outbox and worker."""
    enter(work, Act.INSTANCE_READ)
    oldest, seen = oldest_waiting(work.session), last_beat(work.session, WORKER)
    revision, newest = revision_of(work.session)
    return Report(
        work.session.get_bind().dialect.name,
        revision,
        revision == newest,
        count_waiting(work.session),
        oldest,
        oldest is None or work.now - oldest < health.PATIENCE,
        last_sent(work.session),
        seen,
        seen is not None and work.now - seen < 3 * BEATS_EVERY,
        tuple(
            DeadLetter(row.id, row.key.partition(":")[0], row.written_at, row.given_up_at, row.attempts)
            for row in letters_given_up(work.session, limit=LISTED)
            if row.given_up_at is not None
        ),
        alarms_since(work.session, INSTANCE, work.now - ALARMS_OF),
        bool(work.instance.secretariats),
        *stored_in_all(work.session),
        work.instance.files.free(),
    )


def retry(work: UnitOfWork, letter_id: UUID) -> None:
    """Have a letter tried again that was given up.

    raises   OutOfDate where it waits again already or has gone, Unfit where its words do not open any more
    """
    enter(work, Act.LETTER_RETRY)
    row = lock_letter(work.session, letter_id)
    if row is None or row.given_up_at is None:
        raise OutOfDate(letter_id)
    try:
        words = letters.opened(work.instance.secrets, row)
    except SealBroken:
        words = None
    if words is None:
        raise Unfit("letter_gone")
    row.given_up_at, row.claimed_until = None, None
    row.attempts, row.not_before = 0, work.now
    audit.event(work, Act.LETTER_RETRY.value, letter_id)


def keys(work: UnitOfWork) -> KeysState:
    """What can be said of the keys at once."""
    enter(work, Act.INSTANCE_READ)
    desk, alarm, listed = work.instance.desk, None, 0
    try:
        listed = len(statements.desk(work).entries)
    except KeyAlarm as raised:
        alarm = str(raised.args[0])
    slots = [identity.is_dated_slot(work.instance, *slot) for slot in every_password_slot(work.session)]
    return KeysState(
        tuple(work.instance.secrets.key_ids),
        len(slots),
        sum(slots),
        desk.hex() if desk else "",
        fingerprint_words(desk) if desk else (),
        listed,
        alarm,
    )


def check_keys(work: UnitOfWork) -> KeyCheck:
    """Look over every row that needs a key, as the command ``dialogue keys check`` does."""
    enter(work, Act.INSTANCE_READ)
    seen = keyring.check(work)
    audit.event(work, Act.INSTANCE_READ.value)
    return seen
