"""Terms of confidentiality: proposed by one lead, agreed by the other, accepted by everybody who sits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from dialogue.crypto import signing
from dialogue.domain.acts import Act
from dialogue.domain.people import Party, Room
from dialogue.domain.terms import Disclosure, TermsState, check_retention
from dialogue.errors import Forbidden, NotFound, OutOfDate
from dialogue.services import audit, cases, due, identity, requests, rooms
from dialogue.services.admission import admit, enter, missing_undertakings
from dialogue.services.cases import CaseHead
from dialogue.services.letters import LetterKind
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.participants import ParticipantState
from dialogue.store.terms import (
    TermsAcceptance,
    TermsTemplate,
    TermsVersion,
    acceptances_of,
    find_terms,
    newest_template,
    terms_of,
)

_ACCEPTANCE = "dialogue/terms/1"


@dataclass(frozen=True, slots=True)
class TermsText:
    """One version of the terms, opened."""

    terms_id: UUID
    number: int
    state: TermsState
    text: str = field(repr=False)
    language: str
    retention_months: int
    disclosure: Disclosure
    party: Party
    author: str = field(repr=False)
    made_at: datetime


@dataclass(frozen=True, slots=True)
class OpenTerms:
    """The terms page: what is in force, what is proposed, and who has not accepted yet.

    missing    names of those for whom the case waits
    accepted   whether the reader has accepted the version in force
    """

    head: CaseHead
    in_force: TermsText | None
    proposed: TermsText | None
    missing: tuple[str, ...] = field(repr=False)
    accepted: bool
    agrees_next: Party | None


def show(work: UnitOfWork, case_id: UUID) -> OpenTerms:
    """The terms as the reader may see them; the reading is recorded."""
    case, seat = admit(work, case_id, Act.TERMS_READ, room=Room.TERMS)
    rows = [row for row in terms_of(work.session, case_id) if row.state is not TermsState.SUPERSEDED]
    opened = {row.state: text for row, text in zip(rows, _open_texts(work, case, rows), strict=True)}
    proposed = opened.get(TermsState.PROPOSED)
    missing = missing_undertakings(work, case) if TermsState.IN_FORCE in opened else []
    names = identity.people(work, missing)
    audit.record(work, Act.TERMS_READ, case_id, room=Room.TERMS)
    return OpenTerms(
        cases.head(work, case, seat),
        opened.get(TermsState.IN_FORCE),
        proposed,
        tuple(names[account].name for account in missing),
        seat.bound,
        proposed.party.other if proposed is not None else None,
    )


def propose(
    work: UnitOfWork,
    case_id: UUID,
    *,
    text: str,
    language: str,
    retention_months: int,
    disclosure: Disclosure = Disclosure.NOTHING,
) -> UUID:
    """Put terms to the other lead; the proposer's signature counts as its acceptance once they are agreed."""
    case, seat = admit(work, case_id, Act.TERMS_PROPOSE)
    check_retention(retention_months)
    if seat.party is None:
        raise Forbidden(Act.TERMS_PROPOSE)
    rows = terms_of(work.session, case_id)
    for row in rows:
        if row.state is TermsState.PROPOSED:
            row.state = TermsState.SUPERSEDED
    row = TermsVersion(
        id=uuid4(),
        case_id=case_id,
        number=rows[0].number + 1 if rows else 1,
        state=TermsState.PROPOSED,
        author_id=seat.account,
        party=seat.party,
        language=language,
        retention_months=retention_months,
        disclosure=disclosure,
        made_at=work.now,
    )
    terms = {"text": text, "language": language, "retention_months": retention_months, "disclosure": disclosure.value}
    body = {"terms": terms, "proposer": _signed(work, case, row.id, terms)}
    row.sealed_body = rooms.seal(work, case, Room.TERMS, body, row.place("body", Room.TERMS))
    work.session.add(row)
    work.session.flush()
    audit.record(work, Act.TERMS_PROPOSE, case_id, row.id, sealed=row.sealed_body)
    cases.tell(work, requests.leads_of(work, case, seat.party.other), LetterKind.WAITING, about=row.id.hex)
    return row.id


def agree(work: UnitOfWork, case_id: UUID, terms_id: UUID) -> None:
    """Agree to the other lead's proposal: it is in force, both leads are bound, everybody else is asked to accept."""
    case, seat = admit(work, case_id, Act.TERMS_AGREE)
    row = _find(work, case_id, terms_id)
    if row.state is not TermsState.PROPOSED:
        raise OutOfDate(terms_id)
    if row.party is seat.party:
        raise Forbidden(Act.TERMS_AGREE)
    body = rooms.open_one(work, case, Room.TERMS, row.sealed_body, row.place("body", Room.TERMS))
    for former in terms_of(work.session, case_id):
        if former.state is TermsState.IN_FORCE:
            former.state = TermsState.SUPERSEDED
    row.state = TermsState.IN_FORCE
    row.in_force_at = work.now
    case.retention_months = row.retention_months
    _keep_acceptance(work, case, row, row.author_id, body["proposer"])
    _keep_acceptance(work, case, row, seat.account, _signed(work, case, row.id, body["terms"]))
    audit.record(work, Act.TERMS_AGREE, case_id, row.id)
    _make_bound(work, case, [row.author_id, seat.account])
    waiting = missing_undertakings(work, case)
    cases.tell(work, waiting, LetterKind.WAITING, about=f"{row.id.hex}:accept")
    cases.begin_if_ready(work, case)


def accept(work: UnitOfWork, case_id: UUID, terms_id: UUID) -> None:
    """Give one's own signed undertaking on the version in force."""
    case, seat = admit(work, case_id, Act.TERMS_ACCEPT, room=Room.TERMS)
    row = _find(work, case_id, terms_id)
    if row.state is not TermsState.IN_FORCE:
        raise OutOfDate(terms_id)
    if seat.account in {given.account_id for given in acceptances_of(work.session, row.id)}:
        return
    body = rooms.open_one(work, case, Room.TERMS, row.sealed_body, row.place("body", Room.TERMS))
    kept = _keep_acceptance(work, case, row, seat.account, _signed(work, case, row.id, body["terms"]))
    audit.record(work, Act.TERMS_ACCEPT, case_id, row.id, sealed=kept.sealed_statement)
    _make_bound(work, case, [seat.account])
    cases.begin_if_ready(work, case)


def template(work: UnitOfWork, case_id: UUID, language: str) -> str:
    """The office's newest template in that language, to start from."""
    admit(work, case_id, Act.TERMS_PROPOSE)
    found = newest_template(work.session, language) or newest_template(work.session, "en")
    return found.text if found is not None else ""


def templates(work: UnitOfWork, languages: tuple[str, ...]) -> dict[str, str]:
    """The office's newest template in each language."""
    enter(work, Act.DESK_READ)
    found = {language: newest_template(work.session, language) for language in languages}
    return {language: row.text for language, row in found.items() if row is not None}


def edit_template(work: UnitOfWork, *, language: str, text: str) -> None:
    """Put a new version of the office's template; cases that began from an older one keep their words."""
    person = enter(work, Act.TEMPLATE_EDIT)
    put_template(work, language=language, text=text, author_id=person.account_id)
    audit.event(work, Act.TEMPLATE_EDIT.value)


def put_template(work: UnitOfWork, *, language: str, text: str, author_id: UUID | None = None) -> None:
    """Add a template version; the operator puts the first ones when an instance is made."""
    newest = newest_template(work.session, language)
    work.session.add(
        TermsTemplate(
            id=uuid4(),
            language=language,
            number=newest.number + 1 if newest else 1,
            text=text,
            author_id=author_id,
            made_at=work.now,
        )
    )
    work.session.flush()


def _find(work: UnitOfWork, case_id: UUID, terms_id: UUID) -> TermsVersion:
    row = find_terms(work.session, case_id, terms_id)
    if row is None:
        raise NotFound(terms_id)
    return row


def _signed(work: UnitOfWork, case: Case, terms_id: UUID, terms: dict[str, object]) -> dict[str, str]:
    bundle = work.person.bundle
    hashed = rooms.body_digest(terms)
    return {
        "hash": hashed.hex(),
        "fingerprint": bundle.public.fingerprint.hex(),
        "signature": signing.sign(bundle, _ACCEPTANCE, case.id, terms_id, hashed).hex(),
    }


def _keep_acceptance(
    work: UnitOfWork, case: Case, terms: TermsVersion, account_id: UUID, statement: dict[str, str]
) -> TermsAcceptance:
    row = TermsAcceptance(id=uuid4(), case_id=case.id, terms_id=terms.id, account_id=account_id, made_at=work.now)
    row.sealed_statement = rooms.seal(work, case, Room.TERMS, statement, row.place("statement", Room.TERMS))
    work.session.add(row)
    work.session.flush()
    return row


def _make_bound(work: UnitOfWork, case: Case, accounts: list[UUID]) -> None:
    rooms.forget(work, case.id)
    for account in accounts:
        row = rooms.rows_of(work, case.id).get(account)
        if row is not None and row.state is ParticipantState.CONFIRMED and row.is_late:
            due.welcome(work, case, account)


def _open_texts(work: UnitOfWork, case: Case, rows: list[TermsVersion]) -> list[TermsText]:
    opened = rooms.open_all(work, case, Room.TERMS, [(row.sealed_body, row.place("body", Room.TERMS)) for row in rows])
    names = identity.people(work, {row.author_id for row in rows})
    texts = []
    for row, found in zip(rows, opened, strict=True):
        if found.trouble is not None:
            raise rooms.refusal_of(found.trouble, row.id)
        texts.append(
            TermsText(
                row.id,
                row.number,
                row.state,
                found.body["terms"]["text"],
                row.language,
                row.retention_months,
                row.disclosure,
                row.party,
                names[row.author_id].name,
                row.made_at,
            )
        )
    return texts
