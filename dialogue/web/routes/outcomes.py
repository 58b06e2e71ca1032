"""The outcome record: assembled, looked at, signed."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.agenda import ItemState
from dialogue.domain.outcomes import DRAFT_OF_ADDENDUM, OutcomeKind, OutcomeState
from dialogue.domain.people import Party
from dialogue.errors import IllegalTransition, NotAgreed, NotBound, NotFound, OutOfDate, Refusal, Unfit
from dialogue.services import drafts, outcomes
from dialogue.services.outcomes import Assembling, BoardItem, OutcomeShown, TakenOut
from dialogue.web import printed
from dialogue.web.board import BoardRow, together_state
from dialogue.web.downloads import attachment
from dialogue.web.errors import words_of
from dialogue.web.forms.outcomes import AddendumForm, OutcomeForm, SignForm, TakeOutForm
from dialogue.web.i18n import language
from dialogue.web.labels import label
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
    return _signing(case_id, outcome_id, form, OutcomeKind.RECORD)


@bp.route("/addendum", methods=["GET", "POST"])
def addend(case_id: UUID) -> ResponseReturnValue:
    form = AddendumForm()
    if form.validate_on_submit():
        said = {"words": form.words.data, "language": form.language.data}
        try:
            with writing() as work:
                outcome_id = outcomes.addend(work, case_id, replaces=form.seen_draft, **said)
        except MEANWHILE as refusal:
            form.form_errors.append(_meanwhile(refusal))
        else:
            flash(_("The addendum is drawn up. It counts once both leads have signed it."))
            return redirect(url_for(".show", case_id=case_id, outcome_id=outcome_id), 303)
    with reading() as work:
        found = outcomes.addending(work, case_id)
        draft = drafts.look(work, case_id, DRAFT_OF_ADDENDUM)
    if request.method == "GET":
        begun = {"words": found.words.words, "language": found.words.language} if found.words is not None else {}
        form = AddendumForm(data={"language": found.language} | begun | draft.fields)
    form.replaces.data = str(found.draft.id) if found.draft else ""
    page = render_template("outcome/addend.html", found=found, head=found.head, form=form, draft=draft)
    return page, 422 if form.errors else 200


@bp.route("/<uuid:outcome_id>/sign-addendum", methods=["GET", "POST"])
def sign_addendum(case_id: UUID, outcome_id: UUID) -> ResponseReturnValue:
    form = SignForm()
    if form.validate_on_submit():
        with writing() as work:
            state = outcomes.sign_addendum(work, case_id, outcome_id, seen=form.hash.data)
        if state is OutcomeState.SIGNED:
            flash(_("Both parties have signed the addendum. It will not change any more."))
        else:
            flash(_("You have signed for your party. The other lead is asked to sign the same addendum."))
        return redirect(url_for(".show", case_id=case_id, outcome_id=outcome_id), 303)
    return _signing(case_id, outcome_id, form, OutcomeKind.ADDENDUM)


@bp.route("/<uuid:outcome_id>/take-out", methods=["GET", "POST"])
def take_out(case_id: UUID, outcome_id: UUID) -> ResponseReturnValue:
    form = TakeOutForm()
    if form.validate_on_submit():
        # The entry in the record of what happened is committed before a byte leaves.
        with writing() as work:
            taken = outcomes.take_out(work, case_id, outcome_id)
        return _leaving(taken, form.shape.data)
    with reading() as work:
        shown = outcomes.may_take_out(work, case_id, outcome_id)
    page = render_template(
        "outcome/take_out.html", shown=shown, head=shown.head, form=form, has_pdf=printed.is_available()
    )
    return page, 422 if form.errors else 200


def _leaving(taken: TakenOut, shape: str | None) -> ResponseReturnValue:
    """The record as a file for checking, as a PDF where that can be made, or as a page to print."""
    if shape == "file":
        data = json.dumps(taken.file, ensure_ascii=False, indent=1, sort_keys=True).encode()
        return attachment("outcome-record.json", iter([data]), size=len(data))
    if shape == "pdf" and printed.is_available():
        data = as_pdf(taken)
        return attachment("outcome-record.pdf", iter([data]), size=len(data))
    return render_template("outcome/print.html", **_told(taken))


def as_pdf(taken: TakenOut) -> bytes:
    """The record as a PDF."""
    return printed.pdf(render_template("outcome/paper.html", **_told(taken)))


def _told(taken: TakenOut) -> dict[str, Any]:
    return {
        "taken": taken,
        "shown": taken.shown,
        "head": taken.shown.head,
        "rows": [_row(item) for item in taken.board],
    }


def _row(item: BoardItem) -> BoardRow:
    company, union = item.stances.get(Party.COMPANY), item.stances.get(Party.UNION)
    parked = item.state is ItemState.PARKED
    return BoardRow(
        item.title or _("An item that you cannot read"),
        company.value if company else None,
        union.value if union else None,
        label(item.state) if parked else label(item.consensus),
        "parked" if parked else together_state(item.consensus),
    )


def _signing(case_id: UUID, outcome_id: UUID, form: SignForm, kind: OutcomeKind) -> ResponseReturnValue:
    """The page on which a record or an addendum is signed."""
    with reading() as work:
        shown: OutcomeShown = outcomes.show(work, case_id, outcome_id)
    if shown.kind is not kind:
        raise NotFound
    form.hash.data = shown.hash
    page = render_template("outcome/sign.html", shown=shown, head=shown.head, form=form)
    return page, 422 if form.errors else 200


def _assembling(case_id: UUID, form: OutcomeForm) -> ResponseReturnValue:
    """The page on which a record is put together, with its preview where that was asked for."""
    preview = None
    with reading() as work:
        found = outcomes.assembling(work, case_id)
        if form.preview.data and not form.errors:
            try:
                preview = outcomes.preview(work, case_id, **form.said)
            except MEANWHILE as refusal:
                form.form_errors.append(_meanwhile(refusal))
    if request.method == "GET":
        form = OutcomeForm(data=_begin_with(found))
    form.offer(found.agreed)
    form.replaces.data = found.draft.id if found.draft else ""
    page = render_template("outcome/assemble.html", found=found, head=found.head, form=form, preview=preview)
    return page, 422 if form.errors else 200


def _begin_with(found: Assembling) -> dict[str, Any]:
    begun: dict[str, Any] = {"items": [str(choice.item_id) for choice in found.agreed if choice.is_chosen]}
    if found.words is None:
        return begun | {"language": language()}
    return begun | {"language": found.words.language}


def _meanwhile(refusal: Refusal) -> str:
    if isinstance(refusal, OutOfDate):
        return str(
            _("Somebody else has assembled a record in the meantime. Look at it before you replace it with yours.")
        )
    if isinstance(refusal, NotAgreed):
        return str(_("One of the items you chose is not in consensus any more. Choose again."))
    return words_of(refusal)
