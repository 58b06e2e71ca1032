"""A name, an address or a label that was altered in the database hides nothing else, and raises an alarm."""

from __future__ import annotations

from typing import Any

import pytest

from dialogue.services import agenda, cases, identity, letters, participants, record, terms
from dialogue.services.letters import LetterKind
from dialogue.store.accounts import Account, find_account
from dialogue.store.cases import Organisation, PrivateLabel
from dialogue.store.outbox import letters as letters_in
from dialogue.store.participants import Participant
from dialogue.store.record import chain_of
from tests.builders import Table

BROKEN = b"somebody has written this"


def alter(table: Table, kind: Any, of: Any, column: str = "sealed_identity") -> None:
    with table.writing(None) as work:
        row = work.session.query(kind).filter(of).one()
        setattr(row, column, BROKEN)


def alarms(table: Table) -> int:
    with table.reading(None) as work:
        return sum(entry.act == "alarm:seal" for entry in chain_of(work.session, "instance"))


def test_one_account_that_was_altered_hides_no_other_name(table: Table) -> None:
    alter(table, Account, Account.id == table.union_lead.account_id)

    with table.reading(table.company_lead) as work:
        people = identity.people(work, {table.union_lead.account_id, table.company_lead.account_id})
        told = record.index(work, table.case_id).entries

    assert {one.name for one in people.values()} == {"Mina Brandt", identity.UNREADABLE}
    assert {entry.actor.name for entry in told if entry.actor} >= {"Mina Brandt", identity.UNREADABLE}
    assert alarms(table) == 1


def test_one_participant_that_was_altered_hides_no_other_name(table: Table) -> None:
    alter(table, Participant, Participant.account_id == table.union_delegate.account_id)

    with table.reading(table.company_lead) as work:
        listed = participants.index(work, table.case_id).people
        undertook = terms.show(work, table.case_id)

    assert {one.name for one in listed} >= {"Mina Brandt", "Ana Rojas", identity.UNREADABLE}
    assert undertook.missing == ()
    assert alarms(table) == 1


def test_one_organisation_that_was_altered_hides_no_other_name(table: Table) -> None:
    alter(table, Organisation, Organisation.party == "union")

    with table.reading(table.company_lead) as work:
        named = cases.organisations(work, table.case_id)

    assert {name for *_, name in named} == {"Northfield Apparel", identity.UNREADABLE}


def test_ones_own_label_that_was_altered_hides_no_case(table: Table) -> None:
    with table.writing(table.company_lead) as work:
        cases.label(work, table.case_id, words="The plant in the north")
    alter(table, PrivateLabel, PrivateLabel.case_id == table.case_id, "sealed_label")

    with table.reading(table.company_lead) as work:
        assert [line.own_label for line in cases.index(work).lines] == [identity.UNREADABLE]
        assert agenda.board(work, table.case_id).head.own_label == identity.UNREADABLE


@pytest.mark.parametrize("kind", ["sqlite"])
def test_an_address_that_was_altered_stops_no_letter_to_anybody_else(table: Table, kind: str) -> None:
    alter(table, Account, Account.id == table.union_lead.account_id)

    with table.writing(None) as work:
        before = len(letters_in(work.session, limit=100))
        for actor in (table.union_lead, table.union_delegate):
            account = find_account(work.session, actor.account_id)
            assert account is not None
            letters.to_account(work, LetterKind.WAITING, account, key=f"test:{actor.account_id.hex}", link="/")
        assert len(letters_in(work.session, limit=100)) == before + 1
    assert alarms(table) == 1
