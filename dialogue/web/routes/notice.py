"""The completion notice: its exact words, both leads' yeses, and its sending."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.services import notices
from dialogue.web.paging import number
from dialogue.web.unit import reading, writing

bp = Blueprint("notice", __name__, url_prefix="/cases/<uuid:case_id>/notice")


@bp.get("")
def show(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        shown = notices.show(work, case_id)
    return render_template("notice/show.html", shown=shown, head=shown.head)


@bp.post("/prepare")
def prepare(case_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        notices.prepare(work, case_id)
    flash(_("Both leads are shown the notice. It goes when both have said yes, or after seven days."))
    return redirect(url_for(".show", case_id=case_id), 303)


@bp.post("/agree")
def agree(case_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        notices.agree(work, case_id)
    flash(_("You have said yes to the notice for your party."))
    return redirect(url_for(".show", case_id=case_id), 303)


@bp.post("/send")
def send(case_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        notices.send(work, case_id, seen=request.form.get("seen", type=number))
    flash(_("The notice is on its way to both secretariats."))
    return redirect(url_for(".show", case_id=case_id), 303)
