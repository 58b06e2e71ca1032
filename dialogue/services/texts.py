"""What is said around the record in both parties' name: preamble, closing words, statement; agreed like any wording."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.agenda import (
    PLACES,
    ItemKind,
    ItemState,
    acts_on,
    draft_of_text,
    draft_of_text_position,
    draft_of_text_translation,
)
from dialogue.domain.people import Room, Seat
from dialogue.domain.positions import Consensus
from dialogue.errors import OutOfDate
from dialogue.services import audit, cases, items, positions, rooms, table, wordings
from dialogue.services.admission import admit
from dialogue.services.cases import CaseHead
from dialogue.services.items import ItemShown
from dialogue.services.positions import Said
from dialogue.services.unit import UnitOfWork
from dialogue.services.wordings import Words
from dialogue.store.agenda import AgendaItem, find_text
from dialogue.store.cases import Case

READ_BY = {
    ItemKind.PREAMBLE: Act.OUTCOME_READ,
    ItemKind.CLOSING: Act.OUTCOME_READ,
    ItemKind.STATEMENT: Act.DISCLOSURE_READ,
}
WORDED_BY = {
    ItemKind.PREAMBLE: Act.FRAME_WORD,
    ItemKind.CLOSING: Act.FRAME_WORD,
    ItemKind.STATEMENT: Act.STATEMENT_WORD,
}
ANSWERED_BY = {
    ItemKind.PREAMBLE: Act.FRAME_STAND,
    ItemKind.CLOSING: Act.FRAME_STAND,
    ItemKind.STATEMENT: Act.STATEMENT_STAND,
}


@dataclass(frozen=True, slots=True)
class TextShown:
    """One of these texts, and what the reader can do to it.

    words   everything that lies on the table for it; None while nobody has put a word
    """

    head: CaseHead
    kind: ItemKind
    words: ItemShown | None = field(repr=False)
    may_word: bool
    may_translate: bool
    may_stand: bool

    @property
    def consensus(self) -> Consensus:
        return self.words.consensus if self.words is not None else Consensus.NO_WORDING


def show(work: UnitOfWork, case_id: UUID, kind: ItemKind, *, before: int | None = None) -> TextShown:
    """One text: the wording on the table, what it changes, both positions, and a page of what was before."""
    case, seat = admit(work, case_id, READ_BY[kind])
    item = find_text(work.session, case.id, kind)
    audit.record(work, READ_BY[kind], case.id, item.id if item is not None else None)
    return shown(work, case, seat, kind, before=before)


def shown(work: UnitOfWork, case: Case, seat: Seat, kind: ItemKind, *, before: int | None = None) -> TextShown:
    """The same for a page that shows more than this text, to somebody who was let in."""
    item = find_text(work.session, case.id, kind)
    words = items.shown(work, case, seat, item, before) if item is not None else None
    head = words.head if words is not None else cases.head(work, case, seat)
    together = words.consensus if words is not None else Consensus.NO_WORDING
    open_acts = (
        acts_on(table.situation(work, item, together), seat.party) if item is not None else {Act.WORDING_PROPOSE}
    )
    return TextShown(
        head,
        kind,
        words,
        WORDED_BY[kind] in head.may and Act.WORDING_PROPOSE in open_acts,
        WORDED_BY[kind] in head.may and Act.WORDING_TRANSLATE in open_acts,
        ANSWERED_BY[kind] in head.may and Act.POSITION_RECORD in open_acts,
    )


def word(
    work: UnitOfWork,
    case_id: UUID,
    kind: ItemKind,
    *,
    text: str,
    language: str,
    answers_id: UUID | None,
    remark: str = "",
) -> UUID:
    """Put a wording for one of these texts; the positions on the one before it are positions on the past.

    answers_id   the wording that the author had before the eyes; None where there was none
    raises       OutOfDate when another one is on the table, NotAgreed when both parties have agreed on it
    """
    case, seat = admit(work, case_id, WORDED_BY[kind])
    item = find_text(work.session, case.id, kind) or _begin(work, case, seat, kind)
    words = Words(text, language, remark)
    return wordings.put(work, case, seat, item, WORDED_BY[kind], words, answers_id, draft_of_text(kind))


def translate(work: UnitOfWork, case_id: UUID, kind: ItemKind, *, wording_id: UUID, language: str, text: str) -> UUID:
    """Put the wording on the table into another language; the wording itself and the positions on it stay."""
    case, seat = admit(work, case_id, WORDED_BY[kind])
    item = _find(work, case, kind)
    words, draft = Words(text, language), draft_of_text_translation(kind)
    return wordings.put_translation(work, case, seat, item, WORDED_BY[kind], words, wording_id, draft)


def stand(
    work: UnitOfWork, case_id: UUID, kind: ItemKind, *, wording_id: UUID, previous_id: UUID | None, said: Said
) -> Consensus:
    """Record the position of the actor's party and give what the two positions now make.

    wording_id, previous_id   what the person had before the eyes
    """
    case, seat = admit(work, case_id, ANSWERED_BY[kind])
    item, draft = _find(work, case, kind), draft_of_text_position(kind)
    return positions.put(work, case, seat, item, ANSWERED_BY[kind], said, wording_id, previous_id, draft)


def _find(work: UnitOfWork, case: Case, kind: ItemKind) -> AgendaItem:
    item = find_text(work.session, case.id, kind)
    if item is None:
        raise OutOfDate(kind)
    return item


def _begin(work: UnitOfWork, case: Case, seat: Seat, kind: ItemKind) -> AgendaItem:
    """The place of this text; nobody has to admit what every dialogue has once."""
    item = AgendaItem(
        id=uuid4(),
        case_id=case.id,
        number=PLACES[kind],
        turn=PLACES[kind],
        kind=kind,
        state=ItemState.ADMITTED,
        proposed_by=seat.account,
        proposed_at=work.now,
        state_since=work.now,
    )
    body = table.item_body(item, "", "")
    item.sealed_body = rooms.seal(work, case, Room.JOINT, body, item.place("body", Room.JOINT))
    work.session.add(item)
    work.session.flush()
    return item
