"""What is written about security is what the code does, and each test that it names exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = sorted([*ROOT.glob("docs/*.md"), ROOT / "SECURITY.md", ROOT / "README.md"])
INVENTORY = (ROOT / "docs" / "crypto-inventory.md").read_text()
CODE = sorted([*ROOT.glob("dialogue/**/*.py"), ROOT / "config.py"])
LABEL = re.compile(r"dialogue/[a-z0-9-]+/[0-9]+")
# Whose functions are named in the inventory one by one.
COUNTED = ("cryptography.", "hashlib")
ASVS = re.compile(r"^\| V(\d+)\.(\d+)\.(\d+)")


def _tests() -> set[str]:
    told = "\n".join(path.read_text() for path in ROOT.glob("tests/**/test_*.py"))
    return set(re.findall(r"def (test_\w+)\(", told))


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_each_test_that_is_named_exists(path: Path) -> None:
    named = set(re.findall(r"`(test_\w+)`", path.read_text()))
    assert named - _tests() == set()


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_each_file_that_is_linked_exists(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text()):
        assert (path.parent / target).exists(), target


def test_every_label_of_the_code_is_in_the_inventory_and_the_other_way_round() -> None:
    used = {found for path in CODE for found in LABEL.findall(_strings(path))}
    assert used == set(LABEL.findall(INVENTORY))


def test_every_function_of_cryptography_is_in_the_inventory_and_the_other_way_round() -> None:
    used = set()
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith(COUNTED):
                used |= {name.name for name in node.names}
    algorithms = INVENTORY.partition("## Keys")[0]
    named = {
        word
        for line in algorithms.splitlines()
        if "| cryptography `" in line or "| hashlib `" in line
        for word in re.findall(r"`(\w+)`", line.split("|")[4])
    }
    assert used == named


def test_the_sizes_in_the_inventory_are_those_of_the_code() -> None:
    from dialogue.crypto.derivation import KEY_BYTES
    from dialogue.crypto.passwords import STANDARD
    from dialogue.services.links import LIVES
    from dialogue.services.signin import ID_BYTES, IDLE, LONGEST, SECRET_BYTES

    assert f"{STANDARD.memory_kib // 1024} MiB, {STANDARD.iterations} passes, 1 lane" in INVENTORY
    assert f"{SECRET_BYTES} bytes, and {ID_BYTES} of id" in INVENTORY
    assert f"{IDLE.seconds // 60} minutes idle, {LONGEST.seconds // 3600} hours in all" in INVENTORY
    assert f"{LIVES.days} days, for recovery 1 hour" in INVENTORY
    assert KEY_BYTES == 32


def test_requirements_stand_once_and_in_order() -> None:
    found = [ASVS.match(line) for line in (ROOT / "docs" / "asvs.md").read_text().splitlines()]
    told = [tuple(map(int, match.groups())) for match in found if match]
    assert told == sorted(set(told))
    assert len(told) > 200


def _strings(path: Path) -> str:
    """Every literal of a module, docstrings left out."""
    tree = ast.parse(path.read_text())
    told = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            value = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
            if "\n" not in value:
                told.append(value)
    return "\n".join(told)
