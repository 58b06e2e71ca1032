"""What tells that there was a case: removed where nobody outside it may ever learn of it (R1)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from dialogue.domain.people import Party
from dialogue.store.accounts import Link
from dialogue.store.cases import Case, Organisation
from dialogue.store.outbox import OutboxLetter
from dialogue.store.participants import Participant
from dialogue.store.record import Entry
from dialogue.store.schema import METADATA, delete_content


def remove_traces(session: Session, case: Case, *, keep_seats_of: Party | None, keep_case: bool = False) -> None:
    """Delete content, keys, record, invitations and letters of a case.

    keep_seats_of   the party whose people who have an account still see the state of the case, and nothing else;
                    None where the case's own row goes as well
    keep_case       leave that row alone all the same
    """
    case_id, since = case.id, case.opened_at
    ids = _ids_of(session, case_id)
    delete_content(session, case_id, keep_seats_of=keep_seats_of)
    session.execute(delete(Entry).where(Entry.case_id == case_id))
    letters = session.execute(select(OutboxLetter.id, OutboxLetter.key).where(OutboxLetter.written_at >= since))
    told = [row.id for row in letters if ids & set(row.key.split(":"))]
    for start in range(0, len(told), 500):
        session.execute(delete(OutboxLetter).where(OutboxLetter.id.in_(told[start : start + 500])))
    kept = select(Participant.id).where(Participant.case_id == case_id)
    session.execute(delete(Link).where(Link.participant_id.in_(kept)))
    session.execute(delete(Participant).where(Participant.case_id == case_id, Participant.account_id.is_(None)))
    session.execute(update(Participant).where(Participant.case_id == case_id).values(organisation_id=None))
    session.execute(delete(Organisation).where(Organisation.case_id == case_id))
    if keep_seats_of is None and not keep_case:
        session.execute(delete(Case).where(Case.id == case_id))
    session.expire_all()
    # What the session has noted about these rows would be written down at the commit.
    session.info.clear()


def _ids_of(session: Session, case_id: UUID) -> frozenset[str]:
    """The ids of the case and of everything in it, as the keys of letters name them."""
    tables = [table for table in METADATA.sorted_tables if "case_id" in table.c and "id" in table.c]
    found = {
        row_id for table in tables for row_id in session.scalars(select(table.c.id).where(table.c.case_id == case_id))
    }
    return frozenset(row_id.hex for row_id in found | {case_id})
