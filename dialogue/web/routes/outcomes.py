"""The outcome record: assembled, looked at, signed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.outcomes import DRAFT_OF_OUTCOME, OutcomeState
from dialogue.errors import IllegalTransition, NotAgreed, NotBound, OutOfDate, Refusal, Unfit
from dialogue.services import drafts, outcomes
from dialogue.services.outcomes import Assembling
from dialogue.web.errors import words_of
from dialogue.web.forms.outcomes import OutcomeForm, SignForm
from dialogue.web.i18n import language
from dialogue.web.unit import reading, writing

bp = Blueprint("outcome", __name__, url_prefix="/cases/<uuid:case_id>/outcome")

# What can have happened while somebody wrote: the form is shown again with the words in it.
MEANWHILE = (OutOfDate, NotAgreed, NotBound, IllegalTransition, Unfit)


@bp.get("")
def index(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        found = outcomes.index(work, case_id)
    return render_template("outcome/index.html", found=found, head=found.head)


@bp.route("/assemble", methods=["GET", "POST"])
def assemble(case_id: UUID) -> ResponseReturnValue:
    form = OutcomeForm()
    if form.validate_on_submit() and not form.preview.data:
        try:
            with writing() as work:
                outcome_id = outcomes.assemble(work, case_id, replaces=form.seen_draft, **form.said)
        except MEANWHILE as refusal:
            form.form_errors.append(_meanwhile(refusal))
        else:
            flash(_("The record is assembled. Both leads can read it and sign it."))
            return redirect(url_for(".show", case_id=case_id, outcome_id=outcome_id), 303)
    return _assembling(case_id, form)


@bp.get("/<uuid:outcome_id>")
def show(case_id: UUID, outcome_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        shown = outcomes.show(work, case_id, outcome_id)
    return render_template("outcome/show.html", shown=shown, head=shown.head)


@bp.route("/<uuid:outcome_id>/sign", methods=["GET", "POST"])
def sign(case_id: UUID, outcome_id: UUID) -> ResponseReturnValue:
    form = SignForm()
    if form.validate_on_submit():
        with writing() as work:
            state = outcomes.sign(work, case_id, outcome_id, seen=form.hash.data)
        if state is OutcomeState.SIGNED:
            flash(_("Both parties have signed. The dialogue is completed, and the record will not change any more."))
        else:
            flash(_("You have signed for your party. The other lead is asked to sign the same record."))
        return redirect(url_for(".show", case_id=case_id, outcome_id=outcome_id), 303)
    with reading() as work:
        shown = outcomes.show(work, case_id, outcome_id)
    form.hash.data = shown.hash
    page = render_template("outcome/sign.html", shown=shown, head=shown.head, form=form)
    return page, 422 if form.errors else 200


def _assembling(case_id: UUID, form: OutcomeForm) -> ResponseReturnValue:
    """The page on which a record is put together, with its preview where that was asked for."""
    preview = None
    with reading() as work:
        found = outcomes.assembling(work, case_id)
        draft = drafts.look(work, case_id, DRAFT_OF_OUTCOME)
        if form.preview.data and not form.errors:
            try:
                preview = outcomes.preview(work, case_id, **form.said)
            except MEANWHILE as refusal:
                form.form_errors.append(_meanwhile(refusal))
    if request.method == "GET":
        form = OutcomeForm(data=_begin_with(found) | _kept(draft.fields))
    form.offer(found.agreed)
    form.replaces.data = found.draft.id if found.draft else ""
    page = render_template(
        "outcome/assemble.html", found=found, head=found.head, form=form, draft=draft, preview=preview
    )
    return page, 422 if form.errors else 200


def _kept(fields: dict[str, str]) -> dict[str, Any]:
    """What a draft holds; one without ticked items was kept with none of them ticked."""
    return fields | {"items": fields.get("items", "").split()} if fields else {}


def _begin_with(found: Assembling) -> dict[str, Any]:
    begun: dict[str, Any] = {"items": [str(choice.item_id) for choice in found.agreed if choice.is_chosen]}
    if found.words is None:
        return begun | {"language": language()}
    words = found.words
    return begun | {"preamble": words.preamble, "closing": words.closing, "language": words.language}


def _meanwhile(refusal: Refusal) -> str:
    if isinstance(refusal, OutOfDate):
        return str(
            _("Somebody else has assembled a record in the meantime. Look at it before you replace it with yours.")
        )
    if isinstance(refusal, NotAgreed):
        return str(_("One of the items you chose is not in consensus any more. Choose again."))
    return words_of(refusal)
