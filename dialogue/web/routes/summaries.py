"""Joint summaries: drafted while people talk, proposed, amended side by side, approved by both leads."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.comparison import compare
from dialogue.domain.merging import Clash
from dialogue.domain.summaries import SummaryState, draft_of_amendment, draft_of_summary
from dialogue.errors import IllegalTransition, NotBound, OutOfDate, Refusal, Unfit
from dialogue.services import drafts, summaries
from dialogue.services.summaries import Saved
from dialogue.web import markdown
from dialogue.web.errors import words_of
from dialogue.web.forms.filters import identifier
from dialogue.web.forms.summaries import AmendmentForm, ApproveForm, OnPaperForm, SeenForm, SummaryForm
from dialogue.web.paging import number
from dialogue.web.unit import reading, writing

bp = Blueprint("summaries", __name__, url_prefix="/cases/<uuid:case_id>/summaries")

# What can have happened while somebody wrote: the form is shown again with the words in it.
MEANWHILE = (IllegalTransition, NotBound, OutOfDate, Unfit)


@bp.get("")
def index(case_id: UUID) -> ResponseReturnValue:
    return _index(case_id, OnPaperForm(formdata=None))


@bp.get("/of/<uuid:meeting_id>")
def of_meeting(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    """The summary of a meeting; where there is none, the list from which one can be begun."""
    with reading() as work:
        summary_id = summaries.find_of(work, case_id, meeting_id)
    if summary_id is None:
        return redirect(url_for(".index", case_id=case_id), 303)
    return redirect(url_for(".show", case_id=case_id, summary_id=summary_id), 303)


@bp.post("/begin")
def begin(case_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        summary_id = summaries.begin(work, case_id, meeting_id=identifier(request.form.get("meeting")))
    return redirect(url_for(".write", case_id=case_id, summary_id=summary_id), 303)


@bp.post("/on-paper")
def on_paper(case_id: UUID) -> ResponseReturnValue:
    form = OnPaperForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                summary_id = summaries.begin(work, case_id, title=form.title.data, held_on=form.held_on.data)
            return redirect(url_for(".write", case_id=case_id, summary_id=summary_id), 303)
        except Unfit as refusal:
            form.form_errors.append(words_of(refusal))
    return _index(case_id, form)


@bp.get("/<uuid:summary_id>")
def show(case_id: UUID, summary_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        shown = summaries.show(work, case_id, summary_id, version=request.args.get("version", type=number))
    return render_template("summaries/show.html", shown=shown, head=shown.head, render=markdown.render)


@bp.get("/<uuid:summary_id>/compare")
def compare_versions(case_id: UUID, summary_id: UUID) -> ResponseReturnValue:
    older, newer = (request.args.get(name, default=0, type=number) for name in ("older", "newer"))
    with reading() as work:
        compared = summaries.compare_versions(work, case_id, summary_id, older=older, newer=newer)
    return render_template("summaries/compare.html", compared=compared, head=compared.head)


@bp.route("/<uuid:summary_id>/write", methods=["GET", "POST"])
def write(case_id: UUID, summary_id: UUID) -> ResponseReturnValue:
    form = SummaryForm()
    saved = None
    if form.validate_on_submit():
        try:
            with writing() as work:
                saved = summaries.save(work, case_id, summary_id, text=form.text.data or "", base=form.began_from)
        except MEANWHILE as refusal:
            form.form_errors.append(words_of(refusal))
        else:
            if saved.number is not None:
                flash(_merged(saved))
                return redirect(url_for(".show", case_id=case_id, summary_id=summary_id), 303)
    return _writing(case_id, summary_id, form, saved)


@bp.post("/<uuid:summary_id>/propose")
def propose(case_id: UUID, summary_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        summaries.propose(work, case_id, summary_id, seen=SeenForm().seen_version)
    flash(_("The summary is before both leads. They approve it, or suggest other words."))
    return redirect(url_for(".show", case_id=case_id, summary_id=summary_id), 303)


@bp.route("/<uuid:summary_id>/amend", methods=["GET", "POST"])
def amend(case_id: UUID, summary_id: UUID) -> ResponseReturnValue:
    form = AmendmentForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                summaries.amend(
                    work,
                    case_id,
                    summary_id,
                    text=form.text.data,
                    seen=form.seen_version,
                    remark=form.remark.data or "",
                )
            flash(_("Your amendment stands beside the summary. Whoever drafts it answers."))
            return redirect(url_for(".show", case_id=case_id, summary_id=summary_id, _anchor="amendments"), 303)
        except MEANWHILE as refusal:
            form.form_errors.append(_overtaken(refusal))
    return _amending(case_id, summary_id, form)


@bp.post("/<uuid:summary_id>/take-over")
def take_over(case_id: UUID, summary_id: UUID) -> ResponseReturnValue:
    amendment_id = identifier(request.form.get("amendment")) or summary_id
    with writing() as work:
        saved = summaries.take_over(work, case_id, summary_id, amendment_id)
    if saved.number is None:
        form = SummaryForm(formdata=None, data={"text": saved.text, "base": saved.newest})
        return _writing(case_id, summary_id, form, saved)
    flash(_("The amendment is taken over. Earlier approvals have lapsed: both leads are asked for the new words."))
    return redirect(url_for(".show", case_id=case_id, summary_id=summary_id), 303)


@bp.route("/<uuid:summary_id>/approve", methods=["GET", "POST"])
def approve(case_id: UUID, summary_id: UUID) -> ResponseReturnValue:
    form = ApproveForm()
    if form.validate_on_submit():
        with writing() as work:
            state = summaries.approve(work, case_id, summary_id, seen=form.hash.data)
        if state is SummaryState.APPROVED:
            flash(_("Both parties have approved the summary. It will not change any more."))
        else:
            flash(_("You have approved for your party. The other lead is asked to approve the same words."))
        return redirect(url_for(".show", case_id=case_id, summary_id=summary_id), 303)
    with reading() as work:
        shown = summaries.show(work, case_id, summary_id)
    form.hash.data = shown.hash
    page = render_template("summaries/approve.html", shown=shown, head=shown.head, form=form, render=markdown.render)
    return page, 422 if form.errors else 200


def _index(case_id: UUID, form: OnPaperForm) -> ResponseReturnValue:
    with reading() as work:
        found = summaries.index(work, case_id)
    page = render_template("summaries/index.html", found=found, head=found.head, form=form)
    return page, 422 if form.errors else 200


def _writing(case_id: UUID, summary_id: UUID, form: SummaryForm, saved: Saved | None) -> ResponseReturnValue:
    """The page on which a summary is written; where both wrote at one place, both texts stand on it."""
    with reading() as work:
        shown = summaries.show(work, case_id, summary_id)
        draft = drafts.look(work, case_id, draft_of_summary(summary_id))
    clashes: tuple[Clash, ...] = saved.clashes if saved is not None else ()
    if saved is not None:
        form = SummaryForm(formdata=None, data={"text": saved.text, "base": saved.newest})
    elif request.method == "GET":
        form = SummaryForm(formdata=None, data={"text": shown.text, "base": shown.number} | draft.fields)
    page = render_template(
        "summaries/write.html",
        shown=shown,
        head=shown.head,
        form=form,
        draft=draft,
        clashes=[(clash, compare(clash.theirs, clash.mine)) for clash in clashes],
    )
    return page, 409 if clashes else 422 if form.errors else 200


def _amending(case_id: UUID, summary_id: UUID, form: AmendmentForm) -> ResponseReturnValue:
    with reading() as work:
        shown = summaries.show(work, case_id, summary_id)
        draft = drafts.look(work, case_id, draft_of_amendment(summary_id))
    if request.method == "GET":
        form = AmendmentForm(formdata=None, data={"text": shown.text, "seen": shown.number} | draft.fields)
    overtaken = form.seen_version != shown.number
    changes = compare(shown.text, form.text.data or "") if overtaken else ()
    form.seen.data = str(shown.number)
    page = render_template(
        "summaries/amend.html", shown=shown, head=shown.head, form=form, draft=draft, changes=changes
    )
    return page, 422 if form.errors else 200


def _merged(saved: Saved) -> str:
    if saved.was_merged:
        return str(_("Saved. Somebody else has written meanwhile: both texts are together in the newest version."))
    return str(_("Saved. Both sides can read it as a draft."))


def _overtaken(refusal: Refusal) -> str:
    if isinstance(refusal, OutOfDate):
        return str(_("Another version is on the table by now. Look at what it says, then send what you suggest."))
    return words_of(refusal)
