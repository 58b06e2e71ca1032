"""What belongs to no dialogue is written down, whatever became of the act; and no flood fills the disk with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from click.testing import Result
from sqlalchemy import func, select, update

from dialogue.cli import group
from dialogue.domain.people import StaffRole
from dialogue.errors import Forbidden, KeyAlarm, NotFound, WrongCredentials
from dialogue.services import accounts, audit, events, overview, signin, staff, throttle
from dialogue.services.factors import Proof
from dialogue.store.record import Entry, Tally
from dialogue.web.sessions import COOKIE
from tests.builders import PASSWORD, House, Table
from tests.hostile import Hostile
from tests.security.doors import events as written
from tests.security.doors import pages
from tests.web.client import Client

MAIL = "maria@union.example"
WINDOW = timedelta(minutes=15)


def guess(house: House, email: str, password: str = "not the password at all") -> None:
    with pytest.raises(WrongCredentials), house.writing(None) as work:
        signin.sign_in(work, email, password, Proof(code="000000"))


def entries(house: House) -> list[Entry]:
    with house.instance.store.session(writes=False) as session:
        return list(session.scalars(select(Entry).where(Entry.chain == "instance").order_by(Entry.seq)))


def how_many(house: House, rows: Any = Entry) -> int:
    with house.instance.store.session(writes=False) as session:
        return session.scalar(select(func.count()).select_from(rows)) or 0


# Every kind


def test_a_failed_sign_in_names_the_account_and_a_guess_at_nobody_names_nobody(house: House) -> None:
    maria = house.person("Maria Lopez", MAIL)
    guess(house, MAIL)
    guess(house, "nobody@union.example")

    assert [(entry.act, entry.actor_id, entry.object_id) for entry in entries(house)] == [
        ("refused:session:sign_in", None, maria.account_id),
        ("refused:session:sign_in", None, None),
    ]


def test_a_stranger_at_the_door_is_written_down_whether_or_not_there_is_a_case(table: Table) -> None:
    before = len(entries(table.house))
    for case_id in (table.case_id, uuid4()):
        with pytest.raises(NotFound), table.reading(table.outsider) as work:
            overview.show(work, case_id)
    added = entries(table.house)[before:]

    assert [(entry.act, entry.actor_id, entry.object_id) for entry in added] == [
        ("refused:case:read", table.outsider.account_id, None)
    ] * 2


def test_what_belongs_to_the_administration_is_refused_and_written_down(table: Table) -> None:
    with pytest.raises((NotFound, Forbidden)), table.reading(table.union_lead) as work:
        events.index(work)

    assert entries(table.house)[-1].act == "refused:event:read"


def test_keys_that_do_not_fit_are_an_alarm_although_everything_else_is_undone(table: Table) -> None:
    hostile = Hostile(table.instance.store, table.outsider, table.house.now)
    hostile.forget_visits(table.case_id, table.company_lead.account_id)
    with pytest.raises(KeyAlarm), table.writing(table.company_lead) as work:
        overview.show(work, table.case_id)

    assert entries(table.house)[-1].act == "alarm:keys"
    assert entries(table.house)[-1].actor_id == table.company_lead.account_id


def test_an_altered_cookie_is_an_alarm(house: House) -> None:
    house.now = datetime.now(UTC)
    maria = house.person("Maria Lopez", MAIL)
    client = Client(pages(house))
    client.sign_in(MAIL, PASSWORD)
    cookie = client.cookie(COOKIE) or ""
    client.set_cookie(COOKIE, cookie[:-2] + ("AA" if cookie[-2:] != "AA" else "BB"))
    client.get("/account")

    assert ("alarm:session", maria.account_id) in [(entry.act, entry.object_id) for entry in entries(house)]


def test_what_the_administration_does_is_written_down(house: House) -> None:
    ada = house.person("Ada Lovell", "ada@ilo.example", roles=frozenset({StaffRole.ADMINISTRATOR}))
    clara = house.person("Clara Okafor", "clara@ilo.example", roles=frozenset({StaffRole.COORDINATOR}))
    with house.writing(ada) as work:
        accounts.invite_staff(work, email="new@ilo.example", name="New", roles=frozenset({StaffRole.FACILITATOR}))
    with house.writing(ada) as work:
        staff.disable(work, clara.account_id)

    did = [(entry.act, entry.actor_id, entry.object_id) for entry in entries(house)]
    assert ("staff:invite", ada.account_id, None) in did
    assert ("staff:disable", ada.account_id, clara.account_id) in did


# Floods


def test_a_flood_of_guesses_leaves_ten_entries_and_a_number(house: House) -> None:
    maria = house.person("Maria Lopez", MAIL)
    for _ in range(25):
        guess(house, MAIL)
    assert written(house) == ["refused:session:sign_in"] * 10
    events.settle(house.instance, house.now)
    assert len(entries(house)) == 10

    house.tick(WINDOW)
    events.settle(house.instance, house.now)
    last = entries(house)[-1]
    assert (last.act, last.object_id) == ("refused:session:sign_in#15", maria.account_id)
    assert how_many(house, Tally) == 0
    guess(house, MAIL)
    assert written(house)[-1] == "refused:session:sign_in"


def test_guesses_at_ever_new_names_fill_one_window(house: House) -> None:
    for number in range(30):
        guess(house, f"name{number}@union.example")

    assert len(entries(house)) == 10
    assert how_many(house, Tally) == 1


def test_the_next_event_of_any_kind_tells_the_number(house: House) -> None:
    ada = house.person("Ada Lovell", "ada@ilo.example", roles=frozenset({StaffRole.ADMINISTRATOR}))
    for _ in range(12):
        guess(house, MAIL)
    house.tick(WINDOW)
    with house.reading(ada) as work:
        events.index(work)

    assert written(house)[-2:] == ["refused:session:sign_in#2", "event:read"]


def test_whoever_knocks_at_every_door_fills_one_window(table: Table) -> None:
    before = len(entries(table.house))
    for number in range(40):
        ask: Callable[..., object] = overview.show if number % 2 else events.index
        with pytest.raises(NotFound), table.reading(table.outsider) as work:
            ask(work, *([uuid4()] if number % 2 else []))
    table.house.tick(WINDOW)
    events.settle(table.instance, table.house.now)
    added = entries(table.house)[before:]

    assert len(added) == 11
    assert (added[-1].act, added[-1].actor_id) == ("refused:anything#30", table.outsider.account_id)


def test_who_is_turned_away_leaves_one_entry_and_a_number(house: House) -> None:
    maria = house.person("Maria Lopez", MAIL)
    for email in (MAIL, "nobody@union.example"):
        for _ in range(20):
            throttle.note_sign_in_turned_away(house.instance, email, house.now)
    house.tick(WINDOW)
    events.settle(house.instance, house.now)

    assert sorted((entry.act, str(entry.object_id)) for entry in entries(house)) == sorted(
        (act, about)
        for about in (str(maria.account_id), "None")
        for act in ("turned_away:session:sign_in", "turned_away:session:sign_in#19")
    )


def test_what_is_done_is_never_told_as_a_number(house: House) -> None:
    ada = house.person("Ada Lovell", "ada@ilo.example", roles=frozenset({StaffRole.ADMINISTRATOR}))
    for _ in range(15):
        with house.reading(ada) as work:
            events.index(work)

    assert written(house) == ["event:read"] * 15


# For whoever operates it


@pytest.fixture
def command(house: House) -> Callable[..., Result]:
    app = pages(house)
    return lambda *words: app.test_cli_runner().invoke(group, words)


def test_the_chain_is_verified_with_the_others(house: House, command: Callable[..., Result]) -> None:
    for _ in range(12):
        guess(house, MAIL)
    house.tick(WINDOW)
    assert "Refused: sign-in, and 2 times more within 15 minutes" in command("events").output
    assert command("audit", "verify").exit_code == 0
    with house.writing(None) as work:
        work.session.execute(update(Entry).where(Entry.seq == 11).values(act="refused:session:sign_in#1"))
    checked = command("audit", "verify")

    assert checked.exit_code == 1
    assert "instance: entry 11 does not hold" in checked.output
    assert [one.bad for one in audit.verify(house.instance)] == [11]


def test_the_operator_reads_plain_words_and_ids_and_no_names(house: House, command: Callable[..., Result]) -> None:
    maria = house.person("Maria Lopez", MAIL)
    guess(house, MAIL)
    ada = house.person("Ada Lovell", "ada@ilo.example", roles=frozenset({StaffRole.ADMINISTRATOR}))
    with house.writing(ada) as work:
        staff.disable(work, house.person("Clara", "clara@ilo.example", roles=frozenset(StaffRole)).account_id)
    throttle.note_turned_away(house.instance, "source", house.now)
    output = command("events").output

    first, second, third = output.splitlines()
    assert first.endswith(f"Z  Refused: sign-in, about {maria.account_id}")
    assert f"Staff, disable, by {ada.account_id}" in second
    assert third.endswith("Turned away, too often: guesses at passwords from one place")
    assert not any(word in output for word in ("Maria", "Ada", "Clara", MAIL, "@"))


def test_the_operator_chooses_what_to_read(house: House, command: Callable[..., Result]) -> None:
    guess(house, MAIL)
    house.tick(timedelta(days=2))
    later = house.now
    throttle.note_turned_away(house.instance, "source", house.now)
    ada = house.person("Ada Lovell", "ada@ilo.example", roles=frozenset({StaffRole.ADMINISTRATOR}))
    with house.reading(ada) as work:
        events.index(work)

    assert len(command("events").output.splitlines()) == 3
    assert len(command("events", "--kind", "refusals").output.splitlines()) == 2
    assert len(command("events", "--since", f"{later:%Y-%m-%d}").output.splitlines()) == 2
    assert len(command("events", "--limit", "1").output.splitlines()) == 1
    assert command("events", "--kind", "alarms").output == "Nothing of this kind has happened.\n"
    assert command("events", "--kind", "gossip").exit_code == 2
    assert command("events", "--since", "yesterday").exit_code == 2
    told = [json.loads(line) for line in command("events", "--json", "--kind", "office").output.splitlines()]
    assert [(one["what"], one["actor"], one["about"], one["more"]) for one in told] == [
        ("event:read", str(ada.account_id), None, 0)
    ]
    assert set(told[0]) == {"number", "at", "what", "kind", "actor", "about", "more"}


def test_an_administrator_reads_the_number_too(house: House) -> None:
    house.now = datetime.now(UTC)
    house.person("Ada Lovell", "ada@ilo.example", roles=frozenset({StaffRole.ADMINISTRATOR}))
    for _ in range(13):
        guess(house, MAIL)
    house.tick(WINDOW)
    client = Client(pages(house))
    client.sign_in("ada@ilo.example", PASSWORD)
    page = client.get("/staff/events")

    assert "Sign in refused and 3 times more within a quarter of an hour" in page


def test_two_who_write_at_once_do_not_disturb_the_chain(house: House) -> None:
    now = house.now

    def note(number: int) -> None:
        throttle.note_turned_away(house.instance, f"trial{number % 3}", now)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(note, range(24)))
    events.settle(house.instance, now + WINDOW)

    assert sorted(written(house)) == sorted(
        word for n in range(3) for word in (f"turned_away:trial{n}", f"turned_away:trial{n}#7")
    )
    assert [one.bad for one in audit.verify(house.instance)] == [None]
