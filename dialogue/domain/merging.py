"""Two texts that began from the same one, put together so that no word of either is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

# Pairs of equal lines up to which every line may anchor a match; it bounds the time that monotonous texts can take.
_PAIRS = 400_000


@dataclass(frozen=True, slots=True)
class Clash:
    """One place that both have changed, as each of them has it."""

    theirs: str = field(repr=False)
    mine: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Merged:
    """Both texts in one. Where they clash, ``text`` has what I wrote and then what they wrote, for people to settle."""

    text: str = field(repr=False)
    clashes: tuple[Clash, ...] = ()


@dataclass(frozen=True, slots=True)
class _Edit:
    """In place of lines ``start`` to ``end`` of the common beginning, these lines."""

    start: int
    end: int
    lines: tuple[str, ...] = field(repr=False)
    is_mine: bool


def merge(base: str, theirs: str, mine: str) -> Merged:
    """Put ``theirs`` and ``mine`` together line by line; a paragraph that one of them left alone is the other's.

    base   the text from which both began
    """
    if theirs in {base, mine}:
        return Merged(mine)
    if mine == base:
        return Merged(theirs)
    rows = base.split("\n")
    edits = sorted(
        [*_edits(rows, theirs.split("\n"), is_mine=False), *_edits(rows, mine.split("\n"), is_mine=True)],
        key=lambda edit: (edit.start, edit.end),
    )
    lines: list[str] = []
    clashes: list[Clash] = []
    done = 0
    for group in _groups(edits):
        start, end = group[0].start, max(edit.end for edit in group)
        lines += rows[done:start]
        done = end
        their_lines, my_lines = (_apply(rows, start, end, group, is_mine=which) for which in (False, True))
        if len({edit.is_mine for edit in group}) == 1:
            lines += my_lines if group[0].is_mine else their_lines
        elif their_lines == my_lines:
            lines += my_lines
        else:
            lines += [*my_lines, *their_lines]
            clashes.append(Clash("\n".join(their_lines), "\n".join(my_lines)))
    return Merged("\n".join([*lines, *rows[done:]]), tuple(clashes))


def _edits(before: Sequence[str], after: Sequence[str], *, is_mine: bool) -> Iterator[_Edit]:
    often = Counter(after)
    pairs = sum(count * often[line] for line, count in Counter(before).items())
    for tag, start, end, first, last in SequenceMatcher(None, before, after, autojunk=pairs > _PAIRS).get_opcodes():
        if tag != "equal":
            yield _Edit(start, end, tuple(after[first:last]), is_mine)


def _groups(edits: Sequence[_Edit]) -> Iterator[list[_Edit]]:
    """Edits that meet, together; what only stands side by side does not meet."""
    group: list[_Edit] = []
    for edit in edits:
        if group and not _meets(group, edit):
            yield group
            group = []
        group.append(edit)
    if group:
        yield group


def _meets(group: Sequence[_Edit], edit: _Edit) -> bool:
    """Whether an edit that begins no earlier than those reaches into one of them."""
    if edit.start < max(one.end for one in group):
        return True
    return edit.start == edit.end and any(one.start == one.end == edit.start for one in group)


def _apply(rows: Sequence[str], start: int, end: int, edits: Sequence[_Edit], *, is_mine: bool) -> list[str]:
    """What one of them made of the lines from ``start`` to ``end``."""
    lines: list[str] = []
    for edit in edits:
        if edit.is_mine is is_mine:
            lines += [*rows[start : edit.start], *edit.lines]
            start = edit.end
    return [*lines, *rows[start:end]]
