"""Who may say who sits where: the chain of signed statements, on plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID, uuid4

import pytest

from dialogue.domain.people import Party, Role, Room, StaffRole
from dialogue.domain.seats import (
    DeskList,
    Standings,
    Statement,
    StatementKind,
    follow,
    may_sign,
    read_chain,
)
from dialogue.errors import KeyAlarm

CASE = UUID(int=7)
COMPANY, UNION = Party.COMPANY, Party.UNION


@dataclass(frozen=True)
class Somebody:
    """A person with a key."""

    account: UUID = field(default_factory=uuid4)
    fingerprint: bytes = field(default_factory=lambda: uuid4().bytes * 2)


def digest(statement: Statement) -> bytes:
    return sha256(repr(statement).encode()).digest()


@dataclass
class Chain:
    """A chain that grows by what people say; what one may not say is refused."""

    desk: DeskList = field(default_factory=DeskList)
    standings: Standings = field(default_factory=Standings)
    said: list[Statement] = field(default_factory=list)

    def statement(
        self,
        by: Somebody,
        kind: StatementKind,
        about: Somebody,
        party: Party | None,
        role: Role,
        *,
        room: Room | None = None,
        until: datetime | None = None,
    ) -> Statement:
        return Statement(
            CASE,
            self.standings.number + 1,
            kind,
            about.account,
            about.fingerprint,
            party,
            role,
            room,
            until,
            by.account,
            by.fingerprint,
            self.standings.head,
        )

    def may(self, *args, **options) -> bool:
        return may_sign(self.standings, self.desk, self.statement(*args, **options))

    def say(self, *args, **options) -> None:
        statement = self.statement(*args, **options)
        assert may_sign(self.standings, self.desk, statement), statement
        self.said.append(statement)
        self.standings = follow(self.standings, statement, digest(statement))

    def seat(self, by: Somebody, about: Somebody, party: Party | None, role: Role, **options) -> None:
        self.say(by, StatementKind.SEAT, about, party, role, **options)

    def accept(self, by: Somebody, about: Somebody, party: Party | None, role: Role) -> None:
        self.say(by, StatementKind.ACCEPT, about, party, role)

    def remove(self, by: Somebody, about: Somebody, party: Party | None, role: Role) -> None:
        self.say(by, StatementKind.REMOVE, about, party, role)

    def is_confirmed(self, who: Somebody) -> bool:
        return self.standings.is_confirmed(who.account)


@pytest.fixture
def brand() -> Somebody:
    return Somebody()


@pytest.fixture
def union() -> Somebody:
    return Somebody()


@pytest.fixture
def chain(brand: Somebody, union: Somebody) -> Chain:
    """Both leads have stated and accepted each other."""
    chain = Chain()
    chain.seat(brand, brand, COMPANY, Role.LEAD)
    chain.seat(brand, union, UNION, Role.LEAD)
    chain.accept(union, brand, COMPANY, Role.LEAD)
    return chain


def test_before_there_is_a_second_lead_one_side_is_both(brand: Somebody) -> None:
    chain, adviser = Chain(), Somebody()
    chain.seat(brand, brand, COMPANY, Role.LEAD)
    chain.seat(brand, adviser, COMPANY, Role.ADVISER)

    assert chain.is_confirmed(brand)
    assert chain.is_confirmed(adviser)


def test_with_two_leads_each_seat_needs_the_other_sides_word(chain: Chain, brand: Somebody, union: Somebody) -> None:
    delegate = Somebody()
    chain.seat(brand, delegate, COMPANY, Role.DELEGATE)
    assert not chain.is_confirmed(delegate)

    chain.accept(union, delegate, COMPANY, Role.DELEGATE)
    assert chain.is_confirmed(delegate)


def test_when_the_other_side_has_lost_its_lead_nobody_is_confirmed_by_that(
    chain: Chain, brand: Somebody, union: Somebody
) -> None:
    stranger = Somebody()
    chain.seat(brand, stranger, COMPANY, Role.DELEGATE)
    chain.remove(union, union, UNION, Role.LEAD)

    assert not chain.is_confirmed(stranger)


def test_a_party_that_has_people_gets_no_lead_from_the_other(chain: Chain, brand: Somebody, union: Somebody) -> None:
    delegate = Somebody()
    chain.seat(brand, delegate, COMPANY, Role.DELEGATE)
    chain.remove(brand, brand, COMPANY, Role.LEAD)

    assert not chain.may(union, StatementKind.SEAT, Somebody(), COMPANY, Role.LEAD)


def test_a_deputy_succeeds_the_lead_who_has_gone(chain: Chain, brand: Somebody, union: Somebody) -> None:
    deputy = Somebody()
    chain.seat(brand, deputy, COMPANY, Role.DEPUTY)
    chain.accept(union, deputy, COMPANY, Role.DEPUTY)
    chain.remove(brand, brand, COMPANY, Role.LEAD)
    chain.seat(deputy, deputy, COMPANY, Role.LEAD)

    assert chain.standings.leads[COMPANY] == deputy.account


def test_a_lead_stays_confirmed_when_the_other_side_changes_its_own(
    chain: Chain, brand: Somebody, union: Somebody
) -> None:
    successor = Somebody()
    chain.seat(brand, successor, COMPANY, Role.LEAD)

    assert chain.is_confirmed(union)
    assert not chain.is_confirmed(successor)


def test_nobody_of_a_party_is_turned_into_a_facilitator(chain: Chain, brand: Somebody, union: Somebody) -> None:
    coordinator = Somebody()
    chain.desk = DeskList(
        frozenset(
            {
                (coordinator.account, coordinator.fingerprint, StaffRole.COORDINATOR),
                (brand.account, brand.fingerprint, StaffRole.FACILITATOR),
            }
        )
    )

    assert not chain.may(coordinator, StatementKind.SEAT, brand, None, Role.FACILITATOR)
    assert not chain.may(union, StatementKind.SEAT, brand, None, Role.EXPERT)


def test_an_accepted_expert_does_not_become_an_accepted_facilitator(
    chain: Chain, brand: Somebody, union: Somebody
) -> None:
    person = Somebody()
    chain.desk = DeskList(frozenset({(person.account, person.fingerprint, StaffRole.FACILITATOR)}))
    chain.seat(union, person, None, Role.EXPERT)
    for lead in (brand, union):
        chain.accept(lead, person, None, Role.EXPERT)
    chain.seat(union, person, None, Role.FACILITATOR)

    assert not chain.is_confirmed(person)


def test_an_acceptance_names_the_seat_that_it_accepts(chain: Chain, brand: Somebody, union: Somebody) -> None:
    person = Somebody()
    chain.desk = DeskList(frozenset({(person.account, person.fingerprint, StaffRole.FACILITATOR)}))
    chain.seat(brand, person, None, Role.FACILITATOR)

    assert not chain.may(union, StatementKind.ACCEPT, person, None, Role.EXPERT)


def test_a_longer_seat_is_accepted_anew(chain: Chain, brand: Somebody, union: Somebody) -> None:
    adviser, spring, autumn = Somebody(), datetime(2027, 4, 1, tzinfo=UTC), datetime(2027, 10, 1, tzinfo=UTC)
    chain.seat(brand, adviser, COMPANY, Role.ADVISER, until=spring)
    chain.accept(union, adviser, COMPANY, Role.ADVISER)

    chain.seat(brand, adviser, COMPANY, Role.ADVISER, until=spring)
    assert chain.is_confirmed(adviser)
    chain.seat(brand, adviser, COMPANY, Role.ADVISER, until=autumn)
    assert not chain.is_confirmed(adviser)


def test_another_key_is_accepted_anew(chain: Chain, brand: Somebody, union: Somebody) -> None:
    delegate = Somebody()
    chain.seat(brand, delegate, COMPANY, Role.DELEGATE)
    chain.accept(union, delegate, COMPANY, Role.DELEGATE)
    chain.seat(brand, Somebody(delegate.account), COMPANY, Role.DELEGATE)

    assert not chain.is_confirmed(delegate)


@pytest.mark.parametrize("kind", [StatementKind.SEAT, StatementKind.REMOVE, StatementKind.GRANT_HISTORY])
def test_the_other_party_has_no_say_in_a_delegation(
    chain: Chain, brand: Somebody, union: Somebody, kind: StatementKind
) -> None:
    delegate = Somebody()
    chain.seat(brand, delegate, COMPANY, Role.DELEGATE)

    assert not chain.may(union, kind, delegate, COMPANY, Role.DELEGATE, room=Room.COMPANY)


def test_who_was_removed_says_nothing_any_more(chain: Chain, brand: Somebody, union: Somebody) -> None:
    deputy = Somebody()
    chain.seat(brand, deputy, COMPANY, Role.DEPUTY)
    chain.accept(union, deputy, COMPANY, Role.DEPUTY)
    assert chain.may(deputy, StatementKind.SEAT, Somebody(), COMPANY, Role.DELEGATE)

    chain.remove(brand, deputy, COMPANY, Role.DEPUTY)
    assert not chain.may(deputy, StatementKind.SEAT, Somebody(), COMPANY, Role.DELEGATE)


def test_a_chain_with_a_gap_a_swap_or_a_stranger_is_an_alarm(chain: Chain, brand: Somebody, union: Somebody) -> None:
    chain.seat(brand, Somebody(), COMPANY, Role.DELEGATE)
    stranger = chain.statement(Somebody(), StatementKind.SEAT, Somebody(), COMPANY, Role.DELEGATE)
    whole = chain.said

    assert read(whole).head == chain.standings.head
    for spoiled in (
        whole[1:],
        [whole[0], *whole[2:]],
        [whole[0], whole[2], whole[1], whole[3]],
        [*whole, whole[-1]],
        [*whole, stranger],
    ):
        with pytest.raises(KeyAlarm):
            read(spoiled)


def read(statements: list[Statement]) -> Standings:
    return read_chain(CASE, statements, DeskList(), digest=digest, verify=lambda _: None)[-1]
