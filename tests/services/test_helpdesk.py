"""The catalogue of what the ILO offers, and what both parties ask its desk for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dialogue.domain.catalogue import Fee, HelpState, OfferFormat, OfferKind, OfferTold
from dialogue.domain.followup import Owner
from dialogue.domain.waiting import TaskKind
from dialogue.errors import Forbidden, IllegalTransition, NotFound, OutOfDate, Unfit
from dialogue.services import catalogue, commitments, followup, helpdesk
from dialogue.services.catalogue import Wanted
from tests.builders import Table
from tests.services.test_followup import proposed, signed, tasks_of

COURSE = "Introduction to International Labour Standards"


def filled(table: Table) -> dict[str, catalogue.Offer]:
    with table.writing(None) as work:
        catalogue.put_first_offers(work)
    with table.reading(table.outsider) as work:
        return {one.told.title: one for one in catalogue.index(work).offers}


def test_the_office_keeps_the_catalogue_and_everybody_who_is_signed_in_reads_it(gathered: Table) -> None:
    table = gathered
    found = filled(table)
    assert filled(table).keys() == found.keys() and len(found) == 19
    held = [one.told.title for one in found.values() if one.was_held]
    assert len(held) == 2 and all(found[title].told.ends < date(2022, 1, 1) for title in held)
    with table.reading(table.union_lead) as work:
        in_spanish = catalogue.index(work, Wanted(OfferKind.COURSE, "es", Fee.FREE)).offers
    assert len(in_spanish) == 2 and in_spanish[0].told.described("es")[1] == "es"

    fire = found["Fire Inspectors"]
    told = replace(fire.told, begins=date(2027, 2, 1), ends=date(2027, 2, 5), format=OfferFormat.CLASSROOM)
    with table.writing(table.coordinator) as work:
        catalogue.edit(work, fire.offer_id, told, seen=1)
    with pytest.raises(OutOfDate), table.writing(table.coordinator) as work:
        catalogue.edit(work, fire.offer_id, fire.told, seen=1)
    with table.writing(table.coordinator) as work:
        catalogue.edit(work, fire.offer_id, told, seen=2, is_retired=True)
        added = catalogue.add(work, OfferTold(OfferKind.COURSE, "Social dialogue", descriptions={"en": "In brief."}))
    with table.reading(table.coordinator) as work:
        assert [one.author for one in catalogue.versions(work, fire.offer_id)] == ["Clara Okafor"] * 2 + [""]
        offered = {one.offer_id: one for one in catalogue.index(work).offers}
    assert fire.offer_id not in offered and offered[added].told.described("fr") == ("In brief.", "en")
    with pytest.raises(Unfit), table.writing(table.coordinator) as work:
        catalogue.add(work, replace(told, begins=None))
    for actor in (table.facilitator, table.union_lead):
        with pytest.raises(NotFound), table.writing(actor) as work:
            catalogue.add(work, told)


def test_the_desk_hears_of_support_when_both_want_it_and_answers_both(completed: Table) -> None:
    table, company, union, desk = completed, completed.company_lead, completed.union_lead, completed.coordinator
    course = filled(table)[COURSE]
    with table.writing(company) as work:
        wanted = helpdesk.ask(work, table.case_id, offer_id=course.offer_id, reach="Mina Brandt, by telephone")
    assert tasks_of(table, union) == {TaskKind.AGREE_HELP} and tasks_of(table, desk) == set()
    with table.reading(desk) as work:
        assert helpdesk.index(work, table.case_id).requests == ()
    with pytest.raises(OutOfDate), table.writing(desk) as work:
        helpdesk.answer(work, table.case_id, wanted, state=HelpState.ARRANGED, words="In March.")
    with pytest.raises(OutOfDate), table.writing(company) as work:
        helpdesk.agree(work, table.case_id, wanted)

    with table.writing(union) as work:
        helpdesk.agree(work, table.case_id, wanted)
    assert tasks_of(table, desk) == {TaskKind.ANSWER_HELP}
    with table.reading(desk) as work:
        asked = helpdesk.index(work, table.case_id).requests[0]
    assert (asked.title, asked.reach, asked.trouble) == (COURSE, "Mina Brandt, by telephone", None)
    with pytest.raises(Unfit), table.writing(desk) as work:
        helpdesk.answer(work, table.case_id, wanted, state=HelpState.WITHDRAWN, words="x")
    with table.writing(desk) as work:
        helpdesk.answer(work, table.case_id, wanted, state=HelpState.ARRANGED, words="From 1 March, in Turin.")
    for reader in (company, table.union_delegate, table.facilitator):
        with table.reading(reader) as work:
            shown = helpdesk.index(work, table.case_id).requests[0]
        assert (shown.state, shown.answer, shown.answer_trouble) == (
            HelpState.ARRANGED,
            "From 1 March, in Turin.",
            None,
        )
    assert tasks_of(table, desk) == set()
    with pytest.raises(OutOfDate), table.writing(company) as work:
        helpdesk.withdraw(work, table.case_id, wanted)


def test_an_offer_beside_a_commitment_is_seen_by_both_and_by_nobody_at_the_desk(completed: Table) -> None:
    table, company, union = completed, completed.company_lead, completed.union_lead
    course = filled(table)[COURSE]
    kept = proposed(table, company, Owner.BOTH)
    signed(table, kept, union)
    with table.writing(union) as work:
        noted = commitments.note_support(work, table.case_id, kept, offer_id=course.offer_id, remark="For both gates.")
    # What the office says later does not change what was noted.
    with table.writing(table.coordinator) as work:
        catalogue.edit(work, course.offer_id, replace(course.told, title="Another name"), seen=1, is_retired=True)
    with table.reading(table.company_delegate) as work:
        beside = followup.index(work, table.case_id).commitments[0].supports
    assert [(one.title, one.remark) for one in beside] == [(COURSE, "For both gates.")]
    with pytest.raises(Forbidden), table.reading(table.coordinator) as work:
        followup.index(work, table.case_id)
    with pytest.raises(OutOfDate), table.writing(company) as work:
        commitments.note_support(work, table.case_id, kept, offer_id=course.offer_id)
    with table.writing(company) as work:
        commitments.remove_support(work, table.case_id, kept, noted)
    with table.reading(company) as work:
        assert followup.index(work, table.case_id).commitments[0].supports == ()


def test_support_is_asked_for_in_a_completed_dialogue(table: Table) -> None:
    course = filled(table)[COURSE]
    with table.reading(table.coordinator) as work:
        assert helpdesk.index(work, table.case_id).requests == ()
    with pytest.raises(NotFound), table.reading(table.outsider) as work:
        helpdesk.index(work, table.case_id)
    with pytest.raises(IllegalTransition), table.writing(table.company_lead) as work:
        helpdesk.ask(work, table.case_id, offer_id=course.offer_id, reach="Mina")
