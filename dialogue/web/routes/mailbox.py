"""The mails of an instance where nobody real gets any; other configurations do not have this page."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from dialogue.services import mailbox
from dialogue.web.unit import reading

bp = Blueprint("mailbox", __name__, url_prefix="/mailbox")


@bp.get("")
def index() -> ResponseReturnValue:
    with reading() as work:
        return render_template("mailbox/index.html", letters=mailbox.newest(work))
