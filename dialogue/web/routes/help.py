"""The ILO's support for one dialogue: what is offered, and what both parties ask the desk to arrange."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.catalogue import DRAFT_OF_ASKING, draft_of_help_answer
from dialogue.errors import OutOfDate, Unfit
from dialogue.services import catalogue, drafts, helpdesk
from dialogue.web.errors import words_of
from dialogue.web.forms.catalogue import AskForm, HelpAnswerForm, NarrowCatalogueForm
from dialogue.web.forms.filters import identifier
from dialogue.web.unit import reading, writing

bp = Blueprint("help", __name__, url_prefix="/cases/<uuid:case_id>/support")


@bp.get("")
def index(case_id: UUID) -> ResponseReturnValue:
    form = NarrowCatalogueForm(request.args)
    with reading() as work:
        page = helpdesk.index(work, case_id)
        offered = catalogue.index(work)
    form.among(offered.languages)
    found = [one for one in offered.offers if form.wanted.fits(one.told)]
    return render_template("help/index.html", page=page, head=page.head, offered=offered, found=found, form=form)


@bp.route("/ask", methods=["GET", "POST"])
def ask(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        head = helpdesk.look_before_asking(work, case_id)
        offered = catalogue.index(work)
        draft = drafts.look(work, case_id, DRAFT_OF_ASKING)
    form = AskForm().among(offered.offers)
    if form.validate_on_submit():
        try:
            with writing() as work:
                helpdesk.ask(work, case_id, offer_id=form.offer_id, reach=form.reach.data)
            flash(_("Proposed to the other lead. The desk hears of it once both want it."))
            return redirect(url_for(".index", case_id=case_id), 303)
        except (OutOfDate, Unfit) as refusal:
            form.form_errors.append(words_of(refusal))
    if request.method == "GET":
        chosen = str(identifier(request.args.get("offer")) or "")
        form = AskForm(formdata=None, data={"offer": chosen} | dict(draft.fields)).among(offered.offers)
    answered = render_template("help/ask.html", head=head, form=form, draft=draft)
    return answered, 422 if form.errors else 200


@bp.post("/<uuid:help_id>/agree")
def agree(case_id: UUID, help_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        helpdesk.agree(work, case_id, help_id)
    flash(_("Asked together. The desk reads which offer it is and whom to reach, and nothing else."))
    return redirect(url_for(".index", case_id=case_id), 303)


@bp.post("/<uuid:help_id>/withdraw")
def withdraw(case_id: UUID, help_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        helpdesk.withdraw(work, case_id, help_id)
    flash(_("Taken back."))
    return redirect(url_for(".index", case_id=case_id), 303)


@bp.route("/<uuid:help_id>/answer", methods=["GET", "POST"])
def answer(case_id: UUID, help_id: UUID) -> ResponseReturnValue:
    form = HelpAnswerForm()
    if form.validate_on_submit():
        with writing() as work:
            helpdesk.answer(work, case_id, help_id, state=form.answered, words=form.words.data)
        flash(_("Answered. Both parties read your words at the same moment."))
        return redirect(url_for(".index", case_id=case_id), 303)
    with reading() as work:
        head, asked = helpdesk.look_before_answering(work, case_id, help_id)
        draft = drafts.look(work, case_id, draft_of_help_answer(help_id))
    if request.method == "GET" and draft.fields:
        form = HelpAnswerForm(formdata=None, data=draft.fields)
    page = render_template("help/answer.html", asked=asked, head=head, form=form, draft=draft)
    return page, 422 if form.errors else 200
