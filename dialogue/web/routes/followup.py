"""Follow-up: commitments that both have signed, what is reported of them, and how the other side sees it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.acts import Act
from dialogue.domain.followup import (
    DRAFT_OF_COMMITMENT,
    Progress,
    View,
    draft_of_answer,
    draft_of_change,
    draft_of_report,
)
from dialogue.errors import OutOfDate, Unfit
from dialogue.services import commitments, drafts, followup
from dialogue.web.errors import words_of
from dialogue.web.forms.followup import (
    AnswerForm,
    CommitmentForm,
    LetGoForm,
    NoteSupportForm,
    ReportForm,
    SeenForm,
    usual_days,
)
from dialogue.web.unit import reading, writing

bp = Blueprint("followup", __name__, url_prefix="/cases/<uuid:case_id>/follow-up")


@bp.get("")
def index(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        page = followup.index(work, case_id)
    return render_template("followup/index.html", page=page, head=page.head)


@bp.route("/propose", methods=["GET", "POST"])
def propose(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        page = followup.proposing(work, case_id)
        draft = drafts.look(work, case_id, DRAFT_OF_COMMITMENT)
    form = CommitmentForm().among(page.items)
    if form.validate_on_submit():
        try:
            with writing() as work:
                made = commitments.propose(work, case_id, **form.told)
            flash(_("Proposed, and signed for your side. It counts once the other lead has signed the same words."))
            return redirect(url_for(".show", case_id=case_id, commitment_id=made), 303)
        except Unfit as refusal:
            form.form_errors.append(words_of(refusal))
    if request.method == "GET":
        form = CommitmentForm(formdata=None, data=usual_days(page.usual) | _kept(draft)).among(page.items)
    answer = render_template("followup/propose.html", page=page, head=page.head, form=form, draft=draft)
    return answer, 422 if form.errors else 200


@bp.get("/<uuid:commitment_id>")
def show(case_id: UUID, commitment_id: UUID) -> ResponseReturnValue:
    return _page(case_id, commitment_id)


@bp.route("/<uuid:commitment_id>/change", methods=["GET", "POST"])
def change(case_id: UUID, commitment_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        page = followup.look_before(work, case_id, commitment_id, Act.COMMITMENT_CHANGE)
        draft = drafts.look(work, case_id, draft_of_change(commitment_id))
    text = page.commitment.proposal or page.commitment.current
    form = CommitmentForm().among(page.items)
    if form.validate_on_submit():
        try:
            with writing() as work:
                commitments.change(work, case_id, commitment_id, seen=form.seen_id, **form.told)
            flash(_("Proposed, and signed for your side. Until the other lead signs it, what both signed stays."))
            return redirect(url_for(".show", case_id=case_id, commitment_id=commitment_id), 303)
        except (OutOfDate, Unfit) as refusal:
            form.form_errors.append(words_of(refusal))
    if request.method == "GET" and text is not None:
        data = CommitmentForm.fields_of(text) | _kept(draft)
        form = CommitmentForm(formdata=None, data=data).among(page.items)
    form.show(text.id if text is not None else None)
    answer = render_template("followup/change.html", page=page, head=page.head, form=form, draft=draft)
    return answer, 422 if form.errors else 200


@bp.route("/<uuid:commitment_id>/let-go", methods=["GET", "POST"])
def let_go(case_id: UUID, commitment_id: UUID) -> ResponseReturnValue:
    form = LetGoForm()
    if form.validate_on_submit():
        with writing() as work:
            commitments.let_go(work, case_id, commitment_id, seen=form.seen_id, remark=form.remark.data or "")
        flash(_("Proposed. It is let go once the other lead has signed for it as well."))
        return redirect(url_for(".show", case_id=case_id, commitment_id=commitment_id), 303)
    with reading() as work:
        page = followup.look_before(work, case_id, commitment_id, Act.COMMITMENT_CHANGE)
    text = page.commitment.proposal or page.commitment.current
    form.show(text.id if text is not None else None)
    answer = render_template("followup/let_go.html", page=page, head=page.head, form=form)
    return answer, 422 if form.errors else 200


@bp.post("/<uuid:commitment_id>/agree")
def agree(case_id: UUID, commitment_id: UUID) -> ResponseReturnValue:
    form = SeenForm()
    if form.validate_on_submit():
        with writing() as work:
            closed = commitments.agree(work, case_id, commitment_id, seen=form.seen_id)
        flash(_closed() if closed else _("Signed by both. It counts from now on."))
    return redirect(url_for(".show", case_id=case_id, commitment_id=commitment_id), 303)


@bp.post("/<uuid:commitment_id>/withdraw")
def withdraw(case_id: UUID, commitment_id: UUID) -> ResponseReturnValue:
    form = SeenForm()
    if form.validate_on_submit():
        with writing() as work:
            commitments.withdraw(work, case_id, commitment_id, seen=form.seen_id)
        flash(_("Taken off. What both had signed before stays as it is."))
    return redirect(url_for(".index", case_id=case_id), 303)


@bp.route("/<uuid:commitment_id>/report", methods=["GET", "POST"])
def report(case_id: UUID, commitment_id: UUID) -> ResponseReturnValue:
    form = ReportForm()
    if form.validate_on_submit():
        progress, words = Progress(form.progress.data), form.words.data or ""
        try:
            with writing() as work:
                commitments.report(work, case_id, commitment_id, seen=form.seen_id, progress=progress, words=words)
            flash(_("Reported, and signed for your side. The other side is asked how it sees that."))
            return redirect(url_for(".show", case_id=case_id, commitment_id=commitment_id), 303)
        except (OutOfDate, Unfit) as refusal:
            form.form_errors.append(words_of(refusal))
    with reading() as work:
        page = followup.look_before(work, case_id, commitment_id, Act.COMMITMENT_REPORT)
        draft = drafts.look(work, case_id, draft_of_report(commitment_id))
    if request.method == "GET" and draft.fields:
        form = ReportForm(formdata=None, data=_kept(draft))
    current = page.commitment.current
    form.show(current.id if current is not None else None)
    answer = render_template("followup/report.html", page=page, head=page.head, form=form, draft=draft)
    return answer, 422 if form.errors else 200


@bp.route("/<uuid:commitment_id>/answer", methods=["GET", "POST"])
def answer(case_id: UUID, commitment_id: UUID) -> ResponseReturnValue:
    form = AnswerForm()
    if form.validate_on_submit():
        view, words = View(form.view.data), form.words.data or ""
        try:
            with writing() as work:
                closed = commitments.answer(work, case_id, commitment_id, seen=form.seen_id, view=view, words=words)
            flash(_closed() if closed else _("Answered, and signed for your side."))
            return redirect(url_for(".show", case_id=case_id, commitment_id=commitment_id), 303)
        except (OutOfDate, Unfit) as refusal:
            form.form_errors.append(words_of(refusal))
    with reading() as work:
        page = followup.look_before(work, case_id, commitment_id, Act.COMMITMENT_ANSWER)
        draft = drafts.look(work, case_id, draft_of_answer(commitment_id))
    if request.method == "GET" and draft.fields:
        form = AnswerForm(formdata=None, data=_kept(draft))
    newest = page.commitment.report
    form.show(newest.id if newest is not None else None)
    shown = render_template("followup/answer.html", page=page, head=page.head, form=form, draft=draft)
    return shown, 422 if form.errors else 200


@bp.post("/<uuid:commitment_id>/support")
def support(case_id: UUID, commitment_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        page = followup.look_before(work, case_id, commitment_id, Act.COMMITMENT_SUPPORT)
    form = NoteSupportForm().among(page.offers)
    if not form.validate_on_submit():
        return _page(case_id, commitment_id, form)
    remark = form.support_remark.data or ""
    with writing() as work:
        commitments.note_support(work, case_id, commitment_id, offer_id=form.offer_id, remark=remark)
    flash(_("Noted. Both sides see it beside the commitment; nobody at the ILO is told."))
    return redirect(url_for(".show", case_id=case_id, commitment_id=commitment_id), 303)


@bp.post("/<uuid:commitment_id>/support/<uuid:support_id>/remove")
def remove_support(case_id: UUID, commitment_id: UUID, support_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        commitments.remove_support(work, case_id, commitment_id, support_id)
    flash(_("Taken off the commitment."))
    return redirect(url_for(".show", case_id=case_id, commitment_id=commitment_id), 303)


def _page(case_id: UUID, commitment_id: UUID, form: NoteSupportForm | None = None) -> ResponseReturnValue:
    with reading() as work:
        page = followup.show(work, case_id, commitment_id)
    status = 422 if form is not None and form.errors else 200
    form = form or NoteSupportForm(formdata=None).among(page.offers)
    return render_template("followup/show.html", page=page, head=page.head, form=form), status


def _kept(draft: drafts.Kept) -> dict[str, Any]:
    """What was kept of a form, without what the page knows better."""
    kept: dict[str, Any] = {name: value for name, value in draft.fields.items() if name not in {"day", "seen"}}
    try:
        return kept | {"day": date.fromisoformat(draft.fields.get("day", ""))}
    except ValueError:
        return kept


def _closed() -> str:
    return str(_("With this nothing is open any more, and the dialogue has closed by itself. Both sides are told."))
