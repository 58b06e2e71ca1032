"""The record: narrowing it, and what whoever prints it acknowledges."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional

from dialogue.domain.record import Kind, Subject
from dialogue.web.labels import choices


class NarrowRecordForm(FlaskForm):
    """Which entries the page shows; a question, so that it stands in the address and needs no token."""

    class Meta:
        csrf = False

    kind = SelectField(
        _l("What happened"), choices=[SelectChoice("", _l("Everything")), *choices(*Kind)], validators=[Optional()]
    )
    subject = SelectField(
        _l("About"), choices=[SelectChoice("", _l("Everything")), *choices(*Subject)], validators=[Optional()]
    )

    @property
    def chosen(self) -> tuple[Kind | None, Subject | None]:
        """What was chosen; whatever is no choice counts as none."""
        kind = Kind(self.kind.data) if self.kind.data in set(Kind) else None
        return kind, Subject(self.subject.data) if self.subject.data in set(Subject) else None


class ExportForm(FlaskForm):
    """What whoever takes the record out says first."""

    acknowledged = BooleanField(
        _l("I know that this is confidential, without prejudice and not for use in any binding procedure."),
        validators=[DataRequired(message=_l("Tick this before you export."))],
    )


class AcknowledgeForm(FlaskForm):
    """What whoever puts something on paper says first; it changes nothing but the record of it, so it is a question."""

    class Meta:
        csrf = False

    acknowledged = BooleanField(
        _l("I know that this is confidential, without prejudice and not for use in any binding procedure."),
        validators=[DataRequired(message=_l("Tick this before you print."))],
    )
    asked = HiddenField(default="1")
