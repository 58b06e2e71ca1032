"""People and cases for tests, made by calling the services as the people would."""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import gettempdir
from uuid import UUID, uuid4

import pyotp

from dialogue.crypto.identity import Bundle
from dialogue.crypto.passwords import TEST
from dialogue.crypto.secrets import ServerSecrets
from dialogue.domain.acts import Act
from dialogue.domain.addresses import normalised
from dialogue.domain.cases import Support
from dialogue.domain.desk import Check
from dialogue.domain.factors import STEP_SECONDS
from dialogue.domain.people import OrganisationKind, Party, Role, StaffRole
from dialogue.domain.positions import Stance
from dialogue.services import (
    agenda,
    cases,
    desk,
    facilitators,
    identity,
    jointacts,
    outcomes,
    participants,
    pins,
    positions,
    requests,
    statements,
    terms,
    unit,
    wordings,
)
from dialogue.services.factors import Proof
from dialogue.services.instance import Instance
from dialogue.services.requests import RequestText
from dialogue.services.unit import Actor, UnitOfWork
from dialogue.store.accounts import Account, AccountState
from dialogue.store.engine import Store
from dialogue.store.factors import Authenticator
from dialogue.store.files import Files
from dialogue.store.participants import find_participant

PASSWORD = "a long walk by the lake"
# Every person of these tests has the same app.
APP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

_FOLDERS = Path(gettempdir()) / f"dialogue-files-{uuid4().hex}"
atexit.register(shutil.rmtree, _FOLDERS, ignore_errors=True)


@dataclass(slots=True)
class House:
    """One instance with its people; time moves on by a second with every unit of work."""

    instance: Instance
    now: datetime = START
    actors: dict[UUID, Actor] = field(default_factory=dict)

    def tick(self, by: timedelta = timedelta(seconds=1)) -> datetime:
        self.now += by
        return self.now

    def fresh(self, actor: Actor | None) -> Actor | None:
        """The same person, who has shown password and second factor a moment ago."""
        return replace(actor, confirmed_at=self.now) if actor is not None else None

    def code(self, secret: str = APP_SECRET) -> str:
        """What an authenticator app shows next; time moves on, for a code is taken once."""
        self.tick(timedelta(seconds=STEP_SECONDS))
        return pyotp.TOTP(secret).at(self.now)

    def proof(self) -> Proof:
        """The same as it is shown at a sign-in."""
        return Proof(code=self.code())

    @contextmanager
    def writing(self, actor: Actor | None) -> Iterator[UnitOfWork]:
        """A unit that commits at a clean exit, as a page's does."""
        with unit.writing(self.instance, self.fresh(actor), self.tick()) as work:
            yield work
            work.commit()

    @contextmanager
    def reading(self, actor: Actor | None) -> Iterator[UnitOfWork]:
        with unit.reading(self.instance, self.fresh(actor), self.tick()) as work:
            yield work

    def person(
        self,
        name: str,
        email: str,
        *,
        organisation: str = "",
        roles: frozenset[StaffRole] = frozenset(),
        language: str = "en",
        timezone: str = "Europe/Zurich",
    ) -> Actor:
        """An account with its bundle in both slots, made without the pages."""
        bundle = Bundle.fresh()
        account = Account(
            id=uuid4(),
            lookup=self.instance.secrets.lookup(normalised(email)),
            state=AccountState.ACTIVE,
            staff_roles=",".join(sorted(roles)),
            language=language,
            timezone=timezone,
            fingerprint=bundle.public.fingerprint,
            recovery_number=0,
            created_at=self.now,
        )
        identity.describe(self.instance.secrets, account, name=name, organisation=organisation, email=email)
        identity.lock_with_password(account, bundle, identity.password_key(self.instance, PASSWORD))
        identity.lock_with_recovery(account, bundle)
        account.recovery_confirmed_at = self.now
        account.sealed_visits = pins.no_visits(bundle, account.id)
        with self.writing(None) as work:
            work.session.add(account)
            work.session.flush()
            work.session.add(identity.public_row(account.id, bundle, self.now))
            app = Authenticator(id=account.id, last_step=0, added_at=self.now)
            app.sealed_identity = identity.seal_field(
                self.instance.secrets, app, "sealed_identity", {"secret": APP_SECRET}
            )
            work.session.add(app)
        actor = Actor(account.id, bundle, roles)
        self.actors[account.id] = actor
        return actor

    def list_staff(self, coordinator: Actor, *staff: Actor) -> None:
        """Let a confirmed coordinator sign for the keys of others."""
        for actor in staff:
            with self.writing(coordinator) as work:
                for role in sorted(actor.staff):
                    statements.list_staff(work, actor.account_id, role)


def folder_of_its_own(like: Files | None = None) -> Files:
    """An empty folder for sealed files, or one with the same files; gone when this run ends."""
    made = Files(_FOLDERS / uuid4().hex)
    if like is not None and like.folder.exists():
        shutil.copytree(like.folder, made.folder)
    return made


def house_at(store: Store, desk_of: Actor | None = None) -> House:
    """A fresh instance on that database."""
    return House(
        Instance(
            store=store,
            secrets=ServerSecrets.parse(ServerSecrets.generate("k1")),
            base_url="https://dialogue.test",
            desk=desk_of.bundle.public.fingerprint if desk_of else None,
            kdf=TEST,
            secretariats=("employers@example.org", "workers@example.org"),
            files=folder_of_its_own(),
        )
    )


def with_desk(house: House, coordinator: Actor) -> House:
    """The same instance with its first coordinator's fingerprint configured."""
    instance = replace(house.instance, desk=coordinator.bundle.public.fingerprint)
    return House(instance, house.now, house.actors)


@dataclass(slots=True)
class Table:
    """A case with the people who sit at it, as far as the test has taken it."""

    house: House
    coordinator: Actor
    facilitator: Actor
    company_lead: Actor
    union_lead: Actor
    company_delegate: Actor
    union_delegate: Actor
    outsider: Actor
    case_id: UUID = field(default_factory=lambda: UUID(int=0))
    seats: dict[UUID, UUID] = field(default_factory=dict)

    @property
    def instance(self) -> Instance:
        return self.house.instance

    def writing(self, actor: Actor | None):  # type: ignore[no-untyped-def]
        return self.house.writing(actor)

    def reading(self, actor: Actor | None):  # type: ignore[no-untyped-def]
        return self.house.reading(actor)

    def lead_of(self, party: Party) -> Actor:
        return self.company_lead if party is Party.COMPANY else self.union_lead

    def attach(self, participant_id: UUID, actor: Actor) -> None:
        """The invited person follows the link and has an account."""
        with self.writing(None) as work:
            row = find_participant(work.session, self.case_id, participant_id)
            assert row is not None
            participants.arrive(work, row, actor.account_id)
        self.seats[actor.account_id] = participant_id

    def state(self, by: Actor, subject: Actor) -> None:
        with self.writing(by) as work:
            participants.state(work, self.case_id, self.seats[subject.account_id], fingerprint=_print(subject))

    def accept(self, by: Actor, subject: Actor) -> None:
        with self.writing(by) as work:
            participants.accept(work, self.case_id, self.seats[subject.account_id], fingerprint=_print(subject))

    def seat(
        self,
        actor: Actor,
        party: Party,
        role: Role = Role.DELEGATE,
        *,
        until: datetime | None = None,
        accepted: bool = True,
    ) -> None:
        """List, enrol, state and (if wished) accept one more person of a delegation."""
        lead = self.lead_of(party)
        with self.writing(lead) as work:
            name = identity.people(work, [actor.account_id])[actor.account_id]
            row = participants.add(
                work, self.case_id, role=role, name=name.name, function="Delegate", email=name.email, until=until
            )
        self.attach(row, actor)
        self.state(lead, actor)
        if accepted:
            self.accept(self.lead_of(party.other), actor)

    def accept_terms(self, *actors: Actor) -> None:
        for actor in actors:
            with self.reading(actor) as work:
                shown = terms.show(work, self.case_id)
            assert shown.in_force is not None
            with self.writing(actor) as work:
                terms.accept(work, self.case_id, shown.in_force.terms_id)


def moved_to(store: Store, table: Table) -> Table:
    """The same people and the same case on a copy of the database in which they were made."""
    instance = replace(table.instance, store=store, files=folder_of_its_own(table.instance.files))
    house = House(instance, table.house.now, dict(table.house.actors))
    return replace(table, house=house, seats=dict(table.seats))


ISSUES = "Working time in the sewing hall and access of union officers to the canteen."


def gathered(house: House) -> Table:
    """The people, with accounts and a confirmed desk, before anybody has opened a case."""
    coordinator = house.person(
        "Clara Okafor", "clara@ilo.example", organisation="ILO", roles=frozenset({StaffRole.COORDINATOR})
    )
    house = with_desk(house, coordinator)
    facilitator = house.person(
        "Farid Lindqvist", "farid@ilo.example", organisation="ILO", roles=frozenset({StaffRole.FACILITATOR})
    )
    house.list_staff(coordinator, coordinator, facilitator)
    return Table(
        house,
        coordinator,
        facilitator,
        company_lead=house.person("Mina Brandt", "mina@brand.example", organisation="Northfield Apparel"),
        union_lead=house.person("Ana Rojas", "ana@union.example", organisation="Sindicato Textil", language="es"),
        company_delegate=house.person("Piet Vos", "piet@brand.example", organisation="Northfield Apparel"),
        union_delegate=house.person("Luc Mensah", "luc@union.example", organisation="Sindicato Textil", language="fr"),
        outsider=house.person("Otto Fremd", "otto@elsewhere.example"),
    )


def drafted(house: House, support: frozenset[Support] = frozenset(Support)) -> Table:
    """The company's lead has a draft and the union's lead has joined; both keys are confirmed."""
    table = gathered(house)
    with table.writing(table.company_lead) as work:
        table.case_id = cases.open_case(
            work,
            party=Party.COMPANY,
            organisation="Northfield Apparel",
            kind=OrganisationKind.BRAND,
            function="Head of sourcing",
        )
        own = cases.participant_of(work, table.case_id, table.company_lead.account_id)
        table.seats[table.company_lead.account_id] = own
    with table.writing(table.company_lead) as work:
        requests.edit(
            work,
            table.case_id,
            RequestText(issues=ISSUES, background="Two rounds in the plant.", support=support, languages="en, es"),
            seen=0,
        )
    with table.writing(table.company_lead) as work:
        union = participants.invite_lead(
            work,
            table.case_id,
            name="Ana Rojas",
            function="General secretary",
            email="ana@union.example",
            organisation="Sindicato Textil",
            kind=OrganisationKind.UNION,
        )
    table.attach(union, table.union_lead)
    table.state(table.company_lead, table.union_lead)
    table.accept(table.union_lead, table.company_lead)
    return table


def requested(house: House, support: frozenset[Support] = frozenset(Support)) -> Table:
    """Both leads, each with a delegate, have endorsed the same version: it stands before the ILO."""
    table = drafted(house, support)
    table.seat(table.company_delegate, Party.COMPANY)
    table.seat(table.union_delegate, Party.UNION)
    for lead in (table.company_lead, table.union_lead):
        with table.reading(lead) as work:
            shown = requests.show(work, table.case_id)
        assert shown.version_id is not None
        with table.writing(lead) as work:
            requests.endorse(work, table.case_id, shown.version_id)
    return table


def preparing(house: House, support: frozenset[Support] = frozenset(Support)) -> Table:
    """Taken up by the desk; terms and facilitator are still to come."""
    table = requested(house, support)
    with table.writing(table.coordinator) as work:
        desk.take_up(work, table.case_id, checked=frozenset(Check))
    return table


def in_dialogue(house: House, support: frozenset[Support] = frozenset(Support)) -> Table:
    """Terms accepted by everybody, the facilitator by both leads: the dialogue has begun by itself."""
    table = preparing(house, support)
    if Support.FACILITATION in support:
        with table.writing(table.coordinator) as work:
            row = facilitators.propose(work, table.case_id, table.facilitator.account_id)
        table.seats[table.facilitator.account_id] = row
        with table.writing(table.facilitator) as work:
            facilitators.declare(work, table.case_id, interests="None.")
        for lead in (table.company_lead, table.union_lead):
            with table.writing(lead) as work:
                facilitators.accept(work, table.case_id, row)
    with table.writing(table.company_lead) as work:
        proposed = terms.propose(
            work, table.case_id, text="What is said here stays here.", language="en", retention_months=12
        )
    with table.writing(table.union_lead) as work:
        terms.agree(work, table.case_id, proposed)
    table.accept_terms(table.company_delegate, table.union_delegate)
    if Support.FACILITATION in support:
        table.accept_terms(table.facilitator)
    return table


def completed(house: House, support: frozenset[Support] = frozenset(Support)) -> Table:
    """One item agreed by both parties stands in an outcome record that both leads have signed."""
    table = in_dialogue(house, support)
    with table.writing(table.company_lead) as work:
        item = agenda.propose(work, table.case_id, title="Working time in the sewing hall", background="")
    with table.writing(table.union_lead) as work:
        agenda.admit(work, table.case_id, item)
    with table.writing(table.company_lead) as work:
        words = "Overtime is posted a week ahead."
        wording = wordings.propose(work, table.case_id, item, text=words, language="en", answers_id=None)
    for lead in (table.company_lead, table.union_lead):
        with table.writing(lead) as work:
            positions.record(work, table.case_id, item, wording_id=wording, previous_id=None, stance=Stance.AGREE)
    with table.writing(table.company_lead) as work:
        joint = jointacts.propose(work, table.case_id, Act.CASE_CONCLUDE)
    with table.writing(table.union_lead) as work:
        jointacts.confirm(work, table.case_id, joint)
    with table.writing(table.company_lead) as work:
        outcome = outcomes.assemble(work, table.case_id, item_ids=(item,), language="en")
    for lead in (table.company_lead, table.union_lead):
        with table.reading(lead) as work:
            seen = outcomes.show(work, table.case_id, outcome).hash
        with table.writing(lead) as work:
            outcomes.sign(work, table.case_id, outcome, seen=seen)
    return table


def _print(actor: Actor) -> str:
    return actor.bundle.public.fingerprint.hex()
