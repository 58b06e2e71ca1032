"""The desk: narrowing its list, answering a request, and the office's templates of the terms."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import HiddenInput

from dialogue.domain.cases import BEFORE_THE_ILO, CaseStatus
from dialogue.domain.desk import LONGEST_WORDS, Check
from dialogue.domain.terms import LONGEST_TEXT
from dialogue.web.forms.filters import lines, strip
from dialogue.web.labels import LABELS, choices

_TOO_LONG = _l("Shorten this to at most %(max)d characters.")
_IN_ORDER = _l("Tick this when it is in order. If it is not, return the request with words instead.")


class NarrowForm(FlaskForm):
    """Which cases the list shows; a question, so that it stands in the address and needs no token."""

    class Meta:
        csrf = False

    reference = StringField(
        _l("Reference begins with"), filters=[strip], validators=[Length(max=24)], render_kw={"autocomplete": "off"}
    )
    status = SelectField(
        _l("State"),
        choices=[
            SelectChoice("", _l("Every state")),
            *choices(*(status for status in CaseStatus if status not in BEFORE_THE_ILO)),
        ],
        validators=[Optional()],
    )

    @property
    def chosen(self) -> CaseStatus | None:
        return CaseStatus(self.status.data) if self.status.data else None


class TakeUpForm(FlaskForm):
    """What was checked, and words of welcome if the desk likes."""

    declaration = BooleanField(
        LABELS[Check][Check.DECLARATION],
        description=_l("It is about an enterprise and about what that Declaration speaks of."),
        validators=[DataRequired(message=_IN_ORDER)],
    )
    support = BooleanField(
        LABELS[Check][Check.SUPPORT],
        description=_l("There is a place, an expert or a facilitator for what both have asked."),
        validators=[DataRequired(message=_IN_ORDER)],
    )
    mandates = BooleanField(
        LABELS[Check][Check.MANDATES],
        description=_l("You have made sure of it by another way than this tool."),
        validators=[DataRequired(message=_IN_ORDER)],
    )
    words = TextAreaField(
        _l("Words to both parties"),
        filters=[lines],
        validators=[Optional(), Length(max=LONGEST_WORDS, message=_TOO_LONG)],
    )

    @property
    def checked(self) -> frozenset[Check]:
        return frozenset(check for check in Check if self[check.value].data)


class ReplyForm(FlaskForm):
    """The words that a request is returned with, or not taken up with."""

    words = TextAreaField(
        _l("Words to both parties"),
        filters=[lines],
        validators=[
            DataRequired(message=_l("Write what both parties should know.")),
            Length(max=LONGEST_WORDS, message=_TOO_LONG),
        ],
    )


class TemplateForm(FlaskForm):
    """A new version of the office's words in one language.

    seen   the number of the version that was on the page, 0 for none
    """

    text = TextAreaField(
        _l("The office's words"),
        description=_l("Parties who begin their terms from now on begin with these words."),
        filters=[lines],
        validators=[
            DataRequired(message=_l("Write the words of the template.")),
            Length(max=LONGEST_TEXT, message=_TOO_LONG),
        ],
    )
    seen = IntegerField(widget=HiddenInput(), default=0)
