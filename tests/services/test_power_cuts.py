"""The machine stops between any two statements of what must be whole: it is as before, or as after."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dialogue.domain.acts import Act
from dialogue.domain.people import Party, Role, Room
from dialogue.services import accounts, history, jointacts, notes, participants, requests
from dialogue.services.unit import UnitOfWork
from tests.builders import PASSWORD, Table
from tests.powercut import changed, cut_everywhere, stored

NEW_PASSWORD = "a cold swim before breakfast"
Deed = Callable[[UnitOfWork], object]


def remove(table: Table) -> Deed:
    return lambda work: participants.remove(work, table.case_id, table.seats[table.company_delegate.account_id])


def write_after_a_removal(table: Table) -> Deed:
    """The first word after somebody has gone makes a new epoch with a key for each who stays."""
    with table.writing(table.union_lead) as work:
        participants.remove(work, table.case_id, table.seats[table.union_delegate.account_id])
    return lambda work: notes.write(work, table.case_id, Room.JOINT, title="Next", body="Among us.")


def newcomer(table: Table) -> None:
    for room in (Room.COMPANY, Room.JOINT):
        with table.writing(table.company_lead) as work:
            notes.write(work, table.case_id, room, title="Earlier", body="Said before.")
    table.seat(table.outsider, Party.COMPANY, Role.DELEGATE)
    table.accept_terms(table.outsider)


def grant_the_past(table: Table) -> Deed:
    newcomer(table)
    return lambda work: history.grant(work, table.case_id, table.outsider.account_id, Room.COMPANY)


def grant_the_past_together(table: Table) -> Deed:
    newcomer(table)
    with table.writing(table.union_lead) as work:
        joint = jointacts.propose(
            work, table.case_id, Act.HISTORY_GRANT, about=table.outsider.account_id, room=Room.JOINT
        )
    return lambda work: jointacts.confirm(work, table.case_id, joint)


def change_the_password(_table: Table) -> Deed:
    return lambda work: accounts.change_password(work, current=PASSWORD, new=NEW_PASSWORD)


def replace_the_recovery_code(_table: Table) -> Deed:
    return lambda work: accounts.new_recovery_code(work)


def endorse(drafted: Table) -> Deed:
    """The second endorsement brings the request before the ILO."""
    with drafted.reading(drafted.union_lead) as work:
        version = requests.show(work, drafted.case_id).version_id
    assert version is not None
    with drafted.writing(drafted.union_lead) as work:
        requests.endorse(work, drafted.case_id, version)
    return lambda work: requests.endorse(work, drafted.case_id, version)


EVERY = (
    remove,
    write_after_a_removal,
    grant_the_past,
    grant_the_past_together,
    change_the_password,
    replace_the_recovery_code,
)
TOUCHES = {
    remove: {"participants", "seat_statements", "room_wraps", "record_entries", "pins"},
    write_after_a_removal: {"notes", "note_revisions", "room_epochs", "room_wraps", "record_entries", "pins"},
    grant_the_past: {"seat_statements", "room_wraps", "record_entries", "pins"},
    grant_the_past_together: {"joint_acts", "joint_voices", "seat_statements", "room_wraps", "record_entries", "pins"},
    change_the_password: {"accounts", "outbox", "record_entries"},
    replace_the_recovery_code: {"accounts", "outbox", "record_entries"},
    endorse: {"cases", "endorsements", "requests", "tidings", "room_epochs", "room_wraps", "record_entries", "pins"},
}


def play(table: Table, prepare: Callable[[Table], Deed], *, keeps: bool = False) -> tuple[int, list[set[str]]]:
    deed = prepare(table)

    def once() -> None:
        with table.writing(table.company_lead) as work:
            deed(work)

    return cut_everywhere(table.instance.store, once, keeps=keeps)


def assert_whole(table: Table, prepare: Callable[[Table], Deed]) -> None:
    deed = prepare(table)
    before = stored(table.instance.store)

    cuts, between = play(table, lambda _: deed)

    assert cuts >= len(TOUCHES[prepare])
    assert between == [set()] * cuts
    assert changed(before, stored(table.instance.store)) >= TOUCHES[prepare]


@pytest.mark.parametrize("prepare", EVERY)
def test_it_is_whole_or_not_at_all(table: Table, prepare: Callable[[Table], Deed]) -> None:
    assert_whole(table, prepare)


def test_an_endorsement_and_the_request_that_it_makes_are_whole_or_not_at_all(drafted: Table) -> None:
    assert_whole(drafted, endorse)


@pytest.mark.parametrize("prepare", [remove, grant_the_past, change_the_password])
def test_where_each_statement_lasts_by_itself_the_same_cuts_leave_it_between(
    table: Table, prepare: Callable[[Table], Deed]
) -> None:
    _, between = play(table, prepare, keeps=True)

    assert between[-1]


def test_so_does_an_endorsement(drafted: Table) -> None:
    _, between = play(drafted, endorse, keeps=True)

    assert between[-1]
