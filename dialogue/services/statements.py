"""Signed statements: the chain that seats people in a case, and the chain that lists the ILO's staff."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from dialogue.crypto import signing
from dialogue.crypto.context import digest
from dialogue.crypto.identity import PublicKeys
from dialogue.domain.people import Party, Role, Room, StaffRole
from dialogue.domain.seats import DeskList, Standings, Statement, StatementKind, follow, may_sign, read_chain
from dialogue.errors import Forbidden, KeyAlarm, NotFound, SealBroken
from dialogue.services.pins import Pinned
from dialogue.services.unit import UnitOfWork
from dialogue.store.accounts import accounts_among, find_account, public_keys_among
from dialogue.store.participants import DeskStatement, SeatStatement, desk_statements, statements_of

_CASE = "dialogue/case/1"
_SEAT = "dialogue/seat/1"
_DESK = "dialogue/desk/1"
SIGNED = "dialogue/statement-signature/1"
_ORIGIN_BYTES = 32


def public_keys(work: UnitOfWork, fingerprints: Iterable[bytes]) -> dict[bytes, PublicKeys]:
    """The public keys behind those fingerprints; a key that does not fit its fingerprint is an alarm."""
    held: dict[bytes, PublicKeys] = work.memory.setdefault("public_keys", {})
    missing = set(fingerprints) - set(held)
    for row in public_keys_among(work.session, missing):
        keys = PublicKeys(row.kem, row.sign, row.self_signature)
        if keys.fingerprint != row.fingerprint:
            raise KeyAlarm("public_key", row.account_id)
        held[row.fingerprint] = keys
    return held


def fresh_case(work: UnitOfWork) -> tuple[UUID, bytes]:
    """An id for a case that nobody but the actor can have begun, and the origin that its first statement names.

    The id is a hash of both: whoever reads the chain sees, even at a first visit, that it began with the initiator.
    """
    origin = secrets.token_bytes(_ORIGIN_BYTES)
    return case_begun_by(work.person.bundle.public.fingerprint, origin), origin


def seat_digest(statement: Statement) -> bytes:
    """32 bytes over every field of a seat statement."""
    return digest(
        _SEAT,
        statement.case,
        statement.number,
        statement.kind.value,
        statement.account,
        statement.fingerprint,
        statement.party.value if statement.party else None,
        statement.role.value,
        statement.room.value if statement.room else None,
        statement.until,
        statement.signer,
        statement.signer_fingerprint,
        statement.previous,
    )


def standings(work: UnitOfWork, case_id: UUID) -> Standings:
    """The verified standings of a case, read once in a unit.

    Signatures up to the head that the actor has pinned were verified when it was pinned; their hashes are followed
    again all the same. Raises KeyAlarm where the chain does not hold.
    """
    return _known(work, case_id)[-1]


def standings_at(work: UnitOfWork, case_id: UUID, number: int) -> Standings | None:
    """The standings after that statement of the chain; None where the chain does not reach so far."""
    known = _known(work, case_id)
    return known[number] if 0 <= number < len(known) else None


def state(
    work: UnitOfWork,
    case_id: UUID,
    kind: StatementKind,
    *,
    account: UUID,
    fingerprint: bytes,
    party: Party | None,
    role: Role,
    room: Room | None = None,
    until: datetime | None = None,
    origin: bytes = b"",
) -> Standings:
    """Sign one more statement and add it to the chain; raises Forbidden where this signer may not make it.

    origin   for the first statement of a case, from ``fresh_case``
    """
    person = work.person
    before = standings(work, case_id)
    statement = Statement(
        case_id,
        before.number + 1,
        kind,
        account,
        fingerprint,
        party,
        role,
        room,
        until,
        person.account_id,
        person.bundle.public.fingerprint,
        before.head if before.number else origin,
    )
    if not may_sign(before, desk(work), statement) or _has_new_keys(work):
        raise Forbidden(kind)
    hashed = seat_digest(statement)
    work.session.add(
        SeatStatement(
            case_id=case_id,
            number=statement.number,
            kind=kind,
            account_id=account,
            fingerprint=fingerprint,
            party=party,
            role=role,
            room=room,
            until=until,
            signer_id=statement.signer,
            signer_fingerprint=statement.signer_fingerprint,
            previous=statement.previous,
            digest=hashed,
            signature=signing.sign(person.bundle, SIGNED, hashed),
            made_at=work.now,
        )
    )
    work.session.flush()
    after = follow(before, statement, hashed)
    _known(work, case_id).append(after)
    _pin(work, case_id, after)
    return after


def desk(work: UnitOfWork) -> DeskList:
    """The staff that confirmed coordinators have signed for; empty until the first one is configured."""
    return _known_desk(work)[-1]


def desk_at(work: UnitOfWork, number: int) -> DeskList | None:
    """The list after that staff statement; None where there are fewer."""
    known = _known_desk(work)
    return known[number] if 0 <= number < len(known) else None


def desk_head(work: UnitOfWork) -> tuple[int, bytes]:
    """Number and digest of the last staff statement."""
    return desk(work).number, desk(work).head


def list_staff(work: UnitOfWork, account_id: UUID, role: StaffRole, *, removes: bool = False) -> None:
    """Sign that an account of the staff, with its present key, holds a role (or no longer does)."""
    person = work.person
    account = find_account(work.session, account_id)
    if account is None or role not in account.staff:
        raise NotFound(account_id)
    number, previous = desk_head(work)
    own = person.bundle.public.fingerprint
    is_first = number == 0 and own == work.instance.desk == account.fingerprint
    if not is_first and not desk(work).names(person.account_id, own, StaffRole.COORDINATOR):
        raise Forbidden(role)
    row = DeskStatement(
        number=number + 1,
        removes=removes,
        account_id=account_id,
        fingerprint=account.fingerprint,
        role=role,
        signer_id=person.account_id,
        signer_fingerprint=own,
        previous=previous,
        made_at=work.now,
    )
    row.digest = _desk_digest(row)
    row.signature = signing.sign(person.bundle, SIGNED, row.digest)
    work.session.add(row)
    work.session.flush()
    del work.memory["desk"]


def _known(work: UnitOfWork, case_id: UUID) -> list[Standings]:
    memory: dict[UUID, list[Standings]] = work.memory.setdefault("standings", {})
    if case_id not in memory:
        memory[case_id] = _read(work, case_id)
    return memory[case_id]


def _known_desk(work: UnitOfWork) -> list[DeskList]:
    if "desk" not in work.memory:
        work.memory["desk"] = _read_desk(work)
    known: list[DeskList] = work.memory["desk"]
    return known


def _read(work: UnitOfWork, case_id: UUID) -> list[Standings]:
    rows = statements_of(work.session, case_id)
    pinned = work.pinned.get(case_id, Pinned())
    keys = public_keys(work, {row.signer_fingerprint for row in rows[pinned.statements[0] :]})
    signatures = {row.number: (row.signature, row.digest) for row in rows}
    late = _signed_with_old_keys(work, rows[pinned.statements[0] :])

    def verify(statement: Statement) -> None:
        signature, stored = signatures[statement.number]
        hashed = seat_digest(statement)
        if hashed != stored:
            raise KeyAlarm("statement_digest", case_id, statement.number)
        if statement.number == 1 and case_begun_by(statement.signer_fingerprint, statement.previous) != case_id:
            raise KeyAlarm("case_begun_by_another", case_id)
        if statement.number < pinned.statements[0]:
            return
        if statement.number == pinned.statements[0]:
            if hashed != pinned.statements[1]:
                raise KeyAlarm("statement_pin", case_id, statement.number)
            return
        if statement.number in late:
            raise KeyAlarm("signed_with_old_keys", case_id, statement.number)
        key = keys.get(statement.signer_fingerprint)
        if key is None:
            raise KeyAlarm("signer_key", case_id, statement.number)
        try:
            signing.verify(key.sign, signature, SIGNED, hashed)
        except SealBroken:
            raise KeyAlarm("statement_signature", case_id, statement.number) from None

    known = read_chain(case_id, (statement_of(row) for row in rows), desk(work), digest=seat_digest, verify=verify)
    found = known[-1]
    if found.number < pinned.statements[0]:
        raise KeyAlarm("statements_rolled_back", case_id)
    seen = desk_at(work, pinned.desk[0])
    if seen is None or seen.head != pinned.desk[1]:
        raise KeyAlarm("desk_rolled_back", case_id)
    _check_leads(case_id, pinned, found)
    _pin(work, case_id, found)
    return known


def _has_new_keys(work: UnitOfWork) -> bool:
    """Whether the actor has made new keys since: a session with the old ones may outlive them for a moment."""
    account = find_account(work.session, work.person.account_id)
    own = work.person.bundle.public.fingerprint
    return account is not None and account.renewed_at is not None and account.fingerprint != own


def _signed_with_old_keys(work: UnitOfWork, rows: Sequence[SeatStatement]) -> frozenset[int]:
    """The numbers of statements that were signed after their signer had made new keys, and not with those.

    Keys that were lost sign nothing more from then on, also while nobody has signed for the new ones yet.
    """
    signers = {one.id: one for one in accounts_among(work.session, {row.signer_id for row in rows})} if rows else {}
    return frozenset(
        row.number
        for row in rows
        if (signer := signers.get(row.signer_id)) is not None
        and signer.renewed_at is not None
        and row.signer_fingerprint != signer.fingerprint
        and row.made_at > signer.renewed_at
    )


def case_begun_by(fingerprint: bytes, origin: bytes) -> UUID:
    """The id of a case whose first statement this key signed, with that origin."""
    return UUID(bytes=digest(_CASE, fingerprint, origin)[:16], version=4)


def _check_leads(case_id: UUID, pinned: Pinned, found: Standings) -> None:
    if pinned.statements == (found.number, found.head) and pinned.leads != _prints_of_leads(found):
        raise KeyAlarm("leads", case_id)


def _pin(work: UnitOfWork, case_id: UUID, found: Standings) -> None:
    if found.number:
        pinned = work.pinned.setdefault(case_id, Pinned())
        pinned.raise_statements(found.number, found.head, _prints_of_leads(found))
        pinned.raise_desk(*desk_head(work))


def _prints_of_leads(found: Standings) -> dict[Party, bytes]:
    return {party: found.people[account].fingerprint for party, account in found.leads.items()}


def statement_of(row: SeatStatement) -> Statement:
    """What a row of the chain states."""
    return Statement(
        row.case_id,
        row.number,
        row.kind,
        row.account_id,
        row.fingerprint,
        row.party,
        row.role,
        row.room,
        row.until,
        row.signer_id,
        row.signer_fingerprint,
        row.previous,
    )


def _desk_digest(row: DeskStatement) -> bytes:
    return digest(
        _DESK,
        row.number,
        row.removes,
        row.account_id,
        row.fingerprint,
        row.role.value,
        row.signer_id,
        row.signer_fingerprint,
        row.previous,
    )


def _read_desk(work: UnitOfWork) -> list[DeskList]:
    """The list after each staff statement, and before the first.

    As with seats, signatures up to a pinned head were verified when it was pinned.
    """
    known = [DeskList()]
    seen_number, seen_head = max((pinned.desk for pinned in work.pinned.values()), default=(0, bytes(32)))
    rows = desk_statements(work.session)
    keys = public_keys(work, {row.signer_fingerprint for row in rows})
    for row in rows:
        before = known[-1]
        if (row.number, row.previous) != (before.number + 1, before.head) or _desk_digest(row) != row.digest:
            raise KeyAlarm("desk_order", row.number)
        is_first = before.number == 0 and row.signer_fingerprint == work.instance.desk == row.fingerprint
        if not is_first and not before.names(row.signer_id, row.signer_fingerprint, StaffRole.COORDINATOR):
            raise KeyAlarm("desk_authority", row.number)
        entry = {(row.account_id, row.fingerprint, row.role)}
        entries = before.entries - entry if row.removes else before.entries | entry
        former = (before.former | before.entries) - entries
        known.append(DeskList(entries, former, row.number, row.digest))
        if row.number == seen_number and row.digest != seen_head:
            raise KeyAlarm("desk_rolled_back", row.number)
        if row.number <= seen_number:
            continue
        key = keys.get(row.signer_fingerprint)
        if key is None:
            raise KeyAlarm("signer_key", row.number)
        try:
            signing.verify(key.sign, row.signature, SIGNED, row.digest)
        except SealBroken:
            raise KeyAlarm("desk_signature", row.number) from None
    if len(known) <= seen_number:
        raise KeyAlarm("desk_rolled_back", len(known))
    return known
