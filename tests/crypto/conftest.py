"""What the tests of keys and seals share: the vectors beside them."""

import json
from pathlib import Path

import pytest

VECTORS = Path(__file__).parent / "vectors"


@pytest.fixture
def vectors():
    """Read one file of known answers by its name."""
    return lambda name: json.loads((VECTORS / f"{name}.json").read_text())
