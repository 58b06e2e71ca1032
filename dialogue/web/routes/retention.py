"""How long a dialogue that is over is kept; the certificates of those that are no more."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.acts import Act
from dialogue.errors import OutOfDate
from dialogue.services import certificates, jointacts, retention
from dialogue.web.forms.retention import ExtendForm
from dialogue.web.meanings import meaning
from dialogue.web.paging import after, key_of
from dialogue.web.unit import reading, writing

bp = Blueprint("retention", __name__, url_prefix="/cases/<uuid:case_id>/kept")
certificates_bp = Blueprint("certificates", __name__, url_prefix="/certificates")


@bp.get("")
def show(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        kept = retention.show(work, case_id)
    return render_template("retention/show.html", kept=kept, head=kept.head)


@bp.post("/seen")
def see(case_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        retention.see(work, case_id)
    flash(_("It is noted that your side has seen the date. The date itself has not changed."))
    return redirect(url_for(".show", case_id=case_id), 303)


@bp.route("/longer", methods=["GET", "POST"])
def extend(case_id: UUID) -> ResponseReturnValue:
    form = ExtendForm()
    if not form.validate_on_submit():
        with reading() as work:
            prospect = jointacts.prospect(work, case_id, Act.RETENTION_EXTEND)
        means = meaning(Act.RETENTION_EXTEND)
        page = render_template("retention/extend.html", head=prospect.head, form=form, means=means)
        return page, 422 if form.errors else 200
    try:
        with writing() as work:
            jointacts.propose(work, case_id, Act.RETENTION_EXTEND, months=form.months.data)
        flash(_("It is proposed. It is done at once when both leads have said yes."))
    except OutOfDate:
        flash(_("This is proposed already, or done. Look at what waits here."), "warning")
    return redirect(url_for("together.index", case_id=case_id), 303)


@certificates_bp.get("")
def index() -> ResponseReturnValue:
    with reading() as work:
        page = certificates.index(work, after=after(request.args))
    return render_template("certificates/index.html", page=page, next_key=key_of(page.after))


@certificates_bp.get("/<uuid:case_id>", endpoint="show")
def certificate(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        shown = certificates.show(work, case_id)
    return render_template("certificates/show.html", shown=shown)


@certificates_bp.get("/<uuid:case_id>/file")
def file(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        shown = certificates.show(work, case_id)
    name = f"certificate-{shown.destroyed_at:%Y-%m-%d}.json"
    return Response(
        shown.file,
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )
