"""The keys of the staff: coordinators compare words and sign for each other and for facilitators."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.people import StaffRole
from dialogue.services import staff as colleagues
from dialogue.web.forms.staff import ListedKeyForm
from dialogue.web.routes import desk_roster
from dialogue.web.unit import reading, writing

bp = desk_roster.bp


@bp.get("/staff")
def staff() -> ResponseReturnValue:
    with reading() as work:
        roster = colleagues.keys(work)
    return render_template("desk/staff.html", roster=roster)


@bp.post("/staff/<uuid:account_id>/confirm")
def confirm(account_id: UUID) -> ResponseReturnValue:
    form = _named_key()
    with writing() as work:
        colleagues.confirm(work, account_id, StaffRole(form.role.data), fingerprint=form.fingerprint.data)
    flash(_("You have signed for this key. It counts from now on."))
    return redirect(url_for(".staff"), 303)


@bp.post("/staff/<uuid:account_id>/take-off")
def take_off(account_id: UUID) -> ResponseReturnValue:
    form = _named_key()
    with writing() as work:
        colleagues.take_off(work, account_id, StaffRole(form.role.data))
    flash(_("This key is no longer on the list, and its holder was signed out."))
    return redirect(url_for(".staff"), 303)


def _named_key() -> ListedKeyForm:
    form = ListedKeyForm()
    if not form.validate_on_submit():
        abort(400)
    return form
