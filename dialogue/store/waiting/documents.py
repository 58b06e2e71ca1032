"""What documents wait for: the answer of a party whose caucus somebody has asked to let one go."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from dialogue.domain.people import CAUCUS_OF
from dialogue.domain.releases import ReleaseState
from dialogue.domain.waiting import TaskKind
from dialogue.store.documents import DocumentRelease
from dialogue.store.waiting.line import JOINT_IS_WRITABLE, PARTIES, Scope, line, status_of


def of_documents(scope: Scope) -> list[Select[Any]]:
    return [
        line(
            TaskKind.ANSWER_DOCUMENT,
            DocumentRelease.case_id,
            DocumentRelease.document_id,
            DocumentRelease.made_at,
            DocumentRelease.case_id.in_(scope),
            DocumentRelease.state == ReleaseState.ASKED,
            DocumentRelease.room == CAUCUS_OF[party],
            status_of(DocumentRelease.case_id, *JOINT_IS_WRITABLE),
            party=party,
        )
        for party in PARTIES
    ]
