"""What the doorkeeper knows: browsers in which somebody has signed in before, and who was turned away too often."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from datetime import UTC, datetime, timedelta
from os import urandom
from uuid import UUID

from dialogue.domain.addresses import normalised
from dialogue.domain.events import TURNED_AWAY
from dialogue.errors import Unfit
from dialogue.services import unit
from dialogue.services.instance import Instance
from dialogue.services.ledger import INSTANCE, Pending
from dialogue.store.accounts import find_account_by_lookup

KNOWN_FOR = timedelta(days=180)
SIGN_IN = "session:sign_in"
ID_BYTES = 16
_DAY_BYTES = 4
_DAWN = datetime(1970, 1, 1, tzinfo=UTC)


def mailbox(email: str) -> str:
    """The one spelling of an address under which tries are counted, whether or not it is a whole address."""
    try:
        return normalised(email)
    except Unfit:
        return email.strip().casefold()


def vouch_for_browser(instance: Instance, email: str, now: datetime) -> str:
    """A token for a browser in which somebody has just signed in; it names nobody and opens nothing.

    returns  id of the browser 16 B, day 4 B, MAC 32 B, in URL-safe base64
    """
    browser, since = urandom(ID_BYTES), _day(now)
    mac = instance.secrets.browser_mac(mailbox(email), browser, since)
    return urlsafe_b64encode(browser + since.to_bytes(_DAY_BYTES) + mac).decode().rstrip("=")


def known_browser(instance: Instance, token: str, email: str, now: datetime) -> bytes | None:
    """The browser behind a token, if somebody signed in there with that address not too long ago."""
    try:
        told = urlsafe_b64decode(token.encode("ascii") + b"==")
    except (NotBase64, ValueError):
        return None
    browser, day, mac = told[:ID_BYTES], told[ID_BYTES : ID_BYTES + _DAY_BYTES], told[ID_BYTES + _DAY_BYTES :]
    since = int.from_bytes(day)
    is_recent = 0 <= _day(now) - since <= KNOWN_FOR.days
    return browser if is_recent and instance.secrets.browser_mac_valid(mailbox(email), browser, since, mac) else None


def note_turned_away(instance: Instance, what: str, now: datetime, *, actor: UUID | None = None) -> None:
    """Record that somebody was turned away because of too many tries."""
    _write(instance, Pending(INSTANCE, None, actor, TURNED_AWAY + what, None, None), now)


def note_sign_in_turned_away(instance: Instance, email: str, now: datetime) -> None:
    """The same for a sign-in; it is looked up whose, as a guess would have done, and told to nobody."""
    with instance.store.session(writes=False) as session:
        account = find_account_by_lookup(session, instance.secrets.lookups(mailbox(email)))
    _write(instance, Pending(INSTANCE, None, None, TURNED_AWAY + SIGN_IN, account.id if account else None, None), now)


def _write(instance: Instance, pending: Pending, now: datetime) -> None:
    with unit.writing(instance, None, now) as work:
        work.entries.append(pending)
        work.commit()


def _day(moment: datetime) -> int:
    return (moment - _DAWN).days
