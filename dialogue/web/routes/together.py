"""What both leads do together: proposed, read for what it means, said yes to, taken off; and the past of rooms."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.acts import Act
from dialogue.domain.people import Room
from dialogue.errors import NotFound, OutOfDate, Unfit
from dialogue.services import certificates, history, jointacts
from dialogue.web.errors import words_of
from dialogue.web.forms.filters import identifier
from dialogue.web.forms.together import AgreeForm, AskForm, GrantForm
from dialogue.web.meanings import meaning
from dialogue.web.unit import reading, writing

bp = Blueprint("together", __name__, url_prefix="/cases/<uuid:case_id>/together")


@bp.get("")
def index(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        found = jointacts.index(work, case_id)
    return render_template("together/index.html", found=found, head=found.head)


@bp.route("/propose", methods=["GET", "POST"])
def propose(case_id: UUID) -> ResponseReturnValue:
    form = AgreeForm()
    act, about, room = _asked()
    if not form.validate_on_submit():
        with reading() as work:
            prospect = jointacts.prospect(work, case_id, act, about=about, room=room)
        means = meaning(act, person=prospect.about, room=room)
        return render_template("together/propose.html", prospect=prospect, head=prospect.head, form=form, means=means)
    try:
        with writing() as work:
            jointacts.propose(work, case_id, act, about=about, room=room)
    except OutOfDate:
        flash(_("This is proposed already, or done. Look at what waits here."), "warning")
    else:
        flash(_("It is proposed. It is done at once when both leads have said yes."))
    return redirect(url_for(".index", case_id=case_id), 303)


@bp.route("/support", methods=["GET", "POST"])
def support(case_id: UUID) -> ResponseReturnValue:
    form = AskForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                jointacts.propose(work, case_id, Act.SUPPORT_CHANGE, support=form.support.form.chosen)
            flash(_("It is proposed. It is done at once when both leads have said yes."))
            return redirect(url_for(".index", case_id=case_id), 303)
        except OutOfDate:
            flash(_("This is proposed already, or done. Look at what waits here."), "warning")
            return redirect(url_for(".index", case_id=case_id), 303)
        except Unfit as refusal:
            form.form_errors.append(words_of(refusal))
    with reading() as work:
        prospect = jointacts.prospect(work, case_id, Act.SUPPORT_CHANGE)
    if request.method == "GET":
        form = AskForm.of(prospect.support)
    means = meaning(Act.SUPPORT_CHANGE)
    page = render_template("together/support.html", head=prospect.head, form=form, means=means)
    return page, 422 if form.errors else 200


@bp.route("/<uuid:joint_act_id>/confirm", methods=["GET", "POST"])
def confirm(case_id: UUID, joint_act_id: UUID) -> ResponseReturnValue:
    form = AgreeForm()
    if not form.validate_on_submit():
        with reading() as work:
            found = jointacts.show(work, case_id, joint_act_id)
        means = meaning(found.joint.act, person=found.joint.about, room=found.joint.room)
        return render_template("together/confirm.html", joint=found.joint, head=found.head, form=form, means=means)
    with writing() as work:
        done = jointacts.confirm(work, case_id, joint_act_id)
        is_destroyed = done and certificates.is_issued(work, case_id)
    if is_destroyed:
        flash(_("Both leads have said yes: everything is destroyed. This certificate is what stays."))
        return redirect(url_for("certificates.show", case_id=case_id), 303)
    flash(_("Both leads have said yes: it is done.") if done else _("Your party's yes is recorded."))
    return redirect(url_for(".index", case_id=case_id), 303)


@bp.post("/<uuid:joint_act_id>/withdraw")
def withdraw(case_id: UUID, joint_act_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        jointacts.withdraw(work, case_id, joint_act_id)
    flash(_("It is taken off. Everything stays as it was, and it can be proposed again."))
    return redirect(url_for(".index", case_id=case_id), 303)


@bp.route("/history", methods=["GET", "POST"])
def past(case_id: UUID) -> ResponseReturnValue:
    form = GrantForm()
    if not form.validate_on_submit():
        with reading() as work:
            found = history.index(work, case_id)
        return render_template("together/history.html", found=found, head=found.head)
    with writing() as work:
        history.grant(work, case_id, form.account_id, form.chosen_room)
    flash(_("It is opened. It can be read as soon as somebody who holds the keys has opened a page of this dialogue."))
    return redirect(url_for(".past", case_id=case_id), 303)


@bp.post("/history/take-back")
def take_back(case_id: UUID) -> ResponseReturnValue:
    form = GrantForm()
    if form.validate_on_submit():
        with writing() as work:
            history.take_back(work, case_id, form.account_id, form.chosen_room)
        flash(_("Taken back before anybody gave the keys. What was written before stays closed."))
    return redirect(url_for(".past", case_id=case_id), 303)


def _asked() -> tuple[Act, UUID | None, Room | None]:
    """What an address says is to be proposed; raises NotFound where it names nothing that there is."""
    act, room = request.args.get("act"), request.args.get("room")
    if act not in set(Act) or (room and room not in set(Room)):
        raise NotFound
    return Act(act), identifier(request.args.get("about")), Room(room) if room else None
