"""What agenda, positions, joint acts and releases wait for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Select,
    and_,
    exists,
    or_,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from dialogue.domain.agenda import ItemKind, ItemState
from dialogue.domain.cases import CaseStatus
from dialogue.domain.jointacts import ABOUT_A_PERSON, ABOUT_AN_ITEM, JointActState
from dialogue.domain.people import CAUCUS_OF, Party
from dialogue.domain.releases import ReleaseState
from dialogue.domain.waiting import TaskKind
from dialogue.store.agenda import AgendaItem, PositionRow
from dialogue.store.cases import Case
from dialogue.store.jointacts import JointAct, JointVoice
from dialogue.store.releases import Release
from dialogue.store.waiting.line import JOINT_IS_WRITABLE, OPEN, PARTIES, Scope, line, status_of


def of_talks(scope: Scope) -> list[Select[Any]]:
    lines = []
    for party in PARTIES:
        admitted = AgendaItem.admitted_by_company if party is Party.COMPANY else AgendaItem.admitted_by_union
        lines.append(
            line(
                TaskKind.ADMIT_ITEM,
                AgendaItem.case_id,
                AgendaItem.id,
                AgendaItem.proposed_at,
                AgendaItem.case_id.in_(scope),
                AgendaItem.state == ItemState.PROPOSED,
                admitted.is_(None),
                status_of(AgendaItem.case_id, CaseStatus.IN_DIALOGUE),
                party=party,
            )
        )
        taken = exists().where(PositionRow.wording_id == AgendaItem.wording_id, PositionRow.party == party)
        lines.append(
            line(
                TaskKind.TAKE_POSITION,
                AgendaItem.case_id,
                AgendaItem.id,
                AgendaItem.state_since,
                AgendaItem.case_id.in_(scope),
                AgendaItem.kind == ItemKind.ITEM,
                AgendaItem.state == ItemState.ADMITTED,
                AgendaItem.wording_id.is_not(None),
                ~taken,
                status_of(AgendaItem.case_id, CaseStatus.IN_DIALOGUE),
                party=party,
            )
        )
        heard = exists().where(JointVoice.joint_act_id == JointAct.id, JointVoice.party == party)
        lines.append(
            line(
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
            line(
                TaskKind.ANSWER_RELEASE,
                Release.case_id,
                Release.note_id,
                Release.made_at,
                Release.case_id.in_(scope),
                Release.state == ReleaseState.ASKED,
                Release.room == CAUCUS_OF[party],
                status_of(Release.case_id, *JOINT_IS_WRITABLE),
                party=party,
            )
        )
    return lines


def _still_possible() -> ColumnElement[bool]:
    """Of a joint act: the dialogue is still at the point at which it was proposed."""
    case = aliased(Case)
    about_a_thing = JointAct.act.in_(ABOUT_AN_ITEM | ABOUT_A_PERSON)
    return or_(
        and_(JointAct.act.in_(ABOUT_AN_ITEM), status_of(JointAct.case_id, CaseStatus.IN_DIALOGUE)),
        and_(JointAct.act.in_(ABOUT_A_PERSON), status_of(JointAct.case_id, *OPEN)),
        and_(
            ~about_a_thing,
            exists().where(case.id == JointAct.case_id, case.status_since <= JointAct.proposed_at),
        ),
    )
