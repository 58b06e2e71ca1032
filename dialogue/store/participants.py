"""Who is listed for a case, and the signed statements that seat them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.domain.attendants import AttendantKind
from dialogue.domain.people import Party, Role, Room, StaffRole
from dialogue.domain.seats import StatementKind
from dialogue.store.base import AccountId, CaseId, Hash, Id, InRoom, Row, Sealed, UtcDateTime, When, enum_column


class ParticipantState(StrEnum):
    """Where a listed person stands; the keys follow the statements, never this word.

    RENEWED   the person has made new keys and waits until they are signed for, as a newcomer does
    """

    LISTED = "listed"
    ENROLLED = "enrolled"
    STATED = "stated"
    CONFIRMED = "confirmed"
    RENEWED = "renewed"
    DECLINED = "declined"
    REMOVED = "removed"


class Participant(Row):
    """A listed person of a party, or a facilitator or expert of the ILO."""

    __tablename__ = "participants"
    __table_args__ = (UniqueConstraint("case_id", "account_id"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    party: Mapped[Party | None] = mapped_column(enum_column(Party))
    role: Mapped[Role] = mapped_column(enum_column(Role))
    state: Mapped[ParticipantState] = mapped_column(enum_column(ParticipantState))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    sealed_identity: Mapped[Sealed]
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    listed_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    listed_at: Mapped[When]
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_late: Mapped[bool] = mapped_column(default=False)
    stands_in: Mapped[bool] = mapped_column(default=True)
    keys_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SeatStatement(Row):
    """One link of a case's chain of signed seat statements."""

    __tablename__ = "seat_statements"

    case_id: Mapped[CaseId] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[StatementKind] = mapped_column(enum_column(StatementKind))
    account_id: Mapped[AccountId]
    fingerprint: Mapped[Hash]
    party: Mapped[Party | None] = mapped_column(enum_column(Party))
    role: Mapped[Role] = mapped_column(enum_column(Role))
    room: Mapped[Room | None] = mapped_column(enum_column(Room))
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signer_id: Mapped[AccountId]
    signer_fingerprint: Mapped[Hash]
    previous: Mapped[Hash]
    digest: Mapped[Hash]
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))
    made_at: Mapped[When]


class DeskStatement(Row):
    """One link of the chain in which confirmed coordinators list the staff and their keys."""

    __tablename__ = "desk_statements"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    removes: Mapped[bool]
    account_id: Mapped[AccountId]
    fingerprint: Mapped[Hash]
    role: Mapped[StaffRole] = mapped_column(enum_column(StaffRole))
    signer_id: Mapped[AccountId]
    signer_fingerprint: Mapped[Hash]
    previous: Mapped[Hash]
    digest: Mapped[Hash]
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))
    made_at: Mapped[When]


class SeatInquiry(Row, InRoom):
    """What one lead asks the other about a listed person, and the answer; in the drafting room, never for the ILO."""

    __tablename__ = "seat_inquiries"

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    participant_id: Mapped[UUID] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"))
    party: Mapped[Party] = mapped_column(enum_column(Party))
    asked_by: Mapped[AccountId]
    asked_at: Mapped[When]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sealed_question: Mapped[Sealed]
    sealed_answer: Mapped[bytes | None] = mapped_column(LargeBinary)


class Attendant(Row, InRoom):
    """A paper entry: an interpreter or observer who has undertaken, and for which meetings; who it is is sealed."""

    __tablename__ = "attendants"

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    kind: Mapped[AttendantKind] = mapped_column(enum_column(AttendantKind))
    party: Mapped[Party | None] = mapped_column(enum_column(Party))
    entered_by: Mapped[AccountId]
    entered_at: Mapped[When]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sealed_body: Mapped[Sealed]


class Declaration(Row, InRoom):
    """A proposed facilitator's interests in this case, or "none"; read in the request room."""

    __tablename__ = "declarations"

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    participant_id: Mapped[UUID] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"))
    account_id: Mapped[AccountId]
    sealed_body: Mapped[Sealed]
    made_at: Mapped[When]


def participants_of(session: Session, case_id: UUID) -> Sequence[Participant]:
    """Everybody ever listed, in the order of listing."""
    return session.scalars(
        select(Participant).where(Participant.case_id == case_id).order_by(Participant.listed_at, Participant.id)
    ).all()


def find_participant(session: Session, case_id: UUID, participant_id: UUID) -> Participant | None:
    return session.scalar(select(Participant).where(Participant.case_id == case_id, Participant.id == participant_id))


def find_invited(session: Session, participant_id: UUID) -> Participant | None:
    """Whom an invitation was for, in whichever case."""
    return session.get(Participant, participant_id)


def find_seat(session: Session, case_id: UUID, account_id: UUID) -> Participant | None:
    return session.scalar(
        select(Participant).where(Participant.case_id == case_id, Participant.account_id == account_id)
    )


def statements_of(session: Session, case_id: UUID) -> Sequence[SeatStatement]:
    """The chain, from its first link."""
    return session.scalars(
        select(SeatStatement).where(SeatStatement.case_id == case_id).order_by(SeatStatement.number)
    ).all()


def desk_statements(session: Session) -> Sequence[DeskStatement]:
    return session.scalars(select(DeskStatement).order_by(DeskStatement.number)).all()


def declarations_of(session: Session, case_id: UUID) -> Sequence[Declaration]:
    return session.scalars(
        select(Declaration).where(Declaration.case_id == case_id).order_by(Declaration.made_at)
    ).all()


def statement_digest(session: Session, case_id: UUID, number: int) -> bytes | None:
    return session.scalar(
        select(SeatStatement.digest).where(SeatStatement.case_id == case_id, SeatStatement.number == number)
    )


def inquiries_about(session: Session, case_id: UUID, participant_id: UUID) -> Sequence[SeatInquiry]:
    """What was asked about one person, oldest first."""
    return session.scalars(
        select(SeatInquiry)
        .where(SeatInquiry.case_id == case_id, SeatInquiry.participant_id == participant_id)
        .order_by(SeatInquiry.asked_at, SeatInquiry.id)
    ).all()


def seats_of(session: Session, account_id: UUID) -> Sequence[Participant]:
    """Every place that an account has or had, in whatever case."""
    return session.scalars(select(Participant).where(Participant.account_id == account_id)).all()


def find_inquiry(session: Session, case_id: UUID, inquiry_id: UUID) -> SeatInquiry | None:
    return session.scalar(select(SeatInquiry).where(SeatInquiry.case_id == case_id, SeatInquiry.id == inquiry_id))


def inquiries_counted(session: Session, case_id: UUID) -> dict[UUID, tuple[int, int]]:
    """By participant: how many questions were asked about that person, and how many of them wait for an answer."""
    rows = session.execute(
        select(SeatInquiry.participant_id, func.count(), func.count() - func.count(SeatInquiry.answered_at))
        .where(SeatInquiry.case_id == case_id)
        .group_by(SeatInquiry.participant_id)
    )
    return {participant: (asked, waiting) for participant, asked, waiting in rows}


def attendants_of(session: Session, case_id: UUID) -> Sequence[Attendant]:
    """Everybody entered, newest first."""
    return session.scalars(
        select(Attendant).where(Attendant.case_id == case_id).order_by(Attendant.entered_at.desc(), Attendant.id)
    ).all()


def find_attendant(session: Session, case_id: UUID, attendant_id: UUID) -> Attendant | None:
    return session.scalar(select(Attendant).where(Attendant.case_id == case_id, Attendant.id == attendant_id))
