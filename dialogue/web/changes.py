"""What changed between two versions of the request, word by word and name by name."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from dialogue.domain.agenda import Chapter
from dialogue.domain.cases import Support
from dialogue.domain.comparison import Part, compare
from dialogue.services.requests import Earlier, ListedOrganisation, ListedPerson, OpenRequest, RequestText
from dialogue.web.labels import label

_TEXTS: dict[str, Any] = {
    "issues": _l("Issues of mutual concern"),
    "background": _l("What was tried elsewhere"),
    "languages": _l("Languages needed at the table"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One part of the request that is not as it was."""

    title: str
    parts: tuple[Part, ...] = field(repr=False)


def of_texts(before: RequestText, after: RequestText) -> list[Change]:
    """The parts of the text in which two versions differ, in the order of the page."""
    found = [
        Change(str(title), compare(getattr(before, name), getattr(after, name)))
        for name, title in _TEXTS.items()
        if getattr(before, name) != getattr(after, name)
    ]
    if before.support != after.support:
        words = _of_sets(_in_order(Support, before.support), _in_order(Support, after.support))
        found.append(Change(str(_l("Support asked of the ILO")), words))
    if before.chapters != after.chapters:
        words = _of_sets(_in_order(Chapter, before.chapters), _in_order(Chapter, after.chapters))
        found.append(Change(str(_l("Chapters of the MNE Declaration")), words))
    return found


def of_people(before: Iterable[ListedPerson], after: Iterable[ListedPerson]) -> list[Change]:
    """Who joined or left the delegations, or is listed in other words."""
    words = _of_sets(map(_line, before), map(_line, after))
    return [Change(str(_l("Delegations")), words)] if any(kind != "same" for kind, _ in words) else []


def of_organisations(before: Iterable[ListedOrganisation], after: Iterable[ListedOrganisation]) -> list[Change]:
    """Which organisations came or went, or are of another kind."""
    words = _of_sets(map(_firm, before), map(_firm, after))
    return [Change(str(_l("Organisations")), words)] if any(kind != "same" for kind, _ in words) else []


def since(earlier: Earlier, shown: OpenRequest) -> list[Change]:
    """All that changed from an earlier version to the one shown."""
    return [
        *of_texts(earlier.text, shown.text),
        *of_organisations(earlier.organisations, shown.organisations),
        *of_people(earlier.people, shown.people),
    ]


def _of_sets(before: Iterable[str], after: Iterable[str]) -> tuple[Part, ...]:
    was, now = list(dict.fromkeys(before)), list(dict.fromkeys(after))
    told: list[Part] = [("removed", f"{words}\n") for words in was if words not in now]
    told += [("same" if words in was else "added", f"{words}\n") for words in now]
    return tuple(told)


def _in_order(kinds: Iterable[StrEnum], chosen: Container[StrEnum]) -> list[str]:
    return [label(kind) for kind in kinds if kind in chosen]


def _line(person: ListedPerson) -> str:
    told = [person.name, person.function, person.organisation, label(person.role), label(person.party)]
    return ", ".join(words for words in told if words)


def _firm(one: ListedOrganisation) -> str:
    return f"{one.name} ({label(one.kind)}, {label(one.party)})"
