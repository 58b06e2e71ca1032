"""Who sits: inviting the other lead, listing one's own people and organisations, confirming a key."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import get_timezone
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, EmailField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, StopValidation

from dialogue.domain.people import KINDS_OF, OrganisationKind, Party, Role
from dialogue.services.inquiries import LONGEST
from dialogue.web.forms.filters import lines, strip
from dialogue.web.labels import choices

_NAME = _l("Enter a name of at most 160 characters.")


ALWAYS, AWAY = "always", "away"
_TOO_LONG = _l("Shorten this to at most %(max)d characters.")


def end_of(last_day: date) -> datetime:
    """The last moment of a day where the reader is."""
    return datetime.combine(last_day, time(23, 59, 59), ZoneInfo(str(get_timezone())))


class NeededForAnAdviser(Optional):
    """Nobody's seat has an end except an adviser's, whose must have one."""

    def __call__(self, form: PersonForm, field: DateField) -> None:
        if form.role.data is Role.ADVISER and not (field.raw_data and field.raw_data[0].strip()):
            field.errors = []
            raise StopValidation(_l("Enter the last day of the adviser's seat."))
        super().__call__(form, field)


class _Somebody(FlaskForm):
    """Name, function and address of a person."""

    name = StringField(
        _l("Name"),
        filters=[strip],
        validators=[DataRequired(message=_l("Enter the person's name.")), Length(max=120, message=_NAME)],
        render_kw={"autocomplete": "off"},
    )
    function = StringField(
        _l("Function"),
        description=_l("Both sides see it beside the name, such as “General secretary” or “Head of sourcing”."),
        filters=[strip],
        validators=[DataRequired(message=_l("Enter the person's function.")), Length(max=120, message=_NAME)],
        render_kw={"autocomplete": "off"},
    )
    email = EmailField(
        _l("E-mail address"),
        filters=[strip],
        validators=[
            DataRequired(message=_l("Enter the person's own e-mail address.")),
            Length(max=254, message=_l("Enter an e-mail address of at most 254 characters.")),
        ],
        render_kw={"autocomplete": "off"},
    )

    @property
    def person(self) -> dict[str, Any]:
        return {"name": self.name.data, "function": self.function.data, "email": self.email.data}

    def refuse(self, reason: str, words: str) -> None:
        """Say beside the field that it is about why a value was refused."""
        field = {"address": "email", "organisation_kind": "kind", "adviser_until": "until"}.get(reason, "")
        if field in self:
            self[field].errors = [words]
        else:
            self.form_errors.append(words)


class InviteForm(_Somebody):
    """The other party's lead and the organisation that this person speaks for."""

    organisation = StringField(
        _l("Name of the organisation"),
        filters=[strip],
        validators=[
            DataRequired(message=_l("Enter the name of the organisation.")),
            Length(max=160, message=_NAME),
        ],
        render_kw={"autocomplete": "off"},
    )
    kind = RadioField(
        _l("What kind of organisation is it?"),
        coerce=OrganisationKind,
        validators=[DataRequired(message=_l("Choose what kind of organisation it is."))],
    )

    def for_party(self, party: Party) -> InviteForm:
        """The same form with the kinds of organisation that stand on that side."""
        self.kind.choices = choices(*KINDS_OF[party])
        return self

    @property
    def stands_for(self) -> dict[str, Any]:
        return {"organisation": self.organisation.data, "kind": self.kind.data}


class PersonForm(_Somebody):
    """One more person of the own delegation."""

    role = RadioField(
        _l("What will this person do?"),
        choices=choices(Role.DEPUTY, Role.DELEGATE, Role.ADVISER),
        coerce=Role,
        validators=[DataRequired(message=_l("Choose what this person will do."))],
    )
    until = DateField(
        _l("Last day of the adviser's seat"),
        description=_l("An adviser's seat ends by itself at the end of this day."),
        validators=[NeededForAnAdviser()],
    )
    stands_in = RadioField(
        _l("When does the deputy act for the lead?"),
        choices=[
            SelectChoice(ALWAYS, _l("From the first day on, beside the lead")),
            SelectChoice(AWAY, _l("Only when the lead says so, or is away")),
        ],
        default=ALWAYS,
        validators=[Optional()],
    )
    organisation = SelectField(_l("Organisation"), validators=[Optional()])

    def with_organisations(self, organisations: list[tuple[UUID, str]]) -> PersonForm:
        """The same form with the organisations of the own side to choose from."""
        self.organisation.choices = [(str(row_id), name) for row_id, name in organisations]
        return self

    @property
    def seat(self) -> dict[str, Any]:
        return {
            "role": self.role.data,
            "until": self._ends_at(),
            "organisation_id": UUID(self.organisation.data) if self.organisation.data else None,
            "stands_in": self.role.data is not Role.DEPUTY or self.stands_in.data != AWAY,
        }

    def _ends_at(self) -> datetime | None:
        """The end of an adviser's last day where the reader is; nobody else's seat has an end."""
        if self.role.data is not Role.ADVISER or self.until.data is None:
            return None
        return end_of(self.until.data)


class AgainForm(FlaskForm):
    """The address to which an invitation goes once more."""

    email = EmailField(
        _l("E-mail address"),
        description=_l("Correct it here if the first invitation went to a wrong address."),
        filters=[strip],
        validators=[
            DataRequired(message=_l("Enter the person's own e-mail address.")),
            Length(max=254, message=_l("Enter an e-mail address of at most 254 characters.")),
        ],
        render_kw={"autocomplete": "off"},
    )


class OrganisationForm(FlaskForm):
    """One more organisation of the own side."""

    name = StringField(
        _l("Name of the organisation"),
        filters=[strip],
        validators=[DataRequired(message=_l("Enter the name of the organisation.")), Length(max=160, message=_NAME)],
        render_kw={"autocomplete": "off"},
    )
    kind = RadioField(
        _l("What kind of organisation is it?"),
        coerce=OrganisationKind,
        validators=[DataRequired(message=_l("Choose what kind of organisation it is."))],
    )

    def for_party(self, party: Party) -> OrganisationForm:
        """The same form with the kinds of organisation that stand on that side."""
        self.kind.choices = choices(*KINDS_OF[party])
        return self


class ConfirmKeyForm(FlaskForm):
    """The fingerprint whose words stood on the page."""

    fingerprint = HiddenField(validators=[DataRequired()])


class ExtendForm(FlaskForm):
    """A later last day for an adviser."""

    until = DateField(
        _l("New last day of the adviser's seat"),
        description=_l("The other side accepts the longer seat anew."),
        validators=[DataRequired(message=_l("Enter the new last day."))],
    )

    @property
    def ends_at(self) -> datetime:
        return end_of(self.until.data)


class InquiryForm(FlaskForm):
    """A question about a person of the other side."""

    words = TextAreaField(
        _l("What do you wish to know?"),
        description=_l("Both leads, deputies and advisers read it. The person, delegates and the ILO do not."),
        filters=[lines],
        validators=[
            DataRequired(message=_l("Write what you wish to know.")),
            Length(max=LONGEST, message=_TOO_LONG),
        ],
    )


class InquiryAnswerForm(FlaskForm):
    """The answer to such a question."""

    inquiry = HiddenField()
    words = TextAreaField(
        _l("Your answer"),
        filters=[lines],
        validators=[DataRequired(message=_l("Write an answer.")), Length(max=LONGEST, message=_TOO_LONG)],
    )


class CodeAtHandForm(FlaskForm):
    """The recovery code, typed to show that it is at hand; it stays valid."""

    recovery_code = StringField(
        _l("Your recovery code"),
        description=_l("As you wrote it down. It is not replaced, and it is not kept here."),
        filters=[strip],
        validators=[
            DataRequired(message=_l("Enter your recovery code.")),
            Length(max=120, message=_l("A recovery code has fewer characters. Compare it with what you wrote down.")),
        ],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class NamedKeyForm(FlaskForm):
    """The fingerprint that stood on the page, for a statement about that key."""

    fingerprint = HiddenField(validators=[DataRequired()])
