"""A chronicler who knows the procedure by heart, from its tables and not from the code, and objects to what breaks it.

He is told what was done, in order, and asserts for each thing that it could be done then, by this person, after what
had been done before. He never looks at the program; whoever plays a history compares what it says with what he says.
"""

from __future__ import annotations

from dataclasses import dataclass, field

SIDES = frozenset({"company", "union"})
SIDE_OF = {"company_lead": "company", "company_delegate": "company", "union_lead": "union", "union_delegate": "union"}
LEADS = frozenset({"company_lead", "union_lead"})
PUT_WORDS = LEADS | {"facilitator"}
AT_THE_TABLE = frozenset({*SIDE_OF, "facilitator"})
EVERYBODY = (*sorted(AT_THE_TABLE), "coordinator", "outsider")

HEARS = {
    "joint": AT_THE_TABLE,
    "company": {"company_lead", "company_delegate"},
    "union": {"union_lead", "union_delegate"},
    "company_caucus": {"company_lead", "company_delegate", "facilitator"},
    "union_caucus": {"union_lead", "union_delegate", "facilitator"},
    "facilitation": {"facilitator"},
}
OWN_ROOMS = {"company", "union"}
# Who lets go what was said in a room.
OWNS = {
    "company": {"company_lead"},
    "company_caucus": {"company_lead"},
    "union": {"union_lead"},
    "union_caucus": {"union_lead"},
    "facilitation": {"facilitator"},
}
WRITTEN = {
    "joint": {"in_dialogue", "concluding", "completed"},
    "company_caucus": {"in_dialogue", "suspended", "concluding", "completed"},
    "union_caucus": {"in_dialogue", "suspended", "concluding", "completed"},
    "facilitation": {"in_dialogue", "suspended", "concluding", "completed"},
    "company": {"preparing", "in_dialogue", "suspended", "concluding", "completed", "ended"},
    "union": {"preparing", "in_dialogue", "suspended", "concluding", "completed", "ended"},
}
ACTIVE = {"preparing", "in_dialogue", "suspended", "concluding"}
TOGETHER = {
    "suspend": ("in_dialogue", "suspended"),
    "resume": ("suspended", "in_dialogue"),
    "conclude": ("in_dialogue", "concluding"),
    "complete": ("concluding", "completed"),
    "close": ("completed", "closed"),
}
AGREEING = {"agree", "can_live_with_it"}


@dataclass
class Item:
    """What the chronicler has noted of an item."""

    proposed_by: str | None
    state: str = "proposed"
    admitted: set[str] = field(default_factory=set)
    wordings: int = 0
    positions: dict[str, str] = field(default_factory=dict)
    reopened: bool = False
    moves: int = 0

    @property
    def agreed(self) -> bool:
        """Both sides' last words on the newest wording agree; whatever was said about earlier ones is the past."""
        return set(self.positions) == SIDES and set(self.positions.values()) <= AGREEING


@dataclass
class Together:
    """Something that both leads do together: who has said yes, and how things stood when it was proposed."""

    what: str
    item: object
    since: tuple[int, int]
    yes: set[str] = field(default_factory=set)


@dataclass
class Chronicle:
    """What has happened, as the chronicler was told.

    version    of the terms in force; accepted: who has accepted which, the last one
    proposal   whose proposal of other terms waits for the other side
    """

    status: str
    version: int
    accepted: dict[str, int]
    proposal: str | None = None
    items: dict[object, Item] = field(default_factory=dict)
    together: dict[object, Together] = field(default_factory=dict)
    outcome: tuple[object, dict[object, int]] | None = None
    signed: set[str] = field(default_factory=set)
    moves: int = 0
    said: int = 0

    def did(self, who: str, deed: str, /, **about: object) -> None:
        """Take down that it was done; raises AssertionError where it could not be."""
        getattr(self, f"_{deed}")(who, **about)
        self.said += 1

    # What must hold

    def _consent_of_all(self) -> None:
        missing = {who for who in AT_THE_TABLE if self.accepted.get(who) != self.version}
        assert not missing, f"something was said while {sorted(missing)} had not accepted the terms in force"

    def _at_the_table(self, who: str, may: frozenset[str]) -> None:
        assert who in may, f"{who} did what only {sorted(may)} do"
        assert self.status == "in_dialogue", f"it was done while the dialogue was {self.status}"
        self._consent_of_all()

    def _become(self, status: str) -> None:
        self.status = status
        self.moves += 1

    # Rooms

    def _write(self, who: str, room: str) -> None:
        assert who in HEARS[room], f"{who} wrote into {room}"
        assert self.status in WRITTEN[room], f"{room} was written into while the dialogue was {self.status}"
        if room not in OWN_ROOMS:
            self._consent_of_all()

    def _read(self, who: str, room: str) -> None:
        assert who in HEARS[room], f"{who} read {room}"
        assert room in OWN_ROOMS or who in self.accepted, f"{who} read {room} without ever having accepted terms"

    def _release(self, who: str, room: str) -> None:
        assert who in OWNS.get(room, set()), f"{who} released what was said in {room}"
        assert self.status in WRITTEN["joint"], f"something was released while the dialogue was {self.status}"
        self._consent_of_all()

    # Terms

    def _propose_terms(self, who: str) -> None:
        assert who in LEADS
        assert self.status in ACTIVE
        self.proposal = SIDE_OF[who]

    def _agree_terms(self, who: str) -> None:
        assert who in LEADS
        assert self.proposal in SIDES - {SIDE_OF[who]}, "one side alone agreed on its terms"
        self.version, self.proposal = self.version + 1, None
        self.accepted |= dict.fromkeys(LEADS, self.version)
        self._begin_if_ready()

    def _accept_terms(self, who: str) -> None:
        assert who in AT_THE_TABLE
        self.accepted[who] = self.version
        self._begin_if_ready()

    def _begin_if_ready(self) -> None:
        if self.status == "preparing" and all(self.accepted.get(who) == self.version for who in AT_THE_TABLE):
            self._become("in_dialogue")

    # The agenda

    def _propose(self, who: str, item: object) -> None:
        self._at_the_table(who, PUT_WORDS)
        side = SIDE_OF.get(who)
        self.items[item] = Item(side, admitted={side} if side else set())

    def _admit(self, who: str, item: object) -> None:
        self._at_the_table(who, LEADS)
        noted = self.items[item]
        assert noted.state == "proposed"
        assert SIDE_OF[who] not in noted.admitted
        noted.admitted.add(SIDE_OF[who])
        if noted.admitted == SIDES:
            self._move(noted, "admitted")

    def _park(self, who: str, item: object) -> None:
        self._at_the_table(who, PUT_WORDS)
        assert self.items[item].state == "admitted"
        self._move(self.items[item], "parked")

    def _resume_item(self, who: str, item: object) -> None:
        self._at_the_table(who, PUT_WORDS)
        assert self.items[item].state == "parked"
        self._move(self.items[item], "admitted")

    def _take_back(self, who: str, item: object) -> None:
        self._at_the_table(who, PUT_WORDS)
        noted = self.items[item]
        assert noted.state == "proposed", "an item on the agenda was withdrawn by one alone"
        assert noted.proposed_by == SIDE_OF.get(who), "one side withdrew what the other had proposed"
        self._move(noted, "withdrawn")

    def _word(self, who: str, item: object) -> None:
        self._at_the_table(who, PUT_WORDS)
        noted = self.items[item]
        assert noted.state == "admitted", f"words were put on an item that was {noted.state}"
        assert noted.admitted == SIDES, "words were put on an item that one side had not admitted"
        assert noted.reopened or not noted.agreed, "agreed words were replaced without both having reopened them"
        noted.wordings, noted.positions, noted.reopened = noted.wordings + 1, {}, False

    def _stand(self, who: str, item: object, stance: str) -> None:
        self._at_the_table(who, LEADS)
        noted = self.items[item]
        assert noted.state == "admitted"
        assert noted.wordings, "a position was recorded on no words"
        noted.positions[SIDE_OF[who]] = stance

    def _move(self, item: Item, state: str) -> None:
        item.state, item.moves = state, item.moves + 1

    # What only both do

    def _propose_together(self, who: str, joint: object, what: str, item: object = None) -> None:
        assert who in PUT_WORDS
        noted = self.together[joint] = Together(what, item, self._stands(what, item))
        if who in LEADS:
            noted.yes.add(SIDE_OF[who])

    def _say_yes(self, who: str, joint: object, done: bool) -> None:
        assert who in LEADS, f"{who} said yes for a party"
        noted = self.together[joint]
        now = self._stands(noted.what, noted.item)
        assert now == noted.since, "a yes counted for what was not any more as it had been"
        noted.yes.add(SIDE_OF[who])
        assert done == (noted.yes == SIDES), f"{noted.what} was done with the yes of {sorted(noted.yes)}"
        if done:
            self._carry_out(noted)

    def _stands(self, what: str, item: object) -> tuple[int, int]:
        """What a yes is about: the dialogue, the item, or with a reopening the very words, as they are now."""
        if item is None:
            return self.moves, 0
        return self.items[item].moves, self.items[item].wordings if what == "reopen" else 0

    def _carry_out(self, noted: Together) -> None:
        if noted.what in TOGETHER:
            before, after = TOGETHER[noted.what]
            assert self.status == before, f"{noted.what} while the dialogue was {self.status}"
            self._become(after)
            return
        item = self.items[noted.item]
        assert self.status == "in_dialogue"
        if noted.what == "reopen":
            assert item.agreed
            item.reopened = True
        else:
            assert item.state in {"admitted", "parked"}
            self._move(item, "withdrawn")

    def _go_back(self, who: str) -> None:
        assert who in LEADS
        assert self.status == "concluding"
        self._become("in_dialogue")

    def _leave(self, who: str) -> None:
        assert who in LEADS
        assert self.status in ACTIVE, f"somebody left a dialogue that was {self.status}"
        self._become("ended")

    # The outcome record

    def _assemble(self, who: str, outcome: object, chosen: list[object]) -> None:
        assert who in PUT_WORDS
        assert self.status == "concluding"
        self._consent_of_all()
        for item in chosen:
            assert self.items[item].agreed, "a record was assembled from words without both parties' agreement"
            assert self.items[item].state in {"admitted", "parked"}
        self.outcome = outcome, {item: self.items[item].wordings for item in chosen}
        self.signed = set()

    def _sign(self, who: str, outcome: object, done: bool) -> None:
        assert who in LEADS
        assert self.status == "concluding"
        assert self.outcome is not None
        current, words = self.outcome
        assert outcome == current, "a record was signed that another one had replaced"
        for item, wording in words.items():
            assert self.items[item].wordings == wording, "a record was signed whose words had changed"
            assert self.items[item].state in {"admitted", "parked"}, "a record was signed with a withdrawn item in it"
            assert self.items[item].agreed, "a record was signed without both parties' current positions"
        assert SIDE_OF[who] not in self.signed, "one side signed twice"
        self.signed.add(SIDE_OF[who])
        assert done == (self.signed == SIDES)
        if done:
            self._become("completed")
