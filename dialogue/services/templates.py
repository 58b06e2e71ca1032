"""The office's templates of the terms: versions in three languages, each with what changed; old ones are kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from dialogue.domain.acts import Act
from dialogue.domain.terms import check_text
from dialogue.errors import OutOfDate, Unfit
from dialogue.services import audit, identity, terms
from dialogue.services.admission import enter
from dialogue.services.letters import LANGUAGES
from dialogue.services.unit import UnitOfWork
from dialogue.store.terms import TermsTemplate, find_template, newest_template, templates_in

PAGE = 20


@dataclass(frozen=True, slots=True)
class Template:
    """One version of the office's words in one language; not confidential.

    author    empty for the words that came with the software
    before    the words of the version before it, None for the first
    """

    language: str
    number: int
    text: str
    author: str
    made_at: datetime
    before: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions in one language, newest first, one page.

    after   the number with which the next page begins, where there is more
    """

    language: str
    lines: tuple[Template, ...]
    after: int | None


def index(work: UnitOfWork) -> dict[str, Template]:
    """The newest version in each language that has one."""
    enter(work, Act.DESK_READ)
    rows = [row for row in (newest_template(work.session, language) for language in LANGUAGES) if row is not None]
    names = _names(work, rows)
    return {row.language: _shown(row, names, None) for row in rows}


def behind(newest: dict[str, Template]) -> frozenset[str]:
    """The languages whose words were changed fewer times than those of another one."""
    highest = max((one.number for one in newest.values()), default=0)
    return frozenset(language for language in LANGUAGES if language not in newest or newest[language].number < highest)


def versions(work: UnitOfWork, language: str, *, before: int | None = None) -> Versions:
    """What the office's words in one language were, and what each version changed.

    before   the number of the last version of the page before
    """
    enter(work, Act.DESK_READ)
    rows = templates_in(work.session, language, before=before, limit=PAGE + 1)
    names = _names(work, rows)
    earlier = {row.number: row.text for row in rows}
    lines = tuple(_shown(row, names, earlier.get(row.number - 1)) for row in rows[:PAGE])
    return Versions(language, lines, lines[-1].number if len(rows) > PAGE else None)


def edit(work: UnitOfWork, *, language: str, text: str, seen: int) -> None:
    """Put a new version; cases that began from an older one keep their words.

    seen     number of the version that the person edited, 0 for the first
    raises   OutOfDate when somebody else has put a newer one meanwhile, Unfit where nothing is changed
    """
    person = enter(work, Act.TEMPLATE_EDIT)
    check_text(text)
    newest = newest_template(work.session, language)
    if language not in LANGUAGES:
        raise Unfit("language")
    if (newest.number if newest is not None else 0) != seen:
        raise OutOfDate(language)
    if newest is not None and newest.text == text:
        raise Unfit("nothing_changed")
    terms.put_template(work, language=language, text=text, author_id=person.account_id)
    made = find_template(work.session, language, seen + 1)
    audit.event(work, Act.TEMPLATE_EDIT.value, made.id if made is not None else None)


def _names(work: UnitOfWork, rows: Collection[TermsTemplate]) -> dict[UUID, str]:
    found = identity.people(work, {row.author_id for row in rows if row.author_id is not None})
    return {account: person.name for account, person in found.items()}


def _shown(row: TermsTemplate, names: dict[UUID, str], before: str | None) -> Template:
    author = names.get(row.author_id, "") if row.author_id is not None else ""
    return Template(row.language, row.number, row.text, author, row.made_at, before)
