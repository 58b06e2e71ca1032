"""Reviews: a day that both agree on, and each side's own view."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.followup import draft_of_views
from dialogue.errors import OutOfDate, Unfit
from dialogue.services import drafts, followup, reviews
from dialogue.web.errors import words_of
from dialogue.web.forms.followup import ReviewForm, ViewsForm, usual_days
from dialogue.web.unit import reading, writing

bp = Blueprint("reviews", __name__, url_prefix="/cases/<uuid:case_id>/reviews")


@bp.route("/propose", methods=["GET", "POST"])
def propose(case_id: UUID) -> ResponseReturnValue:
    form = ReviewForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                reviews.propose(work, case_id, day=form.day.data, remark=form.remark.data or "")
            flash(_("Proposed. The review stands once the other lead has agreed to the day."))
            return redirect(url_for("followup.index", case_id=case_id), 303)
        except Unfit as refusal:
            form.form_errors.append(words_of(refusal))
    with reading() as work:
        page = followup.proposing_review(work, case_id)
    if request.method == "GET":
        form = ReviewForm(formdata=None, data=usual_days(page.usual))
    answer = render_template("followup/review.html", page=page, head=page.head, form=form)
    return answer, 422 if form.errors else 200


@bp.post("/<uuid:review_id>/agree")
def agree(case_id: UUID, review_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        reviews.agree(work, case_id, review_id)
    flash(_("Agreed. From two weeks before, each side can put down how it sees the commitments."))
    return redirect(url_for("followup.index", case_id=case_id), 303)


@bp.post("/<uuid:review_id>/withdraw")
def withdraw(case_id: UUID, review_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        reviews.withdraw(work, case_id, review_id)
    flash(_("Taken off. Another day can be proposed."))
    return redirect(url_for("followup.index", case_id=case_id), 303)


@bp.route("/<uuid:review_id>/view", methods=["GET", "POST"])
def hold(case_id: UUID, review_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        page = reviews.holding(work, case_id, review_id)
        draft = drafts.look(work, case_id, draft_of_views(review_id))
    views = ViewsForm(page.commitments)
    if views.form.validate_on_submit():
        try:
            with writing() as work:
                closed = reviews.hold(work, case_id, review_id, seen=views.seen, words=views.form.words.data or "")
            flash(
                _closed() if closed else _("Put down, and signed for your side. Both views show once both are there.")
            )
            return redirect(url_for("followup.index", case_id=case_id), 303)
        except OutOfDate as refusal:
            views.form.form_errors.append(words_of(refusal))
    if request.method == "GET" and draft.fields:
        views = ViewsForm(page.commitments, formdata=None, data=draft.fields)
    form = views.form
    answer = render_template("followup/views.html", page=page, head=page.head, form=form, draft=draft)
    return answer, 422 if form.errors else 200


def _closed() -> str:
    return str(_("With this nothing is open any more, and the dialogue has closed by itself. Both sides are told."))
