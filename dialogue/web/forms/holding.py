"""What is asked of whoever sets a meeting's agenda, keeps its register, or notes that somebody keeps out of an item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import to_user_timezone
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
)
from wtforms.form import BaseForm
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError

from dialogue.domain.holding import (
    LATEST_START,
    LONGEST_LINE,
    LONGEST_REMARK,
    LONGEST_WORDS,
    MOST_LINES,
    MOST_PEOPLE,
    SPOKEN,
    USUAL_MINUTES,
    Line,
    Presence,
    nearest,
)
from dialogue.services.programmes import ProgrammeShown
from dialogue.services.recusals import Choice
from dialogue.services.registers import Comer, RegisterShown
from dialogue.web.forms.filters import identifier, strip
from dialogue.web.i18n import name_of_language, zone

_TOO_LONG = _l("Shorten this to at most %(max)d characters.")
_MINUTES = _l("Enter minutes between %(min)d and %(max)d.")
SPARE_BREAKS = 3
_FAR_OUT = 10**9


class Within(NumberRange):
    """The same for numbers of any length: one with hundreds of digits is out of range as well."""

    def __call__(self, form: BaseForm, field: Field) -> None:
        if isinstance(field.data, int) and abs(field.data) > _FAR_OUT:
            raise ValidationError(str(self.message) % {"min": self.min, "max": self.max})
        super().__call__(form, field)


class LineForm(Form):
    """One line of the agenda; without a place it is not on it."""

    item = HiddenField()
    words = StringField(
        _l("Break"), filters=[strip], validators=[Optional(), Length(max=LONGEST_WORDS, message=_TOO_LONG)]
    )
    place = IntegerField(
        _l("Place"),
        validators=[Optional(), Within(1, MOST_LINES, message=_l("Enter a place between %(min)d and %(max)d."))],
    )
    minutes = IntegerField(_l("Minutes"), validators=[Optional(), Within(1, LONGEST_LINE, message=_MINUTES)])


class ProgrammeForm(FlaskForm):
    """The lines of a meeting's agenda, in the order of their places; ``seen`` is how often it had been set."""

    start = IntegerField(
        _l("Minutes before the first line"),
        description=_l("For arriving and for words of welcome."),
        validators=[Optional(), Within(0, LATEST_START, message=_MINUTES)],
    )
    lines = FieldList(FormField(LineForm), max_entries=MOST_LINES)
    seen = HiddenField()

    @classmethod
    def of(cls, shown: ProgrammeShown) -> ProgrammeForm:
        """The form as the agenda is set, with the open items that are not on it and some breaks below."""
        form = cls(formdata=None, data={"start": shown.start, "seen": shown.number})
        for place, line in enumerate(shown.lines, 1):
            item = str(line.item.id) if line.item else ""
            form.lines.append_entry({"item": item, "words": line.words, "place": place, "minutes": line.minutes})
        for other in shown.others:
            form.lines.append_entry({"item": str(other.id), "minutes": USUAL_MINUTES})
        for _spare in range(SPARE_BREAKS):
            form.lines.append_entry({"minutes": 15})
        return form

    @property
    def said(self) -> list[Line]:
        placed = [entry.form for entry in self.lines if entry.form.place.data]
        return [
            Line(identifier(line.item.data), line.minutes.data or 0, line.words.data or "")
            for line in sorted(placed, key=lambda line: line.place.data)
        ]

    @property
    def seen_number(self) -> int:
        return _number(self.seen)


class PresenceForm(Form):
    """Whether somebody came; times that are left out are those of the meeting."""

    who = HiddenField()
    came = BooleanField(_l("Came"))
    arrived = TimeField(_l("Arrived"), validators=[Optional()])
    left = TimeField(_l("Left"), validators=[Optional()])


class RegisterForm(FlaskForm):
    """Who came to a meeting, from when to when, and in which languages people spoke."""

    began = TimeField(_l("The meeting began"), validators=[DataRequired(message=_l("Enter when the meeting began."))])
    ended = TimeField(_l("The meeting ended"), validators=[DataRequired(message=_l("Enter when the meeting ended."))])
    people = FieldList(FormField(PresenceForm), max_entries=MOST_PEOPLE)
    languages = SelectMultipleField(_l("Languages that were spoken"), choices=[], validators=[Optional()])
    words = StringField(
        _l("Remark"),
        filters=[strip],
        validators=[Optional(), Length(max=LONGEST_REMARK, message=_TOO_LONG)],
        render_kw={"autocomplete": "off"},
    )
    seen = HiddenField()

    def offer(self) -> None:
        """Let the languages be chosen, by their names in the reader's own."""
        named = sorted((name_of_language(code), code) for code in SPOKEN)
        self.languages.choices = [SelectChoice(code, name) for name, code in named]

    @classmethod
    def of(cls, shown: RegisterShown) -> RegisterForm:
        """The form as the register says it; a first one has the planned times and nobody in it."""
        kept = shown.kept
        began, ended = (kept.began_at, kept.ended_at) if kept else (shown.begins_at, shown.ends_at)
        form = cls(
            formdata=None,
            data={
                "began": _clock(began),
                "ended": _clock(ended),
                "languages": list(kept.languages) if kept else [],
                "words": kept.words if kept else "",
                "seen": kept.number if kept else 0,
            },
        )
        present = {one.comer.who: one for one in kept.present} if kept else {}
        for comer in comers_of(shown):
            one = present.get(comer.who)
            form.people.append_entry(
                {
                    "who": str(comer.who),
                    "came": one is not None,
                    "arrived": _clock(one.arrived) if one else None,
                    "left": _clock(one.left) if one else None,
                }
            )
        return form

    def times(self, planned: datetime) -> tuple[datetime, datetime]:
        """When the meeting began and ended; the clocks are the reader's."""
        began = nearest(planned, self.began.data, zone())
        ended = nearest(began, self.ended.data, zone())
        return began, ended

    def said(self, began: datetime, ended: datetime) -> list[Presence]:
        return list(self._present(began, ended))

    def _present(self, began: datetime, ended: datetime) -> Iterator[Presence]:
        for entry in self.people:
            line, who = entry.form, identifier(entry.form.who.data)
            if line.came.data and who is not None:
                arrived = nearest(began, line.arrived.data, zone()) if line.arrived.data else began
                left = nearest(ended, line.left.data, zone()) if line.left.data else ended
                yield Presence(who, arrived, left)

    @property
    def seen_number(self) -> int:
        return _number(self.seen)


class RecusalForm(FlaskForm):
    """Who keeps out of which item."""

    person = SelectField(_l("Who keeps out?"), choices=[], validate_choice=False)
    item = SelectField(_l("Of which item?"), choices=[], validate_choice=False)
    words = StringField(
        _l("Words about it"),
        description=_l("Nobody has to give a reason."),
        filters=[strip],
        validators=[Optional(), Length(max=LONGEST_REMARK, message=_TOO_LONG)],
        render_kw={"autocomplete": "off"},
    )

    def offer(self, people: Iterable[Choice], items: Iterable[Choice]) -> None:
        """Let exactly these be chosen."""
        self.person.choices = [SelectChoice(str(one.id), one.words) for one in people]
        self.item.choices = [
            SelectChoice(str(one.id), f"{one.number}. {one.words or _('An item that you cannot read')}")
            for one in items
        ]

    @property
    def person_id(self) -> UUID | None:
        return identifier(self.person.data)

    @property
    def item_id(self) -> UUID | None:
        return identifier(self.item.data)


def comers_of(shown: RegisterShown) -> list[Comer]:
    """Everybody who can be entered, and whoever stands in the register although he could not any more."""
    could = {comer.who for comer in shown.could_come}
    former = [one.comer for one in shown.kept.present if one.comer.who not in could] if shown.kept else []
    return [*shown.could_come, *former]


def _clock(moment: datetime) -> object:
    return to_user_timezone(moment).time().replace(second=0, microsecond=0, tzinfo=None)


def _number(field: HiddenField) -> int:
    told = str(field.data or "")
    return int(told) if told.isdecimal() and len(told) < 9 else 0
