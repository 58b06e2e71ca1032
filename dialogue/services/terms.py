"""Terms of confidentiality: proposed by one lead, agreed by the other, accepted by everybody who sits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from dialogue.crypto.identity import fingerprint_words
from dialogue.domain.acts import Act
from dialogue.domain.cases import CaseStatus
from dialogue.domain.people import Party, Role, Room
from dialogue.domain.terms import (
    ALL_ALIKE,
    DEFAULT_RETENTION_MONTHS,
    DRAFT_OF_TERMS,
    Disclosure,
    LateJoiners,
    Pledge,
    TermsState,
    check_history_may_be_shared,
    check_prevailing,
    check_retention,
    check_text,
)
from dialogue.errors import Forbidden, NotFound, OutOfDate, SealBroken, Unfit
from dialogue.services import audit, cases, drafts, due, identity, requests, rooms, statements, undertakings
from dialogue.services.admission import acts_open, admit, everyone_is_bound, missing_undertakings, must_undertake
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
    all_acceptances,
    find_template,
    find_terms,
    newest_template,
    terms_in_force,
    terms_of,
)

_FIRST_TEMPLATES = Path(__file__).parent / "first_terms"


@dataclass(frozen=True, slots=True)
class TermsText:
    """One version of the terms, opened.

    prevailing    the code of the language that prevails, or "all"
    pledges       what everybody undertakes by accepting it
    began_from    language and number of the office's template with which these words began, where they did
    digest        hex, of what everybody signs
    """

    terms_id: UUID
    number: int
    state: TermsState
    text: str = field(repr=False)
    language: str
    retention_months: int
    disclosure: Disclosure
    prevailing: str
    late_joiners: LateJoiners
    pledges: frozenset[Pledge]
    party: Party
    author: str = field(repr=False)
    made_at: datetime
    in_force_at: datetime | None
    began_from: tuple[str, int] | None
    digest: str


@dataclass(frozen=True, slots=True)
class Undertaking:
    """Whether one person at the table has accepted the version in force.

    accepted_at   None where the person has not
    is_waited     whether the dialogue waits for this person; nobody waits for a newcomer
    trouble       why the signature under the acceptance could not be checked
    key           words for the key that has signed, as they stand on that person's own page
    """

    name: str = field(repr=False)
    party: Party | None
    role: Role
    accepted_at: datetime | None
    is_waited: bool
    trouble: Trouble | None = None
    key: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class OpenTerms:
    """The terms page: what is in force, what is proposed, and who has not accepted yet.

    before       the version that stood before the one proposed: in force, or the proposal that it answers
    template     the office's words with which the first proposal began, where no terms are in force
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
    def replaces(self) -> str:
        """What the proposal replaces where it also answers another one: the words in force, or the office's."""
        if self.before is None or self.before == self.in_force:
            return ""
        return self.in_force.text if self.in_force is not None else self.template

    @property
    def compared_with(self) -> str:
        """The words with which the proposal is compared first: those before it, or the office's."""
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
    began = opened[proposed.id] if proposed is not None and in_force is None else None
    audit.record(work, Act.TERMS_READ, case_id, room=Room.TERMS)
    return OpenTerms(
        cases.head(work, case, seat),
        acts_open(work, case, seat, Room.TERMS),
        opened[in_force.id] if in_force is not None else None,
        opened[proposed.id] if proposed is not None else None,
        opened[before.id] if before is not None else None,
        _template_of(work, began) if began is not None else "",
        _undertakings(work, case, in_force) if in_force is not None else (),
        seat.bound,
        proposed.party.other if proposed is not None else None,
    )


@dataclass(frozen=True, slots=True)
class Beginning:
    """What somebody begins with who is about to propose terms.

    answers   the proposal on the table, which the new one answers
    template  the office's template that the words began from, such as "en:2"; empty where they did not
    """

    head: CaseHead
    answers: TermsText | None
    text: str = field(repr=False)
    language: str
    retention_months: int
    disclosure: Disclosure
    prevailing: str
    late_joiners: LateJoiners
    template: str


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
        return Beginning(
            head,
            proposed,
            present.text,
            present.language,
            present.retention_months,
            present.disclosure,
            present.prevailing,
            present.late_joiners,
            _named(present.began_from),
        )
    text, spoken = (office.text, office.language) if office is not None else ("", language)
    return Beginning(
        head,
        proposed,
        text,
        spoken,
        DEFAULT_RETENTION_MONTHS,
        Disclosure.NOTHING,
        ALL_ALIKE,
        LateJoiners.WHEN_BOTH_SHARE,
        _named((office.language, office.number)) if office is not None else "",
    )


def propose(
    work: UnitOfWork,
    case_id: UUID,
    *,
    text: str,
    language: str,
    retention_months: int,
    disclosure: Disclosure = Disclosure.NOTHING,
    prevailing: str = ALL_ALIKE,
    late_joiners: LateJoiners = LateJoiners.WHEN_BOTH_SHARE,
    template: str = "",
    answers: UUID | None = None,
) -> UUID:
    """Put terms to the other lead; the proposer's signature counts as its acceptance once they are agreed.

    prevailing  the language that prevails where the outcome stands in several, or "all"
    template    the office's template that the words began from, as in ``Beginning``
    answers     the proposal that lay there when the person began to write
    raises      OutOfDate when another one lies there by now
    """
    case, seat = admit(work, case_id, Act.TERMS_PROPOSE)
    check_text(text)
    check_retention(retention_months)
    check_prevailing(prevailing, LANGUAGES)
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
        prevailing=prevailing,
        made_at=work.now,
    )
    terms = _said(row, text, late_joiners)
    body = {"terms": terms, "proposer": _signed(work, case, row.id, terms), "template": template}
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


def accept(work: UnitOfWork, case_id: UUID, terms_id: UUID) -> bool:
    """Give one's own signed undertaking on the version in force; tells whether nobody is waited for any more.

    With the last one everybody can write again by itself, and all who waited get a mail.
    """
    case, seat = admit(work, case_id, Act.TERMS_ACCEPT, room=Room.TERMS)
    row = _find(work, case_id, terms_id)
    if row.state is not TermsState.IN_FORCE:
        raise OutOfDate(terms_id)
    if seat.account in {given.account_id for given in acceptances_of(work.session, row.id)}:
        return everyone_is_bound(work, case)
    waited = seat.account in missing_undertakings(work, case)
    body = _open_body(work, case, row)
    kept = _keep_acceptance(work, case, row, seat.account, _signed(work, case, row.id, body["terms"]))
    audit.record(work, Act.TERMS_ACCEPT, case_id, row.id, sealed=kept.sealed_statement)
    _make_bound(work, case, [seat.account])
    if cases.begin_if_ready(work, case):
        return True
    is_last = waited and everyone_is_bound(work, case)
    if is_last and case.status is not CaseStatus.PREPARING:
        others = [account for account in rooms.bound_accounts(work, case_id) if account != seat.account]
        cases.tell(work, others, LetterKind.WAITING, about=f"{row.id.hex}:all")
    return is_last


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in the list of them; its words stay closed."""

    terms_id: UUID
    number: int
    state: TermsState
    party: Party
    author: str = field(repr=False)
    made_at: datetime
    in_force_at: datetime | None
    acceptances: int


@dataclass(frozen=True, slots=True)
class Versions:
    """Every version that was ever proposed, newest first."""

    head: CaseHead
    lines: tuple[VersionLine, ...]


@dataclass(frozen=True, slots=True)
class OneVersion:
    """One version with all who have signed it, whether or not they still sit.

    before   the version that was in force before it, or the one numbered before it
    """

    head: CaseHead
    text: TermsText
    before: TermsText | None
    signed: tuple[Undertaking, ...] = field(repr=False)


def versions(work: UnitOfWork, case_id: UUID) -> Versions:
    """Which versions there were, who put them, and for how long each was in force; no words."""
    case, seat = admit(work, case_id, Act.TERMS_READ, room=Room.TERMS)
    rows = terms_of(work.session, case_id)
    names = identity.people(work, {row.author_id for row in rows})
    audit.record(work, Act.TERMS_READ, case_id, room=Room.TERMS)
    counted = Counter(given.terms_id for given in all_acceptances(work.session, case_id))
    lines = tuple(
        VersionLine(
            row.id,
            row.number,
            row.state,
            row.party,
            names[row.author_id].name,
            row.made_at,
            row.in_force_at,
            counted[row.id],
        )
        for row in rows
    )
    return Versions(cases.head(work, case, seat), lines)


def version(work: UnitOfWork, case_id: UUID, terms_id: UUID) -> OneVersion:
    """One version word by word, with every signature under it checked; the reading is recorded."""
    case, seat = admit(work, case_id, Act.TERMS_READ, room=Room.TERMS)
    row = _find(work, case_id, terms_id)
    earlier = [one for one in terms_of(work.session, case_id) if one.number < row.number]
    before = next((one for one in earlier if one.in_force_at is not None), earlier[0] if earlier else None)
    opened = _open_texts(work, case, [row, before] if before is not None else [row])
    audit.record(work, Act.TERMS_READ, case_id, row.id, room=Room.TERMS)
    return OneVersion(
        cases.head(work, case, seat), opened[0], opened[1] if before is not None else None, _signatures(work, case, row)
    )


def late_joiners(work: UnitOfWork, case: Case) -> LateJoiners:
    """What the terms in force say about the past of the shared rooms; without terms both leads decide each time."""
    row = terms_in_force(work.session, case.id)
    if row is None:
        return LateJoiners.WHEN_BOTH_SHARE
    return LateJoiners(_open_body(work, case, row)["terms"]["late_joiners"])


def prevailing(work: UnitOfWork, case: Case) -> str:
    """The language that prevails by the terms in force where an outcome stands in several; "all" where none does."""
    row = terms_in_force(work.session, case.id)
    return str(_open_body(work, case, row)["terms"]["prevailing"]) if row is not None else ALL_ALIKE


def disclosure(work: UnitOfWork, case: Case) -> Disclosure:
    """How much the terms in force allow to be told outside; nothing where there are none yet."""
    row = terms_in_force(work.session, case.id)
    if row is None:
        return Disclosure.NOTHING
    return Disclosure(_open_body(work, case, row)["terms"]["disclosure"])


def check_past_may_be_shared(work: UnitOfWork, case: Case) -> None:
    """Raise Unfit where the terms in force say that nobody reads what the shared rooms held before he came."""
    check_history_may_be_shared(late_joiners(work, case))


def template(work: UnitOfWork, case_id: UUID, language: str) -> str:
    """The office's newest template in that language, to start from."""
    case, _ = admit(work, case_id, Act.TERMS_PROPOSE)
    audit.record(work, Act.TERMS_READ, case.id, room=Room.TERMS)
    found = newest_template(work.session, language) or newest_template(work.session, "en")
    return found.text if found is not None else ""


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


def _said(row: TermsVersion, text: str, late: LateJoiners) -> dict[str, Any]:
    """What the parties agree: the words, what the software reads of them, and the pledges that no version is without.

    What stands in clear for the clock is said again inside the seal.
    """
    return {
        "text": text,
        "language": row.language,
        "retention_months": row.retention_months,
        "disclosure": row.disclosure.value,
        "prevailing": row.prevailing,
        "late_joiners": late.value,
        "pledges": sorted(Pledge),
    }


def _check_said(row: TermsVersion, terms: Mapping[str, Any]) -> None:
    """Raise SealBroken where the columns in clear say anything else than the seal."""
    if terms != _said(row, terms["text"], LateJoiners(terms["late_joiners"])):
        raise SealBroken(row.id)


def _named(template: tuple[str, int] | None) -> str:
    return f"{template[0]}:{template[1]}" if template is not None else ""


def _template_named(name: str) -> tuple[str, int] | None:
    language, _, number = name.partition(":")
    return (language, int(number)) if language in LANGUAGES and number.isdecimal() and len(number) < 9 else None


def _template_of(work: UnitOfWork, text: TermsText) -> str:
    """The office's words that these began from; without a word about it the newest in that language."""
    found = find_template(work.session, *text.began_from) if text.began_from is not None else None
    found = found or newest_template(work.session, text.language)
    return found.text if found is not None else ""


def _open_body(work: UnitOfWork, case: Case, row: TermsVersion) -> dict[str, Any]:
    """The body of one version; SealBroken where its columns in clear say anything else than its seal."""
    body = rooms.open_one(work, case, Room.TERMS, row.sealed_body, row.place("body", Room.TERMS))
    _check_said(row, body["terms"])
    return body


def _undertakings(work: UnitOfWork, case: Case, row: TermsVersion) -> tuple[Undertaking, ...]:
    """Everybody who has to accept, in the order of listing, with what became of it."""
    checked = _checked_acceptances(work, case, row)
    waited = set(missing_undertakings(work, case))
    found = []
    for participant in must_undertake(work, case):
        fields = identity.shown_field(work, participant)
        given = checked.get(participant.account_id) if participant.account_id else None
        found.append(
            Undertaking(
                fields["name"],
                participant.party,
                participant.role,
                given.at if given is not None else None,
                participant.account_id in waited,
                given.trouble if given is not None else None,
                given.key if given is not None else (),
            )
        )
    return tuple(found)


def _signatures(work: UnitOfWork, case: Case, row: TermsVersion) -> tuple[Undertaking, ...]:
    """Everybody who has signed a version, in the order of signing."""
    checked = _checked_acceptances(work, case, row)
    rows = rooms.rows_of(work, case.id)
    return tuple(
        Undertaking(
            identity.shown_field(work, rows[account])["name"],
            rows[account].party,
            rows[account].role,
            given.at,
            False,
            given.trouble,
            given.key,
        )
        for account, given in checked.items()
        if account in rows
    )


@dataclass(frozen=True, slots=True)
class _Given:
    """One acceptance as it was found, held against what was signed."""

    at: datetime
    trouble: Trouble | None
    key: tuple[str, ...] = field(repr=False)


def _checked_acceptances(work: UnitOfWork, case: Case, row: TermsVersion) -> dict[UUID, _Given]:
    """The acceptances of a version by account; the keys behind them are read in one query."""
    terms = _open_body(work, case, row)["terms"]
    given = acceptances_of(work.session, row.id)
    told = rooms.open_all(
        work, case, Room.TERMS, [(one.sealed_statement, one.place("statement", Room.TERMS)) for one in given]
    )
    ever = statements.standings(work, case.id).ever
    accounts = {one.account_id for one in given}
    statements.public_keys(work, {fingerprint for account, fingerprint in ever if account in accounts})
    words = rooms.body_digest(terms)
    checked = {}
    for one, opened in zip(given, told, strict=True):
        trouble, key = opened.trouble, None
        if trouble is None:
            key = undertakings.signed_by(work, case.id, row.id, words, opened.body)
            trouble = None if (one.account_id, key) in ever else Trouble.BROKEN
        shown = fingerprint_words(key) if key is not None and trouble is None else ()
        checked[one.account_id] = _Given(one.made_at, trouble, shown)
    return checked


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
        terms = found.body["terms"]
        _check_said(row, terms)
        texts.append(
            TermsText(
                row.id,
                row.number,
                row.state,
                terms["text"],
                row.language,
                row.retention_months,
                row.disclosure,
                row.prevailing,
                LateJoiners(terms["late_joiners"]),
                frozenset(map(Pledge, terms["pledges"])),
                row.party,
                names[row.author_id].name,
                row.made_at,
                row.in_force_at,
                _template_named(found.body.get("template", "")),
                rooms.body_digest(terms).hex(),
            )
        )
    return texts
