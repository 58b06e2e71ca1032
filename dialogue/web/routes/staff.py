"""The people who work here, and how they are invited."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from dialogue.domain.people import StaffRole
from dialogue.errors import Unfit
from dialogue.services import renewals, staff
from dialogue.web.errors import words_of
from dialogue.web.forms.staff import AddressForm, InviteColleagueForm
from dialogue.web.unit import reading, writing

bp = Blueprint("staff", __name__, url_prefix="/staff")

_TURNED = {
    "enable": _l("If there is an account with this address, it works again."),
    "disable": _l("If there is an account with this address, it is disabled now and its sessions have ended."),
    "reset": _l("If there is an account with this address, a link to make new keys is on its way."),
}


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


@bp.post("/<uuid:account_id>/reset")
def reset(account_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        renewals.start_reset(work, account_id)
    flash(_("A link is on its way. With it the person makes new keys; you gain none."))
    return redirect(url_for(".index"), 303)


@bp.route("/address", methods=["GET", "POST"])
def address() -> ResponseReturnValue:
    form = AddressForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                if form.change.data == "reset":
                    renewals.start_reset_by_address(work, form.email.data)
                else:
                    staff.turn_by_address(work, form.email.data, opens=form.change.data == "enable")
        except Unfit as refused:
            form.email.errors = [words_of(refused)]
        else:
            flash(_TURNED[form.change.data])
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
