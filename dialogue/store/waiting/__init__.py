"""One query that finds everything that is waited for, within the cases that it is asked about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Uuid, and_, bindparam, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from dialogue.domain.notices import WAITS
from dialogue.domain.people import SPEAKS_FOR_ITS_PARTY, Party, Role
from dialogue.domain.waiting import Task, TaskKind
from dialogue.store.participants import Participant
from dialogue.store.waiting.desk import of_desk
from dialogue.store.waiting.documents import of_documents
from dialogue.store.waiting.end import of_end
from dialogue.store.waiting.facilitators import of_facilitators
from dialogue.store.waiting.followup import of_followup
from dialogue.store.waiting.holding import of_holding
from dialogue.store.waiting.line import SEATED, Scope, before_the_desk, only, seats_of
from dialogue.store.waiting.meetings import of_ground, of_meetings
from dialogue.store.waiting.outcomes import of_outcomes
from dialogue.store.waiting.questions import of_questions
from dialogue.store.waiting.request import of_request
from dialogue.store.waiting.retention import of_retention
from dialogue.store.waiting.seats import of_new_keys, of_seats
from dialogue.store.waiting.talks import of_talks
from dialogue.store.waiting.terms import of_terms

# What is asked anew each time; the query around it stays.
_PERSON = bindparam("person", type_=Uuid())
_CASE = bindparam("case", type_=Uuid())
_MOST = bindparam("most", type_=Integer())


def tasks_within(session: Session, case_id: UUID, now: datetime) -> Sequence[Task]:
    """Everything that is waited for in one case, oldest first, in one query."""
    return _tasks(session, _within_a_case(), case=case_id, last=now - WAITS, now=now)


def tasks_for(session: Session, account_id: UUID, now: datetime, *, desk: bool, limit: int) -> Sequence[Task]:
    """What one person can do next across all cases, oldest first, in one query."""
    return _tasks(session, _for_a_person(desk), person=account_id, last=now - WAITS, now=now, most=limit)


@cache
def _within_a_case() -> Any:
    return _everything(only(_CASE)).order_by("since")


# Put together once: the query is long, and every page asks it.
@cache
def _for_a_person(desk: bool) -> Any:
    found = _everything(seats_of(_PERSON)).subquery()
    me = aliased(Participant)
    mine = (
        select(found)
        .join(me, and_(me.case_id == found.c.case_id, me.account_id == _PERSON, me.state.in_(SEATED)))
        .where(
            or_(
                and_(
                    found.c.party == me.party,
                    me.role.in_(SPEAKS_FOR_ITS_PARTY),
                    or_(me.role != Role.DEPUTY, me.stands_in),
                ),
                found.c.account_id == _PERSON,
                found.c.role == me.role,
            )
        )
    )
    if desk:
        known = _of_the_desk(before_the_desk()).subquery()
        return union_all(mine, select(known)).order_by("since").limit(_MOST)
    return mine.order_by(found.c.since).limit(_MOST)


def _tasks(session: Session, query: Any, **asked: Any) -> list[Task]:
    return [
        Task(
            TaskKind(row.kind),
            row.case_id,
            row.about,
            Party(row.party) if row.party else None,
            row.account_id,
            Role(row.role) if row.role else None,
            row.since,
        )
        for row in session.execute(query, asked)
    ]


def _everything(scope: Scope) -> Any:
    return union_all(
        *of_request(scope),
        *of_seats(scope),
        *of_terms(scope),
        *of_facilitators(scope),
        *of_questions(scope),
        *of_talks(scope),
        *of_documents(scope),
        *of_holding(scope),
        *of_end(scope),
        *of_outcomes(scope),
        *of_retention(scope),
        *of_followup(scope),
        *of_meetings(scope),
        *of_desk(scope),
        *of_ground(scope),
        *of_new_keys(scope),
    )


def _of_the_desk(scope: Scope) -> Any:
    return union_all(*of_desk(scope), *of_ground(scope), *of_new_keys(scope))
