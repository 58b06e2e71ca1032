"""What is asked of a facilitator, and of those who propose and answer one."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import DataRequired, Length

from dialogue.domain.facilitators import LONGEST_INTERESTS
from dialogue.web.forms.filters import identifier, lines


class ProposeFacilitatorForm(FlaskForm):
    """One person from the office's list; the choices are filled in from it."""

    account = RadioField(
        _l("Whom do you propose?"),
        validators=[DataRequired(message=_l("Choose somebody from the office's list."))],
        validate_choice=False,
    )


class InterestsForm(FlaskForm):
    """A facilitator's interests in this case, or in so many words that there are none."""

    interests = TextAreaField(
        _l("Your interests in this case"),
        description=_l("Whatever ties you to either side, now or in the past. If there is nothing, write “None”."),
        filters=[lines],
        validators=[
            DataRequired(message=_l("Write what your interests are, or “None”.")),
            Length(max=LONGEST_INTERESTS, message=_l("Shorten this to at most %(max)d characters.")),
        ],
    )


class AnswerForm(FlaskForm):
    """``seen`` is the declaration that the page showed."""

    seen = HiddenField(filters=[identifier])
