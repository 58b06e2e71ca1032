"""One's own account: details, password, recovery code, sessions."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.errors import NotSignedIn, Unfit, WrongCredentials
from dialogue.services import accounts, signin
from dialogue.services.signin import SignedIn
from dialogue.web.errors import words_of
from dialogue.web.forms.account import NewCodeForm, PasswordForm
from dialogue.web.forms.accounts import DetailsForm
from dialogue.web.routes.accounts import enter, show_code
from dialogue.web.sessions import visit
from dialogue.web.unit import reading, writing

bp = Blueprint("account", __name__, url_prefix="/account")


@bp.get("")
def show() -> ResponseReturnValue:
    with reading() as work:
        account, sessions = accounts.show(work), signin.sessions(work, _signed().handle)
    return render_template("account/show.html", account=account, sessions=sessions)


@bp.route("/details", methods=["GET", "POST"])
def details() -> ResponseReturnValue:
    with reading() as work:
        account = accounts.show(work)
    form = DetailsForm(
        data={
            "name": account.person.name,
            "organisation": account.person.organisation,
            "language": account.language,
            "timezone": account.timezone,
        }
    )
    if not form.validate_on_submit():
        return render_template("account/details.html", form=form), 422 if form.errors else 200
    with writing() as work:
        accounts.change_details(
            work,
            name=form.name.data,
            organisation=form.organisation.data,
            language=form.language.data,
            timezone=form.timezone.data,
        )
    flash(_("Your details are changed."))
    return redirect(url_for(".show"), 303)


@bp.route("/password", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                accounts.change_password(work, current=form.current.data, new=form.new.data)
                signed = signin.renew(work, _signed())
        except WrongCredentials:
            form.current.errors = [_("This is not the password that you have now.")]
        except Unfit as refused:
            form.new.errors = [words_of(refused)]
        else:
            enter(signed)
            flash(_("Your password is changed. Every other session of yours has ended."))
            return redirect(url_for(".show"), 303)
    return render_template("account/password.html", form=form), 422 if form.errors else 200


@bp.route("/recovery-code", methods=["GET", "POST"])
def new_code() -> ResponseReturnValue:
    form = NewCodeForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                code = accounts.new_recovery_code(work, password=form.password.data)
        except WrongCredentials:
            form.password.errors = [_("This is not your password.")]
        else:
            show_code(code)
            return redirect(url_for("accounts.recovery_code"), 303)
    return render_template("account/new_code.html", form=form), 422 if form.errors else 200


@bp.post("/sessions/<handle>/end")
def end_session(handle: str) -> ResponseReturnValue:
    with writing() as work:
        signin.end(work, handle)
    flash(_("That session has ended."))
    return redirect(url_for(".show"), 303)


@bp.post("/sessions/end-others")
def end_others() -> ResponseReturnValue:
    with writing() as work:
        signin.end_others(work, _signed().handle)
    flash(_("Every other session of yours has ended."))
    return redirect(url_for(".show"), 303)


def _signed() -> SignedIn:
    signed = visit().signed
    if signed is None:
        raise NotSignedIn
    return signed
