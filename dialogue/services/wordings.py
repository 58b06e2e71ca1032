"""Wordings: what is proposed to be agreed, each one answering the one before it."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.agenda import acts_on, check_translation, check_wording, draft_of_translation, draft_of_wording
from dialogue.domain.people import Room, Seat
from dialogue.domain.positions import Consensus
from dialogue.errors import IllegalTransition, NotAgreed, OutOfDate, SealBroken
from dialogue.services import audit, cases, drafts, requests, rooms, table
from dialogue.services.admission import admit
from dialogue.services.letters import LetterKind
from dialogue.services.rooms import refusal_of
from dialogue.services.unit import UnitOfWork
from dialogue.store.agenda import (
    AgendaItem,
    Translation,
    Wording,
    find_wording,
    last_translation_number,
    newest_wordings,
    positions_on,
)
from dialogue.store.cases import Case


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody puts on the table."""

    text: str = field(repr=False)
    language: str
    remark: str = field(default="", repr=False)


def propose(
    work: UnitOfWork,
    case_id: UUID,
    item_id: UUID,
    *,
    text: str,
    language: str,
    answers_id: UUID | None,
    remark: str = "",
) -> UUID:
    """Put a wording on the table; the positions on the one before it are positions on the past.

    answers_id   the wording that the author had before his eyes; None where there was none
    raises       OutOfDate when another one is on the table, NotAgreed when both parties have agreed on it and have not
                 reopened it together
    """
    case, seat = admit(work, case_id, Act.WORDING_PROPOSE)
    item = table.find(work, case, item_id)
    words = Words(text, language, remark)
    return put(work, case, seat, item, Act.WORDING_PROPOSE, words, answers_id, draft_of_wording(item.id))


def put(
    work: UnitOfWork,
    case: Case,
    seat: Seat,
    item: AgendaItem,
    act: Act,
    words: Words,
    answers_id: UUID | None,
    draft: str,
) -> UUID:
    """Put a wording for whatever is agreed by wordings; ``act``, under which it is recorded, was let in.

    draft   the name under which the words were kept while they were written
    """
    text, language, remark = words.text, words.language, words.remark
    if item.wording_id != answers_id:
        raise OutOfDate(item.id)
    check_wording(text, remark)
    newest = next(iter(newest_wordings(work.session, item.id, limit=1)), None)
    if (newest.id if newest else None) != item.wording_id:
        raise SealBroken(item.id)
    positions = table.open_positions(work, case, positions_on(work.session, [answers_id] if answers_id else []))
    current = table.newest_of_each(positions, answers_id)
    standing = table.situation(work, item, table.consensus(current, answers_id))
    table.require_readable(current)
    if not standing.may_be_worded:
        raise NotAgreed(item.id)
    if Act.WORDING_PROPOSE not in acts_on(standing, seat.party):
        raise IllegalTransition(item.state, Act.WORDING_PROPOSE)
    row = Wording(
        id=uuid4(),
        case_id=case.id,
        item_id=item.id,
        number=newest.number + 1 if newest else 1,
        author_id=seat.account,
        party=seat.party,
        answers_id=answers_id,
        language=language,
        made_at=work.now,
    )
    body = table.wording_body(row, text, remark)
    row.sealed_body = rooms.seal(work, case, Room.JOINT, body, row.place("body", Room.JOINT))
    work.session.add(row)
    work.session.flush()
    item.wording_id = row.id
    item.reopened_wording_id = None
    drafts.discard(work, case.id, draft)
    audit.record(work, act, case.id, row.id, sealed=row.sealed_body)
    others = [lead for lead in requests.leads_of(work, case) if lead != seat.account]
    cases.tell(work, others, LetterKind.WAITING, about=row.id.hex)
    return row.id


def translate(work: UnitOfWork, case_id: UUID, item_id: UUID, *, wording_id: UUID, language: str, text: str) -> UUID:
    """Put the wording on the table into another language; the wording itself and the positions on it stay.

    wording_id   the wording that the translator had before the eyes
    raises       OutOfDate when another one is on the table, Unfit for the wording's own language
    """
    case, seat = admit(work, case_id, Act.WORDING_TRANSLATE)
    item = table.find(work, case, item_id)
    words, draft = Words(text, language), draft_of_translation(item.id)
    return put_translation(work, case, seat, item, Act.WORDING_TRANSLATE, words, wording_id, draft)


def put_translation(
    work: UnitOfWork, case: Case, seat: Seat, item: AgendaItem, act: Act, words: Words, wording_id: UUID, draft: str
) -> UUID:
    """The same for a translation of whatever is agreed by wordings."""
    text, language = words.text, words.language
    row = find_wording(work.session, case.id, wording_id)
    if row is None or item.wording_id != wording_id:
        raise OutOfDate(item.id)
    if Act.WORDING_TRANSLATE not in acts_on(table.situation(work, item, Consensus.PENDING), seat.party):
        raise IllegalTransition(item.state, Act.WORDING_TRANSLATE)
    wording = table.open_wordings(work, case, [row])[0]
    if wording.trouble is not None:
        raise refusal_of(wording.trouble, wording_id)
    check_translation(text, language, wording.language)
    translation = Translation(
        id=uuid4(),
        case_id=case.id,
        item_id=item.id,
        wording_id=wording_id,
        language=language,
        number=last_translation_number(work.session, wording_id, language) + 1,
        author_id=seat.account,
        party=seat.party,
        made_at=work.now,
    )
    body = table.translation_body(translation, wording, text)
    translation.sealed_body = rooms.seal(work, case, Room.JOINT, body, translation.place("body", Room.JOINT))
    work.session.add(translation)
    work.session.flush()
    drafts.discard(work, case.id, draft)
    audit.record(work, act, case.id, translation.id, sealed=translation.sealed_body)
    return translation.id
