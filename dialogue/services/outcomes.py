"""The outcome record: assembled from what both parties agreed, signed by both over one hash, then unchangeable."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.agenda import ItemKind, ItemState
from dialogue.domain.cases import Completion
from dialogue.domain.outcomes import DRAFT_OF_ADDENDUM, OutcomeKind, OutcomeState, check_addendum, completion_of
from dialogue.domain.people import Party, Room, Seat
from dialogue.domain.positions import Consensus, Stance
from dialogue.errors import IllegalTransition, NotFound, OutOfDate, SealBroken
from dialogue.services import (
    audit,
    cases,
    composition,
    drafts,
    identity,
    outcome_files,
    requests,
    rooms,
    signoffs,
    table,
    terms,
)
from dialogue.services.admission import admit
from dialogue.services.cases import CaseHead
from dialogue.services.composition import FRAME, Amended, LaidOut, Record
from dialogue.services.identity import Person
from dialogue.services.ledger import chain_name
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
from dialogue.store.record import heads_of


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """One outcome record or addendum in the list."""

    id: UUID
    number: int
    kind: OutcomeKind
    state: OutcomeState
    author: Person = field(repr=False)
    made_at: datetime
    signed_by: tuple[Party, ...]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Every record that was assembled, newest first; at most the first is not replaced. Addenda follow their record.

    frame   how far the words before and after the items have come
    """

    head: CaseHead
    lines: tuple[OutcomeLine, ...]
    frame: Mapping[ItemKind, Consensus] = field(default_factory=dict, repr=False)

    @property
    def records(self) -> tuple[OutcomeLine, ...]:
        return tuple(line for line in self.lines if line.kind is OutcomeKind.RECORD)

    @property
    def addenda(self) -> tuple[OutcomeLine, ...]:
        """The addenda that are signed or wait for it, in their order."""
        return tuple(
            line
            for line in reversed(self.lines)
            if line.kind is OutcomeKind.ADDENDUM and line.state is not OutcomeState.REPLACED
        )

    @property
    def replaced(self) -> tuple[OutcomeLine, ...]:
        return tuple(line for line in self.lines if line.state is OutcomeState.REPLACED)

    @property
    def current(self) -> OutcomeLine | None:
        """The record that waits for signatures or has them."""
        first = self.records[0] if self.records else None
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

    frame   how far the words before and after the items have come: they stand in it once both have agreed on them
    draft   the record that a new one would replace, its words to begin from
    """

    head: CaseHead
    choices: tuple[Choice, ...]
    frame: Mapping[ItemKind, Consensus] = field(repr=False)
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
class BoardItem:
    """One item of the agenda and how the parties stood to it at the end."""

    number: int
    state: ItemState
    title: str = field(repr=False)
    stances: Mapping[Party, Stance] = field(repr=False)
    consensus: Consensus = field(repr=False)


@dataclass(frozen=True, slots=True)
class TakenOut:
    """A signed record or addendum as it leaves: to be printed, or as a file that can be checked.

    board      where the parties stood on every item; nothing for an addendum
    entry      the last entry of the joint record before this one: number, moment, digest in hexadecimal
    file       what ``outcome_files.package`` gives
    """

    shown: OutcomeShown
    board: tuple[BoardItem, ...] = field(repr=False)
    entry: tuple[int, datetime, str]
    file: Mapping[str, Any] = field(repr=False)
    by: Person = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Addending:
    """What an addendum is added to.

    language   of the record
    draft      the addendum that a new one would replace, its words to begin from
    """

    head: CaseHead
    record_id: UUID
    record_number: int
    language: str
    draft: OutcomeLine | None
    words: Record | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Preview:
    """A record as it would be, before anybody else sees it."""

    record: Record
    completion: Completion


@dataclass(frozen=True, slots=True)
class OutcomeShown:
    """One record with its signatures.

    addenda       the signed addenda to a record, and those that wait for a signature
    hash          64 hexadecimal digits, over the record as it was opened just now
    is_current    what it holds is still what both parties agree on
    completion    how much of the agenda it covers; for a signed one, what the case was completed with
    """

    head: CaseHead
    id: UUID
    number: int
    kind: OutcomeKind
    addenda: tuple[OutcomeLine, ...]
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
    lines = _lines(work, outcomes_of(work.session, case.id))
    return Outcomes(cases.head(work, case, seat), lines, _frame(composition.lay_out(work, case)))


def assembling(work: UnitOfWork, case_id: UUID) -> Assembling:
    """What the actor can assemble a record from."""
    case, seat = admit(work, case_id, Act.OUTCOME_ASSEMBLE)
    rows = outcomes_of(work.session, case.id)
    draft = next((row for row in rows if row.kind is OutcomeKind.RECORD and row.state is OutcomeState.DRAFT), None)
    opened = _open(work, case, draft) if draft is not None else None
    words = composition.read(opened.body) if opened is not None and opened.trouble is None else None
    chosen = {item.item_id for item in words.items} if words is not None else None
    laid_out = composition.lay_out(work, case)
    audit.record(work, Act.OUTCOME_READ, case.id)
    return Assembling(
        cases.head(work, case, seat),
        _choices(laid_out, chosen),
        _frame(laid_out),
        _lines(work, [draft])[0] if draft is not None else None,
        words,
    )


def preview(work: UnitOfWork, case_id: UUID, *, item_ids: Collection[UUID], language: str) -> Preview:
    """The record as ``assemble`` would make it; nothing is written."""
    case, _ = admit(work, case_id, Act.OUTCOME_ASSEMBLE)
    laid_out, prevailing = composition.lay_out(work, case), terms.prevailing(work, case)
    body = composition.compose(laid_out, item_ids, language=language, prevailing=prevailing)
    audit.record(work, Act.OUTCOME_READ, case.id)
    on_the_table = len(composition.on_the_agenda(laid_out))
    return Preview(composition.read(body), completion_of(len(body["items"]), on_the_table))


def assemble(
    work: UnitOfWork,
    case_id: UUID,
    *,
    item_ids: Collection[UUID],
    language: str,
    replaces: UUID | None = None,
) -> UUID:
    """Assemble a record from items in consensus: all, some or none of them. It replaces the one before it.

    The words before and after the items stand in it as far as both parties have agreed on them.

    replaces   the record that the actor had before his eyes; None where there was none
    raises     NotAgreed when an item chosen is not in consensus, OutOfDate when somebody has assembled meanwhile
    """
    case, seat = admit(work, case_id, Act.OUTCOME_ASSEMBLE)
    rows = outcomes_of(work.session, case.id)
    draft = _draft_among(rows, OutcomeKind.RECORD, replaces)
    laid_out, prevailing = composition.lay_out(work, case), terms.prevailing(work, case)
    words = composition.compose(laid_out, item_ids, language=language, prevailing=prevailing)
    outcome = _put(work, case, seat, words, rows, draft)
    audit.record(work, Act.OUTCOME_ASSEMBLE, case.id, outcome.id, sealed=outcome.sealed_body)
    return outcome.id


def addending(work: UnitOfWork, case_id: UUID) -> Addending:
    """What an addendum would be added to, and the one that a new one would replace."""
    case, seat = admit(work, case_id, Act.ADDENDUM_ASSEMBLE)
    rows = outcomes_of(work.session, case.id)
    record = _signed_record(case, rows)
    draft = next((row for row in rows if row.kind is OutcomeKind.ADDENDUM and row.state is OutcomeState.DRAFT), None)
    opened = _open(work, case, draft) if draft is not None else None
    audit.record(work, Act.OUTCOME_READ, case.id, record.id)
    return Addending(
        cases.head(work, case, seat),
        record.id,
        record.number,
        record.language,
        _lines(work, [draft])[0] if draft is not None else None,
        composition.read(opened.body) if opened is not None and opened.trouble is None else None,
    )


def addend(work: UnitOfWork, case_id: UUID, *, words: str, language: str, replaces: UUID | None = None) -> UUID:
    """Draw up an addendum to the signed record, which stays as it is. It replaces the one that is not signed yet.

    replaces   the addendum that the actor had before his eyes; None where there was none
    raises     OutOfDate when somebody has drawn one up meanwhile, SealBroken when the record does not hold
    """
    case, seat = admit(work, case_id, Act.ADDENDUM_ASSEMBLE)
    check_addendum(words)
    rows = outcomes_of(work.session, case.id)
    draft = _draft_among(rows, OutcomeKind.ADDENDUM, replaces)
    record = _signed_record(case, rows)
    hashed = signoffs.hash_of(record, _body(work, case, record))
    _require_both(work, case, record, hashed)
    amends = Amended(record.id, record.number, hashed.hex())
    body = composition.compose_addendum(
        words, language=language, prevailing=terms.prevailing(work, case), amends=amends
    )
    outcome = _put(work, case, seat, body, rows, draft, amends)
    drafts.discard(work, case.id, DRAFT_OF_ADDENDUM)
    audit.record(work, Act.ADDENDUM_ASSEMBLE, case.id, outcome.id, sealed=outcome.sealed_body)
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
    may = set(head.may & _ACTS_ON[outcome.kind])
    if outcome.state is not OutcomeState.DRAFT or not is_current or seat.party in {one.party for one in signed}:
        may.discard(_SIGNED_BY[outcome.kind])
    if outcome.state is not OutcomeState.SIGNED or opened.trouble is not None:
        may.discard(Act.OUTCOME_EXPORT)
    others = [row for row in outcomes_of(work.session, case.id, OutcomeKind.ADDENDUM) if row.amends_id == outcome.id]
    audit.record(work, Act.OUTCOME_READ, case.id, outcome.id)
    return OutcomeShown(
        head,
        outcome.id,
        outcome.number,
        outcome.kind,
        _lines(work, [row for row in reversed(others) if row.state is not OutcomeState.REPLACED]),
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
    outcome = _find(work, case, outcome_id, OutcomeKind.RECORD)
    body, has_both = _sign(work, case, seat, outcome, Act.OUTCOME_SIGN, seen)
    if has_both:
        cases.complete(work, case, completion_of(len(body["items"]), composition.on_the_table(work, case)))
    return outcome.state


def sign_addendum(work: UnitOfWork, case_id: UUID, outcome_id: UUID, *, seen: str) -> OutcomeState:
    """Sign an addendum for the actor's party; with both signatures it never changes, and the dialogue stays completed.

    seen     the hash that stood on the page, in hexadecimal digits
    raises   OutOfDate when it was replaced
    """
    case, seat = admit(work, case_id, Act.ADDENDUM_SIGN)
    outcome = _find(work, case, outcome_id, OutcomeKind.ADDENDUM)
    _require_named(work, case, outcome)
    _sign(work, case, seat, outcome, Act.ADDENDUM_SIGN, seen)
    return outcome.state


def _sign(
    work: UnitOfWork, case: Case, seat: Seat, outcome: Outcome, act: Act, seen: str
) -> tuple[Mapping[str, Any], bool]:
    """Add one party's signature; gives the words signed, and whether both have signed them now."""
    party = table.party_of(seat)
    if outcome.state is OutcomeState.REPLACED:
        raise OutOfDate(outcome.id)
    body = _body(work, case, outcome)
    hashed = signoffs.hash_of(outcome, body)
    if hashed.hex() != seen or not composition.is_current(work, case, body):
        raise OutOfDate(outcome.id)
    present = signoffs.read(work, case, outcome, hashed)
    if outcome.state is OutcomeState.SIGNED or party in {one.party for one in present}:
        raise IllegalTransition(outcome.state, act)
    if not all(one.holds for one in present):
        raise SealBroken(outcome.id)
    row = signoffs.add(work, case, outcome, party, hashed)
    audit.record(work, act, case.id, outcome.id, sealed=row.sealed_statement)
    has_both = {party, *(one.party for one in present)} == set(Party)
    if has_both:
        outcome.state = OutcomeState.SIGNED
        outcome.signed_at = work.now
        work.session.flush()
    else:
        cases.tell(work, requests.leads_of(work, case, party.other), LetterKind.WAITING, about=row.id.hex)
    return body, has_both


def may_take_out(work: UnitOfWork, case_id: UUID, outcome_id: UUID) -> OutcomeShown:
    """The record to whoever may take it out, before that is done."""
    admit(work, case_id, Act.OUTCOME_EXPORT)
    shown = show(work, case_id, outcome_id)
    if shown.state is not OutcomeState.SIGNED:
        raise IllegalTransition(shown.state, Act.OUTCOME_EXPORT)
    return shown


def take_out(work: UnitOfWork, case_id: UUID, outcome_id: UUID) -> TakenOut:
    """A signed record with all that belongs to it on paper. That it was taken out stands in the record of both.

    raises   IllegalTransition when it is not signed by both, SealBroken when it or a signature does not hold
    """
    case, _ = admit(work, case_id, Act.OUTCOME_EXPORT)
    shown = show(work, case_id, outcome_id)
    outcome = _find(work, case, outcome_id)
    if shown.state is not OutcomeState.SIGNED:
        raise IllegalTransition(shown.state, Act.OUTCOME_EXPORT)
    body = _body(work, case, outcome)
    hashed = signoffs.hash_of(outcome, body)
    _require_both(work, case, outcome, hashed)
    entry = heads_of(work.session, [chain_name(case.id, Room.JOINT)])[0]
    board = composition.on_the_agenda(composition.lay_out(work, case)) if outcome.kind is OutcomeKind.RECORD else []
    account = work.person.account_id
    audit.record(work, Act.OUTCOME_EXPORT, case.id, outcome.id)
    return TakenOut(
        shown,
        tuple(_board_item(each) for each in board),
        (entry.seq, entry.at, entry.digest.hex()),
        outcome_files.package(work, outcome, body, hashed, shown.signatures),
        identity.people(work, [account])[account],
        work.now,
    )


def _board_item(each: LaidOut) -> BoardItem:
    stances = {party: position.stance for party, position in each.positions.items() if position.stance is not None}
    return BoardItem(each.item.number, each.item.state, each.words.title, stances, each.consensus)


# What can be done to a record or an addendum, and by which act it is signed.
_ACTS_ON = {
    OutcomeKind.RECORD: {Act.OUTCOME_ASSEMBLE, Act.OUTCOME_SIGN, Act.OUTCOME_EXPORT, Act.ADDENDUM_ASSEMBLE},
    OutcomeKind.ADDENDUM: {Act.ADDENDUM_ASSEMBLE, Act.ADDENDUM_SIGN, Act.OUTCOME_EXPORT},
}
_SIGNED_BY = {OutcomeKind.RECORD: Act.OUTCOME_SIGN, OutcomeKind.ADDENDUM: Act.ADDENDUM_SIGN}


def _find(work: UnitOfWork, case: Case, outcome_id: UUID, kind: OutcomeKind | None = None) -> Outcome:
    outcome = find_outcome(work.session, case.id, outcome_id)
    if outcome is None or kind not in {None, outcome.kind}:
        raise NotFound(outcome_id)
    return outcome


def _draft_among(rows: Sequence[Outcome], kind: OutcomeKind, seen: UUID | None) -> Outcome | None:
    """The one that waits for signatures; raises OutOfDate unless it is the one that the actor has seen."""
    draft = next((row for row in rows if row.kind is kind and row.state is OutcomeState.DRAFT), None)
    if (draft.id if draft else None) != seen:
        raise OutOfDate(kind)
    return draft


def _signed_record(case: Case, rows: Sequence[Outcome]) -> Outcome:
    """The record with which the dialogue was completed; an addendum needs one."""
    record = next((row for row in rows if row.kind is OutcomeKind.RECORD and row.state is OutcomeState.SIGNED), None)
    if record is None:
        raise IllegalTransition(case.status, Act.ADDENDUM_ASSEMBLE)
    return record


def _require_both(work: UnitOfWork, case: Case, record: Outcome, hashed: bytes) -> None:
    """Nothing is added to a record that both parties' signatures do not hold."""
    if {one.party for one in signoffs.read(work, case, record, hashed) if one.holds} != set(Party):
        raise SealBroken(record.id)


def _require_named(work: UnitOfWork, case: Case, addendum: Outcome) -> None:
    """The record that an addendum names is there, signed by both, and the very one whose hash it holds."""
    record = _find(work, case, addendum.amends_id or addendum.id, OutcomeKind.RECORD)
    hashed = signoffs.hash_of(record, _body(work, case, record))
    _require_both(work, case, record, hashed)
    if _body(work, case, addendum)["amends"]["hash"] != hashed.hex():
        raise SealBroken(addendum.id)


def _put(
    work: UnitOfWork,
    case: Case,
    seat: Seat,
    words: Mapping[str, Any],
    rows: Sequence[Outcome],
    replaces: Outcome | None,
    amends: Amended | None = None,
) -> Outcome:
    """Seal a record or an addendum and ask the leads for their signatures."""
    outcome = Outcome(
        id=uuid4(),
        case_id=case.id,
        number=rows[0].number + 1 if rows else 1,
        kind=OutcomeKind.RECORD if amends is None else OutcomeKind.ADDENDUM,
        amends_id=amends.outcome_id if amends is not None else None,
        state=OutcomeState.DRAFT,
        language=words["language"],
        author_id=seat.account,
        made_at=work.now,
    )
    body = {**words, **_bound(outcome)}
    outcome.sealed_body = rooms.seal(work, case, Room.JOINT, body, outcome.place("body", Room.JOINT))
    if replaces is not None:
        replaces.state = OutcomeState.REPLACED
    work.session.add(outcome)
    work.session.flush()
    others = [lead for lead in requests.leads_of(work, case) if lead != seat.account]
    cases.tell(work, others, LetterKind.WAITING, about=outcome.id.hex)
    return outcome


def _open(work: UnitOfWork, case: Case, outcome: Outcome) -> rooms.Opened:
    place = outcome.place("body", Room.JOINT)
    told = rooms.open_all(work, case, Room.JOINT, [(outcome.sealed_body, place)])[0]
    if told.trouble is None and not (_bound(outcome).items() <= told.body.items() and _names(outcome, told.body)):
        return rooms.Opened(trouble=Trouble.BROKEN)
    return told


def _names(outcome: Outcome, body: Mapping[str, Any]) -> bool:
    """Whether the record that an addendum names inside its seal is the one that its row names."""
    named = body.get("amends")
    return (named["outcome"] if named else None) == (str(outcome.amends_id) if outcome.amends_id else None)


def _bound(outcome: Outcome) -> dict[str, Any]:
    """What the columns in clear say, said again inside the seal."""
    return {
        "number": outcome.number,
        "kind": outcome.kind.value,
        "by": str(outcome.author_id),
        "language": outcome.language,
    }


def _body(work: UnitOfWork, case: Case, outcome: Outcome) -> dict[str, Any]:
    told = _open(work, case, outcome)
    if told.trouble is not None:
        raise rooms.refusal_of(told.trouble, outcome.id)
    return told.body


def _frame(laid_out: Sequence[LaidOut]) -> dict[ItemKind, Consensus]:
    """How far the words before and after the items have come."""
    found = {each.item.kind: each.consensus for each in laid_out}
    return {kind: found.get(kind, Consensus.NO_WORDING) for kind in FRAME}


def _choices(laid_out: Sequence[LaidOut], chosen: Collection[UUID] | None) -> tuple[Choice, ...]:
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
        for each in composition.on_the_agenda(laid_out)
    )


def _completion(work: UnitOfWork, case: Case, outcome: Outcome, body: Mapping[str, Any]) -> Completion | None:
    if outcome.kind is OutcomeKind.ADDENDUM:
        return None
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
            row.kind,
            row.state,
            people[row.author_id],
            row.made_at,
            tuple(party for party in Party if party in {one.party for one in signed if one.outcome_id == row.id}),
        )
        for row in rows
    )
