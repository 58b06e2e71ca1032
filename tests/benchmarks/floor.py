"""The floor: the smallest honest program that does the same work, without forms, policy, translation or layout.

One look-up of a session, one unwrap of a room's key, fifty items and so many notes opened, one plain page, and one
committed record of the reading.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask, render_template_string
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, create_engine, insert, select

from dialogue.crypto import wrapping
from dialogue.crypto.identity import Bundle
from dialogue.crypto.sealing import RoomKey

WORDS = "The night bus leaves ten minutes after the last shift, and nobody walks to the gate alone. " * 9
ITEMS, PAGE = 50, 50
_PAGE = """<!doctype html><title>Notes</title><h1>Notes</h1>
<ul>{% for item in items %}<li>{{ item }}</li>{% endfor %}</ul>
{% for note in notes %}<article><h2>{{ loop.index }}</h2><p>{{ note }}</p></article>{% endfor %}"""

_meta = MetaData()
_sessions = Table("sessions", _meta, Column("id", LargeBinary, primary_key=True), Column("wrapped", LargeBinary))
_items = Table("items", _meta, Column("id", Integer, primary_key=True), Column("sealed", LargeBinary))
_notes = Table("notes", _meta, Column("id", Integer, primary_key=True), Column("sealed", LargeBinary))
_record = Table("record", _meta, Column("id", Integer, primary_key=True), Column("digest", LargeBinary))


def floor(folder: Path, notes: int) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """The program on a database of its own; gives what reads its page and what writes one note."""
    engine = create_engine(f"sqlite:///{folder / 'floor.sqlite'}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    _meta.create_all(engine)
    bundle, key, cookie = Bundle.fresh(), RoomKey.fresh(1), os.urandom(32)
    app = Flask("floor")

    def derived(table: str, number: int) -> bytes:
        return HKDF(SHA256(), 32, None, f"{table}:{number}".encode()).derive(key.secret)

    def sealed(table: str, number: int, words: str) -> bytes:
        nonce = os.urandom(12)
        return nonce + AESGCM(derived(table, number)).encrypt(nonce, words.encode(), table.encode())

    def opened(table: str, number: int, blob: bytes) -> str:
        return AESGCM(derived(table, number)).decrypt(blob[:12], blob[12:], table.encode()).decode()

    with engine.begin() as connection:
        row = {"id": hashlib.sha256(cookie).digest(), "wrapped": wrapping.wrap(key, bundle.public, b"floor")}
        connection.execute(insert(_sessions), [row])
        connection.execute(insert(_items), [{"id": n, "sealed": sealed("items", n, "An item")} for n in range(ITEMS)])
        connection.execute(insert(_notes), [{"id": n, "sealed": sealed("notes", n, WORDS)} for n in range(notes)])

    def record(connection: Any) -> None:
        last = connection.execute(select(_record.c.digest).order_by(_record.c.id.desc()).limit(1)).scalar() or b""
        connection.execute(insert(_record).values(digest=hashlib.sha256(last + b"read").digest()))

    @app.get("/")
    def page() -> str:
        with engine.begin() as connection:
            wrapped = connection.execute(
                select(_sessions.c.wrapped).where(_sessions.c.id == hashlib.sha256(cookie).digest())
            ).scalar_one()
            wrapping.unwrap(bundle, wrapped, 1, b"floor")
            items = [opened("items", n, blob) for n, blob in connection.execute(select(_items.c.id, _items.c.sealed))]
            newest = select(_notes.c.id, _notes.c.sealed).order_by(_notes.c.id.desc()).limit(PAGE)
            shown = [opened("notes", n, blob) for n, blob in connection.execute(newest)]
            record(connection)
        return render_template_string(_PAGE, items=items, notes=shown)

    @app.post("/")
    def write() -> str:
        with engine.begin() as connection:
            wrapped = connection.execute(select(_sessions.c.wrapped)).scalar_one()
            wrapping.unwrap(bundle, wrapped, 1, b"floor")
            number = (connection.execute(select(_notes.c.id).order_by(_notes.c.id.desc()).limit(1)).scalar() or 0) + 1
            connection.execute(insert(_notes).values(id=number, sealed=sealed("notes", number, WORDS)))
            record(connection)
        return "written"

    browser = app.test_client()
    return lambda: browser.get("/"), lambda: browser.post("/")
