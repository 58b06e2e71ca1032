"""Reviews: a day that both agree on, when each side puts down how it sees what has become of the commitments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from dialogue.crypto.context import Value, digest
from dialogue.domain.acts import Act
from dialogue.domain.followup import (
    BEFORE,
    OPEN_REVIEWS,
    REVIEW,
    CommitmentState,
    Progress,
    ReviewState,
    check_day,
    check_length,
    day_of,
    draft_of_views,
    is_held,
    start_of,
)
from dialogue.domain.people import Party, Room, Seat
from dialogue.errors import IllegalTransition, NotFound, OutOfDate, SealBroken, Unfit
from dialogue.services import audit, cases, drafts, identity, pledges, requests, rooms, signatures, table
from dialogue.services.admission import acts_open, admit
from dialogue.services.cases import CaseHead
from dialogue.services.identity import Person
from dialogue.services.letters import LetterKind
from dialogue.services.pledges import ChangeShown
from dialogue.services.rooms import Opened, Trouble
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.followup import (
    Review,
    ReviewView,
    changes_standing,
    commitments_of,
    find_review,
    is_anything_open,
    reviews_of,
    views_of,
)

MOST = 20
_REVIEW = "dialogue/review/1"
_VIEW = "dialogue/review-view/1"
_WORDS = "dialogue/review-words/1"


@dataclass(frozen=True, slots=True)
class Seen:
    """How one side sees one commitment."""

    commitment_id: UUID
    progress: Progress | None = field(repr=False)
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ViewShown:
    """What one side put down at a review, its signature checked."""

    party: Party
    person: Person | None = field(repr=False)
    made_at: datetime
    seen: tuple[Seen, ...] = field(repr=False)
    words: str = field(repr=False)
    trouble: Trouble | None


@dataclass(frozen=True, slots=True)
class ReviewShown:
    """One review.

    views   what each side has put down; the other side's words are shown once both have
    """

    id: UUID
    number: int
    state: ReviewState
    due_on: date
    remark: str = field(repr=False)
    party: Party
    proposed_by: Person | None = field(repr=False)
    proposed_at: datetime
    settled_at: datetime | None
    has_seen: frozenset[Party]
    views: tuple[ViewShown, ...]
    trouble: Trouble | None
    may: frozenset[Act]


@dataclass(frozen=True, slots=True)
class Holding:
    """The page on which one side puts down its view.

    commitments   number and text of what is in force
    closes        the dialogue closes by itself with this view: nothing else is open
    """

    head: CaseHead
    review: ReviewShown
    commitments: tuple[tuple[int, ChangeShown], ...]
    closes: bool


def propose(work: UnitOfWork, case_id: UUID, *, day: date, remark: str = "") -> UUID:
    """Propose the day of a review, signed; it stands once the other lead has signed the same."""
    case, seat = admit(work, case_id, Act.REVIEW_PROPOSE)
    party = table.party_of(seat)
    check_day(day, day_of(work.now) + timedelta(days=1))
    check_length(remark)
    present = reviews_of(work.session, case.id)
    if any(row.state in OPEN_REVIEWS and day_of(row.due_at) == day for row in present):
        raise Unfit("review_present")
    if sum(row.state in OPEN_REVIEWS for row in present) >= MOST:
        raise Unfit("reviews_many")
    due = start_of(day)
    row = Review(
        id=uuid4(),
        case_id=case.id,
        number=max((one.number for one in present), default=0) + 1,
        state=ReviewState.PROPOSED,
        due_at=due,
        asks_at=due - BEFORE,
        party=party,
        proposed_by=seat.account,
        proposed_at=work.now,
    )
    body = {"remark": remark, **signatures.sign(work, _REVIEW, case.id, party, *_values(row, remark))}
    row.sealed_body = rooms.seal(work, case, Room.JOINT, body, row.place("body", Room.JOINT))
    work.session.add(row)
    work.session.flush()
    audit.record(work, Act.REVIEW_PROPOSE, case.id, row.id, sealed=row.sealed_body)
    _tell(work, case, party.other, row, "proposed")
    return row.id


def agree(work: UnitOfWork, case_id: UUID, review_id: UUID) -> None:
    """Sign for the day that the other lead has proposed."""
    case, seat = admit(work, case_id, Act.REVIEW_AGREE)
    party = table.party_of(seat)
    row = _find(work, case, review_id)
    if row.state is not ReviewState.PROPOSED or row.party is party:
        raise OutOfDate(review_id)
    told = rooms.open_one(work, case, Room.JOINT, row.sealed_body, row.place("body", Room.JOINT))
    _check(work, row, row.party, row.proposed_by, told, told["remark"])
    signed = signatures.sign(work, _REVIEW, case.id, party, *_values(row, told["remark"]))
    row.sealed_voice = rooms.seal(work, case, Room.JOINT, signed, row.place("voice", Room.JOINT))
    row.state = REVIEW.after(row.state, Act.REVIEW_AGREE)
    row.agreed_by, row.settled_at = seat.account, work.now
    work.session.flush()
    audit.record(work, Act.REVIEW_AGREE, case.id, row.id, sealed=row.sealed_voice)
    _tell(work, case, party.other, row, "agreed")


def withdraw(work: UnitOfWork, case_id: UUID, review_id: UUID) -> None:
    """Take a proposed review off; either lead can, for another day can be proposed."""
    case, seat = admit(work, case_id, Act.REVIEW_WITHDRAW)
    party = table.party_of(seat)
    row = _find(work, case, review_id)
    if row.state is not ReviewState.PROPOSED:
        raise OutOfDate(review_id)
    row.state, row.settled_at = REVIEW.after(row.state, Act.REVIEW_WITHDRAW), work.now
    work.session.flush()
    audit.record(work, Act.REVIEW_WITHDRAW, case.id, row.id)
    if row.party is not party:
        _tell(work, case, row.party, row, "withdrawn")


def holding(work: UnitOfWork, case_id: UUID, review_id: UUID) -> Holding:
    """What somebody reads before putting down how the own side sees it."""
    case, seat = admit(work, case_id, Act.REVIEW_HOLD)
    row = _find(work, case, review_id)
    _check_open(work, row, table.party_of(seat))
    audit.record(work, Act.COMMITMENT_READ, case.id, row.id)
    told = shown(work, case, seat, [row])[0]
    closes = bool(told.has_seen) and _is_last(work, case, row)
    return Holding(cases.head(work, case, seat), told, _in_force(work, case), closes)


def hold(work: UnitOfWork, case_id: UUID, review_id: UUID, *, seen: Sequence[Seen], words: str = "") -> bool:
    """Put down, signed, how one's party sees each commitment. Tells whether the whole case closed with it.

    The review is held once both have. Where every commitment is closed by then, the dialogue closes by itself.

    raises   OutOfDate where a commitment has come into force or closed since the page was shown
    """
    case, seat = admit(work, case_id, Act.REVIEW_HOLD)
    party = table.party_of(seat)
    row = _find(work, case, review_id)
    _check_open(work, row, party)
    check_length(words)
    for one in seen:
        check_length(one.words)
    if {one.commitment_id for one in seen} != {told.commitment_id for _, told in _in_force(work, case)}:
        raise OutOfDate(review_id)
    view = ReviewView(
        id=uuid4(), case_id=case.id, review_id=row.id, party=party, account_id=seat.account, made_at=work.now
    )
    said = [
        {
            "commitment": str(one.commitment_id),
            "progress": one.progress.value if one.progress is not None else None,
            "words": one.words,
        }
        for one in seen
    ]
    signed = signatures.sign(work, _VIEW, case.id, party, *_view_values(view, said, words))
    body = {"seen": said, "words": words, **signed}
    view.sealed_body = rooms.seal(work, case, Room.JOINT, body, view.place("body", Room.JOINT))
    work.session.add(view)
    work.session.flush()
    views = {one.party for one in views_of(work.session, case.id) if one.review_id == row.id}
    if is_held(dict.fromkeys(views)):
        row.state, row.settled_at = REVIEW.after(row.state, Act.REVIEW_HOLD), work.now
        work.session.flush()
    drafts.discard(work, case.id, draft_of_views(review_id))
    audit.record(work, Act.REVIEW_HOLD, case.id, row.id, sealed=view.sealed_body)
    if row.state is ReviewState.HELD and _is_last(work, case, row):
        cases.close(work, case)
        return True
    _tell(work, case, party.other, row, f"seen:{party.value}")
    return False


def of_case(work: UnitOfWork, case: Case, seat: Seat) -> list[ReviewShown]:
    """Every review that was not taken off, by its day."""
    rows = [row for row in reviews_of(work.session, case.id) if row.state is not ReviewState.WITHDRAWN]
    return shown(work, case, seat, rows)


def shown(work: UnitOfWork, case: Case, seat: Seat, rows: Sequence[Review]) -> list[ReviewShown]:
    """Open those reviews and what each side put down; a constant number of queries."""
    ids = {row.id for row in rows}
    views = [view for view in views_of(work.session, case.id) if view.review_id in ids]
    agreed = [row for row in rows if row.agreed_by is not None]
    opened = rooms.open_all(
        work,
        case,
        Room.JOINT,
        [(row.sealed_body, row.place("body", Room.JOINT)) for row in rows]
        + [(row.sealed_voice or b"", row.place("voice", Room.JOINT)) for row in agreed]
        + [(view.sealed_body, view.place("body", Room.JOINT)) for view in views],
    )
    signatures.fetch_keys(work, [told.body for told in opened if told.trouble is None])
    voices = dict(zip((row.id for row in agreed), opened[len(rows) :], strict=False))
    accounts = {row.proposed_by for row in rows} | {view.account_id for view in views}
    people = identity.people(work, accounts)
    told_views = [
        (view.review_id, _view(work, view, told, people.get(view.account_id)))
        for view, told in zip(views, opened[len(rows) + len(agreed) :], strict=True)
    ]
    may = acts_open(work, case, seat)
    return [
        _review(work, seat, row, told, voices.get(row.id), [v for at, v in told_views if at == row.id], people, may)
        for row, told in zip(rows, opened, strict=False)
    ]


def _review(
    work: UnitOfWork,
    seat: Seat,
    row: Review,
    told: Opened,
    voice: Opened | None,
    views: list[ViewShown],
    people: Mapping[UUID, Person],
    may: frozenset[Act],
) -> ReviewShown:
    told = pledges.genuine(told, lambda body: _check(work, row, row.party, row.proposed_by, body, body["remark"]))
    trouble, remark = told.trouble, told.body.get("remark", "")
    signer = row.agreed_by
    if trouble is None and row.state in {ReviewState.AGREED, ReviewState.HELD}:
        if voice is None or signer is None:
            trouble = Trouble.BROKEN
        else:
            heard = pledges.genuine(voice, lambda body: _check(work, row, row.party.other, signer, body, remark))
            trouble = heard.trouble
    return ReviewShown(
        row.id,
        row.number,
        row.state,
        day_of(row.due_at),
        remark,
        row.party,
        people.get(row.proposed_by),
        row.proposed_at,
        row.settled_at,
        frozenset(view.party for view in views),
        tuple(view for view in views if row.state is ReviewState.HELD or view.party is seat.party),
        trouble,
        _acts_about(work, row, seat.party, {view.party for view in views}) & may,
    )


def _acts_about(work: UnitOfWork, row: Review, party: Party | None, seen: set[Party]) -> frozenset[Act]:
    if party is None:
        return frozenset()
    if row.state is ReviewState.PROPOSED:
        agreeing = {Act.REVIEW_AGREE} if row.party is not party else set()
        return frozenset({Act.REVIEW_WITHDRAW} | agreeing)
    if row.state is ReviewState.AGREED and party not in seen and row.asks_at <= work.now:
        return frozenset({Act.REVIEW_HOLD})
    return frozenset()


def _check_open(work: UnitOfWork, row: Review, party: Party) -> None:
    """Raise unless that side can put down its view now."""
    if row.state is not ReviewState.AGREED or row.asks_at > work.now:
        raise IllegalTransition(row.state, Act.REVIEW_HOLD)
    if any(view.review_id == row.id and view.party is party for view in views_of(work.session, row.case_id)):
        raise OutOfDate(row.id)


def _is_last(work: UnitOfWork, case: Case, row: Review) -> bool:
    """Whether commitments were closed, and nothing but this review is open."""
    states = {commitment.state for commitment in commitments_of(work.session, case.id)}
    return CommitmentState.CLOSED in states and not is_anything_open(work.session, case.id, but=row.id)


def _in_force(work: UnitOfWork, case: Case) -> tuple[tuple[int, ChangeShown], ...]:
    rows = {row.id: row for row in commitments_of(work.session, case.id) if row.state is CommitmentState.IN_FORCE}
    standing = {row.change_id for row in rows.values()}
    texts = pledges.open_changes(
        work, case, [change for change in changes_standing(work.session, case.id) if change.id in standing]
    )
    return tuple(sorted(((rows[text.commitment_id].number, text) for text in texts), key=lambda pair: pair[0]))


def _view(work: UnitOfWork, row: ReviewView, told: Opened, person: Person | None) -> ViewShown:
    def check(body: dict[str, Any]) -> None:
        values = _view_values(row, body["seen"], body["words"])
        signatures.check(work, _VIEW, row.case_id, row.party, row.account_id, body, *values)

    told = pledges.genuine(told, check)
    seen = tuple(
        Seen(UUID(one["commitment"]), Progress(one["progress"]) if one["progress"] else None, one["words"])
        for one in told.body.get("seen", ())
    )
    return ViewShown(row.party, person, row.made_at, seen, told.body.get("words", ""), told.trouble)


def _check(work: UnitOfWork, row: Review, party: Party, signer: UUID, body: Mapping[str, Any], remark: str) -> None:
    try:
        signatures.check(work, _REVIEW, row.case_id, party, signer, body, *_values(row, remark))
    except (KeyError, TypeError, ValueError):
        raise SealBroken(row.id) from None


def _values(row: Review, remark: str) -> tuple[Value, ...]:
    return row.id, row.number, row.due_at, digest(_WORDS, remark)


def _view_values(row: ReviewView, said: Sequence[Mapping[str, Any]], words: str) -> tuple[Value, ...]:
    seen: list[Value] = [[one["commitment"], one["progress"], one["words"]] for one in said]
    return row.id, row.review_id, digest(_WORDS, seen, words), row.made_at


def _find(work: UnitOfWork, case: Case, review_id: UUID) -> Review:
    row = find_review(work.session, case.id, review_id)
    if row is None:
        raise NotFound(review_id)
    return row


def _tell(work: UnitOfWork, case: Case, party: Party, row: Review, what: str) -> None:
    cases.tell(work, requests.leads_of(work, case, party), LetterKind.WAITING, about=f"{row.id.hex}:{what}")
