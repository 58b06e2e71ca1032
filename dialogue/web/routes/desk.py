"""The coordinators' desk: requests that wait, what is answered, the list of facilitators and the templates."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.acts import Act
from dialogue.domain.comparison import compare, excerpts
from dialogue.domain.desk import DRAFTS_OF_ANSWERS
from dialogue.domain.people import Role, StaffRole
from dialogue.domain.waiting import TaskKind
from dialogue.errors import NotFound, OutOfDate, Unfit
from dialogue.services import desk, drafts, staff, terms, waiting
from dialogue.services.unit import UnitOfWork
from dialogue.web import markdown, tasks
from dialogue.web.errors import words_of
from dialogue.web.forms.desk import NarrowForm, ReplyForm, TakeUpForm, TemplateForm
from dialogue.web.i18n import CODES
from dialogue.web.paging import after, key_of
from dialogue.web.unit import reading, writing

bp = Blueprint("desk", __name__, url_prefix="/desk")


@bp.get("")
def index() -> ResponseReturnValue:
    form = NarrowForm(request.args)
    narrowed = {"status": form.chosen, "reference": form.reference.data} if form.validate() else {}
    with reading() as work:
        page = desk.index(work, after=after(request.args), **narrowed)
        mine = [found for found in waiting.for_me(work) if found.task.role is Role.COORDINATOR]
    return render_template(
        "desk/index.html",
        page=page,
        form=form,
        next_key=key_of(page.after),
        others=[tasks.of_mine(found) for found in mine if found.task.kind is not TaskKind.ANSWER_REQUEST],
    )


@bp.get("/<uuid:case_id>")
def case(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        shown = desk.show(work, case_id)
    return render_template("desk/case.html", shown=shown, head=shown.request.head)


@bp.route("/<uuid:case_id>/take-up", methods=["GET", "POST"])
def take_up(case_id: UUID) -> ResponseReturnValue:
    form = TakeUpForm()

    def answer(work: UnitOfWork) -> str:
        reference = desk.take_up(work, case_id, checked=form.checked, words=form.words.data or "")
        return str(_("Taken up with the number %(reference)s. Both leads get it by mail.", reference=reference))

    return _answer(case_id, Act.CASE_TAKE_UP, form, answer)


@bp.route("/<uuid:case_id>/give-back", methods=["GET", "POST"])
def give_back(case_id: UUID) -> ResponseReturnValue:
    form = ReplyForm()

    def answer(work: UnitOfWork) -> str:
        desk.give_back(work, case_id, words=form.words.data or "")
        return str(_("Returned to both parties. You see the request again once both have endorsed it anew."))

    return _answer(case_id, Act.CASE_RETURN, form, answer)


@bp.route("/<uuid:case_id>/not-take-up", methods=["GET", "POST"])
def not_take_up(case_id: UUID) -> ResponseReturnValue:
    form = ReplyForm()

    def answer(work: UnitOfWork) -> str:
        desk.not_take_up(work, case_id, words=form.words.data or "")
        return str(_("Both parties read your words now. The request is not taken up."))

    return _answer(case_id, Act.CASE_NOT_TAKE_UP, form, answer)


@bp.get("/facilitators")
def facilitators() -> ResponseReturnValue:
    with reading() as work:
        roster = staff.keys(work)
    listed = [one for one in roster.colleagues if StaffRole.FACILITATOR in (*one.listed, *one.waiting)]
    return render_template("desk/facilitators.html", listed=listed)


@bp.get("/templates")
def templates() -> ResponseReturnValue:
    with reading() as work:
        found = terms.templates(work)
    return render_template("desk/templates.html", found=found, render=markdown.render)


@bp.route("/templates/<code>", methods=["GET", "POST"])
def edit_template(code: str) -> ResponseReturnValue:
    if code not in CODES:
        raise NotFound(code)
    form, overtaken = TemplateForm(), False
    if form.validate_on_submit():
        try:
            with writing() as work:
                terms.edit_template(work, language=code, text=form.text.data or "", seen=form.seen.data or 0)
            flash(_("The new words stand. Dialogues that began with older ones keep theirs."))
            return redirect(url_for(".templates"), 303)
        except OutOfDate:
            overtaken = True
    with reading() as work:
        present = terms.templates(work).get(code)
    if request.method == "GET":
        form = TemplateForm(formdata=None, data={"text": present.text if present else ""})
    form.seen.data, form.seen.raw_data = present.number if present else 0, None
    changes = compare(present.text, form.text.data or "") if overtaken and present else ()
    page = render_template(
        "desk/template.html", code=code, present=present, form=form, changes=changes, excerpts=excerpts
    )
    return page, 422 if form.errors else 409 if overtaken else 200


def _answer(
    case_id: UUID, act: Act, form: TakeUpForm | ReplyForm, answer: Callable[[UnitOfWork], str]
) -> ResponseReturnValue:
    """One of the desk's three answers to a request: what it means, and its form."""
    if form.validate_on_submit():
        try:
            with writing() as work:
                said = answer(work)
            flash(said)
            return redirect(url_for(".case", case_id=case_id) if act is Act.CASE_TAKE_UP else url_for(".index"), 303)
        except Unfit as refusal:
            form.form_errors.append(words_of(refusal))
    name = DRAFTS_OF_ANSWERS[act]
    with reading() as work:
        shown, draft = desk.look_before(work, case_id, act), drafts.look(work, case_id, name)
    if request.method == "GET" and draft.fields:
        form = type(form)(formdata=None, data=draft.fields)
    page = render_template(
        "desk/answer.html",
        shown=shown,
        head=shown.request.head,
        act=act,
        form=form,
        draft=draft,
        draft_name=name,
    )
    return page, 422 if form.errors else 200
