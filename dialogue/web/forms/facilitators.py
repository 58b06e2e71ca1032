"""Facilitators: choosing one from the office's list, declaring interests, answering, handing over and leaving."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from dialogue.domain.facilitators import LONGEST_HAND_OVER, LONGEST_INTERESTS
from dialogue.services.roster import Candidate
from dialogue.web.forms.filters import identifier, lines

NONE, SOME = "none", "some"


class ChooseFacilitatorForm(FlaskForm):
    """Somebody of the office's list."""

    who = RadioField(
        _l("Whom do you propose?"), validators=[DataRequired(message=_l("Choose whom you propose as facilitator."))]
    )

    def among(self, people: Iterable[Candidate]) -> ChooseFacilitatorForm:
        """The same form with those people to choose from."""
        self.who.choices = [SelectChoice(str(one.person.account_id), one.person.name) for one in people]
        return self

    @property
    def account_id(self) -> UUID:
        return UUID(self.who.data)


class DeclarationForm(FlaskForm):
    """Interests in this case, or that there are none."""

    has = RadioField(
        _l("Do you have an interest in this case?"),
        choices=[
            SelectChoice(NONE, _l("No, none")),
            SelectChoice(SOME, _l("Yes, or both parties should know something")),
        ],
        validators=[DataRequired(message=_l("Choose whether you have an interest in this case."))],
    )
    interests = TextAreaField(
        _l("What should both parties know?"),
        description=_l("Such as earlier work for one of them, relatives, shares, memberships, or what you have said."),
        filters=[lines],
        validators=[
            Optional(),
            Length(max=LONGEST_INTERESTS, message=_l("Shorten this to at most %(max)d characters.")),
        ],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Whoever has something to say says it."""
        if not super().validate(extra_validators):
            return False
        if self.has.data == SOME and not self.interests.data:
            self.interests.errors = [_("Write what both parties should know.")]
        return not self.errors

    @property
    def declared(self) -> str:
        """What both parties will read."""
        return str(self.interests.data if self.has.data == SOME else _("None."))


class AnswerForm(FlaskForm):
    """A lead's answer, to the declaration that was on the page."""

    declaration = HiddenField()

    @property
    def seen(self) -> UUID | None:
        return identifier(self.declaration.data)


class HandOverForm(FlaskForm):
    """What the next facilitator should know."""

    words = TextAreaField(
        _l("What should the facilitator who follows you know?"),
        description=_l("Such as what was promised to whom, what waits, and what to take care of."),
        filters=[lines],
        validators=[
            Optional(),
            Length(max=LONGEST_HAND_OVER, message=_l("Shorten this to at most %(max)d characters.")),
        ],
    )


class DepartureForm(FlaskForm):
    """The end of a facilitator's seat; what nobody could open afterwards is given up in so many words."""

    gives_up = BooleanField(_l("I have read which notes are lost, and give them up"))
