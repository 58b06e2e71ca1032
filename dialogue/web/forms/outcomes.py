"""What is asked of whoever assembles an outcome record, and of whoever signs one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional

from dialogue.domain import outcomes
from dialogue.services.outcomes import Choice
from dialogue.web.forms.filters import identifier, lines
from dialogue.web.i18n import LANGUAGES

_TOO_LONG = _l("Shorten this to at most %(max)d characters.")


class OutcomeForm(FlaskForm):
    """Which agreed items stand in the record, and the words around them."""

    items = SelectMultipleField(
        _l("Items in the record"),
        description=_l("All, some or none of what both parties agreed on. Reservations come along by themselves."),
        choices=[],
        validate_choice=False,
        validators=[Optional()],
    )
    language = SelectField(
        _l("Language of the record"),
        description=_l("The items keep the language in which they were agreed."),
        choices=[SelectChoice(*named) for named in LANGUAGES],
    )
    replaces = HiddenField()
    preview = SubmitField(_l("Preview"))

    def offer(self, agreed: Iterable[Choice]) -> None:
        """Let exactly these items be chosen."""
        self.items.choices = [SelectChoice(str(each.item_id), f"{each.number}. {each.title}") for each in agreed]

    @property
    def said(self) -> dict[str, Any]:
        """What the record is to be made from."""
        return {
            "item_ids": [item for item in map(identifier, self.items.data or []) if item is not None],
            "language": self.language.data,
        }

    @property
    def seen_draft(self) -> UUID | None:
        """The record that the person had before his eyes."""
        return identifier(self.replaces.data)


class SignForm(FlaskForm):
    """The signature under a record."""

    hash = HiddenField(validators=[DataRequired()])
    read = BooleanField(
        _l("I have read the record, and I sign it for my party."),
        validators=[DataRequired(message=_l("Confirm that you have read the record and sign it for your party."))],
    )


class AddendumForm(FlaskForm):
    """What is added to a record that both have signed."""

    words = TextAreaField(
        _l("What is added"),
        description=_l("The whole addendum. The record itself stays as it is; the addendum names it."),
        filters=[lines],
        validators=[
            DataRequired(message=_l("Write what is added to the record.")),
            Length(max=outcomes.LONGEST_WORDS, message=_TOO_LONG),
        ],
    )
    language = SelectField(_l("Language of these words"), choices=[SelectChoice(*named) for named in LANGUAGES])
    replaces = HiddenField()

    @property
    def seen_draft(self) -> UUID | None:
        """The addendum that the person had before the eyes."""
        return identifier(self.replaces.data)


class TakeOutForm(FlaskForm):
    """What whoever takes a record out says first, and in which shape it is wanted."""

    acknowledged = BooleanField(
        _l("I know that this is confidential, without prejudice and not for use in any binding procedure."),
        validators=[DataRequired(message=_l("Tick this before you take the record out."))],
    )
    shape = HiddenField()
