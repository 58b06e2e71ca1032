"""Seeds the demonstration by calling the services as the people would, one unit of work after the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pyotp

from dialogue.demo import agreed, papers
from dialogue.demo.coming import look_ahead
from dialogue.demo.holding import hold
from dialogue.demo.people import FIGURES, KINDS, PASSWORD, Figure
from dialogue.demo.stage import Stage
from dialogue.demo.story import (
    BACKGROUND,
    ENDED_ISSUES,
    ENDED_WORDS,
    ISSUES,
    ITEMS,
    KEPT_ISSUES,
    KEPT_ITEM,
    KEPT_MEASURE,
    KEPT_OTHER,
    KEPT_OTHER_MEASURE,
    KEPT_REPORT,
    KEPT_WHAT,
    KEPT_WORDING,
    NOTES,
    OTHER_BACKGROUND,
    OTHER_ISSUES,
    Item,
)
from dialogue.domain.acts import Act
from dialogue.domain.agenda import Chapter
from dialogue.domain.cases import Support
from dialogue.domain.catalogue import OfferKind
from dialogue.domain.desk import Check
from dialogue.domain.factors import FactorKind
from dialogue.domain.followup import Owner, Progress
from dialogue.domain.people import Party, StaffRole
from dialogue.domain.positions import Stance
from dialogue.domain.terms import Disclosure
from dialogue.services import (
    accounts,
    agenda,
    cases,
    catalogue,
    commitments,
    desk,
    facilitators,
    factors,
    followup,
    jointacts,
    letters,
    notes,
    outcomes,
    participants,
    positions,
    requests,
    reviews,
    statements,
    terms,
    wordings,
)
from dialogue.services.factors import NewFactor
from dialogue.services.instance import Instance
from dialogue.services.requests import RequestText
from dialogue.services.unit import Actor
from dialogue.store.accounts import find_account_by_lookup
from dialogue.store.outbox import letters as letters_in_the_outbox
from dialogue.store.tidings import mark_all_read

BEGINS = timedelta(days=41)
SEEN_LAST = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Seeded:
    """What came of it; ``desk`` is the fingerprint that the settings must name."""

    desk: bytes
    people: tuple[Figure, ...]


def is_seeded(instance: Instance) -> bool:
    """Whether the demonstration's people are there already."""
    lookups = instance.secrets.lookups(FIGURES[0].email)
    with instance.store.session(writes=False) as session:
        return find_account_by_lookup(session, lookups) is not None


def seed(instance: Instance, now: datetime | None = None) -> Seeded:
    """Play the story from the first letter to a dialogue in progress."""
    stage = Stage(instance, (now or datetime.now(UTC)) - BEGINS)
    _staff(stage)
    _dialogue_in_progress(stage)
    _dialogue_in_preparation(stage)
    _dialogue_completed(stage)
    _request_not_taken_up(stage)
    _read_what_is_old(stage)
    return Seeded(stage.actors["coordinator"].bundle.public.fingerprint, FIGURES)


def _read_what_is_old(stage: Stage) -> None:
    """Everybody has looked in a few days ago; what has happened since is new."""
    with stage.writing(None) as work:
        for actor in stage.actors.values():
            mark_all_read(work.session, actor.account_id, stage.now - SEEN_LAST, stage.now)


def _figure(part: str) -> Figure:
    return next(figure for figure in FIGURES if figure.part == part)


def _enrol(stage: Stage, figure: Figure, token: str) -> None:
    offer = factors.offer_for_link(stage.instance, token)
    with stage.writing(None) as work:
        shown = pyotp.TOTP(offer.secret).at(work.now)
        made = accounts.enrol(
            work,
            token,
            name=figure.name,
            organisation=figure.organisation,
            password=PASSWORD,
            factor=NewFactor(FactorKind.APP, code=shown),
            language=figure.language,
            timezone=figure.timezone,
        )
    roles = frozenset({figure.staff}) if figure.staff else frozenset()
    stage.actors[figure.part] = Actor(made.account_id, made.bundle, roles)
    with stage.writing(figure.part) as work:
        groups = made.code.split("-")
        accounts.confirm_recovery(work, made.code, {1: groups[1], 4: groups[4]})


def _token_sent_to(stage: Stage, email: str) -> str:
    """Open the newest letter to an address, as its owner would, and take the link from it."""
    with stage.instance.store.session(writes=False) as session:
        for row in letters_in_the_outbox(session, limit=5):
            letter = letters.opened(stage.instance.secrets, row)
            if letter is not None and letter.to == email and "/link/" in letter.link:
                return letter.link.rpartition("/")[2]
    raise LookupError(email)


def _staff(stage: Stage) -> None:
    staff = [figure for figure in FIGURES if figure.staff]
    for figure in staff:
        with stage.writing(None) as work:
            assert figure.staff is not None
            link = accounts.appoint(work, email=figure.email, name=figure.name, roles=frozenset({figure.staff}))
        _enrol(stage, figure, link.rpartition("/")[2])
        if figure.part == "coordinator":
            stage.instance = replace(stage.instance, desk=stage.actors["coordinator"].bundle.public.fingerprint)
    with stage.writing("coordinator") as work:
        for figure in staff:
            if figure.staff in {StaffRole.COORDINATOR, StaffRole.FACILITATOR}:
                statements.list_staff(work, stage.actors[figure.part].account_id, figure.staff)
        terms.put_first_templates(work)
        catalogue.put_first_offers(work)


def _register(stage: Stage, figure: Figure) -> None:
    with stage.writing(None) as work:
        accounts.ask_to_register(work, figure.email, figure.language)
    _enrol(stage, figure, _token_sent_to(stage, figure.email))


def _open_case(stage: Stage, lead: str, other: str, text: RequestText) -> UUID:
    """From one lead's first draft to the moment when both have confirmed each other's keys."""
    first, second = _figure(lead), _figure(other)
    assert first.party is not None
    _register(stage, first)
    with stage.writing(lead) as work:
        case_id = cases.open_case(
            work,
            party=first.party,
            organisation=first.organisation,
            kind=KINDS[first.organisation],
            function=first.function,
        )
        stage.seats[lead] = cases.participant_of(work, case_id, stage.actors[lead].account_id)
    with stage.writing(lead) as work:
        requests.edit(work, case_id, text, seen=0)
    with stage.writing(lead) as work:
        stage.seats[other] = participants.invite_lead(
            work,
            case_id,
            name=second.name,
            function=second.function,
            email=second.email,
            organisation=second.organisation,
            kind=KINDS[second.organisation],
        )
    stage.wait(hours=20)
    _enrol(stage, second, _token_sent_to(stage, second.email))
    _state(stage, case_id, lead, other)
    _accept(stage, case_id, other, lead)
    return case_id


def _state(stage: Stage, case_id: UUID, by: str, subject: str) -> None:
    with stage.writing(by) as work:
        participants.state(work, case_id, stage.seats[subject], fingerprint=_print(stage, subject))


def _accept(stage: Stage, case_id: UUID, by: str, subject: str) -> None:
    with stage.writing(by) as work:
        participants.accept(work, case_id, stage.seats[subject], fingerprint=_print(stage, subject))


def _print(stage: Stage, part: str) -> str:
    return stage.actors[part].bundle.public.fingerprint.hex()


def _bring(stage: Stage, case_id: UUID, part: str, *, lead: str, other: str) -> None:
    """One more person of a delegation: listed, enrolled, confirmed by its own side and accepted by the other."""
    figure = _figure(part)
    with stage.writing(lead) as work:
        known = {name: row for row, _, _, name in cases.organisations(work, case_id)}
        organisation = known.get(figure.organisation) or participants.add_organisation(
            work, case_id, name=figure.organisation, kind=KINDS[figure.organisation]
        )
        assert figure.role is not None
        stage.seats[part] = participants.add(
            work,
            case_id,
            role=figure.role,
            name=figure.name,
            function=figure.function,
            email=figure.email,
            organisation_id=organisation,
        )
    stage.wait(hours=3)
    _enrol(stage, figure, _token_sent_to(stage, figure.email))
    _state(stage, case_id, lead, part)
    _accept(stage, case_id, other, part)


def _endorse(stage: Stage, case_id: UUID, *leads: str) -> None:
    for lead in leads:
        with stage.reading(lead) as work:
            version = requests.show(work, case_id).version_id
        assert version is not None
        with stage.writing(lead) as work:
            requests.endorse(work, case_id, version)


def _dialogue_in_progress(stage: Stage) -> None:
    text = RequestText(
        issues=ISSUES,
        background=BACKGROUND,
        support=frozenset(Support),
        chapters=frozenset({Chapter.CONDITIONS, Chapter.INDUSTRIAL_RELATIONS}),
        languages="English, Español, Français",
    )
    case_id = _open_case(stage, "company_lead", "union_lead", text)
    for part in ("company_deputy", "supplier"):
        _bring(stage, case_id, part, lead="company_lead", other="union_lead")
    for part in ("union_deputy", "steward"):
        _bring(stage, case_id, part, lead="union_lead", other="company_lead")
    _endorse(stage, case_id, "company_lead", "union_lead")
    stage.wait(days=2)
    with stage.writing("coordinator") as work:
        desk.take_up(work, case_id, checked=tuple(Check), words="The desk has checked the mandates of both leads.")
    _facilitator(stage, case_id)
    _terms(stage, case_id)
    stage.wait(days=3)
    _talk(stage, case_id)
    hold(stage, case_id)
    look_ahead(stage, case_id)
    papers.bring(stage, case_id)
    with stage.writing("facilitator") as work:
        item = next(line for line in agenda.board(work, case_id).lines if line.title == ITEMS[0].title)
        jointacts.propose(work, case_id, Act.AGENDA_REOPEN, about=item.id)


def _facilitator(stage: Stage, case_id: UUID) -> None:
    with stage.writing("coordinator") as work:
        row = facilitators.propose(work, case_id, stage.actors["facilitator"].account_id)
    with stage.writing("facilitator") as work:
        facilitators.declare(work, case_id, interests="None. I have never worked for either side.")
    for lead in ("union_lead", "company_lead"):
        with stage.writing(lead) as work:
            facilitators.accept(work, case_id, row)


def _terms(stage: Stage, case_id: UUID) -> None:
    with stage.writing("company_lead") as work:
        words = terms.template(work, case_id, "en")
        proposed = terms.propose(work, case_id, text=words, language="en", retention_months=12)
    with stage.writing("union_lead") as work:
        terms.agree(work, case_id, proposed)
    for part in ("company_deputy", "supplier", "union_deputy", "steward", "facilitator"):
        with stage.writing(part) as work:
            terms.accept(work, case_id, proposed)


def _talk(stage: Stage, case_id: UUID) -> None:
    """Items, wordings, positions and notes, turn about, over some weeks."""
    waiting = list(NOTES)
    for item in ITEMS:
        item_id = _put_on_the_agenda(stage, case_id, item)
        _word_and_answer(stage, case_id, item, item_id)
        for _ in range(4):
            room, part, title, words = waiting.pop(0)
            with stage.writing(part) as work:
                notes.write(work, case_id, room, title=title, body=words)
        stage.wait(days=2, hours=5)


def _put_on_the_agenda(stage: Stage, case_id: UUID, item: Item) -> UUID:
    with stage.writing(item.by) as work:
        item_id = agenda.propose(work, case_id, title=item.title, background=item.background, chapter=item.chapter)
    admitting = {
        Party.COMPANY: ("union_lead",),
        Party.UNION: ("company_lead",),
        None: ("company_lead", "union_lead"),
    }[_figure(item.by).party]
    for lead in admitting if item.admitted else ():
        with stage.writing(lead) as work:
            agenda.admit(work, case_id, item_id)
    if item.parked:
        with stage.writing("facilitator") as work:
            agenda.park(work, case_id, item_id)
    return item_id


def _word_and_answer(stage: Stage, case_id: UUID, item: Item, item_id: UUID) -> None:
    newest = None
    for part, words in item.wordings:
        with stage.writing(part) as work:
            newest = wordings.propose(work, case_id, item_id, text=words, language="en", answers_id=newest)
        stage.wait(hours=9)
    for said in item.said:
        assert newest is not None
        with stage.writing("company_lead" if said.party is Party.COMPANY else "union_lead") as work:
            positions.record(
                work,
                case_id,
                item_id,
                wording_id=newest,
                previous_id=None,
                stance=said.stance,
                reason=said.reason,
                reservation=said.reservation,
            )


def _dialogue_in_preparation(stage: Stage) -> None:
    """Taken up by the desk; terms are proposed and wait for the other lead, the facilitator for both."""
    text = RequestText(
        issues=OTHER_ISSUES,
        background=OTHER_BACKGROUND,
        support=frozenset({Support.NEUTRAL_GROUND, Support.FACILITATION}),
        chapters=frozenset({Chapter.INDUSTRIAL_RELATIONS}),
        languages="English, Français",
    )
    case_id = _open_case(stage, "harbour_lead", "cannery_lead", text)
    _endorse(stage, case_id, "cannery_lead", "harbour_lead")
    with stage.writing("coordinator") as work:
        desk.take_up(work, case_id, checked=tuple(Check))
    with stage.writing("cannery_lead") as work:
        words = terms.template(work, case_id, "fr")
        terms.propose(work, case_id, text=words, language="fr", retention_months=6)
    with stage.writing("coordinator") as work:
        facilitators.propose(work, case_id, stage.actors["other_facilitator"].account_id)


def _dialogue_completed(stage: Stage) -> None:
    """An earlier one of the same two leads: one item agreed, signed by both, and now followed up."""
    case_id = _open_among_the_known(stage, "harbour_lead", "cannery_lead")
    _endorse(stage, case_id, "harbour_lead", "cannery_lead")
    with stage.writing("coordinator") as work:
        desk.take_up(work, case_id, checked=tuple(Check))
    with stage.writing("harbour_lead") as work:
        words = terms.template(work, case_id, "en")
        proposed = terms.propose(
            work,
            case_id,
            text=words,
            language="en",
            retention_months=12,
            disclosure=Disclosure.AGREED_STATEMENT,
            prevailing="en",
        )
    with stage.writing("cannery_lead") as work:
        terms.agree(work, case_id, proposed)
    _follow_up(stage, case_id, _agree_and_sign(stage, case_id))
    agreed.tell(stage, case_id)


def _request_not_taken_up(stage: Stage) -> None:
    """One that the desk could not take up: it is over, and has its day of destruction."""
    case_id = _open_among_the_known(stage, "harbour_lead", "cannery_lead", ENDED_ISSUES)
    _endorse(stage, case_id, "harbour_lead", "cannery_lead")
    with stage.writing("coordinator") as work:
        desk.not_take_up(work, case_id, words=ENDED_WORDS)


def _open_among_the_known(stage: Stage, lead: str, other: str, issues: str = KEPT_ISSUES) -> UUID:
    """The same as for people without an account, who take their place with the one they have."""
    first, second = _figure(lead), _figure(other)
    assert first.party is not None
    text = RequestText(issues=issues, support=frozenset({Support.NEUTRAL_GROUND}), languages="English, Français")
    with stage.writing(lead) as work:
        case_id = cases.open_case(
            work,
            party=first.party,
            organisation=first.organisation,
            kind=KINDS[first.organisation],
            function=first.function,
        )
        stage.seats[lead] = cases.participant_of(work, case_id, stage.actors[lead].account_id)
    with stage.writing(lead) as work:
        requests.edit(work, case_id, text, seen=0)
    with stage.writing(lead) as work:
        stage.seats[other] = participants.invite_lead(
            work,
            case_id,
            name=second.name,
            function=second.function,
            email=second.email,
            organisation=second.organisation,
            kind=KINDS[second.organisation],
        )
    token = _token_sent_to(stage, second.email)
    with stage.writing(other) as work:
        accounts.join(work, token)
    _state(stage, case_id, lead, other)
    _accept(stage, case_id, other, lead)
    return case_id


def _agree_and_sign(stage: Stage, case_id: UUID) -> UUID:
    """One item in consensus and an outcome record that both have signed; gives the item."""
    with stage.writing("cannery_lead") as work:
        item_id = agenda.propose(work, case_id, title=KEPT_ITEM, background="", chapter=Chapter.CONDITIONS)
    with stage.writing("harbour_lead") as work:
        agenda.admit(work, case_id, item_id)
    with stage.writing("cannery_lead") as work:
        wording = wordings.propose(work, case_id, item_id, text=KEPT_WORDING, language="en", answers_id=None)
    for lead in ("cannery_lead", "harbour_lead"):
        with stage.writing(lead) as work:
            positions.record(work, case_id, item_id, wording_id=wording, previous_id=None, stance=Stance.AGREE)
    agreed.word_around(stage, case_id, item_id, wording)
    with stage.writing("harbour_lead") as work:
        joint = jointacts.propose(work, case_id, Act.CASE_CONCLUDE)
    with stage.writing("cannery_lead") as work:
        jointacts.confirm(work, case_id, joint)
    with stage.writing("harbour_lead") as work:
        outcome = outcomes.assemble(work, case_id, item_ids=(item_id,), language="en")
    for lead in ("harbour_lead", "cannery_lead"):
        with stage.reading(lead) as work:
            seen = outcomes.show(work, case_id, outcome).hash
        with stage.writing(lead) as work:
            outcomes.sign(work, case_id, outcome, seen=seen)
    return item_id


def _follow_up(stage: Stage, case_id: UUID, item_id: UUID) -> None:
    """A commitment with a report that waits for the union's word, one that waits for its signature, and a review."""
    due = stage.now.date() + timedelta(days=45)
    told = (
        (KEPT_WHAT, KEPT_MEASURE, Owner.COMPANY, due),
        (KEPT_OTHER, KEPT_OTHER_MEASURE, Owner.UNION, due + timedelta(days=30)),
    )
    kept, made = [], []
    for what, measure, owner, day in told:
        with stage.writing("harbour_lead") as work:
            kept.append(
                commitments.propose(work, case_id, what=what, measure=measure, owner=owner, day=day, item_id=item_id)
            )
    with stage.reading("cannery_lead") as work:
        text = followup.show(work, case_id, kept[0]).commitment.proposal
        course = next(one for one in catalogue.index(work).offers if one.told.kind is OfferKind.SCORE)
    assert text is not None
    with stage.writing("cannery_lead") as work:
        commitments.agree(work, case_id, kept[0], seen=text.id)
    with stage.writing("cannery_lead") as work:
        commitments.note_support(work, case_id, kept[0], offer_id=course.offer_id)
    with stage.writing("harbour_lead") as work:
        commitments.report(work, case_id, kept[0], seen=text.id, progress=Progress.UNDER_WAY, words=KEPT_REPORT)
    for month in (6, 12):
        with stage.writing("cannery_lead") as work:
            made.append(reviews.propose(work, case_id, day=stage.now.date() + timedelta(days=30 * month)))
    with stage.writing("harbour_lead") as work:
        reviews.agree(work, case_id, made[0])
