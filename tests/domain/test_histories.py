"""Random histories of acts, let in by the rules alone, before a chronicler who knows the procedure by heart."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dialogue.domain import agenda, policy, positions
from dialogue.domain.acts import Act
from dialogue.domain.agenda import ITEM, ItemSituation, ItemState, acts_on, joint_acts_on
from dialogue.domain.cases import CASE, CaseStatus, Support
from dialogue.domain.jointacts import ABOUT_AN_ITEM, is_carried
from dialogue.domain.people import NOTE_ROOMS, Party, Role, Room, Seat
from dialogue.domain.policy import Situation, require
from dialogue.domain.positions import Consensus, Position, Stance, consensus_of
from dialogue.errors import Forbidden, IllegalTransition, NotAgreed, OutOfDate, Refusal
from tests.chronicle import AT_THE_TABLE, EVERYBODY, LEADS, SIDE_OF, Chronicle

ROLES = {"lead": Role.LEAD, "delegate": Role.DELEGATE, "facilitator": Role.FACILITATOR, "coordinator": Role.COORDINATOR}
TOGETHER = {
    "suspend": Act.CASE_SUSPEND,
    "resume": Act.CASE_RESUME,
    "conclude": Act.CASE_CONCLUDE,
    "complete": Act.CASE_COMPLETE,
    "close": Act.CASE_CLOSE,
    "reopen": Act.AGENDA_REOPEN,
    "withdraw": Act.AGENDA_WITHDRAW,
}


@dataclass
class Paper:
    """An item on paper."""

    proposed_by: Party | None
    state: ItemState = ItemState.PROPOSED
    admitted: set[Party] = field(default_factory=set)
    wordings: list[UUID] = field(default_factory=list)
    positions: dict[Party, Position] = field(default_factory=dict)
    reopened: bool = False
    moves: int = 0

    @property
    def consensus(self) -> Consensus:
        return consensus_of(self.positions, self.wordings[-1] if self.wordings else None)

    @property
    def situation(self) -> ItemSituation:
        admitted = frozenset(self.admitted)
        return ItemSituation(self.state, admitted, self.proposed_by, bool(self.wordings), self.consensus, self.reopened)


@dataclass
class Joint:
    what: str
    item: int | None
    stands: tuple[int, int]
    voices: set[Party] = field(default_factory=set)
    is_open: bool = True


@dataclass
class PaperCase:
    """A case on paper: no keys and no database, only the rules of the domain decide what is let in."""

    status: CaseStatus = CaseStatus.IN_DIALOGUE
    version: int = 1
    accepted: dict[str, int] = field(default_factory=lambda: dict.fromkeys(AT_THE_TABLE, 1))
    proposal: Party | None = None
    items: list[Paper] = field(default_factory=list)
    joint: list[Joint] = field(default_factory=list)
    outcome: tuple[int, dict[int, tuple[UUID, dict[Party, Position]]]] | None = None
    signed: set[Party] = field(default_factory=set)
    moves: int = 0
    ids: int = 0
    done: set[str] = field(default_factory=set)

    def attempt(self, who: str, what: str, pick: int) -> dict[str, Any] | None:
        """Try it and tell what was done; None where there is nothing to try. raises Refusal."""
        told: dict[str, Any] | None = getattr(self, what)(who, pick)
        return told

    def seat(self, who: str) -> Seat:
        party = Party(SIDE_OF[who]) if who in SIDE_OF else None
        if who == "outsider":
            # Somebody who has followed an invitation and for whom nobody has signed.
            return Seat(UUID(int=9), Party.COMPANY, Role.DELEGATE, confirmed=False, bound=False, stated=False)
        role = ROLES[who.rpartition("_")[2]]
        bound = self.accepted.get(who) == self.version
        return Seat(UUID(int=1), party, role, confirmed=True, bound=bound, undertook=who in self.accepted)

    def enter(self, who: str, act: Act, room: Room | None = None) -> Seat:
        everyone = all(self.accepted.get(one) == self.version for one in AT_THE_TABLE)
        require(act, self.seat(who), Situation(self.status, frozenset(Support), everyone_bound=everyone, room=room))
        return self.seat(who)

    def become(self, act: Act) -> None:
        self.status = CASE.after(self.status, act)
        self.moves += 1

    def item(self, pick: int) -> tuple[int, Paper] | None:
        return (pick % len(self.items), self.items[pick % len(self.items)]) if self.items else None

    # Rooms

    def write(self, who: str, pick: int) -> dict[str, Any]:
        room = NOTE_ROOMS[pick % len(NOTE_ROOMS)]
        self.enter(who, Act.NOTE_WRITE, room)
        return {"room": room.value}

    def read(self, who: str, pick: int) -> dict[str, Any]:
        room = NOTE_ROOMS[pick % len(NOTE_ROOMS)]
        self.enter(who, Act.NOTE_READ, room)
        return {"room": room.value}

    def release(self, who: str, pick: int) -> dict[str, Any]:
        room = NOTE_ROOMS[pick % len(NOTE_ROOMS)]
        self.enter(who, Act.RELEASE_APPROVE, room)
        return {"room": room.value}

    # Terms

    def propose_terms(self, who: str, pick: int) -> dict[str, Any] | None:
        if pick % 5:
            return None
        self.proposal = self.enter(who, Act.TERMS_PROPOSE).party
        return {}

    def agree_terms(self, who: str, _: int) -> dict[str, Any] | None:
        party = self.enter(who, Act.TERMS_AGREE).party
        if self.proposal is None or party is self.proposal:
            return None
        self.version, self.proposal = self.version + 1, None
        self.accepted |= dict.fromkeys(LEADS, self.version)
        self.begin_if_ready()
        return {}

    def accept_terms(self, who: str, _: int) -> dict[str, Any]:
        self.enter(who, Act.TERMS_ACCEPT, Room.TERMS)
        self.accepted[who] = self.version
        self.begin_if_ready()
        return {}

    def begin_if_ready(self) -> None:
        ready = all(self.accepted.get(one) == self.version for one in AT_THE_TABLE)
        if ready and CASE.allows(self.status, Act.CASE_BEGIN):
            self.become(Act.CASE_BEGIN)

    # The agenda

    def propose(self, who: str, _: int) -> dict[str, Any] | None:
        if len(self.items) > 2:
            return None
        party = self.enter(who, Act.AGENDA_PROPOSE).party
        self.items.append(Paper(party, admitted={party} if party else set()))
        return {"item": len(self.items) - 1}

    def admit(self, who: str, pick: int) -> dict[str, Any] | None:
        seat, found = self.enter(who, Act.AGENDA_ADMIT), self.item(pick)
        if found is None:
            return None
        number, item = found
        self.alone(item, seat, Act.AGENDA_ADMIT)
        assert seat.party is not None
        item.admitted.add(seat.party)
        if item.admitted == set(Party):
            self.move(item, Act.AGENDA_ADMIT)
        return {"item": number}

    def park(self, who: str, pick: int) -> dict[str, Any] | None:
        return self.on_item(who, pick, Act.AGENDA_PARK)

    def resume_item(self, who: str, pick: int) -> dict[str, Any] | None:
        return self.on_item(who, pick, Act.AGENDA_RESUME)

    def take_back(self, who: str, pick: int) -> dict[str, Any] | None:
        return self.on_item(who, pick, Act.AGENDA_WITHDRAW)

    def on_item(self, who: str, pick: int, act: Act) -> dict[str, Any] | None:
        seat, found = self.enter(who, act), self.item(pick)
        if found is None:
            return None
        self.alone(found[1], seat, act)
        self.move(found[1], act)
        return {"item": found[0]}

    def word(self, who: str, pick: int) -> dict[str, Any] | None:
        seat, found = self.enter(who, Act.WORDING_PROPOSE), self.item(pick)
        if found is None:
            return None
        number, item = found
        self.alone(item, seat, Act.WORDING_PROPOSE)
        self.ids += 1
        item.wordings.append(UUID(int=self.ids))
        item.reopened = False
        return {"item": number}

    def stand(self, who: str, pick: int) -> dict[str, Any] | None:
        seat, found = self.enter(who, Act.POSITION_RECORD), self.item(pick)
        if found is None:
            return None
        number, item = found
        self.alone(item, seat, Act.POSITION_RECORD)
        assert seat.party is not None
        # Towards agreement more often than not, so that histories get somewhere.
        stance = (*Stance, Stance.AGREE, Stance.AGREE, Stance.CAN_LIVE_WITH_IT)[pick // 7 % 7]
        item.positions[seat.party] = Position(item.wordings[-1], stance)
        return {"item": number, "stance": stance.value}

    def alone(self, item: Paper, seat: Seat, act: Act) -> None:
        if act not in acts_on(item.situation, seat.party):
            raise IllegalTransition(act)

    def move(self, item: Paper, act: Act) -> None:
        item.state = ITEM.after(item.state, act)
        item.moves += 1

    # Together

    def propose_together(self, who: str, pick: int) -> dict[str, Any] | None:
        offered = (*TOGETHER, *("reopen", "resume", "resume", "conclude", "close") * 2)
        what = offered[pick % len(offered)]
        self.enter(who, Act.JOINT_ACT_PROPOSE)
        seat = self.enter(who, TOGETHER[what])
        number = None
        if TOGETHER[what] in ABOUT_AN_ITEM:
            fit = [n for n, item in enumerate(self.items) if TOGETHER[what] in joint_acts_on(item.situation)]
            if not fit:
                return None
            number = fit[pick // 7 % len(fit)]
        voices = {seat.party} if seat.party else set()
        self.joint.append(Joint(what, number, self.stands(what, number), voices))
        return {"joint": len(self.joint) - 1, "what": what, "item": number}

    def say_yes(self, who: str, pick: int) -> dict[str, Any] | None:
        if not self.joint:
            return None
        number = len(self.joint) - 1 - pick % min(3, len(self.joint))
        joint = self.joint[number]
        party = self.enter(who, Act.JOINT_ACT_CONFIRM).party
        self.enter(who, TOGETHER[joint.what])
        if not joint.is_open or self.stands(joint.what, joint.item) != joint.stands:
            raise OutOfDate
        assert party is not None
        done = is_carried(joint.voices | {party})
        if done:
            self.carry(joint)
        joint.voices.add(party)
        return {"joint": number, "done": done}

    def stands(self, what: str, number: int | None) -> tuple[int, int]:
        if number is None:
            return self.moves, 0
        return self.items[number].moves, len(self.items[number].wordings) if what == "reopen" else 0

    def carry(self, joint: Joint) -> None:
        act = TOGETHER[joint.what]
        if joint.item is None:
            self.become(act)
        else:
            item = self.items[joint.item]
            if act not in joint_acts_on(item.situation):
                raise IllegalTransition(act)
            if act is Act.AGENDA_REOPEN:
                item.reopened = True
            else:
                self.move(item, act)
        joint.is_open = False
        self.done.add(joint.what)

    def go_back(self, who: str, _: int) -> dict[str, Any]:
        self.enter(who, Act.CASE_GO_BACK)
        self.become(Act.CASE_GO_BACK)
        return {}

    def leave(self, who: str, pick: int) -> dict[str, Any] | None:
        if pick % 25:
            return None
        self.enter(who, Act.CASE_LEAVE)
        self.become(Act.CASE_LEAVE)
        return {}

    # The outcome record

    def assemble(self, who: str, pick: int) -> dict[str, Any]:
        self.enter(who, Act.OUTCOME_ASSEMBLE)
        on_the_table = [n for n, item in enumerate(self.items) if item.state in agenda.ON_THE_TABLE]
        chosen = [n for n in on_the_table if self.items[n].consensus.is_agreement or pick % 11 == 0]
        if not all(self.items[n].consensus.is_agreement for n in chosen):
            raise NotAgreed
        self.ids += 1
        self.outcome = self.ids, {n: (self.items[n].wordings[-1], dict(self.items[n].positions)) for n in chosen}
        self.signed = set()
        return {"outcome": self.ids, "chosen": chosen}

    def sign(self, who: str, _: int) -> dict[str, Any] | None:
        party = self.enter(who, Act.OUTCOME_SIGN).party
        if self.outcome is None or party is None:
            return None
        number, words = self.outcome
        for n, (wording, said) in words.items():
            item = self.items[n]
            if item.state not in agenda.ON_THE_TABLE or (item.wordings[-1], item.positions) != (wording, said):
                raise OutOfDate
        if party in self.signed:
            raise Forbidden
        self.signed.add(party)
        done = self.signed == set(Party)
        if done:
            self.become(Act.CASE_COMPLETE)
        return {"outcome": number, "done": done}


DEEDS = (
    *("propose", "admit", "admit", "word", "word", "stand", "stand", "stand", "stand"),
    *("propose_together", "propose_together", "say_yes", "say_yes", "say_yes"),
    *("assemble", "sign", "sign", "go_back", "leave", "park", "resume_item", "take_back"),
    *("write", "read", "release", "propose_terms", "agree_terms", "accept_terms", "accept_terms", "accept_terms"),
)
WHO = (*sorted(LEADS) * 8, *EVERYBODY)
LENGTH = 240


def steps_of(seed: int) -> list[tuple[str, str, int]]:
    """A long history of attempts: mostly the leads', and now and then anybody's."""
    chance = Random(seed)
    return [(chance.choice(WHO), chance.choice(DEEDS), chance.randrange(10_000)) for _ in range(LENGTH)]


def play(steps: list[tuple[str, str, int]], begun: bool) -> tuple[PaperCase, Chronicle]:
    """Try all that, and tell the chronicler what was let in."""
    case = PaperCase() if begun else PaperCase(CaseStatus.PREPARING, 0, {})
    noted = Chronicle(case.status.value, case.version, dict(case.accepted))
    for who, what, pick in steps:
        try:
            told = case.attempt(who, what, pick)
        except Refusal:
            continue
        if told is None:
            continue
        noted.did(who, what, **told)
        assert noted.status == case.status.value
        for number, item in enumerate(case.items):
            assert noted.items[number].agreed == item.consensus.is_agreement
    return case, noted


def search(examples: int, reached: set[str] | None = None) -> None:
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 2**32), st.booleans())
    def whatever_is_tried(seed: int, begun: bool) -> None:
        case, noted = play(steps_of(seed), begun)
        if reached is not None:
            reached.add(case.status.value)
            reached.update("agreed" for item in case.items if item.consensus.is_agreement)
            reached.update(case.done)
            reached.update({"new terms"} if noted.version > 1 else ())

    whatever_is_tried()


def test_whatever_people_try_the_rules_let_in_only_what_the_procedure_knows() -> None:
    reached: set[str] = set()

    search(1000, reached)

    assert reached >= {"in_dialogue", "suspended", "concluding", "completed", "closed", "ended"}
    assert reached >= {"agreed", "new terms", *TOGETHER}


def consent_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(policy.RULES, Act.AGENDA_PROPOSE, policy.any_of(policy.leads, policy.facilitates))


def rooms_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(policy.RULES, Act.NOTE_READ, policy.not_gone)


def owners_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(policy.RULES, Act.RELEASE_APPROVE, policy.all_of(policy.in_the_room, policy.joint_is_writable))


def one_voice_is_enough(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(globals(), "is_carried", bool)


def past_positions_count(patch: pytest.MonkeyPatch) -> None:
    def forgetful(said: dict[Party, Position], wording: UUID | None) -> Consensus:
        return positions.consensus_of({party: Position(wording, p.stance) for party, p in said.items()}, wording)  # type: ignore[arg-type]

    patch.setitem(globals(), "consensus_of", forgetful)


def agreed_words_are_fair_game(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ItemSituation, "may_be_worded", True)


def facilitators_take_sides(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(policy.RULES, Act.CASE_LEAVE, policy.moves(Act.CASE_LEAVE))


@pytest.mark.parametrize(
    "fault",
    [
        consent_is_forgotten,
        rooms_are_forgotten,
        owners_are_forgotten,
        one_voice_is_enough,
        past_positions_count,
        agreed_words_are_fair_game,
        facilitators_take_sides,
    ],
)
def test_the_chronicler_objects_where_a_rule_is_forgotten(fault: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fault(monkeypatch)

    with pytest.raises(AssertionError):
        search(300)
