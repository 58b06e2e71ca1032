"""What one may not know cannot be told from what is not there: the same words, the same headers, the same counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from dialogue.crypto import passwords
from dialogue.crypto.passwords import KdfParameters
from dialogue.domain.people import Room
from dialogue.services import cases, drafts, identity, notes, participants
from dialogue.store.accounts import Account, AccountState, Link
from dialogue.store.base import Row
from tests.builders import PASSWORD, House, Table
from tests.security.doors import pages, said, try_to_sign_in, walk, with_kdf
from tests.web.client import Client
from tests.web.sitting import FARID, MINA, OTTO, link_to

MAIL, DISABLED, UNKNOWN = "maria@union.example", "dora@union.example", "nobody@union.example"
WRONG = "not the password at all"


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture
def people(house: House) -> House:
    """Somebody with an account, and somebody whose account is disabled."""
    house.now = datetime.now(UTC)
    house.person("Maria Lopez", MAIL)
    disable(house, house.person("Dora Klein", DISABLED).account_id)
    return house


def disable(house: House, account_id: UUID) -> None:
    with house.writing(None) as work:
        work.session.execute(update(Account).where(Account.id == account_id).values(state=AccountState.DISABLED))


# Accounts


def test_signing_in_says_the_same_to_everybody_for_whom_it_does_not_open(people: House) -> None:
    client = Client(pages(people))
    code = client.code()
    told = {
        (email, password): said(try_to_sign_in(client, email, password, code))
        for email, password in ((MAIL, WRONG), (DISABLED, PASSWORD), (DISABLED, WRONG), (UNKNOWN, WRONG), ("no", WRONG))
    }
    told[MAIL, PASSWORD] = said(try_to_sign_in(client, MAIL, PASSWORD, "000000" if code != "000000" else "111111"))
    for _ in range(10):
        try_to_sign_in(client, MAIL, WRONG)
    told[MAIL, "throttled"] = said(try_to_sign_in(client, MAIL, PASSWORD, client.code()))

    def without_what_was_typed(answer: Any) -> str:
        body = re.sub(r'(name="(?:email|code)"[^>]*?) value="[^"]*"', r"\1", answer[2])
        return repr((answer[0], answer[1], re.sub(r' value="[^"]*"([^>]*name="(?:email|code)")', r"\1", body)))

    assert len({without_what_was_typed(answer) for answer in told.values()}) == 1
    assert {answer[0] for answer in told.values()} == {422}


def test_signing_in_takes_as_long_for_everybody_for_whom_it_does_not_open(people: House) -> None:
    house = with_kdf(people, KdfParameters(memory_kib=19456, iterations=12))
    with house.writing(None) as work:
        for account in work.session.scalars(select(Account)):
            bundle = house.actors[account.id].bundle
            identity.lock_with_password(account, bundle, identity.password_key(house.instance, PASSWORD))
    client = Client(pages(house))

    def lasts(email: str) -> float:
        taken = []
        for _ in range(4):
            judged, began = passwords.runs(), perf_counter()
            try_to_sign_in(client, email, WRONG)
            taken.append(perf_counter() - began)
            assert passwords.runs() == judged + 1
        return min(taken)

    known, unknown, disabled = lasts(MAIL), lasts(UNKNOWN), lasts(DISABLED)
    assert max(known, unknown, disabled) < 2 * min(known, unknown, disabled)


@pytest.mark.parametrize("address", ["/register", "/recover"])
def test_asking_for_a_mail_says_the_same_about_every_address(people: House, address: str) -> None:
    client = Client(pages(people))
    client.get(address)
    token = client.token()

    def ask(email: str) -> str:
        answer = said(client.raw("POST", address, data={"csrf_token": token, "email": email}))
        assert answer[0] == 200
        return repr((answer[0], answer[1], answer[2].replace(email, "-")))

    # The last one has had too many mails already, and gets no more.
    assert len({ask(email) for email in (MAIL, DISABLED, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)}) == 1


def test_a_link_that_was_used_one_that_is_too_old_and_one_that_never_was_are_the_same(people: House) -> None:
    client = Client(pages(people))
    for address, email in (("/register", UNKNOWN), ("/recover", MAIL)):
        links = []
        for _ in range(2):
            client.post(address, {"email": email})
            links.append(link_to(people, email))
        with people.writing(None) as work:
            newest = max(work.session.scalars(select(Link)), key=lambda link: link.created_at)
            newest.used_at = people.now
            work.session.execute(update(Link).where(Link.id != newest.id).values(expires_at=people.now))
        made_up = links[0].rpartition("/")[0] + "/" + "x" * 43
        # The first link that a browser follows gives it a cookie of its own, whatever the link is.
        client.raw("GET", made_up)
        told = {repr(said(client.raw("GET", link))) for link in (*links, made_up)}
        assert len(told) == 1, address
        assert "410" in told.pop()[:5]


# Dialogues


def addresses(app: Flask, values: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for rule in app.url_map.iter_rules():
        if "case_id" in rule.arguments:
            with app.test_request_context(base_url="https://localhost"):
                address = app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments}, _external=False)
            for method in {"GET", "POST"} & (rule.methods or set()):
                yield rule.endpoint, method, address


@pytest.fixture
def app(lived_in: Table) -> Flask:
    lived_in.house.now = max(lived_in.house.now, datetime.now(UTC))
    return pages(lived_in.house)


def ids_in(table: Table) -> dict[str, list[UUID]]:
    """Real ids of each kind of thing in the case, by the name that addresses give them."""
    found: dict[str, list[UUID]] = {}
    with table.instance.store.session(writes=False) as session:
        for mapped in Row.registry.mappers:
            kind = mapped.class_
            if hasattr(kind, "case_id") and hasattr(kind, "id"):
                rows = session.scalars(select(kind.id).where(kind.case_id == table.case_id)).all()
                found.setdefault(kind.__tablename__, []).extend(rows)
    return found


def test_a_stranger_cannot_tell_a_dialogue_from_none(app: Flask, lived_in: Table) -> None:
    """With real ids of everything in it, or with ids that nobody ever gave."""
    otto = Client(app)
    otto.sign_in(OTTO, PASSWORD)
    otto.get("/account")
    token, ids = otto.token(), ids_in(lived_in)
    given = {
        "item_id": ids["agenda_items"][0],
        "note_id": ids["notes"][0],
        "participant_id": ids["participants"][0],
        "joint_act_id": (ids["joint_acts"] or [uuid4()])[0],
        "outcome_id": (ids["outcomes"] or [uuid4()])[0],
        "release_id": (ids["releases"] or [uuid4()])[0],
        "room": Room.JOINT.value,
        "form": "notes.write",
        "case_id": lived_in.case_id,
    }

    class Values(dict[str, Any]):
        def __missing__(self, name: str) -> UUID:
            return uuid4()

    real, made_up = Values(given), Values({"room": Room.JOINT.value, "form": "notes.write", "case_id": uuid4()})
    asked = 0
    for (endpoint, method, there), (_, _, nowhere) in zip(addresses(app, real), addresses(app, made_up), strict=True):
        told = {"csrf_token": token, "body": "words", "title": "words"} if method == "POST" else None
        answers = [said(otto.raw(method, address, data=told)) for address in (there, nowhere)]
        assert answers[0] == answers[1], f"{method} {endpoint}"
        assert answers[0][0] == 404, f"{method} {endpoint}"
        asked += 1

    assert asked > 60


def test_somebody_at_the_table_cannot_tell_a_thing_of_another_room_from_none(app: Flask, lived_in: Table) -> None:
    with lived_in.writing(lived_in.union_lead) as work:
        hidden = notes.write(work, lived_in.case_id, Room.UNION, title="Ours", body="Our floor is two per cent.")
    mina = Client(app)
    mina.sign_in(MINA, PASSWORD)
    mina.get("/account")
    base, token = f"/cases/{lived_in.case_id}", mina.token()
    for ending in ("", "/compare", "/revise"):
        answers = [said(mina.raw("GET", f"{base}/notes/{note}{ending}")) for note in (hidden, uuid4())]
        assert answers[0] == answers[1]
        assert answers[0][0] == 404
    told = {"csrf_token": token, "title": "words", "body": "words", "seen": "1"}
    answers = [said(mina.raw("POST", f"{base}/notes/{note}/revise", data=told)) for note in (hidden, uuid4())]
    assert answers[0] == answers[1]
    rooms = [said(mina.raw("GET", f"{base}/rooms/{room}")) for room in (Room.UNION.value, Room.UNION_CAUCUS.value)]
    assert rooms[0] == rooms[1]
    assert rooms[0][0] == 404
    assert said(mina.raw("GET", f"{base}/rooms/attic"))[:1] == (404,)


# What moves on the other side


def seen_by(client: Client, addresses: dict[str, str]) -> dict[str, str]:
    """Those pages without what tells the time."""
    told = {}
    for endpoint, address in addresses.items():
        answer = said(client.raw("GET", address))
        told[endpoint] = re.sub(r"<time[^>]*>.*?</time>|\d{1,2}:\d{2}(:\d{2})?", "", answer[2])
    return told


def test_what_one_side_does_among_itself_moves_nothing_that_the_other_sees(app: Flask, lived_in: Table) -> None:
    """Counts, what waits, links to what comes next, and the record: as if nothing had happened."""
    browsers: dict[str, Client] = {}
    for email in (MINA, FARID):
        browsers[email] = Client(app)
        browsers[email].sign_in(email, PASSWORD)
    own_trail = frozenset({"record.index", "record.check", "account.show"})
    found = {
        email: {kind: address for kind, address in walk(browser).items() if kind not in own_trail}
        for email, browser in browsers.items()
    }
    before = {email: seen_by(browser, found[email]) for email, browser in browsers.items()}

    union = lived_in.union_lead
    for number in range(12):
        with lived_in.writing(union) as work:
            notes.write(work, lived_in.case_id, Room.UNION, title=f"Ours {number}", body="Our floor is two per cent.")
    with lived_in.writing(union) as work:
        drafts.save(work, lived_in.case_id, "notes.write", {"body": "Our floor is two per cent."})
    with lived_in.writing(union) as work:
        cases.label(work, lived_in.case_id, words="The difficult one")
    after = {email: seen_by(browser, found[email]) for email, browser in browsers.items()}

    for email in browsers:
        assert [page for page in before[email] if after[email][page] != before[email][page]] == []
        assert len(after[email]) > 15


def test_the_record_of_one_sides_room_does_not_show_to_the_other(app: Flask, lived_in: Table) -> None:
    def entries() -> str:
        mina = Client(app)
        mina.sign_in(MINA, PASSWORD)
        return mina.get(f"/cases/{lived_in.case_id}/record?kind=acts").html

    before = entries()
    with lived_in.writing(lived_in.union_lead) as work:
        notes.write(work, lived_in.case_id, Room.UNION, title="Ours", body="Our floor is two per cent.")
    with lived_in.reading(lived_in.union_lead) as work:
        notes.index(work, lived_in.case_id, Room.UNION)
    after = entries()

    assert before.count("Write a note") == after.count("Write a note")
    assert "Ours" not in after


def test_who_is_removed_learns_no_more_about_the_dialogue_than_a_stranger(app: Flask, lived_in: Table) -> None:
    with lived_in.writing(lived_in.union_lead) as work:
        participants.remove(work, lived_in.case_id, lived_in.seats[lived_in.union_delegate.account_id])
    luc, otto = Client(app), Client(app)
    luc.sign_in("luc@union.example", PASSWORD)
    otto.sign_in(OTTO, PASSWORD)
    if luc.get("/").language != "en":
        luc.submit("English")
    head = re.compile(r'<span class="[^"]*">(Luc Mensah|Otto Fremd)</span>|Luc Mensah|Otto Fremd')
    for address in (f"/cases/{lived_in.case_id}", f"/cases/{lived_in.case_id}/agenda"):
        mine, strangers = (said(browser.raw("GET", address)) for browser in (luc, otto))
        assert mine[0] == strangers[0] == 404
        assert head.sub("-", mine[2]) == head.sub("-", strangers[2])
