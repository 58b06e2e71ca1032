"""Somebody at the table has made new keys: the people who know that person compare words and sign for them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.errors import NotFound
from dialogue.services import renewals
from dialogue.web.forms.delegation import ConfirmKeyForm
from dialogue.web.unit import reading, writing

bp = Blueprint("renewal", __name__, url_prefix="/cases/<uuid:case_id>/people/<uuid:participant_id>/keys")


@bp.get("")
def show(case_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        return render_template("delegation/renewed.html", renewal=renewals.show(work, case_id, participant_id))


@bp.post("/state")
def state(case_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        renewals.state(work, case_id, participant_id, fingerprint=_fingerprint())
    flash(_("You have signed for the new keys."))
    return redirect(url_for("delegation.index", case_id=case_id), 303)


@bp.post("/vouch")
def vouch(case_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        renewals.vouch(work, case_id, participant_id, fingerprint=_fingerprint())
    flash(_("You have signed for the new keys. The other party's lead is asked next."))
    return redirect(url_for(".show", case_id=case_id, participant_id=participant_id), 303)


def _fingerprint() -> str:
    form = ConfirmKeyForm()
    if not form.validate():
        raise NotFound
    return form.fingerprint.data or ""
