"""Cases, their organisations and the private labels that people give them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import String, UniqueConstraint, and_, delete, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.domain.cases import BEFORE_THE_ILO, CaseStatus, Completion, Support
from dialogue.domain.people import OrganisationKind, Party
from dialogue.domain.retention import FIRST_WARNING, KEPT_FOR_A_TIME, LAST_MINUTE, LAST_WARNING, Rule
from dialogue.domain.terms import Disclosure
from dialogue.store.base import AccountId, CaseId, Id, InRoom, Row, Sealed, UtcDateTime, When, enum_column
from dialogue.store.participants import Participant, ParticipantState

NOT_LISTED = frozenset({CaseStatus.WITHDRAWN, CaseStatus.DESTROYED})
_WITHOUT_A_SEAT = frozenset({ParticipantState.LISTED, ParticipantState.REMOVED, ParticipantState.DECLINED})
_REFERENCES_LOCK = 0x6469616C6F677566


class Case(Row):
    """A case: only what the procedure's clock and its tables need stands here in clear."""

    __tablename__ = "cases"

    id: Mapped[Id]
    label: Mapped[str] = mapped_column(String(60))
    follows_id: Mapped[UUID | None]
    status: Mapped[CaseStatus] = mapped_column(enum_column(CaseStatus))
    status_since: Mapped[When]
    initiator: Mapped[Party] = mapped_column(enum_column(Party))
    support_asked: Mapped[str] = mapped_column(String(80), default="")
    reference: Mapped[str | None] = mapped_column(String(24), unique=True)
    opened_at: Mapped[When]
    requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retention_months: Mapped[int | None]
    retention_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retention_warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retention_warned_again_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retention_graced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retention_seen_by_company: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retention_seen_by_union: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    notes_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    notes_destroyed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    destroyed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    destroyed_by: Mapped[Rule | None] = mapped_column(enum_column(Rule))
    completion: Mapped[Completion | None] = mapped_column(enum_column(Completion))
    disclosure: Mapped[Disclosure] = mapped_column(enum_column(Disclosure), default=Disclosure.NOTHING)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def support(self) -> frozenset[Support]:
        return frozenset(Support(word) for word in self.support_asked.split(",") if word)

    @support.setter
    def support(self, asked: frozenset[Support]) -> None:
        self.support_asked = ",".join(sorted(asked))


class Organisation(Row):
    """An organisation on a side; its name is sealed under the identity key.

    left_at   when it left alone, where it has
    """

    __tablename__ = "organisations"

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    party: Mapped[Party] = mapped_column(enum_column(Party))
    kind: Mapped[OrganisationKind] = mapped_column(enum_column(OrganisationKind))
    sealed_identity: Mapped[Sealed]
    added_at: Mapped[When]
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PrivateLabel(Row, InRoom):
    """What one person calls a case; sealed under a key of that person's bundle."""

    is_recorded = False
    __tablename__ = "private_labels"
    __table_args__ = (UniqueConstraint("account_id", "case_id"),)

    id: Mapped[Id]
    account_id: Mapped[AccountId]
    case_id: Mapped[CaseId]
    sealed_label: Mapped[Sealed]


def lock_case(session: Session, case_id: UUID) -> Case | None:
    """Take the case row first, so that what follows in this writing unit is alone with the case."""
    return session.scalar(
        select(Case).where(Case.id == case_id).with_for_update(key_share=True).execution_options(populate_existing=True)
    )


def find_case(session: Session, case_id: UUID) -> Case | None:
    return session.get(Case, case_id)


def organisations_of(session: Session, case_id: UUID) -> Sequence[Organisation]:
    """In the order in which they were named."""
    return session.scalars(
        select(Organisation).where(Organisation.case_id == case_id).order_by(Organisation.added_at, Organisation.id)
    ).all()


def cases_seated(
    session: Session,
    account_id: UUID,
    *,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[tuple[Case, Participant]]:
    """The cases in which this person has a seat, newest state first, one page.

    before   (status_since, id) of the last case of the page before
    """
    query = (
        select(Case, Participant)
        .join(Participant, Participant.case_id == Case.id)
        .where(Participant.account_id == account_id, Participant.state.not_in(_WITHOUT_A_SEAT))
        .where(Case.status.not_in(NOT_LISTED))
        .order_by(Case.status_since.desc(), Case.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(_older(before))
    return [(case, participant) for case, participant in session.execute(query)]


def cases_before_the_desk(
    session: Session,
    status: CaseStatus | None = None,
    *,
    reference: str = "",
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Case]:
    """What has reached the ILO, newest state first, one page.

    reference   how the reference begins
    """
    query = select(Case).where(Case.requested_at.is_not(None), Case.status.not_in(BEFORE_THE_ILO))
    if status is not None:
        query = query.where(Case.status == status)
    if reference:
        query = query.where(Case.reference.startswith(reference, autoescape=True))
    if before is not None:
        query = query.where(_older(before))
    return session.scalars(query.order_by(Case.status_since.desc(), Case.id.desc()).limit(limit)).all()


def requests_waiting(session: Session, *, limit: int) -> Sequence[Case]:
    """Requests without an answer, the oldest first."""
    query = select(Case).where(Case.status == CaseStatus.REQUESTED)
    return session.scalars(query.order_by(Case.status_since, Case.id).limit(limit)).all()


def last_reference(session: Session, prefix: str) -> str | None:
    """The highest reference given so far; who asks has the next one to himself until the commit."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_REFERENCES_LOCK)))
    return session.scalar(
        select(Case.reference)
        .where(Case.reference.startswith(prefix))
        .order_by(func.length(Case.reference).desc(), Case.reference.desc())
        .limit(1)
    )


def all_cases(session: Session) -> Sequence[Case]:
    """Every case there is, in no particular order."""
    return session.scalars(select(Case)).all()


def cases_kept_until(session: Session, moment: datetime | None) -> Sequence[Case]:
    """What is over and will be destroyed, the next first.

    moment   only where something may be due by then: a warning, the earlier date of notes, or the date itself; what
             was warned of and waits for its next day is left out, so that it is not looked at again and again
    """
    query = select(Case).where(Case.retention_until.is_not(None), Case.status.in_(KEPT_FOR_A_TIME))
    if moment is not None:
        notes = and_(Case.notes_until <= moment, Case.notes_destroyed_at.is_(None))
        first = and_(Case.retention_warned_at.is_(None), Case.retention_until <= moment + FIRST_WARNING)
        last = Case.retention_until <= moment + max(LAST_WARNING, LAST_MINUTE)
        query = query.where(Case.held_since.is_(None), or_(first, last, notes))
    return session.scalars(query.order_by(Case.retention_until, Case.id)).all()


def find_private_label(session: Session, account_id: UUID, case_id: UUID) -> PrivateLabel | None:
    return session.scalar(
        select(PrivateLabel).where(PrivateLabel.account_id == account_id, PrivateLabel.case_id == case_id)
    )


def private_labels_of(session: Session, account_id: UUID, case_ids: Sequence[UUID]) -> Sequence[PrivateLabel]:
    if not case_ids:
        return []
    return session.scalars(
        select(PrivateLabel).where(PrivateLabel.account_id == account_id, PrivateLabel.case_id.in_(case_ids))
    ).all()


def forget_labels(session: Session, account_id: UUID) -> None:
    """Delete what a person calls his cases: it was sealed under keys that are no more."""
    session.execute(delete(PrivateLabel).where(PrivateLabel.account_id == account_id))


def _older(before: tuple[datetime, UUID]):  # type: ignore[no-untyped-def]
    since, case_id = before
    return or_(Case.status_since < since, and_(Case.status_since == since, Case.id < case_id))


def labels_among(session: Session, case_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The neutral labels of those cases, in one query."""
    if not case_ids:
        return {}
    rows = session.execute(select(Case.id, Case.label).where(Case.id.in_(case_ids)))
    return {row.id: row.label for row in rows}


def statuses_among(session: Session, case_ids: Collection[UUID]) -> dict[UUID, CaseStatus]:
    """In which state those of the cases are that there are."""
    rows = session.execute(select(Case.id, Case.status).where(Case.id.in_(list(case_ids))))
    return {row.id: row.status for row in rows}
