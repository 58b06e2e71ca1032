"""Paper entries: what happened outside this place, kept as it was once both leads have signed that it was so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from dialogue.crypto.context import digest
from dialogue.domain.acts import Act
from dialogue.domain.paper import DRAFT_OF_ENTRY, PAPER, PaperKind, PaperState, check_entry
from dialogue.domain.people import Party, Room, Seat
from dialogue.errors import IllegalTransition, NotFound, OutOfDate, SealBroken
from dialogue.services import audit, cases, drafts, identity, requests, rooms, signatures, table
from dialogue.services.admission import admit
from dialogue.services.approvals import Signed
from dialogue.services.cases import CaseHead
from dialogue.services.identity import Person
from dialogue.services.letters import LetterKind
from dialogue.services.rooms import Opened, Trouble
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.paper import PaperEntry, PaperVoice, entries_of, find_entry, parties_heard, voices_on

_ENTRY = "dialogue/paper-entry/1"
_VOICE = "dialogue/paper-voice/1"
_ACTS = frozenset({Act.PAPER_PROPOSE, Act.PAPER_AGREE, Act.PAPER_WITHDRAW})


@dataclass(frozen=True, slots=True)
class EntryShown:
    """One paper entry, the signatures checked; with a ``trouble`` there are no words.

    party   whose lead proposed it; None where a facilitator did
    may     what the reader may do about it now
    """

    id: UUID
    state: PaperState
    kind: PaperKind | None
    title: str = field(repr=False)
    text: str = field(repr=False)
    happened_on: date | None
    party: Party | None
    proposed_by: Person = field(repr=False)
    proposed_at: datetime
    settled_at: datetime | None
    voices: tuple[Signed, ...]
    trouble: Trouble | None
    may: frozenset[Act]

    @property
    def holds(self) -> bool:
        """Both parties have signed these very words."""
        return {voice.party for voice in self.voices if voice.holds} == set(Party)

    @property
    def heard(self) -> frozenset[Party]:
        return frozenset(voice.party for voice in self.voices)


@dataclass(frozen=True, slots=True)
class PaperEntries:
    """Every paper entry of a case, newest first."""

    head: CaseHead
    entries: tuple[EntryShown, ...]
    may: frozenset[Act]


def index(work: UnitOfWork, case_id: UUID) -> PaperEntries:
    """Every paper entry, with who has signed it."""
    return _look(work, case_id, Act.PAPER_READ)


def look_before_proposing(work: UnitOfWork, case_id: UUID) -> PaperEntries:
    """The same for whoever is about to propose one; refused as proposing itself would be."""
    return _look(work, case_id, Act.PAPER_PROPOSE)


def propose(work: UnitOfWork, case_id: UUID, *, kind: PaperKind, title: str, text: str, happened_on: date) -> UUID:
    """Enter what happened outside this place. A lead's proposal is its party's word; a facilitator has none."""
    case, seat = admit(work, case_id, Act.PAPER_PROPOSE)
    check_entry(title, text, happened_on, work.now.date())
    row = PaperEntry(
        id=uuid4(),
        case_id=case.id,
        state=PaperState.PROPOSED,
        party=seat.party,
        proposed_by=seat.account,
        proposed_at=work.now,
    )
    body = {
        "kind": kind.value,
        "title": title,
        "text": text,
        "happened_on": happened_on.isoformat(),
        **_bound_to(row),
    }
    row.sealed_body = rooms.seal(work, case, Room.JOINT, body, row.place("body", Room.JOINT))
    work.session.add(row)
    work.session.flush()
    drafts.discard(work, case.id, DRAFT_OF_ENTRY)
    audit.record(work, Act.PAPER_PROPOSE, case.id, row.id, sealed=row.sealed_body)
    if seat.party is not None:
        _speak(work, case, row, body, seat.party)
    leads = requests.leads_of(work, case, seat.party.other if seat.party else None)
    cases.tell(work, leads, LetterKind.WAITING, about=row.id.hex)
    return row.id


def agree(work: UnitOfWork, case_id: UUID, entry_id: UUID) -> PaperState:
    """Sign for the actor's party that it was so; with both signatures the entry never changes again.

    raises   OutOfDate where it is settled already
    """
    case, seat = admit(work, case_id, Act.PAPER_AGREE)
    party = table.party_of(seat)
    row = _find(work, case, entry_id)
    if row.state is not PaperState.PROPOSED:
        raise OutOfDate(entry_id)
    heard = parties_heard(work.session, row.id)
    if party in heard:
        raise IllegalTransition(row.state, Act.PAPER_AGREE)
    told = _open(work, case, [row])[0]
    if told.trouble is not None:
        raise rooms.refusal_of(told.trouble, row.id)
    present = _voices(work, case, [row], [told]).get(row.id, ())
    if not all(voice.holds for voice in present):
        raise SealBroken(entry_id)
    _speak(work, case, row, told.body, party)
    if heard | {party} == set(Party):
        row.state, row.settled_at = PAPER.after(row.state, Act.PAPER_AGREE), work.now
        work.session.flush()
    return row.state


def withdraw(work: UnitOfWork, case_id: UUID, entry_id: UUID) -> None:
    """Take an entry off that is not agreed; whoever has proposed it can, and either lead.

    raises   OutOfDate where it is settled already
    """
    case, seat = admit(work, case_id, Act.PAPER_WITHDRAW)
    row = _find(work, case, entry_id)
    if row.state is not PaperState.PROPOSED:
        raise OutOfDate(entry_id)
    row.state, row.settled_at = PAPER.after(row.state, Act.PAPER_WITHDRAW), work.now
    work.session.flush()
    audit.record(work, Act.PAPER_WITHDRAW, case.id, row.id)
    told = {row.proposed_by, *requests.leads_of(work, case)} - {seat.account}
    cases.tell(work, sorted(told), LetterKind.WAITING, about=f"{row.id.hex}:withdrawn")


def _look(work: UnitOfWork, case_id: UUID, act: Act) -> PaperEntries:
    case, seat = admit(work, case_id, act)
    rows = entries_of(work.session, case.id)
    opened = _open(work, case, rows)
    voices = _voices(work, case, rows, opened)
    people = identity.people(work, {row.proposed_by for row in rows})
    head = cases.head(work, case, seat)
    audit.record(work, Act.PAPER_READ, case.id)
    return PaperEntries(
        head,
        tuple(
            EntryShown(
                row.id,
                row.state,
                PaperKind(told.body["kind"]) if told.trouble is None else None,
                told.body.get("title", ""),
                told.body.get("text", ""),
                date.fromisoformat(told.body["happened_on"]) if told.trouble is None else None,
                row.party,
                people[row.proposed_by],
                row.proposed_at,
                row.settled_at,
                voices.get(row.id, ()),
                told.trouble,
                _possible(head, row, seat, told, voices.get(row.id, ())),
            )
            for row, told in zip(rows, opened, strict=True)
        ),
        head.may & _ACTS,
    )


def _possible(head: CaseHead, row: PaperEntry, seat: Seat, told: Opened, voices: Sequence[Signed]) -> frozenset[Act]:
    may = {act for act in head.may & _ACTS if PAPER.allows(row.state, act)}
    if told.trouble is not None or seat.party in {voice.party for voice in voices}:
        may.discard(Act.PAPER_AGREE)
    return frozenset(may)


def _find(work: UnitOfWork, case: Case, entry_id: UUID) -> PaperEntry:
    row = find_entry(work.session, case.id, entry_id)
    if row is None:
        raise NotFound(entry_id)
    return row


def _open(work: UnitOfWork, case: Case, rows: Sequence[PaperEntry]) -> list[Opened]:
    """Open those entries; one that was sealed for another proposer counts as broken."""
    places = [(row.sealed_body, row.place("body", Room.JOINT)) for row in rows]
    return [
        told if told.trouble or _bound_to(row).items() <= told.body.items() else Opened(trouble=Trouble.BROKEN)
        for row, told in zip(rows, rooms.open_all(work, case, Room.JOINT, places), strict=True)
    ]


def _bound_to(row: PaperEntry) -> dict[str, Any]:
    """What the columns in clear say, said again inside the seal."""
    return {"party": row.party.value if row.party else "", "by": str(row.proposed_by)}


def _hash(row: PaperEntry, body: Mapping[str, Any]) -> bytes:
    return digest(_ENTRY, row.case_id, row.id, rooms.body_digest(body))


def _speak(work: UnitOfWork, case: Case, row: PaperEntry, body: Mapping[str, Any], party: Party) -> None:
    voice = PaperVoice(
        id=uuid4(),
        case_id=case.id,
        entry_id=row.id,
        party=party,
        account_id=work.person.account_id,
        made_at=work.now,
    )
    hashed = _hash(row, body)
    signed = signatures.sign(work, _VOICE, case.id, party, row.id, hashed, voice.made_at)
    statement = {"hash": hashed.hex(), **signed}
    voice.sealed_statement = rooms.seal(work, case, Room.JOINT, statement, voice.place("statement", Room.JOINT))
    work.session.add(voice)
    work.session.flush()
    audit.record(work, Act.PAPER_AGREE, case.id, row.id, sealed=voice.sealed_statement)


def _voices(
    work: UnitOfWork, case: Case, rows: Sequence[PaperEntry], opened: Sequence[Opened]
) -> dict[UUID, tuple[Signed, ...]]:
    """Of each entry the parties' words on it, each held against what the entry says now."""
    hashes = {row.id: _hash(row, told.body) for row, told in zip(rows, opened, strict=True) if told.trouble is None}
    found = [voice for voice in voices_on(work.session, case.id) if voice.entry_id in {row.id for row in rows}]
    places = [(voice.sealed_statement, voice.place("statement", Room.JOINT)) for voice in found]
    told = rooms.open_all(work, case, Room.JOINT, places)
    signatures.fetch_keys(work, [one.body for one in told if one.trouble is None])
    people = identity.people(work, {voice.account_id for voice in found})
    shown: dict[UUID, tuple[Signed, ...]] = {}
    for voice, one in zip(found, told, strict=True):
        hashed = hashes.get(voice.entry_id, b"")
        mark = Signed(
            voice.party,
            people[voice.account_id],
            voice.made_at,
            one.body.get("fingerprint", ""),
            one.trouble is None and _holds(work, voice, one.body, hashed),
        )
        shown[voice.entry_id] = (*shown.get(voice.entry_id, ()), mark)
    return shown


def _holds(work: UnitOfWork, voice: PaperVoice, statement: Mapping[str, Any], hashed: bytes) -> bool:
    values = (voice.entry_id, hashed, voice.made_at)
    try:
        signatures.check(work, _VOICE, voice.case_id, voice.party, voice.account_id, statement, *values)
    except SealBroken:
        return False
    return bool(statement.get("hash") == hashed.hex())
