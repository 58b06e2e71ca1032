"""Facilitators: on the office's signed list, proposed, their interests declared, accepted by both leads apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.cases import ACTIVE, CaseStatus
from dialogue.domain.facilitators import DRAFT_OF_DECLARATION, check_interests
from dialogue.domain.people import PARTY_ROOMS, Party, Role, Room, Seat, StaffRole
from dialogue.domain.seats import StatementKind
from dialogue.errors import Forbidden, NotFound, OutOfDate, Unfit
from dialogue.services import audit, cases, drafts, due, identity, participants, requests, rooms, statements
from dialogue.services.admission import admit
from dialogue.services.cases import CaseHead
from dialogue.services.identity import Person
from dialogue.services.letters import LetterKind
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.participants import (
    Declaration,
    Participant,
    ParticipantState,
    declarations_of,
    find_participant,
    find_seat,
)

_GONE = {ParticipantState.REMOVED, ParticipantState.DECLINED}


@dataclass(frozen=True, slots=True)
class Proposed:
    """A facilitator proposed for, or seated in, this case.

    declaration_id   of the newest declaration, which an answer names
    accepted_by      shown to the reader only for its own party until both have answered
    """

    participant_id: UUID
    account_id: UUID
    name: str = field(repr=False)
    state: ParticipantState
    proposed_at: datetime
    declaration_id: UUID | None
    interests: str | None = field(repr=False)
    accepted_by: frozenset[Party]
    is_me: bool


@dataclass(frozen=True, slots=True)
class Facilitation:
    """The page of the facilitator: who is proposed, and who could be.

    declined   names of those whom one of the parties did not accept
    could_be   for those who may propose, while nobody is proposed
    """

    head: CaseHead
    proposed: tuple[Proposed, ...]
    declined: tuple[str, ...] = field(repr=False)
    could_be: tuple[Person, ...] = field(repr=False)


def index(work: UnitOfWork, case_id: UUID) -> Facilitation:
    """Who is proposed, what they declared, and how this reader's party has answered."""
    return look_before(work, case_id, Act.PARTICIPANT_READ)


def look_before(work: UnitOfWork, case_id: UUID, act: Act) -> Facilitation:
    """The same for whoever is about to do ``act``; refused as the act itself would be."""
    case, seat = admit(work, case_id, act)
    ever = [row for row in rooms.rows_of(work, case_id).values() if row.role is Role.FACILITATOR and seat.stated]
    rows = [row for row in ever if row.state not in _GONE]
    declared = _interests(work, case, rows) if rooms.listens_to(seat, Room.REQUEST) else {}
    people = statements.standings(work, case_id).people
    head = cases.head(work, case, seat)
    may_propose = Act.FACILITATOR_PROPOSE in head.may and not rows
    listed = statements.desk(work).of(StaffRole.FACILITATOR) if may_propose else {}
    names = identity.people(work, {*listed, *(row.account_id for row in ever if row.account_id)})
    proposed = []
    for row in rows:
        if row.account_id is None:
            continue
        declaration_id, interests = declared.get(row.id, (None, None))
        accepted = people[row.account_id].accepted_by if row.account_id in people else frozenset()
        shown = accepted if row.state is ParticipantState.CONFIRMED else accepted & {seat.party}
        proposed.append(
            Proposed(
                row.id,
                row.account_id,
                names[row.account_id].name,
                row.state,
                row.listed_at,
                declaration_id,
                interests,
                frozenset(party for party in shown if party is not None),
                row.account_id == seat.account,
            )
        )
    declined = [row.account_id for row in ever if row.state is ParticipantState.DECLINED]
    could_be = sorted((names[account] for account in listed if account in names), key=lambda person: person.name)
    return Facilitation(
        head,
        tuple(proposed),
        tuple(names[account].name for account in declined if account in names),
        tuple(could_be),
    )


def propose(work: UnitOfWork, case_id: UUID, account_id: UUID) -> UUID:
    """Propose somebody from the office's list; the signed proposal lets that person read the request only."""
    case, _ = admit(work, case_id, Act.FACILITATOR_PROPOSE)
    fingerprint = statements.desk(work).of(StaffRole.FACILITATOR).get(account_id)
    if fingerprint is None:
        raise Unfit("facilitator_not_listed")
    if any(_is_open(row) for row in rooms.rows_of(work, case_id).values()):
        raise Unfit("facilitator_present")
    row = find_seat(work.session, case_id, account_id)
    if row is None:
        row = _list(work, case, account_id)
    elif row.role is not Role.FACILITATOR:
        raise Unfit("facilitator_sits")
    row.state = ParticipantState.STATED
    row.listed_by, row.listed_at, row.removed_at = work.person.account_id, work.now, None
    row.is_late = case.status in ACTIVE - {CaseStatus.PREPARING}
    work.session.flush()
    rooms.forget(work, case_id)
    statements.state(
        work,
        case_id,
        StatementKind.SEAT,
        account=account_id,
        fingerprint=fingerprint,
        party=None,
        role=Role.FACILITATOR,
    )
    audit.record(work, Act.FACILITATOR_PROPOSE, case_id, row.id)
    due.welcome(work, case, account_id)
    cases.tell(work, [account_id], LetterKind.WAITING, about=f"{row.id.hex}:{work.now.isoformat()}")
    return row.id


def declare(work: UnitOfWork, case_id: UUID, *, interests: str) -> None:
    """Declare one's interests in this case, or none; only then can the leads answer."""
    case, seat = admit(work, case_id, Act.FACILITATOR_DECLARE)
    row = find_seat(work.session, case_id, seat.account)
    if row is None or row.state is not ParticipantState.STATED:
        raise OutOfDate(case_id)
    check_interests(interests)
    declaration = Declaration(
        id=uuid4(), case_id=case_id, participant_id=row.id, account_id=seat.account, made_at=work.now
    )
    body = {"interests": interests}
    declaration.sealed_body = rooms.seal(work, case, Room.REQUEST, body, declaration.place("body", Room.REQUEST))
    work.session.add(declaration)
    audit.record(work, Act.FACILITATOR_DECLARE, case_id, row.id, sealed=declaration.sealed_body)
    drafts.discard(work, case_id, DRAFT_OF_DECLARATION)
    cases.tell(work, requests.leads_of(work, case), LetterKind.WAITING, about=declaration.id.hex)


def accept(work: UnitOfWork, case_id: UUID, participant_id: UUID, *, seen: UUID | None = None) -> None:
    """Accept for one's party, without a reason and without knowing the other's answer.

    seen     the declaration that the page showed
    raises   OutOfDate when there is a newer one, or the party has answered
    """
    case, seat = admit(work, case_id, Act.FACILITATOR_ACCEPT)
    row = _find_open(work, case_id, participant_id)
    declared = _declarations(work, case, [row])
    if not declared:
        raise Unfit("interests_not_declared")
    if seen is not None and seen != declared[-1].id:
        raise OutOfDate(participant_id)
    standing = statements.standings(work, case_id).people.get(row.account_id) if row.account_id else None
    if standing is None or row.account_id is None:
        raise NotFound(participant_id)
    if seat.party in standing.accepted_by:
        raise OutOfDate(participant_id)
    participants.sign_acceptance(work, case, row, row.account_id, standing.fingerprint)
    audit.record(work, Act.FACILITATOR_ACCEPT, case_id, row.id, room=_own_room(seat))
    if row.state is ParticipantState.CONFIRMED:
        audit.record(work, Act.FACILITATOR_ACCEPT, case_id, row.id)
        cases.tell(work, [row.account_id], LetterKind.SEAT_CONFIRMED, about=f"{row.id.hex}:facilitator")
    cases.begin_if_ready(work, case)


def decline(work: UnitOfWork, case_id: UUID, participant_id: UUID) -> None:
    """Decline for one's party, without a reason; another facilitator can then be proposed.

    Which party it was stands in that party's own record alone.
    """
    case, seat = admit(work, case_id, Act.FACILITATOR_DECLINE)
    row = _find_open(work, case_id, participant_id)
    participants.take_away(work, case, row, ParticipantState.DECLINED)
    audit.record(work, Act.FACILITATOR_DECLINE, case_id, row.id, room=_own_room(seat))
    told = [*requests.leads_of(work, case), *([row.account_id] if row.account_id else ())]
    cases.tell(work, told, LetterKind.WAITING, about=f"{row.id.hex}:{work.now.isoformat()}")


def _own_room(seat: Seat) -> Room:
    if seat.party is None:
        raise Forbidden(seat.role)
    return PARTY_ROOMS[seat.party]


def _is_open(row: Participant) -> bool:
    return row.role is Role.FACILITATOR and row.state not in _GONE


def _find_open(work: UnitOfWork, case_id: UUID, participant_id: UUID) -> Participant:
    row = find_participant(work.session, case_id, participant_id)
    if row is None or row.role is not Role.FACILITATOR:
        raise NotFound(participant_id)
    if row.state is not ParticipantState.STATED:
        raise OutOfDate(participant_id)
    return row


def _list(work: UnitOfWork, case: Case, account_id: UUID) -> Participant:
    row = Participant(
        id=uuid4(),
        case_id=case.id,
        account_id=account_id,
        party=None,
        role=Role.FACILITATOR,
        state=ParticipantState.STATED,
        organisation_id=None,
        listed_by=work.person.account_id,
        listed_at=work.now,
        is_late=False,
    )
    name = identity.people(work, [account_id])[account_id].name
    fields = {"name": name, "function": "", "email": ""}
    row.sealed_identity = identity.seal_field(work.instance.secrets, row, "sealed_identity", fields)
    work.session.add(row)
    return row


def _declarations(work: UnitOfWork, case: Case, proposed: list[Participant]) -> list[Declaration]:
    """What those people have declared since they were proposed last, oldest first."""
    since = {row.id: row.listed_at for row in proposed}
    return [
        declaration
        for declaration in declarations_of(work.session, case.id)
        if declaration.participant_id in since and declaration.made_at >= since[declaration.participant_id]
    ]


def _interests(work: UnitOfWork, case: Case, proposed: list[Participant]) -> dict[UUID, tuple[UUID, str]]:
    """By participant: the newest declaration and its words."""
    rows = _declarations(work, case, proposed)
    opened = rooms.open_all(
        work, case, Room.REQUEST, [(row.sealed_body, row.place("body", Room.REQUEST)) for row in rows]
    )
    return {
        row.participant_id: (row.id, found.body["interests"])
        for row, found in zip(rows, opened, strict=True)
        if found.trouble is None
    }
