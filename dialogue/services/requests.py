"""The joint request: versions in the drafting room, and the endorsement of one version by both leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.agenda import Chapter
from dialogue.domain.cases import CaseStatus, Support
from dialogue.domain.people import OrganisationKind, Party, Role, Room, Seat, StaffRole
from dialogue.domain.tidings import TidingKind
from dialogue.errors import Locked, NotAgreed, NotFound, OutOfDate, SealBroken, Unfit
from dialogue.services import audit, cases, drafts, identity, rooms, signatures, statements
from dialogue.services.admission import acts_open, admit
from dialogue.services.cases import CaseHead
from dialogue.services.letters import LetterKind
from dialogue.services.rooms import Trouble
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.participants import ParticipantState, participants_of
from dialogue.store.requests import (
    EndorsedRequest,
    Endorsement,
    RequestVersion,
    endorsed_before,
    endorsed_requests,
    endorsements_of,
    find_version,
    newest_request,
    newest_version,
    replies_of,
    version_numbered,
)

DRAFT_OF_REQUEST = "request.edit"

_ENDORSEMENT = "dialogue/endorsement/1"
_GONE = {ParticipantState.REMOVED, ParticipantState.DECLINED}


@dataclass(frozen=True, slots=True)
class RequestText:
    """What the parties ask, as typed."""

    issues: str = field(default="", repr=False)
    background: str = field(default="", repr=False)
    support: frozenset[Support] = frozenset()
    chapters: frozenset[Chapter] = frozenset()
    languages: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """One line of a delegation as it stands in the request."""

    party: Party
    role: Role
    name: str = field(repr=False)
    function: str = field(repr=False)
    organisation: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ListedOrganisation:
    """One organisation of a side as it stands in the request."""

    party: Party
    kind: OrganisationKind
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A version before the one shown, for a comparison.

    endorsed   the parties that had endorsed it; none where nobody has endorsed anything yet
    """

    number: int
    endorsed: frozenset[Party]
    text: RequestText = field(repr=False)
    people: tuple[ListedPerson, ...] = field(repr=False)
    organisations: tuple[ListedOrganisation, ...] = field(repr=False)


Reply = tuple[str, str, datetime, Trouble | None]


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """One version of the request, opened for this seat.

    endorsed   the parties that have endorsed exactly this version
    replies    the desk's words: kind, words, when, and why the words are not shown
    altered    the parties in whose name an endorsement stands that does not hold
    earlier    the version that the reader's party, or else the other, or both, endorsed last; else the one before
    may        what the reader may do with it now: edit it, endorse it
    missing    what an endorsement still waits for: "issues", "support", "leads" (who have not confirmed each other)
    """

    head: CaseHead
    version_id: UUID | None
    number: int
    text: RequestText = field(repr=False)
    people: tuple[ListedPerson, ...] = field(repr=False)
    organisations: tuple[ListedOrganisation, ...] = field(repr=False)
    endorsed: frozenset[Party]
    made_at: datetime | None
    author: str = field(repr=False)
    earlier: Earlier | None = field(repr=False)
    replies: tuple[Reply, ...] = field(repr=False)
    may: frozenset[Act] = frozenset()
    missing: frozenset[str] = frozenset()
    altered: frozenset[Party] = frozenset()


def show(work: UnitOfWork, case_id: UUID) -> OpenRequest:
    """The newest version as this seat may read it: in the drafting room, or as endorsed in the request room."""
    case, seat = admit(work, case_id, Act.CASE_READ)
    if not seat.stated:
        raise Locked(case_id)
    if rooms.listens_to(seat, Room.DRAFTING):
        return _from_drafting(work, case, seat)
    admit(work, case_id, Act.REQUEST_READ, room=Room.REQUEST)
    return _from_request_room(work, case, seat)


def look_before_editing(work: UnitOfWork, case_id: UUID) -> OpenRequest:
    """The version that stands, for whoever may edit it."""
    case, seat = admit(work, case_id, Act.REQUEST_EDIT, room=Room.DRAFTING)
    return _from_drafting(work, case, seat)


def edit(work: UnitOfWork, case_id: UUID, text: RequestText, *, seen: int) -> int:
    """Put a new version on the table; it clears whatever was endorsed before.

    seen      number of the version that the person edited, 0 for the first
    returns   the number of the new version
    raises    OutOfDate when somebody else has put a newer one meanwhile
    """
    case, _ = admit(work, case_id, Act.REQUEST_EDIT, room=Room.DRAFTING)
    newest = newest_version(work.session, case_id)
    if (newest.number if newest else 0) != seen:
        raise OutOfDate(case_id)
    row = _add_version(work, case, text, seen + 1)
    audit.record(work, Act.REQUEST_EDIT, case_id, row.id, sealed=row.sealed_body)
    drafts.discard(work, case_id, DRAFT_OF_REQUEST)
    return row.number


def renew(work: UnitOfWork, case: Case) -> None:
    """Make a new version with the delegations as they stand now, where a draft exists: both endorse what they see."""
    if case.status not in {CaseStatus.DRAFT, CaseStatus.INVITED}:
        return
    newest = newest_version(work.session, case.id)
    if newest is None:
        return
    body = rooms.open_one(work, case, Room.DRAFTING, newest.sealed_body, newest.place("body", Room.DRAFTING))
    if (body["people"], body["organisations"]) == (_people(work, case), _organisations(work, case)):
        return
    _add_version(work, case, _text(body), newest.number + 1)


def endorse(work: UnitOfWork, case_id: UUID, version_id: UUID) -> bool:
    """Endorse one version for one's party; with the second endorsement of the same version the request is made.

    returns   whether the request now stands before the ILO
    raises    OutOfDate when this is not the newest version, Unfit when something is still missing in it
    """
    case, seat = admit(work, case_id, Act.REQUEST_ENDORSE)
    version, newest = find_version(work.session, case_id, version_id), newest_version(work.session, case_id)
    if version is None or newest is None or seat.party is None:
        raise NotFound(version_id)
    if version.id != newest.id:
        raise OutOfDate(version_id)
    body = rooms.open_one(work, case, Room.DRAFTING, version.sealed_body, version.place("body", Room.DRAFTING))
    missing = _missing(work, case, body)
    for what in ("issues", "support"):
        if what in missing:
            raise Unfit(f"request_{what}")
    given = endorsements_of(work.session, version.id)
    present = {row.party for row in given}
    if seat.party in present:
        raise OutOfDate(version_id)
    if _endorsed(work, case, version, body, given) != present:
        raise SealBroken(version_id)
    if "leads" in missing:
        raise NotAgreed(case_id)
    row = _sign(work, case, version, body, seat.party)
    audit.record(work, Act.REQUEST_ENDORSE, case_id, version.id, sealed=row.sealed_statement)
    if present | {seat.party} != set(Party):
        cases.tell(work, leads_of(work, case, seat.party.other), LetterKind.WAITING, about=row.id.hex)
        return False
    _bring_before_the_ilo(work, case, version, body)
    return True


def leads_of(work: UnitOfWork, case: Case, party: Party | None = None) -> list[UUID]:
    """The leads' accounts, of both parties or of one."""
    leads = statements.standings(work, case.id).leads
    return [account for side, account in leads.items() if party in {None, side}]


def clear_endorsements(work: UnitOfWork, case: Case) -> None:
    """Take back every endorsement of the newest version: a returned request is endorsed anew."""
    newest = newest_version(work.session, case.id)
    for row in endorsements_of(work.session, newest.id) if newest else ():
        work.session.delete(row)


def read_replies(work: UnitOfWork, case: Case) -> tuple[Reply, ...]:
    """The desk's words on the request, newest first."""
    rows = replies_of(work.session, case.id)
    opened = rooms.open_all(
        work, case, Room.REQUEST, [(row.sealed_body, row.place("body", Room.REQUEST)) for row in rows]
    )
    return tuple(
        (row.kind.value, found.body.get("words", ""), row.made_at, found.trouble)
        for row, found in zip(rows, opened, strict=True)
    )


def _from_drafting(work: UnitOfWork, case: Case, seat: Seat) -> OpenRequest:
    newest = newest_version(work.session, case.id)
    may = acts_open(work, case, seat, Room.DRAFTING) & {Act.REQUEST_EDIT, Act.REQUEST_ENDORSE, Act.REQUEST_COMMENT}
    if newest is None:
        return replace(_empty(work, case, seat), may=may & {Act.REQUEST_EDIT})
    body = rooms.open_one(work, case, Room.DRAFTING, newest.sealed_body, newest.place("body", Room.DRAFTING))
    audit.record(work, Act.REQUEST_READ, case.id, newest.id)
    given = endorsements_of(work.session, newest.id)
    endorsed = _endorsed(work, case, newest, body, given)
    missing = _missing(work, case, body)
    if missing or seat.party in endorsed:
        may -= {Act.REQUEST_ENDORSE}
    return OpenRequest(
        cases.head(work, case, seat),
        newest.id,
        newest.number,
        _text(body),
        _listed(body),
        _named(body),
        endorsed,
        newest.made_at,
        identity.people(work, [newest.author_id])[newest.author_id].name,
        _earlier(work, case, seat, newest),
        read_replies(work, case),
        may,
        missing,
        frozenset(row.party for row in given) - endorsed,
    )


def _from_request_room(work: UnitOfWork, case: Case, seat: Seat) -> OpenRequest:
    rows = endorsed_requests(work.session, case.id, limit=2)
    if not rows:
        return _empty(work, case, seat)
    row = rows[0]
    opened = rooms.open_all(
        work, case, Room.REQUEST, [(one.sealed_body, one.place("body", Room.REQUEST)) for one in rows]
    )
    if opened[0].trouble is not None:
        raise rooms.refusal_of(opened[0].trouble, row.id)
    body, returned = opened[0].body, opened[1].body if len(rows) > 1 and opened[1].trouble is None else None
    audit.record(work, Act.REQUEST_READ, case.id, row.id)
    return OpenRequest(
        cases.head(work, case, seat),
        row.id,
        row.number,
        _text(body),
        _listed(body),
        _named(body),
        frozenset(Party),
        row.made_at,
        "",
        _compared(rows[1].number, frozenset(Party), returned) if returned is not None else None,
        read_replies(work, case),
    )


def _empty(work: UnitOfWork, case: Case, seat: Seat) -> OpenRequest:
    head = cases.head(work, case, seat)
    return OpenRequest(head, None, 0, RequestText(), (), (), frozenset(), None, "", None, ())


def _earlier(work: UnitOfWork, case: Case, seat: Seat, newest: RequestVersion) -> Earlier | None:
    """What the reader compares with: what was endorsed last, by the own party rather than by the other alone."""
    returned = newest_request(work.session, case.id)
    if returned is not None and returned.number == newest.number:
        return None
    own = endorsed_before(work.session, case.id, newest.number, seat.party)
    anybody = endorsed_before(work.session, case.id, newest.number)
    both = version_numbered(work.session, case.id, returned.number) if returned is not None else None
    row = max((one for one in (own, both) if one is not None), key=lambda one: one.number, default=anybody)
    row = row or version_numbered(work.session, case.id, newest.number - 1)
    if row is None:
        return None
    place = row.place("body", Room.DRAFTING)
    opened = rooms.open_all(work, case, Room.DRAFTING, [(row.sealed_body, place)])[0]
    if opened.trouble is not None:
        return None
    endorsed = _endorsed(work, case, row, opened.body, endorsements_of(work.session, row.id))
    if both is not None and row.id == both.id:
        endorsed = frozenset(Party)
    return _compared(row.number, endorsed, opened.body)


def _compared(number: int, endorsed: frozenset[Party], body: dict[str, Any]) -> Earlier:
    return Earlier(number, endorsed, _text(body), _listed(body), _named(body))


def _add_version(work: UnitOfWork, case: Case, text: RequestText, number: int) -> RequestVersion:
    row = RequestVersion(id=uuid4(), case_id=case.id, number=number, author_id=work.person.account_id, made_at=work.now)
    body = {
        "issues": text.issues,
        "background": text.background,
        "support": sorted(text.support),
        "chapters": sorted(text.chapters),
        "languages": text.languages,
        "people": _people(work, case),
        "organisations": _organisations(work, case),
    }
    row.sealed_body = rooms.seal(work, case, Room.DRAFTING, body, row.place("body", Room.DRAFTING))
    work.session.add(row)
    work.session.flush()
    return row


def _organisations(work: UnitOfWork, case: Case) -> list[dict[str, str]]:
    return [
        {"party": party.value, "kind": kind.value, "name": name}
        for _, party, kind, name in cases.organisations(work, case.id)
    ]


def _people(work: UnitOfWork, case: Case) -> list[dict[str, str]]:
    names = {row_id: name for row_id, _, _, name in cases.organisations(work, case.id)}
    listed = []
    for row in participants_of(work.session, case.id):
        if row.party is None or row.state in _GONE or (row.organisation_id and row.organisation_id not in names):
            continue
        fields = identity.open_field(work.instance.secrets, row, "sealed_identity")
        listed.append(
            {
                "party": row.party.value,
                "role": row.role.value,
                "name": fields["name"],
                "function": fields["function"],
                "organisation": names.get(row.organisation_id, "") if row.organisation_id else "",
            }
        )
    return listed


def _missing(work: UnitOfWork, case: Case, body: dict[str, Any]) -> frozenset[str]:
    """What an endorsement of this version still waits for."""
    found = statements.standings(work, case.id)
    leads_stand = set(found.leads) == set(Party) and all(map(found.is_confirmed, found.leads.values()))
    told = {"issues": bool(body["issues"].strip()), "support": bool(body["support"]), "leads": leads_stand}
    return frozenset(what for what, is_there in told.items() if not is_there)


def _sign(work: UnitOfWork, case: Case, version: RequestVersion, body: dict[str, Any], party: Party) -> Endorsement:
    row = Endorsement(
        id=uuid4(),
        case_id=case.id,
        version_id=version.id,
        party=party,
        account_id=work.person.account_id,
        made_at=work.now,
    )
    told = signatures.sign(work, _ENDORSEMENT, case.id, party, version.id, version.number, rooms.body_digest(body))
    row.sealed_statement = rooms.seal(work, case, Room.DRAFTING, told, row.place("statement", Room.DRAFTING))
    work.session.add(row)
    work.session.flush()
    return row


def _endorsed(
    work: UnitOfWork, case: Case, version: RequestVersion, body: dict[str, Any], given: Sequence[Endorsement]
) -> frozenset[Party]:
    """The parties that really signed for this version: a row alone endorses nothing."""
    records = [(row.sealed_statement, row.place("statement", Room.DRAFTING)) for row in given]
    parties = set()
    for row, told in zip(given, rooms.open_all(work, case, Room.DRAFTING, records), strict=True):
        values = (version.id, version.number, rooms.body_digest(body))
        try:
            signatures.check(work, _ENDORSEMENT, case.id, row.party, row.account_id, told.body, *values)
        except SealBroken:
            continue
        parties.add(row.party)
    return frozenset(parties)


def _bring_before_the_ilo(work: UnitOfWork, case: Case, version: RequestVersion, body: dict[str, Any]) -> None:
    case.support = frozenset(Support(word) for word in body["support"])
    cases.move(work, case, Act.CASE_REQUEST)
    row = EndorsedRequest(id=uuid4(), case_id=case.id, number=version.number, made_at=work.now)
    row.sealed_body = rooms.seal(work, case, Room.REQUEST, body, row.place("body", Room.REQUEST))
    work.session.add(row)
    coordinators = list(statements.desk(work).of(StaffRole.COORDINATOR))
    cases.tell(work, coordinators, LetterKind.WAITING, about=row.id.hex)
    cases.tell(work, leads_of(work, case), TidingKind.REQUEST_MADE, about=row.id.hex)


def _text(body: dict[str, Any]) -> RequestText:
    return RequestText(
        body["issues"],
        body["background"],
        frozenset(Support(word) for word in body["support"]),
        frozenset(Chapter(word) for word in body["chapters"]),
        body["languages"],
    )


def _listed(body: dict[str, Any]) -> tuple[ListedPerson, ...]:
    return tuple(
        ListedPerson(Party(p["party"]), Role(p["role"]), p["name"], p["function"], p["organisation"])
        for p in body["people"]
    )


def _named(body: dict[str, Any]) -> tuple[ListedOrganisation, ...]:
    return tuple(
        ListedOrganisation(Party(one["party"]), OrganisationKind(one["kind"]), one["name"])
        for one in body["organisations"]
    )
