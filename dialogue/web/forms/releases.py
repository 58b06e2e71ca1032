"""What is asked of whoever asks for a release, or lets something go from a private room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from dialogue.domain import releases
from dialogue.web.forms.filters import lines


class _SeenForm(FlaskForm):
    """``seen`` is the revision that the person had before the eyes."""

    seen = HiddenField()

    @property
    def seen_revision(self) -> int:
        return int(self.seen.data) if str(self.seen.data or "").isdecimal() else 0


class AskForm(_SeenForm):
    """Asking the party whose caucus it is."""

    remark = TextAreaField(
        _l("Why you ask"),
        description=_l("What it would be good for if both parties could read these words."),
        filters=[lines],
        validators=[
            Optional(),
            Length(max=releases.LONGEST_REMARK, message=_l("Shorten this to at most %(max)d characters.")),
        ],
    )


class ApproveForm(_SeenForm):
    """The owner's yes to these very words."""

    read = BooleanField(
        _l("I have read these words, and both parties may read them"),
        validators=[DataRequired(message=_l("Read the words, then confirm that both parties may read them."))],
    )
