"""Positions: what each party says to the wording on the table, signed by who speaks for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.agenda import acts_on, draft_of_position
from dialogue.domain.people import Room, Seat
from dialogue.domain.positions import Consensus, Stance, check_words
from dialogue.errors import IllegalTransition, OutOfDate
from dialogue.services import audit, cases, drafts, requests, rooms, table
from dialogue.services.admission import admit
from dialogue.services.letters import LetterKind
from dialogue.services.rooms import refusal_of
from dialogue.services.unit import UnitOfWork
from dialogue.store.agenda import AgendaItem, PositionRow, find_wording, positions_on
from dialogue.store.cases import Case


@dataclass(frozen=True, slots=True)
class Said:
    """What a party says to a wording."""

    stance: Stance = field(repr=False)
    reason: str = field(default="", repr=False)
    reservation: str = field(default="", repr=False)


def record(
    work: UnitOfWork,
    case_id: UUID,
    item_id: UUID,
    *,
    wording_id: UUID,
    previous_id: UUID | None,
    stance: Stance,
    reason: str = "",
    reservation: str = "",
) -> Consensus:
    """Record the position of the actor's party and give what the two positions now make.

    wording_id    the wording that the person had before his eyes
    previous_id   the party's own position on it that the person saw; None where there was none
    raises        OutOfDate when either has changed since then, Unfit when a stance lacks the words it needs
    """
    case, seat = admit(work, case_id, Act.POSITION_RECORD)
    item = table.find(work, case, item_id)
    said = Said(stance, reason, reservation)
    draft = draft_of_position(item.id)
    return put(work, case, seat, item, Act.POSITION_RECORD, said, wording_id, previous_id, draft)


def put(
    work: UnitOfWork,
    case: Case,
    seat: Seat,
    item: AgendaItem,
    act: Act,
    said: Said,
    wording_id: UUID,
    previous_id: UUID | None,
    draft: str,
) -> Consensus:
    """Record a position on whatever is agreed by wordings; ``act``, under which it is recorded, was let in.

    draft   the name under which the words were kept while they were written
    """
    stance, reason, reservation = said.stance, said.reason, said.reservation
    party = table.party_of(seat)
    if item.wording_id != wording_id:
        raise OutOfDate(item.id)
    if Act.POSITION_RECORD not in acts_on(table.situation(work, item, Consensus.PENDING), party):
        raise IllegalTransition(item.state, Act.POSITION_RECORD)
    check_words(stance, reason=reason, reservation=reservation)
    wording_row = find_wording(work.session, case.id, wording_id)
    if wording_row is None:
        raise OutOfDate(item.id)
    wording = table.open_wordings(work, case, [wording_row])[0]
    if wording.trouble is not None:
        raise refusal_of(wording.trouble, wording_id)
    present = table.open_positions(work, case, positions_on(work.session, [wording_id]), [wording])
    before = table.newest_of_each(present, wording_id)
    own = before.get(party)
    if (own.id if own else None) != previous_id:
        raise OutOfDate(item.id)
    row = PositionRow(
        id=uuid4(),
        case_id=case.id,
        item_id=item.id,
        wording_id=wording_id,
        party=party,
        number=own.number + 1 if own else 1,
        account_id=seat.account,
        made_at=work.now,
    )
    stated = {
        "stance": stance.value,
        "reason": reason,
        "reservation": reservation,
        "previous": str(previous_id) if previous_id else None,
    }
    body = table.position_body(work, row, wording, stated)
    row.sealed_body = rooms.seal(work, case, Room.JOINT, body, row.place("body", Room.JOINT))
    work.session.add(row)
    work.session.flush()
    drafts.discard(work, case.id, draft)
    audit.record(work, act, case.id, row.id, sealed=row.sealed_body)
    cases.tell(work, requests.leads_of(work, case, party.other), LetterKind.WAITING, about=row.id.hex)
    return table.consensus(before | {party: table.open_positions(work, case, [row], [wording])[0]}, wording_id)
