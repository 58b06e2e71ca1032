"""One organisation leaves its side alone: what that means, and the yes to it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.services import organisations
from dialogue.web.forms.cases import AgreeForm
from dialogue.web.unit import reading, writing

bp = Blueprint("organisation", __name__, url_prefix="/cases/<uuid:case_id>/organisations/<uuid:organisation_id>")


@bp.route("/leave", methods=["GET", "POST"])
def leave(case_id: UUID, organisation_id: UUID) -> ResponseReturnValue:
    if not AgreeForm().validate_on_submit():
        with reading() as work:
            shown = organisations.look_before_leaving(work, case_id, organisation_id)
        return render_template("organisation/leave.html", shown=shown, head=shown.head)
    with reading() as work:
        goes_too = organisations.look_before_leaving(work, case_id, organisation_id).goes_too
    with writing() as work:
        organisations.leave(work, case_id, organisation_id)
    flash(_("The organisation has left. Nothing that is written from now on opens for its people."))
    return redirect(url_for("cases.index") if goes_too else url_for("delegation.index", case_id=case_id), 303)
