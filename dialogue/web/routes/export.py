"""A party's own record of a dialogue, taken out as one file that is written while it leaves."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from dialogue.services import export, outcomes
from dialogue.web import printed
from dialogue.web.forms.record import ExportForm
from dialogue.web.routes.outcomes import as_pdf
from dialogue.web.unit import instance, moment, reading, writing

bp = Blueprint("export", __name__, url_prefix="/cases/<uuid:case_id>/export")


@bp.route("", methods=["GET", "POST"])
def show(case_id: UUID) -> ResponseReturnValue:
    form = ExportForm()
    if not form.validate_on_submit():
        with reading() as work:
            found = export.prospect(work, case_id)
        return render_template("export/show.html", head=found.head, form=form), 422 if form.errors else 200
    # It stands in the record, for good, before the first byte leaves.
    with writing() as work:
        signed = export.begin(work, case_id)
        actor = work.person
        taken = (
            {number: outcomes.take_out(work, case_id, one) for number, one in signed.items()}
            if printed.is_available()
            else {}
        )
    now = moment()
    papers = {number: as_pdf(one) for number, one in taken.items()}
    return Response(
        export.pieces(instance(), actor, now, case_id, papers),
        mimetype="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{export.name_of(now)}"',
            "X-Content-Type-Options": "nosniff",
            "X-Accel-Buffering": "no",
        },
    )
