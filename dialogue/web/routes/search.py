"""Searching a case: asked by a form that leaves no trace in an address, answered on the same page, kept nowhere."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from dialogue.domain.search import Thing
from dialogue.errors import Unfit
from dialogue.services import search
from dialogue.services.search import Found, Hit
from dialogue.web.errors import words_of
from dialogue.web.forms.search import SearchForm
from dialogue.web.unit import reading

bp = Blueprint("search", __name__, url_prefix="/cases/<uuid:case_id>/search")

# Where each thing is read, and how that address calls what it is about.
PAGES: dict[Thing, tuple[str, str]] = {
    Thing.REQUEST: ("request.show", ""),
    Thing.COMMENT: ("request.show", ""),
    Thing.REPLY: ("request.show", ""),
    Thing.INQUIRY: ("delegation.ask", "participant_id"),
    Thing.DECLARATION: ("facilitator.index", ""),
    Thing.ATTENDANT: ("attendants.index", ""),
    Thing.TERMS: ("terms.version", "terms_id"),
    Thing.ITEM: ("agenda.item", "item_id"),
    Thing.WORDING: ("agenda.item", "item_id"),
    Thing.TRANSLATION: ("agenda.item", "item_id"),
    Thing.POSITION: ("agenda.item", "item_id"),
    Thing.FRAME: ("words.show", "kind"),
    Thing.MEETING: ("meetings.show", "meeting_id"),
    Thing.BOOKING: ("meetings.show", "meeting_id"),
    Thing.PROGRAMME: ("programme.show", "meeting_id"),
    Thing.REGISTER: ("register.show", "meeting_id"),
    Thing.RECUSAL: ("programme.show", "meeting_id"),
    Thing.DOCUMENT: ("documents.show", "document_id"),
    Thing.DOCUMENT_RELEASE: ("documents.show", "document_id"),
    Thing.NOTE: ("notes.show", "note_id"),
    Thing.RELEASE: ("notes.show", "note_id"),
    Thing.QUESTION: ("input.index", ""),
    Thing.ANSWER: ("input.index", ""),
    Thing.SUMMARY: ("summaries.show", "summary_id"),
    Thing.AMENDMENT: ("summaries.show", "summary_id"),
    Thing.PAPER: ("paper.index", ""),
    Thing.COMMITMENT: ("followup.show", "commitment_id"),
    Thing.REPORT: ("followup.show", "commitment_id"),
    Thing.SUPPORT: ("followup.show", "commitment_id"),
    Thing.REVIEW: ("followup.index", ""),
    Thing.HELP: ("help.index", ""),
    Thing.OUTCOME: ("outcome.show", "outcome_id"),
}


@bp.route("", methods=["GET", "POST"])
def index(case_id: UUID) -> ResponseReturnValue:
    form, found = SearchForm(), None
    if form.validate_on_submit():
        try:
            with reading() as work:
                found = search.find(work, case_id, form.words.data, form.chosen)
            return _page(found, form)
        except Unfit as refusal:
            form.words.errors = [words_of(refusal)]
    with reading() as work:
        head = search.place(work, case_id)
    page = render_template("search/index.html", head=head, form=form, found=None, lines=())
    return page, 422 if form.errors else 200


def _page(found: Found, form: SearchForm) -> str:
    lines = [(hit, _address(found, hit)) for hit in found.hits]
    return render_template("search/index.html", head=found.head, form=form, found=found, lines=lines)


def _address(found: Found, hit: Hit) -> str:
    endpoint, about = PAGES[hit.thing]
    names: dict[str, Any] = {about: hit.about} if about else {}
    return url_for(endpoint, case_id=found.head.case_id, **names)
