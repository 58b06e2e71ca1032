"""Delegations: each lead lists its own people, states their keys, and accepts the other side's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from dialogue.crypto.identity import comparison_words
from dialogue.domain.acts import Act
from dialogue.domain.addresses import normalised
from dialogue.domain.cases import ACTIVE, CaseStatus
from dialogue.domain.people import KINDS_OF, PARTY_ROLES, OrganisationKind, Party, Role, Room, Seat
from dialogue.domain.seats import Standing, StatementKind
from dialogue.errors import Forbidden, NotFound, OutOfDate, Unfit
from dialogue.services import admission, audit, cases, due, identity, letters, links, requests, rooms, statements
from dialogue.services.admission import acts_open, admit
from dialogue.services.cases import CaseHead
from dialogue.services.letters import LetterKind
from dialogue.services.unit import UnitOfWork
from dialogue.store.accounts import LinkPurpose, end_sign_ins, expire_links, find_account
from dialogue.store.cases import Case
from dialogue.store.participants import (
    Participant,
    ParticipantState,
    find_participant,
    find_seat,
    inquiries_counted,
)
from dialogue.store.rooms import delete_wraps

GONE = frozenset({ParticipantState.REMOVED, ParticipantState.DECLINED})
_HAS_BEEN_STATED = frozenset({ParticipantState.STATED, ParticipantState.CONFIRMED})


@dataclass(frozen=True, slots=True)
class Listed:
    """One listed person, as both sides see it.

    waits_for   whose turn it is: the person's own ("person"), a party's lead, or None when the seat stands
    own         whether the reader's side lists this person
    may         what the reader may do about this person's seat now: state it, accept it, invite again, remove
    compares    whether the reader and this person still have words to compare
    stands_in   of a deputy: acts for the lead now
    is_over     the seat had a last day, and it has passed
    may_extend  the reader can give this adviser a later last day
    asked       how many questions were asked about this person, and how many of them wait for an answer
    fingerprint of the key that was stated, in hexadecimal, for those who may sign about it; else empty
    """

    participant_id: UUID
    account_id: UUID | None
    party: Party | None
    role: Role
    state: ParticipantState
    name: str = field(repr=False)
    function: str = field(repr=False)
    organisation: str = field(repr=False)
    email: str = field(repr=False)
    until: datetime | None
    waits_for: Party | str | None
    own: bool
    is_me: bool
    bound: bool
    may: frozenset[Act]
    compares: bool
    stands_in: bool
    is_over: bool
    may_extend: bool
    asked: tuple[int, int]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Delegations:
    """Everybody at the table, by side, and the organisations they come from.

    holders   how many people of each side hold the keys of the shared rooms
    may       what the reader may do about the delegations now, whoever it is about
    """

    head: CaseHead
    people: tuple[Listed, ...]
    organisations: tuple[tuple[UUID, Party, OrganisationKind, str], ...] = field(repr=False)
    holders: dict[Party, int]
    may: frozenset[Act]

    def of(self, party: Party | None) -> tuple[Listed, ...]:
        return tuple(person for person in self.people if person.party is party)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The words that two people read to each other to know that the keys are theirs.

    act    what the reader does when the words agree: state the seat, or accept it; None where it is not his to do now
    me     how the other person's words name the reader's own seat: what it still waits for
    """

    head: CaseHead
    person: Listed
    words: tuple[str, ...] = field(repr=False)
    fingerprint: str
    act: Act | None
    me: Listed | None


def index(work: UnitOfWork, case_id: UUID) -> Delegations:
    """Both delegations and the ILO's people, with what each seat still waits for."""
    return look_before(work, case_id, Act.PARTICIPANT_READ)


def look_before(work: UnitOfWork, case_id: UUID, act: Act) -> Delegations:
    """The same for whoever is about to do ``act``; refused as the act itself would be."""
    case, seat = admit(work, case_id, act)
    people = _listed(work, case, seat)
    is_stated = any(p.is_me and p.state is not ParticipantState.ENROLLED for p in people)
    return Delegations(
        cases.head(work, case, seat),
        tuple(people),
        tuple(one for one in cases.organisations(work, case_id) if seat.stated or one[1] in {p.party for p in people}),
        _holders(work, case),
        acts_open(work, case, seat) & {Act.CASE_INVITE, Act.PARTICIPANT_LIST} if is_stated else frozenset(),
    )


def invite_lead(
    work: UnitOfWork, case_id: UUID, *, name: str, function: str, email: str, organisation: str, kind: OrganisationKind
) -> UUID:
    """Name the other party's lead, whom a mail then asks to join; the ILO sees nothing of it."""
    case, seat = admit(work, case_id, Act.CASE_INVITE)
    party = _own(seat).other
    if kind not in KINDS_OF[party]:
        raise Unfit("organisation_kind")
    own = cases.add_organisation(work, case_id, party, organisation, kind)
    row = _list(work, case, party, Role.LEAD, name=name, function=function, email=email, organisation_id=own)
    cases.move(work, case, Act.CASE_INVITE)
    requests.renew(work, case)
    return row.id


def add(
    work: UnitOfWork,
    case_id: UUID,
    *,
    role: Role,
    name: str,
    function: str,
    email: str,
    organisation_id: UUID | None = None,
    until: datetime | None = None,
    stands_in: bool = True,
) -> UUID:
    """List one person of one's own delegation, who gets a mail with a link to join.

    stands_in   of a deputy: whether the lead says from the first day on that the deputy may act
    """
    case, seat = admit(work, case_id, Act.PARTICIPANT_LIST)
    if role not in PARTY_ROLES - {Role.LEAD}:
        raise Unfit("role")
    if role is Role.ADVISER and (until is None or until <= work.now):
        raise Unfit("adviser_until")
    own = {row_id for row_id, party, _, _ in cases.organisations(work, case_id) if party is seat.party}
    if organisation_id is not None and organisation_id not in own:
        raise NotFound(organisation_id)
    row = _list(
        work,
        case,
        _own(seat),
        role,
        name=name,
        function=function,
        email=email,
        organisation_id=organisation_id,
        until=until,
        stands_in=stands_in,
    )
    requests.renew(work, case)
    return row.id


def invite_again(work: UnitOfWork, case_id: UUID, participant_id: UUID, *, email: str) -> None:
    """Send the invitation once more, to this address; links sent before open nothing any more."""
    case, seat = admit(work, case_id, Act.PARTICIPANT_LIST)
    row = find_participant(work.session, case_id, participant_id)
    if row is None or row.state is not ParticipantState.LISTED or not _may_list(row, seat):
        raise NotFound(participant_id)
    fields = identity.open_field(work.instance.secrets, row, "sealed_identity") | {"email": normalised(email)}
    row.sealed_identity = identity.seal_field(work.instance.secrets, row, "sealed_identity", fields)
    expire_links(work.session, row.id, work.now)
    _send_invitation(work, row, fields)
    audit.record(work, Act.PARTICIPANT_LIST, case.id, row.id)


def add_organisation(work: UnitOfWork, case_id: UUID, *, name: str, kind: OrganisationKind) -> UUID:
    """Name one more organisation on one's own side."""
    case, seat = admit(work, case_id, Act.PARTICIPANT_LIST)
    if kind not in KINDS_OF[_own(seat)]:
        raise Unfit("organisation_kind")
    row = cases.add_organisation(work, case_id, _own(seat), name, kind)
    audit.record(work, Act.PARTICIPANT_LIST, case.id, row)
    requests.renew(work, case)
    return row


def arrive(work: UnitOfWork, participant: Participant, account_id: UUID) -> None:
    """Tie an account to the place it was invited to, and tell the lead that it is his turn to compare the words.

    Who was taken off this side's list earlier can come back to it; who sits already, or sat with the other side, cannot
    come in by a second place.
    """
    if participant.state is not ParticipantState.LISTED or participant.account_id is not None:
        raise OutOfDate(participant.id)
    former = find_seat(work.session, participant.case_id, account_id)
    if former is not None:
        if former.state is not ParticipantState.REMOVED or former.party is not participant.party:
            raise OutOfDate(participant.id)
        former.account_id = None
        work.session.flush()
    account = find_account(work.session, account_id)
    if account is None or account.staff:
        raise Unfit("staff_sits")
    participant.account_id = account_id
    participant.state = ParticipantState.ENROLLED
    work.session.flush()
    work.memory.get("participants", {}).pop(participant.case_id, None)
    if participant.listed_by is not None:
        lead = find_account(work.session, participant.listed_by)
        if lead is not None:
            letters.to_account(work, LetterKind.SEAT_TURN, lead, key=f"turn:{participant.id.hex}:{account_id.hex}")


def compare(work: UnitOfWork, case_id: UUID, participant_id: UUID) -> Comparison:
    """The words for the actor and one listed person; the same two people see the same words."""
    case, seat = admit(work, case_id, Act.PARTICIPANT_READ)
    people = _listed(work, case, seat)
    person = next((p for p in people if p.participant_id == participant_id), None)
    if person is None or person.account_id is None or person.is_me:
        raise NotFound(participant_id)
    account = find_account(work.session, person.account_id)
    if account is None:
        raise NotFound(participant_id)
    own = work.person.bundle.public.fingerprint
    words = comparison_words(own, account.fingerprint, case_id.bytes)
    act = next((act for act in (Act.SEAT_STATE, Act.SEAT_ACCEPT) if act in person.may), None)
    me = next((p for p in people if p.is_me), None)
    return Comparison(cases.head(work, case, seat), person, words, account.fingerprint.hex(), act, me)


def state(work: UnitOfWork, case_id: UUID, participant_id: UUID, *, fingerprint: str) -> None:
    """Sign that this person sits here with this key, after the words were compared.

    fingerprint   hex, the one whose words the page showed; OutOfDate when the key is another by now
    """
    case, seat = admit(work, case_id, Act.SEAT_STATE)
    row, account = _row_and_print(work, case_id, participant_id, fingerprint)
    is_other_lead = row.role is Role.LEAD and row.party is _own(seat).other
    if row.state is not ParticipantState.ENROLLED or not (row.party is seat.party or is_other_lead):
        raise Forbidden(participant_id)
    statements.state(
        work,
        case_id,
        StatementKind.SEAT,
        account=account,
        fingerprint=bytes.fromhex(fingerprint),
        party=row.party,
        role=row.role,
        until=row.until,
    )
    settle(work, case)
    audit.record(work, Act.SEAT_STATE, case_id, row.id)
    due.welcome(work, case, account)
    _tell_whose_turn(work, case, row, account)


def accept(work: UnitOfWork, case_id: UUID, participant_id: UUID, *, fingerprint: str) -> None:
    """Accept a person of the other side with the key that its lead has stated."""
    case, seat = admit(work, case_id, Act.SEAT_ACCEPT)
    row, account = _row_and_print(work, case_id, participant_id, fingerprint)
    if row.party is not _own(seat).other or row.state is not ParticipantState.STATED:
        raise Forbidden(participant_id)
    sign_acceptance(work, case, row, account, bytes.fromhex(fingerprint))
    audit.record(work, Act.SEAT_ACCEPT, case_id, row.id)
    _tell_whose_turn(work, case, row, account)
    cases.begin_if_ready(work, case)


def sign_acceptance(work: UnitOfWork, case: Case, row: Participant, account: UUID, fingerprint: bytes) -> None:
    """Add the actor's acceptance of a seat to the chain and give the person what is due."""
    statements.state(
        work,
        case.id,
        StatementKind.ACCEPT,
        account=account,
        fingerprint=fingerprint,
        party=row.party,
        role=row.role,
    )
    settle(work, case)
    due.welcome(work, case, account)


def extend(work: UnitOfWork, case_id: UUID, participant_id: UUID, *, until: datetime) -> None:
    """Give an adviser a later last day; the other side accepts the longer seat anew.

    raises   Unfit unless the day is still to come and later than the present one
    """
    case, seat = admit(work, case_id, Act.SEAT_STATE)
    row = find_participant(work.session, case_id, participant_id)
    standing = _standing_of(work, case, row)
    if row is None or standing is None or row.party is not seat.party or row.role is not Role.ADVISER:
        raise NotFound(participant_id)
    if until <= work.now or (row.until is not None and until <= row.until):
        raise Unfit("until_not_later")
    row.until = until
    statements.state(
        work,
        case_id,
        StatementKind.SEAT,
        account=standing.account,
        fingerprint=standing.fingerprint,
        party=row.party,
        role=Role.ADVISER,
        until=until,
    )
    settle(work, case)
    audit.record(work, Act.SEAT_STATE, case_id, row.id)
    due.welcome(work, case, standing.account)
    _tell_whose_turn(work, case, row, standing.account)


def remove(work: UnitOfWork, case_id: UUID, participant_id: UUID) -> None:
    """Take a person of one's own delegation off the table: keys and sign-ins at once, new epochs at the next word."""
    case, seat = admit(work, case_id, Act.PARTICIPANT_REMOVE)
    row = find_participant(work.session, case_id, participant_id)
    if row is None or row.party is not seat.party or row.state in GONE:
        raise NotFound(participant_id)
    if row.role is Role.LEAD:
        raise Unfit("lead_stays")
    take_away(work, case, row, ParticipantState.REMOVED)
    audit.record(work, Act.PARTICIPANT_REMOVE, case_id, row.id)
    requests.renew(work, case)
    cases.begin_if_ready(work, case)


def take_away(work: UnitOfWork, case: Case, row: Participant, state: ParticipantState) -> None:
    """Remove somebody from the chain, the rows and the keys; who is removed by another is signed out everywhere."""
    row.state = state
    row.removed_at = work.now
    if row.account_id is None:
        return
    standing = statements.standings(work, case.id).people.get(row.account_id)
    if standing is not None:
        statements.state(
            work,
            case.id,
            StatementKind.REMOVE,
            account=row.account_id,
            fingerprint=standing.fingerprint,
            party=row.party,
            role=row.role,
        )
    delete_wraps(work.session, case.id, row.account_id)
    if row.account_id != work.person.account_id:
        end_sign_ins(work.session, row.account_id)
    work.session.flush()
    rooms.forget(work, case.id)


def settle(work: UnitOfWork, case: Case) -> None:
    """Bring the rows' words up to what the chain of statements says."""
    rooms.forget(work, case.id)
    found = statements.standings(work, case.id)
    for account, row in rooms.rows_of(work, case.id).items():
        standing = found.people.get(account)
        if standing is not None and row.state not in GONE | {ParticipantState.RENEWED}:
            is_confirmed = found.is_confirmed(account)
            if standing.role is Role.EXPERT and not is_confirmed:
                continue
            row.state = ParticipantState.CONFIRMED if is_confirmed else ParticipantState.STATED
            row.role = standing.role
    work.session.flush()


def _standing_of(work: UnitOfWork, case: Case, row: Participant | None) -> Standing | None:
    if row is None or row.account_id is None or row.state in GONE:
        return None
    return statements.standings(work, case.id).people.get(row.account_id)


def _own(seat: Seat) -> Party:
    if seat.party is None:
        raise Forbidden(seat.role)
    return seat.party


def _list(
    work: UnitOfWork,
    case: Case,
    party: Party,
    role: Role,
    *,
    name: str,
    function: str,
    email: str,
    organisation_id: UUID | None,
    until: datetime | None = None,
    stands_in: bool = True,
) -> Participant:
    row = Participant(
        id=uuid4(),
        case_id=case.id,
        account_id=None,
        party=party,
        role=role,
        state=ParticipantState.LISTED,
        organisation_id=organisation_id,
        until=until,
        listed_by=work.person.account_id,
        listed_at=work.now,
        is_late=case.status in ACTIVE - {CaseStatus.PREPARING},
        stands_in=stands_in,
    )
    fields = {"name": name, "function": function, "email": normalised(email)}
    row.sealed_identity = identity.seal_field(work.instance.secrets, row, "sealed_identity", fields)
    work.session.add(row)
    work.session.flush()
    _send_invitation(work, row, fields)
    audit.record(work, Act.PARTICIPANT_LIST, case.id, row.id)
    return row


def _send_invitation(work: UnitOfWork, row: Participant, fields: Mapping[str, str]) -> None:
    email = fields["email"]
    token = links.create(work, LinkPurpose.JOIN, email=email, name=fields["name"], participant_id=row.id)
    key = f"join:{row.id.hex}:{uuid4().hex}"
    letters.to_address(work, LetterKind.JOIN, email, key=key, link=links.address(work, token))


def _row_and_print(work: UnitOfWork, case_id: UUID, participant_id: UUID, fingerprint: str) -> tuple[Participant, UUID]:
    row = find_participant(work.session, case_id, participant_id)
    if row is None or row.account_id is None:
        raise NotFound(participant_id)
    account = find_account(work.session, row.account_id)
    if account is None or account.fingerprint.hex() != fingerprint:
        raise OutOfDate(participant_id)
    return row, row.account_id


def _tell_whose_turn(work: UnitOfWork, case: Case, row: Participant, account: UUID) -> None:
    """Tell the person that the seat stands, or the other lead that its word is waited for."""
    about = f"{row.id.hex}:{row.state.value}"
    if row.state is ParticipantState.CONFIRMED:
        cases.tell(work, [account], LetterKind.SEAT_CONFIRMED, about=about)
    elif row.party is not None:
        leads = requests.leads_of(work, case, row.party.other)
        cases.tell(work, leads, LetterKind.SEAT_TURN, about=about)
    own = rooms.rows_of(work, case.id).get(work.person.account_id)
    if row.role is Role.LEAD and own is not None and own.state is ParticipantState.STATED:
        cases.tell(work, [account], LetterKind.SEAT_TURN, about=f"{own.id.hex}:lead")


def _listed(work: UnitOfWork, case: Case, seat: Seat) -> list[Listed]:
    rows = [row for row in admission.listed_for(work, case, seat) if not _is_unasked(row, seat)]
    names = {row_id: name for row_id, _, _, name in cases.organisations(work, case.id)}
    bound = rooms.bound_accounts(work, case.id)
    may = acts_open(work, case, seat)
    me = next((row for row in rows if row.account_id == seat.account), None)
    is_unsettled = me is not None and me.state is not ParticipantState.CONFIRMED
    asked = inquiries_counted(work.session, case.id) if rooms.listens_to(seat, Room.DRAFTING) else {}
    stated = statements.standings(work, case.id).people
    people = []
    for row in rows:
        fields = identity.shown_field(work, row)
        own = row.party is not None and row.party is seat.party
        mine = _acts_about(row, seat) & may
        standing = stated.get(row.account_id) if row.account_id is not None else None
        people.append(
            Listed(
                row.id,
                row.account_id,
                row.party,
                row.role,
                row.state,
                fields["name"],
                fields["function"],
                names.get(row.organisation_id, "") if row.organisation_id else "",
                fields["email"] if own else "",
                row.until,
                _waits_for(row),
                own,
                row.account_id == seat.account,
                row.account_id in bound,
                mine,
                bool(mine & {Act.SEAT_STATE, Act.SEAT_ACCEPT}) or (is_unsettled and _is_lead_elsewhere(row, seat)),
                row.stands_in,
                row.until is not None and work.now >= row.until,
                own and Act.SEAT_STATE in may and row.role is Role.ADVISER and row.state in _HAS_BEEN_STATED,
                asked.get(row.id, (0, 0)),
                standing.fingerprint.hex() if standing is not None and Act.LEAD_SUCCEED in mine else "",
            )
        )
    return people


def _is_unasked(row: Participant, seat: Seat) -> bool:
    """Whom one lead wishes to ask is nothing for the ILO before both have asked; its own suggestions it knows."""
    is_expert = row.role is Role.EXPERT and row.state is ParticipantState.LISTED
    return is_expert and row.until is not None and seat.role is Role.COORDINATOR


def _acts_about(row: Participant, seat: Seat) -> frozenset[Act]:
    """What can be done about this seat from that one, if the policy allows."""
    if row.party is None or seat.party is None:
        return frozenset()
    if row.account_id == seat.account:
        return frozenset({Act.DEPUTY_STAND_IN} if not row.stands_in else {Act.LEAD_SUCCEED} & _succession(row))
    own = row.party is seat.party
    acts = {Act.PARTICIPANT_REMOVE} if own and row.role is not Role.LEAD else set()
    if own and seat.role is Role.LEAD:
        acts |= _succession(row)
    if own and row.role is Role.DEPUTY:
        acts |= {Act.DEPUTY_LET}
    if row.state is not ParticipantState.LISTED:
        acts |= {Act.SEAT_ANSWER} if own else {Act.SEAT_ASK}
    if row.state is ParticipantState.LISTED and _may_list(row, seat):
        acts |= {Act.PARTICIPANT_LIST}
    if row.state is ParticipantState.ENROLLED and (row.role is not Role.LEAD if own else row.role is Role.LEAD):
        acts |= {Act.SEAT_STATE}
    if row.state is ParticipantState.STATED and not own:
        acts |= {Act.SEAT_ACCEPT}
    return frozenset(acts)


def _succession(row: Participant) -> frozenset[Act]:
    """A deputy or delegate whose seat stands and has no end can be the next lead."""
    may = row.state is ParticipantState.CONFIRMED and row.role in {Role.DEPUTY, Role.DELEGATE} and row.until is None
    return frozenset({Act.LEAD_SUCCEED}) if may else frozenset()


def _may_list(row: Participant, seat: Seat) -> bool:
    """One's own people, and the other party's lead as long as nobody has joined as that."""
    return row.party is not None and (row.party is seat.party or row.role is Role.LEAD)


def _is_lead_elsewhere(row: Participant, seat: Seat) -> bool:
    return row.role is Role.LEAD and row.account_id is not None and row.account_id != seat.account


def _waits_for(row: Participant) -> Party | str | None:
    if row.state is ParticipantState.LISTED:
        return "person"
    if row.state is ParticipantState.ENROLLED:
        is_invited_lead = row.role is Role.LEAD
        return row.party.other if is_invited_lead and row.party is not None else row.party
    if row.state is ParticipantState.STATED and row.party is not None:
        return row.party.other
    return None


def _holders(work: UnitOfWork, case: Case) -> dict[Party, int]:
    """How many people of each side hold the keys of the shared rooms."""
    return {party: len(admission.holders_of(work, case, party)) for party in Party}
