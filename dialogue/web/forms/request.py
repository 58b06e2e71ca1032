"""The joint request: what both sides write together, and the endorsement of one version of it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Form, FormField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import HiddenInput

from dialogue.domain.agenda import Chapter
from dialogue.domain.cases import Support
from dialogue.domain.requests import LONGEST_COMMENT
from dialogue.services.requests import RequestText
from dialogue.web.forms.filters import identifier, lines, strip
from dialogue.web.labels import LABELS

_TOO_LONG = _l("Shorten this to at most %(max)d characters.")


class SupportForm(Form):
    """Each kind of support by itself, so that a draft keeps every one of them."""

    neutral_ground = BooleanField(
        LABELS[Support][Support.NEUTRAL_GROUND],
        description=_l("A place to meet that belongs to neither side, and somebody who looks after dates."),
    )
    technical_input = BooleanField(
        LABELS[Support][Support.TECHNICAL_INPUT],
        description=_l("Answers of an ILO expert to questions that both sides put; both get them at once."),
    )
    facilitation = BooleanField(
        LABELS[Support][Support.FACILITATION],
        description=_l("A facilitator whom both sides accept leads the meetings and also sees each side alone."),
    )

    @property
    def chosen(self) -> frozenset[Support]:
        return frozenset(Support(field.short_name) for field in self if field.data)


class ChaptersForm(Form):
    """Each chapter by itself, for the same reason."""

    general_policies = BooleanField(LABELS[Chapter][Chapter.GENERAL_POLICIES])
    employment = BooleanField(LABELS[Chapter][Chapter.EMPLOYMENT])
    training = BooleanField(LABELS[Chapter][Chapter.TRAINING])
    conditions_of_work_and_life = BooleanField(LABELS[Chapter][Chapter.CONDITIONS])
    industrial_relations = BooleanField(LABELS[Chapter][Chapter.INDUSTRIAL_RELATIONS])

    @property
    def chosen(self) -> frozenset[Chapter]:
        return frozenset(Chapter(field.short_name) for field in self if field.data)


class RequestForm(FlaskForm):
    """The text of the request. A draft may have gaps; endorsing asks for the issues and the support.

    seen   the number of the version that was on the page, 0 for none
    """

    issues = TextAreaField(
        _l("Issues of mutual concern"),
        description=_l("What do both sides wish to talk about? Write it so that both can put their name to it."),
        filters=[lines],
        validators=[Length(max=12_000, message=_TOO_LONG)],
    )
    background = TextAreaField(
        _l("What was tried elsewhere"),
        description=_l("Talks, agreements or procedures so far, whether they are still going on or over."),
        filters=[lines],
        validators=[Optional(), Length(max=12_000, message=_TOO_LONG)],
    )
    support = FormField(
        SupportForm,
        _l("Support asked of the ILO"),
        description=_l("At least one before the request is endorsed. The ILO does what both sides ask, and no more."),
    )
    chapters = FormField(
        ChaptersForm,
        _l("Chapters of the MNE Declaration (optional)"),
        description=_l("If you know which chapters the issues belong to."),
    )
    languages = StringField(
        _l("Languages needed at the table"),
        description=_l("Such as “English and Spanish, with interpretation”."),
        filters=[strip],
        validators=[Optional(), Length(max=300, message=_TOO_LONG)],
    )
    seen = IntegerField(widget=HiddenInput(), default=0)

    @classmethod
    def of(cls, text: RequestText, number: int) -> RequestForm:
        """The form as it begins: with the words of the version that stands."""
        return cls(
            formdata=None,
            data={
                "issues": text.issues,
                "background": text.background,
                "support": {kind.value: True for kind in text.support},
                "chapters": {chapter.value: True for chapter in text.chapters},
                "languages": text.languages,
                "seen": number,
            },
        )

    @property
    def text(self) -> RequestText:
        """What is typed."""
        return RequestText(
            self.issues.data or "",
            self.background.data or "",
            self.support.form.chosen,
            self.chapters.form.chosen,
            self.languages.data or "",
        )


class CommentForm(FlaskForm):
    """A comment on the version that stood on the page."""

    words = TextAreaField(
        _l("Your comment"),
        filters=[lines],
        validators=[
            DataRequired(message=_l("Write your comment.")),
            Length(max=LONGEST_COMMENT, message=_TOO_LONG),
        ],
    )
    version = HiddenField(filters=[identifier])


class EndorseForm(FlaskForm):
    """The version that stood on the page."""

    version = HiddenField(filters=[identifier])
