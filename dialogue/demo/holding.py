"""The story's first joint meeting: its agenda, who came, a summary with an amendment to it, and a paper entry."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from dialogue.demo.stage import Stage
from dialogue.demo.story import AMENDED, AMENDED_WHY, LETTER, LETTER_TITLE, MEETING, SUMMARY
from dialogue.domain.agenda import ItemState
from dialogue.domain.holding import Line, Presence
from dialogue.domain.meetings import Answer, MeetingKind, Offer
from dialogue.domain.paper import PaperKind
from dialogue.services import agenda, dates, meetings, paper, programmes, registers, summaries


def hold(stage: Stage, case_id: UUID) -> None:
    """Proposed, answered, confirmed, held and minuted; an amendment and a letter still wait for their answers."""
    meeting_id = _meet(stage, case_id)
    _plan(stage, case_id, meeting_id)
    stage.wait(days=3)
    _note_who_came(stage, case_id, meeting_id)
    with stage.writing("facilitator") as work:
        summary_id = summaries.begin(work, case_id, meeting_id=meeting_id)
        summaries.save(work, case_id, summary_id, text=SUMMARY, base=0)
        summaries.propose(work, case_id, summary_id, seen=1)
    with stage.writing("steward") as work:
        summaries.amend(work, case_id, summary_id, text=AMENDED, seen=1, remark=AMENDED_WHY)
    with stage.writing("company_lead") as work:
        paper.propose(
            work, case_id, kind=PaperKind.LETTER, title=LETTER_TITLE, text=LETTER, happened_on=work.now.date()
        )


def _meet(stage: Stage, case_id: UUID) -> UUID:
    with stage.writing("facilitator") as work:
        at = (work.now + timedelta(days=2)).replace(hour=13, minute=0, second=0, microsecond=0)
        offers = [Offer(at, 120), Offer(at + timedelta(hours=2), 120)]
        meeting_id = meetings.propose(work, case_id, kind=MeetingKind.JOINT, details=MEETING, offers=offers)
        offered = [one.id for one in meetings.show(work, case_id, meeting_id).dates]
    for lead in ("company_lead", "union_lead"):
        with stage.writing(lead) as work:
            dates.answer(work, case_id, meeting_id, answers=dict.fromkeys(offered, Answer.YES))
    with stage.writing("facilitator") as work:
        chosen = min(meetings.show(work, case_id, meeting_id).dates, key=lambda one: one.begins_at)
        dates.confirm(work, case_id, meeting_id, chosen.id)
    return meeting_id


def _plan(stage: Stage, case_id: UUID, meeting_id: UUID) -> None:
    with stage.writing("facilitator") as work:
        items = [line.id for line in agenda.board(work, case_id).lines if line.state is ItemState.ADMITTED]
        lines = [Line(items[0], 30), Line(items[1], 30), Line(None, 15, "Coffee"), Line(items[2], 40)]
        programmes.set_lines(work, case_id, meeting_id, seen=0, start=5, lines=lines)


def _note_who_came(stage: Stage, case_id: UUID, meeting_id: UUID) -> None:
    with stage.writing("facilitator") as work:
        shown = registers.show(work, case_id, meeting_id)
        begins, ends = shown.begins_at, shown.ends_at
        came = [Presence(one.who, begins, ends) for one in shown.could_come]
        late = [Presence(came[0].who, begins + timedelta(minutes=20), ends), *came[1:]]
        registers.keep(
            work,
            case_id,
            meeting_id,
            seen=0,
            began_at=begins,
            ended_at=ends,
            people=late,
            languages=("en", "es"),
            words="The line to the plant was cut for some minutes.",
        )
