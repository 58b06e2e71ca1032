"""Who may do what, and when: the policy as a page for everybody who is signed in."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from dialogue.web.forms.rights import NarrowRightsForm

bp = Blueprint("rights", __name__)


@bp.get("/who-may-do-what")
def show() -> ResponseReturnValue:
    form = NarrowRightsForm(request.args)
    role, status = form.chosen
    return render_template("rights/show.html", form=form, role=role, status=status)
