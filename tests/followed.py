"""A completed dialogue with something in it for every page of the follow-up, each with words of its own."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from dialogue.domain.catalogue import HelpState
from dialogue.domain.followup import Owner, Progress, ReviewState, View
from dialogue.services import catalogue, commitments, followup, helpdesk, reviews
from dialogue.services.reviews import Seen
from dialogue.store.catalogue import HelpRequest
from dialogue.store.followup import CommitmentReport, Review
from tests.builders import Table


def words(field: str) -> str:
    """What was typed into that field: nothing else in the database reads like it."""
    return f"Gespräch über «{field}» zwischen uns"


JOINT = ("to be done", "its measure", "said with it", "reported", "noted beside", "said of a review", "whom to reach")
DESK = ("whom the desk reaches",)
CONTENT = tuple(map(words, JOINT + DESK))


def follow(table: Table) -> None:
    """One commitment is reported on, one waits for a signature; a review and a wish wait, and one of each is on."""
    company, union, case_id = table.company_lead, table.union_lead, table.case_id
    with table.writing(None) as work:
        catalogue.put_first_offers(work)
    with table.reading(union) as work:
        course, other, *_ = catalogue.index(work).offers
    with table.writing(union) as work:
        kept = commitments.propose(
            work,
            case_id,
            what=words("to be done"),
            measure=words("its measure"),
            remark=words("said with it"),
            owner=Owner.BOTH,
            day=_in_days(table, 60),
        )
    with table.reading(company) as work:
        text = followup.show(work, case_id, kept).commitment.proposal
    assert text is not None
    with table.writing(company) as work:
        commitments.agree(work, case_id, kept, seen=text.id)
    with table.writing(company) as work:
        commitments.report(work, case_id, kept, seen=text.id, progress=Progress.UNDER_WAY, words=words("reported"))
    with table.writing(company) as work:
        commitments.note_support(work, case_id, kept, offer_id=course.offer_id, remark=words("noted beside"))
    with table.writing(company) as work:
        commitments.propose(work, case_id, what="x", measure="y", owner=Owner.UNION, day=_in_days(table, 90))
    for day, remark in ((5, words("said of a review")), (180, "")):
        with table.writing(company) as work:
            review = reviews.propose(work, case_id, day=_in_days(table, day), remark=remark)
        if remark:
            with table.writing(union) as work:
                reviews.agree(work, case_id, review)
    for offer, reach in ((course, words("whom the desk reaches")), (other, words("whom to reach"))):
        with table.writing(company) as work:
            wish = helpdesk.ask(work, case_id, offer_id=offer.offer_id, reach=reach)
        if offer is course:
            with table.writing(union) as work:
                helpdesk.agree(work, case_id, wish)


def answer(table: Table) -> None:
    """What ``follow`` left waiting is answered: the report, what the desk was asked for, and a view at the review."""
    company, union, case_id = table.company_lead, table.union_lead, table.case_id
    with table.instance.store.session(writes=False) as session:
        report, kept = session.execute(select(CommitmentReport.id, CommitmentReport.commitment_id)).one()
        review = session.scalars(select(Review.id).where(Review.state == ReviewState.AGREED)).one()
        wish = session.scalars(select(HelpRequest.id).where(HelpRequest.state == HelpState.ASKED)).one()
    with table.writing(company) as work:
        reviews.hold(work, case_id, review, seen=[Seen(kept, Progress.UNDER_WAY, words("seen"))], words=words("beside"))
    with table.writing(union) as work:
        commitments.answer(work, case_id, kept, seen=report, view=View.DIFFERENT, words=words("seen differently"))
    with table.writing(table.coordinator) as work:
        helpdesk.answer(work, case_id, wish, state=HelpState.ARRANGED, words=words("arranged"))


def _in_days(table: Table, days: int) -> date:
    return (table.house.now + timedelta(days=days)).date()
