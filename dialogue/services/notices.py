"""The completion notice: prepared by the desk, shown to both leads, sent once, re-sent only identical."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.notices import WAITS, may_go
from dialogue.domain.people import Party, Seat
from dialogue.errors import NotAgreed, NotFound, OutOfDate, Unfit
from dialogue.services import audit, cases, letters, requests
from dialogue.services.admission import acts_open, admit
from dialogue.services.cases import CaseHead
from dialogue.services.letters import Letter, LetterKind
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.outcomes import Notice, find_notice


@dataclass(frozen=True, slots=True)
class OpenNotice:
    """The notice as it will go, or went, with its exact words: reference and date, nothing else.

    date         the day on which the dialogue was completed or ended
    goes_at      when it may go even without both answers
    times_sent   how often; every time the same words
    recipients   the addresses of the two groups' secretariats
    may          what the reader can do with it now
    """

    head: CaseHead
    reference: str
    date: datetime
    shown_at: datetime | None
    goes_at: datetime | None
    agreed: frozenset[Party]
    may_go: bool
    sent_at: datetime | None
    times_sent: int
    subject: str
    text: str
    recipients: tuple[str, ...] = field(repr=False)
    may: frozenset[Act]


def show(work: UnitOfWork, case_id: UUID) -> OpenNotice:
    """The notice of a case that has come to its end."""
    case, seat = admit(work, case_id, Act.NOTICE_READ)
    row = find_notice(work.session, case_id)
    audit.record(work, Act.NOTICE_READ, case_id)
    letter = _letter(work, case, row)
    return OpenNotice(
        cases.head(work, case, seat),
        _reference(case),
        _date(case, row),
        row.shown_at if row else None,
        row.shown_at + WAITS if row else None,
        row.agreed if row else frozenset(),
        row is not None and may_go(row.shown_at, row.agreed, work.now),
        row.sent_at if row else None,
        row.sent_count if row else 0,
        letter.subject,
        letter.text,
        work.instance.secretariats,
        _open_acts(work, row, seat) & acts_open(work, case, seat),
    )


def prepare(work: UnitOfWork, case_id: UUID) -> None:
    """Put the notice before both leads."""
    case, seat = admit(work, case_id, Act.NOTICE_PREPARE)
    _reference(case)
    if find_notice(work.session, case_id) is not None:
        raise OutOfDate(case_id)
    letter = _letter(work, case, None)
    row = Notice(
        id=uuid4(),
        case_id=case_id,
        prepared_by=seat.account,
        shown_at=work.now,
        ended_at=_date(case, None),
        subject=letter.subject,
        text=letter.text,
    )
    work.session.add(row)
    work.session.flush()
    audit.record(work, Act.NOTICE_PREPARE, case_id, row.id)
    cases.tell(work, requests.leads_of(work, case), LetterKind.WAITING, about=row.id.hex)


def agree(work: UnitOfWork, case_id: UUID) -> None:
    """Say for one's party that the notice may go."""
    case, seat = admit(work, case_id, Act.NOTICE_AGREE)
    row = _find(work, case_id)
    if row.sent_at is not None:
        raise OutOfDate(case_id)
    if seat.party is Party.COMPANY:
        row.agreed_by_company = row.agreed_by_company or work.now
    else:
        row.agreed_by_union = row.agreed_by_union or work.now
    audit.record(work, Act.NOTICE_AGREE, case.id, row.id)


def send(work: UnitOfWork, case_id: UUID, *, seen: int | None = None) -> None:
    """Send the notice to both secretariats; once sent, the same letter again and never another.

    seen     how often it had been sent when the page was made; OutOfDate where a colleague was quicker
    """
    case, _ = admit(work, case_id, Act.NOTICE_SEND)
    row = _find(work, case_id)
    if seen is not None and seen != row.sent_count:
        raise OutOfDate(case_id)
    if not may_go(row.shown_at, row.agreed, work.now):
        raise NotAgreed(case_id)
    if not work.instance.secretariats:
        raise Unfit("no_secretariats")
    for number, address in enumerate(work.instance.secretariats):
        letters.post(work, _letter(work, case, row, address), key=f"notice:{row.id.hex}:{number}:{row.sent_count}")
    row.sent_at = row.sent_at or work.now
    row.sent_count += 1
    audit.record(work, Act.NOTICE_SEND, case_id, row.id)


def _open_acts(work: UnitOfWork, row: Notice | None, seat: Seat) -> frozenset[Act]:
    """What the notice as it stands leaves to do, whoever may do it."""
    if row is None:
        return frozenset({Act.NOTICE_PREPARE})
    acts = {Act.NOTICE_AGREE} if row.sent_at is None and seat.party not in row.agreed else set()
    if may_go(row.shown_at, row.agreed, work.now) and work.instance.secretariats:
        acts.add(Act.NOTICE_SEND)
    return frozenset(acts)


def _find(work: UnitOfWork, case_id: UUID) -> Notice:
    row = find_notice(work.session, case_id)
    if row is None:
        raise NotFound(case_id)
    return row


def _reference(case: Case) -> str:
    if case.reference is None:
        raise NotFound(case.id)
    return case.reference


def _date(case: Case, row: Notice | None) -> datetime:
    return row.ended_at if row is not None else case.ended_at or case.status_since


def _letter(work: UnitOfWork, case: Case, row: Notice | None, address: str = "") -> Letter:
    """The notice as it was prepared; before that, as it would be."""
    if row is not None:
        return Letter(address, letters.LANGUAGES[0], row.subject, row.text, "")
    reference, on = _reference(case), _date(case, None).date()
    return letters.word(work.instance.base_url, LetterKind.COMPLETION_NOTICE, address, None, reference=reference, on=on)
