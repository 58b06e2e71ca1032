"""The administrator's pages: health, keys, events, and the accounts of colleagues."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from dialogue.domain.factors import FactorKind
from dialogue.domain.people import StaffRole
from dialogue.services import accounts, mailroom
from dialogue.services.mailroom import Delivery
from dialogue.web.labels import event_words
from tests.builders import PASSWORD

PAGES = ["/staff/health", "/staff/keys", "/staff/keys/check", "/staff/events", "/staff/events/check", "/staff/address"]


@pytest.fixture
def administrator(gathered, client):
    gathered.house.person(
        "Ada Lovell", "ada@ilo.example", organisation="ILO", roles=frozenset({StaffRole.ADMINISTRATOR})
    )
    client.sign_in("ada@ilo.example", PASSWORD)
    return client


def refuse(_message):
    raise OSError


def test_one_walks_from_page_to_page(administrator):
    administrator.get("/staff")
    for words, heading in (
        ("Health", "Health"),
        ("Keys", "Keys of the service"),
        ("Events", "Events"),
        ("People", "People who work here"),
    ):
        assert administrator.click(words).heading == heading


@pytest.mark.parametrize("email", ["mina@brand.example", "farid@ilo.example", "clara@ilo.example"])
def test_nobody_else_finds_these_pages(gathered, client, email):
    client.sign_in(email, PASSWORD)

    for url in PAGES:
        client.get(url, status=404)
    client.get("/staff", status=200 if email.startswith("clara") else 404)
    assert not client.page.offers("Disable")


def test_a_disabled_colleague_is_signed_out_at_once_and_cannot_come_back(gathered, administrator, browser):
    facilitator = browser()
    facilitator.sign_in("farid@ilo.example", PASSWORD)
    assert facilitator.get("/account").heading != "Sign in"
    administrator.get("/staff")

    page = administrator.submit("Disable Farid Lindqvist")

    assert "The account is disabled, and its sessions have ended." in page
    assert facilitator.get("/account").heading == "Sign in"
    assert "do not fit together" in facilitator.sign_in("farid@ilo.example", PASSWORD, status=422)
    administrator.submit("Enable Farid Lindqvist")
    facilitator.sign_in("farid@ilo.example", PASSWORD)
    assert facilitator.get("/account").heading != "Sign in"


def test_one_is_offered_no_way_to_close_the_own_account(administrator):
    page = administrator.get("/staff")

    assert not page.offers("Disable Ada Lovell")
    assert page.offers("Disable Clara Okafor")


def test_by_address_the_answer_is_the_same_whether_there_is_an_account(gathered, administrator, browser):
    lead = browser()
    lead.sign_in("ana@union.example", PASSWORD)
    said = []
    for email in ("ana@union.example", "nobody@union.example"):
        administrator.get("/staff/address")
        page = administrator.submit("Do it", {"email": email, "change": "disable"})
        said.append(page.text)

    assert said[0] == said[1]
    assert lead.get("/account").heading == "Sign in"
    administrator.get("/staff/address")
    page = administrator.submit("Do it", {"email": "ada@ilo.example", "change": "disable"}, status=422)
    assert "This is your own account." in page


def test_health_says_what_is_missing_and_a_dead_letter_is_tried_again(gathered, administrator):
    page = administrator.get("/staff/health")
    for words in ("answers", "newest revision", "not seen", "No letter waits.", "There is none."):
        assert words in page
    with gathered.writing(None) as work:
        accounts.ask_to_register(work, "maria@union.example", "en")
    done = []
    while Delivery.GIVEN_UP not in done:
        done += mailroom.deliver_all(gathered.instance, refuse, lambda: gathered.house.now)
        gathered.house.tick(timedelta(hours=6))
    administrator.sign_in("ada@ilo.example", PASSWORD)

    page = administrator.get("/staff/health")
    assert "Confirm an address" in page
    assert "maria" not in page
    page = administrator.submit("Try again letter of")

    assert "The worker tries this letter again." in page
    assert "One letter waits" in page


def test_keys_are_told_and_looked_over(gathered, administrator):
    page = administrator.get("/staff/keys")
    assert "k1" in page
    assert "holds, 2 entries" in page
    assert gathered.instance.desk.hex() in page

    page = administrator.click("Check all keys")

    assert "every key that is needed is held" in page
    assert "accounts.sealed_identity" in page


def test_events_are_read_by_kind_and_checked(gathered, administrator, browser):
    stranger = browser()
    stranger.sign_in("otto@elsewhere.example", PASSWORD)
    stranger.get("/staff/health", status=404)

    page = administrator.get("/staff/events")
    assert "Look at health and keys" in page
    assert "Otto Fremd" not in page
    assert "Ada Lovell" in page
    page = administrator.click("What was refused")
    assert "Sign in" not in page.text.split("Events, newest first")[1]
    page = administrator.click("Alarms")
    assert "There is no event of this kind." in page
    page = administrator.click("Check that nothing was changed")
    assert "The chain is intact" in page


def test_every_event_that_is_written_down_has_words(app):
    written = set()
    for path in (Path(__file__).parents[2] / "dialogue" / "services").glob("*.py"):
        written |= set(re.findall(r'"((?:account|session|alarm|desk):[a-z_]+)"', path.read_text()))
    written |= {f"account:factor_{kind.value}{end}" for kind in FactorKind for end in ("", "_removed")}

    with app.test_request_context():
        assert {word for word in written if event_words(word) == word} == set()
    assert len(written) > 20
