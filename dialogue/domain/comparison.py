"""Two wordings compared word by word, for people who want to see what changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby
from operator import itemgetter
from typing import Literal

Kind = Literal["same", "added", "removed"]
Part = tuple[Kind, str]

# A line break with the space around it, or a word with the space before it.
_TOKEN = re.compile(r"[^\S\n]*\n\s*|\s*\S+|\s+")
_GAP = "[…]"
_WORTH_LEAVING_OUT = 80
# Pairs of equal words up to which every word may anchor a match; above it frequent words no longer do, which bounds
# the time that two long, monotonous texts can take.
_PAIRS = 400_000


def compare(before: str, after: str) -> tuple[Part, ...]:
    """What became of ``before`` in ``after``: parts in reading order. Line breaks count, the width of spaces does not.

    returns   (kind, text); "same" and "removed" parts together read as ``before``, "same" and "added" are ``after``
    """
    left, right = _TOKEN.findall(before), _TOKEN.findall(after)
    left_keys, right_keys = _keys(left), _keys(right)
    matcher = SequenceMatcher(None, left_keys, right_keys, autojunk=_pairs(left_keys, right_keys) > _PAIRS)
    parts: list[Part] = []
    for tag, from_left, to_left, from_right, to_right in matcher.get_opcodes():
        before_text, after_text = "".join(left[from_left:to_left]), "".join(right[from_right:to_right])
        if tag == "equal":
            _add_same(parts, before_text, after_text)
        else:
            _add_change(parts, before_text, after_text)
    return tuple(parts)


def excerpts(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Of a long text what changed, with the paragraph around it and its heading; the rest is told by "[…]".

    A heading is a line that begins with "#", as in Markdown.
    """
    joined = [(kind, "".join(text for _, text in run)) for kind, run in groupby(parts, key=itemgetter(0))]
    return tuple(
        (kind, _shortened(text, is_first=place == 0, is_last=place == len(joined) - 1) if kind == "same" else text)
        for place, (kind, text) in enumerate(joined)
    )


def _shortened(text: str, *, is_first: bool, is_last: bool) -> str:
    """The paragraphs of an unchanged part that touch a change, and the heading of the one after it."""
    paragraphs = text.split("\n\n")
    before = [] if is_first else paragraphs[:1]
    after = [] if is_last else paragraphs[-1:]
    between = paragraphs[len(before) : len(paragraphs) - len(after)]
    if sum(map(len, between)) < _WORTH_LEAVING_OUT:
        return text
    heading = next((line for line in reversed(between) if line.startswith("#")), "") if after else ""
    return "\n\n".join([*before, _GAP, *([heading] if heading else []), *after])


def _keys(tokens: Sequence[str]) -> list[str]:
    return [token.strip() or ("\n" if "\n" in token else " ") for token in tokens]


def _pairs(left: Sequence[str], right: Sequence[str]) -> int:
    often = Counter(right)
    return sum(count * often[word] for word, count in Counter(left).items())


def _add_same(parts: list[Part], before: str, after: str) -> None:
    """A space that stood only before the change was removed by it."""
    gap = _space(before)
    if parts and gap and not _space(after):
        added = [parts.pop()] if parts[-1][0] == "added" else []
        removed = parts.pop()[1] if parts and parts[-1][0] == "removed" else ""
        parts.extend([("removed", removed + gap), *added])
    parts.append(("same", after))


def _add_change(parts: list[Part], before: str, after: str) -> None:
    """The space before a word that gave way to another one is not what changed."""
    gap = _space(before) if _space(before) == _space(after) else ""
    changes: tuple[Part, ...] = (("same", gap), ("removed", before[len(gap) :]), ("added", after[len(gap) :]))
    parts.extend(part for part in changes if part[1])


def _space(text: str) -> str:
    return text[: len(text) - len(text.lstrip())]
