"""Every service asks at the door: what takes a unit of work and a case is let in, or refused, by ``admit``."""

from __future__ import annotations

import ast
from pathlib import Path

from dialogue.domain.acts import Act
from dialogue.domain.policy import HOUSE_RULES, RULES

SERVICES = Path(__file__).parents[2] / "dialogue" / "services"
# These stand behind the door: the web cannot import them, and what calls them has asked.
BEHIND = {
    "admission",
    "audit",
    "convening",
    "due",
    "ledger",
    "pins",
    "rooms",
    "statements",
    "table",
    "signatures",
    "signoffs",
    "visits",
}

# The door itself, and the doors behind it that begin by asking there.
DOORS = {"admit", "enter", "enter_document", "enter_note", "enter_meeting"}

# Parts of an act: the act that calls them has asked, and the web cannot name a row for them.
PARTS = {"cases.add_organisation", "cases.organisations", "undertakings.sign", "undertakings.signed_by"}


def doors() -> list[tuple[str, ast.FunctionDef]]:
    found = []
    for path in sorted(SERVICES.glob("*.py")):
        if path.stem in BEHIND:
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                names = [argument.arg for argument in node.args.args]
                if names[:2] == ["work", "case_id"] and f"{path.stem}.{node.name}" not in PARTS:
                    found.append((f"{path.stem}.{node.name}", node))
    return found


def called_in(node: ast.AST) -> set[str]:
    calls = [inner.func for inner in ast.walk(node) if isinstance(inner, ast.Call)]
    return {
        call.attr if isinstance(call, ast.Attribute) else call.id
        for call in calls
        if hasattr(call, "attr") or hasattr(call, "id")
    }  # type: ignore[union-attr]


def asks(node: ast.FunctionDef, module: ast.Module, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a function asks at the door itself, or begins with one of its module that does."""
    called = called_in(node)
    if called & DOORS:
        return True
    helpers = {f.name: f for f in module.body if isinstance(f, ast.FunctionDef)}
    return any(asks(helpers[name], module, seen | {name}) for name in (called & set(helpers)) - seen)


def test_every_service_about_a_case_asks_at_the_door() -> None:
    silent = []
    for name, node in doors():
        module = ast.parse((SERVICES / f"{name.partition('.')[0]}.py").read_text())
        if not asks(node, module):
            silent.append(name)

    assert len(doors()) > 40
    assert silent == []


def test_every_act_has_one_rule_and_is_asked_for_somewhere() -> None:
    words = "".join(path.read_text() for path in (Path(__file__).parents[2] / "dialogue").rglob("*.py"))

    assert set(Act) == set(RULES) | set(HOUSE_RULES)
    assert [act.name for act in Act if words.count(f"Act.{act.name}") < 2] == []
