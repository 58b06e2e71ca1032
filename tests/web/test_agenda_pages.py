"""The pages of the agenda and of the outcome, as leads, delegates and the facilitator meet them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from dialogue.domain.agenda import ItemKind
from dialogue.domain.people import Party
from dialogue.domain.positions import Stance
from dialogue.services import cases
from dialogue.store.outcomes import Outcome
from tests.builders import PASSWORD, Table
from tests.on_the_table import admitted, agreed, conclude, framed, look, proposed, stand, word
from tests.web.client import Client

EMAILS = {
    "company_lead": "mina@brand.example",
    "union_lead": "ana@union.example",
    "company_delegate": "piet@brand.example",
    "union_delegate": "luc@union.example",
    "facilitator": "farid@ilo.example",
    "coordinator": "clara@ilo.example",
    "outsider": "otto@elsewhere.example",
}

Seat = Callable[[str], Client]


@pytest.fixture
def at(browser: Callable[[], Client], table: Table) -> Seat:
    """A browser of one of the people, signed in and in English."""

    def sit(who: str) -> Client:
        client = browser()
        client.sign_in(EMAILS[who], PASSWORD)
        if client.page is not None and client.page.language != "en":
            client.submit("English")
        return client

    return sit


def board(table: Table) -> str:
    return f"/cases/{table.case_id}/agenda"


def item_page(table: Table, item_id: UUID) -> str:
    return f"{board(table)}/{item_id}"


# The board


def test_the_board_says_in_words_where_both_parties_stand(table: Table, at: Seat) -> None:
    item_id = agreed(table, "Night shifts", reservation="For one season.")
    apart = admitted(table, "Wages")
    word(table, table.company_lead, apart)
    stand(table, table.union_lead, apart, Stance.CANNOT_AGREE, reason="Too low.")

    page = at("union_delegate").get(board(table))

    assert page.heading == "Agenda and positions"
    assert "Consensus, with a reservation" in page
    assert "Cannot agree" in page
    assert "Waiting for positions" in page
    assert page.link("Night shifts").endswith(str(item_id))
    assert "Night shifts" not in page.html.partition("<title>")[2].partition("</title>")[0]


def test_an_empty_board_says_so(table: Table, at: Seat) -> None:
    assert "Nothing is on the agenda yet." in at("union_delegate").get(board(table))


@pytest.mark.parametrize("who", ["coordinator", "outsider"])
def test_the_board_is_closed_to_whoever_has_no_seat_at_the_table(table: Table, at: Seat, who: str) -> None:
    at(who).get(board(table), status=403 if who == "coordinator" else 404)


def test_buttons_are_there_for_whom_they_work(table: Table, at: Seat) -> None:
    proposed(table, table.company_lead)

    offered = {
        who: [words for words in ("Propose an item", "Admit", "Withdraw") if at(who).get(board(table)).offers(words)]
        for who in ("company_lead", "union_lead", "facilitator", "union_delegate")
    }

    assert offered == {
        "company_lead": ["Propose an item", "Withdraw"],
        "union_lead": ["Propose an item", "Admit"],
        "facilitator": ["Propose an item"],
        "union_delegate": [],
    }


# From a proposal to a consensus, in two browsers


def test_two_leads_bring_an_item_from_its_proposal_to_consensus(table: Table, at: Seat) -> None:
    company, union = at("company_lead"), at("union_lead")
    company.get(board(table))
    company.click("Propose an item")
    page = company.submit("Propose the item", {"title": "Night <shifts> & days", "chapter": "employment"})
    assert "Night <shifts> & days" in page
    assert "Waiting for the union's lead." in page

    union.get(board(table))
    assert "it is on the agenda" in union.submit("Admit")

    company.get(page.url)
    company.click("Put a wording")
    page = company.submit("Put it on the table", {"text": "Announced two weeks ahead.", "remark": "As last year."})
    assert "Announced two weeks ahead." in page
    assert "As last year." in page

    union.get(page.url)
    assert "both parties and the facilitator" in union.page  # type: ignore[operator]
    union.click("Put another wording")
    assert union.page is not None
    assert union.page.form("Put it on the table").fields["text"] == ["Announced two weeks ahead."]
    page = union.submit("Put it on the table", {"text": "Announced four weeks ahead.", "language": "en"})
    assert "[removed: two ]" in " ".join(page.text.split())
    assert "[added: four ]" in " ".join(page.text.split())

    page = union.submit("Record the position", {"stance": "agree"})
    assert "Your party's position is recorded." in page
    company.get(page.url)
    page = company.submit(
        "Record the position", {"stance": "can_live_with_it", "reservation": "For one season.", "obstacle": "Old words"}
    )
    assert "this is consensus" in page
    assert "For one season." in page
    assert "Old words" not in page.text
    assert page.offers("Propose to reopen the words")
    assert not page.offers("Put another wording")


def test_a_form_without_what_it_needs_comes_back_with_the_words_in_it(table: Table, at: Seat) -> None:
    item_id = admitted(table)
    word(table, table.company_lead, item_id)
    union = at("union_lead")

    page = union.get(f"{board(table)}/propose")
    page = union.submit("Propose the item", {"background": "What we saw in May."}, status=422)
    assert "Write in a few words what the item is about." in page
    assert page.form("Propose the item").fields["background"] == ["What we saw in May."]

    union.get(item_page(table, item_id))
    page = union.submit("Record the position", {"stance": "needs_work", "obstacle": "Kept too"}, status=422)
    assert "Say what needs work, so that the other party can answer." in page
    assert page.form("Record the position").fields["obstacle"] == ["Kept too"]

    page = union.submit("Record the position", {"stance": "needs_work", "work_needed": "Who decides?"})
    assert "Who decides?" in page


# What happened meanwhile


def test_words_written_while_another_wording_came_are_not_lost(table: Table, at: Seat) -> None:
    item_id = admitted(table)
    word(table, table.company_lead, item_id, "The first words.")
    union = at("union_lead")
    union.get(f"{item_page(table, item_id)}/word")
    word(table, table.facilitator, item_id, "The facilitator's words.")

    page = union.submit("Put it on the table", {"text": "The union's words."}, status=422)

    assert "While you wrote, something has changed" in page
    assert "The facilitator's words." in page
    assert page.form("Put it on the table").fields["text"] == ["The union's words."]
    page = union.submit("Put it on the table")
    shown = look(table, table.company_lead, item_id)
    assert shown.wording is not None
    assert (shown.wording.text, shown.wording.number) == ("The union's words.", 3)


def test_words_written_while_both_agreed_are_not_lost(table: Table, at: Seat) -> None:
    item_id = admitted(table)
    word(table, table.company_lead, item_id)
    facilitator = at("facilitator")
    facilitator.get(f"{item_page(table, item_id)}/word")
    stand(table, table.company_lead, item_id, Stance.AGREE)
    stand(table, table.union_lead, item_id, Stance.AGREE)

    page = facilitator.submit("Put it on the table", {"text": "A bridge."}, status=422)

    assert "both parties agreed on the wording on the table" in page
    assert page.form("Put it on the table").fields["text"] == ["A bridge."]


def test_a_position_on_words_that_have_been_replaced_asks_again(table: Table, at: Seat) -> None:
    item_id = admitted(table)
    word(table, table.company_lead, item_id, "The first words.")
    union = at("union_lead")
    union.get(item_page(table, item_id))
    word(table, table.company_lead, item_id, "The second words.")

    page = union.submit("Record the position", {"stance": "cannot_agree", "obstacle": "Too late."}, status=422)

    assert "While you wrote, something has changed" in page
    assert "[added: second ]" in page
    assert look(table, table.union_lead, item_id).positions == {}
    assert page.form("Record the position").fields["obstacle"] == ["Too late."]
    page = union.submit("Record the position", {"stance": "cannot_agree"})
    assert "Your party's position is recorded." in page


def test_what_is_kept_as_a_draft_stands_in_the_form_again_and_goes_when_it_is_sent(table: Table, at: Seat) -> None:
    item_id = admitted(table)
    word(table, table.company_lead, item_id, "The first words.")
    union = at("union_lead")
    union.get(item_page(table, item_id))
    page = union.submit("Keep as a draft", {"stance": "needs_work", "work_needed": "Who decides?"})
    assert "Your draft is kept." in page
    assert look(table, table.company_lead, item_id).positions == {}

    page = union.get(item_page(table, item_id))
    assert "This is your draft of" in page
    assert page.form("Record the position").fields["work_needed"] == ["Who decides?"]
    word(table, table.company_lead, item_id, "The second words.")
    assert "after you began this draft" in union.get(item_page(table, item_id))
    union.submit("Record the position")

    assert look(table, table.company_lead, item_id).positions[Party.UNION].reason == "Who decides?"
    assert "This is your draft of" not in union.get(item_page(table, item_id))


def test_agreed_words_lead_to_the_page_where_both_reopen_them(table: Table, at: Seat) -> None:
    item_id = agreed(table)
    union = at("union_lead")
    union.get(item_page(table, item_id))

    assert "Night shifts" in union.click("Propose to reopen the words")


# Parking, withdrawing, the past


def test_an_item_is_parked_and_taken_up_again(table: Table, at: Seat) -> None:
    item_id = admitted(table)
    facilitator = at("facilitator")
    facilitator.get(item_page(table, item_id))

    assert "The item is parked." in facilitator.submit("Park the item")
    assert "Parked" in facilitator.get(board(table))
    facilitator.get(item_page(table, item_id))
    assert "The item is taken up again." in facilitator.submit("Take it up again")


def test_a_proposed_item_is_withdrawn_by_a_button(table: Table, at: Seat) -> None:
    proposed(table, table.company_lead, "Canteen")
    company = at("company_lead")
    company.get(board(table))

    page = company.submit("Withdraw")

    assert "The item is withdrawn." in page
    assert "Withdrawn items" in page


def test_earlier_wordings_and_positions_are_shown_page_by_page(table: Table, at: Seat) -> None:
    item_id = admitted(table)
    for number in range(1, 13):
        word(table, table.company_lead, item_id, f"Wording of {number} weeks.")
    stand(table, table.union_lead, item_id, Stance.NEEDS_WORK, reason="Still too many.")
    word(table, table.company_lead, item_id, "No weeks at all.")
    client = at("union_delegate")

    page = client.get(item_page(table, item_id))
    assert "Still too many." in page
    assert "Wording of 3 weeks." in page
    assert "Wording of 2 weeks." not in page
    assert "Wording of 2 weeks." in client.click("Still earlier wordings")


def test_a_position_that_its_party_did_not_sign_says_so(table: Table, at: Seat) -> None:
    item_id = agreed(table)
    position = look(table, table.company_lead, item_id).positions
    assert len(position) == 2
    with table.writing(None) as work:
        work.session.connection().exec_driver_sql(
            "UPDATE positions SET account_id = (SELECT account_id FROM positions WHERE party = 'company')"
            " WHERE party = 'union'"
        )

    page = at("company_delegate").get(item_page(table, item_id))

    assert "it is not signed by whom it names" in page
    assert "Waiting for positions" in page


# The outcome


def outcome(table: Table) -> str:
    return f"/cases/{table.case_id}/outcome"


def test_two_leads_assemble_and_sign_the_record(table: Table, at: Seat) -> None:
    shifts = agreed(table, "Night shifts", "Four weeks ahead.", reservation="For one season.")
    agreed(table, "Canteen", "Officers have access.")
    admitted(table, "Wages")
    framed(table, ItemKind.PREAMBLE, "Meeting in Geneva,")
    conclude(table)
    company, union = at("company_lead"), at("union_lead")

    company.get(outcome(table))
    company.click("Assemble the record")
    page = company.submit("Preview", {"items": [shifts]})
    assert "Nobody else has seen this yet." in page
    assert "Partial consensus" in page
    with table.reading(None) as work:
        assert work.session.query(Outcome).count() == 0
    page = company.submit("Assemble the record")
    assert "The record is assembled." in page
    assert "Meeting in Geneva," in page
    assert "For one season." in page
    assert "Officers have access." not in page
    assert "Wages" not in page

    company.click("Sign this record")
    page = company.submit("Sign for the company", status=422)
    assert "Confirm that you have read the record" in page
    page = company.submit("Sign for the company", {"read": "y"})
    assert "You have signed for your party." in page
    assert not page.offers("Sign this record")

    union.get(outcome(table))
    union.click("Open the record")
    union.click("Sign this record")
    page = union.submit("Sign for the union", {"read": "y"})
    assert "Both parties have signed." in page
    assert page.text.count("this key signed this very record") == 2
    assert "Signed by both" in page


def test_a_lead_who_signs_what_has_been_replaced_is_told(table: Table, at: Seat) -> None:
    agreed(table)
    conclude(table)
    company, union = at("company_lead"), at("union_lead")
    company.get(f"{outcome(table)}/assemble")
    page = company.submit("Assemble the record")
    union.get(f"{page.url}/sign")
    company.get(f"{outcome(table)}/assemble")
    assert "There is record 1." in company.page  # type: ignore[operator]
    company.submit("Assemble the record")

    page = union.submit("Sign for the union", {"read": "y"}, status=409)

    assert page.heading == "Something has changed in the meantime"
    assert "Records that were replaced" in union.get(outcome(table))


def test_two_who_assemble_at_once_replace_nothing_unseen(table: Table, at: Seat) -> None:
    agreed(table)
    conclude(table)
    company, union = at("company_lead"), at("union_lead")
    company.get(f"{outcome(table)}/assemble")
    union.get(f"{outcome(table)}/assemble")
    company.submit("Assemble the record")

    page = union.submit("Assemble the record", status=422)

    assert "Somebody else has assembled a record in the meantime." in page


def test_delegates_read_the_record_and_are_offered_nothing(table: Table, at: Seat) -> None:
    agreed(table)
    conclude(table)
    company = at("company_lead")
    company.get(f"{outcome(table)}/assemble")
    url = company.submit("Assemble the record").url

    page = at("union_delegate").get(url)

    assert "Not signed yet" in page
    assert not page.offers("Sign this record")
    assert not page.offers("Assemble another record in its place")


def test_who_goes_back_finds_the_record_marked(table: Table, at: Seat) -> None:
    item_id = agreed(table)
    conclude(table)
    company = at("company_lead")
    company.get(f"{outcome(table)}/assemble")
    url = company.submit("Assemble the record").url
    with table.writing(table.union_lead) as work:
        cases.go_back(work, table.case_id)
    stand(table, table.union_lead, item_id, Stance.CANNOT_AGREE, reason="No.")
    conclude(table)

    page = company.get(url)

    assert "words or positions have changed" in page
    assert not page.offers("Sign this record")


# Deeper: order, languages, comparison, moves, and what is new


def test_the_order_is_changed_step_by_step(table: Table, at: Seat) -> None:
    first, second = admitted(table, "Wages"), admitted(table, "Overtime")
    ana = at("union_lead")
    page = ana.get(board(table))
    assert page.text.index("1. Wages") < page.text.index("2. Overtime")

    page = ana.submit("Up Overtime", form=f"{second}/order")

    assert "The order of the agenda is changed." in page
    order = page.text[page.text.index("Change the order of the agenda") :]
    assert order.index("2. Overtime") < order.index("1. Wages")
    assert not at("company_delegate").get(board(table)).offers("Up Overtime")
    mina = at("company_lead")
    mina.get(board(table))
    ana.submit("Up Wages", form=f"{first}/order")
    page = mina.submit("Up Wages", form=f"{first}/order")
    assert "The order of the agenda is changed." in page


def test_a_translation_is_put_beside_the_wording_and_falls_out_of_step(table: Table, at: Seat) -> None:
    item_id = admitted(table)
    word(table, table.company_lead, item_id)
    ana = at("union_lead")
    ana.get(item_page(table, item_id))
    ana.click("Translate the wording on the table")
    page = ana.submit("Put the translation beside the wording", {"language": "es", "text": ""}, status=422)
    assert "Write the translation." in page
    page = ana.submit("Put the translation beside the wording", {"language": "es", "text": "Con cuatro semanas."})
    assert "Español, current" in page
    assert 'lang="es">Con cuatro semanas.' in page.html

    word(table, table.company_lead, item_id, "Night shifts are announced in writing.")

    page = ana.get(item_page(table, item_id))
    assert "Español, out of step" in page
    assert "It translates wording 1; wording 2 is on the table." in page
    page = ana.click("Bring it into step")
    assert "The form begins with the translation of wording 1." in page
    assert page.form("Put the translation").fields["text"] == ["Con cuatro semanas."]
    page = ana.submit("Put the translation beside the wording", {"text": "Por escrito."})
    assert "Español, current" in page
    assert not at("union_delegate").get(item_page(table, item_id)).offers("Translate the wording on the table")


def test_a_translation_of_words_that_changed_meanwhile_is_not_lost(table: Table, at: Seat) -> None:
    item_id = admitted(table)
    word(table, table.company_lead, item_id)
    ana = at("union_lead")
    ana.get(item_page(table, item_id) + "/translate")
    word(table, table.company_lead, item_id, "Other words.")

    page = ana.submit("Put the translation beside the wording", {"language": "es", "text": "Lo que sea."}, status=422)

    assert "While you wrote, something has changed" in page
    assert page.form("Put the translation").fields["text"] == ["Lo que sea."]
    assert "Other words." in page


def test_any_two_wordings_are_compared_on_a_page(table: Table, at: Seat) -> None:
    item_id = admitted(table)
    for text in ("Two weeks ahead.", "Three weeks ahead.", "Four weeks ahead."):
        word(table, table.company_lead, item_id, text)
    luc = at("union_delegate")
    luc.get(item_page(table, item_id))

    page = luc.click("Compare any two wordings")
    assert "Three weeks ahead." in page.text.replace("[removed: Three ] ", "Three ")
    page = luc.get(item_page(table, item_id) + "/compare?older=1&newer=3")

    assert "Two" in page
    assert "Four" in page
    luc.get(item_page(table, item_id) + "/compare?older=1&newer=9", status=404)


def test_how_the_parties_moved_stands_in_a_table_of_words(table: Table, at: Seat) -> None:
    item_id = admitted(table)
    word(table, table.company_lead, item_id)
    stand(table, table.union_lead, item_id, Stance.CANNOT_AGREE, reason="Too late.")
    word(table, table.company_lead, item_id, "Other words.")
    stand(table, table.union_lead, item_id, Stance.CAN_LIVE_WITH_IT, reservation="For one season.")
    luc = at("company_delegate")
    luc.get(item_page(table, item_id))

    page = luc.click("How the parties have moved on this item")

    assert "Wording 1 is put on the table." in page
    assert "The union says “Cannot agree”. Too late." in page
    assert "The union moves from “Cannot agree” to “Can live with it”. Reservation: For one season." in page
    assert "No position yet" in page


def test_somebody_who_comes_back_is_told_what_is_new(table: Table, at: Seat) -> None:
    item_id = admitted(table)
    at("union_delegate").get(board(table))
    table.house.tick(timedelta(days=2))
    word(table, table.company_lead, item_id)
    stand(table, table.company_lead, item_id, Stance.AGREE)
    luc = at("union_delegate")

    page = luc.get(f"/cases/{table.case_id}")
    assert "Since you were last here" in page
    assert "Mina Brandt put a wording on the table" in page
    page = luc.get(board(table))
    assert "Since you were last here" in page
    assert "another wording is on the table" in page
    assert "the company's position: Agree" in page
