"""Paper entries, and the parties' words that it was so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.domain.paper import PaperState
from dialogue.domain.people import Party
from dialogue.store.base import AccountId, CaseId, Id, InRoom, Row, Sealed, UtcDateTime, When, enum_column


class PaperEntry(Row, InRoom):
    """What happened outside this place; what it was and on which day is sealed."""

    __tablename__ = "paper_entries"

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    state: Mapped[PaperState] = mapped_column(enum_column(PaperState))
    party: Mapped[Party | None] = mapped_column(enum_column(Party))
    proposed_by: Mapped[AccountId]
    proposed_at: Mapped[When]
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sealed_body: Mapped[Sealed]


class PaperVoice(Row, InRoom):
    """One party's signed word that it was so."""

    __tablename__ = "paper_voices"
    __table_args__ = (UniqueConstraint("entry_id", "party"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("paper_entries.id", ondelete="CASCADE"))
    party: Mapped[Party] = mapped_column(enum_column(Party))
    account_id: Mapped[AccountId]
    sealed_statement: Mapped[Sealed]
    made_at: Mapped[When]


def entries_of(session: Session, case_id: UUID) -> Sequence[PaperEntry]:
    """Newest first."""
    return session.scalars(
        select(PaperEntry).where(PaperEntry.case_id == case_id).order_by(PaperEntry.proposed_at.desc(), PaperEntry.id)
    ).all()


def find_entry(session: Session, case_id: UUID, entry_id: UUID) -> PaperEntry | None:
    return session.scalar(select(PaperEntry).where(PaperEntry.case_id == case_id, PaperEntry.id == entry_id))


def voices_on(session: Session, case_id: UUID) -> Sequence[PaperVoice]:
    """Every word on the entries of a case, the first one first."""
    return session.scalars(
        select(PaperVoice).where(PaperVoice.case_id == case_id).order_by(PaperVoice.made_at, PaperVoice.id)
    ).all()


def parties_heard(session: Session, entry_id: UUID) -> frozenset[Party]:
    return frozenset(session.scalars(select(PaperVoice.party).where(PaperVoice.entry_id == entry_id)))
