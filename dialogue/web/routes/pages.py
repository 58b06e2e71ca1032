"""Pages without a case: what is promised, and the quick way out."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template
from flask.typing import ResponseReturnValue

bp = Blueprint("pages", __name__)


@bp.get("/confidentiality")
def confidentiality() -> ResponseReturnValue:
    return render_template("pages/confidentiality.html")


@bp.get("/exit")
def exit() -> ResponseReturnValue:
    """To a page that means nothing; the browser forgets its cookie on the way."""
    away = redirect(current_app.config["DIALOGUE"].exit_url, 303)
    away.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    away.headers["Referrer-Policy"] = "no-referrer"
    return away
