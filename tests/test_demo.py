"""What a thief finds who takes the demonstration's database."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dialogue.crypto import envelope, streams
from dialogue.demo.people import FIGURES
from dialogue.demo.seed import is_seeded, seed
from dialogue.demo.story import BACKGROUND, HEAT_TABLE, ISSUES, ITEMS, NOTES, SHIFTS_WHY
from dialogue.services import audit
from dialogue.services.instance import Instance
from dialogue.store.engine import Store
from tests import builders

IDENTITIES = [word for figure in FIGURES for word in (figure.name, figure.email, figure.organisation)]
CONTENT = [
    ISSUES,
    BACKGROUND,
    HEAT_TABLE.partition("\n")[0],
    SHIFTS_WHY,
    # The office's template of the terms, which is in clear, has a heading of the same words.
    *(item.title for item in ITEMS if item.title != "No retaliation"),
    *(words for item in ITEMS for _, words in item.wordings),
    *(words for _, _, _, words in NOTES if len(words) > 20 and "\n" not in words),
]


def taken(store: Store) -> bytes:
    """Every byte of the database's files."""
    path = Path(str(store.writing.url.database))
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))


def laid_down(instance: Instance) -> bytes:
    """Every byte of the sealed files."""
    return b"".join(one.path.read_bytes() for one in instance.files.every())


def forms_of(word: str) -> list[bytes]:
    plain = word.encode()
    encoded = base64.b64encode(plain)[:-4]
    return [plain, word.encode("utf-16-le"), plain.hex().encode(), *([encoded] if len(encoded) > 12 else [])]


def found_in(dump: bytes, words: list[str]) -> list[str]:
    return [word for word in words if any(form in dump for form in forms_of(word))]


def test_a_copy_of_the_demonstration_tells_no_name_and_no_word(make_sqlite: Callable[[], Store]) -> None:
    store = make_sqlite()
    house = builders.house_at(store)
    seeded = seed(house.instance)
    dump = taken(store) + laid_down(house.instance)

    assert is_seeded(house.instance)
    assert seeded.desk in dump
    assert found_in(dump, IDENTITIES + CONTENT) == []
    assert all(found.bad is None for found in audit.verify(house.instance))


def test_the_same_look_finds_everything_where_nothing_is_sealed(
    make_sqlite: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(envelope, "AESGCM", _NoCipher)
    monkeypatch.setattr(streams, "AESGCM", _NoCipher)
    store = make_sqlite()
    instance = builders.house_at(store).instance
    seed(instance)

    assert set(found_in(taken(store) + laid_down(instance), CONTENT)) == set(CONTENT)


class _NoCipher:
    """Stands in for the cipher and leaves everything as it is."""

    def __init__(self, key: bytes) -> None: ...

    def encrypt(self, _nonce: bytes, data: bytes, _context: bytes) -> bytes:
        return data + bytes(16)

    def decrypt(self, _nonce: bytes, data: bytes, _context: bytes) -> bytes:
        return data[:-16]


def test_no_other_configuration_knows_of_codes(tmp_path: Path) -> None:
    for name in ("production", "development", "testing"):
        for words in (["code", "clara.okafor@ilo.example"], ["--json"]):
            command = [Path(sys.executable).parent / "dialogue", "demo", "--instance", tmp_path / "other", *words]
            environment = os.environ | {"DIALOGUE_ENV": name}
            run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            assert run.returncode == 2
            assert "names another configuration" in run.stderr
            assert not (tmp_path / "other").exists()
