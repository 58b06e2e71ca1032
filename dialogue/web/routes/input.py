"""Technical input: a question that both leads put to an expert, and the answer that reaches both at once."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.questions import DRAFT_OF_ANSWER, DRAFT_OF_QUESTION
from dialogue.errors import OutOfDate, Unfit
from dialogue.services import drafts, questions
from dialogue.web.errors import words_of
from dialogue.web.forms.questions import AnswerQuestionForm, ChooseExpertForm, QuestionForm
from dialogue.web.unit import reading, writing

bp = Blueprint("input", __name__, url_prefix="/cases/<uuid:case_id>/input")


@bp.get("")
def index(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        shown = questions.index(work, case_id)
    return render_template("input/index.html", shown=shown, head=shown.head)


@bp.route("/propose", methods=["GET", "POST"])
def propose(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        shown = questions.look_before_proposing(work, case_id)
        draft = drafts.look(work, case_id, DRAFT_OF_QUESTION)
    form = QuestionForm().among(shown.could_be)
    if form.validate_on_submit():
        try:
            with writing() as work:
                questions.propose(work, case_id, text=form.text.data, expert_id=form.account_id, until=form.until)
            flash(_("Proposed. It is put to the expert once the other lead signs the same words."))
            return redirect(url_for(".index", case_id=case_id), 303)
        except Unfit as refusal:
            form.form_errors.append(words_of(refusal))
    if request.method == "GET" and draft.fields:
        form = QuestionForm(formdata=None, data={"text": draft.fields.get("text", "")}).among(shown.could_be)
    page = render_template("input/propose.html", shown=shown, head=shown.head, form=form, draft=draft)
    return page, 422 if form.errors else 200


@bp.post("/<uuid:question_id>/put")
def put(case_id: UUID, question_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        questions.put(work, case_id, question_id)
    flash(_("Put to the expert in the name of both parties. The answer will reach both of you at the same moment."))
    return redirect(url_for(".index", case_id=case_id), 303)


@bp.post("/<uuid:question_id>/withdraw")
def withdraw(case_id: UUID, question_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        questions.withdraw(work, case_id, question_id)
    flash(_("Taken back. If the expert sat already, that seat has ended."))
    return redirect(url_for(".index", case_id=case_id), 303)


@bp.post("/<uuid:question_id>/decline")
def decline(case_id: UUID, question_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        questions.decline(work, case_id, question_id)
    flash(_("Left unanswered, without a reason. Your seat has ended."))
    return redirect(url_for("cases.index"), 303)


@bp.route("/<uuid:question_id>/answer", methods=["GET", "POST"])
def answer(case_id: UUID, question_id: UUID) -> ResponseReturnValue:
    form = AnswerQuestionForm()
    if form.validate_on_submit():
        with writing() as work:
            questions.answer(work, case_id, question_id, text=form.text.data)
        flash(_("Both parties have your answer. Your seat has ended, and you hold no key of the dialogue any more."))
        return redirect(url_for("cases.index"), 303)
    with reading() as work:
        head, asked = questions.look_before_answering(work, case_id, question_id)
        draft = drafts.look(work, case_id, DRAFT_OF_ANSWER)
    if request.method == "GET" and draft.fields:
        form = AnswerQuestionForm(formdata=None, data=draft.fields)
    page = render_template("input/answer.html", asked=asked, head=head, form=form, draft=draft)
    return page, 422 if form.errors else 200


@bp.route("/suggest", methods=["GET", "POST"])
def suggest(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        shown = questions.look_before_suggesting(work, case_id)
    form = ChooseExpertForm().among(shown.could_be)
    if form.validate_on_submit():
        try:
            with writing() as work:
                questions.suggest(work, case_id, form.account_id)
            flash(_("Suggested to both leads. What they ask, if anything, is theirs."))
            return redirect(url_for("delegation.index", case_id=case_id), 303)
        except (OutOfDate, Unfit) as refusal:
            form.form_errors.append(words_of(refusal))
    page = render_template("input/suggest.html", shown=shown, head=shown.head, form=form)
    return page, 422 if form.errors else 200
