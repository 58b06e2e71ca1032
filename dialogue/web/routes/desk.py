"""The coordinators' desk: requests that wait, and what is answered."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.acts import Act
from dialogue.domain.desk import DRAFTS_OF_ANSWERS
from dialogue.domain.people import Role
from dialogue.domain.waiting import TaskKind
from dialogue.errors import Unfit
from dialogue.services import desk, drafts, waiting
from dialogue.services.unit import UnitOfWork
from dialogue.web import changes, tasks
from dialogue.web.errors import words_of
from dialogue.web.forms.desk import NarrowForm, ReplyForm, TakeUpForm
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
    earlier = shown.request.earlier
    changed = changes.since(earlier, shown.request) if earlier is not None else []
    return render_template("desk/case.html", shown=shown, head=shown.request.head, changed=changed)


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
