"""The follow-up of a completed dialogue: what is kept, what is due, and how both sides see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from dialogue.domain.acts import Act
from dialogue.domain.cases import CaseStatus
from dialogue.domain.catalogue import OfferKind
from dialogue.domain.followup import (
    ChangeState,
    CommitmentState,
    Owner,
    ReviewState,
    acts_on,
    day_of,
    usual_reviews,
)
from dialogue.domain.people import Party, Room, Seat, rooms_of
from dialogue.errors import OutOfDate
from dialogue.services import audit, cases, commitments, identity, pledges, reviews, rooms
from dialogue.services.admission import acts_open, admit
from dialogue.services.cases import CaseHead
from dialogue.services.identity import Person
from dialogue.services.pledges import ChangeShown, ReportShown
from dialogue.services.reviews import ReviewShown
from dialogue.services.rooms import Trouble
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.catalogue import OfferVersion, offers
from dialogue.store.followup import (
    Commitment,
    CommitmentChange,
    CommitmentReport,
    changes_of,
    changes_standing,
    commitments_of,
    newest_reports,
    reports_of,
    reviews_of,
    supports_of,
)


class Moment(StrEnum):
    """What a day of the follow-up is, in its line of time."""

    COMPLETED = "completed"
    DUE = "due"
    REVIEW = "review"
    HELD = "held"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class SupportShown:
    """An offer of the ILO beside a commitment."""

    id: UUID
    commitment_id: UUID
    offer_id: UUID | None
    kind: OfferKind | None
    title: str = field(repr=False)
    remark: str = field(repr=False)
    party: Party
    person: Person | None = field(repr=False)
    trouble: Trouble | None


@dataclass(frozen=True, slots=True)
class CommitmentShown:
    """One commitment as it stands.

    current     what both have signed; None before that
    proposal    what waits for the other lead's signature
    report      the newest report
    is_near     its owner is asked about it by now
    trouble     what stands in clear does not fit what both have signed
    """

    id: UUID
    number: int
    state: CommitmentState
    state_since: datetime
    owner: Owner
    due_on: date
    is_near: bool
    current: ChangeShown | None
    proposal: ChangeShown | None
    report: ReportShown | None
    supports: tuple[SupportShown, ...]
    waits_for: Party | None
    trouble: Trouble | None
    may: frozenset[Act]

    @property
    def text(self) -> ChangeShown | None:
        """The words to read: what both have signed, else what is proposed."""
        return self.current or self.proposal


@dataclass(frozen=True, slots=True)
class SideShown:
    """What one side carries: numbers of things and no score."""

    party: Party
    is_own: bool
    open: tuple[CommitmentShown, ...]
    closed: tuple[CommitmentShown, ...]


@dataclass(frozen=True, slots=True)
class TimeShown:
    """One day in the line of time; a number of a commitment or a review, no words.

    is_ahead   it is still to come
    """

    day: date
    what: Moment
    number: int | None
    about: UUID | None
    is_ahead: bool


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The page of the follow-up.

    usual   days of reviews that are usual and not taken yet
    meets   the reader can propose dates for a meeting
    """

    head: CaseHead
    commitments: tuple[CommitmentShown, ...]
    sides: tuple[SideShown, ...]
    reviews: tuple[ReviewShown, ...]
    line: tuple[TimeShown, ...]
    usual: tuple[date, ...]
    meets: bool
    today: date

    @property
    def waiting(self) -> tuple[CommitmentShown, ...]:
        """Those about which something is proposed."""
        return tuple(one for one in self.commitments if one.proposal is not None)


@dataclass(frozen=True, slots=True)
class CommitmentPage:
    """One commitment with its history, newest first.

    closes   the dialogue closes by itself when this commitment closes
    items    agreed items of the signed outcome record from which it can come
    """

    head: CaseHead
    commitment: CommitmentShown
    changes: tuple[ChangeShown, ...]
    reports: tuple[ReportShown, ...]
    closes: bool
    items: tuple[tuple[UUID, str], ...] = field(repr=False)
    offers: tuple[tuple[UUID, OfferKind, str], ...]
    today: date


@dataclass(frozen=True, slots=True)
class Proposing:
    """What somebody reads before proposing a commitment."""

    head: CaseHead
    items: tuple[tuple[UUID, str], ...] = field(repr=False)
    usual: tuple[date, ...]
    today: date


@dataclass(frozen=True, slots=True)
class Standing:
    """What one side carries, in the words of the overview: how many are open and closed, and the next day."""

    party: Party
    open: int
    closed: int
    next_day: date | None


@dataclass(frozen=True, slots=True)
class Standings:
    """The follow-up at a glance; a count of things, never a judgement."""

    sides: tuple[Standing, ...]
    next_review: date | None


def index(work: UnitOfWork, case_id: UUID) -> FollowUp:
    """Everything that is followed up in this case; a constant number of queries."""
    case, seat = admit(work, case_id, Act.COMMITMENT_READ)
    rows = [row for row in commitments_of(work.session, case.id) if row.state is not CommitmentState.WITHDRAWN]
    changes = changes_standing(work.session, case.id)
    shown = _shown(work, case, seat, rows, changes, newest_reports(work.session, case.id))
    held = reviews.of_case(work, case, seat)
    audit.record(work, Act.COMMITMENT_READ, case.id)
    today = day_of(work.now)
    return FollowUp(
        cases.head(work, case, seat),
        shown,
        tuple(_side(party, shown, seat) for party in Party),
        tuple(held),
        _line(case, shown, held, today),
        _usual(case, held, today),
        Act.MEETING_PROPOSE in acts_open(work, case, seat, Room.LOGISTICS),
        today,
    )


def show(work: UnitOfWork, case_id: UUID, commitment_id: UUID) -> CommitmentPage:
    """One commitment with all that both have signed and reported of it."""
    case, seat = admit(work, case_id, Act.COMMITMENT_READ)
    row = commitments.find(work, case, commitment_id)
    changes = changes_of(work.session, [row.id])
    reports = reports_of(work.session, [row.id])
    shown = _shown(work, case, seat, [row], changes, reports[-1:])[0]
    audit.record(work, Act.COMMITMENT_READ, case.id, row.id)
    return CommitmentPage(
        cases.head(work, case, seat),
        shown,
        tuple(reversed(pledges.open_changes(work, case, changes))),
        tuple(reversed(pledges.open_reports(work, case, reports))),
        case.status is CaseStatus.COMPLETED and commitments.is_last(work, case, row),
        tuple(commitments.agreed_items(work, case).items()) if Act.COMMITMENT_CHANGE in shown.may else (),
        _offered(work) if Act.COMMITMENT_SUPPORT in shown.may else (),
        day_of(work.now),
    )


def look_before(work: UnitOfWork, case_id: UUID, commitment_id: UUID, act: Act) -> CommitmentPage:
    """The same for somebody who is about to do that; refused as the act itself would be.

    raises   OutOfDate where it cannot be done any more
    """
    admit(work, case_id, act)
    page = show(work, case_id, commitment_id)
    if act not in page.commitment.may:
        raise OutOfDate(commitment_id)
    return page


def proposing(work: UnitOfWork, case_id: UUID) -> Proposing:
    """What somebody reads before proposing a commitment."""
    case, seat = admit(work, case_id, Act.COMMITMENT_PROPOSE)
    today = day_of(work.now)
    usual = usual_reviews(day_of(case.ended_at or work.now), today)
    return Proposing(cases.head(work, case, seat), tuple(commitments.agreed_items(work, case).items()), usual, today)


def proposing_review(work: UnitOfWork, case_id: UUID) -> Proposing:
    """What somebody reads before proposing the day of a review."""
    case, seat = admit(work, case_id, Act.REVIEW_PROPOSE)
    today = day_of(work.now)
    return Proposing(cases.head(work, case, seat), (), _usual(case, reviews.of_case(work, case, seat), today), today)


def standings(work: UnitOfWork, case: Case, seat: Seat) -> Standings | None:
    """What stands on the page of the case itself: numbers and days that are in clear; None where there is none.

    Whoever does not hear the joint room is told nothing.
    """
    if case.status not in {CaseStatus.COMPLETED, CaseStatus.CLOSED} or Room.JOINT not in rooms_of(seat):
        return None
    rows = commitments_of(work.session, case.id)
    ahead = [row for row in reviews_of(work.session, case.id) if row.state is ReviewState.AGREED]
    return Standings(
        tuple(_standing(party, [row for row in rows if party in row.owner.parties]) for party in Party),
        day_of(ahead[0].due_at) if ahead and case.status is CaseStatus.COMPLETED else None,
    )


def _standing(party: Party, rows: Sequence[Commitment]) -> Standing:
    carried = [row for row in rows if row.state is CommitmentState.IN_FORCE]
    closed = sum(row.state is CommitmentState.CLOSED for row in rows)
    days = sorted(row.due_at for row in carried)
    return Standing(party, len(carried), closed, day_of(days[0]) if days else None)


def _shown(
    work: UnitOfWork,
    case: Case,
    seat: Seat,
    rows: Sequence[Commitment],
    changes: Sequence[CommitmentChange],
    reports: Sequence[CommitmentReport],
) -> tuple[CommitmentShown, ...]:
    texts = pledges.open_changes(work, case, changes)
    told = {shown.commitment_id: shown for shown in pledges.open_reports(work, case, reports)}
    supports = _supports(work, case)
    may = acts_open(work, case, seat)
    return tuple(
        _commitment(
            work,
            seat,
            row,
            [text for text in texts if text.commitment_id == row.id],
            told.get(row.id),
            tuple(one for one in supports if one.commitment_id == row.id),
            may,
        )
        for row in rows
    )


def _commitment(
    work: UnitOfWork,
    seat: Seat,
    row: Commitment,
    texts: Sequence[ChangeShown],
    report: ReportShown | None,
    supports: tuple[SupportShown, ...],
    may: frozenset[Act],
) -> CommitmentShown:
    current = next((text for text in texts if text.id == row.change_id), None)
    proposal = next((text for text in texts if text.state is ChangeState.PROPOSED), None)
    situation = commitments.situation_of(row, proposal.party if proposal is not None else None)
    speaks = seat.party if seat.speaks else None
    return CommitmentShown(
        row.id,
        row.number,
        row.state,
        row.state_since,
        row.owner,
        day_of(row.due_at),
        row.state is CommitmentState.IN_FORCE and row.waits_for is None and row.asks_at <= work.now,
        current,
        proposal,
        report,
        supports,
        row.waits_for,
        _trouble(row, current),
        acts_on(situation, speaks) & may,
    )


def _trouble(row: Commitment, current: ChangeShown | None) -> Trouble | None:
    """What stands in clear for the clock is said again in what both have signed."""
    if current is None:
        return Trouble.BROKEN if row.change_id is not None else None
    if (row.owner, day_of(row.due_at)) != (current.owner, current.due_on):
        return Trouble.BROKEN
    return current.trouble


def _supports(work: UnitOfWork, case: Case) -> list[SupportShown]:
    rows = supports_of(work.session, case.id)
    opened = rooms.open_all(work, case, Room.JOINT, [(row.sealed_body, row.place("body", Room.JOINT)) for row in rows])
    people = identity.people(work, {row.noted_by for row in rows})
    return [
        SupportShown(
            row.id,
            row.commitment_id,
            UUID(told.body["offer"]) if told.trouble is None else None,
            OfferKind(told.body["kind"]) if told.trouble is None else None,
            told.body.get("title", ""),
            told.body.get("remark", ""),
            row.party,
            people.get(row.noted_by),
            told.trouble,
        )
        for row, told in zip(rows, opened, strict=True)
    ]


def _side(party: Party, shown: Sequence[CommitmentShown], seat: Seat) -> SideShown:
    own = [one for one in shown if party in one.owner.parties]
    return SideShown(
        party,
        party is seat.party,
        tuple(one for one in own if one.state is CommitmentState.IN_FORCE),
        tuple(one for one in own if one.state is CommitmentState.CLOSED),
    )


def _line(
    case: Case, shown: Sequence[CommitmentShown], held: Sequence[ReviewShown], today: date
) -> tuple[TimeShown, ...]:
    days = []
    if case.ended_at is not None:
        days.append(TimeShown(day_of(case.ended_at), Moment.COMPLETED, None, None, False))
    for one in shown:
        if one.state is CommitmentState.CLOSED:
            days.append(TimeShown(day_of(one.state_since), Moment.CLOSED, one.number, one.id, False))
        elif one.state is CommitmentState.IN_FORCE:
            days.append(TimeShown(one.due_on, Moment.DUE, one.number, one.id, one.due_on >= today))
    for review in held:
        if review.state is ReviewState.HELD and review.settled_at is not None:
            days.append(TimeShown(day_of(review.settled_at), Moment.HELD, review.number, review.id, False))
        elif review.state is ReviewState.AGREED:
            ahead = review.due_on >= today
            days.append(TimeShown(review.due_on, Moment.REVIEW, review.number, review.id, ahead))
    return tuple(sorted(days, key=lambda one: (one.day, one.what != Moment.COMPLETED, one.number or 0)))


def _usual(case: Case, held: Sequence[ReviewShown], today: date) -> tuple[date, ...]:
    taken = {review.due_on for review in held}
    return tuple(day for day in usual_reviews(day_of(case.ended_at or case.opened_at), today) if day not in taken)


def _offered(work: UnitOfWork) -> tuple[tuple[UUID, OfferKind, str], ...]:
    return tuple(_offer(row) for row in offers(work.session))


def _offer(row: OfferVersion) -> tuple[UUID, OfferKind, str]:
    return row.offer_id, row.kind, row.title
