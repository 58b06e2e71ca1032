"""The outcome record: assembled from what both parties agreed, signed by both over one hash, then unchangeable."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.agenda import ItemState
from dialogue.domain.cases import Completion
from dialogue.domain.outcomes import DRAFT_OF_OUTCOME, OutcomeState, completion_of
from dialogue.domain.people import Party, Room
from dialogue.domain.positions import Consensus
from dialogue.errors import IllegalTransition, NotFound, OutOfDate, SealBroken
from dialogue.services import audit, cases, composition, drafts, identity, requests, rooms, signoffs, table, terms
from dialogue.services.admission import admit
from dialogue.services.cases import CaseHead
from dialogue.services.composition import Record
from dialogue.services.identity import Person
from dialogue.services.letters import LetterKind
from dialogue.services.rooms import Trouble
from dialogue.services.signoffs import SignatureShown
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.outcomes import (
    Outcome,
    find_outcome,
    outcomes_of,
    signatures_among,
)


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """One outcome record in the list."""

    id: UUID
    number: int
    state: OutcomeState
    author: Person = field(repr=False)
    made_at: datetime
    signed_by: tuple[Party, ...]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Every record that was assembled, newest first; at most the first is not replaced."""

    head: CaseHead
    lines: tuple[OutcomeLine, ...]

    @property
    def current(self) -> OutcomeLine | None:
        """The record that waits for signatures or has them."""
        first = self.lines[0] if self.lines else None
        return first if first is not None and first.state is not OutcomeState.REPLACED else None


@dataclass(frozen=True, slots=True)
class Choice:
    """An item in the form that assembles a record; only what is in consensus can be chosen."""

    item_id: UUID
    number: int
    state: ItemState
    title: str = field(repr=False)
    consensus: Consensus = field(repr=False)
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Assembling:
    """What a record can be assembled from.

    draft   the record that a new one would replace, its words to begin from
    """

    head: CaseHead
    choices: tuple[Choice, ...]
    draft: OutcomeLine | None
    words: Record | None

    @property
    def agreed(self) -> tuple[Choice, ...]:
        """The items in consensus."""
        return tuple(choice for choice in self.choices if choice.consensus.is_agreement)

    @property
    def open(self) -> tuple[Choice, ...]:
        """The items that are not, or not yet."""
        return tuple(choice for choice in self.choices if not choice.consensus.is_agreement)


@dataclass(frozen=True, slots=True)
class Preview:
    """A record as it would be, before anybody else sees it."""

    record: Record
    completion: Completion


@dataclass(frozen=True, slots=True)
class OutcomeShown:
    """One record with its signatures.

    hash          64 hexadecimal digits, over the record as it was opened just now
    is_current    what it holds is still what both parties agree on
    completion    how much of the agenda it covers; for a signed one, what the case was completed with
    """

    head: CaseHead
    id: UUID
    number: int
    state: OutcomeState
    author: Person = field(repr=False)
    made_at: datetime
    signed_at: datetime | None
    record: Record | None = field(repr=False)
    hash: str
    signatures: tuple[SignatureShown, ...]
    is_current: bool
    completion: Completion | None
    trouble: Trouble | None
    may: frozenset[Act]

    @property
    def signed_by(self) -> frozenset[Party]:
        return frozenset(signature.party for signature in self.signatures)


def index(work: UnitOfWork, case_id: UUID) -> Outcomes:
    """Every record that was assembled in this case."""
    case, seat = admit(work, case_id, Act.OUTCOME_READ)
    audit.record(work, Act.OUTCOME_READ, case.id)
    return Outcomes(cases.head(work, case, seat), _lines(work, outcomes_of(work.session, case.id)))


def assembling(work: UnitOfWork, case_id: UUID) -> Assembling:
    """What the actor can assemble a record from."""
    case, seat = admit(work, case_id, Act.OUTCOME_ASSEMBLE)
    rows = outcomes_of(work.session, case.id)
    draft = rows[0] if rows and rows[0].state is OutcomeState.DRAFT else None
    opened = _open(work, case, draft) if draft is not None else None
    words = composition.read(opened.body) if opened is not None and opened.trouble is None else None
    chosen = {item.item_id for item in words.items} if words is not None else None
    audit.record(work, Act.OUTCOME_READ, case.id)
    return Assembling(
        cases.head(work, case, seat),
        _choices(work, case, chosen),
        _lines(work, [draft])[0] if draft is not None else None,
        words,
    )


def preview(
    work: UnitOfWork, case_id: UUID, *, item_ids: Collection[UUID], preamble: str, closing: str, language: str
) -> Preview:
    """The record as ``assemble`` would make it; nothing is written."""
    case, _ = admit(work, case_id, Act.OUTCOME_ASSEMBLE)
    laid_out, prevailing = composition.lay_out(work, case), terms.prevailing(work, case)
    body = composition.compose(
        laid_out, item_ids, preamble=preamble, closing=closing, language=language, prevailing=prevailing
    )
    audit.record(work, Act.OUTCOME_READ, case.id)
    return Preview(composition.read(body), completion_of(len(body["items"]), len(laid_out)))


def assemble(
    work: UnitOfWork,
    case_id: UUID,
    *,
    item_ids: Collection[UUID],
    preamble: str = "",
    closing: str = "",
    language: str,
    replaces: UUID | None = None,
) -> UUID:
    """Assemble a record from items in consensus: all, some or none of them. It replaces the one before it.

    replaces   the record that the actor had before his eyes; None where there was none
    raises     NotAgreed when an item chosen is not in consensus, OutOfDate when somebody has assembled meanwhile
    """
    case, seat = admit(work, case_id, Act.OUTCOME_ASSEMBLE)
    rows = outcomes_of(work.session, case.id)
    newest = rows[0] if rows else None
    draft = newest if newest is not None and newest.state is OutcomeState.DRAFT else None
    if (draft.id if draft else None) != replaces:
        raise OutOfDate(case.id)
    outcome = Outcome(
        id=uuid4(),
        case_id=case.id,
        number=newest.number + 1 if newest else 1,
        state=OutcomeState.DRAFT,
        language=language,
        author_id=seat.account,
        made_at=work.now,
    )
    laid_out, prevailing = composition.lay_out(work, case), terms.prevailing(work, case)
    words = composition.compose(
        laid_out, item_ids, preamble=preamble, closing=closing, language=language, prevailing=prevailing
    )
    body = words | _bound(outcome)
    outcome.sealed_body = rooms.seal(work, case, Room.JOINT, body, outcome.place("body", Room.JOINT))
    if draft is not None:
        draft.state = OutcomeState.REPLACED
    work.session.add(outcome)
    work.session.flush()
    drafts.discard(work, case.id, DRAFT_OF_OUTCOME)
    audit.record(work, Act.OUTCOME_ASSEMBLE, case.id, outcome.id, sealed=outcome.sealed_body)
    others = [lead for lead in requests.leads_of(work, case) if lead != seat.account]
    cases.tell(work, others, LetterKind.WAITING, about=outcome.id.hex)
    return outcome.id


def show(work: UnitOfWork, case_id: UUID, outcome_id: UUID) -> OutcomeShown:
    """One record, its hash computed anew, and its signatures checked."""
    case, seat = admit(work, case_id, Act.OUTCOME_READ)
    outcome = _find(work, case, outcome_id)
    opened = _open(work, case, outcome)
    hashed = signoffs.hash_of(outcome, opened.body) if opened.trouble is None else b""
    signed = signoffs.read(work, case, outcome, hashed)
    is_current = opened.trouble is None and composition.is_current(work, case, opened.body)
    head = cases.head(work, case, seat)
    may = set(head.may & {Act.OUTCOME_ASSEMBLE, Act.OUTCOME_SIGN})
    if outcome.state is not OutcomeState.DRAFT or not is_current or seat.party in {one.party for one in signed}:
        may.discard(Act.OUTCOME_SIGN)
    audit.record(work, Act.OUTCOME_READ, case.id, outcome.id)
    return OutcomeShown(
        head,
        outcome.id,
        outcome.number,
        outcome.state,
        identity.people(work, [outcome.author_id])[outcome.author_id],
        outcome.made_at,
        outcome.signed_at,
        composition.read(opened.body) if opened.trouble is None else None,
        hashed.hex(),
        signed,
        is_current,
        _completion(work, case, outcome, opened.body),
        opened.trouble,
        frozenset(may),
    )


def sign(work: UnitOfWork, case_id: UUID, outcome_id: UUID, *, seen: str) -> OutcomeState:
    """Sign a record for the actor's party; the second signature completes the dialogue.

    seen     the hash that stood on the page, in hexadecimal digits
    raises   OutOfDate when the record was replaced, or is not any more what both parties agree on
    """
    case, seat = admit(work, case_id, Act.OUTCOME_SIGN)
    party = table.party_of(seat)
    outcome = _find(work, case, outcome_id)
    if outcome.state is OutcomeState.REPLACED:
        raise OutOfDate(outcome_id)
    body = _body(work, case, outcome)
    hashed = signoffs.hash_of(outcome, body)
    if hashed.hex() != seen or not composition.is_current(work, case, body):
        raise OutOfDate(outcome_id)
    present = signoffs.read(work, case, outcome, hashed)
    if outcome.state is OutcomeState.SIGNED or party in {one.party for one in present}:
        raise IllegalTransition(outcome.state, Act.OUTCOME_SIGN)
    if not all(one.holds for one in present):
        raise SealBroken(outcome_id)
    row = signoffs.add(work, case, outcome, party, hashed)
    audit.record(work, Act.OUTCOME_SIGN, case.id, outcome.id, sealed=row.sealed_statement)
    if {party, *(one.party for one in present)} == set(Party):
        outcome.state = OutcomeState.SIGNED
        outcome.signed_at = work.now
        cases.complete(work, case, completion_of(len(body["items"]), composition.on_the_table(work, case)))
    else:
        cases.tell(work, requests.leads_of(work, case, party.other), LetterKind.WAITING, about=row.id.hex)
    return outcome.state


def _find(work: UnitOfWork, case: Case, outcome_id: UUID) -> Outcome:
    outcome = find_outcome(work.session, case.id, outcome_id)
    if outcome is None:
        raise NotFound(outcome_id)
    return outcome


def _open(work: UnitOfWork, case: Case, outcome: Outcome) -> rooms.Opened:
    place = outcome.place("body", Room.JOINT)
    told = rooms.open_all(work, case, Room.JOINT, [(outcome.sealed_body, place)])[0]
    if told.trouble is None and not _bound(outcome).items() <= told.body.items():
        return rooms.Opened(trouble=Trouble.BROKEN)
    return told


def _bound(outcome: Outcome) -> dict[str, Any]:
    """What the columns in clear say, said again inside the seal."""
    return {"number": outcome.number, "by": str(outcome.author_id), "language": outcome.language}


def _body(work: UnitOfWork, case: Case, outcome: Outcome) -> dict[str, Any]:
    told = _open(work, case, outcome)
    if told.trouble is not None:
        raise rooms.refusal_of(told.trouble, outcome.id)
    return told.body


def _choices(work: UnitOfWork, case: Case, chosen: Collection[UUID] | None) -> tuple[Choice, ...]:
    """Every item on the table; at first all that are in consensus are chosen."""
    return tuple(
        Choice(
            each.item.id,
            each.item.number,
            each.item.state,
            each.words.title,
            each.consensus,
            each.consensus.is_agreement and (chosen is None or each.item.id in chosen),
        )
        for each in composition.lay_out(work, case)
    )


def _completion(work: UnitOfWork, case: Case, outcome: Outcome, body: Mapping[str, Any]) -> Completion | None:
    if outcome.state is OutcomeState.SIGNED:
        return case.completion
    return completion_of(len(body["items"]), composition.on_the_table(work, case)) if body else None


def _lines(work: UnitOfWork, rows: Sequence[Outcome]) -> tuple[OutcomeLine, ...]:
    signed = signatures_among(work.session, [row.id for row in rows])
    people = identity.people(work, {row.author_id for row in rows})
    return tuple(
        OutcomeLine(
            row.id,
            row.number,
            row.state,
            people[row.author_id],
            row.made_at,
            tuple(party for party in Party if party in {one.party for one in signed if one.outcome_id == row.id}),
        )
        for row in rows
    )
