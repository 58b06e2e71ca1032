"""The administrator's look at the machine: health, keys and the chain of events."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.events import EventKind
from dialogue.services import events as happened
from dialogue.services import upkeep
from dialogue.web.labels import occasion_words
from dialogue.web.paging import number
from dialogue.web.unit import reading, writing

bp = Blueprint("upkeep", __name__, url_prefix="/staff")


@bp.get("/health")
def health() -> ResponseReturnValue:
    with reading() as work:
        report = upkeep.report(work)
    named = bool(current_app.config["DIALOGUE"].smtp_host)
    return render_template("staff/health.html", report=report, has_mail_server=named, occasion_words=occasion_words)


@bp.post("/letters/<uuid:letter_id>/retry")
def retry(letter_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        upkeep.retry(work, letter_id)
    flash(_("The worker tries this letter again."))
    return redirect(url_for(".health"), 303)


@bp.get("/keys")
def keys() -> ResponseReturnValue:
    with reading() as work:
        state = upkeep.keys(work)
    return render_template("staff/keys.html", state=state, seen=None)


@bp.get("/keys/check")
def check_keys() -> ResponseReturnValue:
    with reading() as work:
        state, seen = upkeep.keys(work), upkeep.check_keys(work)
    return render_template("staff/keys.html", state=state, seen=seen)


@bp.get("/events")
def events() -> ResponseReturnValue:
    with reading() as work:
        page = happened.index(work, kind=_kind(), before=request.args.get("before", type=number))
    return render_template("staff/events.html", page=page, checked=None)


@bp.get("/events/check")
def check_events() -> ResponseReturnValue:
    with reading() as work:
        page, checked = happened.index(work), happened.verify(work)
    return render_template("staff/events.html", page=page, checked=checked)


def _kind() -> EventKind | None:
    word = request.args.get("kind")
    return EventKind(word) if word in set(EventKind) else None
