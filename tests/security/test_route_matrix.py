"""Every address, asked for from every kind of seat, answers as the table says; a refusal is nothing but a refusal."""

from __future__ import annotations

from uuid import UUID

import pytest
from werkzeug.routing import Rule

from dialogue.web.routes import BLUEPRINTS
from tests import lived
from tests.security import matrix, stages
from tests.security.matrix import HEARD, Line, ask, lines, missing, path_of, routes
from tests.security.world import SEATS, World

TABLE = lines()
BY_BLUEPRINT = sorted({line.endpoint.partition(".")[0] for line in TABLE})
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"}
# On the second kind of database it is enough to ask as somebody who has no seat and as one who has.
FEW = ("outsider", "union_lead")

heard: set[str] = set()
asked_for: set[str] = set()


@pytest.fixture
def rules(world: World) -> dict[tuple[str, str], Rule]:
    return routes(world.app)


def check(world: World, told: list[Line], seats: tuple[str, ...] = SEATS) -> None:
    """Ask for all of these lines; what is not as it should be is told with the line as it was observed."""
    rules, wrong = routes(world.app), []
    for line in told:
        if line.key not in rules:
            wrong.append(f"There is no such route any more; take the line out:\n{line}")
            continue
        asked = ask(world, line, rules[line.key], seats=seats)
        heard.update(asked.heard)
        expected = tuple(cell for seat, cell in zip(SEATS, line.answers, strict=True) if seat in seats)
        if asked.observed.answers != expected:
            wrong.append(f"the table says:\n{line}\nand it was:\n{asked.observed}")
        wrong += [f"{line.endpoint} {line.method} {line.stage}: {fault}" for fault in asked.faults]
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.parametrize("blueprint", BY_BLUEPRINT)
def test_everybody_is_answered_as_the_table_says(world: World, blueprint: str) -> None:
    asked_for.add(blueprint)
    check(world, [line for line in TABLE if line.endpoint.partition(".")[0] == blueprint])


def test_whatever_was_planted_was_read_by_somebody() -> None:
    """Otherwise the look for words on pages would find nothing for a reason of its own."""
    if asked_for != set(BY_BLUEPRINT):
        pytest.skip("only a part of the table was asked for")
    assert set(HEARD) - heard == set()


def test_every_field_that_was_filled_says_who_may_read_it() -> None:
    assert set(lived.CONTENT) <= set(HEARD), "say in tests/security/stages.py who hears the new fields"


def test_every_route_has_a_line(world: World, rules: dict[tuple[str, str], Rule]) -> None:
    """A line that is printed here was observed, not judged: read it before it goes into the table."""
    told = []
    for line in missing(world.app, TABLE):
        try:
            told.append(str(ask(world, line, rules[line.key]).observed))
        except AssertionError as unknown:
            told.append(f"{line}  <- {unknown}")
    hint = "after a bar: what a person would send, as name=value with + for blanks and {names} of the stage"
    assert not told, "\n".join(["routes without a line in tests/security/routes.txt (" + hint + "):", *told])


def test_the_table_asks_for_everything_that_can_be_reached(world: World) -> None:
    registered = {blueprint.name for blueprint in BLUEPRINTS}
    assert registered <= set(BY_BLUEPRINT)


def test_no_page_answers_to_another_method(world: World) -> None:
    """Nor to one that a header or a field names in the place of the real one."""
    world.go_to("talk")
    before, wrong = world.fingerprint(), []
    for (endpoint, method), rule in routes(world.app).items():
        path = path_of(world, Line(endpoint, method), rule, otherwise=str(UUID(int=1)))
        for other in sorted(METHODS - {found for name, found in routes(world.app) if name == endpoint}):
            answer = world.send("anonymous", other, path)
            if answer.status_code != 405:
                wrong.append(f"{other} {endpoint}: {answer.status_code}")
    assert not wrong
    assert world.fingerprint() == before


@pytest.mark.parametrize(
    "disguise",
    [
        {"headers": {"X-HTTP-Method-Override": "POST"}},
        {"headers": {"X-HTTP-Method": "POST"}},
        {"headers": {"X-Method-Override": "POST"}},
        {"query_string": {"_method": "POST"}},
        {"query_string": {"__method__": "POST"}},
    ],
)
def test_a_reading_request_never_passes_as_a_writing_one(world: World, disguise: dict[str, dict[str, str]]) -> None:
    world.go_to("talk")
    before = world.fingerprint()
    case = f"/cases/{world.at['case_id']}"

    assert world.send("company_lead", "GET", f"{case}/agenda/{world.at['item_id']}/park", **disguise).status_code == 405
    assert world.send("company_lead", "GET", f"{case}/leave", **disguise).status_code == 200
    assert world.fingerprint() == before


class TestOnPostgres:
    """The same table on the other kind of database, from fewer seats."""

    @pytest.mark.parametrize("blueprint", BY_BLUEPRINT)
    def test_everybody_is_answered_as_the_table_says(self, postgres_world: World, blueprint: str) -> None:
        check(postgres_world, [line for line in TABLE if line.endpoint.partition(".")[0] == blueprint], FEW)


def test_the_table_can_be_read() -> None:
    for line in TABLE:
        assert len(line.answers) == len(SEATS), f"{len(line.answers)} answers for {len(SEATS)} seats:\n{line}"
        assert matrix.read(str(line)) == line
    assert stages.words_heard() == HEARD
