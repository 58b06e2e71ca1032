"""The table of who is answered what: reading it, and asking as it says."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.routing import Rule

from tests.security.stages import words_heard
from tests.security.world import LEFT_BEHIND, SEATS, World

TABLE = Path(__file__).with_name("routes.txt")
WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
SIGN_IN = "in"
# What somebody is told who is not let in; a page with a form to correct is not among it.
REFUSED = {SIGN_IN, "400", "401", "403", "404", "405", "409", "410", "413", "429", "503"}
# Refusals of which the record tells: a person asked for an act and was not let do it.
RECORDED = {"403", "404", "409"}


@dataclass(frozen=True)
class Line:
    """One route as it is asked for at one stage, and what each seat is answered.

    chosen   which of several things an address names, where it is not the usual one
    answers  by seat; a "~" behind a mark: nothing of it stands in the record, for the act was let in at the door and
             only came too late, or the address names nothing at all
    fields   what a person would send, with names of the stage in braces
    """

    endpoint: str
    method: str
    stage: str = "talk"
    chosen: tuple[tuple[str, str], ...] = ()
    answers: tuple[str, ...] = ()
    fields: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.endpoint, self.method

    def __str__(self) -> str:
        name = " ".join([self.endpoint, self.method, self.stage, *(f"{k}={v}" for k, v in self.chosen)])
        cells = " ".join(f"{answer:5}" for answer in self.answers)
        return f"{name:<65} {cells}{'| ' + self.fields if self.fields else ''}".rstrip()


def lines() -> list[Line]:
    """The table as it stands in its file."""
    return [read(line) for line in TABLE.read_text().splitlines() if line.strip() and not line.startswith("#")]


def read(line: str) -> Line:
    told, _bar, fields = line.partition("|")
    endpoint, method, stage, *rest = told.split()
    chosen = tuple((k, v) for k, _equals, v in (word.partition("=") for word in rest if "=" in word))
    answers = tuple(word for word in rest if "=" not in word)
    return Line(endpoint, method, stage, chosen, answers, fields.strip())


def routes(app: Flask) -> dict[tuple[str, str], Rule]:
    """Every endpoint with every method that it answers by itself."""
    return {
        (rule.endpoint, method): rule
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    }


@dataclass
class Asked:
    """What was found out while a line was asked for.

    faults   what must not be, in words
    heard    the planted words that were read on pages
    """

    observed: Line
    faults: list[str] = field(default_factory=list)
    heard: set[str] = field(default_factory=set)


def ask(world: World, line: Line, rule: Rule, *, seats: tuple[str, ...] = SEATS) -> Asked:
    """Ask for that route from every seat; everything is put back in between."""
    world.go_to(line.stage)
    answers, asked = [], Asked(line)
    before = world.fingerprint()
    for seat in seats:
        world.go_to(line.stage)
        recorded = world.refusals()
        with watched() as written:
            answer = world.send(seat, line.method, path_of(world, line, rule), fields_of(world, line))
        told = mark(answer)
        asked.heard |= _listen(asked, line, seat, told, _words_in(answer))
        is_told = seat == "anonymous" or told not in RECORDED or world.refusals() > recorded
        answers.append(told if is_told else f"{told}~")
        if told in REFUSED or told == "422":
            if written and world.fingerprint() != before:
                asked.faults.append(f"{seat} was answered {told}, and {sorted(written)} changed")
                world.changed = True
        elif line.method != "GET":
            world.changed = True
    asked.observed = Line(line.endpoint, line.method, line.stage, line.chosen, tuple(answers), line.fields)
    world.go_to(line.stage)
    if world.fingerprint() != before:
        asked.faults.append("something changed that no statement told of")
    return asked


def mark(answer: Any) -> str:
    """The short word of the table for an answer."""
    away = urlsplit(answer.headers.get("Location", "")).path
    return SIGN_IN if answer.status_code == 303 and away == "/sign-in" else str(answer.status_code)


def path_of(world: World, line: Line, rule: Rule, otherwise: str = "") -> str:
    """The address with what the stage, or the line, says for each part that varies.

    otherwise   what stands for a part of which neither says anything; without it that is a fault
    """
    names = dict.fromkeys(rule.arguments, otherwise) if otherwise else {}
    names |= world.at | {k: world.at.get(v, v) for k, v in line.chosen}
    missing = [part for part in rule.arguments if part not in names]
    assert not missing, f"{line.endpoint}: say in tests/security/stages.py what {missing} are at the stage {line.stage}"
    path = rule.rule
    for part in rule.arguments:
        path = re.sub(rf"<(?:\w+:)?{part}>", names[part], path)
    asked = "&".join(f"{k}={world.at.get(v, v)}" for k, v in line.chosen if k not in rule.arguments)
    return f"{path}?{asked}" if asked else path


def fields_of(world: World, line: Line) -> dict[str, list[str]]:
    """What is sent, with the names of the stage filled in."""
    told: dict[str, list[str]] = {}
    for pair in line.fields.split():
        name, _equals, value = pair.partition("=")
        told.setdefault(name, []).append(value.replace("+", " ").format_map(world.at))
    return told


class watched:  # noqa: N801
    """The tables that statements in the block wrote to, but those that a refusal may write to."""

    def __enter__(self) -> set[str]:
        self.written: set[str] = set()
        event.listen(Engine, "before_cursor_execute", self._see)
        return self.written

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "before_cursor_execute", self._see)

    def _see(self, _c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found = WRITES.match(statement)
        if found and found[1] not in LEFT_BEHIND:
            self.written.add(found[1])


HEARD = words_heard()


def _words_in(answer: Any) -> str:
    """The words of a page, or of every file in an archive."""
    if answer.mimetype != "application/zip":
        return str(answer.text)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return "\n".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


def _listen(asked: Asked, line: Line, seat: str, told: str, page: str) -> set[str]:
    """The planted words on a page; a fault where they are not for these ears, or stand on a refusal."""
    shown = unescape(page)
    heard = {words for words in HEARD if words in shown}
    for words in heard:
        if told in REFUSED and not (told == "409" and line.method == "POST"):
            asked.faults.append(f"{seat} was answered {told}, with {words!r} on the page")
        elif seat not in HEARD[words]:
            asked.faults.append(f"{seat} reads {words!r}")
    return heard


def missing(app: Flask, told: list[Line]) -> Iterator[Line]:
    """A line to begin with for each route that the table does not have."""
    known = {line.key for line in told}
    return (Line(endpoint, method) for endpoint, method in sorted(routes(app).keys() - known))
