"""What is asked of whoever writes on a joint summary, suggests other words for it, or approves it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from dialogue.domain.summaries import LONGEST_REMARK, LONGEST_TEXT, LONGEST_TITLE
from dialogue.web.forms.filters import lines, strip

_TOO_LONG = _l("Shorten this to at most %(max)d characters.")


def _number(field: HiddenField) -> int:
    told = str(field.data or "")
    return int(told) if told.isdecimal() and len(told) < 9 else 0


class OnPaperForm(FlaskForm):
    """A meeting that was held outside this place and gets a summary here."""

    title = StringField(
        _l("What the meeting was"),
        filters=[strip],
        validators=[
            DataRequired(message=_l("Write in a few words which meeting it was.")),
            Length(max=LONGEST_TITLE, message=_TOO_LONG),
        ],
    )
    held_on = DateField(
        _l("The day on which it was held"),
        validators=[DataRequired(message=_l("Enter the day on which the meeting was held."))],
    )


class SummaryForm(FlaskForm):
    """The words of a summary; ``base`` is the version from which the writer started."""

    text = TextAreaField(
        _l("The summary"),
        description=_l(
            "What was talked about and what was agreed, as both sides can sign it. No word-for-word record."
        ),
        filters=[lines],
        validators=[Optional(), Length(max=LONGEST_TEXT, message=_TOO_LONG)],
    )
    base = HiddenField()

    @property
    def began_from(self) -> int:
        return _number(self.base)


class AmendmentForm(FlaskForm):
    """The same summary in other words; ``seen`` is the version that was read."""

    text = TextAreaField(
        _l("The summary as you would have it"),
        description=_l("Change what should be said otherwise and leave the rest as it is."),
        filters=[lines],
        validators=[
            DataRequired(message=_l("Write the summary as you would have it.")),
            Length(max=LONGEST_TEXT, message=_TOO_LONG),
        ],
    )
    remark = TextAreaField(
        _l("Why"),
        filters=[lines],
        validators=[Optional(), Length(max=LONGEST_REMARK, message=_TOO_LONG)],
    )
    seen = HiddenField()

    @property
    def seen_version(self) -> int:
        return _number(self.seen)


class SeenForm(FlaskForm):
    """One button that answers what stood on the page."""

    seen = HiddenField(validators=[DataRequired()])

    @property
    def seen_version(self) -> int:
        return _number(self.seen)


class ApproveForm(FlaskForm):
    """The signature under a summary."""

    hash = HiddenField(validators=[DataRequired()])
    read = BooleanField(
        _l("I have read the summary, and I approve it for my party."),
        validators=[DataRequired(message=_l("Confirm that you have read the summary and approve it for your party."))],
    )
