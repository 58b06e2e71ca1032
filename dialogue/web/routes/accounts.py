"""How somebody gets an account: ask for a link, follow it, write down the recovery code."""

from __future__ import annotations

import secrets

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_user
from wtforms import Field

from dialogue.errors import NotSignedIn, Unfit
from dialogue.services import accounts, signin
from dialogue.services.factors import NewFactor
from dialogue.services.signin import SignedIn
from dialogue.web import secondfactor
from dialogue.web.errors import words_of
from dialogue.web.forms.accounts import ConfirmCodeForm, EnrolForm, FactorForm, RegisterForm
from dialogue.web.i18n import language
from dialogue.web.sessions import Holder, visit
from dialogue.web.unit import enrolling, reading, writing

bp = Blueprint("accounts", __name__)

CODE = "recovery_code"
ASKED = "recovery_groups"


@bp.route("/register", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    form = RegisterForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                accounts.ask_to_register(work, form.email.data, language())
            return render_template("accounts/asked.html", email=form.email.data)
        except Unfit as refused:
            form.email.errors = [words_of(refused)]
    return render_template("accounts/register.html", form=form), 422 if form.errors else 200


@bp.route("/link/<token>", methods=["GET", "POST"])
def follow(token: str) -> ResponseReturnValue:
    with reading() as work:
        followed = accounts.follow(work, token, secondfactor.browser())
    if followed.purpose == "join" and visit().actor is not None:
        return render_template("accounts/join.html", token=token)
    if followed.is_registered:
        back = url_for(".follow", token=token) if followed.purpose == "join" else None
        return redirect(url_for("session.sign_in", next=back), 303)
    form = EnrolForm(data={"name": followed.name, "language": language()})
    if form.validate_on_submit():
        try:
            return _enrol(token, form)
        except Unfit as refused:
            _field_of(form, refused.reason).errors = [words_of(refused)]
    form.passkey.data = ""
    offered = secondfactor.offered(followed.offer, followed.email)
    page = render_template("accounts/enrol.html", form=form, followed=followed, offered=offered)
    return page, 422 if form.errors else 200


@bp.post("/link/<token>/join")
def join(token: str) -> ResponseReturnValue:
    """Somebody who has an account already takes the place of an invitation."""
    with writing() as work:
        accounts.join(work, token)
    flash(_("You have taken the place. Your side's lead compares a few words with you, then the dialogue opens."))
    return redirect(url_for("home.index"), 303)


@bp.route("/recovery-code", methods=["GET", "POST"])
def recovery_code() -> ResponseReturnValue:
    """The code, as long as it is not confirmed, and the two groups that are asked for."""
    present = visit()
    if CODE not in present:
        if present.actor is None:
            raise NotSignedIn
        return redirect(url_for("account.show"), 303)
    form = ConfirmCodeForm()
    first, second = present[ASKED]
    if form.validate_on_submit():
        try:
            return _confirm({first: form.first.data, second: form.second.data})
        except Unfit as refused:
            form.form_errors.append(words_of(refused))
    groups = present[CODE].split("-")
    page = render_template("accounts/recovery_code.html", form=form, groups=groups, asked=(first + 1, second + 1))
    return page, 422 if form.errors else 200


def enter(signed: SignedIn) -> None:
    """Go on as somebody who has just signed in, signed up or gone a step further."""
    visit().become(signed)
    login_user(Holder(signed))


def show_code(code: str) -> None:
    """Keep a new recovery code in the session until it is confirmed, and choose the groups to ask for."""
    present = visit()
    present[CODE] = code
    present[ASKED] = sorted(secrets.SystemRandom().sample(range(accounts.GROUPS), 2))


def chosen_in(form: FactorForm) -> NewFactor:
    """The second factor that a form sets up."""
    return secondfactor.chosen(
        form.kind.data, form.app_code.data, form.printed_code.data, form.passkey.data, form.passkey_name.data
    )


def factor_field(form: FactorForm, reason: str) -> Field | None:
    """The field that a refused second factor is about."""
    fields = {
        "app_code": form.app_code,
        "printed_code": form.printed_code,
        "passkey": form.kind,
        "passkeys_many": form.kind,
    }
    return fields.get(reason)


def _field_of(form: EnrolForm, reason: str) -> Field:
    return factor_field(form, reason) or (form.password if reason.startswith("password") else form.timezone)


def _enrol(token: str, form: EnrolForm) -> ResponseReturnValue:
    present = visit().signed
    with writing() as work:
        if present is not None:
            signin.sign_out(work, present)
        enrolled = accounts.enrol(
            work,
            token,
            name=form.name.data,
            organisation=form.organisation.data,
            password=form.password.data,
            factor=chosen_in(form),
            language=form.language.data,
            timezone=form.timezone.data,
            browser=secondfactor.browser(),
        )
        signed = signin.welcome(work, enrolled.account_id, enrolled.bundle, secondfactor.device())
    enter(signed)
    show_code(enrolled.code)
    return redirect(url_for(".recovery_code"), 303)


def _confirm(groups: dict[int, str]) -> ResponseReturnValue:
    present = visit()
    signed = present.signed
    with enrolling() as work:
        accounts.confirm_recovery(work, present[CODE], groups)
        if signed is not None and not signed.is_full:
            signed = signin.step_up(work, signed)
    if signed is not None and not (present.signed and present.signed.is_full):
        enter(signed)
    else:
        del present[CODE], present[ASKED]
    flash(_("Your recovery code is confirmed. Keep it where only you can find it."))
    return redirect(url_for("home.index"), 303)
