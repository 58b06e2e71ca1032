"""The office's report on meetings held: a page and a table for other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from uuid import UUID

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dialogue.domain.reports import hours, safe_cell
from dialogue.services import reports
from dialogue.services.reports import Report
from dialogue.web.i18n import spoken
from dialogue.web.labels import label
from dialogue.web.unit import reading

bp = Blueprint("report", __name__, url_prefix="/desk/report")


@bp.get("")
def index() -> ResponseReturnValue:
    with reading() as work:
        report = reports.index(work)
    return render_template("report/index.html", report=report, hours=hours)


@bp.get("/table.csv")
def table() -> ResponseReturnValue:
    with reading() as work:
        report = reports.index(work)
    return _download(report)


@bp.get("/<uuid:case_id>")
def case(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        report = reports.of_case(work, case_id)
    return render_template("report/index.html", report=report, hours=hours)


@bp.get("/<uuid:case_id>/table.csv")
def case_table(case_id: UUID) -> ResponseReturnValue:
    with reading() as work:
        report = reports.of_case(work, case_id)
    return _download(report)


def _download(report: Report) -> Response:
    """Every cell as a spreadsheet shows it and never carries it out; the name of the file says nothing."""
    text = io.StringIO()
    writer = csv.writer(text)
    for row in _rows(report):
        writer.writerow([safe_cell(cell) for cell in row])
    return Response(
        "\ufeff" + text.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="report.csv"', "X-Content-Type-Options": "nosniff"},
    )


def _rows(report: Report) -> Iterator[tuple[object, ...]]:
    yield _("Number"), _("Day"), _("Kind"), _("Meetings"), _("Hours"), _("Participants"), _("Languages")
    for line in report.lines:
        yield (
            line.reference,
            line.held_on.isoformat() if line.held_on else "",
            label(line.kind),
            line.meetings,
            hours(line.minutes),
            line.people,
            spoken(line.languages),
        )
