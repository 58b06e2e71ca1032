"""Two wordings compared word by word, for people who want to see what changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "added", "removed"]
Part = tuple[Kind, str]

# A line break with the space around it, or a word with the space before it.
_TOKEN = re.compile(r"[^\S\n]*\n\s*|\s*\S+|\s+")
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
    return tuple(part for code in matcher.get_opcodes() for part in _parts(left, right, code))


def _keys(tokens: Sequence[str]) -> list[str]:
    return [token.strip() or ("\n" if "\n" in token else " ") for token in tokens]


def _pairs(left: Sequence[str], right: Sequence[str]) -> int:
    often = Counter(right)
    return sum(count * often[word] for word, count in Counter(left).items())


def _parts(left: Sequence[str], right: Sequence[str], code: tuple[str, int, int, int, int]) -> Iterator[Part]:
    tag, from_left, to_left, from_right, to_right = code
    if tag == "equal":
        yield "same", "".join(right[from_right:to_right])
        return
    if to_left > from_left:
        yield "removed", "".join(left[from_left:to_left])
    if to_right > from_right:
        yield "added", "".join(right[from_right:to_right])
