"""The office's list: what is noted of a facilitator or an expert."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from dialogue.domain.facilitators import SPOKEN, Qualified, Region
from dialogue.web.i18n import name_of_language
from dialogue.web.labels import choices


class QualifiedForm(FlaskForm):
    """Languages, regions and days of one person in one role."""

    languages = SelectMultipleField(
        _l("Languages in which this person works"),
        validators=[Optional()],
    )
    regions = SelectMultipleField(_l("Regions"), choices=choices(*Region), validators=[Optional()])
    begins = DateField(
        _l("First day on the list"),
        description=_l("Without a day: from the moment on which a coordinator signs for the key."),
        validators=[Optional()],
    )
    ends = DateField(
        _l("Last day on the list"),
        description=_l("After this day the person is not proposed any more. Who sits already stays."),
        validators=[Optional()],
    )
    seen = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        named = sorted(((name_of_language(code), code) for code in SPOKEN), key=lambda pair: pair[0].casefold())
        self.languages.choices = [SelectChoice(code, name) for name, code in named]

    @staticmethod
    def fields_of(told: Qualified) -> dict[str, Any]:
        """What the list says, as the form's fields."""
        return {
            "languages": list(told.languages),
            "regions": [region.value for region in told.regions],
            "begins": told.begins,
            "ends": told.ends,
        }

    @property
    def told(self) -> Qualified:
        return Qualified(
            tuple(self.languages.data or ()),
            tuple(Region(word) for word in self.regions.data or ()),
            self.begins.data,
            self.ends.data,
        )
