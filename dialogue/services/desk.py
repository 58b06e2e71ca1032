"""The coordinator's desk: requests that have come, what is answered, states and references, never content."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.cases import GONE, CaseStatus, Support
from dialogue.domain.desk import DRAFTS_OF_ANSWERS, Check, check_all, check_words
from dialogue.domain.people import Room
from dialogue.services import cases, drafts, facilitators, requests, rooms
from dialogue.services.admission import admit, enter
from dialogue.services.facilitators import Facilitation
from dialogue.services.letters import LetterKind
from dialogue.services.requests import OpenRequest
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case, cases_before_the_desk, last_reference, requests_waiting
from dialogue.store.requests import Reply, ReplyKind

PAGE = 25


@dataclass(frozen=True, slots=True)
class DeskLine:
    """A case as the desk sees it: by reference, state and dates."""

    case_id: UUID
    label: str
    reference: str | None
    status: CaseStatus
    since: datetime
    requested_at: datetime | None
    ended_at: datetime | None
    is_gone: bool


@dataclass(frozen=True, slots=True)
class DeskPage:
    """Requests that wait for an answer, oldest first; then everything the desk knows, newest first, one page.

    more_wait   whether more requests wait than are shown first; the list below has them all
    """

    waiting: tuple[DeskLine, ...]
    more_wait: bool
    lines: tuple[DeskLine, ...]
    after: tuple[datetime, UUID] | None = field(default=None)


@dataclass(frozen=True, slots=True)
class DeskCase:
    """One case as the desk sees it: the request and how it was answered, who facilitates; nothing of the dialogue.

    facilitation   None where the parties did not ask for it
    """

    line: DeskLine
    requested_at: datetime | None
    taken_up_at: datetime | None
    request: OpenRequest
    facilitation: Facilitation | None


def index(
    work: UnitOfWork,
    *,
    status: CaseStatus | None = None,
    reference: str = "",
    after: tuple[datetime, UUID] | None = None,
) -> DeskPage:
    """What waits for the desk and the cases it knows.

    status      only cases in that state
    reference   only cases whose reference begins like this
    after       where the page before ended
    """
    enter(work, Act.DESK_READ)
    asked = requests_waiting(work.session, limit=PAGE + 1)
    found = cases_before_the_desk(work.session, status, reference=reference, before=after, limit=PAGE + 1)
    lines = tuple(_line(case) for case in found[:PAGE])
    return DeskPage(
        tuple(_line(case) for case in asked[:PAGE]),
        len(asked) > PAGE,
        lines,
        (lines[-1].since, lines[-1].case_id) if len(found) > PAGE else None,
    )


def show(work: UnitOfWork, case_id: UUID) -> DeskCase:
    """One case with its request, for a coordinator alone."""
    return look_before(work, case_id, Act.REQUEST_READ)


def look_before(work: UnitOfWork, case_id: UUID, act: Act) -> DeskCase:
    """The same for a coordinator who is about to do ``act``; refused as the act itself would be."""
    enter(work, Act.DESK_READ)
    case, _ = admit(work, case_id, act, room=Room.REQUEST)
    asked = Support.FACILITATION in case.support
    return DeskCase(
        _line(case),
        case.requested_at,
        case.taken_up_at,
        requests.show(work, case_id),
        facilitators.index(work, case_id) if asked else None,
    )


def take_up(work: UnitOfWork, case_id: UUID, *, checked: Collection[Check], words: str = "") -> str:
    """Confirm the request: it concerns the MNE Declaration, the support is there, the mandates were checked.

    checked   what was looked at; everything, or Unfit
    returns   the reference that both leads get in the acknowledgement
    """
    case, _ = admit(work, case_id, Act.CASE_TAKE_UP)
    check_all(checked)
    check_words(words, required=False)
    case.reference = _next_reference(work)
    case.taken_up_at = work.now
    drafts.discard(work, case_id, DRAFTS_OF_ANSWERS[Act.CASE_TAKE_UP])
    sealed = _reply(work, case, ReplyKind.TAKEN_UP, {"words": words, "checked": sorted(checked)})
    cases.move(work, case, Act.CASE_TAKE_UP, sealed=sealed)
    leads = requests.leads_of(work, case)
    cases.tell(work, leads, LetterKind.ACKNOWLEDGEMENT, about=case.id.hex, reference=case.reference)
    return case.reference


def give_back(work: UnitOfWork, case_id: UUID, *, words: str) -> None:
    """Return the request with words that reach both sides at once; both endorse anew what they change."""
    case, _ = admit(work, case_id, Act.CASE_RETURN)
    check_words(words, required=True)
    drafts.discard(work, case_id, DRAFTS_OF_ANSWERS[Act.CASE_RETURN])
    sealed = _reply(work, case, ReplyKind.RETURNED, {"words": words})
    requests.clear_endorsements(work, case)
    leads = requests.leads_of(work, case)
    cases.move(work, case, Act.CASE_RETURN, sealed=sealed)
    cases.tell(work, leads, LetterKind.WAITING, about=f"{case.id.hex}:returned:{case.version}")


def not_take_up(work: UnitOfWork, case_id: UUID, *, words: str) -> None:
    """Say that the ILO does not take the request up, with words that reach both sides at once."""
    case, _ = admit(work, case_id, Act.CASE_NOT_TAKE_UP)
    check_words(words, required=True)
    drafts.discard(work, case_id, DRAFTS_OF_ANSWERS[Act.CASE_NOT_TAKE_UP])
    sealed = _reply(work, case, ReplyKind.NOT_TAKEN_UP, {"words": words})
    leads = requests.leads_of(work, case)
    cases.move(work, case, Act.CASE_NOT_TAKE_UP, sealed=sealed)
    cases.tell(work, leads, LetterKind.WAITING, about=f"{case.id.hex}:not_taken_up")


def _reply(work: UnitOfWork, case: Case, kind: ReplyKind, body: Mapping[str, Any]) -> bytes:
    row = Reply(id=uuid4(), case_id=case.id, kind=kind, author_id=work.person.account_id, made_at=work.now)
    row.sealed_body = rooms.seal(work, case, Room.REQUEST, body, row.place("body", Room.REQUEST))
    work.session.add(row)
    return row.sealed_body


def _next_reference(work: UnitOfWork) -> str:
    prefix = f"CUD-{work.now.year}-"
    last = last_reference(work.session, prefix)
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:04d}"


def _line(case: Case) -> DeskLine:
    return DeskLine(
        case.id,
        case.label,
        case.reference,
        case.status,
        case.status_since,
        case.requested_at,
        case.ended_at,
        case.status in GONE,
    )
