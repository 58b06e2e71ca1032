"""The people who work here, and how they are invited."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.people import StaffRole
from dialogue.errors import Unfit
from dialogue.services import staff
from dialogue.web.errors import words_of
from dialogue.web.forms.staff import InviteColleagueForm
from dialogue.web.unit import reading, writing

bp = Blueprint("staff", __name__, url_prefix="/staff")


@bp.get("")
def index() -> ResponseReturnValue:
    with reading() as work:
        roster = staff.index(work)
    return render_template("staff/index.html", roster=roster)


@bp.route("/invite", methods=["GET", "POST"])
def invite() -> ResponseReturnValue:
    form = InviteColleagueForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                staff.invite(
                    work, email=form.email.data, name=form.name.data, roles=frozenset(map(StaffRole, form.roles.data))
                )
        except Unfit as refused:
            form.email.errors = [words_of(refused)]
        else:
            flash(_("The invitation is on its way."))
            return redirect(url_for(".index"), 303)
    else:
        with reading() as work:
            staff.may_invite(work)
    return render_template("staff/invite.html", form=form), 422 if form.errors else 200
