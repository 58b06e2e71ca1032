"""Documents: listed, brought, shown with their versions, downloaded, and let go into the joint room."""

from __future__ import annotations

from contextlib import AbstractContextManager
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.acts import Act
from dialogue.domain.documents import PIECE, draft_of_asking
from dialogue.domain.people import Room
from dialogue.errors import IllegalTransition, NotBound, NotFound, OutOfDate, Unfit
from dialogue.services import documents, drafts, handing, readings
from dialogue.services import uploads as services
from dialogue.services.documents import DocumentShown
from dialogue.services.files import SealedFile
from dialogue.services.uploads import Brought
from dialogue.web import downloads, uploads
from dialogue.web.errors import words_of
from dialogue.web.forms.documents import AskForm, DocumentForm, LetGoForm, TieForm, VersionForm
from dialogue.web.forms.filters import identifier
from dialogue.web.unit import reading, writing

bp = Blueprint("documents", __name__, url_prefix="/cases/<uuid:case_id>/documents")

# What can be the matter with a file, or have happened while it came: the form is shown again, with the words in it.
MEANWHILE = (IllegalTransition, NotBound, Unfit)


@bp.get("")
def index(case_id: UUID) -> ResponseReturnValue:
    room = _called(request.args["room"]) if request.args.get("room") else None
    with reading() as work:
        shown = documents.index(work, case_id, room, identifier(request.args.get("before")))
    return render_template("documents/index.html", shown=shown, head=shown.head)


@bp.route("/add", methods=["GET", "POST"])
def add(case_id: UUID) -> ResponseReturnValue:
    form = DocumentForm()
    with reading() as work:
        bringing = documents.prepare(work, case_id)
        made = documents.made_by(work, case_id, form.upload_id)
    if made is not None:
        return _made_already(case_id, made)
    form.offer(sorted(bringing.rooms, key=lambda room: room.value != request.args.get("room")))
    if form.validate_on_submit():
        try:
            with _brought(case_id, form) as found, writing() as work:
                document_id = documents.add(
                    work,
                    case_id,
                    Room(form.room.data),
                    found,
                    title=form.title.data,
                    description=form.description.data,
                    upload_id=form.upload_id,
                )
        except MEANWHILE as refusal:
            form.form_errors.append(words_of(refusal))
        else:
            flash(_("The document is in the room."))
            return redirect(url_for(".show", case_id=case_id, document_id=document_id), 303)
    return _bringing("documents/add.html", case_id, form, head=bringing.head, rooms=bringing.rooms)


@bp.post("/pieces")
def piece(case_id: UUID) -> ResponseReturnValue:
    """One piece of a file, for the script that sends it; says how much has come, so that it can go on from there."""
    arrival, upload_id = uploads.arrived(request.files.get("piece")), identifier(request.form.get("upload"))
    begins_at = request.args.get("from", "")
    try:
        if arrival is None or upload_id is None or not begins_at.isdecimal():
            raise Unfit("file_missing")
        with writing() as work:
            come = services.take_piece(work, case_id, upload_id, int(begins_at), arrival.finish())
    except OutOfDate:
        return jsonify(come=sum(one.size for one in _come(case_id, upload_id))), 409
    except MEANWHILE as refusal:
        return jsonify(sentence=words_of(refusal)), 422
    uploads.keep(arrival)
    return jsonify(come=come)


@bp.get("/<uuid:document_id>")
def show(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        shown = documents.show(work, case_id, document_id)
    return render_template("documents/show.html", shown=shown, head=shown.head)


@bp.get("/<uuid:document_id>/versions/<int:number>")
def take(case_id: UUID, document_id: UUID, number: int) -> ResponseReturnValue:
    with reading() as work:
        found = documents.take(work, case_id, document_id, number)
    return downloads.attachment(found.name, found.pieces, size=found.size)


@bp.route("/<uuid:document_id>/revise", methods=["GET", "POST"])
def revise(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    form = VersionForm()
    with reading() as work:
        shown = documents.look_before_revising(work, case_id, document_id)
        made = documents.made_by(work, case_id, form.upload_id)
    if made is not None:
        return _made_already(case_id, made)
    if form.validate_on_submit():
        try:
            with _brought(case_id, form) as found, writing() as work:
                documents.revise(
                    work,
                    case_id,
                    document_id,
                    found,
                    title=form.title.data,
                    description=form.description.data,
                    seen_number=form.seen_number,
                    upload_id=form.upload_id,
                )
        except OutOfDate:
            form.form_errors.append(_renewed())
        except MEANWHILE as refusal:
            form.form_errors.append(words_of(refusal))
        else:
            flash(_("The new version is the one that is shown now. The earlier ones are kept."))
            return redirect(url_for(".show", case_id=case_id, document_id=document_id), 303)
    if request.method == "GET":
        form.title.data, form.description.data = shown.newest.said.title, shown.newest.said.description
    form.seen.data = str(shown.newest.number)
    return _bringing("documents/revise.html", case_id, form, head=shown.head, shown=shown)


@bp.route("/<uuid:document_id>/release", methods=["GET", "POST"])
def release(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    form = LetGoForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                there = handing.approve(work, case_id, document_id, seen_number=form.seen_number)
        except OutOfDate:
            form.form_errors.append(_renewed())
        else:
            flash(_("Both parties can read the document in the joint room. The original stays where it was."))
            return redirect(url_for(".show", case_id=case_id, document_id=there), 303)
    with reading() as work:
        found = handing.prospect(work, case_id, document_id, Act.DOCUMENT_RELEASE)
    form.read.data, form.seen.data = False, str(found.number)
    page = render_template("documents/release.html", found=found, head=found.head, form=form)
    return page, 422 if form.errors else 200


@bp.route("/<uuid:document_id>/ask-release", methods=["GET", "POST"])
def ask(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    form = AskForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                handing.ask(work, case_id, document_id, seen_number=form.seen_number, remark=form.remark.data or "")
        except OutOfDate:
            form.form_errors.append(_renewed())
        except MEANWHILE as refusal:
            form.form_errors.append(words_of(refusal))
        else:
            flash(_("The party's lead is asked. Nobody outside this caucus learns of it."))
            return redirect(url_for(".show", case_id=case_id, document_id=document_id), 303)
    with reading() as work:
        found = handing.prospect(work, case_id, document_id, Act.DOCUMENT_ASK)
        draft = drafts.look(work, case_id, draft_of_asking(document_id))
    if request.method == "GET":
        form = AskForm(formdata=None, data=draft.fields)
    form.seen.data = str(found.number)
    page = render_template("documents/ask.html", found=found, head=found.head, form=form, draft=draft)
    return page, 422 if form.errors else 200


@bp.post("/<uuid:document_id>/keep")
def keep(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        handing.keep(work, case_id, document_id)
    flash(_("The document stays where it is. Nobody outside its room learns that it was asked for."))
    return redirect(url_for(".show", case_id=case_id, document_id=document_id), 303)


@bp.route("/before/<uuid:item_id>", methods=["GET", "POST"])
def before(case_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """What is to be read before an item is talked about."""
    form = TieForm()
    with reading() as work:
        shown = readings.of_item(work, case_id, item_id)
    form.offer([(choice.document_id, choice.title) for choice in shown.choices])
    if form.validate_on_submit():
        try:
            with writing() as work:
                readings.tie(work, case_id, item_id, UUID(form.document.data))
        except MEANWHILE as refusal:
            form.form_errors.append(words_of(refusal))
        else:
            flash(_("The document is to be read before this item."))
            return redirect(url_for(".before", case_id=case_id, item_id=item_id), 303)
    page = render_template("documents/before.html", shown=shown, head=shown.head, form=form)
    return page, 422 if form.errors else 200


@bp.post("/ties/<uuid:tie_id>/remove")
def untie(case_id: UUID, tie_id: UUID) -> ResponseReturnValue:
    with writing() as work:
        item_id = readings.untie(work, case_id, tie_id)
    flash(_("The document need not be read before this item any more. It stays in its room."))
    return redirect(url_for(".before", case_id=case_id, item_id=item_id), 303)


def _brought(case_id: UUID, form: VersionForm) -> AbstractContextManager[Brought]:
    return uploads.brought(
        case_id,
        form.file.data or None,
        form.arrived.data or "",
        lambda: _come(case_id, form.upload_id),
        clean=form.clean.data,
        keep_original=form.original.data,
    )


def _come(case_id: UUID, upload_id: UUID | None) -> tuple[SealedFile, ...]:
    if upload_id is None:
        return ()
    with reading() as work:
        return services.come_so_far(work, case_id, upload_id)


def _made_already(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """The same form was sent before, and perhaps its answer was lost."""
    flash(_("This file is in the room already: the form was sent twice and taken once."))
    return redirect(url_for(".show", case_id=case_id, document_id=document_id), 303)


def _bringing(
    template: str, case_id: UUID, form: VersionForm, *, shown: DocumentShown | None = None, **known: object
) -> ResponseReturnValue:
    """The page with the form for a file; what has come of it in pieces is not asked for again."""
    come = sum(one.size for one in _come(case_id, identifier(form.upload.data))) if form.arrived.data else 0
    if not come:
        form.arrived.data = ""
    page = render_template(template, form=form, come=come, piece_bytes=PIECE, shown=shown, **known)
    return page, 422 if form.errors else 200


def _renewed() -> str:
    return str(_("There is a newer version since you looked at this document. Look at it before you answer."))


def _called(room: str) -> Room:
    """The room of an address; raises NotFound for a word that names none."""
    try:
        return Room(room)
    except ValueError:
        raise NotFound from None
