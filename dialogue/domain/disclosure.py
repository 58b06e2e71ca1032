"""What may be told outside: each party's wish, the terms' limit, and what the lowest of them leaves."""

from __future__ import annotations

from collections.abc import Mapping

from dialogue.domain.people import Party
from dialogue.domain.terms import Disclosure

# From least to most.
LEVELS = tuple(Disclosure)


def applies(limit: Disclosure, wishes: Mapping[Party, Disclosure]) -> Disclosure:
    """The lowest of both wishes and of what everybody has accepted in the terms; who has said nothing wishes nothing.

    limit   the level that the terms in force allow
    """
    told = [wishes.get(party, Disclosure.NOTHING) for party in Party]
    return min([limit, *told], key=LEVELS.index)


def may_be_said(level: Disclosure, *, has_statement: bool) -> Disclosure:
    """What that level comes to today: without words that both have agreed on there is no statement to tell."""
    if level is Disclosure.AGREED_STATEMENT and not has_statement:
        return Disclosure.THAT_IT_TOOK_PLACE
    return level
