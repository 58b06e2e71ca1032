"""Terms of confidentiality: proposed by one lead, agreed by the other, accepted by everybody who sits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.people import Party, Role, Room
from dialogue.domain.terms import (
    DEFAULT_RETENTION_MONTHS,
    DRAFT_OF_TERMS,
    Disclosure,
    TermsState,
    check_retention,
    check_text,
)
from dialogue.errors import Forbidden, NotFound, OutOfDate, SealBroken, Unfit
from dialogue.services import audit, cases, drafts, due, identity, requests, rooms, statements, undertakings
from dialogue.services.admission import acts_open, admit, enter, missing_undertakings, must_undertake
from dialogue.services.cases import CaseHead
from dialogue.services.letters import LANGUAGES, LetterKind
from dialogue.services.rooms import Trouble
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

_FIRST_TEMPLATES = Path(__file__).parent / "first_terms"


@dataclass(frozen=True, slots=True)
class Template:
    """The office's words in one language; not confidential."""

    number: int
    text: str
    made_at: datetime


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
class Undertaking:
    """Whether one person at the table has accepted the version in force.

    accepted_at   None where the person has not
    is_waited     whether the dialogue waits for this person; nobody waits for a newcomer
    trouble       why the signature under the acceptance could not be checked
    """

    name: str = field(repr=False)
    party: Party | None
    role: Role
    accepted_at: datetime | None
    is_waited: bool
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class OpenTerms:
    """The terms page: what is in force, what is proposed, and who has not accepted yet.

    before       the version that stood before the one proposed
    template     the office's words in the language of the first proposal, where there was no version before it
    accepted     whether the reader has accepted the version in force
    agrees_next  the party whose lead answers the proposal
    """

    head: CaseHead
    may: frozenset[Act]
    in_force: TermsText | None
    proposed: TermsText | None
    before: TermsText | None
    template: str = field(repr=False)
    undertakings: tuple[Undertaking, ...] = field(repr=False)
    accepted: bool
    agrees_next: Party | None

    @property
    def compared_with(self) -> str:
        """The words with which the proposal is compared: those before it, or the office's."""
        return self.before.text if self.before is not None else self.template

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of those for whom the case waits."""
        return tuple(one.name for one in self.undertakings if one.is_waited)


def show(work: UnitOfWork, case_id: UUID) -> OpenTerms:
    """The terms as the reader may see them; the reading is recorded."""
    case, seat = admit(work, case_id, Act.TERMS_READ, room=Room.TERMS)
    versions = terms_of(work.session, case_id)
    in_force = next((row for row in versions if row.state is TermsState.IN_FORCE), None)
    proposed = next((row for row in versions if row.state is TermsState.PROPOSED), None)
    before = next((row for row in versions if proposed is not None and row.number < proposed.number), None)
    wanted = list({row.id: row for row in (in_force, proposed, before) if row is not None}.values())
    opened = dict(zip((row.id for row in wanted), _open_texts(work, case, wanted), strict=True))
    template = newest_template(work.session, proposed.language) if proposed is not None and before is None else None
    audit.record(work, Act.TERMS_READ, case_id, room=Room.TERMS)
    return OpenTerms(
        cases.head(work, case, seat),
        acts_open(work, case, seat, Room.TERMS),
        opened[in_force.id] if in_force is not None else None,
        opened[proposed.id] if proposed is not None else None,
        opened[before.id] if before is not None else None,
        template.text if template is not None else "",
        _undertakings(work, case, in_force, opened[in_force.id]) if in_force is not None else (),
        seat.bound,
        proposed.party.other if proposed is not None else None,
    )


@dataclass(frozen=True, slots=True)
class Beginning:
    """What somebody begins with who is about to propose terms.

    answers   the proposal on the table, which the new one answers
    """

    head: CaseHead
    answers: TermsText | None
    text: str = field(repr=False)
    language: str
    retention_months: int
    disclosure: Disclosure


def look_before_proposing(work: UnitOfWork, case_id: UUID, language: str, *, afresh: bool = False) -> Beginning:
    """The words to begin with: those on the table, else those in force, else the office's.

    language   of the office's template
    afresh     begin with the office's template whatever is there
    """
    case, seat = admit(work, case_id, Act.TERMS_PROPOSE)
    rows = [row for row in terms_of(work.session, case_id) if row.state is not TermsState.SUPERSEDED]
    opened = dict(zip((row.state for row in rows), _open_texts(work, case, rows), strict=True))
    proposed = opened.get(TermsState.PROPOSED)
    present = None if afresh else proposed or opened.get(TermsState.IN_FORCE)
    office = newest_template(work.session, language) or newest_template(work.session, LANGUAGES[0])
    audit.record(work, Act.TERMS_READ, case_id, room=Room.TERMS)
    head = cases.head(work, case, seat)
    if present is not None:
        settings = (present.text, present.language, present.retention_months, present.disclosure)
        return Beginning(head, proposed, *settings)
    text, spoken = (office.text, office.language) if office is not None else ("", language)
    return Beginning(head, proposed, text, spoken, DEFAULT_RETENTION_MONTHS, Disclosure.NOTHING)


def propose(
    work: UnitOfWork,
    case_id: UUID,
    *,
    text: str,
    language: str,
    retention_months: int,
    disclosure: Disclosure = Disclosure.NOTHING,
    answers: UUID | None = None,
) -> UUID:
    """Put terms to the other lead; the proposer's signature counts as its acceptance once they are agreed.

    answers   the proposal that lay there when the person began to write
    raises    OutOfDate when another one lies there by now
    """
    case, seat = admit(work, case_id, Act.TERMS_PROPOSE)
    check_text(text)
    check_retention(retention_months)
    if language not in LANGUAGES:
        raise Unfit("language")
    if seat.party is None:
        raise Forbidden(Act.TERMS_PROPOSE)
    rows = terms_of(work.session, case_id)
    if next((row.id for row in rows if row.state is TermsState.PROPOSED), None) != answers:
        raise OutOfDate(case_id)
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
    terms = _said(row, text)
    body = {"terms": terms, "proposer": _signed(work, case, row.id, terms)}
    row.sealed_body = rooms.seal(work, case, Room.TERMS, body, row.place("body", Room.TERMS))
    work.session.add(row)
    work.session.flush()
    audit.record(work, Act.TERMS_PROPOSE, case_id, row.id, sealed=row.sealed_body)
    drafts.discard(work, case_id, DRAFT_OF_TERMS)
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
    body = _open_body(work, case, row)
    spoke = statements.standings(work, case_id).spoke
    keys = {fingerprint for account, fingerprint, party in spoke if (account, party) == (row.author_id, row.party)}
    if not any(_is_signed(work, case, row, body["terms"], key, body["proposer"]) for key in keys):
        raise SealBroken(row.id)
    for former in terms_of(work.session, case_id):
        if former.state is TermsState.IN_FORCE:
            former.state = TermsState.SUPERSEDED
    row.state = TermsState.IN_FORCE
    row.in_force_at = work.now
    case.retention_months, case.disclosure = row.retention_months, row.disclosure
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
    body = _open_body(work, case, row)
    kept = _keep_acceptance(work, case, row, seat.account, _signed(work, case, row.id, body["terms"]))
    audit.record(work, Act.TERMS_ACCEPT, case_id, row.id, sealed=kept.sealed_statement)
    _make_bound(work, case, [seat.account])
    cases.begin_if_ready(work, case)


def template(work: UnitOfWork, case_id: UUID, language: str) -> str:
    """The office's newest template in that language, to start from."""
    case, _ = admit(work, case_id, Act.TERMS_PROPOSE)
    audit.record(work, Act.TERMS_READ, case.id, room=Room.TERMS)
    found = newest_template(work.session, language) or newest_template(work.session, "en")
    return found.text if found is not None else ""


def templates(work: UnitOfWork) -> dict[str, Template]:
    """The office's newest template in each language that has one."""
    enter(work, Act.DESK_READ)
    found = {language: newest_template(work.session, language) for language in LANGUAGES}
    return {language: Template(row.number, row.text, row.made_at) for language, row in found.items() if row is not None}


def edit_template(work: UnitOfWork, *, language: str, text: str, seen: int) -> None:
    """Put a new version of the office's template; cases that began from an older one keep their words.

    seen     number of the version that the person edited, 0 for the first
    raises   OutOfDate when somebody else has put a newer one meanwhile
    """
    person = enter(work, Act.TEMPLATE_EDIT)
    check_text(text)
    newest = newest_template(work.session, language)
    if language not in LANGUAGES:
        raise Unfit("language")
    if (newest.number if newest is not None else 0) != seen:
        raise OutOfDate(language)
    put_template(work, language=language, text=text, author_id=person.account_id)
    audit.event(work, Act.TEMPLATE_EDIT.value)


def put_first_templates(work: UnitOfWork) -> None:
    """Give a new instance the first templates, in every language that has none yet."""
    for language in LANGUAGES:
        if newest_template(work.session, language) is None:
            text = (_FIRST_TEMPLATES / f"{language}.md").read_text(encoding="utf-8")
            put_template(work, language=language, text=text.strip())


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


def _signed(work: UnitOfWork, case: Case, terms_id: UUID, terms: dict[str, Any]) -> dict[str, str]:
    return undertakings.sign(work, case.id, terms_id, rooms.body_digest(terms))


def _is_signed(
    work: UnitOfWork,
    case: Case,
    row: TermsVersion,
    terms: dict[str, Any],
    fingerprint: bytes,
    statement: Mapping[str, str],
) -> bool:
    """Whether the holder of that key has signed these very terms."""
    return undertakings.signed_by(work, case.id, row.id, rooms.body_digest(terms), statement) == fingerprint


def _said(row: TermsVersion, text: str) -> dict[str, Any]:
    """What the parties agree: the words, and what stands in clear for the clock, said again inside the seal."""
    return {
        "text": text,
        "language": row.language,
        "retention_months": row.retention_months,
        "disclosure": row.disclosure.value,
    }


def _open_body(work: UnitOfWork, case: Case, row: TermsVersion) -> dict[str, Any]:
    """The body of one version; SealBroken where its columns in clear say anything else than its seal."""
    body = rooms.open_one(work, case, Room.TERMS, row.sealed_body, row.place("body", Room.TERMS))
    if body["terms"] != _said(row, body["terms"]["text"]):
        raise SealBroken(row.id)
    return body


def _undertakings(work: UnitOfWork, case: Case, row: TermsVersion, text: TermsText) -> tuple[Undertaking, ...]:
    """Everybody who has to accept, in the order of listing, with what became of it."""
    given = {acceptance.account_id: acceptance for acceptance in acceptances_of(work.session, row.id)}
    records = [(one.sealed_statement, one.place("statement", Room.TERMS)) for one in given.values()]
    told = dict(zip(given, rooms.open_all(work, case, Room.TERMS, records), strict=True))
    people = statements.standings(work, case.id).people
    statements.public_keys(work, {people[account].fingerprint for account in given if account in people})
    waited = set(missing_undertakings(work, case))
    found = []
    for participant in must_undertake(work, case):
        fields = identity.open_field(work.instance.secrets, participant, "sealed_identity")
        account = participant.account_id
        accepted, trouble = given.get(account) if account else None, None
        if account is not None and accepted is not None:
            trouble = told[account].trouble
            if trouble is None and not _is_signed(
                work, case, row, _said(row, text.text), people[account].fingerprint, told[account].body
            ):
                trouble = Trouble.BROKEN
        found.append(
            Undertaking(
                fields["name"],
                participant.party,
                participant.role,
                accepted.made_at if accepted is not None else None,
                account in waited,
                trouble,
            )
        )
    return tuple(found)


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
            row.is_late = False
            work.session.flush()
            due.welcome(work, case, account)


def _open_texts(work: UnitOfWork, case: Case, rows: list[TermsVersion]) -> list[TermsText]:
    opened = rooms.open_all(work, case, Room.TERMS, [(row.sealed_body, row.place("body", Room.TERMS)) for row in rows])
    names = identity.people(work, {row.author_id for row in rows})
    texts = []
    for row, found in zip(rows, opened, strict=True):
        if found.trouble is not None:
            raise rooms.refusal_of(found.trouble, row.id)
        if found.body["terms"] != _said(row, found.body["terms"]["text"]):
            raise SealBroken(row.id)
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
