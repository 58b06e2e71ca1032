"""Terms of confidentiality, who accepted them, and the office's templates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.domain.people import Party
from dialogue.domain.terms import Disclosure, TermsState
from dialogue.store.base import (
    AccountId,
    CaseId,
    Id,
    InRoom,
    LongText,
    Row,
    Sealed,
    UtcDateTime,
    When,
    enum_column,
)


class TermsVersion(Row, InRoom):
    """One version of a case's terms; the text is in the terms room; what the clock and the outcome read, in clear."""

    __tablename__ = "terms_versions"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    number: Mapped[int]
    state: Mapped[TermsState] = mapped_column(enum_column(TermsState))
    author_id: Mapped[AccountId]
    party: Mapped[Party] = mapped_column(enum_column(Party))
    language: Mapped[str] = mapped_column(String(8))
    retention_months: Mapped[int]
    disclosure: Mapped[Disclosure] = mapped_column(enum_column(Disclosure))
    prevailing: Mapped[str] = mapped_column(String(8))
    sealed_body: Mapped[Sealed]
    made_at: Mapped[When]
    in_force_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TermsAcceptance(Row, InRoom):
    """One participant's signed undertaking on one version."""

    __tablename__ = "terms_acceptances"
    __table_args__ = (UniqueConstraint("terms_id", "account_id"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    terms_id: Mapped[UUID] = mapped_column(ForeignKey("terms_versions.id", ondelete="CASCADE"))
    account_id: Mapped[AccountId]
    sealed_statement: Mapped[Sealed]
    made_at: Mapped[When]


class TermsTemplate(Row):
    """A template that the office edits; public within the office, hence in clear."""

    __tablename__ = "terms_templates"
    __table_args__ = (UniqueConstraint("language", "number"),)

    id: Mapped[Id]
    language: Mapped[str] = mapped_column(String(8))
    number: Mapped[int]
    text: Mapped[LongText]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[When]


def terms_of(session: Session, case_id: UUID) -> Sequence[TermsVersion]:
    """Every version, newest first."""
    return session.scalars(
        select(TermsVersion).where(TermsVersion.case_id == case_id).order_by(TermsVersion.number.desc())
    ).all()


def terms_in_force(session: Session, case_id: UUID) -> TermsVersion | None:
    return session.scalar(
        select(TermsVersion).where(TermsVersion.case_id == case_id, TermsVersion.state == TermsState.IN_FORCE)
    )


def find_terms(session: Session, case_id: UUID, terms_id: UUID) -> TermsVersion | None:
    return session.scalar(select(TermsVersion).where(TermsVersion.case_id == case_id, TermsVersion.id == terms_id))


def acceptances_of(session: Session, terms_id: UUID) -> Sequence[TermsAcceptance]:
    return session.scalars(
        select(TermsAcceptance).where(TermsAcceptance.terms_id == terms_id).order_by(TermsAcceptance.made_at)
    ).all()


def all_acceptances(session: Session, case_id: UUID) -> Sequence[TermsAcceptance]:
    """Every acceptance of any version of a case's terms."""
    return session.scalars(select(TermsAcceptance).where(TermsAcceptance.case_id == case_id)).all()


def undertakings(session: Session, case_id: UUID) -> dict[UUID, bool]:
    """Every account that has accepted terms of the case, and whether it has accepted those in force."""
    accepted = (
        select(TermsAcceptance.account_id, TermsVersion.state)
        .join(TermsVersion, TermsVersion.id == TermsAcceptance.terms_id)
        .where(TermsVersion.case_id == case_id)
    )
    found: dict[UUID, bool] = {}
    for account_id, state in session.execute(accepted):
        found[account_id] = found.get(account_id, False) or state is TermsState.IN_FORCE
    return found


def find_template(session: Session, language: str, number: int) -> TermsTemplate | None:
    return session.scalar(
        select(TermsTemplate).where(TermsTemplate.language == language, TermsTemplate.number == number)
    )


def templates_in(session: Session, language: str, *, before: int | None = None, limit: int) -> Sequence[TermsTemplate]:
    """The versions in one language, newest first, one page.

    before   the number of the last version of the page before
    """
    query = select(TermsTemplate).where(TermsTemplate.language == language)
    if before is not None:
        query = query.where(TermsTemplate.number < before)
    return session.scalars(query.order_by(TermsTemplate.number.desc()).limit(limit)).all()


def newest_template(session: Session, language: str) -> TermsTemplate | None:
    return session.scalar(
        select(TermsTemplate).where(TermsTemplate.language == language).order_by(TermsTemplate.number.desc()).limit(1)
    )
