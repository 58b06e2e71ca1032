"""One organisation of a side that has several: it leaves alone, its people lose their seats, the case goes on."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from dialogue.domain.acts import Act
from dialogue.domain.people import OrganisationKind, Role, Seat, check_organisation_may_leave
from dialogue.errors import NotFound, OutOfDate
from dialogue.services import admission, audit, cases, identity, participants, requests
from dialogue.services.admission import admit
from dialogue.services.cases import CaseHead
from dialogue.services.letters import LetterKind
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case, Organisation, organisations_of
from dialogue.store.participants import Participant, ParticipantState

_GONE = {ParticipantState.REMOVED, ParticipantState.DECLINED}


@dataclass(frozen=True, slots=True)
class Leaving:
    """What it would mean that one organisation leaves.

    people     who would lose the seat
    goes_too   the reader is one of them
    """

    head: CaseHead
    organisation_id: UUID
    name: str = field(repr=False)
    kind: OrganisationKind
    people: tuple[str, ...] = field(repr=False)
    goes_too: bool


def look_before_leaving(work: UnitOfWork, case_id: UUID, organisation_id: UUID) -> Leaving:
    """What is about to happen; refused where it cannot."""
    case, seat = admit(work, case_id, Act.ORGANISATION_LEAVE)
    row, people = _find(work, case, seat, organisation_id)
    return Leaving(
        cases.head(work, case, seat),
        row.id,
        identity.open_field(work.instance.secrets, row, "sealed_identity")["name"],
        row.kind,
        tuple(identity.open_field(work.instance.secrets, one, "sealed_identity")["name"] for one in people),
        any(one.account_id == seat.account for one in people),
    )


def leave(work: UnitOfWork, case_id: UUID, organisation_id: UUID) -> None:
    """Take one organisation off its side for good: a signed removal for each of its people, keys and sign-ins at once.

    raises   Unfit where it is the side's only organisation or its lead's, OutOfDate where it has left already
    """
    case, seat = admit(work, case_id, Act.ORGANISATION_LEAVE)
    row, people = _find(work, case, seat, organisation_id)
    row.left_at = work.now
    work.session.flush()
    requests.renew(work, case)
    # Whoever leaves with it signs last: afterwards nothing is signed for this side by that key.
    for one in sorted(people, key=lambda one: one.account_id == seat.account):
        participants.take_away(work, case, one, ParticipantState.REMOVED)
        audit.record(work, Act.PARTICIPANT_REMOVE, case.id, one.id)
    audit.record(work, Act.ORGANISATION_LEAVE, case.id, row.id)
    leads = [account for account in requests.leads_of(work, case) if account != seat.account]
    cases.tell(work, leads, LetterKind.WAITING, about=f"{row.id.hex}:left")
    cases.begin_if_ready(work, case)


def _find(work: UnitOfWork, case: Case, seat: Seat, organisation_id: UUID) -> tuple[Organisation, list[Participant]]:
    own = [row for row in organisations_of(work.session, case.id) if row.party is seat.party]
    row = next((one for one in own if one.id == organisation_id), None)
    if row is None:
        raise NotFound(organisation_id)
    if row.left_at is not None:
        raise OutOfDate(organisation_id)
    people = [
        one
        for one in admission.listed(work, case)
        if one.organisation_id == row.id and one.party is seat.party and one.state not in _GONE
    ]
    standing = sum(one.left_at is None for one in own)
    check_organisation_may_leave(standing, has_the_lead=any(one.role is Role.LEAD for one in people))
    return row, people
