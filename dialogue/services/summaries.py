"""The joint summary of a meeting: written while people talk, proposed, amended, approved by both, and then locked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.cases import Support
from dialogue.domain.comparison import Part, compare
from dialogue.domain.meetings import MeetingKind, MeetingState
from dialogue.domain.merging import Clash, merge
from dialogue.domain.people import Party, Role, Room, Seat
from dialogue.domain.summaries import (
    SUMMARY,
    AmendmentState,
    SummaryState,
    check_amendment,
    check_beginning,
    check_draft,
    check_text,
    draft_of_amendment,
    draft_of_summary,
)
from dialogue.errors import Forbidden, IllegalTransition, NotFound, OutOfDate, SealBroken
from dialogue.services import approvals, audit, cases, drafts, identity, requests, rooms, table
from dialogue.services.admission import admit
from dialogue.services.approvals import Signed
from dialogue.services.cases import CaseHead
from dialogue.services.identity import Person
from dialogue.services.letters import LetterKind
from dialogue.services.rooms import Opened, Trouble
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.meetings import Meeting, find_meeting, meetings_of
from dialogue.store.summaries import (
    Summary,
    SummaryAmendment,
    SummaryVersion,
    amendments_to,
    find_amendment,
    find_summary,
    open_amendments,
    parties_that_approved,
    summaries_of,
    summary_of_meeting,
    versions_among,
    versions_of,
)

_ACTS = frozenset({Act.SUMMARY_DRAFT, Act.SUMMARY_PROPOSE, Act.SUMMARY_AMEND, Act.SUMMARY_APPROVE})
_HAS_BEEN = frozenset({MeetingState.CONFIRMED, MeetingState.HELD})


@dataclass(frozen=True, slots=True)
class About:
    """The meeting that a summary is about: one of this place with its beginning, or one on paper with its day."""

    meeting_id: UUID | None
    begins_at: datetime | None
    title: str = field(default="", repr=False)
    held_on: date | None = None


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """One summary in the list."""

    id: UUID
    about: About
    state: SummaryState
    number: int
    since: datetime
    approved_by: frozenset[Party]
    trouble: Trouble | None


@dataclass(frozen=True, slots=True)
class Summaries:
    """Every summary of a case, newest first, and the joint meetings that have none yet."""

    head: CaseHead
    lines: tuple[SummaryLine, ...]
    without: tuple[About, ...]
    may: frozenset[Act]


@dataclass(frozen=True, slots=True)
class VersionLine:
    """That somebody wrote a version, and when."""

    number: int
    author: Person = field(repr=False)
    written_at: datetime


@dataclass(frozen=True, slots=True)
class AmendmentShown:
    """Other words that somebody suggested, beside the version that they are for.

    parts           what would change in that version, word by word
    beside_trouble  why that version is not shown beside it; then there are no ``parts``
    """

    id: UUID
    state: AmendmentState
    party: Party
    author: Person = field(repr=False)
    made_at: datetime
    number: int
    remark: str = field(repr=False)
    text: str = field(repr=False)
    parts: tuple[Part, ...] = field(repr=False)
    trouble: Trouble | None
    beside_trouble: Trouble | None


@dataclass(frozen=True, slots=True)
class SummaryShown:
    """A summary as one of its versions tells it.

    shown           the version shown; ``number`` is the newest
    trouble         why the words of the version shown are not, and ``about_trouble`` why not what was sealed of the
                    meeting; without either there is no ``hash`` to sign
    hash            64 hexadecimal digits over the newest version, as it was opened just now
    is_locked       both have approved it; ``holds`` is whether both signatures are under these very words
    """

    head: CaseHead
    id: UUID
    about: About
    state: SummaryState
    since: datetime
    number: int
    shown: int
    text: str = field(repr=False)
    author: Person | None = field(repr=False)
    written_at: datetime | None
    trouble: Trouble | None
    about_trouble: Trouble | None
    versions: tuple[VersionLine, ...]
    amendments: tuple[AmendmentShown, ...]
    hash: str
    signatures: tuple[Signed, ...]
    may: frozenset[Act]

    @property
    def is_locked(self) -> bool:
        return self.state is SummaryState.APPROVED

    @property
    def holds(self) -> bool:
        return {one.party for one in self.signatures if one.holds} == set(Party)

    @property
    def approved_by(self) -> frozenset[Party]:
        return frozenset(one.party for one in self.signatures)


@dataclass(frozen=True, slots=True)
class VersionsCompared:
    """Two versions side by side; ``trouble`` where one of them does not open."""

    head: CaseHead
    id: UUID
    older: VersionLine
    newer: VersionLine
    parts: tuple[Part, ...] = field(repr=False)
    trouble: Trouble | None


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of words that were sent.

    number       the version that they are now; None where they clash with what somebody else wrote meanwhile
    text         with a clash both texts in one, mine first where they meet, for the writer to settle
    was_merged   somebody else had written meanwhile, and both are in the new version
    """

    number: int | None
    newest: int
    text: str = field(repr=False)
    clashes: tuple[Clash, ...] = ()
    was_merged: bool = False


def index(work: UnitOfWork, case_id: UUID) -> Summaries:
    """Every summary, and the joint meetings that could have one."""
    case, seat = admit(work, case_id, Act.SUMMARY_READ)
    rows = summaries_of(work.session, case.id)
    meetings = {one.id: one for one in meetings_of(work.session, case.id, [MeetingKind.JOINT])}
    opened = rooms.open_all(work, case, Room.JOINT, [(row.sealed_body, row.place("body", Room.JOINT)) for row in rows])
    approved = parties_that_approved(work.session, [row.id for row in rows])
    head = cases.head(work, case, seat)
    audit.record(work, Act.SUMMARY_READ, case.id)
    taken = {row.meeting_id for row in rows}
    return Summaries(
        head,
        tuple(
            SummaryLine(
                row.id,
                _about(row, told.body, meetings.get(row.meeting_id) if row.meeting_id else None),
                row.state,
                row.number,
                row.state_since,
                approved[row.id],
                told.trouble,
            )
            for row, told in zip(rows, opened, strict=True)
        ),
        tuple(
            About(one.id, one.begins_at)
            for one in meetings.values()
            if one.id not in taken and one.state in _HAS_BEEN and one.begins_at is not None
        ),
        head.may & _ACTS,
    )


def find_of(work: UnitOfWork, case_id: UUID, meeting_id: UUID) -> UUID | None:
    """The summary of a meeting; None where there is none, as for a meeting that the reader does not know of."""
    case, _ = admit(work, case_id, Act.SUMMARY_READ)
    row = summary_of_meeting(work.session, case.id, meeting_id)
    return row.id if row is not None else None


def begin(
    work: UnitOfWork,
    case_id: UUID,
    *,
    meeting_id: UUID | None = None,
    title: str = "",
    held_on: date | None = None,
) -> UUID:
    """Lay an empty summary for a joint meeting, or for one on paper; where there is one already, give that."""
    case, seat = admit(work, case_id, Act.SUMMARY_DRAFT)
    if meeting_id is not None:
        _meeting(work, case, meeting_id)
        present = summary_of_meeting(work.session, case.id, meeting_id)
        if present is not None:
            return present.id
        title, held_on = "", None
    else:
        check_beginning(title, held_on or date.max, work.now.date())
    row = Summary(
        id=uuid4(),
        case_id=case.id,
        meeting_id=meeting_id,
        state=SummaryState.DRAFT,
        number=0,
        begun_by=seat.account,
        begun_at=work.now,
        state_since=work.now,
    )
    body = {"title": title, "held_on": held_on.isoformat() if held_on else "", **_bound_to(row)}
    row.sealed_body = rooms.seal(work, case, Room.JOINT, body, row.place("body", Room.JOINT))
    work.session.add(row)
    work.session.flush()
    audit.record(work, Act.SUMMARY_DRAFT, case.id, row.id, sealed=row.sealed_body)
    return row.id


def show(work: UnitOfWork, case_id: UUID, summary_id: UUID, *, version: int | None = None) -> SummaryShown:
    """A summary as it stands, or as one of its versions told it; signatures are checked, amendments compared."""
    case, seat = admit(work, case_id, Act.SUMMARY_READ)
    row = _find(work, case, summary_id)
    wanted = row.number if version is None else version
    suggested = amendments_to(work.session, row.id)
    texts = _versions(work, case, row, {wanted, row.number, *(one.number for one in suggested)})
    if wanted and wanted not in texts:
        raise NotFound(summary_id)
    about, newest = _open_about(work, case, row), texts.get(row.number, Opened())
    told = texts.get(wanted, Opened())
    is_whole = row.number > 0 and not about.trouble and not newest.trouble
    hashed = approvals.hash_of(row, about.body, newest.body) if is_whole else b""
    signed = approvals.read(work, case, row, hashed)
    lines = versions_of(work.session, row.id)
    authors = {line.author_id for line in lines} | {one.author_id for one in suggested}
    people = identity.people(work, authors)
    written = next((line for line in lines if line.number == wanted), None)
    head = cases.head(work, case, seat)
    audit.record(work, Act.SUMMARY_READ, case.id, row.id)
    return SummaryShown(
        head,
        row.id,
        _about(row, about.body, _meeting_of(work, case, row)),
        row.state,
        row.state_since,
        row.number,
        wanted,
        told.body.get("text", ""),
        people[written.author_id] if written else None,
        written.written_at if written else None,
        told.trouble,
        about.trouble,
        tuple(VersionLine(line.number, people[line.author_id], line.written_at) for line in lines),
        _amendments(work, case, suggested, texts, people),
        hashed.hex(),
        signed,
        _possible(head, row, seat, newest, {one.party for one in signed}, is_whole=is_whole),
    )


def compare_versions(work: UnitOfWork, case_id: UUID, summary_id: UUID, *, older: int, newer: int) -> VersionsCompared:
    """Two versions and what changed between them, word by word."""
    case, seat = admit(work, case_id, Act.SUMMARY_READ)
    row = _find(work, case, summary_id)
    lines = {line.number: line for line in versions_of(work.session, row.id) if line.number in {older, newer}}
    if len(lines) != 2:
        raise NotFound(summary_id)
    texts = _versions(work, case, row, {older, newer})
    people = identity.people(work, {line.author_id for line in lines.values()})
    first, second = (
        VersionLine(number, people[lines[number].author_id], lines[number].written_at) for number in sorted(lines)
    )
    before, after = texts[first.number], texts[second.number]
    audit.record(work, Act.SUMMARY_READ, case.id, row.id)
    return VersionsCompared(
        cases.head(work, case, seat),
        row.id,
        first,
        second,
        compare(before.body.get("text", ""), after.body.get("text", "")),
        before.trouble or after.trouble,
    )


def save(work: UnitOfWork, case_id: UUID, summary_id: UUID, *, text: str, base: int) -> Saved:
    """Make ``text`` the newest version, together with whatever somebody else has written since ``base``.

    base      the version from which the writer started; 0 before there was any
    returns   with clashes where both changed the same place: then nothing was stored, and nothing is lost
    """
    case, _ = admit(work, case_id, Act.SUMMARY_DRAFT)
    check_draft(text)
    row = _find(work, case, summary_id)
    SUMMARY.after(row.state, Act.SUMMARY_DRAFT)
    saved = _put(work, case, row, text, base, SummaryState.DRAFT)
    if saved.number is not None:
        drafts.discard(work, case.id, draft_of_summary(row.id))
    return saved


def propose(work: UnitOfWork, case_id: UUID, summary_id: UUID, *, seen: int) -> None:
    """Put the newest version before both leads; amendments to earlier ones are answered by it.

    raises   OutOfDate when somebody has written since, Unfit while there are no words
    """
    case, seat = admit(work, case_id, Act.SUMMARY_PROPOSE)
    row = _find(work, case, summary_id)
    if row.state is not SummaryState.DRAFT:
        raise IllegalTransition(row.state, Act.SUMMARY_PROPOSE)
    if seen != row.number or not seen:
        raise OutOfDate(summary_id)
    check_text(_newest(work, case, row)["text"])
    for one in open_amendments(work.session, row.id):
        _settle(work, one, AmendmentState.ANSWERED)
    row.state, row.state_since = SUMMARY.after(row.state, Act.SUMMARY_PROPOSE), work.now
    work.session.flush()
    audit.record(work, Act.SUMMARY_PROPOSE, case.id, row.id)
    _ask_leads(work, case, row, but=seat.account)


def amend(work: UnitOfWork, case_id: UUID, summary_id: UUID, *, text: str, seen: int, remark: str = "") -> UUID:
    """Suggest other words for the version that is proposed; whoever drafts takes them over or proposes anew.

    raises   OutOfDate when another version is on the table by now
    """
    case, seat = admit(work, case_id, Act.SUMMARY_AMEND)
    if seat.party is None:
        raise Forbidden(Act.SUMMARY_AMEND)
    row = _find(work, case, summary_id)
    SUMMARY.after(row.state, Act.SUMMARY_AMEND)
    if seen != row.number:
        raise OutOfDate(summary_id)
    check_amendment(text, remark, _newest(work, case, row)["text"])
    one = SummaryAmendment(
        id=uuid4(),
        case_id=case.id,
        summary_id=row.id,
        number=row.number,
        state=AmendmentState.OPEN,
        party=seat.party,
        author_id=seat.account,
        made_at=work.now,
    )
    body = {"text": text, "remark": remark, **_bound_amendment(one)}
    one.sealed_body = rooms.seal(work, case, Room.JOINT, body, one.place("body", Room.JOINT))
    work.session.add(one)
    work.session.flush()
    drafts.discard(work, case.id, draft_of_amendment(row.id))
    audit.record(work, Act.SUMMARY_AMEND, case.id, row.id, sealed=one.sealed_body)
    cases.tell(work, [pen for pen in _pens(work, case) if pen != seat.account], LetterKind.WAITING, about=one.id.hex)
    return one.id


def take_over(work: UnitOfWork, case_id: UUID, summary_id: UUID, amendment_id: UUID) -> Saved:
    """Take an amendment into the newest version. Where a version is proposed, the one that it makes is at once.

    returns   with clashes where the same place was changed meanwhile: then nothing was stored
    """
    case, seat = admit(work, case_id, Act.SUMMARY_DRAFT)
    row = _find(work, case, summary_id)
    SUMMARY.after(row.state, Act.SUMMARY_DRAFT)
    one = find_amendment(work.session, row.id, amendment_id)
    if one is None:
        raise NotFound(amendment_id)
    if one.state is not AmendmentState.OPEN:
        raise OutOfDate(amendment_id)
    was_proposed = row.state is SummaryState.PROPOSED
    words = _open_amendments(work, case, [one])[0]
    if words.trouble is not None:
        raise rooms.refusal_of(words.trouble, one.id)
    saved = _put(work, case, row, words.body["text"], one.number, row.state)
    if saved.number is None:
        return saved
    _settle(work, one, AmendmentState.TAKEN)
    work.session.flush()
    if was_proposed:
        audit.record(work, Act.SUMMARY_PROPOSE, case.id, row.id)
        _ask_leads(work, case, row, but=seat.account)
    return saved


def approve(work: UnitOfWork, case_id: UUID, summary_id: UUID, *, seen: str) -> SummaryState:
    """Sign the version that is proposed, for the actor's party; the second signature locks the summary for good.

    seen     the hash that stood on the page, in hexadecimal digits
    raises   OutOfDate when another version is on the table by now
    """
    case, seat = admit(work, case_id, Act.SUMMARY_APPROVE)
    party = table.party_of(seat)
    row = _find(work, case, summary_id)
    after = SUMMARY.after(row.state, Act.SUMMARY_APPROVE)
    about = _open_about(work, case, row)
    if about.trouble is not None:
        raise rooms.refusal_of(about.trouble, row.id)
    hashed = approvals.hash_of(row, about.body, _newest(work, case, row))
    if hashed.hex() != seen:
        raise OutOfDate(summary_id)
    present = approvals.read(work, case, row, hashed)
    if party in {one.party for one in present}:
        raise IllegalTransition(row.state, Act.SUMMARY_APPROVE)
    if not all(one.holds for one in present):
        raise SealBroken(summary_id)
    signed = approvals.add(work, case, row, party, hashed)
    audit.record(work, Act.SUMMARY_APPROVE, case.id, row.id, sealed=signed.sealed_statement)
    if {party, *(one.party for one in present)} == set(Party):
        row.state, row.state_since = after, work.now
        for one in open_amendments(work.session, row.id):
            _settle(work, one, AmendmentState.ANSWERED)
        work.session.flush()
    else:
        cases.tell(work, requests.leads_of(work, case, party.other), LetterKind.WAITING, about=signed.id.hex)
    return row.state


def _put(work: UnitOfWork, case: Case, row: Summary, text: str, base: int, state: SummaryState) -> Saved:
    """Add a version of ``text`` and of what was written since ``base``; approvals of the former one lapse by it."""
    if not 0 <= base <= row.number:
        raise OutOfDate(row.id)
    texts = {0: Opened({"text": ""}), **_versions(work, case, row, {base, row.number})}
    begun, newest = (_words(row, texts.get(number)) for number in (base, row.number))
    merged = merge(begun, newest, text)
    if merged.clashes:
        return Saved(None, row.number, merged.text, merged.clashes)
    check_draft(merged.text)
    if merged.text == newest and row.number:
        return Saved(row.number, row.number, newest)
    row.number += 1
    version = SummaryVersion(
        id=uuid4(),
        case_id=case.id,
        summary_id=row.id,
        number=row.number,
        author_id=work.person.account_id,
        written_at=work.now,
    )
    body = {"text": merged.text, **_bound_version(version)}
    version.sealed_body = rooms.seal(work, case, Room.JOINT, body, version.place("body", Room.JOINT))
    work.session.add(version)
    if row.state is not state:
        row.state, row.state_since = state, work.now
    work.session.flush()
    audit.record(work, Act.SUMMARY_DRAFT, case.id, row.id, sealed=version.sealed_body)
    return Saved(row.number, row.number, merged.text, was_merged=base != row.number - 1 and merged.text != text)


def _find(work: UnitOfWork, case: Case, summary_id: UUID) -> Summary:
    row = find_summary(work.session, case.id, summary_id)
    if row is None:
        raise NotFound(summary_id)
    return row


def _meeting(work: UnitOfWork, case: Case, meeting_id: UUID) -> Meeting:
    found = find_meeting(work.session, case.id, meeting_id, [MeetingKind.JOINT])
    if found is None:
        raise NotFound(meeting_id)
    if found.state not in _HAS_BEEN:
        raise IllegalTransition(found.state, Act.SUMMARY_DRAFT)
    return found


def _meeting_of(work: UnitOfWork, case: Case, row: Summary) -> Meeting | None:
    if row.meeting_id is None:
        return None
    return find_meeting(work.session, case.id, row.meeting_id, [MeetingKind.JOINT])


def _about(row: Summary, body: Mapping[str, Any], meeting: Meeting | None) -> About:
    day = body.get("held_on", "")
    return About(
        row.meeting_id,
        meeting.begins_at if meeting else None,
        body.get("title", ""),
        date.fromisoformat(day) if day else None,
    )


def _open_about(work: UnitOfWork, case: Case, row: Summary) -> Opened:
    told = rooms.open_all(work, case, Room.JOINT, [(row.sealed_body, row.place("body", Room.JOINT))])[0]
    if told.trouble is None and not _bound_to(row).items() <= told.body.items():
        return Opened(trouble=Trouble.BROKEN)
    return told


def _versions(work: UnitOfWork, case: Case, row: Summary, numbers: set[int]) -> dict[int, Opened]:
    """Those versions, opened; one that was sealed for another summary, number or author counts as broken."""
    found = versions_among(work.session, row.id, numbers)
    places = [(one.sealed_body, one.place("body", Room.JOINT)) for one in found]
    opened = rooms.open_all(work, case, Room.JOINT, places)
    return {
        one.number: told
        if told.trouble or _bound_version(one).items() <= told.body.items()
        else Opened(trouble=Trouble.BROKEN)
        for one, told in zip(found, opened, strict=True)
    }


def _newest(work: UnitOfWork, case: Case, row: Summary) -> dict[str, Any]:
    """The body of the newest version; raises where it does not open, and SealBroken where there is none."""
    told = _versions(work, case, row, {row.number}).get(row.number)
    _words(row, told)
    return told.body if told else {}


def _words(row: Summary, told: Opened | None) -> str:
    if told is None:
        raise SealBroken(row.id)
    if told.trouble is not None:
        raise rooms.refusal_of(told.trouble, row.id)
    words: str = told.body["text"]
    return words


def _open_amendments(work: UnitOfWork, case: Case, found: Sequence[SummaryAmendment]) -> list[Opened]:
    places = [(one.sealed_body, one.place("body", Room.JOINT)) for one in found]
    return [
        told if told.trouble or _bound_amendment(one).items() <= told.body.items() else Opened(trouble=Trouble.BROKEN)
        for one, told in zip(found, rooms.open_all(work, case, Room.JOINT, places), strict=True)
    ]


def _amendments(
    work: UnitOfWork,
    case: Case,
    found: Sequence[SummaryAmendment],
    texts: Mapping[int, Opened],
    people: Mapping[UUID, Person],
) -> tuple[AmendmentShown, ...]:
    shown = []
    for one, told in zip(found, _open_amendments(work, case, found), strict=True):
        beside = texts.get(one.number, Opened(trouble=Trouble.BROKEN))
        text = told.body.get("text", "")
        shown.append(
            AmendmentShown(
                one.id,
                one.state,
                one.party,
                people[one.author_id],
                one.made_at,
                one.number,
                told.body.get("remark", ""),
                text,
                () if told.trouble or beside.trouble else compare(beside.body.get("text", ""), text),
                told.trouble,
                beside.trouble,
            )
        )
    return tuple(shown)


def _possible(
    head: CaseHead, row: Summary, seat: Seat, newest: Opened, approved_by: set[Party], *, is_whole: bool
) -> frozenset[Act]:
    """What the reader can do to a summary as it stands; one that is not whole is approved by nobody."""
    may = {act for act in head.may & _ACTS if SUMMARY.allows(row.state, act)}
    if row.state is not SummaryState.DRAFT or not newest.body.get("text", "").strip():
        may.discard(Act.SUMMARY_PROPOSE)
    if seat.party in approved_by or not is_whole:
        may.discard(Act.SUMMARY_APPROVE)
    return frozenset(may)


def _pens(work: UnitOfWork, case: Case) -> list[UUID]:
    """Who drafts: the facilitators, or where facilitation was not asked both leads."""
    if Support.FACILITATION not in case.support:
        return requests.leads_of(work, case)
    return [seat.account for seat, _ in rooms.seats_now(work, case) if seat.role is Role.FACILITATOR]


def _ask_leads(work: UnitOfWork, case: Case, row: Summary, *, but: UUID) -> None:
    leads = [lead for lead in requests.leads_of(work, case) if lead != but]
    cases.tell(work, leads, LetterKind.WAITING, about=f"{row.id.hex}:{row.number}")


def _settle(work: UnitOfWork, one: SummaryAmendment, state: AmendmentState) -> None:
    one.state, one.settled_at = state, work.now


def _bound_to(row: Summary) -> dict[str, Any]:
    """What the columns in clear say, said again inside the seal."""
    return {"meeting": str(row.meeting_id or ""), "by": str(row.begun_by)}


def _bound_version(row: SummaryVersion) -> dict[str, Any]:
    return {"summary": str(row.summary_id), "number": row.number, "by": str(row.author_id)}


def _bound_amendment(row: SummaryAmendment) -> dict[str, Any]:
    return {
        "summary": str(row.summary_id),
        "number": row.number,
        "party": row.party.value,
        "by": str(row.author_id),
    }
