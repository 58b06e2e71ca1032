"""What the ILO offers to help parties carry out what they agreed: public, edited by the office, versions kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.catalogue import Fee, OfferFormat, OfferKind, OfferTold, check_offer
from dialogue.domain.policy import HOUSE_RULES
from dialogue.errors import NotFound, OutOfDate, Unfit
from dialogue.services import audit, identity
from dialogue.services.admission import enter
from dialogue.services.unit import UnitOfWork
from dialogue.store.catalogue import OfferVersion, find_offer, next_turn, offer_versions, offers

VERSIONS = 50
_FIRST_OFFERS = Path(__file__).parent / "first_catalogue" / "offers.json"


@dataclass(frozen=True, slots=True)
class Offer:
    """One offer as the office tells it today.

    number     the version, which an edit names
    author     who wrote it; empty for what came with the software
    was_held   its days are past
    """

    offer_id: UUID
    number: int
    told: OfferTold
    is_retired: bool
    author: str
    made_at: datetime
    was_held: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader looks for; what is None does not matter."""

    kind: OfferKind | None = None
    language: str | None = None
    fee: Fee | None = None

    def fits(self, told: OfferTold) -> bool:
        return (
            self.kind in {None, told.kind}
            and self.fee in {None, told.fee}
            and (self.language is None or self.language in told.languages)
        )


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is offered and fits, and the languages in which anything is offered at all."""

    offers: tuple[Offer, ...]
    languages: tuple[str, ...]
    may_edit: bool


def index(work: UnitOfWork, wanted: Wanted | None = None) -> Catalogue:
    """What is offered today, for everybody who is signed in."""
    person = enter(work, Act.CATALOGUE_READ)
    found = _shown(work, offers(work.session))
    return Catalogue(
        tuple(one for one in found if wanted is None or wanted.fits(one.told)),
        tuple(sorted({code for one in found for code in one.told.languages})),
        HOUSE_RULES[Act.CATALOGUE_EDIT](person.staff),
    )


def listed(work: UnitOfWork) -> tuple[Offer, ...]:
    """Everything that was ever offered, for the office."""
    enter(work, Act.CATALOGUE_EDIT)
    return tuple(_shown(work, offers(work.session, retired=True)))


def look(work: UnitOfWork, offer_id: UUID) -> Offer:
    """One offer, for whoever may change it."""
    enter(work, Act.CATALOGUE_EDIT)
    return _shown(work, [_find(work, offer_id)])[0]


def versions(work: UnitOfWork, offer_id: UUID) -> tuple[Offer, ...]:
    """What the office has said of one offer, newest first."""
    enter(work, Act.CATALOGUE_EDIT)
    rows = offer_versions(work.session, offer_id, limit=VERSIONS)
    if not rows:
        raise NotFound(offer_id)
    return tuple(_shown(work, rows))


def add(work: UnitOfWork, told: OfferTold) -> UUID:
    """Add an offer at the end of the catalogue."""
    person = enter(work, Act.CATALOGUE_EDIT)
    check_offer(told)
    row = _put(work, told, offer_id=uuid4(), number=1, turn=next_turn(work.session), by=person.account_id)
    audit.event(work, Act.CATALOGUE_EDIT.value, row.offer_id)
    return row.offer_id


def edit(work: UnitOfWork, offer_id: UUID, told: OfferTold, *, seen: int, is_retired: bool = False) -> None:
    """Put a new version of an offer, or retire it; what cases have noted keeps its words.

    seen     number of the version that the person edited
    raises   OutOfDate when somebody else has put a newer one meanwhile, Unfit where nothing is changed
    """
    person = enter(work, Act.CATALOGUE_EDIT)
    present = _find(work, offer_id)
    check_offer(told)
    if present.number != seen:
        raise OutOfDate(offer_id)
    if (told, is_retired) == (_told(present), present.is_retired):
        raise Unfit("nothing_changed")
    _put(
        work,
        told,
        offer_id=offer_id,
        number=seen + 1,
        turn=present.turn,
        by=person.account_id,
        is_retired=is_retired,
    )
    audit.event(work, Act.CATALOGUE_EDIT.value, offer_id)


def put_first_offers(work: UnitOfWork) -> None:
    """Give a new instance the catalogue that comes with the software; one that has any is left alone."""
    if offers(work.session, retired=True):
        return
    for turn, one in enumerate(json.loads(_FIRST_OFFERS.read_text(encoding="utf-8")), start=1):
        begins, ends = (date.fromisoformat(day) for day in one["dates"]) if one["dates"] else (None, None)
        told = OfferTold(
            OfferKind(one["kind"]),
            one["title"],
            one["provider"],
            OfferFormat(one["format"]),
            Fee(one["fee"]),
            tuple(one["languages"]),
            begins,
            ends,
            descriptions=one["descriptions"],
        )
        _put(work, told, offer_id=uuid4(), number=1, turn=turn, by=None)


def _find(work: UnitOfWork, offer_id: UUID) -> OfferVersion:
    row = find_offer(work.session, offer_id)
    if row is None:
        raise NotFound(offer_id)
    return row


def _put(
    work: UnitOfWork,
    told: OfferTold,
    *,
    offer_id: UUID,
    number: int,
    turn: int,
    by: UUID | None,
    is_retired: bool = False,
) -> OfferVersion:
    row = OfferVersion(
        id=uuid4(),
        offer_id=offer_id,
        number=number,
        turn=turn,
        kind=told.kind,
        title=told.title,
        provider=told.provider,
        format=told.format,
        fee=told.fee,
        languages=",".join(told.languages),
        begins=told.begins,
        ends=told.ends,
        contact=told.contact,
        description_en=told.descriptions.get("en", ""),
        description_fr=told.descriptions.get("fr", ""),
        description_es=told.descriptions.get("es", ""),
        is_retired=is_retired,
        made_by=by,
        made_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row


def _shown(work: UnitOfWork, rows: Sequence[OfferVersion]) -> list[Offer]:
    people = identity.people(work, {row.made_by for row in rows if row.made_by is not None})
    today = work.now.date()
    return [
        Offer(
            row.offer_id,
            row.number,
            _told(row),
            row.is_retired,
            people[row.made_by].name if row.made_by in people else "",
            row.made_at,
            _told(row).was_held(today),
        )
        for row in rows
    ]


def _told(row: OfferVersion) -> OfferTold:
    described = {"en": row.description_en, "fr": row.description_fr, "es": row.description_es}
    return OfferTold(
        row.kind,
        row.title,
        row.provider,
        row.format,
        row.fee,
        tuple(code for code in row.languages.split(",") if code),
        row.begins,
        row.ends,
        row.contact,
        {code: words for code, words in described.items() if words},
    )
