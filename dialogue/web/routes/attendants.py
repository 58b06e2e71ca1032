"""Interpreters and observers: who attends which meetings on an undertaking on paper, without account or key."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.acts import Act
from dialogue.errors import Unfit
from dialogue.services import attendants
from dialogue.web.errors import words_of
from dialogue.web.forms.attendants import AttendantForm
from dialogue.web.unit import reading, writing

bp = Blueprint("attendants", __name__, url_prefix="/cases/<uuid:case_id>/attendants")


@bp.get("")
def index(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        shown = attendants.index(work, case_id)
    return render_template("attendants/index.html", shown=shown, head=shown.head)


@bp.route("/enter", methods=["GET", "POST"])
def enter(case_id: UUID) -> ResponseReturnValue:
    form = AttendantForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                attendants.enter(work, case_id, **form.entry)
            flash(_("Entered. Both sides and the ILO's desk see it."))
            return redirect(url_for(".index", case_id=case_id), 303)
        except Unfit as refusal:
            form.form_errors.append(words_of(refusal))
    with reading() as work:
        shown = attendants.look_before(work, case_id, Act.ATTENDANT_ENTER)
    page = render_template("attendants/enter.html", shown=shown, head=shown.head, form=form)
    return page, 422 if form.errors else 200


@bp.post("/<uuid:attendant_id>/end")
def end(case_id: UUID, attendant_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        attendants.end(work, case_id, attendant_id)
    flash(_("Ended. The entry stays."))
    return redirect(url_for(".index", case_id=case_id), 303)
