"""What is asked of whoever says for a party how much may be told outside."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField
from wtforms.validators import DataRequired

from dialogue.domain.terms import Disclosure
from dialogue.web.forms.filters import identifier
from dialogue.web.labels import choices


class WishForm(FlaskForm):
    """One party's wish; the lower of the two applies."""

    level = RadioField(
        _l("How much may be told outside, as far as your party is concerned?"),
        choices=choices(*Disclosure),
        validators=[DataRequired(message=_l("Choose how much may be told outside."))],
    )
    previous = HiddenField()

    @property
    def wished(self) -> Disclosure:
        return Disclosure(self.level.data)

    @property
    def seen_previous(self) -> UUID | None:
        """The party's wish that the person had before the eyes."""
        return identifier(self.previous.data)
