"""Who sits at the table: both delegations, inviting and listing people, and confirming their keys."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.acts import Act
from dialogue.domain.people import Party
from dialogue.errors import NotFound, OutOfDate, Unfit
from dialogue.services import participants
from dialogue.services.participants import Delegations, Listed
from dialogue.web.errors import words_of
from dialogue.web.forms.cases import AgreeForm
from dialogue.web.forms.delegation import AgainForm, ConfirmKeyForm, InviteForm, OrganisationForm, PersonForm
from dialogue.web.unit import reading, writing

bp = Blueprint("delegation", __name__, url_prefix="/cases/<uuid:case_id>/people")


@bp.get("")
def index(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        shown = participants.index(work, case_id)
    return render_template("delegation/index.html", shown=shown, head=shown.head)


@bp.route("/invite", methods=["GET", "POST"])
def invite(case_id: UUID) -> ResponseReturnValue:
    shown = _shown(case_id, Act.CASE_INVITE)
    form = InviteForm().for_party(_own(shown).other)
    if form.validate_on_submit():
        try:
            with writing() as work:
                participants.invite_lead(work, case_id, **form.person, **form.stands_for)
            flash(_("The invitation is on its way by mail. It names neither you nor the dialogue."))
            return redirect(url_for("cases.show", case_id=case_id), 303)
        except Unfit as refusal:
            form.refuse(refusal.reason, words_of(refusal))
    return render_template("delegation/invite.html", head=shown.head, form=form), 422 if form.errors else 200


@bp.route("/add", methods=["GET", "POST"])
def add(case_id: UUID) -> ResponseReturnValue:
    shown = _shown(case_id, Act.PARTICIPANT_LIST)
    form = PersonForm().with_organisations(
        [(row, name) for row, side, _k, name in shown.organisations if side is _own(shown)]
    )
    if form.validate_on_submit():
        try:
            with writing() as work:
                participants.add(work, case_id, **form.person, **form.seat)
            flash(_("The person is listed, and an invitation is on its way by mail."))
            return redirect(url_for(".index", case_id=case_id), 303)
        except Unfit as refusal:
            form.refuse(refusal.reason, words_of(refusal))
    return render_template("delegation/add.html", head=shown.head, form=form), 422 if form.errors else 200


@bp.route("/organisation", methods=["GET", "POST"])
def organisation(case_id: UUID) -> ResponseReturnValue:
    shown = _shown(case_id, Act.PARTICIPANT_LIST)
    form = OrganisationForm().for_party(_own(shown))
    if form.validate_on_submit():
        with writing() as work:
            participants.add_organisation(work, case_id, name=form.name.data, kind=form.kind.data)
        flash(_("The organisation stands on your side."))
        return redirect(url_for(".index", case_id=case_id), 303)
    return render_template("delegation/organisation.html", head=shown.head, form=form), 422 if form.errors else 200


@bp.route("/<uuid:participant_id>/again", methods=["GET", "POST"])
def again(case_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    shown, person = _person(case_id, participant_id, Act.PARTICIPANT_LIST)
    form = AgainForm(data={"email": person.email})
    if form.validate_on_submit():
        try:
            with writing() as work:
                participants.invite_again(work, case_id, participant_id, email=form.email.data)
            flash(_("A new invitation is on its way. The links sent before open nothing any more."))
            return redirect(url_for(".index", case_id=case_id), 303)
        except Unfit as refusal:
            form.email.errors = [words_of(refusal)]
    page = render_template("delegation/again.html", head=shown.head, subject=person, form=form)
    return page, 422 if form.errors else 200


@bp.get("/<uuid:participant_id>/compare")
def compare(case_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    return _comparison(case_id, participant_id, ConfirmKeyForm(formdata=None))


@bp.post("/<uuid:participant_id>/state")
def state(case_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    form = ConfirmKeyForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                participants.state(work, case_id, participant_id, fingerprint=form.fingerprint.data)
            flash(_("Confirmed and signed with your key. Whoever has to act next gets a mail."))
            return redirect(url_for(".index", case_id=case_id), 303)
        except OutOfDate:
            form.form_errors.append(_other_words())
    return _comparison(case_id, participant_id, form)


@bp.post("/<uuid:participant_id>/accept")
def accept(case_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    form = ConfirmKeyForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                participants.accept(work, case_id, participant_id, fingerprint=form.fingerprint.data)
            flash(_("Accepted and signed with your key. Whoever has to act next gets a mail."))
            return redirect(url_for(".index", case_id=case_id), 303)
        except OutOfDate:
            form.form_errors.append(_other_words())
    return _comparison(case_id, participant_id, form)


@bp.route("/<uuid:participant_id>/remove", methods=["GET", "POST"])
def remove(case_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    shown, person = _person(case_id, participant_id, Act.PARTICIPANT_REMOVE)
    if not AgreeForm().validate_on_submit():
        return render_template("delegation/remove.html", head=shown.head, shown=shown, subject=person)
    with writing() as work:
        participants.remove(work, case_id, participant_id)
    flash(_("The person is off the table. Nothing that is written from now on opens for that person."))
    return redirect(url_for(".index", case_id=case_id), 303)


def _comparison(case_id: UUID, participant_id: UUID, form: ConfirmKeyForm) -> ResponseReturnValue:
    """The words to read to each other; the form carries the key behind them."""
    with reading() as work:
        shown = participants.compare(work, case_id, participant_id)
    form.fingerprint.data = shown.fingerprint
    page = render_template("delegation/compare.html", shown=shown, head=shown.head, form=form)
    return page, 409 if form.errors else 200


def _shown(case_id: UUID, act: Act) -> Delegations:
    """Both delegations, for whoever may do that act."""
    with reading() as work:
        return participants.look_before(work, case_id, act)


def _person(case_id: UUID, participant_id: UUID, act: Act) -> tuple[Delegations, Listed]:
    with reading() as work:
        shown = participants.look_before(work, case_id, act)
        person = next((p for p in shown.people if p.participant_id == participant_id and act in p.may), None)
        if person is None:
            raise NotFound(participant_id)
    return shown, person


def _own(shown: Delegations) -> Party:
    if shown.head.party is None:
        raise NotFound(shown.head.case_id)
    return shown.head.party


def _other_words() -> str:
    return str(
        _("This person's key is another one by now. Compare the words below, which belong to it, before you go on.")
    )
