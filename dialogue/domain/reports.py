"""The office's report on meetings held: dates, kinds, hours, how many came, languages; of a side's caucus no date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

# A spreadsheet takes what begins with one of these for a formula, and would carry it out.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class ReportKind(StrEnum):
    """Caucuses are counted together: which side met, and when, is that side's own (R6)."""

    JOINT = "joint"
    LOGISTICS = "logistics"
    CAUCUSES = "caucuses"


@dataclass(frozen=True, slots=True)
class Held:
    """One meeting as the report may know it.

    people   None where nobody has kept its register
    """

    reference: str
    kind: ReportKind
    began_at: datetime
    minutes: int
    people: int | None
    languages: frozenset[str]


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A meeting, or all caucuses of one case together.

    held_on   the day, in UTC; None of caucuses
    people    how many came, added up; None where no register tells
    """

    reference: str
    kind: ReportKind
    held_on: date | None
    meetings: int
    minutes: int
    people: int | None
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """All lines of one kind, or all of them."""

    meetings: int
    minutes: int
    people: int | None
    languages: tuple[str, ...]


def lines_of(found: Sequence[Held]) -> list[ReportLine]:
    """A line for each meeting by time, and one for the caucuses of each case after its meetings."""
    lines: list[ReportLine] = []
    for reference in dict.fromkeys(one.reference for one in found):
        own = [one for one in found if one.reference == reference]
        lines += [
            _line(reference, one.kind, [one], one.began_at.date()) for one in own if one.kind is not ReportKind.CAUCUSES
        ]
        caucuses = [one for one in own if one.kind is ReportKind.CAUCUSES]
        if caucuses:
            lines.append(_line(reference, ReportKind.CAUCUSES, caucuses, None))
    return lines


def total_of(lines: Iterable[ReportLine]) -> Total:
    """Meetings, hours, people and languages of those lines together."""
    taken = list(lines)
    return Total(
        sum(line.meetings for line in taken),
        sum(line.minutes for line in taken),
        _sum(line.people for line in taken),
        tuple(sorted({language for line in taken for language in line.languages})),
    )


def hours(minutes: int) -> str:
    """Hours and minutes, such as "2:30"."""
    return f"{minutes // 60}:{minutes % 60:02d}"


def safe_cell(value: Any) -> str:
    """What a table of another program shows as it stands, and never carries out."""
    told = "" if value is None else str(value)
    return f"'{told}" if told.startswith(_FORMULA) else told


def _line(reference: str, kind: ReportKind, found: Sequence[Held], held_on: date | None) -> ReportLine:
    return ReportLine(
        reference,
        kind,
        held_on,
        len(found),
        sum(one.minutes for one in found),
        _sum(one.people for one in found),
        tuple(sorted({language for one in found for language in one.languages})),
    )


def _sum(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
