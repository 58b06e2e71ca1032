"""The register of a meeting: who came, arrived and left."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.acts import Act
from dialogue.errors import OutOfDate, Unfit
from dialogue.services import registers
from dialogue.web.errors import words_of
from dialogue.web.forms.holding import RegisterForm, comers_of
from dialogue.web.unit import reading, writing

bp = Blueprint("register", __name__, url_prefix="/cases/<uuid:case_id>/meetings/<uuid:meeting_id>/register")


@bp.get("")
def show(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        shown = registers.show(work, case_id, meeting_id)
    return render_template("register/show.html", shown=shown, head=shown.head)


@bp.route("/keep", methods=["GET", "POST"])
def keep(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        shown = registers.look_before(work, case_id, meeting_id, Act.REGISTER_KEEP)
    form = RegisterForm() if request.method == "POST" else RegisterForm.of(shown)
    form.offer()
    if form.validate_on_submit():
        began, ended = form.times(shown.begins_at)
        try:
            with writing() as work:
                registers.keep(
                    work,
                    case_id,
                    meeting_id,
                    seen=form.seen_number,
                    began_at=began,
                    ended_at=ended,
                    people=form.said(began, ended),
                    languages=form.languages.data or [],
                    words=form.words.data or "",
                )
            flash(_("The register is kept. What it said before can still be read."))
            return redirect(url_for(".show", case_id=case_id, meeting_id=meeting_id), 303)
        except Unfit as refusal:
            form.form_errors.append(words_of(refusal))
        except OutOfDate:
            form.form_errors.append(
                _("Somebody else has kept the register meanwhile. Compare it with what you entered.")
            )
            form.seen.data = str(shown.keepings[0].number if shown.keepings else 0)
    comers = {str(comer.who): comer for comer in comers_of(shown)}
    page = render_template("register/keep.html", shown=shown, head=shown.head, form=form, comers=comers)
    return page, 422 if form.errors else 200
