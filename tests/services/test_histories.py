"""Random histories of acts by people with keys, on a real database, before a chronicler who knows the procedure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dialogue.domain.acts import Act
from dialogue.domain.people import NOTE_ROOMS
from dialogue.domain.positions import Stance
from dialogue.errors import Refusal
from dialogue.services import (
    agenda,
    cases,
    items,
    jointacts,
    notes,
    outcomes,
    overview,
    positions,
    releases,
    terms,
    wordings,
)
from dialogue.services.unit import Actor
from tests.builders import Table
from tests.chronicle import AT_THE_TABLE, EVERYBODY, LEADS, Chronicle

TOGETHER = {
    "suspend": Act.CASE_SUSPEND,
    "resume": Act.CASE_RESUME,
    "conclude": Act.CASE_CONCLUDE,
    "complete": Act.CASE_COMPLETE,
    "reopen": Act.AGENDA_REOPEN,
    "withdraw": Act.AGENDA_WITHDRAW,
}
ON_AN_ITEM = {"reopen", "withdraw"}
DEEDS = (
    *("propose", "admit", "admit", "word", "word", "stand", "stand", "stand", "stand", "stand"),
    *("propose_together", "propose_together", "say_yes", "say_yes", "say_yes"),
    *("assemble", "sign", "sign", "go_back", "leave", "park", "resume_item", "take_back"),
    *("write", "write", "read", "release", "propose_terms", "agree_terms", "accept_terms", "accept_terms"),
)
WHO = (*sorted(LEADS) * 6, *EVERYBODY)


@dataclass
class Played:
    """A case that is really played; ids are kept in the order in which they came."""

    table: Table
    items: list[UUID] = field(default_factory=list)
    joint: list[UUID] = field(default_factory=list)
    outcome: UUID | None = None
    notes: list[tuple[str, UUID]] = field(default_factory=list)
    terms: UUID | None = None

    def actor(self, who: str) -> Actor:
        actor: Actor = getattr(self.table, who)
        return actor

    def write_as(self, who: str, service: Callable[..., Any], *args: Any, **values: Any) -> Any:
        with self.table.writing(self.actor(who)) as work:
            return service(work, self.table.case_id, *args, **values)

    def read_as(self, who: str, service: Callable[..., Any], *args: Any, **values: Any) -> Any:
        with self.table.reading(self.actor(who)) as work:
            return service(work, self.table.case_id, *args, **values)

    def one(self, pick: int) -> UUID | None:
        return self.items[pick % len(self.items)] if self.items else None

    # Rooms

    def write(self, who: str, pick: int) -> dict[str, Any]:
        room = NOTE_ROOMS[pick % len(NOTE_ROOMS)]
        self.notes.append((room.value, self.write_as(who, notes.write, room, title="Wages", body=f"By {who}.")))
        return {"room": room.value}

    def read(self, who: str, pick: int) -> dict[str, Any] | None:
        if not self.notes:
            return None
        room, note_id = self.notes[pick % len(self.notes)]
        assert self.read_as(who, notes.show, note_id).body.startswith("By ")
        return {"room": room}

    def release(self, who: str, pick: int) -> dict[str, Any] | None:
        if not self.notes:
            return None
        room, note_id = self.notes[pick % len(self.notes)]
        self.notes.append(("joint", self.write_as(who, releases.approve, note_id, seen_revision=1)))
        return {"room": room}

    # Terms

    def propose_terms(self, who: str, pick: int) -> dict[str, Any] | None:
        if pick % 4:
            return None
        told = self.read_as(who, terms.show)
        answers = told.proposed.terms_id if told.proposed else told.in_force.terms_id if told.in_force else None
        self.terms = self.write_as(
            who, terms.propose, text=f"Words {pick}.", language="en", retention_months=12, answers=answers
        )
        return {}

    def agree_terms(self, who: str, _: int) -> dict[str, Any] | None:
        if self.terms is None:
            return None
        self.write_as(who, terms.agree, self.terms)
        self.terms = None
        return {}

    def accept_terms(self, who: str, _: int) -> dict[str, Any]:
        in_force = self.read_as(who, terms.show).in_force
        self.write_as(who, terms.accept, in_force.terms_id)
        return {}

    # The agenda

    def propose(self, who: str, pick: int) -> dict[str, Any] | None:
        if len(self.items) > 2:
            return None
        self.items.append(self.write_as(who, agenda.propose, title=f"Item {pick}"))
        return {"item": self.items[-1]}

    def on_item(self, who: str, pick: int, service: Callable[..., Any]) -> dict[str, Any] | None:
        item_id = self.one(pick)
        if item_id is None:
            return None
        self.write_as(who, service, item_id)
        return {"item": item_id}

    def admit(self, who: str, pick: int) -> dict[str, Any] | None:
        return self.on_item(who, pick, agenda.admit)

    def park(self, who: str, pick: int) -> dict[str, Any] | None:
        return self.on_item(who, pick, agenda.park)

    def resume_item(self, who: str, pick: int) -> dict[str, Any] | None:
        return self.on_item(who, pick, agenda.resume)

    def take_back(self, who: str, pick: int) -> dict[str, Any] | None:
        return self.on_item(who, pick, agenda.withdraw)

    def word(self, who: str, pick: int) -> dict[str, Any] | None:
        item_id = self.one(pick)
        if item_id is None:
            return None
        present = self.read_as(who, items.show, item_id).wording
        self.write_as(
            who,
            wordings.propose,
            item_id,
            text=f"Words {pick}.",
            language="en",
            answers_id=present.id if present else None,
        )
        return {"item": item_id}

    def stand(self, who: str, pick: int) -> dict[str, Any] | None:
        item_id = self.one(pick)
        if item_id is None:
            return None
        shown = self.read_as(who, items.show, item_id)
        if shown.wording is None:
            return None
        stance = (*Stance, Stance.AGREE, Stance.AGREE, Stance.CAN_LIVE_WITH_IT)[pick // 7 % 7]
        reason = "Not yet." if stance in {Stance.NEEDS_WORK, Stance.CANNOT_AGREE} else ""
        self.write_as(
            who,
            positions.record,
            item_id,
            wording_id=shown.wording.id,
            previous_id=shown.own_position,
            stance=stance,
            reason=reason,
        )
        return {"item": item_id, "stance": stance.value}

    # Together

    def propose_together(self, who: str, pick: int) -> dict[str, Any] | None:
        what = list(TOGETHER)[pick % len(TOGETHER)]
        item_id = self.one(pick // 7) if what in ON_AN_ITEM else None
        if what in ON_AN_ITEM and item_id is None:
            return None
        self.joint.append(self.write_as(who, jointacts.propose, TOGETHER[what], about=item_id))
        return {"joint": self.joint[-1], "what": what, "item": item_id}

    def say_yes(self, who: str, pick: int) -> dict[str, Any] | None:
        if not self.joint:
            return None
        joint = self.joint[-1 - pick % min(3, len(self.joint))]
        return {"joint": joint, "done": self.write_as(who, jointacts.confirm, joint)}

    def go_back(self, who: str, _: int) -> dict[str, Any]:
        self.write_as(who, cases.go_back)
        return {}

    def leave(self, who: str, pick: int) -> dict[str, Any] | None:
        if pick % 12:
            return None
        self.write_as(who, cases.leave)
        return {}

    # The outcome record

    def assemble(self, who: str, pick: int) -> dict[str, Any]:
        choices = self.read_as(who, outcomes.assembling)
        chosen = [choice.item_id for choice in choices.choices if choice.is_chosen or pick % 11 == 0]
        replaces = choices.draft.id if choices.draft else None
        self.outcome = self.write_as(who, outcomes.assemble, item_ids=chosen, language="en", replaces=replaces)
        return {"outcome": self.outcome, "chosen": chosen}

    def sign(self, who: str, _: int) -> dict[str, Any] | None:
        if self.outcome is None:
            return None
        seen = self.read_as(who, outcomes.show, self.outcome).hash
        state = self.write_as(who, outcomes.sign, self.outcome, seen=seen)
        return {"outcome": self.outcome, "done": state.value == "signed"}


def play(table: Table, seed: int, length: int, reached: set[str]) -> None:
    """Try a long history of acts, tell the chronicler what was let in, and compare what both know."""
    chance, played = Random(seed), Played(table)
    noted = Chronicle("in_dialogue", 1, dict.fromkeys(AT_THE_TABLE, 1))
    for _ in range(length):
        who, deed, pick = chance.choice(WHO), chance.choice(DEEDS), chance.randrange(10_000)
        try:
            told = getattr(played, deed)(who, pick)
        except Refusal:
            continue
        if told is not None:
            noted.did(who, deed, **told)
            reached.add(deed)
    reached.add(noted.status)
    with table.reading(table.company_lead) as work:
        assert overview.show(work, table.case_id).head.status.value == noted.status
        lines = agenda.board(work, table.case_id).lines
    for line in lines:
        assert line.state.value == noted.items[line.id].state
        assert line.consensus.is_agreement == noted.items[line.id].agreed


def search(another_table: Callable[[], Table], *, examples: int, length: int) -> set[str]:
    reached: set[str] = set()

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 2**32))
    def whatever_is_tried(seed: int) -> None:
        play(another_table(), seed, length, reached)

    whatever_is_tried()
    return reached


def test_whatever_people_try_only_what_the_procedure_knows_is_done(
    another_table: Callable[[], Table], kind: str
) -> None:
    reached = search(another_table, examples=8 if kind == "sqlite" else 2, length=120)

    if kind == "sqlite":
        assert reached >= {"write", "read", "release", "word", "stand", "say_yes", "assemble"}


@pytest.mark.parametrize("kind", ["sqlite"])
def test_the_chronicler_objects_where_one_voice_is_enough(
    another_table: Callable[[], Table], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(jointacts, "is_carried", bool)

    with pytest.raises(AssertionError, match="was done with the yes of"):
        search(another_table, examples=10, length=60)
