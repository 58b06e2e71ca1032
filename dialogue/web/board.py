"""Where everything stands in the picture of the consensus board: plain geometry, no markup and no words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dialogue.domain.positions import Consensus

# From the left of the picture to its right; None is a party that has recorded no position.
STANCES = (None, "cannot_agree", "needs_work", "can_live_with_it", "agree")
AGREEING = ("can_live_with_it", "agree")


@dataclass(frozen=True, slots=True)
class BoardRow:
    """An agenda item and how the parties stand to its current wording.

    company, union   "agree", "can_live_with_it", "needs_work", "cannot_agree" or None
    together         what the two positions make, in words for the reader
    together_state   "agreed", "reserved", "open", "apart", "waiting" or "parked"
    moved_…          whether that party's position changed since the last visit or meeting
    """

    title: str
    company: str | None
    union: str | None
    together: str
    together_state: str
    moved_company: bool = False
    moved_union: bool = False
    href: str | None = None


_TOGETHER: dict[Consensus, str] = {
    Consensus.NO_WORDING: "waiting",
    Consensus.PENDING: "waiting",
    Consensus.OPEN: "open",
    Consensus.APART: "apart",
    Consensus.AGREED_WITH_RESERVATION: "reserved",
    Consensus.AGREED: "agreed",
}


def together_state(consensus: Consensus) -> str:
    """What two positions make, in the word of the picture."""
    return _TOGETHER[consensus]


@dataclass(frozen=True, slots=True)
class Measure:
    """The proportions of one format of the picture, in its own units."""

    width: int
    first: int
    pitch: int
    title_width: int
    heading_width: int
    heading_top: int
    title_beside: bool


WIDE = Measure(width=676, first=258, pitch=92, title_width=200, heading_width=88, heading_top=14, title_beside=True)
NARROW = Measure(width=340, first=34, pitch=66, title_width=330, heading_width=62, heading_top=12, title_beside=False)

TITLE_SIZE, TITLE_LEADING = 14, 19
HEADING_SIZE, HEADING_LEADING = 12, 15
NARROW_HEADING_SIZE, NARROW_HEADING_LEADING = 10, 12
TRACK = 34
AIR = 12
SIDE_BY_SIDE = 11
RINGS_SIDE_BY_SIDE = 16


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text: where it begins (or is centred) and its baseline."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Column:
    """A stance as a vertical line with its heading."""

    stance: str | None
    x: float
    heading: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A party's shape; hollow when it has recorded no position, ringed when it moved."""

    x: float
    y: float
    hollow: bool
    moved: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """The way that still lies between the parties, 1 to 3 columns."""

    x: float
    y: float
    width: float
    distance: int
    common: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One agenda item in the picture; the stances' vertical lines run from ``track_top`` to ``bottom``."""

    row: BoardRow
    top: float
    track_top: float
    bottom: float
    title: tuple[Words, ...]
    company: Mark
    union: Mark
    bar: Bar | None


@dataclass(frozen=True, slots=True)
class Ground:
    """The part of the picture where positions count as agreement."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole board, ready to be drawn."""

    width: int
    height: float
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    ground: Ground
    rule_top: float
    heading_size: int
    title_size: int


def layout(rows: Sequence[BoardRow], headings: Mapping[str | None, str], *, narrow: bool = False) -> Picture:
    """Place ``rows`` in a picture, beside their titles when there is room and below them when it is ``narrow``.

    headings   the words of each stance, and of no position under None, in the reader's language
    """
    measure = NARROW if narrow else WIDE
    columns = _columns(headings, measure)
    top = max(words.y for column in columns for words in column.heading) + AIR
    lines: list[Line] = []
    for row in rows:
        lines.append(_line(row, lines[-1].bottom if lines else top, measure))
    bottom = lines[-1].bottom if lines else top
    agreeing = _x(AGREEING[0], measure) - measure.pitch / 2
    ground = Ground(agreeing, top, measure.pitch * len(AGREEING), bottom - top)
    size = HEADING_SIZE if measure.title_beside else NARROW_HEADING_SIZE
    return Picture(measure.width, bottom + 2, columns, tuple(lines), ground, top, size, TITLE_SIZE)


def distance_of(row: BoardRow) -> int | None:
    """How many columns lie between the parties; None while one of them has recorded no position."""
    if row.company is None or row.union is None:
        return None
    return abs(STANCES.index(row.company) - STANCES.index(row.union))


def _x(stance: str | None, measure: Measure) -> float:
    return measure.first + STANCES.index(stance) * measure.pitch


def _columns(headings: Mapping[str | None, str], measure: Measure) -> tuple[Column, ...]:
    size = HEADING_SIZE if measure.title_beside else NARROW_HEADING_SIZE
    leading = HEADING_LEADING if measure.title_beside else NARROW_HEADING_LEADING
    words = {stance: wrapped(headings[stance], measure.heading_width, size) for stance in STANCES}
    last = measure.heading_top + leading * (max(map(len, words.values())) - 1)
    return tuple(
        Column(
            stance, _x(stance, measure), _set(lines, _x(stance, measure), last - leading * (len(lines) - 1), leading)
        )
        for stance, lines in words.items()
    )


def _line(row: BoardRow, top: float, measure: Measure) -> Line:
    lines = wrapped(row.title, measure.title_width, TITLE_SIZE, most=3)
    text = len(lines) * TITLE_LEADING
    if measure.title_beside:
        height: float = max(text + 2 * AIR, TRACK + AIR)
        middle = top + height / 2
        first = middle - text / 2 + TITLE_SIZE
    else:
        height = AIR + text + TRACK + AIR / 2
        middle = top + AIR + text + TRACK / 2
        first = top + AIR + TITLE_SIZE - 2
    company, union = _marks(row, middle, measure)
    title = _set(lines, 0 if measure.title_beside else 4, first, TITLE_LEADING)
    track_top = top if measure.title_beside else middle - TRACK / 2
    return Line(row, top, track_top, top + height, title, company, union, _bar(row, company, union))


def _marks(row: BoardRow, y: float, measure: Measure) -> tuple[Mark, Mark]:
    apart = RINGS_SIDE_BY_SIDE if row.moved_company or row.moved_union else SIDE_BY_SIDE
    aside = apart if row.company == row.union else 0
    return (
        Mark(_x(row.company, measure) - aside, y, row.company is None, row.moved_company),
        Mark(_x(row.union, measure) + aside, y, row.union is None, row.moved_union),
    )


def _bar(row: BoardRow, company: Mark, union: Mark) -> Bar | None:
    distance = distance_of(row)
    if not distance:
        return None
    left, right = sorted((company.x, union.x))
    common = row.company in AGREEING and row.union in AGREEING
    return Bar(left, company.y, right - left, distance, common)


def _set(lines: Sequence[str], x: float, first: float, leading: int) -> tuple[Words, ...]:
    return tuple(Words(text, x, first + place * leading) for place, text in enumerate(lines))


def wrapped(text: str, width: float, size: float, *, most: int = 4) -> tuple[str, ...]:
    """Break ``text`` at spaces into lines of about equal length, at most ``most`` and none wider than ``width``.

    What is too long ends in an ellipsis.
    """
    lines = _filled(text, width, size)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
        return tuple(_cut(line, width, size) for line in lines)
    narrower = width
    while narrower > width / 2 and len(_filled(text, narrower - size, size)) == len(lines):
        narrower -= size
    return tuple(_cut(line, width, size) for line in _filled(text, narrower, size))


def _filled(text: str, width: float, size: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and breadth(joined, size) <= width:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines


def breadth(text: str, size: float) -> float:
    """About how wide ``text`` is in the page's typeface; there are no fonts on the server to measure with."""
    return size * sum(_share(letter) for letter in text)


def _share(letter: str) -> float:
    if letter in "iljtfrI.,;:'’|!()[] ":
        return 0.34
    if letter in "mwMWœŒæÆ@%":
        return 0.88
    if ord(letter) >= 0x2E80:
        return 1.0
    return 0.68 if letter.isupper() else 0.57


def _cut(line: str, width: float, size: float) -> str:
    if breadth(line, size) <= width:
        return line
    kept = line
    while kept and breadth(kept + "…", size) > width:
        shorter = kept.rpartition(" ")[0]
        kept = shorter or kept[:-1]
    return kept.rstrip(" ,;:") + "…"
