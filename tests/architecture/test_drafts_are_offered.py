"""Every form that keeps drafts is known as one to which words return after a session has run out."""

from __future__ import annotations

import re
from pathlib import Path

from dialogue.web.kept import OFFER_DRAFTS

DIALOGUE = Path(__file__).parents[2] / "dialogue"
KEPT_AS = re.compile(r'url_for\("drafts\.save"[^)]*\bform="([a-z_]+\.[a-z_]+)|set draft_name = "([a-z_]+\.[a-z_]+)')


def test_forms_that_keep_drafts_are_the_forms_to_which_words_return() -> None:
    named = set()
    for template in (DIALOGUE / "web" / "templates").rglob("*.html"):
        named |= {literal or called for literal, called in KEPT_AS.findall(template.read_text())}
    assert named <= OFFER_DRAFTS


def test_every_form_to_which_words_return_keeps_drafts() -> None:
    places = [*(DIALOGUE / "web" / "templates").rglob("*.html"), *(DIALOGUE / "domain").glob("*.py")]
    text = "".join(place.read_text() for place in places)
    assert {name for name in OFFER_DRAFTS if f'"{name}' not in text} == set()
