"""What is asked to sign in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, Form, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from dialogue.web.forms.filters import strip

CODE = {"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false", "autocapitalize": "characters"}
NO_PROOF = _l("Enter the code that your app shows, or one of your printed codes.")


class Shown:
    """Either a code or a passkey's answer has to be there."""

    def __init__(self, passkey: str) -> None:
        self.passkey = passkey

    def __call__(self, form: Form, code: Field) -> None:
        if not code.data and not form[self.passkey].data:
            raise ValidationError(NO_PROOF)


class SignInForm(FlaskForm):
    """``next`` is the page to go on to; ``kept`` carries what was typed before a session ran out."""

    email = EmailField(
        _l("E-mail address"),
        filters=[strip],
        validators=[DataRequired(message=_l("Enter your e-mail address.")), Length(max=254)],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        _l("Password"),
        validators=[DataRequired(message=_l("Enter your password.")), Length(max=1000)],
        render_kw={"autocomplete": "current-password"},
    )
    code = StringField(
        _l("Code"),
        description=_l("Six digits from your authenticator app, or one of your printed codes."),
        filters=[strip],
        validators=[Shown("passkey"), Length(max=40)],
        render_kw=CODE,
    )
    passkey = HiddenField(validators=[Length(max=20_000)])
    next = HiddenField()
    kept = HiddenField(validators=[Length(max=300_000)])


class ConfirmForm(FlaskForm):
    """Password and second factor again, beside the fields of the form that asked for them."""

    confirm_password = PasswordField(
        _l("Your password"),
        validators=[DataRequired(message=_l("Enter your password.")), Length(max=1000)],
        render_kw={"autocomplete": "current-password"},
    )
    confirm_code = StringField(
        _l("Code"),
        description=_l("Six digits from your authenticator app, or one of your printed codes. Each works once."),
        filters=[strip],
        validators=[Shown("confirm_passkey"), Length(max=40)],
        render_kw=CODE,
    )
    confirm_passkey = HiddenField(validators=[Length(max=20_000)])
