"""What somebody is told of, read by opening it, and when mails about it come."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.wishes import Wishes
from dialogue.errors import Unfit
from dialogue.services import news, wishes
from dialogue.web import tidings
from dialogue.web.errors import words_of
from dialogue.web.forms.news import ReadForm, WishesForm
from dialogue.web.i18n import zone, zone_name
from dialogue.web.unit import reading, writing

bp = Blueprint("news", __name__)


@bp.get("/news")
def index() -> ResponseReturnValue:
    with reading() as work:
        page = news.index(work, after=_after())
    lines = [tidings.line(told) for told in page.told]
    form = ReadForm(data={"until": page.until.isoformat() if page.until else ""})
    return render_template("news/index.html", page=page, lines=lines, read=form)


@bp.post("/news/<uuid:tiding_id>/open")
def open_one(tiding_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        told = news.open_one(work, tiding_id)
    return redirect(tidings.page_of(told), 303)


@bp.post("/news/read")
def read() -> ResponseReturnValue:
    form = ReadForm()
    if form.validate():
        with writing() as work:
            news.mark_read(work, form.moment)
        flash(_("All of it is marked as read."))
    return redirect(url_for(".index"), 303)


@bp.route("/account/mail", methods=["GET", "POST"])
def mail() -> ResponseReturnValue:
    with reading() as work:
        wished = wishes.show(work)
    form = WishesForm(data=_as_chosen(wished))
    if form.validate_on_submit():
        try:
            with writing() as work:
                wishes.change(work, form.wishes)
        except Unfit as refused:
            beside = form.hour if refused.reason == "hour_is_quiet" else form.quiet_until
            beside.errors = [words_of(refused)]
        else:
            flash(_("From now on mails come as you wish."))
            return redirect(url_for("account.show"), 303)
    return render_template("news/mail.html", form=form, place=zone_name(zone())), 422 if form.errors else 200


def _as_chosen(wished: Wishes) -> dict[str, str]:
    return {
        "rhythm": wished.rhythm.value,
        "hour": str(wished.hour),
        "quiet_from": "" if wished.quiet_from is None else str(wished.quiet_from),
        "quiet_until": "" if wished.quiet_until is None else str(wished.quiet_until),
    }


def _after() -> UUID | None:
    try:
        return UUID(request.args.get("after", ""))
    except ValueError:
        return None
