"""The desk's look over all dialogues at once: numbers without content, and where each completion notice stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dialogue.domain.acts import Act
from dialogue.domain.cases import CaseStatus, Support
from dialogue.domain.notices import Stage, stage_of
from dialogue.services.admission import enter
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.desk import CaseDates, count_unsent, dates_before_the_desk, notices_of_the_desk
from dialogue.store.outcomes import Notice

PAGE = 25


@dataclass(frozen=True, slots=True)
class YearOfRequests:
    """What has become of the requests of one year so far."""

    year: int
    requested: int
    taken_up: int
    not_taken_up: int
    come_to_an_end: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many dialogues there are; of what is said in them nothing is counted."""

    now: tuple[tuple[CaseStatus, int], ...]
    years: tuple[YearOfRequests, ...]
    support: tuple[tuple[Support, int], ...]
    requests: int


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One case that has come to its end, and its notice."""

    case_id: UUID
    label: str
    reference: str
    date: datetime
    stage: Stage
    sent_at: datetime | None
    times_sent: int


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """One page, the newest end first.

    unsent   how many have not gone, over all pages
    after    key of the next page, where there is more
    """

    lines: tuple[NoticeLine, ...]
    unsent: int
    after: tuple[datetime, UUID] | None


def numbers(work: UnitOfWork) -> Numbers:
    """Count by state, year and the support that was asked."""
    enter(work, Act.DESK_READ)
    found = dates_before_the_desk(work.session)
    states = Counter(one.status for one in found)
    asked = Counter(word for one in found for word in one.support_asked.split(",") if word)
    years = sorted({one.requested_at.year for one in found}, reverse=True)
    return Numbers(
        tuple((status, states[status]) for status in CaseStatus if states[status]),
        tuple(_year(year, [one for one in found if one.requested_at.year == year]) for year in years),
        tuple((support, asked[support.value]) for support in Support),
        len(found),
    )


def notices(work: UnitOfWork, *, unsent: bool = False, after: tuple[datetime, UUID] | None = None) -> NoticesPage:
    """The completion notices of all cases.

    unsent   only those that have not gone
    after    where the page before ended
    """
    enter(work, Act.DESK_READ)
    found = notices_of_the_desk(work.session, unsent=unsent, before=after, limit=PAGE + 1)
    page = found[:PAGE]
    last = page[-1][0] if len(found) > PAGE else None
    return NoticesPage(
        tuple(_line(case, notice, work.now) for case, notice in page),
        count_unsent(work.session),
        (last.status_since, last.id) if last is not None else None,
    )


def _year(year: int, found: Sequence[CaseDates]) -> YearOfRequests:
    taken_up = sum(one.taken_up_at is not None for one in found)
    waiting = sum(one.status is CaseStatus.REQUESTED for one in found)
    return YearOfRequests(
        year, len(found), taken_up, len(found) - taken_up - waiting, sum(one.ended_at is not None for one in found)
    )


def _line(case: Case, notice: Notice | None, now: datetime) -> NoticeLine:
    return NoticeLine(
        case.id,
        case.label,
        case.reference or "",
        notice.ended_at if notice is not None else case.ended_at or case.status_since,
        stage_of(notice.shown_at, notice.agreed, notice.sent_at, now) if notice is not None else Stage.TO_PREPARE,
        notice.sent_at if notice is not None else None,
        notice.sent_count if notice is not None else 0,
    )
