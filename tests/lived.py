"""A case in which every field that people can fill has been filled, each with words of its own."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from dialogue.domain.acts import Act
from dialogue.domain.agenda import PLACES
from dialogue.domain.attendants import AttendantKind
from dialogue.domain.cases import Support
from dialogue.domain.desk import Check
from dialogue.domain.holding import Line, Presence
from dialogue.domain.meetings import Answer, Details, MeetingKind, MeetingMode, Offer, Venue
from dialogue.domain.paper import PaperKind
from dialogue.domain.people import OrganisationKind, Party, Role, Room, StaffRole
from dialogue.domain.positions import Stance
from dialogue.domain.terms import Disclosure
from dialogue.services import (
    agenda,
    attendants,
    cases,
    comments,
    dates,
    desk,
    disclosure,
    documents,
    drafts,
    facilitators,
    files,
    handing,
    inquiries,
    jointacts,
    meetings,
    notes,
    outcomes,
    paper,
    participants,
    positions,
    programmes,
    questions,
    readings,
    recusals,
    registers,
    releases,
    requests,
    summaries,
    terms,
    uploads,
    wordings,
)
from dialogue.services.requests import RequestText
from dialogue.services.unit import Actor
from dialogue.store.documents import documents_in
from dialogue.store.terms import terms_in_force
from tests import held
from tests.builders import House, Table, gathered
from tests.on_the_table import framed

FIELDS = (
    "issues first",
    "issues",
    "background",
    "languages",
    "comment",
    "returned",
    "taken up",
    "terms text",
    "interests",
    "item title",
    "item background",
    "wording",
    "remark",
    "position reason",
    "position reservation",
    "preamble",
    "closing",
    "statement",
    "draft",
    "label",
    *(f"note title {room.value}" for room in Room),
    *(f"note body {room.value}" for room in Room),
    "note revised",
    "release remark",
    "document title",
    "document description",
    "document name",
    "document text",
    "document remark",
    "document of the company",
    "translation",
    "asked about a person",
    "answered about a person",
    "attendant",
    "attendant's function",
    "attendant's meetings",
    "meeting title",
    "meeting purpose",
    "meeting address",
    "meeting access",
    "meeting reading",
    "meeting arrival",
    "booked address",
    "booked words",
    "caucus title",
    "break",
    "recusal",
    "summary",
    "amendment",
    "amendment's reason",
    "register",
    "paper title",
    "paper text",
    "question",
    "expert's answer",
)
NOTES_BY = {
    Room.JOINT: "union_lead",
    Room.COMPANY: "company_lead",
    Room.UNION: "union_lead",
    Room.COMPANY_CAUCUS: "company_delegate",
    Room.UNION_CAUCUS: "union_lead",
    Room.FACILITATION: "facilitator",
}
IDENTITIES = (
    "Mina Brandt",
    "Ana Rojas",
    "Piet Vos",
    "Luc Mensah",
    "Clara Okafor",
    "Farid Lindqvist",
    "mina@brand.example",
    "ana@union.example",
    "Northfield Apparel",
    "Sindicato Textil",
    "Head of sourcing",
    "General secretary",
)


def words(field: str) -> str:
    """What was typed into that field: nothing else in the database reads like it."""
    assert field in FIELDS
    return f"Gespräch über «{field}» zwischen uns"


_HAVE_NO_NOTES = {room.value for room in Room} - set(NOTES_BY)
CONTENT = tuple(words(field) for field in FIELDS if field.rpartition(" ")[2] not in _HAVE_NO_NOTES)


def lived_in(house: House) -> Table:
    """From the first draft to an outcome record that waits for its second signature."""
    table = gathered(house)
    for chapter in (draft, join, ask, prepare, talk, conclude):
        chapter(table)
    return table


def draft(table: Table) -> None:
    """The company's lead begins; nobody else knows of it."""
    lead = table.company_lead
    with table.writing(lead) as work:
        table.case_id = cases.open_case(
            work,
            party=Party.COMPANY,
            organisation="Northfield Apparel",
            kind=OrganisationKind.BRAND,
            function="Head of sourcing",
        )
        table.seats[lead.account_id] = cases.participant_of(work, table.case_id, lead.account_id)
    with table.writing(lead) as work:
        cases.label(work, table.case_id, words=words("label"))
    with table.writing(lead) as work:
        requests.edit(work, table.case_id, RequestText(issues=words("issues first")), seen=0)


def join(table: Table) -> None:
    """The union's lead comes, each side lists its people, and both write the request."""
    lead, other = table.company_lead, table.union_lead
    with table.writing(lead) as work:
        row = participants.invite_lead(
            work,
            table.case_id,
            name="Ana Rojas",
            function="General secretary",
            email="ana@union.example",
            organisation="Sindicato Textil",
            kind=OrganisationKind.UNION,
        )
    table.attach(row, other)
    table.state(lead, other)
    table.accept(other, lead)
    table.seat(table.company_delegate, Party.COMPANY)
    table.seat(table.union_delegate, Party.UNION, Role.DEPUTY)
    with table.writing(lead) as work:
        about = table.seats[table.union_delegate.account_id]
        inquiry = inquiries.ask(work, table.case_id, about, words=words("asked about a person"))
    with table.writing(other) as work:
        inquiries.answer(work, table.case_id, inquiry, words=words("answered about a person"))
    with table.reading(other) as work:
        seen = requests.show(work, table.case_id).number
    with table.writing(other) as work:
        text = RequestText(words("issues"), words("background"), frozenset(Support), frozenset(), words("languages"))
        requests.edit(work, table.case_id, text, seen=seen)
    with table.reading(lead) as work:
        version_id = requests.show(work, table.case_id).version_id
    assert version_id is not None
    with table.writing(lead) as work:
        comments.write(work, table.case_id, version_id, words=words("comment"))


def ask(table: Table) -> None:
    """Both endorse it, get it back with words, and endorse it anew."""
    _endorse(table)
    with table.writing(table.coordinator) as work:
        desk.give_back(work, table.case_id, words=words("returned"))
    _endorse(table)


def _endorse(table: Table) -> None:
    for lead in (table.company_lead, table.union_lead):
        with table.reading(lead) as work:
            version = requests.show(work, table.case_id).version_id
        assert version is not None
        with table.writing(lead) as work:
            requests.endorse(work, table.case_id, version)


def prepare(table: Table) -> None:
    """Taken up; a facilitator both accept, and terms that all accept."""
    with table.writing(table.coordinator) as work:
        desk.take_up(work, table.case_id, checked=frozenset(Check), words=words("taken up"))
    with table.writing(table.coordinator) as work:
        row = facilitators.propose(work, table.case_id, table.facilitator.account_id)
    table.seats[table.facilitator.account_id] = row
    with table.writing(table.facilitator) as work:
        facilitators.declare(work, table.case_id, interests=words("interests"))
    for lead in (table.company_lead, table.union_lead):
        with table.writing(lead) as work:
            facilitators.accept(work, table.case_id, row)
    with table.writing(table.company_lead) as work:
        proposed = terms.propose(work, table.case_id, text=words("terms text"), language="en", retention_months=12)
    with table.writing(table.union_lead) as work:
        terms.agree(work, table.case_id, proposed)
    with table.reading(table.union_lead) as work:
        assert terms_in_force(work.session, table.case_id) is not None
    table.accept_terms(table.company_delegate, table.union_delegate, table.facilitator)
    with table.writing(table.company_lead) as work:
        attendants.enter(
            work,
            table.case_id,
            kind=AttendantKind.INTERPRETER,
            name=words("attendant"),
            function=words("attendant's function"),
            meetings=words("attendant's meetings"),
            undertaken_on=work.now.date(),
        )


def talk(table: Table) -> None:
    """Notes in every room that has them, and an item with a wording and both positions."""
    for room, name in NOTES_BY.items():
        with table.writing(getattr(table, name)) as work:
            title, body = words(f"note title {room.value}"), words(f"note body {room.value}")
            note = notes.write(work, table.case_id, room, title=title, body=body)
    with table.reading(table.facilitator) as work:
        in_caucus = notes.index(work, table.case_id, Room.UNION_CAUCUS).notes[0].id
    with table.writing(table.facilitator) as work:
        releases.ask(work, table.case_id, in_caucus, seen_revision=1, remark=words("release remark"))
    with table.writing(table.union_lead) as work:
        releases.approve(work, table.case_id, in_caucus, seen_revision=1)
    with table.writing(table.facilitator) as work:
        notes.revise(
            work,
            table.case_id,
            note,
            title=words("note title facilitation"),
            body=words("note revised"),
            seen_revision=1,
        )
    bring(table)
    with table.writing(table.union_lead) as work:
        drafts.save(work, table.case_id, "notes.write:joint", {"body": words("draft")})
    with table.writing(table.company_lead) as work:
        item = agenda.propose(work, table.case_id, title=words("item title"), background=words("item background"))
    with table.writing(table.union_lead) as work:
        agenda.admit(work, table.case_id, item)
    with table.writing(table.company_lead) as work:
        (paper_of_both, _version), *_rest = documents_in(
            work.session, table.case_id, (Room.JOINT,), before=None, limit=1
        )
        readings.tie(work, table.case_id, item, paper_of_both.id)
    with table.writing(table.facilitator) as work:
        wording = wordings.propose(
            work,
            table.case_id,
            item,
            text=words("wording"),
            remark=words("remark"),
            language="en",
            answers_id=None,
        )
    with table.writing(table.union_lead) as work:
        wordings.translate(work, table.case_id, item, wording_id=wording, language="es", text=words("translation"))
    said = (
        (table.company_lead, Stance.NEEDS_WORK, {"reason": words("position reason")}),
        (table.union_lead, Stance.CAN_LIVE_WITH_IT, {"reservation": words("position reservation")}),
    )
    for lead, stance, why in said:
        with table.writing(lead) as work:
            before = positions.record(
                work, table.case_id, item, wording_id=wording, stance=stance, previous_id=None, **why
            )
    assert before is not None
    meet(table)
    hold(table, item)
    inquire(table)


def hold(table: Table, item: UUID) -> None:
    """A meeting that was held: its agenda, who came, who kept out, and a summary with an amendment to it."""
    meeting = held.meeting(table, table.facilitator)
    with table.writing(table.facilitator) as work:
        lines = [Line(item, 30), Line(None, 15, words("break"))]
        programmes.set_lines(work, table.case_id, meeting, seen=0, start=0, lines=lines)
    with table.writing(table.union_delegate) as work:
        own = work.person.account_id
        said = words("recusal")
        recusals.say(work, table.case_id, meeting, account_id=own, item_id=item, words=said)
    summary_id = held.begun(table, table.facilitator, meeting)
    held.write(table, table.facilitator, summary_id, words("summary"), 0)
    with table.writing(table.facilitator) as work:
        summaries.propose(work, table.case_id, summary_id, seen=1)
    with table.writing(table.union_delegate) as work:
        other, why = words("amendment"), words("amendment's reason")
        summaries.amend(work, table.case_id, summary_id, text=other, remark=why, seen=1)
    with table.reading(table.facilitator) as work:
        planned = registers.show(work, table.case_id, meeting)
    begins, ends = planned.begins_at, planned.ends_at
    with table.writing(table.facilitator) as work:
        registers.keep(
            work,
            table.case_id,
            meeting,
            seen=0,
            began_at=begins,
            ended_at=ends,
            people=[Presence(table.union_lead.account_id, begins, ends)],
            languages=["en"],
            words=words("register"),
        )
    with table.writing(table.company_lead) as work:
        paper.propose(
            work,
            table.case_id,
            kind=PaperKind.LETTER,
            title=words("paper title"),
            text=words("paper text"),
            happened_on=begins.date(),
        )


def bring(table: Table) -> None:
    """A document that the union lets go out of its caucus, and one that stays with the company."""
    in_caucus = lay(table, table.union_delegate, Room.UNION_CAUCUS, words("document text"), words("document title"))
    lay(table, table.company_delegate, Room.COMPANY, words("document of the company"), "Own")
    with table.writing(table.facilitator) as work:
        handing.ask(work, table.case_id, in_caucus, seen_number=1, remark=words("document remark"))
    with table.writing(table.union_lead) as work:
        handing.approve(work, table.case_id, in_caucus, seen_number=1)


def lay(table: Table, actor: Actor, room: Room, text: str, title: str) -> UUID:
    """A text that somebody brings into a room; there are several copies of it in the file."""
    arrival = files.Arrival(table.instance, table.case_id, f"{words('document name')}.txt")
    arrival.write(f"{text}\n".encode() * 3)
    brought = uploads.bring(table.instance, table.case_id, f"{words('document name')}.txt", (arrival.finish(),))
    with table.writing(actor) as work:
        return documents.add(work, table.case_id, room, brought, title=title, description=words("document description"))


def meet(table: Table) -> None:
    """A meeting that is confirmed and for which the desk has booked, one that looks for a date, and a caucus."""
    at = table.house.now.replace(hour=14, minute=0, second=0, microsecond=0) + timedelta(days=20)
    told = Details(
        words("meeting title"),
        words("meeting purpose"),
        MeetingMode.BOTH,
        Venue.NEUTRAL,
        words("meeting address"),
        "https://meet.example.org/heron",
        (("es", "en"),),
        words("meeting access"),
        words("meeting reading"),
        words("meeting arrival"),
    )

    def propose(kind: MeetingKind, details: Details, days: int, *, asks_ground: bool = False) -> UUID:
        offers = [Offer(at + timedelta(days=days), 90), Offer(at + timedelta(days=days + 1), 90)]
        with table.writing(table.facilitator) as work:
            return meetings.propose(
                work, table.case_id, kind=kind, details=details, offers=offers, asks_ground=asks_ground
            )

    confirmed = propose(MeetingKind.JOINT, told, 0, asks_ground=True)
    for lead in (table.company_lead, table.union_lead):
        with table.reading(lead) as work:
            offered = meetings.show(work, table.case_id, confirmed).dates
        with table.writing(lead) as work:
            dates.answer(work, table.case_id, confirmed, answers={one.id: Answer.YES for one in offered})
    with table.writing(table.facilitator) as work:
        dates.confirm(work, table.case_id, confirmed, offered[0].id)
    with table.writing(table.coordinator) as work:
        meetings.book(
            work,
            table.case_id,
            confirmed,
            venue=Venue.ILO,
            address=words("booked address"),
            link="",
            words=words("booked words"),
            seen_sequence=1,
        )
    propose(MeetingKind.LOGISTICS, told, 5)
    propose(MeetingKind.UNION_CAUCUS, Details(words("caucus title")), 9)


def inquire(table: Table) -> None:
    """Both leads put a question to an expert, who answers it."""
    address = f"ulf.berg.{table.case_id.hex[:8]}@ilo.example"
    expert = table.house.person("Ulf Berg", address, roles=frozenset({StaffRole.EXPERT}))
    table.house.list_staff(table.coordinator, expert)
    with table.writing(table.company_lead) as work:
        question = questions.propose(
            work,
            table.case_id,
            text=words("question"),
            expert_id=expert.account_id,
            until=work.now + timedelta(days=7),
        )
    with table.writing(table.union_lead) as work:
        questions.put(work, table.case_id, question)
    table.accept_terms(expert)
    with table.reading(table.company_lead) as work:
        questions.index(work, table.case_id)
    with table.writing(expert) as work:
        questions.answer(work, table.case_id, question, text=words("expert's answer"))


def conclude(table: Table) -> None:
    """An outcome record that one lead has signed."""
    for kind in PLACES:
        framed(table, kind, words(kind.value))
    with table.writing(table.company_lead) as work:
        disclosure.wish(work, table.case_id, level=Disclosure.AGREED_STATEMENT, previous_id=None)
    with table.writing(table.company_lead) as work:
        joint = jointacts.propose(work, table.case_id, Act.CASE_CONCLUDE)
    with table.writing(table.union_lead) as work:
        assert jointacts.confirm(work, table.case_id, joint)
    with table.writing(table.company_lead) as work:
        outcome = outcomes.assemble(
            work,
            table.case_id,
            item_ids=(),
            language="en",
        )
    with table.reading(table.company_lead) as work:
        seen = outcomes.show(work, table.case_id, outcome).hash
    with table.writing(table.company_lead) as work:
        outcomes.sign(work, table.case_id, outcome, seen=seen)
