"""People come, go and write in any order while somebody writes the database behind the application.

After every sequence of steps:

- a stranger's key opens nothing that anybody wrote, whatever rows he has put there;
- who was removed, or whose seat has ended, opens nothing written by anybody who knew it;
- who came later opens nothing from before, unless it lay on the table or its past was granted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from dialogue.crypto import signing, wrapping
from dialogue.crypto.context import encode
from dialogue.crypto.sealing import RoomKey
from dialogue.domain.acts import Act
from dialogue.domain.people import (
    ALWAYS_WITH_HISTORY,
    BEHIND_THE_TERMS,
    CAUCUS_OF,
    PARTY_ROOMS,
    Party,
    Role,
    Room,
    StaffRole,
)
from dialogue.domain.seats import StatementKind
from dialogue.errors import NotFound, Refusal
from dialogue.services import facilitators, history, jointacts, notes, participants, pins, rooms, statements
from dialogue.services.admission import admit
from dialogue.services.unit import Actor
from dialogue.store.accounts import Account, PublicKey
from dialogue.store.notes import NoteRevision
from dialogue.store.participants import (
    DeskStatement,
    Participant,
    ParticipantState,
    SeatStatement,
    desk_statements,
    find_participant,
)
from dialogue.store.rooms import DueWrap, Pin, RoomEpoch, RoomWrap
from dialogue.store.schema import METADATA
from dialogue.store.terms import TermsAcceptance
from tests.builders import Table
from tests.hostile import Hostile
from tests.on_the_table import proposed
from tests.thief import Thief

WRITTEN_IN = (Room.JOINT, Room.COMPANY, Room.UNION, Room.COMPANY_CAUCUS, Room.UNION_CAUCUS, Room.FACILITATION)
SEATED = ("company_lead", "union_lead", "company_delegate", "union_delegate", "facilitator")
LEADING = ("company_lead", "union_lead", "facilitator", "another")
MOST_PEOPLE = 9
MOST_HARM = 2
KNOWN = bytes(32)
AN_ADVISERS_TIME = timedelta(days=3)
TABLES_PUT_BACK = (Participant, SeatStatement, RoomEpoch, RoomWrap, DueWrap, TermsAcceptance)


@dataclass(frozen=True)
class Written:
    """A note, when it was written and which statements its writer had read by then."""

    when: int
    at: datetime
    room: Room
    by: str
    knew: frozenset[bytes]


@dataclass
class Presence:
    """When somebody came, and what took the seat away again."""

    party: Party = Party.COMPANY
    came: int = 0
    removal: bytes | None = None
    removed: int | None = None
    until: Any = None
    undertook: bool = False
    pasts: set[Room] = field(default_factory=set)


LIFE: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "everybody_writes": {"room": st.sampled_from(WRITTEN_IN)},
    "somebody_writes": {"who": st.integers(0, 9), "room": st.sampled_from(WRITTEN_IN)},
    "everybody_visits": {"room": st.sampled_from(WRITTEN_IN)},
    "put_on_the_table": {"name": st.sampled_from(("company_lead", "union_lead", "facilitator"))},
    "come": {
        "party": st.sampled_from(Party),
        "role": st.sampled_from((Role.DELEGATE, Role.DEPUTY, Role.ADVISER)),
        "accepted": st.booleans(),
        "reads_the_past": st.booleans(),
        "undertakes": st.booleans(),
    },
    "come_and_go": {"party": st.sampled_from(Party), "reads_the_past": st.booleans(), "undertakes": st.booleans()},
    "undertake": {"who": st.integers(0, 9)},
    "grant_the_past": {"who": st.integers(0, 9), "room": st.sampled_from(WRITTEN_IN)},
    "remove": {"who": st.integers(0, 9)},
    "replace_the_facilitator": {},
    "time_passes": {},
}
HARM: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "insert_a_seat": {
        "role": st.sampled_from((Role.LEAD, Role.DELEGATE, Role.FACILITATOR, Role.EXPERT)),
        "party": st.sampled_from((*Party, None)),
        "room": st.sampled_from(Room),
    },
    "insert_a_due_wrap": {"who": st.integers(0, 9), "room": st.sampled_from(Room)},
    "insert_an_undertaking": {"who": st.integers(0, 9)},
    "grant_himself_the_past": {"who": st.integers(0, 9), "room": st.sampled_from(WRITTEN_IN)},
    "undo_a_removal": {"who": st.integers(0, 9)},
    "insert_a_statement": {
        "role": st.sampled_from((Role.DELEGATE, Role.LEAD, Role.FACILITATOR)),
        "party": st.sampled_from(Party),
        "as_lead": st.sampled_from((True, True, False)),
        "with_key_of": st.sampled_from(("stranger", "stranger", "gone")),
    },
    "exchange_somebodys_key": {"who": st.integers(0, 9), "whole": st.booleans()},
    "join_the_staff": {"role": st.sampled_from((StaffRole.COORDINATOR, StaffRole.FACILITATOR))},
    "make_an_epoch": {
        "room": st.sampled_from(WRITTEN_IN),
        "with_me": st.booleans(),
        "instead": st.booleans(),
        "said_by": st.sampled_from(("stranger", "gone", "company_lead")),
    },
    "exchange_wraps": {"who": st.integers(0, 9)},
    "put_rows_back": {"kind": st.sampled_from(TABLES_PUT_BACK), "wholly": st.booleans()},
    "cut_the_chain": {"count": st.integers(1, 3)},
    "begin_the_case_anew": {"who": st.integers(0, 9)},
    "forget_what_somebody_saw": {"who": st.integers(0, 9)},
    "put_back_what_somebody_saw": {"who": st.integers(0, 9)},
    "delete_epochs": {"room": st.sampled_from(WRITTEN_IN), "count": st.integers(1, 2)},
}


class RoomsMachine(RuleBasedStateMachine):
    """Honest people use the services; the hostile writer uses the tables."""

    def __init__(self, another_table: Callable[[], Table]) -> None:
        super().__init__()
        self.table = another_table()
        self.store = self.table.instance.store
        self.case_id = self.table.case_id
        self.hostile = Hostile(self.store, self.table.outsider, self.table.house.now)
        self.thief = Thief(self.store, (NoteRevision,))
        self.people: dict[str, Actor] = {name: getattr(self.table, name) for name in SEATED}
        self.presence = {
            name: Presence(Party.UNION if "union" in name else Party.COMPANY, undertook=True) for name in SEATED
        }
        self.written: dict[UUID, Written] = {}
        self.seen: dict[str, frozenset[bytes]] = {}
        self.fooled: set[str] = set()
        self.steps = 0
        self.put_by: list[Any] = []
        self.old_pins: list[Any] = []
        self.latecomers = 0
        self.harms = 0
        self.before: dict[str, list[dict[str, Any]]] | None = None
        self.thief.copy()

    # What honest people do

    @initialize()
    def everybody_has_been_there(self) -> None:
        self.everybody_visits(Room.JOINT)

    @rule(what=st.sampled_from(sorted(LIFE)), data=st.data())
    def live(self, what: str, data: st.DataObject) -> None:
        getattr(self, what)(**data.draw(st.fixed_dictionaries(LIFE[what])))

    def everybody_writes(self, room: Room) -> None:
        for name in list(self.people):
            self.attempt(partial(self.write, name, room))

    def everybody_writes_everywhere(self) -> None:
        for room in WRITTEN_IN:
            for name in self.people:
                if room not in {
                    PARTY_ROOMS[self.presence[name].party.other],
                    CAUCUS_OF[self.presence[name].party.other],
                }:
                    self.attempt(partial(self.write, name, room))

    def somebody_writes(self, who: int, room: Room) -> None:
        name = self.one_of(self.people, who)
        self.attempt(partial(self.write, name, room))

    def everybody_visits(self, room: Room) -> None:
        for name in list(self.people):
            self.attempt(partial(self.visit, name, room))

    def put_on_the_table(self, name: str) -> None:
        self.attempt(lambda: proposed(self.table, self.people[name], "On the table"))

    def come(self, party: Party, role: Role, accepted: bool, reads_the_past: bool, undertakes: bool) -> None:
        if len(self.people) >= MOST_PEOPLE:
            return
        self.latecomers += 1
        name = f"latecomer {self.latecomers}"
        actor = self.table.house.person(name, f"{uuid4().hex}@late.example")
        until = self.table.house.now + AN_ADVISERS_TIME if role is Role.ADVISER else None
        self.people[name], self.presence[name] = actor, Presence(came=self.steps, until=until, party=party)
        self.attempt(lambda: self.table.seat(actor, party, role, until=until, accepted=accepted))
        if reads_the_past and self.attempt(partial(self.grant, f"{party.value}_lead", name, PARTY_ROOMS[party])):
            self.presence[name].pasts.add(PARTY_ROOMS[party])
        if undertakes:
            self.undertake(len(self.people) - 1)

    def come_and_go(self, party: Party, reads_the_past: bool, undertakes: bool) -> None:
        """Somebody sits for so short a time that nobody has written a word meanwhile."""
        self.everybody_writes_everywhere()
        self.come(party, Role.DELEGATE, True, reads_the_past, undertakes)
        self.remove(-1)

    def undertake(self, who: int) -> None:
        name = self.one_of(self.people, who)
        if self.attempt(lambda: self.table.accept_terms(self.people[name])):
            self.presence[name].undertook = True

    def grant_the_past(self, who: int, room: Room) -> None:
        latecomers = [name for name in self.people if name not in SEATED] or list(SEATED[2:])
        name = self.one_of(latecomers, who)
        account = self.people[name].account_id

        def together() -> None:
            with self.table.writing(self.people["company_lead"]) as work:
                joint = jointacts.propose(work, self.case_id, Act.HISTORY_GRANT, about=account, room=room)
            with self.table.writing(self.people["union_lead"]) as work:
                jointacts.confirm(work, self.case_id, joint)

        granted = (
            self.attempt(together)
            if history.is_shared(room)
            else {self.attempt(partial(self.grant, by, name, room)) for by in LEADING[:3]} > {False}
        )
        if granted:
            self.presence[name].pasts.add(room)

    def remove(self, who: int) -> None:
        there = [name for name in self.people if name not in LEADING and self.presence[name].removal is None]
        if not there:
            return
        name = self.one_of(there, who)
        presence = self.presence[name]

        def act() -> None:
            with self.table.writing(self.people[f"{presence.party.value}_lead"]) as work:
                participants.remove(work, self.case_id, self.row_of(name))

        if self.attempt(act):
            presence.removal, presence.removed = self.last_statement(), self.steps
            self.learn(f"{presence.party.value}_lead")
            self.everybody_writes_everywhere()

    def replace_the_facilitator(self) -> None:
        old = self.presence["facilitator"]
        if old.removal is not None:
            return

        def act() -> None:
            with self.table.writing(self.people["company_lead"]) as work:
                case, _ = admit(work, self.case_id, Act.PARTICIPANT_REMOVE)
                row = find_participant(work.session, self.case_id, self.row_of("facilitator"))
                assert row is not None
                participants.take_away(work, case, row, ParticipantState.REMOVED)

        if self.attempt(act):
            old.removal, old.removed = self.last_statement(), self.steps
            self.learn("company_lead")
            self.attempt(self.seat_another_facilitator)
            self.everybody_writes_everywhere()

    def time_passes(self) -> None:
        self.table.house.tick(AN_ADVISERS_TIME)

    # What the hostile writer does

    @precondition(lambda self: self.harms < MOST_HARM)
    @rule(what=st.sampled_from(sorted(HARM)), data=st.data(), stays=st.sampled_from((False, False, True)))
    def do_harm(self, what: str, data: st.DataObject, stays: bool) -> None:
        """One or two hostile acts at a time, and life goes on: after more nobody would."""
        self.harm()
        with suppress(IntegrityError):
            getattr(self, what)(**data.draw(st.fixed_dictionaries(HARM[what])))
        self.everybody_visits(Room.JOINT)
        self.everybody_writes_everywhere()
        if not stays:
            self.put_everything_right()

    def insert_a_seat(self, role: Role, party: Party | None, room: Room) -> None:
        me = self.hostile.me.account_id
        self.hostile.execute(
            delete(Participant).where(Participant.account_id == me),
            delete(DueWrap).where(DueWrap.account_id == me),
        )
        self.hostile.write(self.hostile.seat_row(self.case_id, party, role), self.hostile.due(self.case_id, room))

    def insert_a_due_wrap(self, who: int, room: Room) -> None:
        self.hostile.write(self.hostile.due(self.case_id, room, self.somebody(who).account_id))

    def insert_an_undertaking(self, who: int) -> None:
        self.come(Party.UNION, Role.DELEGATE, True, False, False)
        free = [actor for name, actor in self.people.items() if not self.presence[name].undertook]
        actor = (self.hostile.me, *free)[-1 if who else 0]
        with self.store.session(writes=True) as session:
            given = session.scalars(select(TermsAcceptance)).first()
            if given is None:
                return
            forged = TermsAcceptance(
                id=uuid4(),
                case_id=self.case_id,
                terms_id=given.terms_id,
                account_id=actor.account_id,
                sealed_statement=given.sealed_statement,
                made_at=given.made_at,
            )
            session.add(forged)
            session.commit()

    def insert_a_statement(self, role: Role, party: Party, as_lead: bool, with_key_of: str) -> None:
        """Seat himself, in his own name or a lead's, with his own key or one of somebody who has gone."""
        side = None if role is Role.FACILITATOR else party
        signer = self.people[f"{party.value}_lead"] if as_lead else None
        writer = Hostile(self.store, self.hostile.me, self.hostile.now)
        gone = [name for name, one in self.presence.items() if one.removal is not None]
        if with_key_of == "gone" and gone:
            writer.me = self.people[gone[-1]]
        writer.say(self.case_id, StatementKind.SEAT, self.hostile.me, side, role, signer=signer)
        self.insert_a_seat(role, side, PARTY_ROOMS[party])

    def grant_himself_the_past(self, who: int, room: Room) -> None:
        """Somebody who came late seats himself nowhere, but would like to read what was before."""
        late = [name for name in self.people if self.presence[name].came]
        if not late:
            return
        name = self.one_of(late, who)
        writer = Hostile(self.store, self.people[name], self.hostile.now)
        party = self.presence[name].party
        lead = self.people[f"{party.value}_lead"]
        kind, me = StatementKind.GRANT_HISTORY, self.people[name]
        writer.say(self.case_id, kind, me, party, Role.DELEGATE, room=room, signer=lead)
        self.hostile.write(self.hostile.due(self.case_id, room, me.account_id))

    def undo_a_removal(self, who: int) -> None:
        """Take the removal, and all that came after it, out of the database, and give the seat back."""
        gone = [one for one in self.presence.items() if one[1].removal is not None]
        if not gone:
            return
        name, presence = gone[who % len(gone)]
        account = self.people[name].account_id
        with self.store.session(writes=True) as session:
            of_case = SeatStatement.case_id == self.case_id
            number = session.scalar(
                select(SeatStatement.number).where(of_case, SeatStatement.digest == presence.removal)
            )
            if number is None:
                return
            since = (RoomEpoch.case_id == self.case_id, RoomEpoch.statements_number >= number)
            for epoch in session.scalars(select(RoomEpoch).where(*since)):
                here = (RoomWrap.case_id == self.case_id, RoomWrap.room == epoch.room, RoomWrap.epoch == epoch.epoch)
                session.execute(delete(RoomWrap).where(*here))
            session.execute(delete(RoomEpoch).where(*since))
            session.execute(delete(SeatStatement).where(of_case, SeatStatement.number >= number))
            seat = update(Participant).where(Participant.case_id == self.case_id, Participant.account_id == account)
            session.execute(seat.values(state=ParticipantState.CONFIRMED, removed_at=None))
            session.commit()

    def exchange_somebodys_key(self, who: int, whole: bool) -> None:
        """Put the stranger's public halves in the place of somebody's, in the account or behind the fingerprint."""
        theirs, mine = self.somebody(who), self.hostile.me.bundle.public
        if whole:
            query = update(Account).where(Account.id == theirs.account_id).values(fingerprint=mine.fingerprint)
        else:
            query = (
                update(PublicKey)
                .where(PublicKey.fingerprint == theirs.bundle.public.fingerprint)
                .values(kem=mine.kem, sign=mine.sign, self_signature=mine.self_signature)
            )
        self.hostile.execute(query)

    def join_the_staff(self, role: StaffRole) -> None:
        me = self.hostile.me
        with self.store.session(writes=True) as session:
            rows = desk_statements(session)
            row = DeskStatement(
                number=len(rows) + 1,
                removes=False,
                account_id=me.account_id,
                fingerprint=me.bundle.public.fingerprint,
                role=role,
                signer_id=self.table.coordinator.account_id,
                signer_fingerprint=self.table.coordinator.bundle.public.fingerprint,
                previous=rows[-1].digest,
                made_at=self.hostile.now,
            )
            row.digest = statements._desk_digest(row)
            row.signature = signing.sign(me.bundle, "dialogue/statement-signature/1", row.digest)
            session.add(row)
            session.execute(update(Account).where(Account.id == me.account_id).values(staff_roles=role.value))
            session.commit()

    def make_an_epoch(self, room: Room, with_me: bool, instead: bool, said_by: str) -> None:
        """An epoch whose key he knows, after the newest or in its place, wrapped for everybody who would use it."""
        self.everybody_writes_everywhere()
        with self.store.session(writes=True) as session:
            newest = session.scalars(
                select(RoomEpoch)
                .where(RoomEpoch.case_id == self.case_id, RoomEpoch.room == room)
                .order_by(RoomEpoch.epoch.desc())
            ).first()
            if newest is None:
                return
            session.expunge(newest)
            self.forge_epoch(session, newest, with_me, instead, said_by)
            session.commit()

    def exchange_wraps(self, who: int) -> None:
        """Wrap a key that he knows for somebody, in the place of the epochs' own."""
        self.everybody_writes_everywhere()
        theirs = self.somebody(who)
        with self.store.session(writes=True) as session:
            for wrap in session.scalars(select(RoomWrap).where(RoomWrap.account_id == theirs.account_id)):
                context = encode(self.case_id, wrap.room.value, theirs.account_id)
                wrap.wrapped = wrapping.wrap(RoomKey(wrap.epoch, KNOWN), theirs.bundle.public, context)
            session.commit()

    @rule()
    def put_rows_by(self) -> None:
        """Keep a copy of the tables, to put rows back later."""
        with self.store.session(writes=False) as session:
            kept = [row for kind in TABLES_PUT_BACK for row in session.scalars(select(kind))]
            self.old_pins = list(session.scalars(select(Pin)))
            session.expunge_all()
        self.put_by = kept

    def put_rows_back(self, kind: Any, wholly: bool) -> None:
        """Put back what was deleted or altered since; wholly: what is newer goes as well."""
        rows = [row for row in self.put_by if isinstance(row, kind)]
        with self.store.session(writes=True) as session:
            if rows and wholly and kind is not Participant:
                session.execute(delete(kind).where(kind.case_id == self.case_id))
            for row in rows:
                session.merge(row)
            session.commit()

    def cut_the_chain(self, count: int) -> None:
        with self.store.session(writes=True) as session:
            numbers = select(SeatStatement.number).where(SeatStatement.case_id == self.case_id)
            last = sorted(session.scalars(numbers))[-count:]
            session.execute(
                delete(SeatStatement).where(SeatStatement.case_id == self.case_id, SeatStatement.number.in_(last))
            )
            session.commit()

    def begin_the_case_anew(self, who: int) -> None:
        """A chain of his own, in which he leads and somebody is of his party."""
        name = self.one_of(self.people, who)
        party = self.presence[name].party
        self.hostile.execute(delete(Participant).where(Participant.account_id == self.hostile.me.account_id))
        self.hostile.replace_chain(self.case_id, party, (self.people[name], party, Role.DELEGATE))
        for kind in (RoomWrap, RoomEpoch):
            self.hostile.execute(delete(kind).where(kind.case_id == self.case_id))
        self.hostile.forget_visits(self.case_id, self.people[name].account_id)

    def forget_what_somebody_saw(self, who: int) -> None:
        self.hostile.forget_visits(self.case_id, self.somebody(who).account_id)

    def put_back_what_somebody_saw(self, who: int) -> None:
        """A person whose own pins are rolled back knows no better: the one thing that pins cannot show."""
        self.fooled.add(self.one_of(self.people, who))
        with self.store.session(writes=True) as session:
            for row in self.old_pins:
                if row.account_id == self.somebody(who).account_id:
                    session.merge(row)
            session.commit()

    def delete_epochs(self, room: Room, count: int) -> None:
        with self.store.session(writes=True) as session:
            epochs = select(RoomEpoch.epoch).where(RoomEpoch.case_id == self.case_id, RoomEpoch.room == room)
            last = sorted(session.scalars(epochs))[-count:]
            for kind in (RoomWrap, RoomEpoch):
                here = (kind.case_id == self.case_id, kind.room == room, kind.epoch.in_(last))
                session.execute(delete(kind).where(*here))
            session.commit()

    @precondition(lambda self: self.before is not None)
    @rule()
    def put_everything_right(self) -> None:
        """The operator brings the database back to what it was before the hostile writer came."""
        assert self.before is not None
        self.check()
        with self.store.session(writes=True) as session:
            for table in reversed(METADATA.sorted_tables):
                session.execute(table.delete())
            for table in METADATA.sorted_tables:
                if self.before[table.name]:
                    session.execute(table.insert(), self.before[table.name])
            session.commit()
        # A whole backup knows of nothing later, and of what people have seen since no more; what was read stays read.
        lately = self.presence
        self.presence, self.seen = self.then
        for name, presence in self.presence.items():
            presence.pasts |= lately[name].pasts
            presence.undertook |= lately[name].undertook
        self.people = {name: actor for name, actor in self.people.items() if name in self.presence}
        self.before, self.harms = None, 0

    # What must hold

    def teardown(self) -> None:
        self.check()

    def check(self) -> None:
        self.thief.copy()
        self.check_the_stranger()
        self.check_who_has_gone()
        self.check_who_came_later()
        self.check_the_writers()

    def check_the_stranger(self) -> None:
        assert not self.notes_opened_by(self.hostile.me, KNOWN), "a stranger reads"

    def check_who_has_gone(self) -> None:
        for name, presence in self.presence.items():
            if presence.removal is None or presence.removed is None:
                continue
            for note in self.notes_opened_by(self.people[name]):
                is_later = note.when > presence.removed and presence.removal in note.knew
                assert not is_later or note.by in self.fooled, f"{name} reads what {note.by} wrote after the removal"
        for name, presence in self.presence.items():
            if presence.until is not None:
                late = [note for note in self.notes_opened_by(self.people[name]) if note.at >= presence.until]
                assert not late, f"{name} reads what was written after the end date"

    def check_who_came_later(self) -> None:
        for name, presence in self.presence.items():
            for note in self.notes_opened_by(self.people[name]):
                may = note.room in presence.pasts or note.room in ALWAYS_WITH_HISTORY
                assert presence.undertook or note.room not in BEHIND_THE_TERMS, f"{name} reads without an undertaking"
                assert note.when >= presence.came or may, f"{name} reads what {note.by} wrote before"

    def check_the_writers(self) -> None:
        for name in {note.by for note in self.written.values()} & set(self.people):
            opened = self.notes_opened_by(self.people[name])
            assert all(note in opened for note in self.written.values() if note.by == name)

    # Helpers

    def harm(self) -> None:
        self.harms += 1
        if self.before is None:
            self.then = deepcopy(self.presence), dict(self.seen)
            with self.store.session(writes=False) as session:
                self.before = {
                    table.name: [dict(row) for row in session.execute(table.select()).mappings()]
                    for table in METADATA.sorted_tables
                }

    def attempt(self, act: Callable[[], Any]) -> bool:
        """Refusals and alarms are answers; anything else is an error."""
        self.steps += 1
        try:
            act()
        except (Refusal, IntegrityError):
            return False
        self.thief.copy()
        return True

    def somebody(self, who: int) -> Actor:
        return self.people[self.one_of(self.people, who)]

    def one_of(self, names: Iterable[str], who: int) -> str:
        there = list(names)
        return there[who % len(there)]

    def grant(self, by: str, name: str, room: Room) -> None:
        with self.table.writing(self.people[by]) as work:
            history.grant(work, self.case_id, self.people[name].account_id, room)

    def write(self, name: str, room: Room) -> None:
        with self.table.writing(self.people[name]) as work:
            note = notes.write(work, self.case_id, room, title="A word", body="among us")
        with self.store.session(writes=False) as session:
            revision = session.scalars(select(NoteRevision.id).where(NoteRevision.note_id == note)).one()
        self.learn(name)
        self.written[revision] = Written(self.steps, self.table.house.now, room, name, self.seen[name])

    def visit(self, name: str, room: Room) -> None:
        with self.table.reading(self.people[name]) as work:
            notes.index(work, self.case_id, room)
        self.learn(name)

    def learn(self, name: str) -> None:
        self.seen[name] = self.seen.get(name, frozenset()) | self.chain()

    def chain(self) -> frozenset[bytes]:
        with self.store.session(writes=False) as session:
            return frozenset(session.scalars(select(SeatStatement.digest)))

    def last_statement(self) -> bytes:
        with self.store.session(writes=False) as session:
            query = select(SeatStatement.digest).where(SeatStatement.case_id == self.case_id)
            return session.scalars(query.order_by(SeatStatement.number.desc())).first() or b""

    def notes_opened_by(self, actor: Actor, *secrets: bytes) -> list[Written]:
        opened = self.thief.opens(actor.bundle, secrets=secrets)
        return [self.written[row] for (_, _, row), _ in opened if row in self.written]

    def row_of(self, name: str) -> UUID:
        with self.store.session(writes=False) as session:
            query = select(Participant.id).where(Participant.account_id == self.people[name].account_id)
            found = session.scalars(query).first()
        if found is None:
            raise NotFound
        return found

    def seat_another_facilitator(self) -> None:
        another = self.table.house.person(
            "Gus Lind", f"{uuid4().hex}@ilo.example", roles=frozenset({StaffRole.FACILITATOR})
        )
        self.table.house.list_staff(self.table.coordinator, another)
        with self.table.writing(self.people["company_lead"]) as work:
            row = facilitators.propose(work, self.case_id, another.account_id)
        with self.table.writing(another) as work:
            facilitators.declare(work, self.case_id, interests="None.")
        for lead in ("company_lead", "union_lead"):
            with self.table.writing(self.people[lead]) as work:
                facilitators.accept(work, self.case_id, row)
        self.people["another"], self.presence["another"] = another, Presence(came=self.steps, undertook=True)
        self.table.accept_terms(another)

    def forge_epoch(self, session: Any, newest: RoomEpoch, with_me: bool, instead: bool, said_by: str) -> None:
        gone = [name for name, one in self.presence.items() if one.removal is not None]
        me = self.people[gone[-1]] if said_by == "gone" and gone else self.hostile.me
        maker = self.people["company_lead"] if said_by == "company_lead" else me
        members = rooms._members_of(newest)
        if with_me:
            members[me.account_id] = me.bundle.public.fingerprint
        key = RoomKey(newest.epoch + (0 if instead else 1), KNOWN)
        chain = session.scalars(
            select(SeatStatement).where(SeatStatement.case_id == self.case_id).order_by(SeatStatement.number.desc())
        ).first()
        row = RoomEpoch(
            case_id=self.case_id,
            room=newest.room,
            epoch=key.epoch,
            members=b"".join(account.bytes + members[account] for account in sorted(members)),
            commitment=wrapping.commitment(key, encode(self.case_id, newest.room.value)),
            statements_number=chain.number if chain else 0,
            statements_head=chain.digest if chain else bytes(32),
            desk_number=newest.desk_number,
            desk_head=newest.desk_head,
            maker_id=maker.account_id,
            maker_fingerprint=maker.bundle.public.fingerprint,
            previous=newest.previous if instead else newest.digest,
            made_at=self.hostile.now,
        )
        row.digest = rooms._digest(row)
        row.signature = signing.sign(me.bundle, "dialogue/manifest-signature/1", row.digest)
        here = (RoomWrap.case_id == self.case_id, RoomWrap.room == newest.room, RoomWrap.epoch == key.epoch)
        session.execute(delete(RoomWrap).where(*here))
        session.merge(row)
        there = set(session.scalars(select(Account.id)))
        for actor in (*self.people.values(), self.hostile.me):
            if actor.account_id not in there:
                continue
            context = encode(self.case_id, newest.room.value, actor.account_id)
            session.add(
                RoomWrap(
                    case_id=self.case_id,
                    room=newest.room,
                    epoch=key.epoch,
                    account_id=actor.account_id,
                    fingerprint=actor.bundle.public.fingerprint,
                    wrapped=wrapping.wrap(key, actor.bundle.public, context),
                )
            )


def play(another_table: Callable[[], Table], *, examples: int, steps: int = 15) -> None:
    run_state_machine_as_test(
        lambda: RoomsMachine(another_table),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_people_do_and_whatever_is_written_behind_them_rooms_keep_their_words(
    another_table: Callable[[], Table], kind: str
) -> None:
    play(another_table, examples=10 if kind == "sqlite" else 3)


def no_signature_is_checked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(statements, "signing", SimpleNamespace(sign=signing.sign, verify=lambda *_: None))


def rows_bind(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rooms, "_undertook", lambda work, case: frozenset(rooms.undertakings_of(work, case.id)))


def epochs_go_on_for_whoever_stays(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rooms, "_is_for", lambda _work, manifest, members: rooms._members_of(manifest) == members)
    patch.setattr(rooms, "share_history", share_history_and_make_no_epoch)


def nothing_is_pinned(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(pins, "load", lambda *_: pins.Pinned())
    patch.setattr(pins, "save", lambda *_: None)


def commitments_are_not_checked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(wrapping, "check_commitment", lambda *_: None)


def share_history_and_make_no_epoch(work: Any, case: Any, room: Room, account_id: UUID) -> None:
    fingerprint = rooms.members_now(work, case, room)[account_id]
    held = {wrap.epoch for wrap in rooms.wraps_for(work.session, case.id, room, account_id)}
    for epoch in rooms.epochs_of(work.session, case.id, room):
        if epoch.epoch not in held:
            rooms._wrap(work, case.id, room, work.keys[case.id, room, epoch.epoch], account_id, fingerprint)


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize(
    "fault",
    [
        no_signature_is_checked,
        rows_bind,
        epochs_go_on_for_whoever_stays,
        nothing_is_pinned,
        commitments_are_not_checked,
    ],
)
def test_with_a_guard_taken_away_the_same_steps_find_the_leak(
    another_table: Callable[[], Table],
    fault: Callable[[pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    fault(monkeypatch)

    with pytest.raises(AssertionError, match="reads"):
        play(another_table, examples=60)
