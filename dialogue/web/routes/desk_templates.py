"""The office's templates of the terms: reading them, what each version changed, and putting a new one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.comparison import compare, excerpts
from dialogue.errors import NotFound, OutOfDate, Unfit
from dialogue.services import templates as office
from dialogue.web import markdown
from dialogue.web.errors import words_of
from dialogue.web.forms.desk import TemplateForm
from dialogue.web.i18n import CODES
from dialogue.web.paging import number
from dialogue.web.routes import desk_staff
from dialogue.web.unit import reading, writing

bp = desk_staff.bp


@bp.get("/templates")
def templates() -> ResponseReturnValue:
    with reading() as work:
        found = office.index(work)
    return render_template("desk/templates.html", found=found, behind=office.behind(found), render=markdown.render)


@bp.get("/templates/<code>/versions")
def template_versions(code: str) -> ResponseReturnValue:
    _check(code)
    with reading() as work:
        shown = office.versions(work, code, before=request.args.get("before", type=number))
    changes = {line.number: compare(line.before or "", line.text) for line in shown.lines if line.before is not None}
    return render_template(
        "desk/template_versions.html",
        code=code,
        shown=shown,
        changes=changes,
        excerpts=excerpts,
        render=markdown.render,
    )


@bp.route("/templates/<code>", methods=["GET", "POST"])
def edit_template(code: str) -> ResponseReturnValue:
    _check(code)
    form, overtaken = TemplateForm(), False
    if form.validate_on_submit():
        try:
            with writing() as work:
                office.edit(work, language=code, text=form.text.data or "", seen=form.seen.data or 0)
            flash(_("The new words stand. Dialogues that began with older ones keep theirs."))
            return redirect(url_for(".templates"), 303)
        except OutOfDate:
            overtaken = True
        except Unfit as refusal:
            form.form_errors.append(words_of(refusal))
    return _editing(code, form, overtaken)


def _editing(code: str, form: TemplateForm, overtaken: bool) -> ResponseReturnValue:
    with reading() as work:
        present = office.index(work).get(code)
    if request.method == "GET":
        form = TemplateForm(formdata=None, data={"text": present.text if present else ""})
    form.seen.data, form.seen.raw_data = present.number if present else 0, None
    changes = compare(present.text, form.text.data or "") if overtaken and present else ()
    page = render_template(
        "desk/template.html", code=code, present=present, form=form, changes=changes, excerpts=excerpts
    )
    return page, 422 if form.errors else 409 if overtaken else 200


def _check(code: str) -> None:
    if code not in CODES:
        raise NotFound(code)
