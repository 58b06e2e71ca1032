"""Cookies that were planted, rows that were edited, a sign-out in the middle of a request, and links used again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from dialogue.services import links
from dialogue.store.accounts import LinkPurpose, SessionLevel, SignIn
from dialogue.store.record import Entry
from dialogue.web.sessions import COOKIE
from tests.builders import PASSWORD
from tests.security.world import ADDRESSES, World
from tests.web.client import Client
from tests.web.sitting import sit


@pytest.fixture(autouse=True)
def afresh(world: World) -> Iterator[None]:
    """Each of these tests leaves something behind; the next begins before it."""
    world.changed = True
    world.go_to("talk")
    before = world.table.house.now
    # A code is taken once in its half minute.
    world.table.house.tick(timedelta(minutes=2))
    yield
    world.changed, world.table.house.now = True, before


def rows_of(world: World, seat: str) -> list[SignIn]:
    with world.store.session(writes=False) as session:
        return list(session.scalars(select(SignIn).where(SignIn.account_id == world.people[seat].account_id)))


def events(world: World) -> list[str]:
    with world.store.session(writes=False) as session:
        return list(session.scalars(select(Entry.act).where(Entry.chain == "instance")))


def test_a_cookie_that_was_planted_beforehand_is_not_the_one_after_signing_in(world: World) -> None:
    attacker = sit(lambda: Client(world.app), ADDRESSES["outsider"])
    planted = attacker.cookie(COOKIE)
    victim = Client(world.app)
    victim.set_cookie(COOKIE, str(planted))
    token = attacker.token()
    told = {"csrf_token": token, "email": ADDRESSES["other_lead"], "password": PASSWORD, "code": victim.code()}
    assert victim.raw("POST", "/sign-in", data=told).status_code == 303

    assert victim.cookie(COOKIE) != planted
    attacker.get("/account")
    assert attacker.page is not None
    assert "nora@other.example" not in attacker.page.html


@pytest.mark.parametrize(
    "column", ["account_id", "level", "sealed_content", "sealed_bundle", "expires_at", "version", "id_hash"]
)
def test_an_edited_session_opens_nothing_more(world: World, column: str) -> None:
    """Not another account, not a later end, not another's keys."""
    mine, theirs = rows_of(world, "outsider")[0], rows_of(world, "company_lead")[0]
    values: dict[str, Any] = {
        "account_id": theirs.account_id,
        "level": SessionLevel.ENROLLING,
        "sealed_content": theirs.sealed_content,
        "sealed_bundle": theirs.sealed_bundle,
        "expires_at": mine.expires_at + timedelta(days=365),
        "version": mine.version + 5,
        "id_hash": bytes(32),
    }
    with world.store.session(writes=True) as session:
        session.execute(update(SignIn).where(SignIn.id_hash == mine.id_hash).values({column: values[column]}))
        session.commit()

    answer = world.send("outsider", "GET", "/account")

    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["Location"]
    if column != "id_hash":
        assert "alarm:session" in events(world)


def test_a_whole_row_put_in_the_place_of_another_opens_neither(world: World) -> None:
    mine, theirs = rows_of(world, "outsider")[0], rows_of(world, "company_lead")[0]
    kept = {c.key: getattr(theirs, c.key) for c in SignIn.__table__.columns if c.key != "id_hash"}
    with world.store.session(writes=True) as session:
        session.execute(update(SignIn).where(SignIn.id_hash == mine.id_hash).values(kept))
        session.commit()

    assert world.send("outsider", "GET", "/account").status_code == 303
    assert world.send("company_lead", "GET", "/account").status_code == 200


def test_a_request_that_runs_while_its_person_signs_out_brings_no_session_back(world: World) -> None:
    answers: list[int] = []
    begin = threading.Barrier(5)

    def write() -> None:
        begin.wait()
        for number in range(3):
            told = {"code": ("fr", "es", "en")[number], "next": "/"}
            answers.append(world.send("company_lead", "POST", "/language", told).status_code)

    def leave() -> None:
        begin.wait()
        answers.append(world.send("company_lead", "POST", "/sign-out").status_code)

    threads = [threading.Thread(target=write) for _ in range(4)] + [threading.Thread(target=leave)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert not any(thread.is_alive() for thread in threads)
    assert all(status in {303, 400, 401} for status in answers)
    assert rows_of(world, "company_lead") == []
    assert "/sign-in" in world.send("company_lead", "GET", "/account").headers["Location"]


def token_for(world: World, purpose: LinkPurpose, email: str, **more: Any) -> str:
    with world.table.writing(None) as work:
        return links.create(work, purpose, email=email, **more)


ENROL = {
    "name": "New Comer",
    "organisation": "",
    "password": "a quiet evening at home",
    "language": "en",
    "timezone": "Europe/Zurich",
}


def test_an_invitation_is_taken_once(world: World) -> None:
    place = {"token": world.at["invitation"]}
    first = world.send("outsider", "POST", f"/link/{place['token']}/join")
    second = world.send("other_lead", "POST", f"/link/{place['token']}/join")
    page = world.send("anonymous", "GET", f"/link/{place['token']}")

    assert (first.status_code, second.status_code, page.status_code) == (303, 410, 410)


@pytest.mark.parametrize("purpose", [LinkPurpose.REGISTER, LinkPurpose.STAFF, LinkPurpose.RECOVER, LinkPurpose.RESET])
def test_a_link_works_for_seven_days_and_no_longer(world: World, purpose: LinkPurpose) -> None:
    email = ADDRESSES["company_delegate"] if purpose in {LinkPurpose.RECOVER, LinkPurpose.RESET} else "new@new.example"
    token = token_for(world, purpose, email)
    place = "/recover/" if purpose in {LinkPurpose.RECOVER, LinkPurpose.RESET} else "/link/"

    assert world.send("anonymous", "GET", f"{place}{token}").status_code in {200, 303}
    world.table.house.tick(timedelta(days=7, minutes=1))
    assert world.send("anonymous", "GET", f"{place}{token}").status_code == 410


def test_a_link_for_one_thing_is_no_link_for_another(world: World) -> None:
    known, new = ADDRESSES["company_delegate"], "new@new.example"
    for purpose, email, wrong in (
        (LinkPurpose.REGISTER, new, "/recover/{}"),
        (LinkPurpose.REGISTER, new, "/recover/{}/password"),
        (LinkPurpose.STAFF, new, "/recover/{}/second-factor"),
        (LinkPurpose.RECOVER, known, "/link/{}"),
    ):
        answer = world.send("anonymous", "GET", wrong.format(token_for(world, purpose, email)))
        assert answer.status_code == 410, f"{purpose} at {wrong}: {answer.status_code}"
    token = token_for(world, LinkPurpose.REGISTER, new)
    assert world.send("outsider", "POST", f"/link/{token}/join").status_code == 410


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t + "A", lambda t: t.swapcase(), lambda t: t + "%00"])
def test_a_token_that_is_nearly_right_is_wrong(world: World, change: Any) -> None:
    token = token_for(world, LinkPurpose.REGISTER, "new@new.example")

    assert world.send("anonymous", "GET", f"/link/{change(token)}").status_code in {404, 410}
    assert world.send("anonymous", "GET", f"/link/{token}").status_code == 200
