"""Where pages lead, what headers and mails are made of, and what a line of the log can be made to say."""

from __future__ import annotations

import json
import unicodedata
from urllib.parse import urljoin, urlsplit

import pytest

from dialogue.domain.addresses import normalised
from dialogue.errors import Unfit
from dialogue.services import letters
from dialogue.store.outbox import letters as letters_in
from tests.security.world import ADDRESSES, World
from tests.web.client import BASE, check_headers

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/%5cevil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,hello",
    "/\t/evil.example",
    "/\r\nLocation: https://evil.example",
    "http://localhost@evil.example/",
    "https://localhost.evil.example/",
    "/sign-out",
    "/static/../../etc/passwd",
    "\u2215\u2215evil.example",
)
TWINS = (
    "an\u0430@union.example",
    "ana@un\u0131on.example",
    "ana@\uff55nion.example",
    "ana\u200b@union.example",
    "a\u0301na@union.example",
    "ana@union\u3002example",
    "ana@union.example\u0000",
    "\u00aana@union.example",
    "ana@union.example@evil.example",
    "ana@evil.example,ana@union.example",
)


def _leads_away(world: World, answer: object) -> bool:
    location = str(getattr(answer, "headers", {}).get("Location", ""))
    return bool(location) and urlsplit(urljoin(BASE, location)).netloc != "localhost"


@pytest.mark.parametrize("address", ELSEWHERE)
def test_no_page_leads_to_another_place(world: World, address: str) -> None:
    world.go_to("talk")
    world.changed = True
    case = f"/cases/{world.at['case_id']}"
    answers = (
        world.send("company_lead", "POST", "/language", {"code": "en", "next": address}),
        world.send("anonymous", "POST", "/language", {"code": "en", "next": address}),
        world.send("company_lead", "GET", "/sign-in", query_string={"next": address}),
        world.send(
            "company_lead",
            "POST",
            f"{case}/drafts/notes.write:joint",
            {"body": "x"},
            headers={"Referer": _header(address)},
        ),
        world.send(
            "company_lead", "POST", f"{case}/drafts/notes.write:joint/discard", headers={"Referer": _header(address)}
        ),
        world.send("anonymous", "GET", "/cases", query_string={"next": address}),
    )
    for answer in answers:
        assert not _leads_away(world, answer), answer.headers["Location"]
        assert "evil.example" not in urlsplit(answer.headers.get("Location", "")).netloc
        check_headers(answer)


def _header(value: str) -> str:
    return value.replace("\r", "").replace("\n", "").encode("ascii", "ignore").decode()


def test_the_page_after_signing_in_is_one_of_ours(world: World) -> None:
    world.go_to("talk")
    for address in ELSEWHERE:
        page = world.send("anonymous", "GET", "/sign-in", query_string={"next": address})
        assert page.status_code == 200
        fields = {
            "email": ADDRESSES["outsider"],
            "password": "not the right one at all",
            "code": "000000",
            "next": address,
        }
        assert not _leads_away(world, world.send("anonymous", "POST", "/sign-in", fields))
        world.changed = True
        world.go_to("talk")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example"},
        {"Forwarded": "host=evil.example"},
        {"X-Original-URL": "/desk"},
        {"X-Rewrite-URL": "/desk"},
        {"Host": "localhost", "X-Forwarded-Prefix": "//evil.example"},
    ],
    ids=lambda headers: " ".join(headers),
)
def test_links_in_mails_come_from_the_settings(world: World, headers: dict[str, str]) -> None:
    world.go_to("talk")
    world.changed = True
    answer = world.send("anonymous", "POST", "/register", {"email": "somebody@new.example"}, headers=headers)

    house = world.table.house
    with house.reading(None) as work:
        found = [letters.opened(house.instance.secrets, row) for row in letters_in(work.session, limit=5)]
    links = [letter.link for letter in found if letter is not None and letter.to == "somebody@new.example"]
    assert answer.status_code in {200, 400, 403}
    assert all(link.startswith(house.instance.base_url) for link in links)
    assert links or answer.status_code != 200
    assert "evil.example" not in str(answer.headers)
    assert "evil.example" not in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "somebody@new.example\r\nBcc: all@new.example",
        "somebody@new.example\nSubject: hello",
        "somebody@new.example%0aBcc:all@new.example",
        '"Bcc: all@new.example" <somebody@new.example>',
    ],
)
def test_no_line_can_be_added_to_a_mail(world: World, address: str) -> None:
    world.go_to("talk")
    world.changed = True
    answer = world.send("anonymous", "POST", "/register", {"email": address})

    house = world.table.house
    with house.reading(None) as work:
        told = [letters.opened(house.instance.secrets, row) for row in letters_in(work.session, limit=5)]
    assert answer.status_code in {200, 422}
    for letter in told:
        if letter is not None:
            assert "\n" not in letter.to
            assert "\r" not in letter.to
            assert letter.to != "all@new.example"


@pytest.mark.parametrize("twin", TWINS, ids=range(len(TWINS)))
def test_an_address_that_only_looks_like_anas_is_not_hers(world: World, twin: str) -> None:
    """Neither does it open her account, nor is what is meant for her sent there."""
    secrets = world.table.instance.secrets
    try:
        same = secrets.lookup(normalised(twin)) == secrets.lookup(normalised(ADDRESSES["union_lead"]))
    except Unfit:
        same = False
    if same:
        assert unicodedata.normalize("NFKC", twin).casefold() == ADDRESSES["union_lead"]
    world.go_to("talk")
    world.changed = True
    for page in ("/recover", "/register"):
        assert world.send("anonymous", "POST", page, {"email": twin}).status_code in {200, 422, 429}
    house = world.table.house
    with house.reading(None) as work:
        told = [letters.opened(house.instance.secrets, row) for row in letters_in(work.session, limit=5)]
    for letter in told:
        if letter is not None and letter.to == twin.casefold() != ADDRESSES["union_lead"]:
            assert "/recover/" not in letter.link, "a link to Ana's account went to somebody else"


def test_a_line_of_the_log_is_one_line_whatever_is_asked_for(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(**_values: object) -> str:
        raise ValueError(forged)

    forged = '\r\n{"event":"request","status":200,"endpoint":"forged"}\u2028\x1b[2J'
    pages, told = world.app.view_functions, {"q": forged}
    whole, pages["pages.confidentiality"] = pages["pages.confidentiality"], broken
    headers = {"User-Agent": "Mozilla forged", "X-Request-Id": "forged", "X-Forwarded-For": "forged"}
    try:
        for path in ("/link/" + "x" * 20, "/confidentiality", f"/static/{forged}.css"):
            world.send("anonymous", "GET", path, query_string=told, headers=headers)
    finally:
        pages["pages.confidentiality"] = whole
    logged = capsys.readouterr().err

    assert "forged" not in logged
    assert "\x1b" not in logged
    assert [json.loads(line)["event"] for line in logged.splitlines() if line] == ["request.failed"]
