"""What places at the table wait for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, exists
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from dialogue.domain.cases import CaseStatus
from dialogue.domain.people import Role, StaffRole
from dialogue.domain.seats import StatementKind
from dialogue.domain.waiting import TaskKind
from dialogue.store.accounts import Account
from dialogue.store.participants import DeskStatement, Participant, ParticipantState, SeatStatement
from dialogue.store.waiting.line import OPEN, PARTIES, Scope, line, status_of


def of_seats(scope: Scope) -> list[Select[Any]]:
    lines = []
    mine = Participant.case_id.in_(scope)
    for party in PARTIES:
        of_the_party = Participant.party == party
        lines.append(
            line(
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
            line(
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
            line(
                TaskKind.CONFIRM_KEYS,
                Participant.case_id,
                Participant.id,
                Participant.listed_at,
                mine,
                (Participant.role != Role.LEAD) & (of_the_party | Participant.party.is_(None) & _listed_anew())
                | (Participant.role == Role.LEAD) & (Participant.party == party.other) & _vouched_for(),
                Participant.state == ParticipantState.RENEWED,
                party=party,
            )
        )
        lines.append(
            line(
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
    return [*lines, _by_a_deputy(mine)]


def of_new_keys(scope: Scope) -> list[Select[Any]]:
    """Leads for whom a coordinator has to stand up, once they have made new keys."""
    return [
        line(
            TaskKind.VOUCH_KEYS,
            Participant.case_id,
            Participant.id,
            Participant.listed_at,
            Participant.case_id.in_(scope),
            Participant.role == Role.LEAD,
            Participant.state == ParticipantState.RENEWED,
            status_of(Participant.case_id, CaseStatus.REQUESTED, *OPEN),
            ~_vouched_for(),
            role=Role.COORDINATOR,
        )
    ]


def _by_a_deputy(mine: ColumnElement[bool]) -> Select[Any]:
    """A lead's new keys, for the deputy who stands in."""
    deputy = aliased(Participant)
    return line(
        TaskKind.CONFIRM_KEYS,
        Participant.case_id,
        Participant.id,
        Participant.listed_at,
        mine,
        Participant.role == Role.LEAD,
        Participant.state == ParticipantState.RENEWED,
        deputy.case_id == Participant.case_id,
        deputy.party == Participant.party,
        deputy.role == Role.DEPUTY,
        deputy.state == ParticipantState.CONFIRMED,
        deputy.stands_in.is_(True),
        account=deputy.account_id,
    )


def _listed_anew() -> ColumnElement[bool]:
    """Whether a coordinator has listed a facilitator with the key that he has now."""
    return exists().where(
        DeskStatement.role == StaffRole.FACILITATOR,
        DeskStatement.account_id == Participant.account_id,
        DeskStatement.fingerprint == Account.fingerprint,
        Account.id == Participant.account_id,
    )


def _vouched_for() -> ColumnElement[bool]:
    """Whether a coordinator has signed for the key that somebody has now."""
    return exists().where(
        SeatStatement.case_id == Participant.case_id,
        SeatStatement.kind == StatementKind.VOUCH,
        SeatStatement.account_id == Participant.account_id,
        SeatStatement.fingerprint == Account.fingerprint,
        Account.id == Participant.account_id,
    )
