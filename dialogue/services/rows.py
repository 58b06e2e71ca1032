"""Every state of a case's rows is noted in a chain of its own: an old row that is put back whole is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import ObjectDeletedError

from dialogue.crypto.chain import link_hash
from dialogue.crypto.context import Value, digest
from dialogue.crypto.secrets import ServerSecrets
from dialogue.domain.cases import GONE, CaseStatus
from dialogue.services.instance import Instance
from dialogue.services.ledger import Pending, link_of
from dialogue.store.cases import Case, all_cases
from dialogue.store.record import chain_of, last_about
from dialogue.store.written import Recorded, rows_of_case, table_of, take, values_of

ROW = "row:"
_ROW = "dialogue/row/1"


@dataclass(frozen=True, slots=True)
class RowNotAsWritten:
    """A row that is not what the application wrote last.

    entry      the number of the entry that says what should stand there; None where nothing was ever written
    has_gone   whether nothing stands there any more
    """

    chain: str
    entry: int | None
    table: str
    row: UUID
    has_gone: bool = False


def chain_of_rows(case_id: UUID) -> str:
    """The chain that notes the rows of a case; it is read by nobody but the verification."""
    return f"{case_id.hex}:rows"


def written(session: Session, actor: UUID | None) -> list[Pending]:
    """An entry for each row that this unit has written so far; one about a row that it has deleted has no hash."""
    return [
        Pending(
            chain_of_rows(one.case_id),
            one.case_id,
            actor,
            f"{ROW}{one.table}",
            one.id,
            None if one.has_gone else _digest_if_there(one.row),
        )
        for one in take(session)
    ]


def stands_as_written(session: Session, secrets: ServerSecrets, case: Case) -> bool:
    """Whether a case's own row is what was written last, by an entry that the server's key vouches for."""
    entry = last_about(session, chain_of_rows(case.id), f"{ROW}{table_of(case)}", case.id)
    return (
        entry is not None
        and entry.sealed_hash == _digest(case)
        and link_hash(link_of(entry)) == entry.digest
        and secrets.audit_mac_valid(entry.mac_key, entry.digest, entry.mac)
    )


def verify(instance: Instance) -> list[RowNotAsWritten]:
    """Every row of every case that is not what was written last."""
    with instance.store.session(writes=False) as session:
        return list(not_as_written(session))


def not_as_written(session: Session) -> Iterator[RowNotAsWritten]:
    """Compare the rows of every case with the last entry about each; those of a case that has gone are not missed.

    A declined invitation has left one word, and no record (R1).
    """
    for case in all_cases(session):
        chain = chain_of_rows(case.id)
        last = {(entry.act, entry.object_id): entry for entry in chain_of(session, chain)}
        for row in rows_of_case(session, case.id):
            entry = last.pop((f"{ROW}{table_of(row)}", row.id), None)
            if entry is None and case.status is CaseStatus.DECLINED:
                continue
            if entry is None or entry.sealed_hash != _digest(row):
                yield RowNotAsWritten(chain, entry.seq if entry else None, table_of(row), row.id)
        for (act, about), entry in last.items():
            if entry.sealed_hash is not None and about is not None and case.status not in GONE:
                yield RowNotAsWritten(chain, entry.seq, act.removeprefix(ROW), about, has_gone=True)


def _digest_if_there(row: Recorded) -> bytes | None:
    """None where everything of its case was deleted at once."""
    try:
        return _digest(row)
    except ObjectDeletedError:
        return None


def _digest(row: Recorded) -> bytes:
    return digest(_ROW, table_of(row), [[name, _told(value)] for name, value in values_of(row)])


def _told(value: Any) -> Value:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    told: Value = value
    return told
