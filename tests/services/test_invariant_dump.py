"""What a thief finds in the whole database, the letters that wait, and every secret of the server."""

from __future__ import annotations

import base64
import zlib
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import inspect, text

from dialogue.crypto import envelope, streams
from dialogue.crypto.secrets import ServerSecrets
from dialogue.errors import SealBroken
from dialogue.services import identity, letters, pins, signin
from dialogue.services.instance import Instance
from dialogue.services.unit import Actor
from dialogue.store.accounts import Account, SignIn
from dialogue.store.engine import Store
from dialogue.store.outbox import OutboxLetter
from tests.builders import PASSWORD, House, Table
from tests.lived import CONTENT, IDENTITIES, lived_in
from tests.thief import Thief


def dump(store: Store) -> bytes:
    """Every value of every table, and on SQLite every byte of the files, the log of what is written among them."""
    found = []
    with store.writing.connect() as connection:
        for table in inspect(connection).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                found += [
                    bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode() for value in row
                ]
    if store.is_sqlite:
        path = Path(str(store.writing.url.database))
        found += [file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*"))]
    return b"\n".join(found)


def everything(instance: Instance) -> bytes:
    """The same, and every file that was laid down."""
    laid = [one.path.read_bytes() for one in instance.files.every()]
    assert laid
    return b"\n".join([dump(instance.store), *laid])


def forms(words: str) -> list[bytes]:
    """The same words as a careless program might have written them."""
    plain = words.encode()
    base64s = [base64.b64encode(bytes(shift) + plain)[4:-4] for shift in range(3)]
    wide = [words.encode("utf-16-le"), words.encode("utf-16-be")]
    escaped = [quote(words).encode(), words.encode("unicode_escape"), ascii(words)[1:-1].encode()]
    return [plain, *wide, *base64s, plain.hex().encode(), plain.hex().upper().encode(), *escaped]


def unpacked(dumped: bytes) -> bytes:
    """What deflated streams in the dump say."""
    told = []
    for header in (b"\x78\x01", b"\x78\x9c", b"\x78\xda"):
        at = dumped.find(header)
        while at != -1:
            with suppress(zlib.error):
                told.append(zlib.decompressobj().decompress(dumped[at : at + 65536]))
            at = dumped.find(header, at + 1)
    return b"".join(told)


def found_in(dumped: bytes, words: tuple[str, ...]) -> set[str]:
    searched = dumped + unpacked(dumped)
    return {one for one in words if any(form in searched for form in forms(one))}


class NoCipher:
    """Stands in for the cipher and leaves everything as it is."""

    def __init__(self, key: bytes) -> None: ...

    def encrypt(self, _nonce: bytes, data: bytes, _context: bytes) -> bytes:
        return data + bytes(16)

    def decrypt(self, _nonce: bytes, data: bytes, _context: bytes) -> bytes:
        return data[:-16]


def opened_by_the_server(table: Table) -> bytes:
    """What the master key opens: identities and letters."""
    told = []
    secrets = table.instance.secrets
    with table.instance.store.session(writes=False) as session:
        for account in session.query(Account):
            told.append(str(identity.open_field(secrets, account, "sealed_identity")))
        for row in session.query(OutboxLetter):
            told.append(str(identity.open_field(secrets, row, letters.SEALED)))
    return "".join(told).encode()


def test_a_thief_of_everything_that_is_stored_reads_no_name_and_no_word(lived_in: Table) -> None:
    assert found_in(everything(lived_in.instance), CONTENT + IDENTITIES) == set()


def test_with_every_secret_of_the_server_he_reads_names_and_no_word(lived_in: Table) -> None:
    opened = opened_by_the_server(lived_in)

    assert b"Mina Brandt" in opened
    assert found_in(opened, CONTENT) == set()


def test_where_nothing_is_sealed_the_same_look_finds_every_word(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envelope, "AESGCM", NoCipher)
    monkeypatch.setattr(streams, "AESGCM", NoCipher)
    lived_in(house)

    assert found_in(everything(house.instance), CONTENT) == set(CONTENT)
    assert found_in(dump(house.instance.store), IDENTITIES) == set(IDENTITIES)


@pytest.mark.parametrize(
    "written",
    [
        lambda words: words.encode("utf-16-le"),
        lambda words: base64.b64encode(b"x" + words.encode() + b"tail"),
        lambda words: words.encode().hex().encode(),
        lambda words: quote(words).encode(),
        lambda words: zlib.compress(words.encode()),
        lambda words: ascii(words).encode(),
    ],
)
def test_the_look_knows_words_in_every_disguise(written) -> None:  # type: ignore[no-untyped-def]
    assert found_in(b"before" + written(CONTENT[0]) + b"after", CONTENT) == {CONTENT[0]}


def test_with_dump_and_secrets_but_no_password_code_or_cookie_nothing_opens(lived_in: Table) -> None:
    work_of = lived_in.writing
    proof = lived_in.house.proof()
    with work_of(None) as work:
        signed = signin.sign_in(work, "ana@union.example", PASSWORD, proof)
    thief = Thief(lived_in.instance.store)
    thief.copy()
    stranger = lived_in.outsider
    secrets: ServerSecrets = lived_in.instance.secrets

    assert thief.opens(stranger.bundle, secrets=[*_server_keys(secrets)]) == {}
    with lived_in.instance.store.session(writes=False) as session:
        for account in session.query(Account).filter(Account.id != stranger.account_id):
            for guess in ("", "password", PASSWORD + "?"):
                with pytest.raises(SealBroken):
                    identity.open_with_password(account, identity.password_key_of(lived_in.instance, account, guess))
            for row_key in _server_keys(secrets):
                with pytest.raises(SealBroken):
                    identity.open_slot(account.recovery_slot, row_key, identity._recovery_place(account))
            with pytest.raises(SealBroken):
                pins._visits(session, stranger.bundle, account.id)
        rows = session.query(SignIn).all()
        assert rows
        for row in rows:
            forged = signin._Split(bytes(16), bytes(32))
            with pytest.raises(SealBroken):
                signin._unlock(lived_in.instance, forged, row)
    resumed = signin.resume(lived_in.instance, signed.cookie, lived_in.house.tick())
    assert resumed is not None
    assert opens_rooms(lived_in, resumed.actor)


def test_with_his_own_key_everybody_opens_his_rooms(lived_in: Table) -> None:
    for person in (lived_in.company_lead, lived_in.union_lead, lived_in.facilitator, lived_in.coordinator):
        assert opens_rooms(lived_in, person)


def opens_rooms(table: Table, person: Actor) -> bool:
    thief = Thief(table.instance.store)
    thief.copy()
    return bool(thief.opens(person.bundle))


def _server_keys(secrets: ServerSecrets) -> list[bytes]:
    newest = secrets.newest
    return [
        secrets._keys[newest],
        secrets.pepper,
        secrets.session_salt,
        secrets.lookup_key,
        secrets.audit_key,
        secrets._derived(newest, "identity"),
    ]
