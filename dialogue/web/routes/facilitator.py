"""The facilitator: proposed from the office's list, interests declared, answered by each lead apart, replaced."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.acts import Act
from dialogue.domain.facilitators import DRAFT_OF_DECLARATION, DRAFT_OF_HAND_OVER
from dialogue.errors import Unfit
from dialogue.services import drafts, facilitators
from dialogue.services.facilitators import Facilitation
from dialogue.web.errors import words_of
from dialogue.web.forms.facilitators import (
    AnswerForm,
    ChooseFacilitatorForm,
    DeclarationForm,
    DepartureForm,
    HandOverForm,
)
from dialogue.web.unit import reading, writing

bp = Blueprint("facilitator", __name__, url_prefix="/cases/<uuid:case_id>/facilitator")


@bp.get("")
def index(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        shown = facilitators.index(work, case_id)
    return render_template("facilitator/index.html", shown=shown, head=shown.head)


@bp.route("/propose", methods=["GET", "POST"])
def propose(case_id: UUID) -> ResponseReturnValue:
    shown = _before(case_id, Act.FACILITATOR_PROPOSE)
    form = ChooseFacilitatorForm().among(shown.could_be)
    if form.validate_on_submit():
        try:
            with writing() as work:
                facilitators.propose(work, case_id, form.account_id)
            flash(_("Proposed. The person can read the request now, and is asked to declare interests first."))
            return redirect(url_for(".index", case_id=case_id), 303)
        except Unfit as refusal:
            form.form_errors.append(words_of(refusal))
    page = render_template("facilitator/propose.html", shown=shown, head=shown.head, form=form)
    return page, 422 if form.errors else 200


@bp.route("/declare", methods=["GET", "POST"])
def declare(case_id: UUID) -> ResponseReturnValue:
    form = DeclarationForm()
    if form.validate_on_submit():
        with writing() as work:
            facilitators.declare(work, case_id, interests=form.declared)
        flash(_("Declared. Both leads are asked for their answer, each for itself."))
        return redirect(url_for(".index", case_id=case_id), 303)
    with reading() as work:
        shown = facilitators.look_before(work, case_id, Act.FACILITATOR_DECLARE)
        draft = drafts.look(work, case_id, DRAFT_OF_DECLARATION)
    if request.method == "GET" and draft.fields:
        form = DeclarationForm(formdata=None, data=draft.fields)
    page = render_template("facilitator/declare.html", shown=shown, head=shown.head, form=form, draft=draft)
    return page, 422 if form.errors else 200


@bp.post("/<uuid:participant_id>/accept")
def accept(case_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    form = AnswerForm()
    with writing() as work:
        facilitators.accept(work, case_id, participant_id, seen=form.seen)
    flash(_("Accepted for your party. The other party learns of your answer only once it has given its own."))
    return redirect(url_for(".index", case_id=case_id), 303)


@bp.post("/<uuid:participant_id>/decline")
def decline(case_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        facilitators.decline(work, case_id, participant_id)
    flash(_("Declined, without a reason. Somebody else can be proposed now."))
    return redirect(url_for(".index", case_id=case_id), 303)


@bp.route("/hand-over", methods=["GET", "POST"])
def hand_over(case_id: UUID) -> ResponseReturnValue:
    form = HandOverForm()
    if form.validate_on_submit():
        with writing() as work:
            done = facilitators.hand_over(work, case_id, title=_("Hand-over"), words=form.words.data or "")
        flash(
            _("Handed over. What you noted is open to the facilitator who follows you.")
            if done
            else _("Noted in the facilitators' room. It opens to whoever follows once you hand over again.")
        )
        return redirect(url_for(".index", case_id=case_id), 303)
    with reading() as work:
        shown = facilitators.look_before(work, case_id, Act.FACILITATOR_HAND_OVER)
        draft = drafts.look(work, case_id, DRAFT_OF_HAND_OVER)
    if request.method == "GET" and draft.fields:
        form = HandOverForm(formdata=None, data=draft.fields)
    page = render_template("facilitator/hand_over.html", shown=shown, head=shown.head, form=form, draft=draft)
    return page, 422 if form.errors else 200


@bp.route("/<uuid:participant_id>/leave", methods=["GET", "POST"])
def leave(case_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    form = DepartureForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                facilitators.leave(work, case_id, gives_up=bool(form.gives_up.data))
            flash(_("Your seat has ended. You hold no key of this dialogue any more."))
            return redirect(url_for("cases.index"), 303)
        except Unfit as refusal:
            form.gives_up.errors = [words_of(refusal)]
    return _departure(case_id, participant_id, Act.FACILITATOR_LEAVE, form)


@bp.route("/<uuid:participant_id>/release", methods=["GET", "POST"])
def release(case_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    form = DepartureForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                facilitators.release(work, case_id, participant_id, gives_up=bool(form.gives_up.data))
            flash(_("The seat has ended. What is written from now on opens to that person no more."))
            return redirect(url_for(".index", case_id=case_id), 303)
        except Unfit as refusal:
            form.gives_up.errors = [words_of(refusal)]
    return _departure(case_id, participant_id, Act.FACILITATOR_RELEASE, form)


def _departure(case_id: UUID, participant_id: UUID, act: Act, form: DepartureForm) -> ResponseReturnValue:
    """What ends with the seat, said before it is confirmed."""
    with reading() as work:
        shown = facilitators.look_before_leaving(work, case_id, participant_id, act)
    page = render_template("facilitator/departure.html", shown=shown, head=shown.head, form=form)
    return page, 422 if form.errors else 200


def _before(case_id: UUID, act: Act) -> Facilitation:
    with reading() as work:
        return facilitators.look_before(work, case_id, act)
