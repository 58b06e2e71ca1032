"""Certificates of destruction: worded without content, vouched for by the server, shown to those who spoke in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from os import urandom
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from dialogue.crypto.context import digest
from dialogue.domain.acts import Act
from dialogue.domain.cases import CaseStatus
from dialogue.domain.people import Party, Room
from dialogue.domain.retention import Rule
from dialogue.errors import NotFound, SealBroken
from dialogue.services.admission import enter
from dialogue.services.instance import Instance
from dialogue.services.ledger import INSTANCE, Pending, chain_name
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case, all_cases
from dialogue.store.certificates import (
    Certificate,
    CertificateReader,
    all_certificates,
    certificates_for,
    find_certificate,
    is_reader,
)
from dialogue.store.record import Entry

FORMAT = "dialogue-certificate"
VERSION = 1
PAGE = 25
MACS = "certificates.mac"
_MACED = "dialogue/certificate/1"
# What both parties hear; of the other rooms a head says neither whose it is nor how much was written there.
_SHARED = (Room.DRAFTING, Room.REQUEST, Room.TERMS, Room.LOGISTICS, Room.JOINT, Room.INPUT)
_FURTHER = 8


@dataclass(frozen=True, slots=True)
class Head:
    """How far the record of one shared room had come."""

    room: Room
    entries: int
    head: str


@dataclass(frozen=True, slots=True)
class CertificateShown:
    """A certificate as it is shown.

    further   heads of everything else, some of them chance: whoever noted one finds it, and nobody learns more
    file      the whole as a file, with what vouches for it
    holds     whether this server has made it, word for word
    """

    case_id: UUID
    number: str
    opened_at: datetime
    taken_up_at: datetime | None
    over_since: datetime
    kept_until: datetime
    destroyed_at: datetime
    rule: Rule
    heads: tuple[Head, ...]
    further: tuple[str, ...]
    file: bytes
    holds: bool


@dataclass(frozen=True, slots=True)
class CertificateLine:
    """One certificate in a list."""

    case_id: UUID
    number: str
    destroyed_at: datetime


@dataclass(frozen=True, slots=True)
class CertificatesPage:
    """One page, and the key of the next one where there is more."""

    lines: tuple[CertificateLine, ...]
    after: tuple[datetime, UUID] | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the verification of a file says.

    is_ours    this server made it: its key vouches for it, or the very same stands here
    is_stored  the very same certificate stands here
    """

    number: str
    case_id: UUID
    destroyed_at: datetime
    is_ours: bool
    is_stored: bool


def index(work: UnitOfWork, *, after: tuple[datetime, UUID] | None = None) -> CertificatesPage:
    """The certificates of what the actor spoke in, newest first."""
    person = enter(work, Act.CERTIFICATE_READ)
    found = certificates_for(work.session, person.account_id, before=after, limit=PAGE + 1)
    shown = found[:PAGE]
    lines = tuple(CertificateLine(row.case_id, _told(row.text)["number"] or "", row.made_at) for row in shown)
    return CertificatesPage(lines, (shown[-1].made_at, shown[-1].case_id) if len(found) > PAGE else None)


def is_issued(work: UnitOfWork, case_id: UUID) -> bool:
    """Whether a certificate is what the actor still has of a case."""
    person = enter(work, Act.CERTIFICATE_READ)
    return is_reader(work.session, case_id, person.account_id)


def show(work: UnitOfWork, case_id: UUID) -> CertificateShown:
    """One certificate; for everybody else there is no such thing."""
    person = enter(work, Act.CERTIFICATE_READ)
    row = find_certificate(work.session, case_id)
    if row is None or not is_reader(work.session, case_id, person.account_id):
        raise NotFound(case_id)
    told = _told(row.text)
    return CertificateShown(
        case_id,
        told["number"] or "",
        datetime.fromisoformat(told["opened_at"]),
        _moment(told["taken_up_at"]),
        datetime.fromisoformat(told["over_since"]),
        datetime.fromisoformat(told["kept_until"]),
        datetime.fromisoformat(told["destroyed_at"]),
        Rule(told["rule"]),
        tuple(Head(Room(one["room"]), one["entries"], one["head"]) for one in told["heads"]),
        tuple(told["further_heads"]),
        _file(row),
        _holds(work.instance, row.mac_key, row.mac, row.text),
    )


def issue(work: UnitOfWork, case: Case, rule: Rule, heads: Sequence[Entry], readers: dict[UUID, Party]) -> None:
    """Word, vouch for and keep the certificate of a case that is being destroyed in this unit.

    heads     the last entry of each chain of its record
    readers   who spoke for which party at the end
    """
    text = _worded(case, rule, heads, work.now)
    key_id, mac = work.instance.secrets.audit_mac(_digest(text))
    work.session.add(Certificate(case_id=case.id, text=text, made_at=work.now, mac=mac, mac_key=key_id))
    for account_id, party in readers.items():
        work.session.add(CertificateReader(case_id=case.id, account_id=account_id, party=party))
    work.session.flush()
    actor = work.actor.account_id if work.actor is not None else None
    work.entries.append(Pending(INSTANCE, None, actor, Act.CASE_DESTROY.value, case.id, _digest(text)))


def issued(session: Session, case_id: UUID) -> tuple[Rule, datetime] | None:
    """By which rule and when a case was destroyed, by its certificate."""
    row = find_certificate(session, case_id)
    if row is None:
        return None
    told = _told(row.text)
    return Rule(told["rule"]), datetime.fromisoformat(told["destroyed_at"])


def digest_of(session: Session, case_id: UUID) -> bytes | None:
    """32 bytes over the words of a certificate."""
    row = find_certificate(session, case_id)
    return _digest(row.text) if row is not None else None


def verify_file(instance: Instance, data: bytes) -> Verdict:
    """Hold a certificate that somebody kept against this server's key and against what stands here.

    raises   SealBroken where the file is no certificate
    """
    try:
        told = json.loads(data)
        text, key_id, mac = _text(told["certificate"]), str(told["key"]), bytes.fromhex(told["mac"])
        says = told["certificate"]
        if says["format"] != FORMAT or says["version"] != VERSION:
            raise SealBroken
        case_id, at = UUID(says["case"]), datetime.fromisoformat(says["destroyed_at"])
    except (KeyError, TypeError, ValueError):
        raise SealBroken from None
    with instance.store.session(writes=False) as session:
        row = find_certificate(session, case_id)
    is_stored = row is not None and row.text == text and _holds(instance, row.mac_key, row.mac, row.text)
    is_ours = is_stored or _holds(instance, key_id, mac, text)
    return Verdict(str(says["number"] or ""), case_id, at, is_ours, is_stored)


def not_as_issued(instance: Instance) -> list[UUID]:
    """The destroyed cases whose certificate is not what this server made, or is not there."""
    with instance.store.session(writes=False) as session:
        rows = {row.case_id: row for row in all_certificates(session)}
        gone = {case.id for case in all_cases(session) if case.status is CaseStatus.DESTROYED}
    wrong = {row.case_id for row in rows.values() if not _holds(instance, row.mac_key, row.mac, row.text)}
    return sorted(wrong | (gone - rows.keys()))


def vouch_anew(instance: Instance) -> tuple[int, int]:
    """Vouch for every certificate under the newest key; gives how many moved, and how many do not hold."""
    moved = left = 0
    with instance.store.session(writes=True) as session:
        for row in all_certificates(session):
            if row.mac_key == instance.secrets.newest:
                continue
            if not _holds(instance, row.mac_key, row.mac, row.text):
                left += 1
                continue
            row.mac_key, row.mac = instance.secrets.audit_mac(_digest(row.text))
            moved += 1
        session.commit()
    return moved, left


def _worded(case: Case, rule: Rule, heads: Sequence[Entry], now: datetime) -> str:
    shared = {chain_name(case.id, room): room for room in _SHARED}
    further = [entry.digest.hex() for entry in heads if entry.chain not in shared]
    further += [urandom(32).hex() for _ in range(_FURTHER - len(further))]
    return _text(
        {
            "format": FORMAT,
            "version": VERSION,
            "case": str(case.id),
            "number": case.reference,
            "opened_at": case.opened_at.isoformat(),
            "taken_up_at": case.taken_up_at.isoformat() if case.taken_up_at else None,
            "over_since": case.status_since.isoformat(),
            "kept_until": (case.retention_until or now).isoformat(),
            "destroyed_at": now.isoformat(),
            "rule": rule.value,
            "heads": [
                {"room": shared[entry.chain].value, "entries": entry.seq, "head": entry.digest.hex()}
                for entry in heads
                if entry.chain in shared
            ],
            "further_heads": sorted(further),
        }
    )


def _text(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1)


def _told(text: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(text)
    return told


def _file(row: Certificate) -> bytes:
    told = {"certificate": _told(row.text), "key": row.mac_key, "mac": row.mac.hex()}
    return (json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def _digest(text: str) -> bytes:
    return digest(_MACED, text)


def _holds(instance: Instance, key_id: str, mac: bytes, text: str) -> bool:
    return instance.secrets.audit_mac_valid(key_id, _digest(text), mac)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
