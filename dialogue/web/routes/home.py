"""The front page: what this is for visitors, what waits for whoever is signed in."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from dialogue.web.sessions import visit

bp = Blueprint("home", __name__)


@bp.get("/")
def index() -> ResponseReturnValue:
    if visit().signed is None:
        return render_template("home/visitor.html")
    return render_template("home/index.html")
