"""Calendars: one neutral entry to each person, moved and taken off with the meeting, read by other programs as well."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

import pytest
import vobject
from ical.calendar_stream import CalendarStream
from sqlalchemy import func, select, update

from dialogue.domain.meetings import Answer, Details, MeetingKind, Offer
from dialogue.errors import NotFound, OutOfDate
from dialogue.services import calendars, cases, dates, mailroom, meetings, participants
from dialogue.services.unit import Actor
from dialogue.store.calendars import CalendarEntry, CalendarFeed
from dialogue.store.outbox import OutboxLetter
from dialogue.store.participants import Participant, ParticipantState, SeatStatement
from dialogue.store.record import chain_of
from tests import powercut
from tests.builders import Table
from tests.sent import parts_of

FIRST, SECOND = datetime(2027, 3, 26, 14, 0, tzinfo=UTC), datetime(2027, 3, 29, 14, 0, tzinfo=UTC)
WORDS = {"Meeting", "Réunion", "Reunión"}


def meet(table: Table, kind: MeetingKind = MeetingKind.JOINT, at: datetime = FIRST) -> UUID:
    """A meeting confirmed for that time."""
    with table.writing(table.facilitator) as work:
        meeting = meetings.propose(
            work,
            table.case_id,
            kind=kind,
            details=Details(title="Canary-dye-house", address="Canary-street 5"),
            offers=[Offer(at, 90)],
        )
    agree(table, meeting)
    return meeting


def agree(table: Table, meeting: UUID) -> None:
    """Everybody who decides accepts the one open date, and the facilitator confirms it."""
    for lead in (table.company_lead, table.union_lead):
        try:
            with table.reading(lead) as work:
                open_dates = {one.id: Answer.YES for one in meetings.show(work, table.case_id, meeting).dates}
        except NotFound:
            continue
        with table.writing(lead) as work:
            dates.answer(work, table.case_id, meeting, answers=open_dates)
    with table.writing(table.facilitator) as work:
        [date] = meetings.show(work, table.case_id, meeting).dates
        dates.confirm(work, table.case_id, meeting, date.id)


def move(table: Table, meeting: UUID, to: datetime) -> None:
    with table.writing(table.facilitator) as work:
        dates.offer(work, table.case_id, meeting, offers=[Offer(to, 90)])
    agree(table, meeting)


def call_off(table: Table, meeting: UUID) -> None:
    for actor in (table.facilitator, table.company_lead, table.union_lead):
        with table.reading(actor) as work:
            seen = meetings.show(work, table.case_id, meeting)
        with table.writing(actor) as work:
            meetings.cancel(work, table.case_id, meeting, seen_sequence=seen.sequence)


def post(table: Table) -> dict[str, EmailMessage]:
    """What the worker sends after a look at all calendars, by address."""
    sent: list[EmailMessage] = []
    calendars.write(table.instance, table.house.tick())
    mailroom.deliver_all(table.instance, sent.append, table.house.tick)
    found = [message for message in sent if len(parts_of(message)) > 1]
    assert len({message["To"] for message in found}) == len(found)
    return {str(message["To"]): message for message in found}


def entry_in(message: EmailMessage):  # type: ignore[no-untyped-def]
    """The entry of a mail as two other programs read it, which must see the same."""
    plain, calendar, attached = parts_of(message)
    assert (plain[0], calendar[0], attached[0]) == ("text/plain", "text/calendar", "application/ics")
    assert calendar[1] == attached[1]
    return read(calendar[1])


def read(text: str):  # type: ignore[no-untyped-def]
    one = vobject.readOne(text).vevent
    [other] = CalendarStream.from_ics(text).calendars[0].events
    assert (other.uid, other.sequence, other.summary) == (one.uid.value, int(one.sequence.value), one.summary.value)
    assert (other.dtstart, other.dtend) == (one.dtstart.value, one.dtend.value)
    return other


EVERYBODY = {
    "mina@brand.example",
    "piet@brand.example",
    "ana@union.example",
    "luc@union.example",
    "farid@ilo.example",
}


def test_a_meeting_is_sent_moved_and_called_off_in_everybodys_calendar(table: Table) -> None:
    meeting = meet(table)
    first = post(table)
    assert set(first) == EVERYBODY
    assert post(table) == {}
    move(table, meeting, SECOND)
    second = post(table)
    call_off(table, meeting)
    third = post(table)

    uids = set()
    for address in EVERYBODY:
        entries = [entry_in(told[address]) for told in (first, second, third)]
        assert [entry.dtstart for entry in entries] == [FIRST, SECOND, SECOND]
        assert [entry.dtend - entry.dtstart for entry in entries] == [timedelta(minutes=90)] * 3
        assert len({entry.uid for entry in entries}) == 1
        assert entries[0].sequence < entries[1].sequence < entries[2].sequence
        assert [entry.status.value for entry in entries] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
        uids.add(entries[0].uid)
        for told, method in ((first, "REQUEST"), (second, "REQUEST"), (third, "CANCEL")):
            [part] = [part for part in told[address].walk() if part.get_content_type() == "text/calendar"]
            assert part.get_param("method") == method
            assert f"METHOD:{method}\r\n" in parts_of(told[address])[1][1]
    assert len(uids) == len(EVERYBODY)
    assert post(table) == {}


def test_an_entry_names_its_reader_and_nobody_and_nothing_else(table: Table) -> None:
    meet(table)
    for address, message in post(table).items():
        text = re.sub(r"\r\n[ \t]", "", parts_of(message)[1][1])
        entry = vobject.readOne(text).vevent
        assert entry.summary.value in WORDS
        assert [one.value for one in entry.contents["attendee"]] == [f"mailto:{address}"]
        assert entry.organizer.value == "mailto:dialogue@localhost"
        assert entry.contents["class"][0].value == "PRIVATE"
        assert "https://dialogue.test/" in entry.description.value
        assert "location" not in entry.contents
        assert "comment" not in entry.contents
        assert set(entry.contents) == {
            *("uid", "sequence", "dtstamp", "dtstart", "dtend", "summary", "description"),
            *("class", "transp", "status", "attendee", "organizer"),
        }
        assert "Canary" not in text
        assert not re.search(r"\b(caucus|joint|logistics?|company|union)\b(?!\.example)", text, re.IGNORECASE)


def test_a_caucus_stands_in_the_calendars_of_its_side_and_the_facilitator(table: Table) -> None:
    meet(table, MeetingKind.UNION_CAUCUS)

    assert set(post(table)) == {"ana@union.example", "luc@union.example", "farid@ilo.example"}


def test_who_is_removed_has_it_taken_off_and_nobody_else_hears_of_it(table: Table) -> None:
    meeting = meet(table)
    former = {address: entry_in(message) for address, message in post(table).items()}
    move(table, meeting, SECOND)
    with table.writing(table.union_lead) as work:
        participants.remove(work, table.case_id, table.seats[table.union_delegate.account_id])

    told = post(table)

    luc = entry_in(told["luc@union.example"])
    assert (luc.status.value, luc.dtstart, luc.uid) == ("CANCELLED", FIRST, former["luc@union.example"].uid)
    assert luc.sequence > former["luc@union.example"].sequence
    assert {entry_in(told[address]).dtstart for address in EVERYBODY - {"luc@union.example"}} == {SECOND}


def test_who_has_made_new_keys_keeps_the_entry_until_they_are_signed_for(table: Table) -> None:
    meeting = meet(table)
    post(table)
    with table.instance.store.session(writes=True) as session:
        row = session.get(Participant, table.seats[table.union_delegate.account_id])
        assert row is not None
        row.state = ParticipantState.RENEWED
        session.commit()

    assert post(table) == {}
    move(table, meeting, SECOND)
    assert set(post(table)) == EVERYBODY - {"luc@union.example"}


def test_when_a_dialogue_ends_its_meetings_leave_the_calendars(table: Table) -> None:
    meet(table)
    post(table)
    with table.writing(table.company_lead) as work:
        cases.leave(work, table.case_id)

    assert {entry_in(message).status.value for message in post(table).values()} == {"CANCELLED"}


def test_what_has_begun_is_told_to_nobody(table: Table) -> None:
    meet(table)
    table.house.now = FIRST

    assert post(table) == {}


def test_of_a_case_whose_seats_were_altered_nobody_is_told_and_the_alarm_is_written_once(table: Table) -> None:
    meet(table)
    with table.instance.store.session(writes=True) as session:
        session.execute(update(SeatStatement).values(signature=bytes(64)))
        session.commit()

    for _round in range(3):
        assert calendars.write(table.instance, table.house.tick()) == 0
    with table.instance.store.session(writes=False) as session:
        assert sum(entry.act == "alarm:keys" for entry in chain_of(session, "instance")) == 1
        assert not session.scalars(select(CalendarEntry)).all()


def test_a_power_cut_leaves_every_entry_told_or_not_told(table: Table) -> None:
    meet(table)
    now = table.house.tick()

    _, between = powercut.cut_everywhere(table.instance.store, lambda: calendars.write(table.instance, now))

    assert not any(between)
    with table.instance.store.session(writes=False) as session:
        assert session.scalar(select(func.count()).select_from(CalendarEntry)) == len(EVERYBODY)
        told = select(func.count()).select_from(OutboxLetter).where(OutboxLetter.key.startswith("calendar:"))
        assert session.scalar(told) == len(EVERYBODY)
    assert calendars.write(table.instance, now) == 0


def test_two_workers_put_a_meeting_into_each_calendar_once(table: Table) -> None:
    meet(table)
    now, start, written = table.house.tick(), threading.Barrier(3), list[int]()

    def work() -> None:
        start.wait()
        written.append(calendars.write(table.instance, now))

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sum(written) == len(EVERYBODY)
    assert set(post(table)) == EVERYBODY


def test_one_meeting_is_downloaded_by_whoever_is_asked_to_it(table: Table) -> None:
    meeting = meet(table, MeetingKind.UNION_CAUCUS)
    by_mail = entry_in(post(table)["ana@union.example"])
    with table.reading(table.union_lead) as work:
        text = calendars.one(work, table.case_id, meeting)

    entry = read(text)
    assert (entry.uid, entry.dtstart, entry.sequence) == (by_mail.uid, FIRST, by_mail.sequence)
    assert "METHOD:PUBLISH" in text
    assert "mailto" not in text
    for actor in (table.company_lead, table.coordinator, table.outsider):
        with pytest.raises(NotFound), table.reading(actor) as work:
            calendars.one(work, table.case_id, meeting)


def test_a_meeting_without_a_time_is_in_no_calendar(table: Table) -> None:
    with table.writing(table.facilitator) as work:
        meeting = meetings.propose(
            work,
            table.case_id,
            kind=MeetingKind.JOINT,
            details=Details(title="T"),
            offers=[Offer(FIRST, 60)],
        )

    assert post(table) == {}
    with pytest.raises(OutOfDate), table.reading(table.union_lead) as work:
        calendars.one(work, table.case_id, meeting)


@contextmanager
def nobody(table: Table) -> Iterator[object]:
    with table.reading(None) as work:
        yield work


def feed(table: Table, token: str) -> str:
    with nobody(table) as work:
        return calendars.feed(work, token)  # type: ignore[arg-type]


def make(table: Table, actor: Actor) -> str:
    with table.writing(actor) as work:
        return calendars.make_feed(work)


def test_a_feed_shows_ones_own_meetings_without_a_session_until_it_is_taken_away(table: Table) -> None:
    meet(table)
    meet(table, MeetingKind.UNION_CAUCUS, SECOND)
    ana, mina = make(table, table.union_lead), make(table, table.company_lead)

    assert [event.dtstart for event in CalendarStream.from_ics(feed(table, ana)).calendars[0].events] == [FIRST, SECOND]
    assert [event.dtstart for event in CalendarStream.from_ics(feed(table, mina)).calendars[0].events] == [FIRST]
    assert len({event.uid.value for event in vobject.readOne(feed(table, ana)).vevent_list}) == 2
    assert "METHOD" not in feed(table, ana)
    assert "Canary" not in feed(table, ana)
    assert "mailto" not in feed(table, ana)

    newer = make(table, table.union_lead)
    with pytest.raises(NotFound):
        feed(table, ana)
    with table.writing(table.union_lead) as work:
        calendars.revoke_feed(work)
    for gone in (newer, "", "x" * 5000):
        with pytest.raises(NotFound):
            feed(table, gone)
    assert FIRST.strftime("%Y%m%dT%H%M%SZ") in feed(table, mina)
    with table.instance.store.session(writes=False) as session:
        [row] = session.scalars(select(CalendarFeed))
        assert mina.encode() not in row.token_hash


def test_of_the_past_a_feed_keeps_a_month(table: Table) -> None:
    meet(table)
    token = make(table, table.union_lead)
    table.house.now = FIRST + timedelta(days=30)
    assert "BEGIN:VEVENT" in feed(table, token)
    table.house.now = FIRST + timedelta(days=31)
    assert "BEGIN:VEVENT" not in feed(table, token)
