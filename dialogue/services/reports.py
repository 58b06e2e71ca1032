"""The office's report on meetings held, made without any room's key: no name, title, place or party is in it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from dialogue.domain.acts import Act
from dialogue.domain.meetings import MeetingKind
from dialogue.domain.reports import Held, ReportKind, ReportLine, Total, lines_of, total_of
from dialogue.errors import NotFound
from dialogue.services.admission import enter
from dialogue.services.instance import Instance
from dialogue.services.unit import UnitOfWork
from dialogue.store.reports import HeldMeeting, held_meetings, reference_of

_KINDS = {
    MeetingKind.JOINT: ReportKind.JOINT,
    MeetingKind.LOGISTICS: ReportKind.LOGISTICS,
    MeetingKind.COMPANY_CAUCUS: ReportKind.CAUCUSES,
    MeetingKind.UNION_CAUCUS: ReportKind.CAUCUSES,
}


@dataclass(frozen=True, slots=True)
class Report:
    """The report on all cases that have a number, or on one of them.

    case_id, reference   of the one; None of all
    """

    case_id: UUID | None
    reference: str | None
    lines: tuple[ReportLine, ...]
    kinds: tuple[tuple[ReportKind, Total], ...]
    total: Total


def index(work: UnitOfWork) -> Report:
    """Every case that the ILO knows."""
    enter(work, Act.REPORT_READ)
    return _report(work.session, None, None)


def of_case(work: UnitOfWork, case_id: UUID) -> Report:
    """One case; raises NotFound for one that has no number."""
    enter(work, Act.REPORT_READ)
    reference = reference_of(work.session, case_id)
    if reference is None:
        raise NotFound(case_id)
    return _report(work.session, case_id, reference)


def of_instance(instance: Instance) -> Report:
    """The report on all cases for the one who runs the system, who reads no more in it than the desk does."""
    with instance.store.session(writes=False) as session:
        return _report(session, None, None)


def _report(session: Session, case_id: UUID | None, reference: str | None) -> Report:
    lines = lines_of([_held(one) for one in held_meetings(session, case_id)])
    kinds = tuple((kind, total_of(line for line in lines if line.kind is kind)) for kind in ReportKind)
    return Report(case_id, reference, tuple(lines), tuple(one for one in kinds if one[1].meetings), total_of(lines))


def _held(one: HeldMeeting) -> Held:
    minutes = one.minutes
    if one.began_at is not None and one.ended_at is not None:
        minutes = int((one.ended_at - one.began_at).total_seconds() // 60)
    languages = frozenset((one.languages or "").split())
    return Held(one.reference, _KINDS[one.kind], one.began_at or one.begins_at, minutes, one.people, languages)
