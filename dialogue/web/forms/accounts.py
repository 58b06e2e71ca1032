"""What is asked to get an account: an address, then who one is, then the proof that the code was written down."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, RadioField, SelectChoice, SelectField, StringField
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


class FactorForm(FlaskForm):
    """One of the three second factors, with the proof that it works."""

    kind = RadioField(
        _l("How do you show that it is you, beside your password?"),
        choices=[
            SelectChoice("app", _l("A code from an app on my phone")),
            SelectChoice("passkey", _l("A passkey")),
            SelectChoice("printed", _l("Codes on paper")),
        ],
        default="app",
        validators=[DataRequired(message=_l("Choose one of the three."))],
    )
    app_code = StringField(
        _l("The six digits that the app shows now"),
        filters=[strip],
        validators=[Length(max=20)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )
    printed_code = StringField(
        _l("Type the first code, to show that you have them"),
        description=_l("It is used up then; nine are left."),
        filters=[strip],
        validators=[Length(max=40)],
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"},
    )
    passkey_name = StringField(
        _l("How do you call this passkey?"),
        description=_l("For example: my phone."),
        filters=[strip],
        validators=[Length(max=60, message=_l("Enter a name of at most 60 characters."))],
        render_kw={"autocomplete": "off"},
    )
    passkey = HiddenField(validators=[Length(max=20_000)])


class EnrolForm(DetailsForm, FactorForm):
    """The same, a password and a second factor."""

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
