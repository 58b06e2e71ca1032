"""Calendars: neutral entries by mail, one meeting as a file, and a personal feed at a secret address.

An entry tells a time and nothing else: no title, no place, no kind, nobody but its own reader. Nobody's key is needed,
for times and states stand in clear.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from enum import StrEnum
from hashlib import sha256
from hmac import digest
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from icalendar import Calendar, Event, vCalAddress

from dialogue.domain.acts import Act
from dialogue.domain.cases import GONE
from dialogue.domain.meetings import MeetingState
from dialogue.errors import KeyAlarm, NotFound, OutOfDate, SealBroken
from dialogue.services import audit, identity, letters, meetings, rooms, unit
from dialogue.services.admission import enter
from dialogue.services.convening import enter_meeting
from dialogue.services.instance import Instance
from dialogue.services.letters import LetterKind
from dialogue.services.newsmail import CALENDAR
from dialogue.services.unit import UnitOfWork
from dialogue.store.accounts import Account, AccountState, accounts_among, find_account
from dialogue.store.calendars import (
    CalendarEntry,
    CalendarFeed,
    drop_feed,
    entries_ahead,
    entries_for,
    entries_of,
    find_feed,
    find_feed_by_token,
    replace_feed,
)
from dialogue.store.cases import lock_case
from dialogue.store.meetings import Meeting, asked_to, meetings_ahead
from dialogue.store.participants import ParticipantState

FEED_GOES_BACK = timedelta(days=30)
_PRODUCT = "-//Dialogue//Dialogue//EN"
_UID = b"dialogue/calendar/1"
_TOKEN_BYTES = 32
_MOST_DIGITS = 64


class Method(StrEnum):
    """What a calendar program is to do with an entry (RFC 5546)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a calendar is told of one meeting.

    uid       the same for one meeting and one person for good; nobody else's is like it
    sequence  the higher one counts
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool = False


# What the worker writes


def write(instance: Instance, now: datetime) -> int:
    """Bring everybody's calendar to what stands, whatever has changed it; how many letters were written.

    Compared are the meetings to come, who is asked to them, and what each person was last told: whichever way a
    meeting was moved or called off, or somebody was removed, the calendars follow.
    """
    with instance.store.session(writes=False) as session:
        ahead = {meeting.id: meeting for meeting in meetings_ahead(session, now)}
        told = {(entry.meeting_id, entry.account_id): entry for entry in entries_ahead(session, now)}
        asked = asked_to(session, ahead.values(), now)
        changed = {pair[0] for pair in asked if not _stands(told.get(pair), ahead[pair[0]])}
        # Whoever has made new keys keeps what stands there until they are signed for.
        kept = asked | asked_to(session, ahead.values(), now, ParticipantState.RENEWED)
        changed |= {pair[0] for pair in told if pair not in kept}
        cases = {meeting.id: meeting.case_id for meeting in ahead.values()}
        cases |= {entry.meeting_id: entry.case_id for entry in told.values()}
    return sum(_write_of(instance, cases[meeting_id], meeting_id, now) for meeting_id in sorted(changed))


def _write_of(instance: Instance, case_id: UUID, meeting_id: UUID, now: datetime) -> int:
    """Tell everybody concerned how one meeting stands now; a second worker finds that it has been told."""
    with unit.writing(instance, None, now) as work:
        case, row = lock_case(work.session, case_id), work.session.get(Meeting, meeting_id)
        if case is None or row is None or row.begins_at is None or row.ends_at is None:
            return 0
        stands = row.state is MeetingState.CONFIRMED and case.status not in GONE and row.begins_at > now
        try:
            asked = set(meetings.attendees(work, case, row)) if stands else set()
        except KeyAlarm:
            # Nobody is told anything of a case whose seats were altered; others are not to wait for it.
            audit.alarm_daily(work, "alarm:keys", case.id)
            work.commit()
            return 0
        told = {entry.account_id: entry for entry in entries_of(work.session, row.id)}
        rows = rooms.rows_of(work, case.id).values() if stands else ()
        renewed = {one.account_id for one in rows if one.state is ParticipantState.RENEWED}
        people = accounts_among(work.session, sorted((asked | set(told)) - renewed))
        written = sum(_tell(work, row, account, told.get(account.id), account.id in asked) for account in people)
        work.commit()
    return written


def _tell(work: UnitOfWork, row: Meeting, account: Account, told: CalendarEntry | None, is_asked: bool) -> bool:
    if account.state is not AccountState.ACTIVE or (is_asked and _stands(told, row)):
        return False
    if not is_asked and (told is None or told.is_cancelled or told.starts_at <= work.now):
        return False
    if told is None:
        told = CalendarEntry(id=uuid4(), case_id=row.case_id, meeting_id=row.id, account_id=account.id, sequence=-1)
        work.session.add(told)
    kind = LetterKind.MEETING if told.sequence < 0 or told.is_cancelled else LetterKind.MEETING_MOVED
    if not is_asked:
        kind = LetterKind.MEETING_CANCELLED
    elif row.begins_at is not None and row.ends_at is not None:
        told.starts_at, told.ends_at = row.begins_at, row.ends_at
    told.sequence = max(row.sequence, told.sequence + 1)
    told.is_cancelled, told.told_at = not is_asked, work.now
    work.session.flush()
    entry = Entry(
        _uid(work.instance, row.id, account.id), told.sequence, told.starts_at, told.ends_at, told.is_cancelled
    )
    _post(work, kind, account, entry)
    return True


def _stands(told: CalendarEntry | None, row: Meeting) -> bool:
    """Whether somebody's calendar shows the meeting as it is."""
    return told is not None and not told.is_cancelled and (told.starts_at, told.ends_at) == (row.begins_at, row.ends_at)


def _post(work: UnitOfWork, kind: LetterKind, account: Account, entry: Entry) -> None:
    try:
        address = identity.person_of(work.instance.secrets, account).email
    except SealBroken:
        audit.event(work, "alarm:seal", account.id)
        return
    method = Method.CANCEL if entry.is_cancelled else Method.REQUEST
    calendar = _calendar(work.instance, [entry], account.language, work.now, method, to=address)
    letter = letters.word(work.instance.base_url, kind, address, account.language)
    key = f"{CALENDAR}{entry.uid.partition('@')[0]}:{entry.sequence}"
    letters.post(work, letters.enclosing(letter, calendar, method.value), key=key)


# One meeting as a file, and the feed


def one(work: UnitOfWork, case_id: UUID, meeting_id: UUID) -> str:
    """One meeting for the reader's own calendar; the download is recorded. raises OutOfDate while it has no time."""
    case, seat, row = enter_meeting(work, case_id, meeting_id, Act.MEETING_READ)
    if row.begins_at is None or row.ends_at is None:
        raise OutOfDate(meeting_id)
    told = {entry.account_id: entry for entry in entries_of(work.session, row.id)}.get(seat.account)
    audit.record(work, Act.MEETING_READ, case.id, row.id, room=row.room)
    account = find_account(work.session, seat.account)
    entry = Entry(
        _uid(work.instance, row.id, seat.account),
        max(row.sequence, told.sequence if told is not None else 0),
        row.begins_at,
        row.ends_at,
        row.state is MeetingState.CANCELLED,
    )
    return _calendar(work.instance, [entry], account.language if account else "en", work.now, Method.PUBLISH)


def feed(work: UnitOfWork, token: str) -> str:
    """Everything that stands in one person's calendar, from a month ago on; raises NotFound for a wrong address."""
    found = find_feed_by_token(work.session, _hashed(token)) if len(token) <= _MOST_DIGITS else None
    account = find_account(work.session, found.account_id) if found is not None else None
    if account is None or account.state is not AccountState.ACTIVE:
        raise NotFound
    sequences = {entry.meeting_id: entry.sequence for entry in entries_for(work.session, account.id)}
    entries = [
        Entry(
            _uid(work.instance, meeting.meeting_id, account.id),
            max(meeting.sequence, sequences.get(meeting.meeting_id, 0)),
            meeting.begins_at,
            meeting.ends_at,
        )
        for meeting in meetings.calendar_of(work, account.id)
        if meeting.state is not MeetingState.CANCELLED and meeting.ends_at > work.now - FEED_GOES_BACK
    ]
    return _calendar(work.instance, entries, account.language, work.now, None)


def feed_made_at(work: UnitOfWork) -> datetime | None:
    """When the reader's secret address was made; None where there is none."""
    person = enter(work, Act.ACCOUNT_READ)
    found = find_feed(work.session, person.account_id)
    return found.made_at if found is not None else None


def make_feed(work: UnitOfWork) -> str:
    """Make a secret address, in the place of the one before, and give its token, which is stored nowhere.

    returns   43 characters, URL-safe, 256 random bits
    """
    person = enter(work, Act.ACCOUNT_SECURE)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    replace_feed(work.session, CalendarFeed(account_id=person.account_id, token_hash=_hashed(token), made_at=work.now))
    audit.event(work, "account:calendar", person.account_id)
    return token


def revoke_feed(work: UnitOfWork) -> None:
    """Let the secret address open nothing any more."""
    person = enter(work, Act.ACCOUNT_EDIT)
    drop_feed(work.session, person.account_id)
    audit.event(work, "account:calendar_revoked", person.account_id)


def _hashed(token: str) -> bytes:
    return sha256(token.encode()).digest()


def _uid(instance: Instance, meeting_id: UUID, account_id: UUID) -> str:
    """What one meeting is called in one person's calendar.

    Keyed with the meeting's own id, 122 random bits that no mail tells: from two people's calendars nobody sees that
    they meet, and no rotation of a key makes a second entry of the first.
    """
    name = digest(meeting_id.bytes, _UID + account_id.bytes, sha256)[:16].hex()
    return f"{name}@{urlsplit(instance.base_url).hostname}"


def _calendar(
    instance: Instance,
    entries: Iterable[Entry],
    language: str,
    now: datetime,
    method: Method | None,
    *,
    to: str = "",
) -> str:
    """The entries as iCalendar writes them (RFC 5545).

    method   None for a feed
    to       the one person who is asked; empty where nobody is
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method is not None:
        calendar.add("method", method.value)
    for entry in entries:
        calendar.add_component(_event(instance, entry, language, now, to))
    written: bytes = calendar.to_ical()
    return written.decode()


def _event(instance: Instance, entry: Entry, language: str, now: datetime, to: str) -> Event:
    words = letters.calendar_words(language)
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", words.summary)
    event.add("description", f"{words.description} {instance.base_url}/")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT" if entry.is_cancelled else "OPAQUE")
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    if to:
        asked = vCalAddress(f"mailto:{to}")
        asked.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"})
        event.add("attendee", asked)
        event.add("organizer", vCalAddress(f"mailto:{parseaddr(instance.mail_sender)[1]}"))
    return event
