"""Commitments: signed by both leads, reported by their owner, answered by the other side, and closed by both."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.followup import (
    COMMITMENT,
    DRAFT_OF_COMMITMENT,
    MOST_OPEN,
    OPEN_COMMITMENTS,
    ChangeKind,
    ChangeState,
    CommitmentState,
    Owner,
    Progress,
    Situation,
    View,
    acts_on,
    asks_at,
    check_answer,
    check_commitment,
    check_length,
    check_report,
    closes,
    day_of,
    draft_of_answer,
    draft_of_change,
    draft_of_report,
    start_of,
)
from dialogue.domain.outcomes import OutcomeState
from dialogue.domain.people import Party, Room
from dialogue.errors import Forbidden, IllegalTransition, NotFound, OutOfDate, Unfit
from dialogue.services import audit, cases, composition, drafts, pledges, requests, rooms, table
from dialogue.services.admission import admit
from dialogue.services.letters import LetterKind
from dialogue.services.pledges import Words
from dialogue.services.unit import UnitOfWork
from dialogue.store.cases import Case
from dialogue.store.catalogue import find_offer
from dialogue.store.followup import (
    Commitment,
    CommitmentChange,
    CommitmentReport,
    CommitmentSupport,
    changes_of,
    commitments_of,
    find_commitment,
    find_support,
    is_anything_open,
    next_commitment,
    open_change,
    reports_of,
)
from dialogue.store.outcomes import outcomes_of


def propose(
    work: UnitOfWork,
    case_id: UUID,
    *,
    what: str,
    measure: str,
    owner: Owner,
    day: date,
    item_id: UUID | None = None,
    remark: str = "",
) -> UUID:
    """Propose a commitment, signed for one's party; it counts once the other lead has signed the same words.

    item_id   the agreed item of the signed outcome record that it comes from
    """
    case, seat = admit(work, case_id, Act.COMMITMENT_PROPOSE)
    party = table.party_of(seat)
    check_commitment(what, measure, day, day_of(work.now))
    check_length(remark)
    if sum(row.state in OPEN_COMMITMENTS for row in commitments_of(work.session, case.id)) >= MOST_OPEN:
        raise Unfit("commitments_many")
    due = start_of(day)
    row = Commitment(
        id=uuid4(),
        case_id=case.id,
        number=next_commitment(work.session, case.id),
        state=CommitmentState.PROPOSED,
        state_since=work.now,
        owner=owner,
        due_at=due,
        asks_at=asks_at(due, work.now),
    )
    work.session.add(row)
    work.session.flush()
    words = Words(what, measure, remark, item_id, _title_of(work, case, item_id))
    _put(work, case, row, party, ChangeKind.WORDS, owner, day, words, Act.COMMITMENT_PROPOSE)
    drafts.discard(work, case.id, DRAFT_OF_COMMITMENT)
    return row.id


def change(
    work: UnitOfWork,
    case_id: UUID,
    commitment_id: UUID,
    *,
    seen: UUID,
    what: str,
    measure: str,
    owner: Owner,
    day: date,
    item_id: UUID | None = None,
    remark: str = "",
) -> UUID:
    """Propose other words, another owner or another day; until the other lead signs, what both signed stays in force.

    seen   the text that the actor had before the eyes: what is in force, or what waited for a signature
    """
    case, row, party = _enter(work, case_id, commitment_id, Act.COMMITMENT_CHANGE)
    check_commitment(what, measure, day, day_of(work.now))
    check_length(remark)
    _give_way(work, row, seen)
    words = Words(what, measure, remark, item_id, _title_of(work, case, item_id))
    put = _put(work, case, row, party, ChangeKind.WORDS, owner, day, words, Act.COMMITMENT_CHANGE)
    drafts.discard(work, case.id, draft_of_change(commitment_id))
    return put.id


def let_go(work: UnitOfWork, case_id: UUID, commitment_id: UUID, *, seen: UUID, remark: str) -> UUID:
    """Propose that both let a commitment go as it stands; nobody says why it came to that but in these words."""
    case, row, party = _enter(work, case_id, commitment_id, Act.COMMITMENT_CHANGE)
    check_length(remark)
    if row.state is not CommitmentState.IN_FORCE or row.change_id is None:
        raise IllegalTransition(row.state, Act.COMMITMENT_CHANGE)
    _give_way(work, row, seen)
    present = next(told for told in _opened(work, case, row) if told.id == row.change_id)
    if present.trouble is not None:
        raise rooms.refusal_of(present.trouble, row.id)
    words = replace(present.words, remark=remark)
    act = Act.COMMITMENT_CHANGE
    return _put(work, case, row, party, ChangeKind.LET_GO, row.owner, day_of(row.due_at), words, act).id


def agree(work: UnitOfWork, case_id: UUID, commitment_id: UUID, *, seen: UUID) -> bool:
    """Sign for one's party what the other lead has signed. Tells whether the whole case closed with it.

    seen     the text that the actor had before the eyes
    raises   OutOfDate when other words wait by now
    """
    case, row, party = _enter(work, case_id, commitment_id, Act.COMMITMENT_AGREE)
    waiting = _waiting(work, row, seen)
    told = pledges.open_changes(work, case, [waiting])[0]
    if told.trouble is not None:
        raise rooms.refusal_of(told.trouble, waiting.id)
    waiting.state, waiting.agreed_by, waiting.settled_at = ChangeState.AGREED, work.person.account_id, work.now
    waiting.sealed_voice = pledges.seal_voice(work, case, waiting, told.words)
    if waiting.kind is ChangeKind.LET_GO:
        row.state = CommitmentState.CLOSED
    else:
        row.state = CommitmentState.IN_FORCE
        row.owner, row.due_at, row.change_id = waiting.owner, waiting.due_at, waiting.id
        row.asks_at, row.told_at = asks_at(row.due_at, work.now), None
        row.waits_for = row.waits_since = None
    row.state_since = work.now
    work.session.flush()
    audit.record(work, Act.COMMITMENT_AGREE, case.id, row.id, sealed=waiting.sealed_voice)
    if _close_with_the_last(work, case, row):
        return True
    _tell(work, case, party.other, waiting.id, "agreed")
    return False


def withdraw(work: UnitOfWork, case_id: UUID, commitment_id: UUID, *, seen: UUID) -> None:
    """Take off what waits for a signature: either lead; what both signed before stays in force."""
    case, row, party = _enter(work, case_id, commitment_id, Act.COMMITMENT_WITHDRAW)
    waiting = _waiting(work, row, seen)
    waiting.state, waiting.settled_at = ChangeState.WITHDRAWN, work.now
    if row.state is CommitmentState.PROPOSED:
        row.state = COMMITMENT.after(row.state, Act.COMMITMENT_WITHDRAW)
        row.state_since = work.now
    work.session.flush()
    audit.record(work, Act.COMMITMENT_WITHDRAW, case.id, row.id)
    if party is not waiting.party:
        _tell(work, case, party.other, waiting.id, "withdrawn")


def report(
    work: UnitOfWork, case_id: UUID, commitment_id: UUID, *, seen: UUID, progress: Progress, words: str = ""
) -> UUID:
    """Say for one's party, which owns the commitment, how far it is; the other side is asked how it sees that.

    seen   the text in force that the actor had before the eyes
    """
    case, row, party = _enter(work, case_id, commitment_id, Act.COMMITMENT_REPORT)
    check_report(progress, words)
    if row.change_id != seen:
        raise OutOfDate(commitment_id)
    number = max((found.number for found in reports_of(work.session, [row.id])), default=0) + 1
    made = CommitmentReport(
        id=uuid4(),
        case_id=case.id,
        commitment_id=row.id,
        change_id=seen,
        number=number,
        party=party,
        made_by=work.person.account_id,
        made_at=work.now,
    )
    made.sealed_body = pledges.seal_report(work, case, made, progress, words)
    work.session.add(made)
    row.waits_for, row.waits_since = party.other, work.now
    row.asks_at, row.told_at = asks_at(row.due_at, work.now), None
    work.session.flush()
    drafts.discard(work, case.id, draft_of_report(commitment_id))
    audit.record(work, Act.COMMITMENT_REPORT, case.id, row.id, sealed=made.sealed_body)
    _tell(work, case, party.other, made.id, "reported")
    return made.id


def answer(work: UnitOfWork, case_id: UUID, commitment_id: UUID, *, seen: UUID, view: View, words: str = "") -> bool:
    """Say for one's party how it sees the other side's newest report. Tells whether the whole case closed with it.

    What is done, and seen so by both, closes the commitment; with the last one the dialogue closes by itself.

    seen     the report that the actor had before the eyes
    raises   OutOfDate when there is a newer one
    """
    case, row, party = _enter(work, case_id, commitment_id, Act.COMMITMENT_ANSWER)
    check_answer(view, words)
    newest = reports_of(work.session, [row.id])[-1:]
    if not newest or newest[0].id != seen or newest[0].party is party:
        raise OutOfDate(commitment_id)
    made = newest[0]
    told = pledges.open_reports(work, case, [made])[0]
    if told.trouble is not None or told.progress is None:
        raise rooms.refusal_of(told.trouble or rooms.Trouble.BROKEN, made.id)
    made.answered_by, made.answered_at = work.person.account_id, work.now
    made.sealed_answer = pledges.seal_answer(work, case, made, told, view, words)
    row.waits_for = row.waits_since = None
    if closes(told.progress, view):
        _take_off_what_waits(work, row)
        row.state = COMMITMENT.after(row.state, Act.COMMITMENT_ANSWER)
        row.state_since = work.now
    work.session.flush()
    drafts.discard(work, case.id, draft_of_answer(commitment_id))
    audit.record(work, Act.COMMITMENT_ANSWER, case.id, row.id, sealed=made.sealed_answer)
    if _close_with_the_last(work, case, row):
        return True
    _tell(work, case, party.other, made.id, "answered")
    return False


def note_support(work: UnitOfWork, case_id: UUID, commitment_id: UUID, *, offer_id: UUID, remark: str = "") -> UUID:
    """Note an offer of the ILO beside a commitment: both sides see it, and nobody outside is told."""
    case, row, party = _enter(work, case_id, commitment_id, Act.COMMITMENT_SUPPORT)
    check_length(remark)
    offer = find_offer(work.session, offer_id)
    if offer is None or offer.is_retired:
        raise OutOfDate(offer_id)
    noted = CommitmentSupport(
        id=uuid4(),
        case_id=case.id,
        commitment_id=row.id,
        party=party,
        noted_by=work.person.account_id,
        noted_at=work.now,
    )
    body = {
        "offer": str(offer.offer_id),
        "kind": offer.kind.value,
        "title": offer.title,
        "remark": remark,
        "by": str(noted.noted_by),
    }
    noted.sealed_body = rooms.seal(work, case, Room.JOINT, body, noted.place("body", Room.JOINT))
    work.session.add(noted)
    work.session.flush()
    audit.record(work, Act.COMMITMENT_SUPPORT, case.id, row.id, sealed=noted.sealed_body)
    return noted.id


def remove_support(work: UnitOfWork, case_id: UUID, commitment_id: UUID, support_id: UUID) -> None:
    """Take an offer off a commitment; either lead can."""
    case, row, _ = _enter(work, case_id, commitment_id, Act.COMMITMENT_SUPPORT)
    noted = find_support(work.session, row.id, support_id)
    if noted is None:
        raise OutOfDate(support_id)
    noted.removed_at = work.now
    work.session.flush()
    audit.record(work, Act.COMMITMENT_SUPPORT, case.id, row.id)


def find(work: UnitOfWork, case: Case, commitment_id: UUID) -> Commitment:
    """The commitment of this case; raises NotFound."""
    row = find_commitment(work.session, case.id, commitment_id)
    if row is None:
        raise NotFound(commitment_id)
    return row


def agreed_items(work: UnitOfWork, case: Case) -> dict[UUID, str]:
    """The items of the signed outcome records with their titles, from which a commitment can come."""
    signed = [row for row in outcomes_of(work.session, case.id) if row.state is OutcomeState.SIGNED]
    opened = rooms.open_all(
        work, case, Room.JOINT, [(row.sealed_body, row.place("body", Room.JOINT)) for row in reversed(signed)]
    )
    items = [item for told in opened if told.trouble is None for item in composition.read(told.body).items]
    return {item.item_id: item.title for item in items}


def situation_of(row: Commitment, waiting: Party | None) -> Situation:
    """Where a commitment stands.

    waiting   whose proposal waits for a signature
    """
    return Situation(row.state, row.owner, waiting, row.waits_for)


def is_last(work: UnitOfWork, case: Case, row: Commitment) -> bool:
    """Whether the dialogue closes by itself when this commitment closes."""
    return not is_anything_open(work.session, case.id, but=row.id)


def _enter(work: UnitOfWork, case_id: UUID, commitment_id: UUID, act: Act) -> tuple[Case, Commitment, Party]:
    """Let the actor in to do that about a commitment as it stands; refused, and recorded, where it cannot be done."""
    case, seat = admit(work, case_id, act)
    party = table.party_of(seat)
    row = find(work, case, commitment_id)
    waiting = open_change(work.session, row.id)
    if act in acts_on(situation_of(row, waiting.party if waiting is not None else None), party):
        return case, row, party
    if act is Act.COMMITMENT_REPORT and row.state is CommitmentState.IN_FORCE:
        audit.refuse(work, act, case.id)
        raise Forbidden(act)
    if act in {Act.COMMITMENT_AGREE, Act.COMMITMENT_WITHDRAW, Act.COMMITMENT_ANSWER}:
        raise OutOfDate(commitment_id)
    raise IllegalTransition(row.state, act)


def _put(
    work: UnitOfWork,
    case: Case,
    row: Commitment,
    party: Party,
    kind: ChangeKind,
    owner: Owner,
    day: date,
    words: Words,
    act: Act,
) -> CommitmentChange:
    """Sign a text and lay it before the other lead."""
    put = CommitmentChange(
        id=uuid4(),
        case_id=case.id,
        commitment_id=row.id,
        number=max((found.number for found in changes_of(work.session, [row.id])), default=0) + 1,
        kind=kind,
        state=ChangeState.PROPOSED,
        owner=owner,
        due_at=start_of(day),
        item_id=words.item_id,
        party=party,
        proposed_by=work.person.account_id,
        proposed_at=work.now,
    )
    put.sealed_body = pledges.seal_change(work, case, put, words)
    work.session.add(put)
    if row.state is CommitmentState.PROPOSED:
        row.owner, row.due_at, row.asks_at = owner, put.due_at, asks_at(put.due_at, work.now)
    work.session.flush()
    audit.record(work, act, case.id, row.id, sealed=put.sealed_body)
    _tell(work, case, party.other, put.id, "proposed")
    return put


def _give_way(work: UnitOfWork, row: Commitment, seen: UUID) -> None:
    """What waited for a signature gives way to what is proposed now; raises OutOfDate unless that is what was seen."""
    waiting = open_change(work.session, row.id)
    if seen != (waiting.id if waiting is not None else row.change_id):
        raise OutOfDate(row.id)
    if waiting is not None:
        waiting.state, waiting.settled_at = ChangeState.WITHDRAWN, work.now
        work.session.flush()


def _take_off_what_waits(work: UnitOfWork, row: Commitment) -> None:
    waiting = open_change(work.session, row.id)
    if waiting is not None:
        waiting.state, waiting.settled_at = ChangeState.WITHDRAWN, work.now


def _waiting(work: UnitOfWork, row: Commitment, seen: UUID) -> CommitmentChange:
    waiting = open_change(work.session, row.id)
    if waiting is None or waiting.id != seen:
        raise OutOfDate(row.id)
    return waiting


def _opened(work: UnitOfWork, case: Case, row: Commitment) -> list[pledges.ChangeShown]:
    return pledges.open_changes(work, case, changes_of(work.session, [row.id]))


def _title_of(work: UnitOfWork, case: Case, item_id: UUID | None) -> str:
    if item_id is None:
        return ""
    items = agreed_items(work, case)
    if item_id not in items:
        raise Unfit("commitment_item")
    return items[item_id]


def _close_with_the_last(work: UnitOfWork, case: Case, row: Commitment) -> bool:
    if row.state is not CommitmentState.CLOSED or is_anything_open(work.session, case.id):
        return False
    cases.close(work, case)
    return True


def _tell(work: UnitOfWork, case: Case, party: Party, about: UUID, what: str) -> None:
    cases.tell(work, requests.leads_of(work, case, party), LetterKind.WAITING, about=f"{about.hex}:{what}")
