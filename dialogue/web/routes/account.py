"""One's own account: details, password, recovery code, sessions."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.factors import FactorKind
from dialogue.errors import NotFound, NotSignedIn, Unfit, WrongCredentials
from dialogue.services import accounts, calendars, factors, renewals, signin, wishes
from dialogue.services.factors import Offer
from dialogue.services.signin import SignedIn
from dialogue.web import limits, secondfactor, tidings
from dialogue.web.errors import words_of
from dialogue.web.forms.account import NewFactorForm, NewKeysForm, PasswordForm, RemoveFactorForm
from dialogue.web.forms.accounts import DetailsForm, RegisterForm
from dialogue.web.forms.recovery import CheckCodeForm
from dialogue.web.routes.accounts import chosen_in, enter, factor_field, show_code
from dialogue.web.sessions import visit
from dialogue.web.unit import reading, writing

bp = Blueprint("account", __name__, url_prefix="/account")

_SEED = "factor_seed"


@bp.get("")
def show() -> ResponseReturnValue:
    with reading() as work:
        account, sessions = accounts.show(work), signin.sessions(work, _signed().handle)
        mails, feed = tidings.wishes_in_words(wishes.show(work)), calendars.feed_made_at(work)
    return render_template("account/show.html", account=account, sessions=sessions, mails=mails, feed=feed)


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
    with reading() as work:
        accounts.secure(work)
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            with limits.guessing(), writing() as work:
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


@bp.route("/address", methods=["GET", "POST"])
def address() -> ResponseReturnValue:
    with reading() as work:
        accounts.secure(work)
    form = RegisterForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                accounts.ask_to_change_address(work, form.email.data)
            return render_template("accounts/asked.html", email=form.email.data)
        except Unfit as refused:
            form.email.errors = [words_of(refused)]
    return render_template("account/address.html", form=form), 422 if form.errors else 200


@bp.route("/address/<token>", methods=["GET", "POST"])
def new_address(token: str) -> ResponseReturnValue:
    if request.method == "POST":
        with writing() as work:
            accounts.change_address(work, token)
        flash(_("Your e-mail address is changed. Sign in with it from now on."))
        return redirect(url_for(".show"), 303)
    with reading() as work:
        return render_template("account/new_address.html", email=accounts.new_address(work, token))


@bp.get("/second-factor")
def second_factor() -> ResponseReturnValue:
    with reading() as work:
        return render_template("account/factors.html", factors=accounts.secure(work))


@bp.route("/second-factor/add", methods=["GET", "POST"])
def add_factor() -> ResponseReturnValue:
    with reading() as work:
        accounts.secure(work)
    offer = _offer()
    form = NewFactorForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                accounts.add_factor(work, offer, chosen_in(form))
        except Unfit as refused:
            (factor_field(form, refused.reason) or form.kind).errors = [words_of(refused)]
        else:
            del visit()[_SEED]
            flash(_("It is set up and asked for from now on."))
            return redirect(url_for(".second_factor"), 303)
    form.passkey.data = ""
    offered = secondfactor.offered(offer, _signed().person.email)
    return render_template("account/add_factor.html", form=form, offered=offered), 422 if form.errors else 200


@bp.post("/second-factor/remove")
def remove_factor() -> ResponseReturnValue:
    form = RemoveFactorForm()
    if not form.validate():
        raise NotFound
    with writing() as work:
        accounts.remove_factor(work, FactorKind(form.kind.data), form.passkey.data)
    flash(_("It is removed."))
    return redirect(url_for(".second_factor"), 303)


@bp.route("/recovery-code", methods=["GET", "POST"])
def new_code() -> ResponseReturnValue:
    with reading() as work:
        accounts.secure(work)
    if request.method == "GET":
        return render_template("account/new_code.html")
    with writing() as work:
        code = accounts.new_recovery_code(work)
    show_code(code)
    return redirect(url_for("accounts.recovery_code"), 303)


@bp.route("/recovery-code/check", methods=["GET", "POST"])
def check_code() -> ResponseReturnValue:
    form = CheckCodeForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                accounts.check_recovery(work, form.recovery_code.data)
        except Unfit as refused:
            form.recovery_code.errors = [words_of(refused)]
        else:
            flash(_("The code is right: it opens your keys. We remind you again in half a year."))
            return redirect(url_for(".show"), 303)
    return render_template("account/check_code.html", form=form), 422 if form.errors else 200


@bp.route("/new-keys", methods=["GET", "POST"])
def new_keys() -> ResponseReturnValue:
    """Somebody else may have the keys: new ones, and every seat is signed for again."""
    with reading() as work:
        accounts.secure(work)
    form = NewKeysForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                renewed = renewals.compromised(work, password=form.password.data)
                signed = signin.welcome(work, renewed.account_id, renewed.bundle, secondfactor.device())
        except Unfit as refused:
            form.password.errors = [words_of(refused)]
        else:
            enter(signed)
            show_code(renewed.code)
            return redirect(url_for("accounts.recovery_code"), 303)
    return render_template("account/new_keys.html", form=form), 422 if form.errors else 200


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


def _offer() -> Offer:
    """The offer of this session; its seed stays there until something of it is set up."""
    present = visit()
    if _SEED not in present:
        present[_SEED] = factors.fresh_offer().seed
    return Offer(present[_SEED])


def _signed() -> SignedIn:
    signed = visit().signed
    if signed is None:
        raise NotSignedIn
    return signed
