"""Whatever people write in a room can be searched for: each sealed column has its line, or a reason for none."""

from __future__ import annotations

from pathlib import Path

from dialogue.domain.search import Thing
from dialogue.services.search import SOURCES
from dialogue.web.labels import label
from dialogue.web.routes.search import PAGES

COLUMNS = Path(__file__).with_name("columns.txt")

# Sealed in a room, and nothing that somebody would look for.
WITHOUT_WORDS = {
    "commitment_changes.sealed_voice": "a signature",
    "disclosure_wishes.sealed_body": "a choice",
    "endorsements.sealed_statement": "a signature",
    "item_documents.sealed_body": "which document belongs to an item",
    "joint_voices.sealed_statement": "a signature",
    "meeting_answers.sealed_body": "yes, no or perhaps",
    "meeting_voices.sealed_body": "yes or no",
    "outcome_signatures.sealed_statement": "a signature",
    "paper_voices.sealed_statement": "a signature",
    "questions.sealed_voice": "a signature",
    "reviews.sealed_voice": "a signature",
    "summary_signatures.sealed_statement": "a signature",
    "terms_acceptances.sealed_statement": "a signature",
}


def sealed_in_rooms() -> set[str]:
    lines = (line.split(maxsplit=1) for line in COLUMNS.read_text().splitlines() if line.strip())
    return {name for name, why in lines if why.strip() == "room"}


def test_every_sealed_column_is_searched_or_says_why_not() -> None:
    searched = {source.shelf.name for source in SOURCES}

    assert searched <= sealed_in_rooms()
    assert sealed_in_rooms() - searched - set(WITHOUT_WORDS) == set()
    assert searched & set(WITHOUT_WORDS) == set()


def test_everything_that_can_be_found_has_a_name_and_a_page() -> None:
    assert {source.thing for source in SOURCES} == set(Thing) == set(PAGES)
    assert all(label(thing) for thing in Thing)
