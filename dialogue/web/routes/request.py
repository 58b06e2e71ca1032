"""The joint request: as it stands, writing it, and endorsing one version of it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from dialogue.domain.acts import Act
from dialogue.domain.people import Room
from dialogue.domain.requests import DRAFT_OF_COMMENT
from dialogue.errors import OutOfDate, Unfit
from dialogue.services import comments, drafts, requests
from dialogue.services.requests import DRAFT_OF_REQUEST, OpenRequest
from dialogue.web import changes
from dialogue.web.errors import words_of
from dialogue.web.forms.request import CommentForm, EndorseForm, RequestForm
from dialogue.web.paging import after, key_of
from dialogue.web.unit import reading, writing

bp = Blueprint("request", __name__, url_prefix="/cases/<uuid:case_id>/request")


@bp.get("")
def show(case_id: UUID) -> ResponseReturnValue:
    return _shown(case_id, None)


@bp.route("/comment", methods=["GET", "POST"])
def comment(case_id: UUID) -> ResponseReturnValue:
    form = CommentForm()
    if form.validate_on_submit() and form.version.data is not None:
        with writing() as work:
            comments.write(work, case_id, form.version.data, words=form.words.data or "")
        flash(_("Your comment stands. Those who prepare the request on both sides read it; nobody at the ILO does."))
        return redirect(url_for(".show", case_id=case_id, _anchor="comments"), 303)
    return _shown(case_id, form if form.errors else None)


@bp.route("/edit", methods=["GET", "POST"])
def edit(case_id: UUID) -> ResponseReturnValue:
    form, overtaken = RequestForm(), False
    if form.validate_on_submit():
        try:
            with writing() as work:
                number = requests.edit(work, case_id, form.text, seen=form.seen.data or 0)
            flash(_("Version %(number)s stands. Whatever was endorsed before has to be endorsed anew.", number=number))
            return redirect(url_for(".show", case_id=case_id), 303)
        except OutOfDate:
            overtaken = True
    with reading() as work:
        shown, draft = requests.look_before_editing(work, case_id), drafts.look(work, case_id, DRAFT_OF_REQUEST)
    if request.method == "GET":
        form = RequestForm(MultiDict(draft.fields)) if draft.fields else RequestForm.of(shown.text, shown.number)
        overtaken = form.seen.data != shown.number
    form.seen.data, form.seen.raw_data = shown.number, None
    differences = changes.of_texts(shown.text, form.text) if overtaken else []
    page = render_template(
        "request/edit.html",
        shown=shown,
        head=shown.head,
        form=form,
        draft=draft,
        overtaken=overtaken,
        differences=differences,
    )
    return page, 422 if form.errors else 409 if overtaken and request.method == "POST" else 200


@bp.route("/endorse", methods=["GET", "POST"])
def endorse(case_id: UUID) -> ResponseReturnValue:
    form = EndorseForm()
    if form.validate_on_submit() and form.version.data is not None:
        try:
            with writing() as work:
                made = requests.endorse(work, case_id, form.version.data)
            flash(_endorsed(made))
            return redirect(url_for("cases.show", case_id=case_id), 303)
        except (OutOfDate, Unfit) as refusal:
            form.form_errors.append(_overtaken() if isinstance(refusal, OutOfDate) else words_of(refusal))
    with reading() as work:
        shown = requests.show(work, case_id)
    form.version.data = shown.version_id
    page = render_template("request/endorse.html", shown=shown, head=shown.head, form=form, changed=_changed(shown))
    return page, 409 if form.errors else 200


def _shown(case_id: UUID, failed: CommentForm | None) -> ResponseReturnValue:
    """The request with what was said about it; ``failed`` is a comment that was sent and not taken."""
    with reading() as work:
        shown = requests.show(work, case_id)
        in_drafting = Room.DRAFTING in shown.head.hears and shown.number
        said = comments.read(work, case_id, after=after(request.args)) if in_drafting else None
        may = Act.REQUEST_COMMENT in shown.may
        draft = drafts.look(work, case_id, DRAFT_OF_COMMENT) if may else None
    form = failed or CommentForm(formdata=None, data=draft.fields if draft is not None else {})
    form.version.data = shown.version_id
    page = render_template(
        "request/show.html",
        shown=shown,
        head=shown.head,
        changed=_changed(shown),
        said=said,
        next_key=key_of(said.after) if said is not None else "",
        comment_form=form if may else None,
        form=failed,
        draft=draft,
    )
    return page, 422 if failed else 200


def _changed(shown: OpenRequest) -> list[changes.Change]:
    return changes.since(shown.earlier, shown) if shown.earlier is not None else []


def _overtaken() -> str:
    return str(_("Another version stands by now: the one below. Read it before you endorse it."))


def _endorsed(made: bool) -> str:
    if made:
        return str(_("Both parties have endorsed the same words: the joint request now stands before the ILO."))
    return str(
        _("Endorsed for your party. The request goes to the ILO once the other party endorses this version too.")
    )
