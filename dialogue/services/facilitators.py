"""Facilitators: from the office's list, interests declared, accepted by both leads apart, replaced the same way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from dialogue.crypto.sealing import epoch_of
from dialogue.domain.acts import Act
from dialogue.domain.cases import ACTIVE, CaseStatus
from dialogue.domain.facilitators import DRAFT_OF_DECLARATION, DRAFT_OF_HAND_OVER, check_interests
from dialogue.domain.people import PARTY_ROOMS, Party, Role, Room, Seat, StaffRole, hears
from dialogue.domain.seats import StatementKind
from dialogue.errors import Forbidden, NotFound, OutOfDate, SealBroken, Unfit
from dialogue.services import (
    audit,
    cases,
    drafts,
    due,
    history,
    identity,
    notes,
    participants,
    requests,
    rooms,
    roster,
    statements,
)
from dialogue.services.admission import admit
from dialogue.services.cases import CaseHead
from dialogue.services.letters import LetterKind
from dialogue.services.rooms import Opened, Trouble
from dialogue.services.roster import Candidate
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.notes import newest_seals
from dialogue.store.participants import (
    Declaration,
    Participant,
    ParticipantState,
    declarations_of,
    find_participant,
    find_seat,
)
from dialogue.store.rooms import epochs_held

_GONE = {ParticipantState.REMOVED, ParticipantState.DECLINED}


@dataclass(frozen=True, slots=True)
class Proposed:
    """A facilitator proposed for, or seated in, this case.

    declaration_id   of the newest declaration, which an answer names; None where it does not open
    trouble          why the newest declaration is not shown
    accepted_by      shown to the reader only for its own party until both have answered
    is_succeeded     both leads have accepted somebody else since: this one hands over and leaves
    may              what the reader may do about this seat now: hand over, leave, end it
    """

    participant_id: UUID
    account_id: UUID
    name: str = field(repr=False)
    state: ParticipantState
    proposed_at: datetime
    declaration_id: UUID | None
    interests: str | None = field(repr=False)
    trouble: Trouble | None
    accepted_by: frozenset[Party]
    is_me: bool
    is_succeeded: bool
    may: frozenset[Act]


@dataclass(frozen=True, slots=True)
class Facilitation:
    """The page of the facilitator: who is proposed, and who could be.

    declined   names of those whom one of the parties did not accept
    left       names of those who sat here once
    could_be   for those who may propose, while nobody is proposed; where somebody sits, it is to be the successor
    """

    head: CaseHead
    proposed: tuple[Proposed, ...]
    declined: tuple[str, ...] = field(repr=False)
    left: tuple[str, ...] = field(repr=False)
    could_be: tuple[Candidate, ...] = field(repr=False)

    @property
    def seated(self) -> tuple[Proposed, ...]:
        """Those whom both leads have accepted."""
        return tuple(one for one in self.proposed if one.state is ParticipantState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Departure:
    """What is told before a facilitator's seat ends.

    successors   who has been accepted by both leads since
    notes        how many notes there are in the facilitators' room
    given_up     how many of them nobody who stays can open
    """

    head: CaseHead
    participant_id: UUID
    name: str = field(repr=False)
    is_me: bool
    successors: tuple[str, ...] = field(repr=False)
    notes: int
    given_up: int


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
    may_propose = Act.FACILITATOR_PROPOSE in head.may and _room_for_one_more(rows)
    could_be = roster.candidates(work, StaffRole.FACILITATOR) if may_propose else ()
    names = identity.people(work, {row.account_id for row in ever if row.account_id})
    seated = [row for row in rows if row.state is ParticipantState.CONFIRMED]
    proposed = []
    for row in rows:
        if row.account_id is None:
            continue
        declaration, told = declared.get(row.id, (None, Opened()))
        accepted = people[row.account_id].accepted_by if row.account_id in people else frozenset()
        shown = accepted if row.state is ParticipantState.CONFIRMED else accepted & {seat.party}
        proposed.append(
            Proposed(
                row.id,
                row.account_id,
                names[row.account_id].name,
                row.state,
                row.listed_at,
                declaration.id if declaration is not None and told.trouble is None else None,
                told.body.get("interests"),
                told.trouble,
                frozenset(party for party in shown if party is not None),
                row.account_id == seat.account,
                _is_succeeded(row, seated),
                _acts_about(row, seat, seated) & head.may,
            )
        )
    sits_already = {row.account_id for row in rows}
    return Facilitation(
        head,
        tuple(proposed),
        _names_of(ever, ParticipantState.DECLINED, names),
        _names_of(ever, ParticipantState.REMOVED, names),
        tuple(one for one in could_be if one.person.account_id not in sits_already),
    )


def propose(work: UnitOfWork, case_id: UUID, account_id: UUID) -> UUID:
    """Propose somebody from the office's list; the signed proposal lets that person read the request only.

    Where somebody sits already, it is a successor: the same path, and the one who sits leaves once it has been walked.
    """
    case, _ = admit(work, case_id, Act.FACILITATOR_PROPOSE)
    fingerprint = roster.check_key(work, account_id, StaffRole.FACILITATOR)
    if not _room_for_one_more([row for row in rooms.rows_of(work, case_id).values() if _is_open(row)]):
        raise Unfit("facilitator_present")
    row = find_seat(work.session, case_id, account_id)
    if row is None:
        row = _list(work, case, account_id)
    elif row.role is not Role.FACILITATOR or row.state is ParticipantState.CONFIRMED:
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
        former = [one.account_id for one in _seated(work, case_id) if one.id != row.id and one.account_id]
        cases.tell(work, former, LetterKind.WAITING, about=f"{row.id.hex}:{work.now.isoformat()}")
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


def look_before_leaving(work: UnitOfWork, case_id: UUID, participant_id: UUID, act: Act) -> Departure:
    """What ends with a facilitator's seat, and what nobody could open any more; refused as the act would be.

    act   FACILITATOR_LEAVE for one's own seat, FACILITATOR_RELEASE for a lead who ends that of one who is replaced
    """
    case, seat = admit(work, case_id, act)
    row = _find_leaving(work, case, seat, participant_id, act)
    return _departure(work, case, seat, row)


def hand_over(work: UnitOfWork, case_id: UUID, *, title: str, words: str) -> bool:
    """Leave a note for whoever follows in the facilitators' room, and open what was noted there to a successor.

    returns   whether a successor who can hear that room was there
    """
    case, seat = admit(work, case_id, Act.FACILITATOR_HAND_OVER)
    if words.strip():
        notes.write(work, case_id, Room.FACILITATION, title=title, body=words)
    successors = _successors(work, case, seat.account)
    people = statements.standings(work, case_id).people
    for account in successors:
        if not people[account].may_have_history(Room.FACILITATION):
            history.grant(work, case_id, account, Room.FACILITATION)
    drafts.discard(work, case_id, DRAFT_OF_HAND_OVER)
    audit.record(work, Act.FACILITATOR_HAND_OVER, case_id, case_id, room=Room.FACILITATION)
    return bool(successors)


def leave(work: UnitOfWork, case_id: UUID, *, gives_up: bool = False) -> None:
    """End one's own seat as facilitator, or one's candidature.

    gives_up   the page has said which notes nobody will be able to open, and it was confirmed
    raises     Unfit("notes_given_up") where there are such notes and it was not
    """
    case, seat = admit(work, case_id, Act.FACILITATOR_LEAVE)
    row = find_seat(work.session, case_id, seat.account)
    if row is None or not _is_open(row):
        raise NotFound(case_id)
    _end(work, case, seat, row, Act.FACILITATOR_LEAVE, gives_up=gives_up)


def release(work: UnitOfWork, case_id: UUID, participant_id: UUID, *, gives_up: bool = False) -> None:
    """End the seat of a facilitator whom another, accepted by both leads, succeeds: who is ill cannot leave himself.

    gives_up   as for ``leave``
    """
    case, seat = admit(work, case_id, Act.FACILITATOR_RELEASE)
    row = _find_leaving(work, case, seat, participant_id, Act.FACILITATOR_RELEASE)
    _end(work, case, seat, row, Act.FACILITATOR_RELEASE, gives_up=gives_up)


def _end(work: UnitOfWork, case: Case, seat: Seat, row: Participant, act: Act, *, gives_up: bool) -> None:
    if _departure(work, case, seat, row).given_up and not gives_up:
        raise Unfit("notes_given_up")
    sat = row.state is ParticipantState.CONFIRMED
    participants.take_away(work, case, row, ParticipantState.REMOVED if sat else ParticipantState.DECLINED)
    audit.record(work, act, case.id, row.id)
    told = {*requests.leads_of(work, case), *([row.account_id] if row.account_id else [])} - {seat.account}
    if not _seated(work, case.id):
        told |= set(statements.desk(work).of(StaffRole.COORDINATOR))
    cases.tell(work, sorted(told), LetterKind.WAITING, about=f"{row.id.hex}:{work.now.isoformat()}")
    cases.begin_if_ready(work, case)


def _find_leaving(work: UnitOfWork, case: Case, seat: Seat, participant_id: UUID, act: Act) -> Participant:
    row = find_participant(work.session, case.id, participant_id)
    if row is None or row.role is not Role.FACILITATOR or row.state in _GONE:
        raise NotFound(participant_id)
    if act is Act.FACILITATOR_LEAVE and row.account_id != seat.account:
        raise Forbidden(act)
    if act is Act.FACILITATOR_RELEASE and not _is_succeeded(row, _seated(work, case.id)):
        raise Unfit("successor_first")
    return row


def _departure(work: UnitOfWork, case: Case, seat: Seat, row: Participant) -> Departure:
    account = row.account_id or row.id
    successors = [one.account_id for one in _seated(work, case.id) if one.id != row.id and one.account_id]
    staying = epochs_held(work.session, case.id, Room.FACILITATION, successors)
    sealed = newest_seals(work.session, case.id, Room.FACILITATION) if row.state is ParticipantState.CONFIRMED else ()
    people = identity.people(work, {account, *successors})
    return Departure(
        cases.head(work, case, seat),
        row.id,
        people[account].name if account in people else "",
        row.account_id == seat.account,
        tuple(people[one].name for one in successors if one in people),
        len(sealed),
        sum(_epoch(words) not in staying for words in sealed),
    )


def _epoch(sealed: bytes) -> int | None:
    try:
        return epoch_of(sealed)
    except SealBroken:
        return None


def _seated(work: UnitOfWork, case_id: UUID) -> list[Participant]:
    rows = rooms.rows_of(work, case_id).values()
    return [row for row in rows if row.role is Role.FACILITATOR and row.state is ParticipantState.CONFIRMED]


def _successors(work: UnitOfWork, case: Case, account_id: UUID) -> list[UUID]:
    """The facilitators beside this one who hear the facilitators' room already."""
    return [
        other.account
        for other, _ in rooms.seats_now(work, case)
        if other.role is Role.FACILITATOR and other.account != account_id and hears(Room.FACILITATION, other)
    ]


def _is_succeeded(row: Participant, seated: list[Participant]) -> bool:
    return any(one.id != row.id and one.listed_at > row.listed_at for one in seated) and row in seated


def _room_for_one_more(rows: list[Participant]) -> bool:
    """One is proposed at a time, and while one hands over to another nobody else is."""
    return len(rows) < 2 and all(row.state is ParticipantState.CONFIRMED for row in rows)


def _acts_about(row: Participant, seat: Seat, seated: list[Participant]) -> frozenset[Act]:
    if row.account_id == seat.account:
        sits = row.state is ParticipantState.CONFIRMED
        return frozenset({Act.FACILITATOR_LEAVE, *([Act.FACILITATOR_HAND_OVER] if sits else [])})
    return frozenset({Act.FACILITATOR_RELEASE}) if _is_succeeded(row, seated) else frozenset()


def _names_of(rows: list[Participant], state: ParticipantState, people: dict[UUID, identity.Person]) -> tuple[str, ...]:
    return tuple(people[row.account_id].name for row in rows if row.state is state and row.account_id in people)


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


def _interests(work: UnitOfWork, case: Case, proposed: list[Participant]) -> dict[UUID, tuple[Declaration, Opened]]:
    """By participant: the newest declaration and what it says, or why it does not."""
    rows = _declarations(work, case, proposed)
    opened = rooms.open_all(
        work, case, Room.REQUEST, [(row.sealed_body, row.place("body", Room.REQUEST)) for row in rows]
    )
    return {row.participant_id: (row, found) for row, found in zip(rows, opened, strict=True)}
