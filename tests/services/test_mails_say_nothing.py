"""A whole journey's mails, in three languages, as they leave: no name, no title, no place, no party, no word said."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage
from uuid import uuid4

import pytest
from sqlalchemy import update

from dialogue.domain.meetings import Answer, Details, MeetingKind, MeetingMode, Offer, Venue
from dialogue.services import accounts, calendars, cases, dates, letters, mailroom, meetings, newsmail, recovery
from dialogue.services.letters import Letter, LetterKind
from dialogue.store.accounts import Account
from tests import lived
from tests.builders import START, House, Table, gathered
from tests.lived import CONTENT, IDENTITIES
from tests.sent import everything_in, parts_of
from tests.services.test_invariant_dump import forms

OF_MEETINGS = tuple(
    f"Kanarienvogel-{place}" for place in ("title", "purpose", "street", "access", "reading", "arrival")
)
LINK = "https://meet.example.org/kanarienvogel-link"
OTHERS = (
    *("piet@brand.example", "luc@union.example", "clara@ilo.example", "farid@ilo.example", "otto@elsewhere.example"),
    "Otto Fremd",
)
CANARIES = (*CONTENT, *IDENTITIES, *OF_MEETINGS, LINK, *OTHERS)
FORMS = {canary: forms(canary) for canary in CANARIES}
SIDES = re.compile(
    r"\b(company|brand|supplier|union|caucus|facilitator|entreprise|marque|syndicat|facilitateur|empresa|marca"
    r"|sindicato|facilitador)\b(?!\.example)",
    re.IGNORECASE,
)


@pytest.fixture
def kind() -> str:
    """What a mail says does not depend on the database."""
    return "sqlite"


def send(table: Table) -> list[EmailMessage]:
    """What the worker sends, as if an hour had passed."""
    sent: list[EmailMessage] = []
    now = table.house.tick(timedelta(hours=1))
    calendars.write(table.instance, now)
    newsmail.write(table.instance, now)
    mailroom.deliver_all(table.instance, sent.append, lambda: now)
    return sent


def meet(table: Table, kind: MeetingKind, sent: list[EmailMessage]) -> None:
    """A meeting is proposed, confirmed, moved and called off, and everybody is told each time."""
    title, purpose, street, access, reading, arrival = OF_MEETINGS
    told = Details(title, purpose, MeetingMode.BOTH, Venue.NEUTRAL, street, LINK, (), access, reading, arrival)
    first = (table.house.now + timedelta(days=9)).replace(microsecond=0)
    with table.writing(table.facilitator) as work:
        meeting = meetings.propose(work, table.case_id, kind=kind, details=told, offers=[Offer(first, 60)])
    for times in range(2):
        if times:
            with table.writing(table.facilitator) as work:
                dates.offer(work, table.case_id, meeting, offers=[Offer(first + timedelta(days=1), 60)])
        for lead in (table.company_lead, table.union_lead):
            if kind is MeetingKind.JOINT or lead is table.union_lead:
                with table.writing(lead) as work:
                    shown = meetings.show(work, table.case_id, meeting).dates
                    dates.answer(work, table.case_id, meeting, answers={one.id: Answer.YES for one in shown})
        with table.writing(table.facilitator) as work:
            [date] = meetings.show(work, table.case_id, meeting).dates
            dates.confirm(work, table.case_id, meeting, date.id)
        sent += send(table)
    for actor in (table.facilitator, table.company_lead, table.union_lead):
        if kind is MeetingKind.JOINT or actor is not table.company_lead:
            with table.writing(actor) as work:
                seen = meetings.show(work, table.case_id, meeting).sequence
                meetings.cancel(work, table.case_id, meeting, seen_sequence=seen)


def journey(house: House) -> tuple[Table, list[EmailMessage]]:
    """From the first account to the end, with everything that people can fill in filled in."""
    table, sent = gathered(house), list[EmailMessage]()
    with table.instance.store.session(writes=True) as session:
        session.execute(update(Account).where(Account.id == table.company_delegate.account_id).values(language="fr"))
        session.commit()
    for chapter in (lived.draft, lived.join, lived.ask, lived.prepare, lived.talk):
        chapter(table)
        sent += send(table)
    meet(table, MeetingKind.JOINT, sent)
    sent += send(table)
    meet(table, MeetingKind.UNION_CAUCUS, sent)
    sent += send(table)
    lived.conclude(table)
    sent += send(table)
    table.house.tick(timedelta(days=5))
    sent += send(table)
    with table.writing(None) as work:
        accounts.ask_to_register(work, "new@elsewhere.example", "fr")
        recovery.ask(work, "ana@union.example")
    with table.writing(table.company_lead) as work:
        cases.leave(work, table.case_id)
    sent += send(table)
    return table, sent


def told_in(message: EmailMessage) -> set[str]:
    """Which canaries a mail tells; its own reader's address is none."""
    searched = everything_in(message)
    own = str(message["To"])
    for address in (own, own.replace("@", "%40")):
        searched = searched.replace(address, "")
    told = searched.encode()
    return {canary for canary, written in FORMS.items() if any(form in told for form in written)}


def test_no_mail_of_a_whole_journey_tells_a_word(house: House) -> None:
    table, sent = journey(house)

    with_entries = [message for message in sent if len(parts_of(message)) == 3]
    assert len(sent) > 60
    assert len(with_entries) >= 3 * (5 + 3)
    assert {message["Content-Language"] for message in sent} == {"en", "fr", "es"}
    assert {message["Content-Language"] for message in with_entries} == {"en", "fr", "es"}
    subjects = {str(message["Subject"]) for message in sent}
    for occasion in (LetterKind.WAITING, LetterKind.REMINDER, LetterKind.MEETING, LetterKind.MEETING_MOVED):
        word = letters.word(table.instance.base_url, occasion, "a@example.org", "en")
        assert word.subject in subjects, occasion
    for message in sent:
        assert told_in(message) == set(), message["Subject"]
        assert not SIDES.search(everything_in(message).replace("ana@union.example", "")), message["Subject"]
        assert str(table.case_id) not in everything_in(message)
        assert table.case_id.hex not in everything_in(message)


PLANTED = "Mina Brandt"


@pytest.mark.parametrize("place", ["subject", "text", "calendar", "calendar folded"])
def test_the_same_look_finds_a_name_wherever_it_was_planted(place: str) -> None:
    summary = "x" * 60 + PLANTED if place == "calendar folded" else PLANTED
    entry = f"BEGIN:VCALENDAR\r\nSUMMARY:{summary[:66]}\r\n {summary[66:]}\r\nEND:VCALENDAR\r\n"
    letter = Letter(
        "ana@union.example",
        "en",
        f"Réunion {PLANTED}" if place == "subject" else "Réunion",
        f"Ärger mit {PLANTED} — heute.\n" if place == "text" else "Nichts.\n",
        "",
        entry if place.startswith("calendar") else "",
        "REQUEST" if place.startswith("calendar") else "",
    )
    message = mailroom.compose(letter, sender="dialogue@localhost", number=uuid4(), at=START)

    assert told_in(message) == {PLANTED}
