"""What is asked to sign in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import DataRequired, Length

from dialogue.web.forms.filters import strip


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
    next = HiddenField()
    kept = HiddenField(validators=[Length(max=300_000)])
