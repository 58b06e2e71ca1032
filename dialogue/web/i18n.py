"""Languages, time zones, and how dates and times are written for the reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_timezone_location
from babel.units import format_unit
from flask import Flask, has_request_context, request
from flask_babel import Babel, get_locale, get_timezone, to_user_timezone
from flask_babel import gettext as _

from dialogue.web.sessions import visit

LANGUAGES = (("en", "English"), ("fr", "Français"), ("es", "Español"))
CODES = tuple(code for code, _endonym in LANGUAGES)
LANGUAGE = "language"
CATALOGUES = files("dialogue") / "translations"


def install(app: Flask) -> None:
    """Give pages their language and times."""
    Babel(app, default_translation_directories=str(CATALOGUES), locale_selector=language, timezone_selector=zone)
    app.jinja_env.filters.update(day=day, clock=clock, moment=moment, bytes=size)
    app.jinja_env.globals.update(zone_name=zone_name, spoken=spoken, city=city, span=span, span_there=span_there)
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
    return city(str(get_timezone()))


def city(name: str) -> str:
    """What people call a time zone: its city, or UTC."""
    if name in {"UTC", "Etc/UTC"}:
        return "UTC"
    return str(get_timezone_location(name, locale=get_locale(), return_city=True))


def zones() -> list[tuple[str, str]]:
    """Every time zone with the name of its city in the reader's language, in the order of the names."""
    return list(_zones(str(get_locale() or CODES[0])))


def zone_name(name: str) -> str:
    """What people call a time zone: its city and country."""
    return dict(_zones(str(get_locale() or CODES[0]))).get(name, name)


def spoken(codes: Iterable[str]) -> str:
    """Names of languages in the reader's own, such as "English, French"."""
    return ", ".join(sorted(name_of_language(code) for code in codes))


def name_of_language(code: str) -> str:
    """What the reader calls a language."""
    return str(Locale.parse(code).get_display_name(get_locale() or CODES[0]) or code)


def day(value: date | datetime) -> str:
    """A date in words, such as "3 March 2026"; of a moment, the date where the reader is."""
    return format_date(_there(value) if isinstance(value, datetime) else value, "long", locale=_habits())


def clock(value: datetime) -> str:
    """A time of day with its place, such as "14:05 (Zurich time)"."""
    return str(_("%(time)s (%(place)s time)", time=_time(value), place=place()))


def moment(value: datetime) -> str:
    """Date, time and place, such as "3 March 2026 at 14:05 (Zurich time)"."""
    return str(_("%(day)s at %(time)s (%(place)s time)", day=day(value), time=_time(value), place=place()))


def size(value: int) -> str:
    """How large something is, such as "1.5 MB"."""
    unit, number = ("megabyte", value / 1024 / 1024) if value >= 1024 * 1024 else ("kilobyte", max(value / 1024, 0.1))
    return format_unit(number, unit, length="short", format="#,##0.#", locale=_habits())


def span(begins: datetime, ends: datetime) -> str:
    """From when to when, where the reader is, such as "Tuesday, 3 March 2026, 14:05–16:05"."""
    return _span(_there(begins), _there(ends), lambda at: format_date(at, "full", locale=_habits()))


def span_there(begins: datetime, ends: datetime) -> str:
    """The same in few words, as the clocks show it where the two moments are, such as "Tue, 3 Mar, 14:05–16:05"."""
    return _span(begins, ends, lambda at: format_skeleton("MMMEd", at, tzinfo=at.tzinfo, locale=_habits()))


def _span(begins: datetime, ends: datetime, written: Callable[[datetime], str]) -> str:
    first, last = (format_time(at, "short", tzinfo=at.tzinfo, locale=_habits()) for at in (begins, ends))
    if begins.date() == ends.date():
        return str(_("%(day)s, %(first)s–%(last)s", day=written(begins), first=first, last=last))
    return str(
        _(
            "%(day)s, %(first)s – %(last_day)s, %(last)s",
            day=written(begins),
            first=first,
            last_day=written(ends),
            last=last,
        )
    )


def _there(value: datetime) -> datetime:
    there: datetime = to_user_timezone(value)
    return there


def _time(value: datetime) -> str:
    return format_time(_there(value), "short", tzinfo=get_timezone(), locale=_habits())


def _habits() -> Locale:
    """How dates are written: in English as in most of the world, the day before the month."""
    spoken = get_locale() or Locale("en")
    return Locale("en", "GB") if spoken.language == "en" else spoken


@lru_cache(maxsize=len(CODES))
def _zones(locale: str) -> tuple[tuple[str, str], ...]:
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    countries = Locale.parse(locale).territories
    places = [
        (name, f"{get_timezone_location(name, locale=locale, return_city=True)} ({countries.get(code, code)})")
        for code, _coordinates, name, *_remarks in lines
    ]
    return (("UTC", "UTC"), *sorted(places, key=lambda place: place[1].casefold()))
