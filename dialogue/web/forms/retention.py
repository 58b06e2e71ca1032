"""For how much longer a dialogue shall be kept."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from dialogue.domain.retention import EXTENSIONS


def months_words(months: int) -> str:
    """A period in words."""
    return str(ngettext("%(num)d month", "%(num)d months", months))


class ExtendForm(FlaskForm):
    """By how much the date moves; only the periods offered."""

    months = RadioField(
        _l("For how much longer"),
        choices=lambda: [SelectChoice(months, months_words(months)) for months in EXTENSIONS],
        coerce=int,
        validators=[DataRequired(message=_l("Choose for how much longer it is kept."))],
    )
