"""Where letters leave the house: one worker takes one letter at a time, with nobody's key but the server's own.

A letter leaves at least once, and nearly always once. It can leave twice in two cases: where a worker dies after the
mail server has taken the letter and before that is written down, and where the server's last answer is lost on its way.
In the first case nobody tries again for half an hour, and the second mail says in a header that it may be a repetition.
Both mails have the same Message-ID, by which many mail servers and programs show them as one; none is obliged to.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum
from uuid import UUID

import structlog

from dialogue.errors import SealBroken
from dialogue.services import letters, unit
from dialogue.services.instance import Instance
from dialogue.services.letters import Letter
from dialogue.store.heartbeats import beat, last_beat
from dialogue.store.outbox import OutboxLetter, claim_letter, find_claimed, forget_given_up, note_handing_over

Transport = Callable[[EmailMessage], None]
Clock = Callable[[], datetime]

ATTEMPTS = 14
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
# Short enough that a whole conversation with a slow server ends before the claim on its letter does.
SECONDS_PER_ANSWER = 20
IMPLICIT_TLS = 465
WORKER = "worker"
REPEATED = "X-Dialogue-Repeated"
ICS = "invite.ics"
BEATS_EVERY = timedelta(minutes=1)
# As long as the link in it may work; until then an administrator can have it tried again.
KEPT_WHEN_GIVEN_UP = timedelta(days=7)

_TROUBLES = (smtplib.SMTPException, OSError, SealBroken, MessageError, ValueError)
_log = structlog.get_logger()


class Delivery(StrEnum):
    """What became of a letter that was taken up."""

    SENT = "sent"
    PUT_OFF = "put_off"
    GIVEN_UP = "given_up"
    TAKEN_OVER = "taken_over"


@dataclass(frozen=True, slots=True)
class MailServer:
    """Who takes the letters: a server that speaks SMTP.

    tls   STARTTLS, or TLS from the first byte on port 465; certificates are checked
    """

    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    tls: bool = True

    def send(self, message: EmailMessage) -> None:
        """Hand over one message; raises SMTPException or OSError when it was not taken."""
        with self._connect() as connection:
            if self.tls and self.port != IMPLICIT_TLS:
                connection.starttls(context=ssl.create_default_context())
            if self.user:
                connection.login(self.user, self.password)
            connection.send_message(message)

    def _connect(self) -> smtplib.SMTP:
        if self.tls and self.port == IMPLICIT_TLS:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS_PER_ANSWER, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=SECONDS_PER_ANSWER)


def deliver_all(instance: Instance, transport: Transport, clock: Clock) -> list[Delivery]:
    """Deliver until nothing is due any more."""
    _be_seen(instance, clock())
    done = []
    while (delivery := deliver_one(instance, transport, clock)) is not None:
        done.append(delivery)
    return done


def deliver_one(instance: Instance, transport: Transport, clock: Clock) -> Delivery | None:
    """Take the oldest letter that is due, send it, and write down what became of it; None when nothing is due.

    The letter is taken in a transaction of its own, and so is the note that it is being handed over: no lock is held
    while the server is slow, and whoever finds the letter of a worker that died knows whether it may have left.
    """
    with unit.writing(instance, None, clock()) as work:
        row = claim_letter(work.session, work.now)
        work.commit()
    if row is None or row.claimed_until is None:
        return None
    may_have_left = row.handing_over_at is not None
    with unit.writing(instance, None, clock()) as work:
        is_ours = note_handing_over(work.session, row.id, row.claimed_until, work.now)
        work.commit()
    if not is_ours:
        return Delivery.TAKEN_OVER
    trouble = _send(instance, transport, row, clock(), is_repeated=may_have_left)
    return _settle(instance, row.id, row.claimed_until, trouble, clock())


def pause_after(attempts: int) -> timedelta:
    """How long a letter rests after so many attempts in vain: a minute, doubled each time, six hours at most."""
    return min(FIRST_PAUSE * (1 << min(attempts - 1, 16)), LONGEST_PAUSE)


def compose(letter: Letter, *, sender: str, number: UUID, at: datetime, is_repeated: bool = False) -> EmailMessage:
    """The message that goes out: neutral headers, plain text.

    is_repeated   the same letter may have left before
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{number}@{sender.rpartition('@')[2].rstrip('>')}>"
    message["Auto-Submitted"] = "auto-generated"
    if is_repeated:
        message[REPEATED] = "perhaps"
    message.set_content(letter.text)
    if letter.calendar:
        _enclose(message, letter)
    message["Content-Language"] = letter.language
    return message


def _enclose(message: EmailMessage, letter: Letter) -> None:
    """Put the entry beside the text, where programs that know invitations look, and once more as a file for others."""
    entry = letter.calendar.encode()
    told = {"method": letter.method, "charset": "utf-8"}
    message.make_alternative()
    part = EmailMessage(policy=SMTP)
    part.set_content(entry, maintype="text", subtype="calendar", cte="base64", params=told)
    message.attach(part)
    message.add_attachment(entry, maintype="application", subtype="ics", cte="base64", filename=ICS)


def _be_seen(instance: Instance, now: datetime) -> None:
    """Say once a minute that somebody works here, and let go of what was given up long ago."""
    with instance.store.session(writes=False) as session:
        seen = last_beat(session, WORKER)
    if seen is not None and now - seen < BEATS_EVERY:
        return
    with instance.store.session(writes=True) as session:
        beat(session, WORKER, now)
        forget_given_up(session, now - KEPT_WHEN_GIVEN_UP)
        session.commit()


def _send(
    instance: Instance, transport: Transport, row: OutboxLetter, now: datetime, *, is_repeated: bool
) -> str | None:
    """Give the letter to the transport; the kind of trouble, if any. Its words may hold the address: never logged."""
    try:
        letter = letters.opened(instance.secrets, row)
        if letter is not None:
            sender = instance.mail_sender
            transport(compose(letter, sender=sender, number=row.id, at=now, is_repeated=is_repeated))
    except _TROUBLES as trouble:
        return type(trouble).__name__
    return None


def _settle(instance: Instance, letter_id: UUID, claim: datetime, trouble: str | None, now: datetime) -> Delivery:
    with unit.writing(instance, None, now) as work:
        row = find_claimed(work.session, letter_id, claim)
        if row is None:
            return Delivery.TAKEN_OVER
        delivery = _outcome(row, trouble)
        if delivery is Delivery.PUT_OFF:
            row.not_before = now + pause_after(row.attempts)
        if delivery is Delivery.SENT:
            row.sealed_letter = letters.erased(instance.secrets, row)
        row.sent_at = now if delivery is Delivery.SENT else None
        row.given_up_at = now if delivery is Delivery.GIVEN_UP else None
        row.claimed_until = row.handing_over_at = None
        work.commit()
    _log.info("letter", letter=str(letter_id), delivery=delivery.value, attempts=row.attempts, trouble=trouble)
    return delivery


def _outcome(row: OutboxLetter, trouble: str | None) -> Delivery:
    if trouble is None:
        return Delivery.SENT
    return Delivery.GIVEN_UP if row.attempts >= ATTEMPTS else Delivery.PUT_OFF
