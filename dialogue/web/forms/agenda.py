"""What is asked of whoever proposes an item, puts a wording or records a party's position."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from dialogue.domain import agenda, positions
from dialogue.domain.agenda import Chapter
from dialogue.domain.positions import Stance
from dialogue.web.forms.filters import identifier, lines, strip
from dialogue.web.i18n import LANGUAGES
from dialogue.web.labels import choices

_STANCES = (Stance.AGREE, Stance.CAN_LIVE_WITH_IT, Stance.NEEDS_WORK, Stance.CANNOT_AGREE)

_TOO_LONG = _l("Shorten this to at most %(max)d characters.")


class ItemForm(FlaskForm):
    """A new item of the agenda."""

    title = StringField(
        _l("What the item is about"),
        description=_l("A few words that both parties would use, such as “Announcing night shifts”."),
        filters=[strip],
        validators=[
            DataRequired(message=_l("Write in a few words what the item is about.")),
            Length(max=agenda.LONGEST_TITLE, message=_TOO_LONG),
        ],
    )
    background = TextAreaField(
        _l("Why it is there"),
        description=_l("What the other party should know before it admits the item."),
        filters=[lines],
        validators=[
            Optional(),
            Length(max=agenda.LONGEST_BACKGROUND, message=_TOO_LONG),
        ],
    )
    chapter = SelectField(
        _l("Chapter of the MNE Declaration"),
        description=_l("If the item belongs to one of them."),
        choices=[SelectChoice("", _l("No particular chapter")), *choices(*Chapter)],
        validators=[Optional()],
    )

    @property
    def chosen_chapter(self) -> Chapter | None:
        return Chapter(self.chapter.data) if self.chapter.data else None


class WordingForm(FlaskForm):
    """Words that answer the ones on the table."""

    text = TextAreaField(
        _l("Your wording"),
        description=_l("The whole text as it should read. What you change is marked by itself."),
        filters=[lines],
        validators=[
            DataRequired(message=_l("Write the words that you propose.")),
            Length(max=agenda.LONGEST_WORDING, message=_TOO_LONG),
        ],
    )
    language = SelectField(_l("Language of these words"), choices=[SelectChoice(*named) for named in LANGUAGES])
    remark = TextAreaField(
        _l("A remark to it"),
        description=_l("Why you put it this way. It stands beside the wording and is not part of it."),
        filters=[lines],
        validators=[Optional(), Length(max=agenda.LONGEST_REMARK, message=_TOO_LONG)],
    )
    answers = HiddenField()

    @property
    def answered(self) -> UUID | None:
        """The wording that the person had before his eyes."""
        return identifier(self.answers.data)


class TranslationForm(FlaskForm):
    """The wording on the table in another language."""

    text = TextAreaField(
        _l("Your translation"),
        description=_l("The whole wording. The positions are about the wording itself; a translation changes nothing."),
        filters=[lines],
        validators=[
            DataRequired(message=_l("Write the translation.")),
            Length(max=agenda.LONGEST_WORDING, message=_TOO_LONG),
        ],
    )
    language = SelectField(_l("Language of the translation"))
    wording = HiddenField()

    def offer(self, but: str) -> None:
        """Every language but the one of the wording itself."""
        self.language.choices = [SelectChoice(*named) for named in LANGUAGES if named[0] != but]

    @property
    def seen_wording(self) -> UUID:
        return identifier(self.wording.data) or UUID(int=0)


class OrderForm(FlaskForm):
    """One step up or down; ``neighbour`` is the item with which another one changes places."""

    neighbour = HiddenField()

    @property
    def other(self) -> UUID:
        return identifier(self.neighbour.data) or UUID(int=0)


class PositionForm(FlaskForm):
    """A party's position on the wording on the table; each stance has a text box of its own."""

    stance = RadioField(
        _l("What does your party say to this wording?"),
        choices=choices(*_STANCES),
        validators=[DataRequired(message=_l("Choose what your party says to this wording."))],
    )
    reservation = TextAreaField(
        _l("Reservation"),
        description=_l("If there is one, it stays with the text and stands in the outcome record."),
        filters=[lines],
        validators=[Optional(), Length(max=positions.LONGEST_WORDS, message=_TOO_LONG)],
    )
    work_needed = TextAreaField(
        _l("What needs work?"),
        filters=[lines],
        validators=[Optional(), Length(max=positions.LONGEST_WORDS, message=_TOO_LONG)],
    )
    obstacle = TextAreaField(
        _l("Why not?"),
        filters=[lines],
        validators=[Optional(), Length(max=positions.LONGEST_WORDS, message=_TOO_LONG)],
    )
    wording = HiddenField()
    previous = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        """A stance that does not agree comes with its reason."""
        if not super().validate(extra_validators):
            return False
        if self.stance.data == Stance.NEEDS_WORK and not self.work_needed.data:
            self.work_needed.errors = [str(_l("Say what needs work, so that the other party can answer."))]
        if self.stance.data == Stance.CANNOT_AGREE and not self.obstacle.data:
            self.obstacle.errors = [str(_l("Say why your party cannot agree, so that the other party can answer."))]
        return not self.errors

    @property
    def seen_wording(self) -> UUID:
        return identifier(self.wording.data) or UUID(int=0)

    @property
    def seen_previous(self) -> UUID | None:
        return identifier(self.previous.data)

    @property
    def said(self) -> dict[str, Any]:
        """The stance with the words that belong to it; what stands in the other boxes is not sent on."""
        stance = Stance(self.stance.data)
        reasons = {Stance.NEEDS_WORK: self.work_needed.data, Stance.CANNOT_AGREE: self.obstacle.data}
        kept = {Stance.CAN_LIVE_WITH_IT: self.reservation.data}
        return {"stance": stance, "reason": reasons.get(stance, ""), "reservation": kept.get(stance, "")}
