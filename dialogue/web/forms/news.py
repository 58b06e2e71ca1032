"""What is read of the news, and when mails about them come."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, SelectChoice, SelectField, ValidationError
from wtforms.validators import DataRequired

from dialogue.domain.wishes import HOURS, Rhythm, Wishes
from dialogue.web.tidings import hour

NONE = ""


class ReadForm(FlaskForm):
    """Up to which moment the page showed them."""

    until = HiddenField(validators=[DataRequired()])

    def validate_until(self, until: Field) -> None:
        try:
            self.moment = datetime.fromisoformat(until.data)
        except ValueError:
            raise ValidationError(until.gettext("Not a moment.")) from None
        if self.moment.tzinfo is None:
            raise ValidationError(until.gettext("Not a moment."))


def _hours() -> list[SelectChoice]:
    return [SelectChoice(str(number), hour(number)) for number in HOURS]


def _hours_or_none() -> list[SelectChoice]:
    return [SelectChoice(NONE, _("No quiet hours")), *_hours()]


class WishesForm(FlaskForm):
    """At once or once a day, and when not."""

    rhythm = RadioField(
        _l("When there is something new, write to me"),
        choices=[
            SelectChoice(Rhythm.AT_ONCE.value, _l("At once, and at most every ten minutes")),
            SelectChoice(Rhythm.DAILY.value, _l("Once a day, if there is anything new")),
        ],
        validators=[DataRequired(message=_l("Choose one of the two."))],
    )
    hour = SelectField(_l("At what time?"), choices=_hours, validators=[DataRequired(message=_l("Choose a time."))])
    quiet_from = SelectField(_l("No mails from"), choices=_hours_or_none)
    quiet_until = SelectField(_l("Mails again from"), choices=_hours_or_none)

    @property
    def wishes(self) -> Wishes:
        """What was chosen."""
        return Wishes(
            Rhythm(self.rhythm.data),
            int(self.hour.data),
            int(self.quiet_from.data) if self.quiet_from.data else None,
            int(self.quiet_until.data) if self.quiet_until.data else None,
        )
