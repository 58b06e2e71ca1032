"""The office's list of facilitators and experts: languages, regions, and from when to when they can be proposed."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.people import StaffRole
from dialogue.errors import NotFound, OutOfDate, Unfit
from dialogue.services import roster
from dialogue.web.errors import words_of
from dialogue.web.forms.roster import QualifiedForm
from dialogue.web.routes import desk
from dialogue.web.unit import reading, writing

bp = desk.bp


@bp.get("/facilitators")
def facilitators() -> ResponseReturnValue:
    with reading() as work:
        entries = roster.index(work)
    return render_template("desk/facilitators.html", entries=entries)


@bp.route("/facilitators/<uuid:account_id>/<role>", methods=["GET", "POST"])
def qualify(account_id: UUID, role: str) -> ResponseReturnValue:
    held, form, status = _role(role), QualifiedForm(), 200
    if form.validate_on_submit():
        try:
            with writing() as work:
                roster.note(work, account_id, held, form.told, seen=form.seen.data or 0)
            flash(_("Noted. It counts from the next proposal on; who sits already stays."))
            return redirect(url_for(".facilitators"), 303)
        except OutOfDate as refusal:
            status = 409
            form.form_errors.append(words_of(refusal))
        except Unfit as refusal:
            form.form_errors.append(words_of(refusal))
    with reading() as work:
        entry = roster.look(work, account_id, held)
    if request.method == "GET" or status == 409:
        form = form if status == 409 else QualifiedForm(formdata=None, data=QualifiedForm.fields_of(entry.told))
        form.seen.data, form.seen.raw_data = entry.version, None
    page = render_template("desk/qualify.html", entry=entry, form=form)
    return page, status if status != 200 else 422 if form.errors else 200


def _role(word: str) -> StaffRole:
    if word not in {StaffRole.FACILITATOR, StaffRole.EXPERT}:
        raise NotFound(word)
    return StaffRole(word)
