"""What of a case stands in an exported record: every table, placed in the room whose hearers may take it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from dialogue.domain.people import Room, Seat, rooms_of
from dialogue.domain.record import chains_read_by
from dialogue.errors import SealBroken
from dialogue.services import identity, rooms
from dialogue.services.ledger import chain_name
from dialogue.services.unit import UnitOfWork
from dialogue.store.accounts import public_keys_among
from dialogue.store.base import InRoom
from dialogue.store.cases import Case, organisations_of
from dialogue.store.notes import drafts_by
from dialogue.store.participants import SeatStatement, participants_of, statements_of
from dialogue.store.record import chain_of
from dialogue.store.rooms import epochs_of
from dialogue.store.walk import kind_of, pages_of, parents_of

_J, _D, _R, _T, _I, _L = Room.JOINT, Room.DRAFTING, Room.REQUEST, Room.TERMS, Room.INPUT, Room.LOGISTICS
OWN = "own"

# Where the rows of each table are sealed: in one room; in the room that the row names; in that of the row on which it
# hangs. A table that is not here, and not among those left out, fails a test.
PLACED: Mapping[str, Room | str] = {
    "agenda_items": _J,
    "attendants": _L,
    "commitment_changes": _J,
    "commitment_reports": _J,
    "commitment_supports": _J,
    "commitments": _J,
    "declarations": _R,
    "disclosure_wishes": _J,
    "document_releases": OWN,
    "document_versions": "document_id",
    "documents": OWN,
    "endorsements": _D,
    "help_requests": _J,
    "item_documents": _J,
    "joint_acts": _J,
    "joint_voices": _J,
    "meeting_answers": "meeting_id",
    "meeting_bookings": "meeting_id",
    "meeting_dates": "meeting_id",
    "meeting_voices": "meeting_id",
    "meetings": OWN,
    "note_revisions": "note_id",
    "notes": OWN,
    "notices": _J,
    "outcome_signatures": _J,
    "outcomes": _J,
    "paper_entries": _J,
    "paper_voices": _J,
    "positions": _J,
    "programmes": "meeting_id",
    "questions": _I,
    "recusals": "meeting_id",
    "registers": OWN,
    "releases": OWN,
    "replies": _R,
    "request_comments": _D,
    "request_versions": _D,
    "requests": _R,
    "review_views": _J,
    "reviews": _J,
    "seat_inquiries": _D,
    "summaries": _J,
    "summary_amendments": _J,
    "summary_signatures": _J,
    "summary_versions": _J,
    "terms_acceptances": _T,
    "terms_versions": _T,
    "translations": _J,
    "wordings": _J,
}
# A column that is sealed elsewhere than the rest of its row.
ELSEWHERE: Mapping[tuple[str, str], Room] = {
    ("help_requests", "sealed_request"): _L,
    ("help_requests", "sealed_answer"): _L,
}
LEFT_OUT: Mapping[str, str] = {
    "calendar_entries": "what one person's calendar was told; it follows from the meetings",
    "certificate_readers": "there is none before the destruction",
    "certificates": "there is none before the destruction",
    "drafts": "the exporter's own stand apart, under what is personal",
    "due_wraps": "hints about keys",
    "files": "the documents themselves are in the export",
    "organisations": "stand among the people",
    "participants": "stand among the people",
    "pins": "what the exporter's keys have seen; it is checked at each visit",
    "private_labels": "the exporter's own stands apart, under what is personal",
    "record_entries": "stand in their chains",
    "room_epochs": "stand among the lists of who hears a room",
    "room_wraps": "keys",
    "seat_statements": "stand in their chain",
    "tidings": "what one person was told of; it follows from the record",
    "upload_parts": "files that have not arrived",
}
_PRIVATE = {Room.COMPANY, Room.UNION, Room.COMPANY_CAUCUS, Room.UNION_CAUCUS, Room.FACILITATION}
PAGE = 200


@dataclass(frozen=True, slots=True)
class Taken:
    """Whose record is taken out, and from which rooms."""

    case: Case
    seat: Seat
    heard: frozenset[Room]


def taken(case: Case, seat: Seat) -> Taken:
    return Taken(case, seat, rooms_of(seat))


def tables(work: UnitOfWork, taken: Taken) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
    """Every placed table with its rows, opened page by page."""
    for name in sorted(PLACED):
        yield name, _rows(work, taken, name)


def case_columns(case: Case) -> dict[str, Any]:
    """The case's own row: number, state and dates."""
    return {column: _plain(getattr(case, column)) for column in case.__table__.columns.keys()}  # noqa: SIM118


def people(work: UnitOfWork, taken: Taken) -> list[dict[str, Any]]:
    """Who is or was listed: name and function, never an address."""
    organisations = {
        row.id: identity.shown_field(work, row)["name"] for row in organisations_of(work.session, taken.case.id)
    }
    found = []
    for row in participants_of(work.session, taken.case.id):
        said = identity.shown_field(work, row)
        found.append(
            {
                "id": str(row.id),
                "account": str(row.account_id) if row.account_id else None,
                "name": said.get("name", ""),
                "function": said.get("function", ""),
                "organisation": organisations.get(row.organisation_id) if row.organisation_id else None,
                "party": row.party.value if row.party else None,
                "role": row.role.value,
                "state": row.state.value,
                "listed_at": _plain(row.listed_at),
                "removed_at": _plain(row.removed_at),
            }
        )
    return found


def seat_statements(work: UnitOfWork, taken: Taken) -> list[dict[str, Any]]:
    """The chain of statements; of one about a room of the other side only what links the chain."""
    return [_statement(row, taken) for row in statements_of(work.session, taken.case.id)]


def epochs(work: UnitOfWork, taken: Taken) -> list[dict[str, Any]]:
    """The signed lists of who hears each of the rooms."""
    return [_columns(row) for room in sorted(taken.heard) for row in epochs_of(work.session, taken.case.id, room)]


def keys(work: UnitOfWork, fingerprints: set[str]) -> list[dict[str, Any]]:
    """The public keys behind those fingerprints."""
    wanted = {bytes.fromhex(one) for one in fingerprints if one}
    return [
        {
            "account": str(row.account_id),
            "fingerprint": row.fingerprint.hex(),
            "kem": row.kem.hex(),
            "sign": row.sign.hex(),
            "self_signature": row.self_signature.hex(),
        }
        for row in sorted(public_keys_among(work.session, wanted), key=lambda row: row.fingerprint)
    ]


def chains(session: Session, taken: Taken) -> Iterator[tuple[Room, str, Iterator[dict[str, Any]]]]:
    """The record of each room that the seat reads, entry by entry."""
    for room in sorted(chains_read_by(taken.seat)):
        name = chain_name(taken.case.id, room)
        yield room, name, _entries(session, name)


def personal(work: UnitOfWork, taken: Taken) -> list[dict[str, Any]]:
    """What the exporter keeps for himself, and nobody else's."""
    found = []
    for row in drafts_by(work.session, taken.seat.account, taken.case.id):
        try:
            said = rooms.open_personal(work, row.sealed_body, row.personal_place("body"))
        except SealBroken:
            said = {}
        found.append({"form": row.form, "saved_at": _plain(row.saved_at), "fields": said})
    return found


def is_withheld(room: Room | None, taken: Taken) -> bool:
    """Whether a statement is about a private room that the exporter does not hear."""
    return room in _PRIVATE and room not in taken.heard


def _entries(session: Session, chain: str) -> Iterator[dict[str, Any]]:
    with chain_of(session, chain) as entries:
        for entry in entries:
            yield {
                "seq": entry.seq,
                "at": _plain(entry.at),
                "actor": _plain(entry.actor_id),
                "act": entry.act,
                "object": _plain(entry.object_id),
                "sealed_hash": _plain(entry.sealed_hash),
                "hash": entry.digest.hex(),
            }


def _rows(work: UnitOfWork, taken: Taken, table: str) -> Iterator[dict[str, Any]]:
    where = PLACED[table]
    if isinstance(where, Room) and where not in taken.heard:
        return
    kind = kind_of(table)
    for page in pages_of(work.session, kind, taken.case.id, PAGE):
        heads = parents_of(work.session, kind, where, page) if where not in {OWN, *Room} else {}
        placed = [(row, _room(row, where, heads)) for row in page]
        heard = [(row, room) for row, room in placed if room in taken.heard]
        opened = _opened(work, taken, table, heard)
        for row, _ in heard:
            yield _columns(row) | opened.get(row.id, {"opened": {}, "trouble": {}})
        for row in page:
            work.session.expunge(row)


def _room(row: Any, where: Room | str, heads: Mapping[UUID, Any]) -> Room | None:
    if isinstance(where, Room):
        return where
    if where == OWN:
        room: Room = row.room
        return room
    head = heads.get(getattr(row, where))
    return head.room if head is not None else None


def _opened(
    work: UnitOfWork, taken: Taken, table: str, placed: Sequence[tuple[Any, Room | None]]
) -> dict[UUID, dict[str, Any]]:
    """What was sealed in those rows; where something does not open, one word that says why."""
    wanted: dict[Room, list[tuple[Any, str]]] = {}
    for row, room in placed:
        for column in _sealed_columns(row):
            where = ELSEWHERE.get((table, column), room)
            if where is not None and where in taken.heard and getattr(row, column) is not None:
                wanted.setdefault(where, []).append((row, column.removeprefix("sealed_")))
    found: dict[UUID, dict[str, Any]] = {}
    for room, asked in wanted.items():
        records = [(getattr(row, f"sealed_{column}"), row.place(column, room)) for row, column in asked]
        for (row, column), told in zip(asked, rooms.open_all(work, taken.case, room, records), strict=True):
            one = found.setdefault(row.id, {"opened": {}, "trouble": {}})
            if told.trouble is None:
                one["opened"][column] = _without_keys(table, told.body)
            else:
                one["trouble"][column] = told.trouble.value
    return found


def _without_keys(table: str, body: dict[str, Any]) -> dict[str, Any]:
    """A file's key opens nothing outside, and stays here."""
    return {name: value for name, value in body.items() if name != "key"} if table in _WITH_FILE_KEYS else body


_WITH_FILE_KEYS = {"document_versions", "document_releases"}


def _sealed_columns(row: InRoom) -> list[str]:
    return [name for name in row.__table__.columns.keys() if name.startswith("sealed_")]  # type: ignore[attr-defined]  # noqa: SIM118


def _columns(row: Any) -> dict[str, Any]:
    """The columns in clear."""
    return {
        name: _plain(getattr(row, name))
        for name in row.__table__.columns.keys()  # noqa: SIM118
        if not name.startswith("sealed_")
    }


def _statement(row: SeatStatement, taken: Taken) -> dict[str, Any]:
    told = _columns(row)
    if is_withheld(row.room, taken):
        return {"number": row.number, "previous": told["previous"], "digest": told["digest"], "withheld": True}
    return told | {"withheld": False}


def _plain(value: Any) -> Any:
    match value:
        case StrEnum():
            return value.value
        case UUID():
            return str(value)
        case bytes():
            return value.hex()
        case datetime() | date():
            return value.isoformat()
        case _:
            return value


def fingerprints(statements: Sequence[Mapping[str, Any]], manifests: Sequence[Mapping[str, Any]]) -> set[str]:
    """Every key that is needed to check the chain of statements and the lists of who hears a room."""
    signers = {told["signer_fingerprint"] for told in statements if not told["withheld"]}
    seated = {told["fingerprint"] for told in statements if not told["withheld"]}
    return signers | seated | {told["maker_fingerprint"] for told in manifests}
