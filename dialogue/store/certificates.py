"""Certificates of destruction: what is left of a dialogue, without a word of it, and who may see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.domain.people import Party
from dialogue.store.base import AccountId, CaseId, Hash, LongText, Row, When, enum_column


class Certificate(Row):
    """What was destroyed when and by which rule: number, dates and the last heads of its record, and no content.

    mac   made under the audit key: nobody outside this instance writes a certificate
    """

    __tablename__ = "certificates"

    case_id: Mapped[CaseId] = mapped_column(primary_key=True)
    text: Mapped[LongText]
    made_at: Mapped[When]
    mac: Mapped[Hash]
    mac_key: Mapped[str] = mapped_column(String(16))


class CertificateReader(Row):
    """Somebody who spoke for a party when it was destroyed, and may see the certificate."""

    __tablename__ = "certificate_readers"

    case_id: Mapped[CaseId] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId] = mapped_column(primary_key=True)
    party: Mapped[Party] = mapped_column(enum_column(Party))


def find_certificate(session: Session, case_id: UUID) -> Certificate | None:
    return session.get(Certificate, case_id)


def is_reader(session: Session, case_id: UUID, account_id: UUID) -> bool:
    return session.get(CertificateReader, (case_id, account_id)) is not None


def certificates_for(
    session: Session, account_id: UUID, *, before: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Certificate]:
    """What somebody may see, newest first, one page.

    before   (made_at, case) of the last one of the page before
    """
    query = (
        select(Certificate)
        .join(CertificateReader, CertificateReader.case_id == Certificate.case_id)
        .where(CertificateReader.account_id == account_id)
        .order_by(Certificate.made_at.desc(), Certificate.case_id.desc())
        .limit(limit)
    )
    if before is not None:
        at, case_id = before
        query = query.where(
            (Certificate.made_at < at) | ((Certificate.made_at == at) & (Certificate.case_id < case_id))
        )
    return session.scalars(query).all()


def all_certificates(session: Session) -> Sequence[Certificate]:
    """Every certificate, by case."""
    return session.scalars(select(Certificate).order_by(Certificate.case_id)).all()
