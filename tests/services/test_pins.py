"""What a person has seen is put down with one look at what was put down before."""

from __future__ import annotations

from dialogue.domain.people import Party
from dialogue.services import record
from tests.builders import Table
from tests.on_the_table import statements_of


def looks_for_pins(table: Table) -> int:
    with statements_of(table.instance.store) as ran, table.reading(table.outsider) as work:
        record.index(work, table.case_id)
    return sum("FROM pins" in statement for statement in ran)


def test_a_visit_looks_for_its_pin_at_the_door_and_when_it_is_put_down(table: Table) -> None:
    table.seat(table.outsider, Party.COMPANY)

    assert [looks_for_pins(table) for _ in range(2)] == [2, 2]
