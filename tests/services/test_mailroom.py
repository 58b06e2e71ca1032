"""Letters leave once, in order and with patience, whatever the mail server does."""

import smtplib
import socket
import threading
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import delete, update

from dialogue.domain.addresses import normalised
from dialogue.services import letters, mailroom
from dialogue.services.letters import LetterKind
from dialogue.services.mailroom import Delivery, MailServer
from dialogue.store.accounts import Account, SignIn
from dialogue.store.outbox import OutboxLetter, claim_letter
from dialogue.store.outbox import letters as letters_of
from dialogue.store.rooms import RoomEpoch, RoomWrap
from tests.powercut import PowerCut, fused

NOON = datetime(2027, 1, 4, 12, 0, tzinfo=UTC)


class Postbox:
    """Keeps what a mail server receives, or refuses it."""

    def __init__(self):
        self.messages = []
        self.refuses = False

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if self.refuses:
            return "451 4.3.0 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        self.messages.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.SMTP)))
        return "250 OK"


class Watch:
    """A clock that the test moves."""

    def __init__(self, now=NOON):
        self.now = now

    def __call__(self):
        return self.now

    def pass_(self, **by):
        self.now += timedelta(**by)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture
def postbox():
    return Postbox()


@pytest.fixture
def server(postbox):
    running = Controller(postbox, hostname="127.0.0.1", port=free_port())
    running.start()
    yield MailServer("127.0.0.1", running.port, tls=False)
    running.stop()


@pytest.fixture
def watch():
    return Watch()


def write(house, *keys, to="ana@example.org"):
    for key in keys:
        with house.writing(None) as work:
            letters.to_address(work, LetterKind.REGISTER, to, "en", key=key, link=f"/link/{key}")


def rows(house):
    with house.instance.store.session(writes=False) as session:
        return {row.key: row for row in letters_of(session, limit=100)}


def test_a_letter_arrives_as_it_was_worded(house, server, postbox, watch):
    write(house, "register:1")

    assert mailroom.deliver_all(house.instance, server.send, watch) == [Delivery.SENT]

    [(recipients, message)] = postbox.messages
    assert recipients == ["ana@example.org"]
    assert message["From"] == "dialogue@localhost"
    assert message["To"] == "ana@example.org"
    assert message["Subject"] == "Confirm your e-mail address"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "https://dialogue.test/link/register:1" in message.get_content()
    assert rows(house)["register:1"].sent_at == NOON


def test_what_has_left_is_not_kept(house, server, watch):
    write(house, "register:1")

    mailroom.deliver_all(house.instance, server.send, watch)

    assert letters.opened(house.instance.secrets, rows(house)["register:1"]) is None


def test_a_letter_is_not_sent_again(house, server, postbox, watch):
    write(house, "register:1")
    mailroom.deliver_all(house.instance, server.send, watch)
    write(house, "register:1")
    watch.pass_(days=30)

    assert mailroom.deliver_all(house.instance, server.send, watch) == []
    assert len(postbox.messages) == 1


def test_while_the_mail_server_is_down_letters_wait_and_later_arrive_once(house, postbox, watch):
    write(house, "register:1")
    nobody_there = MailServer("127.0.0.1", free_port(), tls=False)

    assert mailroom.deliver_all(house.instance, nobody_there.send, watch) == [Delivery.PUT_OFF]
    assert mailroom.deliver_all(house.instance, nobody_there.send, watch) == []
    watch.pass_(minutes=1)
    assert mailroom.deliver_all(house.instance, nobody_there.send, watch) == [Delivery.PUT_OFF]

    running = Controller(postbox, hostname="127.0.0.1", port=free_port())
    running.start()
    up_again = MailServer("127.0.0.1", running.port, tls=False)
    try:
        watch.pass_(seconds=119)
        assert mailroom.deliver_all(house.instance, up_again.send, watch) == []
        watch.pass_(seconds=1)
        assert mailroom.deliver_all(house.instance, up_again.send, watch) == [Delivery.SENT]
        assert mailroom.deliver_all(house.instance, up_again.send, watch) == []
    finally:
        running.stop()
    assert len(postbox.messages) == 1


def test_the_pauses_grow_up_to_six_hours():
    assert [mailroom.pause_after(attempts) for attempts in (1, 2, 3, 4)] == [
        timedelta(minutes=1),
        timedelta(minutes=2),
        timedelta(minutes=4),
        timedelta(minutes=8),
    ]
    assert mailroom.pause_after(10) == mailroom.pause_after(10_000) == timedelta(hours=6)


def test_after_many_attempts_a_letter_is_given_up_and_waits_for_somebody_who_looks(house, server, postbox, watch):
    postbox.refuses = True
    write(house, "register:1")
    seen = []
    for _ in range(30):
        seen += mailroom.deliver_all(house.instance, server.send, watch)
        watch.pass_(hours=6)

    assert seen == [Delivery.PUT_OFF] * 13 + [Delivery.GIVEN_UP]
    row = rows(house)["register:1"]
    assert row.given_up_at is not None
    assert row.sent_at is None
    assert letters.opened(house.instance.secrets, row) is not None


def test_one_persons_letters_keep_their_order_and_nobody_else_waits_for_them(house, server, postbox, watch):
    write(house, "first", "second")
    write(house, "other", to="luc@example.org")
    postbox.refuses = True
    assert mailroom.deliver_one(house.instance, server.send, watch) is Delivery.PUT_OFF
    postbox.refuses = False

    assert mailroom.deliver_all(house.instance, server.send, watch) == [Delivery.SENT]
    watch.pass_(minutes=1)
    assert mailroom.deliver_all(house.instance, server.send, watch) == [Delivery.SENT, Delivery.SENT]

    links = [message.get_content().split("/link/")[1].split()[0] for _, message in postbox.messages]
    assert links == ["other", "first", "second"]


def test_a_claimed_letter_holds_back_the_next_one_to_the_same_person(house, watch):
    write(house, "first", "second")

    with house.instance.store.session(writes=True) as session:
        assert claim_letter(session, NOON).key == "first"
        session.commit()
    with house.instance.store.session(writes=True) as session:
        assert claim_letter(session, NOON) is None


def test_a_letter_whose_worker_died_is_taken_again_after_five_minutes(house, server, postbox, watch):
    write(house, "register:1")
    with house.instance.store.session(writes=True) as session:
        claim_letter(session, NOON)
        session.commit()

    assert mailroom.deliver_all(house.instance, server.send, watch) == []
    watch.pass_(minutes=5, seconds=1)
    assert mailroom.deliver_all(house.instance, server.send, watch) == [Delivery.SENT]


def test_a_worker_that_comes_back_too_late_writes_nothing_over_the_others_work(house, watch):
    write(house, "register:1")

    def slow(message):
        watch.pass_(minutes=31)
        assert mailroom.deliver_one(house.instance, quick.append, watch) is Delivery.SENT
        raise smtplib.SMTPServerDisconnected

    quick = []
    assert mailroom.deliver_one(house.instance, slow, watch) is Delivery.TAKEN_OVER
    assert len(quick) == 1
    assert rows(house)["register:1"].sent_at is not None


class Died(BaseException):
    """What happens to a worker whose machine stops."""


def test_a_letter_whose_worker_died_while_sending_it_waits_and_says_that_it_may_be_a_repetition(house, watch):
    write(house, "register:1")
    sent = []

    def dies(message):
        sent.append(message)
        raise Died

    with pytest.raises(Died):
        mailroom.deliver_one(house.instance, dies, watch)
    watch.pass_(minutes=6)
    assert mailroom.deliver_all(house.instance, sent.append, watch) == []
    watch.pass_(minutes=25)
    assert mailroom.deliver_all(house.instance, sent.append, watch) == [Delivery.SENT]

    assert sent[0]["Message-ID"] == sent[1]["Message-ID"]
    assert [message[mailroom.REPEATED] for message in sent] == [None, "perhaps"]
    assert rows(house)["register:1"].handing_over_at is None


def test_a_letter_that_was_refused_is_tried_again_without_such_a_word(house, server, postbox, watch):
    write(house, "register:1")
    postbox.refuses = True
    assert mailroom.deliver_one(house.instance, server.send, watch) is Delivery.PUT_OFF
    postbox.refuses = False
    watch.pass_(minutes=2)

    assert mailroom.deliver_one(house.instance, server.send, watch) is Delivery.SENT
    assert mailroom.REPEATED not in postbox.messages[0][1]


def test_a_worker_whose_letter_was_taken_meanwhile_does_not_send_it(house, watch):
    write(house, "register:1")
    sent = []

    class SlowClock(Watch):
        """Another worker takes and sends the letter between this one's claim and its sending."""

        def __call__(self):
            self.asked = getattr(self, "asked", 0) + 1
            if self.asked == 2:
                watch.pass_(minutes=6)
                assert mailroom.deliver_one(house.instance, sent.append, watch) is Delivery.SENT
            return watch()

    assert mailroom.deliver_one(house.instance, sent.append, SlowClock()) is Delivery.TAKEN_OVER
    assert len(sent) == 1


def test_several_workers_never_send_a_letter_twice(house, watch):
    keys = [f"register:{number}" for number in range(24)]
    for number, key in enumerate(keys):
        write(house, key, to=f"person{number % 8}@example.org")
    sent, lock, start = [], threading.Lock(), threading.Barrier(4)

    def transport(message):
        with lock:
            sent.append((message["To"], message.get_content().split("/link/")[1].split()[0]))

    def work():
        start.wait()
        for _ in range(40):
            mailroom.deliver_one(house.instance, transport, watch)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert Counter(key for _, key in sent) == Counter(keys)
    for person in {to for to, _ in sent}:
        theirs = [int(key.split(":")[1]) for to, key in sent if to == person]
        assert theirs == sorted(theirs)


def test_a_letter_that_was_tampered_with_stops_no_other_one(house, server, postbox, watch):
    write(house, "broken", to="luc@example.org")
    write(house, "whole")
    with house.instance.store.session(writes=True) as session:
        session.execute(update(OutboxLetter).where(OutboxLetter.key == "broken").values(sealed_letter=b"\1\3\2k1" * 20))
        session.commit()

    assert mailroom.deliver_all(house.instance, server.send, watch) == [Delivery.PUT_OFF, Delivery.SENT]
    assert len(postbox.messages) == 1


@pytest.mark.parametrize("address", ["o'hara+x@example.org", "ana@bücher.example", "first.last_2@mail.example.org"])
def test_an_unusual_address_gets_its_letter(house, server, postbox, watch, address):
    write(house, "register:1", to=normalised(address))

    assert mailroom.deliver_all(house.instance, server.send, watch) == [Delivery.SENT]
    assert postbox.messages[0][0] == [normalised(address)]


def test_the_worker_needs_no_persons_and_no_rooms_key(gathered, server, postbox, watch):
    with gathered.writing(gathered.coordinator) as work:
        account = work.session.get(Account, gathered.union_lead.account_id)
        letters.to_account(work, LetterKind.WAITING, account, key="waiting:1")
    with gathered.instance.store.session(writes=True) as session:
        session.execute(delete(RoomWrap))
        session.execute(delete(RoomEpoch))
        session.execute(delete(SignIn))
        session.execute(update(Account).values(password_slot=b"", recovery_slot=b""))
        session.commit()

    assert mailroom.deliver_all(gathered.instance, server.send, watch) == [Delivery.SENT]
    assert postbox.messages[0][0] == ["ana@union.example"]


def test_a_worker_that_dies_at_any_statement_loses_no_letter_and_doubles_none_unsaid(house, watch):
    sent = []
    for cuts in range(12):
        keys = [f"round:{cuts}:{number}" for number in range(2)]
        write(house, *keys)
        with fused(house.instance.store) as fuse, suppress(PowerCut):
            fuse.left = cuts
            mailroom.deliver_all(house.instance, sent.append, watch)
        watch.pass_(minutes=31)
        mailroom.deliver_all(house.instance, sent.append, watch)

    arrived = [(message.get_content().split("/link/")[1].split()[0], message[mailroom.REPEATED]) for message in sent]
    firsts = [key for key, repeated in arrived if repeated is None]
    assert firsts == [f"round:{cuts}:{number}" for cuts in range(12) for number in range(2)]
    repeated = [key for key, word in arrived if word == "perhaps"]
    assert len(repeated) == len(set(repeated)) <= 4
    assert len({message["Message-ID"] for message in sent}) == len(firsts)
