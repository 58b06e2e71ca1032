"""Calendars: one meeting as a file, and the secret address from which a calendar program reads all of them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.services import calendars
from dialogue.web.unit import instance, reading, writing

bp = Blueprint("calendar", __name__)


@bp.get("/calendar/<token>.ics")
def feed(token: str) -> ResponseReturnValue:
    """For programs, without a session: whoever has the address sees times and nothing else."""
    with reading() as work:
        return _as_file(calendars.feed(work, token))


@bp.get("/cases/<uuid:case_id>/meetings/<uuid:meeting_id>/meeting.ics")
def download(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        return _as_file(calendars.one(work, case_id, meeting_id))


@bp.get("/account/calendar")
def show() -> ResponseReturnValue:
    with reading() as work:
        return render_template("calendar/show.html", made_at=calendars.feed_made_at(work), address="")


@bp.post("/account/calendar/make")
def make() -> ResponseReturnValue:
    with writing() as work:
        token = calendars.make_feed(work)
    address = f"{instance().base_url}{url_for('.feed', token=token)}"
    with reading() as work:
        return render_template("calendar/show.html", made_at=calendars.feed_made_at(work), address=address)


@bp.post("/account/calendar/revoke")
def revoke() -> ResponseReturnValue:
    with writing() as work:
        calendars.revoke_feed(work)
    flash(_("The address is taken away. Whoever has it sees nothing any more."))
    return redirect(url_for(".show"), 303)


def _as_file(calendar: str) -> Response:
    response = Response(calendar, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return response
