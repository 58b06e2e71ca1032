"""Second factors on pages: what is offered to set one up, and what a form shows of one."""

from __future__ import annotations

from dataclasses import dataclass, field

from babel.lists import format_list
from flask import Flask, request
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup

from dialogue.domain.factors import FactorKind
from dialogue.services import factors
from dialogue.services.factors import NewFactor, Offer, OwnFactors, Proof
from dialogue.services.signin import Device
from dialogue.web.sessions import visit
from dialogue.web.unit import instance, moment

_QUESTION = "passkey_question"
_SEED = "link_seed"
# What browsers call themselves, the more particular first.
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer as a page shows it.

    picture  for the app to scan
    groups   the same secret to type
    codes    to print
    passkey  what the browser needs to make one
    """

    picture: Markup = field(repr=False)
    groups: tuple[str, ...] = field(repr=False)
    codes: tuple[str, ...] = field(repr=False)
    passkey: str = field(repr=False)


def offered(offer: Offer, email: str) -> Offered:
    """Show an offer to the holder of that address."""
    secret = offer.secret
    return Offered(
        Markup(factors.picture_for_app(offer, email)),  # noqa: S704
        tuple(secret[start : start + 4] for start in range(0, len(secret), 4)),
        offer.codes,
        factors.passkey_to_make(instance(), offer, email),
    )


def chosen(kind: str, code: str | None, printed: str | None, passkey: str | None, name: str | None) -> NewFactor:
    """What a form says about a new factor."""
    of = FactorKind(kind)
    return NewFactor(of, (printed if of is FactorKind.PRINTED else code) or "", passkey or "", name or "")


def browser() -> bytes:
    """What only this browser brings back, for the offers of the links that are followed in it."""
    present = visit()
    if not isinstance(present.get(_SEED), bytes):
        present[_SEED] = factors.fresh_offer().seed
    seed: bytes = present[_SEED]
    return seed


def ask_passkey() -> str:
    """Ask a question for this browser's passkeys and remember it; gives what the browser needs."""
    asked = factors.question(moment())
    visit()[_QUESTION] = asked
    return factors.passkey_to_use(instance(), asked)


def proof(code: str | None, passkey: str | None) -> Proof:
    """What a form shows of the second factor; the question that was asked is asked no more."""
    asked = visit().pop(_QUESTION, b"") if passkey else b""
    return Proof(code or "", passkey or "", asked if isinstance(asked, bytes) else b"")


def device() -> Device:
    """Where this request comes from, for the list of one's own sessions."""
    return Device(request.remote_addr or "", request.user_agent.string)


def factor_words(own: OwnFactors) -> str:
    """What somebody has beside the password, in one line."""
    words = [_("an app")] if own.app_since is not None else []
    if own.passkeys:
        words.append(ngettext("one passkey", "%(num)s passkeys", len(own.passkeys)))
    if own.codes_left:
        words.append(ngettext("one printed code", "%(num)s printed codes", own.codes_left))
    return format_list(words, locale=get_locale() or "en")


def device_words(began_on: Device) -> str:
    """Where a session was begun, in one line."""
    browser = _first_in(began_on.browser, _BROWSERS) or _("another browser")
    system = _first_in(began_on.browser, _SYSTEMS)
    where = f"{browser}, {system}" if system else browser
    return _("%(browser)s, from %(address)s", browser=where, address=began_on.address) if began_on.address else where


def install(app: Flask) -> None:
    """Give the templates their words."""
    app.jinja_env.globals.update(factor_words=factor_words, device_words=device_words)


def _first_in(agent: str, known: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in known if mark in agent), "")
