"""A case played from its draft to its end, with somebody for every kind of seat; each stage is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import config as settings
from dialogue.app import create_app
from dialogue.domain.acts import Act
from dialogue.domain.desk import Check
from dialogue.domain.meetings import MeetingState
from dialogue.domain.people import OrganisationKind, Party, Role, StaffRole
from dialogue.domain.questions import QuestionState
from dialogue.services import (
    agenda,
    desk,
    facilitators,
    jointacts,
    links,
    notices,
    outcomes,
    participants,
    questions,
    summaries,
    terms,
)
from dialogue.services.unit import Actor
from dialogue.store.accounts import LinkPurpose, SignIn
from dialogue.store.agenda import AgendaItem, PositionRow, Wording
from dialogue.store.cases import Organisation
from dialogue.store.catalogue import HelpRequest, OfferVersion
from dialogue.store.documents import Document, ItemDocument
from dialogue.store.engine import Store, open_store
from dialogue.store.followup import Commitment, CommitmentChange, CommitmentReport, CommitmentSupport, Review
from dialogue.store.holding import Recusal
from dialogue.store.jointacts import JointAct
from dialogue.store.meetings import Meeting, MeetingDate
from dialogue.store.notes import Note
from dialogue.store.outbox import OutboxLetter
from dialogue.store.outcomes import Outcome
from dialogue.store.paper import PaperEntry
from dialogue.store.participants import Attendant, Declaration, Participant
from dialogue.store.questions import Question
from dialogue.store.requests import RequestVersion
from dialogue.store.summaries import Summary, SummaryAmendment
from dialogue.store.terms import TermsVersion
from dialogue.store.tidings import Tiding
from tests import builders, followed, lived
from tests.builders import Table
from tests.security.world import ADDRESSES, SEATS, PatientHouse, Shelf, World
from tests.web.client import Client
from tests.web.sitting import sit


def build(shelf: Shelf) -> World:
    """Play the case through, keep the database of each stage, and sign everybody in."""
    table, people = _people(open_store(shelf.url))
    elsewhere = replace(
        table, company_lead=people["other_lead"], company_delegate=people["outsider_of_other"], seats={}
    )
    with patch.multiple(lived, words=lambda field: f"Elsewhere: {field}", inquire=lambda _table: None):
        for chapter in (lived.draft, lived.join, lived.ask, lived.prepare, lived.talk):
            chapter(elsewhere)
        _propose_a_pause(elsewhere)
    app = application(table)
    world = World(shelf, table, elsewhere, app, people)
    for seat in SEATS:
        world.arrive(seat, sit(lambda: Client(app), ADDRESSES[seat]) if seat != "anonymous" else Client(app))
    world.ids["elsewhere"] = {name: str(value) for name, value in _names(world, elsewhere).items() if value is not None}
    _play(world)
    world.keep_files()
    return world


def application(table: Table) -> Flask:
    """The application on the table's house; what breaks becomes a page."""
    config = settings.testing("sqlite://", base_url=table.instance.base_url)
    app = create_app(config, instance=table.instance, clock=table.house.tick)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def _people(store: Store) -> tuple[Table, dict[str, Actor]]:
    house = builders.house_at(store)
    house.now = datetime.now(UTC)
    table = builders.gathered(house)
    house = table.house = PatientHouse(table.instance, table.house.now, table.house.actors)
    expert = house.person("Erna Winter", ADDRESSES["expert"], organisation="ILO", roles=frozenset({StaffRole.EXPERT}))
    house.list_staff(table.coordinator, expert)
    admin = frozenset({StaffRole.ADMINISTRATOR})
    people = {seat: getattr(table, seat) for seat in ADDRESSES if hasattr(table, seat)} | {
        "expert": expert,
        "administrator": house.person("Adam Vogel", ADDRESSES["administrator"], organisation="ILO", roles=admin),
        "other_lead": house.person("Nora Berg", ADDRESSES["other_lead"]),
        "unlisted": house.person("Emil Sand", "emil@ilo.example", roles=frozenset({StaffRole.EXPERT})),
        "outsider_of_other": house.person("Nils Berg", "nils@other.example"),
        "removed": house.person("Rosa Blum", ADDRESSES["removed"]),
        "unbound": house.person("Bela Stein", ADDRESSES["unbound"]),
    }
    return table, people


def _play(world: World) -> None:
    """From the draft to the end; what is only needed at one stage is played on a branch of its own."""
    table, people = world.table, world.people
    lived.draft(table)
    _keep(world, "draft")
    lived.join(table)
    table.seat(people["removed"], Party.UNION)
    with _signed_in_again(world, "removed"), table.writing(table.union_lead) as work:
        participants.remove(work, table.case_id, table.seats[people["removed"].account_id])
    _keep(world, "invited")
    lived.ask(table)
    _keep(world, "asked")
    with _branch(world, "asked"):
        _prepare_half(table)
        _keep(world, "prep")
    with _branch(world, "asked"), table.writing(table.coordinator) as work:
        desk.take_up(work, table.case_id, checked=frozenset(Check), words=lived.words("taken up"))
        work.commit()
        _keep(world, "taken")
    lived.prepare(table)
    table.seat(people["unbound"], Party.COMPANY)
    lived.talk(table)
    with _branch(world, "talked"):
        _newcomers(world)
        _items(table)
        _ask_the_expert(world)
        _propose_a_pause(table)
        _keep(world, "talk")
        _do_what_is_due(world)
        _keep(world, "talk")
    lived.conclude(table)
    _keep(world, "concluding")
    _end(table)
    _keep(world, "ended")
    followed.follow(table)
    _keep(world, "followed")


@contextmanager
def _branch(world: World, name: str) -> Iterator[None]:
    """What happens in the block is forgotten on the main road."""
    seats = dict(world.table.seats)
    world.shelf.keep(world.store, name)
    yield
    world.shelf.put_back(world.store, name)
    world.table.seats = seats


@contextmanager
def _signed_in_again(world: World, seat: str) -> Iterator[None]:
    """What happens in the block ends that person's sessions; the person comes back with another code."""
    yield
    world.table.house.tick(timedelta(seconds=30))
    world.arrive(seat, sit(lambda: Client(world.app), ADDRESSES[seat]))


def _prepare_half(table: Table) -> None:
    """Taken up; a facilitator has declared and waits for both answers, and terms wait for the union's."""
    with table.writing(table.coordinator) as work:
        desk.take_up(work, table.case_id, checked=frozenset(Check), words=lived.words("taken up"))
    with table.writing(table.coordinator) as work:
        row = facilitators.propose(work, table.case_id, table.facilitator.account_id)
    table.seats[table.facilitator.account_id] = row
    with table.writing(table.facilitator) as work:
        facilitators.declare(work, table.case_id, interests=lived.words("interests"))
    with table.writing(table.company_lead) as work:
        terms.propose(work, table.case_id, text=lived.words("terms text"), language="en", retention_months=12)


def _newcomers(world: World) -> None:
    """One of each kind: listed, arrived, signed for, and bound but without what was said before."""
    table = world.table
    lead, delegate = table.company_lead, Role.DELEGATE
    for name in ("listed", "arrived", "stated", "late"):
        email = f"{name}@brand.example"
        world.people[name] = table.house.person(f"Newcomer {name}", email)
        with table.writing(lead) as work:
            row = participants.add(
                work, table.case_id, role=delegate, name=f"Newcomer {name}", function="Delegate", email=email
            )
        table.seats[world.people[name].account_id] = row
        if name != "listed":
            table.attach(row, world.people[name])
        if name in {"stated", "late"}:
            table.state(lead, world.people[name])
    table.accept(table.union_lead, world.people["late"])
    table.accept_terms(world.people["late"])


def _propose_a_question(table: Table, expert: Actor) -> UUID:
    with table.writing(table.company_lead) as work:
        until = work.now + timedelta(days=30)
        return questions.propose(work, table.case_id, text=QUESTION, expert_id=expert.account_id, until=until)


def _ask_the_expert(world: World) -> None:
    """The question waits for the second lead, is put, and the expert sits. The union has two organisations."""
    table = world.table
    asked = _propose_a_question(table, world.people["expert"])
    _keep(world, "weighing")
    with table.writing(table.union_lead) as work:
        questions.put(work, table.case_id, asked)
    table.accept_terms(world.people["expert"])
    with table.writing(table.union_lead) as work:
        participants.add_organisation(work, table.case_id, name="Second union", kind=OrganisationKind.UNION)


def _do_what_is_due(world: World) -> None:
    """Holders of the keys come by, so that later readings have nothing left to do for the newcomers."""
    for seat in ("company_lead", "union_lead", "facilitator"):
        for path in ("", "/agenda", f"/agenda/{world.at['item_id']}", "/terms", "/request"):
            answer = world.send(seat, "GET", f"/cases/{world.table.case_id}{path}")
            assert answer.status_code == 200, f"{seat} at {path}: {answer.status_code}"


def _items(table: Table) -> None:
    """One that is parked, one that nobody has admitted yet."""
    for title in ("Lockers", "Canteen"):
        with table.writing(table.facilitator) as work:
            item = agenda.propose(work, table.case_id, title=title, background="")
        if title == "Lockers":
            for lead in (table.company_lead, table.union_lead):
                with table.writing(lead) as work:
                    agenda.admit(work, table.case_id, item)
            with table.writing(table.facilitator) as work:
                agenda.park(work, table.case_id, item)


def _propose_a_pause(table: Table) -> None:
    with table.writing(table.company_lead) as work:
        jointacts.propose(work, table.case_id, Act.CASE_SUSPEND)


def _end(table: Table) -> None:
    """Both have signed; the office has prepared its notice."""
    with table.reading(table.union_lead) as work:
        newest = outcomes.index(work, table.case_id).lines[0].id
        seen = outcomes.show(work, table.case_id, newest)
    with table.writing(table.union_lead) as work:
        outcomes.sign(work, table.case_id, newest, seen=seen.hash)
    with table.writing(table.coordinator) as work:
        notices.prepare(work, table.case_id)


def _keep(world: World, stage: str) -> None:
    world.ids[stage] = {name: str(value) for name, value in _names(world, world.table).items() if value is not None}
    world.cookies_at[stage], world.tokens_at[stage] = dict(world.cookies), dict(world.tokens)
    world.shelf.keep(world.store, stage)
    world.stage = stage


def _names(world: World, table: Table) -> dict[str, Any]:
    """What addresses and hidden fields of this stage name."""
    case_id, people = table.case_id, world.people
    with table.writing(None) as work:
        token = links.create(work, LinkPurpose.REGISTER, email=f"new-{uuid4().hex}@elsewhere.example")
        place = table.seats.get(people["listed"].account_id) if "listed" in people else None
        email = ADDRESSES["company_delegate"]
        reset = links.create(work, LinkPurpose.RECOVER, email=email)
        invitation = links.create(work, LinkPurpose.JOIN, email="listed@brand.example", participant_id=place)
    with table.instance.store.session(writes=False) as session:

        def newest(kind: Any, order: Any) -> Any:
            return session.scalars(select(kind).where(kind.case_id == case_id).order_by(order.desc())).first()

        def id_of(found: Any) -> Any:
            return found.id if found is not None else None

        notes = {row.room.value: row.id for row in session.scalars(select(Note).where(Note.case_id == case_id))}
        papers = {
            row.room.value: row.id for row in session.scalars(select(Document).where(Document.case_id == case_id))
        }
        items = list(
            session.scalars(select(AgendaItem).where(AgendaItem.case_id == case_id).order_by(AgendaItem.number))
        )
        positions = {
            row.party: row.id for row in session.scalars(select(PositionRow).where(PositionRow.case_id == case_id))
        }
        rows = table.seats | {
            row.account_id: row.id for row in session.scalars(select(Participant).where(Participant.case_id == case_id))
        }
        outcome = newest(Outcome, Outcome.number)
        theirs = session.scalars(select(SignIn).where(SignIn.account_id == people["company_lead"].account_id)).first()
        version, wording = newest(RequestVersion, RequestVersion.number), newest(Wording, Wording.number)
        return {
            "case_id": case_id,
            "item_id": items[0].id if items else None,
            "new_item": items[-1].id if items else None,
            "parked": items[1].id if len(items) > 1 else None,
            "wording": id_of(wording),
            "company_position": positions.get(Party.COMPANY),
            "union_position": positions.get(Party.UNION),
            "note_id": notes.get("joint"),
            "document_id": papers.get("joint"),
            "tie_id": id_of(newest(ItemDocument, ItemDocument.tied_at)),
            **{f"document_{room}": paper for room, paper in papers.items()},
            **{f"note_{room}": note for room, note in notes.items()},
            "outcome_id": id_of(outcome),
            "joint_act_id": id_of(newest(JointAct, JointAct.proposed_at)),
            "participant_id": rows.get(people["company_delegate"].account_id),
            **{name: rows.get(one.account_id) for name, one in people.items()},
            **{f"{name}_key": one.bundle.public.fingerprint.hex() for name, one in people.items()},
            **{f"{name}_id": one.account_id for name, one in people.items()},
            "account_id": people["unlisted"].account_id,
            "declaration": id_of(newest(Declaration, Declaration.made_at)),
            "organisation_id": id_of(
                session.scalars(
                    select(Organisation).where(Organisation.case_id == case_id, Organisation.party == Party.UNION)
                ).first()
            ),
            **{
                f"question_{row.state.value}": row.id
                for row in session.scalars(select(Question).where(Question.case_id == case_id))
            },
            "question_id": id_of(
                session.scalars(
                    select(Question).where(Question.case_id == case_id, Question.state == QuestionState.PUT)
                ).first()
            ),
            **_meetings(session, case_id),
            **_held(session, case_id),
            "attendant_id": id_of(session.scalars(select(Attendant).where(Attendant.case_id == case_id)).first()),
            **_followed(session, case_id),
            "letter_id": id_of(session.scalars(select(OutboxLetter)).first()),
            "tiding_id": id_of(
                session.scalars(select(Tiding).where(Tiding.account_id == table.union_lead.account_id)).first()
            ),
            "terms_id": id_of(newest(TermsVersion, TermsVersion.number)),
            "role": "facilitator",
            "reset": reset,
            "version": id_of(version),
            "number": version.number if version is not None else 0,
            "terms": id_of(newest(TermsVersion, TermsVersion.number)),
            "handle": theirs.id_hash.hex() if theirs is not None else None,
            "hash": outcomes_hash(table, outcome),
            "hash_of_summary": summary_hash(table, session, case_id),
            "token": token,
            "invitation": invitation,
            "form": "notes.write:joint",
            "room": "joint",
            "code": "en",
            "filename": "app.css",
        }


def _meetings(session: Session, case_id: UUID) -> dict[str, Any]:
    """The meeting that has its time, the one that looks for a date with the first of its dates, and the caucus."""
    found = {
        (row.kind.value, row.state.value): row
        for row in session.scalars(select(Meeting).where(Meeting.case_id == case_id))
    }
    names = {"meeting_id": ("joint", "confirmed"), "looked_for": ("logistics", "proposed")}
    told = {name: found[key].id for name, key in names.items() if key in found}
    caucus = next((row.id for (kind, _), row in found.items() if kind == "union_caucus"), None)
    offered = session.scalars(
        select(MeetingDate).where(MeetingDate.meeting_id == told.get("looked_for")).order_by(MeetingDate.begins_at)
    ).first()
    return told | {"caucus": caucus, "date_id": offered.id if offered is not None else None}


def _held(session: Session, case_id: UUID) -> dict[str, Any]:
    """What belongs to the meeting that was held."""
    names = {"summary_id": Summary, "amendment": SummaryAmendment, "entry_id": PaperEntry, "recusal_id": Recusal}
    told = {
        name: session.scalars(select(kind.id).where(kind.case_id == case_id)).first() for name, kind in names.items()
    }
    held = session.scalars(
        select(Meeting).where(Meeting.case_id == case_id, Meeting.state == MeetingState.HELD)
    ).first()
    if held is None or held.begins_at is None:
        return told
    began = held.begins_at.astimezone(ZoneInfo("Europe/Zurich"))
    return told | {"held": held.id, "began": f"{began:%H:%M}", "ended": f"{began + timedelta(hours=1):%H:%M}"}


def _followed(session: Session, case_id: UUID) -> dict[str, Any]:
    """What the follow-up names: the commitment that is reported on and the one that is proposed, and so on."""

    def of(kind: Any) -> list[Any]:
        order = kind.number if hasattr(kind, "number") else kind.proposed_at
        return list(session.scalars(select(kind).where(kind.case_id == case_id).order_by(order)))

    kept, proposed = (*of(Commitment), None, None)[:2]
    report, support = (
        session.scalars(select(kind).where(kind.case_id == case_id)).first()
        for kind in (CommitmentReport, CommitmentSupport)
    )
    changes = list(session.scalars(select(CommitmentChange).where(CommitmentChange.case_id == case_id)))
    near, far = (*of(Review), None, None)[:2]
    asked, wished = (*of(HelpRequest), None, None)[:2]
    offer = session.scalars(select(OfferVersion).order_by(OfferVersion.turn)).first()
    named = {
        "commitment_id": kept,
        "proposed": proposed,
        "report": report,
        "support_id": support,
        "review_id": near,
        "review_proposed": far,
        "help_id": asked,
        "help_proposed": wished,
        **{f"change_of_{row.state.value}": row for row in changes},
    }
    return {name: row.id for name, row in named.items() if row is not None} | (
        {"offer_id": offer.offer_id} if offer is not None else {}
    )


def outcomes_hash(table: Table, outcome: Any) -> str | None:
    """What a lead has before the eyes when signing."""
    if outcome is None:
        return None
    with table.reading(table.company_lead) as work:
        return outcomes.show(work, table.case_id, outcome.id).hash


def summary_hash(table: Table, session: Session, case_id: UUID) -> str | None:
    """The same of a joint summary."""
    found = session.scalars(select(Summary.id).where(Summary.case_id == case_id)).first()
    if found is None:
        return None
    with table.reading(table.company_lead) as work:
        return summaries.show(work, case_id, found).hash


QUESTION = "Gespräch über «a second question» zwischen uns"


MEETING = ("title", "purpose", "address", "access", "reading", "arrival")


def words_heard() -> dict[str, frozenset[str]]:
    """For each thing that was typed, the seats that may read it."""
    company, union = {"company_lead", "company_delegate", "unbound"}, {"union_lead", "union_delegate"}
    parties = company | union
    bound = (parties - {"unbound"}) | {"facilitator"}
    drafting = {"company_lead", "union_lead", "union_delegate"}
    requesting = parties | {"facilitator", "coordinator"}
    rooms = {
        "joint": bound,
        "company": company,
        "union": union,
        "company_caucus": company - {"unbound"} | {"facilitator"},
        # Its owner has released it into the joint room.
        "union_caucus": bound,
        "facilitation": {"facilitator"},
    }
    heard: dict[str, set[str]] = {
        "issues first": drafting,
        "issues": requesting,
        "background": requesting,
        "languages": requesting,
        "returned": requesting,
        "taken up": requesting,
        "terms text": parties | {"facilitator", "expert"},
        "interests": requesting,
        "draft": {"union_lead"},
        "label": {"company_lead"},
        "note revised": {"facilitator"},
        "comment": drafting,
        "register": requesting,
        **dict.fromkeys(
            ("break", "recusal", "summary", "amendment", "amendment's reason", "paper title", "paper text"), bound
        ),
        "attendant": requesting,
        "attendant's function": requesting,
        "attendant's meetings": requesting,
        **dict.fromkeys((f"meeting {part}" for part in MEETING), requesting),
        "booked address": requesting,
        "booked words": requesting,
        "caucus title": union | {"facilitator"},
        "asked about a person": parties,
        "answered about a person": parties,
        "question": bound,
        "expert's answer": bound,
        "release remark": union | {"facilitator"},
        "document title": bound,
        "document text": bound,
        # Of the company's own document as well.
        "document description": bound | company,
        "document name": bound | company,
        "document of the company": company,
        "document remark": union | {"facilitator"},
        **dict.fromkeys(
            (
                "item title",
                "item background",
                "wording",
                "translation",
                "remark",
                "position reason",
                "position reservation",
                "preamble",
                "closing",
                "statement",
            ),
            bound,
        ),
        **{f"note {part} {room}": seats for room, seats in rooms.items() for part in ("title", "body")},
    }
    told = {lived.words(name): frozenset(seats) for name, seats in heard.items()}
    told |= {followed.words(name): frozenset(bound) for name in followed.JOINT}
    told |= {followed.words(name): frozenset(requesting) for name in followed.DESK}
    return told | {QUESTION: frozenset(bound | {"expert"})}
