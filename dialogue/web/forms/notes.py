"""What is asked of whoever writes a note or says one anew."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from dialogue.domain import notes
from dialogue.web.forms.filters import lines, strip

_TOO_LONG = _l("Shorten this to at most %(max)d characters.")


class NoteForm(FlaskForm):
    """A note: what it is about, and its words."""

    title = StringField(
        _l("What the note is about"),
        filters=[strip],
        validators=[
            DataRequired(message=_l("Write in a few words what the note is about.")),
            Length(max=notes.LONGEST_TITLE, message=_TOO_LONG),
        ],
    )
    body = TextAreaField(
        _l("Your note"),
        filters=[lines],
        validators=[
            DataRequired(message=_l("Write your note.")),
            Length(max=notes.LONGEST_BODY, message=_TOO_LONG),
        ],
    )


class RevisionForm(NoteForm):
    """The same note in other words; ``seen`` is the revision that the writer had before his eyes."""

    seen = HiddenField()

    @property
    def seen_revision(self) -> int:
        return int(self.seen.data) if str(self.seen.data or "").isdecimal() else 0
