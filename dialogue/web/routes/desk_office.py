"""The desk's overviews: numbers, and the completion notices of all dialogues."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from dialogue.services import office
from dialogue.web.paging import after, key_of
from dialogue.web.routes import desk_templates
from dialogue.web.unit import reading

bp = desk_templates.bp


@bp.get("/numbers")
def numbers() -> ResponseReturnValue:
    with reading() as work:
        told = office.numbers(work)
    return render_template("desk/numbers.html", told=told)


@bp.get("/notices")
def notices() -> ResponseReturnValue:
    unsent = request.args.get("unsent") == "1"
    with reading() as work:
        page = office.notices(work, unsent=unsent, after=after(request.args))
    return render_template("desk/notices.html", page=page, unsent=unsent, next_key=key_of(page.after))
