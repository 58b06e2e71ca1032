"""An invitation leads to a place at the table, for newcomers and for people who have an account already."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from dialogue.domain.people import Role
from dialogue.services import letters, participants
from dialogue.store.outbox import letters as letters_in
from dialogue.store.participants import ParticipantState, find_invited
from tests.builders import PASSWORD, Table
from tests.web.client import Client

MAIL = "rosa@union.example"


@pytest.fixture
def invited(table: Table) -> str:
    """The path of the link that a delegate of the union was sent."""
    with table.writing(table.union_lead) as work:
        row = participants.add(work, table.case_id, role=Role.DELEGATE, name="Rosa Diaz", function="Shop", email=MAIL)
    table.seats[table.outsider.account_id] = row
    return newest_mail(table, MAIL).link.removeprefix(table.house.instance.base_url)


def newest_mail(table: Table, address: str) -> letters.Letter:
    with table.house.reading(None) as work:
        found = [letters.opened(table.house.instance.secrets, row) for row in letters_in(work.session, limit=30)]
    return next(letter for letter in found if letter is not None and letter.to == address)


def place(table: Table) -> tuple[ParticipantState, object]:
    with table.house.reading(None) as work:
        row = find_invited(work.session, table.seats[table.outsider.account_id])
        assert row is not None
        return row.state, row.account_id


def test_a_newcomer_opens_an_account_and_has_the_place(table: Table, client: Client, invited: str) -> None:
    page = client.get(invited)
    assert "offered you a place" in page
    assert page.form("Open my account").fields["name"] == ["Rosa Diaz"]
    told = {"timezone": "America/Lima", "language": "es", "password": PASSWORD, "app_code": client.scan()}
    page = client.submit("Open my account", told)

    state, account = place(table)
    assert state is ParticipantState.ENROLLED
    assert account is not None
    assert len(re.findall("app-code__group", page.html)) == 8
    client.get(invited, status=410)


def test_who_has_an_account_signs_in_and_takes_the_place(table: Table, client: Client, invited: str) -> None:
    rosa = table.house.person("Rosa Diaz", MAIL)
    assert client.get(invited).heading == "Sign in"
    page = client.submit("Sign in", {"email": MAIL, "password": PASSWORD, "code": client.code()}, form="/sign-in")
    assert page.heading == "Take your place in a dialogue"
    assert place(table)[0] is ParticipantState.LISTED
    page = client.submit("Take the place with this account")

    assert "You have taken the place" in page
    assert place(table) == (ParticipantState.ENROLLED, rosa.account_id)
    client.get(invited, status=410)


def test_the_account_may_stand_under_another_address(table: Table, client: Client, invited: str) -> None:
    rosa = table.house.person("Rosa Diaz", "rosa@home.example")
    client.get(invited)
    client.click("I have an account under another address")
    client.submit(
        "Sign in", {"email": "rosa@home.example", "password": PASSWORD, "code": client.code()}, form="/sign-in"
    )
    client.submit("Take the place with this account")

    assert place(table) == (ParticipantState.ENROLLED, rosa.account_id)


def test_a_removed_person_finds_the_link_closed(table: Table, client: Client, invited: str) -> None:
    with table.writing(table.union_lead) as work:
        participants.remove(work, table.case_id, table.seats[table.outsider.account_id])

    client.get(invited, status=410)


def test_the_link_is_used_once_whoever_is_quicker(table: Table, browser: Callable[[], Client], invited: str) -> None:
    table.house.person("Rosa Diaz", "rosa@home.example")
    first, second = browser(), browser()
    for client in (first, second):
        client.get(f"/sign-in?next={invited}")
        client.submit(
            "Sign in", {"email": "rosa@home.example", "password": PASSWORD, "code": client.code()}, form="/sign-in"
        )
    first.submit("Take the place with this account")

    assert second.submit("Take the place with this account", status=410).heading == "This link does not open any more"


def test_the_ilos_staff_takes_no_place_of_a_party(table: Table, client: Client, invited: str) -> None:
    with table.house.reading(None) as work:
        from dialogue.services import identity

        address = identity.people(work, [table.facilitator.account_id])[table.facilitator.account_id].email
    client.sign_in(address, PASSWORD)
    client.get(invited)
    client.submit("Take the place with this account", status=404)

    assert place(table)[0] is ParticipantState.LISTED
