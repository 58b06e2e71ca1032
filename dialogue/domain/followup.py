"""Follow-up: what was agreed to be done, what its owner reports, and what the other side says to it; no score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from dialogue.domain.acts import Act
from dialogue.domain.lifecycle import Lifecycle
from dialogue.domain.people import Party
from dialogue.errors import Unfit

LONGEST_TEXT = 3_000
LONGEST_WORDS = 6_000
DRAFT_OF_COMMITMENT = "followup.propose"
MOST_OPEN = 100
# How long before a day somebody is asked, and how long after a report on what goes on.
BEFORE = timedelta(days=14)
AGAIN = timedelta(days=30)
FURTHEST = timedelta(days=366 * 15)
_UTC = ZoneInfo("UTC")


class Owner(StrEnum):
    """Who carries a commitment out."""

    COMPANY = "company"
    UNION = "union"
    BOTH = "both"

    @property
    def parties(self) -> frozenset[Party]:
        return frozenset(Party) if self is Owner.BOTH else frozenset({Party(self.value)})


class CommitmentState(StrEnum):
    """PROPOSED by one lead, IN_FORCE once both have signed, CLOSED when it is done or both let it go."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class ChangeKind(StrEnum):
    """What both are asked to sign: words, owner and day, or that it is let go as it stands."""

    WORDS = "words"
    LET_GO = "let_go"


class ChangeState(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    WITHDRAWN = "withdrawn"


class Progress(StrEnum):
    """How far it is, in the words of the side that says so."""

    NOT_BEGUN = "not_begun"
    UNDER_WAY = "under_way"
    DONE = "done"
    CANNOT_AS_AGREED = "cannot_as_agreed"


class View(StrEnum):
    """What the other side says to a report."""

    SAME = "same"
    DIFFERENT = "different"


class ReviewState(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    HELD = "held"
    WITHDRAWN = "withdrawn"


OPEN_COMMITMENTS = frozenset({CommitmentState.PROPOSED, CommitmentState.IN_FORCE})
OPEN_REVIEWS = frozenset({ReviewState.PROPOSED, ReviewState.AGREED})
WORDS_REQUIRED = frozenset({Progress.CANNOT_AS_AGREED})

COMMITMENT: Lifecycle[CommitmentState] = Lifecycle(
    {
        (CommitmentState.PROPOSED, Act.COMMITMENT_AGREE): CommitmentState.IN_FORCE,
        (CommitmentState.PROPOSED, Act.COMMITMENT_WITHDRAW): CommitmentState.WITHDRAWN,
        (CommitmentState.IN_FORCE, Act.COMMITMENT_REPORT): CommitmentState.IN_FORCE,
        (CommitmentState.IN_FORCE, Act.COMMITMENT_ANSWER): CommitmentState.CLOSED,
        (CommitmentState.IN_FORCE, Act.COMMITMENT_AGREE): CommitmentState.CLOSED,
    }
)
REVIEW: Lifecycle[ReviewState] = Lifecycle(
    {
        (ReviewState.PROPOSED, Act.REVIEW_AGREE): ReviewState.AGREED,
        (ReviewState.PROPOSED, Act.REVIEW_WITHDRAW): ReviewState.WITHDRAWN,
        (ReviewState.AGREED, Act.REVIEW_HOLD): ReviewState.HELD,
    }
)


@dataclass(frozen=True, slots=True)
class Situation:
    """What the rules look at beside the party: where one commitment stands.

    proposed_by    the side whose proposal waits for the other's signature, where one waits
    waits_for      the side whose word to the newest report is waited for
    """

    state: CommitmentState
    owner: Owner
    proposed_by: Party | None = None
    waits_for: Party | None = None


def acts_on(now: Situation, party: Party | None) -> frozenset[Act]:
    """What a party's lead can do about one commitment as it stands; the policy comes on top."""
    if party is None or now.state not in OPEN_COMMITMENTS:
        return frozenset()
    acts = {Act.COMMITMENT_CHANGE}
    if now.proposed_by is not None:
        acts.add(Act.COMMITMENT_WITHDRAW)
        if now.proposed_by is not party:
            acts.add(Act.COMMITMENT_AGREE)
    if now.state is CommitmentState.IN_FORCE:
        acts.add(Act.COMMITMENT_SUPPORT)
        if party in now.owner.parties:
            acts.add(Act.COMMITMENT_REPORT)
        if now.waits_for is party:
            acts.add(Act.COMMITMENT_ANSWER)
    return frozenset(acts)


def closes(progress: Progress, view: View) -> bool:
    """A commitment closes when its owner says that it is done and the other side sees it in the same way."""
    return progress is Progress.DONE and view is View.SAME


def asks_at(due: datetime, now: datetime) -> datetime:
    """When its owner is next asked how far it is: two weeks before, on the day, and then once a month."""
    if now < due - BEFORE:
        return due - BEFORE
    return due if now < due else now + AGAIN


def start_of(day: date) -> datetime:
    """The moment that stands for a day; a day is the same for everybody, wherever the reader is."""
    return datetime.combine(day, time(), _UTC)


def day_of(moment: datetime) -> date:
    return moment.astimezone(_UTC).date()


def check_commitment(what: str, measure: str, day: date, today: date) -> None:
    """Raise Unfit unless it says what is to be done, how both will see it, and by a day that is still to come."""
    if not what.strip() or len(what) > LONGEST_TEXT:
        raise Unfit("commitment_text")
    if not measure.strip() or len(measure) > LONGEST_TEXT:
        raise Unfit("commitment_measure")
    check_day(day, today)


def check_day(day: date, today: date) -> None:
    if not today <= day <= today + FURTHEST:
        raise Unfit("followup_day")


def check_report(progress: Progress, words: str) -> None:
    """Raise Unfit where it cannot be done as agreed and nothing says why, or where there are too many words."""
    if progress in WORDS_REQUIRED and not words.strip():
        raise Unfit("report_words")
    check_length(words)


def check_answer(view: View, words: str) -> None:
    """Raise Unfit where a side sees it differently and does not say how."""
    if view is View.DIFFERENT and not words.strip():
        raise Unfit("answer_words")
    check_length(words)


def check_length(words: str) -> None:
    if len(words) > LONGEST_WORDS:
        raise Unfit("followup_words")


def usual_reviews(completed_on: date, today: date) -> tuple[date, ...]:
    """Six and twelve months after completion, as far as they are still to come."""
    return tuple(day for day in (_months_after(completed_on, 6), _months_after(completed_on, 12)) if day > today)


def is_held(views: Mapping[Party, object]) -> bool:
    """A review is held when both sides have put down how they see it."""
    return set(views) == set(Party)


def _months_after(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first.replace(day=1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def draft_of_report(commitment_id: object) -> str:
    return f"followup.report:{commitment_id}"


def draft_of_answer(commitment_id: object) -> str:
    return f"followup.answer:{commitment_id}"


def draft_of_change(commitment_id: object) -> str:
    return f"followup.change:{commitment_id}"


def draft_of_views(review_id: object) -> str:
    return f"reviews.hold:{review_id}"
