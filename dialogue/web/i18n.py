"""Languages, time zones, and how dates and times are written for the reader."""

from __future__ import annotations

from datetime import UTC, date, datetime

from babel.dates import get_timezone_location
from flask import Flask, has_request_context, request
from flask_babel import Babel, format_date, format_datetime, format_time, get_locale, get_timezone
from flask_babel import gettext as _

from dialogue.web.sessions import visit

LANGUAGES = (("en", "English"), ("fr", "Français"), ("es", "Español"))
CODES = tuple(code for code, _endonym in LANGUAGES)
LANGUAGE = "language"


def install(app: Flask) -> None:
    """Give pages their language and times."""
    Babel(app, locale_selector=language, timezone_selector=zone)
    app.jinja_env.filters.update(day=day, clock=clock, moment=moment)
    app.context_processor(lambda: {"languages": LANGUAGES, "language": language()})


def language() -> str:
    """The account's language, else what the visitor chose, else what the browser prefers."""
    if not has_request_context():
        return CODES[0]
    present = visit()
    if present.signed is not None and present.signed.language in CODES:
        return present.signed.language
    if present.get(LANGUAGE) in CODES:
        return str(present[LANGUAGE])
    return request.accept_languages.best_match(CODES) or CODES[0]


def zone() -> str:
    """The name of the reader's time zone."""
    present = visit() if has_request_context() else None
    return present.signed.timezone if present is not None and present.signed is not None else "UTC"


def place() -> str:
    """What people call the reader's time zone: its city, or UTC."""
    name = str(get_timezone())
    if name in {"UTC", "Etc/UTC"}:
        return "UTC"
    return str(get_timezone_location(name, locale=get_locale(), return_city=True))


def day(value: date | datetime) -> str:
    """A date in words, such as "3 March 2026"."""
    if isinstance(value, datetime):
        return str(format_date(_naive(value), "long"))
    return str(format_date(value, "long", rebase=False))


def clock(value: datetime) -> str:
    """A time of day with its place, such as "14:05 (Zurich time)"."""
    return _("%(time)s (%(place)s time)", time=format_time(_naive(value), "short"), place=place())


def moment(value: datetime) -> str:
    """Date, time and place, such as "3 March 2026 at 14:05 (Zurich time)"."""
    return _(
        "%(day)s at %(time)s (%(place)s time)",
        day=format_date(_naive(value), "long"),
        time=format_datetime(_naive(value), "HH:mm"),
        place=place(),
    )


def _naive(value: datetime) -> datetime:
    return value.astimezone(UTC).replace(tzinfo=None)
