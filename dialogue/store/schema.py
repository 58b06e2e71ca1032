"""Every table in one place, and the migrations that bring a database to them."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, or_, text, update
from sqlalchemy.orm import Session

from dialogue.domain.people import Party
from dialogue.store import (
    accounts,
    agenda,
    calendars,
    cases,
    catalogue,
    certificates,
    documents,
    factors,
    followup,
    heartbeats,
    holding,
    jointacts,
    limits,
    meetings,
    notes,
    outbox,
    outcomes,
    paper,
    participants,
    qualifications,
    questions,
    record,
    releases,
    requests,
    rooms,
    summaries,
    terms,
    tidings,
)
from dialogue.store.base import Row

TABLES = (
    accounts,
    agenda,
    calendars,
    cases,
    catalogue,
    certificates,
    documents,
    factors,
    followup,
    heartbeats,
    holding,
    jointacts,
    limits,
    meetings,
    notes,
    outbox,
    outcomes,
    paper,
    participants,
    qualifications,
    questions,
    record,
    releases,
    requests,
    rooms,
    summaries,
    terms,
    tidings,
)
METADATA = Row.metadata
_LOCK = 0x6469616C6F677565


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["engine"] = engine
    return config


def migrate(engine: Engine) -> None:
    """Bring the database to the newest revision; two at once wait for each other."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as lock:
            lock.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            try:
                command.upgrade(_config(engine), "head")
            finally:
                lock.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
    else:
        command.upgrade(_config(engine), "head")


def is_current(engine: Engine) -> bool:
    """Whether the database stands at the newest revision."""
    head = ScriptDirectory.from_config(_config(engine)).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head


def revision_of(session: Session) -> tuple[str | None, str | None]:
    """The revision at which a database stands, and the newest one."""
    connection = session.connection()
    newest = ScriptDirectory.from_config(_config(connection.engine)).get_current_head()
    return MigrationContext.configure(connection).get_current_revision(), newest


def delete_content(session: Session, case_id: UUID, *, keep_seats_of: Party | None = None) -> None:
    """Delete everything that belongs to a case but the case's own row.

    keep_seats_of   leave this party's people listed, so that they still see what became of the case
    """
    session.execute(update(agenda.AgendaItem).where(agenda.AgendaItem.case_id == case_id).values(wording_id=None))
    session.execute(update(agenda.Wording).where(agenda.Wording.case_id == case_id).values(answers_id=None))
    kept = {
        cases.Case.__tablename__,
        record.Entry.__tablename__,
        certificates.Certificate.__tablename__,
        certificates.CertificateReader.__tablename__,
    }
    for table in reversed(METADATA.sorted_tables):
        if table.name in kept or "case_id" not in table.c:
            continue
        query = table.delete().where(table.c.case_id == case_id)
        if keep_seats_of is not None and table.name in {"participants", "organisations"}:
            query = query.where(or_(table.c.party != keep_seats_of, table.c.party.is_(None)))
        session.execute(query)
    session.expire_all()
