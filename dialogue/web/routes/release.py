"""Releases: asked for in a caucus, let go or kept by the owner of the room."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.acts import Act
from dialogue.domain.releases import draft_of_asking
from dialogue.errors import IllegalTransition, NotBound, OutOfDate, Unfit
from dialogue.services import drafts, releases
from dialogue.web import markdown
from dialogue.web.errors import words_of
from dialogue.web.forms.releases import ApproveForm, AskForm
from dialogue.web.unit import reading, writing

bp = Blueprint("release", __name__, url_prefix="/cases/<uuid:case_id>/notes/<uuid:note_id>")


@bp.route("/release", methods=["GET", "POST"])
def approve(case_id: UUID, note_id: UUID) -> ResponseReturnValue:
    form = ApproveForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                copy_id = releases.approve(work, case_id, note_id, seen_revision=form.seen_revision)
        except OutOfDate:
            form.form_errors.append(_revised())
        else:
            flash(_("Both parties can read a copy in the joint room. The note itself stays where it was."))
            return redirect(url_for("notes.show", case_id=case_id, note_id=copy_id), 303)
    with reading() as work:
        found = releases.prospect(work, case_id, note_id, Act.RELEASE_APPROVE)
    form.read.data = False
    form.seen.data = str(found.revision)
    page = render_template("release/approve.html", found=found, head=found.head, form=form, render=markdown.render)
    return page, 422 if form.errors else 200


@bp.route("/ask-release", methods=["GET", "POST"])
def ask(case_id: UUID, note_id: UUID) -> ResponseReturnValue:
    form = AskForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                releases.ask(work, case_id, note_id, seen_revision=form.seen_revision, remark=form.remark.data or "")
        except OutOfDate:
            form.form_errors.append(_revised())
        except (IllegalTransition, NotBound, Unfit) as refusal:
            form.form_errors.append(words_of(refusal))
        else:
            flash(_("The party's lead is asked. Nobody outside this caucus learns of it."))
            return redirect(url_for("notes.show", case_id=case_id, note_id=note_id), 303)
    with reading() as work:
        found = releases.prospect(work, case_id, note_id, Act.RELEASE_ASK)
        draft = drafts.look(work, case_id, draft_of_asking(note_id))
    if request.method == "GET":
        form = AskForm(formdata=None, data=draft.fields)
    form.seen.data = str(found.revision)
    page = render_template(
        "release/ask.html", found=found, head=found.head, form=form, draft=draft, render=markdown.render
    )
    return page, 422 if form.errors else 200


@bp.post("/keep")
def keep(case_id: UUID, note_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        releases.keep(work, case_id, note_id)
    flash(_("The note stays where it is. Nobody outside its room learns that it was asked for."))
    return redirect(url_for("notes.show", case_id=case_id, note_id=note_id), 303)


def _revised() -> str:
    return str(_("Somebody has revised this note since you read it. Read what it says now before you answer."))
