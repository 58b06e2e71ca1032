"""Whoever tries too often is held up, whoever is attacked is not, and nobody learns which of the two he met."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Thread
from time import perf_counter
from urllib.request import Request, urlopen

import pytest
from flask import Flask
from werkzeug.serving import make_server

from dialogue.crypto import passwords
from dialogue.crypto.passwords import KdfParameters
from dialogue.domain.people import Room
from dialogue.services import throttle
from dialogue.store.accounts import SignIn
from dialogue.store.outbox import letters
from dialogue.web import limits
from dialogue.web.labels import EVENTS
from dialogue.web.sessions import COOKIE
from tests.builders import PASSWORD, House, Table
from tests.security.doors import counted, events, pages, said, try_to_sign_in, with_kdf
from tests.web.client import Client
from tests.web.sitting import ANA, MINA, sit

MAIL = "maria@union.example"
UNKNOWN = "nobody@union.example"
WRONG = "not the password at all"


ON_BOTH = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])


@pytest.fixture
def kind() -> str:
    """Counting is tested on both kinds of database in tests/store; here, what comes of it at the pages."""
    return "sqlite"


@pytest.fixture
def app(house: House) -> Flask:
    house.now = datetime.now(UTC)
    house.person("Maria Lopez", MAIL)
    return pages(house)


@pytest.fixture
def client(app: Flask) -> Client:
    return Client(app)


def rows(house: House) -> int:
    with house.instance.store.session(writes=False) as session:
        return session.query(SignIn).count()


def use_up(client: Client, email: str) -> None:
    for _ in range(10):
        assert try_to_sign_in(client, email, WRONG).status_code == 422


# Signing in


@ON_BOTH
@pytest.mark.parametrize("email", [MAIL, UNKNOWN])
def test_after_ten_wrong_guesses_nothing_is_judged_any_more_and_nobody_is_told(
    house: House, client: Client, email: str
) -> None:
    wrong = said(try_to_sign_in(client, email, WRONG))
    for _ in range(9):
        try_to_sign_in(client, email, WRONG)
    judged = passwords.runs()
    throttled = said(try_to_sign_in(client, email, WRONG))

    assert throttled == wrong
    assert passwords.runs() == judged


def test_the_right_password_opens_nothing_once_the_count_is_full_and_gets_the_same_answer(
    house: House, client: Client
) -> None:
    code = client.code()
    wrong = said(try_to_sign_in(client, MAIL, WRONG, code))
    use_up(client, MAIL)
    judged = passwords.runs()
    right = said(try_to_sign_in(client, MAIL, PASSWORD, code))

    assert right == wrong
    assert passwords.runs() == judged
    assert rows(house) == 0
    assert client.cookie(COOKIE) is None
    house.tick(timedelta(minutes=15))
    assert "Maria Lopez" in client.sign_in(MAIL, PASSWORD)


def test_a_twin_of_an_address_is_the_same_address(client: Client) -> None:
    use_up(client, MAIL)
    judged = passwords.runs()
    for twin in ("MARIA@union.example", " maria@UNION.example ", "ｍaria@union.example"):
        assert try_to_sign_in(client, twin, PASSWORD, client.code()).status_code == 422
    assert passwords.runs() == judged


def test_a_held_up_guess_takes_as_long_as_a_judged_one(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house = with_kdf(house, KdfParameters(memory_kib=19456, iterations=12))
    house.now = datetime.now(UTC)
    house.person("Maria Lopez", MAIL)
    client = Client(pages(house))
    monkeypatch.setattr(limits, "_lengths", type(limits._lengths)(maxlen=64))

    def lasts() -> float:
        began = perf_counter()
        try_to_sign_in(client, MAIL, WRONG)
        return perf_counter() - began

    judged = [lasts() for _ in range(10)]
    held_up = [lasts() for _ in range(5)]
    middle, least = sorted(judged)[5], min(judged)

    assert min(held_up) > least * 0.7
    assert sorted(held_up)[2] < middle * 2
    assert limits.LONGEST_PAUSE <= 2.0


def test_somebody_elses_tries_do_not_keep_the_owner_out_of_the_own_browser(app: Flask, house: House) -> None:
    own, attacker = Client(app), Client(app)
    own.sign_in(MAIL, PASSWORD)
    own.sign_out()
    use_up(attacker, MAIL)
    assert try_to_sign_in(attacker, MAIL, PASSWORD, attacker.code()).status_code == 422

    assert "Maria Lopez" in own.sign_in(MAIL, PASSWORD)


def test_the_own_browser_has_a_count_too(app: Flask, client: Client) -> None:
    client.sign_in(MAIL, PASSWORD)
    client.sign_out()
    use_up(client, MAIL)
    judged = passwords.runs()

    assert try_to_sign_in(client, MAIL, PASSWORD, client.code()).status_code == 422
    assert passwords.runs() == judged
    elsewhere = Client(app)
    assert "Maria Lopez" in elsewhere.sign_in(MAIL, PASSWORD)


def test_the_mark_of_a_browser_names_nobody_and_serves_nobody_else(app: Flask, house: House, client: Client) -> None:
    house.person("Otto Fremd", "otto@elsewhere.example")
    client.get("/sign-in")
    told = {"csrf_token": client.token(), "email": MAIL, "password": PASSWORD, "code": client.code()}
    answer = client.raw("POST", "/sign-in", data=told)
    line = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith(limits.KNOWN))
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(line.split("; "))
    assert "Domain" not in line
    token = client.cookie(limits.KNOWN) or ""
    instance, now = house.instance, house.now

    assert throttle.known_browser(instance, token, MAIL, now)
    assert throttle.known_browser(instance, token, "otto@elsewhere.example", now) is None
    assert throttle.known_browser(instance, token, MAIL, now + timedelta(days=181)) is None
    assert throttle.known_browser(instance, token[:-2] + "AA", MAIL, now) is None
    assert throttle.known_browser(instance, "é" + token, MAIL, now) is None
    assert throttle.known_browser(instance, "", MAIL, now) is None

    thief = Client(app)
    thief.set_cookie(limits.KNOWN, token)
    use_up(thief, "otto@elsewhere.example")
    fresh = Client(app)
    assert try_to_sign_in(fresh, "otto@elsewhere.example", PASSWORD, fresh.code()).status_code == 422


def test_two_people_share_one_browser(house: House, client: Client) -> None:
    house.person("Otto Fremd", "otto@elsewhere.example")
    for email in (MAIL, "otto@elsewhere.example", MAIL):
        client.sign_in(email, PASSWORD)
        client.sign_out()
    tokens = (client.cookie(limits.KNOWN) or "").split(".")

    assert len(tokens) == 2
    assert all(
        any(throttle.known_browser(house.instance, token, email, house.now) for token in tokens)
        for email in (MAIL, "otto@elsewhere.example")
    )


@ON_BOTH
def test_one_source_that_guesses_at_many_accounts_is_told_to_wait(app: Flask, house: House) -> None:
    known = Client(app)
    known.sign_in(MAIL, PASSWORD)
    known.sign_out()
    client = Client(app)
    counted(app, "100 per 15 minutes", 96, "source", "127.0.0.1")
    for number in range(4):
        assert try_to_sign_in(client, f"name{number}@union.example", WRONG).status_code == 422
    judged = passwords.runs()
    answer = try_to_sign_in(client, "another@union.example", WRONG)

    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 900
    assert "Too often in a short time" in answer.text
    assert passwords.runs() == judged
    assert events(house).count("turned_away:source") == 1
    assert "Maria Lopez" in known.sign_in(MAIL, PASSWORD)
    elsewhere = try_to_sign_in(
        Client(app), "another@union.example", WRONG, environ_overrides={"REMOTE_ADDR": "203.0.113.9"}
    )
    assert elsewhere.status_code == 422


def test_right_passwords_use_nothing_up(client: Client) -> None:
    for _ in range(12):
        client.sign_in(MAIL, PASSWORD)
        client.sign_out()
        client.http.delete_cookie(limits.KNOWN, domain="localhost")

    assert "Maria Lopez" in client.sign_in(MAIL, PASSWORD)


def test_a_source_is_what_the_configured_number_of_proxies_says(house: House) -> None:
    def sources(proxies: int) -> set[str]:
        app, seen = pages(house, proxies=proxies), set[str]()

        def look() -> str:
            seen.add(limits.source())
            return "seen"

        app.view_functions["pages.confidentiality"] = look
        for address in ("203.0.113.1", "203.0.113.2"):
            app.test_client().get(
                "/confidentiality",
                headers={"X-Forwarded-For": f"198.51.100.7, {address}"},
                environ_overrides={"REMOTE_ADDR": "10.0.0.1"},
            )
        return seen

    assert sources(0) == {"10.0.0.1"}
    assert sources(1) == {"203.0.113.1", "203.0.113.2"}
    assert sources(2) == {"198.51.100.7"}


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", "nowhere"),
        ("unix:", "unix:"),
    ],
)
def test_a_household_is_one_source(app: Flask, told: str, meant: str) -> None:
    with app.test_request_context("/", environ_overrides={"REMOTE_ADDR": told}):
        assert limits.source() == meant


@ON_BOTH
def test_all_workers_count_together(app: Flask, house: House) -> None:
    workers = [Client(app), Client(pages(house)), Client(pages(house))]
    for number in range(10):
        try_to_sign_in(workers[number % 3], MAIL, WRONG)
    judged = passwords.runs()

    assert try_to_sign_in(workers[2], MAIL, PASSWORD, workers[2].code()).status_code == 422
    assert passwords.runs() == judged


def test_whoever_is_signed_in_cannot_guess_without_end_either(client: Client) -> None:
    """A session that was left open is no place to find out the password."""
    client.sign_in(MAIL, PASSWORD)
    for _ in range(10):
        client.post("/account/password", {"current": WRONG, "new": "another walk, another lake"}, status=422)
    judged = passwords.runs()
    client.post("/account/password", {"current": PASSWORD, "new": "another walk, another lake"}, status=422)

    assert passwords.runs() == judged


def test_not_even_somebody_signed_in_opens_pages_without_end(house: House, client: Client) -> None:
    client.sign_in(MAIL, PASSWORD)
    maria = next(iter(house.actors)).hex
    counted(client.http.application, "3000 per 10 minutes", 2990, maria, "requests")
    answers = [client.raw("GET", "/account").status_code for _ in range(11)]

    assert answers[0] == 200
    assert answers[-1] == 429
    assert "turned_away:requests" in events(house)


# Twenty at once


@pytest.fixture
def served(house: House) -> Iterator[str]:
    """A server with threads, and passwords that cost what they cost."""
    house = with_kdf(house, passwords.STANDARD)
    house.now = datetime.now(UTC)
    server = make_server("localhost", 0, pages(house), threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_twenty_sign_ins_at_once_neither_hang_nor_stop_other_pages(served: str) -> None:
    visitor = urlopen(served + "/sign-in")
    cookie = visitor.headers["Set-Cookie"].partition(";")[0]
    token = visitor.read().decode().partition('name="csrf_token" value="')[2].partition('"')[0]
    visitor.close()

    def ask(path: str, body: bytes | None = None) -> tuple[int, float]:
        began = perf_counter()
        wanted = Request(served + path, data=body, headers={"Cookie": cookie})
        try:
            with urlopen(wanted, timeout=30) as answer:
                answer.read()
                status = answer.status
        except OSError as refused:
            status = getattr(refused, "code", 0)
            refused.close()  # type: ignore[attr-defined]
        return status, perf_counter() - began

    with ThreadPoolExecutor(24) as pool:
        guesses = [
            pool.submit(
                ask,
                "/sign-in",
                f"csrf_token={token}&email=name{n}@union.example&password=a+guess&code=000000".encode(),
            )
            for n in range(20)
        ]
        others = [pool.submit(ask, "/confidentiality") for _ in range(4)]
        pages_seen = [other.result() for other in others]
        told = [guess.result() for guess in guesses]

    assert {status for status, _ in told} <= {422, 503}
    assert sum(status == 422 for status, _ in told) >= 2
    assert max(seconds for _, seconds in told) < 15
    assert {status for status, _ in pages_seen} == {200}
    assert max(seconds for _, seconds in pages_seen) < 5
    assert ask("/confidentiality")[0] == 200


# Floods


@pytest.fixture
def seated(table: Table) -> Callable[[], Client]:
    table.house.now = max(table.house.now, datetime.now(UTC))
    app = pages(table.house)
    return lambda: Client(app)


def test_what_the_bounds_name_exists(app: Flask) -> None:
    named = {page for flood in limits.FLOODS.values() for page in flood.pages}

    assert named <= set(app.view_functions)
    assert set(limits.FLOODS) <= set(EVENTS)


def test_one_lead_who_floods_invitations_takes_none_from_the_other_side(
    table: Table, seated: Callable[[], Client]
) -> None:
    company, union = sit(seated, MINA), sit(seated, ANA)
    case = f"/cases/{table.case_id}/people/add"
    told = {"role": "delegate", "name": "Nobody", "function": "Delegate", "email": "not an address", "until": ""}
    company.get(case)
    whose = f"{table.company_lead.account_id.hex}:{table.case_id}"
    counted(company.http.application, "40 per day", 38, whose, "invitation")
    for _ in range(2):
        assert company.raw("POST", case, data=told | {"csrf_token": company.token()}).status_code == 422
    refused = company.raw("POST", case, data=told | {"csrf_token": company.token()})

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 3600
    assert "In about 24 hours" in refused.text
    assert 'value="not an address"' in refused.text
    assert company.get(case).heading == union.get(case).heading
    answer = union.raw("POST", case, data=told | {"csrf_token": union.token()})
    assert answer.status_code == 422


def test_what_was_written_comes_back_when_it_was_too_much(table: Table, seated: Callable[[], Client]) -> None:
    mina = sit(seated, MINA)
    address = f"/cases/{table.case_id}/rooms/{Room.JOINT.value}/write"
    mina.get(address)
    told = {"csrf_token": mina.token(), "body": ""}
    counted(mina.http.application, "300 per hour", 298, table.company_lead.account_id.hex, "writing")
    for _ in range(2):
        assert mina.raw("POST", address, data=told).status_code == 422
    words = "The canteen is open to union officers at noon."
    answer = mina.raw("POST", address, data=told | {"body": words})

    assert answer.status_code == 429
    assert words in answer.text
    assert "Send it again" in answer.text
    assert events(table.house).count("turned_away:writing") == 1


@ON_BOTH
def test_nobody_gets_mail_without_end_and_whoever_asks_learns_nothing(house: House, client: Client) -> None:
    client.get("/register")

    def ask(email: str) -> tuple[int, dict[str, str], str]:
        answer = said(client.raw("POST", "/register", data={"csrf_token": client.token(), "email": email}))
        return answer[0], answer[1], answer[2].replace(email, "-")

    known, unknown = [ask(MAIL) for _ in range(5)], [ask(UNKNOWN) for _ in range(5)]

    assert len({repr(answer) for answer in known + unknown}) == 1
    with house.reading(None) as work:
        assert len(letters(work.session, limit=50)) <= 4
    for number in range(9):
        assert ask(f"name{number}@union.example")[0] == 200
    for number in range(20):
        status = ask(f"other{number}@union.example")[0]
    assert status == 429


def test_a_visitor_cannot_send_forms_without_end(client: Client) -> None:
    client.get("/")
    told = {"csrf_token": client.token(), "code": "fr"}
    counted(client.http.application, "300 per 10 minutes", 298, "127.0.0.1", "forms")
    answers = [client.raw("POST", "/language", data=told).status_code for _ in range(3)]

    assert answers == [303, 303, 429]


def test_a_script_of_the_page_is_told_in_a_sentence(client: Client) -> None:
    client.get("/")
    told = {"csrf_token": client.token(), "code": "en"}
    counted(client.http.application, "300 per 10 minutes", 300, "127.0.0.1", "forms")
    answer = client.raw("POST", "/language", data=told, headers={"X-Requested-With": "fetch"})

    assert answer.status_code == 429
    assert "<html" not in answer.text
    assert "open again" in answer.text
