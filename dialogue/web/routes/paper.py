"""Paper entries: what happened outside this place, agreed by both leads."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.paper import DRAFT_OF_ENTRY, PaperKind, PaperState
from dialogue.errors import IllegalTransition, NotBound, Unfit
from dialogue.services import drafts, paper
from dialogue.web import markdown
from dialogue.web.errors import words_of
from dialogue.web.forms.paper import PaperForm
from dialogue.web.unit import reading, writing

bp = Blueprint("paper", __name__, url_prefix="/cases/<uuid:case_id>/paper")

# What can have happened while somebody wrote: the form is shown again with the words in it.
MEANWHILE = (IllegalTransition, NotBound, Unfit)


@bp.get("")
def index(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        found = paper.index(work, case_id)
    return render_template("paper/index.html", found=found, head=found.head, render=markdown.render)


@bp.route("/propose", methods=["GET", "POST"])
def propose(case_id: UUID) -> ResponseReturnValue:
    form = PaperForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                entry_id = paper.propose(work, case_id, **form.entry)
            flash(_("Entered. It is kept for good once both leads have agreed to it."))
            return redirect(url_for(".index", case_id=case_id, _anchor=f"entry-{entry_id}"), 303)
        except MEANWHILE as refusal:
            form.form_errors.append(words_of(refusal))
    with reading() as work:
        found = paper.look_before_proposing(work, case_id)
        draft = drafts.look(work, case_id, DRAFT_OF_ENTRY)
    if request.method == "GET":
        form = PaperForm(formdata=None, data=_kept(draft.fields))
    page = render_template("paper/propose.html", found=found, head=found.head, form=form, draft=draft)
    return page, 422 if form.errors else 200


@bp.post("/<uuid:entry_id>/agree")
def agree(case_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        state = paper.agree(work, case_id, entry_id)
    if state is PaperState.AGREED:
        flash(_("Both leads have agreed to it. It will not change any more."))
    else:
        flash(_("You have agreed for your party. The other lead is asked as well."))
    return redirect(url_for(".index", case_id=case_id, _anchor=f"entry-{entry_id}"), 303)


@bp.post("/<uuid:entry_id>/withdraw")
def withdraw(case_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        paper.withdraw(work, case_id, entry_id)
    flash(_("Taken off. It counts for nothing, and it can be entered anew in other words."))
    return redirect(url_for(".index", case_id=case_id), 303)


def _kept(fields: dict[str, str]) -> dict[str, Any]:
    """What a draft holds, as the form's fields take it; what is no day or kind is left out."""
    told: dict[str, Any] = {name: value for name, value in fields.items() if name in {"title", "text"}}
    if fields.get("kind") in set(PaperKind):
        told["kind"] = PaperKind(fields["kind"])
    try:
        told["happened_on"] = date.fromisoformat(fields.get("happened_on", ""))
    except ValueError:
        return told
    return told
