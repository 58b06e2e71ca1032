"""Support that both parties want: proposed before both leads, then, and only then, before the ILO's desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from dialogue.crypto import signing
from dialogue.crypto.context import Value, digest
from dialogue.domain.acts import Act
from dialogue.domain.catalogue import (
    DRAFT_OF_ASKING,
    HELP,
    OPEN_HELP,
    HelpState,
    OfferKind,
    check_asking,
    check_help_answer,
    draft_of_help_answer,
)
from dialogue.domain.people import Party, Role, Room, Seat, StaffRole, rooms_of
from dialogue.errors import NotFound, OutOfDate, SealBroken, Unfit
from dialogue.services import audit, cases, drafts, identity, pledges, requests, rooms, signatures, statements, table
from dialogue.services.admission import acts_open, admit
from dialogue.services.cases import CaseHead
from dialogue.services.identity import Person
from dialogue.services.letters import LetterKind
from dialogue.services.rooms import Opened, Trouble
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.catalogue import HelpRequest, find_help, find_offer, help_of

MOST = 50
_HELP = "dialogue/help/1"
_ANSWER = "dialogue/help-answer/1"
_WORDS = "dialogue/help-words/1"


@dataclass(frozen=True, slots=True)
class HelpShown:
    """One request for support, its signatures checked; with a trouble there are no words.

    reach         whom the desk can reach about it
    answer        the desk's words
    """

    id: UUID
    state: HelpState
    kind: OfferKind | None
    title: str = field(repr=False)
    reach: str = field(repr=False)
    party: Party
    proposed_by: Person | None = field(repr=False)
    proposed_at: datetime
    agreed_at: datetime | None
    settled_at: datetime | None
    answered_by: Person | None = field(repr=False)
    answer: str = field(repr=False)
    trouble: Trouble | None
    answer_trouble: Trouble | None
    may: frozenset[Act]


@dataclass(frozen=True, slots=True)
class Help:
    """Everything that was asked for in a case, newest first."""

    head: CaseHead
    requests: tuple[HelpShown, ...]
    may: frozenset[Act]


def index(work: UnitOfWork, case_id: UUID) -> Help:
    """What was asked for: the parties see what is proposed as well, the desk what both ask of it."""
    case, seat = admit(work, case_id, Act.HELP_READ, room=Room.LOGISTICS)
    rows = [
        row for row in help_of(work.session, case.id) if not _hears_the_desk_alone(seat) or row.agreed_at is not None
    ]
    audit.record(work, Act.HELP_READ, case.id, room=Room.LOGISTICS)
    may = acts_open(work, case, seat, Room.LOGISTICS)
    return Help(cases.head(work, case, seat), tuple(_shown(work, case, seat, rows, may)), may)


def look_before_asking(work: UnitOfWork, case_id: UUID) -> CaseHead:
    """Let only those in who may ask for support."""
    case, seat = admit(work, case_id, Act.HELP_ASK)
    return cases.head(work, case, seat)


def look_before_answering(work: UnitOfWork, case_id: UUID, help_id: UUID) -> tuple[CaseHead, HelpShown]:
    """What both ask for, for a coordinator who is about to answer."""
    case, seat = admit(work, case_id, Act.HELP_ANSWER)
    row = _find(work, case, help_id)
    if row.state is not HelpState.ASKED:
        raise OutOfDate(help_id)
    may = acts_open(work, case, seat, Room.LOGISTICS)
    return cases.head(work, case, seat), _shown(work, case, seat, [row], may)[0]


def ask(work: UnitOfWork, case_id: UUID, *, offer_id: UUID, reach: str) -> UUID:
    """Propose to tell the desk which offer both want and whom to reach; the ILO hears of it when both want it."""
    case, seat = admit(work, case_id, Act.HELP_ASK)
    party = table.party_of(seat)
    check_asking(reach)
    offer = find_offer(work.session, offer_id)
    if offer is None or offer.is_retired:
        raise OutOfDate(offer_id)
    present = [row for row in help_of(work.session, case.id) if row.state in OPEN_HELP]
    if len(present) >= MOST:
        raise Unfit("help_many")
    row = HelpRequest(
        id=uuid4(),
        case_id=case.id,
        state=HelpState.PROPOSED,
        party=party,
        proposed_by=seat.account,
        proposed_at=work.now,
    )
    said = {"offer": str(offer.offer_id), "kind": offer.kind.value, "title": offer.title, "reach": reach}
    body = said | signatures.sign(work, _HELP, case.id, party, *_values(row, said))
    row.sealed_body = rooms.seal(work, case, Room.JOINT, body, row.place("body", Room.JOINT))
    work.session.add(row)
    work.session.flush()
    drafts.discard(work, case.id, DRAFT_OF_ASKING)
    audit.record(work, Act.HELP_ASK, case.id, row.id, sealed=row.sealed_body)
    _tell(work, requests.leads_of(work, case, party.other), row, "proposed")
    return row.id


def agree(work: UnitOfWork, case_id: UUID, help_id: UUID) -> None:
    """Ask the desk together: what the other lead has signed is signed anew and laid into the room that the desk hears.

    raises   OutOfDate when it was taken back or asked meanwhile
    """
    case, seat = admit(work, case_id, Act.HELP_AGREE)
    party = table.party_of(seat)
    row = _find(work, case, help_id)
    if row.state is not HelpState.PROPOSED or row.party is party:
        raise OutOfDate(help_id)
    body = rooms.open_one(work, case, Room.JOINT, row.sealed_body, row.place("body", Room.JOINT))
    _check(work, row, body, row.party, row.proposed_by, body)
    said = {name: body[name] for name in ("offer", "kind", "title", "reach")}
    voices = {
        row.party.value: {name: body[name] for name in ("fingerprint", "signature")},
        party.value: signatures.sign(work, _HELP, case.id, party, *_values(row, said)),
    }
    row.sealed_request = rooms.seal(
        work, case, Room.LOGISTICS, said | {"voices": voices}, row.place("request", Room.LOGISTICS)
    )
    row.state = HELP.after(row.state, Act.HELP_AGREE)
    row.agreed_by, row.agreed_at = seat.account, work.now
    work.session.flush()
    audit.record(work, Act.HELP_AGREE, case.id, row.id, room=Room.LOGISTICS, sealed=row.sealed_request)
    told = [*requests.leads_of(work, case, party.other), *statements.desk(work).of(StaffRole.COORDINATOR)]
    _tell(work, told, row, "asked")


def withdraw(work: UnitOfWork, case_id: UUID, help_id: UUID) -> None:
    """Take it back before it is answered; either lead can."""
    case, seat = admit(work, case_id, Act.HELP_WITHDRAW)
    party = table.party_of(seat)
    row = _find(work, case, help_id)
    if row.state not in OPEN_HELP:
        raise OutOfDate(help_id)
    was_asked = row.state is HelpState.ASKED
    row.state, row.settled_at = HELP.after(row.state, Act.HELP_WITHDRAW), work.now
    work.session.flush()
    audit.record(work, Act.HELP_WITHDRAW, case.id, row.id, room=Room.LOGISTICS if was_asked else Room.JOINT)
    desk = list(statements.desk(work).of(StaffRole.COORDINATOR)) if was_asked else []
    _tell(work, [*requests.leads_of(work, case, party.other), *desk], row, "withdrawn")


def answer(work: UnitOfWork, case_id: UUID, help_id: UUID, *, state: HelpState, words: str) -> None:
    """Say, as coordinator, that it is arranged or not available; both parties read the words at the same moment."""
    case, seat = admit(work, case_id, Act.HELP_ANSWER)
    row = _find(work, case, help_id)
    check_help_answer(state, words)
    if row.state is not HelpState.ASKED:
        raise OutOfDate(help_id)
    bundle = work.person.bundle
    signature = signing.sign(bundle, _ANSWER, *_answer_values(row, seat.account, state, words))
    body = {
        "words": words,
        "state": state.value,
        "fingerprint": bundle.public.fingerprint.hex(),
        "signature": signature.hex(),
    }
    row.sealed_answer = rooms.seal(work, case, Room.LOGISTICS, body, row.place("answer", Room.LOGISTICS))
    row.state, row.answered_by, row.settled_at = state, seat.account, work.now
    work.session.flush()
    drafts.discard(work, case.id, draft_of_help_answer(help_id))
    audit.record(work, Act.HELP_ANSWER, case.id, row.id, room=Room.LOGISTICS, sealed=row.sealed_answer)
    _tell(work, requests.leads_of(work, case), row, "answered")


def _hears_the_desk_alone(seat: Seat) -> bool:
    """Whether this seat hears only what both ask of the desk, and nothing that one lead proposes to the other."""
    return Room.JOINT not in rooms_of(seat)


def _shown(
    work: UnitOfWork, case: Case, seat: Seat, rows: Sequence[HelpRequest], may: frozenset[Act]
) -> list[HelpShown]:
    asked = [row for row in rows if row.sealed_request is not None]
    proposed = [row for row in rows if row.sealed_request is None]
    opened = rooms.open_all(
        work,
        case,
        Room.LOGISTICS,
        [(row.sealed_request or b"", row.place("request", Room.LOGISTICS)) for row in asked],
    )
    told = dict(zip((row.id for row in asked), opened, strict=True))
    opened = rooms.open_all(
        work, case, Room.JOINT, [(row.sealed_body, row.place("body", Room.JOINT)) for row in proposed]
    )
    told |= dict(zip((row.id for row in proposed), opened, strict=True))
    answered = [row for row in rows if row.sealed_answer is not None]
    opened = rooms.open_all(
        work,
        case,
        Room.LOGISTICS,
        [(row.sealed_answer or b"", row.place("answer", Room.LOGISTICS)) for row in answered],
    )
    answers = dict(zip((row.id for row in answered), opened, strict=True))
    accounts = {row.proposed_by for row in rows} | {row.answered_by for row in rows if row.answered_by is not None}
    people = identity.people(work, accounts)
    return [_one(work, seat, row, told[row.id], answers.get(row.id), people, may) for row in rows if row.id in told]


def _one(
    work: UnitOfWork,
    seat: Seat,
    row: HelpRequest,
    told: Opened,
    answer: Opened | None,
    people: Mapping[UUID, Person],
    may: frozenset[Act],
) -> HelpShown:
    told = pledges.genuine(told, lambda body: _check_request(work, row, body))
    said = pledges.genuine(answer, lambda body: _check_answer(work, row, body)) if answer is not None else Opened()
    return HelpShown(
        row.id,
        row.state,
        OfferKind(told.body["kind"]) if told.trouble is None else None,
        told.body.get("title", ""),
        told.body.get("reach", ""),
        row.party,
        people.get(row.proposed_by),
        row.proposed_at,
        row.agreed_at,
        row.settled_at,
        people.get(row.answered_by) if row.answered_by is not None else None,
        said.body.get("words", ""),
        told.trouble,
        said.trouble,
        _acts_about(row, seat) & may,
    )


def _acts_about(row: HelpRequest, seat: Seat) -> frozenset[Act]:
    if row.state not in OPEN_HELP:
        return frozenset()
    if seat.role is Role.COORDINATOR:
        return frozenset({Act.HELP_ANSWER}) if row.state is HelpState.ASKED else frozenset()
    if not seat.speaks:
        return frozenset()
    agreeing = {Act.HELP_AGREE} if row.state is HelpState.PROPOSED and seat.party is not row.party else set()
    return frozenset({Act.HELP_WITHDRAW} | agreeing)


def _check_request(work: UnitOfWork, row: HelpRequest, body: Mapping[str, Any]) -> None:
    """Raise SealBroken unless its proposer has signed it, and the other lead as well where it went to the desk."""
    if row.sealed_request is None:
        _check(work, row, body, row.party, row.proposed_by, body)
        return
    if row.agreed_by is None:
        raise SealBroken(row.id)
    _check(work, row, body, row.party, row.proposed_by, body["voices"][row.party.value])
    _check(work, row, body, row.party.other, row.agreed_by, body["voices"][row.party.other.value])


def _check(
    work: UnitOfWork,
    row: HelpRequest,
    said: Mapping[str, Any],
    party: Party,
    signer: UUID,
    signed: Mapping[str, Any],
) -> None:
    signatures.check(work, _HELP, row.case_id, party, signer, signed, *_values(row, said))


def _check_answer(work: UnitOfWork, row: HelpRequest, body: Mapping[str, Any]) -> None:
    """Raise SealBroken unless a coordinator signed this very answer."""
    fingerprint, state = bytes.fromhex(body["fingerprint"]), HelpState(body["state"])
    key = statements.public_keys(work, {fingerprint}).get(fingerprint)
    if key is None or row.answered_by is None or state is not row.state:
        raise SealBroken(row.id)
    signature = bytes.fromhex(body["signature"])
    signing.verify(key.sign, signature, _ANSWER, *_answer_values(row, row.answered_by, state, body["words"]))


def _values(row: HelpRequest, said: Mapping[str, Any]) -> tuple[Value, ...]:
    return row.id, digest(_WORDS, said["offer"], said["kind"], said["title"], said["reach"])


def _answer_values(row: HelpRequest, by: UUID, state: HelpState, words: str) -> tuple[Value, ...]:
    return row.case_id, row.id, by, state.value, digest(_WORDS, words)


def _find(work: UnitOfWork, case: Case, help_id: UUID) -> HelpRequest:
    row = find_help(work.session, case.id, help_id)
    if row is None:
        raise NotFound(help_id)
    return row


def _tell(work: UnitOfWork, accounts: Sequence[UUID], row: HelpRequest, what: str) -> None:
    cases.tell(work, accounts, LetterKind.WAITING, about=f"{row.id.hex}:{what}")
