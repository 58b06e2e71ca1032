"""How often anything may be tried here: stated in one place, counted for all workers together."""

from __future__ import annotations

import logging
import secrets
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from math import ceil
from threading import BoundedSemaphore
from time import perf_counter, sleep
from typing import Any

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_limiter import ApplicationLimit, Limiter, RequestLimit
from limits import RateLimitItem, RateLimitItemPerMinute
from werkzeug.exceptions import TooManyRequests

from dialogue.errors import Busy, NotSignedIn, Unfit, WrongCredentials
from dialogue.services import identity, throttle
from dialogue.web import kept
from dialogue.web.kept import Typed
from dialogue.web.sessions import visit
from dialogue.web.unit import instance, moment

# Wrong guesses. The windows are short: whoever is kept out by somebody else's tries is so for minutes, and not at all
# in a browser in which he has signed in before.
GUESSES = RateLimitItemPerMinute(10, 15)
GUESSES_FROM_ONE_SOURCE = RateLimitItemPerMinute(100, 15)
# So many may wait for a place to have a password judged; the other threads of a worker go on with other pages.
GUESSING_AT_ONCE = 8
LONGEST_PAUSE = 2.0

REQUESTS = "3000 per 10 minutes"
VISITORS_FORMS = "300 per 10 minutes"
UPLOADS = "200 per day"
EXPORTS = "30 per day"

KNOWN = "__Host-known"
KNOWN_ACCOUNTS = 4
WRITES = ["POST", "PUT", "PATCH", "DELETE"]
READS = ["GET", "HEAD"]


def source() -> str:
    """Where a request comes from: an address, and with IPv6 the network that one household or office has."""
    told = request.remote_addr or ""
    try:
        address = ip_address(told)
    except ValueError:
        return told or "nowhere"
    if address.version == 4:
        return str(address)
    return str(address.ipv4_mapped or ip_network((address, 64), strict=False))


def account() -> str:
    """Who acts; a visitor is counted by where he comes from."""
    signed = visit().signed
    return signed.actor.account_id.hex if signed is not None else source()


def seat() -> str:
    """Who acts in which case: nobody uses up what belongs to the other side, or to a colleague."""
    return f"{account()}:{(request.view_args or {}).get('case_id')}"


def mailbox() -> str:
    """The address that is asked to get a mail."""
    return throttle.mailbox(request.form.get("email", ""))


@dataclass(frozen=True, slots=True)
class Flood:
    """How often a kind of form may be sent.

    most    as the limits library reads it, several with semicolons between
    whose   who or what is counted
    pages   endpoints that are counted together
    answer  template of the answer where a refusal would tell something; else a page says when to try again
    reads   what is counted is looking, not sending
    """

    most: str
    whose: Callable[[], str]
    pages: frozenset[str]
    answer: str = ""
    reads: bool = False


INVITING = frozenset({"delegation.invite", "delegation.add", "delegation.again"})
FLOODS: Mapping[str, Flood] = {
    "registration": Flood("20 per hour; 60 per day", source, frozenset({"accounts.register"})),
    "registration_mail": Flood(
        "3 per hour; 8 per day", mailbox, frozenset({"accounts.register", "account.address"}), "accounts/asked.html"
    ),
    "address": Flood("10 per day", account, frozenset({"account.address"})),
    "recovery": Flood("20 per hour; 60 per day", source, frozenset({"recovery.ask"})),
    "recovery_mail": Flood("3 per hour; 8 per day", mailbox, frozenset({"recovery.ask"}), "recovery/asked.html"),
    "link": Flood("60 per hour", source, frozenset({"accounts.follow"})),
    "calendar": Flood("240 per hour", source, frozenset({"calendar.feed"}), reads=True),
    "calendar_address": Flood("20 per day", account, frozenset({"calendar.make"})),
    "invitation": Flood("40 per day", seat, INVITING),
    "invitation_anywhere": Flood("100 per day", account, INVITING | {"staff.invite", "staff.reset"}),
    "case": Flood("20 per day", account, frozenset({"cases.open"})),
    "desk": Flood("100 per day", account, frozenset({"desk.give_back", "desk.not_take_up"})),
    "notice": Flood("40 per day", account, frozenset({"notice.send"})),
    "search": Flood("60 per 10 minutes", account, frozenset({"search.index"})),
    "export": Flood(EXPORTS, account, frozenset({"export.show", "outcome.take_out"})),
    "draft": Flood("600 per 10 minutes", account, frozenset({"drafts.save", "drafts.discard"})),
    "upload": Flood(UPLOADS, account, frozenset({"documents.add", "documents.revise"})),
    "upload_piece": Flood("1500 per hour; 6000 per day", account, frozenset({"documents.piece"})),
    "writing": Flood(
        "300 per hour",
        account,
        frozenset(
            {
                "agenda.position",
                "agenda.propose",
                "agenda.translate",
                "agenda.word",
                "delegation.answer",
                "delegation.ask",
                "documents.ask",
                "catalogue.add",
                "catalogue.edit",
                "facilitator.declare",
                "followup.answer",
                "followup.change",
                "followup.let_go",
                "followup.propose",
                "followup.report",
                "followup.support",
                "help.answer",
                "help.ask",
                "reviews.hold",
                "reviews.propose",
                "input.answer",
                "input.propose",
                "input.suggest",
                "meetings.absent",
                "meetings.answer",
                "meetings.book",
                "meetings.cancel",
                "meetings.come",
                "meetings.confirm",
                "meetings.edit",
                "meetings.held",
                "meetings.keep",
                "meetings.offer",
                "meetings.propose",
                "meetings.stay",
                "notes.revise",
                "notes.write",
                "disclosure.wish",
                "outcome.addend",
                "outcome.assemble",
                "paper.propose",
                "programme.recuse",
                "programme.set_lines",
                "register.keep",
                "release.ask",
                "request.comment",
                "request.edit",
                "retention.extend",
                "summaries.amend",
                "summaries.begin",
                "summaries.on_paper",
                "summaries.write",
                "terms.propose",
                "together.propose",
                "words.position",
                "words.translate",
                "words.word",
            }
        ),
    ),
}

# A bound, and what is counted for whom.
Counted = tuple[RateLimitItem, *tuple[str, ...]]

_places = BoundedSemaphore(GUESSING_AT_ONCE)
_lengths: deque[float] = deque(maxlen=64)


def install(app: Flask, **storage: Any) -> None:
    """Count what ``app`` is asked for.

    storage   what the storage named ``dialogue`` is built from
    """
    # It would write whom it counts into the log.
    logging.getLogger("flask-limiter").disabled = True
    limiter = Limiter(
        account,
        storage_uri="dialogue://",
        storage_options=storage,
        strategy="fixed-window",
        application_limits=[
            ApplicationLimit(REQUESTS, exempt_when=_is_visitor, scope="requests"),
            ApplicationLimit(
                VISITORS_FORMS, key_function=source, methods=WRITES, exempt_when=_is_signed_in, scope="forms"
            ),
        ],
        on_breach=_note_breach,
    )
    limiter.init_app(app)
    views: dict[str, Any] = app.view_functions
    for name, flood in FLOODS.items():
        for page in flood.pages & set(views):
            views[page] = limiter.shared_limit(
                flood.most,
                scope=name,
                key_func=flood.whose,
                methods=READS if flood.reads else WRITES,
                on_breach=_answering(flood.answer) if flood.answer else None,
            )(views[page])
    app.extensions["dialogue.limiter"] = limiter
    app.register_error_handler(TooManyRequests, too_many)
    app.register_error_handler(Busy, busy)
    app.after_request(_remember_browser)


@contextmanager
def guessing(email: str | None = None, *, coming_back: str | None = None) -> Iterator[None]:
    """Stands around whatever judges a password or a code.

    A try is counted before it is judged, and taken off the count when it was right. Beyond the bound nothing is
    judged any more: who asks waits as long as a wrong guess takes and gets its answer, even with the right password.
    Whoever has signed in before in the same browser has a count of his own there, which nobody else can use up.

    email        the address that was typed; None where somebody who is signed in shows the password again
    coming_back  the address to which the link went with which somebody comes instead: its links count together
    raises       WrongCredentials, TooManyRequests for a source with too many wrong guesses, Busy
    """
    if not _places.acquire(blocking=False):
        raise Busy
    try:
        yield from _counted(email, _counts_of(email, coming_back))
    finally:
        _places.release()


def too_many(error: TooManyRequests) -> ResponseReturnValue:
    """A sentence, when to try again, and what was typed."""
    if error.response is not None:
        return error.response
    breached = _limiter().current_limit
    ends_at = breached.window.reset_time if breached is not None and breached.breached else None
    seconds = ceil(ends_at - moment().timestamp()) if ends_at is not None else error.retry_after
    seconds = max(seconds if isinstance(seconds, int) else 60, 1)
    minutes = ceil(seconds / 60)
    when = (
        ngettext("In a minute it is open again.", "In about %(num)s minutes it is open again.", minutes)
        if minutes < 90
        else ngettext("In an hour it is open again.", "In about %(num)s hours it is open again.", ceil(minutes / 60))
    )
    return _once_more(429, _("Too often in a short time"), when, seconds)


def busy(_refused: Busy) -> ResponseReturnValue:
    """The same where everybody comes at once."""
    return _once_more(503, _("Too much at once"), _("The same request will probably succeed in a moment."), 3)


def _counted(email: str | None, counts: list[Counted]) -> Iterator[None]:
    began = perf_counter()
    for item, *whose in counts:
        tries = _hit(item, *whose)
        if tries <= item.amount:
            continue
        if whose[0] == "source":
            if tries == item.amount + 1:
                throttle.note_turned_away(instance(), "source", moment())
            raise TooManyRequests(retry_after=_seconds_left(item, *whose))
        _note_turned_away(email)
        _pause(began)
        raise WrongCredentials
    try:
        yield
    except WrongCredentials:
        _lengths.append(perf_counter() - began)
        raise
    except (Busy, NotSignedIn, Unfit):
        _take_back(counts)
        raise
    _take_back(counts)
    if email is not None:
        g.signed_in_as = email


def _note_turned_away(email: str | None) -> None:
    signed = visit().signed
    if email is not None:
        throttle.note_sign_in_turned_away(instance(), email, moment())
    elif signed is not None:
        throttle.note_turned_away(instance(), "session:confirm", moment(), actor=signed.actor.account_id)


def _counts_of(email: str | None, coming_back: str | None) -> list[Counted]:
    if coming_back is not None:
        return [(GUESSES_FROM_ONE_SOURCE, "source", source()), (GUESSES, "recovery", throttle.mailbox(coming_back))]
    if email is None:
        return [(GUESSES, "own", account())]
    whose = throttle.mailbox(email)
    known = (throttle.known_browser(instance(), token, email, moment()) for token in _tokens())
    if (browser := next((found for found in known if found is not None), None)) is not None:
        return [(GUESSES, "browser", browser.hex(), whose)]
    return [(GUESSES_FROM_ONE_SOURCE, "source", source()), (GUESSES, "account", whose)]


def _hit(item: RateLimitItem, *whose: str, amount: int = 1) -> int:
    return _limiter().storage.incr(item.key_for(*whose), item.get_expiry(), amount)


def _take_back(counts: list[Counted]) -> None:
    for item, *whose in counts:
        _hit(item, *whose, amount=-1)


def _seconds_left(item: RateLimitItem, *whose: str) -> int:
    return max(ceil(_limiter().storage.get_expiry(item.key_for(*whose)) - moment().timestamp()), 1)


def _pause(began: float) -> None:
    """Wait as long as one of the last wrong guesses took; the first time one is made, for its length alone."""
    if not _lengths:
        measured = perf_counter()
        identity.waste_a_guess(instance(), "")
        _lengths.append(perf_counter() - measured)
    length = secrets.choice(tuple(_lengths))
    sleep(max(0.0, min(length, LONGEST_PAUSE) - (perf_counter() - began)))


def _tokens() -> list[str]:
    return request.cookies.get(KNOWN, "").split(".")[:KNOWN_ACCOUNTS]


def _remember_browser(response: Response) -> Response:
    """Give a browser in which somebody has just signed in a token that tells it from others; it names nobody."""
    email = g.pop("signed_in_as", None)
    if email is not None:
        now = moment()
        others = [t for t in _tokens() if t and throttle.known_browser(instance(), t, email, now) is None]
        tokens = [throttle.vouch_for_browser(instance(), email, now), *others][:KNOWN_ACCOUNTS]
        response.set_cookie(
            KNOWN,
            ".".join(tokens),
            max_age=throttle.KNOWN_FOR,
            secure=True,
            httponly=True,
            samesite="Lax",
            path="/",
        )
    return response


def _note_breach(breached: RequestLimit) -> None:
    """One event for a window, when its bound is passed for the first time."""
    if _limiter().storage.get(breached.key) == breached.limit.amount + 1:
        signed = visit().signed
        actor = signed.actor.account_id if signed is not None else None
        throttle.note_turned_away(instance(), breached.request_args[-1], moment(), actor=actor)


def _answering(template: str) -> Callable[[RequestLimit], Response]:
    """What somebody gets whose mail is not sent once more: the page that comes when it is."""

    def answer(_breached: RequestLimit) -> Response:
        return make_response(render_template(template, email=request.form.get("email", "").strip()))

    return answer


def _once_more(status: int, title: str, sentence: str, seconds: int) -> ResponseReturnValue:
    headers = {"Retry-After": str(seconds)}
    if "X-Requested-With" in request.headers or request.headers.get("HX-Request") == "true":
        return sentence, status, headers
    typed = kept.typed()
    if not typed.pairs:
        typed = Typed.unpack(request.form.get("kept"))
    page = render_template("errors/once_more.html", title=title, sentence=sentence, typed=typed, back=kept.way_back())
    return page, status, headers


def _is_visitor() -> bool:
    return visit().signed is None


def _is_signed_in() -> bool:
    return visit().signed is not None


def _limiter() -> Limiter:
    found: Limiter = current_app.extensions["dialogue.limiter"]
    return found
