"""Searching: what somebody looks for, whether a text holds it, and the piece of it that shows where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from unicodedata import normalize

from dialogue.errors import Unfit

LONGEST_QUESTION = 200
MOST_TERMS = 10
# So many records are opened for one question, the newest first, and so many of them are shown.
MOST_RECORDS = 10_000
MOST_HITS = 100
_BEFORE, _AFTER = 60, 180

_QUOTED = re.compile(r"[\"“”„«»]([^\"“”„«»]*)[\"“”„«»]")
_WORD = re.compile(r"[^\W_]+")
# Accents and the vowel signs that people leave out when they write Hebrew or Arabic.
_SIGNS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
# Here words are written without blanks between them: one may begin anywhere.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


class Thing(StrEnum):
    """What can be found."""

    REQUEST = "request"
    COMMENT = "comment"
    REPLY = "reply"
    INQUIRY = "inquiry"
    DECLARATION = "declaration"
    ATTENDANT = "attendant"
    TERMS = "terms"
    ITEM = "item"
    WORDING = "wording"
    TRANSLATION = "translation"
    POSITION = "position"
    FRAME = "frame"
    MEETING = "meeting"
    BOOKING = "booking"
    PROGRAMME = "programme"
    REGISTER = "register"
    RECUSAL = "recusal"
    DOCUMENT = "document"
    DOCUMENT_RELEASE = "document_release"
    NOTE = "note"
    RELEASE = "release"
    QUESTION = "question"
    ANSWER = "answer"
    SUMMARY = "summary"
    AMENDMENT = "amendment"
    PAPER = "paper"
    COMMITMENT = "commitment"
    REPORT = "report"
    SUPPORT = "support"
    REVIEW = "review"
    HELP = "help"
    OUTCOME = "outcome"


class Order(StrEnum):
    """What stands first among what was found."""

    NEWEST = "newest"
    BEST = "best"


@dataclass(frozen=True, slots=True)
class Piece:
    """A few words of a text; those that were looked for are marked."""

    text: str = field(repr=False)
    is_match: bool


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for: terms that must all occur, each as a pattern over folded text."""

    terms: tuple[re.Pattern[str], ...] = field(repr=False)
    any_term: re.Pattern[str] = field(repr=False)

    def is_in(self, folded: str) -> bool:
        return all(term.search(folded) for term in self.terms)

    def weight(self, heading: str, folded: str) -> int:
        """How much a record is about what is looked for: its heading counts most, then how often the terms occur."""
        in_heading = sum(term.search(heading) is not None for term in self.terms)
        return 20 * in_heading + min(20, sum(1 for _ in self.any_term.finditer(folded)))


def ask(words: str) -> Question:
    """Read what somebody typed: words, of which each may be the beginning of a longer one, and phrases in quotes.

    raises   Unfit where there is no word in it, or too many
    """
    if len(words) > LONGEST_QUESTION:
        raise Unfit("search_words")
    exact = [tuple(_WORD.findall(fold(phrase))) for phrase in _QUOTED.findall(words)]
    loose = [tuple(_WORD.findall(fold(word))) for word in _QUOTED.sub(" ", words).split()]
    patterns = [_pattern(term, is_exact=True) for term in exact if term]
    patterns += [_pattern(term, is_exact=False) for term in loose if term]
    if not 0 < len(patterns) <= MOST_TERMS:
        raise Unfit("search_words")
    return Question(tuple(re.compile(one) for one in patterns), re.compile("|".join(patterns)))


def fold(text: str) -> str:
    """A text as it is compared: without capitals, accents and other forms of the same letter."""
    return text.lower() if text.isascii() else _SIGNS.sub("", normalize("NFKD", text).casefold())


def pieces(question: Question, text: str, *, whole: bool = False) -> tuple[Piece, ...]:
    """The text around the first match with all matches marked; its beginning where there is none.

    whole   the whole text instead
    """
    text = " ".join(text.split())
    folded, origin = _folded_with_origin(text)
    spans = [
        (origin[match.start()], max(origin[match.end()], origin[match.end() - 1] + 1))
        for match in question.any_term.finditer(folded)
    ]
    begin, end = (0, len(text)) if whole else _window(text, spans[0][0] if spans else 0)
    told, at = [], begin
    for start, stop in spans:
        if start < at or stop > end:
            continue
        told += [Piece(text[at:start], False), Piece(text[start:stop], True)]
        at = stop
    told.append(Piece(text[at:end], False))
    if begin > 0:
        told.insert(0, Piece("… ", False))
    if end < len(text):
        told.append(Piece(" …", False))
    return tuple(piece for piece in told if piece.text)


def first_with(question: Question, texts: Sequence[str]) -> str:
    """The text that shows best what was found: the first with a match, else the first of all."""
    return next((text for text in texts if question.any_term.search(fold(text))), texts[0] if texts else "")


def _pattern(words: Iterable[str], *, is_exact: bool) -> str:
    told = r"[\W_]+".join(re.escape(word) for word in words)
    begins = "" if _UNSPACED.match(told) else r"(?<![^\W_])"
    ends = r"(?![^\W_])" if is_exact and begins else ""
    return begins + told + ends


def _folded_with_origin(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its places (one more than it has) where that stands in the text."""
    told, origin = [], []
    for at, letter in enumerate(text):
        folded = fold(letter)
        told.append(folded)
        origin += [at] * len(folded)
    origin.append(len(text))
    return "".join(told), origin


def _window(text: str, at: int) -> tuple[int, int]:
    """Where a piece of the text begins and ends so that it holds that place and cuts no word."""
    begin, end = max(0, at - _BEFORE), min(len(text), at + _AFTER)
    if begin > 0:
        begin = text.find(" ", begin, at) + 1 or begin
    if end < len(text):
        end = max(text.rfind(" ", at, end), 0) or end
    return begin, end
