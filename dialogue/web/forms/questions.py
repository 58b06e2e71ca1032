"""Technical input: a question to an expert, who is asked, and the answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import get_timezone
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from dialogue.domain.questions import LONGEST_ANSWER, LONGEST_QUESTION
from dialogue.services.roster import Candidate
from dialogue.web.forms.filters import lines

_TOO_LONG = _l("Shorten this to at most %(max)d characters.")


class ChooseExpertForm(FlaskForm):
    """Somebody of the office's list of experts."""

    who = RadioField(_l("Who could answer?"), validators=[DataRequired(message=_l("Choose an expert."))])

    def among(self, people: Iterable[Candidate]) -> ChooseExpertForm:
        """The same form with those people to choose from."""
        self.who.choices = [SelectChoice(str(one.person.account_id), one.person.name) for one in people]
        return self

    @property
    def account_id(self) -> UUID:
        return UUID(self.who.data)


class QuestionForm(ChooseExpertForm):
    """A question, who is asked, and until when."""

    text = TextAreaField(
        _l("The question"),
        description=_l("One question of fact or practice. Write nothing that the expert need not know."),
        filters=[lines],
        validators=[
            DataRequired(message=_l("Write the question.")),
            Length(max=LONGEST_QUESTION, message=_TOO_LONG),
        ],
    )
    last_day = DateField(
        _l("Last day for the answer"),
        description=_l("The expert's seat ends with the answer, and on this day at the latest."),
        validators=[DataRequired(message=_l("Enter the last day for the answer."))],
    )

    @property
    def until(self) -> datetime:
        """The end of the last day where the reader is."""
        return datetime.combine(self.last_day.data, time(23, 59, 59), ZoneInfo(str(get_timezone())))


class AnswerQuestionForm(FlaskForm):
    """What the expert answers."""

    text = TextAreaField(
        _l("Your answer"),
        description=_l("Both parties read it at the same moment, marked as technical input. It cannot be changed."),
        filters=[lines],
        validators=[
            DataRequired(message=_l("Write the answer.")),
            Length(max=LONGEST_ANSWER, message=_TOO_LONG),
        ],
    )
