"""What may be told outside: each party's signed wish, the statement that both accept, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from dialogue.crypto.context import Value
from dialogue.domain.acts import Act
from dialogue.domain.agenda import ItemKind
from dialogue.domain.disclosure import applies, may_be_said
from dialogue.domain.people import Party, Room
from dialogue.domain.terms import Disclosure
from dialogue.errors import OutOfDate, SealBroken
from dialogue.services import audit, cases, identity, requests, rooms, signatures, table, terms, texts
from dialogue.services.admission import admit
from dialogue.services.cases import CaseHead
from dialogue.services.identity import Person
from dialogue.services.letters import LetterKind
from dialogue.services.rooms import Trouble
from dialogue.services.texts import TextShown
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.outcomes import DisclosureWish, newest_wishes

_WISH = "dialogue/disclosure-wish/1"


@dataclass(frozen=True, slots=True)
class WishShown:
    """How much a party wishes to be told outside; one that does not open, or is not signed, counts as nothing."""

    id: UUID
    party: Party
    person: Person = field(repr=False)
    made_at: datetime
    level: Disclosure | None = field(repr=False)
    trouble: Trouble | None


@dataclass(frozen=True, slots=True)
class DisclosureShown:
    """What may be said outside now, and what it follows from.

    limit          what the terms in force allow; nothing while there are none
    applies        the lowest of both wishes and the terms
    now            what that comes to today
    statement      the words for the outside, and how far both have agreed on them
    organisations  of each party the names of those who sit on its side
    own_wish       id of the wish of the reader's party, as its next one has to name it
    """

    head: CaseHead
    limit: Disclosure
    wishes: Mapping[Party, WishShown] = field(repr=False)
    applies: Disclosure
    now: Disclosure
    statement: TextShown = field(repr=False)
    organisations: Mapping[Party, tuple[str, ...]] = field(repr=False)
    own_wish: UUID | None
    may_wish: bool

    def says(self, party: Party | None) -> Disclosure:
        """What a party wishes; nothing where it has not said."""
        wish = self.wishes.get(party) if party is not None else None
        return wish.level if wish is not None and wish.level is not None else Disclosure.NOTHING


def index(work: UnitOfWork, case_id: UUID) -> DisclosureShown:
    """What may be said outside, in this very moment."""
    case, seat = admit(work, case_id, Act.DISCLOSURE_READ)
    statement = texts.shown(work, case, seat, ItemKind.STATEMENT)
    wishes = _wishes(work, case)
    limit = terms.disclosure(work, case)
    level = applies(limit, {party: wish.level for party, wish in wishes.items() if wish.level is not None})
    own = wishes.get(seat.party) if seat.party is not None else None
    audit.record(work, Act.DISCLOSURE_READ, case.id)
    return DisclosureShown(
        statement.head,
        limit,
        wishes,
        level,
        may_be_said(level, has_statement=statement.consensus.is_agreement),
        statement,
        _organisations(work, case),
        own.id if own is not None else None,
        Act.DISCLOSURE_WISH in statement.head.may,
    )


def wish(work: UnitOfWork, case_id: UUID, *, level: Disclosure, previous_id: UUID | None) -> Disclosure:
    """Say for the actor's party how much may be told outside; gives what applies from now on.

    previous_id   the party's own wish that the actor had before the eyes; None where there was none
    raises        OutOfDate when somebody has said something else for the party meanwhile
    """
    case, seat = admit(work, case_id, Act.DISCLOSURE_WISH)
    party = table.party_of(seat)
    present = {row.party: row for row in newest_wishes(work.session, case.id)}
    own = present.get(party)
    if (own.id if own is not None else None) != previous_id:
        raise OutOfDate(case.id)
    row = DisclosureWish(
        id=uuid4(),
        case_id=case.id,
        party=party,
        number=own.number + 1 if own is not None else 1,
        account_id=seat.account,
        made_at=work.now,
    )
    stated = {"level": level.value, "previous": str(previous_id) if previous_id else None}
    signed = signatures.sign(work, _WISH, case.id, party, *_values(row, stated))
    body = {**stated, **signed}
    row.sealed_body = rooms.seal(work, case, Room.JOINT, body, row.place("body", Room.JOINT))
    work.session.add(row)
    work.session.flush()
    audit.record(work, Act.DISCLOSURE_WISH, case.id, row.id, sealed=row.sealed_body)
    if party.other not in present:
        cases.tell(work, requests.leads_of(work, case, party.other), LetterKind.WAITING, about=row.id.hex)
    wishes = _wishes(work, case)
    told = {one.party: one.level for one in wishes.values() if one.level is not None}
    return applies(terms.disclosure(work, case), told)


def _wishes(work: UnitOfWork, case: Case) -> dict[Party, WishShown]:
    """Each party's newest wish, held against what its speaker signed."""
    rows = newest_wishes(work.session, case.id)
    opened = rooms.open_all(work, case, Room.JOINT, [(row.sealed_body, row.place("body", Room.JOINT)) for row in rows])
    signatures.fetch_keys(work, [told.body for told in opened if told.trouble is None])
    people = identity.people(work, {row.account_id for row in rows})
    found = {}
    for row, told in zip(rows, opened, strict=True):
        trouble = told.trouble or _trouble_with(work, row, told.body)
        level = Disclosure(told.body["level"]) if trouble is None else None
        found[row.party] = WishShown(row.id, row.party, people[row.account_id], row.made_at, level, trouble)
    return found


def _trouble_with(work: UnitOfWork, row: DisclosureWish, body: Mapping[str, Any]) -> Trouble | None:
    try:
        signatures.check(work, _WISH, row.case_id, row.party, row.account_id, body, *_values(row, body))
        Disclosure(body["level"])
    except (SealBroken, KeyError, TypeError, ValueError):
        return Trouble.BROKEN
    return None


def _values(row: DisclosureWish, stated: Mapping[str, Any]) -> tuple[Value, ...]:
    return row.id, row.number, row.made_at, stated["level"], stated["previous"]


def _organisations(work: UnitOfWork, case: Case) -> dict[Party, tuple[str, ...]]:
    named = cases.organisations(work, case.id)
    return {party: tuple(name for _, side, _, name in named if side is party) for party in Party}
