"""Every form that keeps drafts is known as one to which words return after a session has run out."""

from __future__ import annotations

import re
from pathlib import Path

from dialogue.web.kept import OFFER_DRAFTS

WEB = Path(__file__).parents[2] / "dialogue" / "web"
KEPT_AS = re.compile(r'draft_url=url_for\("drafts\.save"[^)]*\bform=(?:"([a-z_]+\.[a-z_]+)|draft_name)')
CALLED = re.compile(r'set draft_name = "([a-z_]+\.[a-z_]+)')


def test_forms_that_keep_drafts_are_the_forms_to_which_words_return() -> None:
    named = set()
    for template in (WEB / "templates").rglob("*.html"):
        text = template.read_text()
        found = KEPT_AS.findall(text)
        assert len(found) == text.count("draft_url=url_for("), template.name
        named |= {name or CALLED.findall(text)[0] for name in found}
    assert named == OFFER_DRAFTS
