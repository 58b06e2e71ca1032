"""Seat statements: the signed chain that alone can give somebody a key."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from dialogue.domain.people import (
    ALWAYS_WITH_HISTORY,
    CAUCUS_OF,
    PARTY_ROLES,
    PARTY_ROOMS,
    SPEAKS_FOR_ITS_PARTY,
    Party,
    Role,
    Room,
    StaffRole,
)
from dialogue.errors import KeyAlarm


class StatementKind(StrEnum):
    SEAT = "seat"
    ACCEPT = "accept"
    REMOVE = "remove"
    GRANT_HISTORY = "grant_history"
    TAKE_BACK_HISTORY = "take_back_history"
    VOUCH = "vouch"
    RENOUNCE = "renounce"


# The fingerprint of somebody whose key signs and hears nothing any more: no key has it.
NO_KEY = bytes(32)


@dataclass(frozen=True, slots=True)
class Statement:
    """One signed sentence of a case: "I, the signer, seat (accept, remove) this person with this key".

    number             1, 2, 3 … without a gap within the case
    fingerprint        32 bytes, of the subject's public keys
    room               the room whose history is granted or no longer granted, for those kinds alone
    signer_fingerprint 32 bytes, of the signer's public keys
    previous           32 bytes, hash of statement ``number - 1``; for the first the random origin of the case
    """

    case: UUID
    number: int
    kind: StatementKind
    account: UUID
    fingerprint: bytes
    party: Party | None
    role: Role
    room: Room | None
    until: datetime | None
    signer: UUID
    signer_fingerprint: bytes
    previous: bytes


@dataclass(frozen=True, slots=True)
class Standing:
    """What the chain, read to its end, says about one person."""

    account: UUID
    fingerprint: bytes
    party: Party | None
    role: Role
    until: datetime | None
    stated_by: UUID
    accepted_by: frozenset[Party] = frozenset()
    history: frozenset[tuple[Room, Party | Role]] = frozenset()

    def may_have_history(self, room: Room) -> bool:
        """Whether those who own a room's past have all signed that this person may read it."""
        if room in ALWAYS_WITH_HISTORY:
            return True
        granted = {who for granted_room, who in self.history if granted_room is room}
        return owners_of_history(room) <= granted


def owners_of_history(room: Room) -> frozenset[Party | Role]:
    """Who must grant a room's past: a party for its room and its caucus, else both; facilitators for theirs."""
    for party in Party:
        if room in {PARTY_ROOMS[party], CAUCUS_OF[party]}:
            return frozenset({party})
    return frozenset({Role.FACILITATOR}) if room is Room.FACILITATION else frozenset(Party)


@dataclass(frozen=True, slots=True)
class DeskList:
    """The staff that confirmed coordinators have signed for: (account, fingerprint) and role.

    former         who stood on the list once: what they signed then still counts, new statements need ``entries``
    number, head   of the last statement, as in ``Standings``
    """

    entries: frozenset[tuple[UUID, bytes, StaffRole]] = frozenset()
    former: frozenset[tuple[UUID, bytes, StaffRole]] = frozenset()
    number: int = 0
    head: bytes = bytes(32)

    def names(self, account: UUID, fingerprint: bytes, role: StaffRole) -> bool:
        return (account, fingerprint, role) in self.entries

    def of(self, role: StaffRole) -> dict[UUID, bytes]:
        return {account: fingerprint for account, fingerprint, held in self.entries if held is role}

    def ever(self, role: StaffRole) -> frozenset[tuple[UUID, bytes]]:
        """Everybody who holds or held a role, with the fingerprint that was signed for."""
        return frozenset((account, print_) for account, print_, held in self.entries | self.former if held is role)

    @property
    def of_all_time(self) -> DeskList:
        """The list by which past statements are read."""
        return DeskList(self.entries | self.former)


@dataclass(frozen=True, slots=True)
class Standings:
    """All seats of a case as its chain of statements gives them.

    ever    all who were ever seated
    vouched leads whose new key a coordinator has compared, with that key, until they are seated anew
    spoke   all who were ever seated as lead or deputy, with their party: who may have signed for it
    """

    people: dict[UUID, Standing] = field(default_factory=dict)
    number: int = 0
    head: bytes = bytes(32)
    ever: frozenset[tuple[UUID, bytes]] = frozenset()
    spoke: frozenset[tuple[UUID, bytes, Party]] = frozenset()
    vouched: frozenset[tuple[UUID, bytes]] = frozenset()

    @property
    def leads(self) -> dict[Party, UUID]:
        return {s.party: s.account for s in self.people.values() if s.role is Role.LEAD and s.party is not None}

    def is_confirmed(self, account: UUID) -> bool:
        """Whether both sides stand behind this seat; until there has been a second lead, one side is both."""
        standing = self.people.get(account)
        if standing is None:
            return False
        if standing.party is None:
            return standing.accepted_by == frozenset(Party)
        has_been_led = {party for _, _, party in self.spoke}
        return standing.party.other not in has_been_led or standing.party.other in standing.accepted_by

    def speaker(self, account: UUID, fingerprint: bytes) -> Party | None:
        """The party for which this person may sign, if any."""
        standing = self.people.get(account)
        if standing is None or standing.fingerprint != fingerprint or standing.role not in SPEAKS_FOR_ITS_PARTY:
            return None
        if standing.role is Role.DEPUTY and not self.is_confirmed(account):
            return None
        return standing.party


Verify = Callable[[Statement], None]
Digest = Callable[[Statement], bytes]


def may_sign(standings: Standings, desk: DeskList, statement: Statement) -> bool:
    """Whether this signer may make this statement after everything that the chain says so far."""
    speaks_for = standings.speaker(statement.signer, statement.signer_fingerprint)
    if statement.kind is StatementKind.SEAT:
        return _may_seat(standings, desk, statement, speaks_for)
    subject = standings.people.get(statement.account)
    if statement.kind is StatementKind.VOUCH:
        return _may_vouch(desk, statement, subject)
    if subject is None or subject.fingerprint != statement.fingerprint:
        return False
    if statement.kind is StatementKind.RENOUNCE:
        return (statement.signer, statement.signer_fingerprint) == (subject.account, subject.fingerprint)
    if statement.kind is StatementKind.ACCEPT:
        is_that_seat = (statement.party, statement.role) == (subject.party, subject.role)
        return is_that_seat and speaks_for is not None and speaks_for is not subject.party
    if statement.kind is StatementKind.GRANT_HISTORY:
        return statement.room is not None and _granter(standings, statement) in owners_of_history(statement.room)
    if statement.kind is StatementKind.TAKE_BACK_HISTORY:
        return (statement.room, _granter(standings, statement)) in subject.history
    if statement.signer == statement.account and statement.signer_fingerprint == subject.fingerprint:
        return True
    return speaks_for is not None and subject.party in {speaks_for, None}


def _granter(standings: Standings, statement: Statement) -> Party | Role | None:
    """For whom the signer grants: its party, or the ILO's role that it holds; nobody of the ILO opens to himself."""
    party = standings.speaker(statement.signer, statement.signer_fingerprint)
    if party is not None:
        return party
    signer = standings.people.get(statement.signer)
    if signer is None or signer.fingerprint != statement.signer_fingerprint:
        return None
    if not standings.is_confirmed(statement.signer) or statement.signer == statement.account:
        return None
    return signer.role


def _may_vouch(desk: DeskList, statement: Statement, subject: Standing | None) -> bool:
    """A coordinator stands up for the new key of somebody who leads; alone that seats nobody."""
    is_desk = desk.names(statement.signer, statement.signer_fingerprint, StaffRole.COORDINATOR)
    if not is_desk or subject is None or subject.role is not Role.LEAD:
        return False
    return (statement.party, statement.role) == (subject.party, Role.LEAD) != (None, Role.LEAD)


def _may_seat(standings: Standings, desk: DeskList, statement: Statement, speaks_for: Party | None) -> bool:
    if not standings.people:
        is_own = (statement.signer, statement.signer_fingerprint) == (statement.account, statement.fingerprint)
        return is_own and statement.role is Role.LEAD and statement.party is not None
    present = standings.people.get(statement.account)
    if present is not None and present.party is not statement.party:
        return False
    if statement.role is Role.FACILITATOR:
        listed = desk.names(statement.account, statement.fingerprint, StaffRole.FACILITATOR)
        by_desk = desk.names(statement.signer, statement.signer_fingerprint, StaffRole.COORDINATOR)
        return statement.party is None and listed and (by_desk or speaks_for is not None)
    if statement.role is Role.EXPERT:
        return statement.party is None and speaks_for is not None
    if statement.party is None or statement.role not in PARTY_ROLES or speaks_for is None:
        return False
    if present is not None and present.role is statement.role is Role.LEAD and speaks_for is statement.party.other:
        return (statement.account, statement.fingerprint) in standings.vouched
    if statement.role is Role.LEAD and all(one.party is not statement.party for one in standings.people.values()):
        return speaks_for is statement.party.other
    return speaks_for is statement.party


def follow(standings: Standings, statement: Statement, digest: bytes) -> Standings:
    """The standings after one more statement that has been found in order."""
    people = dict(standings.people)
    if statement.kind is StatementKind.REMOVE:
        del people[statement.account]
    elif statement.kind is StatementKind.RENOUNCE:
        people[statement.account] = replace(people[statement.account], fingerprint=NO_KEY)
    elif statement.kind is StatementKind.ACCEPT:
        party = standings.people[statement.signer].party
        subject = people[statement.account]
        people[statement.account] = replace(subject, accepted_by=subject.accepted_by | {party})  # type: ignore[arg-type]
    elif statement.kind is StatementKind.VOUCH:
        vouched = standings.vouched | {(statement.account, statement.fingerprint)}
        return replace(standings, number=statement.number, head=digest, vouched=vouched)
    elif statement.kind is StatementKind.GRANT_HISTORY:
        subject, granter = people[statement.account], _granter(standings, statement)
        granted = (statement.room, granter)
        people[statement.account] = replace(subject, history=subject.history | {granted})  # type: ignore[arg-type]
    elif statement.kind is StatementKind.TAKE_BACK_HISTORY:
        subject, granted = people[statement.account], (statement.room, _granter(standings, statement))
        people[statement.account] = replace(subject, history=subject.history - {granted})
    else:
        if statement.role is Role.LEAD and statement.party is not None:
            former = standings.leads.get(statement.party)
            if former is not None and former != statement.account:
                people[former] = replace(people[former], role=Role.DELEGATE)
        accepted_by = _still_accepted_by(people.get(statement.account), statement)
        signed_for = standings.speaker(statement.signer, statement.signer_fingerprint)
        if statement.party is not None and signed_for is statement.party.other:
            accepted_by |= {signed_for}
        people[statement.account] = Standing(
            statement.account,
            statement.fingerprint,
            statement.party,
            statement.role,
            statement.until,
            statement.signer,
            accepted_by,
        )
    ever = standings.ever | {(statement.account, statement.fingerprint)}
    spoke = standings.spoke
    if statement.kind is StatementKind.SEAT and statement.role in SPEAKS_FOR_ITS_PARTY and statement.party is not None:
        spoke |= {(statement.account, statement.fingerprint, statement.party)}
    vouched = standings.vouched
    if statement.kind in {StatementKind.SEAT, StatementKind.REMOVE}:
        vouched = frozenset(one for one in vouched if one[0] != statement.account)
    return Standings(people, statement.number, digest, ever, spoke, vouched)


def _still_accepted_by(before: Standing | None, statement: Statement) -> frozenset[Party]:
    """Who has accepted what is now stated again: the same key, no longer, and for the ILO's people the same role."""
    if before is None or (before.fingerprint, before.party) != (statement.fingerprint, statement.party):
        return frozenset()
    if statement.party is None and before.role is not statement.role:
        return frozenset()
    if before.until is not None and (statement.until is None or statement.until > before.until):
        return frozenset()
    return before.accepted_by


def read_chain(
    case: UUID,
    statements: Iterable[Statement],
    desk: DeskList,
    *,
    digest: Digest,
    verify: Verify,
) -> list[Standings]:
    """Follow the chain from its first statement; what stood after each of them, and before the first.

    desk       the list of staff; who was on it once may have signed then
    digest     gives the 32-byte hash of a statement
    verify     raises when the signature or the signer's key does not fit, or the first signer not the case
    raises     KeyAlarm where a statement is missing, out of order, of another case, or by somebody who may not
    """
    known, desk = [Standings()], desk.of_all_time
    for statement in statements:
        before = known[-1]
        if (statement.case, statement.number) != (case, before.number + 1):
            raise KeyAlarm("statement_order", case, statement.number)
        if before.number and statement.previous != before.head:
            raise KeyAlarm("statement_order", case, statement.number)
        if not may_sign(before, desk, statement):
            raise KeyAlarm("statement_authority", case, statement.number)
        verify(statement)
        known.append(follow(before, statement, digest(statement)))
    return known
