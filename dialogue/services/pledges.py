"""What both signed of a commitment and what was reported of it: sealed, opened, and held against the signatures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from dialogue.crypto.context import Value, digest
from dialogue.domain.followup import ChangeKind, ChangeState, Owner, Progress, View, day_of
from dialogue.domain.people import Party, Room
from dialogue.errors import SealBroken
from dialogue.services import identity, rooms, signatures
from dialogue.services.identity import Person
from dialogue.services.rooms import Opened, Trouble
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.followup import CommitmentChange, CommitmentReport

_COMMITMENT = "dialogue/commitment/1"
_REPORT = "dialogue/commitment-report/1"
_ANSWER = "dialogue/commitment-answer/1"
_WORDS = "dialogue/commitment-words/1"


@dataclass(frozen=True, slots=True)
class Words:
    """What is to be done, how both will see that it is done, and why it is proposed.

    item_id   the agreed item of the outcome record that it comes from, with its title
    """

    what: str = field(repr=False)
    measure: str = field(repr=False)
    remark: str = field(default="", repr=False)
    item_id: UUID | None = None
    item_title: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One text of a commitment, or that it is let go, with both signatures checked; with a trouble it has no words.

    agreed_by   who signed for the other side, once somebody has
    """

    id: UUID
    commitment_id: UUID
    number: int
    kind: ChangeKind
    state: ChangeState
    owner: Owner
    due_on: date
    words: Words = field(repr=False)
    party: Party
    proposed_by: Person | None = field(repr=False)
    proposed_at: datetime
    agreed_by: Person | None = field(repr=False)
    settled_at: datetime | None
    trouble: Trouble | None


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """What the other side says to a report."""

    party: Party
    person: Person | None = field(repr=False)
    at: datetime
    view: View | None = field(repr=False)
    words: str = field(repr=False)
    trouble: Trouble | None


@dataclass(frozen=True, slots=True)
class ReportShown:
    """What one side reports of a commitment; how far it is stands in no column."""

    id: UUID
    commitment_id: UUID
    number: int
    party: Party
    person: Person | None = field(repr=False)
    made_at: datetime
    progress: Progress | None = field(repr=False)
    words: str = field(repr=False)
    answer: AnswerShown | None
    trouble: Trouble | None


def seal_change(work: UnitOfWork, case: Case, row: CommitmentChange, words: Words) -> bytes:
    """Sign a text for the actor's party and seal it for both."""
    body = _said(words) | signatures.sign(work, _COMMITMENT, case.id, row.party, *_change_values(row, words))
    return rooms.seal(work, case, Room.JOINT, body, row.place("body", Room.JOINT))


def seal_voice(work: UnitOfWork, case: Case, row: CommitmentChange, words: Words) -> bytes:
    """Sign the same text for the other party."""
    signed = signatures.sign(work, _COMMITMENT, case.id, row.party.other, *_change_values(row, words))
    return rooms.seal(work, case, Room.JOINT, signed, row.place("voice", Room.JOINT))


def seal_report(work: UnitOfWork, case: Case, row: CommitmentReport, progress: Progress, words: str) -> bytes:
    signed = signatures.sign(work, _REPORT, case.id, row.party, *_report_values(row, progress.value, words))
    body = {"progress": progress.value, "words": words, **signed}
    return rooms.seal(work, case, Room.JOINT, body, row.place("body", Room.JOINT))


def seal_answer(
    work: UnitOfWork, case: Case, row: CommitmentReport, told: ReportShown, view: View, words: str
) -> bytes:
    """Sign what the other party says to that very report."""
    signed = signatures.sign(work, _ANSWER, case.id, row.party.other, *_answer_values(row, told, view.value, words))
    body = {"view": view.value, "words": words, **signed}
    return rooms.seal(work, case, Room.JOINT, body, row.place("answer", Room.JOINT))


def open_changes(work: UnitOfWork, case: Case, rows: Sequence[CommitmentChange]) -> list[ChangeShown]:
    """Open those texts, in their order; a constant number of queries."""
    agreed = [row for row in rows if row.state is ChangeState.AGREED]
    opened = rooms.open_all(
        work,
        case,
        Room.JOINT,
        [(row.sealed_body, row.place("body", Room.JOINT)) for row in rows]
        + [(row.sealed_voice or b"", row.place("voice", Room.JOINT)) for row in agreed],
    )
    signatures.fetch_keys(work, [told.body for told in opened if told.trouble is None])
    voices = {row.id: told for row, told in zip(agreed, opened[len(rows) :], strict=True)}
    people = identity.people(work, {row.proposed_by for row in rows} | {row.agreed_by for row in rows if row.agreed_by})
    return [_change(work, row, told, voices.get(row.id), people) for row, told in zip(rows, opened, strict=False)]


def open_reports(work: UnitOfWork, case: Case, rows: Sequence[CommitmentReport]) -> list[ReportShown]:
    """Open those reports with their answers, in their order; a constant number of queries."""
    answered = [row for row in rows if row.sealed_answer is not None]
    opened = rooms.open_all(
        work,
        case,
        Room.JOINT,
        [(row.sealed_body, row.place("body", Room.JOINT)) for row in rows]
        + [(row.sealed_answer or b"", row.place("answer", Room.JOINT)) for row in answered],
    )
    signatures.fetch_keys(work, [told.body for told in opened if told.trouble is None])
    answers = {row.id: told for row, told in zip(answered, opened[len(rows) :], strict=True)}
    people = identity.people(work, {row.made_by for row in rows} | {row.answered_by for row in rows if row.answered_by})
    return [_report(work, row, told, answers.get(row.id), people) for row, told in zip(rows, opened, strict=False)]


def genuine(told: Opened, check: Callable[[dict[str, Any]], None]) -> Opened:
    """The same, or a trouble where the signature does not hold."""
    if told.trouble is not None:
        return told
    try:
        check(told.body)
    except (SealBroken, KeyError, TypeError, ValueError):
        return Opened(trouble=Trouble.BROKEN)
    return told


def _change(
    work: UnitOfWork, row: CommitmentChange, told: Opened, voice: Opened | None, people: Mapping[UUID, Person]
) -> ChangeShown:
    told = genuine(told, lambda body: _check_change(work, row, row.party, row.proposed_by, body, _words(row, body)))
    words = _words(row, told.body) if told.trouble is None else Words("", "")
    trouble = told.trouble
    if trouble is None and row.state is ChangeState.AGREED:
        trouble = _check_voice(work, row, voice, words)
    return ChangeShown(
        row.id,
        row.commitment_id,
        row.number,
        row.kind,
        row.state,
        row.owner,
        day_of(row.due_at),
        words if trouble is None else Words("", ""),
        row.party,
        people.get(row.proposed_by),
        row.proposed_at,
        people.get(row.agreed_by) if row.agreed_by is not None else None,
        row.settled_at,
        trouble,
    )


def _check_voice(work: UnitOfWork, row: CommitmentChange, voice: Opened | None, words: Words) -> Trouble | None:
    """What is wrong with the other side's signature under an agreed text, if anything is."""
    signer = row.agreed_by
    if voice is None or signer is None:
        return Trouble.BROKEN
    return genuine(voice, lambda body: _check_change(work, row, row.party.other, signer, body, words)).trouble


def _check_change(
    work: UnitOfWork, row: CommitmentChange, party: Party, signer: UUID, body: dict[str, Any], words: Words
) -> None:
    signatures.check(work, _COMMITMENT, row.case_id, party, signer, body, *_change_values(row, words))


def _report(
    work: UnitOfWork, row: CommitmentReport, told: Opened, answer: Opened | None, people: Mapping[UUID, Person]
) -> ReportShown:
    def check(body: dict[str, Any]) -> None:
        values = _report_values(row, Progress(body["progress"]).value, body["words"])
        signatures.check(work, _REPORT, row.case_id, row.party, row.made_by, body, *values)

    told = genuine(told, check)
    shown = ReportShown(
        row.id,
        row.commitment_id,
        row.number,
        row.party,
        people.get(row.made_by),
        row.made_at,
        Progress(told.body["progress"]) if told.trouble is None else None,
        told.body.get("words", ""),
        None,
        told.trouble,
    )
    if answer is None or row.answered_by is None or row.answered_at is None:
        return shown
    return _answered(work, row, shown, answer, people.get(row.answered_by))


def _answered(
    work: UnitOfWork, row: CommitmentReport, shown: ReportShown, answer: Opened, person: Person | None
) -> ReportShown:
    def check(body: dict[str, Any]) -> None:
        if row.answered_by is None:
            raise SealBroken(row.id)
        values = _answer_values(row, shown, View(body["view"]).value, body["words"])
        signatures.check(work, _ANSWER, row.case_id, row.party.other, row.answered_by, body, *values)

    said = genuine(answer, check) if shown.trouble is None else Opened(trouble=shown.trouble)
    told = AnswerShown(
        row.party.other,
        person,
        row.answered_at or row.made_at,
        View(said.body["view"]) if said.trouble is None else None,
        said.body.get("words", ""),
        said.trouble,
    )
    return ReportShown(
        shown.id,
        shown.commitment_id,
        shown.number,
        shown.party,
        shown.person,
        shown.made_at,
        shown.progress,
        shown.words,
        told,
        shown.trouble,
    )


def _said(words: Words) -> dict[str, Any]:
    return {
        "what": words.what,
        "measure": words.measure,
        "remark": words.remark,
        "item_title": words.item_title,
    }


def _words(row: CommitmentChange, body: Mapping[str, Any]) -> Words:
    return Words(body["what"], body["measure"], body["remark"], row.item_id, body["item_title"])


def _change_values(row: CommitmentChange, words: Words) -> tuple[Value, ...]:
    said = digest(_WORDS, words.what, words.measure, words.remark, words.item_title)
    return row.id, row.commitment_id, row.number, row.kind.value, row.owner.value, row.due_at, row.item_id, said


def _report_values(row: CommitmentReport, progress: str, words: str) -> tuple[Value, ...]:
    return row.id, row.commitment_id, row.change_id, row.number, progress, digest(_WORDS, words), row.made_at


def _answer_values(row: CommitmentReport, told: ReportShown, view: str, words: str) -> tuple[Value, ...]:
    progress = told.progress.value if told.progress is not None else None
    answered = digest(_WORDS, progress, told.words)
    return row.id, row.commitment_id, answered, view, digest(_WORDS, words)
