"""The agenda: its board, one item at a time, and what people do to an item."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.agenda import (
    DRAFT_OF_ITEM,
    ON_THE_TABLE,
    ItemState,
    draft_of_position,
    draft_of_translation,
    draft_of_wording,
)
from dialogue.domain.people import Party
from dialogue.domain.positions import Consensus
from dialogue.errors import IllegalTransition, NotAgreed, NotBound, OutOfDate, Refusal, Unfit
from dialogue.services import agenda, drafts, items, positions, recusals, wordings
from dialogue.services.agenda import BoardLine
from dialogue.web.board import BoardRow, together_state
from dialogue.web.errors import words_of
from dialogue.web.forms.agenda import ItemForm, OrderForm, PositionForm, TranslationForm, WordingForm
from dialogue.web.i18n import language
from dialogue.web.labels import label
from dialogue.web.paging import number
from dialogue.web.unit import reading, writing

bp = Blueprint("agenda", __name__, url_prefix="/cases/<uuid:case_id>/agenda")

# What can have happened while somebody wrote: the form is shown again with the words in it.
MEANWHILE = (OutOfDate, NotAgreed, NotBound, IllegalTransition, Unfit)


@bp.get("")
def index(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        board = agenda.board(work, case_id)
    on_the_table = board.in_state(*ON_THE_TABLE)
    return render_template(
        "agenda/index.html",
        board=board,
        rows=[_row(case_id, line) for line in on_the_table],
        on_the_table=on_the_table,
        proposed=board.in_state(ItemState.PROPOSED),
        withdrawn=board.in_state(ItemState.WITHDRAWN),
    )


@bp.route("/propose", methods=["GET", "POST"])
def propose(case_id: UUID) -> ResponseReturnValue:
    form = ItemForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                item_id = agenda.propose(
                    work,
                    case_id,
                    title=form.title.data,
                    background=form.background.data,
                    chapter=form.chosen_chapter,
                )
        except MEANWHILE as refusal:
            form.form_errors.append(words_of(refusal))
        else:
            flash(_("The item is proposed. It is on the agenda once both leads have admitted it."))
            return redirect(url_for(".item", case_id=case_id, item_id=item_id), 303)
    with reading() as work:
        board, draft = agenda.board(work, case_id), drafts.look(work, case_id, DRAFT_OF_ITEM)
    if request.method == "GET" and draft.fields:
        form = ItemForm(data=draft.fields)
    page = render_template("agenda/propose.html", head=board.head, form=form, draft=draft)
    return page, 422 if form.errors else 200


@bp.get("/<uuid:item_id>")
def item(case_id: UUID, item_id: UUID) -> ResponseReturnValue:
    return _item(case_id, item_id, None)


@bp.post("/<uuid:item_id>/admit")
def admit(case_id: UUID, item_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        state = agenda.admit(work, case_id, item_id)
    if state is ItemState.ADMITTED:
        flash(_("Both leads have admitted the item: it is on the agenda."))
    else:
        flash(_("You have admitted the item. It is on the agenda once the other lead has too."))
    return redirect(url_for(".item", case_id=case_id, item_id=item_id), 303)


@bp.post("/<uuid:item_id>/park")
def park(case_id: UUID, item_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        agenda.park(work, case_id, item_id)
    flash(_("The item is parked. Its wording and the positions on it stay as they are."))
    return redirect(url_for(".item", case_id=case_id, item_id=item_id), 303)


@bp.post("/<uuid:item_id>/resume")
def resume(case_id: UUID, item_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        agenda.resume(work, case_id, item_id)
    flash(_("The item is taken up again."))
    return redirect(url_for(".item", case_id=case_id, item_id=item_id), 303)


@bp.post("/<uuid:item_id>/withdraw")
def withdraw(case_id: UUID, item_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        agenda.withdraw(work, case_id, item_id)
    flash(_("The item is withdrawn."))
    return redirect(url_for(".index", case_id=case_id), 303)


@bp.post("/<uuid:item_id>/order")
def order(case_id: UUID, item_id: UUID) -> ResponseReturnValue:
    form = OrderForm()
    try:
        with writing() as work:
            agenda.order(work, case_id, item_id, neighbour=form.other)
    except OutOfDate:
        flash(_("The order has changed meanwhile. Look at it as it is now."), "warning")
    else:
        flash(_("The order of the agenda is changed. Both parties see it like this."))
    return redirect(url_for(".index", case_id=case_id, _anchor="order"), 303)


@bp.get("/<uuid:item_id>/compare")
def compare(case_id: UUID, item_id: UUID) -> ResponseReturnValue:
    older, newer = (request.args.get(name, type=number) for name in ("older", "newer"))
    with reading() as work:
        compared = items.compare_wordings(work, case_id, item_id, older=older, newer=newer)
    return render_template("agenda/compare.html", compared=compared, head=compared.head)


@bp.get("/<uuid:item_id>/moves")
def moves(case_id: UUID, item_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        told = items.moves(work, case_id, item_id, before=request.args.get("before", type=number))
    return render_template("agenda/moves.html", told=told, head=told.head)


@bp.route("/<uuid:item_id>/translate", methods=["GET", "POST"])
def translate(case_id: UUID, item_id: UUID) -> ResponseReturnValue:
    form = TranslationForm()
    form.offer(but="")
    if form.validate_on_submit():
        try:
            with writing() as work:
                wordings.translate(
                    work,
                    case_id,
                    item_id,
                    wording_id=form.seen_wording,
                    language=form.language.data,
                    text=form.text.data,
                )
        except MEANWHILE as refusal:
            form.form_errors.append(_meanwhile(refusal))
        else:
            flash(_("The translation stands beside the wording."))
            return redirect(url_for(".item", case_id=case_id, item_id=item_id, _anchor="translations"), 303)
    return _translation(case_id, item_id, form)


@bp.route("/<uuid:item_id>/word", methods=["GET", "POST"])
def word(case_id: UUID, item_id: UUID) -> ResponseReturnValue:
    form = WordingForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                wordings.propose(
                    work,
                    case_id,
                    item_id,
                    text=form.text.data,
                    language=form.language.data,
                    answers_id=form.answered,
                    remark=form.remark.data,
                )
        except MEANWHILE as refusal:
            form.form_errors.append(_meanwhile(refusal))
        else:
            flash(_("Your wording is on the table. Both parties are asked for their positions on it."))
            return redirect(url_for(".item", case_id=case_id, item_id=item_id), 303)
    return _wording(case_id, item_id, form)


@bp.post("/<uuid:item_id>/position")
def position(case_id: UUID, item_id: UUID) -> ResponseReturnValue:
    form = PositionForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                together = positions.record(
                    work,
                    case_id,
                    item_id,
                    wording_id=form.seen_wording,
                    previous_id=form.seen_previous,
                    **form.said,
                )
        except MEANWHILE as refusal:
            form.form_errors.append(_meanwhile(refusal))
        else:
            flash(_recorded(together))
            return redirect(url_for(".item", case_id=case_id, item_id=item_id), 303)
    return _item(case_id, item_id, form)


def _item(case_id: UUID, item_id: UUID, form: PositionForm | None) -> ResponseReturnValue:
    """The page of an item; ``form`` is the one that was refused, with the words that were typed."""
    with reading() as work:
        shown = items.show(work, case_id, item_id, before=request.args.get("before", type=number))
        draft = drafts.look(work, case_id, draft_of_position(item_id))
        keeps_out = recusals.on_item(work, case_id, item_id)
    form = form or PositionForm(formdata=None, data=draft.fields)
    present = str(shown.wording.id) if shown.wording else ""
    form.wording.data, form.previous.data = present, shown.own_position or ""
    overtaken = draft.fields.get("wording", present) != present
    page = render_template(
        "agenda/item.html",
        shown=shown,
        head=shown.head,
        form=form,
        draft=draft,
        overtaken=overtaken,
        keeps_out=keeps_out,
    )
    return page, 422 if form.errors else 200


def _wording(case_id: UUID, item_id: UUID, form: WordingForm) -> ResponseReturnValue:
    """The page on which a wording is written, beside the one that it answers."""
    with reading() as work:
        shown = items.show(work, case_id, item_id)
        draft = drafts.look(work, case_id, draft_of_wording(item_id))
    present = str(shown.wording.id) if shown.wording else ""
    if request.method == "GET":
        form = WordingForm(data=_begin_with(shown) | draft.fields)
    form.answers.data = present
    page = render_template(
        "agenda/word.html",
        shown=shown,
        head=shown.head,
        form=form,
        draft=draft,
        overtaken=draft.fields.get("answers", present) != present,
    )
    return page, 422 if form.errors else 200


def _translation(case_id: UUID, item_id: UUID, form: TranslationForm) -> ResponseReturnValue:
    """The page on which a translation is written, beside the wording."""
    with reading() as work:
        shown = items.show(work, case_id, item_id)
        draft = drafts.look(work, case_id, draft_of_translation(item_id))
    wording = shown.wording
    if wording is None:
        raise IllegalTransition
    former = next(
        (one for one in shown.translations if one.language == request.args.get("language") and not one.trouble), None
    )
    if request.method == "GET":
        begun = {"text": former.text, "language": former.language} if former is not None else {}
        form = TranslationForm(data=begun | draft.fields)
    form.offer(but=wording.language)
    form.wording.data = str(wording.id)
    page = render_template(
        "agenda/translate.html",
        shown=shown,
        head=shown.head,
        form=form,
        draft=draft,
        former=former,
        overtaken=draft.fields.get("wording", str(wording.id)) != str(wording.id),
    )
    return page, 422 if form.errors else 200


def _begin_with(shown: items.ItemShown) -> dict[str, Any]:
    if shown.wording is None or shown.wording.trouble is not None:
        return {"language": language()}
    return {"text": shown.wording.text, "language": shown.wording.language}


def _row(case_id: UUID, line: BoardLine) -> BoardRow:
    stances = {party: position.stance for party, position in line.positions.items()}
    company, union = stances.get(Party.COMPANY), stances.get(Party.UNION)
    parked = line.state is ItemState.PARKED
    return BoardRow(
        line.title or _("An item that you cannot read"),
        company.value if company else None,
        union.value if union else None,
        label(line.state) if parked else label(line.consensus),
        "parked" if parked else together_state(line.consensus),
        Party.COMPANY in line.moved,
        Party.UNION in line.moved,
        url_for(".item", case_id=case_id, item_id=line.id),
    )


def _meanwhile(refusal: Refusal) -> str:
    if isinstance(refusal, OutOfDate):
        return str(
            _("While you wrote, something has changed: look at what stands here now. What you wrote is not lost.")
        )
    if isinstance(refusal, NotAgreed):
        return str(_("While you wrote, both parties agreed on the wording on the table. What you wrote is not lost."))
    return words_of(refusal)


def _recorded(together: Consensus) -> str:
    if together is Consensus.AGREED:
        return str(_("Your party's position is recorded. Both parties agree: this item is in consensus."))
    if together is Consensus.AGREED_WITH_RESERVATION:
        return str(_("Your party's position is recorded. Both parties can live with these words: this is consensus."))
    return str(_("Your party's position is recorded."))
