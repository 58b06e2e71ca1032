"""What browsers are given besides pages: vendored files as listed, and nothing from elsewhere."""

import hashlib
import re
from pathlib import Path

import pytest

import dialogue.web

WEB = Path(dialogue.web.__file__).parent
STATIC = WEB / "static"
VENDOR = STATIC / "vendor"
LISTED = dict(re.findall(r"^\| `([^`]+)` .*\| `([0-9a-f]{64})` \|$", (VENDOR / "VENDOR.md").read_text(), re.M))


def test_every_vendored_file_is_listed_and_unaltered():
    own = {"VENDOR.md", "govuk-frontend/theme.scss"}
    found = {str(path.relative_to(VENDOR)): path for path in VENDOR.rglob("*") if path.is_file()}
    vendored = {name: path for name, path in found.items() if name not in own and "LICENSE" not in name}

    assert {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in vendored.items()} == LISTED


@pytest.mark.parametrize("path", sorted(STATIC.rglob("*.css")), ids=lambda path: path.name)
def test_a_style_sheet_asks_only_for_our_own_files(path):
    style = path.read_text()

    assert "@import" not in style
    for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", style):
        assert (path.parent / address).is_file(), address


@pytest.mark.parametrize(
    "path", sorted((WEB / "templates").rglob("*.html")), ids=lambda path: str(path.relative_to(WEB / "templates"))
)
def test_a_template_brings_no_style_or_script_of_its_own(path):
    markup = path.read_text()

    assert not re.search(r"<[a-z][^>]*\sstyle=", markup), "an inline style is blocked by the policy"
    assert not re.search(r"<[a-z][^>]*\son[a-z]+=", markup), "an inline handler is blocked by the policy"
    assert "<style" not in markup
    assert not re.search(r"<script(?![^>]*\ssrc=)", markup)
    assert not re.search(r"\|\s*safe\b", markup)
