"""What is asked of whoever does something together with the other party, or opens the past of a room."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FormField, HiddenField

from dialogue.domain.cases import Support
from dialogue.domain.people import Room
from dialogue.errors import NotFound
from dialogue.web.forms.filters import identifier
from dialogue.web.forms.request import SupportForm


class AgreeForm(FlaskForm):
    """A yes to what the page says; there is nothing to fill in."""


class AskForm(FlaskForm):
    """What shall be asked of the ILO from now on."""

    support = FormField(SupportForm, _l("Support asked of the ILO"))

    @classmethod
    def of(cls, present: frozenset[Support]) -> AskForm:
        """The form as it begins: with what is asked now."""
        return cls(formdata=None, data={"support": {kind.value: True for kind in present}})


class GrantForm(FlaskForm):
    """To whom the past of which room is opened."""

    person = HiddenField()
    room = HiddenField()

    @property
    def account_id(self) -> UUID:
        found = identifier(self.person.data)
        if found is None:
            raise NotFound
        return found

    @property
    def chosen_room(self) -> Room:
        if self.room.data not in set(Room):
            raise NotFound
        return Room(self.room.data)
