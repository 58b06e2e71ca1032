"""Terms of confidentiality: proposing words, and undertaking to keep to those on the page."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, StopValidation

from dialogue.domain.terms import (
    ALL_ALIKE,
    DEFAULT_RETENTION_MONTHS,
    LONGEST_TEXT,
    RETENTION_MONTHS,
    Disclosure,
    LateJoiners,
)
from dialogue.web.forms.filters import identifier, lines
from dialogue.web.i18n import LANGUAGES
from dialogue.web.labels import choices

LONGEST_NUMBER = 6
_MONTHS = _l("Enter a number of months from 1 to 120.")


class MonthsField(IntegerField):
    """A number of months; what is no number is told in the same words as a wrong one."""

    data: int | None

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            if any(len(text) > LONGEST_NUMBER for text in valuelist):
                raise ValueError
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            raise ValueError(str(_MONTHS)) from None

    def pre_validate(self, form: object) -> None:  # noqa: ARG002
        if self.data is None and not self.process_errors:
            raise StopValidation(str(_MONTHS))


class TermsForm(FlaskForm):
    """Words for the other lead, with what the software reads of them.

    answers   the proposal that was on the page, if there was one
    template  the office's template that the words began from, if they did
    """

    text = TextAreaField(
        _l("The terms"),
        description=_l("Change whatever both sides need changed. The other lead sees every change word by word."),
        filters=[lines],
        validators=[
            DataRequired(message=_l("Write the terms.")),
            Length(max=LONGEST_TEXT, message=_l("Shorten this to at most %(max)d characters.")),
        ],
    )
    language = SelectField(_l("Language of these words"), choices=[SelectChoice(*named) for named in LANGUAGES])
    retention_months = MonthsField(
        _l("Months for which records are kept after the end"),
        description=_l("From 1 to 120. Then the keys are destroyed and nobody can read anything any more."),
        default=DEFAULT_RETENTION_MONTHS,
        validators=[NumberRange(RETENTION_MONTHS[0], RETENTION_MONTHS[-1], message=_MONTHS)],
    )
    disclosure = RadioField(
        _l("What may be told outside?"),
        choices=choices(*Disclosure),
        default=Disclosure.NOTHING,
        coerce=Disclosure,
        validators=[DataRequired(message=_l("Choose what may be told outside."))],
    )
    prevailing = SelectField(
        _l("If the outcome stands in several languages, which one prevails?"),
        choices=[SelectChoice(ALL_ALIKE, _l("All count alike")), *(SelectChoice(*named) for named in LANGUAGES)],
        default=ALL_ALIKE,
    )
    late_joiners = RadioField(
        _l("What can somebody read who joins later?"),
        choices=choices(*LateJoiners),
        default=LateJoiners.WHEN_BOTH_SHARE,
        coerce=LateJoiners,
        validators=[DataRequired(message=_l("Choose what somebody can read who joins later."))],
    )
    template = HiddenField(validators=[Length(max=20)])
    answers = HiddenField()

    @property
    def answered(self) -> UUID | None:
        """The proposal that the person had before the eyes."""
        return identifier(self.answers.data)


class UndertakingForm(FlaskForm):
    """The yes to one version of the terms, for those who have read it."""

    terms = HiddenField()
    read = BooleanField(
        _l("I have read these terms and I will keep to them."),
        validators=[DataRequired(message=_l("Read the terms, then tick that you will keep to them."))],
    )

    @property
    def terms_id(self) -> UUID:
        return identifier(self.terms.data) or UUID(int=0)
