"""What the office's list says of its facilitators and experts; it only narrows whom the signed list names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Date, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.domain.people import StaffRole
from dialogue.store.base import AccountId, Row, When, Word, enum_column


class Qualification(Row):
    """Languages, regions, and from when to when somebody can be proposed in one role."""

    __tablename__ = "qualifications"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    role: Mapped[StaffRole] = mapped_column(enum_column(StaffRole), primary_key=True)
    languages: Mapped[Word] = mapped_column(default="")
    regions: Mapped[Word] = mapped_column(default="")
    qualified_from: Mapped[date | None] = mapped_column(Date)
    qualified_until: Mapped[date | None] = mapped_column(Date)
    noted_by: Mapped[AccountId]
    noted_at: Mapped[When]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


def find_qualification(session: Session, account_id: UUID, role: StaffRole) -> Qualification | None:
    return session.get(Qualification, (account_id, role))


def qualifications_of(session: Session, accounts: Iterable[UUID], role: StaffRole) -> Sequence[Qualification]:
    """What is noted of those people in that role, in one query."""
    wanted = list(accounts)
    if not wanted:
        return []
    return session.scalars(
        select(Qualification).where(Qualification.account_id.in_(wanted), Qualification.role == role)
    ).all()
