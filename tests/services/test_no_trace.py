"""A draft, and a refusal to join it, leave no trace that the ILO can see: the whole database before and after (R1)."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from dialogue.domain.cases import CaseStatus, Support
from dialogue.domain.people import OrganisationKind, Party, Role, StaffRole
from dialogue.errors import NotFound
from dialogue.services import (
    audit,
    cases,
    comments,
    desk,
    drafts,
    events,
    letters,
    mailroom,
    newsmail,
    participants,
    requests,
    waiting,
)
from dialogue.services.requests import RequestText
from dialogue.store.cases import find_case
from dialogue.store.outbox import letters as letters_in
from dialogue.store.schema import METADATA
from tests import builders

# What the worker notes while it delivers anybody's letters.
OF_THE_HOUSE = {"heartbeats"}


def dump(table):
    """Every row of every table; a row as its values by column."""
    with table.instance.store.session(writes=False) as session:
        return {
            name: [dict(row) for row in session.execute(select(kind)).mappings()]
            for name, kind in METADATA.tables.items()
            if name not in OF_THE_HOUSE
        }


def new_in(after, before):
    """The rows of each table that were not there, and the tables that have lost some."""
    added = {name: [row for row in rows if row not in before[name]] for name, rows in after.items()}
    lost = {name for name, rows in before.items() if any(row not in after[name] for row in rows)}
    return {name: rows for name, rows in added.items() if rows}, lost


def what_the_desk_sees(table, administrator):
    with table.reading(table.coordinator) as work:
        seen = (desk.index(work), waiting.for_me(work), cases.index(work))
    with table.reading(administrator) as work:
        page = events.index(work)
    return seen, [line for line in page.events if line.what != "event:read"]


def deliver(table):
    sent: list[EmailMessage] = []
    return mailroom.deliver_all(table.instance, sent.append, table.house.tick)


@pytest.fixture
def administrator(gathered):
    return gathered.house.person("Ada Admin", "ada@ilo.example", roles=frozenset({StaffRole.ADMINISTRATOR}))


def draft_everything(table):
    """All that two sides can do before the ILO knows: write, invite, confirm, list, comment, endorse, keep drafts."""
    with table.writing(table.company_lead) as work:
        table.case_id = cases.open_case(
            work, party=Party.COMPANY, organisation="Northfield", kind=OrganisationKind.BRAND, function="Sourcing"
        )
        own = cases.participant_of(work, table.case_id, table.company_lead.account_id)
        table.seats[table.company_lead.account_id] = own
    text = RequestText(issues="Heat in the dye house.", support=frozenset(Support), languages="en")
    with table.writing(table.company_lead) as work:
        requests.edit(work, table.case_id, text, seen=0)
    with table.writing(table.company_lead) as work:
        union = participants.invite_lead(
            work,
            table.case_id,
            name="Ana Rojas",
            function="General secretary",
            email="ana@union.example",
            organisation="Sindicato",
            kind=OrganisationKind.UNION,
        )
    table.attach(union, table.union_lead)
    table.state(table.company_lead, table.union_lead)
    table.accept(table.union_lead, table.company_lead)
    deliver(table)
    table.seat(table.union_delegate, Party.UNION)
    with table.writing(table.company_lead) as work:
        participants.add_organisation(work, table.case_id, name="Delta Mills", kind=OrganisationKind.SUPPLIER)
    with table.writing(table.company_lead) as work:
        participants.add(
            work, table.case_id, role=Role.DEPUTY, name="Piet Vos", function="Buyer", email="piet@brand.example"
        )
    with table.reading(table.union_lead) as work:
        shown = requests.show(work, table.case_id)
    with table.writing(table.union_lead) as work:
        comments.write(work, table.case_id, shown.version_id, words="Which hall?")
    with table.writing(table.company_lead) as work:
        requests.endorse(work, table.case_id, shown.version_id)
    for lead in (table.company_lead, table.union_lead):
        with table.writing(lead) as work:
            drafts.save(work, table.case_id, "request.edit", {"issues": "Half a sentence"})
            cases.label(work, table.case_id, words="The dye house")


def ids_of(table):
    """The ids of all that belongs to the case, beside the case itself."""
    rows = [
        row["id"]
        for name, found in dump(table).items()
        for row in found
        if row.get("case_id") == table.case_id and "id" in row
    ]
    return set(rows) - {table.seats[table.company_lead.account_id]}


def written(rows):
    """Everything in those rows as one text: words, ids, and blobs in hex."""
    values = [value for row in rows for value in row.values()]
    return repr(values) + "".join(value.hex() for value in values if isinstance(value, bytes))


def test_of_a_declined_invitation_one_word_is_left_for_the_initiator_and_nothing_for_the_ilo(gathered, administrator):
    table = gathered
    before, seen = dump(table), what_the_desk_sees(table, administrator)
    draft_everything(table)
    assert what_the_desk_sees(table, administrator) == seen
    ids = ids_of(table)
    assert len(ids) > 15

    with table.writing(table.union_lead) as work:
        cases.decline(work, table.case_id)

    assert what_the_desk_sees(table, administrator) == seen
    added, lost = new_in(dump(table), before)
    assert set(added) == {"accounts", "cases", "participants", "tidings", "record_entries"}
    assert lost == {"accounts"}
    assert [(row["status"], row["reference"], row["support_asked"]) for row in added["cases"]] == [
        (CaseStatus.DECLINED, None, "")
    ]
    assert [row["account_id"] for row in added["participants"]] == [table.company_lead.account_id]
    for row in added["accounts"]:
        former = next(one for one in before["accounts"] if one["id"] == row["id"])
        assert {name for name in row if row[name] != former[name]} == {"sealed_visits"}
    # Only what the looking itself has left in the instance's own record, and the one answer.
    assert {row["case_id"] for row in added["record_entries"]} == {None}
    assert {row["act"] for row in added["record_entries"]} == {"event:read"}
    told = written([row for name, rows in added.items() if name != "accounts" for row in rows])
    assert not [found for found in ids if found.hex in told or str(found) in told]
    assert table.union_lead.account_id.hex not in told


def test_the_answer_names_no_case_and_reaches_the_initiator_alone(gathered):
    table = gathered
    draft_everything(table)
    newsmail.write(table.instance, table.house.tick())
    deliver(table)
    with table.writing(table.union_lead) as work:
        cases.decline(work, table.case_id)

    newsmail.write(table.instance, table.house.tick(timedelta(minutes=10)))
    with table.reading(None) as work:
        rows = letters_in(work.session, limit=50)
        told = [letters.opened(table.instance.secrets, row) for row in rows]
    assert [letter.to for letter in told if letter is not None] == ["mina@brand.example"]
    assert table.case_id.hex not in repr([row.key for row in rows])
    with table.reading(table.company_lead) as work:
        assert [line.status for line in cases.index(work).lines] == [CaseStatus.DECLINED]


def test_of_a_draft_that_was_taken_back_nothing_is_left_at_all(gathered, administrator):
    table = gathered
    before, seen = dump(table), what_the_desk_sees(table, administrator)
    draft_everything(table)
    with table.writing(table.company_lead) as work:
        cases.withdraw(work, table.case_id)

    assert what_the_desk_sees(table, administrator) == seen
    added, lost = new_in(dump(table), before)
    assert set(added) == {"accounts", "record_entries"}
    assert lost == {"accounts"}
    assert {row["act"] for row in added["record_entries"]} == {"event:read"}
    for person in (table.company_lead, table.union_lead):
        with table.reading(person) as work:
            assert cases.index(work).lines == ()
        with pytest.raises(NotFound), table.reading(person) as work:
            requests.show(work, table.case_id)


def test_what_is_left_of_the_record_still_holds(gathered):
    table = gathered
    draft_everything(table)
    with table.writing(table.union_lead) as work:
        cases.decline(work, table.case_id)

    assert [finding for finding in audit.verify(table.instance) if finding.bad is not None] == []


def test_another_dialogue_of_the_same_people_is_left_alone(house):
    table = builders.drafted(house)
    first = table.case_id
    table.house.tick(timedelta(minutes=1))
    draft_everything(table)
    with table.writing(table.union_lead) as work:
        cases.decline(work, table.case_id)

    for lead in (table.company_lead, table.union_lead):
        with table.reading(lead) as work:
            assert requests.show(work, first).text.issues == builders.ISSUES
    with table.instance.store.session(writes=False) as session:
        assert find_case(session, first).status is CaseStatus.INVITED
