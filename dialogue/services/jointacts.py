"""Joint acts: what one proposes and only both leads together do, each with a signed yes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from dialogue.crypto.context import Value
from dialogue.domain.acts import Act
from dialogue.domain.agenda import joint_acts_on
from dialogue.domain.cases import GONE, Completion, Support
from dialogue.domain.jointacts import (
    ABOUT_A_PERSON,
    ABOUT_A_SET,
    ABOUT_A_TIME,
    ABOUT_AN_ITEM,
    ABOUT_THE_END,
    JOINT,
    JointActState,
    about_the_case,
    check_support,
    is_carried,
)
from dialogue.domain.people import Party, Role, Room, Seat, StaffRole
from dialogue.domain.retention import Rule, check_extension
from dialogue.errors import Forbidden, IllegalTransition, NotFound, OutOfDate, SealBroken, Unfit
from dialogue.services import (
    admission,
    agenda,
    audit,
    cases,
    due,
    history,
    identity,
    participants,
    requests,
    retention,
    rooms,
    signatures,
    statements,
    table,
    terms,
)
from dialogue.services.admission import admit
from dialogue.services.cases import CaseHead
from dialogue.services.identity import Person
from dialogue.services.letters import LetterKind
from dialogue.services.rooms import Opened, Trouble
from dialogue.services.unit import UnitOfWork
from dialogue.store.agenda import items_among, positions_on, wordings_put
from dialogue.store.cases import Case
from dialogue.store.jointacts import (
    JointAct,
    JointVoice,
    find_joint_act,
    open_joint_acts,
    settled_joint_acts,
    voices_of,
)
from dialogue.store.participants import ParticipantState

SETTLED = 20
_VOICE = "dialogue/joint-voice/1"
_GONE = {ParticipantState.REMOVED, ParticipantState.DECLINED}


@dataclass(frozen=True, slots=True)
class VoiceShown:
    """One party's yes; with ``trouble`` it does not open, or that party did not sign it, and it does not count."""

    party: Party
    person: Person | None = field(repr=False)
    at: datetime
    trouble: Trouble | None


@dataclass(frozen=True, slots=True)
class JointActShown:
    """One joint act, and what it waits for.

    about        the title of the item or the name of the person that it is about; empty where it is about the dialogue
    about_id     the item or account
    support      what shall be asked of the ILO, where it is about that
    months       by how much the date of destruction shall move, where it is about that
    is_stale     what it is about has changed since, so that it cannot be done any more
    """

    id: UUID
    act: Act
    about: str = field(repr=False)
    about_id: UUID | None
    room: Room | None
    support: frozenset[Support]
    months: int | None
    proposed_by: Person | None = field(repr=False)
    proposed_at: datetime
    settled_at: datetime | None
    state: JointActState
    voices: tuple[VoiceShown, ...]
    waits_for: tuple[Party, ...]
    is_stale: bool
    may_confirm: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Together:
    """What both leads are about to do together, what they have done, and what the reader could propose."""

    head: CaseHead
    waiting: tuple[JointActShown, ...]
    settled: tuple[JointActShown, ...]
    possible: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class OneJointAct:
    """One joint act by itself."""

    head: CaseHead
    joint: JointActShown


@dataclass(frozen=True, slots=True)
class Prospect:
    """What is about to be proposed; shown before somebody does."""

    head: CaseHead
    act: Act
    about: str = field(repr=False)
    about_id: UUID | None
    room: Room | None
    support: frozenset[Support]


def index(work: UnitOfWork, case_id: UUID) -> Together:
    """What waits for whom, and what has been done together; the reading is recorded."""
    case, seat = admit(work, case_id, Act.JOINT_ACT_READ)
    head = cases.head(work, case, seat)
    waiting = open_joint_acts(work.session, case.id)
    settled = settled_joint_acts(work.session, case.id, limit=SETTLED)
    shown = _shown(work, case, seat, [*waiting, *settled], head.may)
    audit.record(work, Act.JOINT_ACT_READ, case.id)
    proposed = {joint.act for joint in shown[: len(waiting)] if not joint.is_stale}
    possible = [act for act in sorted(JOINT & head.may) if about_the_case(act) and act not in proposed]
    possible = [act for act in possible if _makes_sense(work, case, act)]
    return Together(
        head,
        tuple(shown[: len(waiting)]),
        tuple(shown[len(waiting) :]),
        tuple(possible) if Act.JOINT_ACT_PROPOSE in head.may else (),
    )


def show(work: UnitOfWork, case_id: UUID, joint_act_id: UUID) -> OneJointAct:
    """One joint act; the reading is recorded."""
    case, seat = admit(work, case_id, Act.JOINT_ACT_READ)
    row = _find(work, case, joint_act_id)
    head = cases.head(work, case, seat)
    audit.record(work, Act.JOINT_ACT_READ, case.id, row.id)
    return OneJointAct(head, _shown(work, case, seat, [row], head.may)[0])


def prospect(
    work: UnitOfWork, case_id: UUID, act: Act, *, about: UUID | None = None, room: Room | None = None
) -> Prospect:
    """What proposing this would mean; refused where proposing it would be."""
    case, seat = _enter(work, case_id, act)
    words = _check_about(work, case, act, about, room)
    _check_end(work, case, act)
    return Prospect(cases.head(work, case, seat), act, words, about, room, case.support)


def propose(
    work: UnitOfWork,
    case_id: UUID,
    act: Act,
    *,
    about: UUID | None = None,
    room: Room | None = None,
    support: frozenset[Support] = frozenset(),
    months: int | None = None,
) -> UUID:
    """Propose what only both leads do together. A lead's proposal is its party's yes; a facilitator's is nobody's.

    about   the item, or the account of the person, where the act is about one
    room    the room whose past is to be read, for that act alone
    support what shall be asked of the ILO from then on, for that act alone
    months  by how much the date of destruction shall move, for that act alone
    raises  OutOfDate when the same is proposed already
    """
    case, seat = _enter(work, case_id, act)
    _check_about(work, case, act, about, room)
    if act in ABOUT_A_SET:
        check_support(support, case.support)
    if act in ABOUT_A_TIME:
        check_extension(months)
    _check_end(work, case, act)
    _settle_stale(work, case)
    present = {(row.act, row.object_id, row.room) for row in open_joint_acts(work.session, case.id)}
    if (act, about, room) in present:
        raise OutOfDate(act)
    row = JointAct(
        id=uuid4(),
        case_id=case.id,
        act=act,
        state=JointActState.OPEN,
        object_id=about,
        room=room,
        support_asked=",".join(sorted(support)) if act in ABOUT_A_SET else "",
        months=months if act in ABOUT_A_TIME else None,
        proposed_by=seat.account,
        proposed_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    sealed = _speak(work, case, row, seat.party).sealed_statement if seat.party is not None else None
    audit.record(work, Act.JOINT_ACT_PROPOSE, case.id, row.id, sealed=sealed)
    asked = [seat.party.other] if seat.party is not None else list(Party)
    for party in asked:
        cases.tell(work, requests.leads_of(work, case, party), LetterKind.WAITING, about=row.id.hex)
    return row.id


def confirm(work: UnitOfWork, case_id: UUID, joint_act_id: UUID) -> bool:
    """Add one's party's yes; with both it is done at once. Tells whether it has been done.

    raises   OutOfDate when it is settled already, IllegalTransition when what it is about has changed since
    """
    case, seat = admit(work, case_id, Act.JOINT_ACT_CONFIRM)
    party = table.party_of(seat)
    row = _find_open(work, case, joint_act_id)
    admit(work, case_id, row.act)
    if _stale(work, case, [row]):
        raise IllegalTransition(row.act)
    _check_end(work, case, row.act)
    if row.act is Act.HISTORY_GRANT:
        terms.check_past_may_be_shared(work, case)
    said = _standing_voices(work, case, row)
    if party in said:
        return False
    voice = _speak(work, case, row, party)
    audit.record(work, Act.JOINT_ACT_CONFIRM, case.id, row.id, sealed=voice.sealed_statement)
    if not is_carried({party, *said}):
        return False
    _CARRY[row.act](work, case, row)
    if case.status in GONE:
        return True
    row.state = JointActState.DONE
    row.settled_at = work.now
    work.session.flush()
    _settle_stale(work, case)
    return True


def withdraw(work: UnitOfWork, case_id: UUID, joint_act_id: UUID) -> None:
    """Take a joint act off: either lead, for whatever both would have to want; a facilitator, what one has proposed."""
    case, seat = admit(work, case_id, Act.JOINT_ACT_WITHDRAW)
    row = _find_open(work, case, joint_act_id)
    if not _may_withdraw(work, case, seat, row):
        audit.refuse(work, Act.JOINT_ACT_WITHDRAW, case.id)
        raise Forbidden(Act.JOINT_ACT_WITHDRAW)
    if row.act is Act.HISTORY_GRANT and row.object_id is not None and row.room is not None:
        history.withdraw_voice(work, case, seat, row.object_id, row.room)
    _settle(work, row, JointActState.WITHDRAWN)
    _settle_stale(work, case)
    audit.record(work, Act.JOINT_ACT_WITHDRAW, case.id, row.id)


def _enter(work: UnitOfWork, case_id: UUID, act: Act) -> tuple[Case, Seat]:
    if act not in JOINT:
        raise NotFound(act)
    admit(work, case_id, Act.JOINT_ACT_PROPOSE)
    return admit(work, case_id, act)


def _check_end(work: UnitOfWork, case: Case, act: Act) -> None:
    if act in ABOUT_THE_END:
        retention.check_together(case, act, work.now)


def _makes_sense(work: UnitOfWork, case: Case, act: Act) -> bool:
    try:
        _check_end(work, case, act)
    except IllegalTransition:
        return False
    return True


def _find(work: UnitOfWork, case: Case, joint_act_id: UUID) -> JointAct:
    row = find_joint_act(work.session, case.id, joint_act_id)
    if row is None:
        raise NotFound(joint_act_id)
    return row


def _find_open(work: UnitOfWork, case: Case, joint_act_id: UUID) -> JointAct:
    row = _find(work, case, joint_act_id)
    if row.state is not JointActState.OPEN:
        raise OutOfDate(joint_act_id)
    return row


def _check_about(work: UnitOfWork, case: Case, act: Act, about: UUID | None, room: Room | None) -> str:
    """The words for what the act is about; refused where it cannot be about that."""
    if act in ABOUT_A_PERSON:
        if about is None or room is None or not history.is_shared(room):
            raise Unfit("history_room")
        terms.check_past_may_be_shared(work, case)
        history.of(work, case, about, room)
        return identity.name_of(work, about)
    if (about is None) is not about_the_case(act) or room is not None:
        raise Unfit("joint_about")
    if about is None:
        return ""
    if act not in _possible_on_item(work, case, about):
        raise IllegalTransition(act)
    return _titles_of(work, case, {about})[about]


def _possible_on_item(work: UnitOfWork, case: Case, item_id: UUID) -> frozenset[Act]:
    item = table.find(work, case, item_id)
    rows = positions_on(work.session, [item.wording_id] if item.wording_id else [])
    current = table.newest_of_each(table.open_positions(work, case, rows), item.wording_id)
    return joint_acts_on(table.situation(work, item, table.consensus(current, item.wording_id)))


# Each party's yes


@dataclass(frozen=True, slots=True)
class _Heard:
    """A voice as it was found.

    still_speaks   it is signed, and its signer speaks for that party today
    """

    voice: JointVoice
    trouble: Trouble | None
    still_speaks: bool


def _speak(work: UnitOfWork, case: Case, row: JointAct, party: Party) -> JointVoice:
    """Sign the actor's party's yes and seal it for both; one that no longer counts gives way to it."""
    person = work.person
    for former in voices_of(work.session, [row.id]):
        if former.party is party:
            work.session.delete(former)
    work.session.flush()
    if row.act is Act.HISTORY_GRANT and row.object_id is not None and row.room is not None:
        history.state(work, case, row.object_id, row.room)
    voice = JointVoice(
        id=uuid4(),
        case_id=case.id,
        joint_act_id=row.id,
        party=party,
        account_id=person.account_id,
        made_at=work.now,
    )
    said: dict[str, Any] = {
        "act": row.act.value,
        "about": str(row.object_id) if row.object_id else None,
        "room": row.room,
    }
    if row.act in ABOUT_A_SET:
        said["support"] = row.support_asked
    if row.act in ABOUT_A_TIME:
        said["months"] = row.months
    statement = {**said, **signatures.sign(work, _VOICE, case.id, party, *_values(row, voice))}
    place = voice.place("statement", Room.JOINT)
    voice.sealed_statement = rooms.seal(work, case, Room.JOINT, statement, place)
    work.session.add(voice)
    work.session.flush()
    return voice


def _values(row: JointAct, voice: JointVoice) -> tuple[Value, ...]:
    room = row.room.value if row.room else None
    return row.id, voice.id, row.act.value, row.object_id, room, row.support_asked, row.months, voice.made_at


def _open_voices(work: UnitOfWork, case: Case, rows: Sequence[JointAct]) -> dict[UUID, list[_Heard]]:
    """Of each act the voices, each held against what was signed."""
    acts = {row.id: row for row in rows}
    voices = voices_of(work.session, list(acts))
    places = [(voice.sealed_statement, voice.place("statement", Room.JOINT)) for voice in voices]
    opened = rooms.open_all(work, case, Room.JOINT, places)
    signatures.fetch_keys(work, [told.body for told in opened if told.trouble is None])
    found: dict[UUID, list[_Heard]] = {row.id: [] for row in rows}
    for voice, told in zip(voices, opened, strict=True):
        found[voice.joint_act_id].append(_heard(work, acts[voice.joint_act_id], voice, told))
    return found


def _heard(work: UnitOfWork, row: JointAct, voice: JointVoice, told: Opened) -> _Heard:
    if told.trouble is not None:
        return _Heard(voice, told.trouble, False)
    try:
        signatures.check(work, _VOICE, row.case_id, voice.party, voice.account_id, told.body, *_values(row, voice))
    except SealBroken:
        return _Heard(voice, Trouble.BROKEN, False)
    found = statements.standings(work, row.case_id)
    fingerprint = bytes.fromhex(told.body["fingerprint"])
    return _Heard(voice, None, found.speaker(voice.account_id, fingerprint) is voice.party)


def _standing_voices(work: UnitOfWork, case: Case, row: JointAct) -> frozenset[Party]:
    """The parties whose yes is signed by somebody who speaks for them still."""
    heard = _open_voices(work, case, [row])[row.id]
    for one in heard:
        if one.trouble is Trouble.LOCKED:
            raise rooms.refusal_of(one.trouble, row.id)
    return frozenset(one.voice.party for one in heard if one.still_speaks)


# What is out of date


def _stale(work: UnitOfWork, case: Case, rows: Sequence[JointAct]) -> frozenset[UUID]:
    """Those open acts whose dialogue, item, words or person are not any more what they were when it was proposed."""
    wanted = {row.object_id for row in rows if row.act in ABOUT_AN_ITEM and row.object_id is not None}
    items = {item.id: item for item in items_among(work.session, case.id, wanted)}
    reopens = any(row.act is Act.AGENDA_REOPEN for row in rows)
    put = wordings_put(work.session, case.id) if reopens else {}
    seated = {seat.account for seat, _ in rooms.seats_now(work, case)}

    def is_stale(row: JointAct) -> bool:
        if row.act in ABOUT_AN_ITEM:
            item = items.get(row.object_id) if row.object_id is not None else None
            if item is None or item.state_since > row.proposed_at:
                return True
            return row.act is Act.AGENDA_REOPEN and (item.id not in put or put[item.id][2] > row.proposed_at)
        if row.act in ABOUT_A_PERSON:
            return row.object_id not in seated
        if row.act in ABOUT_A_SET and row.support == case.support:
            return True
        return case.status_since > row.proposed_at

    return frozenset(row.id for row in rows if row.state is JointActState.OPEN and is_stale(row))


def _settle_stale(work: UnitOfWork, case: Case) -> None:
    rows = open_joint_acts(work.session, case.id)
    stale = _stale(work, case, rows)
    for row in rows:
        if row.id in stale:
            _settle(work, row, JointActState.WITHDRAWN)


def _settle(work: UnitOfWork, row: JointAct, state: JointActState) -> None:
    row.state = state
    row.settled_at = work.now
    work.session.flush()


# Carrying out


def _move(work: UnitOfWork, case: Case, row: JointAct) -> None:
    cases.move(work, case, row.act)


def _complete(work: UnitOfWork, case: Case, row: JointAct) -> None:  # noqa: ARG001
    cases.complete(work, case, Completion.NONE)


def _withdraw_item(work: UnitOfWork, case: Case, row: JointAct) -> None:
    if row.object_id is not None:
        agenda.carry_withdrawal(work, case, row.object_id)
        audit.record(work, row.act, case.id, row.object_id)


def _reopen_item(work: UnitOfWork, case: Case, row: JointAct) -> None:
    if row.object_id is not None:
        agenda.carry_reopening(work, case, row.object_id)
        audit.record(work, row.act, case.id, row.object_id)


_SEATED_FOR = {Support.FACILITATION: Role.FACILITATOR, Support.TECHNICAL_INPUT: Role.EXPERT}


def _change_support(work: UnitOfWork, case: Case, row: JointAct) -> None:
    """Ask for another set; who sat for what is not asked any more loses the seat at once, by a signed removal."""
    ended = {_SEATED_FOR[kind] for kind in case.support - row.support if kind in _SEATED_FOR}
    case.support = row.support
    for participant in admission.listed(work, case):
        if participant.role in ended and participant.state not in _GONE:
            participants.take_away(work, case, participant, ParticipantState.REMOVED)
            audit.record(work, Act.PARTICIPANT_REMOVE, case.id, participant.id)
    audit.record(work, row.act, case.id, row.id)
    coordinators = list(statements.desk(work).of(StaffRole.COORDINATOR))
    cases.tell(work, coordinators, LetterKind.WAITING, about=row.id.hex)
    cases.begin_if_ready(work, case)


def _grant(work: UnitOfWork, case: Case, row: JointAct) -> None:
    """Both statements stand in the chain by now: give, or note as due, what they allow."""
    if row.object_id is not None:
        audit.record(work, row.act, case.id, row.object_id)
        due.welcome(work, case, row.object_id)


def _extend(work: UnitOfWork, case: Case, row: JointAct) -> None:
    check_extension(row.months)
    retention.extend(work, case, row.months or 0)


def _hold(work: UnitOfWork, case: Case, row: JointAct) -> None:  # noqa: ARG001
    retention.hold(work, case)


def _lift(work: UnitOfWork, case: Case, row: JointAct) -> None:  # noqa: ARG001
    retention.lift(work, case)


def _destroy(work: UnitOfWork, case: Case, row: JointAct) -> None:  # noqa: ARG001
    retention.destroy(work, case, Rule.TOGETHER)


_CARRY: dict[Act, Callable[[UnitOfWork, Case, JointAct], None]] = {
    Act.CASE_SUSPEND: _move,
    Act.CASE_RESUME: _move,
    Act.CASE_CONCLUDE: _move,
    Act.CASE_COMPLETE: _complete,
    Act.CASE_CLOSE: _move,
    Act.AGENDA_WITHDRAW: _withdraw_item,
    Act.AGENDA_REOPEN: _reopen_item,
    Act.HISTORY_GRANT: _grant,
    Act.SUPPORT_CHANGE: _change_support,
    Act.RETENTION_EXTEND: _extend,
    Act.HOLD_PLACE: _hold,
    Act.HOLD_LIFT: _lift,
    Act.CASE_DESTROY: _destroy,
}
if uncarried := JOINT.symmetric_difference(_CARRY):
    raise RuntimeError(f"joint acts that nothing carries out, or that are none: {sorted(uncarried)}")


# What a page shows


def _may_withdraw(work: UnitOfWork, case: Case, seat: Seat, row: JointAct) -> bool:
    proposer = rooms.rows_of(work, case.id).get(row.proposed_by)
    return seat.speaks or (proposer is not None and proposer.role is seat.role is Role.FACILITATOR)


def _shown(
    work: UnitOfWork, case: Case, seat: Seat, rows: Sequence[JointAct], may: frozenset[Act]
) -> list[JointActShown]:
    voices = _open_voices(work, case, rows)
    stale = _stale(work, case, rows)
    accounts = {row.proposed_by for row in rows} | {one.voice.account_id for heard in voices.values() for one in heard}
    accounts |= {row.object_id for row in rows if row.act in ABOUT_A_PERSON and row.object_id is not None}
    people = identity.people(work, accounts)
    words = _titles(work, case, rows) | {account: person.name for account, person in people.items()}
    return [
        JointActShown(
            row.id,
            row.act,
            words.get(row.object_id, "") if row.object_id is not None else "",
            row.object_id,
            row.room,
            row.support,
            row.months,
            people.get(row.proposed_by),
            row.proposed_at,
            row.settled_at,
            row.state,
            tuple(
                VoiceShown(one.voice.party, people.get(one.voice.account_id), one.voice.made_at, one.trouble)
                for one in sorted(voices[row.id], key=lambda one: one.voice.made_at)
            ),
            _waits_for(row, voices[row.id]),
            row.id in stale,
            {Act.JOINT_ACT_CONFIRM, row.act} <= may
            and seat.party in _waits_for(row, voices[row.id])
            and row.id not in stale,
            row.state is JointActState.OPEN and Act.JOINT_ACT_WITHDRAW in may and _may_withdraw(work, case, seat, row),
        )
        for row in rows
    ]


def _waits_for(row: JointAct, heard: Sequence[_Heard]) -> tuple[Party, ...]:
    if row.state is not JointActState.OPEN:
        return ()
    return tuple(party for party in Party if party not in {one.voice.party for one in heard if one.still_speaks})


def _titles(work: UnitOfWork, case: Case, rows: Sequence[JointAct]) -> dict[UUID, str]:
    return _titles_of(
        work, case, {row.object_id for row in rows if row.act in ABOUT_AN_ITEM and row.object_id is not None}
    )


def _titles_of(work: UnitOfWork, case: Case, wanted: Collection[UUID]) -> dict[UUID, str]:
    items = items_among(work.session, case.id, wanted)
    return {item.id: words.title for item, words in zip(items, table.open_items(work, case, items), strict=True)}
