"""Cases: opening one, naming the other lead, moving through its life, and leaving."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

from dialogue.crypto.identity import neutral_label
from dialogue.domain.acts import Act
from dialogue.domain.cases import ACTIVE, CASE, OVER, STEP_OF, CaseStatus, Completion, Step, Support
from dialogue.domain.people import (
    KINDS_OF,
    NOTE_ROOMS,
    SPEAKS_FOR_ITS_PARTY,
    OrganisationKind,
    Party,
    Role,
    Room,
    Seat,
    rooms_of,
)
from dialogue.domain.policy import HOUSE_RULES
from dialogue.domain.retention import NOTES_DAYS
from dialogue.domain.seats import StatementKind
from dialogue.domain.terms import DAYS_WITHOUT_TERMS
from dialogue.domain.tidings import TOLD_AT_ONCE, TidingKind
from dialogue.errors import SealBroken, Unfit
from dialogue.services import admission, audit, identity, letters, rooms, statements, tidings
from dialogue.services.admission import acts_open, admit, enter
from dialogue.services.unit import UnitOfWork
from dialogue.store.accounts import accounts_among
from dialogue.store.cases import (
    Case,
    Organisation,
    PrivateLabel,
    cases_seated,
    find_private_label,
    organisations_of,
    private_labels_of,
)
from dialogue.store.meetings import call_off
from dialogue.store.participants import Participant, ParticipantState
from dialogue.store.schema import delete_content
from dialogue.store.traces import remove_traces

PAGE = 25
_DAYS_IN_A_MONTH = 30.44


@dataclass(frozen=True, slots=True)
class CaseHead:
    """What stands at the head of every page of a case.

    label        neutral words, safe to be seen over a shoulder
    own_label    what this person calls the case, for this person's eyes only
    hears        every room that this seat hears now
    rooms        those of them that have notes, in the order of the menu
    may          every act that is open to this seat now
    not_bound    for whom everybody waits because they have not accepted the new terms of a dialogue under way
    is_alone     one person alone holds the keys of the reader's side
    at_risk      that is so since somebody left, and the recovery code was not typed since: its side does not go on
    kept_until   when it is destroyed, where it is over
    is_held      both leads keep it from being destroyed
    """

    case_id: UUID
    label: str
    own_label: str | None = field(repr=False)
    status: CaseStatus
    step: Step
    party: Party | None
    role: Role
    confirmed: bool
    bound: bool
    support: frozenset[Support]
    hears: frozenset[Room]
    rooms: tuple[Room, ...]
    may: frozenset[Act]
    reference: str | None
    is_over: bool
    not_bound: tuple[str, ...] = field(default=(), repr=False)
    is_alone: bool = False
    at_risk: bool = False
    kept_until: datetime | None = None
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in a list."""

    case_id: UUID
    label: str
    own_label: str | None = field(repr=False)
    status: CaseStatus
    since: datetime
    party: Party | None
    role: Role


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list and the key of the next one, where there is more.

    may_open   whether the reader can begin a case: the parties do, the ILO's staff never
    """

    lines: tuple[CaseLine, ...]
    after: tuple[datetime, UUID] | None
    may_open: bool


def open_case(
    work: UnitOfWork,
    *,
    party: Party,
    organisation: str,
    kind: OrganisationKind,
    function: str,
    follows: UUID | None = None,
) -> UUID:
    """Begin a draft that only its initiator can see; the actor becomes that party's lead.

    follows   a former dialogue of the same parties that the new one names; the actor spoke for this party in it
    """
    person = enter(work, Act.CASE_OPEN)
    if kind not in KINDS_OF[party]:
        raise Unfit("organisation_kind")
    if follows is not None and admit(work, follows, Act.CASE_FOLLOW)[1].party is not party:
        raise Unfit("follows_side")
    case_id, origin = statements.fresh_case(work)
    case = Case(
        id=case_id,
        label=neutral_label(secrets.token_bytes(16)),
        follows_id=follows,
        status=CaseStatus.DRAFT,
        status_since=work.now,
        initiator=party,
        support_asked="",
        opened_at=work.now,
    )
    work.session.add(case)
    work.session.flush()
    own = add_organisation(work, case.id, party, organisation, kind)
    row = Participant(
        id=uuid4(),
        case_id=case.id,
        account_id=person.account_id,
        party=party,
        role=Role.LEAD,
        state=ParticipantState.CONFIRMED,
        organisation_id=own,
        listed_by=person.account_id,
        listed_at=work.now,
        is_late=False,
    )
    name = identity.people(work, [person.account_id])[person.account_id].name
    row.sealed_identity = identity.seal_field(
        work.instance.secrets, row, "sealed_identity", {"name": name, "function": function, "email": ""}
    )
    work.session.add(row)
    work.session.flush()
    statements.state(
        work,
        case.id,
        StatementKind.SEAT,
        account=person.account_id,
        fingerprint=person.bundle.public.fingerprint,
        party=party,
        role=Role.LEAD,
        origin=origin,
    )
    audit.record(work, Act.CASE_OPEN, case.id, case.id)
    return case.id


def add_organisation(work: UnitOfWork, case_id: UUID, party: Party, name: str, kind: OrganisationKind) -> UUID:
    """Name one organisation of a side; its name is sealed under the identity key."""
    row = Organisation(id=uuid4(), case_id=case_id, party=party, kind=kind, added_at=work.now)
    row.sealed_identity = identity.seal_field(work.instance.secrets, row, "sealed_identity", {"name": name})
    work.session.add(row)
    work.session.flush()
    return row.id


def organisations(work: UnitOfWork, case_id: UUID) -> list[tuple[UUID, Party, OrganisationKind, str]]:
    """Both sides' organisations with their names, in the order in which they were named; not those that have left."""
    return [
        (row.id, row.party, row.kind, identity.shown_field(work, row)["name"])
        for row in organisations_of(work.session, case_id)
        if row.left_at is None
    ]


def index(work: UnitOfWork, *, after: tuple[datetime, UUID] | None = None) -> Page:
    """The actor's cases, newest state first, one page."""
    person = enter(work, Act.CASES_LIST)
    found = cases_seated(work.session, person.account_id, before=after, limit=PAGE + 1)
    shown = found[:PAGE]
    own = own_labels(work, [case.id for case, _ in shown])
    lines = tuple(
        CaseLine(case.id, case.label, own.get(case.id), case.status, case.status_since, row.party, row.role)
        for case, row in shown
    )
    key = (lines[-1].since, lines[-1].case_id) if len(found) > PAGE else None
    return Page(lines, key, HOUSE_RULES[Act.CASE_OPEN](person.staff))


def look_before_opening(work: UnitOfWork, follows: UUID | None = None) -> str:
    """Refuse whoever may not begin a case, before anything is written; gives the label of the one that it follows."""
    enter(work, Act.CASE_OPEN)
    return admit(work, follows, Act.CASE_FOLLOW)[0].label if follows is not None else ""


def head(work: UnitOfWork, case: Case, seat: Seat) -> CaseHead:
    """The head of a case's page for this seat."""
    label = find_private_label(work.session, seat.account, case.id)
    own = None
    if label is not None:
        own = _own_label(work, label)
    heard = rooms_of(seat)
    facilitated = Support.FACILITATION in case.support
    return CaseHead(
        case.id,
        case.label,
        own,
        case.status,
        STEP_OF[case.status],
        seat.party,
        seat.role,
        seat.confirmed,
        seat.bound,
        case.support,
        heard,
        tuple(room for room in NOTE_ROOMS if room in heard and (facilitated or not _is_facilitated(room))),
        acts_open(work, case, seat),
        case.reference,
        case.status in OVER,
        _not_bound(work, case, heard),
        seat.party is not None and seat.confirmed and len(admission.holders_of(work, case, seat.party)) == 1,
        seat.party is not None and admission.is_at_risk(work, case, seat.party),
        case.retention_until,
        case.held_since is not None,
    )


def own_labels(work: UnitOfWork, case_ids: list[UUID]) -> dict[UUID, str]:
    """What the actor calls those cases, in one query."""
    found = private_labels_of(work.session, work.person.account_id, case_ids)
    return {row.case_id: _own_label(work, row) for row in found}


def label(work: UnitOfWork, case_id: UUID, *, words: str) -> None:
    """Give the case a private label that only the actor sees; empty words take it away."""
    case, seat = admit(work, case_id, Act.CASE_LABEL)
    row = find_private_label(work.session, seat.account, case_id)
    if not words:
        if row is not None:
            work.session.delete(row)
        return
    if row is None:
        row = PrivateLabel(id=uuid4(), account_id=seat.account, case_id=case.id, sealed_label=b"")
        work.session.add(row)
    row.sealed_label = rooms.seal_personal(work, {"label": words}, row.place("label", Room.JOINT))


def participant_of(work: UnitOfWork, case_id: UUID, account_id: UUID) -> UUID:
    """The id under which somebody is listed in a case that the actor sits in."""
    admit(work, case_id, Act.PARTICIPANT_READ)
    return rooms.rows_of(work, case_id)[account_id].id


def decline(work: UnitOfWork, case_id: UUID) -> None:
    """Say no to an invitation: what was drafted is destroyed, and the initiator learns "declined" and nothing else.

    Record, invitations and letters go with it; what stays is the word "declined" for the initiator's own people.
    """
    case, seat = admit(work, case_id, Act.CASE_DECLINE)
    if seat.party is case.initiator:
        raise Unfit("initiator_withdraws")
    asked = [
        account
        for account, row in rooms.rows_of(work, case_id).items()
        if row.party is case.initiator and row.role in SPEAKS_FOR_ITS_PARTY and row.removed_at is None
    ]
    move(work, case, Act.CASE_DECLINE)
    _forget(work, case, keep_seats_of=case.initiator)
    # The answer itself names no case: nothing ties the letter to what was declined.
    tell(work, asked, TidingKind.DECLINED, about=uuid4().hex)


def withdraw(work: UnitOfWork, case_id: UUID) -> None:
    """Take a draft or an invitation back; what was drafted is destroyed with every trace, and the ILO never knew."""
    case, seat = admit(work, case_id, Act.CASE_WITHDRAW)
    if seat.party is not case.initiator:
        raise Unfit("invited_declines")
    move(work, case, Act.CASE_WITHDRAW)
    _forget(work, case, keep_seats_of=None)


def leave(work: UnitOfWork, case_id: UUID) -> None:
    """End the dialogue for one's party, at once and without a reason."""
    case, seat = admit(work, case_id, Act.CASE_LEAVE)
    _tell(work, case, letters.LetterKind.WAITING, but=seat.account)
    move(work, case, Act.CASE_LEAVE)
    if case.status is CaseStatus.WITHDRAWN:
        _destroy(work, case)


def go_back(work: UnitOfWork, case_id: UUID) -> None:
    """Return from concluding to the dialogue; either lead can."""
    case, _ = admit(work, case_id, Act.CASE_GO_BACK)
    move(work, case, Act.CASE_GO_BACK)


def move(work: UnitOfWork, case: Case, act: Act, *, sealed: bytes | None = None) -> None:
    """Bring the case to its next state and record it; raises IllegalTransition where the table has no such move.

    sealed   what was said with it
    """
    case.status = CASE.after(case.status, act)
    case.status_since = work.now
    if case.status is CaseStatus.REQUESTED:
        case.requested_at = work.now
    if case.status in {CaseStatus.COMPLETED, CaseStatus.ENDED}:
        case.ended_at = work.now
    if case.status in {CaseStatus.CLOSED, CaseStatus.ENDED, CaseStatus.NOT_TAKEN_UP}:
        case.retention_until = work.now + _retention(case)
        case.notes_until = min(case.retention_until, work.now + timedelta(days=NOTES_DAYS))
    audit.record(work, act, case.id, case.id, sealed=sealed)
    if case.status in OVER:
        for meeting in call_off(work.session, case.id, work.now):
            audit.record(work, Act.MEETING_CANCEL, case.id, meeting.id, room=meeting.room)


def complete(work: UnitOfWork, case: Case, completion: Completion) -> None:
    """Mark the dialogue as completed, with how much was agreed."""
    case.completion = completion
    move(work, case, Act.CASE_COMPLETE)
    _tell(work, case, letters.LetterKind.WAITING)


def close(work: UnitOfWork, case: Case) -> None:
    """Close a completed case because the last of what both had taken on is closed, and tell everybody who sits."""
    move(work, case, Act.CASE_CLOSE)
    _tell(work, case, letters.LetterKind.WAITING)


def begin_if_ready(work: UnitOfWork, case: Case) -> bool:
    """Start the dialogue by itself once terms, delegations and, where asked, the facilitator stand."""
    if case.status is not CaseStatus.PREPARING:
        return False
    rooms.forget(work, case.id)
    rows = [
        row
        for row in admission.listed(work, case)
        if row.state not in {ParticipantState.REMOVED, ParticipantState.DECLINED}
    ]
    facilitator = any(row.role is Role.FACILITATOR for row in rows)
    if Support.FACILITATION in case.support and not facilitator:
        return False
    if any(row.state is not ParticipantState.CONFIRMED for row in rows):
        return False
    if not admission.everyone_is_bound(work, case):
        return False
    move(work, case, Act.CASE_BEGIN)
    _tell(work, case, letters.LetterKind.WAITING)
    return True


def tell(
    work: UnitOfWork,
    accounts: Sequence[UUID],
    kind: letters.LetterKind | TidingKind,
    *,
    about: str,
    reference: str | None = None,
    case_id: UUID | None = None,
    room: Room | None = None,
) -> None:
    """Tell each of those people once of something that happened: here, and by mail as each one wishes.

    about      what makes it the same thing: an id first, never words
    reference  the number of the acknowledgement, for that letter alone
    case_id    the case, and ``room`` where in it; by themselves those of the act that was let in at the door
    """
    occasion = TidingKind(kind.value)
    told = tidings.put(work, accounts, occasion, about=about, case_id=case_id, room=room)
    if occasion not in TOLD_AT_ONCE:
        return
    for account in accounts_among(work.session, told):
        key = f"{kind.value}:{about}:{account.id.hex}"
        letters.to_account(work, letters.LetterKind(kind.value), account, key=key, reference=reference)


def _tell(work: UnitOfWork, case: Case, kind: letters.LetterKind, *, but: UUID | None = None) -> None:
    people = [
        account
        for account, row in rooms.rows_of(work, case.id).items()
        if row.state is ParticipantState.CONFIRMED and account != but
    ]
    tell(work, people, kind, about=f"{case.id.hex}:{case.version}")


def _forget(work: UnitOfWork, case: Case, *, keep_seats_of: Party | None) -> None:
    """Destroy a case of which nobody outside it may ever learn, with all that tells that there was one."""
    _drop_what_waits(work, case)
    remove_traces(work.session, case, keep_seats_of=keep_seats_of)


def forget_what_waits(work: UnitOfWork, case: Case) -> None:
    """Drop what this unit would still write into a record that is destroyed in it."""
    _drop_what_waits(work, case)


def _destroy(work: UnitOfWork, case: Case) -> None:
    """Destroy keys and content of a request that the ILO has seen and that was taken back."""
    _drop_what_waits(work, case)
    case.follows_id = None
    work.session.flush()
    delete_content(work.session, case.id, keep_seats_of=case.initiator)


def _drop_what_waits(work: UnitOfWork, case: Case) -> None:
    work.entries[:] = [entry for entry in work.entries if entry.case_id != case.id]
    work.pinned.pop(case.id, None)
    work.then.append(partial(work.instance.files.remove_case, case.id))
    case.follows_id = None
    work.session.flush()


def _not_bound(work: UnitOfWork, case: Case, heard: frozenset[Room]) -> tuple[str, ...]:
    """Names of those whose acceptance of new terms is missing while a dialogue is under way."""
    if case.status not in ACTIVE - {CaseStatus.PREPARING} or Room.TERMS not in heard:
        return ()
    rows = rooms.rows_of(work, case.id)
    return tuple(
        identity.shown_field(work, rows[account])["name"] for account in admission.missing_undertakings(work, case)
    )


def _own_label(work: UnitOfWork, row: PrivateLabel) -> str:
    """What the actor calls a case; words that were altered hide neither the case nor the others."""
    try:
        words: str = rooms.open_personal(work, row.sealed_label, row.place("label", Room.JOINT))["label"]
    except SealBroken:
        audit.event(work, "alarm:seal", row.id)
        return identity.UNREADABLE
    return words


def _is_facilitated(room: Room) -> bool:
    return room in {Room.COMPANY_CAUCUS, Room.UNION_CAUCUS, Room.FACILITATION}


def _retention(case: Case) -> timedelta:
    if case.retention_months is None:
        return timedelta(days=DAYS_WITHOUT_TERMS)
    return timedelta(days=round(case.retention_months * _DAYS_IN_A_MONTH))
