"""What is asked of somebody who comes back without a password or a second factor."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Length

from dialogue.web.forms.accounts import FactorForm, RegisterForm
from dialogue.web.forms.filters import strip
from dialogue.web.forms.session import CODE, Shown


class AskForm(RegisterForm):
    """The address of the account."""


class _CodeForm(FlaskForm):
    """The recovery code, whole."""

    recovery_code = StringField(
        _l("Your recovery code"),
        description=_l("All eight groups, as you wrote them down. Blanks and small letters do not matter."),
        filters=[strip],
        validators=[DataRequired(message=_l("Type your recovery code.")), Length(max=120)],
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"},
    )


class NewPasswordForm(_CodeForm):
    """Recovery code and second factor, for another password."""

    code = StringField(
        _l("Code"),
        description=_l("Six digits from your authenticator app, or one of your printed codes."),
        filters=[strip],
        validators=[Shown("passkey"), Length(max=40)],
        render_kw=CODE,
    )
    passkey = HiddenField(validators=[Length(max=20_000)])
    password = PasswordField(
        _l("Your new password"),
        description=_l("At least 12 characters. A few words in a row are easy to remember and hard to guess."),
        validators=[DataRequired(message=_l("Choose a password of at least 12 characters.")), Length(max=1000)],
        render_kw={"autocomplete": "new-password"},
    )


class NewFactorForm(_CodeForm, FactorForm):
    """Recovery code and password, for another second factor."""

    password = PasswordField(
        _l("Your password"),
        validators=[DataRequired(message=_l("Enter your password.")), Length(max=1000)],
        render_kw={"autocomplete": "current-password"},
    )


class NewKeysForm(FactorForm):
    """What is still known, a new password and a new second factor."""

    known = PasswordField(
        _l("Your password, if you know it"),
        validators=[Length(max=1000)],
        render_kw={"autocomplete": "current-password"},
    )
    code = StringField(
        _l("Or a code, if you have your app or your printed codes"),
        filters=[strip],
        validators=[Length(max=40)],
        render_kw=CODE,
    )
    password = PasswordField(
        _l("Your new password"),
        description=_l("At least 12 characters. A few words in a row are easy to remember and hard to guess."),
        validators=[DataRequired(message=_l("Choose a password of at least 12 characters.")), Length(max=1000)],
        render_kw={"autocomplete": "new-password"},
    )


class CheckCodeForm(_CodeForm):
    """The recovery code, to see that it still is what one has on paper."""
