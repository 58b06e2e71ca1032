"""An application before which the tests of a door stand, and what it says to whoever knocks."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from limits import parse
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

import config as settings
from dialogue.app import create_app
from dialogue.store.engine import Store
from dialogue.store.record import Entry
from dialogue.store.schema import METADATA
from tests.builders import House
from tests.web.client import Client

# The quick way out leaves the house, and files are no pages.
AWAY = {"pages.exit", "static"}
FILES = {"calendar.download", "documents.take", "report.case_table", "report.table"}

# What differs from one answer to the next although it says the same.
_OURS = (
    (r'name="(csrf_token|next)" value="[^"]*"', ""),
    (r'name="csrf-token" content="[^"]*"', ""),
    (r'data-passkey="[^"]*"', ""),
    (r'name="upload" type="hidden" value="[^"]*"', ""),
    (r"DTSTAMP:\w+", ""),
    (r'"challenge":\s*"[^"]*"', ""),
    (r"&#34;challenge&#34;:\s*&#34;.*?&#34;", ""),
)


def pages(house: House, **changes: Any) -> Flask:
    """The application on that house's database, with every bound in force; it breaks as a real one does."""
    config = settings.testing("sqlite://", base_url=house.instance.base_url, **changes)
    return create_app(config, instance=house.instance, clock=house.tick)


def with_kdf(house: House, kdf: Any) -> House:
    """The same house with other parameters for passwords."""
    return House(replace(house.instance, kdf=kdf), house.now, house.actors)


def said(answer: Any) -> tuple[int, dict[str, str], str]:
    """An answer without what is new in each: its status, its headers and its words."""
    headers = {
        name: value
        for name, value in answer.headers.items()
        if name not in {"Date", "X-Request-Id", "Set-Cookie", "Content-Length"}
    }
    cookies = sorted(re.sub(r"=[^;]*", "=", line, count=1) for line in answer.headers.getlist("Set-Cookie"))
    body = answer.get_data(as_text=True)
    for pattern, instead in _OURS:
        body = re.sub(pattern, instead, body)
    return answer.status_code, headers | {"Set-Cookie": "\n".join(cookies)}, body


def try_to_sign_in(client: Client, email: str, password: str, code: str = "000000", **options: Any) -> Any:
    """Send the form of the sign-in; nothing is followed."""
    client.get("/sign-in", **options)
    told = {"csrf_token": client.token(), "email": email, "password": password, "code": code, "next": "", "kept": ""}
    return client.raw("POST", "/sign-in", data=told, **options)


def events(house: House) -> list[str]:
    """The words of the instance's chain, oldest first."""
    with house.instance.store.session(writes=False) as session:
        return list(session.scalars(select(Entry.act).where(Entry.chain == "instance").order_by(Entry.seq)))


def endpoint_of(app: Flask, address: str) -> str:
    """Which page an address leads to; nothing where there is none."""
    try:
        return str(app.url_map.bind("localhost").match(urlsplit(address).path, method="GET")[0])
    except HTTPException:
        return ""


def walk(client: Client, *, twice: frozenset[str] = frozenset()) -> dict[str, str]:
    """Follow every link from the first page on, one address for each kind of page; gives address by endpoint.

    twice   kinds of pages of which every address is looked at
    """
    app = client.http.application
    found: dict[str, str] = {}
    seen, waiting = {"/", ""}, ["/"]
    while waiting:
        address = waiting.pop(0)
        found.setdefault(endpoint_of(app, address), address)
        if endpoint_of(app, address) in FILES:
            continue
        for _words, link in client.get(address).links:
            target = urljoin(address, link).partition("#")[0]
            kind = endpoint_of(app, target)
            if kind and kind not in AWAY and target not in seen and (kind in twice or kind not in seen):
                seen |= {target, kind}
                waiting.append(target)
    return found


def stored(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    with store.session(writes=False) as session:
        return {
            table.name: sorted((dict(row) for row in session.execute(select(table)).mappings()), key=repr)
            for table in METADATA.sorted_tables
        }


def counted(app: Flask, most: str, times: int, *whose: str) -> None:
    """As if somebody had tried so often already."""
    app.extensions["dialogue.limiter"].limiter.hit(parse(most), *whose, cost=times)
