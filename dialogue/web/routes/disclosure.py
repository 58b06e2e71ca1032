"""What may be told outside, in words, and each party's wish for it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.errors import OutOfDate
from dialogue.services import disclosure
from dialogue.web.errors import words_of
from dialogue.web.forms.disclosure import WishForm
from dialogue.web.labels import label
from dialogue.web.unit import reading, writing

bp = Blueprint("disclosure", __name__, url_prefix="/cases/<uuid:case_id>/disclosure")


@bp.get("")
def index(case_id: UUID) -> ResponseReturnValue:
    return _page(case_id, None)


@bp.post("/wish")
def wish(case_id: UUID) -> ResponseReturnValue:
    form = WishForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                level = disclosure.wish(work, case_id, level=form.wished, previous_id=form.seen_previous)
        except OutOfDate as refusal:
            form.form_errors.append(words_of(refusal))
        else:
            flash(_("Your party's wish is recorded. What applies now: %(level)s.", level=label(level)))
            return redirect(url_for(".index", case_id=case_id), 303)
    return _page(case_id, form)


def _page(case_id: UUID, refused: WishForm | None) -> ResponseReturnValue:
    with reading() as work:
        shown = disclosure.index(work, case_id)
    own = shown.says(shown.head.party) if shown.head.party in shown.wishes else None
    form = refused or WishForm(formdata=None, data={"level": own.value if own is not None else None})
    form.previous.data = shown.own_wish or ""
    return render_template(
        "disclosure/index.html", shown=shown, head=shown.head, form=form
    ), 422 if form.errors else 200
