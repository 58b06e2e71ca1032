"""For whoever watches over the machine: is the process there, can it work. Not a word about anybody."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from dialogue.services import health
from dialogue.web.unit import instance, moment

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def live() -> ResponseReturnValue:
    return jsonify(process=True)


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    found = health.look(instance(), moment())
    told = jsonify(database=found.database_answers, revision=found.database_is_current, outbox=found.mails_leave)
    return told, 200 if found.is_ready else 503
