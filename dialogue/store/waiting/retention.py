"""The warnings before a dialogue is destroyed, until each side has said that it saw them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, or_

from dialogue.domain.people import Party
from dialogue.domain.retention import KEPT_FOR_A_TIME
from dialogue.domain.waiting import TaskKind
from dialogue.store.cases import Case
from dialogue.store.waiting.line import PARTIES, Scope, line


def of_retention(scope: Scope) -> list[Select[Any]]:
    warned = func.coalesce(Case.retention_warned_again_at, Case.retention_warned_at)
    lines = []
    for party in PARTIES:
        seen = Case.retention_seen_by_company if party is Party.COMPANY else Case.retention_seen_by_union
        lines.append(
            line(
                TaskKind.SEE_RETENTION,
                Case.id,
                Case.id,
                warned,
                Case.id.in_(scope),
                Case.status.in_(KEPT_FOR_A_TIME),
                Case.held_since.is_(None),
                warned.is_not(None),
                or_(seen.is_(None), seen < warned),
                party=party,
            )
        )
    return lines
