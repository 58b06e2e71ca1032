"""A thing of another case, or of another thing, is not there: whatever the address or a hidden field says."""

from __future__ import annotations

import pytest

from tests.security.matrix import Line, fields_of, lines, mark, path_of, routes
from tests.security.world import World

# They sit in both cases, so that only the mix itself is wrong.
IN_BOTH = ("union_lead", "facilitator")
TALK = [line for line in lines() if line.stage == "talk" and not line.chosen]
# What a field of this name holds is no thing of a case.
FREE = {"form", "room", "language", "code", "token", "handle", "account_id", "role", "filename"}


def _of_a_case(world: World) -> list[tuple[Line, str]]:
    """Every route below a case with each part of its address that names a thing of the case."""
    rules = routes(world.app)
    return [
        (line, part)
        for line in TALK
        if line.key in rules and "case_id" in rules[line.key].arguments
        for part in sorted(rules[line.key].arguments - {"case_id"} - FREE)
    ]


def test_a_child_of_another_case_is_not_there(world: World) -> None:
    world.go_to("talk")
    before, wrong, tried = world.fingerprint(), [], 0
    other = world.ids["elsewhere"]
    for line, part in _of_a_case(world):
        if part not in other or part not in world.at:
            continue
        rule, mine = routes(world.app)[line.key], world.at[part]
        paths = (
            path_of(world, line, rule).replace(mine, other[part]),
            path_of(world, line, rule).replace(world.at["case_id"], other["case_id"]),
        )
        for seat in IN_BOTH:
            for path in paths:
                told = mark(world.send(seat, line.method, path, fields_of(world, line)))
                tried += 1
                if told not in {"404", "403"}:
                    wrong.append(f"{seat} {line.method} {line.endpoint} with {part} of another case: {told}")
    assert not wrong, "\n".join(wrong)
    assert tried > 40
    assert world.fingerprint() == before


def test_a_hidden_field_that_names_a_thing_of_another_case_does_nothing(world: World) -> None:
    world.go_to("talk")
    wrong, tried = [], 0
    other = world.ids["elsewhere"]
    for line in lines():
        if (
            line.method != "POST"
            or "{" not in line.fields
            or not line.endpoint.startswith(("agenda", "terms", "outcome"))
        ):
            continue
        world.go_to(line.stage)
        before = world.fingerprint()
        path = path_of(world, line, routes(world.app)[line.key])
        theirs = {k: (world.at | other).get(v[0][1:-1], v[0]) for k, v in _raw(line).items()}
        if theirs == {k: v[0] for k, v in fields_of(world, line).items()}:
            continue
        told = mark(world.send("union_lead", "POST", path, theirs))
        tried += 1
        if told in {"200", "500"} or world.fingerprint() != before:
            wrong.append(f"{line.endpoint} with {theirs}: {told}")
            world.changed = True
    assert not wrong, "\n".join(wrong)
    assert tried >= 4


def _raw(line: Line) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for pair in line.fields.split():
        name, _equals, value = pair.partition("=")
        told.setdefault(name, []).append(value.replace("+", " "))
    return told


@pytest.mark.parametrize(
    "identifier", ["0", "nonsense", "00000000-0000-0000-0000-000000000000", "%00", "..%2f..", "' OR 1=1--"]
)
def test_an_id_that_is_none_leads_nowhere(world: World, identifier: str) -> None:
    world.go_to("talk")
    wrong = []
    for (endpoint, method), rule in routes(world.app).items():
        if endpoint == "static" or not rule.arguments:
            continue
        line = Line(endpoint, method)
        names = dict.fromkeys(rule.arguments, identifier)
        path = rule.rule
        for part in rule.arguments:
            path = "".join([path[: path.index("<")], names[part], path[path.index(">") + 1 :]])
        told = mark(world.send("anonymous", method, path))
        if told not in {"404", "405", "410", "in", "401", "400", "303", "308"}:
            wrong.append(f"{line.method} {path}: {told}")
    assert not wrong, "\n".join(wrong)
