"""The front page: what this is for visitors, what waits for whoever is signed in."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from dialogue.services import cases, waiting
from dialogue.web import tasks
from dialogue.web.sessions import visit
from dialogue.web.unit import reading

bp = Blueprint("home", __name__)


@bp.get("/")
def index() -> ResponseReturnValue:
    if visit().actor is None:
        return render_template("home/visitor.html")
    with reading() as work:
        mine, page = waiting.for_me(work), cases.index(work)
    return render_template("home/index.html", mine=[tasks.of_mine(found) for found in mine], page=page)
