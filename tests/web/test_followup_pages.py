"""The pages of the follow-up, of the ILO's support, and of the catalogue that the office keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from dialogue.services import catalogue
from tests.builders import Table
from tests.web.client import Client
from tests.web.sitting import ANA, CLARA, FARID, LUC, MINA, sit

WHAT = "Overtime is posted a week ahead."
COURSE = "Introduction to International Labour Standards"


def in_days(table: Table, days: int) -> str:
    return (table.house.now + timedelta(days=days)).date().isoformat()


def test_a_commitment_from_proposal_to_the_end_of_the_dialogue(completed: Table, browser: Callable[[], Client]) -> None:
    table = completed
    mina, ana, farid = (sit(browser, who) for who in (MINA, ANA, FARID))
    case = f"/cases/{table.case_id}"
    assert "No commitment has been proposed yet." in ana.get(f"{case}/follow-up")
    page = ana.click("Propose a commitment")
    assert "Working time in the sewing hall" in page
    page = ana.submit("Sign and propose", status=422)
    assert "Write what is to be done." in page and "Choose who does it." in page
    told = {"what": WHAT, "measure": "The lists hang at both gates.", "owner": "company", "day": in_days(table, 10)}
    assert "that is still to come" in ana.submit("Sign and propose", {**told, "day": "2001-01-01"}, status=422)
    page = ana.submit("Sign and propose", told)
    assert WHAT in page and not page.offers("Sign these words")
    assert "Who can read this: both parties and the facilitator." in page

    assert "Sign or answer what is proposed about a commitment" in mina.get(case)
    page = mina.click("Sign or answer what is proposed about a commitment")
    page = mina.submit("Sign these words")
    assert "Signed by both. It counts from now on." in page
    page = farid.get(f"{case}/follow-up")
    assert WHAT in page and not page.offers("Report how far it is")
    assert 'value="joint" checked' in farid.click("A follow-up meeting").html

    mina.get(f"{case}/follow-up")
    page = mina.click("Report how far it is")
    assert "Say what stands in the way" in mina.submit("Sign and report", {"progress": "cannot_as_agreed"}, status=422)
    page = mina.submit("Sign and report", {"progress": "done", "words": "Since Monday, at both gates."})
    assert "Since Monday, at both gates." in page
    ana.get(case)
    page = ana.click("Answer the other side's report on a commitment")
    assert "the dialogue closes by itself" in page
    assert "Say what your side sees differently." in ana.submit("Sign and answer", {"view": "different"}, status=422)
    page = ana.submit("Sign and answer", {"view": "same"})
    assert "the dialogue has closed by itself" in page
    page = mina.get(f"{case}/follow-up")
    assert "The dialogue is closed." in page and not page.offers("Propose a commitment")
    mina.get(f"{case}/follow-up/propose", status=409)
    assert "1 closed by both" in mina.get(case)


def test_a_review_to_which_each_side_brings_its_own_view(completed: Table, browser: Callable[[], Client]) -> None:
    table = completed
    mina, ana = sit(browser, MINA), sit(browser, ANA)
    case = f"/cases/{table.case_id}"
    for client, button in ((mina, "Sign and propose"), (ana, "Sign these words")):
        if client is mina:
            mina.get(f"{case}/follow-up/propose")
            told = {"what": WHAT, "measure": "Lists.", "owner": "both", "day": in_days(table, 90)}
            mina.submit(button, told)
        else:
            ana.get(f"{case}/follow-up")
            ana.click("Open commitment 1")
            ana.submit(button)
    mina.get(f"{case}/follow-up")
    mina.click("Open commitment 1")
    page = mina.click("Propose to let it go")
    assert "Both let it go as it stands" in page
    mina.get(f"{case}/follow-up")
    page = mina.click("Propose a review")
    assert "Usual days for this dialogue" in page
    mina.submit("Sign and propose", {"day": in_days(table, 3), "remark": "In the plant."})
    assert "In the plant." in ana.get(f"{case}/follow-up")
    ana.submit("Agree to this day")
    for client, progress in ((ana, "not_begun"), (mina, "under_way")):
        client.get(f"{case}/follow-up")
        page = client.click("Put down how your side sees it")
        assert "Choose how far commitment 1 is." in client.submit("Sign and put it down", status=422)
        page = client.submit("Sign and put it down", {"progress_1": progress, "words_1": f"I see: {progress}"})
        if client is ana:
            assert "it shows once both have" in page
            assert "I see: not_begun" not in mina.get(f"{case}/follow-up")
    assert "I see: not_begun" in page and "I see: under_way" in page


def test_support_is_read_noted_and_asked_for_together(completed: Table, browser: Callable[[], Client]) -> None:
    table = completed
    with table.writing(None) as work:
        catalogue.put_first_offers(work)
    mina, ana, clara, luc = (sit(browser, who) for who in (MINA, ANA, CLARA, LUC))
    case = f"/cases/{table.case_id}"
    page = luc.get(f"{case}/support?kind=course&language=es&fee=free")
    assert "2 offers" in page and "Nothing is sent from here" in page
    assert "Was last held" in luc.get("/support?kind=course")
    page = mina.get(f"{case}/support/ask")
    offer = next(one.offer_id for one in _offers(table) if one.told.title == COURSE)
    assert "Name somebody whom the desk can reach." in mina.submit("Propose it to the other lead", status=422)
    mina.submit("Propose it to the other lead", {"offer": str(offer), "reach": "Mina Brandt, 044"})
    assert "Mina Brandt, 044" not in clara.get(f"{case}/support")
    ana.get(case)
    page = ana.click("Say whether the desk shall be asked for support")
    ana.submit("Ask the desk together")
    assert "Mina Brandt, 044" in clara.get(f"{case}/support")
    clara.click("Answer both parties")
    clara.submit("Answer both parties", {"state": "arranged", "words": "From March on."})
    page = mina.get(f"{case}/support")
    assert "From March on." in page and COURSE in page
    clara.get(f"{case}/follow-up", status=403)


def test_the_office_keeps_the_catalogue(gathered: Table, browser: Callable[[], Client]) -> None:
    with gathered.writing(None) as work:
        catalogue.put_first_offers(work)
    clara, ana = sit(browser, CLARA), sit(browser, ANA)
    ana.get("/desk/support", status=404)
    clara.get("/desk")
    clara.click("Catalogue of support")
    clara.click("Add an offer")
    assert "Enter the title." in clara.submit("Keep this", status=422)
    told = {
        "title": "Social dialogue in practice",
        "kind": "course",
        "languages": ["fr"],
        "description_en": "Three days.",
    }
    page = clara.submit("Keep this", told)
    assert "Social dialogue in practice" in page
    assert "Three days." in ana.get("/support?language=fr")
    page = clara.click("Change Social dialogue in practice")
    clara.submit("Keep this", {"is_retired": "y"})
    assert "Clara Okafor" in clara.click("Versions Social dialogue in practice")
    assert "Social dialogue in practice" not in ana.get("/support")


def _offers(table: Table) -> tuple[catalogue.Offer, ...]:
    with table.reading(table.union_lead) as work:
        return catalogue.index(work).offers
