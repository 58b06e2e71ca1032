"""What is asked of whoever enters what happened on paper."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from dialogue.domain.paper import LONGEST_TEXT, LONGEST_TITLE, PaperKind
from dialogue.web.forms.filters import lines, strip
from dialogue.web.labels import choices

_TOO_LONG = _l("Shorten this to at most %(max)d characters.")


class PaperForm(FlaskForm):
    """What happened, on which day, in words that both leads can agree to."""

    kind = RadioField(
        _l("What was it?"),
        choices=choices(*PaperKind),
        coerce=PaperKind,
        validators=[DataRequired(message=_l("Choose what it was."))],
    )
    happened_on = DateField(
        _l("The day on which it happened"),
        validators=[DataRequired(message=_l("Enter the day on which it happened."))],
    )
    title = StringField(
        _l("In a few words"),
        filters=[strip],
        validators=[
            DataRequired(message=_l("Write in a few words what happened.")),
            Length(max=LONGEST_TITLE, message=_TOO_LONG),
        ],
        render_kw={"autocomplete": "off"},
    )
    text = TextAreaField(
        _l("What happened"),
        description=_l("Only what both leads can say of it. Where the paper is kept helps whoever looks for it later."),
        filters=[lines],
        validators=[
            DataRequired(message=_l("Write what happened.")),
            Length(max=LONGEST_TEXT, message=_TOO_LONG),
        ],
    )

    @property
    def entry(self) -> dict[str, Any]:
        return {
            "kind": self.kind.data,
            "title": self.title.data,
            "text": self.text.data,
            "happened_on": self.happened_on.data,
        }
