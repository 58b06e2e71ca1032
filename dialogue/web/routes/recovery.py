"""Coming back without a password or a second factor: a mail, the recovery code, and one of the two."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dialogue.errors import Unfit, WrongCredentials
from dialogue.services import recovery, renewals, signin
from dialogue.services.recovery import Recovered
from dialogue.services.unit import UnitOfWork
from dialogue.web import limits, secondfactor
from dialogue.web.errors import words_of
from dialogue.web.forms.recovery import AskForm, NewFactorForm, NewKeysForm, NewPasswordForm
from dialogue.web.routes.accounts import chosen_in, enter, factor_field, show_code
from dialogue.web.sessions import visit
from dialogue.web.unit import reading, writing

bp = Blueprint("recovery", __name__, url_prefix="/recover")


@bp.route("", methods=["GET", "POST"])
def ask() -> ResponseReturnValue:
    form = AskForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                recovery.ask(work, form.email.data)
            return render_template("recovery/asked.html", email=form.email.data)
        except Unfit as refused:
            form.email.errors = [words_of(refused)]
    return render_template("recovery/ask.html", form=form), 422 if form.errors else 200


@bp.get("/<token>")
def choose(token: str) -> ResponseReturnValue:
    with reading() as work:
        opened = recovery.show(work, token)
    if opened.is_reset:
        return redirect(url_for(".new_keys", token=token), 303)
    return render_template("recovery/choose.html", token=token)


@bp.route("/<token>/password", methods=["GET", "POST"])
def new_password(token: str) -> ResponseReturnValue:
    """A forgotten password, with the second factor and the recovery code."""
    with reading() as work:
        opened = recovery.show(work, token)
    form = NewPasswordForm()
    if form.validate_on_submit():
        shown = secondfactor.proof(form.code.data, form.passkey.data)
        try:
            with limits.guessing(coming_back=opened.email), writing() as work:
                recovered = recovery.new_password(
                    work, token, proof=shown, code=form.recovery_code.data, password=form.password.data
                )
                signed = _begin(work, recovered)
            return _go_on(signed, recovered)
        except Unfit as refused:
            form.password.errors = [words_of(refused)]
        except WrongCredentials as refused:
            form.form_errors.append(words_of(refused))
    form.code.data = form.passkey.data = ""
    options = secondfactor.ask_passkey()
    return render_template("recovery/password.html", form=form, options=options), 422 if form.errors else 200


@bp.route("/<token>/second-factor", methods=["GET", "POST"])
def new_factor(token: str) -> ResponseReturnValue:
    """A lost second factor, with the password and the recovery code."""
    with reading() as work:
        opened = recovery.show(work, token, secondfactor.browser())
    form = NewFactorForm()
    if form.validate_on_submit():
        try:
            with limits.guessing(coming_back=opened.email), writing() as work:
                recovered = recovery.new_factor(
                    work,
                    token,
                    password=form.password.data,
                    code=form.recovery_code.data,
                    chosen=chosen_in(form),
                    browser=secondfactor.browser(),
                )
                signed = _begin(work, recovered)
            return _go_on(signed, recovered)
        except Unfit as refused:
            (factor_field(form, refused.reason) or form.kind).errors = [words_of(refused)]
        except WrongCredentials as refused:
            form.form_errors.append(words_of(refused))
    form.passkey.data = ""
    offered = secondfactor.offered(opened.offer, opened.email)
    return render_template("recovery/factor.html", form=form, offered=offered), 422 if form.errors else 200


@bp.route("/<token>/keys", methods=["GET", "POST"])
def new_keys(token: str) -> ResponseReturnValue:
    """The recovery code is lost too: new keys, and everything else comes back by the people of each dialogue."""
    with reading() as work:
        opened = recovery.show(work, token, secondfactor.browser())
    form = NewKeysForm()
    if form.validate_on_submit():
        try:
            with limits.guessing(coming_back=opened.email), writing() as work:
                renewed = renewals.lost(
                    work,
                    token,
                    known=form.known.data or "",
                    proof=secondfactor.proof(form.code.data, None),
                    password=form.password.data,
                    chosen=chosen_in(form),
                    browser=secondfactor.browser(),
                )
                signed = _begin(work, renewed)
            return _go_on(signed, renewed)
        except Unfit as refused:
            (factor_field(form, refused.reason) or form.password).errors = [words_of(refused)]
        except WrongCredentials as refused:
            form.form_errors.append(words_of(refused))
    form.code.data = form.passkey.data = ""
    offered = secondfactor.offered(opened.offer, opened.email)
    page = render_template("recovery/keys.html", form=form, offered=offered, is_reset=opened.is_reset)
    return page, 422 if form.errors else 200


def _begin(work: UnitOfWork, recovered: Recovered) -> signin.SignedIn:
    present = visit().signed
    if present is not None:
        signin.sign_out(work, present)
    return signin.welcome(work, recovered.account_id, recovered.bundle, secondfactor.device())


def _go_on(signed: signin.SignedIn, recovered: Recovered) -> ResponseReturnValue:
    enter(signed)
    show_code(recovered.code)
    return redirect(url_for("accounts.recovery_code"), 303)
