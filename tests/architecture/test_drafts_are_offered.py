"""Every form that keeps drafts is known as one to which words return after a session has run out."""

from __future__ import annotations

import re
from pathlib import Path

from dialogue.web.kept import OFFER_DRAFTS

WEB = Path(__file__).parents[2] / "dialogue" / "web"
KEPT_AS = re.compile(r'draft_url=url_for\("drafts\.save"[^)]*\bform=("([a-z_]+\.[a-z_]+)|draft_name)')


def test_forms_that_keep_drafts_are_the_forms_to_which_words_return() -> None:
    named = set()
    for template in (WEB / "templates").rglob("*.html"):
        found = KEPT_AS.findall(template.read_text())
        assert len(found) == template.read_text().count("draft_url=url_for("), template.name
        named |= {name or f"{template.parent.name}.{_ENDPOINT[template.name]}" for _whole, name in found}
    assert named == OFFER_DRAFTS


# Where the name of the draft is told by the page's own view.
_ENDPOINT = {"index.html": "write", "revise.html": "revise"}
