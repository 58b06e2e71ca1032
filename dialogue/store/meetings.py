"""Meetings, the dates offered for them, the answers, and what is said of a meeting as a whole."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, and_, exists, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.domain.cases import GONE, Support
from dialogue.domain.meetings import (
    MEETING_ROOMS,
    OPEN_DATES,
    OVER,
    ROOM_OF,
    DateState,
    Ground,
    MeetingKind,
    MeetingState,
    VoiceKind,
    kinds_heard,
)
from dialogue.domain.people import BEHIND_THE_TERMS, NEEDS_FACILITATION, Party, Role, Room, listens
from dialogue.store.accounts import Account, AccountState
from dialogue.store.base import AccountId, CaseId, Id, InRoom, Row, Sealed, UtcDateTime, When, enum_column
from dialogue.store.cases import Case
from dialogue.store.participants import Participant, ParticipantState
from dialogue.store.terms import TermsAcceptance


class Meeting(Row, InRoom):
    """One meeting. Its words are sealed in its room; what is in clear is its kind, its state and its time.

    sequence    how often its time was confirmed, moved or cancelled; 0 while it is only proposed
    edition     how often its words were written; they are sealed under it
    begins_at   the confirmed time, until ``ends_at``, ``minutes`` later; None until there is one
    """

    __tablename__ = "meetings"
    __table_args__ = (Index("ix_meetings_of_case", "case_id", "kind", "begins_at"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    kind: Mapped[MeetingKind] = mapped_column(enum_column(MeetingKind))
    state: Mapped[MeetingState] = mapped_column(enum_column(MeetingState))
    ground: Mapped[Ground] = mapped_column(enum_column(Ground))
    sequence: Mapped[int]
    edition: Mapped[int]
    begins_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    minutes: Mapped[int | None]
    proposed_by: Mapped[AccountId]
    proposed_at: Mapped[When]
    state_since: Mapped[When]
    ground_since: Mapped[When]
    sealed_body: Mapped[Sealed]

    @property
    def version(self) -> int:
        """The edition under which the words are sealed: an older one does not open in its place."""
        return self.edition

    @property
    def room(self) -> Room:
        return ROOM_OF[self.kind]

    def take_place(self, begins_at: datetime, minutes: int) -> None:
        """Give it its time."""
        self.begins_at, self.minutes = begins_at, minutes
        self.ends_at = begins_at + timedelta(minutes=minutes)


class MeetingDate(Row, InRoom):
    """One date offered for a meeting."""

    __tablename__ = "meeting_dates"

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), index=True)
    state: Mapped[DateState] = mapped_column(enum_column(DateState))
    begins_at: Mapped[When]
    minutes: Mapped[int]
    offered_by: Mapped[AccountId]
    offered_at: Mapped[When]
    state_since: Mapped[When]


class MeetingAnswer(Row, InRoom):
    """What one person says to one date; the answer is sealed together with the time that it is about."""

    __tablename__ = "meeting_answers"
    __table_args__ = (UniqueConstraint("date_id", "account_id"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), index=True)
    date_id: Mapped[UUID] = mapped_column(ForeignKey("meeting_dates.id", ondelete="CASCADE"))
    account_id: Mapped[AccountId]
    given_at: Mapped[When]
    sealed_body: Mapped[Sealed]


class MeetingVoice(Row, InRoom):
    """What somebody said of a meeting as a whole while it had that sequence: confirmed, to be cancelled, held; or
    that he cannot come."""

    __tablename__ = "meeting_voices"

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), index=True)
    kind: Mapped[VoiceKind] = mapped_column(enum_column(VoiceKind))
    sequence: Mapped[int]
    account_id: Mapped[AccountId]
    said_at: Mapped[When]
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sealed_body: Mapped[Sealed]


class MeetingBooking(Row, InRoom):
    """The ground that the ILO's desk has booked for a meeting at one of its times; the newest is what counts."""

    __tablename__ = "meeting_bookings"

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), index=True)
    sequence: Mapped[int]
    booked_by: Mapped[AccountId]
    booked_at: Mapped[When]
    sealed_body: Mapped[Sealed]


def meetings_of(session: Session, case_id: UUID, kinds: Collection[MeetingKind]) -> Sequence[Meeting]:
    """The meetings of those kinds, the confirmed ones by time, those without a time in the order of proposing."""
    return session.scalars(
        select(Meeting)
        .where(Meeting.case_id == case_id, Meeting.kind.in_(list(kinds)))
        .order_by(Meeting.begins_at.is_(None), Meeting.begins_at, Meeting.proposed_at, Meeting.id)
    ).all()


def find_meeting(session: Session, case_id: UUID, meeting_id: UUID, kinds: Collection[MeetingKind]) -> Meeting | None:
    """The meeting, where it is of one of those kinds."""
    return session.scalar(
        select(Meeting).where(Meeting.case_id == case_id, Meeting.id == meeting_id, Meeting.kind.in_(list(kinds)))
    )


def next_meeting(session: Session, case_id: UUID, kinds: Collection[MeetingKind], now: datetime) -> Meeting | None:
    """The confirmed meeting that comes first, of those that have not begun."""
    return session.scalar(
        select(Meeting)
        .where(
            Meeting.case_id == case_id,
            Meeting.kind.in_(list(kinds)),
            Meeting.state == MeetingState.CONFIRMED,
            Meeting.begins_at > now,
        )
        .order_by(Meeting.begins_at, Meeting.id)
        .limit(1)
    )


def last_held(session: Session, case_id: UUID, kind: MeetingKind) -> Meeting | None:
    """The last meeting of a kind that has been held."""
    return session.scalar(
        select(Meeting)
        .where(Meeting.case_id == case_id, Meeting.kind == kind, Meeting.state == MeetingState.HELD)
        .order_by(Meeting.begins_at.desc(), Meeting.id)
        .limit(1)
    )


def dates_of(session: Session, meeting_ids: Collection[UUID]) -> Sequence[MeetingDate]:
    """Every date that was ever offered for those meetings, by time."""
    if not meeting_ids:
        return []
    return session.scalars(
        select(MeetingDate)
        .where(MeetingDate.meeting_id.in_(list(meeting_ids)))
        .order_by(MeetingDate.begins_at, MeetingDate.id)
    ).all()


def open_dates_of(session: Session, meeting_ids: Collection[UUID]) -> Sequence[MeetingDate]:
    """Those that can still be answered, by time."""
    if not meeting_ids:
        return []
    return session.scalars(
        select(MeetingDate)
        .where(MeetingDate.meeting_id.in_(list(meeting_ids)), MeetingDate.state.in_(OPEN_DATES))
        .order_by(MeetingDate.begins_at, MeetingDate.id)
    ).all()


def answers_of(session: Session, date_ids: Collection[UUID]) -> Sequence[MeetingAnswer]:
    """Every answer to those dates, the last given last."""
    if not date_ids:
        return []
    return session.scalars(
        select(MeetingAnswer)
        .where(MeetingAnswer.date_id.in_(list(date_ids)))
        .order_by(MeetingAnswer.given_at, MeetingAnswer.id)
    ).all()


def voices_of(session: Session, meeting_ids: Collection[UUID]) -> Sequence[MeetingVoice]:
    """What was said of those meetings and not taken back, oldest first."""
    if not meeting_ids:
        return []
    return session.scalars(
        select(MeetingVoice)
        .where(MeetingVoice.meeting_id.in_(list(meeting_ids)), MeetingVoice.taken_back_at.is_(None))
        .order_by(MeetingVoice.said_at, MeetingVoice.id)
    ).all()


def bookings_of(session: Session, meeting_ids: Collection[UUID]) -> Sequence[MeetingBooking]:
    """What was booked for those meetings, oldest first."""
    if not meeting_ids:
        return []
    return session.scalars(
        select(MeetingBooking)
        .where(MeetingBooking.meeting_id.in_(list(meeting_ids)))
        .order_by(MeetingBooking.booked_at, MeetingBooking.id)
    ).all()


def open_meetings(session: Session, case_id: UUID, kinds: Collection[MeetingKind]) -> Sequence[Meeting]:
    """Those that are not over: proposed, or confirmed."""
    return session.scalars(
        select(Meeting)
        .where(Meeting.case_id == case_id, Meeting.kind.in_(list(kinds)), Meeting.state.not_in(OVER))
        .order_by(Meeting.proposed_at, Meeting.id)
    ).all()


def timed_meetings(session: Session, heard: Collection[tuple[UUID, Collection[MeetingKind]]]) -> Sequence[Meeting]:
    """Of each of those cases the meetings of the kinds beside it that have, or had, a confirmed time; by time."""
    if not heard:
        return []
    theirs = [and_(Meeting.case_id == case_id, Meeting.kind.in_(list(kinds))) for case_id, kinds in heard]
    return session.scalars(
        select(Meeting).where(Meeting.begins_at.is_not(None), or_(*theirs)).order_by(Meeting.begins_at, Meeting.id)
    ).all()


def kinds_heard_by(session: Session, account_id: UUID, now: datetime) -> list[tuple[UUID, tuple[MeetingKind, ...]]]:
    """The cases in which somebody sits, each with the kinds of meetings to which that person is asked.

    Rows alone tell it: it serves calendars, which hold times and no word. Whoever coordinates is asked to none.
    """
    has_undertaken = exists().where(
        TermsAcceptance.case_id == Participant.case_id, TermsAcceptance.account_id == account_id
    )
    seated = session.execute(
        select(Case, Participant.party, Participant.role, Participant.until, has_undertaken)
        .join(Participant, Participant.case_id == Case.id)
        .where(
            Participant.account_id == account_id,
            Participant.state == ParticipantState.CONFIRMED,
            Case.status.not_in(GONE),
        )
        .order_by(Case.id)
    )
    found = []
    for case, party, role, until, undertook in seated:
        if until is not None and now >= until:
            continue
        if kinds := _kinds_asked_to(case, party, role, undertook=undertook):
            found.append((case.id, kinds))
    return found


def asked_to(
    session: Session,
    meetings: Collection[Meeting],
    now: datetime,
    state: ParticipantState = ParticipantState.CONFIRMED,
) -> set[tuple[UUID, UUID]]:
    """Meetings, each with everybody in that state who is asked to it, by the rows alone: pairs of both ids."""
    of_cases = {meeting.case_id for meeting in meetings}
    if not of_cases:
        return set()
    has_undertaken = exists().where(
        TermsAcceptance.case_id == Participant.case_id, TermsAcceptance.account_id == Participant.account_id
    )
    seated = session.execute(
        select(Case, Account.id, Participant.party, Participant.role, has_undertaken)
        .join(Participant, Participant.case_id == Case.id)
        .join(Account, Account.id == Participant.account_id)
        .where(
            Participant.case_id.in_(of_cases),
            Account.state == AccountState.ACTIVE,
            Participant.state == state,
            or_(Participant.until.is_(None), Participant.until > now),
            Case.status.not_in(GONE),
        )
    )
    kinds = {
        (case.id, account_id): _kinds_asked_to(case, party, role, undertook=undertook)
        for case, account_id, party, role, undertook in seated
    }
    return {
        (meeting.id, account_id)
        for meeting in meetings
        for (case_id, account_id), theirs in kinds.items()
        if case_id == meeting.case_id and meeting.kind in theirs
    }


def meetings_ahead(session: Session, now: datetime) -> Sequence[Meeting]:
    """Every confirmed meeting that has not begun, in whatever case."""
    return session.scalars(
        select(Meeting).where(Meeting.state == MeetingState.CONFIRMED, Meeting.begins_at > now).order_by(Meeting.id)
    ).all()


def _kinds_asked_to(case: Case, party: Party | None, role: Role, *, undertook: bool) -> tuple[MeetingKind, ...]:
    rooms = {room for room in MEETING_ROOMS if listens(room, party, role)}
    if not undertook:
        rooms -= BEHIND_THE_TERMS
    if Support.FACILITATION not in case.support:
        rooms -= NEEDS_FACILITATION
    return kinds_heard(rooms) if party is not None or role is Role.FACILITATOR else ()


def call_off(session: Session, case_id: UUID, now: datetime) -> Sequence[Meeting]:
    """Cancel what is still to come of a dialogue that is over; nothing of it needs a key."""
    found = [
        meeting
        for meeting in open_meetings(session, case_id, tuple(MeetingKind))
        if meeting.begins_at is None or meeting.begins_at > now
    ]
    for meeting in found:
        meeting.state, meeting.state_since = MeetingState.CANCELLED, now
        meeting.sequence += 1
    for offered in open_dates_of(session, [meeting.id for meeting in found]):
        offered.state, offered.state_since = DateState.PASSED, now
    session.flush()
    return found
