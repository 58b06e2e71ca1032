"""Interpreters and observers: the paper entry of an undertaking."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from dialogue.domain.attendants import LONGEST_NAME, LONGEST_WORDS, AttendantKind
from dialogue.web.forms.filters import lines, strip
from dialogue.web.labels import choices

_TOO_LONG = _l("Shorten this to at most %(max)d characters.")


class AttendantForm(FlaskForm):
    """Who attends which meetings, and when the undertaking was signed on paper."""

    kind = RadioField(
        _l("What will this person do?"),
        choices=choices(*AttendantKind),
        coerce=AttendantKind,
        validators=[DataRequired(message=_l("Choose what this person will do."))],
    )
    name = StringField(
        _l("Name"),
        filters=[strip],
        validators=[DataRequired(message=_l("Enter the person's name.")), Length(max=LONGEST_NAME, message=_TOO_LONG)],
        render_kw={"autocomplete": "off"},
    )
    function = StringField(
        _l("Function or languages"),
        filters=[strip],
        validators=[Optional(), Length(max=LONGEST_NAME, message=_TOO_LONG)],
        render_kw={"autocomplete": "off"},
    )
    meetings = TextAreaField(
        _l("Which meetings does this person attend?"),
        filters=[lines],
        validators=[
            DataRequired(message=_l("Write which meetings this person attends.")),
            Length(max=LONGEST_WORDS, message=_TOO_LONG),
        ],
    )
    undertaken_on = DateField(
        _l("Undertaking of confidentiality signed on"),
        description=_l("On paper, before the first meeting. Keep the paper."),
        validators=[DataRequired(message=_l("Enter the day on which the undertaking was signed."))],
    )

    @property
    def entry(self) -> dict[str, Any]:
        return {
            "kind": self.kind.data,
            "name": self.name.data,
            "function": self.function.data or "",
            "meetings": self.meetings.data,
            "undertaken_on": self.undertaken_on.data,
        }
