"""Follow-up: what is to be done, how far it is, how the other side sees it, and the days on which both look at it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from dialogue.domain.catalogue import OfferKind
from dialogue.domain.followup import LONGEST_TEXT, LONGEST_WORDS, Owner, Progress, View
from dialogue.services.pledges import ChangeShown
from dialogue.services.reviews import Seen
from dialogue.web.forms.filters import identifier, lines
from dialogue.web.labels import choices, label

_TOO_LONG = _l("Shorten this to at most %(max)d characters.")


class SeenForm(FlaskForm):
    """``seen`` is the text or the report that the person had before the eyes."""

    seen = HiddenField()

    @property
    def seen_id(self) -> UUID:
        return identifier(self.seen.data) or UUID(int=0)

    def show(self, seen: UUID | None) -> None:
        """Carry what the page shows, whatever was sent."""
        self.seen.data = str(seen or "")
        self.seen.raw_data = None


class CommitmentForm(SeenForm):
    """What is to be done, by whom, until when, and how both will see that it is done."""

    what = TextAreaField(
        _l("What is to be done"),
        description=_l("One thing, in words that both sides read in the same way."),
        filters=[lines],
        validators=[DataRequired(message=_l("Write what is to be done.")), Length(max=LONGEST_TEXT, message=_TOO_LONG)],
    )
    measure = TextAreaField(
        _l("How we will both see that it is done"),
        description=_l("Something that either side can look at, such as a list that hangs on a wall."),
        filters=[lines],
        validators=[
            DataRequired(message=_l("Write how both sides will see that it is done.")),
            Length(max=LONGEST_TEXT, message=_TOO_LONG),
        ],
    )
    owner = RadioField(
        _l("Who does it"),
        choices=choices(*Owner),
        validators=[DataRequired(message=_l("Choose who does it."))],
    )
    day = DateField(
        _l("By when"),
        description=_l("The day stands in clear, so that reminders need nobody's key. It is no deadline that lapses."),
        validators=[DataRequired(message=_l("Enter a day."))],
    )
    item = SelectField(_l("The agreed item it comes from"), validators=[Optional()])
    remark = TextAreaField(
        _l("What you wish to say with it"),
        filters=[lines],
        validators=[Optional(), Length(max=LONGEST_WORDS, message=_TOO_LONG)],
    )

    def among(self, items: Sequence[tuple[UUID, str]]) -> CommitmentForm:
        """The same form with those agreed items to choose from."""
        self.item.choices = [
            SelectChoice("", _("None of them")),
            *(SelectChoice(str(item_id), title) for item_id, title in items),
        ]
        return self

    @staticmethod
    def fields_of(text: ChangeShown) -> dict[str, Any]:
        """The fields as they stand in a text."""
        return {
            "what": text.words.what,
            "measure": text.words.measure,
            "owner": text.owner.value,
            "day": text.due_on,
            "item": str(text.words.item_id or ""),
        }

    @property
    def told(self) -> dict[str, Any]:
        """What the services are given."""
        return {
            "what": self.what.data,
            "measure": self.measure.data,
            "owner": Owner(self.owner.data),
            "day": self.day.data,
            "item_id": identifier(self.item.data),
            "remark": self.remark.data or "",
        }


class LetGoForm(SeenForm):
    """That both let it go as it stands."""

    remark = TextAreaField(
        _l("What you wish to say with it"),
        filters=[lines],
        validators=[Optional(), Length(max=LONGEST_WORDS, message=_TOO_LONG)],
    )


class ReportForm(SeenForm):
    """How far its owner says it is."""

    progress = RadioField(
        _l("How far is it?"),
        choices=choices(*Progress),
        validators=[DataRequired(message=_l("Choose how far it is."))],
    )
    words = TextAreaField(
        _l("In your words"),
        description=_l(
            "What was done, what is still to do; where it cannot be done as agreed, what stands in the way."
        ),
        filters=[lines],
        validators=[Optional(), Length(max=LONGEST_WORDS, message=_TOO_LONG)],
    )


class AnswerForm(SeenForm):
    """How the other side sees a report."""

    view = RadioField(
        _l("How does your side see it?"),
        choices=choices(*View),
        validators=[DataRequired(message=_l("Choose how your side sees it."))],
    )
    words = TextAreaField(
        _l("In your words"),
        description=_l("Where you see it differently, say what you see."),
        filters=[lines],
        validators=[Optional(), Length(max=LONGEST_WORDS, message=_TOO_LONG)],
    )


class NoteSupportForm(FlaskForm):
    """An offer of the ILO beside a commitment."""

    offer = SelectField(_l("Offer"), validators=[DataRequired(message=_l("Choose an offer."))])
    support_remark = TextAreaField(
        _l("What it is for"),
        filters=[lines],
        validators=[Optional(), Length(max=LONGEST_TEXT, message=_TOO_LONG)],
    )

    def among(self, offers: Iterable[tuple[UUID, OfferKind, str]]) -> NoteSupportForm:
        """The same form with those offers to choose from."""
        self.offer.choices = [
            SelectChoice(str(offer_id), f"{label(kind)}: {title}") for offer_id, kind, title in offers
        ]
        return self

    @property
    def offer_id(self) -> UUID:
        return UUID(self.offer.data)


class ReviewForm(FlaskForm):
    """The day of a review."""

    day = DateField(
        _l("Day of the review"),
        description=_l("Six and twelve months after completion are usual."),
        validators=[DataRequired(message=_l("Enter a day."))],
    )
    remark = TextAreaField(
        _l("What you wish to say with it"),
        filters=[lines],
        validators=[Optional(), Length(max=LONGEST_TEXT, message=_TOO_LONG)],
    )


class _NoViewsForm(FlaskForm):
    words = TextAreaField(
        _l("What else your side wishes to say at this review"),
        filters=[lines],
        validators=[Optional(), Length(max=LONGEST_WORDS, message=_TOO_LONG)],
    )


class ViewsForm:
    """How one side sees each commitment at a review: a choice and words for each, and words about the whole.

    commitments   number and text of each commitment in force
    """

    def __init__(self, commitments: Sequence[tuple[int, ChangeShown]], **values: Any) -> None:
        self.commitments = commitments
        fields: dict[str, Any] = {}
        for number, _text in commitments:
            fields[f"progress_{number}"] = RadioField(
                _("How far is it, as your side sees it?"),
                choices=choices(*Progress),
                validators=[DataRequired(message=_("Choose how far commitment %(number)s is.", number=number))],
            )
            fields[f"words_{number}"] = TextAreaField(
                _("In your words"),
                filters=[lines],
                validators=[Optional(), Length(max=LONGEST_WORDS, message=_TOO_LONG)],
            )
        self.form = type("_ViewsForm", (_NoViewsForm,), fields)(**values)

    @property
    def seen(self) -> list[Seen]:
        """What the services are given."""
        return [
            Seen(
                text.commitment_id,
                Progress(self.form[f"progress_{number}"].data),
                self.form[f"words_{number}"].data or "",
            )
            for number, text in self.commitments
        ]


def usual_days(days: Iterable[date]) -> dict[str, Any]:
    """The first of the usual days, as a form begins with it."""
    first = next(iter(days), None)
    return {"day": first} if first is not None else {}
