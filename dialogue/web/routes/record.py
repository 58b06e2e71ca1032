"""The record of what happened, page by page, and followed from its first entry."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from dialogue.domain.people import Room
from dialogue.domain.record import Kind
from dialogue.errors import NotFound
from dialogue.services import record
from dialogue.web.unit import reading

bp = Blueprint("record", __name__, url_prefix="/cases/<uuid:case_id>/record")


@bp.get("")
def index(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        page = record.index(work, case_id, _before(), _kind())
    older = f"{page.older[0].value}-{page.older[1]}" if page.older else None
    return render_template("record/index.html", page=page, head=page.head, older=older)


@bp.get("/check")
def check(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        checked = record.verify(work, case_id)
    return render_template("record/check.html", checked=checked, head=checked.head)


def _kind() -> Kind | None:
    word = request.args.get("kind")
    return Kind(word) if word in set(Kind) else None


def _before() -> tuple[Room, int] | None:
    """The entry that an address carries as ``before``, such as "joint-17"."""
    word = request.args.get("before")
    if not word:
        return None
    room, _dash, number = word.rpartition("-")
    try:
        return Room(room), int(number)
    except ValueError:
        raise NotFound from None
