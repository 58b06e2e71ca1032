"""The meetings that are still to come in the story: one that looks for a date, and a caucus that has one."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from dialogue.demo.stage import Stage
from dialogue.demo.story import CAUCUS, NEXT_MEETING
from dialogue.domain.meetings import Answer, MeetingKind, Offer
from dialogue.services import dates, meetings

YES, MAYBE, NO = Answer.YES, Answer.IF_NEED_BE, Answer.NO
SAID = {
    "company_lead": (YES, MAYBE, NO, YES),
    "supplier": (YES, YES, NO, NO),
    "steward": (MAYBE, YES, YES, YES),
}


def look_ahead(stage: Stage, case_id: UUID) -> None:
    """Four dates are offered for the next round, and the union's lead has not answered; its caucus has its time."""
    base = (stage.now + timedelta(days=24)).replace(minute=0, second=0, microsecond=0)
    base += timedelta(days=-base.weekday() % 7)
    hours = (13, 15, 6, 14)
    offers = [Offer((base + timedelta(days=place)).replace(hour=hour), 120) for place, hour in enumerate(hours)]
    with stage.writing("facilitator") as work:
        meeting_id = meetings.propose(
            work, case_id, kind=MeetingKind.JOINT, details=NEXT_MEETING, offers=offers, asks_ground=True
        )
    for part, said in SAID.items():
        _answer(stage, case_id, meeting_id, part, said)
    with stage.writing("facilitator") as work:
        offers = [Offer((base - timedelta(days=3)).replace(hour=15), 60)]
        caucus_id = meetings.propose(work, case_id, kind=MeetingKind.UNION_CAUCUS, details=CAUCUS, offers=offers)
    _answer(stage, case_id, caucus_id, "union_lead", (YES,))
    with stage.writing("facilitator") as work:
        [chosen] = meetings.show(work, case_id, caucus_id).dates
        dates.confirm(work, case_id, caucus_id, chosen.id)


def _answer(stage: Stage, case_id: UUID, meeting_id: UUID, part: str, said: tuple[Answer, ...]) -> None:
    with stage.writing(part) as work:
        offered = sorted(meetings.show(work, case_id, meeting_id).dates, key=lambda one: one.begins_at)
        dates.answer(work, case_id, meeting_id, answers={one.id: word for one, word in zip(offered, said, strict=True)})
