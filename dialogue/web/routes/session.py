"""Signing in and out, and what happens to words that were typed when a session had run out."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.errors import NotFresh, NotSignedIn, Refusal, WrongCredentials
from dialogue.services import accounts, drafts, signin
from dialogue.web import kept, limits, secondfactor
from dialogue.web.errors import words_of
from dialogue.web.forms.session import ConfirmForm, SignInForm
from dialogue.web.i18n import LANGUAGE
from dialogue.web.kept import Typed
from dialogue.web.routes.accounts import enter, show_code
from dialogue.web.sessions import visit
from dialogue.web.unit import enrolling, writing

bp = Blueprint("session", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    present = visit()
    if not form.is_submitted():
        if present.actor is not None:
            return redirect(kept.safe_path(request.args.get("next")) or url_for("home.index"), 303)
        form.next.data = request.args.get("next", "")
    elif form.validate():
        try:
            with limits.guessing(form.email.data), writing() as work:
                signed = signin.sign_in(
                    work,
                    form.email.data,
                    form.password.data,
                    secondfactor.proof(form.code.data, form.passkey.data),
                    secondfactor.device(),
                )
                if present.signed is not None:
                    signin.sign_out(work, present.signed)
        except WrongCredentials as refused:
            form.form_errors.append(words_of(refused))
        else:
            enter(signed)
            if not signed.is_full:
                with enrolling() as work:
                    show_code(accounts.another_code(work))
            return _go_on(form)
    return _show(form), 422 if form.errors else 200


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    signed = visit().signed
    if signed is not None:
        with writing() as work:
            signin.sign_out(work, signed)
        visit().forget()
        visit()[LANGUAGE] = signed.language
        flash(_("You are signed out. What you wrote is closed again."))
    away = make_response(redirect(url_for("home.index"), 303))
    away.headers["Clear-Site-Data"] = '"cache", "storage"'
    return away


@bp.route("/confirm", methods=["GET", "POST"])
def confirm() -> ResponseReturnValue:
    """Show password and second factor again before going on to a page; the hook below has looked at them."""
    path = kept.safe_path(request.args.get("next")) or url_for("home.index")
    if request.method == "POST":
        return redirect(path, 303)
    return _show_confirm(ConfirmForm(formdata=None), url_for(".confirm", next=path), back=url_for("home.index"))


@bp.before_app_request
def confirm_first() -> ResponseReturnValue | None:
    """Where a form brings password and second factor along, they are looked at before what it asks for is done."""
    signed = visit().signed
    if request.method != "POST" or "confirm_password" not in request.form or signed is None or not signed.is_full:
        return None
    form = ConfirmForm()
    if form.validate():
        try:
            with limits.guessing(), writing() as work:
                shown = secondfactor.proof(form.confirm_code.data, form.confirm_passkey.data)
                signed = signin.confirm(work, signed, form.confirm_password.data, shown)
        except WrongCredentials as refused:
            form.form_errors.append(words_of(refused))
        else:
            enter(signed)
            return None
    return _show_confirm(form, request.full_path.rstrip("?"), kept.typed().pairs, kept.way_back()), 422


@bp.app_errorhandler(NotFresh)
def ask_anew(_refused: NotFresh) -> ResponseReturnValue:
    """Ask to show that it is still the same person; what was to be done goes along and is done then."""
    typed = kept.typed()
    if request.method == "POST" and request.blueprint not in kept.PRIVATE:
        return _show_confirm(
            ConfirmForm(formdata=None), request.full_path.rstrip("?"), typed.pairs, kept.way_back()
        ), 401
    return redirect(url_for("session.confirm", next=kept.way_back()), 303)


@bp.app_errorhandler(NotSignedIn)
def ask(_refused: NotSignedIn) -> ResponseReturnValue:
    """Lead to the sign-in; what was typed meanwhile goes along and is shown."""
    if "X-Requested-With" in request.headers or request.headers.get("HX-Request") == "true":
        return _("Sign in again to go on."), 401
    typed = kept.typed()
    if request.method == "POST" and typed.texts:
        form = SignInForm(formdata=None, next=kept.way_back() or "", kept=typed.pack())
        return _show(form), 401
    if visit().is_stale:
        flash(_("Your session is over. Sign in to go on where you were."), "warning")
    return redirect(url_for("session.sign_in", next=kept.way_back()), 303)


def _show(form: SignInForm) -> str:
    options = secondfactor.ask_passkey()
    form.code.data = form.passkey.data = ""
    return render_template("session/sign_in.html", form=form, typed=Typed.unpack(form.kept.data), options=options)


def _show_confirm(
    form: ConfirmForm, action: str, pairs: tuple[tuple[str, str], ...] = (), back: str | None = None
) -> str:
    options = secondfactor.ask_passkey()
    form.confirm_code.data = form.confirm_passkey.data = ""
    return render_template("session/confirm.html", form=form, action=action, pairs=pairs, back=back, options=options)


def _go_on(form: SignInForm) -> ResponseReturnValue:
    """To the page that was asked for; what was typed there is its draft now, or stands ready to be sent again."""
    path = kept.safe_path(form.next.data)
    typed = Typed.unpack(form.kept.data)
    if not typed.pairs:
        return redirect(path or url_for("home.index"), 303)
    if not _is_draft(typed):
        return render_template("session/words.html", typed=typed, path=path)
    flash(_("What you had written before the session ran out is kept as your draft."))
    return redirect(path or url_for("home.index"), 303)


def _is_draft(typed: Typed) -> bool:
    """Keep the words as the draft of their form, where it offers one and the person may write there."""
    if not typed.has_draft or typed.case_id is None or visit().actor is None:
        return False
    try:
        with writing() as work:
            drafts.save(work, typed.case_id, typed.form, typed.fields)
    except Refusal:
        return False
    return True
