"""What is asked to invite a colleague, and what a coordinator's confirmation carries."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, RadioField, SelectChoice, SelectMultipleField, StringField
from wtforms.validators import AnyOf, DataRequired, Length, Regexp

from dialogue.domain.people import StaffRole
from dialogue.web.forms.filters import strip
from dialogue.web.labels import choices


class InviteColleagueForm(FlaskForm):
    """Who is invited to work here, and as what."""

    name = StringField(
        _l("Name"),
        description=_l("As others will see it; the person can change it."),
        filters=[strip],
        validators=[
            DataRequired(message=_l("Enter the person's name.")),
            Length(max=120, message=_l("Enter a name of at most 120 characters.")),
        ],
        render_kw={"autocomplete": "off"},
    )
    email = EmailField(
        _l("E-mail address"),
        description=_l("The invitation goes there. Its link works once, for seven days."),
        filters=[strip],
        validators=[
            DataRequired(message=_l("Enter the person's e-mail address.")),
            Length(max=254, message=_l("Enter an e-mail address of at most 254 characters.")),
            Regexp(r"[^@\s]+@[^@\s]+\.[^@\s]+$", message=_l("Enter an e-mail address in the form name@example.org.")),
        ],
        render_kw={"autocomplete": "off"},
    )
    roles = SelectMultipleField(
        _l("Works here as"),
        choices=choices(*StaffRole),
        validators=[DataRequired(message=_l("Choose at least one role."))],
    )


class AddressForm(FlaskForm):
    """Whose account is closed or opened, by its address alone."""

    email = EmailField(
        _l("E-mail address of the account"),
        filters=[strip],
        validators=[
            DataRequired(message=_l("Enter the address of the account.")),
            Length(max=254, message=_l("Enter an e-mail address of at most 254 characters.")),
            Regexp(r"[^@\s]+@[^@\s]+\.[^@\s]+$", message=_l("Enter an e-mail address in the form name@example.org.")),
        ],
        render_kw={"autocomplete": "off"},
    )
    change = RadioField(
        _l("What to do"),
        choices=[
            SelectChoice("disable", _l("Disable it: nobody signs in with it, and its sessions end at once")),
            SelectChoice("enable", _l("Enable it again, with the password and the keys that it had")),
            SelectChoice("reset", _l("Begin a reset: its holder has lost everything and gets a link to make new keys")),
        ],
        default="disable",
        validators=[DataRequired(message=_l("Choose what to do."))],
    )


class ListedKeyForm(FlaskForm):
    """One role of one colleague, and the key that the coordinator had before the eyes."""

    role = HiddenField(validators=[AnyOf([role.value for role in StaffRole])])
    fingerprint = HiddenField(validators=[Length(max=64)])
