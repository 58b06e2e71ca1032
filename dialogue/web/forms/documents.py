"""What is asked of whoever brings a document, adds a version of it, or lets it go."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from dialogue.domain import documents, releases
from dialogue.domain.people import Room
from dialogue.web.forms.filters import identifier, lines, strip
from dialogue.web.labels import choices

_TOO_LONG = _l("Shorten this to at most %(max)d characters.")


class VersionForm(FlaskForm):
    """A file, what it is called, and what is taken out of it.

    upload    tells this form from every other: sent twice, it makes one document
    arrived   name of the file, where it came in pieces before the form
    """

    upload = HiddenField()
    arrived = HiddenField()
    seen = HiddenField()
    file = FileField(
        _l("File"),
        description=_l(
            "PDF, Word, Excel, PowerPoint, OpenDocument, pictures (JPEG, PNG, WebP, HEIC), text and CSV; "
            "at most 200 MB. Programs, macros and archives are not taken."
        ),
    )
    title = StringField(
        _l("Title"),
        filters=[strip],
        validators=[
            DataRequired(message=_l("Write in a few words what the document is.")),
            Length(max=documents.LONGEST_TITLE, message=_TOO_LONG),
        ],
    )
    description = StringField(
        _l("What others should know about it"),
        filters=[strip],
        validators=[Optional(), Length(max=documents.LONGEST_DESCRIPTION, message=_TOO_LONG)],
    )
    clean = BooleanField(
        _l("Take out where a picture was taken, or who made a PDF"),
        description=_l(
            "For JPEG, PNG, WebP and PDF of at most 20 MB. The file is written anew; "
            "a signature within a PDF does not survive that."
        ),
    )
    original = BooleanField(_l("Keep the file as it is as well, as the version before"))

    @property
    def upload_id(self) -> UUID:
        """The id of this form, made where it is shown for the first time."""
        found = identifier(self.upload.data)
        if found is None:
            found = uuid4()
            self.upload.data = str(found)
        return found

    @property
    def seen_number(self) -> int:
        return int(self.seen.data) if str(self.seen.data or "").isdecimal() else 0


class DocumentForm(VersionForm):
    """The same for a new document, with the room that it goes into."""

    room = RadioField(
        _l("Room"),
        description=_l("Who hears the room reads the document, and nobody else."),
        validators=[DataRequired(message=_l("Choose the room that the document goes into."))],
    )

    def offer(self, rooms: Iterable[Room]) -> None:
        """Let one of those rooms be chosen; the first one is, until another is."""
        open_to = list(rooms)
        self.room.choices = choices(*open_to)
        if not self.room.data and open_to:
            self.room.data = open_to[0].value


class _SeenForm(FlaskForm):
    """``seen`` is the version that the person had before the eyes."""

    seen = HiddenField()

    @property
    def seen_number(self) -> int:
        return int(self.seen.data) if str(self.seen.data or "").isdecimal() else 0


class AskForm(_SeenForm):
    """Asking the party whose caucus it is."""

    remark = TextAreaField(
        _l("Why you ask"),
        description=_l("What it would be good for if both parties could read this document."),
        filters=[lines],
        validators=[Optional(), Length(max=releases.LONGEST_REMARK, message=_TOO_LONG)],
    )


class LetGoForm(_SeenForm):
    """The owner's yes to this very file."""

    read = BooleanField(
        _l("I have looked at this file, and both parties may read it"),
        validators=[DataRequired(message=_l("Look at the file, then confirm that both parties may read it."))],
    )


class TieForm(FlaskForm):
    """Which document is to be read before an item."""

    document = SelectField(
        _l("Document of the joint room"), validators=[DataRequired(message=_l("Choose a document."))]
    )

    def offer(self, documents_there: Iterable[tuple[UUID, str]]) -> None:
        """Let one of those be chosen."""
        self.document.choices = [SelectChoice(str(one), title) for one, title in documents_there]
