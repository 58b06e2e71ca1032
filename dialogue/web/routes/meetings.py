"""Meetings: looking for a date, confirming, moving and cancelling, and where people meet."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from dialogue.domain.acts import Act
from dialogue.domain.meetings import DRAFT_OF_MEETING, Ground
from dialogue.errors import OutOfDate, Unfit
from dialogue.services import dates, drafts, meetings
from dialogue.web.errors import words_of
from dialogue.web.forms.meetings import (
    AnswersForm,
    BookingForm,
    ChooseDateForm,
    DatesForm,
    DetailsForm,
    ProposeMeetingForm,
    SeenForm,
)
from dialogue.web.i18n import place
from dialogue.web.unit import reading, writing

bp = Blueprint("meetings", __name__, url_prefix="/cases/<uuid:case_id>/meetings")


@bp.get("")
def index(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        found = meetings.index(work, case_id)
    return render_template("meetings/index.html", found=found, head=found.head, place=place())


@bp.route("/propose", methods=["GET", "POST"])
def propose(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        found = meetings.look_before_proposing(work, case_id)
        draft = drafts.look(work, case_id, DRAFT_OF_MEETING)
    form = ProposeMeetingForm().among(found.kinds)
    if form.validate_on_submit():
        try:
            with writing() as work:
                meeting_id = meetings.propose(
                    work,
                    case_id,
                    kind=form.kind.data,
                    details=form.details,
                    offers=form.offers,
                    asks_ground=form.asks_ground.data,
                )
            flash(_("Proposed. Everybody who is asked sees the dates, each in the own time zone."))
            return redirect(url_for(".show", case_id=case_id, meeting_id=meeting_id), 303)
        except Unfit as refusal:
            form.form_errors.append(words_of(refusal))
    if request.method == "GET" and draft.fields:
        form = ProposeMeetingForm(formdata=MultiDict(draft.fields)).among(found.kinds)
    elif request.method == "GET" and request.args.get("kind") in found.kinds:
        form.kind.data = request.args["kind"]
    page = render_template("meetings/propose.html", found=found, head=found.head, form=form, draft=draft, place=place())
    return page, 422 if request.method == "POST" else 200


@bp.get("/<uuid:meeting_id>")
def show(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        found = meetings.show(work, case_id, meeting_id)
    form = AnswersForm.of(found.dates)
    return render_template("meetings/show.html", found=found, head=found.head, form=form, place=place())


@bp.post("/<uuid:meeting_id>/answer")
def answer(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    form = AnswersForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                dates.answer(work, case_id, meeting_id, answers=form.given)
            flash(_("Answered. You can change it until a date is confirmed."))
            return redirect(url_for(".show", case_id=case_id, meeting_id=meeting_id), 303)
        except Unfit as refusal:
            form.form_errors.append(words_of(refusal))
    with reading() as work:
        found = meetings.look_before(work, case_id, meeting_id, Act.MEETING_ANSWER)
    again = AnswersForm.of(found.dates)
    again.form_errors.extend(form.form_errors or [_("Choose an answer for each date, or leave it open.")])
    return render_template("meetings/show.html", found=found, head=found.head, form=again, place=place()), 422


@bp.post("/<uuid:meeting_id>/confirm")
def confirm(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    date_id = ChooseDateForm().date_id
    with writing() as work:
        dates.confirm(work, case_id, meeting_id, date_id or UUID(int=0))
    flash(_("Confirmed. Everybody who is asked is told, and the other dates are passed by."))
    return redirect(url_for(".show", case_id=case_id, meeting_id=meeting_id), 303)


@bp.route("/<uuid:meeting_id>/offer", methods=["GET", "POST"])
def offer(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    form = DatesForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                dates.offer(work, case_id, meeting_id, offers=form.offers)
            flash(_("Offered. Everybody who is asked sees the new dates."))
            return redirect(url_for(".show", case_id=case_id, meeting_id=meeting_id), 303)
        except Unfit as refusal:
            form.form_errors.append(words_of(refusal))
    with reading() as work:
        found = meetings.look_before(work, case_id, meeting_id, Act.MEETING_OFFER)
    if request.method == "GET" and found.minutes:
        form = DatesForm(formdata=None, data={"minutes": found.minutes})
    page = render_template("meetings/offer.html", found=found, head=found.head, form=form, place=place())
    return page, 422 if request.method == "POST" else 200


@bp.post("/<uuid:meeting_id>/stay")
def stay(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        dates.stay(work, case_id, meeting_id)
    flash(_("The meeting stays when it is. The other dates are passed by."))
    return redirect(url_for(".show", case_id=case_id, meeting_id=meeting_id), 303)


@bp.route("/<uuid:meeting_id>/edit", methods=["GET", "POST"])
def edit(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    form = DetailsForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                meetings.edit(
                    work,
                    case_id,
                    meeting_id,
                    details=form.details,
                    seen_edition=form.seen_edition,
                    asks_ground=form.asks_ground.data,
                )
            flash(_("Written. Everybody who is asked to the meeting sees it."))
            return redirect(url_for(".show", case_id=case_id, meeting_id=meeting_id), 303)
        except (OutOfDate, Unfit) as refusal:
            form.form_errors.append(words_of(refusal))
    with reading() as work:
        found = meetings.look_before(work, case_id, meeting_id, Act.MEETING_EDIT)
        draft = drafts.look(work, case_id, meetings.draft_of_editing(meeting_id))
    if request.method == "GET":
        asks = found.ground is not Ground.NOT_ASKED
        written = DetailsForm.of(found.details, edition=found.edition, asks_ground=asks)
        form = DetailsForm(formdata=MultiDict(draft.fields)) if draft.fields else written
    form.seen.data = str(found.edition)
    page = render_template("meetings/edit.html", found=found, head=found.head, form=form, draft=draft)
    return page, 422 if request.method == "POST" else 200


@bp.route("/<uuid:meeting_id>/book", methods=["GET", "POST"])
def book(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    form = BookingForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                meetings.book(
                    work,
                    case_id,
                    meeting_id,
                    venue=form.venue.data,
                    address=form.address.data or "",
                    link=form.link.data or "",
                    words=form.words.data or "",
                    seen_sequence=SeenForm().sequence,
                )
            flash(_("Booked. Everybody who is asked to the meeting sees where it is."))
            return redirect(url_for(".show", case_id=case_id, meeting_id=meeting_id), 303)
        except (OutOfDate, Unfit) as refusal:
            form.form_errors.append(words_of(refusal))
    with reading() as work:
        found = meetings.look_before(work, case_id, meeting_id, Act.MEETING_BOOK)
        draft = drafts.look(work, case_id, meetings.draft_of_booking(meeting_id))
    if request.method == "GET" and draft.fields:
        form = BookingForm(formdata=MultiDict(draft.fields))
    form.seen.data = str(found.sequence)
    page = render_template("meetings/book.html", found=found, head=found.head, form=form, draft=draft)
    return page, 422 if request.method == "POST" else 200


@bp.post("/<uuid:meeting_id>/cancel")
def cancel(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        is_done = meetings.cancel(work, case_id, meeting_id, seen_sequence=SeenForm().sequence)
    flash(
        _("Cancelled. Everybody who was asked is told.")
        if is_done
        else _("Asked. The meeting is cancelled once all who decide have agreed; until then it stands.")
    )
    return redirect(url_for(".show", case_id=case_id, meeting_id=meeting_id), 303)


@bp.post("/<uuid:meeting_id>/keep")
def keep(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        meetings.keep(work, case_id, meeting_id)
    flash(_("The meeting stands."))
    return redirect(url_for(".show", case_id=case_id, meeting_id=meeting_id), 303)


@bp.post("/<uuid:meeting_id>/absent")
def absent(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        meetings.stay_away(work, case_id, meeting_id, seen_sequence=SeenForm().sequence)
    flash(_("Everybody who is asked to the meeting sees that you cannot come."))
    return redirect(url_for(".show", case_id=case_id, meeting_id=meeting_id), 303)


@bp.post("/<uuid:meeting_id>/come")
def come(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        meetings.come_after_all(work, case_id, meeting_id)
    flash(_("Everybody who is asked to the meeting sees that you come after all."))
    return redirect(url_for(".show", case_id=case_id, meeting_id=meeting_id), 303)


@bp.post("/<uuid:meeting_id>/held")
def held(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        meetings.hold(work, case_id, meeting_id, seen_sequence=SeenForm().sequence)
    flash(_("Noted as held."))
    return redirect(url_for(".show", case_id=case_id, meeting_id=meeting_id), 303)
