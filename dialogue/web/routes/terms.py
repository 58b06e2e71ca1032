"""Terms of confidentiality: what is in force and who has accepted it, and words that one lead puts to the other."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.comparison import compare, excerpts
from dialogue.domain.terms import DRAFT_OF_TERMS
from dialogue.errors import OutOfDate, Unfit
from dialogue.services import drafts, terms
from dialogue.services.terms import Beginning
from dialogue.web import markdown
from dialogue.web.errors import words_of
from dialogue.web.forms.terms import TermsForm, UndertakingForm
from dialogue.web.i18n import CODES, language
from dialogue.web.unit import reading, writing

bp = Blueprint("terms", __name__, url_prefix="/cases/<uuid:case_id>/terms")


@bp.get("")
def show(case_id: UUID) -> ResponseReturnValue:
    return _shown(case_id, None)


@bp.post("/agree")
def agree(case_id: UUID) -> ResponseReturnValue:
    form = UndertakingForm(prefix="agree")
    if not form.validate_on_submit():
        return _shown(case_id, form)
    with writing() as work:
        terms.agree(work, case_id, form.terms_id)
    flash(_("These terms are in force. You have accepted them with your key; everybody else is asked to."))
    return redirect(url_for(".show", case_id=case_id), 303)


@bp.post("/accept")
def accept(case_id: UUID) -> ResponseReturnValue:
    form = UndertakingForm(prefix="accept")
    if not form.validate_on_submit():
        return _shown(case_id, form)
    with writing() as work:
        is_last = terms.accept(work, case_id, form.terms_id)
    flash(_("You have accepted the terms, signed with your key."))
    if is_last:
        flash(_("Everybody has accepted them: the dialogue goes on."))
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.get("/versions")
def versions(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        shown = terms.versions(work, case_id)
    return render_template("terms/versions.html", shown=shown, head=shown.head)


@bp.get("/versions/<uuid:terms_id>")
def version(case_id: UUID, terms_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        shown = terms.version(work, case_id, terms_id)
    changes = compare(shown.before.text, shown.text.text) if shown.before is not None else ()
    return render_template(
        "terms/version.html", shown=shown, head=shown.head, changes=changes, render=markdown.render, excerpts=excerpts
    )


@bp.route("/propose", methods=["GET", "POST"])
def propose(case_id: UUID) -> ResponseReturnValue:
    form, overtaken = TermsForm(), False
    if form.validate_on_submit():
        try:
            with writing() as work:
                terms.propose(
                    work,
                    case_id,
                    text=form.text.data or "",
                    language=form.language.data,
                    retention_months=form.retention_months.data or 0,
                    disclosure=form.disclosure.data,
                    prevailing=form.prevailing.data,
                    late_joiners=form.late_joiners.data,
                    template=form.template.data or "",
                    answers=form.answered,
                )
            flash(_("Your words are with the other lead, who agrees to them or puts other words."))
            return redirect(url_for(".show", case_id=case_id), 303)
        except OutOfDate:
            overtaken = True
        except Unfit as refusal:
            form.form_errors.append(words_of(refusal))
    return _proposing(case_id, form, overtaken)


def _shown(case_id: UUID, failed: UndertakingForm | None) -> ResponseReturnValue:
    """The page of the terms; ``failed`` is the form that was sent without its tick."""
    with reading() as work:
        shown = terms.show(work, case_id)
    forms = {name: UndertakingForm(formdata=None, prefix=name) for name in ("agree", "accept")}
    page = render_template(
        "terms/show.html",
        shown=shown,
        head=shown.head,
        form=failed,
        forms=forms if failed is None else forms | {failed._prefix.strip("-"): failed},
        changes=compare(shown.compared_with, shown.proposed.text) if shown.proposed and shown.compared_with else (),
        replacing=compare(shown.replaces, shown.proposed.text) if shown.proposed and shown.replaces else (),
        render=markdown.render,
        excerpts=excerpts,
    )
    return page, 422 if failed else 200


def _proposing(case_id: UUID, form: TermsForm, overtaken: bool) -> ResponseReturnValue:
    wished = request.args.get("template", "")
    with reading() as work:
        begins = terms.look_before_proposing(
            work, case_id, wished if wished in CODES else language(), afresh=wished in CODES
        )
        draft = drafts.look(work, case_id, DRAFT_OF_TERMS)
    if request.method == "GET":
        form = TermsForm(formdata=None, data=_begin_with(begins) | ({} if wished in CODES else draft.fields))
        overtaken = (form.answered or None) != _answers(begins)
    form.answers.data = str(_answers(begins) or "")
    page = render_template(
        "terms/propose.html",
        begins=begins,
        head=begins.head,
        form=form,
        draft=draft,
        overtaken=overtaken,
        changes=compare(begins.answers.text, form.text.data or "") if overtaken and begins.answers else (),
        excerpts=excerpts,
    )
    return page, 422 if form.errors else 409 if overtaken and request.method == "POST" else 200


def _begin_with(begins: Beginning) -> dict[str, object]:
    return {
        "text": begins.text,
        "language": begins.language,
        "retention_months": begins.retention_months,
        "disclosure": begins.disclosure,
        "prevailing": begins.prevailing,
        "late_joiners": begins.late_joiners,
        "template": begins.template,
        "answers": str(_answers(begins) or ""),
    }


def _answers(begins: Beginning) -> UUID | None:
    return begins.answers.terms_id if begins.answers is not None else None
