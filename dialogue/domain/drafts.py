"""Drafts: what somebody is still writing; short words name the form, and a measure keeps it within bounds."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dialogue.errors import Unfit

MOST_FIELDS = 60
LONGEST_NAME = 80
LONGEST_FORM = 80
MOST_CHARACTERS = 120_000
MOST_DRAFTS = 50

# The name of a form stands in clear, so it has room for words of the application and ids, and for nothing else.
_FORM = re.compile(r"[a-z_]{1,30}\.[a-z_]{1,30}(:([a-z_]{1,20}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}))?")


def check_form(form: str) -> None:
    """Raise Unfit unless ``form`` is a word such as "notes.write:joint" or "notes.revise:<id>"."""
    if len(form) > LONGEST_FORM or not _FORM.fullmatch(form):
        raise Unfit("draft_form")


def check_fields(fields: Mapping[str, str]) -> None:
    """Raise Unfit when there are more fields or characters than any form of the application has."""
    if len(fields) > MOST_FIELDS or any(len(name) > LONGEST_NAME for name in fields):
        raise Unfit("draft_fields")
    if sum(len(value) for value in fields.values()) > MOST_CHARACTERS:
        raise Unfit("draft_long")
