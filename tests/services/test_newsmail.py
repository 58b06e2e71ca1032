"""Mails about what is new come as each person wishes, once, in the clock of the own place; and reminders stop."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from uuid import UUID, uuid4

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select, update

from dialogue.domain.acts import Act
from dialogue.domain.people import Room
from dialogue.domain.tidings import TidingKind
from dialogue.domain.wishes import Rhythm, Wishes, check, mail_is_due, next_at, not_quiet
from dialogue.errors import Unfit
from dialogue.services import agenda, cases, jointacts, letters, mailroom, news, newsmail, participants, wishes
from dialogue.services.mailroom import MailServer
from dialogue.services.unit import Actor
from dialogue.store.accounts import Account, AccountState
from dialogue.store.outbox import OutboxLetter
from dialogue.store.outbox import letters as letters_in
from dialogue.store.tidings import MailWishes, Tiding
from tests import powercut
from tests.builders import Table
from tests.services.test_facilitators import decline, propose
from tests.services.test_mailroom import Postbox, Watch, free_port

ZURICH, DHAKA, BOGOTA = "Europe/Zurich", "Asia/Dhaka", "America/Bogota"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# The clock where people are


@pytest.mark.parametrize(
    ("zone", "now", "morning"),
    [
        # 28 March 2027: clocks go forward in Zurich, 31 October 2027: back.
        (ZURICH, "2027-03-27T08:00", "2027-03-28T06:00"),
        (ZURICH, "2027-03-26T08:00", "2027-03-27T07:00"),
        (ZURICH, "2027-10-30T07:00", "2027-10-31T07:00"),
        (DHAKA, "2027-03-27T08:00", "2027-03-28T02:00"),
        (BOGOTA, "2027-03-27T08:00", "2027-03-27T13:00"),
        ("Nowhere/Gone", "2027-03-27T08:00", "2027-03-27T08:00"),
    ],
)
def test_eight_in_the_morning_is_eight_where_somebody_is(zone: str, now: str, morning: str) -> None:
    assert next_at(8, zone, at(now)) == at(morning)


def test_an_hour_that_is_left_out_or_comes_twice_still_comes_once() -> None:
    assert next_at(2, ZURICH, at("2027-03-27T12:00")) == at("2027-03-28T01:00")
    assert next_at(2, ZURICH, at("2027-10-30T12:00")) == at("2027-10-31T00:00")
    assert next_at(2, ZURICH, at("2027-10-31T00:30")) == at("2027-11-01T01:00")


def test_quiet_hours_end_by_the_clock_on_the_wall() -> None:
    quiet = Wishes(quiet_from=22, quiet_until=7)
    assert not_quiet(quiet, ZURICH, at("2027-03-27T22:00")) == at("2027-03-28T05:00")
    assert not_quiet(quiet, ZURICH, at("2027-03-27T20:59")) == at("2027-03-27T20:59")
    assert not_quiet(quiet, ZURICH, at("2027-10-30T22:00")) == at("2027-10-31T06:00")
    assert not_quiet(quiet, DHAKA, at("2027-10-30T16:00")) == at("2027-10-31T01:00")


def test_one_mail_a_day_is_one_on_each_day_of_that_place() -> None:
    daily = Wishes(Rhythm.DAILY, hour=8)
    happened = at("2027-03-27T12:00")
    assert not mail_is_due(daily, ZURICH, happened, None, at("2027-03-28T05:59"))
    assert mail_is_due(daily, ZURICH, happened, None, at("2027-03-28T06:00"))
    assert not mail_is_due(daily, ZURICH, at("2027-03-28T05:59"), at("2027-03-28T05:58"), at("2027-03-28T06:00"))


@pytest.mark.parametrize(
    ("wished", "reason"),
    [
        (Wishes(hour=24), "hour"),
        (Wishes(quiet_from=22), "quiet_hours"),
        (Wishes(quiet_from=7, quiet_until=7), "quiet_hours"),
        (Wishes(Rhythm.DAILY, hour=23, quiet_from=22, quiet_until=7), "hour_is_quiet"),
    ],
)
def test_what_cannot_be_kept_is_not_taken(wished: Wishes, reason: str) -> None:
    with pytest.raises(Unfit, match=reason):
        check(wished)


# A table where nothing is new any more


@pytest.fixture
def quiet(table: Table) -> Table:
    """Everybody has read what there was, and been reminded, at noon of a winter's day."""
    table.house.now = at("2027-01-11T11:00")
    newsmail.write(table.instance, table.house.now)
    with table.instance.store.session(writes=True) as session:
        session.execute(update(Tiding).values(read_at=table.house.now, mailed_at=table.house.now))
        session.execute(update(MailWishes).values(mailed_at=None, reminded_at=None))
        session.execute(OutboxLetter.__table__.delete())
        session.commit()
    table.house.now = at("2027-01-11T12:00")
    return table


def wish(table: Table, actor: Actor, wished: Wishes) -> None:
    with table.writing(actor) as work:
        wishes.change(work, wished)


def happen(table: Table) -> None:
    """Something for the union's lead alone."""
    with table.writing(table.company_lead) as work:
        cases.tell(work, [table.union_lead.account_id], TidingKind.WAITING, about=uuid4().hex, case_id=table.case_id)


def look(table: Table, when: str) -> int:
    """What is written when the worker looks at that moment."""
    table.house.now = at(when)
    return newsmail.write_news(table.instance, table.house.now)


def send(table: Table) -> list[str]:
    sent: list[EmailMessage] = []
    mailroom.deliver_all(table.instance, sent.append, lambda: table.house.now)
    return [str(message["To"]) for message in sent]


def waiting_letters(table: Table) -> list[str]:
    with table.instance.store.session(writes=False) as session:
        return [row.key.split(":")[0] for row in letters_in(session, limit=100) if row.sent_at is None]


def test_at_once_means_one_mail_and_the_next_after_ten_minutes(quiet: Table) -> None:
    happen(quiet)
    happen(quiet)
    assert look(quiet, "2027-01-11T12:01") == 1
    assert send(quiet) == ["ana@union.example"]
    happen(quiet)
    assert look(quiet, "2027-01-11T12:10") == 0
    assert look(quiet, "2027-01-11T12:11") == 1
    assert send(quiet) == ["ana@union.example"]
    assert look(quiet, "2027-01-11T13:00") == 0


def test_while_one_mail_has_not_left_there_is_no_second(quiet: Table) -> None:
    happen(quiet)
    assert look(quiet, "2027-01-11T12:01") == 1
    happen(quiet)
    assert look(quiet, "2027-01-11T14:00") == 0
    assert send(quiet) == ["ana@union.example"]
    assert look(quiet, "2027-01-11T14:00") == 1


def test_what_has_been_read_needs_no_mail(quiet: Table) -> None:
    happen(quiet)
    with quiet.writing(quiet.union_lead) as work:
        news.mark_read(work, work.now)

    assert look(quiet, "2027-01-11T12:30") == 0


def test_a_day_has_one_mail_if_anything_is_new(quiet: Table) -> None:
    wish(quiet, quiet.union_lead, Wishes(Rhythm.DAILY, hour=8))
    happen(quiet)
    assert [look(quiet, when) for when in ("2027-01-11T22:00", "2027-01-12T06:59")] == [0, 0]
    happen(quiet)
    assert look(quiet, "2027-01-12T07:00") == 1
    happen(quiet)
    assert send(quiet) == ["ana@union.example"]
    assert [look(quiet, when) for when in ("2027-01-12T20:00", "2027-01-13T06:59", "2027-01-13T07:00")] == [0, 0, 1]
    assert send(quiet) == ["ana@union.example"]
    assert look(quiet, "2027-01-14T07:00") == 0


def test_in_quiet_hours_no_such_mail_comes_but_others_do(quiet: Table) -> None:
    wish(quiet, quiet.union_lead, Wishes(quiet_from=22, quiet_until=7))
    quiet.house.now = at("2027-01-11T22:30")
    happen(quiet)
    assert look(quiet, "2027-01-11T23:00") == 0
    with quiet.writing(quiet.union_lead) as work:
        account = work.session.get(Account, quiet.union_lead.account_id)
        assert account is not None
        letters.tell_of_change(work, account)
    assert send(quiet) == ["ana@union.example"]
    assert look(quiet, "2027-01-12T05:59") == 0
    assert look(quiet, "2027-01-12T06:00") == 1


def test_two_workers_write_each_mail_once(quiet: Table) -> None:
    for number in range(3):
        happen(quiet)
        now, start = at(f"2027-01-1{number + 2}T12:00"), threading.Barrier(3)
        with quiet.instance.store.session(writes=True) as session:
            session.execute(update(MailWishes).values(looked_at=None, reminded_at=None))
            session.commit()
        written: list[int] = []

        def work(now: datetime = now, start: threading.Barrier = start, written: list[int] = written) -> None:
            start.wait()
            written.append(newsmail.write_news(quiet.instance, now))
            newsmail.write_reminders(quiet.instance, now)

        workers = [threading.Thread(target=work) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert sum(written) == 1
        quiet.house.now = now
        to = send(quiet)
        assert to.count("ana@union.example") <= 2
        assert all(to.count(other) <= 1 for other in set(to) - {"ana@union.example"})


def test_a_power_cut_leaves_the_mail_written_and_noted_or_neither(quiet: Table) -> None:
    happen(quiet)
    now = at("2027-01-11T12:30")

    _, between = powercut.cut_everywhere(quiet.instance.store, lambda: newsmail.write_news(quiet.instance, now))

    assert not any(between)
    assert waiting_letters(quiet) == ["news"]


def test_an_hour_without_a_mail_server_loses_nothing_doubles_nothing_and_delays_no_page(quiet: Table) -> None:
    dead = MailServer("127.0.0.1", free_port(), tls=False)
    watch = Watch(quiet.house.now)
    for minute in range(0, 60, 5):
        happen(quiet)
        watch.now = at("2027-01-11T12:00") + timedelta(minutes=minute)
        newsmail.write_news(quiet.instance, watch())
        mailroom.deliver_all(quiet.instance, dead.send, watch)
    assert waiting_letters(quiet) == ["news"]

    postbox = Postbox()
    running = Controller(postbox, hostname="127.0.0.1", port=free_port())
    running.start()
    try:
        alive = MailServer("127.0.0.1", running.port, tls=False)
        for _ in range(40):
            watch.pass_(minutes=5)
            newsmail.write_news(quiet.instance, watch())
            mailroom.deliver_all(quiet.instance, alive.send, watch)
    finally:
        running.stop()
    # The one that waited, and one for what has happened since it was written.
    assert [recipients for recipients, _ in postbox.messages] == [["ana@union.example"]] * 2
    assert len({message["Message-ID"] for _, message in postbox.messages}) == 2


# Reminders


def remind(table: Table, when: datetime) -> list[str]:
    table.house.now = when
    newsmail.write_reminders(table.instance, when)
    return sorted(send(table))


def test_what_waits_for_long_is_recalled_once_a_week_until_it_is_done(quiet: Table) -> None:
    with quiet.writing(quiet.company_lead) as work:
        item = agenda.propose(work, quiet.case_id, title="T", chapter=None)
    begun = quiet.house.now
    assert remind(quiet, begun + timedelta(days=2)) == []
    assert remind(quiet, begun + timedelta(days=4)) == ["ana@union.example"]
    assert [remind(quiet, begun + timedelta(days=days)) for days in (5, 6, 10)] == [[], [], []]
    assert remind(quiet, begun + timedelta(days=11, minutes=1)) == ["ana@union.example"]
    with quiet.writing(quiet.union_lead) as work:
        agenda.admit(work, quiet.case_id, item)
    assert [remind(quiet, begun + timedelta(days=days)) for days in (20, 30)] == [[], []]


def test_in_quiet_hours_nobody_is_reminded_but_at_their_end(quiet: Table) -> None:
    wish(quiet, quiet.union_lead, Wishes(quiet_from=22, quiet_until=7))
    with quiet.writing(quiet.company_lead) as work:
        agenda.propose(work, quiet.case_id, title="T", chapter=None)
    night = at("2027-01-18T02:00")
    assert remind(quiet, night) == []
    assert remind(quiet, night + timedelta(hours=3, minutes=59)) == []
    assert remind(quiet, night + timedelta(hours=4)) == ["ana@union.example"]


def test_whose_account_is_closed_gets_neither(quiet: Table) -> None:
    with quiet.writing(quiet.company_lead) as work:
        agenda.propose(work, quiet.case_id, title="T", chapter=None)
    happen(quiet)
    with quiet.instance.store.session(writes=True) as session:
        session.execute(
            update(Account).where(Account.id == quiet.union_lead.account_id).values(state=AccountState.DISABLED)
        )
        session.commit()

    assert look(quiet, "2027-01-20T12:00") == 0
    assert remind(quiet, at("2027-01-20T12:00")) == []


# What is told in the application


def shown_to(table: Table, actor: Actor) -> list[tuple[str, str]]:
    with table.reading(actor) as work:
        page = news.index(work)
        assert news.count(work) == sum(told.is_new for told in page.told) or page.after is not None
        return [(told.act.value if told.act else "", told.actor.name if told.actor else "") for told in page.told]


def test_who_declined_a_facilitator_is_not_among_the_news(preparing: Table) -> None:
    seat = propose(preparing, preparing.coordinator)
    decline(preparing, preparing.company_lead, seat)

    for actor in (preparing.union_lead, preparing.company_lead):
        assert shown_to(preparing, actor)[0] == ("", "")


def test_a_caucus_is_no_news_to_the_other_side_whoever_is_named(table: Table) -> None:
    everybody = [table.union_lead.account_id, table.company_lead.account_id, table.facilitator.account_id]
    with table.writing(table.facilitator) as work:
        cases.tell(
            work, everybody, TidingKind.WAITING, about=uuid4().hex, case_id=table.case_id, room=Room.UNION_CAUCUS
        )
        told = work.session.scalars(select(Tiding.account_id).where(Tiding.room == Room.UNION_CAUCUS)).all()

    assert set(told) == {table.union_lead.account_id, table.facilitator.account_id}


def test_whoever_is_removed_is_shown_nothing_of_it_any_more(table: Table) -> None:
    with table.writing(table.company_lead) as work:
        cases.tell(
            work, [table.union_delegate.account_id], TidingKind.WAITING, about=uuid4().hex, case_id=table.case_id
        )
    assert len(shown_to(table, table.union_delegate)) > 1
    with table.writing(table.union_lead) as work:
        participants.remove(work, table.case_id, table.seats[table.union_delegate.account_id])

    assert shown_to(table, table.union_delegate) == []


def test_old_news_and_sent_mails_about_them_are_swept(quiet: Table) -> None:
    happen(quiet)
    look(quiet, "2027-01-11T12:01")
    send(quiet)
    unread: UUID = quiet.union_lead.account_id

    def kept() -> tuple[int, int]:
        with quiet.instance.store.session(writes=False) as session:
            tidings = session.scalar(select(func.count()).where(Tiding.account_id == unread, Tiding.read_at.is_(None)))
            letters = session.scalar(select(func.count()).where(OutboxLetter.key.startswith("news:")))
            return tidings or 0, letters or 0

    assert kept() == (1, 1)
    newsmail.write(quiet.instance, at("2027-01-13T12:00"))
    assert kept() == (1, 0)
    newsmail.write(quiet.instance, at("2027-08-13T12:00"))
    assert kept()[0] == 0


def test_what_is_only_proposed_is_not_told_as_done(table: Table) -> None:
    with table.writing(table.company_lead) as work:
        jointacts.propose(work, table.case_id, Act.CASE_SUSPEND)

    assert shown_to(table, table.union_lead)[0] == ("joint_act:propose", "Mina Brandt")
