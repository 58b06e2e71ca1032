"""Who speaks for a party: deputies who stand in, the succession of a lead, and a party whose keys one person holds."""

from __future__ import annotations

from uuid import UUID

from dialogue.crypto.passwords import RecoveryCode
from dialogue.domain.acts import Act
from dialogue.domain.cases import CaseStatus
from dialogue.domain.people import Role, Seat
from dialogue.domain.seats import StatementKind
from dialogue.errors import Forbidden, NotFound, OutOfDate, SealBroken, Unfit
from dialogue.services import audit, cases, due, identity, participants, requests, statements
from dialogue.services.admission import admit
from dialogue.services.letters import LetterKind
from dialogue.services.unit import UnitOfWork
from dialogue.store.accounts import find_account
from dialogue.store.cases import Case
from dialogue.store.participants import Participant, ParticipantState, find_participant, find_seat

_DRAFTING = {CaseStatus.DRAFT, CaseStatus.INVITED}
_MAY_SUCCEED = {Role.DEPUTY, Role.DELEGATE}


def let_deputy(work: UnitOfWork, case_id: UUID, participant_id: UUID, *, stands_in: bool) -> None:
    """Say whether one's deputy acts from now on, or only while the lead is away."""
    case, seat = admit(work, case_id, Act.DEPUTY_LET)
    row = find_participant(work.session, case_id, participant_id)
    if row is None or row.party is not seat.party or row.state in participants.GONE:
        raise NotFound(participant_id)
    if row.role is not Role.DEPUTY:
        raise Unfit("not_a_deputy")
    row.stands_in = stands_in
    work.session.flush()
    audit.record(work, Act.DEPUTY_LET, case_id, row.id)
    _tell(work, case, row, seat)


def stand_in(work: UnitOfWork, case_id: UUID) -> None:
    """Say, as deputy, that the lead is away and act for it; both leads are told, and the own lead can end it."""
    case, seat = admit(work, case_id, Act.DEPUTY_STAND_IN)
    row = find_seat(work.session, case_id, seat.account)
    if row is None or row.stands_in:
        raise OutOfDate(case_id)
    row.stands_in = True
    work.session.flush()
    audit.record(work, Act.DEPUTY_STAND_IN, case_id, row.id)
    _tell(work, case, row, seat)


def succeed(work: UnitOfWork, case_id: UUID, participant_id: UUID, *, fingerprint: str) -> None:
    """Sign that another person of one's own side is its lead now; who was it stays as delegate.

    A lead names a deputy or delegate whose seat stands; a deputy who stands in can name nobody but himself.

    fingerprint   hex, of the key that the page showed; OutOfDate when it is another by now
    """
    case, seat = admit(work, case_id, Act.LEAD_SUCCEED)
    row = find_participant(work.session, case_id, participant_id)
    if row is None or row.party is not seat.party or row.account_id is None or row.state in participants.GONE:
        raise NotFound(participant_id)
    standing = statements.standings(work, case_id).people.get(row.account_id)
    if standing is None or row.state is not ParticipantState.CONFIRMED or row.role not in _MAY_SUCCEED or row.until:
        raise Unfit("not_a_successor")
    if case.status in _DRAFTING and row.role is not Role.DEPUTY:
        # A delegate does not hear the drafting room: what only the former lead could open there would be lost.
        raise Unfit("deputy_first")
    if seat.role is Role.DEPUTY and row.account_id != seat.account:
        raise Forbidden(Act.LEAD_SUCCEED)
    if standing.fingerprint.hex() != fingerprint:
        raise OutOfDate(participant_id)
    former = requests.leads_of(work, case, seat.party)
    statements.state(
        work,
        case_id,
        StatementKind.SEAT,
        account=standing.account,
        fingerprint=standing.fingerprint,
        party=row.party,
        role=Role.LEAD,
    )
    participants.settle(work, case)
    audit.record(work, Act.LEAD_SUCCEED, case_id, row.id)
    due.welcome(work, case, standing.account)
    if standing.account == seat.account:
        requests.renew(work, case)
    elif case.status in _DRAFTING:
        requests.clear_endorsements(work, case)
    told = {*requests.leads_of(work, case), *former} - {seat.account}
    cases.tell(work, sorted(told), LetterKind.WAITING, about=f"{row.id.hex}:lead:{work.now.isoformat()}")


def look_before_confirming_keys(work: UnitOfWork, case_id: UUID) -> cases.CaseHead:
    """The head of the case, for whoever is about to type the recovery code."""
    case, seat = admit(work, case_id, Act.KEYS_CONFIRM)
    return cases.head(work, case, seat)


def confirm_keys(work: UnitOfWork, case_id: UUID, *, code: str) -> None:
    """Show that one's recovery code is at hand, so that a party with one holder of its keys goes on.

    raises   Unfit("recovery_code") where it is no code at all, Unfit("recovery_code_wrong") where it opens nothing
    """
    _, seat = admit(work, case_id, Act.KEYS_CONFIRM)
    row, account = find_seat(work.session, case_id, seat.account), find_account(work.session, seat.account)
    if row is None or account is None:
        raise NotFound(case_id)
    try:
        identity.open_with_recovery(account, RecoveryCode.parse(code))
    except SealBroken:
        raise Unfit("recovery_code_wrong") from None
    row.keys_confirmed_at = work.now
    work.session.flush()
    audit.record(work, Act.KEYS_CONFIRM, case_id, row.id)


def _tell(work: UnitOfWork, case: Case, row: Participant, seat: Seat) -> None:
    told = {*requests.leads_of(work, case), *([row.account_id] if row.account_id else [])} - {seat.account}
    cases.tell(work, sorted(told), LetterKind.WAITING, about=f"{row.id.hex}:deputy:{work.now.isoformat()}")
