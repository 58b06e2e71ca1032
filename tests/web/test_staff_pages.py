"""The pages on which the staff is invited and its keys are signed for."""

import pytest

from dialogue.domain.people import StaffRole
from tests.builders import PASSWORD


@pytest.fixture
def administrator(gathered):
    gathered.house.person(
        "Ada Lovell", "ada@ilo.example", organisation="ILO", roles=frozenset({StaffRole.ADMINISTRATOR})
    )
    return "ada@ilo.example"


def test_an_administrator_invites_a_colleague_who_then_is_shown_as_invited(gathered, client, administrator):
    client.sign_in(administrator, PASSWORD)
    client.get("/staff")
    client.click("Invite a colleague")

    page = client.submit(
        "Send the invitation", {"name": "Nora Berg", "email": "nora@ilo.example", "roles": ["facilitator"]}
    )

    assert page.heading == "People who work here"
    assert "The invitation is on its way." in page
    assert "nora@ilo.example" in page


def test_an_invitation_that_cannot_be_keeps_what_was_typed(gathered, client, administrator):
    client.sign_in(administrator, PASSWORD)
    client.get("/staff/invite")

    page = client.submit(
        "Send the invitation",
        {"name": "Mina", "email": "mina@brand.example", "roles": ["facilitator", "expert"]},
        status=422,
    )

    assert "Somebody has an account with this address already." in page
    form = page.form("Send the invitation")
    assert form.fields["name"] == ["Mina"]
    assert form.fields["roles"] == ["facilitator", "expert"]


def test_an_empty_invitation_says_what_is_missing(gathered, client, administrator):
    client.sign_in(administrator, PASSWORD)
    client.get("/staff/invite")

    page = client.submit("Send the invitation", status=422)

    for sentence in ("Enter the person's name.", "Enter the person's e-mail address.", "Choose at least one role."):
        assert sentence in page


def test_a_coordinator_compares_words_and_signs_for_a_colleague(gathered, browser):
    gathered.house.person("Nadia Haddad", "nadia@ilo.example", roles=frozenset({StaffRole.COORDINATOR}))
    newcomer, coordinator = browser(), browser()
    newcomer.sign_in("nadia@ilo.example", PASSWORD)
    own = newcomer.get("/account").html
    assert "not signed for yet" in newcomer.get("/desk/staff")
    assert not newcomer.page.offers("The words are the same: sign as coordinator")

    coordinator.sign_in("clara@ilo.example", PASSWORD)
    page = coordinator.get("/desk/staff")
    words = page.html.split('aria-label="Key of Nadia Haddad in words"')[1].split("</ol>")[0]
    assert words.count("<li") == own.split('aria-label="Your key in words"')[1].split("</ol>")[0].count("<li")
    assert words.split(">", 1)[1] == own.split('aria-label="Your key in words"')[1].split("</ol>")[0].split(">", 1)[1]
    page = coordinator.submit("The words are the same: sign as coordinator Nadia Haddad")

    assert "You have signed for this key." in page
    assert "not signed for yet" not in newcomer.get("/desk/staff")


def test_a_colleague_is_taken_off_the_list_and_signed_out(gathered, browser):
    facilitator, coordinator = browser(), browser()
    facilitator.sign_in("farid@ilo.example", PASSWORD)
    coordinator.sign_in("clara@ilo.example", PASSWORD)
    coordinator.get("/desk/staff")

    page = coordinator.submit("Take off the list Farid Lindqvist as Facilitator")

    assert "no longer on the list" in page
    assert facilitator.get("/account").heading == "Sign in"


def test_the_last_coordinator_is_offered_no_way_off_the_list(gathered, client):
    client.sign_in("clara@ilo.example", PASSWORD)

    page = client.get("/desk/staff")

    assert "only coordinator" in page
    assert not page.offers("Take off the list Clara Okafor as Coordinator")


@pytest.mark.parametrize("email", ["mina@brand.example", "farid@ilo.example"])
@pytest.mark.parametrize("url", ["/staff", "/staff/invite", "/desk/staff"])
def test_nobody_else_finds_these_pages(gathered, client, email, url):
    client.sign_in(email, PASSWORD)

    client.get(url, status=404)


def test_a_coordinator_does_not_find_the_invitation(gathered, client):
    client.sign_in("clara@ilo.example", PASSWORD)

    assert not client.get("/staff").offers("Invite a colleague")
    client.get("/staff/invite", status=404)


def test_a_visitor_is_asked_to_sign_in(client):
    assert client.get("/staff").heading == "Sign in"
    assert client.get("/desk/staff").heading == "Sign in"
