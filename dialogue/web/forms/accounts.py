"""What is asked to get an account: an address, then who one is, then the proof that the code was written down."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, Length, Regexp

from dialogue.web.forms.filters import strip
from dialogue.web.i18n import LANGUAGES, zones


class RegisterForm(FlaskForm):
    """The address to send a link to."""

    email = EmailField(
        _l("Your e-mail address"),
        description=_l("We send one mail there, with a link that works for seven days."),
        filters=[strip],
        validators=[
            DataRequired(message=_l("Enter your e-mail address.")),
            Length(max=254, message=_l("Enter an e-mail address of at most 254 characters.")),
            Regexp(r"[^@\s]+@[^@\s]+\.[^@\s]+$", message=_l("Enter an e-mail address in the form name@example.org.")),
        ],
    )


class DetailsForm(FlaskForm):
    """How somebody is called, and how that person reads these pages."""

    name = StringField(
        _l("Your name"),
        description=_l("As the other people at the table know you."),
        filters=[strip],
        validators=[
            DataRequired(message=_l("Enter your name.")),
            Length(max=120, message=_l("Enter a name of at most 120 characters.")),
        ],
        render_kw={"autocomplete": "name"},
    )
    organisation = StringField(
        _l("Your organisation"),
        filters=[strip],
        validators=[Length(max=160, message=_l("Enter a name of at most 160 characters."))],
        render_kw={"autocomplete": "organization"},
    )
    language = RadioField(
        _l("Language of pages and mails"),
        choices=[SelectChoice(code, endonym) for code, endonym in LANGUAGES],
        validators=[DataRequired(message=_l("Choose a language."))],
    )
    timezone = SelectField(
        _l("Time zone"),
        description=_l("All times are shown as they are there."),
        choices=lambda: [SelectChoice("", _l("Choose a time zone")), *(SelectChoice(*zone) for zone in zones())],
        validators=[DataRequired(message=_l("Choose a time zone."))],
        render_kw={"data-time-zone": True},
    )


class EnrolForm(DetailsForm):
    """The same, and a password."""

    password = PasswordField(
        _l("Choose a password"),
        description=_l(
            "At least 12 characters. A few words in a row are easy to remember and hard to guess. It locks your "
            "keys: nobody here can read it or give you another."
        ),
        validators=[DataRequired(message=_l("Choose a password of at least 12 characters.")), Length(max=1000)],
        render_kw={"autocomplete": "new-password"},
    )


class ConfirmCodeForm(FlaskForm):
    """Two groups of the recovery code, chosen by chance."""

    first = StringField(
        filters=[strip],
        validators=[DataRequired(message=_l("Type the first group that is asked for."))],
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"},
    )
    second = StringField(
        filters=[strip],
        validators=[DataRequired(message=_l("Type the second group that is asked for."))],
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"},
    )
