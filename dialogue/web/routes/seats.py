"""What becomes of seats: deputies who stand in, the next lead, longer seats, questions about people, keys at hand."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.acts import Act
from dialogue.errors import NotFound, Unfit
from dialogue.services import drafts, inquiries, leads, participants
from dialogue.services.inquiries import DRAFT_OF_INQUIRY
from dialogue.services.participants import Delegations, Listed
from dialogue.web.errors import words_of
from dialogue.web.forms.cases import AgreeForm
from dialogue.web.forms.delegation import CodeAtHandForm, ExtendForm, InquiryAnswerForm, InquiryForm, NamedKeyForm
from dialogue.web.forms.filters import identifier
from dialogue.web.routes import delegation
from dialogue.web.unit import reading, writing

bp = delegation.bp


@bp.route("/<uuid:participant_id>/succeed", methods=["GET", "POST"])
def succeed(case_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    form = NamedKeyForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                leads.succeed(work, case_id, participant_id, fingerprint=form.fingerprint.data)
            flash(_("Signed with your key. The seat of the lead has changed hands; both sides are told."))
            return redirect(url_for(".index", case_id=case_id), 303)
        except Unfit as refusal:
            form.form_errors.append(words_of(refusal))
    shown, person = _person(case_id, participant_id, Act.LEAD_SUCCEED)
    form.fingerprint.data = person.fingerprint
    page = render_template("delegation/succeed.html", head=shown.head, subject=person, form=form)
    return page, 422 if form.errors else 200


@bp.post("/<uuid:participant_id>/deputy")
def deputy(case_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    stands_in = request.form.get("stands_in") == "y"
    if not AgreeForm().validate_on_submit():
        abort(400)
    with writing() as work:
        leads.let_deputy(work, case_id, participant_id, stands_in=stands_in)
    flash(_("The deputy acts for you from now on.") if stands_in else _("The deputy acts only while you are away."))
    return redirect(url_for(".index", case_id=case_id), 303)


@bp.post("/stand-in")
def stand_in(case_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        leads.stand_in(work, case_id)
    flash(_("You act for your lead now. Both leads are told by mail, and yours can end it at any time."))
    return redirect(url_for(".index", case_id=case_id), 303)


@bp.route("/<uuid:participant_id>/extend", methods=["GET", "POST"])
def extend(case_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    form = ExtendForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                participants.extend(work, case_id, participant_id, until=form.ends_at)
            flash(_("Signed. The longer seat stands once the other side has accepted it."))
            return redirect(url_for(".index", case_id=case_id), 303)
        except Unfit as refusal:
            form.until.errors = [words_of(refusal)]
    with reading() as work:
        shown = participants.look_before(work, case_id, Act.SEAT_STATE)
    person = next((p for p in shown.people if p.participant_id == participant_id and p.may_extend), None)
    if person is None:
        raise NotFound(participant_id)
    page = render_template("delegation/extend.html", head=shown.head, subject=person, form=form)
    return page, 422 if form.errors else 200


@bp.route("/<uuid:participant_id>/ask", methods=["GET", "POST"])
def ask(case_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    form = InquiryForm()
    if form.validate_on_submit():
        with writing() as work:
            inquiries.ask(work, case_id, participant_id, words=form.words.data)
        flash(_("Asked. The other lead answers here and you get a mail."))
        return redirect(url_for(".ask", case_id=case_id, participant_id=participant_id), 303)
    return _inquiry(case_id, participant_id, form, InquiryAnswerForm(formdata=None))


@bp.post("/<uuid:participant_id>/answer")
def answer(case_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    form = InquiryAnswerForm()
    inquiry = identifier(form.inquiry.data)
    if form.validate_on_submit() and inquiry is not None:
        with writing() as work:
            inquiries.answer(work, case_id, inquiry, words=form.words.data)
        flash(_("Answered. The other lead gets a mail."))
        return redirect(url_for(".ask", case_id=case_id, participant_id=participant_id), 303)
    return _inquiry(case_id, participant_id, InquiryForm(formdata=None), form)


@bp.route("/keys", methods=["GET", "POST"])
def keys(case_id: UUID) -> ResponseReturnValue:
    form = CodeAtHandForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                leads.confirm_keys(work, case_id, code=form.recovery_code.data)
            flash(_("The code is at hand. Your side goes on; a second holder of its keys would still be safer."))
            return redirect(url_for("cases.show", case_id=case_id), 303)
        except Unfit as refusal:
            form.recovery_code.errors = [words_of(refusal)]
    form.recovery_code.data = ""
    with reading() as work:
        head = leads.look_before_confirming_keys(work, case_id)
    return render_template("delegation/keys.html", head=head, form=form), 422 if form.errors else 200


def _inquiry(
    case_id: UUID, participant_id: UUID, form: InquiryForm, answering: InquiryAnswerForm
) -> ResponseReturnValue:
    with reading() as work:
        shown = inquiries.show(work, case_id, participant_id)
        draft = drafts.look(work, case_id, DRAFT_OF_INQUIRY)
    if request.method == "GET" and draft.fields and shown.may_ask:
        form = InquiryForm(formdata=None, data=draft.fields)
    has_errors = bool(form.errors or answering.errors)
    page = render_template(
        "delegation/ask.html", shown=shown, head=shown.head, form=form, answering=answering, draft=draft
    )
    return page, 422 if has_errors else 200


def _person(case_id: UUID, participant_id: UUID, act: Act) -> tuple[Delegations, Listed]:
    with reading() as work:
        shown = participants.look_before(work, case_id, act)
    person = next((p for p in shown.people if p.participant_id == participant_id and act in p.may), None)
    if person is None:
        raise NotFound(participant_id)
    return shown, person
