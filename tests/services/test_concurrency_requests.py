"""Both leads endorse at the same moment: the request is made once, and neither yes is lost; on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialogue.domain.cases import CaseStatus
from dialogue.services import admission, audit, requests
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import find_case
from dialogue.store.record import chain_of
from dialogue.store.requests import EndorsedRequest, Endorsement, endorsements_of
from tests.at_once import at_once, kinds
from tests.builders import Table


def endorse_at_once(table: Table) -> list[object]:
    with table.reading(table.company_lead) as work:
        version = requests.show(work, table.case_id).version_id
    assert version is not None

    def endorse(work: UnitOfWork) -> bool:
        return requests.endorse(work, table.case_id, version)

    return at_once(table, (table.company_lead, endorse), (table.union_lead, endorse))


def recorded(table: Table) -> dict[str, int]:
    with table.reading(None) as work:
        acts = [entry.act for entry in chain_of(work.session, f"{table.case_id.hex}:joint")]
    return {act: acts.count(act) for act in ("request:endorse", "case:request")}


def made(table: Table) -> tuple[CaseStatus, int, int]:
    with table.reading(None) as work:
        case = find_case(work.session, table.case_id)
        assert case is not None
        count = {
            kind: work.session.scalar(select(func.count()).select_from(kind)) or 0
            for kind in (Endorsement, EndorsedRequest)
        }
        return case.status, count[Endorsement], count[EndorsedRequest]


def test_two_endorsements_at_once_make_one_request(drafted: Table) -> None:
    told = endorse_at_once(drafted)

    assert kinds(told) == ["done", "done"]
    assert sorted(map(bool, told)) == [False, True]
    assert made(drafted) == (CaseStatus.REQUESTED, 2, 1)
    assert recorded(drafted) == {"request:endorse": 2, "case:request": 1}
    assert all(found.bad is None for found in audit.verify(drafted.instance))
    with drafted.reading(drafted.coordinator) as work:
        assert "sewing hall" in requests.show(work, drafted.case_id).text.issues


@pytest.mark.parametrize("kind", ["postgresql"])
def test_where_the_case_is_not_held_each_thinks_that_the_other_is_missing(
    drafted: Table, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    both_have_looked = Barrier(2, timeout=10)

    def look(session: Session, version_id: UUID) -> Sequence[Endorsement]:
        found = endorsements_of(session, version_id)
        if session.get_bind().get_execution_options()["writes"]:
            both_have_looked.wait()
        return found

    monkeypatch.setattr(admission, "lock_case", find_case)
    monkeypatch.setattr(requests, "endorsements_of", look)

    assert endorse_at_once(drafted) == [False, False]
    assert made(drafted) != (CaseStatus.REQUESTED, 2, 1)
