"""What one line of the list is made of, and within which cases it is looked for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import (
    Select,
    String,
    Uuid,
    bindparam,
    cast,
    exists,
    literal,
    null,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from dialogue.domain.cases import BEFORE_THE_ILO, CaseStatus
from dialogue.domain.people import Party, Role
from dialogue.domain.waiting import TaskKind
from dialogue.store.base import UtcDateTime
from dialogue.store.cases import Case
from dialogue.store.participants import Participant, ParticipantState

SEATED = (ParticipantState.ENROLLED, ParticipantState.RENEWED, ParticipantState.STATED, ParticipantState.CONFIRMED)
PARTIES = tuple(Party)
Scope = Select[UUID]
# The moment since which the notice has been shown long enough.
LAST = bindparam("last", type_=UtcDateTime())
NOW = bindparam("now", type_=UtcDateTime())
JOINT_IS_WRITABLE = (CaseStatus.IN_DIALOGUE, CaseStatus.CONCLUDING, CaseStatus.COMPLETED)
OPEN = (CaseStatus.PREPARING, CaseStatus.IN_DIALOGUE, CaseStatus.SUSPENDED, CaseStatus.CONCLUDING)


def line(
    kind: TaskKind,
    case_id: Any,
    about: Any,
    since: Any,
    *where: ColumnElement[bool],
    party: Party | None = None,
    account: Any = None,
    role: Role | None = None,
) -> Select[Any]:
    return select(
        literal(kind.value).label("kind"),
        type_coerce(case_id, Uuid).label("case_id"),
        type_coerce(about, Uuid).label("about"),
        cast(party.value if party else null(), String).label("party"),
        (type_coerce(account, Uuid) if account is not None else cast(null(), Uuid)).label("account_id"),
        cast(role.value if role else null(), String).label("role"),
        type_coerce(since, UtcDateTime).label("since"),
    ).where(*where)


def status_of(case_id: Any, *statuses: CaseStatus) -> ColumnElement[bool]:
    case = aliased(Case)
    return exists().where(case.id == case_id, case.status.in_(statuses))


def seats_of(account_id: Any) -> Scope:
    """The cases in which somebody has a seat."""
    seat = aliased(Participant)
    return select(seat.case_id).where(seat.account_id == account_id, seat.state.in_(SEATED))


def only(case_id: Any) -> Scope:
    """One case alone."""
    case = aliased(Case)
    return select(case.id).where(case.id == case_id)


def before_the_desk() -> Scope:
    """The cases that the ILO knows of."""
    case = aliased(Case)
    return select(case.id).where(case.status.not_in(BEFORE_THE_ILO))
