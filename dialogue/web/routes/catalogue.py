"""What the ILO offers: read by everybody who is signed in, kept by the office."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.errors import OutOfDate, Unfit
from dialogue.services import catalogue
from dialogue.web.errors import words_of
from dialogue.web.forms.catalogue import NarrowCatalogueForm, OfferForm
from dialogue.web.unit import reading, writing

bp = Blueprint("catalogue", __name__)


@bp.get("/support")
def index() -> ResponseReturnValue:
    form = NarrowCatalogueForm(request.args)
    with reading() as work:
        offered = catalogue.index(work)
    form.among(offered.languages)
    found = [one for one in offered.offers if form.wanted.fits(one.told)]
    return render_template("catalogue/index.html", offered=offered, found=found, form=form)


@bp.get("/desk/support")
def office() -> ResponseReturnValue:
    with reading() as work:
        offers = catalogue.listed(work)
    return render_template("catalogue/office.html", offers=offers)


@bp.route("/desk/support/add", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    form = OfferForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                catalogue.add(work, form.told)
            flash(_("Added. Everybody who is signed in can read it."))
            return redirect(url_for(".office"), 303)
        except Unfit as refusal:
            form.form_errors.append(words_of(refusal))
    with reading() as work:
        catalogue.listed(work)
    page = render_template("catalogue/edit.html", offer=None, form=form)
    return page, 422 if form.errors else 200


@bp.route("/desk/support/<uuid:offer_id>", methods=["GET", "POST"])
def edit(offer_id: UUID) -> ResponseReturnValue:
    form = OfferForm()
    if form.validate_on_submit():
        try:
            with writing() as work:
                catalogue.edit(
                    work, offer_id, form.told, seen=form.seen.data or 0, is_retired=bool(form.is_retired.data)
                )
            flash(_("Kept as a new version. What dialogues have noted keeps its words."))
            return redirect(url_for(".office"), 303)
        except (OutOfDate, Unfit) as refusal:
            form.form_errors.append(words_of(refusal))
    with reading() as work:
        offer = catalogue.look(work, offer_id)
    if request.method == "GET":
        form = OfferForm(formdata=None, data=OfferForm.fields_of(offer))
    form.seen.data, form.seen.raw_data = offer.number, None
    page = render_template("catalogue/edit.html", offer=offer, form=form)
    return page, 422 if form.errors else 200


@bp.get("/desk/support/<uuid:offer_id>/versions")
def versions(offer_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        found = catalogue.versions(work, offer_id)
    return render_template("catalogue/versions.html", found=found)
