"""One query that finds everything that is waited for, within the cases that it is asked about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Integer,
    Select,
    String,
    Uuid,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from dialogue.domain.agenda import ItemState
from dialogue.domain.cases import BEFORE_THE_ILO, CaseStatus, Support
from dialogue.domain.jointacts import ABOUT_A_PERSON, ABOUT_AN_ITEM, JointActState
from dialogue.domain.notices import WAITS
from dialogue.domain.outcomes import OutcomeState
from dialogue.domain.people import CAUCUS_OF, SPEAKS_FOR_ITS_PARTY, Party, Role
from dialogue.domain.questions import QuestionState
from dialogue.domain.releases import ReleaseState
from dialogue.domain.seats import StatementKind
from dialogue.domain.terms import TermsState
from dialogue.domain.waiting import Task, TaskKind
from dialogue.store.agenda import AgendaItem, PositionRow
from dialogue.store.base import UtcDateTime
from dialogue.store.cases import Case
from dialogue.store.jointacts import JointAct, JointVoice
from dialogue.store.outcomes import Notice, Outcome, OutcomeSignature
from dialogue.store.participants import Declaration, Participant, ParticipantState, SeatInquiry, SeatStatement
from dialogue.store.questions import Question
from dialogue.store.releases import Release
from dialogue.store.requests import Endorsement, RequestVersion
from dialogue.store.terms import TermsAcceptance, TermsVersion

_SEATED = (ParticipantState.ENROLLED, ParticipantState.RENEWED, ParticipantState.STATED, ParticipantState.CONFIRMED)
_PARTIES = tuple(Party)
Scope = Select[UUID]

# What is asked anew each time; the query around it stays.
_PERSON = bindparam("person", type_=Uuid())
_CASE = bindparam("case", type_=Uuid())
_LAST = bindparam("last", type_=UtcDateTime())
_MOST = bindparam("most", type_=Integer())


def seats_of(account_id: Any) -> Scope:
    """The cases in which somebody has a seat."""
    seat = aliased(Participant)
    return select(seat.case_id).where(seat.account_id == account_id, seat.state.in_(_SEATED))


def only(case_id: Any) -> Scope:
    """One case alone."""
    case = aliased(Case)
    return select(case.id).where(case.id == case_id)


def before_the_desk() -> Scope:
    """The cases that the ILO knows of."""
    case = aliased(Case)
    return select(case.id).where(case.status.not_in(BEFORE_THE_ILO))


def tasks_within(session: Session, case_id: UUID, now: datetime) -> Sequence[Task]:
    """Everything that is waited for in one case, oldest first, in one query."""
    return _tasks(session, _within_a_case(), case=case_id, last=now - WAITS)


def tasks_for(session: Session, account_id: UUID, now: datetime, *, desk: bool, limit: int) -> Sequence[Task]:
    """What one person can do next across all cases, oldest first, in one query."""
    return _tasks(session, _for_a_person(desk), person=account_id, last=now - WAITS, most=limit)


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
        .join(me, and_(me.case_id == found.c.case_id, me.account_id == _PERSON, me.state.in_(_SEATED)))
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


def _line(
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


def _everything(scope: Scope) -> Any:
    return union_all(
        *_request(scope),
        *_seats(scope),
        *_terms(scope),
        *_facilitators(scope),
        *_questions(scope),
        *_dialogue(scope),
        *_end(scope),
    )


def _of_the_desk(scope: Scope) -> Any:
    return union_all(*_desk(scope))


def _request(scope: Scope) -> list[Select[Any]]:
    lines = []
    version = aliased(RequestVersion)
    newest = select(func.max(version.number)).where(version.case_id == Case.id).scalar_subquery()
    for party in _PARTIES:
        lines.append(
            _line(
                TaskKind.INVITE_LEAD,
                Case.id,
                Case.id,
                Case.status_since,
                Case.id.in_(scope),
                Case.status == CaseStatus.DRAFT,
                Case.initiator == party,
                party=party,
            )
        )
        endorsed = exists().where(Endorsement.version_id == RequestVersion.id, Endorsement.party == party)
        lines.append(
            _line(
                TaskKind.ENDORSE,
                Case.id,
                RequestVersion.id,
                RequestVersion.made_at,
                Case.id.in_(scope),
                RequestVersion.case_id == Case.id,
                RequestVersion.number == newest,
                Case.status == CaseStatus.INVITED,
                *(_has_confirmed_lead(side) for side in _PARTIES),
                ~endorsed,
                party=party,
            )
        )
    return lines


def _has_confirmed_lead(party: Party) -> ColumnElement[bool]:
    lead = aliased(Participant)
    return exists().where(
        lead.case_id == Case.id,
        lead.party == party,
        lead.role == Role.LEAD,
        lead.state == ParticipantState.CONFIRMED,
    )


def _seats(scope: Scope) -> list[Select[Any]]:
    lines = []
    mine = Participant.case_id.in_(scope)
    for party in _PARTIES:
        of_the_party = Participant.party == party
        lines.append(
            _line(
                TaskKind.JOIN,
                Participant.case_id,
                Participant.id,
                Participant.listed_at,
                mine,
                of_the_party,
                Participant.state == ParticipantState.LISTED,
            )
        )
        stater = (Participant.role != Role.LEAD) & of_the_party | (Participant.role == Role.LEAD) & (
            Participant.party == party.other
        )
        lines.append(
            _line(
                TaskKind.CONFIRM_SEAT,
                Participant.case_id,
                Participant.id,
                Participant.listed_at,
                mine,
                stater,
                Participant.state == ParticipantState.ENROLLED,
                party=party,
            )
        )
        lines.append(
            _line(
                TaskKind.CONFIRM_KEYS,
                Participant.case_id,
                Participant.id,
                Participant.listed_at,
                mine,
                (Participant.role != Role.LEAD) & of_the_party,
                Participant.state == ParticipantState.RENEWED,
                party=party,
            )
        )
        lines.append(
            _line(
                TaskKind.ACCEPT_SEAT,
                Participant.case_id,
                Participant.id,
                Participant.listed_at,
                mine,
                Participant.party == party.other,
                Participant.state == ParticipantState.STATED,
                party=party,
            )
        )
    return lines


def _terms(scope: Scope) -> list[Select[Any]]:
    lines = []
    any_terms = exists().where(
        TermsVersion.case_id == Case.id,
        TermsVersion.state.in_((TermsState.PROPOSED, TermsState.IN_FORCE)),
    )
    for party in _PARTIES:
        lines.append(
            _line(
                TaskKind.PROPOSE_TERMS,
                Case.id,
                Case.id,
                Case.status_since,
                Case.id.in_(scope),
                Case.status == CaseStatus.PREPARING,
                ~any_terms,
                party=party,
            )
        )
        lines.append(
            _line(
                TaskKind.AGREE_TERMS,
                TermsVersion.case_id,
                TermsVersion.id,
                TermsVersion.made_at,
                TermsVersion.case_id.in_(scope),
                TermsVersion.state == TermsState.PROPOSED,
                TermsVersion.party == party.other,
                _status_of(TermsVersion.case_id, *_OPEN),
                party=party,
            )
        )
    accepted = exists().where(
        TermsAcceptance.terms_id == TermsVersion.id, TermsAcceptance.account_id == Participant.account_id
    )
    lines.append(
        _line(
            TaskKind.ACCEPT_TERMS,
            TermsVersion.case_id,
            TermsVersion.id,
            TermsVersion.in_force_at,
            TermsVersion.case_id.in_(scope),
            TermsVersion.state == TermsState.IN_FORCE,
            Participant.case_id == TermsVersion.case_id,
            Participant.state == ParticipantState.CONFIRMED,
            _status_of(TermsVersion.case_id, *_OPEN),
            ~accepted,
            account=Participant.account_id,
        )
    )
    return lines


def _facilitators(scope: Scope) -> list[Select[Any]]:
    proposed = (
        Participant.case_id.in_(scope),
        Participant.role == Role.FACILITATOR,
        Participant.state == ParticipantState.STATED,
        _status_of(Participant.case_id, *_OPEN),
    )
    declared = exists().where(
        Declaration.participant_id == Participant.id, Declaration.made_at >= Participant.listed_at
    )
    lines = [
        _line(
            TaskKind.DECLARE_INTERESTS,
            Participant.case_id,
            Participant.id,
            Participant.listed_at,
            *proposed,
            ~declared,
            account=Participant.account_id,
        )
    ]
    successor = aliased(Participant)
    succeeded = exists().where(
        successor.case_id == Participant.case_id,
        successor.role == Role.FACILITATOR,
        successor.state == ParticipantState.CONFIRMED,
        successor.listed_at > Participant.listed_at,
    )
    lines.append(
        _line(
            TaskKind.HAND_OVER,
            Participant.case_id,
            Participant.id,
            Participant.listed_at,
            Participant.case_id.in_(scope),
            Participant.role == Role.FACILITATOR,
            Participant.state == ParticipantState.CONFIRMED,
            _status_of(Participant.case_id, *_OPEN),
            succeeded,
            account=Participant.account_id,
        )
    )
    seated = aliased(SeatStatement)
    last = (
        select(func.max(seated.number))
        .where(
            seated.case_id == Participant.case_id,
            seated.account_id == Participant.account_id,
            seated.kind == StatementKind.SEAT,
        )
        .scalar_subquery()
    )
    signer = aliased(Participant)
    for party in _PARTIES:
        answered = exists().where(
            SeatStatement.case_id == Participant.case_id,
            SeatStatement.account_id == Participant.account_id,
            SeatStatement.kind == StatementKind.ACCEPT,
            SeatStatement.number > last,
            signer.case_id == SeatStatement.case_id,
            signer.account_id == SeatStatement.signer_id,
            signer.party == party,
        )
        lines.append(
            _line(
                TaskKind.ANSWER_FACILITATOR,
                Participant.case_id,
                Participant.id,
                Participant.listed_at,
                *proposed,
                declared,
                ~answered,
                party=party,
            )
        )
    return lines


def _questions(scope: Scope) -> list[Select[Any]]:
    """What one lead asks the other about a person, and what both ask of an expert."""
    lines = [
        _line(
            TaskKind.ANSWER_QUESTION,
            Question.case_id,
            Question.id,
            Question.put_at,
            Question.case_id.in_(scope),
            Question.state == QuestionState.PUT,
            _status_of(Question.case_id, CaseStatus.IN_DIALOGUE, CaseStatus.CONCLUDING),
            account=Question.expert_id,
        )
    ]
    for party in _PARTIES:
        lines.append(
            _line(
                TaskKind.PUT_QUESTION,
                Question.case_id,
                Question.id,
                Question.proposed_at,
                Question.case_id.in_(scope),
                Question.state == QuestionState.PROPOSED,
                Question.party == party.other,
                _status_of(Question.case_id, CaseStatus.IN_DIALOGUE),
                party=party,
            )
        )
        lines.append(
            _line(
                TaskKind.ANSWER_INQUIRY,
                SeatInquiry.case_id,
                SeatInquiry.participant_id,
                SeatInquiry.asked_at,
                SeatInquiry.case_id.in_(scope),
                SeatInquiry.party == party.other,
                SeatInquiry.answered_at.is_(None),
                _status_of(SeatInquiry.case_id, CaseStatus.DRAFT, CaseStatus.INVITED, CaseStatus.REQUESTED, *_OPEN),
                party=party,
            )
        )
    return lines


def _dialogue(scope: Scope) -> list[Select[Any]]:
    lines = []
    for party in _PARTIES:
        admitted = AgendaItem.admitted_by_company if party is Party.COMPANY else AgendaItem.admitted_by_union
        lines.append(
            _line(
                TaskKind.ADMIT_ITEM,
                AgendaItem.case_id,
                AgendaItem.id,
                AgendaItem.proposed_at,
                AgendaItem.case_id.in_(scope),
                AgendaItem.state == ItemState.PROPOSED,
                admitted.is_(None),
                _status_of(AgendaItem.case_id, CaseStatus.IN_DIALOGUE),
                party=party,
            )
        )
        taken = exists().where(PositionRow.wording_id == AgendaItem.wording_id, PositionRow.party == party)
        lines.append(
            _line(
                TaskKind.TAKE_POSITION,
                AgendaItem.case_id,
                AgendaItem.id,
                AgendaItem.state_since,
                AgendaItem.case_id.in_(scope),
                AgendaItem.state == ItemState.ADMITTED,
                AgendaItem.wording_id.is_not(None),
                ~taken,
                _status_of(AgendaItem.case_id, CaseStatus.IN_DIALOGUE),
                party=party,
            )
        )
        heard = exists().where(JointVoice.joint_act_id == JointAct.id, JointVoice.party == party)
        lines.append(
            _line(
                TaskKind.CONFIRM_JOINT_ACT,
                JointAct.case_id,
                JointAct.id,
                JointAct.proposed_at,
                JointAct.case_id.in_(scope),
                JointAct.state == JointActState.OPEN,
                _still_possible(),
                ~heard,
                party=party,
            )
        )
        lines.append(
            _line(
                TaskKind.ANSWER_RELEASE,
                Release.case_id,
                Release.note_id,
                Release.made_at,
                Release.case_id.in_(scope),
                Release.state == ReleaseState.ASKED,
                Release.room == CAUCUS_OF[party],
                _status_of(Release.case_id, *_JOINT_IS_WRITABLE),
                party=party,
            )
        )
    return lines


def _end(scope: Scope) -> list[Select[Any]]:
    lines = _desk(scope)
    drafted = exists().where(Outcome.case_id == Case.id, Outcome.state == OutcomeState.DRAFT)
    for party in _PARTIES:
        lines.append(
            _line(
                TaskKind.ASSEMBLE_OUTCOME,
                Case.id,
                Case.id,
                Case.status_since,
                Case.id.in_(scope),
                Case.status == CaseStatus.CONCLUDING,
                ~drafted,
                party=party,
            )
        )
        signed = exists().where(OutcomeSignature.outcome_id == Outcome.id, OutcomeSignature.party == party)
        lines.append(
            _line(
                TaskKind.SIGN_OUTCOME,
                Outcome.case_id,
                Outcome.id,
                Outcome.made_at,
                Outcome.case_id.in_(scope),
                Outcome.state == OutcomeState.DRAFT,
                _status_of(Outcome.case_id, CaseStatus.CONCLUDING),
                ~signed,
                party=party,
            )
        )
        agreed = Notice.agreed_by_company if party is Party.COMPANY else Notice.agreed_by_union
        lines.append(
            _line(
                TaskKind.AGREE_NOTICE,
                Notice.case_id,
                Notice.id,
                Notice.shown_at,
                Notice.case_id.in_(scope),
                Notice.sent_at.is_(None),
                agreed.is_(None),
                party=party,
            )
        )
    return lines


def _desk(scope: Scope) -> list[Select[Any]]:
    facilitator = exists().where(
        Participant.case_id == Case.id,
        Participant.role == Role.FACILITATOR,
        Participant.state.in_((ParticipantState.STATED, ParticipantState.CONFIRMED)),
    )
    prepared = exists().where(Notice.case_id == Case.id)
    mine = Case.id.in_(scope)
    agreed = Notice.agreed_by_company.is_not(None) & Notice.agreed_by_union.is_not(None)
    return [
        _line(
            TaskKind.ANSWER_REQUEST,
            Case.id,
            Case.id,
            Case.status_since,
            mine,
            Case.status == CaseStatus.REQUESTED,
            role=Role.COORDINATOR,
        ),
        _line(
            TaskKind.PROPOSE_FACILITATOR,
            Case.id,
            Case.id,
            Case.status_since,
            mine,
            Case.status.in_(_OPEN),
            Case.support_asked.contains(Support.FACILITATION.value),
            ~facilitator,
            role=Role.COORDINATOR,
        ),
        _line(
            TaskKind.PREPARE_NOTICE,
            Case.id,
            Case.id,
            Case.status_since,
            mine,
            Case.status.in_((CaseStatus.COMPLETED, CaseStatus.CLOSED, CaseStatus.ENDED)),
            Case.reference.is_not(None),
            ~prepared,
            role=Role.COORDINATOR,
        ),
        _line(
            TaskKind.SEND_NOTICE,
            Notice.case_id,
            Notice.id,
            Notice.shown_at,
            Notice.case_id.in_(scope),
            Notice.sent_at.is_(None),
            agreed | (Notice.shown_at <= _LAST),
            role=Role.COORDINATOR,
        ),
    ]


_JOINT_IS_WRITABLE = (CaseStatus.IN_DIALOGUE, CaseStatus.CONCLUDING, CaseStatus.COMPLETED)
_OPEN = (CaseStatus.PREPARING, CaseStatus.IN_DIALOGUE, CaseStatus.SUSPENDED, CaseStatus.CONCLUDING)


def _still_possible() -> ColumnElement[bool]:
    """Of a joint act: the dialogue is still at the point at which it was proposed."""
    case = aliased(Case)
    about_a_thing = JointAct.act.in_(ABOUT_AN_ITEM | ABOUT_A_PERSON)
    return or_(
        and_(JointAct.act.in_(ABOUT_AN_ITEM), _status_of(JointAct.case_id, CaseStatus.IN_DIALOGUE)),
        and_(JointAct.act.in_(ABOUT_A_PERSON), _status_of(JointAct.case_id, *_OPEN)),
        and_(
            ~about_a_thing,
            exists().where(case.id == JointAct.case_id, case.status_since <= JointAct.proposed_at),
        ),
    )


def _status_of(case_id: Any, *statuses: CaseStatus) -> ColumnElement[bool]:
    case = aliased(Case)
    return exists().where(case.id == case_id, case.status.in_(statuses))
