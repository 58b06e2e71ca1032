"""What the holder of an account may change: the password and the second factors."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField
from wtforms.validators import AnyOf, DataRequired, Length

from dialogue.domain.factors import FactorKind
from dialogue.web.forms.accounts import FactorForm
from dialogue.web.forms.filters import identifier


class PasswordForm(FlaskForm):
    """The present password and the next one."""

    current = PasswordField(
        _l("Your password now"),
        validators=[DataRequired(message=_l("Enter the password that you have now.")), Length(max=1000)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _l("Your new password"),
        description=_l("At least 12 characters. A few words in a row are easy to remember and hard to guess."),
        validators=[DataRequired(message=_l("Choose a password of at least 12 characters.")), Length(max=1000)],
        render_kw={"autocomplete": "new-password"},
    )


class NewFactorForm(FactorForm):
    """One more second factor."""


class RemoveFactorForm(FlaskForm):
    """Which second factor goes."""

    kind = HiddenField(validators=[AnyOf(list(FactorKind))])
    passkey = HiddenField(filters=[identifier])


class NewKeysForm(FlaskForm):
    """The password that locks the new keys."""

    password = PasswordField(
        _l("Your new password"),
        description=_l("At least 12 characters. A few words in a row are easy to remember and hard to guess."),
        validators=[DataRequired(message=_l("Choose a password of at least 12 characters.")), Length(max=1000)],
        render_kw={"autocomplete": "new-password"},
    )
