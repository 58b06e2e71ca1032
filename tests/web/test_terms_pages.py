"""The pages of the terms: put, compared word by word, agreed, and accepted by everybody."""

from __future__ import annotations

from collections.abc import Callable

from dialogue.services import drafts, terms
from tests.builders import Table
from tests.web.client import Client, Page
from tests.web.sitting import ANA, CLARA, FARID, LUC, MINA, PIET, sit


def at(table: Table, rest: str = "") -> str:
    return f"/cases/{table.case_id}/terms{rest}"


def with_templates(table: Table) -> Table:
    with table.writing(None) as work:
        terms.put_first_templates(work)
    return table


def propose(table: Table, person: Client, **fields: object) -> None:
    person.post(at(table, "/propose"), dict(fields), form="/propose")


def writes(page: Page) -> bool:
    """Whether a room's page has a form to write with."""
    return any(form.action.endswith("/write") for form in page.forms)


def test_a_lead_begins_with_the_offices_words_in_the_language_of_the_page(
    preparing: Table, browser: Callable[[], Client]
) -> None:
    with_templates(preparing)
    mina = sit(browser, MINA)
    assert "There are no terms yet." in mina.get(at(preparing))
    mina.click("Propose terms")
    assert mina.page is not None
    assert mina.page.form("/propose").fields["text"][0].startswith("# Terms of confidentiality")
    page = mina.click("Français")
    assert page.form("/propose").fields["text"][0].startswith("# Clauses de confidentialité")
    assert page.form("/propose").fields["language"] == ["fr"]
    assert "both parties, the facilitator and an expert where one is asked" in page


def test_from_the_first_words_to_the_last_acceptance(preparing: Table, browser: Callable[[], Client]) -> None:
    with_templates(preparing)
    mina, ana, piet = sit(browser, MINA), sit(browser, ANA), sit(browser, PIET)
    mina.get(at(preparing, "/propose"))
    text = mina.page.form("/propose").fields["text"][0]  # type: ignore[union-attr]
    mina.submit("Put these words to the other lead", {"text": f"{text}\n\nEnglish prevails.", "retention_months": "18"})
    assert "Waits for the union's lead" in mina.get(at(preparing))

    page = ana.get(at(preparing))
    assert "The company proposes these terms" in page
    assert "What changed in the office's template" in page
    assert "[added: English prevails." in page
    assert "18 months after the end" in page
    ana.click("Put other words")
    ana.submit("Put these words to the other lead", {"retention_months": "12", "disclosure": "agreed_statement"})

    page = mina.get(at(preparing))
    assert "12 months after the end (was 18 months after the end)" in page
    assert "The words are the same as in version 1." in page
    page = mina.submit("Agree to these terms", status=422)
    assert "Read the terms, then tick that you will keep to them." in page
    page = mina.submit("Agree to these terms", {"agree-read": "y"})
    assert "These terms are in force." in page
    assert "Still missing: Piet Vos, Luc Mensah." in page

    piet.get(at(preparing))
    assert not piet.page.offers("Propose other terms")  # type: ignore[union-attr]
    piet.submit("Accept these terms", {"accept-read": "y"})
    page = piet.get(at(preparing))
    assert not page.offers("Accept these terms")
    assert "Still missing: Luc Mensah." in page


def test_what_is_typed_is_kept_when_another_proposal_came_first(
    preparing: Table, browser: Callable[[], Client]
) -> None:
    mina, ana = sit(browser, MINA), sit(browser, ANA)
    mina.get(at(preparing, "/propose"))
    propose(preparing, ana, text="Ana's words stay here.", retention_months="6")

    page = mina.submit("Put these words to the other lead", {"text": "Mina's words stay here."}, status=409)

    assert "Another proposal lies there by now" in page
    assert "[removed: Ana's ]" in page
    assert page.form("/propose").fields["text"] == ["Mina's words stay here."]
    page = mina.submit("Put these words to the other lead")
    assert "The company proposes these terms" in page


def test_months_are_a_number(preparing: Table, browser: Callable[[], Client]) -> None:
    mina = sit(browser, MINA)
    for typed in ("many", "0", "121", ""):
        mina.get(at(preparing, "/propose"))
        page = mina.submit(
            "Put these words to the other lead", {"text": "Ours.", "retention_months": typed}, status=422
        )
        assert "Enter a number of months from 1 to 120." in page
        assert page.form("/propose").fields["text"] == ["Ours."]


def test_a_draft_of_the_terms_is_found_again_and_gone_once_they_are_put(
    preparing: Table, browser: Callable[[], Client]
) -> None:
    mina = sit(browser, MINA)
    mina.get(at(preparing, "/propose"))
    mina.submit("Keep as a draft", {"text": "Half a sentence", "retention_months": "9"})
    page = mina.get(at(preparing, "/propose"))
    assert page.form("/propose").fields["text"] == ["Half a sentence"]
    assert page.form("/propose").fields["retention_months"] == ["9"]

    mina.submit("Put these words to the other lead")
    with preparing.reading(preparing.company_lead) as work:
        assert drafts.find(work, preparing.case_id, "terms.propose") == {}


def test_new_terms_say_what_they_stop(table: Table, browser: Callable[[], Client]) -> None:
    mina, ana, luc = sit(browser, MINA), sit(browser, ANA), sit(browser, LUC)
    propose(table, ana, text="Newer words.")
    page = mina.get(at(table))
    assert "nothing new can be written in the shared rooms until everybody has accepted them" in page
    mina.submit("Agree to these terms", {"agree-read": "y"})
    page = luc.get(at(table))
    assert "Still missing: Piet Vos, Luc Mensah, Farid Lindqvist." in page
    for rest in ("rooms/joint", "agenda", "people"):
        page = luc.get(f"/cases/{table.case_id}/{rest}")
        assert "Still missing: Piet Vos, Luc Mensah, Farid Lindqvist." in page
        assert page.offers("Read the new terms")
    assert "Still missing" not in sit(browser, CLARA).get(f"/cases/{table.case_id}")


def test_new_terms_in_the_middle_of_a_dialogue(table: Table, browser: Callable[[], Client]) -> None:
    """From the proposal to the last acceptance: the pens rest, everything stays readable, and it goes on by itself."""
    mina, ana, luc, piet, farid = (sit(browser, who) for who in (MINA, ANA, LUC, PIET, FARID))
    case = f"/cases/{table.case_id}"
    luc.post(f"{case}/rooms/joint/write", {"title": "Shifts", "body": "Four weeks ahead."}, form="/write")
    propose(table, ana, text="Newer words.", prevailing="es", late_joiners="on_the_table", retention_months="6")

    page = mina.get(at(table))
    assert "12 months after the end" in page
    assert "6 months after the end (was 12 months after the end)" in page
    assert "Español (was “All count alike”)" in page
    assert "I do not use, quote or hand over" in page
    mina.submit("Agree to these terms", {"agree-read": "y"})

    for person in (mina, luc, farid):
        assert "Four weeks ahead." in person.get(f"{case}/rooms/joint")
        assert not writes(person.get(f"{case}/rooms/joint"))
    assert writes(mina.get(f"{case}/rooms/company"))
    mina.get(f"{case}/agenda/propose")
    page = mina.submit("Propose the item", {"title": "One more thing"}, status=422)
    assert "have accepted the terms of confidentiality in force" in page

    for person in (luc, piet):
        person.get(at(table))
        page = person.submit("Accept these terms", {"accept-read": "y"})
        assert "the dialogue goes on" not in page
    farid.get(at(table))
    assert "Everybody has accepted them: the dialogue goes on." in farid.submit(
        "Accept these terms", {"accept-read": "y"}
    )

    assert "Still missing" not in mina.get(f"{case}/agenda")
    luc.post(f"{case}/rooms/joint/write", {"title": "Again", "body": "Six weeks ahead."}, form="/write")
    page = ana.get(at(table, "/versions"))
    assert "5 signatures" in page
    page = ana.click("Version 1")
    assert "What is said here stays here." in page
    assert "Signed with: " in page


def test_the_desk_and_a_proposed_facilitator_find_no_terms(preparing: Table, browser: Callable[[], Client]) -> None:
    for who in (CLARA, FARID):
        sit(browser, who).get(at(preparing), status=404)
    sit(browser, PIET).get(at(preparing, "/propose"), status=403)
