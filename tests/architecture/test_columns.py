"""Every column says where its content may be read; one without a line in the contract fails here."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import LargeBinary

from dialogue.store.schema import METADATA

CONTRACT = Path(__file__).with_name("columns.txt")
SEALED = {"room", "identity", "personal", "session"}


def contract() -> dict[str, str]:
    lines = CONTRACT.read_text().splitlines()
    return dict(line.split(" ", 1) for line in lines)  # type: ignore[misc]


def columns() -> dict[str, object]:
    return {f"{table.name}.{column.name}": column for table in METADATA.tables.values() for column in table.columns}


def test_every_column_has_its_line_and_every_line_its_column() -> None:
    assert sorted(contract()) == sorted(columns())


@pytest.mark.parametrize(("name", "said"), sorted(contract().items()))
def test_a_column_is_what_its_line_says(name: str, said: str) -> None:
    is_called_sealed = name.partition(".")[2].startswith("sealed_") and not name.endswith(".sealed_hash")
    if said in SEALED:
        assert is_called_sealed
        assert isinstance(columns()[name].type, LargeBinary)  # type: ignore[attr-defined]
    else:
        assert said.startswith("clear: ") and len(said) > len("clear: ")
        assert not is_called_sealed
