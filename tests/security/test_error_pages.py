"""Whatever goes wrong, on whichever page: a whole page of ours, every header, and nothing of the inside."""

from __future__ import annotations

import pytest

from dialogue.web.routes import BLUEPRINTS
from tests.security.matrix import Line, path_of, routes
from tests.security.world import World
from tests.web.client import check_headers, look_at

NAMES = sorted(blueprint.name for blueprint in BLUEPRINTS)
SECRET = "the floor is two per cent"
INSIDE = ("Traceback", "ValueError", "sqlalchemy", "werkzeug", "jinja2", ".py", "site-packages", SECRET)


@pytest.mark.parametrize("blueprint", NAMES)
def test_what_breaks_is_a_page_like_any_other(world: World, blueprint: str, capsys: pytest.CaptureFixture[str]) -> None:
    world.go_to("talk")
    world.changed = True
    app = world.app
    (endpoint, method), rule = min(
        ((key, rule) for key, rule in routes(app).items() if key[0].startswith(f"{blueprint}.")),
        key=lambda one: (one[0][1], one[0]),
    )

    def broken(**_values: object) -> str:
        raise ValueError(SECRET)

    whole, app.view_functions[endpoint] = app.view_functions[endpoint], broken
    try:
        path = path_of(world, Line(endpoint, method), rule, otherwise="00000000-0000-0000-0000-000000000001")
        answers = {
            500: world.send("company_lead", method, path),
            404: world.send("company_lead", "GET", "/" + path.strip("/") + "/no/such/page"),
            405: world.send("company_lead", "DELETE", path),
            413: world.send("company_lead", "POST", path, data={"body": "x" * 3_000_000}),
            415: world.send("company_lead", "POST", path, json={"a": 1}),
        }
    finally:
        app.view_functions[endpoint] = whole
    logged = capsys.readouterr().err

    for status, answer in answers.items():
        assert answer.status_code in {status, 404, 405, 400}, f"{status} at {path}: {answer.status_code}"
        check_headers(answer)
        look_at(answer)
        assert not [word for word in INSIDE if word in answer.text], f"{status} at {path}"
    assert answers[500].status_code == 500
    assert SECRET not in logged
