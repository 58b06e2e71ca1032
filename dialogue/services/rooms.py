"""Rooms: whose ears, under which key. Content is sealed and opened here and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from dialogue.crypto import sealing, signing, wrapping
from dialogue.crypto.context import Place, digest, encode
from dialogue.crypto.identity import Bundle
from dialogue.crypto.sealing import RoomKey
from dialogue.domain.cases import BEFORE_THE_ILO
from dialogue.domain.people import BEHIND_THE_TERMS, HEARS, Role, Room, Seat, StaffRole, hears, listens
from dialogue.errors import KeyAlarm, Locked, NotFound, Refusal, SealBroken
from dialogue.services import audit, statements
from dialogue.services.pins import Pinned
from dialogue.services.undertakings import signed_by
from dialogue.services.unit import UnitOfWork
from dialogue.store.accounts import accounts_among
from dialogue.store.cases import Case
from dialogue.store.participants import Participant, ParticipantState, participants_of
from dialogue.store.rooms import RoomEpoch, RoomWrap, epochs_among, epochs_of, newest_epoch, wraps_for
from dialogue.store.terms import all_acceptances, terms_of, undertakings

_MANIFEST = "dialogue/manifest/1"
_SIGNED = "dialogue/manifest-signature/1"
_PERSONAL = "dialogue/personal/1"
_BODY = "dialogue/body/1"

Members = dict[UUID, bytes]
Body = Mapping[str, Any]


class Trouble(StrEnum):
    """Why one record of a page is not shown; the rest of the page is."""

    BROKEN = "broken"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Opened:
    """What came out of one sealed record: its body, or why there is none."""

    body: dict[str, Any] = field(default_factory=dict, repr=False)
    trouble: Trouble | None = None


def seal(work: UnitOfWork, case: Case, room: Room, body: Body, place: Place) -> bytes:
    """Seal ``body`` for everybody who may hear the room now; a change among them makes a new epoch first."""
    return sealing.seal(newest_key(work, case, room), written(body), place)


def open_one(work: UnitOfWork, case: Case, room: Room, sealed: bytes, place: Place) -> dict[str, Any]:
    """Open one record; raises SealBroken or, where the person has no key for it, Locked."""
    opened = open_all(work, case, room, [(sealed, place)])[0]
    if opened.trouble is not None:
        raise refusal_of(opened.trouble, place.record)
    return opened.body


def open_all(work: UnitOfWork, case: Case, room: Room, records: Sequence[tuple[bytes, Place]]) -> list[Opened]:
    """Open a page of records of one room; one that does not open does not hide the others."""
    epochs = set()
    for sealed, _ in records:
        try:
            epochs.add(sealing.epoch_of(sealed))
        except SealBroken:
            continue
    _fetch_keys(work, case, room, epochs)
    opened = [_open(work, case.id, room, sealed, place) for sealed, place in records]
    broken = [place.record for (_, place), told in zip(records, opened, strict=True) if told.trouble is Trouble.BROKEN]
    if broken:
        audit.event(work, "alarm:seal", broken[0])
    return opened


def body_digest(body: Body) -> bytes:
    """32 bytes over a body as it is sealed; it stands inside seals and signatures only, never in clear."""
    return digest(_BODY, written(body))


def refusal_of(trouble: Trouble, record: UUID) -> Refusal:
    """The refusal that fits where one record is the whole page."""
    return SealBroken(record) if trouble is Trouble.BROKEN else Locked(record)


def listens_to(seat: Seat, room: Room) -> bool:
    """Whether the seat, as the rows tell it, hears a room; the keys decide in the end."""
    return hears(room, seat)


def seal_personal(work: UnitOfWork, body: Body, place: Place) -> bytes:
    """Seal what only the actor may read, now and on any device."""
    return sealing.seal_under(work.person.bundle.secret_for(_PERSONAL), written(body), _personal(work, place))


def open_personal(work: UnitOfWork, sealed: bytes, place: Place) -> dict[str, Any]:
    """Open what the actor sealed for himself; raises SealBroken."""
    key = work.person.bundle.secret_for(_PERSONAL)
    return _read(sealing.unseal_under(key, sealed, _personal(work, place)))


def members_now(work: UnitOfWork, case: Case, room: Room) -> Members:
    """Everybody who may be given the key of ``room`` now, with the fingerprint that was signed for.

    The signed statements give; rows may only take away. Where the undertaking counts, it is the signature that does;
    it can be checked by those who are in the room themselves.
    """
    people = _members_by_rows(work, case, room)
    if room not in BEHIND_THE_TERMS or work.person.account_id not in people:
        return people
    undertook = _undertook(work, case)
    return {account: fingerprint for account, fingerprint in people.items() if account in undertook}


def _members_by_rows(work: UnitOfWork, case: Case, room: Room) -> Members:
    people = {}
    for seat, fingerprint in seats_now(work, case):
        if hears(room, seat):
            people[seat.account] = fingerprint
    if Role.COORDINATOR in HEARS[room] and case.status not in BEFORE_THE_ILO:
        people |= statements.desk(work).of(StaffRole.COORDINATOR)
    return _with_unchanged_keys(work, people)


def _undertook(work: UnitOfWork, case: Case) -> frozenset[UUID]:
    """Who has signed terms of the case, checked once in a unit; raises Locked where the actor cannot open them."""
    memory: dict[UUID, frozenset[UUID]] = work.memory.setdefault("undertook", {})
    if case.id not in memory:
        memory[case.id] = _read_undertakings(work, case)
    return memory[case.id]


def _read_undertakings(work: UnitOfWork, case: Case) -> frozenset[UUID]:
    versions, given = terms_of(work.session, case.id), all_acceptances(work.session, case.id)
    told = open_all(
        work,
        case,
        Room.TERMS,
        [(row.sealed_body, row.place("body", Room.TERMS)) for row in versions]
        + [(row.sealed_statement, row.place("statement", Room.TERMS)) for row in given],
    )
    if any(one.trouble is Trouble.LOCKED for one in told):
        raise Locked(case.id)
    words = {
        row.id: body_digest(one.body["terms"]) for row, one in zip(versions, told, strict=False) if not one.trouble
    }
    ever = statements.standings(work, case.id).ever
    accounts = {row.account_id for row in given}
    statements.public_keys(work, {fingerprint for account, fingerprint in ever if account in accounts})
    return frozenset(
        row.account_id
        for row, one in zip(given, told[len(versions) :], strict=True)
        if row.terms_id in words
        and (row.account_id, signed_by(work, case.id, row.terms_id, words[row.terms_id], one.body)) in ever
    )


# A row in one of these states takes its seat away for now or for good.
_AWAY = {ParticipantState.REMOVED, ParticipantState.DECLINED, ParticipantState.RENEWED}


def seats_now(work: UnitOfWork, case: Case) -> list[tuple[Seat, bytes]]:
    """The seats that are both signed for and not taken away by a row, with their fingerprints."""
    found = statements.standings(work, case.id)
    rows = rows_of(work, case.id)
    undertook = undertakings_of(work, case.id)
    seats = []
    for standing in found.people.values():
        row = rows.get(standing.account)
        if row is None or row.state in _AWAY:
            continue
        ends = [until for until in (standing.until, row.until) if until is not None]
        seat = Seat(
            standing.account,
            standing.party,
            standing.role,
            confirmed=found.is_confirmed(standing.account),
            bound=undertook.get(standing.account, False),
            until=min(ends, default=None),
            undertook=standing.account in undertook,
            stands_in=row.stands_in,
        )
        if not seat.is_over(work.now):
            seats.append((seat, standing.fingerprint))
    return seats


def own_seat(work: UnitOfWork, case: Case) -> Seat | None:
    """The actor's seat; None once its end has come.

    raises   KeyAlarm where nobody has signed for it with the actor's key: the row that tells of it is not the parties'
    """
    person = work.person
    standing = statements.standings(work, case.id).people.get(person.account_id)
    if standing is None or standing.fingerprint != person.bundle.public.fingerprint:
        raise KeyAlarm("seat_without_statement", case.id)
    return next((seat for seat, _ in seats_now(work, case) if seat.account == person.account_id), None)


def rows_of(work: UnitOfWork, case_id: UUID) -> dict[UUID, Participant]:
    """The participants' rows by account, read once in a unit."""
    memory = work.memory.setdefault("participants", {})
    if case_id not in memory:
        memory[case_id] = {
            row.account_id: row for row in participants_of(work.session, case_id) if row.account_id is not None
        }
    known: dict[UUID, Participant] = memory[case_id]
    return known


def undertakings_of(work: UnitOfWork, case_id: UUID) -> dict[UUID, bool]:
    """Who has accepted terms of the case, and whether those in force, read once in a unit."""
    memory = work.memory.setdefault("undertakings", {})
    if case_id not in memory:
        memory[case_id] = undertakings(work.session, case_id)
    known: dict[UUID, bool] = memory[case_id]
    return known


def bound_accounts(work: UnitOfWork, case_id: UUID) -> frozenset[UUID]:
    """The accounts bound by the terms in force."""
    return frozenset(account for account, in_force in undertakings_of(work, case_id).items() if in_force)


def forget(work: UnitOfWork, case_id: UUID) -> None:
    """Read participants and undertakings again: this unit has changed them."""
    for what in ("participants", "undertakings", "undertook"):
        work.memory.get(what, {}).pop(case_id, None)


def newest_key(work: UnitOfWork, case: Case, room: Room) -> RoomKey:
    """The key under which this unit may write into ``room``; a new epoch where the listeners have changed.

    raises   NotFound when the actor does not hear the room, KeyAlarm when keys contradict what was signed
    """
    members = _members_by_rows(work, case, room)
    if work.person.account_id not in members:
        raise NotFound(case.id)
    newest = newest_epoch(work.session, case.id, room)
    if newest is not None:
        _verify(work, newest)
        if not _is_for(work, newest, members):
            members = members_now(work, case, room)
        if _is_for(work, newest, members):
            _fetch_keys(work, case, room, {newest.epoch})
            if newest.epoch in _broken(work, case.id, room):
                raise KeyAlarm("wrap", case.id, room, newest.epoch)
            key = work.keys.get((case.id, room, newest.epoch))
            if key is not None:
                return key
    members = members_now(work, case, room)
    if work.person.account_id not in members:
        raise NotFound(case.id)
    return _new_epoch(work, case, room, members, newest)


def holds_all(work: UnitOfWork, case: Case, room: Room) -> bool:
    """Whether the actor can open every epoch of a room."""
    epochs = {epoch.epoch for epoch in epochs_of(work.session, case.id, room)}
    _fetch_keys(work, case, room, epochs)
    return all((case.id, room, epoch) in work.keys for epoch in epochs)


def share_history(work: UnitOfWork, case: Case, room: Room, account_id: UUID) -> None:
    """Wrap every epoch of a room for somebody whose right to its past is signed for. The actor holds them all.

    The newest epoch names the newcomer first: otherwise one that does not name him would be in his hands, and would
    be written under again once he has gone.
    """
    newest_key(work, case, room)
    fingerprint = members_now(work, case, room).get(account_id)
    standing = statements.standings(work, case.id).people.get(account_id)
    is_coordinator = statements.desk(work).names(account_id, fingerprint or b"", StaffRole.COORDINATOR)
    if fingerprint is None or not (is_coordinator or (standing is not None and standing.may_have_history(room))):
        raise KeyAlarm("history_without_statement", case.id)
    held = {wrap.epoch for wrap in wraps_for(work.session, case.id, room, account_id)}
    for epoch in epochs_of(work.session, case.id, room):
        if epoch.epoch not in held:
            _wrap(work, case.id, room, work.keys[case.id, room, epoch.epoch], account_id, fingerprint)


def _is_for(work: UnitOfWork, manifest: RoomEpoch, members: Members) -> bool:
    """Whether an epoch is for exactly those members, and nothing was stated since it began.

    Otherwise somebody who came and went in the meantime may hold its key.
    """
    if _members_of(manifest) != members:
        return False
    found = statements.standings(work, manifest.case_id)
    if (manifest.statements_number, manifest.statements_head) != (found.number, found.head):
        return False
    desk = (manifest.desk_number, manifest.desk_head)
    return Role.COORDINATOR not in HEARS[manifest.room] or desk == statements.desk_head(work)


def _broken(work: UnitOfWork, case_id: UUID, room: Room) -> set[int]:
    """The epochs that were found not to exist, or with an altered wrap for the actor, in this unit."""
    altered: dict[tuple[UUID, Room], set[int]] = work.memory.setdefault("broken_wraps", {})
    return altered.setdefault((case_id, room), set())


def _open(work: UnitOfWork, case_id: UUID, room: Room, sealed: bytes, place: Place) -> Opened:
    try:
        epoch = sealing.epoch_of(sealed)
        key = work.keys.get((case_id, room, epoch))
        if key is None:
            is_broken = epoch in _broken(work, case_id, room)
            return Opened(trouble=Trouble.BROKEN if is_broken else Trouble.LOCKED)
        return Opened(_read(sealing.unseal(key, sealed, place)))
    except SealBroken:
        return Opened(trouble=Trouble.BROKEN)


def _fetch_keys(work: UnitOfWork, case: Case, room: Room, epochs: set[int]) -> None:
    """Unwrap the keys of those epochs that the actor has wraps for: two queries, however many records."""
    missing = {epoch for epoch in epochs if (case.id, room, epoch) not in work.keys}
    if not missing:
        return
    person = work.person
    manifests = {row.epoch: row for row in epochs_among(work.session, case.id, room, missing)}
    # An epoch that nobody ever began is one that somebody has written into a seal.
    _broken(work, case.id, room).update(missing - manifests.keys())
    for wrap in wraps_for(work.session, case.id, room, person.account_id, missing):
        manifest = manifests.get(wrap.epoch)
        if manifest is None:
            raise KeyAlarm("wrap_without_manifest", case.id)
        _verify(work, manifest)
        try:
            key = wrapping.unwrap(
                person.bundle, wrap.wrapped, wrap.epoch, _wrap_place(case.id, room, person.account_id)
            )
            wrapping.check_commitment(key, _commitment_place(case.id, room), manifest.commitment)
        except SealBroken:
            _broken(work, case.id, room).add(wrap.epoch)
            continue
        work.keys[case.id, room, wrap.epoch] = key


def _new_epoch(work: UnitOfWork, case: Case, room: Room, members: Members, newest: RoomEpoch | None) -> RoomKey:
    person = work.person
    key = RoomKey.fresh(newest.epoch + 1 if newest else 1)
    found = statements.standings(work, case.id)
    desk_number, desk_head = statements.desk_head(work)
    row = RoomEpoch(
        case_id=case.id,
        room=room,
        epoch=key.epoch,
        members=b"".join(account.bytes + members[account] for account in sorted(members)),
        commitment=wrapping.commitment(key, _commitment_place(case.id, room)),
        statements_number=found.number,
        statements_head=found.head,
        desk_number=desk_number,
        desk_head=desk_head,
        maker_id=person.account_id,
        maker_fingerprint=person.bundle.public.fingerprint,
        previous=newest.digest if newest else bytes(32),
        made_at=work.now,
    )
    row.digest = _digest(row)
    row.signature = signing.sign(person.bundle, _SIGNED, row.digest)
    work.session.add(row)
    for account_id, fingerprint in members.items():
        _wrap(work, case.id, room, key, account_id, fingerprint)
    work.session.flush()
    work.keys[case.id, room, key.epoch] = key
    work.memory.setdefault("manifests", set()).add(row.digest)
    work.pinned.setdefault(case.id, Pinned()).raise_epoch(room, row.epoch, row.digest)
    return key


def rewrap(old: Bundle, new: Bundle, wrap: RoomWrap) -> bytes | None:
    """What is wrapped for one's old keys, for one's new ones; None where it does not open."""
    place = _wrap_place(wrap.case_id, wrap.room, wrap.account_id)
    try:
        key = wrapping.unwrap(old, wrap.wrapped, wrap.epoch, place)
    except SealBroken:
        return None
    return wrapping.wrap(key, new.public, place)


def _wrap(work: UnitOfWork, case_id: UUID, room: Room, key: RoomKey, account_id: UUID, fingerprint: bytes) -> None:
    keys = statements.public_keys(work, {fingerprint}).get(fingerprint)
    if keys is None:
        raise KeyAlarm("public_key", account_id)
    work.session.add(
        RoomWrap(
            case_id=case_id,
            room=room,
            epoch=key.epoch,
            account_id=account_id,
            fingerprint=fingerprint,
            wrapped=wrapping.wrap(key, keys, _wrap_place(case_id, room, account_id)),
        )
    )


def _verify(work: UnitOfWork, manifest: RoomEpoch) -> None:
    """Raise KeyAlarm unless a manifest is what one of its rightful members signed; once in a unit for each."""
    verified = work.memory.setdefault("manifests", set())
    if manifest.digest in verified and manifest.digest == _digest(manifest):
        return
    where = (manifest.case_id, manifest.room, manifest.epoch)
    if _digest(manifest) != manifest.digest:
        raise KeyAlarm("manifest_digest", *where)
    pinned = work.pinned.setdefault(manifest.case_id, Pinned())
    if pinned.epochs.get(manifest.room) != (manifest.epoch, manifest.digest):
        _verify_maker(work, manifest)
        key = statements.public_keys(work, {manifest.maker_fingerprint}).get(manifest.maker_fingerprint)
        if key is None:
            raise KeyAlarm("signer_key", *where)
        try:
            signing.verify(key.sign, manifest.signature, _SIGNED, manifest.digest)
        except SealBroken:
            raise KeyAlarm("manifest_signature", *where) from None
        pinned.raise_epoch(manifest.room, manifest.epoch, manifest.digest)
    verified.add(manifest.digest)


def _verify_maker(work: UnitOfWork, manifest: RoomEpoch) -> None:
    """Raise KeyAlarm unless the maker and all members had a seat that listens when the epoch was made.

    A manifest names the statements that its maker knew. One that knows more than the chain, or another chain, shows
    that somebody hides statements from this reader.
    """
    where = (manifest.case_id, manifest.room, manifest.epoch)
    then = statements.standings_at(work, manifest.case_id, manifest.statements_number)
    desk = statements.desk_at(work, manifest.desk_number)
    if then is None or desk is None or (then.head, desk.head) != (manifest.statements_head, manifest.desk_head):
        raise KeyAlarm("manifest_statements", *where)
    rightful = {
        (one.account, one.fingerprint) for one in then.people.values() if listens(manifest.room, one.party, one.role)
    }
    if Role.COORDINATOR in HEARS[manifest.room]:
        rightful |= set(desk.of(StaffRole.COORDINATOR).items())
    members = set(_members_of(manifest).items())
    if (manifest.maker_id, manifest.maker_fingerprint) not in members or not members <= rightful:
        raise KeyAlarm("manifest_members", *where)


def _with_unchanged_keys(work: UnitOfWork, people: Members) -> Members:
    """Those who still have the key that was signed for; who says to have made a new one waits for a new statement."""
    known = work.memory.setdefault("unchanged", {})
    missing = {account: print_ for account, print_ in people.items() if known.get(account) != print_}
    for account in accounts_among(work.session, missing):
        if account.fingerprint == missing[account.id]:
            known[account.id] = account.fingerprint
        elif account.renewed_at is None:
            raise KeyAlarm("fingerprint_changed", account.id)
        else:
            people = {one: print_ for one, print_ in people.items() if one != account.id}
    return people


def _members_of(manifest: RoomEpoch) -> Members:
    told = manifest.members
    if len(told) % 48:
        raise KeyAlarm("manifest_members", manifest.case_id, manifest.room, manifest.epoch)
    return {UUID(bytes=told[i : i + 16]): told[i + 16 : i + 48] for i in range(0, len(told), 48)}


def _digest(row: RoomEpoch) -> bytes:
    return digest(
        _MANIFEST,
        row.case_id,
        row.room.value,
        row.epoch,
        row.members,
        row.commitment,
        row.statements_number,
        row.statements_head,
        row.desk_number,
        row.desk_head,
        row.maker_id,
        row.maker_fingerprint,
        row.previous,
    )


def _wrap_place(case_id: UUID, room: Room, account_id: UUID) -> bytes:
    return encode(case_id, room.value, account_id)


def _commitment_place(case_id: UUID, room: Room) -> bytes:
    return encode(case_id, room.value)


def _personal(work: UnitOfWork, place: Place) -> bytes:
    return encode(_PERSONAL, work.person.account_id, place.context(0))


def written(body: Body) -> bytes:
    """The bytes of a body: its one spelling as JSON, with sorted names and no blanks."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _read(plaintext: bytes) -> dict[str, Any]:
    try:
        told = json.loads(plaintext)
    except ValueError:
        raise SealBroken from None
    if not isinstance(told, dict):
        raise SealBroken
    return told
