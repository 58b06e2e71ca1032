"""What is asked to open a case, and to call it by a name of one's own."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, Length

from dialogue.domain.people import KINDS_OF, OrganisationKind, Party
from dialogue.web.forms.filters import strip
from dialogue.web.labels import choices

SIDE_OF = {kind: party for party, kinds in KINDS_OF.items() for kind in kinds}


class OpenCaseForm(FlaskForm):
    """For whom somebody begins a dialogue."""

    kind = RadioField(
        _l("For whom do you speak?"),
        choices=choices(*OrganisationKind),
        coerce=OrganisationKind,
        validators=[DataRequired(message=_l("Choose for whom you speak."))],
    )
    organisation = StringField(
        _l("Name of your organisation"),
        description=_l("You can add more organisations to your side later."),
        filters=[strip],
        validators=[
            DataRequired(message=_l("Enter the name of your organisation.")),
            Length(max=160, message=_l("Enter a name of at most 160 characters.")),
        ],
        render_kw={"autocomplete": "organization"},
    )
    function = StringField(
        _l("Your function there"),
        description=_l("The other side sees it beside your name, such as “General secretary” or “Head of sourcing”."),
        filters=[strip],
        validators=[
            DataRequired(message=_l("Enter your function.")),
            Length(max=120, message=_l("Enter a function of at most 120 characters.")),
        ],
        render_kw={"autocomplete": "organization-title"},
    )

    @property
    def party(self) -> Party:
        """The side on which that kind of organisation stands."""
        return SIDE_OF[self.kind.data]


class LabelForm(FlaskForm):
    """What one person calls a case; empty to take the name away."""

    words = StringField(
        _l("What you call this dialogue"),
        description=_l("It stands beside the neutral name in your own lists. Leave it empty to take it away."),
        filters=[strip],
        validators=[Length(max=80, message=_l("Enter a name of at most 80 characters."))],
        render_kw={"autocomplete": "off"},
    )


class AgreeForm(FlaskForm):
    """One button, and nothing to write."""
