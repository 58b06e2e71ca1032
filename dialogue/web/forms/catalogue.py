"""What the ILO offers: narrowing the catalogue, changing it, and asking for support together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import HiddenInput

from dialogue.domain.catalogue import (
    LONGEST_ANSWER,
    LONGEST_CONTACT,
    LONGEST_DESCRIPTION,
    LONGEST_REACH,
    LONGEST_TITLE,
    Fee,
    HelpState,
    OfferFormat,
    OfferKind,
    OfferTold,
)
from dialogue.domain.facilitators import SPOKEN
from dialogue.services.catalogue import Offer, Wanted
from dialogue.web.forms.filters import lines, strip
from dialogue.web.i18n import name_of_language
from dialogue.web.labels import choices, label

_TOO_LONG = _l("Shorten this to at most %(max)d characters.")


class NarrowCatalogueForm(FlaskForm):
    """What the page shows; a question, so that it stands in the address and needs no token."""

    class Meta:
        csrf = False

    kind = SelectField(
        _l("Kind"), choices=[SelectChoice("", _l("Every kind")), *choices(*OfferKind)], validators=[Optional()]
    )
    language = SelectField(_l("Given in"), validators=[Optional()])
    fee = SelectField(
        _l("Fee"), choices=[SelectChoice("", _l("With or without")), *choices(*Fee)], validators=[Optional()]
    )

    def among(self, languages: Iterable[str]) -> NarrowCatalogueForm:
        """The same form with those languages to choose from."""
        named = sorted(((name_of_language(code), code) for code in languages), key=lambda pair: pair[0].casefold())
        self.language.choices = [
            SelectChoice("", _l("Any language")),
            *(SelectChoice(code, name) for name, code in named),
        ]
        return self

    @property
    def wanted(self) -> Wanted:
        """What was chosen; whatever is no choice counts as none."""
        kind = OfferKind(self.kind.data) if self.kind.data in set(OfferKind) else None
        fee = Fee(self.fee.data) if self.fee.data in set(Fee) else None
        return Wanted(kind, self.language.data or None, fee)


class OfferForm(FlaskForm):
    """One offer, as the office tells it."""

    title = StringField(
        _l("Title"),
        description=_l("The offer's own name; it stays the same in every language."),
        filters=[strip],
        validators=[DataRequired(message=_l("Enter the title.")), Length(max=LONGEST_TITLE, message=_TOO_LONG)],
    )
    kind = RadioField(_l("Kind"), choices=choices(*OfferKind), validators=[DataRequired(message=_l("Choose a kind."))])
    provider = StringField(
        _l("Who gives it"), filters=[strip], validators=[Optional(), Length(max=LONGEST_TITLE, message=_TOO_LONG)]
    )
    format = SelectField(_l("How it is given"), choices=choices(*OfferFormat), default=OfferFormat.UNSTATED.value)
    fee = RadioField(_l("Fee"), choices=choices(*Fee), default=Fee.UNSTATED.value)
    languages = SelectMultipleField(_l("Languages in which it is given"), validators=[Optional()])
    begins = DateField(_l("First day"), validators=[Optional()])
    ends = DateField(
        _l("Last day"),
        description=_l("Once it is past, the page says when the offer was last held."),
        validators=[Optional()],
    )
    contact = StringField(
        _l("How to reach it"),
        description=_l("An address or a number, as it is published."),
        filters=[strip],
        validators=[Optional(), Length(max=LONGEST_CONTACT, message=_TOO_LONG)],
    )
    description_en = TextAreaField(
        _l("Description in English"),
        filters=[lines],
        validators=[Optional(), Length(max=LONGEST_DESCRIPTION, message=_TOO_LONG)],
    )
    description_fr = TextAreaField(
        _l("Description in French"),
        description=_l("Without one the English description is shown."),
        filters=[lines],
        validators=[Optional(), Length(max=LONGEST_DESCRIPTION, message=_TOO_LONG)],
    )
    description_es = TextAreaField(
        _l("Description in Spanish"),
        description=_l("Without one the English description is shown."),
        filters=[lines],
        validators=[Optional(), Length(max=LONGEST_DESCRIPTION, message=_TOO_LONG)],
    )
    is_retired = BooleanField(_l("Not offered any more; what dialogues have noted keeps its words"))
    seen = IntegerField(widget=HiddenInput(), validators=[Optional()])

    @staticmethod
    def fields_of(offer: Offer) -> dict[str, Any]:
        """The fields as they stand."""
        told = offer.told
        return {
            "title": told.title,
            "kind": told.kind.value,
            "provider": told.provider,
            "format": told.format.value,
            "fee": told.fee.value,
            "languages": list(told.languages),
            "begins": told.begins,
            "ends": told.ends,
            "contact": told.contact,
            **{f"description_{code}": told.descriptions.get(code, "") for code in ("en", "fr", "es")},
            "is_retired": offer.is_retired,
        }

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        named = sorted(((name_of_language(code), code) for code in SPOKEN), key=lambda pair: pair[0].casefold())
        self.languages.choices = [SelectChoice(code, name) for name, code in named]

    @property
    def told(self) -> OfferTold:
        described = {code: self[f"description_{code}"].data or "" for code in ("en", "fr", "es")}
        return OfferTold(
            OfferKind(self.kind.data),
            self.title.data,
            self.provider.data or "",
            OfferFormat(self.format.data),
            Fee(self.fee.data),
            tuple(self.languages.data or ()),
            self.begins.data,
            self.ends.data,
            self.contact.data or "",
            {code: words for code, words in described.items() if words},
        )


class AskForm(FlaskForm):
    """Which support both want, and whom the desk can reach about it."""

    offer = SelectField(_l("What you would like to have"), validators=[DataRequired(message=_l("Choose an offer."))])
    reach = TextAreaField(
        _l("Whom the desk can reach about it"),
        description=_l("A name and a number or an address. Write nothing of what was said in the dialogue."),
        filters=[lines],
        validators=[
            DataRequired(message=_l("Name somebody whom the desk can reach.")),
            Length(max=LONGEST_REACH, message=_TOO_LONG),
        ],
    )

    def among(self, offers: Sequence[Offer]) -> AskForm:
        """The same form with those offers to choose from."""
        self.offer.choices = [
            SelectChoice(str(one.offer_id), f"{label(one.told.kind)}: {one.told.title}") for one in offers
        ]
        return self

    @property
    def offer_id(self) -> UUID:
        return UUID(self.offer.data)


class HelpAnswerForm(FlaskForm):
    """What the desk answers."""

    state = RadioField(
        _l("Can it be arranged?"),
        choices=choices(HelpState.ARRANGED, HelpState.NOT_AVAILABLE),
        validators=[DataRequired(message=_l("Choose one of the two."))],
    )
    words = TextAreaField(
        _l("What both parties should know"),
        description=_l("When and where, or why it is not available and what would be."),
        filters=[lines],
        validators=[
            DataRequired(message=_l("Write what both parties should know.")),
            Length(max=LONGEST_ANSWER, message=_TOO_LONG),
        ],
    )

    @property
    def answered(self) -> HelpState:
        return HelpState(self.state.data)
