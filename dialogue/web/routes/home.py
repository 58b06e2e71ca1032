"""The front page: what this is for visitors, what waits for whoever is signed in."""

from __future__ import annotations

import structlog
from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from dialogue.services import cases, news, waiting
from dialogue.web import tasks
from dialogue.web.sessions import visit
from dialogue.web.unit import reading

bp = Blueprint("home", __name__)
_log = structlog.get_logger()


@bp.get("/")
def index() -> ResponseReturnValue:
    if visit().actor is None:
        return render_template("home/visitor.html")
    with reading() as work:
        mine, page = waiting.for_me(work), cases.index(work)
    return render_template("home/index.html", mine=[tasks.of_mine(found) for found in mine], page=page)


@bp.app_context_processor
def how_much_waits() -> dict[str, int]:
    """The numbers in the menu of every page. A page that tells of trouble must not fail for want of them."""
    if visit().actor is None:
        return {}
    try:
        with reading() as work:
            return {"waiting_count": waiting.count_for_me(work), "news_count": news.count(work)}
    except Exception as failure:
        _log.error("waiting.uncounted", kind=type(failure).__name__)
        return {}
