"""The joint request as both leads write it, compare it and endorse it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from dialogue.services import drafts, requests
from dialogue.services.requests import RequestText
from tests.builders import ISSUES, Table
from tests.web.client import Client, Page
from tests.web.sitting import ANA, CLARA, MINA, PIET, sit

SAID = "Working time in the sewing hall"


def at(table: Table, rest: str = "") -> str:
    return f"/cases/{table.case_id}/request{rest}"


def put(table: Table, person: Client, issues: str, *, status: int = 200) -> Page:
    return person.post(at(table, "/edit"), {"issues": issues}, form="/edit", status=status)


def test_the_request_says_who_asks_for_what_and_what_changed(drafted: Table, browser: Callable[[], Client]) -> None:
    ana = sit(browser, ANA)
    put(drafted, ana, ISSUES.replace("canteen", "canteen and the rest areas"))

    page = sit(browser, MINA).get(at(drafted))

    assert "put by Ana Rojas" in page
    assert "Neutral ground, Technical input, Facilitation" in page
    assert "What changed since version 2" in page
    assert "[added: canteen and the rest areas." in page
    assert "Northfield Apparel" in page


def test_the_text_box_says_who_reads_it(drafted: Table, browser: Callable[[], Client]) -> None:
    page = sit(browser, MINA).get(at(drafted, "/edit"))

    assert "the leads, deputies and advisers of both parties; nobody at the ILO" in page
    form = page.form("/edit")
    assert form.fields["issues"] == [ISSUES]
    assert form.fields["support-facilitation"] == ["y"]
    assert form.fields["seen"] == ["2"]


def test_support_and_chapters_are_kept_as_chosen(drafted: Table, browser: Callable[[], Client]) -> None:
    mina = sit(browser, MINA)
    fields = {"support-facilitation": [], "support-technical_input": [], "chapters-training": "y"}

    page = mina.post(at(drafted, "/edit"), fields, form="/edit")

    assert "Version 3 stands." in page
    with drafted.reading(drafted.union_lead) as work:
        text = requests.show(work, drafted.case_id).text
    assert sorted(text.support) == ["neutral_ground"]
    assert sorted(text.chapters) == ["training"]


def test_words_typed_on_an_old_version_are_shown_beside_the_new_one_and_not_lost(
    drafted: Table, browser: Callable[[], Client]
) -> None:
    mina, ana = sit(browser, MINA), sit(browser, ANA)
    mina.get(at(drafted, "/edit"))
    put(drafted, ana, "Working time, and rest days.")

    page = mina.submit("Save as version 3", {"issues": "Working time, and night work."}, status=409)

    assert "Another version stands by now" in page
    assert "Ana Rojas put version 3 while you were writing." in page
    assert page.form("/edit").fields["issues"] == ["Working time, and night work."]
    assert "[removed: rest days." in page
    assert "[added: night work." in page
    page = mina.submit("Save as version 4")
    assert "Version 4 stands." in page
    assert "night work" in page


def test_a_draft_is_found_again_and_can_be_forgotten(drafted: Table, browser: Callable[[], Client]) -> None:
    kept = {"issues": "Half a sentence", "background": "", "languages": "", "seen": "2", "support-facilitation": "y"}
    with drafted.writing(drafted.company_lead) as work:
        drafts.save(work, drafted.case_id, "request.edit", kept)
    mina = sit(browser, MINA)

    page = mina.get(at(drafted, "/edit"))

    assert page.form("/edit").fields["issues"] == ["Half a sentence"]
    assert page.form("/edit").fields["support-facilitation"] == ["y"]
    assert "support-neutral_ground" not in page.form("/edit").fields
    assert "This is your draft of" in page
    page = mina.submit("Throw the draft away")
    assert page.form("/edit").fields["issues"] == [ISSUES]


def test_a_draft_is_kept_by_a_button_as_well(drafted: Table, browser: Callable[[], Client]) -> None:
    mina = sit(browser, MINA)
    mina.get(at(drafted, "/edit"))
    fields = {"issues": "Half a sentence", "support-facilitation": "y", "csrf_token": mina.token()}

    address = f"/cases/{drafted.case_id}/drafts/request.edit"
    answer = mina.raw("POST", address, data=fields, headers={"Referer": "https://localhost" + at(drafted, "/edit")})

    assert answer.status_code == 303
    assert mina.get(at(drafted, "/edit")).form("/edit").fields["issues"] == ["Half a sentence"]


def test_a_draft_of_an_old_version_is_shown_beside_the_one_that_stands(
    drafted: Table, browser: Callable[[], Client]
) -> None:
    with drafted.writing(drafted.company_lead) as work:
        drafts.save(work, drafted.case_id, "request.edit", {"issues": "Half a sentence", "seen": "1"})

    page = sit(browser, MINA).get(at(drafted, "/edit"))

    assert "Another version stands by now" in page
    assert page.form("/edit").fields["seen"] == ["2"]


def test_a_draft_goes_with_the_version_that_it_became(drafted: Table, browser: Callable[[], Client]) -> None:
    with drafted.writing(drafted.company_lead) as work:
        drafts.save(work, drafted.case_id, "request.edit", {"issues": "Half a sentence", "seen": "2"})
    mina = sit(browser, MINA)
    put(drafted, mina, "A whole sentence.")

    page = mina.get(at(drafted, "/edit"))

    assert page.form("/edit").fields["issues"] == ["A whole sentence."]
    assert "This is your draft of" not in page


def test_both_endorse_the_same_version_and_it_goes_to_the_ilo(drafted: Table, browser: Callable[[], Client]) -> None:
    mina, ana, clara = sit(browser, MINA), sit(browser, ANA), sit(browser, CLARA)
    clara.get(f"/cases/{drafted.case_id}", status=404)
    page = mina.get(at(drafted, "/endorse"))
    assert SAID in page
    assert "over version 2 as it stands above" in page
    assert "clears both endorsements" in page

    assert "Endorsed for your party." in mina.submit("Endorse version 2")
    assert "The other party has endorsed this version." in ana.get(at(drafted, "/endorse"))
    clara.get(f"/cases/{drafted.case_id}", status=404)
    page = ana.submit("Endorse version 2")

    assert "the joint request now stands before the ILO" in page
    assert SAID in clara.get(at(drafted))


def test_a_change_clears_what_was_endorsed(drafted: Table, browser: Callable[[], Client]) -> None:
    mina, ana = sit(browser, MINA), sit(browser, ANA)
    mina.get(at(drafted, "/endorse"))
    mina.submit("Endorse version 2")

    put(drafted, ana, "Something else.")

    page = mina.get(at(drafted, "/endorse"))
    assert page.offers("Endorse version 3")
    assert "The other party's lead gets a mail." in page


def test_nobody_endorses_a_version_that_was_not_on_the_page(drafted: Table, browser: Callable[[], Client]) -> None:
    mina, ana = sit(browser, MINA), sit(browser, ANA)
    mina.get(at(drafted, "/endorse"))
    put(drafted, ana, "Something else.")

    page = mina.submit("Endorse version 2", status=409)

    assert "Another version stands by now: the one below." in page
    assert "Something else." in page
    with drafted.reading(drafted.union_lead) as work:
        assert requests.show(work, drafted.case_id).endorsed == frozenset()


def test_a_request_without_support_says_what_is_missing(drafted: Table, browser: Callable[[], Client]) -> None:
    with drafted.writing(drafted.company_lead) as work:
        requests.edit(work, drafted.case_id, RequestText(issues="Working time."), seen=2)
    mina = sit(browser, MINA)

    page = mina.get(at(drafted, "/endorse"))

    assert not page.offers("Endorse version 3")
    assert "the support asked of the ILO" in page


def test_a_party_does_not_endorse_twice(drafted: Table, browser: Callable[[], Client]) -> None:
    mina = sit(browser, MINA)
    mina.get(at(drafted, "/endorse"))
    mina.submit("Endorse version 2")

    page = mina.get(at(drafted, "/endorse"))

    assert not page.offers("Endorse version 2")
    assert "Your party has endorsed this version." in page


def test_a_delegate_reads_the_request_only_once_it_stands_before_the_ilo(
    requested: Table, browser: Callable[[], Client]
) -> None:
    piet = sit(browser, PIET)

    assert SAID in piet.get(at(requested))
    piet.get(at(requested, "/edit"), status=403)
    piet.get(at(requested, "/endorse"))
    assert piet.page is not None
    assert not piet.page.offers("Endorse version")


def test_an_endorsed_request_is_not_changed_any_more(requested: Table, browser: Callable[[], Client]) -> None:
    mina = sit(browser, MINA)

    page = mina.get(at(requested))

    assert not page.offers("Change it")
    mina.get(at(requested, "/edit"), status=409)


def test_neither_the_list_nor_an_address_tells_what_is_in_it(drafted: Table, browser: Callable[[], Client]) -> None:
    mina = sit(browser, MINA)
    page = mina.get(at(drafted))

    assert UUID(page.url.split("/")[2]) == drafted.case_id
    assert page.heading == "The joint request"
    assert SAID not in mina.get("/cases").html


def test_a_long_text_is_refused_and_stays_on_the_page(drafted: Table, browser: Callable[[], Client]) -> None:
    page = put(drafted, sit(browser, MINA), "a" * 12_001, status=422)

    assert "Shorten this to at most 12000 characters." in page
    assert page.form("/edit").fields["issues"] == ["a" * 12_001]


def test_both_sides_comment_on_the_draft_and_the_desk_never_reads_it(
    drafted: Table, browser: Callable[[], Client]
) -> None:
    mina, ana = sit(browser, MINA), sit(browser, ANA)
    mina.get(at(drafted))
    assert "nobody at the ILO" in mina.page  # type: ignore[operator]
    page = mina.submit("Put this comment", {"words": "   "}, status=422)
    assert "Write your comment." in page
    page = mina.submit("Put this comment", {"words": "Which hall do you mean?"})
    assert "Your comment stands." in page

    page = ana.get(at(drafted))
    assert "Which hall do you mean?" in page
    assert "Mina Brandt (Company)" in page
    assert "on version 2" in page
    for person in (mina, ana):
        person.get(at(drafted, "/endorse"))
        person.submit("Endorse version 2")
    assert "Which hall do you mean?" in ana.get(at(drafted))
    assert not ana.page.offers("Put this comment")  # type: ignore[union-attr]
    clara = sit(browser, CLARA)
    for page in (clara.get(at(drafted)), clara.get(f"/desk/{drafted.case_id}")):
        assert "Which hall" not in page


def test_a_lead_sees_what_changed_since_the_version_that_its_party_endorsed(
    drafted: Table, browser: Callable[[], Client]
) -> None:
    mina, ana = sit(browser, MINA), sit(browser, ANA)
    mina.get(at(drafted, "/endorse"))
    mina.submit("Endorse version 2")
    put(drafted, ana, ISSUES.replace("canteen", "canteen and the rest areas"))
    put(drafted, ana, ISSUES.replace("canteen", "canteen and the dormitories"))

    page = mina.get(at(drafted, "/endorse"))
    assert "What changed since version 2, which your party had endorsed" in page
    assert "[added: canteen and the dormitories." in page
    assert "rest areas" not in page
    assert "What changed since version 2, which the company had endorsed" in ana.get(at(drafted))


def test_the_acknowledgement_stands_with_its_number_for_both(requested: Table, browser: Callable[[], Client]) -> None:
    clara = sit(browser, CLARA)
    clara.get(f"/desk/{requested.case_id}/take-up")
    clara.submit("Take it up", {"declaration": "y", "support": "y", "mandates": "y", "words": "Welcome."})

    for who in (MINA, ANA):
        page = sit(browser, who).get(at(requested))
        assert "The ILO has taken this request up with the number CUD-2026-0001." in page
        assert "Welcome." in page
