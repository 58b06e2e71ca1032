"""Rooms with notes: read, written, said anew, and compared with what was said before."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.comparison import compare
from dialogue.domain.notes import draft_of_new, draft_of_revision
from dialogue.domain.people import Room
from dialogue.errors import IllegalTransition, NotBound, NotFound, OutOfDate, Unfit
from dialogue.services import drafts, notes
from dialogue.services.drafts import Kept
from dialogue.services.notes import NoteShown
from dialogue.web import markdown
from dialogue.web.errors import words_of
from dialogue.web.forms.filters import identifier
from dialogue.web.forms.notes import NoteForm, RevisionForm
from dialogue.web.paging import number
from dialogue.web.unit import reading, writing

bp = Blueprint("notes", __name__, url_prefix="/cases/<uuid:case_id>")

# What can have happened while somebody wrote: the form is shown again with the words in it.
MEANWHILE = (IllegalTransition, NotBound, Unfit)


@bp.get("/rooms/<room>")
def index(case_id: UUID, room: str) -> ResponseReturnValue:
    return _room(case_id, _called(room), None)


@bp.route("/rooms/<room>/write", methods=["GET", "POST"])
def write(case_id: UUID, room: str) -> ResponseReturnValue:
    form = NoteForm()
    if not form.validate_on_submit():
        return _room(case_id, _called(room), form if form.errors else None)
    try:
        with writing() as work:
            note_id = notes.write(work, case_id, _called(room), title=form.title.data, body=form.body.data)
    except MEANWHILE as refusal:
        form.form_errors.append(words_of(refusal))
        return _room(case_id, _called(room), form)
    flash(_("Your note is in the room."))
    return redirect(url_for(".index", case_id=case_id, room=room, _anchor=f"note-{note_id}"), 303)


@bp.get("/notes/<uuid:note_id>")
def show(case_id: UUID, note_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        shown = notes.show(work, case_id, note_id, revision=request.args.get("revision", type=number))
    return render_template("notes/show.html", shown=shown, head=shown.head, render=markdown.render)


@bp.get("/notes/<uuid:note_id>/compare")
def compare_revisions(case_id: UUID, note_id: UUID) -> ResponseReturnValue:
    older, newer = (request.args.get(name, default=0, type=number) for name in ("older", "newer"))
    with reading() as work:
        compared = notes.compare_revisions(work, case_id, note_id, older=older, newer=newer)
    return render_template("notes/compare.html", compared=compared, head=compared.head)


@bp.route("/notes/<uuid:note_id>/revise", methods=["GET", "POST"])
def revise(case_id: UUID, note_id: UUID) -> ResponseReturnValue:
    form = RevisionForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                notes.revise(
                    work,
                    case_id,
                    note_id,
                    title=form.title.data,
                    body=form.body.data,
                    seen_revision=form.seen_revision,
                )
        except OutOfDate:
            form.form_errors.append(_("Somebody has revised this note while you wrote. What you wrote is not lost."))
        except MEANWHILE as refusal:
            form.form_errors.append(words_of(refusal))
        else:
            flash(_("The note says it anew. What it said before is kept."))
            return redirect(url_for(".show", case_id=case_id, note_id=note_id), 303)
    with reading() as work:
        shown = notes.show(work, case_id, note_id)
        draft = drafts.look(work, case_id, draft_of_revision(note_id))
    return _revising(shown, draft, form)


def _room(case_id: UUID, room: Room, form: NoteForm | None) -> ResponseReturnValue:
    """The page of a room; ``form`` is the one that was refused, with the words that were typed."""
    with reading() as work:
        shown = notes.index(work, case_id, room, identifier(request.args.get("before")))
        draft = drafts.look(work, case_id, draft_of_new(room))
    form = form or NoteForm(formdata=None, data=draft.fields)
    page = render_template(
        "notes/index.html", shown=shown, head=shown.head, form=form, draft=draft, render=markdown.render
    )
    return page, 422 if form.errors else 200


def _revising(shown: NoteShown, draft: Kept, form: RevisionForm) -> ResponseReturnValue:
    """The page on which a note is said anew; where it has changed meanwhile, both texts stand on it."""
    if request.method == "GET":
        said = {"title": shown.title, "body": shown.body, "seen": shown.newest}
        form = RevisionForm(formdata=None, data=said | draft.fields)
    overtaken = form.seen_revision != shown.newest
    changes = compare(shown.body, form.body.data or "") if overtaken else ()
    form.seen.data = str(shown.newest)
    page = render_template(
        "notes/revise.html", shown=shown, head=shown.head, form=form, draft=draft, overtaken=overtaken, changes=changes
    )
    return page, 409 if overtaken and form.errors else 422 if form.errors else 200


def _called(room: str) -> Room:
    """The room of an address; raises NotFound for a word that names none."""
    try:
        return Room(room)
    except ValueError:
        raise NotFound from None
