"""Every act, asked on a real case by somebody who may not: refused in the right way, and written down as that act.

The policy's own tables are tested on plain values; here it is the service behind each act that has to ask for it,
with the seat and the situation that the database and the signatures give.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator
from datetime import datetime
from enum import Enum
from typing import Any, get_type_hints
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from dialogue import errors
from dialogue.domain.acts import Act
from dialogue.domain.agenda import ItemKind
from dialogue.domain.people import Room
from dialogue.domain.policy import HOUSE_RULES, RULES
from dialogue.errors import NotFound, Refusal
from dialogue.services import admission, cases, jointacts, notes
from dialogue.services.unit import UnitOfWork
from dialogue.store.record import Entry
from tests.builders import Table
from tests.domain import test_policy as by_hand
from tests.domain.test_policy import lines

# While the parties are in dialogue with a facilitator: the act, the service behind it, who asks and is refused, how.
# A stroke instead of a person: everybody at the table may, and only a stranger is refused.
DOORS = """
case:read             overview.show                  -               -
case:label            cases.label                    -               -
case:invite           participants.invite_lead       company_lead    IllegalTransition
case:take_up          desk.take_up                   union_lead      Forbidden
case:return           desk.give_back                 facilitator     Forbidden
case:not_take_up      desk.not_take_up               coordinator     IllegalTransition
case:decline          cases.decline                  union_lead      IllegalTransition
case:withdraw         cases.withdraw                 company_lead    IllegalTransition
case:go_back          cases.go_back                  union_lead      IllegalTransition
case:leave            cases.leave                    facilitator     Forbidden
case:suspend          jointacts.propose              union_delegate  Forbidden:joint_act:propose
case:resume           jointacts.propose              union_lead      IllegalTransition
case:conclude         jointacts.propose              company_delegate Forbidden:joint_act:propose
case:complete         jointacts.propose              union_lead      IllegalTransition
case:close            jointacts.propose              union_lead      IllegalTransition
agenda:reopen         jointacts.propose              coordinator     Forbidden:joint_act:propose
support:change        jointacts.propose              facilitator     Forbidden
request:read          requests.show                  -               -
request:edit          requests.edit                  company_lead    IllegalTransition
request:comment       comments.write                 union_lead      IllegalTransition
request:endorse       requests.endorse               facilitator     Forbidden
participant:read      participants.index             -               -
participant:list      participants.add               union_delegate  Forbidden
participant:remove    participants.remove            facilitator     Forbidden
organisation:leave    organisations.leave            union_delegate  Forbidden
seat:state            participants.state             union_delegate  Forbidden
seat:accept           participants.accept            coordinator     Forbidden
seat:ask              inquiries.ask                  union_delegate  Forbidden
seat:answer           inquiries.answer               facilitator     Forbidden
seat:vouch            renewals.vouch                 union_lead      Forbidden
lead:succeed          leads.succeed                  union_delegate  Forbidden
deputy:let            leads.let_deputy               company_delegate Forbidden
deputy:stand_in       leads.stand_in                 union_delegate  Forbidden
keys:confirm          leads.confirm_keys             union_delegate  Forbidden
history:grant         history.grant                  union_delegate  Forbidden
history:take_back     history.take_back              company_delegate Forbidden
facilitator:propose   facilitators.propose           union_delegate  Forbidden
facilitator:declare   facilitators.declare           union_lead      Forbidden
facilitator:accept    facilitators.accept            facilitator     Forbidden
facilitator:decline   facilitators.decline           coordinator     Forbidden
facilitator:hand_over facilitators.hand_over         union_lead      Forbidden
facilitator:leave     facilitators.leave             coordinator     Forbidden
facilitator:release   facilitators.release           facilitator     Forbidden
attendant:read        attendants.index               -               -
attendant:enter       attendants.enter               union_delegate  Forbidden
attendant:end         attendants.end                 company_delegate Forbidden
input:read            questions.index                coordinator     NotFound
expert:suggest        questions.suggest              union_lead      Forbidden
question:propose      questions.propose              union_delegate  Forbidden
question:put          questions.put                  facilitator     Forbidden
question:withdraw     questions.withdraw             union_delegate  Forbidden
question:decline      questions.decline              union_lead      Forbidden
question:answer       questions.answer               facilitator     Forbidden
terms:read            terms.show                     coordinator     NotFound
terms:propose         terms.propose                  facilitator     Forbidden
terms:agree           terms.agree                    union_delegate  Forbidden
terms:accept          terms.accept                   coordinator     NotFound
agenda:read           agenda.board                   coordinator     Forbidden
agenda:propose        agenda.propose                 union_delegate  Forbidden
agenda:admit          agenda.admit                   facilitator     Forbidden
agenda:park           agenda.park                    union_delegate  Forbidden
agenda:resume         agenda.resume                  coordinator     Forbidden
agenda:withdraw       agenda.withdraw                company_delegate Forbidden
agenda:order          agenda.order                   union_delegate  Forbidden
wording:propose       wordings.propose               union_delegate  Forbidden
wording:translate     wordings.translate             company_delegate Forbidden
position:record       positions.record               facilitator     Forbidden
note:read             notes.index                    company_lead    NotFound
note:write            notes.write                    facilitator     NotFound
note:revise           notes.revise                   company_lead    NotFound
release:ask           releases.ask                   union_lead      NotFound
release:approve       releases.approve               union_delegate  Forbidden
release:keep          releases.keep                  union_lead      NotFound
document:read         documents.show                 company_lead    NotFound
document:take         documents.take                 company_lead    NotFound
document:add          documents.add                  facilitator     NotFound
document:revise       documents.revise               company_lead    NotFound
document:ask          handing.ask                    union_lead      NotFound
document:release      handing.approve                company_lead    NotFound
document:keep         handing.keep                   union_lead      NotFound
document:tie          readings.tie                   union_delegate  Forbidden
programme:read        programmes.show                coordinator     Forbidden
programme:set         programmes.set_lines           union_delegate  Forbidden
register:read         registers.show                 coordinator     NotFound
register:keep         registers.keep                 union_lead      NotFound
recusal:say           recusals.say                   coordinator     Forbidden
recusal:lift          recusals.lift                  coordinator     Forbidden
summary:read          summaries.index                coordinator     Forbidden
summary:draft         summaries.begin                union_lead      Forbidden
summary:propose       summaries.propose              company_lead    Forbidden
summary:amend         summaries.amend                facilitator     Forbidden
summary:approve       summaries.approve              union_delegate  Forbidden
paper:read            paper.index                    coordinator     Forbidden
paper:propose         paper.propose                  union_delegate  Forbidden
paper:agree           paper.agree                    facilitator     Forbidden
paper:withdraw        paper.withdraw                 union_delegate  Forbidden
draft:save            drafts.save                    -               -
joint_act:read        jointacts.index                coordinator     Forbidden
joint_act:propose     jointacts.propose              union_delegate  Forbidden
joint_act:confirm     jointacts.confirm              facilitator     Forbidden
joint_act:withdraw    jointacts.withdraw             union_delegate  Forbidden
outcome:read          outcomes.index                 coordinator     Forbidden
outcome:assemble      outcomes.assemble              union_lead      IllegalTransition
outcome:sign          outcomes.sign                  company_lead    IllegalTransition
outcome:export        outcomes.take_out              coordinator     Forbidden
addendum:assemble     outcomes.addend                company_lead    IllegalTransition
addendum:sign         outcomes.sign_addendum         union_lead      IllegalTransition
frame:word            texts.word                     union_delegate  Forbidden
frame:stand           texts.stand                    facilitator     Forbidden
statement:word        texts.word                     coordinator     Forbidden
statement:stand       texts.stand                    company_delegate Forbidden
disclosure:read       disclosure.index               coordinator     Forbidden
disclosure:wish       disclosure.wish                facilitator     Forbidden
commitment:read       followup.index                 coordinator     Forbidden
commitment:propose    commitments.propose            union_lead      IllegalTransition
commitment:change     commitments.change             company_delegate Forbidden
commitment:agree      commitments.agree              facilitator     Forbidden
commitment:withdraw   commitments.withdraw           union_delegate  Forbidden
commitment:report     commitments.report             coordinator     Forbidden
commitment:answer     commitments.answer             company_lead    IllegalTransition
commitment:support    commitments.note_support       union_delegate  Forbidden
review:propose        reviews.propose                company_lead    IllegalTransition
review:agree          reviews.agree                  facilitator     Forbidden
review:withdraw       reviews.withdraw               union_delegate  Forbidden
review:hold           reviews.hold                   company_delegate Forbidden
help:read             helpdesk.index                 -               -
help:ask              helpdesk.ask                   union_delegate  Forbidden
help:agree            helpdesk.agree                 facilitator     Forbidden
help:withdraw         helpdesk.withdraw              company_delegate Forbidden
help:answer           helpdesk.answer                union_lead      Forbidden
meeting:read          meetings.index                 -               -
meeting:propose       meetings.propose               union_delegate  Forbidden
meeting:edit          meetings.edit                  union_lead      NotFound
meeting:offer         dates.offer                    union_lead      NotFound
meeting:answer        dates.answer                   coordinator     NotFound
meeting:confirm       dates.confirm                  facilitator     NotFound
meeting:cancel        meetings.cancel                union_lead      NotFound
meeting:keep          meetings.keep                  union_lead      NotFound
meeting:absent        meetings.stay_away             union_delegate  NotFound
meeting:come          meetings.come_after_all        union_delegate  NotFound
meeting:book          meetings.book                  coordinator     NotFound
meeting:hold          meetings.hold                  facilitator     NotFound
notice:read           notices.show                   union_lead      IllegalTransition
notice:prepare        notices.prepare                coordinator     IllegalTransition
notice:agree          notices.agree                  union_lead      IllegalTransition
notice:send           notices.send                   coordinator     IllegalTransition
search:read           search.find                    -               -
record:read           record.index                   coordinator     Forbidden
record:export         record.printed                 coordinator     Forbidden
case:export           export.begin                   union_delegate  Forbidden
case:destroy          jointacts.propose              union_lead      IllegalTransition
retention:read        retention.show                 union_lead      IllegalTransition
retention:see         retention.see                  union_lead      IllegalTransition
retention:extend      jointacts.propose              union_lead      IllegalTransition
hold:place            jointacts.propose              union_lead      IllegalTransition
hold:lift             jointacts.propose              union_lead      IllegalTransition
"""

# What is done outside any case: the act, the service, and somebody for whom there is no such thing.
HOUSE_DOORS = """
case:open             cases.open_case                coordinator
account:join          accounts.join                  coordinator
staff:invite          staff.invite                   coordinator
staff:read            staff.index                    union_lead
staff:disable         staff.disable                  coordinator
staff:enable          staff.enable                   facilitator
staff:reset           renewals.start_reset           coordinator
instance:read         upkeep.report                  coordinator
letter:retry          upkeep.retry                   union_lead
event:read            events.index                   coordinator
desk:read             office.numbers                 union_lead
desk:confirm          staff.confirm                  facilitator
report:read           reports.index                  facilitator
roster:edit           roster.note                    facilitator
template:edit         templates.edit                 union_lead
catalogue:edit        catalogue.edit                 facilitator
"""

# These nobody asks for by themselves: they follow from another act, which is asked for.
FOLLOW_FROM_OTHERS = {"case:begin", "case:request", "case:follow"}
# And these the application does by itself when a date has come.
BY_THE_CLOCK = {"retention:warn", "retention:grace", "retention:notes"}
# And these are open to everybody who is signed in.
OPEN_TO_ALL = {
    "case:list",
    "catalogue:read",
    "certificate:read",
    "account:read",
    "account:edit",
    "account:secure",
    "account:renew",
}
ABOUT = {"joint_act:propose": Act.CASE_SUSPEND}


@pytest.fixture
def noted(table: Table) -> tuple[Table, UUID]:
    """The case in dialogue, with a note in the union's own room."""
    with table.writing(table.union_lead) as work:
        note = notes.write(work, table.case_id, Room.UNION, title="Wages", body="Our floor is two per cent.")
    return table, note


def worded(act: str, name: str) -> dict[str, Any]:
    """Which of the words around the record is asked about, where it is one of them."""
    if not name.startswith("texts."):
        return {}
    return {"kind": ItemKind.STATEMENT if act.startswith("statement:") else ItemKind.PREAMBLE}


def rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.strip().splitlines()]


def service(name: str) -> Callable[..., object]:
    module, _, function = name.partition(".")
    found: Callable[..., object] = getattr(importlib.import_module(f"dialogue.services.{module}"), function)
    return found


def call(work: UnitOfWork, name: str, known: dict[str, Any]) -> None:
    """Call a service with what is known, and with something of the right kind for everything else."""
    function = service(name)
    hints = get_type_hints(function)
    told = {
        parameter.name: known[parameter.name] if parameter.name in known else anything(hints[parameter.name], work)
        for parameter in list(inspect.signature(function).parameters.values())[1:]
        if parameter.name in known or parameter.default is inspect.Parameter.empty
    }
    function(work, **told)


def anything(kind: Any, work: UnitOfWork) -> Any:
    """A value of that kind; whoever is refused at the door is refused whatever it is."""
    if kind is UUID:
        return uuid4()
    if kind is datetime:
        return work.now
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    return {str: "x", int: 1, bool: True}.get(kind, ())


def refusals(table: Table, actor: UUID, *, case_id: UUID | None) -> Iterator[str]:
    with table.instance.store.session(writes=False) as session:
        query = select(Entry.act).where(Entry.actor_id == actor, Entry.act.startswith("refused:"))
        where = Entry.case_id == case_id if case_id is not None else Entry.case_id.is_(None)
        yield from session.scalars(query.where(where).order_by(Entry.at, Entry.seq))


def test_the_service_behind_every_act_refuses_who_may_not_and_the_record_says_what(
    noted: tuple[Table, UUID],
) -> None:
    table, note = noted
    for act, name, who, how in rows(DOORS):
        if who == "-":
            continue
        refusal, _, recorded = how.partition(":")
        actor = getattr(table, who)
        known = {"case_id": table.case_id, "act": ABOUT.get(act, Act(act)), "room": Room.UNION, "note_id": note}
        known |= worded(act, name)
        before = list(refusals(table, actor.account_id, case_id=table.case_id))
        with pytest.raises(Refusal) as raised, table.writing(actor) as work:
            call(work, name, known)
        assert type(raised.value) is getattr(errors, refusal), (act, who, raised.value)
        after = list(refusals(table, actor.account_id, case_id=table.case_id))
        assert after == [*before, f"refused:{recorded or act}"], (act, who)


def test_for_a_stranger_there_is_no_such_case_whatever_is_asked(noted: tuple[Table, UUID]) -> None:
    table, note = noted

    def recorded() -> int:
        with table.instance.store.session(writes=False) as session:
            return session.scalar(select(func.count()).select_from(Entry).where(Entry.case_id == table.case_id)) or 0

    before = recorded()
    for act, name, _, _ in rows(DOORS):
        known = {"act": ABOUT.get(act, Act(act)), "room": Room.UNION, "note_id": note, **worded(act, name)}
        for case_id in (table.case_id, uuid4()):
            with pytest.raises(NotFound) as raised, table.writing(table.outsider) as work:
                call(work, name, {**known, "case_id": case_id})
            assert type(raised.value) is NotFound, act
    assert recorded() == before
    assert list(refusals(table, table.outsider.account_id, case_id=None))


def test_outside_a_case_who_may_not_is_told_that_there_is_nothing(table: Table) -> None:
    for act, name, who in rows(HOUSE_DOORS):
        actor = getattr(table, who)
        with pytest.raises(NotFound), table.writing(actor) as work:
            call(work, name, {})
        assert set(refusals(table, actor.account_id, case_id=None)), (act, who)


def test_every_act_has_its_door() -> None:
    told = {row[0] for row in rows(DOORS)}
    outside = {row[0] for row in rows(HOUSE_DOORS)}

    assert {act.value for act in RULES} - told == FOLLOW_FROM_OTHERS | BY_THE_CLOCK
    assert {act.value for act in HOUSE_RULES} - outside == OPEN_TO_ALL


# Seats as the database and the signatures give them, against the tables of the policy


def suspend(table: Table) -> None:
    with table.writing(table.union_lead) as work:
        asked = jointacts.propose(work, table.case_id, Act.CASE_SUSPEND)
    with table.writing(table.company_lead) as work:
        jointacts.confirm(work, table.case_id, asked)


def conclude(table: Table) -> None:
    with table.writing(table.union_lead) as work:
        asked = jointacts.propose(work, table.case_id, Act.CASE_CONCLUDE)
    with table.writing(table.company_lead) as work:
        jointacts.confirm(work, table.case_id, asked)


def complete(table: Table) -> None:
    conclude(table)
    with table.writing(table.union_lead) as work:
        asked = jointacts.propose(work, table.case_id, Act.CASE_COMPLETE)
    with table.writing(table.company_lead) as work:
        jointacts.confirm(work, table.case_id, asked)


def close(table: Table) -> None:
    complete(table)
    with table.writing(table.union_lead) as work:
        asked = jointacts.propose(work, table.case_id, Act.CASE_CLOSE)
    with table.writing(table.company_lead) as work:
        jointacts.confirm(work, table.case_id, asked)


def leave(table: Table) -> None:
    with table.writing(table.union_lead) as work:
        cases.leave(work, table.case_id)


def stay(_table: Table) -> None:
    """Nothing happens."""


PEOPLE = {
    "lead": "union_lead",
    "delegate": "company_delegate",
    "facilitator": "facilitator",
    "coordinator": "coordinator",
}
LATER = {
    "in_dialogue": stay,
    "suspended": suspend,
    "concluding": conclude,
    "completed": complete,
    "closed": close,
    "ended": leave,
}


def found_open(table: Table, who: str) -> set[str]:
    """Every act that the policy opens to a person on the real case, where it is about no room."""
    with table.reading(getattr(table, PEOPLE[who])) as work:
        case, seat = admission.admit(work, table.case_id, Act.CASE_READ)
        return {act.value for act in admission.acts_open(work, case, seat)}


def told_open(text: str, who: str) -> set[str]:
    """The same as it stands in the hand-written table."""
    heading, table = lines(text)
    about_a_room = {act.value for act in (*by_hand.ABOUT_A_ROOM, *by_hand.NOTES, *by_hand.RELEASES)}
    return {act for act, cells in table if cells[heading.index(who)] == "yes"} - about_a_room


@pytest.mark.parametrize("status", LATER)
def test_on_a_real_case_the_seats_may_what_the_tables_say(table: Table, status: str) -> None:
    LATER[status](table)

    for who in PEOPLE:
        assert found_open(table, who) == told_open(by_hand.EVERYBODY_IS_BOUND[status], who), (status, who)


def test_while_they_draft_the_leads_may_what_the_table_says(drafted: Table) -> None:
    assert found_open(drafted, "lead") == told_open(by_hand.NOBODY_IS_BOUND["invited"], "lead")


def test_before_the_ilo_the_seats_may_what_the_table_says(requested: Table) -> None:
    for who in ("lead", "delegate", "coordinator"):
        assert found_open(requested, who) == told_open(by_hand.NOBODY_IS_BOUND["requested"], who), who


def test_in_preparation_the_seats_may_what_the_table_says(preparing: Table) -> None:
    for who in ("lead", "delegate", "coordinator"):
        assert found_open(preparing, who) == told_open(by_hand.NOBODY_IS_BOUND["preparing"], who), who


def test_both_leads_may_the_same(table: Table) -> None:
    with table.reading(table.company_lead) as work:
        case, seat = admission.admit(work, table.case_id, Act.CASE_READ)
        company = {act.value for act in admission.acts_open(work, case, seat)}

    assert company == found_open(table, "lead")
