"""How long a dialogue is kept, and its destruction: warned of, put off or held by both leads only, then carried out.

A case is destroyed in one transaction: keys first, then everything else but a stub without content and a certificate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from dialogue.domain.acts import Act
from dialogue.domain.cases import CASE, CaseStatus
from dialogue.domain.people import SPEAKS_FOR_ITS_PARTY, Party, Room
from dialogue.domain.retention import AFTER_A_HOLD, Clock, Rule, Step, months_long, next_step, until_after
from dialogue.domain.terms import Disclosure
from dialogue.errors import IllegalTransition, Refusal
from dialogue.services import audit, cases, certificates, rows, unit
from dialogue.services.admission import admit
from dialogue.services.cases import CaseHead
from dialogue.services.instance import Instance
from dialogue.services.letters import LetterKind
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case, cases_kept_until, lock_case
from dialogue.store.destruction import (
    destroy_keys,
    destroy_personal_drafts,
    destroy_room,
    free_pages,
    remove_all_but_the_stub,
)
from dialogue.store.heartbeats import beat, last_beat
from dialogue.store.participants import Participant, ParticipantState, participants_of
from dialogue.store.record import chains_of_case, heads_of, last_written

FREED = "freed"
_log = structlog.get_logger()
_SEATED = {ParticipantState.STATED, ParticipantState.CONFIRMED, ParticipantState.RENEWED}


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long a dialogue that is over is kept, as its page says.

    until          when it is destroyed
    months         the period that the terms say; None where there were none
    can_be_moved   whether both leads can do something together about it
    seen_at        when the reader's party has said that it saw the last warning
    """

    head: CaseHead
    until: datetime
    months: int | None
    over_since: datetime
    warned_at: datetime | None
    warned_again_at: datetime | None
    graced_at: datetime | None
    held_since: datetime | None
    notes_until: datetime | None
    notes_gone_at: datetime | None
    seen_at: datetime | None
    can_be_moved: bool
    may_see: bool


@dataclass(frozen=True, slots=True)
class DueLine:
    """One dialogue for which something is due or will be; dates only."""

    case_id: UUID
    number: str
    until: datetime
    is_held: bool
    step: Step | None


def show(work: UnitOfWork, case_id: UUID) -> Keeping:
    """When this dialogue is destroyed, and what both leads can do about it."""
    case, seat = admit(work, case_id, Act.RETENTION_READ)
    head = cases.head(work, case, seat)
    seen = _seen_by(case, seat.party) if seat.party is not None else None
    audit.record(work, Act.RETENTION_READ, case.id)
    return Keeping(
        head,
        _until(case),
        case.retention_months,
        case.status_since,
        case.retention_warned_at,
        case.retention_warned_again_at,
        case.retention_graced_at,
        case.held_since,
        case.notes_until,
        case.notes_destroyed_at,
        seen,
        Act.RETENTION_EXTEND in head.may,
        Act.RETENTION_SEE in head.may and _waits(case, seen),
    )


def see(work: UnitOfWork, case_id: UUID) -> None:
    """Say for one's party that the warning was seen; it changes nothing about the date."""
    case, seat = admit(work, case_id, Act.RETENTION_SEE)
    if seat.party is Party.COMPANY:
        case.retention_seen_by_company = work.now
    else:
        case.retention_seen_by_union = work.now
    audit.record(work, Act.RETENTION_SEE, case.id)


# What both leads do together; the joint act has asked at the door.


def check_together(case: Case, act: Act, now: datetime) -> None:
    """Raise IllegalTransition where a joint act about the end makes no sense now."""
    held = case.held_since is not None
    if act is Act.HOLD_LIFT and not held:
        raise IllegalTransition(act)
    if act in {Act.HOLD_PLACE, Act.CASE_DESTROY} and held:
        raise IllegalTransition(act)
    if act in {Act.HOLD_PLACE, Act.RETENTION_EXTEND} and now >= _until(case):
        raise IllegalTransition(act)


def extend(work: UnitOfWork, case: Case, months: int) -> None:
    """Move the date; both leads are warned anew before the new one."""
    case.retention_until = _until(case) + months_long(months)
    _forget_warnings(case)
    case.retention_graced_at = None
    audit.record(work, Act.RETENTION_EXTEND, case.id)


def hold(work: UnitOfWork, case: Case) -> None:
    """Nothing is destroyed until both lift it."""
    case.held_since = work.now
    audit.record(work, Act.HOLD_PLACE, case.id)


def lift(work: UnitOfWork, case: Case) -> None:
    """The date runs again; where it has passed or is near, there is time for new warnings."""
    case.held_since = None
    case.retention_until = max(_until(case), work.now + AFTER_A_HOLD)
    _forget_warnings(case)
    audit.record(work, Act.HOLD_LIFT, case.id)


def destroy(work: UnitOfWork, case: Case, rule: Rule) -> None:
    """Destroy keys and content; what stays is a stub without content, and the certificate.

    In one transaction: a power cut leaves everything or nothing. Files are removed once it lasts; nothing opens them
    any more, for their keys were sealed in the rooms.
    """
    if not CASE.allows(case.status, Act.CASE_DESTROY) or case.held_since is not None:
        raise IllegalTransition(case.status, Act.CASE_DESTROY)
    work.session.flush()
    readers = _speakers(work, case)
    heads = heads_of(work.session, chains_of_case(work.session, case.id))
    cases.forget_what_waits(work, case)
    destroy_keys(work.session, case.id)
    certificates.issue(work, case, rule, heads, readers)
    remove_all_but_the_stub(work.session, case)
    _empty(case, rule, work.now)
    work.session.flush()
    # What they are told names no case any more: the certificate stands on the page of all dialogues.
    work.let_in = None
    cases.tell(work, list(readers), LetterKind.WAITING, about=f"destroyed:{case.id.hex}")


def make_stub(work: UnitOfWork, case: Case) -> bool:
    """Bring a case back to its stub whose certificate says that it was destroyed; False where it is one.

    Nothing of it is here: the restore of a backup has left it out.
    """
    issued = certificates.issued(work.session, case.id)
    if issued is None or case.status is CaseStatus.DESTROYED:
        return False
    case.follows_id = None
    _empty(case, *issued)
    work.session.flush()
    return True


def _empty(case: Case, rule: Rule, at: datetime) -> None:
    """Leave number and dates of a case, and no more."""
    case.status = CaseStatus.DESTROYED
    case.status_since = case.destroyed_at = at
    case.destroyed_by = rule
    case.held_since = None
    case.completion = None
    case.disclosure = Disclosure.NOTHING
    case.retention_months = case.retention_until = case.notes_until = case.notes_destroyed_at = None
    case.retention_seen_by_company = case.retention_seen_by_union = case.retention_graced_at = None
    _forget_warnings(case)


# What the worker does, with nobody's key.


def due(instance: Instance, now: datetime) -> list[DueLine]:
    """Every dialogue that is over, the next to be destroyed first; dates only."""
    with instance.store.session(writes=False) as session:
        found = cases_kept_until(session, None)
        return [
            DueLine(
                case.id,
                case.reference or "",
                _until(case),
                case.held_since is not None,
                next_step(_clock(case, last_written(session, rows.chain_of_rows(case.id))), now),
            )
            for case in found
        ]


def attend(instance: Instance, clock: Callable[[], datetime]) -> list[tuple[UUID, Step]]:
    """Warn, give grace and destroy, whatever is due; a second worker finds nothing left to do."""
    done = []
    now = clock()
    with instance.store.session(writes=False) as session:
        found = [
            case.id
            for case in cases_kept_until(session, now)
            if next_step(_clock(case, last_written(session, rows.chain_of_rows(case.id))), now) is not None
        ]
    for case_id in found:
        try:
            while (step := _attend_to(instance, case_id, clock())) is not None:
                done.append((case_id, step))
        except (Refusal, SQLAlchemyError) as trouble:
            # The others are not to wait for it; its words may tell something, its kind does not.
            _log.error("retention", case=str(case_id), trouble=type(trouble).__name__)
    _free_pages(instance, clock(), at_once=any(step in {Step.DESTROY, Step.NOTES} for _, step in done))
    return done


def _attend_to(instance: Instance, case_id: UUID, now: datetime) -> Step | None:
    """Do the one thing that is due for a case, with its row taken first."""
    with unit.writing(instance, None, now) as work:
        case = lock_case(work.session, case_id)
        if case is None or case.retention_until is None:
            return None
        if not rows.stands_as_written(work.session, instance.secrets, case):
            audit.alarm_daily(work, "alarm:keys", case.id)
            work.commit()
            return None
        clock = _clock(case, last_written(work.session, rows.chain_of_rows(case.id)))
        step = next_step(clock, now)
        if step is None:
            return None
        _take(work, case, clock, step)
        work.commit()
    return step


def _take(work: UnitOfWork, case: Case, clock: Clock, step: Step) -> None:
    if step is Step.DESTROY:
        destroy(work, case, Rule.RETENTION)
        return
    if step is Step.NOTES:
        for file_id in destroy_room(work.session, case.id, Room.FACILITATION):
            work.then.append(partial(work.instance.files.remove, case.id, file_id))
        destroy_personal_drafts(work.session, case.id)
        case.notes_destroyed_at = work.now
        audit.by_itself(work, Act.RETENTION_NOTES, case.id)
        return
    case.retention_until = until_after(step, clock, work.now)
    if step is Step.GRACE:
        case.retention_graced_at = work.now
        case.retention_warned_again_at = None
    elif step is Step.FIRST_WARNING:
        case.retention_warned_at = work.now
    else:
        case.retention_warned_again_at = work.now
    audit.by_itself(work, Act.RETENTION_GRACE if step is Step.GRACE else Act.RETENTION_WARN, case.id)
    about = f"{case.id.hex}:{step.value}:{case.version}"
    cases.tell(work, list(_speakers(work, case)), LetterKind.WAITING, about=about, case_id=case.id)


def _free_pages(instance: Instance, now: datetime, *, at_once: bool) -> None:
    """Once an hour, and after a destruction: nothing deleted is left in the database's own files."""
    with instance.store.session(writes=False) as session:
        seen = last_beat(session, FREED)
    if not at_once and seen is not None and (now - seen).total_seconds() < 3600:
        return
    free_pages(instance.store)
    with instance.store.session(writes=True) as session:
        beat(session, FREED, now)
        session.commit()


def _speakers(work: UnitOfWork, case: Case) -> dict[UUID, Party]:
    """Who speaks for which party, as the rows tell: leads and deputies who sit."""
    return {row.account_id: row.party for row in participants_of(work.session, case.id) if _speaks(row)}  # type: ignore[misc]


def _speaks(row: Participant) -> bool:
    return (
        row.account_id is not None
        and row.party is not None
        and row.role in SPEAKS_FOR_ITS_PARTY
        and row.state in _SEATED
    )


def _clock(case: Case, written_at: datetime | None) -> Clock:
    return Clock(
        _until(case),
        case.retention_warned_at,
        case.retention_warned_again_at,
        case.retention_graced_at,
        case.held_since,
        case.notes_until,
        case.notes_destroyed_at,
        written_at,
    )


def _until(case: Case) -> datetime:
    if case.retention_until is None:
        raise IllegalTransition(case.status)
    return case.retention_until


def _forget_warnings(case: Case) -> None:
    case.retention_warned_at = case.retention_warned_again_at = None


def _seen_by(case: Case, party: Party) -> datetime | None:
    return case.retention_seen_by_company if party is Party.COMPANY else case.retention_seen_by_union


def _waits(case: Case, seen: datetime | None) -> bool:
    warned = case.retention_warned_again_at or case.retention_warned_at
    return warned is not None and (seen is None or seen < warned)


def date_of(case: Case) -> datetime | None:
    """When a case is destroyed; None while its end is open, and while both leads hold it."""
    return None if case.held_since is not None else case.retention_until
