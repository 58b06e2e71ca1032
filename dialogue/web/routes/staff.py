"""The people who work here, and how they are invited."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.people import StaffRole
from dialogue.errors import Unfit
from dialogue.services import staff
from dialogue.web.errors import words_of
from dialogue.web.forms.staff import AddressForm, InviteColleagueForm
from dialogue.web.unit import reading, writing

bp = Blueprint("staff", __name__, url_prefix="/staff")


@bp.get("")
def index() -> ResponseReturnValue:
    with reading() as work:
        roster = staff.index(work)
    return render_template("staff/index.html", roster=roster)


@bp.post("/<uuid:account_id>/disable")
def disable(account_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        staff.disable(work, account_id)
    flash(_("The account is disabled, and its sessions have ended."))
    return redirect(url_for(".index"), 303)


@bp.post("/<uuid:account_id>/enable")
def enable(account_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        staff.enable(work, account_id)
    flash(_("The account works again, with the password and the keys that it had."))
    return redirect(url_for(".index"), 303)


@bp.route("/address", methods=["GET", "POST"])
def address() -> ResponseReturnValue:
    form = AddressForm()
    opens = form.change.data == "enable"
    if form.validate_on_submit():
        try:
            with writing() as work:
                staff.turn_by_address(work, form.email.data, opens=opens)
        except Unfit as refused:
            form.email.errors = [words_of(refused)]
        else:
            flash(
                _("If there is an account with this address, it works again.")
                if opens
                else _("If there is an account with this address, it is disabled now and its sessions have ended.")
            )
            return redirect(url_for(".index"), 303)
    else:
        with reading() as work:
            staff.may_invite(work)
    return render_template("staff/address.html", form=form), 422 if form.errors else 200


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
