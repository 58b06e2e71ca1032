"""The words around the record: before the items, after them, and for the outside; agreed like any wording."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.agenda import (
    PLACES,
    ItemKind,
    draft_of_text,
    draft_of_text_position,
    draft_of_text_translation,
)
from dialogue.errors import IllegalTransition, NotAgreed, NotBound, NotFound, OutOfDate, Refusal, Unfit
from dialogue.services import drafts, texts
from dialogue.services.positions import Said
from dialogue.web.errors import words_of
from dialogue.web.forms.agenda import PositionForm, TranslationForm, WordingForm
from dialogue.web.i18n import language
from dialogue.web.paging import number
from dialogue.web.unit import reading, writing

bp = Blueprint("words", __name__, url_prefix="/cases/<uuid:case_id>/words/<kind>")

# What can have happened while somebody wrote: the form is shown again with the words in it.
MEANWHILE = (OutOfDate, NotAgreed, NotBound, IllegalTransition, Unfit)


@bp.get("")
def show(case_id: UUID, kind: str) -> ResponseReturnValue:
    return _text(case_id, _kind(kind), None)


@bp.route("/word", methods=["GET", "POST"])
def word(case_id: UUID, kind: str) -> ResponseReturnValue:
    form, which = WordingForm(), _kind(kind)
    if form.validate_on_submit():
        said = {"text": form.text.data, "language": form.language.data, "remark": form.remark.data}
        try:
            with writing() as work:
                texts.word(work, case_id, which, answers_id=form.answered, **said)
        except MEANWHILE as refusal:
            form.form_errors.append(_meanwhile(refusal))
        else:
            flash(_("Your wording is on the table. Both parties are asked for their positions on it."))
            return redirect(url_for(".show", case_id=case_id, kind=kind), 303)
    return _wording(case_id, which, form)


@bp.route("/translate", methods=["GET", "POST"])
def translate(case_id: UUID, kind: str) -> ResponseReturnValue:
    form, which = TranslationForm(), _kind(kind)
    form.offer(but="")
    if form.validate_on_submit():
        said = {"text": form.text.data, "language": form.language.data}
        try:
            with writing() as work:
                texts.translate(work, case_id, which, wording_id=form.seen_wording, **said)
        except MEANWHILE as refusal:
            form.form_errors.append(_meanwhile(refusal))
        else:
            flash(_("The translation stands beside the wording."))
            return redirect(url_for(".show", case_id=case_id, kind=kind, _anchor="translations"), 303)
    return _translation(case_id, which, form)


@bp.post("/position")
def position(case_id: UUID, kind: str) -> ResponseReturnValue:
    form, which = PositionForm(), _kind(kind)
    if form.validate_on_submit():
        wording_id, previous_id, said = form.seen_wording, form.seen_previous, Said(**form.said)
        try:
            with writing() as work:
                together = texts.stand(work, case_id, which, wording_id=wording_id, previous_id=previous_id, said=said)
        except MEANWHILE as refusal:
            form.form_errors.append(_meanwhile(refusal))
        else:
            agreed = together.is_agreement
            flash(_("Both parties agree on these words.") if agreed else _("Your party's position is recorded."))
            return redirect(url_for(".show", case_id=case_id, kind=kind), 303)
    return _text(case_id, which, form)


def _text(case_id: UUID, kind: ItemKind, refused: PositionForm | None) -> ResponseReturnValue:
    """The page of one text; ``refused`` is the form with the words that were typed."""
    with reading() as work:
        shown = texts.show(work, case_id, kind, before=request.args.get("before", type=number))
        draft = drafts.look(work, case_id, draft_of_text_position(kind))
    form = refused or PositionForm(formdata=None, data=draft.fields)
    wording = shown.words.wording if shown.words is not None else None
    present = str(wording.id) if wording is not None else ""
    form.wording.data = present
    form.previous.data = (shown.words.own_position if shown.words is not None else None) or ""
    overtaken = draft.fields.get("wording", present) != present
    page = render_template("words/show.html", shown=shown, head=shown.head, form=form, draft=draft, overtaken=overtaken)
    return page, 422 if form.errors else 200


def _wording(case_id: UUID, kind: ItemKind, form: WordingForm) -> ResponseReturnValue:
    """The page on which a wording is written, beside the one that it answers."""
    with reading() as work:
        shown = texts.show(work, case_id, kind)
        draft = drafts.look(work, case_id, draft_of_text(kind))
    wording = shown.words.wording if shown.words is not None else None
    present = str(wording.id) if wording is not None else ""
    if request.method == "GET":
        begun = {"language": language()}
        if wording is not None and wording.trouble is None:
            begun = {"text": wording.text, "language": wording.language}
        form = WordingForm(data=begun | draft.fields)
    form.answers.data = present
    overtaken = draft.fields.get("answers", present) != present
    page = render_template("words/word.html", shown=shown, head=shown.head, form=form, draft=draft, overtaken=overtaken)
    return page, 422 if form.errors else 200


def _translation(case_id: UUID, kind: ItemKind, form: TranslationForm) -> ResponseReturnValue:
    """The page on which a translation is written, beside the wording."""
    with reading() as work:
        shown = texts.show(work, case_id, kind)
        draft = drafts.look(work, case_id, draft_of_text_translation(kind))
    wording = shown.words.wording if shown.words is not None else None
    if shown.words is None or wording is None:
        raise IllegalTransition
    wanted = request.args.get("language")
    former = next((one for one in shown.words.translations if one.language == wanted and not one.trouble), None)
    if request.method == "GET":
        begun = {"text": former.text, "language": former.language} if former is not None else {}
        form = TranslationForm(data=begun | draft.fields)
    form.offer(but=wording.language)
    form.wording.data = str(wording.id)
    overtaken = draft.fields.get("wording", str(wording.id)) != str(wording.id)
    page = render_template(
        "words/translate.html", shown=shown, head=shown.head, form=form, draft=draft, overtaken=overtaken
    )
    return page, 422 if form.errors else 200


def _kind(word: str) -> ItemKind:
    """Which of these texts; an item of the agenda is none of them."""
    if word not in PLACES:
        raise NotFound
    return ItemKind(word)


def _meanwhile(refusal: Refusal) -> str:
    if isinstance(refusal, OutOfDate):
        return str(
            _("While you wrote, something has changed: look at what stands here now. What you wrote is not lost.")
        )
    if isinstance(refusal, NotAgreed):
        return str(_("While you wrote, both parties agreed on the wording on the table. What you wrote is not lost."))
    return words_of(refusal)
