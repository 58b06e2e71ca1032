"""The record of what happened, page by page, followed from its first entry, and on paper."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from dialogue.domain.people import Room
from dialogue.errors import NotFound
from dialogue.services import record
from dialogue.services.record import RecordPage
from dialogue.web import paging
from dialogue.web.forms.record import AcknowledgeForm, NarrowRecordForm
from dialogue.web.unit import moment, reading

bp = Blueprint("record", __name__, url_prefix="/cases/<uuid:case_id>/record")


@bp.get("")
def index(case_id: UUID) -> ResponseReturnValue:
    form = NarrowRecordForm(request.args)
    kind, subject = form.chosen
    with reading() as work:
        page = record.index(work, case_id, _before(), kind, subject)
    return render_template("record/index.html", page=page, head=page.head, form=form, older=_older(page))


@bp.get("/check")
def check(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        checked = record.verify(work, case_id)
    return render_template("record/check.html", checked=checked, head=checked.head)


@bp.get("/print")
def on_paper(case_id: UUID) -> ResponseReturnValue:
    form = AcknowledgeForm(request.args if "asked" in request.args else None)
    if "asked" in request.args and form.validate():
        with reading() as work:
            page = record.printed(work, case_id, _before())
        return render_template("record/paper.html", page=page, head=page.head, older=_older(page), now=moment())
    with reading() as work:
        head = record.may_print(work, case_id)
    return render_template("record/print.html", head=head, form=form), 422 if form.errors else 200


def _older(page: RecordPage) -> str | None:
    return f"{page.older[0].value}-{page.older[1]}" if page.older else None


def _before() -> tuple[Room, int] | None:
    """The entry that an address carries as ``before``, such as "joint-17"."""
    word = request.args.get("before")
    if not word:
        return None
    room, _dash, number = word.rpartition("-")
    try:
        return Room(room), paging.number(number)
    except ValueError:
        raise NotFound from None
