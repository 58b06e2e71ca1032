"""The agenda of a meeting with its times, and who keeps out of an item."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.acts import Act
from dialogue.errors import OutOfDate, Unfit
from dialogue.services import programmes, recusals
from dialogue.web.errors import words_of
from dialogue.web.forms.holding import ProgrammeForm, RecusalForm
from dialogue.web.unit import reading, writing

bp = Blueprint("programme", __name__, url_prefix="/cases/<uuid:case_id>")


@bp.get("/meetings/<uuid:meeting_id>/agenda")
def show(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        shown = programmes.show(work, case_id, meeting_id)
    return render_template("programme/show.html", shown=shown, head=shown.head)


@bp.route("/meetings/<uuid:meeting_id>/agenda/set", methods=["GET", "POST"])
def set_lines(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    form = ProgrammeForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                programmes.set_lines(
                    work,
                    case_id,
                    meeting_id,
                    seen=form.seen_number,
                    start=form.start.data or 0,
                    lines=form.said,
                )
            flash(_("The agenda of the meeting is set. Both sides and the facilitator read it."))
            return redirect(url_for(".show", case_id=case_id, meeting_id=meeting_id), 303)
        except Unfit as refusal:
            form.form_errors.append(words_of(refusal))
        except OutOfDate:
            form.form_errors.append(_("Somebody else has set the agenda meanwhile. What you chose still stands here."))
    with reading() as work:
        shown = programmes.look_before(work, case_id, meeting_id, Act.PROGRAMME_SET)
    if request.method == "GET":
        form = ProgrammeForm.of(shown)
    form.seen.data = str(shown.number)
    items = {str(one.id): one for one in (*(line.item for line in shown.lines if line.item), *shown.others)}
    page = render_template("programme/set.html", shown=shown, head=shown.head, form=form, items=items)
    return page, 422 if form.errors else 200


@bp.route("/meetings/<uuid:meeting_id>/agenda/recusal", methods=["GET", "POST"])
def recuse(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    form = RecusalForm()
    if form.validate_on_submit() and form.person_id is not None and form.item_id is not None:
        with writing() as work:
            recusals.say(
                work,
                case_id,
                meeting_id,
                account_id=form.person_id,
                item_id=form.item_id,
                words=form.words.data or "",
            )
        flash(_("Noted. It stands at the item and in the register."))
        return redirect(url_for(".show", case_id=case_id, meeting_id=meeting_id), 303)
    with reading() as work:
        shown = recusals.look_before(work, case_id, meeting_id)
    form.offer(shown.people, shown.items)
    page = render_template("programme/recuse.html", shown=shown, head=shown.head, form=form)
    return page, 422 if form.is_submitted() else 200


@bp.post("/recusals/<uuid:recusal_id>/lift")
def lift(case_id: UUID, recusal_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        meeting_id = recusals.lift(work, case_id, recusal_id)
    flash(_("Noted that this person takes part again. What was noted before stays readable."))
    return redirect(url_for(".show", case_id=case_id, meeting_id=meeting_id), 303)
