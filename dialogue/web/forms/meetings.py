"""Meetings: what is proposed, the dates that are offered, what everybody answers, and the ground that is booked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import get_timezone, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from dialogue.domain.meetings import (
    LONGEST_LINE,
    LONGEST_TITLE,
    LONGEST_WORDS,
    MOST_DATES,
    Answer,
    Details,
    MeetingKind,
    MeetingMode,
    Offer,
    Venue,
    instant,
)
from dialogue.errors import Unfit
from dialogue.services.dates import DateShown
from dialogue.web.errors import words_of
from dialogue.web.forms.filters import identifier, lines, strip
from dialogue.web.labels import choices

SLOTS = 5
PAIRS = 3
_TOO_LONG = _l("Shorten this to at most %(max)d characters.")
_LENGTHS = (30, 45, 60, 90, 120, 150, 180, 240, 300, 360, 480)


def length_words(minutes: int) -> str:
    """How long something takes, in hours and minutes."""
    hours, rest = divmod(minutes, 60)
    told = [ngettext("%(num)d hour", "%(num)d hours", hours)] if hours else []
    if rest:
        told.append(ngettext("%(num)d minute", "%(num)d minutes", rest))
    return " ".join(str(words) for words in told)


class SlotForm(Form):
    """One date and time, as the clock shows it where its writer is."""

    day = DateField(_l("Day"), validators=[Optional()])
    at = TimeField(_l("From"), validators=[Optional()])


class PairForm(Form):
    """Interpretation from one language into another; sign languages too."""

    source = StringField(_l("From"), filters=[strip], validators=[Length(max=60, message=_TOO_LONG)])
    target = StringField(_l("Into"), filters=[strip], validators=[Length(max=60, message=_TOO_LONG)])


class DatesForm(FlaskForm):
    """Several dates at once, all of one length."""

    minutes = SelectField(
        _l("How long?"),
        coerce=int,
        default=120,
        validators=[DataRequired(message=_l("Choose how long the meeting takes."))],
    )
    slots = FieldList(FormField(SlotForm), min_entries=SLOTS, max_entries=MOST_DATES)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.minutes.choices = [SelectChoice(minutes, length_words(minutes)) for minutes in _LENGTHS]
        self.offers: list[Offer] = []

    def validate(self, extra_validators: Any = None) -> bool:
        """Read each date where its writer is; one that the clock there never shows, or shows twice, is asked for."""
        fits = bool(super().validate(extra_validators))
        self.offers = []
        for slot in self.slots:
            day, at = slot.form.day, slot.form.at
            if day.errors or at.errors or not (day.data or at.data):
                continue
            if not (day.data and at.data):
                missing, words = (at, _("Enter the time.")) if day.data else (day, _("Enter the day."))
                missing.errors = [*missing.errors, words]
                fits = False
                continue
            try:
                begins_at = instant(datetime.combine(day.data, at.data), str(get_timezone()))
            except Unfit as refusal:
                at.errors = [*at.errors, words_of(refusal)]
                fits = False
                continue
            self.offers.append(Offer(begins_at, int(self.minutes.data or 0)))
        return fits


class DetailsForm(FlaskForm):
    """What a meeting is about, where it is, and what people need for it."""

    title = StringField(
        _l("What is the meeting called?"),
        description=_l("Only those who read it here see it. Mails and calendars never show it."),
        filters=[strip],
        validators=[
            DataRequired(message=_l("Give the meeting a name, in a few words.")),
            Length(max=LONGEST_TITLE, message=_TOO_LONG),
        ],
    )
    purpose = TextAreaField(
        _l("What is it for?"),
        filters=[lines],
        validators=[Optional(), Length(max=LONGEST_WORDS, message=_TOO_LONG)],
    )
    mode = RadioField(
        _l("How do people meet?"),
        choices=choices(*MeetingMode),
        coerce=MeetingMode,
        validators=[DataRequired(message=_l("Choose how people meet."))],
    )
    venue = RadioField(_l("Where?"), validators=[Optional()])
    address = TextAreaField(
        _l("Address"),
        description=_l("Street, floor and room. Leave it empty while you do not know it."),
        filters=[lines],
        validators=[Optional(), Length(max=LONGEST_WORDS, message=_TOO_LONG)],
    )
    link = StringField(
        _l("Link for those who take part from elsewhere"),
        description=_l("It begins with https://. Choose a service that does not record, and does not ask for names."),
        filters=[strip],
        validators=[Optional(), Length(max=LONGEST_LINE, message=_TOO_LONG)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    asks_ground = BooleanField(
        _l("Ask the ILO's desk to book a place"),
        description=_l("The desk sees the date once it is confirmed, books the ground, and says here where it is."),
    )
    languages = FieldList(FormField(PairForm), min_entries=PAIRS, max_entries=12)
    access = TextAreaField(
        _l("What do people need to take part?"),
        description=_l("Step-free access, captions, sign language, breaks, a room to pray or to feed a child."),
        filters=[lines],
        validators=[Optional(), Length(max=LONGEST_WORDS, message=_TOO_LONG)],
    )
    reading = TextAreaField(
        _l("What should people read before?"),
        description=_l("One document on each line."),
        filters=[lines],
        validators=[Optional(), Length(max=LONGEST_WORDS, message=_TOO_LONG)],
    )
    arrival = TextAreaField(
        _l("What should people know when they arrive?"),
        filters=[lines],
        validators=[Optional(), Length(max=LONGEST_WORDS, message=_TOO_LONG)],
    )
    seen = HiddenField()

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.venue.choices = [SelectChoice("", _("Not known yet")), *choices(*Venue)]
        self.venue.data = self.venue.data or ""

    def validate(self, extra_validators: Any = None) -> bool:
        fits = bool(super().validate(extra_validators))
        for pair in self.languages:
            source, target = pair.form.source, pair.form.target
            if bool(source.data) is not bool(target.data):
                missing = target if source.data else source
                missing.errors = [*missing.errors, _("Enter both languages, or neither.")]
                fits = False
        return fits

    @property
    def seen_edition(self) -> int:
        return int(self.seen.data) if str(self.seen.data or "").isdecimal() else 0

    @property
    def details(self) -> Details:
        return Details(
            title=self.title.data or "",
            purpose=self.purpose.data or "",
            mode=self.mode.data,
            venue=Venue(self.venue.data) if self.venue.data else None,
            address=self.address.data or "",
            link=self.link.data or "",
            languages=tuple(
                (pair.form.source.data, pair.form.target.data) for pair in self.languages if pair.form.source.data
            ),
            access=self.access.data or "",
            reading=self.reading.data or "",
            arrival=self.arrival.data or "",
        )

    @classmethod
    def of(cls, details: Details, *, edition: int, asks_ground: bool) -> DetailsForm:
        """The form with what is written there now."""
        pairs = [{"source": source, "target": target} for source, target in details.languages]
        told = {
            "title": details.title,
            "purpose": details.purpose,
            "mode": details.mode,
            "venue": details.venue.value if details.venue else "",
            "address": details.address,
            "link": details.link,
            "access": details.access,
            "reading": details.reading,
            "arrival": details.arrival,
            "languages": pairs,
            "asks_ground": asks_ground,
            "seen": str(edition),
        }
        return cls(formdata=None, data=told)


class ProposeMeetingForm(DetailsForm, DatesForm):
    """A whole meeting with its dates."""

    kind = RadioField(
        _l("Which kind of meeting?"),
        coerce=MeetingKind,
        validators=[DataRequired(message=_l("Choose the kind of meeting."))],
    )

    def among(self, kinds: Collection[MeetingKind]) -> ProposeMeetingForm:
        """The same form with the kinds that may be proposed."""
        self.kind.choices = choices(*kinds)
        return self


class AnswerForm(Form):
    """What somebody says to one date."""

    date = HiddenField()
    said = RadioField(_l("Can you come?"), coerce=Answer, validators=[Optional()])

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.said.choices = choices(*Answer)


class AnswersForm(FlaskForm):
    """One answer to each date, as far as somebody knows."""

    answers = FieldList(FormField(AnswerForm))

    @property
    def given(self) -> dict[UUID, Answer]:
        told = ((identifier(row.form.date.data), row.form.said.data) for row in self.answers)
        return {date_id: said for date_id, said in told if date_id is not None and said}

    @classmethod
    def of(cls, dates: Sequence[DateShown]) -> AnswersForm:
        """The form with what the reader has answered so far, for the dates that are still to come."""
        rows = [{"date": str(one.id), "said": one.own} for one in dates if not one.is_past]
        return cls(formdata=None, data={"answers": rows})


class BookingForm(FlaskForm):
    """The ground that the desk has booked."""

    venue = RadioField(
        _l("What have you booked?"),
        choices=choices(*Venue),
        coerce=Venue,
        validators=[DataRequired(message=_l("Choose what you have booked."))],
    )
    address = TextAreaField(
        _l("Address"),
        description=_l("Street, floor and room."),
        filters=[lines],
        validators=[Optional(), Length(max=LONGEST_WORDS, message=_TOO_LONG)],
    )
    link = StringField(
        _l("Link"),
        description=_l("It begins with https://. Choose a service that does not record, and does not ask for names."),
        filters=[strip],
        validators=[Optional(), Length(max=LONGEST_LINE, message=_TOO_LONG)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    words = TextAreaField(
        _l("What should people know when they arrive?"),
        description=_l("Under which neutral name it is booked, whom to ask for, when the room opens."),
        filters=[lines],
        validators=[Optional(), Length(max=LONGEST_WORDS, message=_TOO_LONG)],
    )
    seen = HiddenField()


class SeenForm(FlaskForm):
    """A button about a meeting as the reader saw it: ``seen`` is how often its time had been settled by then."""

    seen = HiddenField()

    @property
    def sequence(self) -> int:
        return int(self.seen.data) if str(self.seen.data or "").isdecimal() else -1


class ChooseDateForm(FlaskForm):
    """The button that confirms one of the dates."""

    date = HiddenField()

    @property
    def date_id(self) -> UUID | None:
        return identifier(self.date.data)
