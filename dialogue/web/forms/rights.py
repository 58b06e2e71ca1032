"""Narrowing the table of rights to one seat and one state."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from dialogue.domain.cases import GONE, CaseStatus
from dialogue.domain.people import Role
from dialogue.web.labels import choices


class NarrowRightsForm(FlaskForm):
    """Whose rights, and when; a question, so that it stands in the address and needs no token."""

    class Meta:
        csrf = False

    role = SelectField(_l("Who"), choices=[SelectChoice("", _l("Everybody")), *choices(*Role)], validators=[Optional()])
    status = SelectField(
        _l("When"),
        choices=[SelectChoice("", _l("In every state")), *choices(*(one for one in CaseStatus if one not in GONE))],
        validators=[Optional()],
    )

    @property
    def chosen(self) -> tuple[Role | None, CaseStatus | None]:
        """What was chosen; whatever is no choice counts as none."""
        role = Role(self.role.data) if self.role.data in set(Role) else None
        return role, CaseStatus(self.status.data) if self.status.data in set(CaseStatus) else None
