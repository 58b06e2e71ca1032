"""Cases: my list, opening one, the page of one, its private name, and the ways out."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.acts import Act
from dialogue.errors import Unfit
from dialogue.services import cases, certificates, overview
from dialogue.web import news, tasks
from dialogue.web.errors import words_of
from dialogue.web.forms.cases import AgreeForm, LabelForm, OpenCaseForm
from dialogue.web.forms.filters import identifier
from dialogue.web.i18n import place
from dialogue.web.paging import after, key_of
from dialogue.web.unit import reading, writing

bp = Blueprint("cases", __name__, url_prefix="/cases")


@bp.get("")
def index() -> ResponseReturnValue:
    with reading() as work:
        page = cases.index(work, after=after(request.args))
        destroyed = certificates.index(work)
    next_key = key_of(page.after)
    return render_template("cases/index.html", page=page, next_key=next_key, has_certificates=bool(destroyed.lines))


@bp.route("/open", methods=["GET", "POST"], endpoint="open")
def open_case() -> ResponseReturnValue:
    form, follows = OpenCaseForm(), identifier(request.args.get("follows"))
    if not form.validate_on_submit():
        return _opening(form, follows)
    try:
        with writing() as work:
            case_id = cases.open_case(
                work,
                party=form.party,
                organisation=form.organisation.data,
                kind=form.kind.data,
                function=form.function.data,
                follows=follows,
            )
    except Unfit as refusal:
        form.form_errors.append(words_of(refusal))
        return _opening(form, follows)
    flash(_("Your draft is open. Nobody but you can see that it exists."))
    return redirect(url_for(".show", case_id=case_id), 303)


@bp.get("/<uuid:case_id>")
def show(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        page = overview.show(work, case_id)
    return render_template(
        "cases/show.html",
        page=page,
        head=page.head,
        mine=[tasks.of_case(found) for found in page.mine],
        columns=[tasks.column(side) for side in page.sides],
        news=[news.told(found, case_id) for found in page.new.news] if page.new else [],
        place=place(),
    )


@bp.route("/<uuid:case_id>/label", methods=["GET", "POST"])
def label(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        head = overview.show(work, case_id).head
    form = LabelForm(data={"words": head.own_label or ""})
    if not form.validate_on_submit():
        return render_template("cases/label.html", head=head, form=form), 422 if form.errors else 200
    with writing() as work:
        cases.label(work, case_id, words=form.words.data)
    flash(_("Your own name for this dialogue is kept.") if form.words.data else _("The name is taken away."))
    return redirect(url_for(".show", case_id=case_id), 303)


@bp.route("/<uuid:case_id>/leave", methods=["GET", "POST"])
def leave(case_id: UUID) -> ResponseReturnValue:
    if not AgreeForm().validate_on_submit():
        return _before(case_id, Act.CASE_LEAVE, "cases/leave.html")
    with writing() as work:
        cases.leave(work, case_id)
    flash(_("Your side has left. The dialogue has ended; no reason is asked or given."))
    return redirect(url_for(".index"), 303)


@bp.route("/<uuid:case_id>/withdraw", methods=["GET", "POST"])
def withdraw(case_id: UUID) -> ResponseReturnValue:
    if not AgreeForm().validate_on_submit():
        return _before(case_id, Act.CASE_WITHDRAW, "cases/withdraw.html")
    with writing() as work:
        cases.withdraw(work, case_id)
    flash(_("The draft is taken back, and what was written in it is destroyed."))
    return redirect(url_for(".index"), 303)


@bp.route("/<uuid:case_id>/decline", methods=["GET", "POST"])
def decline(case_id: UUID) -> ResponseReturnValue:
    if not AgreeForm().validate_on_submit():
        return _before(case_id, Act.CASE_DECLINE, "cases/decline.html")
    with writing() as work:
        cases.decline(work, case_id)
    flash(_("You have declined. What had been drafted is destroyed; the other side learns that you declined, no more."))
    return redirect(url_for(".index"), 303)


@bp.route("/<uuid:case_id>/go-back", methods=["GET", "POST"])
def go_back(case_id: UUID) -> ResponseReturnValue:
    if not AgreeForm().validate_on_submit():
        return _before(case_id, Act.CASE_GO_BACK, "cases/go_back.html")
    with writing() as work:
        cases.go_back(work, case_id)
    flash(_("The dialogue goes on where it was."))
    return redirect(url_for(".show", case_id=case_id), 303)


def _opening(form: OpenCaseForm, follows: UUID | None) -> ResponseReturnValue:
    """The form that opens a draft, with the name of the dialogue that it follows."""
    with reading() as work:
        former = cases.look_before_opening(work, follows)
    return render_template("cases/open.html", form=form, former=former), 422 if form.errors else 200


def _before(case_id: UUID, act: Act, template: str) -> ResponseReturnValue:
    """The page that says what it means, before it is done."""
    with reading() as work:
        way = overview.way_out(work, case_id, act)
    return render_template(template, way=way, head=way.head)
