"""The desk's pages: what waits, one request, its three answers, the list of facilitators and the templates."""

from __future__ import annotations

from collections.abc import Callable

from dialogue.services import cases, desk, drafts, terms
from tests.builders import ISSUES, Table
from tests.web.client import Client
from tests.web.sitting import ANA, CLARA, FARID, MINA, sit


def at(table: Table, rest: str = "") -> str:
    return f"/desk/{table.case_id}{rest}"


def test_the_desk_shows_what_waits_and_no_draft(drafted: Table, browser: Callable[[], Client]) -> None:
    page = sit(browser, CLARA).get("/desk")

    assert "No request waits for an answer." in page
    assert "There is none like that." in page
    sit(browser, CLARA).get(at(drafted), status=404)


def test_a_request_is_taken_up_when_three_things_are_ticked(requested: Table, browser: Callable[[], Client]) -> None:
    clara = sit(browser, CLARA)
    assert "No number yet" in clara.get("/desk")
    with requested.reading(requested.coordinator) as work:
        label = desk.index(work).waiting[0].label
    page = clara.click(label)
    assert ISSUES in page
    assert "Company: Mina Brandt, Head of sourcing, Northfield Apparel" in page
    clara.click("Take it up")
    page = clara.submit("Take it up", {"declaration": "y", "support": "y"}, status=422)
    assert "Tick this when it is in order." in page
    page = clara.submit("Take it up", {"declaration": "y", "support": "y", "mandates": "y", "words": "Welcome."})

    assert "Taken up with the number CUD-" in page
    assert "Welcome." in page
    assert not page.offers("Take it up")
    for lead in (MINA, ANA):
        assert "Welcome." in sit(browser, lead).get(f"/cases/{requested.case_id}/request")
    clara.get(at(requested, "/take-up"), status=409)


def test_what_the_desk_types_is_kept_as_a_draft_until_it_answers(
    requested: Table, browser: Callable[[], Client]
) -> None:
    clara = sit(browser, CLARA)
    clara.get(at(requested, "/give-back"))
    page = clara.submit("Return it to both parties", status=422)
    assert "Write what both parties should know." in page
    clara.submit("Keep as a draft", {"words": "Which plant"})
    page = clara.get(at(requested, "/give-back"))
    assert page.form("/give-back").fields["words"] == ["Which plant"]
    page = clara.submit("Return it to both parties", {"words": "Which plant is it?"})

    assert "Returned to both parties." in page
    clara.get(at(requested), status=404)
    assert "Which plant is it?" in sit(browser, MINA).get(f"/cases/{requested.case_id}/request")
    with requested.writing(requested.company_lead) as work:
        assert drafts.find(work, requested.case_id, "desk.give_back") == {}


def test_not_taking_up_says_first_what_it_means(requested: Table, browser: Callable[[], Client]) -> None:
    clara = sit(browser, CLARA)
    page = clara.get(at(requested, "/not-take-up"))
    assert "If something only has to be put differently, return it instead." in page
    page = clara.submit("Do not take it up", {"words": "It concerns no enterprise."})

    assert "Not taken up" in page
    assert "It concerns no enterprise." in sit(browser, ANA).get(f"/cases/{requested.case_id}/request")


def test_the_list_is_narrowed_by_state_and_reference(table: Table, browser: Callable[[], Client]) -> None:
    clara = sit(browser, CLARA)
    page = clara.get("/desk?status=in_dialogue")
    assert "CUD-" in page
    assert "There is none like that." in clara.get("/desk?status=closed")
    assert "There is none like that." in clara.get("/desk?reference=CUD-1999-")
    assert "CUD-" in clara.get("/desk?status=nonsense")
    assert "CUD-" in clara.get("/desk?after=nonsense")


def test_the_desk_of_a_dialogue_shows_no_word_of_it(table: Table, browser: Callable[[], Client]) -> None:
    clara = sit(browser, CLARA)
    page = clara.get(at(table))
    assert "In dialogue" in page
    assert "Farid Lindqvist" in page
    for rest in ("agenda", "terms", "rooms/joint", "outcome", "record", "together"):
        clara.get(f"/cases/{table.case_id}/{rest}", status=clara_sees(rest))


def clara_sees(rest: str) -> int:
    return 404 if rest in {"terms", "rooms/joint"} else 403


def test_nobody_else_has_a_desk(requested: Table, browser: Callable[[], Client]) -> None:
    for who in (MINA, FARID):
        person = sit(browser, who)
        for page in ("/desk", at(requested), "/desk/templates", "/desk/templates/en", "/desk/facilitators"):
            person.get(page, status=404)


def test_the_office_puts_a_new_version_of_a_template(gathered: Table, browser: Callable[[], Client]) -> None:
    clara, other = sit(browser, CLARA), sit(browser, CLARA)
    assert "There are no words in this language yet." in clara.get("/desk/templates")
    with gathered.writing(None) as work:
        terms.put_first_templates(work)
    page = clara.get("/desk/templates")
    assert "Condiciones de confidencialidad" in page
    clara.get("/desk/templates/es")
    other.get("/desk/templates/es")
    other.submit("Put this version", {"text": "# Palabras nuevas"})

    page = clara.submit("Put this version", {"text": "# Otras palabras"}, status=409)
    assert "A colleague put version 2 while you were writing." in page
    assert page.form("/templates/es").fields["text"] == ["# Otras palabras"]
    page = clara.submit("Put this version")
    assert "Version 3 of" in page
    assert "put by Clara Okafor" in page
    assert "Another language has had more versions." in page
    page = clara.get("/desk/templates/es/versions")
    assert "Came with the software" in page
    assert "[removed: Palabras nuevas" in page
    clara.get("/desk/templates/es")
    assert "Change something" in clara.submit("Put this version", status=422)
    for gone in ("/desk/templates/xx", "/desk/templates/xx/versions"):
        clara.get(gone, status=404)


def test_the_list_of_facilitators_names_those_who_can_be_proposed(
    gathered: Table, browser: Callable[[], Client]
) -> None:
    page = sit(browser, CLARA).get("/desk/facilitators")

    assert "Farid Lindqvist" in page
    assert "Can be proposed" in page


def test_the_desk_notes_languages_regions_and_days(preparing: Table, browser: Callable[[], Client]) -> None:
    clara = sit(browser, CLARA)
    clara.get("/desk/facilitators")
    page = clara.click("Change Farid Lindqvist")
    noted = {"languages": ["en", "es"], "regions": ["americas"], "begins": "2026-01-01", "ends": "2025-01-01"}
    assert "The last day comes after the first one." in clara.submit("Keep this", noted, status=422)
    page = clara.submit("Keep this", {**noted, "ends": "2031-12-31"})
    assert "English, Spanish" in page
    assert "1 January 2026 to 31 December 2031" in page

    page = sit(browser, MINA).get(f"/cases/{preparing.case_id}/facilitator/propose")
    assert "English, Spanish · Americas · qualified until 31 December 2031" in page
    clara.get(f"/desk/facilitators/{preparing.company_lead.account_id}/facilitator", status=404)
    sit(browser, MINA).get("/desk/facilitators", status=404)


def test_the_desk_counts_dialogues_and_nothing_that_is_said(table: Table, browser: Callable[[], Client]) -> None:
    clara = sit(browser, CLARA)
    clara.get("/desk")
    page = clara.click("Dialogues in numbers")

    assert "In dialogue" in page
    assert "One request in all." in page
    for word in ("Northfield", "Sindicato", "sewing", "CUD-"):
        assert word not in page.text
    for other in (MINA, FARID):
        sit(browser, other).get("/desk/numbers", status=404)
        sit(browser, other).get("/desk/notices", status=404)


def test_the_desk_finds_every_notice_that_has_to_go(table: Table, browser: Callable[[], Client]) -> None:
    with table.writing(table.union_lead) as work:
        cases.leave(work, table.case_id)
    clara = sit(browser, CLARA)
    clara.get("/desk")
    page = clara.click("Completion notices")
    assert "To be prepared" in page
    clara.click("CUD-")
    clara.submit("Show it to both leads")

    page = clara.get("/desk/notices?unsent=1")
    assert "Shown to both leads" in page
    assert "Not sent yet (1)" in page


def test_of_a_request_that_comes_back_the_desk_sees_what_changed(
    requested: Table, browser: Callable[[], Client]
) -> None:
    clara = sit(browser, CLARA)
    clara.get(at(requested, "/give-back"))
    clara.submit("Return it to both parties", {"words": "Which plant is it?"})
    leads = [sit(browser, who) for who in (MINA, ANA)]
    request = f"/cases/{requested.case_id}/request"
    leads[0].post(f"{request}/edit", {"issues": "Working time in the plant of Aveiro."}, form="/edit")
    for lead in leads:
        lead.get(f"{request}/endorse")
        lead.submit("Endorse version")

    page = clara.get(at(requested))
    assert ", which both parties had endorsed" in page
    assert "plant of Aveiro." in page
    assert "Support asked by now" in page
