"""What places at the table wait for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Select,
)

from dialogue.domain.people import Role
from dialogue.domain.waiting import TaskKind
from dialogue.store.participants import Participant, ParticipantState
from dialogue.store.waiting.line import PARTIES, Scope, line


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
                (Participant.role != Role.LEAD) & of_the_party,
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
    return lines
