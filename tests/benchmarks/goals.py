"""The goals that are measured here; each is compared with what stands beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

import config as settings
from dialogue.app import create_app
from dialogue.crypto import passwords
from dialogue.crypto.passwords import STANDARD
from dialogue.domain.people import Room
from dialogue.services import agenda, notes, search, signin
from dialogue.store.engine import open_store
from dialogue.store.notes import notes_in
from dialogue.store.schema import migrate
from tests import builders
from tests.benchmarks.floor import ITEMS, WORDS, floor
from tests.benchmarks.measure import Finding, counted, in_turn, told
from tests.builders import PASSWORD, Table
from tests.web.client import BASE, Client

UNION = "ana@union.example"


def table_at(folder: Path, name: str, *, items: int = 0, written: int = 0) -> Table:
    """A dialogue with so many items and notes in the joint room."""
    store = open_store(f"sqlite:///{folder / name}.sqlite")
    migrate(store.writing)
    house = builders.house_at(store)
    house.now = datetime.now(UTC)
    table = builders.in_dialogue(house)
    with table.writing(table.union_lead) as work:
        for number in range(items):
            agenda.propose(work, table.case_id, title=f"Item {number + 1}", background="")
    write(table, written)
    return table


def write(table: Table, many: int) -> None:
    for start in range(0, many, 250):
        with table.writing(table.union_lead) as work:
            for number in range(start, min(many, start + 250)):
                notes.write(work, table.case_id, Room.JOINT, title=f"Note {number + 1}", body=WORDS)


def browser_at(table: Table) -> tuple[Flask, FlaskClient]:
    """The application as it is served, and Ana signed in."""
    config = settings.testing("sqlite://", base_url=table.instance.base_url)
    app = create_app(config, instance=table.instance, clock=table.house.tick)
    client = Client(app)
    client.sign_in(UNION, PASSWORD)
    return app, client.http


def reader(table: Table) -> Callable[[], object]:
    _, http = browser_at(table)
    address = f"/cases/{table.case_id}/rooms/joint"

    def read() -> None:
        assert http.get(address, base_url=BASE).status_code == 200

    return read


def p1(folder: Path, rounds: int, _many: int) -> list[Finding]:
    """A room of 50 notes beside 50 items, with everything, against the floor's page of the same size."""
    bare, _ = floor(folder, 50)
    costs = in_turn(rounds, ours=reader(table_at(folder, "p1", items=ITEMS, written=50)), floor=bare)
    ratio = costs["ours"].middle / costs["floor"].middle
    return [Finding("P1", "read a room of 50 notes", ratio, 2.0, told(**costs))]


def p2(folder: Path, rounds: int, many: int) -> list[Finding]:
    """The same page of a room with many notes against one with few; and the statements, which must be as many."""
    few, full = table_at(folder, "p2-few", written=60), table_at(folder, "p2-full", written=many)
    pages = {"few": reader(few), "many": reader(full)}
    statements = {}
    costs = in_turn(rounds, **pages)
    for name, read in pages.items():
        with counted() as count:
            read()
        statements[name] = count[0]
    ratio = costs["many"].middle / costs["few"].middle
    return [
        Finding("P2", f"read a page of {many} notes instead of 60", ratio, 1.15, told(**costs)),
        Finding("P2", "statements of it", statements["many"] / statements["few"], 1.0, str(statements)),
    ]


def p4(folder: Path, rounds: int, _many: int) -> list[Finding]:
    """Writing a note, as the service does it, against the floor's."""
    table = table_at(folder, "p4", written=50)
    _, bare = floor(folder, 50)
    costs = in_turn(rounds, ours=lambda: write(table, 1), floor=bare)
    ratio = costs["ours"].middle / costs["floor"].middle
    return [Finding("P4", "write a note", ratio, 2.0, told(**costs))]


def p6(folder: Path, rounds: int, _many: int) -> list[Finding]:
    """Signing in with the parameters of production against one run of Argon2id."""
    table = table_at(folder, "p6")
    table.house.instance = replace(table.instance, kdf=STANDARD)
    salt = passwords.fresh_salt()

    def hash_once() -> None:
        passwords.derive(PASSWORD, salt, table.instance.secrets.pepper, STANDARD)

    def sign_in() -> None:
        proof = table.house.proof()
        with table.writing(None) as work:
            signin.sign_in(work, UNION, PASSWORD, proof)

    sign_in()
    costs = in_turn(max(3, rounds // 2), ours=sign_in, hashed=hash_once)
    return [Finding("P6", "sign in", costs["ours"].middle / costs["hashed"].middle, 1.15, told(**costs))]


def p8(folder: Path, rounds: int, many: int) -> list[Finding]:
    """A search through everything against opening the notes alone."""
    table = table_at(folder, "p8", items=ITEMS, written=many)

    def look() -> None:
        with table.reading(table.union_lead) as work:
            assert not search.find(work, table.case_id, "zebra canteen").hits

    def find() -> None:
        with table.reading(table.union_lead) as work:
            assert search.find(work, table.case_id, "nobody gate", search.Order.BEST).is_cut

    def only_open() -> None:
        with table.reading(table.union_lead) as work:
            case, _ = search.admit(work, table.case_id, search.Act.SEARCH_READ)
            rows = notes_in(work.session, case.id, Room.JOINT, before=None, limit=many)
            places = [(row.sealed_body, row.place("body", Room.JOINT)) for _, row in rows]
            search.rooms.open_all(work, case, Room.JOINT, places)

    costs = in_turn(max(3, rounds // 4), nothing=look, best=find, opening=only_open)
    return [
        Finding("P8", f"search {many} notes, {name}", costs[name].middle / costs["opening"].middle, 10.0, told(**costs))
        for name in ("nothing", "best")
    ]


GOALS: dict[str, Callable[[Path, int, int], list[Finding]]] = {"P1": p1, "P2": p2, "P4": p4, "P6": p6, "P8": p8}
