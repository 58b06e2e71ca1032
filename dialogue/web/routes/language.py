"""The language switch, which keeps the page."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dialogue.services import accounts
from dialogue.web import kept
from dialogue.web.i18n import CODES, LANGUAGE
from dialogue.web.sessions import visit
from dialogue.web.unit import enrolling

bp = Blueprint("language", __name__)


@bp.post("/language")
def switch() -> ResponseReturnValue:
    code = request.form.get("code", "")
    if code in CODES:
        present = visit()
        present[LANGUAGE] = code
        if present.signed is not None:
            with enrolling() as work:
                accounts.change_language(work, code)
    return redirect(kept.safe_path(request.form.get("next")) or url_for("home.index"), 303)
