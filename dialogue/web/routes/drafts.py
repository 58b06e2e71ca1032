"""Drafts: kept while somebody types, or by a button; forgotten by another."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.services import drafts
from dialogue.web import kept
from dialogue.web.unit import writing

bp = Blueprint("drafts", __name__, url_prefix="/cases/<uuid:case_id>/drafts/<form>")


@bp.post("")
def save(case_id: UUID, form: str) -> ResponseReturnValue:
    """The script is told when it was kept; whoever pressed the button comes back to the page, with the words in it."""
    fields = kept.one_each(pair for pair in request.form.items(multi=True) if pair[0] != "csrf_token")
    with writing() as work:
        saved_at = drafts.save(work, case_id, form, fields)
    if request.headers.get("X-Requested-With") == "fetch":
        return jsonify(saved_at=saved_at.isoformat())
    flash(_("Your draft is kept. Only you can read it."))
    return redirect(kept.way_back() or url_for("cases.show", case_id=case_id), 303)


@bp.post("/discard")
def discard(case_id: UUID, form: str) -> ResponseReturnValue:
    with writing() as work:
        drafts.discard(work, case_id, form)
    flash(_("Your draft is thrown away."))
    return redirect(kept.way_back() or url_for("cases.show", case_id=case_id), 303)
