"""What the clock asks for in a completed dialogue: that somebody says how far it is, or prepares for a review.

Nobody's key is needed: days stand in clear, and who is told learns that something may be waiting, and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from dialogue.domain.cases import CaseStatus
from dialogue.domain.people import Party
from dialogue.services import cases, requests, unit
from dialogue.services.instance import Instance
from dialogue.services.letters import LetterKind
from dialogue.store.cases import lock_case
from dialogue.store.followup import Commitment, Review, commitments_to_ask, find_commitment, find_review, reviews_to_ask

AT_ONCE = 50


def tell(instance: Instance, now: datetime) -> int:
    """Tell the leads concerned, once for each day that has come; how many commitments and reviews that was."""
    with instance.store.session(writes=False) as session:
        owed = [(row.case_id, row.id) for row in commitments_to_ask(session, now, limit=AT_ONCE)]
        near = [(row.case_id, row.id) for row in reviews_to_ask(session, now, limit=AT_ONCE)]
    told = [_tell(instance, now, case_id, about, find_commitment) for case_id, about in owed]
    told += [_tell(instance, now, case_id, about, find_review) for case_id, about in near]
    return sum(told)


def _tell(
    instance: Instance,
    now: datetime,
    case_id: UUID,
    about: UUID,
    find: Callable[[Session, UUID, UUID], Commitment | Review | None],
) -> bool:
    """One of them, with the case's row taken first and what was found before looked at again."""
    with unit.writing(instance, None, now) as work:
        case = lock_case(work.session, case_id)
        row = find(work.session, case_id, about)
        if case is None or row is None or case.status is not CaseStatus.COMPLETED:
            return False
        if row.asks_at > now or (row.told_at is not None and row.told_at >= row.asks_at):
            return False
        leads = [lead for party in _concerned(row) for lead in requests.leads_of(work, case, party)]
        key = f"{row.id.hex}:{row.asks_at:%Y%m%d}"
        cases.tell(work, leads, LetterKind.WAITING, about=key, case_id=case.id)
        row.told_at = now
        work.commit()
    return True


def _concerned(row: Commitment | Review) -> Sequence[Party]:
    return sorted(row.owner.parties) if isinstance(row, Commitment) else list(Party)
